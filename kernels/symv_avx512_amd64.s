// Symmetric matrix times vector, each stored element read once, AVX-512.
//
// For each row i of the stored triangle, in ascending order (see Symv):
//
//	s = Σ a_ij·x_j in lane order, lane and segment by column      v_i = v_i + s      v_j = fma(a_ij, x_i, v_j), j ≠ i
//
// Four rows go together, so that a vector of x and one of v serve four rows:
//
//	Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15  lanes of rows 0…3       Z16–Z19  x_i of rows 0…3
//	Z20  x   Z21  v   Z22–Z25  a (tails: Z20–Z23 x, Z24–Z27 v)
//	R8–R11  rows, from column 0      R12  bytes of a row     R13  i      R15  groups left
//	SI  x   DI  v   CX  byte of the column   DX  byte behind the whole blocks
//	K1–K4   lanes of a partial block   K5–K7  rows of the 4×4 corner
//
// The corner on the diagonal, columns i…i+3, is part of the lanes (masked row by row) and of v (below its diagonal, or above). i is a
// multiple of 4, so that it does not straddle two blocks of lanes.
//
// Ports (Zen 5): 32 FMA, 24 loads, 4 stores for 1 KiB of A: 16 cycles, 64 bytes a cycle, what the second-level cache delivers.
//
// Edges: all columns in one segment; nothing outside the triangle is read (masked lanes do not fault).

#include "textflag.h"

#define MASKS(W) \
	KMOVQ   AX, K1         \
	KSHIFTRQ $(W), K1, K2   \
	KSHIFTRQ $(2*W), K1, K3 \
	KSHIFTRQ $(3*W), K1, K4

// Lanes 0 … BX−1.
#define BELOW(W) \
	MOVQ $-1, AX    \
	BZHIQ BX, AX, AX \
	MASKS(W)

#define ZERO(A, B, C, D) \
	VPXORD A, A, A \
	VPXORD B, B, B \
	VPXORD C, C, C \
	VPXORD D, D, D

#define ZERO16 \
	ZERO(Z0, Z1, Z2, Z3)   \
	ZERO(Z4, Z5, Z6, Z7)   \
	ZERO(Z8, Z9, Z10, Z11) \
	ZERO(Z12, Z13, Z14, Z15)

#define ROWS \
	LEAQ (R8)(R12*1), R9   \
	LEAQ (R9)(R12*1), R10  \
	LEAQ (R10)(R12*1), R11

// One vector of columns of four rows.
#define STEP(MOV, FMA, OFF, A, B, C, D) \
	MOV OFF(SI)(CX*1), Z20 \
	MOV OFF(DI)(CX*1), Z21 \
	MOV OFF(R8)(CX*1), Z22 \
	MOV OFF(R9)(CX*1), Z23 \
	MOV OFF(R10)(CX*1), Z24 \
	MOV OFF(R11)(CX*1), Z25 \
	FMA Z22, Z16, Z21 \
	FMA Z22, Z20, A   \
	FMA Z23, Z17, Z21 \
	FMA Z23, Z20, B   \
	FMA Z24, Z18, Z21 \
	FMA Z24, Z20, C   \
	FMA Z25, Z19, Z21 \
	FMA Z25, Z20, D   \
	MOV Z21, OFF(DI)(CX*1)

#define BLOCK(MOV, FMA) \
	STEP(MOV, FMA, 0, Z0, Z4, Z8, Z12)   \
	STEP(MOV, FMA, 64, Z1, Z5, Z9, Z13)  \
	STEP(MOV, FMA, 128, Z2, Z6, Z10, Z14) \
	STEP(MOV, FMA, 192, Z3, Z7, Z11, Z15)

// A partial block: the lanes of one row, or a row's part of v, or all of v.
#define LOADTAIL(MOVZ, P, A, B, C, D) \
	MOVZ 0(P)(CX*1), K1, A   \
	MOVZ 64(P)(CX*1), K2, B  \
	MOVZ 128(P)(CX*1), K3, C \
	MOVZ 192(P)(CX*1), K4, D
#define DOTTAIL(FMA, R, A, B, C, D) \
	FMA 0(R)(CX*1), Z20, K1, A   \
	FMA 64(R)(CX*1), Z21, K2, B  \
	FMA 128(R)(CX*1), Z22, K3, C \
	FMA 192(R)(CX*1), Z23, K4, D
#define VTAIL(FMA, R, X) \
	FMA 0(R)(CX*1), X, K1, Z24   \
	FMA 64(R)(CX*1), X, K2, Z25  \
	FMA 128(R)(CX*1), X, K3, Z26 \
	FMA 192(R)(CX*1), X, K4, Z27
