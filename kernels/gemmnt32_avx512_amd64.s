#include "textflag.h"

// float32: see the header.

#define FMA VFMADD231PS
#define FMABC VFMADD231PS.BCST
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define MOV VMOVUPS
#define BCAST VBROADCASTSS
#define LANES 16
#define SIZE 4
#define TB DX
#define TB3 R15
#define TO SI

#include "gemm_avx512_amd64.h"
#include "turnlanes32_avx512_amd64.h"
#include "gemmnt_avx512_amd64.h"

#define TURN(at) \
	TURNLANES(at) \
	NEXTLANES \
	TURNLANES((at+64))

// func gemmTransposeTile32AVX512(t *tileCall, a, b, c, panel unsafe.Pointer, cb uintptr)
TEXT ·gemmTransposeTile32AVX512(SB), NOSPLIT, $0-48
	TRANSPOSETILE
