// Inner loops of the secular equation, AVX-512, float64.
//
//	poleSums      q = z/((d − o) − t);  s += z·q;  ds += q·q      (both fused)
//	poleProducts  y = y·(u/(d − x))
//	poleVector    x = z/u;  s += x·x
//
// Sums run in 16 lanes, two vectors. Registers: SI, DI, R8 → the arrays, CX elements left; Z0, Z1 lanes of
// s, Z2, Z3 of ds, Z4 o or x, Z5 t; K1, K2 the elements of a tail.
//
// Cost: the divider, 8 cycles for a vector (double that where 512-bit operations are split); the
// chains of the sums hide behind it. Edges: n ≥ 1, tails under masks; dead lanes are neither read nor
// changed.

#include "textflag.h"

// Z8 = z/((d − o) − t), Z9 the same for the second vector; z in Z6, Z7.
#define QUOTIENTS \
	VSUBPD Z4, Z8, Z8 \
	VSUBPD Z4, Z9, Z9 \
	VSUBPD Z5, Z8, Z8 \
	VSUBPD Z5, Z9, Z9 \
	VDIVPD Z8, Z6, Z8 \
	VDIVPD Z9, Z7, Z9

#define TAILMASKS \
	MOVQ     $-1, AX     \
	BZHIQ    CX, AX, AX  \
	KMOVW    AX, K1      \
	KSHIFTRW $8, K1, K2

// The sum of the 8 lanes of Zi by halves, in Xi.
#define FOLD(Z, Y, X, YT, XT) \
	VEXTRACTF64X4 $1, Z, YT \
	VADDPD  YT, Y, Y        \
	VEXTRACTF128 $1, Y, XT  \
	VADDPD  XT, X, X        \
	VUNPCKHPD X, X, XT      \
	VADDSD  XT, X, X

// func poleSumsAVX512(n int, d, z *float64, o, t float64) (s, ds float64)
TEXT ·poleSumsAVX512(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ d+8(FP), SI
	MOVQ z+16(FP), DI
	VBROADCASTSD o+24(FP), Z4
	VBROADCASTSD t+32(FP), Z5
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	SUBQ $16, CX
	JLT  tail

loop:
	VMOVUPD (SI), Z8
	VMOVUPD 64(SI), Z9
	VMOVUPD (DI), Z6
	VMOVUPD 64(DI), Z7
	QUOTIENTS
	VFMADD231PD Z8, Z6, Z0
	VFMADD231PD Z9, Z7, Z1
	VFMADD231PD Z8, Z8, Z2
	VFMADD231PD Z9, Z9, Z3
	ADDQ $128, SI
	ADDQ $128, DI
	SUBQ $16, CX
	JGE  loop

tail:
	ADDQ $16, CX
	JZ   done
	TAILMASKS
	VMOVUPD.Z (SI), K1, Z8
	VMOVUPD.Z 64(SI), K2, Z9
	VMOVUPD.Z (DI), K1, Z6
	VMOVUPD.Z 64(DI), K2, Z7
	QUOTIENTS
	VFMADD231PD Z8, Z6, K1, Z0
	VFMADD231PD Z9, Z7, K2, Z1
	VFMADD231PD Z8, Z8, K1, Z2
	VFMADD231PD Z9, Z9, K2, Z3

done:
	VADDPD Z1, Z0, Z0
	VADDPD Z3, Z2, Z2
	FOLD(Z0, Y0, X0, Y1, X1)
	FOLD(Z2, Y2, X2, Y3, X3)
	VMOVSD X0, s+40(FP)
	VMOVSD X2, ds+48(FP)
	VZEROUPPER
	RET

// func poleProductsAVX512(n int, u, d *float64, x float64, y *float64)
TEXT ·poleProductsAVX512(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ u+8(FP), SI
	MOVQ d+16(FP), DI
	VBROADCASTSD x+24(FP), Z4
	MOVQ y+32(FP), R8
	SUBQ $16, CX
	JLT  tail

loop:
	VMOVUPD (DI), Z8
	VMOVUPD 64(DI), Z9
	VMOVUPD (SI), Z6
	VMOVUPD 64(SI), Z7
	VSUBPD Z4, Z8, Z8
	VSUBPD Z4, Z9, Z9
	VDIVPD Z8, Z6, Z8
	VDIVPD Z9, Z7, Z9
	VMULPD (R8), Z8, Z8
	VMULPD 64(R8), Z9, Z9
	VMOVUPD Z8, (R8)
	VMOVUPD Z9, 64(R8)
	ADDQ $128, SI
	ADDQ $128, DI
	ADDQ $128, R8
	SUBQ $16, CX
	JGE  loop

tail:
	ADDQ $16, CX
	JZ   done
	TAILMASKS
	VMOVUPD.Z (DI), K1, Z8
	VMOVUPD.Z 64(DI), K2, Z9
	VMOVUPD.Z (SI), K1, Z6
	VMOVUPD.Z 64(SI), K2, Z7
	VMOVUPD.Z (R8), K1, Z10
	VMOVUPD.Z 64(R8), K2, Z11
	VSUBPD Z4, Z8, Z8
	VSUBPD Z4, Z9, Z9
	VDIVPD Z8, Z6, Z8
	VDIVPD Z9, Z7, Z9
	VMULPD Z10, Z8, Z8
	VMULPD Z11, Z9, Z9
	VMOVUPD Z8, K1, (R8)
	VMOVUPD Z9, K2, 64(R8)

done:
	VZEROUPPER
	RET

// func poleVectorAVX512(n int, z, u, x *float64) float64
TEXT ·poleVectorAVX512(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ z+8(FP), SI
	MOVQ u+16(FP), DI
	MOVQ x+24(FP), R8
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	SUBQ $16, CX
	JLT  tail

loop:
	VMOVUPD (SI), Z6
	VMOVUPD 64(SI), Z7
	VDIVPD (DI), Z6, Z8
	VDIVPD 64(DI), Z7, Z9
	VMOVUPD Z8, (R8)
	VMOVUPD Z9, 64(R8)
	VFMADD231PD Z8, Z8, Z0
	VFMADD231PD Z9, Z9, Z1
	ADDQ $128, SI
	ADDQ $128, DI
	ADDQ $128, R8
	SUBQ $16, CX
	JGE  loop

tail:
	ADDQ $16, CX
	JZ   done
	TAILMASKS
	VMOVUPD.Z (SI), K1, Z6
	VMOVUPD.Z 64(SI), K2, Z7
	VMOVUPD.Z (DI), K1, Z8
	VMOVUPD.Z 64(DI), K2, Z9
	VDIVPD Z8, Z6, Z8
	VDIVPD Z9, Z7, Z9
	VMOVUPD Z8, K1, (R8)
	VMOVUPD Z9, K2, 64(R8)
	VFMADD231PD Z8, Z8, K1, Z0
	VFMADD231PD Z9, Z9, K2, Z1

done:
	VADDPD Z1, Z0, Z0
	FOLD(Z0, Y0, X0, Y1, X1)
	VMOVSD X0, ret+32(FP)
	VZEROUPPER
	RET
