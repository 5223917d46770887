// Columns of a matrix times a vector, NEON.
//
//	acc_j = fma(a_ij, x_i, acc_j), i ascending
//
// A block of 16, then 4, then 1 vectors of columns, then single columns, stays in registers and runs down the rows. (Rows times
// a vector go through dotNEON: its 16 vectors of lanes leave no room for a second row.)
//
//	V0–V15  acc      V16–V23  a      V31  x_i
//	R0  acc      R1  first row of the block      R2  bytes of columns left      R3  bytes of a row
//	R4, R5, R6  row, x, rows left in a block      R7  x      R8  rows
//
// Ports: 16 q-loads and one broadcasting load for 16 FMLA in 256 bytes: 8.5 cycles on N1, 5.7 on V1 and V2 (three load ports).
//
// Edges: m, n ≥ 1; nothing past the last column is touched.

#include "textflag.h"
#include "neon_arm64.h"

// func gemvTNEONF32(m, n int, a *float32, lda int, x, acc *float32)
TEXT ·gemvTNEONF32(SB), NOSPLIT, $0-48
	MOVD m+0(FP), R8
	MOVD n+8(FP), R2
	MOVD a+16(FP), R1
	MOVD lda+24(FP), R3
	MOVD x+32(FP), R7
	MOVD acc+40(FP), R0
	LSL  $2, R2, R2
	LSL  $2, R3, R3
	SUBS $256, R2, R2
	BLO  less
sixteen:
	MOVD R0, R4
	VLD1.P 64(R4), [V0.S4, V1.S4, V2.S4, V3.S4]
	VLD1.P 64(R4), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1.P 64(R4), [V8.S4, V9.S4, V10.S4, V11.S4]
	VLD1.P 64(R4), [V12.S4, V13.S4, V14.S4, V15.S4]
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row16:
	MOVD R4, R9
	VLD1R.P 4(R5), [V31.S4]
	VLD1.P 64(R9), [V16.S4, V17.S4, V18.S4, V19.S4]
	VFMLA V31.S4, V16.S4, V0.S4
	VFMLA V31.S4, V17.S4, V1.S4
	VFMLA V31.S4, V18.S4, V2.S4
	VFMLA V31.S4, V19.S4, V3.S4
	VLD1.P 64(R9), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V31.S4, V20.S4, V4.S4
	VFMLA V31.S4, V21.S4, V5.S4
	VFMLA V31.S4, V22.S4, V6.S4
	VFMLA V31.S4, V23.S4, V7.S4
	VLD1.P 64(R9), [V16.S4, V17.S4, V18.S4, V19.S4]
	VFMLA V31.S4, V16.S4, V8.S4
	VFMLA V31.S4, V17.S4, V9.S4
	VFMLA V31.S4, V18.S4, V10.S4
	VFMLA V31.S4, V19.S4, V11.S4
	VLD1.P 64(R9), [V20.S4, V21.S4, V22.S4, V23.S4]
	VFMLA V31.S4, V20.S4, V12.S4
	VFMLA V31.S4, V21.S4, V13.S4
	VFMLA V31.S4, V22.S4, V14.S4
	VFMLA V31.S4, V23.S4, V15.S4
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row16
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R0)
	VST1.P [V8.S4, V9.S4, V10.S4, V11.S4], 64(R0)
	VST1.P [V12.S4, V13.S4, V14.S4, V15.S4], 64(R0)
	ADD  $256, R1, R1
	SUBS $256, R2, R2
	BHS  sixteen
less:
	ADD  $256, R2, R2
	SUBS $64, R2, R2
	BLO  few
four:
	VLD1 (R0), [V0.S4, V1.S4, V2.S4, V3.S4]
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row4:
	VLD1R.P 4(R5), [V31.S4]
	VLD1 (R4), [V16.S4, V17.S4, V18.S4, V19.S4]
	VFMLA V31.S4, V16.S4, V0.S4
	VFMLA V31.S4, V17.S4, V1.S4
	VFMLA V31.S4, V18.S4, V2.S4
	VFMLA V31.S4, V19.S4, V3.S4
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row4
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R0)
	ADD  $64, R1, R1
	SUBS $64, R2, R2
	BHS  four
few:
	ADD  $64, R2, R2
	SUBS $16, R2, R2
	BLO  rest
one:
	VLD1 (R0), [V0.S4]
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row1:
	VLD1R.P 4(R5), [V31.S4]
	VLD1 (R4), [V16.S4]
	VFMLA V31.S4, V16.S4, V0.S4
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row1
	VST1.P [V0.S4], 16(R0)
	ADD  $16, R1, R1
	SUBS $16, R2, R2
	BHS  one
rest:
	ADDS $16, R2, R2
	BEQ  done
