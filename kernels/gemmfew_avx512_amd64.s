// Sums of 16 rows of A as stored with 8 columns of B, for rows in two places, AVX-512, float32:
//
//	acc_p[i, j] = Σ_l A_p[i, l]·B_p[l, j],  acc = fma(a, b, acc) from +0, l ascending      16 rows, p = 0, 1
//
// The places are chunks of the same rows, whose sums are independent, or other rows. Eight bytes of a row are two steps: eight rows of a block of 16 steps are
// transposed as numbers of eight bytes are and stored, and a vector of the copy has two steps of eight rows, of which VMOVSLDUP and VMOVSHDUP make one step, each row twice, for
// two columns of B beside each other. The block at work comes from one half of the copy while the next goes to the other, so that nothing waits for a line of A, or for what was just stored.
//
//	DI t      SI R8, R9 R12  rows 0–7, 8–15 of each place      R13 R14  1, 3 distances of rows      DX rows at work      R10 R11 b_p, AX distance of its rows
//	BX R15  copy at work and next: 128 bytes for two steps, place 1 1024 bytes after place 0      CX blocks left      K1 K2 steps of the next block
//	Z0–Z7 acc_0: rows 0–7 of columns 0 1, 2 3, 4 5, 6 7, then rows 8–15      Z8–Z15 acc_1
//	Z16–Z27 rows, then columns; Z17 Z19 Z21 Z23 stay for the second half      Z24–Z27 columns of B      Z28 Z29 two steps, Z30 Z31 one
//
// Ports: 16 steps of both places take 256 fma (128 cycles), 192 loads, of which 128 are broadcasts of eight bytes, which need no other pipe on Zen 5 (those of 16 and 32 bytes do), 32 stores,
// 96 shuffles within lanes, which are free there beside the fma, and 64 across them. A loop of such a mixture took 12.3 cycles for 24 fma; this one, called with A in
// the second level, reaches 90 to 92 % of the FMA peak, with rows 4 KiB apart 75. From the third level it waits: 22 instructions a line of A are 20 lines in the reorder buffer.
//
// Nothing is fetched ahead: it cost 5 to 10 % with rows 4 KiB apart, also into the second level (docs/experiments.md).
//
// Edges: all rows and columns are there; blocks ≥ 0, the steps after the blocks, of which each place has its own number, are masked. acc_p has rows of 32 bytes.

#include "textflag.h"
#include "transpose_avx512_amd64.h"

// Eight rows of a block, whose lines begin at p, to columns at o(R15), 128 bytes apart; its steps in k. Two halves, each among the products of two steps.
#define TURN1(p, k, o) \
	VMOVUPS.Z (p), k, Z16         \
	VMOVUPS.Z (p)(R13*1), k, Z17  \
	VMOVUPS.Z (p)(R13*2), k, Z18  \
	VMOVUPS.Z (p)(R14*1), k, Z19  \
	LEAQ (p)(R13*4), DX           \
	ADDQ $64, p                   \
	VMOVUPS.Z (DX), k, Z20        \
	VMOVUPS.Z (DX)(R13*1), k, Z21 \
	VMOVUPS.Z (DX)(R13*2), k, Z22 \
	VMOVUPS.Z (DX)(R14*1), k, Z23 \
	VUNPCKLPD Z17, Z16, Z24       \
	VUNPCKHPD Z17, Z16, Z17       \
	VUNPCKLPD Z19, Z18, Z16       \
	VUNPCKHPD Z19, Z18, Z19       \
	VUNPCKLPD Z21, Z20, Z18       \
	VUNPCKHPD Z21, Z20, Z21       \
	VUNPCKLPD Z23, Z22, Z20       \
	VUNPCKHPD Z23, Z22, Z23       \
	LANES4(Z24, Z16, Z18, Z20, Z22, Z25, Z26, Z27, Z24, Z16, Z18, Z20) \
	VMOVUPS Z24, (o)(R15)         \
	VMOVUPS Z16, (o+256)(R15)     \
	VMOVUPS Z18, (o+512)(R15)     \
	VMOVUPS Z20, (o+768)(R15)

#define TURN2(o) \
	LANES4(Z17, Z19, Z21, Z23, Z16, Z18, Z20, Z22, Z24, Z25, Z26, Z27) \
	VMOVUPS Z24, (o+128)(R15)     \
	VMOVUPS Z25, (o+384)(R15)     \
	VMOVUPS Z26, (o+640)(R15)     \
	VMOVUPS Z27, (o+896)(R15)

#define CLEAR(a, b, c, d, e, f, g, h) \
	VPXORQ a, a, a \
	VPXORQ b, b, b \
	VPXORQ c, c, c \
	VPXORQ d, d, d \
	VPXORQ e, e, e \
	VPXORQ f, f, f \
	VPXORQ g, g, g \
	VPXORQ h, h, h

// Two columns of both halves of the rows, then all eight.
#define COLUMNS2(o, b, z, a0, a1) \
	VBROADCASTSD (o)(b), z \
	VFMADD231PS z, Z30, a0 \
	VFMADD231PS z, Z31, a1

#define COLUMNS(b, a0, a1, a2, a3, a4, a5, a6, a7) \
	COLUMNS2(0, b, Z24, a0, a4)  \
	COLUMNS2(8, b, Z25, a1, a5)  \
	COLUMNS2(16, b, Z26, a2, a6) \
	COLUMNS2(24, b, Z27, a3, a7) \
	ADDQ AX, b