#define STORETAIL(MOV) \
	MOV Z24, K1, 0(DI)(CX*1)   \
	MOV Z25, K2, 64(DI)(CX*1)  \
	MOV Z26, K3, 128(DI)(CX*1) \
	MOV Z27, K4, 192(DI)(CX*1)

#define ALLV(MOV, MOVZ, FMA) \
	LOADTAIL(MOVZ, DI, Z24, Z25, Z26, Z27) \
	VTAIL(FMA, R8, Z16)  \
	VTAIL(FMA, R9, Z17)  \
	VTAIL(FMA, R10, Z18) \
	VTAIL(FMA, R11, Z19) \
	STORETAIL(MOV)

#define FOLD4(ADD) \
	ADD Z2, Z0, Z0     \
	ADD Z6, Z4, Z4     \
	ADD Z10, Z8, Z8    \
	ADD Z14, Z12, Z12  \
	ADD Z3, Z1, Z1     \
	ADD Z7, Z5, Z5     \
	ADD Z11, Z9, Z9    \
	ADD Z15, Z13, Z13  \
	ADD Z1, Z0, Z0     \
	ADD Z5, Z4, Z4     \
	ADD Z9, Z8, Z8     \
	ADD Z13, Z12, Z12  \
	VSHUFF64X2 $0x44, Z4, Z0, Z1   \
	VSHUFF64X2 $0xEE, Z4, Z0, Z2   \
	VSHUFF64X2 $0x44, Z12, Z8, Z9  \
	VSHUFF64X2 $0xEE, Z12, Z8, Z10 \
	ADD Z2, Z1, Z0     \
	ADD Z10, Z9, Z8    \
	VSHUFF64X2 $0x88, Z8, Z0, Z1   \
	VSHUFF64X2 $0xDD, Z8, Z0, Z2   \
	ADD Z2, Z1, Z0

// Four sums in X0.
#define FOLD32 \
	FOLD4(VADDPS) \
	VPERMILPS $0x4E, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMILPS $0xB1, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	MOVL $0x1111, AX        \
	KMOVW AX, K1            \
	VCOMPRESSPS Z0, K1, Z0

// Four sums in Y0.
#define FOLD64 \
	FOLD4(VADDPD) \
	VPERMILPD $0x55, Z0, Z1 \
	VADDPD Z1, Z0, Z0       \
	MOVL $0x55, AX          \
	KMOVW AX, K1            \
	VCOMPRESSPD Z0, K1, Z0

// func symvLowerAVX512F32(i, groups int, a *float32, lda int, x, v *float32)
TEXT ·symvLowerAVX512F32(SB), NOSPLIT, $0-48
	MOVQ i+0(FP), R13
	MOVQ groups+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	SHLQ $2, R12
	MOVL $1, AX
	KMOVW AX, K5
	MOVL $3, AX
	KMOVW AX, K6
	MOVL $7, AX
	KMOVW AX, K7
group:
	ROWS
	VBROADCASTSS 0(SI)(R13*4), Z16
	VBROADCASTSS 4(SI)(R13*4), Z17
	VBROADCASTSS 8(SI)(R13*4), Z18
	VBROADCASTSS 12(SI)(R13*4), Z19
	ZERO16
	MOVQ R13, DX
	SHLQ $2, DX
	ANDQ $~255, DX
	XORQ CX, CX
	TESTQ DX, DX
	JZ   tail
loop:
	BLOCK(VMOVUPS, VFMADD231PS)
	ADDQ $256, CX
	CMPQ CX, DX
	JLT  loop
tail:
	// The last block of row k ends with column i+k.
	MOVQ R13, BX
	ANDQ $63, BX
	ADDQ $4, BX
	BELOW(16)
	LOADTAIL(VMOVUPS.Z, SI, Z20, Z21, Z22, Z23)
	DOTTAIL(VFMADD231PS, R11, Z12, Z13, Z14, Z15)
	DECQ BX
	BELOW(16)
	DOTTAIL(VFMADD231PS, R10, Z8, Z9, Z10, Z11)
	DECQ BX
	BELOW(16)
	DOTTAIL(VFMADD231PS, R9, Z4, Z5, Z6, Z7)
	DECQ BX
	BELOW(16)
	DOTTAIL(VFMADD231PS, R8, Z0, Z1, Z2, Z3)
	DECQ BX
	JZ   sums
	BELOW(16)
	ALLV(VMOVUPS, VMOVUPS.Z, VFMADD231PS)
sums:
	FOLD32
	// v_i = v_i + s, then the corner below the diagonal, row by row.
	VMOVUPS (DI)(R13*4), X24
	VADDPS X0, X24, X24
	VFMADD231PS (R9)(R13*4), X17, K5, X24
	VFMADD231PS (R10)(R13*4), X18, K6, X24
	VFMADD231PS (R11)(R13*4), X19, K7, X24
	VMOVUPS X24, (DI)(R13*4)
	ADDQ $4, R13
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VZEROUPPER
	RET

