// SecondMoment, Precondition, PreconditionSumSquares and Axpby, AVX2 and FMA. Formulas, registers and the
// contract of the edges: elementwise_amd64.h.
//
// SecondMoment and Axpby move 12 bytes per element and do four and two multiplications or FMAs: bandwidth at every level of memory but the first, where
// SecondMoment has its multipliers, two cycles of two pipes for a YMM, and three vectors a round save what the loop takes of the slots. Precondition is bound by its
// root and division in the caches.

#include "textflag.h"
#include "ymm_amd64.h"
#include "elementwise_amd64.h"

#include "ps_amd64.h"

// func secondMoment32AVX2(n int, c, v, grad, _, _ unsafe.Pointer, kind uintptr)
TEXT ·secondMoment32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ v+16(FP), DI
	MOVQ grad+24(FP), SI
	COEF(0, C0)
	COEF(4, C4)
	COEF(5, C5)
	RUN3(SECONDMOMENT, triple, rest, loop, tail, done)
	VZEROUPPER
	RET

// func precondition32AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·precondition32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	COEF(0, C0)
	COEF(6, C6)
	ROOTCOEF
	RUNROOT(PRECONDITION, ST, STM, SQRTV)
	VZEROUPPER
	RET

// func axpby32AVX2(n int, c, z, x, y, _ unsafe.Pointer, kind uintptr)
TEXT ·axpby32AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ z+16(FP), DI
	MOVQ x+24(FP), SI
	MOVQ y+32(FP), DX
	COEF(2, C2)
	COEF(3, C3)
	RUN3(AXPBY, triple, rest, loop, tail, done)
	VZEROUPPER
	RET

// func preconditionSquares32AVX2(n int, c *AdamCoef[float32], m, v, acc *float32) float32
TEXT ·preconditionSquares32AVX2(SB), NOSPLIT, $0-44
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ m+16(FP), SI
	MOVQ v+24(FP), DX
	MOVQ acc+32(FP), R11
	COEF(0, C0)
	COEF(6, C6)
	ROOTCOEF
	ACCLOAD
	RUNROOT(SQUARES, KEEP, CLEAR, SQRTV)
	ACCSTORE
	ACCFOLD
	LOADS X0, ret+40(FP)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// func secondMoment64AVX2(n int, c, v, grad, _, _ unsafe.Pointer, kind uintptr)
TEXT ·secondMoment64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ v+16(FP), DI
	MOVQ grad+24(FP), SI
	COEF(0, C0)
	COEF(4, C4)
	COEF(5, C5)
	RUN3(SECONDMOMENT, triple, rest, loop, tail, done)
	VZEROUPPER
	RET

// func precondition64AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)
TEXT ·precondition64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ u+16(FP), DI
	MOVQ m+24(FP), SI
	MOVQ v+32(FP), DX
	COEF(0, C0)
	COEF(6, C6)
	ROOTCOEF
	RUNROOT(PRECONDITION, ST, STM, SQRTV)
	VZEROUPPER
	RET

// func axpby64AVX2(n int, c, z, x, y, _ unsafe.Pointer, kind uintptr)
TEXT ·axpby64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ z+16(FP), DI
	MOVQ x+24(FP), SI
	MOVQ y+32(FP), DX
	COEF(2, C2)
	COEF(3, C3)
	RUN3(AXPBY, triple, rest, loop, tail, done)
	VZEROUPPER
	RET

// func preconditionSquares64AVX2(n int, c *AdamCoef[float64], m, v, acc *float64) float64
TEXT ·preconditionSquares64AVX2(SB), NOSPLIT, $0-48
	MOVQ n+0(FP), CX
	MOVQ c+8(FP), R8
	MOVQ m+16(FP), SI
	MOVQ v+24(FP), DX
	MOVQ acc+32(FP), R11
	COEF(0, C0)
	COEF(6, C6)
	ROOTCOEF
	ACCLOAD
	RUNROOT(SQUARES, KEEP, CLEAR, SQRTV)
	ACCSTORE
	ACCFOLD
	LOADS X0, ret+40(FP)
	VZEROUPPER
	RET
