// The secular equation, AVX-512, float64: see secular.go for the formulas and their order. Registers: beside each function, since they share no more than the macros name.
//
// All lists are whole groups; there are no tails. Sums keep 8 roots in a vector and broadcast poles, products keep 8 poles
// and broadcast roots, vectors take 8 poles and four roots.
//
// Cost of four poles (or roots) and 8 lanes: one division, 16 cycles where the divider is split, and 25 to 29
// operations (37 to 50 for sums) on two ports; two vectors of roots overlap.

#include "textflag.h"

DATA ·secularOne<>+0(SB)/8, $0x3ff0000000000000
GLOBL ·secularOne<>(SB), RODATA|NOPTR, $8

// Z25, Z18, Z26, Z20 = the reciprocals of Z18, Z19, Z20, Z21; Z31 is 1. Uses Z22, Z23, Z24.
#define RECIPROCALS \
	VMULPD Z19, Z18, Z22 \
	VMULPD Z21, Z20, Z23 \
	VMULPD Z23, Z22, Z24 \
	VDIVPD Z24, Z31, Z24 \
	VMULPD Z23, Z24, Z23 \
	VMULPD Z22, Z24, Z22 \
	VMULPD Z19, Z23, Z25 \
	VMULPD Z18, Z23, Z18 \
	VMULPD Z21, Z22, Z26 \
	VMULPD Z20, Z22, Z20

// Four poles d in Z14–Z17, weights at (DI): the reciprocals, and the terms in Z27–Z30.
#define TERMS(o, t) \
	VSUBPD o, Z14, Z18 \
	VSUBPD o, Z15, Z19 \
	VSUBPD o, Z16, Z20 \
	VSUBPD o, Z17, Z21 \
	VSUBPD t, Z18, Z18 \
	VSUBPD t, Z19, Z19 \
	VSUBPD t, Z20, Z20 \
	VSUBPD t, Z21, Z21 \
	RECIPROCALS        \
	VMULPD.BCST (DI), Z25, Z27   \
	VMULPD.BCST 8(DI), Z18, Z28  \
	VMULPD.BCST 16(DI), Z26, Z29 \
	VMULPD.BCST 24(DI), Z20, Z30

#define POLES \
	VBROADCASTSD (SI), Z14   \
	VBROADCASTSD 8(SI), Z15  \
	VBROADCASTSD 16(SI), Z16 \
	VBROADCASTSD 24(SI), Z17

#define NEXT \
	ADDQ $32, SI \
	ADDQ $32, DI

// d1 += the terms over δ, d2 += the terms over δ². Uses Z18–Z26.
#define DERIVATIVES(d1, d2) \
	VMULPD Z25, Z27, Z19      \
	VMULPD Z18, Z28, Z21      \
	VMULPD Z26, Z29, Z22      \
	VMULPD Z20, Z30, Z23      \
	VMULPD Z25, Z19, Z24      \
	VMULPD Z26, Z22, Z25      \
	VFMADD231PD Z18, Z21, Z24 \
	VFMADD231PD Z20, Z23, Z25 \
	VADDPD Z21, Z19, Z19      \
	VADDPD Z23, Z22, Z22      \
	VADDPD Z25, Z24, Z24      \
	VADDPD Z22, Z19, Z19      \
	VADDPD Z24, d2, d2        \
	VADDPD Z19, d1, d1

// s += the terms.
#define ADD(s) \
	VADDPD Z28, Z27, Z18 \
	VADDPD Z30, Z29, Z19 \
	VADDPD Z19, Z18, Z18 \
	VADDPD Z18, s, s

// The same of the terms under K1–K4 only, +0 for the others.
#define ADDMASKED(s) \
	VMOVAPD.Z Z27, K1, Z18 \
	VMOVAPD.Z Z28, K2, Z19 \
	VMOVAPD.Z Z29, K3, Z20 \
	VMOVAPD.Z Z30, K4, Z21 \
	VADDPD Z19, Z18, Z18   \
	VADDPD Z21, Z20, Z20   \
	VADDPD Z20, Z18, Z18   \
	VADDPD Z18, s, s

#define SPLIT(split, s, r) \
	VCMPPD $2, split, Z14, K1 \
	VCMPPD $2, split, Z15, K2 \
	VCMPPD $2, split, Z16, K3 \
	VCMPPD $2, split, Z17, K4 \
	ADDMASKED(s)              \
	KNOTW K1, K1              \
	KNOTW K2, K2              \
	KNOTW K3, K3              \
	KNOTW K4, K4              \
	ADDMASKED(r)

