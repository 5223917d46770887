// The leaf of Trsm and Trmm, with a triangle of at most 16 rows, AVX-512. In place, for every column of the n×cols matrix b,
// with t_ik = tri[16·i+k], packed and with zeros where it has fewer rows:
//
//	solve      x_k = b_k·t_kk,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending: reciprocals on the diagonal
//	multiply   b_i = fma(−t_ik, b_k, b_i) for k < i < n,  b_k = b_k·t_kk,  k descending
//
//	AX n   SI tri   DI row 0 of b, moving along the columns   DX ldb in bytes, of either sign   CX columns left
//	R9 moves down the rows      K1 lanes of this step      Z0–Z15 rows of b, one vector of columns
//
// Ports: 120 fma and 16 multiplications, each with a broadcast load, for 16 rows of one vector: 68 cycles on two ports. The chain of
// a vector to solve for, 16 times a product and an fma, is 128 cycles, and vectors are independent, so that two of them overlap.
//
// Edges: 1 ≤ n ≤ 16, cols ≥ 1; the last vector is masked. Registers of rows behind n hold what is computed from zeros in tri;
// they reach no other row and are not stored.

#include "textflag.h"
#include "ps_amd64.h"
#include "triangleleaf_avx512_amd64.h"

#define HEAD \
	MOVQ n+0(FP), AX     \
	MOVQ tri+8(FP), SI   \
	MOVQ b+16(FP), DI    \
	MOVQ ldb+24(FP), DX  \
	MOVQ cols+32(FP), CX \
	MOVQ $-1, BX         \
	KMOVQ BX, K1         \
	VPXORQ Z0, Z0, Z0 \
	VPXORQ Z1, Z1, Z1 \
	VPXORQ Z2, Z2, Z2 \
	VPXORQ Z3, Z3, Z3 \
	VPXORQ Z4, Z4, Z4 \
	VPXORQ Z5, Z5, Z5 \
	VPXORQ Z6, Z6, Z6 \
	VPXORQ Z7, Z7, Z7 \
	VPXORQ Z8, Z8, Z8 \
	VPXORQ Z9, Z9, Z9 \
	VPXORQ Z10, Z10, Z10 \
	VPXORQ Z11, Z11, Z11 \
	VPXORQ Z12, Z12, Z12 \
	VPXORQ Z13, Z13, Z13 \
	VPXORQ Z14, Z14, Z14 \
	VPXORQ Z15, Z15, Z15

#define ROW(I, R) \
	LOADU.Z (R9), K1, R \
	ADDQ DX, R9         \
	CMPQ AX, $(I+1)     \
	JEQ  ready

#define OUT(I, R) \
	LOADU R, K1, (R9) \
	ADDQ DX, R9       \
	CMPQ AX, $(I+1)   \
	JEQ  next

// Rows of one vector of columns come in, WORK changes them, and they go out.
#define LEAF(WORK) \
	HEAD \
loop: \
	CMPQ CX, $(64/EBYTES) \
	JGE  full \
	MOVQ $-1, BX \
	BZHIQ CX, BX, BX \
	KMOVQ BX, K1 \
full: \
	MOVQ DI, R9 \
	ROW(0, Z0) \
	ROW(1, Z1) \
	ROW(2, Z2) \
	ROW(3, Z3) \
	ROW(4, Z4) \
	ROW(5, Z5) \
	ROW(6, Z6) \
	ROW(7, Z7) \
	ROW(8, Z8) \
	ROW(9, Z9) \
	ROW(10, Z10) \
	ROW(11, Z11) \
	ROW(12, Z12) \
	ROW(13, Z13) \
	ROW(14, Z14) \
	ROW(15, Z15) \
ready: \
	WORK \
	MOVQ DI, R9 \
	OUT(0, Z0) \
	OUT(1, Z1) \
	OUT(2, Z2) \
	OUT(3, Z3) \
	OUT(4, Z4) \
	OUT(5, Z5) \
	OUT(6, Z6) \
	OUT(7, Z7) \
	OUT(8, Z8) \
	OUT(9, Z9) \
	OUT(10, Z10) \
	OUT(11, Z11) \
	OUT(12, Z12) \
	OUT(13, Z13) \
	OUT(14, Z14) \
	OUT(15, Z15) \
next: \
	ADDQ $64, DI \
	SUBQ $(64/EBYTES), CX \
	JGT  loop \
	VZEROUPPER \
	RET

// func solveLeaf32AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·solveLeaf32AVX512(SB), NOSPLIT, $0-40
	LEAF(SOLVE)

// func multiplyLeaf32AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·multiplyLeaf32AVX512(SB), NOSPLIT, $0-40
	LEAF(MULTIPLY)

#include "pd_amd64.h"

// func solveLeaf64AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·solveLeaf64AVX512(SB), NOSPLIT, $0-40
	LEAF(SOLVE)

// func multiplyLeaf64AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·multiplyLeaf64AVX512(SB), NOSPLIT, $0-40
	LEAF(MULTIPLY)
