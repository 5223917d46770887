// One column of a tridiagonal reduction, AVX2 and FMA3: see TridiagColumn for the formulas and their order.
//
// Groups of 8 columns of float64 or 16 of float32 are two vectors, whose first column is a multiple of that; masks for groups with a diagonal come from a
// sliding table. The pass over the trailing triangle takes two rows at a time, from the group with their diagonals on; v, w, v' and y stay in memory: for a vector of both rows
// eight fused operations, nine loads and three stores.
//
// Registers: SI → v, DI → w, R8 → row j, R9 → y, DX byte offset of the first group, CX of the end, R11 lda in bytes;
// R12 → the row, later scratch, R13 the byte offset of its index, R15 of n, AX of the columns, R10 → the row at the columns, BX → the mask of the row.
// Y0–Y5 elements of v, w and v' for the rows, Y6–Y9 their sums, Y11 a, Y15 y. Y12, Y13 the masks of the first group, Y14 all ones; Y10 a mask, later τ.

#include "textflag.h"
#include "ps_amd64.h"
#include "tridiagcolumn_amd64.h"

// Zeros and ones of a group each.
DATA ·fromHere<>+0(SB)/8, $0
DATA ·fromHere<>+8(SB)/8, $0
DATA ·fromHere<>+16(SB)/8, $0
DATA ·fromHere<>+24(SB)/8, $0
DATA ·fromHere<>+32(SB)/8, $0
DATA ·fromHere<>+40(SB)/8, $0
DATA ·fromHere<>+48(SB)/8, $0
DATA ·fromHere<>+56(SB)/8, $0
DATA ·fromHere<>+64(SB)/8, $-1
DATA ·fromHere<>+72(SB)/8, $-1
DATA ·fromHere<>+80(SB)/8, $-1
DATA ·fromHere<>+88(SB)/8, $-1
DATA ·fromHere<>+96(SB)/8, $-1
DATA ·fromHere<>+104(SB)/8, $-1
DATA ·fromHere<>+112(SB)/8, $-1
DATA ·fromHere<>+120(SB)/8, $-1
GLOBL ·fromHere<>(SB), RODATA|NOPTR, $128

// The lanes of Y4 and Y5 by halves, in X4. Uses Y6.
#define FOLD \
	ADD Y5, Y4, Y4          \
	VEXTRACTF128 $1, Y4, X6 \
	ADD X6, X4, X4          \
	FOLD4(X4, X6)           \
	FOLD2(X4, X6)

// Element i of v, w and v' for the row in the registers of that number.
#define ELEMENTS(off, vi, wi, ui) \
	BCAST off(SI)(R13*1), vi \
	BCAST off(DI)(R13*1), wi \
	BCAST off(R8)(R13*1), ui

// Half a group of a row: a −= v_i·w, a −= w_i·v, y += v'_i·a, s += v'·a; y in Y15.
#define UPDATE(off, at, vi, wi, ui, s) \
	LOADU off at, Y11                 \
	FNMADD231 off(DI)(AX*1), vi, Y11  \
	FNMADD231 off(SI)(AX*1), wi, Y11  \
	LOADU Y11, off at                 \
	FMADD231 Y11, ui, Y15             \
	FMADD231 off(R8)(AX*1), Y11, s

// The same where the diagonal is, from it on, and s behind it; r is the number of the row times EBYTES.
#define DIAGONAL(off, at, vi, wi, ui, s, r) \
	LOADU off at, Y11                 \
	FNMADD231 off(DI)(AX*1), vi, Y11  \
	FNMADD231 off(SI)(AX*1), wi, Y11  \
	LOADU (off-r)(BX), Y10            \
	MASKMOV Y11, Y10, off at          \
	MOVA Y15, s                       \
	FMADD231 Y11, ui, s               \
	BLENDV Y10, s, Y15, Y15           \
	VXORPD s, s, s                    \
	FMADD231 off(R8)(AX*1), Y11, s    \
	ANDV (off-r-EBYTES)(BX), s, s

// y of the row += its sums, in two registers.
#define ROWSUM(off, Y, X, Z) \
	ADD Z, Y, Y             \
	VEXTRACTF128 $1, Y, X11 \
	ADD X11, X, X           \
	FOLD4(X, X11)           \
	FOLD2(X, X11)           \
	ADDS off(R9)(R13*1), X, X \
	LOADS X, off(R9)(R13*1)

// u at off, where the mask m is set.
#define ROW(off, m, s) \
	LOADU off(R8)(AX*1), Y7               \
	FNMADD231 off(DI)(AX*1), Y0, Y7      \
	FNMADD231 off(SI)(AX*1), Y1, Y7      \
	ANDV m, Y7, Y7                        \
	LOADU Y7, off(R8)(AX*1)               \
	FMADD231 Y7, Y7, s

