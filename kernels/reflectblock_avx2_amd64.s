// Eight reflections as one block on 4 or 8 columns, AVX2: see ReflectBlock for the formulas and their order. The sums stay in registers from the
// products through the triangle to the updates. Each sum is one chain, so a row takes four cycles in the products.
//
// Registers: DI → row of C, R8 bytes between rows, SI → element of vector 0 that meets the row, R11 bytes to that of the next row, AX, R12, R13, DX one, three, five and
// seven times the bytes between vectors, R9, R10 → first ones, R15 rows, CX count of rows, BX → T; Y0–Y7 sums, Y8 row, Y9 factor.

#include "textflag.h"
#include "reflectblock_amd64.h"

#define LOAD MOVU (DI), Y8
#define STORE MOVU Y8, (DI)
#define DOT(V, A) BCAST V, Y9; FMA Y8, Y9, A
#define SUB(V, A) BCAST V, Y9; FNMA A, Y9, Y8
#define DIAG(I, A) BCAST ((I)*9*SIZE)(BX), Y9; MUL A, Y9, A
#define ROW(I, J, A, X) BCAST ((I)*8*SIZE+(J)*SIZE)(BX), Y9; FMA X, Y9, A

#define SUMS \
	DOT((SI), Y0)        \
	DOT((SI)(AX*1), Y1)  \
	DOT((SI)(AX*2), Y2)  \
	DOT((SI)(R12*1), Y3) \
	DOT((SI)(AX*4), Y4)  \
	DOT((SI)(R13*1), Y5) \
	DOT((SI)(R12*2), Y6) \
	DOT((SI)(DX*1), Y7)

#define UPDATES \
	SUB((SI), Y0)        \
	SUB((SI)(AX*1), Y1)  \
	SUB((SI)(AX*2), Y2)  \
	SUB((SI)(R12*1), Y3) \
	SUB((SI)(AX*4), Y4)  \
	SUB((SI)(R13*1), Y5) \
	SUB((SI)(R12*2), Y6) \
	SUB((SI)(DX*1), Y7)

#define TRIANGLE \
	DIAG(0, Y0)       \
	ROW(0, 1, Y0, Y1) \
	ROW(0, 2, Y0, Y2) \
	ROW(0, 3, Y0, Y3) \
	ROW(0, 4, Y0, Y4) \
	ROW(0, 5, Y0, Y5) \
	ROW(0, 6, Y0, Y6) \
	ROW(0, 7, Y0, Y7) \
	DIAG(1, Y1)       \
	ROW(1, 2, Y1, Y2) \
	ROW(1, 3, Y1, Y3) \
	ROW(1, 4, Y1, Y4) \
	ROW(1, 5, Y1, Y5) \
	ROW(1, 6, Y1, Y6) \
	ROW(1, 7, Y1, Y7) \
	DIAG(2, Y2)       \
	ROW(2, 3, Y2, Y3) \
	ROW(2, 4, Y2, Y4) \
	ROW(2, 5, Y2, Y5) \
	ROW(2, 6, Y2, Y6) \
	ROW(2, 7, Y2, Y7) \
	DIAG(3, Y3)       \
	ROW(3, 4, Y3, Y4) \
	ROW(3, 5, Y3, Y5) \
	ROW(3, 6, Y3, Y6) \
	ROW(3, 7, Y3, Y7) \
	DIAG(4, Y4)       \
	ROW(4, 5, Y4, Y5) \
	ROW(4, 6, Y4, Y6) \
	ROW(4, 7, Y4, Y7) \
	DIAG(5, Y5)       \
	ROW(5, 6, Y5, Y6) \
	ROW(5, 7, Y5, Y7) \
	DIAG(6, Y6)       \
	ROW(6, 7, Y6, Y7) \
	DIAG(7, Y7)

#define ZERO \
	VPXOR Y0, Y0, Y0 \
	VPXOR Y1, Y1, Y1 \
	VPXOR Y2, Y2, Y2 \
	VPXOR Y3, Y3, Y3 \
	VPXOR Y4, Y4, Y4 \
	VPXOR Y5, Y5, Y5 \
	VPXOR Y6, Y6, Y6 \
	VPXOR Y7, Y7, Y7

// The sums of the rows before, and those for the rows to come.
#define RESUME \
	MOVQ sums+56(FP), DI \
	MOVU 0(DI), Y0 \
	MOVU 32(DI), Y1 \
	MOVU 64(DI), Y2 \
	MOVU 96(DI), Y3 \
	MOVU 128(DI), Y4 \
	MOVU 160(DI), Y5 \
	MOVU 192(DI), Y6 \
	MOVU 224(DI), Y7

#define SUSPEND \
	MOVQ sums+56(FP), DI \
	MOVU Y0, 0(DI) \
	MOVU Y1, 32(DI) \
	MOVU Y2, 64(DI) \
	MOVU Y3, 96(DI) \
	MOVU Y4, 128(DI) \
	MOVU Y5, 160(DI) \
	MOVU Y6, 192(DI) \
	MOVU Y7, 224(DI)

#define SIZE 8
#define MOVU VMOVUPD
#define BCAST VBROADCASTSD
#define FMA VFMADD231PD
#define FNMA VFNMADD231PD
#define MUL VMULPD

// func reflectBlock64AVX2(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)
TEXT ·reflectBlock64AVX2(SB), NOSPLIT, $0-72
	BODY

#undef SIZE
#undef MOVU
#undef BCAST
#undef FMA
#undef FNMA
#undef MUL

#define SIZE 4
#define MOVU VMOVUPS
#define BCAST VBROADCASTSS
#define FMA VFMADD231PS
#define FNMA VFNMADD231PS
#define MUL VMULPS

// func reflectBlock32AVX2(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)
TEXT ·reflectBlock32AVX2(SB), NOSPLIT, $0-72
	BODY
