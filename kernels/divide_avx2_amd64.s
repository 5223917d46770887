// Divide, AVX2 and FMA. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
// 12 bytes per element; the division, with DivideRoot the root as well, is the bound in the caches.

#include "textflag.h"
#include "ymm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func divide32AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divide32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	COEFS
	RUN(DIVIDE, loop, tail, done)
	VZEROUPPER
	RET

// func divideRoot32AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divideRoot32AVX2(SB), NOSPLIT, $0-56
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

// func divide64AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divide64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	COEFS
	RUN(DIVIDE, loop, tail, done)
	VZEROUPPER
	RET

// func divideRoot64AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·divideRoot64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	ALLCOEF
	RUNROOT(DIVIDEROOT, ST, STM, SQRTD)
	VZEROUPPER
	RET
