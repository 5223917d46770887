// The leaf of Trsm and Trmm, with a triangle of at most 16 rows, AVX2. In place, for every column of the n×cols matrix b,
// with t_ik = tri[16·i+k], packed and with zeros where it has fewer rows:
//
//	solve      x_k = b_k·t_kk,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending: reciprocals on the diagonal
//	multiply   b_i = fma(−t_ik, b_k, b_i) for k < i < n,  b_k = b_k·t_kk,  k descending
//
//	AX n   SI tri   DI row 0 of b, moving along the columns   DX ldb in bytes, of either sign   CX columns left
//	R9 moves along the rows   R10 row 8      Y14 lanes of the tail
//	Y0–Y7 eight rows of b, one vector of columns    Y8–Y11 elements of the triangle in every lane    Y12 a row that others take in
//
// To solve, the first eight rows are solved and stored, then taken off the last eight; to multiply, the last eight come first. Ports: 120 fma and 136
// broadcast loads for 16 rows of one vector, 68 cycles.
//
// Edges: 1 ≤ n ≤ 16, cols ≥ 1; the columns behind the last whole vector go through VMASKMOV. Registers of rows behind n hold
// anything; they reach no other row and are not stored.

#include "textflag.h"
#include "ps_amd64.h"

// −1 for the lanes that exist, from the middle backwards.
DATA  lanes<>+0(SB)/8, $-1
DATA  lanes<>+8(SB)/8, $-1
DATA  lanes<>+16(SB)/8, $-1
DATA  lanes<>+24(SB)/8, $-1
DATA  lanes<>+32(SB)/8, $0
DATA  lanes<>+40(SB)/8, $0
DATA  lanes<>+48(SB)/8, $0
DATA  lanes<>+56(SB)/8, $0
GLOBL lanes<>(SB), RODATA|NOPTR, $64

#define LOADALL(AT, R)   LOADU AT, R
#define STOREALL(R, AT)  LOADU R, AT
#define LOADSOME(AT, R)  MASKMOV AT, Y14, R
#define STORESOME(R, AT) MASKMOV R, Y14, AT

// The triangle of 8 rows at OFF of tri, on rows in Y0–Y7.
#define PIVOT(OFF, K, R) \
	BCAST (OFF+EBYTES*17*K)(SI), Y8 \
	MUL Y8, R, R

#define DOWN(OFF, K, X, I, R, T) \
	BCAST (OFF+EBYTES*(16*I+K))(SI), T \
	FNMADD231 T, X, R

// DOWNk takes row k to the rows below it.
#define DOWN0(OFF) \
	DOWN(OFF, 0, Y0, 1, Y1, Y9) \
	DOWN(OFF, 0, Y0, 2, Y2, Y10) \
	DOWN(OFF, 0, Y0, 3, Y3, Y11) \
	DOWN(OFF, 0, Y0, 4, Y4, Y8) \
	DOWN(OFF, 0, Y0, 5, Y5, Y9) \
	DOWN(OFF, 0, Y0, 6, Y6, Y10) \
	DOWN(OFF, 0, Y0, 7, Y7, Y11)

#define DOWN1(OFF) \
	DOWN(OFF, 1, Y1, 2, Y2, Y10) \
	DOWN(OFF, 1, Y1, 3, Y3, Y11) \
	DOWN(OFF, 1, Y1, 4, Y4, Y8) \
	DOWN(OFF, 1, Y1, 5, Y5, Y9) \
	DOWN(OFF, 1, Y1, 6, Y6, Y10) \
	DOWN(OFF, 1, Y1, 7, Y7, Y11)

#define DOWN2(OFF) \
	DOWN(OFF, 2, Y2, 3, Y3, Y11) \
	DOWN(OFF, 2, Y2, 4, Y4, Y8) \
	DOWN(OFF, 2, Y2, 5, Y5, Y9) \
	DOWN(OFF, 2, Y2, 6, Y6, Y10) \
	DOWN(OFF, 2, Y2, 7, Y7, Y11)

#define DOWN3(OFF) \
	DOWN(OFF, 3, Y3, 4, Y4, Y8) \
	DOWN(OFF, 3, Y3, 5, Y5, Y9) \
	DOWN(OFF, 3, Y3, 6, Y6, Y10) \
	DOWN(OFF, 3, Y3, 7, Y7, Y11)

