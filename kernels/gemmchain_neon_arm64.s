// Products of one column with rows of A as stored, NEON:
//
//	acc[i] = Σ_l A[i, l]·b[l],  acc = fma(a, b, acc) from +0, l ascending      16 rows, float32 up to 32
//
// Four steps of four rows (float64: two of two) are transposed in registers, after which a register holds one step of several rows; a tile of one
// column would multiply by eleven columns (float64: seven) that are not there.
//
//	R0  steps left   R1  distance of rows, 0 behind the last   R2  b   R3  distance of its elements   R4–R17, R19, R20  the rows
//	R21  acc   R22  rows left   R23  from the first 16 rows of more to the last 16, in bytes   R24  an address
//	V0–V3  rows, then steps   V4–V7  halfway   V16–V19 (float64: V16, V17)  elements of b   V24–V31 (16 rows of float32: to V27)  acc
//
// Ports: 8 permutations and 4 FMLA for 16 numbers (float64: 2 and 2 for 4): with N1's two pipes 24 cycles for four steps of 16 rows, with four 12
// (float64: 16 and 8 for two steps). A tile takes 97 and 49 (65 and 33), and its panel of A. 16 rows of float32 are four chains, 16 cycles for four steps where an FMLA waits four
// cycles for the sum it adds to; of more rows the first and the last 16 run side by side, eight chains, some rows twice.
//
// Edges: 1 ≤ rows ≤ 16 (float32: 32), the last one is read again for those that are not there of 16, whose sums mean nothing; k ≥ 1, the last steps go one by one.
// acc has 16 elements, or rows if those are more.

#include "textflag.h"
#include "neon_arm64.h"

#define HEAD \
	MOVD rows+0(FP), R22 \
	MOVD k+8(FP), R0     \
	MOVD a+16(FP), R4    \
	MOVD ra+24(FP), R1   \
	MOVD b+32(FP), R2    \
	MOVD rb+40(FP), R3   \
	NEXT(R4, R5)         \
	NEXT(R5, R6)         \
	NEXT(R6, R7)         \
	NEXT(R7, R8)         \
	NEXT(R8, R9)         \
	NEXT(R9, R10)        \
	NEXT(R10, R11)       \
	NEXT(R11, R12)       \
	NEXT(R12, R13)       \
	NEXT(R13, R14)       \
	NEXT(R14, R15)       \
	NEXT(R15, R16)       \
	NEXT(R16, R17)       \
	NEXT(R17, R19)       \
	NEXT(R19, R20)       \
	VEOR V24.B16, V24.B16, V24.B16 \
	VEOR V25.B16, V25.B16, V25.B16 \
	VEOR V26.B16, V26.B16, V26.B16 \
	VEOR V27.B16, V27.B16, V27.B16

// The next row; the last one repeats.
#define NEXT(R, S) \
	SUBS $1, R22, R22    \
	CSEL GT, R1, ZR, R1  \
	ADD  R1, R, S

#define ELEMENT(LOAD, F) \
	LOAD (R2), F  \
	ADD  R3, R2

// Four steps of four rows; of those R23 behind them, whose registers are numbers.
#define FOUR(A, B, C, D, acc) \
	FMOVQ.P 16(A), F0         \
	FMOVQ.P 16(B), F1         \
	FMOVQ.P 16(C), F2         \
	FMOVQ.P 16(D), F3         \
	STEPS4(acc)

#define BEHIND(a, b, c, d, acc) \
	LDRQ(23,a,0)  \
	LDRQ(23,b,1)  \
	LDRQ(23,c,2)  \
	LDRQ(23,d,3)  \
	STEPS4(acc)

#define STEPS4(acc) \
	VTRN1 V1.S4, V0.S4, V4.S4 \
	VTRN2 V1.S4, V0.S4, V5.S4 \
	VTRN1 V3.S4, V2.S4, V6.S4 \
	VTRN2 V3.S4, V2.S4, V7.S4 \
	VTRN1 V6.D2, V4.D2, V0.D2 \
	VTRN1 V7.D2, V5.D2, V1.D2 \
	VTRN2 V6.D2, V4.D2, V2.D2 \
	VTRN2 V7.D2, V5.D2, V3.D2 \
	FMLA4S0(16,0,acc)         \
	FMLA4S0(17,1,acc)         \
	FMLA4S0(18,2,acc)         \
	FMLA4S0(19,3,acc)

// One step of four rows.
#define LASTBEHIND(A, B, C, D, acc) \
	ADD  R23, A, R24     \
	VLD1 (R24), V0.S[0]  \
	ADD  R23, B, R24     \
	VLD1 (R24), V0.S[1]  \
	ADD  R23, C, R24     \
	VLD1 (R24), V0.S[2]  \
	ADD  R23, D, R24     \
	VLD1 (R24), V0.S[3]  \
	FMLA4S0(16,0,acc)

#define LAST4(A, B, C, D, acc) \
	VLD1.P 4(A), V0.S[0] \
	VLD1.P 4(B), V0.S[1] \
	VLD1.P 4(C), V0.S[2] \
	VLD1.P 4(D), V0.S[3] \
	FMLA4S0(16,0,acc)

