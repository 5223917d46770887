#include "textflag.h"

// float64: see the header.

#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MULBC VMULPD.BCST
#define FMA132BC VFMADD132PD.BCST
#define MOV VMOVUPD
#define BCAST VBROADCASTSD
#define LANES 8
#define SIZE 8
#define LINE 32

#include "gemm_avx512_amd64.h"

#define SHUFFLE \
	VMOVUPD (R14), Z0       \
	VMOVUPD 128(R14), Z1 \
	VMOVUPD 256(R14), Z2 \
	VMOVUPD 384(R14), Z3 \
	VUNPCKLPD Z1, Z0, Z4 \
	VUNPCKHPD Z1, Z0, Z5 \
	VUNPCKLPD Z3, Z2, Z6 \
	VUNPCKHPD Z3, Z2, Z7

// Two columns, half of each to two vectors.
#define READ2(k, c0, c1) \
	VBROADCASTF32X4 c0, k, Z0    \
	VBROADCASTF32X4 16 c0, k, Z2 \
	VBROADCASTF32X4 c1, k, Z1    \
	VBROADCASTF32X4 16 c1, k, Z3

#define FROMC \
	VMOVUPD (CX), X0         \
	VMOVUPD 16(CX), X2       \
	VMOVUPD (CX)(BX*1), X1   \
	VMOVUPD 16(CX)(BX*1), X3 \
	READ2(K1, (CX)(BX*2), (CX)(R13*1)) \
	LEAQ (CX)(BX*4), CX \
	READ2(K2, (CX), (CX)(BX*1)) \
	READ2(K3, (CX)(BX*2), (CX)(R13*1))

// Two columns, half of each from two vectors.
#define COLUMNS2(lane, c0, c1) \
	VEXTRACTF32X4 lane, Z4, c0    \
	VEXTRACTF32X4 lane, Z6, 16 c0 \
	VEXTRACTF32X4 lane, Z5, c1    \
	VEXTRACTF32X4 lane, Z7, 16 c1

#define TOC \
	COLUMNS2($0, (DI), (DI)(BX*1)) \
	COLUMNS2($1, (DI)(BX*2), (DI)(R13*1)) \
	LEAQ (DI)(BX*4), DI \
	COLUMNS2($2, (DI), (DI)(BX*1)) \
	COLUMNS2($3, (DI)(BX*2), (DI)(R13*1)) \
	LEAQ (DI)(BX*4), DI

#include "gemmturn_avx512_amd64.h"

// func gemmTurnTile64AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest, turns, rows, mix int)
TEXT ·gemmTurnTile64AVX512(SB), NOSPLIT, $0-88
	TURNTILES

// func gemmTurn64AVX512(t *tileCall, c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, mix int)
TEXT ·gemmTurn64AVX512(SB), NOSPLIT, $0-56
	TURNROWS
