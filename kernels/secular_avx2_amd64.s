// The secular equation, AVX2 and FMA3, float64: see secular.go for the formulas and their order. Registers: beside each function, since they share no more than the macros name.
//
// All lists are whole groups; there are no tails. Sums keep 4 roots in a vector and broadcast poles, products keep 4
// poles and broadcast roots, vectors take 4 poles and four roots.
//
// Cost of four poles (or roots) and 4 lanes: one division, 8 cycles, and 25 to 29 operations on two ports; what follows it
// in program order overlaps.

#include "textflag.h"

DATA ·secularOnes<>+0(SB)/8, $0x3ff0000000000000
DATA ·secularOnes<>+8(SB)/8, $0x3ff0000000000000
DATA ·secularOnes<>+16(SB)/8, $0x3ff0000000000000
DATA ·secularOnes<>+24(SB)/8, $0x3ff0000000000000
GLOBL ·secularOnes<>(SB), RODATA|NOPTR, $32

// The reciprocals of Y6, Y7, Y8, Y9 in Y12, Y6, Y13, Y8. Uses Y10, Y11.
#define RECIPROCALS \
	VMULPD Y7, Y6, Y10                 \
	VMULPD Y9, Y8, Y11                 \
	VMOVUPD ·secularOnes<>(SB), Y12    \
	VMULPD Y11, Y10, Y13               \
	VDIVPD Y13, Y12, Y12               \
	VMULPD Y11, Y12, Y11               \
	VMULPD Y10, Y12, Y10               \
	VMULPD Y7, Y11, Y12                \
	VMULPD Y6, Y11, Y6                 \
	VMULPD Y9, Y10, Y13                \
	VMULPD Y8, Y10, Y8

#define DELTA(off, y) \
	VBROADCASTSD off(SI), y \
	VSUBPD Y0, y, y         \
	VSUBPD Y1, y, y

// The terms of four poles in Y7, Y9, Y10, Y11, the reciprocals in Y12, Y6, Y13, Y8.
#define TERMS \
	DELTA(0, Y6)             \
	DELTA(8, Y7)             \
	DELTA(16, Y8)            \
	DELTA(24, Y9)            \
	RECIPROCALS              \
	VBROADCASTSD (DI), Y7    \
	VBROADCASTSD 8(DI), Y9   \
	VBROADCASTSD 16(DI), Y10 \
	VBROADCASTSD 24(DI), Y11 \
	VMULPD Y12, Y7, Y7       \
	VMULPD Y6, Y9, Y9        \
	VMULPD Y13, Y10, Y10     \
	VMULPD Y8, Y11, Y11

// D1 and D2 in Y4 and Y5. Uses Y14, Y15 and the reciprocals.
#define DERIVATIVES \
	VMULPD Y12, Y7, Y14      \
	VMULPD Y6, Y9, Y15       \
	VADDPD Y15, Y14, Y0      \
	VMULPD Y12, Y14, Y14     \
	VFMADD231PD Y6, Y15, Y14 \
	VMULPD Y13, Y10, Y15     \
	VMULPD Y8, Y11, Y6       \
	VADDPD Y6, Y15, Y12      \
	VMULPD Y13, Y15, Y15     \
	VFMADD231PD Y8, Y6, Y15  \
	VADDPD Y12, Y0, Y0       \
	VADDPD Y15, Y14, Y14     \
	VADDPD Y0, Y4, Y4        \
	VADDPD Y14, Y5, Y5       \
	VMOVUPD (R8), Y0

#define ADD(s) \
	VADDPD Y9, Y7, Y14   \
	VADDPD Y11, Y10, Y15 \
	VADDPD Y15, Y14, Y14 \
	VADDPD Y14, s, s

#define NEXT \
	ADDQ $32, SI \
	ADDQ $32, DI

// y = the term where d ≤ split, +0 elsewhere; the converse if how is VANDNPD.
#define PART(how, off, term, y) \
	VBROADCASTSD off(SI), y  \
	VCMPPD $2, 256(R8), y, y \
	how term, y, y

// ADD for these parts.
#define PARTS(how, s) \
	PART(how, 0, Y7, Y14)  \
	PART(how, 8, Y9, Y15)  \
	PART(how, 16, Y10, Y6) \
	PART(how, 24, Y11, Y8) \
	VADDPD Y15, Y14, Y14   \
	VADDPD Y8, Y6, Y6      \
	VADDPD Y6, Y14, Y14    \
	VADDPD Y14, s, s

// func secularSumsAVX2(d, w *float64, below, between, above int, b *SecularBlock)
//
// Y0 origins, Y1 τ, Y2 to Y5 the sums, which go on from what b has. Each quarter of the lanes passes over the poles.
TEXT ·secularSumsAVX2(SB), NOSPLIT, $0-48
	MOVQ b+40(FP), R8
	MOVQ $4, R9

quarter:
	MOVQ d+0(FP), SI
	MOVQ w+8(FP), DI
	MOVQ below+16(FP), CX
	MOVQ between+24(FP), DX
	MOVQ above+32(FP), BX
	VMOVUPD (R8), Y0
	VMOVUPD 128(R8), Y1
	VMOVUPD 384(R8), Y2
	VMOVUPD 512(R8), Y3
	VMOVUPD 640(R8), Y4
	VMOVUPD 768(R8), Y5
	TESTQ CX, CX
	JZ    mixed

below:
	TERMS
	DERIVATIVES
	ADD(Y2)
	NEXT
	DECQ CX
	JNZ  below

mixed:
	TESTQ DX, DX
	JZ    beyond

