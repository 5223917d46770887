// Exp, AVX2 and FMA. Constants and port arithmetic: exp_avx2_amd64.h; loop and edges: elementwise_amd64.h.

#include "textflag.h"
#include "kinds_amd64.h"
#include "ymm_amd64.h"
#include "elementwise_amd64.h"
#include "exp_avx2_amd64.h"
#include "exp_amd64.h"

#include "ps_amd64.h"

// func exp32AVX2(n int, y, x unsafe.Pointer)
TEXT ·exp32AVX2(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ y+8(FP), DI
	MOVQ x+16(FP), SI
	MOVQ ·expWide32(SB), R8
	EXPTABLE
	EXPMANY
	RUNON(EXP, loop, tail, done)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// func exp64AVX2(n int, y, x unsafe.Pointer)
TEXT ·exp64AVX2(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ y+8(FP), DI
	MOVQ x+16(FP), SI
	MOVQ ·expWide64(SB), R8
	EXPTABLE
	EXPMANY
	RUNON(EXP, loop, tail, done)
	VZEROUPPER
	RET

// func expCall(n int, y, x unsafe.Pointer, kind uintptr)
TEXT ·expCall(SB), NOSPLIT, $0-32
	MOVQ kind+24(FP), AX
	BYKIND(0, ·exp32AVX2, ·exp32AVX512, ·exp64AVX2, ·exp64AVX512)
