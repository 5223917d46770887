// Fused optimizer steps, AVX-512. Formulas, registers and the contract of the edges: elementwise_amd64.h.
//
// A ZMM of Adam in float32: 4 loads, 3 stores, 1 root by FMA (SQRTV: an estimate of 3 operations, 7 multiplications or FMAs, a comparison and a
// test; 12 and the same in float64), 1 division, which takes three operations, 9 multiplications or FMAs, 1 addition: 25 operations (float64: 30) for two
// ports, 12.5 (15) cycles, beside which the divider works 11 (17.5) on a Granite Rapids. With VSQRT it would work 24 (43.5). Outside the caches 28 bytes per
// element in float32 are the limit.
//
// On Zen 5 √ and ÷ together keep the divider for 7 cycles (11.5), and each takes two slots of the two pipes of FMA, on which an estimate costs next to nothing: by FMA
// 9 + 7 + 2 slots (9 + 12 + 2) and the comparison are 9.5 cycles (12), measured 10.9 (15), for the chains of few vectors fit into the schedulers; by the divider 8 (12); with
// one root in three by FMA (RUNROOT) 7.7 slots and 5.5 (9) of the divider, measured 7.7 (9.8), and in float32 with one in six (RUNSIXTH) 7.1 slots and 6.2, measured 7.2.

#include "textflag.h"
#include "zmm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func adam32AVX512(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adam32AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ m+32(FP), DX
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNSIXTH(ADAM, ST, STM)
	VZEROUPPER
	RET

// func rms32AVX512(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rms32AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNSIXTH(RMS, ST, STM)
	VZEROUPPER
	RET

// func adamDirection32AVX512(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adamDirection32AVX512(SB), NOSPLIT, $0-56
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

// func rmsDirection32AVX512(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rmsDirection32AVX512(SB), NOSPLIT, $0-56
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

// func adam64AVX512(n int, c, x, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adam64AVX512(SB), NOSPLIT, $0-56
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

// func rms64AVX512(n int, c, x, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rms64AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ x+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(RMS, ST, STM, SQRTD)
	VZEROUPPER
	RET

// func adamDirection64AVX512(n int, c, u, grad, m, v unsafe.Pointer, kind uintptr)
TEXT ·adamDirection64AVX512(SB), NOSPLIT, $0-56
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

// func rmsDirection64AVX512(n int, c, u, grad, _, v unsafe.Pointer, kind uintptr)
TEXT ·rmsDirection64AVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ grad+24(FP), SI
	MOVQ v+40(FP), R9
	ALLCOEF
	RUNROOT(RMSDIRECTION, ST, STM, SQRTD)
	VZEROUPPER
	RET
