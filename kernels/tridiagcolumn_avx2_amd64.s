// One column of a tridiagonal reduction, AVX2 and FMA3: see TridiagColumn for the formulas and their order.
//
// Groups of 8 columns of float64 or 16 of float32 are two vectors, whose first column is a multiple of that; masks for the first group come from a
// sliding table. The pass over the trailing matrix takes two groups (then one) down all rows; v and w stay in memory.
//
// Registers: SI → v, DI → w, R8 → row j, R9 → y, DX byte offset of the first group, CX of the end, R11 lda in bytes;
// R12 → a, R10 → the current row at the current column, BX the byte offset of its index. Y12, Y13 the masks of the first group, Y14 all ones.

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

#define UPDATE(off, yv, av) \
	LOADU off(R10), av                  \
	FNMADD231 off(DI)(AX*1), Y0, av    \
	FNMADD231 off(SI)(AX*1), Y1, av    \
	LOADU av, off(R10)                  \
	FMADD231 Y2, av, yv

#define BROADCASTS \
	BCAST (SI)(BX*1), Y0 \
	BCAST (DI)(BX*1), Y1 \
	BCAST (R8)(BX*1), Y2

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
	BCAST X7, Y10 \ // τ
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
	MOVQ DX, AX \
two: \
	LEAQ 128(AX), BX \
	CMPQ BX, CX \
	JGT  one \
	VXORPD Y4, Y4, Y4 \
	VXORPD Y5, Y5, Y5 \
	VXORPD Y6, Y6, Y6 \
	VXORPD Y7, Y7, Y7 \
	LEAQ (R12)(AX*1), R10 \
	MOVQ R13, BX \
rows2: \
	BROADCASTS \
	UPDATE(0, Y4, Y8) \
	UPDATE(32, Y5, Y9) \
	UPDATE(64, Y6, Y11) \
	UPDATE(96, Y7, Y15) \
	ADDQ R11, R10 \
	ADDQ $EBYTES, BX \
	CMPQ BX, R15 \
	JLT  rows2 \
	LOADU Y4, (R9)(AX*1) \
	LOADU Y5, 32(R9)(AX*1) \
	LOADU Y6, 64(R9)(AX*1) \
	LOADU Y7, 96(R9)(AX*1) \
	ADDQ $128, AX \
	JMP  two \
one: \
	CMPQ AX, CX \
	JGE  passed \
	VXORPD Y4, Y4, Y4 \
	VXORPD Y5, Y5, Y5 \
	LEAQ (R12)(AX*1), R10 \
	MOVQ R13, BX \
rows1: \
	BROADCASTS \
	UPDATE(0, Y4, Y8) \
	UPDATE(32, Y5, Y9) \
	ADDQ R11, R10 \
	ADDQ $EBYTES, BX \
	CMPQ BX, R15 \
	JLT  rows1 \
	LOADU Y4, (R9)(AX*1) \
	LOADU Y5, 32(R9)(AX*1) \
passed: \
	 \ // y·τ, its product with v', and w'.
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
