// Sums of the rows of a matrix, AVX2.
//
//	s_i = Σ_j a_ij in lane order, one segment (n ≤ 16384)
//
// Registers and edges as in rowalone_avx2_amd64.h, and R10, which is not 0 for matrices in the third-level cache of Zen 5 (streamed): lines are fetched 4 KiB ahead.
//
// Ports: 8 loads and 8 additions for 256 bytes, 4 cycles, which is the latency of the chains; the folds of some rows overlap with the loads
// of the next.

#include "textflag.h"
#include "rowalone_avx2_amd64.h"

// Blocks that fetch lines 4 KiB ahead, then on to the tail.
#define FAR(STEP) \
	TESTQ R10, R10        \
	JZ   block            \
far:                          \
	PREFETCHT0 4096(R8)(CX*1) \
	PREFETCHT0 4160(R8)(CX*1) \
	PREFETCHT0 4224(R8)(CX*1) \
	PREFETCHT0 4288(R8)(CX*1) \
	STEPS(STEP)           \
	ADDQ $256, CX         \
	JNZ  far              \
	JMP  tail

#define HEAD \
	MOVQ m+0(FP), R13     \
	MOVQ n+8(FP), DX      \
	MOVQ a+16(FP), R8     \
	MOVQ lda+24(FP), R12  \
	MOVQ s+32(FP), DI     \
	MOVQ ahead+40(FP), R10

#define STEP32(OFF, ACC) VADDPS OFF(R8)(CX*1), ACC, ACC
#define STEPM32(ACC) \
	VMASKMOVPS (R8)(CX*1), Y15, Y8 \
	VADDPS Y8, ACC, Y8             \
	VBLENDVPS Y15, Y8, ACC, ACC
#define STORE32 \
	VMOVSS X0, (DI) \
	ADDQ $4, DI
#define STEP64(OFF, ACC) VADDPD OFF(R8)(CX*1), ACC, ACC
#define STEPM64(ACC) \
	VMASKMOVPD (R8)(CX*1), Y15, Y8 \
	VADDPD Y8, ACC, Y8             \
	VBLENDVPD Y15, Y8, ACC, ACC
#define STORE64 \
	VMOVSD X0, (DI) \
	ADDQ $8, DI

// func rowSumAVX2F32(m, n int, a *float32, lda int, s *float32, ahead int)
TEXT ·rowSumAVX2F32(SB), NOSPLIT, $0-48
	HEAD
	SIZES(2)
	ROWS(VADDPS, STEP32, STEPM32, FOLD32, STORE32)

// func rowSumAVX2F64(m, n int, a *float64, lda int, s *float64, ahead int)
TEXT ·rowSumAVX2F64(SB), NOSPLIT, $0-48
	HEAD
	SIZES(3)
	ROWS(VADDPD, STEP64, STEPM64, FOLD64, STORE64)
