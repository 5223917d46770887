// Adam that stops where the second moment would not be finite, AVX-512. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
// The body is that of Adam with one subtraction, one comparison and one branch per vector more; all are far from what limits it, root
// and division in the caches and 28 bytes per element in float32 outside. The result is the number of elements done: n, or
// those before the vector that holds the bad one.

#include "textflag.h"
#include "zmm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func adamFinite32AVX512(n int, c *AdamCoef[float32], x, grad, m, v *float32) int
TEXT ·adamFinite32AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUN(ADAMFINITE, loop, tail, done)
	XORL CX, CX
bad:
	MOVQ n+0(FP), AX
	SUBQ CX, AX
	MOVQ AX, ret+48(FP)
	VZEROUPPER
	RET

// func rmsFinite32AVX512(n int, c *AdamCoef[float32], x, grad, v *float32) int
TEXT ·rmsFinite32AVX512(SB), NOSPLIT, $0-48
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+32(FP), R9
	ALLCOEF
	RUN(RMSFINITE, loop, tail, done)
	XORL CX, CX
bad:
	MOVQ n+0(FP), AX
	SUBQ CX, AX
	MOVQ AX, ret+40(FP)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// func adamFinite64AVX512(n int, c *AdamCoef[float64], x, grad, m, v *float64) int
TEXT ·adamFinite64AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUN(ADAMFINITE, loop, tail, done)
	XORL CX, CX
bad:
	MOVQ n+0(FP), AX
	SUBQ CX, AX
	MOVQ AX, ret+48(FP)
	VZEROUPPER
	RET

// func rmsFinite64AVX512(n int, c *AdamCoef[float64], x, grad, v *float64) int
TEXT ·rmsFinite64AVX512(SB), NOSPLIT, $0-48
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+32(FP), R9
	ALLCOEF
	RUN(RMSFINITE, loop, tail, done)
	XORL CX, CX
bad:
	MOVQ n+0(FP), AX
	SUBQ CX, AX
	MOVQ AX, ret+40(FP)
	VZEROUPPER
	RET
