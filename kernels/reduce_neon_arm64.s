// Reductions of one segment in lane order, NEON.
//
//	dot      lane[i mod L] = fma(x_i, y_i, lane)
//	squares  lane[i mod L] = fma(x_i, x_i, lane)
//	sum      lane[i mod L] = lane + x_i
//	maxabs   max|x_i|, FMAX hands NaN on
//
// L = 64 (float32) or 32 (float64): 256 bytes, V0…V15. The lanes are then added by halves.
//
//	R1, R2  x, y                 R3  bytes left          R4  bytes of the partial vector
//	V0–V15  lanes                V16–V29  operands
//	V30     partial vector of x, dead lanes −0           V31  of y (squares: of x), dead lanes +0
//
// Ports: dot needs 32 q-loads for 16 FMLA in 256 bytes: 16 cycles on two load ports (N1), 11 on three (V1, V2); the
// 16 chains need 4 cycles.
//
// Edges: n ≥ 1, nothing past the end is read. The tail takes whole vectors down the chain of lanes, then the partial one.
// Its dead lanes hold −0 and +0, whose product −0 leaves any lane as it is; so does adding −0.

#include "textflag.h"
#include "neon_arm64.h"

#define ZERO16 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16 \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16 \
	VEOR V8.B16, V8.B16, V8.B16 \
	VEOR V9.B16, V9.B16, V9.B16 \
	VEOR V10.B16, V10.B16, V10.B16 \
	VEOR V11.B16, V11.B16, V11.B16 \
	VEOR V12.B16, V12.B16, V12.B16 \
	VEOR V13.B16, V13.B16, V13.B16 \
	VEOR V14.B16, V14.B16, V14.B16 \
	VEOR V15.B16, V15.B16, V15.B16

#define FOLDV(ADD) \
	ADD(8,0,0) \
	ADD(9,1,1) \
	ADD(10,2,2) \
	ADD(11,3,3) \
	ADD(12,4,4) \
	ADD(13,5,5) \
	ADD(14,6,6) \
	ADD(15,7,7) \
	ADD(4,0,0) \
	ADD(5,1,1) \
	ADD(6,2,2) \
	ADD(7,3,3) \
	ADD(2,0,0) \
	ADD(3,1,1) \
	ADD(1,0,0)

#define FOLD32 \
	FOLDV(FADD4S) \
	VEXT $8, V0.B16, V0.B16, V1.B16 \
	FADD4S(1,0,0) \
	VDUP V0.S[1], V1.S4 \
	FADD4S(1,0,0)

#define FOLD64 \
	FOLDV(FADD2D) \
	VDUP V0.D[1], V1.D2 \
	FADD2D(1,0,0)

// V30 = −0, V31 = +0 in every lane; R6, R7 = the partial vectors of x, y; R4 = their bytes.
#define PARTIAL(SIGN) \
	MOVD $SIGN, R5            \
	VDUP R5, V30.D2           \
	VEOR V31.B16, V31.B16, V31.B16 \
	AND $15, R3, R4           \
	SUB R4, R3, R6            \
	ADD R2, R6, R7            \
	ADD R1, R6, R6

// The tail: whole vectors go to lanes 0, 1, … by STEP, which leaves the chain when none is left; LAST adds the partial
// vector to the next lane. With 15 whole vectors the last is V15.
#define CHAIN(STEP, LAST) \
	STEP(0, p0) \
	STEP(1, p1) \
	STEP(2, p2) \
	STEP(3, p3) \
	STEP(4, p4) \
	STEP(5, p5) \
	STEP(6, p6) \
	STEP(7, p7) \
	STEP(8, p8) \
	STEP(9, p9) \
	STEP(10, p10) \
	STEP(11, p11) \
	STEP(12, p12) \
	STEP(13, p13) \
	STEP(14, p14) \
	LAST(15) \
	B    fold \
p0: \
	LAST(0) \
	B    fold \
p1: \
	LAST(1) \
	B    fold \
p2: \
	LAST(2) \
	B    fold \
p3: \
	LAST(3) \
	B    fold \
p4: \
	LAST(4) \
	B    fold \
p5: \
	LAST(5) \
	B    fold \
p6: \
	LAST(6) \
	B    fold \
p7: \
	LAST(7) \
	B    fold \
p8: \
	LAST(8) \
	B    fold \
p9: \
	LAST(9) \
	B    fold \
p10: \
	LAST(10) \
	B    fold \
p11: \
	LAST(11) \
	B    fold \
p12: \
	LAST(12) \
	B    fold \
p13: \
	LAST(13) \
	B    fold \
p14: \
	LAST(14) \
	B    fold

#define LASTMUL32(N) FMLA4S(30,31,N)
#define LASTMUL64(N) FMLA2D(30,31,N)
#define LASTADD32(N) FADD4S(30,N,N)
#define LASTADD64(N) FADD2D(30,N,N)

// One whole vector of the tail, or on to the partial one.
#define DOTTAIL32(N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.S4] \
	VLD1.P 16(R2), [V17.S4] \
	FMLA4S(16,17,N) \
	SUB  $16, R3
