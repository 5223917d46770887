#include "textflag.h"

// Batches of float32 products of 16 rows and 16 columns, AVX-512: one call computes count products
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]
//
// sa, sb, sc bytes apart, of an even number of l, rows of A contiguous.
//
// Registers
//
//	R8 R9 R10 R13  A rows 0, 4, 8, 12     R11 R12  ra, 3·ra       SI DX  B, rb       DI BX  C, rc       CX  counter, then 3·rc
//	AX             the tileCall, then bytes from B to what is fetched                R14 R15  A and C to be fetched
//	Z0 Z1          two lines of B         Z2 Z3  alpha, beta      Z4 … Z13  elements of A, then beta·C     Z16 … Z31  sums
//
// Where every FMA loads its element of A, two l are 34 loads, 17 cycles of two load ports, for 32 FMAs, and with C's and those that fetch it is more than the FMAs take with alpha and beta, 144 cycles
// at order 16. So half of the rows load two elements at once and spread each within its pair of lanes: 26 loads and 16 permutations that Zen 5 has pipes for besides. That leaves room to fetch
// A, B and C of the next product, without which those from the third level wait for 24 cycles more: measured 156 there, and 185 for a load each.
//
// Nothing outside the products is touched, but lines of the next product are fetched, which need not exist. The caller bounds a call to 50 µs.

#define A0(off) off(R8)
#define A1(off) off(R8)(R11*1)
#define A2(off) off(R8)(R11*2)
#define A3(off) off(R8)(R12*1)
#define A4(off) off(R9)
#define A5(off) off(R9)(R11*1)
#define A6(off) off(R9)(R11*2)
#define A7(off) off(R9)(R12*1)
#define A8(off) off(R10)
#define A9(off) off(R10)(R11*1)
#define A10(off) off(R10)(R11*2)
#define A11(off) off(R10)(R12*1)
#define A12(off) off(R13)
#define A13(off) off(R13)(R11*1)
#define A14(off) off(R13)(R11*2)
#define A15(off) off(R13)(R12*1)

// Two l of a row, by a load for each and by one for both.
#define EACH(A, s) \
	VFMADD231PS.BCST A(0), Z0, s \
	VFMADD231PS.BCST A(4), Z1, s
#define BOTH(A, t, u, s) \
	VBROADCASTSD A(0), t  \
	VMOVSLDUP t, u        \
	VMOVSHDUP t, t        \
	VFMADD231PS u, Z0, s  \
	VFMADD231PS t, Z1, s

#define STEPS \
	VMOVUPS (SI), Z0       \
	PREFETCHT0 (SI)(AX*1)  \
	ADDQ DX, SI            \
	VMOVUPS (SI), Z1       \
	PREFETCHT0 (SI)(AX*1)  \
	ADDQ DX, SI            \
	BOTH(A8, Z4, Z5, Z24)  \
	EACH(A0, Z16)          \
	PREFETCHT0 (R14)       \
	BOTH(A9, Z6, Z7, Z25)  \
	EACH(A1, Z17)          \
	PREFETCHT0 (R14)(R11*1) \
	BOTH(A10, Z8, Z9, Z26) \
	EACH(A2, Z18)          \
	PREFETCHT0 (R15)       \
	BOTH(A11, Z10, Z11, Z27) \
	EACH(A3, Z19)          \
	PREFETCHT0 (R15)(BX*1) \
	BOTH(A12, Z12, Z13, Z28) \
	EACH(A4, Z20)          \
	BOTH(A13, Z4, Z5, Z29) \
	EACH(A5, Z21)          \
	BOTH(A14, Z6, Z7, Z30) \
	EACH(A6, Z22)          \
	BOTH(A15, Z8, Z9, Z31) \
	EACH(A7, Z23)          \
	ADDQ $8, R8            \
	ADDQ $8, R9            \
	ADDQ $8, R10           \
	ADDQ $8, R13           \
	LEAQ (R14)(R11*2), R14 \
	LEAQ (R15)(BX*2), R15

#define CLEAR4(s0, s1, s2, s3) \
	VPXORD s0, s0, s0 \
	VPXORD s1, s1, s1 \
	VPXORD s2, s2, s2 \
	VPXORD s3, s3, s3

// Four rows of C.
#define PUT(s, m) VMOVUPS s, m
#define SCALE(s, m) VMULPS Z2, s, s; PUT(s, m)
#define ADD(s, m) VFMADD213PS m, Z2, s; PUT(s, m)
#define MIX(s, m) VMULPS m, Z3, Z4; VFMADD213PS Z4, Z2, s; PUT(s, m)
#define FOUR(UPDATE, s0, s1, s2, s3) \
	UPDATE(s0, (DI))       \
	UPDATE(s1, (DI)(BX*1)) \
	UPDATE(s2, (DI)(BX*2)) \
	UPDATE(s3, (DI)(CX*1)) \
	LEAQ (DI)(BX*4), DI
#define UPDATES(UPDATE) \
	FOUR(UPDATE, Z16, Z17, Z18, Z19) \
	FOUR(UPDATE, Z20, Z21, Z22, Z23) \
	FOUR(UPDATE, Z24, Z25, Z26, Z27) \
	FOUR(UPDATE, Z28, Z29, Z30, Z31)

// func gemmSixteen32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmSixteen32AVX512(SB), NOSPLIT, $0-64
	MOVQ t+0(FP), AX
	MOVQ a+8(FP), R8
	MOVQ b+16(FP), SI
	MOVQ c+24(FP), DI
	MOVQ 0(AX), R11
	MOVQ 16(AX), DX
	MOVQ 24(AX), BX
	LEAQ (R11)(R11*2), R12
	LEAQ (R8)(R11*4), R9
	LEAQ (R8)(R11*8), R10
	LEAQ (R9)(R11*8), R13
	VBROADCASTSS 40(AX), Z2
	VBROADCASTSS 48(AX), Z3

product:
	CLEAR4(Z16, Z17, Z18, Z19)
	CLEAR4(Z20, Z21, Z22, Z23)
	CLEAR4(Z24, Z25, Z26, Z27)
	CLEAR4(Z28, Z29, Z30, Z31)
	MOVQ 32(AX), CX
	MOVQ sa+32(FP), R14
	ADDQ R8, R14
	MOVQ sb+40(FP), AX
	MOVQ sc+48(FP), R15
	ADDQ DI, R15

steps:
	STEPS
	SUBQ $2, CX
	JNZ  steps
	MOVQ t+0(FP), AX
	LEAQ (BX)(BX*2), CX
	CMPL 56(AX), $1
	JEQ  mix
	JLT  scale
	CMPL 56(AX), $2
	JEQ  put
	UPDATES(ADD)
	JMP  next

scale:
	UPDATES(SCALE)
	JMP  next

put:
	UPDATES(PUT)
	JMP  next

mix:
	UPDATES(MIX)

next:
	MOVQ  32(AX), R14
	MOVQ  sa+32(FP), CX
	LEAQ  (R14*4), R15
	SUBQ  R15, CX
	ADDQ  CX, R8
	ADDQ  CX, R9
	ADDQ  CX, R10
	ADDQ  CX, R13
	IMULQ DX, R14
	SUBQ  R14, SI
	ADDQ  sb+40(FP), SI
	MOVQ  BX, CX
	SHLQ  $4, CX
	SUBQ  CX, DI
	ADDQ  sc+48(FP), DI
	DECQ  count+56(FP)
	JNZ   product
	VZEROUPPER
	RET
