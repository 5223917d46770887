// Adam that stops where the second moment would not be finite, AVX2 and FMA. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
// The body is that of Adam with one subtraction, one comparison and one branch per vector more; all are far from what limits it, root
// and division in the caches and 28 bytes per element in float32 outside. The result is the number of elements done: n, or
// those before the vector that holds the bad one.

#include "textflag.h"
#include "ymm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func adamFinite32AVX2(n int, c *AdamCoef[float32], x, grad, m, v *float32) int
TEXT ·adamFinite32AVX2(SB), NOSPLIT, $0-56
	ADAMFINITECALL(RUNROOT(ADAMFINITE, ST, STM, SQRTD))

// func rmsFinite32AVX2(n int, c *AdamCoef[float32], x, grad, v *float32) int
TEXT ·rmsFinite32AVX2(SB), NOSPLIT, $0-48
	RMSFINITECALL(RUNROOT(RMSFINITE, ST, STM, SQRTD))

#include "pd_amd64.h"

// func adamFinite64AVX2(n int, c *AdamCoef[float64], x, grad, m, v *float64) int
TEXT ·adamFinite64AVX2(SB), NOSPLIT, $0-56
	ADAMFINITECALL(RUNROOT(ADAMFINITE, ST, STM, SQRTD))

// func rmsFinite64AVX2(n int, c *AdamCoef[float64], x, grad, v *float64) int
TEXT ·rmsFinite64AVX2(SB), NOSPLIT, $0-48
	RMSFINITECALL(RUNROOT(RMSFINITE, ST, STM, SQRTD))
