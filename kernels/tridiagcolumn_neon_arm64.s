// One column of a tridiagonal reduction, NEON: see TridiagColumn for the formulas and their order.
//
// Groups of 8 columns of float64 or 16 of float32 are four vectors, whose first column is a multiple of that; masks for the first group come from a
// sliding table. The pass over the trailing matrix takes two groups (then one) down all rows; their v, w and y stay in registers.
//
//	R0  a, later row j+1   R1  lda in bytes   R2  v   R3  w   R4  row j, which becomes v'   R5  y
//	R6  byte of the first group   R7  byte of the end   R8  byte of the group   R9  j+1   R10–R12  v, w, v' moving along the rows
//	R13  row   R14  rows left   R15, R16, R17  pointers moving with a group
//	V28–V31  masks of the first group
//
// Ports, for a row of two groups: 24 fused operations, 12 cycles of two pipes (N1), 6 of four; 11 loads and 8 stores beside them. The
// chains of y are eight.
//
// Edges: n ≥ 2, j < n−1; m = n rounded up to whole groups.

#include "textflag.h"
#include "neon_arm64.h"
#include "s4_arm64.h"

#define GROUP (64/EBYTES)

// Zeros and ones of a group each.
DATA columnFrom<>+0(SB)/8, $0
DATA columnFrom<>+8(SB)/8, $0
DATA columnFrom<>+16(SB)/8, $0
DATA columnFrom<>+24(SB)/8, $0
DATA columnFrom<>+32(SB)/8, $0
DATA columnFrom<>+40(SB)/8, $0
DATA columnFrom<>+48(SB)/8, $0
DATA columnFrom<>+56(SB)/8, $0
DATA columnFrom<>+64(SB)/8, $-1
DATA columnFrom<>+72(SB)/8, $-1
DATA columnFrom<>+80(SB)/8, $-1
DATA columnFrom<>+88(SB)/8, $-1
DATA columnFrom<>+96(SB)/8, $-1
DATA columnFrom<>+104(SB)/8, $-1
DATA columnFrom<>+112(SB)/8, $-1
DATA columnFrom<>+120(SB)/8, $-1
GLOBL columnFrom<>(SB), RODATA|NOPTR, $128

#define ZERO4(A, B, C, D) \
	VEOR A.B16, A.B16, A.B16 \
	VEOR B.B16, B.B16, B.B16 \
	VEOR C.B16, C.B16, C.B16 \
	VEOR D.B16, D.B16, D.B16

// The lanes in V0 … V3 by halves, in F0.
#define FOLD \
	FADDV(2,0,0) \
	FADDV(3,1,1) \
	FADDV(1,0,0) \
	FOLDV

#define MASK \
	VAND V28.B16, V8.B16, V8.B16   \
	VAND V29.B16, V9.B16, V9.B16   \
	VAND V30.B16, V10.B16, V10.B16 \
	VAND V31.B16, V11.B16, V11.B16

// The group at R16 in V8 … V11.
#define LOADGROUP(R) \
	FLDPQ 0(R), (F8, F9)    \
	FLDPQ 32(R), (F10, F11)
#define STOREGROUP(R) \
	FSTPQ (F8, F9), 0(R)    \
	FSTPQ (F10, F11), 32(R)

// u of a group, v_j in V26 and w_j in V27.
#define UPDATED \
	LOADGROUP(R16)            \
	FLDPQ 0(R17), (F12, F13)  \
	FLDPQ 32(R17), (F14, F15) \
	FMLSV0(26,12,8)          \
	FMLSV0(26,13,9)          \
	FMLSV0(26,14,10)         \
	FMLSV0(26,15,11)         \
	FLDPQ 0(R15), (F12, F13)  \
	FLDPQ 32(R15), (F14, F15) \
	FMLSV0(27,12,8)          \
	FMLSV0(27,13,9)          \
	FMLSV0(27,14,10)         \
	FMLSV0(27,15,11)

#define SQUARES \
	STOREGROUP(R16)  \
	FMLAV(8,8,0)    \
	FMLAV(9,9,1)    \
	FMLAV(10,10,2)  \
	FMLAV(11,11,3)  \
	ADD $64, R15     \
	ADD $64, R16     \
	ADD $64, R17     \
	ADD $64, R8

// y·τ of a group, τ in V27.
#define TIMESTAU \
	LOADGROUP(R16)    \
	FMULV0(27,8,8)   \
	FMULV0(27,9,9)   \
	FMULV0(27,10,10) \
	FMULV0(27,11,11)

#define PRODUCTS \
	STOREGROUP(R16)           \
	FLDPQ 0(R17), (F12, F13)  \
	FLDPQ 32(R17), (F14, F15) \
	FMLAV(12,8,0)            \
	FMLAV(13,9,1)            \
	FMLAV(14,10,2)           \
	FMLAV(15,11,3)           \
	ADD $64, R16              \
	ADD $64, R17              \
	ADD $64, R8

