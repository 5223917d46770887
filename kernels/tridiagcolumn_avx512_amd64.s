// One column of a tridiagonal reduction, AVX-512: see TridiagColumn for the formulas and their order.
//
// Vectors are 8 columns of float64 or 16 of float32 whose first is a multiple of that; K1 masks the columns beyond j of the first vector, K2
// column j+1. The pass over the trailing matrix takes four vectors of columns (then two, then one) down all rows: for each vector of
// A one load, one store and three fused operations, 1.5 cycles on two ports.
//
// Registers: SI → v, DI → w, R8 → row j, R9 → y, DX byte offset of the first vector, CX of the end, R11 lda in bytes;
// R12 → a, R10 → the current row at the current column, BX the byte offset of its index.

#include "textflag.h"
#include "ps_amd64.h"
#include "tridiagcolumn_amd64.h"

// The lanes of Z by halves, in X.
#define FOLD(Z, Y, X) \
	VEXTRACTF64X4 $1, Z, Y15 \
	ADD Y15, Y, Y            \
	VEXTRACTF128 $1, Y, X15  \
	ADD X15, X, X            \
	FOLD4(X, X15)            \
	FOLD2(X, X15)

// Vector i of a row: a −= v_i·w, a −= w_i·v, y += v'_i·a.
#define UPDATE(off, wv, vv, yv, av) \
	LOADU off(R10), av       \
	FNMADD231 Z0, wv, av     \
	FNMADD231 Z1, vv, av     \
	LOADU av, off(R10)       \
	FMADD231 Z2, av, yv

#define BROADCASTS \
	BCAST (SI)(BX*1), Z0 \
	BCAST (DI)(BX*1), Z1 \
	BCAST (R8)(BX*1), Z2

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
	BCAST (SI)(BX*EBYTES), Z0 \
	BCAST (DI)(BX*EBYTES), Z1 \
	LOADS (R8)(BX*EBYTES), X3 \
	FNMADDS X0, X1, X3 \
	FNMADDS X1, X0, X3 \ // d
	ADDQ $1, BX \ // j+1
	MOVQ BX, CX \
	ANDQ $(64/EBYTES-1), CX \
	MOVQ $1, AX \
	SHLQ CX, AX \
	KMOVW AX, K2 \
	NEGQ AX \
	KMOVW AX, K1 \
	MOVQ BX, DX \
	ANDQ $-(64/EBYTES), DX \
	SHLQ $ELOG, DX \
	MOVQ m+8(FP), CX \
	SHLQ $ELOG, CX \
	VPXORQ Z4, Z4, Z4 \
	KMOVW K1, K3 \
	MOVQ DX, AX \
	\ // u and its squares.
row: \
	LOADU.Z (R8)(AX*1), K3, Z5 \
	LOADU (DI)(AX*1), Z6 \
	LOADU (SI)(AX*1), Z7 \
	FNMADD231 Z0, Z6, Z5 \
	FNMADD231 Z1, Z7, Z5 \
	MOVA.Z Z5, K3, Z5 \
	LOADU Z5, (R8)(AX*1) \
	FMADD231 Z5, Z5, Z4 \
	KXNORW K3, K3, K3 \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  row \
	FOLD(Z4, Y4, X4) \
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
	BCAST X8, Z8 \
	BCAST X7, Z28 \ // τ
	BCAST UNITY(SB), Z9 \
	MUL (R8)(DX*1), Z8, Z5 \
	MOVA Z9, K2, Z5 \
	MOVA.Z Z5, K1, Z5 \
	LOADU Z5, (R8)(DX*1) \
	LEAQ 64(DX), AX \
	JMP  scaled \
scaling: \
	MUL (R8)(AX*1), Z8, Z5 \
	LOADU Z5, (R8)(AX*1) \
	ADDQ $64, AX \
scaled: \
	CMPQ AX, CX \
	JLT  scaling \
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
four: \
	LEAQ 256(AX), BX \
	CMPQ BX, CX \
	JGT  one \
	LOADU (DI)(AX*1), Z16 \
	LOADU 64(DI)(AX*1), Z17 \
	LOADU 128(DI)(AX*1), Z18 \
	LOADU 192(DI)(AX*1), Z19 \
	LOADU (SI)(AX*1), Z20 \
	LOADU 64(SI)(AX*1), Z21 \
	LOADU 128(SI)(AX*1), Z22 \
	LOADU 192(SI)(AX*1), Z23 \
	VPXORQ Z24, Z24, Z24 \
	VPXORQ Z25, Z25, Z25 \
	VPXORQ Z26, Z26, Z26 \
	VPXORQ Z27, Z27, Z27 \
	LEAQ (R12)(AX*1), R10 \
	MOVQ R13, BX \
