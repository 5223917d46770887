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
#define INSERT VINSERTF32X4

#include "gemm_avx512_amd64.h"
#include "gemmnt_avx512_amd64.h"

// A vector of each of four lines, from 16 rows.
#define TURN16(at) \
	VMOVUPS (AX), X0 \
	VMOVUPS (AX)(DX*1), X1 \
	VMOVUPS (AX)(DX*2), X2 \
	VMOVUPS (AX)(R15*1), X3 \
	INSERT4($1) \
	INSERT4($2) \
	INSERT4($3) \
	VUNPCKLPS Z1, Z0, Z4 \
	VUNPCKHPS Z1, Z0, Z5 \
	VUNPCKLPS Z3, Z2, Z6 \
	VUNPCKHPS Z3, Z2, Z7 \
	VUNPCKLPD Z6, Z4, Z0 \
	VUNPCKHPD Z6, Z4, Z1 \
	VUNPCKLPD Z7, Z5, Z2 \
	VUNPCKHPD Z7, Z5, Z3 \
	VMOVUPS Z0, at(SI) \
	VMOVUPS Z1, (at+128)(SI) \
	VMOVUPS Z2, (at+256)(SI) \
	VMOVUPS Z3, (at+384)(SI)

#define TURN(at) \
	TURN16(at) \
	LEAQ (AX)(DX*4), AX \
	TURN16((at+64))

// func gemmTransposeTile32AVX512(t *tileCall, a, b, c, panel unsafe.Pointer, cb uintptr)
TEXT ·gemmTransposeTile32AVX512(SB), NOSPLIT, $0-48
	TRANSPOSETILE
