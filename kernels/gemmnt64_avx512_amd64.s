#include "textflag.h"

// float64: see the header.

#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define BCAST VBROADCASTSD
#define LANES 8
#define SIZE 8
#define TB DX
#define TB3 R15
#define TO SI

#include "gemm_avx512_amd64.h"
#include "turnlanes64_avx512_amd64.h"
#include "gemmnt_avx512_amd64.h"

#define TURN(at) \
	TURNLANES(at) \
	NEXTLANES \
	TURNLANES((at+64))

// func gemmTransposeTile64AVX512(t *tileCall, a, b, c, panel unsafe.Pointer, cb uintptr)
TEXT ·gemmTransposeTile64AVX512(SB), NOSPLIT, $0-48
	TRANSPOSETILE
