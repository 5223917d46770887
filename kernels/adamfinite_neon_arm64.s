// Adam that stops where the second moment would not be finite, NEON. Formulas, registers and the contract of the edges: elementwise_arm64.h.
//
// The check, four instructions a vector and a branch, runs beside the root and the division of the vector before, which bound the loop.
// The result is the number of elements done: n, or those before the vector that holds the bad one.

#include "textflag.h"
#include "neon_arm64.h"
#include "elementwise_arm64.h"

#include "s4_arm64.h"

// func adamFinite32NEON(n int, c *AdamCoef[float32], x, grad, m, v *float32) int
TEXT ·adamFinite32NEON(SB), NOSPLIT, $0-56
	ADAMFINITECALL

// func rmsFinite32NEON(n int, c *AdamCoef[float32], x, grad, v *float32) int
TEXT ·rmsFinite32NEON(SB), NOSPLIT, $0-48
	RMSFINITECALL

#include "d2_arm64.h"

// func adamFinite64NEON(n int, c *AdamCoef[float64], x, grad, m, v *float64) int
TEXT ·adamFinite64NEON(SB), NOSPLIT, $0-56
	ADAMFINITECALL

// func rmsFinite64NEON(n int, c *AdamCoef[float64], x, grad, v *float64) int
TEXT ·rmsFinite64NEON(SB), NOSPLIT, $0-48
	RMSFINITECALL
