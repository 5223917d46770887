// One column of a tridiagonal reduction, AVX-512: see TridiagColumn for the formulas and their order.
//
// Vectors are 8 columns of float64 or 16 of float32 whose first is a multiple of that; K1 masks the columns beyond j of the first vector, K2
// column j+1. The pass over the trailing triangle takes four rows at a time, from the vector with their diagonals on: for each vector of A one load, one
// store and four fused operations, two cycles on two ports, where the second level of a Granite Rapids class Xeon gives and takes a vector in 4. y of the columns where the diagonals are stays in Z29 for all
// rows of a vector, and the sums of the rows come to it at their end: nothing waits for them.
//
// Registers: SI → v, DI → w, R8 → row j, R9 → y, DX byte offset of the first vector, CX of the end, R11 lda in bytes;
// R12 → the row, R13 the byte offset of its index, R15 of n, AX of the columns, R10 and BX → the row and the next but one at the columns.
// Z16–Z27 elements of v, w and v' for the rows, Z8–Z11 their sums, Z28 τ, Z30 the sums that are folded, Z31 where those of four rows stand then.
// K3 columns from the diagonal of the row on, K4–K7 one, two, three and four fewer.

#include "textflag.h"
#include "ps_amd64.h"
#include "tridiagcolumn_amd64.h"

DATA ·rowsAt32<>+0(SB)/8, $0x0000000400000000 // 0, 4, 8, 12, again and again
DATA ·rowsAt32<>+8(SB)/8, $0x0000000c00000008
DATA ·rowsAt32<>+16(SB)/8, $0x0000000400000000
DATA ·rowsAt32<>+24(SB)/8, $0x0000000c00000008
DATA ·rowsAt32<>+32(SB)/8, $0x0000000400000000
DATA ·rowsAt32<>+40(SB)/8, $0x0000000c00000008
DATA ·rowsAt32<>+48(SB)/8, $0x0000000400000000
DATA ·rowsAt32<>+56(SB)/8, $0x0000000c00000008
GLOBL ·rowsAt32<>(SB), RODATA|NOPTR, $64

DATA ·rowsAt64<>+0(SB)/8, $0
DATA ·rowsAt64<>+8(SB)/8, $2
DATA ·rowsAt64<>+16(SB)/8, $4
DATA ·rowsAt64<>+24(SB)/8, $6
DATA ·rowsAt64<>+32(SB)/8, $0
DATA ·rowsAt64<>+40(SB)/8, $2
DATA ·rowsAt64<>+48(SB)/8, $4
DATA ·rowsAt64<>+56(SB)/8, $6
GLOBL ·rowsAt64<>(SB), RODATA|NOPTR, $64

// The lanes of Z by halves, in X.
#define FOLD(Z, Y, X) \
	VEXTRACTF64X4 $1, Z, Y15 \
	ADD Y15, Y, Y            \
	VEXTRACTF128 $1, Y, X15  \
	ADD X15, X, X            \
	FOLD4(X, X15)            \
	FOLD2(X, X15)

// Element i of v, w and v' for the row in the registers of that number.
#define ELEMENTS(off, vi, wi, ui) \
	BCAST off(SI)(R13*1), vi \
	BCAST off(DI)(R13*1), wi \
	BCAST off(R8)(R13*1), ui

// w, v and v' of the columns.
#define COLUMNS \
	LOADU (DI)(AX*1), Z0 \
	LOADU (SI)(AX*1), Z1 \
	LOADU (R8)(AX*1), Z2

// A vector of a row: a −= v_i·w, a −= w_i·v, y += v'_i·a, s += v'·a.
#define UPDATE(at, vi, wi, ui, av, s) \
	LOADU at, av           \
	FNMADD231 Z0, vi, av   \
	FNMADD231 Z1, wi, av   \
	LOADU av, at           \
	FMADD231 av, ui, Z3    \
	FMADD231 av, Z2, s

// The same of the vector with the diagonal: the element on it is the first under ge, the one behind it under gt.
#define DIAGONAL(at, vi, wi, ui, av, s, ge, gt) \
	LOADU at, av           \
	FNMADD231 Z0, vi, av   \
	FNMADD231 Z1, wi, av   \
	LOADU av, ge, at       \
	FMADD231 av, ui, ge, Z29 \
	FMADD231 av, Z2, gt, s

