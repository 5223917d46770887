// Operations on the short rows of a matrix, all of them in one call, NEON.
//
//	ger     a_ij = fma(alpha·x_i, y_j, a_ij)
//	scale   b_ij = d_i·a_ij      the d_i step elements apart: 0 for a constant; B may be A
//	mul     a_ij = a_ij·d_j
//
//	R8, R9  rows of A and B    R12, R11  bytes from one row to the next    R0  rows left
//	R6  x_i or d_i    R13  bytes from one to the next    R7  y or d    R4  bytes of a row    R10  those left
//	R1, R2, R3  moving along y or d, A, B    V2  alpha    V3  factor of the row    V0, V1  elements of A    V4, V5  of y or d
//
// Ports: 32 bytes of ger and mul are four loads and two stores: 3 cycles on N1 and 2 on V1 and V2, by llvm-mca; with STP for the stores 4 and 1.7.
//
// Edges: m, n ≥ 1; pairs of vectors, a vector, single elements in lane 0.

#include "textflag.h"
#include "neon_arm64.h"
#include "s4_arm64.h"

// All rows: HEAD, and BODY for a pair, a vector, an element.
#define ROWS(HEAD, BODY) \
row: \
	HEAD \
	MOVD R7, R1 \
	MOVD R8, R2 \
	MOVD R9, R3 \
	SUBS $32, R4, R10 \
	BLT  few \
two: \
	BODY(LOADPAIR, STOREPAIR, 32) \
	SUBS $32, R10, R10 \
	BGE  two \
few: \
	ADDS $16, R10, R10 \
	BLT  rest \
	BODY(LOADONE, STOREONE, 16) \
	SUB  $16, R10, R10 \
rest: \
	ADDS $16, R10, R10 \
	BEQ  next \
element: \
	BODY(LOADELEMENT, STOREELEMENT, EBYTES) \
	SUBS $EBYTES, R10, R10 \
	BNE  element \
next: \
	ADD  R12, R8 \
	ADD  R11, R9 \
	ADD  R13, R6 \
	SUBS $1, R0, R0 \
	BNE  row \
	RET

// One register or two, under both names.
#define LOADPAIR(R, F, V, W)     VLD1 (R), [V.B16, W.B16]
#define STOREPAIR(R, F, V, W)    VST1 [V.B16, W.B16], (R)
#define LOADONE(R, F, V, W)      FMOVQ 0(R), F
#define STOREONE(R, F, V, W)     FMOVQ F, 0(R)
#define LOADELEMENT(R, F, V, W)  FMOVE 0(R), F
#define STOREELEMENT(R, F, V, W) FMOVE F, 0(R)

#define GERHEAD \
	FMOVE 0(R6), F3 \
	FMULE F2, F3, F3
#define GER(LOAD, STORE, BYTES) \
	LOAD(R1, F4, V4, V5) \
	LOAD(R2, F0, V0, V1) \
	FMLAV0(3, 4, 0)  \
	FMLAV0(3, 5, 1)  \
	STORE(R2, F0, V0, V1) \
	ADD $BYTES, R1   \
	ADD $BYTES, R2

#define SCALEHEAD \
	FMOVE 0(R6), F3
#define SCALE(LOAD, STORE, BYTES) \
	LOAD(R2, F0, V0, V1) \
	FMULV0(3, 0, 0)  \
	FMULV0(3, 1, 1)  \
	STORE(R3, F0, V0, V1) \
	ADD $BYTES, R2   \
	ADD $BYTES, R3

#define NOHEAD
#define MUL(LOAD, STORE, BYTES) \
	LOAD(R1, F4, V4, V5) \
	LOAD(R2, F0, V0, V1) \
	FMULV(4, 0, 0)   \
	FMULV(5, 1, 1)   \
	STORE(R2, F0, V0, V1) \
	ADD $BYTES, R1   \
	ADD $BYTES, R2

#define COUNTS \
	MOVD m+0(FP), R0 \
	MOVD n+8(FP), R4 \
	LSL  $ELOG, R4, R4

#define SCALESHORT \
	COUNTS \
	MOVD d+16(FP), R6 \
	MOVD step+24(FP), R13 \
	MOVD a+32(FP), R8 \
	MOVD lda+40(FP), R12 \
	MOVD b+48(FP), R9 \
	MOVD ldb+56(FP), R11 \
	LSL  $ELOG, R13, R13 \
	LSL  $ELOG, R12, R12 \
	LSL  $ELOG, R11, R11 \
	ROWS(SCALEHEAD, SCALE)

#define GERSHORT \
	COUNTS \
	FMOVE alpha+16(FP), F2 \
	MOVD x+24(FP), R6 \
	MOVD $EBYTES, R13 \
	MOVD y+32(FP), R7 \
	MOVD a+40(FP), R8 \
	MOVD lda+48(FP), R12 \
	LSL  $ELOG, R12, R12 \
	ROWS(GERHEAD, GER)

#define MULSHORT \
	COUNTS \
	MOVD d+16(FP), R7 \
	MOVD a+24(FP), R8 \
	MOVD lda+32(FP), R12 \
	LSL  $ELOG, R12, R12 \
	ROWS(NOHEAD, MUL)

#define FMLAV0 FMLA4S0
#define FMULV0 FMUL4S0
#define FMULE  FMULS

// func gerShortNEONF32(m, n int, alpha float32, x, y, a *float32, lda int)
TEXT ·gerShortNEONF32(SB), NOSPLIT, $0-56
	GERSHORT

// func scaleShortNEONF32(m, n int, d *float32, step int, a *float32, lda int, b *float32, ldb int)
TEXT ·scaleShortNEONF32(SB), NOSPLIT, $0-64
	SCALESHORT

// func mulShortNEONF32(m, n int, d, a *float32, lda int)
TEXT ·mulShortNEONF32(SB), NOSPLIT, $0-40
	MULSHORT

#include "d2_arm64.h"

#undef FMLAV0
#undef FMULV0
#undef FMULE

#define FMLAV0 FMLA2D0
#define FMULV0 FMUL2D0
#define FMULE  FMULD

// func gerShortNEONF64(m, n int, alpha float64, x, y, a *float64, lda int)
TEXT ·gerShortNEONF64(SB), NOSPLIT, $0-56
	GERSHORT

// func scaleShortNEONF64(m, n int, d *float64, step int, a *float64, lda int, b *float64, ldb int)
TEXT ·scaleShortNEONF64(SB), NOSPLIT, $0-64
	SCALESHORT

// func mulShortNEONF64(m, n int, d, a *float64, lda int)
TEXT ·mulShortNEONF64(SB), NOSPLIT, $0-40
	MULSHORT
