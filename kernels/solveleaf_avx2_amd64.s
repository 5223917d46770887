// Forward substitution with a triangle of at most 16 rows, AVX2.
//
//	x_k = b_k·r_k,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending,  r_k = 1/t_kk
//
// for every column of the n×cols matrix b, in place. The triangle is packed, with the reciprocals on its diagonal and zeros where
// it has fewer rows: t_ik = tri[16·i+k].
//
//	AX n   SI tri   DI row 0 of b, moving along the columns   DX ldb in bytes, of either sign   CX columns left
//	R9 moves down the rows   R10 row 8      Y14 lanes of the tail
//	Y0–Y7 eight rows of b, then of x, one vector of columns    Y8–Y11 elements of the triangle in every lane    Y12 a row of x
//
// The first eight rows are solved and stored, then taken off the last eight. Ports: 120 fma and 136 broadcast loads for 16 rows of
// one vector, 68 cycles.
//
// Edges: 1 ≤ n ≤ 16, cols ≥ 1; the columns behind the last whole vector go through VMASKMOV. Registers of rows behind n hold
// anything; they are not stored, and tri has zeros for them.

#include "textflag.h"

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

#define LOADALL32(AT, R)  VMOVUPS AT, R
#define STOREALL32(R, AT) VMOVUPS R, AT
#define LOADSOME32(AT, R)  VMASKMOVPS AT, Y14, R
#define STORESOME32(R, AT) VMASKMOVPS R, Y14, AT
#define LOADALL64(AT, R)  VMOVUPD AT, R
#define STOREALL64(R, AT) VMOVUPD R, AT
#define LOADSOME64(AT, R)  VMASKMOVPD AT, Y14, R
#define STORESOME64(R, AT) VMASKMOVPD R, Y14, AT

// The triangle of 8 rows at OFF of tri, on rows in Y0–Y7.
#define PIVOT32(OFF, K, R) \
	VBROADCASTSS (OFF+4*17*K)(SI), Y8 \
	VMULPS Y8, R, R

#define DOWN32(OFF, K, X, I, R, T) \
	VBROADCASTSS (OFF+4*(16*I+K))(SI), T \
	VFNMADD231PS T, X, R

#define TRIANGLE32(OFF) \
	PIVOT32(OFF, 0, Y0) \
	DOWN32(OFF, 0, Y0, 1, Y1, Y9) \
	DOWN32(OFF, 0, Y0, 2, Y2, Y10) \
	DOWN32(OFF, 0, Y0, 3, Y3, Y11) \
	DOWN32(OFF, 0, Y0, 4, Y4, Y8) \
	DOWN32(OFF, 0, Y0, 5, Y5, Y9) \
	DOWN32(OFF, 0, Y0, 6, Y6, Y10) \
	DOWN32(OFF, 0, Y0, 7, Y7, Y11) \
	PIVOT32(OFF, 1, Y1) \
	DOWN32(OFF, 1, Y1, 2, Y2, Y10) \
	DOWN32(OFF, 1, Y1, 3, Y3, Y11) \
	DOWN32(OFF, 1, Y1, 4, Y4, Y8) \
	DOWN32(OFF, 1, Y1, 5, Y5, Y9) \
	DOWN32(OFF, 1, Y1, 6, Y6, Y10) \
	DOWN32(OFF, 1, Y1, 7, Y7, Y11) \
	PIVOT32(OFF, 2, Y2) \
	DOWN32(OFF, 2, Y2, 3, Y3, Y11) \
	DOWN32(OFF, 2, Y2, 4, Y4, Y8) \
	DOWN32(OFF, 2, Y2, 5, Y5, Y9) \
	DOWN32(OFF, 2, Y2, 6, Y6, Y10) \
	DOWN32(OFF, 2, Y2, 7, Y7, Y11) \
	PIVOT32(OFF, 3, Y3) \
	DOWN32(OFF, 3, Y3, 4, Y4, Y8) \
	DOWN32(OFF, 3, Y3, 5, Y5, Y9) \
	DOWN32(OFF, 3, Y3, 6, Y6, Y10) \
	DOWN32(OFF, 3, Y3, 7, Y7, Y11) \
	PIVOT32(OFF, 4, Y4) \
	DOWN32(OFF, 4, Y4, 5, Y5, Y9) \
	DOWN32(OFF, 4, Y4, 6, Y6, Y10) \
	DOWN32(OFF, 4, Y4, 7, Y7, Y11) \
	PIVOT32(OFF, 5, Y5) \
	DOWN32(OFF, 5, Y5, 6, Y6, Y10) \
	DOWN32(OFF, 5, Y5, 7, Y7, Y11) \
	PIVOT32(OFF, 6, Y6) \
	DOWN32(OFF, 6, Y6, 7, Y7, Y11) \
	PIVOT32(OFF, 7, Y7)