#define EVEN(o) \
	VMOVUPS (o)(BX), Z28    \
	VMOVUPS (o+64)(BX), Z29 \
	VMOVSLDUP Z28, Z30      \
	VMOVSLDUP Z29, Z31

#define ODD \
	VMOVSHDUP Z28, Z30 \
	VMOVSHDUP Z29, Z31

#define STEP2(o) \
	EVEN(o) \
	COLUMNS(R10, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	ODD \
	COLUMNS(R10, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	EVEN(o+1024) \
	COLUMNS(R11, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15) \
	ODD \
	COLUMNS(R11, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)

#define PIECE(z, o) \
	VEXTRACTF32X4 $0, z, (o)(R8)     \
	VEXTRACTF32X4 $1, z, (o+64)(R8)  \
	VEXTRACTF32X4 $2, z, (o+128)(R8) \
	VEXTRACTF32X4 $3, z, (o+192)(R8)

// Eight rows of sums.
#define PUT(o, a0, a1, a2, a3) \
	VUNPCKLPD a1, a0, Z24         \
	VUNPCKHPD a1, a0, Z25         \
	VUNPCKLPD a3, a2, Z26         \
	VUNPCKHPD a3, a2, Z27         \
	PIECE(Z24, o)    \
	PIECE(Z26, o+16) \
	PIECE(Z25, o+32) \
	PIECE(Z27, o+48)

// func gemmFew32AVX512(t *fewCall)
TEXT ·gemmFew32AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI
	MOVQ 0(DI), SI
	MOVQ 8(DI), R9
	MOVQ 16(DI), R10
	MOVQ 24(DI), R11
	MOVQ 64(DI), CX
	MOVQ 72(DI), R13
	MOVQ 80(DI), AX
	MOVQ 88(DI), R15
	LEAQ (R13)(R13*2), R14
	LEAQ (SI)(R13*8), R8
	LEAQ (R9)(R13*8), R12
	CLEAR(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	CLEAR(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
	KXNORW K1, K1, K1
	KXNORW K2, K2, K2
	TESTQ CX, CX
	JNZ  begin
	KMOVW 96(DI), K1
	KMOVW 100(DI), K2

begin:
	TURN1(SI, K1, 0)
	TURN2(0)
	TURN1(R8, K1, 64)
	TURN2(64)
	TURN1(R9, K2, 1024)
	TURN2(1024)
	TURN1(R12, K2, 1088)
	TURN2(1088)
	MOVQ R15, BX
	ADDQ $2048, R15
	TESTQ CX, CX
	JZ   rest

block:
	CMPQ CX, $1
	JNE  whole
	MOVQ t+0(FP), DI
	KMOVW 96(DI), K1
	KMOVW 100(DI), K2

whole:
	MOVQ R13, DI
	SHLQ $5, DI
	TURN1(SI, K1, 0)
	STEP2(0)
	TURN2(0)
	STEP2(128)
	TURN1(R8, K1, 64)
	STEP2(256)
	TURN2(64)
	STEP2(384)
	TURN1(R9, K2, 1024)
	STEP2(512)
	TURN2(1024)
	STEP2(640)
	TURN1(R12, K2, 1088)
	STEP2(768)
	TURN2(1088)
	STEP2(896)
	MOVQ BX, DX
	MOVQ R15, BX
	MOVQ DX, R15
	DECQ CX
	JNZ  block

rest:
	MOVQ t+0(FP), DI
	MOVQ R9, 104(DI)
	MOVQ R12, 112(DI)
	LEAQ 1024(BX), R12
	MOVQ R12, 120(DI)
	XORL R9, R9

place:
	MOVQ 48(DI)(R9*8), CX
	TESTQ CX, CX
	JZ   put

piece:
	MOVQ BX, R15
	MOVL $8, R12

step:
	EVEN(0)
	COLUMNS(R10, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	DECQ CX
	JZ   put
	ODD
	COLUMNS(R10, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	ADDQ $128, BX
	DECQ CX
	JZ   put
	DECQ R12
	JNZ  step
	MOVQ R15, BX
	MOVQ $-1, R12
	MOVL $16, DX
	CMPQ CX, DX
	CMOVQLT CX, DX
	BZHIQ DX, R12, R12
	KMOVW R12, K1
	TURN1(SI, K1, 0)
	TURN2(0)
	TURN1(R8, K1, 64)
	TURN2(64)
	JMP  piece

put:
	MOVQ 32(DI)(R9*8), R8
	PUT(0, Z0, Z1, Z2, Z3)
	PUT(256, Z4, Z5, Z6, Z7)
	TESTQ R9, R9
	JNZ  done
	INCQ R9
	VMOVAPS Z8, Z0
	VMOVAPS Z9, Z1
	VMOVAPS Z10, Z2
	VMOVAPS Z11, Z3
	VMOVAPS Z12, Z4
	VMOVAPS Z13, Z5
	VMOVAPS Z14, Z6
	VMOVAPS Z15, Z7
	MOVQ 104(DI), SI
	MOVQ 112(DI), R8
	MOVQ R11, R10
	MOVQ 120(DI), BX
	JMP  place

done:
	VZEROUPPER
	RET
