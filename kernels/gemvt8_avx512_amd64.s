// Columns of a matrix times a vector, eight rows in one pass over the sums, AVX-512.
//
//	acc_j = fma(a_ij, x_i, acc_j), i ascending over eight rows
//
// For matrices beyond the caches: the rows are read as eight long streams instead of short pieces a row apart (gemvT in
// gemvt_avx512_amd64.s), which is what the prefetchers want, and acc stays in the first-level cache.
//
//	Z16–Z23  x_i      Z0, Z1  acc
//	R8–R13, BX, DI  rows      SI  acc      CX  −bytes left      K1  the last vector
//
// Ports: 9 loads and 1 store for 8 FMA.
//
// Edges: n ≥ 1; the last vector is masked.

#include "textflag.h"

#define ROW8(FMA, OFF, ACC) \
	FMA OFF(R8)(CX*1), Z16, ACC  \
	FMA OFF(R9)(CX*1), Z17, ACC  \
	FMA OFF(R10)(CX*1), Z18, ACC \
	FMA OFF(R11)(CX*1), Z19, ACC \
	FMA OFF(R12)(CX*1), Z20, ACC \
	FMA OFF(R13)(CX*1), Z21, ACC \
	FMA OFF(BX)(CX*1), Z22, ACC  \
	FMA OFF(DI)(CX*1), Z23, ACC

#define ROW8MASKED(FMA) \
	FMA (R8), Z16, K1, Z0  \
	FMA (R9), Z17, K1, Z0  \
	FMA (R10), Z18, K1, Z0 \
	FMA (R11), Z19, K1, Z0 \
	FMA (R12), Z20, K1, Z0 \
	FMA (R13), Z21, K1, Z0 \
	FMA (BX), Z22, K1, Z0  \
	FMA (DI), Z23, K1, Z0

// func gemvT8AVX512F32(groups, n int, a *float32, lda int, x, acc *float32)
TEXT ·gemvT8AVX512F32(SB), NOSPLIT, $0-48
	MOVQ a+16(FP), R8
	MOVQ x+32(FP), R15
group:
	MOVQ lda+24(FP), AX
	SHLQ $2, AX
	LEAQ (R8)(AX*1), R9
	LEAQ (R9)(AX*1), R10
	LEAQ (R10)(AX*1), R11
	LEAQ (R11)(AX*1), R12
	LEAQ (R12)(AX*1), R13
	LEAQ (R13)(AX*1), BX
	LEAQ (BX)(AX*1), DI
	VBROADCASTSS 0(R15), Z16
	VBROADCASTSS 4(R15), Z17
	VBROADCASTSS 8(R15), Z18
	VBROADCASTSS 12(R15), Z19
	VBROADCASTSS 16(R15), Z20
	VBROADCASTSS 20(R15), Z21
	VBROADCASTSS 24(R15), Z22
	VBROADCASTSS 28(R15), Z23
	MOVQ acc+40(FP), SI
	MOVQ n+8(FP), CX
	MOVQ CX, DX
	ANDQ $15, DX
	SHLQ $2, CX
	ANDQ $~63, CX
	ADDQ CX, SI
	ADDQ CX, R8
	ADDQ CX, R9
	ADDQ CX, R10
	ADDQ CX, R11
	ADDQ CX, R12
	ADDQ CX, R13
	ADDQ CX, BX
	ADDQ CX, DI
	NEGQ CX
	JZ   last
	TESTQ $64, CX
	JZ   pairs
	VMOVUPS (SI)(CX*1), Z0
	ROW8(VFMADD231PS, 0, Z0)
	VMOVUPS Z0, (SI)(CX*1)
	ADDQ $64, CX
	JZ   last
pairs:
	VMOVUPS (SI)(CX*1), Z0
	VMOVUPS 64(SI)(CX*1), Z1
	ROW8(VFMADD231PS, 0, Z0)
	ROW8(VFMADD231PS, 64, Z1)
	VMOVUPS Z0, (SI)(CX*1)
	VMOVUPS Z1, 64(SI)(CX*1)
	ADDQ $128, CX
	JNZ  pairs
