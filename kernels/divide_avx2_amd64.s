// Divide, AVX2 and FMA. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
//	CX elements  R8 coefficients  DI u  SI m  DX v
//
// 12 bytes per element. Ports: eight float32 (four float64) are a division, 5 (8) cycles on server Intel, and with DivideRoot a root of 6 (9 to 12) on the same unit; two
// loads, a store and four products besides fit in that.

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
