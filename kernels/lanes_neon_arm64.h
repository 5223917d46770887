// Lanes of a reduction in V0…V15 (float32: 64, float64: 32): zeroing, folding by halves, and the tail. Used with
// the register map of reduce_neon_arm64.s.

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