#define PRODUCT(off, m, s) \
	ANDV off(R9)(AX*1), m, Y7      \
	MUL Y10, Y7, Y7               \
	LOADU Y7, off(R9)(AX*1)        \
	FMADD231 off(R8)(AX*1), Y7, s

#define COLUMN \
	MOVQ j+16(FP), BX \
	MOVQ a+24(FP), R12 \
	MOVQ lda+32(FP), R11 \
	MOVQ v+40(FP), SI \
	MOVQ w+48(FP), DI \
	MOVQ y+56(FP), R9 \
	SHLQ $ELOG, R11 \
	MOVQ BX, AX \
	IMULQ R11, AX \
	LEAQ (R12)(AX*1), R8 \
	BCAST (SI)(BX*EBYTES), Y0 \
	BCAST (DI)(BX*EBYTES), Y1 \
	LOADS (R8)(BX*EBYTES), X3 \
	FNMADDS X0, X1, X3 \
	FNMADDS X1, X0, X3 \ // d
	ADDQ $1, BX \ // j+1
	MOVQ BX, DX \
	ANDQ $-(64/EBYTES), DX \
	MOVQ BX, AX \
	SUBQ DX, AX \
	SHLQ $ELOG, DX \
	SHLQ $ELOG, AX \
	LEAQ ·fromHere<>+64(SB), R10 \
	SUBQ AX, R10 \
	LOADU (R10), Y12 \
	LOADU 32(R10), Y13 \
	VPCMPEQD Y14, Y14, Y14 \
	MOVQ m+8(FP), CX \
	SHLQ $ELOG, CX \
	VXORPD Y4, Y4, Y4 \
	VXORPD Y5, Y5, Y5 \
	MOVQ DX, AX \
	ROW(0, Y12, Y4) \
	ROW(32, Y13, Y5) \
	JMP  rowed \
row: \
	ROW(0, Y14, Y4) \
	ROW(32, Y14, Y5) \
rowed: \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  row \
	FOLD \
	LOADS (R8)(BX*EBYTES), X5 \ // α
	VXORPD X6, X6, X6 \ // e
	VXORPD X7, X7, X7 \ // τ
	VXORPD X8, X8, X8 \ // 1/(α − e)
	UCOMIS TINY(SB), X4 \
	JCS  scale \
	SQRTS X4, X4, X6 \
	LOADU SIGNBIT(SB), X9 \
	VANDNPD X9, X5, X10 \
	VORPD  X10, X6, X6 \ // −sign(α)·√σ
	SUBS X6, X5, X8 \
	SUBS X5, X6, X7 \
	LOADS UNITY(SB), X9 \
	DIVS X8, X9, X8 \
	DIVS X6, X7, X7 \
scale: \
	MOVQ out+64(FP), AX \
	LOADS X3, (AX) \
	LOADS X6, EBYTES(AX) \
	LOADS X7, (2*EBYTES)(AX) \
	BCAST X8, Y8 \
	MOVQ DX, AX \
scaling: \
	MUL (R8)(AX*1), Y8, Y5 \
	MUL 32(R8)(AX*1), Y8, Y6 \
	LOADU Y5, (R8)(AX*1) \
	LOADU Y6, 32(R8)(AX*1) \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  scaling \
	ANDV (R8)(DX*1), Y12, Y5 \ // −0 left of j+1 becomes +0
	ANDV 32(R8)(DX*1), Y13, Y6 \
	LOADU Y5, (R8)(DX*1) \
	LOADU Y6, 32(R8)(DX*1) \
	LOADS UNITY(SB), X9 \
	LOADS X9, (R8)(BX*EBYTES) \
	 \ // The trailing matrix. AX is the byte offset of the columns.
	SHLQ $ELOG, BX \
	MOVQ BX, R13 \ // byte offset of index j+1
	MOVQ j+16(FP), AX \
	ADDQ $1, AX \
	IMULQ R11, AX \
	ADDQ AX, R12 \ // → row j+1
	MOVQ n+0(FP), R15 \
	SHLQ $ELOG, R15 \
	VXORPD Y4, Y4, Y4 \
	MOVQ DX, AX \
zero: \
	LOADU Y4, (R9)(AX*1) \
	LOADU Y4, 32(R9)(AX*1) \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  zero \