#define DOWN4(OFF) \
	DOWN(OFF, 4, Y4, 5, Y5, Y9) \
	DOWN(OFF, 4, Y4, 6, Y6, Y10) \
	DOWN(OFF, 4, Y4, 7, Y7, Y11)

#define DOWN5(OFF) \
	DOWN(OFF, 5, Y5, 6, Y6, Y10) \
	DOWN(OFF, 5, Y5, 7, Y7, Y11)

#define DOWN6(OFF) \
	DOWN(OFF, 6, Y6, 7, Y7, Y11)

#define SOLVE8(OFF) \
	PIVOT(OFF, 0, Y0); DOWN0(OFF) \
	PIVOT(OFF, 1, Y1); DOWN1(OFF) \
	PIVOT(OFF, 2, Y2); DOWN2(OFF) \
	PIVOT(OFF, 3, Y3); DOWN3(OFF) \
	PIVOT(OFF, 4, Y4); DOWN4(OFF) \
	PIVOT(OFF, 5, Y5); DOWN5(OFF) \
	PIVOT(OFF, 6, Y6); DOWN6(OFF) \
	PIVOT(OFF, 7, Y7)

#define MULTIPLY8(OFF) \
	PIVOT(OFF, 7, Y7) \
	DOWN6(OFF); PIVOT(OFF, 6, Y6) \
	DOWN5(OFF); PIVOT(OFF, 5, Y5) \
	DOWN4(OFF); PIVOT(OFF, 4, Y4) \
	DOWN3(OFF); PIVOT(OFF, 3, Y3) \
	DOWN2(OFF); PIVOT(OFF, 2, Y2) \
	DOWN1(OFF); PIVOT(OFF, 1, Y1) \
	DOWN0(OFF); PIVOT(OFF, 0, Y0)

// What rows 8 … 15 take in of row K, at (R9); then R9 moves by STEP.
#define LOWER(LOAD, STEP, K) \
	LOAD((R9), Y12) \
	STEP DX, R9 \
	DOWN(EBYTES*128, K, Y12, 0, Y0, Y8) \
	DOWN(EBYTES*128, K, Y12, 1, Y1, Y9) \
	DOWN(EBYTES*128, K, Y12, 2, Y2, Y10) \
	DOWN(EBYTES*128, K, Y12, 3, Y3, Y11) \
	DOWN(EBYTES*128, K, Y12, 4, Y4, Y8) \
	DOWN(EBYTES*128, K, Y12, 5, Y5, Y9) \
	DOWN(EBYTES*128, K, Y12, 6, Y6, Y10) \
	DOWN(EBYTES*128, K, Y12, 7, Y7, Y11)

#define IN(LOAD, N, I, R, READY) \
	LOAD((R9), R) \
	ADDQ DX, R9 \
	CMPQ AX, $(N+I+1) \
	JEQ  READY

#define OUT(STORE, N, I, R, NEXT) \
	STORE(R, (R9)) \
	ADDQ DX, R9 \
	CMPQ AX, $(N+I+1) \
	JEQ  NEXT

#define IN8(LOAD, N, READY) \
	IN(LOAD, N, 0, Y0, READY) \
	IN(LOAD, N, 1, Y1, READY) \
	IN(LOAD, N, 2, Y2, READY) \
	IN(LOAD, N, 3, Y3, READY) \
	IN(LOAD, N, 4, Y4, READY) \
	IN(LOAD, N, 5, Y5, READY) \
	IN(LOAD, N, 6, Y6, READY) \
	IN(LOAD, N, 7, Y7, READY)

#define OUT8(STORE, N, NEXT) \
	OUT(STORE, N, 0, Y0, NEXT) \
	OUT(STORE, N, 1, Y1, NEXT) \
	OUT(STORE, N, 2, Y2, NEXT) \
	OUT(STORE, N, 3, Y3, NEXT) \
	OUT(STORE, N, 4, Y4, NEXT) \
	OUT(STORE, N, 5, Y5, NEXT) \
	OUT(STORE, N, 6, Y6, NEXT) \
	OUT(STORE, N, 7, Y7, NEXT)

