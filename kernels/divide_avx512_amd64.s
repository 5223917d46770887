// Divide, AVX-512. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
//	CX elements  R8 coefficients  DI u  SI m  DX v
//
// 12 bytes per element. The bound in the caches is the divisions, for 16 float32 (8 float64) 11 (17.5) cycles on server Intel and 2.5 (4) on Zen 5, beside which the multipliers take the root (SQRTV), or, on AMD, both together
// (RUNROOT): one root of three by FMA, 5.6 (8.4) cycles on Zen 5; two loads, a store and four products besides.

#include "textflag.h"
#include "zmm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func divide32AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divide32AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	COEFS
	RUN(DIVIDE, loop, tail, done)
	VZEROUPPER
	RET

// func divideRoot32AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divideRoot32AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	ALLCOEF
	RUNROOT(DIVIDEROOT, ST, STM, SQRTD)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// func divide64AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divide64AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	COEFS
	RUN(DIVIDE, loop, tail, done)
	VZEROUPPER
	RET

// func divideRoot64AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divideRoot64AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	ALLCOEF
	RUNROOT(DIVIDEROOT, ST, STM, SQRTD)
	VZEROUPPER
	RET
