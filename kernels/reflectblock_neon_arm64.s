// Eight reflections as one block on 4 or 8 columns, NEON: see ReflectBlock for the formulas and their order. The sums stay in registers from the products
// through the triangle to the updates.
//
// A row takes 16 operations in either part, 8 cycles on two ports, and 8 loads of factors beside its own.
//
// Rows come at once (part 3) or, where there are more than a call may take, first their sums (part 1), call by call from those of the rows before, then their
// updates (part 2).
//
// Registers: R0 rows, R1 → first row of C, R2 bytes to the next, R3 count of rows, R4 bytes from an element of V to that of the next row, R5 bytes between vectors,
// R6 → row, R7 → T, R8–R15 → the vectors, R16 bytes to their row; V0–V15 sums, two vectors each, V16 and V17 row, V18 factor; for the
// next three rows of an update R7, R21, R22, then R17, R19, R20, V19 to V21, V22 to V24 and V25 to V27.

#include "textflag.h"
#include "neon_arm64.h"

// The element of a vector in lane 0 of V18: a load of all lanes would take one of the ports of FMLA besides.
#define DOT(AT, A, B) LOAD(16, AT, 18); FMLA0(18, 16, A); FMLA0(18, 17, B)
#define SUB(OFF, AT, F, R, Q, A, B) LOAD(OFF, AT, F); FMLS0(F, A, R); FMLS0(F, B, Q)
#define SUB1(AT, A, B) SUB(16, AT, 18, 16, 17, A, B)
// The same of four rows: one has a chain of eight, longer than its turn at the ports.
#define SUB4(AT, A, B) \
	SUB1(AT, A, B); \
	SUB(17, AT, 21, 19, 20, A, B); \
	SUB(19, AT, 24, 22, 23, A, B); \
	SUB(20, AT, 27, 25, 26, A, B)
#define VECTORS(OP) \
	OP(8, 0, 1) \
	OP(9, 2, 3) \
	OP(10, 4, 5) \
	OP(11, 6, 7) \
	OP(12, 8, 9) \
	OP(13, 10, 11) \
	OP(14, 12, 13) \
	OP(15, 14, 15)
// s = t·s, and s += t·x; T goes row by row.
#define DIAG(A, B) VLD1R.P SIZE(R7), [FACTOR]; MUL(18, A, A); MUL(18, B, B)
#define NEXT(A, B, X, Y) VLD1R.P SIZE(R7), [FACTOR]; FMLA(18, X, A); FMLA(18, Y, B)
#define SKIP(I) ADD $((I)*SIZE), R7, R7

#define ZERO \
	VEOR V0.B16, V0.B16, V0.B16    \
	VEOR V1.B16, V1.B16, V1.B16    \
	VEOR V2.B16, V2.B16, V2.B16    \
	VEOR V3.B16, V3.B16, V3.B16    \
	VEOR V4.B16, V4.B16, V4.B16    \
	VEOR V5.B16, V5.B16, V5.B16    \
	VEOR V6.B16, V6.B16, V6.B16    \
	VEOR V7.B16, V7.B16, V7.B16    \
	VEOR V8.B16, V8.B16, V8.B16    \
	VEOR V9.B16, V9.B16, V9.B16    \
	VEOR V10.B16, V10.B16, V10.B16 \
	VEOR V11.B16, V11.B16, V11.B16 \
	VEOR V12.B16, V12.B16, V12.B16 \
	VEOR V13.B16, V13.B16, V13.B16 \
	VEOR V14.B16, V14.B16, V14.B16 \
	VEOR V15.B16, V15.B16, V15.B16

// The sums of the rows before, and those for the rows to come.
#define RESUME \
	MOVD sums+56(FP), R7 \
	VLD1.P 64(R7), [V0.B16, V1.B16, V2.B16, V3.B16] \
	VLD1.P 64(R7), [V4.B16, V5.B16, V6.B16, V7.B16] \
	VLD1.P 64(R7), [V8.B16, V9.B16, V10.B16, V11.B16] \
	VLD1.P 64(R7), [V12.B16, V13.B16, V14.B16, V15.B16]

#define SUSPEND \
	MOVD sums+56(FP), R7 \
	VST1.P [V0.B16, V1.B16, V2.B16, V3.B16], 64(R7) \
	VST1.P [V4.B16, V5.B16, V6.B16, V7.B16], 64(R7) \
	VST1.P [V8.B16, V9.B16, V10.B16, V11.B16], 64(R7) \
	VST1.P [V12.B16, V13.B16, V14.B16, V15.B16], 64(R7)

#define BEGIN \
	MOVD rows+0(FP), R0 \
	MOVD c+40(FP), R1   \
	MOVD ldc+48(FP), R2 \
	MOVD rsv+16(FP), R4 \
	MOVD csv+24(FP), R5 \
	LSL  $SHIFT, R2, R2 \
	LSL  $SHIFT, R4, R4 \
	LSL  $SHIFT, R5, R5

#define START \
	MOVD R0, R3       \
	MOVD R1, R6       \
	MOVD ZR, R16      \
	MOVD v+8(FP), R8  \
	ADD  R5, R8, R9   \
	ADD  R5, R9, R10  \
	ADD  R5, R10, R11 \
	ADD  R5, R11, R12 \
	ADD  R5, R12, R13 \
	ADD  R5, R13, R14 \
	ADD  R5, R14, R15