rows4: \
	BROADCASTS \
	UPDATE(0, Z16, Z20, Z24, Z3) \
	UPDATE(64, Z17, Z21, Z25, Z4) \
	UPDATE(128, Z18, Z22, Z26, Z5) \
	UPDATE(192, Z19, Z23, Z27, Z6) \
	ADDQ R11, R10 \
	ADDQ $EBYTES, BX \
	CMPQ BX, R15 \
	JLT  rows4 \
	LOADU Z24, (R9)(AX*1) \
	LOADU Z25, 64(R9)(AX*1) \
	LOADU Z26, 128(R9)(AX*1) \
	LOADU Z27, 192(R9)(AX*1) \
	ADDQ $256, AX \
	JMP  four \
one: \
	CMPQ AX, CX \
	JGE  passed \
	LEAQ 128(AX), BX \
	CMPQ BX, CX \
	JGT  single \
	LOADU (DI)(AX*1), Z16 \
	LOADU 64(DI)(AX*1), Z17 \
	LOADU (SI)(AX*1), Z20 \
	LOADU 64(SI)(AX*1), Z21 \
	VPXORQ Z24, Z24, Z24 \
	VPXORQ Z25, Z25, Z25 \
	LEAQ (R12)(AX*1), R10 \
	MOVQ R13, BX \
rows2: \
	BROADCASTS \
	UPDATE(0, Z16, Z20, Z24, Z3) \
	UPDATE(64, Z17, Z21, Z25, Z4) \
	ADDQ R11, R10 \
	ADDQ $EBYTES, BX \
	CMPQ BX, R15 \
	JLT  rows2 \
	LOADU Z24, (R9)(AX*1) \
	LOADU Z25, 64(R9)(AX*1) \
	ADDQ $128, AX \
	JMP  one \
single: \
	LOADU (DI)(AX*1), Z16 \
	LOADU (SI)(AX*1), Z20 \
	VPXORQ Z24, Z24, Z24 \
	LEAQ (R12)(AX*1), R10 \
	MOVQ R13, BX \
rows1: \
	BROADCASTS \
	UPDATE(0, Z16, Z20, Z24, Z3) \
	ADDQ R11, R10 \
	ADDQ $EBYTES, BX \
	CMPQ BX, R15 \
	JLT  rows1 \
	LOADU Z24, (R9)(AX*1) \
	ADDQ $64, AX \
passed: \
	\ // y·τ, its product with v', and w'.
	VPXORQ Z4, Z4, Z4 \
	KMOVW K1, K3 \
	MOVQ DX, AX \
product: \
	LOADU.Z (R9)(AX*1), K3, Z5 \
	MUL Z28, Z5, Z5 \
	LOADU Z5, (R9)(AX*1) \
	FMADD231 (R8)(AX*1), Z5, Z4 \
	KXNORW K3, K3, K3 \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  product \
	FOLD(Z4, Y4, X4) \
	MULS MINUSHALF(SB), X28, X5 \
	MULS X4, X5, X4 \
	BCAST X4, Z4 \
	MOVQ DX, AX \
finish: \
	LOADU (R9)(AX*1), Z5 \
	FMADD231 (R8)(AX*1), Z4, Z5 \
	LOADU Z5, (R9)(AX*1) \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  finish \
	LOADU.Z (R9)(DX*1), K1, Z5 \ // 0 times Inf
	LOADU Z5, (R9)(DX*1) \
	VZEROUPPER \
	RET

// func tridiagColumn32AVX512(n, m, j int, a *float32, lda int, v, w, y *float32, out *[3]float32)
TEXT ·tridiagColumn32AVX512(SB), NOSPLIT, $0-72
	COLUMN

#include "pd_amd64.h"
#include "tridiagcolumn64_amd64.h"

// func tridiagColumn64AVX512(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)
TEXT ·tridiagColumn64AVX512(SB), NOSPLIT, $0-72
	COLUMN
