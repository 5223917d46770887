// Divide, NEON. Formulas, registers and the contract of the edges: elementwise_arm64.h.
//
//	R0 elements  R6 coefficients  R1 u  R2 m  R3 v
//
// Ports, for a register of float32 on N1, V1, V2: the divider 8, 3.8 and 5 cycles, with DivideRoot 14, 7 and 9.5 (float64 8, 3.8 and 7; 14, 7.2 and 14.5); two loads, a
// store and 10 to 11 other operations fit beside it.

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