// The lanes of Z8 … Z11 by halves, side by side, as FOLD does it for one: in Z30 under K3 but for K7.
#define FOLDROWS \
	VSHUFF64X2 $0x44, Z9, Z8, Z0   \
	VSHUFF64X2 $0xEE, Z9, Z8, Z1   \
	VSHUFF64X2 $0x44, Z11, Z10, Z2 \
	VSHUFF64X2 $0xEE, Z11, Z10, Z3 \
	ADD Z1, Z0, Z0                 \
	ADD Z3, Z2, Z2                 \
	VSHUFF64X2 $0x88, Z2, Z0, Z1   \
	VSHUFF64X2 $0xDD, Z2, Z0, Z3   \
	ADD Z3, Z1, Z1                 \
	FOLDROWS4(Z1, Z0)              \
	FOLDROWS2(Z1, Z0)              \
	KANDNW K3, K7, K2              \
	PERMROWS Z1, Z31, K2, Z30

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
	VPXORQ Z4, Z4, Z4 \
	MOVQ DX, AX \
zero: \
	LOADU Z4, (R9)(AX*1) \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  zero \
	LOADU ROWSAT(SB), Z31 \
block: \ // rows that have the diagonal in the same vector: Z29 is its y, Z30 the sums of rows
	MOVQ R13, AX \
	ANDQ $-64, AX \
	LOADU (R9)(AX*1), Z29 \
	VPXORQ Z30, Z30, Z30 \
rows: \
	MOVQ R13, AX \
	SHRQ $ELOG, AX \
	ANDQ $(64/EBYTES-1), AX \
	MOVQ $-1, BX \
	SHLXQ AX, BX, BX \
	KMOVW BX, K3 \ // from the diagonal on, and so on
	ADDQ BX, BX \
	KMOVW BX, K4 \
	VPXORQ Z8, Z8, Z8 \
	MOVQ R13, AX \
	ANDQ $-64, AX \
	COLUMNS \
	LEAQ (4*EBYTES)(R13), R10 \
	CMPQ R10, R15 \
	JGT  one \
	TESTQ $(4*EBYTES-1), R13 \
	JNE  one \
	ADDQ BX, BX \
	KMOVW BX, K5 \
	ADDQ BX, BX \
	KMOVW BX, K6 \
	ADDQ BX, BX \
	KMOVW BX, K7 \
	ELEMENTS(0, Z16, Z20, Z24) \
	ELEMENTS(EBYTES, Z17, Z21, Z25) \
	ELEMENTS(2*EBYTES, Z18, Z22, Z26) \
	ELEMENTS(3*EBYTES, Z19, Z23, Z27) \
	VPXORQ Z9, Z9, Z9 \
	VPXORQ Z10, Z10, Z10 \
	VPXORQ Z11, Z11, Z11 \
	LEAQ (R12)(AX*1), R10 \
	LEAQ (R10)(R11*2), BX \
	DIAGONAL((R10), Z16, Z20, Z24, Z12, Z8, K3, K4) \
	DIAGONAL((R10)(R11*1), Z17, Z21, Z25, Z13, Z9, K4, K5) \
	DIAGONAL((BX), Z18, Z22, Z26, Z14, Z10, K5, K6) \
	DIAGONAL((BX)(R11*1), Z19, Z23, Z27, Z5, Z11, K6, K7) \
	JMP  four \
columns4: \
	COLUMNS \
	LOADU (R9)(AX*1), Z3 \
	UPDATE((R10), Z16, Z20, Z24, Z12, Z8) \
	UPDATE((R10)(R11*1), Z17, Z21, Z25, Z13, Z9) \
	UPDATE((BX), Z18, Z22, Z26, Z14, Z10) \
	UPDATE((BX)(R11*1), Z19, Z23, Z27, Z5, Z11) \
	LOADU Z3, (R9)(AX*1) \
four: \
	ADDQ $64, R10 \
	ADDQ $64, BX \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  columns4 \
	FOLDROWS \
	LEAQ (R12)(R11*4), R12 \
	ADDQ $(4*EBYTES), R13 \
	JMP  next \
one: \
	ELEMENTS(0, Z16, Z20, Z24) \
	LEAQ (R12)(AX*1), R10 \
	DIAGONAL((R10), Z16, Z20, Z24, Z12, Z8, K3, K4) \
	JMP  single \
columns1: \
	COLUMNS \
	LOADU (R9)(AX*1), Z3 \
	UPDATE((R10), Z16, Z20, Z24, Z12, Z8) \
	LOADU Z3, (R9)(AX*1) \
single: \
	ADDQ $64, R10 \
	ADDQ $64, AX \
	CMPQ AX, CX \
	JLT  columns1 \
	FOLD(Z8, Y8, X8) \
	KANDNW K3, K4, K2 \
	BCAST X8, K2, Z30 \
	ADDQ R11, R12 \
	ADDQ $EBYTES, R13 \
next: \
	CMPQ R13, R15 \
	JGE  rowed \
	TESTQ $63, R13 \
	JNE  rows \
rowed: \
	LEAQ -EBYTES(R13), AX \
	ANDQ $-64, AX \
	ADD Z30, Z29, Z29 \
	LOADU Z29, (R9)(AX*1) \
	CMPQ R13, R15 \
	JLT  block \
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
