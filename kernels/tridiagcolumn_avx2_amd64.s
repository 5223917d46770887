// One column of a tridiagonal reduction, AVX2 and FMA3, float64: see TridiagColumn for the formulas and their order.
//
// Groups of 8 columns are two vectors, whose first column is a multiple of 8; masks for the first group come from a
// sliding table. The pass over the trailing matrix takes two groups (then one) down all rows; v and w stay in memory.
//
// Registers: SI → v, DI → w, R8 → row j, R9 → y, DX byte offset of the first group, CX of the end, R11 lda in bytes;
// R12 → a, R10 → the current row at the current column, BX the byte offset of its index.

#include "textflag.h"

// Eight zeros, eight ones; and a single one between zeros.
DATA ·fromHere<>+0(SB)/8, $0
DATA ·fromHere<>+8(SB)/8, $0
DATA ·fromHere<>+16(SB)/8, $0
DATA ·fromHere<>+24(SB)/8, $0
DATA ·fromHere<>+32(SB)/8, $0
DATA ·fromHere<>+40(SB)/8, $0
DATA ·fromHere<>+48(SB)/8, $0
DATA ·fromHere<>+56(SB)/8, $0
DATA ·fromHere<>+64(SB)/8, $-1
DATA ·fromHere<>+72(SB)/8, $-1
DATA ·fromHere<>+80(SB)/8, $-1
DATA ·fromHere<>+88(SB)/8, $-1
DATA ·fromHere<>+96(SB)/8, $-1
DATA ·fromHere<>+104(SB)/8, $-1
DATA ·fromHere<>+112(SB)/8, $-1
DATA ·fromHere<>+120(SB)/8, $-1
GLOBL ·fromHere<>(SB), RODATA|NOPTR, $128

DATA ·column2One<>+0(SB)/8, $0x3ff0000000000000
GLOBL ·column2One<>(SB), RODATA|NOPTR, $8
DATA ·column2MinusHalf<>+0(SB)/8, $0xbfe0000000000000
GLOBL ·column2MinusHalf<>(SB), RODATA|NOPTR, $8
DATA ·column2Tiny<>+0(SB)/8, $0x07b0000000000000
GLOBL ·column2Tiny<>(SB), RODATA|NOPTR, $8
DATA ·column2Sign<>+0(SB)/8, $0x8000000000000000
DATA ·column2Sign<>+8(SB)/8, $0x8000000000000000
GLOBL ·column2Sign<>(SB), RODATA|NOPTR, $16

// The lanes of Y4 and Y5 by halves, in X4. Uses Y6.
#define FOLD \
	VADDPD Y5, Y4, Y4        \
	VEXTRACTF128 $1, Y4, X6  \
	VADDPD X6, X4, X4        \
	VUNPCKHPD X4, X4, X6     \
	VADDSD X6, X4, X4

#define UPDATE(off, yv, av) \
	VMOVUPD off(R10), av                  \
	VFNMADD231PD off(DI)(AX*1), Y0, av    \
	VFNMADD231PD off(SI)(AX*1), Y1, av    \
	VMOVUPD av, off(R10)                  \
	VFMADD231PD Y2, av, yv

#define BROADCASTS \
	VBROADCASTSD (SI)(BX*1), Y0 \
	VBROADCASTSD (DI)(BX*1), Y1 \
	VBROADCASTSD (R8)(BX*1), Y2

// u at off, where the mask m is set.
#define ROW(off, m, s) \
	VMOVUPD off(R8)(AX*1), Y7               \
	VFNMADD231PD off(DI)(AX*1), Y0, Y7      \
	VFNMADD231PD off(SI)(AX*1), Y1, Y7      \
	VANDPD m, Y7, Y7                        \
	VMOVUPD Y7, off(R8)(AX*1)               \
	VFMADD231PD Y7, Y7, s

#define PRODUCT(off, m, s) \
	VANDPD off(R9)(AX*1), m, Y7      \
	VMULPD Y10, Y7, Y7               \
	VMOVUPD Y7, off(R9)(AX*1)        \
	VFMADD231PD off(R8)(AX*1), Y7, s

// func tridiagColumnAVX2(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)
//
// Y12, Y13 the masks of the first group, Y14 all ones.
TEXT ·tridiagColumnAVX2(SB), NOSPLIT, $0-72
	MOVQ j+16(FP), BX
	MOVQ a+24(FP), R12
	MOVQ lda+32(FP), R11
	MOVQ v+40(FP), SI
	MOVQ w+48(FP), DI
	MOVQ y+56(FP), R9
	SHLQ $3, R11
	MOVQ BX, AX
	IMULQ R11, AX
	LEAQ (R12)(AX*1), R8
	VBROADCASTSD (SI)(BX*8), Y0
	VBROADCASTSD (DI)(BX*8), Y1
	VMOVSD (R8)(BX*8), X3
	VFNMADD231SD X0, X1, X3
	VFNMADD231SD X1, X0, X3        // d
	ADDQ $1, BX                    // j+1
	MOVQ BX, DX
	ANDQ $-8, DX
	MOVQ BX, AX
	SUBQ DX, AX
	SHLQ $3, DX
	SHLQ $3, AX
	LEAQ ·fromHere<>+64(SB), R10
	SUBQ AX, R10
	VMOVUPD (R10), Y12
	VMOVUPD 32(R10), Y13
	VPCMPEQD Y14, Y14, Y14
	MOVQ m+8(FP), CX
	SHLQ $3, CX
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	MOVQ DX, AX
	ROW(0, Y12, Y4)
	ROW(32, Y13, Y5)
	JMP  rowed

