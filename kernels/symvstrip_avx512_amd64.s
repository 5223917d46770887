// Symmetric matrix times vector, columns beside the diagonal in strips, AVX-512.
//
// For the rows i of a block and the columns j of a strip, all in the stored triangle, in ascending order (see Symv):
//
//	lane_i,(j mod lanes) = fma(a_ij, x_j, lane_i,(j mod lanes))      v_j = fma(a_ij, x_i, v_j)
//
// symv_avx512_amd64.s takes four whole rows at a time, whose x and v leave the first-level cache before the next four want them. Here both stay in it for all
// rows of the block, and the lanes of a row wait in memory for its next strip. Two rows go together and fetch the two after them.
//
//	Z0–Z3, Z4–Z7  lanes of rows 0, 1      Z16, Z17  x_i of them      Z20  x   Z21  v   Z22, Z23  a
//	R8, R9  rows      R10, R11  the two after them, or the first two of the next strip      R12  bytes of a row
//	SI  x   DI  v   R13  x_i   AX  lanes   CX  byte of the column   DX  bytes of whole blocks   R14  bytes behind them
//	R15  pairs left      K1–K4  the vectors behind the last block
//
// Ports: 16 FMA, 16 loads, 8 fetches and 4 stores for 512 bytes of A: 12 cycles, 43 bytes a cycle, where the third-level cache of Zen 5 delivers 25 to 31.
//
// Edges: a strip begins at a multiple of 256 bytes of columns, counted from column 0. Nothing outside of it is read or written, but for fetches, which
// do not fault.

#include "textflag.h"
#include "lanes4_amd64.h"

#define ARGS(SHIFT) \
	MOVQ pairs+0(FP), R15 \
	MOVQ n+8(FP), CX      \
	MOVQ a+16(FP), R8     \
	MOVQ lda+24(FP), R12  \
	MOVQ x+32(FP), SI     \
	MOVQ v+40(FP), DI     \
	MOVQ xi+48(FP), R13   \
	MOVQ lanes+56(FP), AX \
	SHLQ $SHIFT, R12      \
	MOVQ CX, R14          \
	SHLQ $SHIFT, R14      \
	MOVQ R14, DX          \
	ANDQ $~255, DX        \
	ANDQ $255, R14

// K1–K4 from the CX elements of a strip, LANES to a vector.
#define MASKS(LANES) \
	ANDQ $(4*LANES-1), CX \
	MOVQ $-1, BX     \
	BZHIQ CX, BX, BX \
	KMOVW BX, K1     \
	SHRQ $LANES, BX  \
	KMOVW BX, K2     \
	SHRQ $LANES, BX  \
	KMOVW BX, K3     \
	SHRQ $LANES, BX  \
	KMOVW BX, K4

#define PAIR \
	LEAQ (R8)(R12*1), R9  \
	LEAQ (R8)(R12*2), R10 \
	CMPQ R15, $1          \
	JNE  3(PC)            \
	MOVQ a+16(FP), R10    \
	ADDQ DX, R10          \
	LEAQ (R10)(R12*1), R11

// One vector of columns of two rows.
#define STEP(MOV, FMA, OFF, A, B) \
	MOV OFF(SI)(CX*1), Z20 \
	MOV OFF(DI)(CX*1), Z21 \
	MOV OFF(R8)(CX*1), Z22 \
	MOV OFF(R9)(CX*1), Z23 \
	PREFETCHT0 OFF(R10)(CX*1) \
	PREFETCHT0 OFF(R11)(CX*1) \
	FMA Z22, Z16, Z21 \
	FMA Z22, Z20, A   \
	FMA Z23, Z17, Z21 \
	FMA Z23, Z20, B   \
	MOV Z21, OFF(DI)(CX*1)

// The same under a mask.
#define PART(MOV, MOVZ, FMA, OFF, K, A, B) \
	MOVZ OFF(SI)(CX*1), K, Z20 \
	MOVZ OFF(DI)(CX*1), K, Z21 \
	MOVZ OFF(R8)(CX*1), K, Z22 \
	MOVZ OFF(R9)(CX*1), K, Z23 \
	FMA Z22, Z16, Z21  \
	FMA Z22, Z20, K, A \
	FMA Z23, Z17, Z21  \
	FMA Z23, Z20, K, B \
	MOV Z21, K, OFF(DI)(CX*1)

