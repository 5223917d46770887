// The leaf of Trsm and Trmm from the right, with a triangle of at most 16 columns, float64, AVX-512. In place, for every row of the rows×n matrix b, what
// triangleleaf_avx512_amd64.s does for columns: column j of b takes the part of its row j, or, going backwards, of row 15−j.
//
//	AX n   SI tri   DI row 0 of b, moving down   DX ldb in bytes   CX rows left   R10 eight rows in bytes
//	R9 moves down the rows      K1 K2 the first and the second eight columns
//	Z0–Z15 columns of eight rows      Z16–Z31 on the way there and back
//
// 8×16 numbers are transposed in registers, worked on and transposed back: read and written once.
//
// Ports: 96 shuffles, which one port takes, beside 136 fma and multiplications, which two share: 116 cycles for eight rows, where a
// product of the same operations takes 64.
//
// Edges: 1 ≤ n ≤ 16, rows ≥ 1. Columns are masked; rows that are not there are what the registers held, and are not stored.

#include "textflag.h"
#include "ps_amd64.h"
#include "pd_amd64.h"
#include "triangleleaf_avx512_amd64.h"
#include "transpose_avx512_amd64.h"

// Arguments and masks; a step is eight rows.
#define HEAD \
	MOVQ n+0(FP), AX     \
	MOVQ tri+8(FP), SI   \
	MOVQ b+16(FP), DI    \
	MOVQ ldb+24(FP), DX  \
	MOVQ rows+32(FP), CX \
	MOVQ DX, R10         \
	SHLQ $3, R10         \
	MOVQ $-1, R8         \
	BZHIQ AX, R8, R8     \
	KMOVW R8, K1         \
	SHRQ $8, R8          \
	KMOVW R8, K2

// A row to a register, or back; behind the last one on to done.
#define IN(I, OFF, K, R, done) \
	LOADU.Z OFF(R9), K, R \
	ADDQ DX, R9           \
	CMPQ CX, $(I+1)       \
	JEQ  done

#define OUT(I, OFF, K, R, done) \
	LOADU R, K, OFF(R9) \
	ADDQ DX, R9         \
	CMPQ CX, $(I+1)     \
	JEQ  done

// Transposition of 8×8 numbers of eight bytes, by way of Z24–Z31 and Z16–Z23.
#define PAIRS64(i0, i1, i2, i3, i4, i5, i6, i7) PAIRS8(i0, i1, i2, i3, i4, i5, i6, i7, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31)
#define QUARTERS64(o0, o1, o2, o3, o4, o5, o6, o7) COLUMNS8(Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31, o0, o1, o2, o3, o4, o5, o6, o7)

#define ROWS64 QUARTERS64(Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31)
#define LOWFORTH64 QUARTERS64(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
#define HIGHFORTH64 QUARTERS64(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
#define LOWBACK64 QUARTERS64(Z15, Z14, Z13, Z12, Z11, Z10, Z9, Z8)
#define HIGHBACK64 QUARTERS64(Z7, Z6, Z5, Z4, Z3, Z2, Z1, Z0)
#define LOWFROMFORTH64 PAIRS64(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
#define HIGHFROMFORTH64 PAIRS64(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
#define LOWFROMBACK64 PAIRS64(Z15, Z14, Z13, Z12, Z11, Z10, Z9, Z8)
#define HIGHFROMBACK64 PAIRS64(Z7, Z6, Z5, Z4, Z3, Z2, Z1, Z0)

#define RIGHT64(WORK, LOWTO, HIGHTO, LOWFROM, HIGHFROM) \
	HEAD \
loop: \
	MOVQ DI, R9 \
	IN(0, 0, K1, Z16, low) \
	IN(1, 0, K1, Z17, low) \
	IN(2, 0, K1, Z18, low) \
	IN(3, 0, K1, Z19, low) \
	IN(4, 0, K1, Z20, low) \
	IN(5, 0, K1, Z21, low) \
	IN(6, 0, K1, Z22, low) \
	IN(7, 0, K1, Z23, low) \
low: \
	PAIRS64(Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23) \
	LOWTO \
	MOVQ DI, R9 \
	IN(0, 64, K2, Z16, high) \
	IN(1, 64, K2, Z17, high) \
	IN(2, 64, K2, Z18, high) \
	IN(3, 64, K2, Z19, high) \
	IN(4, 64, K2, Z20, high) \
	IN(5, 64, K2, Z21, high) \
	IN(6, 64, K2, Z22, high) \
	IN(7, 64, K2, Z23, high) \
high: \
	PAIRS64(Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23) \
	HIGHTO \
	WORK \
	LOWFROM \
	ROWS64 \
	MOVQ DI, R9 \
	OUT(0, 0, K1, Z24, outLow) \
	OUT(1, 0, K1, Z25, outLow) \
	OUT(2, 0, K1, Z26, outLow) \
	OUT(3, 0, K1, Z27, outLow) \
	OUT(4, 0, K1, Z28, outLow) \
	OUT(5, 0, K1, Z29, outLow) \
	OUT(6, 0, K1, Z30, outLow) \
	OUT(7, 0, K1, Z31, outLow) \
outLow: \
	HIGHFROM \
	ROWS64 \
	MOVQ DI, R9 \
	OUT(0, 64, K2, Z24, next) \
	OUT(1, 64, K2, Z25, next) \
	OUT(2, 64, K2, Z26, next) \
	OUT(3, 64, K2, Z27, next) \
	OUT(4, 64, K2, Z28, next) \
	OUT(5, 64, K2, Z29, next) \
	OUT(6, 64, K2, Z30, next) \
	OUT(7, 64, K2, Z31, next) \
next: \
	ADDQ R10, DI \
	SUBQ $8, CX \
	JGT  loop \
	VZEROUPPER \
	RET

// func solveRight64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)
TEXT ·solveRight64AVX512(SB), NOSPLIT, $0-40
	RIGHT64(SOLVE, LOWFORTH64, HIGHFORTH64, LOWFROMFORTH64, HIGHFROMFORTH64)

// func solveRightBack64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)
TEXT ·solveRightBack64AVX512(SB), NOSPLIT, $0-40
	RIGHT64(SOLVE, LOWBACK64, HIGHBACK64, LOWFROMBACK64, HIGHFROMBACK64)

// func multiplyRight64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)
TEXT ·multiplyRight64AVX512(SB), NOSPLIT, $0-40
	RIGHT64(MULTIPLY, LOWFORTH64, HIGHFORTH64, LOWFROMFORTH64, HIGHFROMFORTH64)

// func multiplyRightBack64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)
TEXT ·multiplyRightBack64AVX512(SB), NOSPLIT, $0-40
	RIGHT64(MULTIPLY, LOWBACK64, HIGHBACK64, LOWFROMBACK64, HIGHFROMBACK64)