last:
	TESTQ DX, DX
	JZ   next
	MOVQ $-1, AX
	BZHIQ DX, AX, AX
	KMOVW AX, K1
	VMOVUPS.Z (SI), K1, Z0
	ROW8MASKED(VFMADD231PS)
	VMOVUPS Z0, K1, (SI)
next:
	MOVQ n+8(FP), CX
	SHLQ $2, CX
	ANDQ $~63, CX
	MOVQ lda+24(FP), AX
	SHLQ $2, AX
	LEAQ (DI)(AX*1), R8
	SUBQ CX, R8
	ADDQ $32, R15
	DECQ groups+0(FP)
	JNZ  group
	VZEROUPPER
	RET

// func gemvT8AVX512F64(groups, n int, a *float64, lda int, x, acc *float64)
TEXT ·gemvT8AVX512F64(SB), NOSPLIT, $0-48
	MOVQ a+16(FP), R8
	MOVQ x+32(FP), R15
group:
	MOVQ lda+24(FP), AX
	SHLQ $3, AX
	LEAQ (R8)(AX*1), R9
	LEAQ (R9)(AX*1), R10
	LEAQ (R10)(AX*1), R11
	LEAQ (R11)(AX*1), R12
	LEAQ (R12)(AX*1), R13
	LEAQ (R13)(AX*1), BX
	LEAQ (BX)(AX*1), DI
	VBROADCASTSD 0(R15), Z16
	VBROADCASTSD 8(R15), Z17
	VBROADCASTSD 16(R15), Z18
	VBROADCASTSD 24(R15), Z19
	VBROADCASTSD 32(R15), Z20
	VBROADCASTSD 40(R15), Z21
	VBROADCASTSD 48(R15), Z22
	VBROADCASTSD 56(R15), Z23
	MOVQ acc+40(FP), SI
	MOVQ n+8(FP), CX
	MOVQ CX, DX
	ANDQ $7, DX
	SHLQ $3, CX
	ANDQ $~63, CX
	ADDQ CX, SI
	ADDQ CX, R8
	ADDQ CX, R9
	ADDQ CX, R10
	ADDQ CX, R11
	ADDQ CX, R12
	ADDQ CX, R13
	ADDQ CX, BX
	ADDQ CX, DI
	NEGQ CX
	JZ   last
	TESTQ $64, CX
	JZ   pairs
	VMOVUPD (SI)(CX*1), Z0
	ROW8(VFMADD231PD, 0, Z0)
	VMOVUPD Z0, (SI)(CX*1)
	ADDQ $64, CX
	JZ   last
pairs:
	VMOVUPD (SI)(CX*1), Z0
	VMOVUPD 64(SI)(CX*1), Z1
	ROW8(VFMADD231PD, 0, Z0)
	ROW8(VFMADD231PD, 64, Z1)
	VMOVUPD Z0, (SI)(CX*1)
	VMOVUPD Z1, 64(SI)(CX*1)
	ADDQ $128, CX
	JNZ  pairs
last:
	TESTQ DX, DX
	JZ   next
	MOVQ $-1, AX
	BZHIQ DX, AX, AX
	KMOVW AX, K1
	VMOVUPD.Z (SI), K1, Z0
	ROW8MASKED(VFMADD231PD)
	VMOVUPD Z0, K1, (SI)
next:
	MOVQ n+8(FP), CX
	SHLQ $3, CX
	ANDQ $~63, CX
	MOVQ lda+24(FP), AX
	SHLQ $3, AX
	LEAQ (DI)(AX*1), R8
	SUBQ CX, R8
	ADDQ $64, R15
	DECQ groups+0(FP)
	JNZ  group
	VZEROUPPER
	RET
