// Rows of a matrix times a vector, one row after the other, AVX2 and FMA3.
//
//	y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order, one segment (n ≤ 16384)
//
// For matrices beyond the caches of Zen 5, and in its third level long rows and those below 1 KiB (rowsAlone); registers and edges as in rowalone_avx2_amd64.h, and
//
//	SI  x, likewise      X13, X14  alpha, beta      R15  0 if beta is
//
// Ports: 16 loads and 8 FMA for 256 bytes of A, 8 cycles: 32 bytes a cycle, as many as the third-level cache delivers.

#include "textflag.h"
#include "rowalone_avx2_amd64.h"

#define FAR(STEP)

#define HEAD \
	MOVQ m+0(FP), R13     \
	MOVQ n+8(FP), DX      \
	MOVQ a+24(FP), R8     \
	MOVQ lda+32(FP), R12  \
	MOVQ x+40(FP), SI     \
	MOVQ y+56(FP), DI

#define STEP32(OFF, ACC) \
	VMOVUPS OFF(SI)(CX*1), Y8 \
	VFMADD231PS OFF(R8)(CX*1), Y8, ACC
#define STEPM32(ACC) \
	VMASKMOVPS (R8)(CX*1), Y15, Y8 \
	VMASKMOVPS (SI)(CX*1), Y15, Y9 \
	VFMADD213PS ACC, Y8, Y9        \
	VBLENDVPS Y15, Y9, ACC, ACC
#define STORE32 \
	VMULSS X0, X13, X1      \
	TESTL R15, R15          \
	JZ   store              \
	VMULSS (DI), X14, X1    \
	VFMADD231SS X0, X13, X1 \
store:                          \
	VMOVSS X1, (DI)         \
	ADDQ $4, DI
#define STEP64(OFF, ACC) \
	VMOVUPD OFF(SI)(CX*1), Y8 \
	VFMADD231PD OFF(R8)(CX*1), Y8, ACC
#define STEPM64(ACC) \
	VMASKMOVPD (R8)(CX*1), Y15, Y8 \
	VMASKMOVPD (SI)(CX*1), Y15, Y9 \
	VFMADD213PD ACC, Y8, Y9        \
	VBLENDVPD Y15, Y9, ACC, ACC
#define STORE64 \
	VMULSD X0, X13, X1      \
	TESTQ R15, R15          \
	JZ   store              \
	VMULSD (DI), X14, X1    \
	VFMADD231SD X0, X13, X1 \
store:                          \
	VMOVSD X1, (DI)         \
	ADDQ $8, DI

// func gemvNAloneAVX2F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)
TEXT ·gemvNAloneAVX2F32(SB), NOSPLIT, $0-64
	HEAD
	MOVL beta+48(FP), R15
	SHLL $1, R15
	VMOVSS alpha+16(FP), X13
	VMOVSS beta+48(FP), X14
	SIZES(2)
	SUBQ DX, SI
	ROWS(VADDPS, STEP32, STEPM32, FOLD32, STORE32)

// func gemvNAloneAVX2F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)
TEXT ·gemvNAloneAVX2F64(SB), NOSPLIT, $0-64
	HEAD
	MOVQ beta+48(FP), R15
	SHLQ $1, R15
	VMOVSD alpha+16(FP), X13
	VMOVSD beta+48(FP), X14
	SIZES(3)
	SUBQ DX, SI
	ROWS(VADDPD, STEP64, STEPM64, FOLD64, STORE64)
