// Batches of small symmetric matrices, AVX-512: symlanes_amd64.h with eight lanes in a vector.

#include "textflag.h"
#include "zmm_amd64.h"
#include "symlanes_amd64.h"

DATA ·symLanesTiny<>+0(SB)/8, $0x07b0000000000000
GLOBL ·symLanesTiny<>(SB), RODATA|NOPTR, $8
DATA ·symLanesOne<>+0(SB)/8, $0x3ff0000000000000
GLOBL ·symLanesOne<>(SB), RODATA|NOPTR, $8
DATA ·symLanesMinusHalf<>+0(SB)/8, $0xbfe0000000000000
GLOBL ·symLanesMinusHalf<>(SB), RODATA|NOPTR, $8
DATA ·symLanesSign<>+0(SB)/8, $0x8000000000000000
GLOBL ·symLanesSign<>(SB), RODATA|NOPTR, $8

#define LIVE(x, t) VBROADCASTSD t(SB), Z6; VCMPPD $29, Z6, x, K1
#define KEEP(v) VMOVAPD.Z v, K1, v
#define ONES(v) VBROADCASTSD ·symLanesOne<>(SB), v
#define MINUSHALF(v) VBROADCASTSD ·symLanesMinusHalf<>(SB), v
// r = −sign(u)·r, r ≥ 0.
#define SIGNED(u, r, t) VBROADCASTSD ·symLanesSign<>(SB), Z6; VPANDNQ Z6, u, t; VPORQ t, r, r

// func lanesColumnAVX512(n, j int, a, v, w, y, d, e, tau *float64)
TEXT ·lanesColumnAVX512(SB), NOSPLIT, $0-72
	LANESCOLUMN

// func lanesRowAVX512(n int, x, e, tau *float64)
TEXT ·lanesRowAVX512(SB), NOSPLIT, $0-32
	LANESROW

// func lanesReflectAVX512(rows, cols, ld int, v, tau, z *float64)
TEXT ·lanesReflectAVX512(SB), NOSPLIT, $0-48
	LANESREFLECT
