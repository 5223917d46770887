// SecondMoment, Precondition, PreconditionSumSquares and Axpby, NEON. Formulas, registers and the contract
// of the edges: elementwise_arm64.h.
//
//	R0 elements  R6 coefficients  R1 what is written  R2, R3 what is read  R7 lanes of the sum of squares
//
// Ports, for two registers: SecondMoment four loads and two stores, 6 cycles of N1's two ports for memory and 2.5 on V1 and V2, with eight operations on two (four) pipes; Axpby four loads, two stores,
// four operations. Precondition waits for root and division as divideRoot does.

#include "textflag.h"
#include "neon_arm64.h"
#include "elementwise_arm64.h"

#include "s4_arm64.h"

// func secondMoment32NEON(n int, c *AdamCoef[float32], v, grad *float32)
TEXT ·secondMoment32NEON(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD v+16(FP), R1
	MOVD grad+24(FP), R2
	COEFS
	RUN2(SECONDMOMENT, loop, single, alone, tail, element, done)
	RET

// func precondition32NEON(n int, c *AdamCoef[float32], u, m, v *float32)
TEXT ·precondition32NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD m+24(FP), R2
	MOVD v+32(FP), R3
	COEFS
	RUN1(PRECONDITION, alone, tail, element, done)
	RET

// func axpby32NEON(n int, c *AdamCoef[float32], z, x, y *float32)
TEXT ·axpby32NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD z+16(FP), R1
	MOVD x+24(FP), R2
	MOVD y+32(FP), R3
	COEFS
	RUN2(AXPBY, loop, single, alone, tail, element, done)
	RET

// func preconditionSquares32NEON(n int, c *AdamCoef[float32], m, v, acc *float32) float32
TEXT ·preconditionSquares32NEON(SB), NOSPLIT, $0-44
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD m+16(FP), R2
	MOVD v+24(FP), R3
	MOVD acc+32(FP), R7
	COEFS
	RUN1(SQUARES, alone, tail, element, done)
	FOLD
	FMOVS F0, ret+40(FP)
	RET

#include "d2_arm64.h"

// func secondMoment64NEON(n int, c *AdamCoef[float64], v, grad *float64)
TEXT ·secondMoment64NEON(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD v+16(FP), R1
	MOVD grad+24(FP), R2
	COEFS
	RUN2(SECONDMOMENT, loop, single, alone, tail, element, done)
	RET

// func precondition64NEON(n int, c *AdamCoef[float64], u, m, v *float64)
TEXT ·precondition64NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD m+24(FP), R2
	MOVD v+32(FP), R3
	COEFS
	RUN1(PRECONDITION, alone, tail, element, done)
	RET

// func axpby64NEON(n int, c *AdamCoef[float64], z, x, y *float64)
TEXT ·axpby64NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD z+16(FP), R1
	MOVD x+24(FP), R2
	MOVD y+32(FP), R3
	COEFS
	RUN2(AXPBY, loop, single, alone, tail, element, done)
	RET

// func preconditionSquares64NEON(n int, c *AdamCoef[float64], m, v, acc *float64) float64
TEXT ·preconditionSquares64NEON(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD m+16(FP), R2
	MOVD v+24(FP), R3
	MOVD acc+32(FP), R7
	COEFS
	RUN1(SQUARES, alone, tail, element, done)
	FOLD
	FMOVD F0, ret+40(FP)
	RET