// func secularSumsAVX512(d, w *float64, below, between, above int, b *SecularBlock)
//
// Z0, Z1 origins, Z2, Z3 τ, Z4, Z5 splits of the two vectors; Z6–Z13 their sums, which go on from what b has. The counts are groups of four.
TEXT ·secularSumsAVX512(SB), NOSPLIT, $0-48
	MOVQ d+0(FP), SI
	MOVQ w+8(FP), DI
	MOVQ below+16(FP), CX
	MOVQ between+24(FP), DX
	MOVQ above+32(FP), BX
	MOVQ b+40(FP), R8
	VMOVUPD (R8), Z0
	VMOVUPD 64(R8), Z1
	VMOVUPD 128(R8), Z2
	VMOVUPD 192(R8), Z3
	VMOVUPD 256(R8), Z4
	VMOVUPD 320(R8), Z5
	VBROADCASTSD ·secularOne<>(SB), Z31
	VMOVUPD 384(R8), Z6
	VMOVUPD 448(R8), Z7
	VMOVUPD 512(R8), Z8
	VMOVUPD 576(R8), Z9
	VMOVUPD 640(R8), Z10
	VMOVUPD 704(R8), Z11
	VMOVUPD 768(R8), Z12
	VMOVUPD 832(R8), Z13
	TESTQ CX, CX
	JZ    mixed

below:
	POLES
	TERMS(Z0, Z2)
	DERIVATIVES(Z10, Z12)
	ADD(Z6)
	TERMS(Z1, Z3)
	DERIVATIVES(Z11, Z13)
	ADD(Z7)
	NEXT
	DECQ CX
	JNZ  below

mixed:
	TESTQ DX, DX
	JZ    beyond

between:
	POLES
	TERMS(Z0, Z2)
	DERIVATIVES(Z10, Z12)
	SPLIT(Z4, Z6, Z8)
	TERMS(Z1, Z3)
	DERIVATIVES(Z11, Z13)
	SPLIT(Z5, Z7, Z9)
	NEXT
	DECQ DX
	JNZ  between

beyond:
	TESTQ BX, BX
	JZ    done

above:
	POLES
	TERMS(Z0, Z2)
	DERIVATIVES(Z10, Z12)
	ADD(Z8)
	TERMS(Z1, Z3)
	DERIVATIVES(Z11, Z13)
	ADD(Z9)
	NEXT
	DECQ BX
	JNZ  above

done:
	VMOVUPD Z6, 384(R8)
	VMOVUPD Z7, 448(R8)
	VMOVUPD Z8, 512(R8)
	VMOVUPD Z9, 576(R8)
	VMOVUPD Z10, 640(R8)
	VMOVUPD Z11, 704(R8)
	VMOVUPD Z12, 768(R8)
	VMOVUPD Z13, 832(R8)
	VZEROUPPER
	RET

// Factors of root i at offset off: numerator n and denominator e, 1 for equal poles.
#define FACTOR(off, n, e) \
	VSUBPD.BCST off(R9), Z0, n  \
	VSUBPD.BCST off(R10), n, n  \
	VSUBPD.BCST off(R8), Z0, e  \
	VCMPPD $0, Z30, e, K1       \
	VMOVAPD Z31, K1, e

// func secularProductsAVX512(m, n int, x, d, o, t, y *float64)
//
// Z0 the x, Z1 the products, Z30 0.
TEXT ·secularProductsAVX512(SB), NOSPLIT, $0-56
	MOVQ m+0(FP), CX
	MOVQ n+8(FP), DX
	MOVQ x+16(FP), SI
	MOVQ y+48(FP), DI
	VBROADCASTSD ·secularOne<>(SB), Z31
	VPXORQ Z30, Z30, Z30

columns:
	MOVQ d+24(FP), R8
	MOVQ o+32(FP), R9
	MOVQ t+40(FP), R10
	MOVQ DX, BX
	VMOVUPD (SI), Z0
	VMOVAPD Z31, Z1

