// One column of a tridiagonal reduction, AVX-512, float64: see TridiagColumn for the formulas and their order.
//
// Vectors are 8 columns whose first is a multiple of 8; K1 masks the columns beyond j of the first vector, K2 column j+1. The
// pass over the trailing matrix takes four vectors of columns (then one) down all rows: for each vector of
// A one load, one store and three fused operations, 1.5 cycles on two ports.
//
// Registers: SI → v, DI → w, R8 → row j, R9 → y, DX byte offset of the first vector, CX of the end, R11 lda in bytes;
// R12 → a, R10 → the current row at the current column, BX the byte offset of its index.

#include "textflag.h"

DATA ·columnOne<>+0(SB)/8, $0x3ff0000000000000
GLOBL ·columnOne<>(SB), RODATA|NOPTR, $8
DATA ·columnMinusHalf<>+0(SB)/8, $0xbfe0000000000000
GLOBL ·columnMinusHalf<>(SB), RODATA|NOPTR, $8
DATA ·columnTiny<>+0(SB)/8, $0x07b0000000000000
GLOBL ·columnTiny<>(SB), RODATA|NOPTR, $8
DATA ·columnSign<>+0(SB)/8, $0x8000000000000000
DATA ·columnSign<>+8(SB)/8, $0x8000000000000000
GLOBL ·columnSign<>(SB), RODATA|NOPTR, $16

// The lanes of Z by halves, in X. Uses Y15.
#define FOLD(Z, Y, X) \
	VEXTRACTF64X4 $1, Z, Y15 \
	VADDPD Y15, Y, Y         \
	VEXTRACTF128 $1, Y, X15  \
	VADDPD X15, X, X         \
	VUNPCKHPD X, X, X15      \
	VADDSD X15, X, X

// Vector i of a row: a −= v_i·w, a −= w_i·v, y += v'_i·a.
#define UPDATE(off, wv, vv, yv, av) \
	VMOVUPD off(R10), av        \
	VFNMADD231PD Z0, wv, av     \
	VFNMADD231PD Z1, vv, av     \
	VMOVUPD av, off(R10)        \
	VFMADD231PD Z2, av, yv

#define BROADCASTS \
	VBROADCASTSD (SI)(BX*1), Z0 \
	VBROADCASTSD (DI)(BX*1), Z1 \
	VBROADCASTSD (R8)(BX*1), Z2

// func tridiagColumnAVX512(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)
TEXT ·tridiagColumnAVX512(SB), NOSPLIT, $0-72
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
	VBROADCASTSD (SI)(BX*8), Z0
	VBROADCASTSD (DI)(BX*8), Z1
	VMOVSD (R8)(BX*8), X3
	VFNMADD231SD X0, X1, X3
	VFNMADD231SD X1, X0, X3        // d
	ADDQ $1, BX                    // j+1
	MOVQ BX, CX
	ANDQ $7, CX
	MOVQ $1, AX
	SHLQ CX, AX
	KMOVW AX, K2
	NEGQ AX
	KMOVW AX, K1
	MOVQ BX, DX
	ANDQ $-8, DX
	SHLQ $3, DX
	MOVQ m+8(FP), CX
	SHLQ $3, CX
	VPXORQ Z4, Z4, Z4
	KMOVW K1, K3
	MOVQ DX, AX

	// u and its squares.
row:
	VMOVUPD.Z (R8)(AX*1), K3, Z5
	VMOVUPD (DI)(AX*1), Z6
	VMOVUPD (SI)(AX*1), Z7
	VFNMADD231PD Z0, Z6, Z5
	VFNMADD231PD Z1, Z7, Z5
	VMOVAPD.Z Z5, K3, Z5
	VMOVUPD Z5, (R8)(AX*1)
	VFMADD231PD Z5, Z5, Z4
	KXNORW K3, K3, K3
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  row
	FOLD(Z4, Y4, X4)
	VMOVSD (R8)(BX*8), X5          // α
	VXORPD X6, X6, X6              // e
	VXORPD X7, X7, X7              // τ
	VXORPD X8, X8, X8              // 1/(α − e)
	VUCOMISD ·columnTiny<>(SB), X4
	JCS  scale
	VSQRTSD X4, X4, X6
	VMOVUPD ·columnSign<>(SB), X9
	VANDNPD X9, X5, X10
	VORPD  X10, X6, X6             // −sign(α)·√σ
	VSUBSD X6, X5, X8
	VSUBSD X5, X6, X7
	VMOVSD ·columnOne<>(SB), X9
	VDIVSD X8, X9, X8
	VDIVSD X6, X7, X7

