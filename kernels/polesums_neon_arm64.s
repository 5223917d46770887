// Inner loops of the secular equation, NEON, float64: whole blocks of 16 elements.
//
//	poleSums      q = z/((d − o) − t);  u += z·q;  v += q·q      (both fused)
//	poleProducts  y = y·(u/(d − x))
//	poleVector    x = z/u;  s += x·x
//
// Sums run in 16 lanes, eight vectors, which are stored for Go to add the tail and combine. Registers:
// R0 elements left, R1, R2, R3 → the arrays; V0–V7 lanes of u or s, V8–V15 of v, V16 o or x, V17 t, V18–V25 four
// vectors of each operand, V26–V29 of y.
//
// Cost: the divider, 4 to 14 cycles for two elements. Edges: n > 0, a multiple of 16.

#include "textflag.h"
#include "neon_arm64.h"

// Four vectors: d in V18–V21, z in V22–V25, lanes from V(u) and V(v) on.
#define SUMS(d, z, u, v) \
	FSUB2D(16, d, d)  \
	FSUB2D(17, d, d)  \
	FDIV2D(d, z, d)   \
	FMLA2D(d, z, u)   \
	FMLA2D(d, d, v)

#define LOADDZ \
	VLD1.P 64(R1), [V18.D2, V19.D2, V20.D2, V21.D2] \
	VLD1.P 64(R2), [V22.D2, V23.D2, V24.D2, V25.D2]

// func poleSumsNEON(n int, d, z *float64, o, t float64, u, v *[16]float64)
TEXT ·poleSumsNEON(SB), NOSPLIT, $0-56
	MOVD  n+0(FP), R0
	MOVD  d+8(FP), R1
	MOVD  z+16(FP), R2
	FMOVD o+24(FP), F16
	FMOVD t+32(FP), F17
	MOVD  u+40(FP), R4
	MOVD  v+48(FP), R5
	VDUP  V16.D[0], V16.D2
	VDUP  V17.D[0], V17.D2
	VEOR  V0.B16, V0.B16, V0.B16
	VEOR  V1.B16, V1.B16, V1.B16
	VEOR  V2.B16, V2.B16, V2.B16
	VEOR  V3.B16, V3.B16, V3.B16
	VEOR  V4.B16, V4.B16, V4.B16
	VEOR  V5.B16, V5.B16, V5.B16
	VEOR  V6.B16, V6.B16, V6.B16
	VEOR  V7.B16, V7.B16, V7.B16
	VEOR  V8.B16, V8.B16, V8.B16
	VEOR  V9.B16, V9.B16, V9.B16
	VEOR  V10.B16, V10.B16, V10.B16
	VEOR  V11.B16, V11.B16, V11.B16
	VEOR  V12.B16, V12.B16, V12.B16
	VEOR  V13.B16, V13.B16, V13.B16
	VEOR  V14.B16, V14.B16, V14.B16
	VEOR  V15.B16, V15.B16, V15.B16

loop:
	LOADDZ
	SUMS(18, 22, 0, 8)
	SUMS(19, 23, 1, 9)
	SUMS(20, 24, 2, 10)
	SUMS(21, 25, 3, 11)
	LOADDZ
	SUMS(18, 22, 4, 12)
	SUMS(19, 23, 5, 13)
	SUMS(20, 24, 6, 14)
	SUMS(21, 25, 7, 15)
	SUBS $16, R0, R0
	BNE  loop
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(R4)
	VST1   [V4.D2, V5.D2, V6.D2, V7.D2], (R4)
	VST1.P [V8.D2, V9.D2, V10.D2, V11.D2], 64(R5)
	VST1   [V12.D2, V13.D2, V14.D2, V15.D2], (R5)
	RET

#define PRODUCT(u, d, y) \
	FSUB2D(16, d, d)  \
	FDIV2D(d, u, d)   \
	FMUL2D(d, y, y)

#define PRODUCTS \
	VLD1.P 64(R2), [V18.D2, V19.D2, V20.D2, V21.D2] \
	VLD1.P 64(R1), [V22.D2, V23.D2, V24.D2, V25.D2] \
	VLD1   (R3), [V26.D2, V27.D2, V28.D2, V29.D2]   \
	PRODUCT(22, 18, 26)                             \
	PRODUCT(23, 19, 27)                             \
	PRODUCT(24, 20, 28)                             \
	PRODUCT(25, 21, 29)                             \
	VST1.P [V26.D2, V27.D2, V28.D2, V29.D2], 64(R3)

// func poleProductsNEON(n int, u, d *float64, x float64, y *float64)
TEXT ·poleProductsNEON(SB), NOSPLIT, $0-40
	MOVD  n+0(FP), R0
	MOVD  u+8(FP), R1
	MOVD  d+16(FP), R2
	FMOVD x+24(FP), F16
	MOVD  y+32(FP), R3
	VDUP  V16.D[0], V16.D2

loop:
	PRODUCTS
	PRODUCTS
	SUBS $16, R0, R0
	BNE  loop
	RET

#define VECTOR(z, u, s) \
	FDIV2D(u, z, u)   \
	FMLA2D(u, u, s)

#define LOADZU \
	VLD1.P 64(R1), [V22.D2, V23.D2, V24.D2, V25.D2] \
	VLD1.P 64(R2), [V18.D2, V19.D2, V20.D2, V21.D2]

#define STOREX \
	VST1.P [V18.D2, V19.D2, V20.D2, V21.D2], 64(R3)

// func poleVectorNEON(n int, z, u, x *float64, s *[16]float64)
TEXT ·poleVectorNEON(SB), NOSPLIT, $0-40
	MOVD n+0(FP), R0
	MOVD z+8(FP), R1
	MOVD u+16(FP), R2
	MOVD x+24(FP), R3
	MOVD s+32(FP), R4
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	VEOR V4.B16, V4.B16, V4.B16
	VEOR V5.B16, V5.B16, V5.B16
	VEOR V6.B16, V6.B16, V6.B16
	VEOR V7.B16, V7.B16, V7.B16

loop:
	LOADZU
	VECTOR(22, 18, 0)
	VECTOR(23, 19, 1)
	VECTOR(24, 20, 2)
	VECTOR(25, 21, 3)
	STOREX
	LOADZU
	VECTOR(22, 18, 4)
	VECTOR(23, 19, 5)
	VECTOR(24, 20, 6)
	VECTOR(25, 21, 7)
	STOREX
	SUBS $16, R0, R0
	BNE  loop
	VST1.P [V0.D2, V1.D2, V2.D2, V3.D2], 64(R4)
	VST1   [V4.D2, V5.D2, V6.D2, V7.D2], (R4)
	RET
