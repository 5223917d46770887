#include "textflag.h"

// float64: see the header.

#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define BCAST VBROADCASTSD
#define BOTH VBROADCASTF64X4.Z
#define PERMIL VPERMILPD
#define LANES 8
#define SIZE 8
#define SHIFT 1

#include "gemm_avx512_amd64.h"

#define STEPS \
	BOTH (SI), K1, Z0       \
	BOTH (SI)(DX*1), K1, Z1 \
	LEAQ (SI)(DX*2), SI     \
	SPREAD($0x00, Z0) \
	SPREAD($0xff, Z1)

#include "gemmhalf_avx512_amd64.h"

// func gemmHalfTile64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmHalfTile64AVX512(SB), NOSPLIT, $0-48
	HALFTILE
