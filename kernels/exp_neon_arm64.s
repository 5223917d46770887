// Exp, NEON. Constants and bodies: exp_arm64.h; loop and edges: elementwise_arm64.h.

#include "textflag.h"
#include "neon_arm64.h"
#include "elementwise_arm64.h"
#include "exp_arm64.h"

#include "s4_arm64.h"

// func exp32NEON(n int, y, x, table *float32)
TEXT ·exp32NEON(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R0
	MOVD y+8(FP), R1
	MOVD x+16(FP), R2
	MOVD table+24(FP), R6
	EXPTABLE
	RUN3(EXP, loop, single, alone, tail, element, done)
	RET

#include "d2_arm64.h"

// func exp64NEON(n int, y, x, table *float64)
TEXT ·exp64NEON(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R0
	MOVD y+8(FP), R1
	MOVD x+16(FP), R2
	MOVD table+24(FP), R6
	EXPTABLE
	RUN3(EXP, loop, single, alone, tail, element, done)
	RET