#define TRIANGLE \
	MOVD t+32(FP), R7    \
	DIAG(0, 1)           \
	NEXT(0, 1, 2, 3)     \
	NEXT(0, 1, 4, 5)     \
	NEXT(0, 1, 6, 7)     \
	NEXT(0, 1, 8, 9)     \
	NEXT(0, 1, 10, 11)   \
	NEXT(0, 1, 12, 13)   \
	NEXT(0, 1, 14, 15)   \
	SKIP(1)              \
	DIAG(2, 3)           \
	NEXT(2, 3, 4, 5)     \
	NEXT(2, 3, 6, 7)     \
	NEXT(2, 3, 8, 9)     \
	NEXT(2, 3, 10, 11)   \
	NEXT(2, 3, 12, 13)   \
	NEXT(2, 3, 14, 15)   \
	SKIP(2)              \
	DIAG(4, 5)           \
	NEXT(4, 5, 6, 7)     \
	NEXT(4, 5, 8, 9)     \
	NEXT(4, 5, 10, 11)   \
	NEXT(4, 5, 12, 13)   \
	NEXT(4, 5, 14, 15)   \
	SKIP(3)              \
	DIAG(6, 7)           \
	NEXT(6, 7, 8, 9)     \
	NEXT(6, 7, 10, 11)   \
	NEXT(6, 7, 12, 13)   \
	NEXT(6, 7, 14, 15)   \
	SKIP(4)              \
	DIAG(8, 9)           \
	NEXT(8, 9, 10, 11)   \
	NEXT(8, 9, 12, 13)   \
	NEXT(8, 9, 14, 15)   \
	SKIP(5)              \
	DIAG(10, 11)         \
	NEXT(10, 11, 12, 13) \
	NEXT(10, 11, 14, 15) \
	SKIP(6)              \
	DIAG(12, 13)         \
	NEXT(12, 13, 14, 15) \
	SKIP(7)              \
	DIAG(14, 15)

#define BODY \
	BEGIN \
	MOVD part+64(FP), R3 \
	CMP  $3, R3 \
	BEQ  all \
	RESUME \
	CMP  $2, R3 \
	BEQ  triangle \
	START \
	B    sum \
all: \
	ZERO \
	START \
sum: \
	VLD1 (R6), [ROW0, ROW1] \
	ADD  R2, R6, R6 \
	VECTORS(DOT) \
	ADD  R4, R16, R16 \
	SUBS $1, R3, R3 \
	BNE  sum \
	MOVD part+64(FP), R3 \
	CMP  $1, R3 \
	BNE  triangle \
	SUSPEND \
	RET \
triangle: \
	TRIANGLE \
	START \
	SUBS $4, R3, R3 \
	BLT  few \
update: \
	ADD  R2, R6, R7 \
	ADD  R2, R7, R21 \
	ADD  R2, R21, R22 \
	ADD  R4, R16, R17 \
	ADD  R4, R17, R19 \
	ADD  R4, R19, R20 \
	VLD1 (R6), [ROW0, ROW1] \
	VLD1 (R7), [ROW2, ROW3] \
	VLD1 (R21), [ROW4, ROW5] \
	VLD1 (R22), [ROW6, ROW7] \
	VECTORS(SUB4) \
	VST1 [ROW0, ROW1], (R6) \
	VST1 [ROW2, ROW3], (R7) \
	VST1 [ROW4, ROW5], (R21) \
	VST1 [ROW6, ROW7], (R22) \
	ADD  R2, R22, R6 \
	ADD  R4, R20, R16 \
	SUBS $4, R3, R3 \
	BGE  update \
few: \
	ADDS $4, R3, R3 \
	BEQ  done \
one: \
	VLD1 (R6), [ROW0, ROW1] \
	VECTORS(SUB1) \
	ADD  R4, R16, R16 \
	VST1 [ROW0, ROW1], (R6) \
	ADD  R2, R6, R6 \
	SUBS $1, R3, R3 \
	BNE  one \
done: \
	RET

#define SIZE 8
#define SHIFT 3
#define FACTOR V18.D2
#define ROW0 V16.D2
#define ROW1 V17.D2
#define ROW2 V19.D2
#define ROW3 V20.D2
#define ROW4 V22.D2
#define ROW5 V23.D2
#define ROW6 V25.D2
#define ROW7 V26.D2
#define MUL FMUL2D
#define FMLA FMLA2D
#define LOAD LDRD
#define FMLA0 FMLA2D0
#define FMLS0 FMLS2D0

// func reflectBlock64NEON(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)
TEXT ·reflectBlock64NEON(SB), NOSPLIT, $0-72
	BODY

#undef SIZE
#undef SHIFT
#undef FACTOR
#undef ROW0
#undef ROW1
#undef ROW2
#undef ROW3
#undef ROW4
#undef ROW5
#undef ROW6
#undef ROW7
#undef MUL
#undef FMLA
#undef LOAD
#undef FMLA0
#undef FMLS0

#define SIZE 4
#define SHIFT 2
#define FACTOR V18.S4
#define ROW0 V16.S4
#define ROW1 V17.S4
#define ROW2 V19.S4
#define ROW3 V20.S4
#define ROW4 V22.S4
#define ROW5 V23.S4
#define ROW6 V25.S4
#define ROW7 V26.S4
#define MUL FMUL4S
#define FMLA FMLA4S
#define LOAD LDRS
#define FMLA0 FMLA4S0
#define FMLS0 FMLS4S0

// func reflectBlock32NEON(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)
TEXT ·reflectBlock32NEON(SB), NOSPLIT, $0-72
	BODY
