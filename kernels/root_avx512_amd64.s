// The root of zmm_amd64.h from any estimate, AVX-512. Only tests call these: SQRTV itself takes the estimate of the processor, and those of others differ.
//
//	SI v  DX y, near 1/√v  DI the root  R8, R9 the last g and h: one vector each

#include "textflag.h"
#include "zmm_amd64.h"

#define ROOTFROM \
	MOVQ  root+0(FP), DI; \
	MOVQ  lastG+8(FP), R8; \
	MOVQ  lastH+16(FP), R9; \
	MOVQ  v+24(FP), SI; \
	MOVQ  y+32(FP), DX; \
	ROOTCOEF; \
	LOADU (SI), V3; \
	LOADU (DX), V5; \
	ROOTSTEPS; \
	LOADU Z14, (R8); \
	LOADU V5, (R9); \
	ROOTLAST; \
	LOADU V5, (DI); \
	VZEROUPPER; \
	RET

#include "ps_amd64.h"

// func rootFrom32AVX512(root, lastG, lastH, v, y *[16]float32)
TEXT ·rootFrom32AVX512(SB), NOSPLIT, $0-40
	ROOTFROM

#include "pd_amd64.h"

// func rootFrom64AVX512(root, lastG, lastH, v, y *[8]float64)
TEXT ·rootFrom64AVX512(SB), NOSPLIT, $0-40
	ROOTFROM