single:
	FMOVS (R0), F0
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row:
	FMOVS.P 4(R5), F31
	FMOVS (R4), F16
	FMADDS F31, F0, F16, F0
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row
	FMOVS.P F0, 4(R0)
	ADD  $4, R1, R1
	SUBS $4, R2, R2
	BNE  single
done:
	RET

// func gemvTNEONF64(m, n int, a *float64, lda int, x, acc *float64)
TEXT ·gemvTNEONF64(SB), NOSPLIT, $0-48
	MOVD m+0(FP), R8
	MOVD n+8(FP), R2
	MOVD a+16(FP), R1
	MOVD lda+24(FP), R3
	MOVD x+32(FP), R7
	MOVD acc+40(FP), R0
	LSL  $3, R2, R2
	LSL  $3, R3, R3
	SUBS $256, R2, R2
	BLO  less
sixteen:
	MOVD R0, R4
	VLD1.P 64(R4), [V0.D2, V1.D2, V2.D2, V3.D2]
	VLD1.P 64(R4), [V4.D2, V5.D2, V6.D2, V7.D2]
	VLD1.P 64(R4), [V8.D2, V9.D2, V10.D2, V11.D2]
	VLD1.P 64(R4), [V12.D2, V13.D2, V14.D2, V15.D2]
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row16:
	MOVD R4, R9
	VLD1R.P 8(R5), [V31.D2]
	VLD1.P 64(R9), [V16.D2, V17.D2, V18.D2, V19.D2]
	VFMLA V31.D2, V16.D2, V0.D2
	VFMLA V31.D2, V17.D2, V1.D2
	VFMLA V31.D2, V18.D2, V2.D2
	VFMLA V31.D2, V19.D2, V3.D2
	VLD1.P 64(R9), [V20.D2, V21.D2, V22.D2, V23.D2]
	VFMLA V31.D2, V20.D2, V4.D2
	VFMLA V31.D2, V21.D2, V5.D2
	VFMLA V31.D2, V22.D2, V6.D2
	VFMLA V31.D2, V23.D2, V7.D2
	VLD1.P 64(R9), [V16.D2, V17.D2, V18.D2, V19.D2]
	VFMLA V31.D2, V16.D2, V8.D2
	VFMLA V31.D2, V17.D2, V9.D2
	VFMLA V31.D2, V18.D2, V10.D2
	VFMLA V31.D2, V19.D2, V11.D2
	VLD1.P 64(R9), [V20.D2, V21.D2, V22.D2, V23.D2]
	VFMLA V31.D2, V20.D2, V12.D2
	VFMLA V31.D2, V21.D2, V13.D2
	VFMLA V31.D2, V22.D2, V14.D2
	VFMLA V31.D2, V23.D2, V15.D2
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row16
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(R0)
	VST1.P [V4.D2, V5.D2, V6.D2, V7.D2], 64(R0)
	VST1.P [V8.D2, V9.D2, V10.D2, V11.D2], 64(R0)
	VST1.P [V12.D2, V13.D2, V14.D2, V15.D2], 64(R0)
	ADD  $256, R1, R1
	SUBS $256, R2, R2
	BHS  sixteen
less:
	ADD  $256, R2, R2
	SUBS $64, R2, R2
	BLO  few
four:
	VLD1 (R0), [V0.D2, V1.D2, V2.D2, V3.D2]
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row4:
	VLD1R.P 8(R5), [V31.D2]
	VLD1 (R4), [V16.D2, V17.D2, V18.D2, V19.D2]
	VFMLA V31.D2, V16.D2, V0.D2
	VFMLA V31.D2, V17.D2, V1.D2
	VFMLA V31.D2, V18.D2, V2.D2
	VFMLA V31.D2, V19.D2, V3.D2
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row4
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(R0)
	ADD  $64, R1, R1
	SUBS $64, R2, R2
	BHS  four
few:
	ADD  $64, R2, R2
	SUBS $16, R2, R2
	BLO  rest
one:
	VLD1 (R0), [V0.D2]
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row1:
	VLD1R.P 8(R5), [V31.D2]
	VLD1 (R4), [V16.D2]
	VFMLA V31.D2, V16.D2, V0.D2
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row1
	VST1.P [V0.D2], 16(R0)
	ADD  $16, R1, R1
	SUBS $16, R2, R2
	BHS  one
rest:
	ADDS $16, R2, R2
	BEQ  done
single:
	FMOVD (R0), F0
	MOVD R1, R4
	MOVD R7, R5
	MOVD R8, R6
row:
	FMOVD.P 8(R5), F31
	FMOVD (R4), F16
	FMADDD F31, F0, F16, F0
	ADD  R3, R4, R4
	SUBS $1, R6, R6
	BNE  row
	FMOVD.P F0, 8(R0)
	ADD  $8, R1, R1
	SUBS $8, R2, R2
	BNE  single
done:
	RET