row:
	ROW(0, Y14, Y4)
	ROW(32, Y14, Y5)

rowed:
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  row
	FOLD
	VMOVSD (R8)(BX*8), X5          // α
	VXORPD X6, X6, X6              // e
	VXORPD X7, X7, X7              // τ
	VXORPD X8, X8, X8              // 1/(α − e)
	VUCOMISD ·column2Tiny<>(SB), X4
	JCS  scale
	VSQRTSD X4, X4, X6
	VMOVUPD ·column2Sign<>(SB), X9
	VANDNPD X9, X5, X10
	VORPD  X10, X6, X6             // −sign(α)·√σ
	VSUBSD X6, X5, X8
	VSUBSD X5, X6, X7
	VMOVSD ·column2One<>(SB), X9
	VDIVSD X8, X9, X8
	VDIVSD X6, X7, X7

scale:
	MOVQ out+64(FP), AX
	VMOVSD X3, (AX)
	VMOVSD X6, 8(AX)
	VMOVSD X7, 16(AX)
	VBROADCASTSD X8, Y8
	VBROADCASTSD X7, Y10           // τ
	MOVQ DX, AX

scaling:
	VMULPD (R8)(AX*1), Y8, Y5
	VMULPD 32(R8)(AX*1), Y8, Y6
	VMOVUPD Y5, (R8)(AX*1)
	VMOVUPD Y6, 32(R8)(AX*1)
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  scaling
	VANDPD (R8)(DX*1), Y12, Y5     // −0 left of j+1 becomes +0
	VANDPD 32(R8)(DX*1), Y13, Y6
	VMOVUPD Y5, (R8)(DX*1)
	VMOVUPD Y6, 32(R8)(DX*1)
	VMOVSD ·column2One<>(SB), X9
	VMOVSD X9, (R8)(BX*8)

	// The trailing matrix. AX is the byte offset of the columns.
	SHLQ $3, BX
	MOVQ BX, R13                   // byte offset of index j+1
	MOVQ j+16(FP), AX
	ADDQ $1, AX
	IMULQ R11, AX
	ADDQ AX, R12                   // → row j+1
	MOVQ n+0(FP), R15
	SHLQ $3, R15
	MOVQ DX, AX

two:
	LEAQ 128(AX), BX
	CMPQ BX, CX
	JGT  one
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
	LEAQ (R12)(AX*1), R10
	MOVQ R13, BX

rows2:
	BROADCASTS
	UPDATE(0, Y4, Y8)
	UPDATE(32, Y5, Y9)
	UPDATE(64, Y6, Y11)
	UPDATE(96, Y7, Y15)
	ADDQ R11, R10
	ADDQ $8, BX
	CMPQ BX, R15
	JLT  rows2
	VMOVUPD Y4, (R9)(AX*1)
	VMOVUPD Y5, 32(R9)(AX*1)
	VMOVUPD Y6, 64(R9)(AX*1)
	VMOVUPD Y7, 96(R9)(AX*1)
	ADDQ $128, AX
	JMP  two

one:
	CMPQ AX, CX
	JGE  passed
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	LEAQ (R12)(AX*1), R10
	MOVQ R13, BX

rows1:
	BROADCASTS
	UPDATE(0, Y4, Y8)
	UPDATE(32, Y5, Y9)
	ADDQ R11, R10
	ADDQ $8, BX
	CMPQ BX, R15
	JLT  rows1
	VMOVUPD Y4, (R9)(AX*1)
	VMOVUPD Y5, 32(R9)(AX*1)

passed:
	// y·τ, its product with v', and w'.
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	MOVQ DX, AX
	PRODUCT(0, Y12, Y4)
	PRODUCT(32, Y13, Y5)
	JMP  multiplied

product:
	PRODUCT(0, Y14, Y4)
	PRODUCT(32, Y14, Y5)

multiplied:
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  product
	FOLD
	VMULSD ·column2MinusHalf<>(SB), X10, X5
	VMULSD X4, X5, X4
	VBROADCASTSD X4, Y4
	MOVQ DX, AX

finish:
	VMOVUPD (R9)(AX*1), Y5
	VMOVUPD 32(R9)(AX*1), Y6
	VFMADD231PD (R8)(AX*1), Y4, Y5
	VFMADD231PD 32(R8)(AX*1), Y4, Y6
	VMOVUPD Y5, (R9)(AX*1)
	VMOVUPD Y6, 32(R9)(AX*1)
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  finish
	VZEROUPPER
	RET
