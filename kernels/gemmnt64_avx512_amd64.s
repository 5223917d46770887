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
#define LINE 32
#define INSERT VINSERTF64X2

#include "gemm_avx512_amd64.h"
#include "gemmnt_avx512_amd64.h"

// A vector of each of four lines, from 8 rows: two elements of rows 0, 2, 4, 6 in the lanes of Z0, of rows 1, 3, 5, 7 in those of Z1, the next two in Z2 and Z3.
#define ROWS2(lane) \
	LEAQ (AX)(DX*2), AX \
	INSERT lane, (AX), Z0, Z0 \
	INSERT lane, (AX)(DX*1), Z1, Z1 \
	INSERT lane, 16(AX), Z2, Z2 \
	INSERT lane, 16(AX)(DX*1), Z3, Z3

#define TURN8(at) \
	VMOVUPD (AX), X0 \
	VMOVUPD (AX)(DX*1), X1 \
	VMOVUPD 16(AX), X2 \
	VMOVUPD 16(AX)(DX*1), X3 \
	ROWS2($1) \
	ROWS2($2) \
	ROWS2($3) \
	VUNPCKLPD Z1, Z0, Z4 \
	VUNPCKHPD Z1, Z0, Z5 \
	VUNPCKLPD Z3, Z2, Z6 \
	VUNPCKHPD Z3, Z2, Z7 \
	VMOVUPD Z4, at(SI) \
	VMOVUPD Z5, (at+128)(SI) \
	VMOVUPD Z6, (at+256)(SI) \
	VMOVUPD Z7, (at+384)(SI)

#define TURN(at) \
	TURN8(at) \
	LEAQ (AX)(DX*2), AX \
	TURN8((at+64))

// func gemmTransposeTile64AVX512(t *tileCall, a, b, c, panel unsafe.Pointer, cb uintptr)
TEXT ·gemmTransposeTile64AVX512(SB), NOSPLIT, $0-48
	TRANSPOSETILE
