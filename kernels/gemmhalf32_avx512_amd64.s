#include "textflag.h"

// float32: see the header.

#define FMA VFMADD231PS
#define FMABC VFMADD231PS.BCST
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define MOV VMOVUPS
#define BCAST VBROADCASTSS
#define BOTH VBROADCASTF32X8.Z
#define PERMIL VPERMILPS
#define LANES 16
#define SIZE 4
#define SHIFT 2

#include "gemm_avx512_amd64.h"

#define STEPS \
	BOTH (SI), K1, Z0        \
	BOTH (SI)(DX*1), K1, Z1  \
	BOTH (SI)(DX*2), K1, Z2  \
	BOTH (SI)(R15*1), K1, Z3 \
	LEAQ (SI)(DX*4), SI      \
	SPREAD($0x00, Z0) \
	SPREAD($0x55, Z1) \
	SPREAD($0xaa, Z2) \
	SPREAD($0xff, Z3)

#include "gemmhalf_avx512_amd64.h"

// func gemmHalfTile32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmHalfTile32AVX512(SB), NOSPLIT, $0-48
	HALFTILE
