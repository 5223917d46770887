// Rows of a matrix times a vector, one row after the other, AVX-512.
//
//	y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order, one segment (n ≤ 16384)
//
// For matrices in the second-level cache of Zen 5, and dense ones in the third; registers and edges as in rowalone_amd64.h, and
//
//	Z16–Z19  x      Z20, Z21  alpha, beta      R15  0 if beta is      K5  one element of each 128 bits
//
// Ports: 8 loads and a turn of 4 chains, 4 cycles, for 256 bytes of A: 64 bytes a cycle, as many as that cache delivers.
//
// Edges: m, n ≥ 1; columns that do not exist are masked.

#include "textflag.h"
#include "rowalone_amd64.h"

#define STEP(OFF, X, ACC) \
	LOADU OFF(SI)(CX*1), X  \
	FMADD231 OFF(R8)(CX*1), X, ACC
#define STEPM(ACC) \
	LOADU.Z (SI)(CX*1), K1, Z16 \
	FMADD231 (R8)(CX*1), Z16, K1, ACC

#define GEMVN(FOLD, STORE) \
	MOVQ m+0(FP), R13     \
	MOVQ n+8(FP), DX      \
	BCAST alpha+16(FP), Z20 \
	MOVQ a+24(FP), R8     \
	MOVQ lda+32(FP), R12  \
	MOVQ x+40(FP), SI     \
	BCAST beta+48(FP), Z21 \
	MOVQ y+56(FP), DI     \
	MOVQ ahead+64(FP), R10 \
	SIZES                 \
	SUBQ DX, SI           \
	ALONE(FOLD, STORE)

#define FOLD32 \
	VPERMILPS $0x4E, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMILPS $0xB1, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VCOMPRESSPS Z0, K5, Z0
#define FOLD64 \
	VPERMILPD $0x55, Z0, Z1 \
	VADDPD Z1, Z0, Z0       \
	VCOMPRESSPD Z0, K5, Z0
#define STORE4(V0, V1, V20, V21) \
	TESTQ R15, R15         \
	JZ   plain             \
	LOADU.Z (DI), K6, V1   \
	MUL V1, V21, V1        \
	FMADD213 V1, V20, V0   \
	JMP  store             \
plain:                         \
	MUL V20, V0, V0        \
store:                         \
	LOADU V0, K6, (DI)     \
	ADDQ $(4*EBYTES), DI

#include "ps_amd64.h"

// func gemvNAloneAVX512F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32, ahead int)
TEXT ·gemvNAloneAVX512F32(SB), NOSPLIT, $0-72
	MOVL beta+48(FP), R15
	SHLL $1, R15
	MOVL $0x1111, AX
	KMOVW AX, K5
	GEMVN(FOLD32, STORE4(X0, X1, X20, X21))

#include "pd_amd64.h"

// func gemvNAloneAVX512F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64, ahead int)
TEXT ·gemvNAloneAVX512F64(SB), NOSPLIT, $0-72
	MOVQ beta+48(FP), R15
	SHLQ $1, R15
	MOVL $0x55, AX
	KMOVW AX, K5
	GEMVN(FOLD64, STORE4(Y0, Y1, Y20, Y21))
