// Fused optimizer steps, NEON. Formulas, registers and the contract of the edges: elementwise_arm64.h.
//
// FSQRT and FDIV are exact and hardly pipelined: both of a register take 14 cycles on N1, 7 on V1, 9.5 (float32) or 14.5 (float64) on V2
// in llvm-mca's models. That bounds the steps in the caches, but for Adam on N1, where all its operations take a cycle more.

#include "textflag.h"
#include "neon_arm64.h"
#include "elementwise_arm64.h"

#include "s4_arm64.h"

// func adam32NEON(n int, c *AdamCoef[float32], x, grad, m, v *float32)
TEXT ·adam32NEON(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD x+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD m+32(FP), R3
	MOVD v+40(FP), R4
	COEFS
	RUN2(ADAM, loop, single, alone, tail, element, done)
	RET

// func rms32NEON(n int, c *AdamCoef[float32], x, grad, v *float32)
TEXT ·rms32NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD x+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD v+32(FP), R4
	COEFS
	RUN1(RMS, alone, tail, element, done)
	RET

// func adamDirection32NEON(n int, c *AdamCoef[float32], u, grad, m, v *float32)
TEXT ·adamDirection32NEON(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD m+32(FP), R3
	MOVD v+40(FP), R4
	COEFS
	RUN1(ADAMDIRECTION, alone, tail, element, done)
	RET

// func rmsDirection32NEON(n int, c *AdamCoef[float32], u, grad, v *float32)
TEXT ·rmsDirection32NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD v+32(FP), R4
	COEFS
	RUN1(RMSDIRECTION, alone, tail, element, done)
	RET

#include "d2_arm64.h"

// func adam64NEON(n int, c *AdamCoef[float64], x, grad, m, v *float64)
TEXT ·adam64NEON(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD x+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD m+32(FP), R3
	MOVD v+40(FP), R4
	COEFS
	RUN2(ADAM, loop, single, alone, tail, element, done)
	RET

// func rms64NEON(n int, c *AdamCoef[float64], x, grad, v *float64)
TEXT ·rms64NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD x+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD v+32(FP), R4
	COEFS
	RUN1(RMS, alone, tail, element, done)
	RET

// func adamDirection64NEON(n int, c *AdamCoef[float64], u, grad, m, v *float64)
TEXT ·adamDirection64NEON(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD m+32(FP), R3
	MOVD v+40(FP), R4
	COEFS
	RUN1(ADAMDIRECTION, alone, tail, element, done)
	RET

// func rmsDirection64NEON(n int, c *AdamCoef[float64], u, grad, v *float64)
TEXT ·rmsDirection64NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD grad+24(FP), R2
	MOVD v+32(FP), R4
	COEFS
	RUN1(RMSDIRECTION, alone, tail, element, done)
	RET