scale:
	MOVQ out+64(FP), AX
	VMOVSD X3, (AX)
	VMOVSD X6, 8(AX)
	VMOVSD X7, 16(AX)
	VBROADCASTSD X8, Z8
	VBROADCASTSD X7, Z28           // τ
	VBROADCASTSD ·columnOne<>(SB), Z9
	VMULPD (R8)(DX*1), Z8, Z5
	VMOVAPD Z9, K2, Z5
	VMOVAPD.Z Z5, K1, Z5
	VMOVUPD Z5, (R8)(DX*1)
	LEAQ 64(DX), AX
	JMP  scaled

scaling:
	VMULPD (R8)(AX*1), Z8, Z5
	VMOVUPD Z5, (R8)(AX*1)
	ADDQ $64, AX

scaled:
	CMPQ AX, CX
	JLT  scaling

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

four:
	LEAQ 256(AX), BX
	CMPQ BX, CX
	JGT  one
	VMOVUPD (DI)(AX*1), Z16
	VMOVUPD 64(DI)(AX*1), Z17
	VMOVUPD 128(DI)(AX*1), Z18
	VMOVUPD 192(DI)(AX*1), Z19
	VMOVUPD (SI)(AX*1), Z20
	VMOVUPD 64(SI)(AX*1), Z21
	VMOVUPD 128(SI)(AX*1), Z22
	VMOVUPD 192(SI)(AX*1), Z23
	VPXORQ Z24, Z24, Z24
	VPXORQ Z25, Z25, Z25
	VPXORQ Z26, Z26, Z26
	VPXORQ Z27, Z27, Z27
	LEAQ (R12)(AX*1), R10
	MOVQ R13, BX

rows4:
	BROADCASTS
	UPDATE(0, Z16, Z20, Z24, Z3)
	UPDATE(64, Z17, Z21, Z25, Z4)
	UPDATE(128, Z18, Z22, Z26, Z5)
	UPDATE(192, Z19, Z23, Z27, Z6)
	ADDQ R11, R10
	ADDQ $8, BX
	CMPQ BX, R15
	JLT  rows4
	VMOVUPD Z24, (R9)(AX*1)
	VMOVUPD Z25, 64(R9)(AX*1)
	VMOVUPD Z26, 128(R9)(AX*1)
	VMOVUPD Z27, 192(R9)(AX*1)
	ADDQ $256, AX
	JMP  four

one:
	CMPQ AX, CX
	JGE  passed
	LEAQ 128(AX), BX
	CMPQ BX, CX
	JGT  single
	VMOVUPD (DI)(AX*1), Z16
	VMOVUPD 64(DI)(AX*1), Z17
	VMOVUPD (SI)(AX*1), Z20
	VMOVUPD 64(SI)(AX*1), Z21
	VPXORQ Z24, Z24, Z24
	VPXORQ Z25, Z25, Z25
	LEAQ (R12)(AX*1), R10
	MOVQ R13, BX

rows2:
	BROADCASTS
	UPDATE(0, Z16, Z20, Z24, Z3)
	UPDATE(64, Z17, Z21, Z25, Z4)
	ADDQ R11, R10
	ADDQ $8, BX
	CMPQ BX, R15
	JLT  rows2
	VMOVUPD Z24, (R9)(AX*1)
	VMOVUPD Z25, 64(R9)(AX*1)
	ADDQ $128, AX
	JMP  one

single:
	VMOVUPD (DI)(AX*1), Z16
	VMOVUPD (SI)(AX*1), Z20
	VPXORQ Z24, Z24, Z24
	LEAQ (R12)(AX*1), R10
	MOVQ R13, BX

rows1:
	BROADCASTS
	UPDATE(0, Z16, Z20, Z24, Z3)
	ADDQ R11, R10
	ADDQ $8, BX
	CMPQ BX, R15
	JLT  rows1
	VMOVUPD Z24, (R9)(AX*1)
	ADDQ $64, AX

passed:
	// y·τ, its product with v', and w'.
	VPXORQ Z4, Z4, Z4
	KMOVW K1, K3
	MOVQ DX, AX

product:
	VMOVUPD.Z (R9)(AX*1), K3, Z5
	VMULPD Z28, Z5, Z5
	VMOVUPD Z5, (R9)(AX*1)
	VFMADD231PD (R8)(AX*1), Z5, Z4
	KXNORW K3, K3, K3
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  product
	FOLD(Z4, Y4, X4)
	VMULSD ·columnMinusHalf<>(SB), X28, X5
	VMULSD X4, X5, X4
	VBROADCASTSD X4, Z4
	MOVQ DX, AX

finish:
	VMOVUPD (R9)(AX*1), Z5
	VFMADD231PD (R8)(AX*1), Z4, Z5
	VMOVUPD Z5, (R9)(AX*1)
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  finish
	VZEROUPPER
	RET
