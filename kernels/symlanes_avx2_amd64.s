// Batches of small symmetric matrices, AVX2 and FMA3: symlanes_amd64.h with four lanes in a vector.

#include "textflag.h"
#include "ymm_amd64.h"
#include "symlanes_amd64.h"

#define QUAD(name, value) \
	DATA name+0(SB)/8, value  \
	DATA name+8(SB)/8, value  \
	DATA name+16(SB)/8, value \
	DATA name+24(SB)/8, value \
	GLOBL name(SB), RODATA|NOPTR, $32

QUAD(·symLanesTiny<>, $0x07b0000000000000)
QUAD(·symLanesOne<>, $0x3ff0000000000000)
QUAD(·symLanesMinusHalf<>, $0xbfe0000000000000)
QUAD(·symLanesSign<>, $0x8000000000000000)

#define LIVE(x, t) VCMPPD $29, t(SB), x, Y6
#define KEEP(v) VANDPD Y6, v, v
#define ONES(v) VMOVUPD ·symLanesOne<>(SB), v
#define MINUSHALF(v) VMOVUPD ·symLanesMinusHalf<>(SB), v
// r = −sign(u)·r, r ≥ 0.
#define SIGNED(u, r, t) VANDNPD ·symLanesSign<>(SB), u, t; VORPD t, r, r

// func lanesColumnAVX2(n, j int, a, v, w, y, d, e, tau *float64)
TEXT ·lanesColumnAVX2(SB), NOSPLIT, $0-72
	LANESCOLUMN

// func lanesRowAVX2(n int, x, e, tau *float64)
TEXT ·lanesRowAVX2(SB), NOSPLIT, $0-32
	LANESROW

// func lanesReflectAVX2(rows, cols, ld int, v, tau, z *float64)
TEXT ·lanesReflectAVX2(SB), NOSPLIT, $0-48
	LANESREFLECT