// func symvUpperAVX512F32(i, groups, n int, a *float32, lda int, x, v *float32)
TEXT ·symvUpperAVX512F32(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ groups+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	SHLQ $2, R12
	MOVL $14, AX
	KMOVW AX, K5
	MOVL $12, AX
	KMOVW AX, K6
	MOVL $8, AX
	KMOVW AX, K7
group:
	ROWS
	VBROADCASTSS 0(SI)(R13*4), Z16
	VBROADCASTSS 4(SI)(R13*4), Z17
	VBROADCASTSS 8(SI)(R13*4), Z18
	VBROADCASTSS 12(SI)(R13*4), Z19
	ZERO16
	// The first block starts with column i+k for row k, and may end with column n−1. DX = columns of it that exist.
	MOVQ R13, CX
	ANDQ $~63, CX
	MOVQ n+16(FP), BX
	SUBQ CX, BX
	MOVQ $-1, DX
	CMPQ BX, $64
	JGE  whole
	BZHIQ BX, DX, DX
whole:
	SHLQ $2, CX
	MOVQ R13, BX
	ANDQ $63, BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(16)
	LOADTAIL(VMOVUPS.Z, SI, Z20, Z21, Z22, Z23)
	DOTTAIL(VFMADD231PS, R8, Z0, Z1, Z2, Z3)
	INCQ BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(16)
	DOTTAIL(VFMADD231PS, R9, Z4, Z5, Z6, Z7)
	INCQ BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(16)
	DOTTAIL(VFMADD231PS, R10, Z8, Z9, Z10, Z11)
	INCQ BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(16)
	DOTTAIL(VFMADD231PS, R11, Z12, Z13, Z14, Z15)
	MOVQ $-2, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(16)
	ALLV(VMOVUPS, VMOVUPS.Z, VFMADD231PS)
	ADDQ $256, CX
	MOVQ n+16(FP), DX
	MOVQ DX, BX
	ANDQ $63, BX
	SHLQ $2, DX
	ANDQ $~255, DX
	CMPQ CX, DX
	JGE  tail
loop:
	BLOCK(VMOVUPS, VFMADD231PS)
	ADDQ $256, CX
	CMPQ CX, DX
	JLT  loop
tail:
	JGT  sums // the first block was the last one
	TESTQ BX, BX
	JZ   sums
	BELOW(16)
	LOADTAIL(VMOVUPS.Z, SI, Z20, Z21, Z22, Z23)
	DOTTAIL(VFMADD231PS, R8, Z0, Z1, Z2, Z3)
	DOTTAIL(VFMADD231PS, R9, Z4, Z5, Z6, Z7)
	DOTTAIL(VFMADD231PS, R10, Z8, Z9, Z10, Z11)
	DOTTAIL(VFMADD231PS, R11, Z12, Z13, Z14, Z15)
	ALLV(VMOVUPS, VMOVUPS.Z, VFMADD231PS)
sums:
	FOLD32
	// The corner above the diagonal, row by row, then v_i = v_i + s: no later row reaches v_i.
	VMOVUPS (DI)(R13*4), X24
	VFMADD231PS (R8)(R13*4), X16, K5, X24
	VFMADD231PS (R9)(R13*4), X17, K6, X24
	VFMADD231PS (R10)(R13*4), X18, K7, X24
	VADDPS X0, X24, X24
	VMOVUPS X24, (DI)(R13*4)
	ADDQ $4, R13
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VZEROUPPER
	RET

// func symvLowerAVX512F64(i, groups int, a *float64, lda int, x, v *float64)
TEXT ·symvLowerAVX512F64(SB), NOSPLIT, $0-48
	MOVQ i+0(FP), R13
	MOVQ groups+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	SHLQ $3, R12
	MOVL $1, AX
	KMOVW AX, K5
	MOVL $3, AX
	KMOVW AX, K6
	MOVL $7, AX
	KMOVW AX, K7
group:
	ROWS
	VBROADCASTSD 0(SI)(R13*8), Z16
	VBROADCASTSD 8(SI)(R13*8), Z17
	VBROADCASTSD 16(SI)(R13*8), Z18
	VBROADCASTSD 24(SI)(R13*8), Z19
	ZERO16
	MOVQ R13, DX
	SHLQ $3, DX
	ANDQ $~255, DX
	XORQ CX, CX
	TESTQ DX, DX
	JZ   tail
loop:
	BLOCK(VMOVUPD, VFMADD231PD)
	ADDQ $256, CX
	CMPQ CX, DX
	JLT  loop
tail:
	// The last block of row k ends with column i+k.
	MOVQ R13, BX
	ANDQ $31, BX
	ADDQ $4, BX
	BELOW(8)
	LOADTAIL(VMOVUPD.Z, SI, Z20, Z21, Z22, Z23)
	DOTTAIL(VFMADD231PD, R11, Z12, Z13, Z14, Z15)
	DECQ BX
	BELOW(8)
	DOTTAIL(VFMADD231PD, R10, Z8, Z9, Z10, Z11)
	DECQ BX
	BELOW(8)
	DOTTAIL(VFMADD231PD, R9, Z4, Z5, Z6, Z7)
	DECQ BX
	BELOW(8)
	DOTTAIL(VFMADD231PD, R8, Z0, Z1, Z2, Z3)
	DECQ BX
	JZ   sums
	BELOW(8)
	ALLV(VMOVUPD, VMOVUPD.Z, VFMADD231PD)
sums:
	FOLD64
	// v_i = v_i + s, then the corner below the diagonal, row by row.
	VMOVUPD (DI)(R13*8), Y24
	VADDPD Y0, Y24, Y24
	VFMADD231PD (R9)(R13*8), Y17, K5, Y24
	VFMADD231PD (R10)(R13*8), Y18, K6, Y24
	VFMADD231PD (R11)(R13*8), Y19, K7, Y24
	VMOVUPD Y24, (DI)(R13*8)
	ADDQ $4, R13
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VZEROUPPER
	RET

// func symvUpperAVX512F64(i, groups, n int, a *float64, lda int, x, v *float64)
TEXT ·symvUpperAVX512F64(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ groups+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	SHLQ $3, R12
	MOVL $14, AX
	KMOVW AX, K5
	MOVL $12, AX
	KMOVW AX, K6
	MOVL $8, AX
	KMOVW AX, K7
group:
	ROWS
	VBROADCASTSD 0(SI)(R13*8), Z16
	VBROADCASTSD 8(SI)(R13*8), Z17
	VBROADCASTSD 16(SI)(R13*8), Z18
	VBROADCASTSD 24(SI)(R13*8), Z19
	ZERO16
	// The first block starts with column i+k for row k, and may end with column n−1. DX = columns of it that exist.
	MOVQ R13, CX
	ANDQ $~31, CX
	MOVQ n+16(FP), BX
	SUBQ CX, BX
	MOVQ $-1, DX
	CMPQ BX, $32
	JGE  whole
	BZHIQ BX, DX, DX
whole:
	SHLQ $3, CX
	MOVQ R13, BX
	ANDQ $31, BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(8)
	LOADTAIL(VMOVUPD.Z, SI, Z20, Z21, Z22, Z23)
	DOTTAIL(VFMADD231PD, R8, Z0, Z1, Z2, Z3)
	INCQ BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(8)
	DOTTAIL(VFMADD231PD, R9, Z4, Z5, Z6, Z7)
	INCQ BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(8)
	DOTTAIL(VFMADD231PD, R10, Z8, Z9, Z10, Z11)
	INCQ BX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(8)
	DOTTAIL(VFMADD231PD, R11, Z12, Z13, Z14, Z15)
	MOVQ $-2, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	MASKS(8)
	ALLV(VMOVUPD, VMOVUPD.Z, VFMADD231PD)
	ADDQ $256, CX
	MOVQ n+16(FP), DX
	MOVQ DX, BX
	ANDQ $31, BX
	SHLQ $3, DX
	ANDQ $~255, DX
	CMPQ CX, DX
	JGE  tail
loop:
	BLOCK(VMOVUPD, VFMADD231PD)
	ADDQ $256, CX
	CMPQ CX, DX
	JLT  loop
tail:
	JGT  sums // the first block was the last one
	TESTQ BX, BX
	JZ   sums
	BELOW(8)
	LOADTAIL(VMOVUPD.Z, SI, Z20, Z21, Z22, Z23)
	DOTTAIL(VFMADD231PD, R8, Z0, Z1, Z2, Z3)
	DOTTAIL(VFMADD231PD, R9, Z4, Z5, Z6, Z7)
	DOTTAIL(VFMADD231PD, R10, Z8, Z9, Z10, Z11)
	DOTTAIL(VFMADD231PD, R11, Z12, Z13, Z14, Z15)
	ALLV(VMOVUPD, VMOVUPD.Z, VFMADD231PD)
sums:
	FOLD64
	// The corner above the diagonal, row by row, then v_i = v_i + s: no later row reaches v_i.
	VMOVUPD (DI)(R13*8), Y24
	VFMADD231PD (R8)(R13*8), Y16, K5, Y24
	VFMADD231PD (R9)(R13*8), Y17, K6, Y24
	VFMADD231PD (R10)(R13*8), Y18, K7, Y24
	VADDPD Y0, Y24, Y24
	VMOVUPD Y24, (DI)(R13*8)
	ADDQ $4, R13
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VZEROUPPER
	RET