roots:
	FACTOR(0, Z2, Z3)
	FACTOR(8, Z4, Z5)
	FACTOR(16, Z6, Z7)
	FACTOR(24, Z8, Z9)
	VMULPD Z4, Z2, Z2
	VMULPD Z8, Z6, Z6
	VMULPD Z5, Z3, Z3
	VMULPD Z9, Z7, Z7
	VMULPD Z6, Z2, Z2
	VMULPD Z7, Z3, Z3
	VDIVPD Z3, Z2, Z2
	VMULPD Z2, Z1, Z1
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	SUBQ $4, BX
	JNZ  roots
	VMOVUPD Z1, (DI)
	ADDQ $64, SI
	ADDQ $64, DI
	SUBQ $8, CX
	JNZ  columns
	VZEROUPPER
	RET

#define FOLD(Z, Y, X) \
	VEXTRACTF64X4 $1, Z, Y15 \
	VADDPD  Y15, Y, Y        \
	VEXTRACTF128 $1, Y, X15  \
	VADDPD  X15, X, X        \
	VUNPCKHPD X, X, X15      \
	VADDSD  X15, X, X        \
	VSQRTSD X, X, X          \
	VDIVSD  X, X31, X        \
	VBROADCASTSD X, Z

// func secularVectorsAVX512(n int, d, z *float64, o, t *[4]float64, x *float64, ldx int)
//
// Z0–Z3 origins, Z4–Z7 τ, Z8–Z11 sums of squares; DI, R9, R10, R11 → the rows.
TEXT ·secularVectorsAVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ d+8(FP), SI
	MOVQ z+16(FP), R8
	MOVQ o+24(FP), AX
	MOVQ t+32(FP), BX
	MOVQ x+40(FP), DI
	MOVQ ldx+48(FP), R12
	LEAQ (DI)(R12*8), R9
	LEAQ (R9)(R12*8), R10
	LEAQ (R10)(R12*8), R11
	VBROADCASTSD (AX), Z0
	VBROADCASTSD 8(AX), Z1
	VBROADCASTSD 16(AX), Z2
	VBROADCASTSD 24(AX), Z3
	VBROADCASTSD (BX), Z4
	VBROADCASTSD 8(BX), Z5
	VBROADCASTSD 16(BX), Z6
	VBROADCASTSD 24(BX), Z7
	VBROADCASTSD ·secularOne<>(SB), Z31
	VPXORQ Z8, Z8, Z8
	VPXORQ Z9, Z9, Z9
	VPXORQ Z10, Z10, Z10
	VPXORQ Z11, Z11, Z11
	XORQ DX, DX

loop:
	VMOVUPD (SI)(DX*8), Z14
	VMOVUPD (R8)(DX*8), Z15
	VSUBPD Z0, Z14, Z18
	VSUBPD Z1, Z14, Z19
	VSUBPD Z2, Z14, Z20
	VSUBPD Z3, Z14, Z21
	VSUBPD Z4, Z18, Z18
	VSUBPD Z5, Z19, Z19
	VSUBPD Z6, Z20, Z20
	VSUBPD Z7, Z21, Z21
	RECIPROCALS
	VMULPD Z25, Z15, Z25
	VMULPD Z18, Z15, Z18
	VMULPD Z26, Z15, Z26
	VMULPD Z20, Z15, Z20
	VMOVUPD Z25, (DI)(DX*8)
	VMOVUPD Z18, (R9)(DX*8)
	VMOVUPD Z26, (R10)(DX*8)
	VMOVUPD Z20, (R11)(DX*8)
	VFMADD231PD Z25, Z25, Z8
	VFMADD231PD Z18, Z18, Z9
	VFMADD231PD Z26, Z26, Z10
	VFMADD231PD Z20, Z20, Z11
	ADDQ $8, DX
	CMPQ DX, CX
	JLT  loop
	FOLD(Z8, Y8, X8)
	FOLD(Z9, Y9, X9)
	FOLD(Z10, Y10, X10)
	FOLD(Z11, Y11, X11)
	XORQ DX, DX

scale:
	VMULPD (DI)(DX*8), Z8, Z14
	VMULPD (R9)(DX*8), Z9, Z15
	VMULPD (R10)(DX*8), Z10, Z16
	VMULPD (R11)(DX*8), Z11, Z17
	VMOVUPD Z14, (DI)(DX*8)
	VMOVUPD Z15, (R9)(DX*8)
	VMOVUPD Z16, (R10)(DX*8)
	VMOVUPD Z17, (R11)(DX*8)
	ADDQ $8, DX
	CMPQ DX, CX
	JLT  scale
	VZEROUPPER
	RET
