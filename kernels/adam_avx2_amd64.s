// Fused optimizer steps, AVX2 and FMA. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
// A YMM of Adam in float32: 4 loads, 3 stores, 1 root, 1 division, 9 multiplications or FMAs, 1 addition. The root and
// the division take about 10 cycles for 8 elements on Zen 4, 9 on recent Intel cores.

#include "textflag.h"
#include "ymm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func adam32AVX2(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adam32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(ADAM, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func rms32AVX2(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rms32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(RMS, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func adamDirection32AVX2(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adamDirection32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(ADAMDIRECTION, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func rmsDirection32AVX2(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rmsDirection32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(RMSDIRECTION, ST, STM, SQRTD)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// func adam64AVX2(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adam64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(ADAM, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func rms64AVX2(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rms64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(RMS, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func adamDirection64AVX2(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adamDirection64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(ADAMDIRECTION, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func rmsDirection64AVX2(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rmsDirection64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(RMSDIRECTION, ST, STM, SQRTD)
	VZEROUPPER
	RET
