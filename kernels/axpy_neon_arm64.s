// Vector updates, NEON.
//
//	axpy   y_i = fma(a, x_i, y_i)
//	scale  z_i = a·x_i            (z may be x)
//	mul    z_i = x_i·y_i          (z may be x or y)
//
//	R1, R2  inputs      R3  bytes left      R4  output, written behind R1/R2
//	V31  a in every lane      V0–V7, V16–V23  operands
//
// Ports: axpy takes 8 q-loads and 4 q-stores for 4 FMLA in 64 bytes: 4 cycles for its stores on N1 (one store port), 4 for its
// loads on two ports.
//
// Edges: n ≥ 1; blocks of four vectors, single vectors, single elements.

#include "textflag.h"
#include "neon_arm64.h"

// func axpyNEONF32(n int, alpha float32, x, y *float32)
TEXT ·axpyNEONF32(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	FMOVS alpha+8(FP), F31
	VDUP V31.S[0], V31.S4
	MOVD x+16(FP), R1
	MOVD y+24(FP), R4
	MOVD R4, R2
	LSL  $2, R3, R3
	SUBS $64, R3, R3
	BLO  few
fours:
	VLD1.P 64(R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1.P 64(R2), [V16.S4, V17.S4, V18.S4, V19.S4]
	VFMLA V0.S4, V31.S4, V16.S4
	VFMLA V1.S4, V31.S4, V17.S4
	VFMLA V2.S4, V31.S4, V18.S4
	VFMLA V3.S4, V31.S4, V19.S4
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(R4)
	SUBS $64, R3, R3
	BHS  fours
few:
	ADD  $64, R3, R3
	SUBS $16, R3, R3
	BLO  rest
vector:
	VLD1.P 16(R1), [V0.S4]
	VLD1.P 16(R2), [V16.S4]
	VFMLA V0.S4, V31.S4, V16.S4
	VST1.P [V16.S4], 16(R4)
	SUBS $16, R3, R3
	BHS  vector
rest:
	ADDS $16, R3, R3
	BEQ  done
single:
	FMOVS.P 4(R1), F0
	FMOVS.P 4(R2), F16
	FMADDS F0, F16, F31, F16
	FMOVS.P F16, 4(R4)
	SUBS $4, R3, R3
	BNE  single
done:
	RET

// func axpyNEONF64(n int, alpha float64, x, y *float64)
TEXT ·axpyNEONF64(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	FMOVD alpha+8(FP), F31
	VDUP V31.D[0], V31.D2
	MOVD x+16(FP), R1
	MOVD y+24(FP), R4
	MOVD R4, R2
	LSL  $3, R3, R3
	SUBS $64, R3, R3
	BLO  few
fours:
	VLD1.P 64(R1), [V0.D2, V1.D2, V2.D2, V3.D2]
	VLD1.P 64(R2), [V16.D2, V17.D2, V18.D2, V19.D2]
	VFMLA V0.D2, V31.D2, V16.D2
	VFMLA V1.D2, V31.D2, V17.D2
	VFMLA V2.D2, V31.D2, V18.D2
	VFMLA V3.D2, V31.D2, V19.D2
	VST1.P [V16.D2, V17.D2, V18.D2, V19.D2], 64(R4)
	SUBS $64, R3, R3
	BHS  fours
few:
	ADD  $64, R3, R3
	SUBS $16, R3, R3
	BLO  rest
vector:
	VLD1.P 16(R1), [V0.D2]
	VLD1.P 16(R2), [V16.D2]
	VFMLA V0.D2, V31.D2, V16.D2
	VST1.P [V16.D2], 16(R4)
	SUBS $16, R3, R3
	BHS  vector
rest:
	ADDS $16, R3, R3
	BEQ  done
single:
	FMOVD.P 8(R1), F0
	FMOVD.P 8(R2), F16
	FMADDD F0, F16, F31, F16
	FMOVD.P F16, 8(R4)
	SUBS $8, R3, R3
	BNE  single
done:
	RET

// func scaleNEONF32(n int, alpha float32, x, z *float32)
TEXT ·scaleNEONF32(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	FMOVS alpha+8(FP), F31
	VDUP V31.S[0], V31.S4
	MOVD x+16(FP), R1
	MOVD z+24(FP), R4
	LSL  $2, R3, R3
	SUBS $64, R3, R3
	BLO  few
fours:
	VLD1.P 64(R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	FMUL4S(0,31,0)
	FMUL4S(1,31,1)
	FMUL4S(2,31,2)
	FMUL4S(3,31,3)
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R4)
	SUBS $64, R3, R3
	BHS  fours
few:
	ADD  $64, R3, R3
	SUBS $16, R3, R3
	BLO  rest
vector:
	VLD1.P 16(R1), [V0.S4]
	FMUL4S(0,31,0)
	VST1.P [V0.S4], 16(R4)
	SUBS $16, R3, R3
	BHS  vector
rest:
	ADDS $16, R3, R3
	BEQ  done
single:
	FMOVS.P 4(R1), F0
	FMULS F31, F0, F0
	FMOVS.P F0, 4(R4)
	SUBS $4, R3, R3
	BNE  single
done:
	RET

// func scaleNEONF64(n int, alpha float64, x, z *float64)
TEXT ·scaleNEONF64(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	FMOVD alpha+8(FP), F31
	VDUP V31.D[0], V31.D2
	MOVD x+16(FP), R1
	MOVD z+24(FP), R4
	LSL  $3, R3, R3
	SUBS $64, R3, R3
	BLO  few
fours:
	VLD1.P 64(R1), [V0.D2, V1.D2, V2.D2, V3.D2]
	FMUL2D(0,31,0)
	FMUL2D(1,31,1)
	FMUL2D(2,31,2)
	FMUL2D(3,31,3)
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(R4)
	SUBS $64, R3, R3
	BHS  fours
few:
	ADD  $64, R3, R3
	SUBS $16, R3, R3
	BLO  rest
vector:
	VLD1.P 16(R1), [V0.D2]
	FMUL2D(0,31,0)
	VST1.P [V0.D2], 16(R4)
	SUBS $16, R3, R3
	BHS  vector
rest:
	ADDS $16, R3, R3
	BEQ  done
single:
	FMOVD.P 8(R1), F0
	FMULD F31, F0, F0
	FMOVD.P F0, 8(R4)
	SUBS $8, R3, R3
	BNE  single
done:
	RET

// func mulNEONF32(n int, x, y, z *float32)
TEXT ·mulNEONF32(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD z+24(FP), R4
	LSL  $2, R3, R3
	SUBS $64, R3, R3
	BLO  few
fours:
	VLD1.P 64(R1), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1.P 64(R2), [V16.S4, V17.S4, V18.S4, V19.S4]
	FMUL4S(16,0,0)
	FMUL4S(17,1,1)
	FMUL4S(18,2,2)
	FMUL4S(19,3,3)
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R4)
	SUBS $64, R3, R3
	BHS  fours
few:
	ADD  $64, R3, R3
	SUBS $16, R3, R3
	BLO  rest
vector:
	VLD1.P 16(R1), [V0.S4]
	VLD1.P 16(R2), [V16.S4]
	FMUL4S(16,0,0)
	VST1.P [V0.S4], 16(R4)
	SUBS $16, R3, R3
	BHS  vector
rest:
	ADDS $16, R3, R3
	BEQ  done
single:
	FMOVS.P 4(R1), F0
	FMOVS.P 4(R2), F16
	FMULS F16, F0, F0
	FMOVS.P F0, 4(R4)
	SUBS $4, R3, R3
	BNE  single
done:
	RET

// func mulNEONF64(n int, x, y, z *float64)
TEXT ·mulNEONF64(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R3
	MOVD x+8(FP), R1
	MOVD y+16(FP), R2
	MOVD z+24(FP), R4
	LSL  $3, R3, R3
	SUBS $64, R3, R3
	BLO  few
fours:
	VLD1.P 64(R1), [V0.D2, V1.D2, V2.D2, V3.D2]
	VLD1.P 64(R2), [V16.D2, V17.D2, V18.D2, V19.D2]
	FMUL2D(16,0,0)
	FMUL2D(17,1,1)
	FMUL2D(18,2,2)
	FMUL2D(19,3,3)
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(R4)
	SUBS $64, R3, R3
	BHS  fours
few:
	ADD  $64, R3, R3
	SUBS $16, R3, R3
	BLO  rest
vector:
	VLD1.P 16(R1), [V0.D2]
	VLD1.P 16(R2), [V16.D2]
	FMUL2D(16,0,0)
	VST1.P [V0.D2], 16(R4)
	SUBS $16, R3, R3
	BHS  vector
rest:
	ADDS $16, R3, R3
	BEQ  done
single:
	FMOVD.P 8(R1), F0
	FMOVD.P 8(R2), F16
	FMULD F16, F0, F0
	FMOVD.P F0, 8(R4)
	SUBS $8, R3, R3
	BNE  single
done:
	RET