// What row K of x takes off rows 8 … 15.
#define LOWER32(LOAD, K) \
	LOAD((R9), Y12) \
	ADDQ DX, R9 \
	DOWN32(4*128, K, Y12, 0, Y0, Y8) \
	DOWN32(4*128, K, Y12, 1, Y1, Y9) \
	DOWN32(4*128, K, Y12, 2, Y2, Y10) \
	DOWN32(4*128, K, Y12, 3, Y3, Y11) \
	DOWN32(4*128, K, Y12, 4, Y4, Y8) \
	DOWN32(4*128, K, Y12, 5, Y5, Y9) \
	DOWN32(4*128, K, Y12, 6, Y6, Y10) \
	DOWN32(4*128, K, Y12, 7, Y7, Y11)

#define IN32(LOAD, N, I, R, READY) \
	LOAD((R9), R) \
	ADDQ DX, R9 \
	CMPQ AX, $(N+I+1) \
	JEQ  READY

#define OUT32(STORE, N, I, R, NEXT) \
	STORE(R, (R9)) \
	ADDQ DX, R9 \
	CMPQ AX, $(N+I+1) \
	JEQ  NEXT

// One vector of columns.
#define COLUMN32(LOAD, STORE, READY, READY2, NEXT) \
	MOVQ DI, R9 \
	IN32(LOAD, 0, 0, Y0, READY) \
	IN32(LOAD, 0, 1, Y1, READY) \
	IN32(LOAD, 0, 2, Y2, READY) \
	IN32(LOAD, 0, 3, Y3, READY) \
	IN32(LOAD, 0, 4, Y4, READY) \
	IN32(LOAD, 0, 5, Y5, READY) \
	IN32(LOAD, 0, 6, Y6, READY) \
	IN32(LOAD, 0, 7, Y7, READY) \
READY: \
	TRIANGLE32(0) \
	MOVQ DI, R9 \
	OUT32(STORE, 0, 0, Y0, NEXT) \
	OUT32(STORE, 0, 1, Y1, NEXT) \
	OUT32(STORE, 0, 2, Y2, NEXT) \
	OUT32(STORE, 0, 3, Y3, NEXT) \
	OUT32(STORE, 0, 4, Y4, NEXT) \
	OUT32(STORE, 0, 5, Y5, NEXT) \
	OUT32(STORE, 0, 6, Y6, NEXT) \
	OUT32(STORE, 0, 7, Y7, NEXT) \
	MOVQ R9, R10 \
	IN32(LOAD, 8, 0, Y0, READY2) \
	IN32(LOAD, 8, 1, Y1, READY2) \
	IN32(LOAD, 8, 2, Y2, READY2) \
	IN32(LOAD, 8, 3, Y3, READY2) \
	IN32(LOAD, 8, 4, Y4, READY2) \
	IN32(LOAD, 8, 5, Y5, READY2) \
	IN32(LOAD, 8, 6, Y6, READY2) \
	IN32(LOAD, 8, 7, Y7, READY2) \
READY2: \
	MOVQ DI, R9 \
	LOWER32(LOAD, 0) \
	LOWER32(LOAD, 1) \
	LOWER32(LOAD, 2) \
	LOWER32(LOAD, 3) \
	LOWER32(LOAD, 4) \
	LOWER32(LOAD, 5) \
	LOWER32(LOAD, 6) \
	LOWER32(LOAD, 7) \
	TRIANGLE32(4*(16*8+8)) \
	MOVQ R10, R9 \
	OUT32(STORE, 8, 0, Y0, NEXT) \
	OUT32(STORE, 8, 1, Y1, NEXT) \
	OUT32(STORE, 8, 2, Y2, NEXT) \
	OUT32(STORE, 8, 3, Y3, NEXT) \
	OUT32(STORE, 8, 4, Y4, NEXT) \
	OUT32(STORE, 8, 5, Y5, NEXT) \
	OUT32(STORE, 8, 6, Y6, NEXT) \
	OUT32(STORE, 8, 7, Y7, NEXT) \
NEXT:

