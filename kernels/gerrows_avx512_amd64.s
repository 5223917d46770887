// Ger on rows of one to eight whole vectors, AVX-512.
//
//	a_ij = fma(alpha·x_i, y_j, a_ij)
//
//	R8  row of A     R12  bytes to the next     DX  rows left     R10  of these x, rows left     CX  next x     SI  x     DI  y     AX  vectors of a row
//	Z16–Z23  y       Z1   the next x            Z3  alpha·x       Z12  the row's place in it, Z13  −1           Z0  alpha·x_i    Z2  alpha      Z4–Z11  rows      K1  of the next x
//
// Ports: a load, an FMA and a store for each vector, of which the stores are most, and a shuffle across lanes a row. y stays in registers and x comes as many rows at a time as a vector has lanes:
// a row that begins within a cache line takes two slots of the load ports for each of its vectors, with y's three, 1.5 cycles. Zen 5 has 85 ns for 64 rows of 256 bytes, of which the stores are 60: any
// operation of two cycles or more that a row's FMAs wait for, a load of x_i as well as a shuffle, costs 1.6 cycles a row, wherever it stands.
//
// Edges: m ≥ 1, 1 to 8 vectors and no part of one; x is read under a mask.

#include "textflag.h"

#define ARGS \
	MOVQ m+0(FP), DX      \
	MOVQ vectors+8(FP), AX \
	MOVQ x+24(FP), SI     \
	MOVQ y+32(FP), DI     \
	MOVQ a+40(FP), R8     \
	MOVQ lda+48(FP), R12

// The next x: CX of them, at most LANES, or nothing.
#define NEXTX(LANES) \
	MOVL $LANES, CX     \
	CMPQ DX, CX         \
	CMOVQLT DX, CX      \
	MOVQ $-1, R9        \
	BZHIQ CX, R9, R9    \
	KMOVW R9, K1        \
	LOADZ (SI), K1, Z1  \
	ADDQ $64, SI

#define VECTOR(off, y, t) \
	VMOVAPS y, t           \
	FMA213 off(R8), Z0, t  \
	LOAD t, off(R8)

#define Y1 LOAD (DI), Z16
#define Y2 Y1; LOAD 64(DI), Z17
#define Y3 Y2; LOAD 128(DI), Z18
#define Y4 Y3; LOAD 192(DI), Z19
#define Y5 Y4; LOAD 256(DI), Z20
#define Y6 Y5; LOAD 320(DI), Z21
#define Y7 Y6; LOAD 384(DI), Z22
#define Y8 Y7; LOAD 448(DI), Z23

#define ROW1 VECTOR(0, Z16, Z4)
#define ROW2 ROW1; VECTOR(64, Z17, Z5)
#define ROW3 ROW2; VECTOR(128, Z18, Z6)
#define ROW4 ROW3; VECTOR(192, Z19, Z7)
#define ROW5 ROW4; VECTOR(256, Z20, Z8)
#define ROW6 ROW5; VECTOR(320, Z21, Z9)
#define ROW7 ROW6; VECTOR(384, Z22, Z10)
#define ROW8 ROW7; VECTOR(448, Z23, Z11)

#define ROWS(LOADY, ROW, start, group, row) \
start: \
	LOADY            \
group: \
	MUL  Z2, Z1, Z3  \
	VPXORD Z12, Z12, Z12 \
	MOVQ CX, R10     \
	SUBQ CX, DX      \
	JZ   row         \
	NEXTX(LANES)     \
row: \
	PERM Z3, Z12, Z0 \
	SUBI Z13, Z12, Z12 \
	ROW              \
	ADDQ R12, R8     \
	DECQ R10         \
	JNZ  row         \
	TESTQ DX, DX     \
	JNZ  group       \
	VZEROUPPER       \
	RET

#define ALLROWS \
	VPTERNLOGD $0xff, Z13, Z13, Z13 \
	NEXTX(LANES) \
	CMPQ AX, $4  \
	JEQ  start4  \
	JLT  few     \
	CMPQ AX, $6  \
	JEQ  start6  \
	JLT  start5  \
	CMPQ AX, $8  \
	JEQ  start8  \
	JMP  start7  \
few: \
	CMPQ AX, $2  \
	JEQ  start2  \
	JGT  start3  \
	ROWS(Y1, ROW1, start1, group1, row1) \
	ROWS(Y2, ROW2, start2, group2, row2) \
	ROWS(Y3, ROW3, start3, group3, row3) \
	ROWS(Y4, ROW4, start4, group4, row4) \
	ROWS(Y5, ROW5, start5, group5, row5) \
	ROWS(Y6, ROW6, start6, group6, row6) \
	ROWS(Y7, ROW7, start7, group7, row7) \
	ROWS(Y8, ROW8, start8, group8, row8)

#define LOAD VMOVUPS
#define LOADZ VMOVUPS.Z
#define MUL VMULPS
#define FMA213 VFMADD213PS
#define PERM VPERMPS
#define SUBI VPSUBD
#define LANES 16

// func gerRowsAVX512F32(m, vectors int, alpha float32, x, y, a *float32, lda int)
TEXT ·gerRowsAVX512F32(SB), NOSPLIT, $0-56
	ARGS
	SHLQ $2, R12
	VBROADCASTSS alpha+16(FP), Z2
	ALLROWS

#undef LOAD
#undef LOADZ
#undef MUL
#undef FMA213
#undef PERM
#undef SUBI
#undef LANES
#define LOAD VMOVUPD
#define LOADZ VMOVUPD.Z
#define MUL VMULPD
#define FMA213 VFMADD213PD
#define PERM VPERMPD
#define SUBI VPSUBQ
#define LANES 8

// func gerRowsAVX512F64(m, vectors int, alpha float64, x, y, a *float64, lda int)
TEXT ·gerRowsAVX512F64(SB), NOSPLIT, $0-56
	ARGS
	SHLQ $3, R12
	VBROADCASTSD alpha+16(FP), Z2
	ALLROWS