// One vector of columns.
#define SOLVE(LOAD, STORE, READY, READY2, NEXT) \
	MOVQ DI, R9 \
	IN8(LOAD, 0, READY) \
READY: \
	SOLVE8(0) \
	MOVQ DI, R9 \
	OUT8(STORE, 0, NEXT) \
	MOVQ R9, R10 \
	IN8(LOAD, 8, READY2) \
READY2: \
	MOVQ DI, R9 \
	LOWER(LOAD, ADDQ, 0) \
	LOWER(LOAD, ADDQ, 1) \
	LOWER(LOAD, ADDQ, 2) \
	LOWER(LOAD, ADDQ, 3) \
	LOWER(LOAD, ADDQ, 4) \
	LOWER(LOAD, ADDQ, 5) \
	LOWER(LOAD, ADDQ, 6) \
	LOWER(LOAD, ADDQ, 7) \
	SOLVE8(EBYTES*(16*8+8)) \
	MOVQ R10, R9 \
	OUT8(STORE, 8, NEXT) \
NEXT:

#define MULTIPLY(LOAD, STORE, READY, READY2, NEXT, UPPER) \
	CMPQ AX, $8 \
	JLE  UPPER \
	LEAQ (DI)(DX*8), R10 \
	MOVQ R10, R9 \
	IN8(LOAD, 8, READY2) \
READY2: \
	MULTIPLY8(EBYTES*(16*8+8)) \
	MOVQ R10, R9 \
	SUBQ DX, R9 \
	LOWER(LOAD, SUBQ, 7) \
	LOWER(LOAD, SUBQ, 6) \
	LOWER(LOAD, SUBQ, 5) \
	LOWER(LOAD, SUBQ, 4) \
	LOWER(LOAD, SUBQ, 3) \
	LOWER(LOAD, SUBQ, 2) \
	LOWER(LOAD, SUBQ, 1) \
	LOWER(LOAD, SUBQ, 0) \
	MOVQ R10, R9 \
	OUT8(STORE, 8, UPPER) \
UPPER: \
	MOVQ DI, R9 \
	IN8(LOAD, 0, READY) \
READY: \
	MULTIPLY8(0) \
	MOVQ DI, R9 \
	OUT8(STORE, 0, NEXT) \
NEXT:

#define HEAD \
	MOVQ n+0(FP), AX \
	MOVQ tri+8(FP), SI \
	MOVQ b+16(FP), DI \
	MOVQ ldb+24(FP), DX \
	MOVQ cols+32(FP), CX \
	SUBQ $(32/EBYTES), CX \
	JLT  tail

#define NEXTVECTOR \
	ADDQ $32, DI \
	SUBQ $(32/EBYTES), CX \
	JGE  loop

#define TAIL \
	ADDQ $(32/EBYTES), CX \
	JEQ  done \
	SHLQ $ELOG, CX \
	LEAQ lanes<>+32(SB), BX \
	SUBQ CX, BX \
	VMOVUPS (BX), Y14

#define SOLVELEAF \
	HEAD \
loop: \
	SOLVE(LOADALL, STOREALL, ready, ready2, next) \
	NEXTVECTOR \
tail: \
	TAIL \
	SOLVE(LOADSOME, STORESOME, tready, tready2, tnext) \
done: \
	VZEROUPPER \
	RET

#define MULTIPLYLEAF \
	HEAD \
loop: \
	MULTIPLY(LOADALL, STOREALL, ready, ready2, next, upper) \
	NEXTVECTOR \
tail: \
	TAIL \
	MULTIPLY(LOADSOME, STORESOME, tready, tready2, tnext, tupper) \
done: \
	VZEROUPPER \
	RET

// func solveLeaf32AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·solveLeaf32AVX2(SB), NOSPLIT, $0-40
	SOLVELEAF

// func multiplyLeaf32AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·multiplyLeaf32AVX2(SB), NOSPLIT, $0-40
	MULTIPLYLEAF

#include "pd_amd64.h"

// func solveLeaf64AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·solveLeaf64AVX2(SB), NOSPLIT, $0-40
	SOLVELEAF

// func multiplyLeaf64AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·multiplyLeaf64AVX2(SB), NOSPLIT, $0-40
	MULTIPLYLEAF