// Rows j+1 … n−1 of the columns at R8.
#define ROWS \
	ADD R8, R0, R13    \
	ADD R9<<ELOG, R2, R10 \
	ADD R9<<ELOG, R3, R11 \
	ADD R9<<ELOG, R4, R12 \
	MOVD n+0(FP), R14  \
	SUB R9, R14, R14   \
	ADD R8, R2, R15    \
	ADD R8, R3, R16    \
	ADD R8, R5, R17

// Elements of v, w and v' of the row.
#define ELEMENTS \
	FMOVE.P EBYTES(R10), F28 \
	FMOVE.P EBYTES(R11), F29 \
	FMOVE.P EBYTES(R12), F30

// Four vectors of a row at OFF: a in V24 … V27, v, w and y in the registers named by numbers.
#define UPDATE(OFF, V0, V1, V2, V3, W0, W1, W2, W3, Y0, Y1, Y2, Y3) \
	FLDPQ OFF(R13), (F24, F25)        \
	FLDPQ (OFF+32)(R13), (F26, F27)   \
	FMLSV0(28,W0,24)                 \
	FMLSV0(28,W1,25)                 \
	FMLSV0(28,W2,26)                 \
	FMLSV0(28,W3,27)                 \
	FMLSV0(29,V0,24)                 \
	FMLSV0(29,V1,25)                 \
	FMLSV0(29,V2,26)                 \
	FMLSV0(29,V3,27)                 \
	FSTPQ (F24, F25), OFF(R13)        \
	FSTPQ (F26, F27), (OFF+32)(R13)   \
	FMLAV0(30,24,Y0)                 \
	FMLAV0(30,25,Y1)                 \
	FMLAV0(30,26,Y2)                 \
	FMLAV0(30,27,Y3)

#define COLUMN \
	MOVD j+16(FP), R9 \
	MOVD a+24(FP), R0 \
	MOVD lda+32(FP), R1 \
	MOVD v+40(FP), R2 \
	MOVD w+48(FP), R3 \
	MOVD y+56(FP), R5 \
	LSL  $ELOG, R1, R1 \
	MADD R1, R0, R9, R4 \
	LSL  $ELOG, R9, R10 \
	LDRE(10, 2, 26) \ // v_j
	LDRE(10, 3, 27) \ // w_j
	LDRE(10, 4, 16) \
	FMSUBE F26, F16, F27, F16 \
	FMSUBE F27, F16, F26, F16 \ // d
	ADD  $1, R9, R9 \
	AND  $~(GROUP-1), R9, R6 \
	SUB  R6, R9, R10 \
	LSL  $ELOG, R6, R6 \
	LSL  $ELOG, R10, R10 \
	MOVD $columnFrom<>+64(SB), R11 \
	SUB  R10, R11, R11 \
	FLDPQ 0(R11), (F28, F29) \
	FLDPQ 32(R11), (F30, F31) \
	MOVD m+8(FP), R7 \
	LSL  $ELOG, R7, R7 \
	ZERO4(V0, V1, V2, V3) \
	ADD  R6, R2, R15 \
	ADD  R6, R4, R16 \
	ADD  R6, R3, R17 \
	MOVD R6, R8 \
	UPDATED \
	MASK \
	SQUARES \
	B    rowed \
row: \
	UPDATED \
	SQUARES \
rowed: \
	CMP  R7, R8 \
	BLT  row \
	FOLD \
	LSL  $ELOG, R9, R10 \
	LDRE(10, 4, 4) \ // α
	FMOVE ZR, F5 \ // e
	FMOVE ZR, F6 \ // τ
	FMOVE ZR, F7 \ // 1/(α − e)
	FMOVE $1.0, F17 \
	MOVD $SMALL, R11 \ // tridiagColumnTiny
	FMOVE R11, F18 \
	FCMPE F18, F0 \
	BLT  scale \ // or NaN
	FSQRTE F0, F5 \
	FNEGE F5, F18 \
	FMOVE F4, R11 \
	TBNZ $(8*EBYTES-1), R11, signed \
	FMOVE F18, F5 \ // −sign(α)·√σ
signed: \
	FSUBE F5, F4, F7 \
	FSUBE F4, F5, F6 \
	FDIVE F7, F17, F7 \
	FDIVE F5, F6, F6 \
scale: \
	MOVD out+64(FP), R11 \
	FMOVE F16, 0(R11) \
	FMOVE F5, EBYTES(R11) \
	FMOVE F6, (2*EBYTES)(R11) \
	ADD  R6, R4, R16 \
	MOVD R6, R8 \
scaling: \
	LOADGROUP(R16) \
	FMULV0(7,8,8) \
	FMULV0(7,9,9) \
	FMULV0(7,10,10) \
	FMULV0(7,11,11) \
	STOREGROUP(R16) \
	ADD  $64, R16 \
	ADD  $64, R8 \
	CMP  R7, R8 \
	BLT  scaling \
	ADD  R6, R4, R16 \
	LOADGROUP(R16) \
	MASK \ // −0 left of j+1 becomes +0
	STOREGROUP(R16) \
	STRE(10, 4, 17) \
	\ // The trailing matrix. It takes the registers of the masks, which are loaded again.
	MADD R1, R0, R9, R0 \
	MOVD R6, R8 \
