// Adam that stops where the second moment would not be finite, AVX-512. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
// The body is that of Adam with one look at the class of each number, a mask moved to a register and a branch per vector more; what limits it are these
// and the others of its kind in the caches (adam_avx512_amd64.s; on Zen 5 they cost nothing beside the roots) and 28 bytes per element in float32 outside. The result is the number of elements done: n, or
// those before the vector that holds the bad one.

#include "textflag.h"
#include "zmm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func adamFinite32AVX512(n int, c *AdamCoef[float32], x, grad, m, v *float32) int
TEXT ·adamFinite32AVX512(SB), NOSPLIT, $0-56
	ADAMFINITECALL(RUNSIXTH(ADAMFINITE, ST, STM))

// func rmsFinite32AVX512(n int, c *AdamCoef[float32], x, grad, v *float32) int
TEXT ·rmsFinite32AVX512(SB), NOSPLIT, $0-48
	RMSFINITECALL(RUNSIXTH(RMSFINITE, ST, STM))

#include "pd_amd64.h"

// func adamFinite64AVX512(n int, c *AdamCoef[float64], x, grad, m, v *float64) int
TEXT ·adamFinite64AVX512(SB), NOSPLIT, $0-56
	ADAMFINITECALL(RUNROOT(ADAMFINITE, ST, STM, SQRTD))

// func rmsFinite64AVX512(n int, c *AdamCoef[float64], x, grad, v *float64) int
TEXT ·rmsFinite64AVX512(SB), NOSPLIT, $0-48
	RMSFINITECALL(RUNROOT(RMSFINITE, ST, STM, SQRTD))