#define DOTTAIL64(N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.D2] \
	VLD1.P 16(R2), [V17.D2] \
	FMLA2D(16,17,N) \
	SUB  $16, R3

// func dotNEONF32(n int, x, y *float32) float32
TEXT ·dotNEONF32(SB), NOSPLIT, $0-28
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	LSL  $2, R3, R3
	ZERO16
	SUBS $256, R3, R3
	BLO  tail
loop:
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
	SUBS $256, R3, R3
	BHS  loop
tail:
	ADDS $256, R3, R3
	BEQ  fold
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
	FMOVS F0, ret+24(FP)
	RET

// func dotNEONF64(n int, x, y *float64) float64
TEXT ·dotNEONF64(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	LSL  $3, R3, R3
	ZERO16
	SUBS $256, R3, R3
	BLO  tail
loop:
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
	SUBS $256, R3, R3
	BHS  loop
tail:
	ADDS $256, R3, R3
	BEQ  fold
	PARTIAL(0x8000000000000000)
	TBZ  $3, R4, chain
	VLD1 (R6), V30.D[0]
	VLD1 (R7), V31.D[0]
chain:
	CHAIN(DOTTAIL64, LASTMUL64)
fold:
	FOLD64
	FMOVD F0, ret+24(FP)
	RET

#define SQUARETAIL32(N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.S4] \
	FMLA4S(16,16,N) \
	SUB  $16, R3
#define SQUARETAIL64(N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.D2] \
	FMLA2D(16,16,N) \
	SUB  $16, R3

// func squaresNEONF32(n int, x *float32) float32
TEXT ·squaresNEONF32(SB), NOSPLIT, $0-20
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD R1, R2
	LSL  $2, R3, R3
	ZERO16
	SUBS $256, R3, R3
	BLO  tail
loop:
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	VFMLA V16.S4, V16.S4, V0.S4
	VFMLA V17.S4, V17.S4, V1.S4
	VFMLA V18.S4, V18.S4, V2.S4
	VFMLA V19.S4, V19.S4, V3.S4
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V20.S4, V20.S4, V4.S4
	VFMLA V21.S4, V21.S4, V5.S4
	VFMLA V22.S4, V22.S4, V6.S4
	VFMLA V23.S4, V23.S4, V7.S4
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	VFMLA V16.S4, V16.S4, V8.S4
	VFMLA V17.S4, V17.S4, V9.S4
	VFMLA V18.S4, V18.S4, V10.S4
	VFMLA V19.S4, V19.S4, V11.S4
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V20.S4, V20.S4, V12.S4
	VFMLA V21.S4, V21.S4, V13.S4
	VFMLA V22.S4, V22.S4, V14.S4
	VFMLA V23.S4, V23.S4, V15.S4
	SUBS $256, R3, R3
	BHS  loop
tail:
	ADDS $256, R3, R3
	BEQ  fold
	MOVD R1, R2
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
	CHAIN(SQUARETAIL32, LASTMUL32)
fold:
	FOLD32
	FMOVS F0, ret+16(FP)
	RET

// func squaresNEONF64(n int, x *float64) float64
TEXT ·squaresNEONF64(SB), NOSPLIT, $0-24
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD R1, R2
	LSL  $3, R3, R3
	ZERO16
	SUBS $256, R3, R3
	BLO  tail
loop:
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	VFMLA V16.D2, V16.D2, V0.D2
	VFMLA V17.D2, V17.D2, V1.D2
	VFMLA V18.D2, V18.D2, V2.D2
	VFMLA V19.D2, V19.D2, V3.D2
	VLD1.P 64(R1), [V20.D2, V21.D2, V22.D2, V23.D2]
	VFMLA V20.D2, V20.D2, V4.D2
	VFMLA V21.D2, V21.D2, V5.D2
	VFMLA V22.D2, V22.D2, V6.D2
	VFMLA V23.D2, V23.D2, V7.D2
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	VFMLA V16.D2, V16.D2, V8.D2
	VFMLA V17.D2, V17.D2, V9.D2
	VFMLA V18.D2, V18.D2, V10.D2
	VFMLA V19.D2, V19.D2, V11.D2
	VLD1.P 64(R1), [V20.D2, V21.D2, V22.D2, V23.D2]
	VFMLA V20.D2, V20.D2, V12.D2
	VFMLA V21.D2, V21.D2, V13.D2
	VFMLA V22.D2, V22.D2, V14.D2
	VFMLA V23.D2, V23.D2, V15.D2
	SUBS $256, R3, R3
	BHS  loop
tail:
	ADDS $256, R3, R3
	BEQ  fold
	MOVD R1, R2
	PARTIAL(0x8000000000000000)
	TBZ  $3, R4, chain
	VLD1 (R6), V30.D[0]
	VLD1 (R7), V31.D[0]
chain:
	CHAIN(SQUARETAIL64, LASTMUL64)
fold:
	FOLD64
	FMOVD F0, ret+16(FP)
	RET

#define SUMTAIL32(N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.S4] \
	FADD4S(16,N,N) \
	SUB  $16, R3
#define SUMTAIL64(N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.D2] \
	FADD2D(16,N,N) \
	SUB  $16, R3

// func sumNEONF32(n int, x *float32) float32
TEXT ·sumNEONF32(SB), NOSPLIT, $0-20
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD R1, R2
	LSL  $2, R3, R3
	ZERO16
	SUBS $256, R3, R3
	BLO  tail
loop:
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	FADD4S(16,0,0)
	FADD4S(17,1,1)
	FADD4S(18,2,2)
	FADD4S(19,3,3)
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	FADD4S(20,4,4)
	FADD4S(21,5,5)
	FADD4S(22,6,6)
	FADD4S(23,7,7)
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	FADD4S(16,8,8)
	FADD4S(17,9,9)
	FADD4S(18,10,10)
	FADD4S(19,11,11)
	VLD1.P 64(R1), [V20.S4, V21.S4, V22.S4, V23.S4]
	FADD4S(20,12,12)
	FADD4S(21,13,13)
	FADD4S(22,14,14)
	FADD4S(23,15,15)
	SUBS $256, R3, R3
	BHS  loop
tail:
	ADDS $256, R3, R3
	BEQ  fold
	MOVD R1, R2
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
	CHAIN(SUMTAIL32, LASTADD32)
fold:
	FOLD32
	FMOVS F0, ret+16(FP)
	RET

// func sumNEONF64(n int, x *float64) float64
TEXT ·sumNEONF64(SB), NOSPLIT, $0-24
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD R1, R2
	LSL  $3, R3, R3
	ZERO16
	SUBS $256, R3, R3
	BLO  tail
loop:
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	FADD2D(16,0,0)
	FADD2D(17,1,1)
	FADD2D(18,2,2)
	FADD2D(19,3,3)
	VLD1.P 64(R1), [V20.D2, V21.D2, V22.D2, V23.D2]
	FADD2D(20,4,4)
	FADD2D(21,5,5)
	FADD2D(22,6,6)
	FADD2D(23,7,7)
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	FADD2D(16,8,8)
	FADD2D(17,9,9)
	FADD2D(18,10,10)
	FADD2D(19,11,11)
	VLD1.P 64(R1), [V20.D2, V21.D2, V22.D2, V23.D2]
	FADD2D(20,12,12)
	FADD2D(21,13,13)
	FADD2D(22,14,14)
	FADD2D(23,15,15)
	SUBS $256, R3, R3
	BHS  loop
tail:
	ADDS $256, R3, R3
	BEQ  fold
	MOVD R1, R2
	PARTIAL(0x8000000000000000)
	TBZ  $3, R4, chain
	VLD1 (R6), V30.D[0]
	VLD1 (R7), V31.D[0]
chain:
	CHAIN(SUMTAIL64, LASTADD64)
fold:
	FOLD64
	FMOVD F0, ret+16(FP)
	RET

// func maxabsNEONF32(n int, x *float32) float32
TEXT ·maxabsNEONF32(SB), NOSPLIT, $0-20
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	LSL  $2, R3, R3
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	SUBS $64, R3, R3
	BLO  rest
loop:
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	FABS4S(16,16)
	FABS4S(17,17)
	FABS4S(18,18)
	FABS4S(19,19)
	FMAX4S(16,0,0)
	FMAX4S(17,1,1)
	FMAX4S(18,2,2)
	FMAX4S(19,3,3)
	SUBS $64, R3, R3
	BHS  loop
rest:
	ADDS $64, R3, R3
	BEQ  fold
one:
	FMOVS.P 4(R1), F16
	FABS4S(16,16)
	FMAX4S(16,0,0)
	SUBS $4, R3, R3
	BNE  one
fold:
	FMAX4S(1,0,0)
	FMAX4S(3,2,2)
	FMAX4S(2,0,0)
	VEXT $8, V0.B16, V0.B16, V1.B16
	FMAX4S(1,0,0)
	VDUP V0.S[1], V1.S4
	FMAX4S(1,0,0)
	FMOVS F0, ret+16(FP)
	RET

// func maxabsNEONF64(n int, x *float64) float64
TEXT ·maxabsNEONF64(SB), NOSPLIT, $0-24
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	LSL  $3, R3, R3
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	SUBS $64, R3, R3
	BLO  rest
loop:
	VLD1.P 64(R1), [V16.D2, V17.D2, V18.D2, V19.D2]
	FABS2D(16,16)
	FABS2D(17,17)
	FABS2D(18,18)
	FABS2D(19,19)
	FMAX2D(16,0,0)
	FMAX2D(17,1,1)
	FMAX2D(18,2,2)
	FMAX2D(19,3,3)
	SUBS $64, R3, R3
	BHS  loop
rest:
	ADDS $64, R3, R3
	BEQ  fold
one:
	FMOVD.P 8(R1), F16
	FABS2D(16,16)
	FMAX2D(16,0,0)
	SUBS $8, R3, R3
	BNE  one
fold:
	FMAX2D(1,0,0)
	FMAX2D(3,2,2)
	FMAX2D(2,0,0)
	VDUP V0.D[1], V1.D2
	FMAX2D(1,0,0)
	FMOVD F0, ret+16(FP)
	RET