// func solveLeaf32AVX2(n int, tri, b *float32, ldb, cols int)
TEXT ·solveLeaf32AVX2(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), AX
	MOVQ tri+8(FP), SI
	MOVQ b+16(FP), DI
	MOVQ ldb+24(FP), DX
	MOVQ cols+32(FP), CX
	SUBQ $8, CX
	JLT  tail

loop:
	COLUMN32(LOADALL32, STOREALL32, ready, ready2, next)
	ADDQ $32, DI
	SUBQ $8, CX
	JGE  loop

tail:
	ADDQ $8, CX
	JEQ  done
	SHLQ $2, CX
	LEAQ lanes<>+32(SB), BX
	SUBQ CX, BX
	VMOVUPS (BX), Y14
	COLUMN32(LOADSOME32, STORESOME32, tready, tready2, tnext)

done:
	VZEROUPPER
	RET

// The triangle of 8 rows at OFF of tri, on rows in Y0–Y7.
#define PIVOT64(OFF, K, R) \
	VBROADCASTSD (OFF+8*17*K)(SI), Y8 \
	VMULPD Y8, R, R

#define DOWN64(OFF, K, X, I, R, T) \
	VBROADCASTSD (OFF+8*(16*I+K))(SI), T \
	VFNMADD231PD T, X, R

#define TRIANGLE64(OFF) \
	PIVOT64(OFF, 0, Y0) \
	DOWN64(OFF, 0, Y0, 1, Y1, Y9) \
	DOWN64(OFF, 0, Y0, 2, Y2, Y10) \
	DOWN64(OFF, 0, Y0, 3, Y3, Y11) \
	DOWN64(OFF, 0, Y0, 4, Y4, Y8) \
	DOWN64(OFF, 0, Y0, 5, Y5, Y9) \
	DOWN64(OFF, 0, Y0, 6, Y6, Y10) \
	DOWN64(OFF, 0, Y0, 7, Y7, Y11) \
	PIVOT64(OFF, 1, Y1) \
	DOWN64(OFF, 1, Y1, 2, Y2, Y10) \
	DOWN64(OFF, 1, Y1, 3, Y3, Y11) \
	DOWN64(OFF, 1, Y1, 4, Y4, Y8) \
	DOWN64(OFF, 1, Y1, 5, Y5, Y9) \
	DOWN64(OFF, 1, Y1, 6, Y6, Y10) \
	DOWN64(OFF, 1, Y1, 7, Y7, Y11) \
	PIVOT64(OFF, 2, Y2) \
	DOWN64(OFF, 2, Y2, 3, Y3, Y11) \
	DOWN64(OFF, 2, Y2, 4, Y4, Y8) \
	DOWN64(OFF, 2, Y2, 5, Y5, Y9) \
	DOWN64(OFF, 2, Y2, 6, Y6, Y10) \
	DOWN64(OFF, 2, Y2, 7, Y7, Y11) \
	PIVOT64(OFF, 3, Y3) \
	DOWN64(OFF, 3, Y3, 4, Y4, Y8) \
	DOWN64(OFF, 3, Y3, 5, Y5, Y9) \
	DOWN64(OFF, 3, Y3, 6, Y6, Y10) \
	DOWN64(OFF, 3, Y3, 7, Y7, Y11) \
	PIVOT64(OFF, 4, Y4) \
	DOWN64(OFF, 4, Y4, 5, Y5, Y9) \
	DOWN64(OFF, 4, Y4, 6, Y6, Y10) \
	DOWN64(OFF, 4, Y4, 7, Y7, Y11) \
	PIVOT64(OFF, 5, Y5) \
	DOWN64(OFF, 5, Y5, 6, Y6, Y10) \
	DOWN64(OFF, 5, Y5, 7, Y7, Y11) \
	PIVOT64(OFF, 6, Y6) \
	DOWN64(OFF, 6, Y6, 7, Y7, Y11) \
	PIVOT64(OFF, 7, Y7)

// What row K of x takes off rows 8 … 15.
#define LOWER64(LOAD, K) \
	LOAD((R9), Y12) \
	ADDQ DX, R9 \
	DOWN64(8*128, K, Y12, 0, Y0, Y8) \
	DOWN64(8*128, K, Y12, 1, Y1, Y9) \
	DOWN64(8*128, K, Y12, 2, Y2, Y10) \
	DOWN64(8*128, K, Y12, 3, Y3, Y11) \
	DOWN64(8*128, K, Y12, 4, Y4, Y8) \
	DOWN64(8*128, K, Y12, 5, Y5, Y9) \
	DOWN64(8*128, K, Y12, 6, Y6, Y10) \
	DOWN64(8*128, K, Y12, 7, Y7, Y11)