#define STRIP(MOV, MOVZ, FMA) \
	LOADROW(0, Z0, Z1, Z2, Z3)   \
	LOADROW(256, Z4, Z5, Z6, Z7) \
	XORL CX, CX    \
	TESTQ DX, DX   \
	JEQ  part      \
block: \
	STEP(MOV, FMA, 0, Z0, Z4)   \
	STEP(MOV, FMA, 64, Z1, Z5)  \
	STEP(MOV, FMA, 128, Z2, Z6) \
	STEP(MOV, FMA, 192, Z3, Z7) \
	ADDQ $256, CX  \
	CMPQ CX, DX    \
	JNE  block     \
	TESTQ R14, R14 \
	JEQ  done      \
part: \
	PART(MOV, MOVZ, FMA, 0, K1, Z0, Z4)   \
	PART(MOV, MOVZ, FMA, 64, K2, Z1, Z5)  \
	PART(MOV, MOVZ, FMA, 128, K3, Z2, Z6) \
	PART(MOV, MOVZ, FMA, 192, K4, Z3, Z7) \
done: \
	STOREROW(0, Z0, Z1, Z2, Z3)   \
	STOREROW(256, Z4, Z5, Z6, Z7) \
	ADDQ $512, AX

// func symvStripAVX512F32(pairs, n int, a *float32, lda int, x, v, xi, lanes *float32)
TEXT ·symvStripAVX512F32(SB), NOSPLIT, $0-64
	ARGS(2)
	MASKS(16)
pair:
	PAIR
	VBROADCASTSS (R13), Z16
	VBROADCASTSS 4(R13), Z17
	STRIP(VMOVUPS, VMOVUPS.Z, VFMADD231PS)
	ADDQ $8, R13
	LEAQ (R9)(R12*1), R8
	DECQ R15
	JNZ  pair
	VZEROUPPER
	RET

// func symvSumsAVX512F32(groups int, lanes, v *float32)
TEXT ·symvSumsAVX512F32(SB), NOSPLIT, $0-24
	MOVQ groups+0(FP), R15
	MOVQ lanes+8(FP), AX
	MOVQ v+16(FP), DI
	VMOVDQU64 ·sums32(SB), Z31
group:
	EACHROW(LOADROW)
	FOLD4(VADDPS)
	VPERMILPS $0x4E, Z0, Z1
	VADDPS Z1, Z0, Z0
	VPERMILPS $0xB1, Z0, Z1
	VADDPS Z1, Z0, Z0
	VPERMPS Z0, Z31, Z0
	VMOVUPS (DI), X1
	VADDPS X0, X1, X1
	VMOVUPS X1, (DI)
	ADDQ $1024, AX
	ADDQ $16, DI
	DECQ R15
	JNZ  group
	VZEROUPPER
	RET

// func symvStripAVX512F64(pairs, n int, a *float64, lda int, x, v, xi, lanes *float64)
TEXT ·symvStripAVX512F64(SB), NOSPLIT, $0-64
	ARGS(3)
	MASKS(8)
pair:
	PAIR
	VBROADCASTSD (R13), Z16
	VBROADCASTSD 8(R13), Z17
	STRIP(VMOVUPD, VMOVUPD.Z, VFMADD231PD)
	ADDQ $16, R13
	LEAQ (R9)(R12*1), R8
	DECQ R15
	JNZ  pair
	VZEROUPPER
	RET

// func symvSumsAVX512F64(groups int, lanes, v *float64)
TEXT ·symvSumsAVX512F64(SB), NOSPLIT, $0-24
	MOVQ groups+0(FP), R15
	MOVQ lanes+8(FP), AX
	MOVQ v+16(FP), DI
	VMOVDQU64 ·sums64(SB), Z31
group:
	EACHROW(LOADROW)
	FOLD4(VADDPD)
	VPERMILPD $0x55, Z0, Z1
	VADDPD Z1, Z0, Z0
	VPERMPD Z0, Z31, Z0
	VMOVUPD (DI), Y1
	VADDPD Y0, Y1, Y1
	VMOVUPD Y1, (DI)
	ADDQ $1024, AX
	ADDQ $32, DI
	DECQ R15
	JNZ  group
	VZEROUPPER
	RET
