// Transposition of a strip of square tiles, NEON.
//
//	b[i·ldb+j] = alpha·a[j·lda+i], tiles of 4×4 (float32) or 2×2 (float64), one below the other in A
//
//	R1  A   R2 its leading dimension in bytes   R3  B   R4  its leading dimension   R0  tiles left   R5  row   R6  2·lda
//	V0–V3  rows of A, then of B      V4–V7  halfway      V31  alpha
//
// Ports: 4 loads, 8 permutations, 4 stores for 16 elements of float32.
//
// Edges: whole tiles only; the caller moves the last tile back over the one before.

#include "textflag.h"
#include "neon_arm64.h"

// func transposeNEONF32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int)
TEXT ·transposeNEONF32(SB), NOSPLIT, $0-48
	MOVD tiles+0(FP), R0
	FMOVS alpha+8(FP), F31
	VDUP V31.S[0], V31.S4
	MOVD a+16(FP), R1
	MOVD lda+24(FP), R2
	MOVD b+32(FP), R3
	MOVD ldb+40(FP), R4
	LSL  $2, R2, R2
	LSL  $2, R4, R4
tile:
	VLD1 (R1), [V0.S4]
	ADD  R2, R1, R1
	VLD1 (R1), [V1.S4]
	ADD  R2, R1, R1
	VLD1 (R1), [V2.S4]
	ADD  R2, R1, R1
	VLD1 (R1), [V3.S4]
	ADD  R2, R1, R1
	VTRN1 V1.S4, V0.S4, V4.S4
	VTRN2 V1.S4, V0.S4, V5.S4
	VTRN1 V3.S4, V2.S4, V6.S4
	VTRN2 V3.S4, V2.S4, V7.S4
	VTRN1 V6.D2, V4.D2, V0.D2
	VTRN1 V7.D2, V5.D2, V1.D2
	VTRN2 V6.D2, V4.D2, V2.D2
	VTRN2 V7.D2, V5.D2, V3.D2
	FMUL4S(0,31,0)
	FMUL4S(1,31,1)
	FMUL4S(2,31,2)
	FMUL4S(3,31,3)
	VST1 [V0.S4], (R3)
	ADD  R4, R3, R5
	VST1 [V1.S4], (R5)
	ADD  R4, R5, R5
	VST1 [V2.S4], (R5)
	ADD  R4, R5, R5
	VST1 [V3.S4], (R5)
	ADD  $16, R3, R3
	SUBS $1, R0, R0
	BNE  tile
	RET

// func transposeNEONF64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int)
TEXT ·transposeNEONF64(SB), NOSPLIT, $0-48
	MOVD tiles+0(FP), R0
	FMOVD alpha+8(FP), F31
	VDUP V31.D[0], V31.D2
	MOVD a+16(FP), R1
	MOVD lda+24(FP), R2
	MOVD b+32(FP), R3
	MOVD ldb+40(FP), R4
	LSL  $3, R2, R2
	LSL  $3, R4, R4
	LSL  $1, R2, R6
tile:
	ADD  R2, R1, R5
	VLD1 (R1), [V0.D2]
	VLD1 (R5), [V1.D2]
	ADD  R6, R1, R1
	VTRN1 V1.D2, V0.D2, V2.D2
	VTRN2 V1.D2, V0.D2, V3.D2
	FMUL2D(2,31,2)
	FMUL2D(3,31,3)
	VST1 [V2.D2], (R3)
	ADD  R4, R3, R5
	VST1 [V3.D2], (R5)
	ADD  $16, R3, R3
	SUBS $1, R0, R0
	BNE  tile
	RET