between:
	TERMS
	DERIVATIVES
	PARTS(VANDPD, Y2)
	PARTS(VANDNPD, Y3)
	NEXT
	DECQ DX
	JNZ  between

beyond:
	TESTQ BX, BX
	JZ    done

above:
	TERMS
	DERIVATIVES
	ADD(Y3)
	NEXT
	DECQ BX
	JNZ  above

done:
	VMOVUPD Y2, 384(R8)
	VMOVUPD Y3, 512(R8)
	VMOVUPD Y4, 640(R8)
	VMOVUPD Y5, 768(R8)
	ADDQ $32, R8
	DECQ R9
	JNZ  quarter
	VZEROUPPER
	RET

// Factors of root i at offset off: numerator n and denominator e, 1 instead of 0.
#define FACTOR(off, n, e) \
	VBROADCASTSD off(R9), n     \
	VSUBPD n, Y0, n             \
	VBROADCASTSD off(R10), e    \
	VSUBPD e, n, n              \
	VBROADCASTSD off(R8), e     \
	VSUBPD e, Y0, e             \
	VCMPPD $0, Y15, e, Y13      \
	VBLENDVPD Y13, Y14, e, e

// func secularProductsAVX2(m, n int, x, d, o, t, y *float64)
//
// Y0 the x, Y1 the products, Y14 1, Y15 0.
TEXT ·secularProductsAVX2(SB), NOSPLIT, $0-56
	MOVQ m+0(FP), CX
	MOVQ n+8(FP), DX
	MOVQ x+16(FP), SI
	MOVQ y+48(FP), DI
	VMOVUPD ·secularOnes<>(SB), Y14
	VXORPD Y15, Y15, Y15

columns:
	MOVQ d+24(FP), R8
	MOVQ o+32(FP), R9
	MOVQ t+40(FP), R10
	MOVQ DX, BX
	VMOVUPD (SI), Y0
	VMOVAPD Y14, Y1

roots:
	FACTOR(0, Y2, Y3)
	FACTOR(8, Y4, Y5)
	FACTOR(16, Y6, Y7)
	FACTOR(24, Y8, Y9)
	VMULPD Y4, Y2, Y2
	VMULPD Y8, Y6, Y6
	VMULPD Y5, Y3, Y3
	VMULPD Y9, Y7, Y7
	VMULPD Y6, Y2, Y2
	VMULPD Y7, Y3, Y3
	VDIVPD Y3, Y2, Y2
	VMULPD Y2, Y1, Y1
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	SUBQ $4, BX
	JNZ  roots
	VMOVUPD Y1, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	SUBQ $4, CX
	JNZ  columns
	VZEROUPPER
	RET

#define ROOT(off, y) \
	VBROADCASTSD off(AX), y  \
	VSUBPD y, Y14, y         \
	VBROADCASTSD off(BX), Y15 \
	VSUBPD Y15, y, y

#define HALF(off) \
	VMOVUPD off(SI)(DX*8), Y14 \
	ROOT(0, Y6)                \
	ROOT(8, Y7)                \
	ROOT(16, Y8)               \
	ROOT(24, Y9)               \
	RECIPROCALS                \
	VMOVUPD off(R8)(DX*8), Y15 \
	VMULPD Y12, Y15, Y12       \
	VMULPD Y6, Y15, Y6         \
	VMULPD Y13, Y15, Y13       \
	VMULPD Y8, Y15, Y8         \
	VMOVUPD Y12, off(DI)(DX*8) \
	VMOVUPD Y6, off(R9)(DX*8)  \
	VMOVUPD Y13, off(R10)(DX*8) \
	VMOVUPD Y8, off(R11)(DX*8)

// The sum of squares of the row at r, in the order of 8 lanes, then 1/√ of it in all of Y0.
#define SCALE(r, squares, scale) \
	VXORPD Y0, Y0, Y0           \
	VXORPD Y1, Y1, Y1           \
	XORQ DX, DX                 \
squares:                            \
	VMOVUPD (r)(DX*8), Y2       \
	VMOVUPD 32(r)(DX*8), Y3     \
	VFMADD231PD Y2, Y2, Y0      \
	VFMADD231PD Y3, Y3, Y1      \
	ADDQ $8, DX                 \
	CMPQ DX, CX                 \
	JLT  squares                \
	VADDPD Y1, Y0, Y0           \
	VEXTRACTF128 $1, Y0, X1     \
	VADDPD X1, X0, X0           \
	VUNPCKHPD X0, X0, X1        \
	VADDSD X1, X0, X0           \
	VSQRTSD X0, X0, X0          \
	VMOVSD ·secularOnes<>(SB), X1 \
	VDIVSD X0, X1, X0           \
	VBROADCASTSD X0, Y0         \
	XORQ DX, DX                 \
scale:                              \
	VMULPD (r)(DX*8), Y0, Y2    \
	VMULPD 32(r)(DX*8), Y0, Y3  \
	VMOVUPD Y2, (r)(DX*8)       \
	VMOVUPD Y3, 32(r)(DX*8)     \
	ADDQ $8, DX                 \
	CMPQ DX, CX                 \
	JLT  scale

// func secularVectorsAVX2(n int, d, z *float64, o, t *[4]float64, x *float64, ldx int)
TEXT ·secularVectorsAVX2(SB), NOSPLIT, $0-56
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
	XORQ DX, DX

loop:
	HALF(0)
	HALF(32)
	ADDQ $8, DX
	CMPQ DX, CX
	JLT  loop
	SCALE(DI, squares0, scale0)
	SCALE(R9, squares1, scale1)
	SCALE(R10, squares2, scale2)
	SCALE(R11, squares3, scale3)
	VZEROUPPER
	RET
