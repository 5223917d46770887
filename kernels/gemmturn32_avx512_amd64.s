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
#define LINE 16

#include "gemm_avx512_amd64.h"

// Four columns, one from each vector.
#define COLUMNS4(lane) \
	VEXTRACTF32X4 lane, Z4, (DI)        \
	VEXTRACTF32X4 lane, Z5, (DI)(BX*1)  \
	VEXTRACTF32X4 lane, Z6, (DI)(BX*2)  \
	VEXTRACTF32X4 lane, Z7, (DI)(R13*1) \
	LEAQ (DI)(BX*4), DI

#define TURN(at) \
	VMOVUPS at(R14), Z0       \
	VMOVUPS (128+at)(R14), Z1 \
	VMOVUPS (256+at)(R14), Z2 \
	VMOVUPS (384+at)(R14), Z3 \
	VUNPCKLPS Z1, Z0, Z4 \
	VUNPCKHPS Z1, Z0, Z5 \
	VUNPCKLPS Z3, Z2, Z0 \
	VUNPCKHPS Z3, Z2, Z1 \
	VUNPCKLPD Z1, Z5, Z6 \
	VUNPCKHPD Z1, Z5, Z7 \
	VUNPCKHPD Z0, Z4, Z5 \
	VUNPCKLPD Z0, Z4, Z4 \
	COLUMNS4($0) \
	COLUMNS4($1) \
	COLUMNS4($2) \
	COLUMNS4($3)

#include "gemmturn_avx512_amd64.h"

// func gemmTurnTile32AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest int)
TEXT ·gemmTurnTile32AVX512(SB), NOSPLIT, $0-64
	TURNTILE

// func gemmTurn32AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols int)
TEXT ·gemmTurn32AVX512(SB), NOSPLIT, $0-40
	TURNROWS
