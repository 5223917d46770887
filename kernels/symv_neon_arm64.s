// Dot product of one row whose first block of lanes is partial, NEON.
//
//	s = Σ hx_i·hy_i + Σ x_i·y_i in lane order, continued from one to the other
//
// hx and hy are one whole block of lanes, in which the caller has put −0 and +0 where nothing exists: their product −0 leaves
// a lane as it is. x and y, of n ≥ 0 elements, follow.
//
//	R1, R2  x, y (first hx, hy)      R3  bytes left      R8, R9  x, y behind the head
//	V0–V15  lanes        V16–V29 operands    V30, V31  the partial vectors
//
// Ports and tail: as dotNEON (reduce_neon_arm64.s).

#include "textflag.h"
#include "neon_arm64.h"
#include "lanes_neon_arm64.h"

// func dotHeadNEONF32(n int, x, y, hx, hy *float32) float32
TEXT ·dotHeadNEONF32(SB), NOSPLIT, $0-44
	MOVD n+0(FP), R3
	MOVD x+8(FP), R8
	MOVD y+16(FP), R9
	MOVD hx+24(FP), R1
	MOVD hy+32(FP), R2
	LSL  $2, R3, R3
	ADD  $256, R3, R3
	ZERO16
	B    head
loop:
	// Behind the head the pointers change over once.
	CBZ  R8, head
	MOVD R8, R1
	MOVD R9, R2
	MOVD ZR, R8
head:
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R2), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V16.S4, V20.S4, V0.S4
	VFMLA V17.S4, V21.S4, V1.S4
	VFMLA V18.S4, V22.S4, V2.S4
	VFMLA V19.S4, V23.S4, V3.S4
	VLD1.P 64(R1), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R2), [V28.S4, V29.S4, V30.S4, V31.S4]
	VFMLA V24.S4, V28.S4, V4.S4
	VFMLA V25.S4, V29.S4, V5.S4
	VFMLA V26.S4, V30.S4, V6.S4
	VFMLA V27.S4, V31.S4, V7.S4
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	VLD1.P 64(R2), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V16.S4, V20.S4, V8.S4
	VFMLA V17.S4, V21.S4, V9.S4
	VFMLA V18.S4, V22.S4, V10.S4
	VFMLA V19.S4, V23.S4, V11.S4
	VLD1.P 64(R1), [V24.S4, V25.S4, V26.S4, V27.S4]
	VLD1.P 64(R2), [V28.S4, V29.S4, V30.S4, V31.S4]
	VFMLA V24.S4, V28.S4, V12.S4
	VFMLA V25.S4, V29.S4, V13.S4
	VFMLA V26.S4, V30.S4, V14.S4
	VFMLA V27.S4, V31.S4, V15.S4
	SUB  $256, R3, R3
	CMP  $256, R3
	BHS  loop
	CBZ  R3, fold
	CBZ  R8, tail
	MOVD R8, R1
	MOVD R9, R2
tail:
	PARTIAL(0x8000000080000000)
	TBZ  $3, R4, low
	VLD1.P 8(R6), V30.D[0]
	VLD1.P 8(R7), V31.D[0]
	TBZ  $2, R4, chain
	VLD1 (R6), V30.S[2]
	VLD1 (R7), V31.S[2]
	B    chain
low:
	TBZ  $2, R4, chain
	VLD1 (R6), V30.S[0]
	VLD1 (R7), V31.S[0]
chain:
	CHAIN(DOTTAIL32, LASTMUL32)
fold:
	FOLD32
	FMOVS F0, ret+40(FP)
	RET

// func dotHeadNEONF64(n int, x, y, hx, hy *float64) float64
TEXT ·dotHeadNEONF64(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R3
	MOVD x+8(FP), R8
	MOVD y+16(FP), R9
	MOVD hx+24(FP), R1
	MOVD hy+32(FP), R2
	LSL  $3, R3, R3
	ADD  $256, R3, R3
	ZERO16
	B    head
loop:
	// Behind the head the pointers change over once.
	CBZ  R8, head
	MOVD R8, R1
	MOVD R9, R2
	MOVD ZR, R8
head:
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	VLD1.P 64(R2), [V20.D2, V21.D2, V22.D2, V23.D2]
	VFMLA V16.D2, V20.D2, V0.D2
	VFMLA V17.D2, V21.D2, V1.D2
	VFMLA V18.D2, V22.D2, V2.D2
	VFMLA V19.D2, V23.D2, V3.D2
	VLD1.P 64(R1), [V24.D2, V25.D2, V26.D2, V27.D2]
	VLD1.P 64(R2), [V28.D2, V29.D2, V30.D2, V31.D2]
	VFMLA V24.D2, V28.D2, V4.D2
	VFMLA V25.D2, V29.D2, V5.D2
	VFMLA V26.D2, V30.D2, V6.D2
	VFMLA V27.D2, V31.D2, V7.D2
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	VLD1.P 64(R2), [V20.D2, V21.D2, V22.D2, V23.D2]
	VFMLA V16.D2, V20.D2, V8.D2
	VFMLA V17.D2, V21.D2, V9.D2
	VFMLA V18.D2, V22.D2, V10.D2
	VFMLA V19.D2, V23.D2, V11.D2
	VLD1.P 64(R1), [V24.D2, V25.D2, V26.D2, V27.D2]
	VLD1.P 64(R2), [V28.D2, V29.D2, V30.D2, V31.D2]
	VFMLA V24.D2, V28.D2, V12.D2
	VFMLA V25.D2, V29.D2, V13.D2
	VFMLA V26.D2, V30.D2, V14.D2
	VFMLA V27.D2, V31.D2, V15.D2
	SUB  $256, R3, R3
	CMP  $256, R3
	BHS  loop
	CBZ  R3, fold
	CBZ  R8, tail
	MOVD R8, R1
	MOVD R9, R2
tail:
	PARTIAL(0x8000000000000000)
	TBZ  $3, R4, chain
	VLD1 (R6), V30.D[0]
	VLD1 (R7), V31.D[0]
chain:
	CHAIN(DOTTAIL64, LASTMUL64)
fold:
	FOLD64
	FMOVD F0, ret+40(FP)
	RET