two: \
	ADD  $128, R8, R10 \
	CMP  R7, R10 \
	BGT  one \
	ROWS \
	FLDPQ 0(R15), (F0, F1) \
	FLDPQ 32(R15), (F2, F3) \
	FLDPQ 64(R15), (F4, F5) \
	FLDPQ 96(R15), (F31, F7) \
	FLDPQ 0(R16), (F8, F9) \
	FLDPQ 32(R16), (F10, F11) \
	FLDPQ 64(R16), (F12, F13) \
	FLDPQ 96(R16), (F14, F15) \
	ZERO4(V16, V17, V18, V19) \
	ZERO4(V20, V21, V22, V23) \
rows2: \
	ELEMENTS \
	UPDATE(0, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19) \
	UPDATE(64, 4, 5, 31, 7, 12, 13, 14, 15, 20, 21, 22, 23) \
	ADD  R1, R13 \
	SUBS $1, R14, R14 \
	BNE  rows2 \
	FSTPQ (F16, F17), 0(R17) \
	FSTPQ (F18, F19), 32(R17) \
	FSTPQ (F20, F21), 64(R17) \
	FSTPQ (F22, F23), 96(R17) \
	ADD  $128, R8 \
	B    two \
one: \
	CMP  R7, R8 \
	BGE  passed \
	ROWS \
	FLDPQ 0(R15), (F0, F1) \
	FLDPQ 32(R15), (F2, F3) \
	FLDPQ 0(R16), (F8, F9) \
	FLDPQ 32(R16), (F10, F11) \
	ZERO4(V16, V17, V18, V19) \
rows1: \
	ELEMENTS \
	UPDATE(0, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19) \
	ADD  R1, R13 \
	SUBS $1, R14, R14 \
	BNE  rows1 \
	FSTPQ (F16, F17), 0(R17) \
	FSTPQ (F18, F19), 32(R17) \
passed: \
	\ // y·τ, its product with v', and w'.
	SUB  R6>>ELOG, R9, R10 \
	MOVD $columnFrom<>+64(SB), R11 \
	SUB  R10<<ELOG, R11, R11 \
	FLDPQ 0(R11), (F28, F29) \
	FLDPQ 32(R11), (F30, F31) \
	FMOVE F6, F27 \
	ZERO4(V0, V1, V2, V3) \
	ADD  R6, R5, R16 \
	ADD  R6, R4, R17 \
	MOVD R6, R8 \
	TIMESTAU \
	MASK \
	PRODUCTS \
	B    multiplied \
product: \
	TIMESTAU \
	PRODUCTS \
multiplied: \
	CMP  R7, R8 \
	BLT  product \
	FOLD \
	FMOVE $-0.5, F4 \
	FMULE F27, F4, F4 \
	FMULE F0, F4, F4 \
	ADD  R6, R5, R16 \
	ADD  R6, R4, R17 \
	MOVD R6, R8 \
finish: \
	LOADGROUP(R16) \
	FLDPQ 0(R17), (F12, F13) \
	FLDPQ 32(R17), (F14, F15) \
	FMLAV0(4,12,8) \
	FMLAV0(4,13,9) \
	FMLAV0(4,14,10) \
	FMLAV0(4,15,11) \
	STOREGROUP(R16) \
	ADD  $64, R16 \
	ADD  $64, R17 \
	ADD  $64, R8 \
	CMP  R7, R8 \
	BLT  finish \
	ADD  R6, R5, R16 \
	LOADGROUP(R16) \
	MASK \ // a product of 0 and Inf
	STOREGROUP(R16) \
	RET

#define FMLAV0 FMLA4S0
#define FMLSV0 FMLS4S0
#define FMULV0 FMUL4S0
#define FNEGE  FNEGS
#define FSUBE  FSUBS
#define FMULE  FMULS
#define SMALL  0x12800000 // 2^-90

// func tridiagColumn32NEON(n, m, j int, a *float32, lda int, v, w, y *float32, out *[3]float32)
TEXT ·tridiagColumn32NEON(SB), NOSPLIT, $0-72
	COLUMN

#include "d2_arm64.h"

#undef FMLAV0
#undef FMLSV0
#undef FMULV0
#undef FNEGE
#undef FSUBE
#undef FMULE
#undef SMALL

#define FMLAV0 FMLA2D0
#define FMLSV0 FMLS2D0
#define FMULV0 FMUL2D0
#define FNEGE  FNEGD
#define FSUBE  FSUBD
#define FMULE  FMULD
#define SMALL  0x07b0000000000000 // 2^-900

// func tridiagColumn64NEON(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)
TEXT ·tridiagColumn64NEON(SB), NOSPLIT, $0-72
	COLUMN
