// Divide, NEON. Formulas, registers and the contract of the edges: elementwise_arm64.h.

#include "textflag.h"
#include "neon_arm64.h"
#include "elementwise_arm64.h"

#include "s4_arm64.h"

// func divide32NEON(n int, c *AdamCoef[float32], u, m, v *float32)
TEXT ·divide32NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD m+24(FP), R2
	MOVD v+32(FP), R3
	COEFS
	RUN1(DIVIDE, alone, tail, element, done)
	RET

// func divideRoot32NEON(n int, c *AdamCoef[float32], u, m, v *float32)
TEXT ·divideRoot32NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD m+24(FP), R2
	MOVD v+32(FP), R3
	COEFS
	RUN1(DIVIDEROOT, alone, tail, element, done)
	RET

#include "d2_arm64.h"

// func divide64NEON(n int, c *AdamCoef[float64], u, m, v *float64)
TEXT ·divide64NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD m+24(FP), R2
	MOVD v+32(FP), R3
	COEFS
	RUN1(DIVIDE, alone, tail, element, done)
	RET

// func divideRoot64NEON(n int, c *AdamCoef[float64], u, m, v *float64)
TEXT ·divideRoot64NEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD c+8(FP), R6
	MOVD u+16(FP), R1
	MOVD m+24(FP), R2
	MOVD v+32(FP), R3
	COEFS
	RUN1(DIVIDEROOT, alone, tail, element, done)
	RET
