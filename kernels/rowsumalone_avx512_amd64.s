// Sums of the rows of a matrix, one row after the other, AVX-512.
//
//	s_i = Σ_j a_ij in lane order, one segment (n ≤ 16384)
//
// For matrices in the second-level cache of Zen 5, and dense ones in the third; registers and edges as in rowalone_amd64.h, and
//
//	Z31  one element of each 128 bits (VPERM)
//
// Ports: 4 loads and a turn of 4 chains of two cycles for 256 bytes: 4 cycles by the cache, which delivers 64 bytes a cycle.
//
// Edges: m, n ≥ 1; columns that do not exist are masked.

#include "textflag.h"
#include "rowalone_amd64.h"

#define STEP(OFF, X, ACC) ADD OFF(R8)(CX*1), ACC, ACC
#define STEPM(ACC) ADD (R8)(CX*1), ACC, K1, ACC

#define ROWSUM(FOLD, STORE) \
	MOVQ m+0(FP), R13     \
	MOVQ n+8(FP), DX      \
	MOVQ a+16(FP), R8     \
	MOVQ lda+24(FP), R12  \
	MOVQ s+32(FP), DI     \
	MOVQ ahead+40(FP), R10 \
	SIZES                 \
	ALONE(FOLD, STORE)

#define FOLD32 \
	VPERMILPS $0x4E, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMILPS $0xB1, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMPS Z0, Z31, Z0
#define FOLD64 \
	VPERMILPD $0x55, Z0, Z1 \
	VADDPD Z1, Z0, Z0       \
	VPERMPD Z0, Z31, Z0
#define STORE4(V0) \
	LOADU V0, K6, (DI) \
	ADDQ $(4*EBYTES), DI

#include "ps_amd64.h"

// func rowSumAloneAVX512F32(m, n int, a *float32, lda int, s *float32, ahead int)
TEXT ·rowSumAloneAVX512F32(SB), NOSPLIT, $0-48
	VMOVDQU64 ·sums32(SB), Z31
	ROWSUM(FOLD32, STORE4(X0))

#include "pd_amd64.h"

// func rowSumAloneAVX512F64(m, n int, a *float64, lda int, s *float64, ahead int)
TEXT ·rowSumAloneAVX512F64(SB), NOSPLIT, $0-48
	VMOVDQU64 ·sums64(SB), Z31
	ROWSUM(FOLD64, STORE4(Y0))
