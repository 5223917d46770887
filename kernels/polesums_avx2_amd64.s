// Inner loops of the secular equation, AVX2 and FMA3, float64: whole blocks of 16 elements.
//
//	poleSums      q = z/((d − o) − t);  u += z·q;  v += q·q      (both fused)
//	poleProducts  y = y·(u/(d − x))
//	poleVector    x = z/u;  s += x·x
//
// Sums run in 16 lanes, four vectors, which are stored for Go to add the tail and combine. Registers:
// SI, DI, R8 → the arrays, CX elements left; Y0–Y3 lanes of u or s, Y4–Y7 of v, Y14 o or x, Y15 t.
//
// Cost: the divider, 4 to 8 cycles for a vector. Edges: n > 0, a multiple of 16.

#include "textflag.h"

#define SUMS(off, u, v) \
	VMOVUPD off(SI), Y8       \
	VMOVUPD off(DI), Y9       \
	VSUBPD  Y14, Y8, Y8       \
	VSUBPD  Y15, Y8, Y8       \
	VDIVPD  Y8, Y9, Y8        \
	VFMADD231PD Y8, Y9, u     \
	VFMADD231PD Y8, Y8, v

// func poleSumsAVX2(n int, d, z *float64, o, t float64, u, v *[16]float64)
TEXT ·poleSumsAVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ d+8(FP), SI
	MOVQ z+16(FP), DI
	VBROADCASTSD o+24(FP), Y14
	VBROADCASTSD t+32(FP), Y15
	MOVQ u+40(FP), R8
	MOVQ v+48(FP), R9
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7

loop:
	SUMS(0, Y0, Y4)
	SUMS(32, Y1, Y5)
	SUMS(64, Y2, Y6)
	SUMS(96, Y3, Y7)
	ADDQ $128, SI
	ADDQ $128, DI
	SUBQ $16, CX
	JNZ  loop
	VMOVUPD Y0, (R8)
	VMOVUPD Y1, 32(R8)
	VMOVUPD Y2, 64(R8)
	VMOVUPD Y3, 96(R8)
	VMOVUPD Y4, (R9)
	VMOVUPD Y5, 32(R9)
	VMOVUPD Y6, 64(R9)
	VMOVUPD Y7, 96(R9)
	VZEROUPPER
	RET

#define PRODUCTS(off, r, q) \
	VMOVUPD off(DI), r        \
	VMOVUPD off(SI), q        \
	VSUBPD  Y14, r, r         \
	VDIVPD  r, q, r           \
	VMULPD  off(R8), r, r     \
	VMOVUPD r, off(R8)

// func poleProductsAVX2(n int, u, d *float64, x float64, y *float64)
TEXT ·poleProductsAVX2(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ u+8(FP), SI
	MOVQ d+16(FP), DI
	VBROADCASTSD x+24(FP), Y14
	MOVQ y+32(FP), R8

loop:
	PRODUCTS(0, Y0, Y4)
	PRODUCTS(32, Y1, Y5)
	PRODUCTS(64, Y2, Y6)
	PRODUCTS(96, Y3, Y7)
	ADDQ $128, SI
	ADDQ $128, DI
	ADDQ $128, R8
	SUBQ $16, CX
	JNZ  loop
	VZEROUPPER
	RET

#define VECTOR(off, s) \
	VMOVUPD off(SI), Y8       \
	VDIVPD  off(DI), Y8, Y8   \
	VMOVUPD Y8, off(R8)       \
	VFMADD231PD Y8, Y8, s

// func poleVectorAVX2(n int, z, u, x *float64, s *[16]float64)
TEXT ·poleVectorAVX2(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ z+8(FP), SI
	MOVQ u+16(FP), DI
	MOVQ x+24(FP), R8
	MOVQ s+32(FP), R9
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3

loop:
	VECTOR(0, Y0)
	VECTOR(32, Y1)
	VECTOR(64, Y2)
	VECTOR(96, Y3)
	ADDQ $128, SI
	ADDQ $128, DI
	ADDQ $128, R8
	SUBQ $16, CX
	JNZ  loop
	VMOVUPD Y0, (R9)
	VMOVUPD Y1, 32(R9)
	VMOVUPD Y2, 64(R9)
	VMOVUPD Y3, 96(R9)
	VZEROUPPER
	RET