#define IN64(LOAD, N, I, R, READY) \
	LOAD((R9), R) \
	ADDQ DX, R9 \
	CMPQ AX, $(N+I+1) \
	JEQ  READY

#define OUT64(STORE, N, I, R, NEXT) \
	STORE(R, (R9)) \
	ADDQ DX, R9 \
	CMPQ AX, $(N+I+1) \
	JEQ  NEXT

// One vector of columns.
#define COLUMN64(LOAD, STORE, READY, READY2, NEXT) \
	MOVQ DI, R9 \
	IN64(LOAD, 0, 0, Y0, READY) \
	IN64(LOAD, 0, 1, Y1, READY) \
	IN64(LOAD, 0, 2, Y2, READY) \
	IN64(LOAD, 0, 3, Y3, READY) \
	IN64(LOAD, 0, 4, Y4, READY) \
	IN64(LOAD, 0, 5, Y5, READY) \
	IN64(LOAD, 0, 6, Y6, READY) \
	IN64(LOAD, 0, 7, Y7, READY) \
READY: \
	TRIANGLE64(0) \
	MOVQ DI, R9 \
	OUT64(STORE, 0, 0, Y0, NEXT) \
	OUT64(STORE, 0, 1, Y1, NEXT) \
	OUT64(STORE, 0, 2, Y2, NEXT) \
	OUT64(STORE, 0, 3, Y3, NEXT) \
	OUT64(STORE, 0, 4, Y4, NEXT) \
	OUT64(STORE, 0, 5, Y5, NEXT) \
	OUT64(STORE, 0, 6, Y6, NEXT) \
	OUT64(STORE, 0, 7, Y7, NEXT) \
	MOVQ R9, R10 \
	IN64(LOAD, 8, 0, Y0, READY2) \
	IN64(LOAD, 8, 1, Y1, READY2) \
	IN64(LOAD, 8, 2, Y2, READY2) \
	IN64(LOAD, 8, 3, Y3, READY2) \
	IN64(LOAD, 8, 4, Y4, READY2) \
	IN64(LOAD, 8, 5, Y5, READY2) \
	IN64(LOAD, 8, 6, Y6, READY2) \
	IN64(LOAD, 8, 7, Y7, READY2) \
READY2: \
	MOVQ DI, R9 \
	LOWER64(LOAD, 0) \
	LOWER64(LOAD, 1) \
	LOWER64(LOAD, 2) \
	LOWER64(LOAD, 3) \
	LOWER64(LOAD, 4) \
	LOWER64(LOAD, 5) \
	LOWER64(LOAD, 6) \
	LOWER64(LOAD, 7) \
	TRIANGLE64(8*(16*8+8)) \
	MOVQ R10, R9 \
	OUT64(STORE, 8, 0, Y0, NEXT) \
	OUT64(STORE, 8, 1, Y1, NEXT) \
	OUT64(STORE, 8, 2, Y2, NEXT) \
	OUT64(STORE, 8, 3, Y3, NEXT) \
	OUT64(STORE, 8, 4, Y4, NEXT) \
	OUT64(STORE, 8, 5, Y5, NEXT) \
	OUT64(STORE, 8, 6, Y6, NEXT) \
	OUT64(STORE, 8, 7, Y7, NEXT) \
NEXT:

// func solveLeaf64AVX2(n int, tri, b *float64, ldb, cols int)
TEXT ·solveLeaf64AVX2(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), AX
	MOVQ tri+8(FP), SI
	MOVQ b+16(FP), DI
	MOVQ ldb+24(FP), DX
	MOVQ cols+32(FP), CX
	SUBQ $4, CX
	JLT  tail

loop:
	COLUMN64(LOADALL64, STOREALL64, ready, ready2, next)
	ADDQ $32, DI
	SUBQ $4, CX
	JGE  loop

tail:
	ADDQ $4, CX
	JEQ  done
	SHLQ $3, CX
	LEAQ lanes<>+32(SB), BX
	SUBQ CX, BX
	VMOVUPS (BX), Y14
	COLUMN64(LOADSOME64, STORESOME64, tready, tready2, tnext)

done:
	VZEROUPPER
	RET