rows: \
	CMPQ R13, R15 \
	JGE  passed \
	MOVQ R13, AX \
	ANDQ $63, AX \
	LEAQ ·fromHere<>+64(SB), BX \
	SUBQ AX, BX \
	MOVQ R13, AX \
	ANDQ $-64, AX \
	LEAQ (R12)(AX*1), R10 \
	ELEMENTS(0, Y0, Y1, Y2) \
	TESTQ $EBYTES, R13 \
	JNE  one \
	LEAQ EBYTES(R13), R12 \
	CMPQ R12, R15 \
	JGE  one \
	ELEMENTS(EBYTES, Y3, Y4, Y5) \
	LOADU (R9)(AX*1), Y15 \
	DIAGONAL(0, (R10), Y0, Y1, Y2, Y6, 0) \
	DIAGONAL(0, (R10)(R11*1), Y3, Y4, Y5, Y8, EBYTES) \
	LOADU Y15, (R9)(AX*1) \
	LOADU 32(R9)(AX*1), Y15 \
	DIAGONAL(32, (R10), Y0, Y1, Y2, Y7, 0) \
	DIAGONAL(32, (R10)(R11*1), Y3, Y4, Y5, Y9, EBYTES) \
	JMP  two \
columns2: \
	LOADU (R9)(AX*1), Y15 \
	UPDATE(0, (R10), Y0, Y1, Y2, Y6) \
	UPDATE(0, (R10)(R11*1), Y3, Y4, Y5, Y8) \
	LOADU Y15, (R9)(AX*1) \
	LOADU 32(R9)(AX*1), Y15 \
	UPDATE(32, (R10), Y0, Y1, Y2, Y7) \
	UPDATE(32, (R10)(R11*1), Y3, Y4, Y5, Y9) \
two: \
	LOADU Y15, 32(R9)(AX*1) \
	ADDQ $64, R10 \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  columns2 \
	ROWSUM(0, Y6, X6, Y7) \
	ROWSUM(EBYTES, Y8, X8, Y9) \
	SUBQ CX, R10 \
	LEAQ (R10)(R11*2), R12 \
	ADDQ $(2*EBYTES), R13 \
	JMP  rows \
one: \
	LOADU (R9)(AX*1), Y15 \
	DIAGONAL(0, (R10), Y0, Y1, Y2, Y6, 0) \
	LOADU Y15, (R9)(AX*1) \
	LOADU 32(R9)(AX*1), Y15 \
	DIAGONAL(32, (R10), Y0, Y1, Y2, Y7, 0) \
	JMP  single \
columns1: \
	LOADU (R9)(AX*1), Y15 \
	UPDATE(0, (R10), Y0, Y1, Y2, Y6) \
	LOADU Y15, (R9)(AX*1) \
	LOADU 32(R9)(AX*1), Y15 \
	UPDATE(32, (R10), Y0, Y1, Y2, Y7) \
single: \
	LOADU Y15, 32(R9)(AX*1) \
	ADDQ $64, R10 \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  columns1 \
	ROWSUM(0, Y6, X6, Y7) \
	SUBQ CX, R10 \
	LEAQ (R10)(R11*1), R12 \
	ADDQ $EBYTES, R13 \
	JMP  rows \
passed: \
	 \ // y·τ, its product with v', and w'.
	MOVQ out+64(FP), AX \
	BCAST (2*EBYTES)(AX), Y10 \
	VXORPD Y4, Y4, Y4 \
	VXORPD Y5, Y5, Y5 \
	MOVQ DX, AX \
	PRODUCT(0, Y12, Y4) \
	PRODUCT(32, Y13, Y5) \
	JMP  multiplied \
product: \
	PRODUCT(0, Y14, Y4) \
	PRODUCT(32, Y14, Y5) \
multiplied: \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  product \
	FOLD \
	MULS MINUSHALF(SB), X10, X5 \
	MULS X4, X5, X4 \
	BCAST X4, Y4 \
	MOVQ DX, AX \
finish: \
	LOADU (R9)(AX*1), Y5 \
	LOADU 32(R9)(AX*1), Y6 \
	FMADD231 (R8)(AX*1), Y4, Y5 \
	FMADD231 32(R8)(AX*1), Y4, Y6 \
	LOADU Y5, (R9)(AX*1) \
	LOADU Y6, 32(R9)(AX*1) \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  finish \
	ANDV (R9)(DX*1), Y12, Y5 \ // 0 times Inf
	ANDV 32(R9)(DX*1), Y13, Y6 \
	LOADU Y5, (R9)(DX*1) \
	LOADU Y6, 32(R9)(DX*1) \
	VZEROUPPER \
	RET

// func tridiagColumn32AVX2(n, m, j int, a *float32, lda int, v, w, y *float32, out *[3]float32)
TEXT ·tridiagColumn32AVX2(SB), NOSPLIT, $0-72
	COLUMN

#include "pd_amd64.h"
#include "tridiagcolumn64_amd64.h"

// func tridiagColumn64AVX2(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)
TEXT ·tridiagColumn64AVX2(SB), NOSPLIT, $0-72
	COLUMN
