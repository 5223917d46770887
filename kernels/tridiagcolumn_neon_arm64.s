// One column of a tridiagonal reduction, NEON: see TridiagColumn for the formulas and their order.
//
// Groups of 8 columns of float64 or 16 of float32 are four vectors, whose first column is a multiple of that; masks for groups with a diagonal come from a
// sliding table. The pass over the trailing triangle takes two rows at a time, from the group with their diagonals on, and half a group of both at a time.
//
//	R0  a, later the row   R1  lda in bytes   R2  v   R3  w   R4  row j, which becomes v'   R5  y
//	R6  byte of the first group   R7  byte of the end   R8  byte of the group   R9  j+1
//	R10 y, R13 the row, R14 the next one, R15 v, R16 w, R17 v' at the group
//	R11, R12, R19  masks from the diagonal of the row on, and one and two columns fewer   R20, R22  byte of the index of both rows   R21  of n
//	V20–V25 elements of v, w and v' for the rows   V0–V7  their sums   V26  τ
//	V28–V31  masks of the first group
//
// Ports, for a group of two rows: 32 fused operations, 16 cycles of two pipes (N1), 8 of four; 24 loads and 12 stores of a register beside them. In llvm-mca's models
// 24 cycles on N1, 10 on V1, 11 on V2, their bounds.
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

// Elements of v, w and v' for the row at byte offset R.
#define ELEMENTS(R, VI, WI, UI) \
	LDRE(R, 2, VI) \
	LDRE(R, 3, WI) \
	LDRE(R, 4, UI)

// Half a group: y in V8, V9, w in V10, V11, v in V12, V13, v' in V14, V15.
#define HALF(OFF) \
	FLDPQ OFF(R10), (F8, F9)   \
	FLDPQ OFF(R16), (F10, F11) \
	FLDPQ OFF(R15), (F12, F13) \
	FLDPQ OFF(R17), (F14, F15)

// a of a row in V16, V17.
#define UPDATED2(VI, WI) \
	FMLSV0(VI,10,16) \
	FMLSV0(VI,11,17) \
	FMLSV0(WI,12,16) \
	FMLSV0(WI,13,17)

// Half a group of a row: a −= v_i·w, a −= w_i·v, y += v'_i·a, s += v'·a.
#define UPDATE(OFF, R, VI, WI, UI, S0, S1) \
	FLDPQ OFF(R), (F16, F17) \
	UPDATED2(VI, WI) \
	FSTPQ (F16, F17), OFF(R) \
	FMLAV0(UI,16,8)         \
	FMLAV0(UI,17,9)         \
	FMLAV(14,16,S0)         \
	FMLAV(15,17,S1)

// The same of both rows, v, w and v' moving on.
#define UPDATES(OFF, S0, S1, S2, S3) \
	FLDPQ   OFF(R13), (F16, F17)  \
	FLDPQ   OFF(R14), (F18, F19)  \
	FLDPQ.P 32(R16), (F10, F11) \
	FLDPQ.P 32(R15), (F12, F13) \
	FMLSV0(20,10,16)           \
	FMLSV0(20,11,17)           \
	FMLSV0(23,10,18)           \
	FMLSV0(23,11,19)           \
	FLDPQ   OFF(R10), (F8, F9)    \
	FLDPQ.P 32(R17), (F14, F15) \
	FMLSV0(21,12,16)           \
	FMLSV0(21,13,17)           \
	FMLSV0(24,12,18)           \
	FMLSV0(24,13,19)           \
	FMLAV0(22,16,8)            \
	FMLAV0(22,17,9)            \
	FMLAV(14,16,S0)            \
	FMLAV(15,17,S1)            \
	FSTPQ (F16, F17), OFF(R13) \
	FMLAV(14,18,S2)            \
	FMLAV(15,19,S3)            \
	FSTPQ (F18, F19), OFF(R14) \
	FMLAV0(25,18,8)            \
	FMLAV0(25,19,9)            \
	FSTPQ (F8, F9), OFF(R10)

// The same where the diagonal is, from it on (the mask at GE), and s behind it (GT).
#define DIAGONAL(OFF, R, VI, WI, UI, S0, S1, VS0, VS1, GE, GT) \
	FLDPQ OFF(R), (F16, F17)            \
	VMOV V16.B16, V18.B16               \
	VMOV V17.B16, V19.B16               \
	UPDATED2(VI, WI)            \
	FLDPQ OFF(GE), (F27, F28)           \
	VBIT V27.B16, V16.B16, V18.B16      \
	VBIT V28.B16, V17.B16, V19.B16      \
	FSTPQ (F18, F19), OFF(R)            \
	VMOV V8.B16, V29.B16                \
	VMOV V9.B16, V30.B16                \
	FMLAV0(UI,16,29)                   \
	FMLAV0(UI,17,30)                   \
	VBIT V27.B16, V29.B16, V8.B16       \
	VBIT V28.B16, V30.B16, V9.B16       \
	VEOR VS0.B16, VS0.B16, VS0.B16      \
	VEOR VS1.B16, VS1.B16, VS1.B16      \
	FMLAV(14,16,S0)                    \
	FMLAV(15,17,S1)                    \
	FLDPQ OFF(GT), (F27, F28)           \
	VAND V27.B16, VS0.B16, VS0.B16      \
	VAND V28.B16, VS1.B16, VS1.B16