// func gemmChain32NEON(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmChain32NEON(SB), NOSPLIT, $0-56
	HEAD
	SUBS $1, R22, R23 // rows beyond 16
	BGT  both
	SUBS $4, R0, R0
	BLT  rest

steps:
	ELEMENT(FMOVS, F16)
	ELEMENT(FMOVS, F17)
	ELEMENT(FMOVS, F18)
	ELEMENT(FMOVS, F19)
	FOUR(R4, R5, R6, R7, 24)
	FOUR(R8, R9, R10, R11, 25)
	FOUR(R12, R13, R14, R15, 26)
	FOUR(R16, R17, R19, R20, 27)
	SUBS $4, R0, R0
	BGE  steps

rest:
	ADDS $4, R0, R0
	BEQ  done

step:
	ELEMENT(FMOVS, F16)
	LAST4(R4, R5, R6, R7, 24)
	LAST4(R8, R9, R10, R11, 25)
	LAST4(R12, R13, R14, R15, 26)
	LAST4(R16, R17, R19, R20, 27)
	SUBS $1, R0, R0
	BNE  step

done:
	MOVD acc+48(FP), R21
	VST1 [V24.B16, V25.B16, V26.B16, V27.B16], (R21)
	RET

both:
	LSL  $2, R23, R22
	MUL  R1, R23, R23
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V31.B16, V31.B16, V31.B16
	SUBS $4, R0, R0
	BLT  bothRest

bothSteps:
	ELEMENT(FMOVS, F16)
	ELEMENT(FMOVS, F17)
	ELEMENT(FMOVS, F18)
	ELEMENT(FMOVS, F19)
	BEHIND(4, 5, 6, 7, 28)
	FOUR(R4, R5, R6, R7, 24)
	BEHIND(8, 9, 10, 11, 29)
	FOUR(R8, R9, R10, R11, 25)
	BEHIND(12, 13, 14, 15, 30)
	FOUR(R12, R13, R14, R15, 26)
	BEHIND(16, 17, 19, 20, 31)
	FOUR(R16, R17, R19, R20, 27)
	SUBS $4, R0, R0
	BGE  bothSteps

bothRest:
	ADDS $4, R0, R0
	BEQ  bothDone

bothStep:
	ELEMENT(FMOVS, F16)
	LASTBEHIND(R4, R5, R6, R7, 28)
	LAST4(R4, R5, R6, R7, 24)
	LASTBEHIND(R8, R9, R10, R11, 29)
	LAST4(R8, R9, R10, R11, 25)
	LASTBEHIND(R12, R13, R14, R15, 30)
	LAST4(R12, R13, R14, R15, 26)
	LASTBEHIND(R16, R17, R19, R20, 31)
	LAST4(R16, R17, R19, R20, 27)
	SUBS $1, R0, R0
	BNE  bothStep

bothDone:
	MOVD acc+48(FP), R21
	ADD  R21, R22, R24
	VST1 [V28.B16, V29.B16, V30.B16, V31.B16], (R24)
	VST1 [V24.B16, V25.B16, V26.B16, V27.B16], (R21)
	RET

// Two steps of two rows.
#define TWO(A, B, acc) \
	FMOVQ.P 16(A), F0         \
	FMOVQ.P 16(B), F1         \
	VTRN1 V1.D2, V0.D2, V2.D2 \
	VTRN2 V1.D2, V0.D2, V3.D2 \
	FMLA2D0(16,2,acc)         \
	FMLA2D0(17,3,acc)

// One step of two rows.
#define LAST2(A, B, acc) \
	VLD1 (A), V0.D[0] \
	VLD1 (B), V0.D[1] \
	FMLA2D0(16,0,acc)

// func gemmChain64NEON(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmChain64NEON(SB), NOSPLIT, $0-56
	HEAD
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V31.B16, V31.B16, V31.B16
	SUBS $2, R0, R0
	BLT  rest

steps:
	ELEMENT(FMOVD, F16)
	ELEMENT(FMOVD, F17)
	TWO(R4, R5, 24)
	TWO(R6, R7, 25)
	TWO(R8, R9, 26)
	TWO(R10, R11, 27)
	TWO(R12, R13, 28)
	TWO(R14, R15, 29)
	TWO(R16, R17, 30)
	TWO(R19, R20, 31)
	SUBS $2, R0, R0
	BGE  steps

rest:
	ADDS $2, R0, R0
	BEQ  done
	FMOVD (R2), F16
	LAST2(R4, R5, 24)
	LAST2(R6, R7, 25)
	LAST2(R8, R9, 26)
	LAST2(R10, R11, 27)
	LAST2(R12, R13, 28)
	LAST2(R14, R15, 29)
	LAST2(R16, R17, 30)
	LAST2(R19, R20, 31)

done:
	MOVD acc+48(FP), R21
	VST1.P [V24.B16, V25.B16, V26.B16, V27.B16], 64(R21)
	VST1 [V28.B16, V29.B16, V30.B16, V31.B16], (R21)
	RET
