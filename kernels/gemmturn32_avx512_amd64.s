#include "textflag.h"

// float32: see the header.

#define FMA VFMADD231PS
#define FMABC VFMADD231PS.BCST
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define MULBC VMULPS.BCST
#define FMA132BC VFMADD132PS.BCST
#define MOV VMOVUPS
#define BCAST VBROADCASTSS
#define LANES 16
#define SIZE 4
#define LINE 16

#include "gemm_avx512_amd64.h"

#define SHUFFLE \
	VMOVUPS (R14), Z0       \
	VMOVUPS 128(R14), Z1 \
	VMOVUPS 256(R14), Z2 \
	VMOVUPS 384(R14), Z3 \
	VUNPCKLPS Z1, Z0, Z4 \
	VUNPCKHPS Z1, Z0, Z5 \
	VUNPCKLPS Z3, Z2, Z0 \
	VUNPCKHPS Z3, Z2, Z1 \
	VUNPCKLPD Z1, Z5, Z6 \
	VUNPCKHPD Z1, Z5, Z7 \
	VUNPCKHPD Z0, Z4, Z5 \
	VUNPCKLPD Z0, Z4, Z4

// Four columns, one to each vector.
#define READ4(k) \
	VBROADCASTF32X4 (CX), k, Z0        \
	VBROADCASTF32X4 (CX)(BX*1), k, Z1  \
	VBROADCASTF32X4 (CX)(BX*2), k, Z2  \
	VBROADCASTF32X4 (CX)(R13*1), k, Z3 \
	LEAQ (CX)(BX*4), CX

#define FROMC \
	VMOVUPS (CX), X0        \
	VMOVUPS (CX)(BX*1), X1  \
	VMOVUPS (CX)(BX*2), X2  \
	VMOVUPS (CX)(R13*1), X3 \
	LEAQ (CX)(BX*4), CX \
	READ4(K1) \
	READ4(K2) \
	READ4(K3)

// Four columns, one from each vector.
#define COLUMNS4(lane) \
	VEXTRACTF32X4 lane, Z4, (DI)        \
	VEXTRACTF32X4 lane, Z5, (DI)(BX*1)  \
	VEXTRACTF32X4 lane, Z6, (DI)(BX*2)  \
	VEXTRACTF32X4 lane, Z7, (DI)(R13*1) \
	LEAQ (DI)(BX*4), DI

#define TOC \
	COLUMNS4($0) \
	COLUMNS4($1) \
	COLUMNS4($2) \
	COLUMNS4($3)

#include "gemmturn_avx512_amd64.h"

// func gemmTurnTile32AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest, turns, rows, mix int)
TEXT ·gemmTurnTile32AVX512(SB), NOSPLIT, $0-88
	TURNTILES

// func gemmTurn32AVX512(t *tileCall, c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, mix int)
TEXT ·gemmTurn32AVX512(SB), NOSPLIT, $0-56
	TURNROWS