#define AHEAD \
	ADD $64, R10 \
	ADD $64, R13 \
	ADD $64, R14 \
	ADD $64, R15 \
	ADD $64, R16 \
	ADD $64, R17 \
	ADD $64, R8

// y of the row at byte offset R += its sums, in V0 … V3.
#define ROWSUM(R) \
	FOLD          \
	LDRE(R, 5, 16) \
	FADDE F0, F16, F16 \
	STRE(R, 5, 16)

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
	FMOVE F6, F26 \
	MADD R1, R0, R9, R0 \
	ZERO4(V8, V9, V10, V11) \
	ADD  R6, R5, R16 \
	MOVD R6, R8 \
zero: \
	STOREGROUP(R16) \
	ADD  $64, R16 \
	ADD  $64, R8 \
	CMP  R7, R8 \
	BLT  zero \
	LSL  $ELOG, R9, R20 \
	MOVD n+0(FP), R21 \
	LSL  $ELOG, R21, R21 \
rows: \
	CMP  R21, R20 \
	BGE  passed \
	ELEMENTS(20, 20, 21, 22) \
	AND  $~63, R20, R8 \
	SUB  R8, R20, R11 \
	MOVD $columnFrom<>+64(SB), R12 \
	SUB  R11, R12, R11 \
	SUB  $EBYTES, R11, R12 \
	SUB  $EBYTES, R12, R19 \
	ADD  R8, R2, R15 \
	ADD  R8, R3, R16 \
	ADD  R8, R4, R17 \
	ADD  R8, R5, R10 \
	ADD  R8, R0, R13 \
	ADD  R1, R13, R14 \
	ADD  $EBYTES, R20, R22 \
	TBNZ $ELOG, R20, one \
	CMP  R21, R22 \
	BGE  one \
	ELEMENTS(22, 23, 24, 25) \
	HALF(0) \
	DIAGONAL(0, R13, 20, 21, 22, 0, 1, V0, V1, R11, R12) \
	DIAGONAL(0, R14, 23, 24, 25, 4, 5, V4, V5, R12, R19) \
	FSTPQ (F8, F9), 0(R10) \
	HALF(32) \
	DIAGONAL(32, R13, 20, 21, 22, 2, 3, V2, V3, R11, R12) \
	DIAGONAL(32, R14, 23, 24, 25, 6, 7, V6, V7, R12, R19) \
	FSTPQ (F8, F9), 32(R10) \
	AHEAD \
	B    two \
columns2: \
	UPDATES(0, 0, 1, 4, 5) \
	UPDATES(32, 2, 3, 6, 7) \
	ADD  $64, R10 \
	ADD  $64, R13 \
	ADD  $64, R14 \
	ADD  $64, R8 \
two: \
	CMP  R7, R8 \
	BLT  columns2 \
	ROWSUM(20) \
	FADDV(6,4,0) \
	FADDV(7,5,1) \
	FADDV(1,0,0) \
	FOLDV \
	LDRE(22, 5, 16) \
	FADDE F0, F16, F16 \
	STRE(22, 5, 16) \
	ADD  R1<<1, R0, R0 \
	ADD  $(2*EBYTES), R20 \
	B    rows \
one: \
	HALF(0) \
	DIAGONAL(0, R13, 20, 21, 22, 0, 1, V0, V1, R11, R12) \
	FSTPQ (F8, F9), 0(R10) \
	HALF(32) \
	DIAGONAL(32, R13, 20, 21, 22, 2, 3, V2, V3, R11, R12) \
	B    single \
columns1: \
	HALF(0) \
	UPDATE(0, R13, 20, 21, 22, 0, 1) \
	FSTPQ (F8, F9), 0(R10) \
	HALF(32) \
	UPDATE(32, R13, 20, 21, 22, 2, 3) \
single: \
	FSTPQ (F8, F9), 32(R10) \
	AHEAD \
	CMP  R7, R8 \
	BLT  columns1 \
	ROWSUM(20) \
	ADD  R1, R0, R0 \
	ADD  $EBYTES, R20 \
	B    rows \
passed: \
	\ // y·τ, its product with v', and w'.
	SUB  R6>>ELOG, R9, R10 \
	MOVD $columnFrom<>+64(SB), R11 \
	SUB  R10<<ELOG, R11, R11 \
	FLDPQ 0(R11), (F28, F29) \
	FLDPQ 32(R11), (F30, F31) \
	FMOVE F26, F27 \
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
#define FADDE  FADDS
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
#undef FADDE
#undef FMULE
#undef SMALL

#define FMLAV0 FMLA2D0
#define FMLSV0 FMLS2D0
#define FMULV0 FMUL2D0
#define FNEGE  FNEGD
#define FSUBE  FSUBD
#define FADDE  FADDD
#define FMULE  FMULD
#define SMALL  0x07b0000000000000 // 2^-900

// func tridiagColumn64NEON(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)
TEXT ·tridiagColumn64NEON(SB), NOSPLIT, $0-72
	COLUMN
