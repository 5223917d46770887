// Exp, AVX-512. Constants and port arithmetic: exp_avx512_amd64.h; loop and edges: elementwise_amd64.h.

#include "textflag.h"
#include "zmm_amd64.h"
#include "elementwise_amd64.h"
#include "exp_avx512_amd64.h"
#include "exp_amd64.h"

#include "ps_amd64.h"

// func exp32AVX512(n int, y, x unsafe.Pointer)
TEXT ·exp32AVX512(SB), NOSPLIT, $0-24
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

// func exp64AVX512(n int, y, x unsafe.Pointer)
TEXT ·exp64AVX512(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ y+8(FP), DI
	MOVQ x+16(FP), SI
	MOVQ ·expWide64(SB), R8
	EXPTABLE
	EXPMANY
	RUNON(EXP, loop, tail, done)
	VZEROUPPER
	RET
