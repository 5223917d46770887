#include "textflag.h"

// Batches of dense products of order 16 in float64 and 32 in both types, AVX-512: one call computes count products
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]
//
// without gaps, sa, sb, sc bytes apart, in blocks of eight rows and two vectors.
//
// Registers
//
//	R8 SI DI      A, B, C        R9 R10 R11  sa, sb, sc        CX  products left        DX  lines of B left, of four
//	BX            rows left, of eight                          AX  the tileCall, then blocks of columns left        R15  mode of the call
//	R12 R13 R14   A, B and C of the product after the next, to be fetched
//	Z0 … Z3       B              Z4 … Z7     elements of A       Z12 Z13  alpha, beta        Z14  beta·C
//	Z16 … Z31     sums, row i in Z(16+2i), Z(17+2i)
//
// Half a line of B is 16 FMAs and, with its elements of A, ten loads: 8 cycles of two FMA pipes and 5 of two load ports, which leaves room to fetch three lines, all of A, B and C of a product to come
// at order 16 and half of that at 32. From the third level they would come too late without. Twelve rows, as the common tile has, would load less, but 16 and 32 are no multiples.
//
// Nothing outside the products is touched, but lines of products to come are fetched, which need not exist. The caller bounds a call to 50 µs.

#define ALPHA Z12
#define BETA Z13
#define TEMP Z14

#include "gemmdense_amd64.h"

// What a step does beside: fetch a line of each operand, or not.
#define FETCH(r, off) PREFETCHT0 off(r)
#define NONE(r, off)

#define ROW(a, t, b0, b1, s0, s1) \
	BCAST a, t    \
	FMA b0, t, s0 \
	FMA b1, t, s1

// Half a line of B, the l-th of four. A row of all operands is LINE bytes.
#define STEP(l, b0, b1, FETCH, off) \
	VMOVUPS (LINE*l)(SI), b0    \
	VMOVUPS (LINE*l+64)(SI), b1 \
	ROW((SIZE*l)(R8), Z4, b0, b1, Z16, Z17)        \
	ROW((SIZE*l+LINE)(R8), Z5, b0, b1, Z18, Z19)   \
	FETCH(R12, off) \
	ROW((SIZE*l+2*LINE)(R8), Z6, b0, b1, Z20, Z21) \
	ROW((SIZE*l+3*LINE)(R8), Z7, b0, b1, Z22, Z23) \
	FETCH(R13, off) \
	ROW((SIZE*l+4*LINE)(R8), Z4, b0, b1, Z24, Z25) \
	ROW((SIZE*l+5*LINE)(R8), Z5, b0, b1, Z26, Z27) \
	FETCH(R14, off) \
	ROW((SIZE*l+6*LINE)(R8), Z6, b0, b1, Z28, Z29) \
	ROW((SIZE*l+7*LINE)(R8), Z7, b0, b1, Z30, Z31)


#define CLEAR(a, b) \
	VPXORD a, a, a \
	VPXORD b, b, b

#define UPDATES(UPDATE) \
	UPDATE(Z16, 0(DI))           \
	UPDATE(Z17, 64(DI))          \
	UPDATE(Z18, LINE(DI))        \
	UPDATE(Z19, (LINE+64)(DI))   \
	UPDATE(Z20, (2*LINE)(DI))    \
	UPDATE(Z21, (2*LINE+64)(DI)) \
	UPDATE(Z22, (3*LINE)(DI))    \
	UPDATE(Z23, (3*LINE+64)(DI)) \
	UPDATE(Z24, (4*LINE)(DI))    \
	UPDATE(Z25, (4*LINE+64)(DI)) \
	UPDATE(Z26, (5*LINE)(DI))    \
	UPDATE(Z27, (5*LINE+64)(DI)) \
	UPDATE(Z28, (6*LINE)(DI))    \
	UPDATE(Z29, (6*LINE+64)(DI)) \
	UPDATE(Z30, (7*LINE)(DI))    \
	UPDATE(Z31, (7*LINE+64)(DI))

// ODD is FETCH where every step fetches, NONE where every second does.
#define PRODUCTS(ODD) \
	MOVL 56(AX), R15 \
product: \
	LEAQ (R8)(R9*2), R12   \
	LEAQ (SI)(R10*2), R13  \
	LEAQ (DI)(R11*2), R14  \
	MOVL $(LINE/SIZE/8), BX \
rows: \
	MOVL $(LINE/128), AX   \
columns: \
	CLEAR(Z16, Z17) \
	CLEAR(Z18, Z19) \
	CLEAR(Z20, Z21) \
	CLEAR(Z22, Z23) \
	CLEAR(Z24, Z25) \
	CLEAR(Z26, Z27) \
	CLEAR(Z28, Z29) \
	CLEAR(Z30, Z31) \
	MOVL $(LINE/SIZE/4), DX \
lines: \
	STEP(0, Z0, Z1, FETCH, 0)  \
	STEP(1, Z2, Z3, ODD, 128)  \
	STEP(2, Z0, Z1, FETCH, 64) \
	STEP(3, Z2, Z3, ODD, 192)  \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*LINE), SI \
	ADDQ $(4096*SIZE/LINE), R12 \
	ADDQ $(4096*SIZE/LINE), R13 \
	ADDQ $(4096*SIZE/LINE), R14 \
	DECQ DX             \
	JNZ  lines          \
	CMPL R15, $1        \
	JEQ  mix            \
	JLT  scale          \
	CMPL R15, $2        \
	JEQ  put            \
	UPDATES(ADD1)       \
	JMP  next           \
scale: \
	UPDATES(SCALE1)     \
	JMP  next           \
put: \
	UPDATES(PUT1)       \
	JMP  next           \
mix: \
	UPDATES(MIX1)       \
next: \
	SUBQ $LINE, R8      \
	SUBQ $(LINE*LINE/SIZE-128), SI \
	ADDQ $128, DI       \
	DECQ AX             \
	JNZ  columns        \
	ADDQ $(8*LINE), R8  \
	SUBQ $LINE, SI      \
	ADDQ $(7*LINE), DI  \
	DECQ BX             \
	JNZ  rows           \
	SUBQ $(LINE*LINE/SIZE), R8 \
	ADDQ R9, R8         \
	ADDQ R10, SI        \
	SUBQ $(LINE*LINE/SIZE), DI \
	ADDQ R11, DI        \
	DECQ CX             \
	JNZ  product        \
	VZEROUPPER          \
	RET

#define FMA VFMADD231PS
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define BCAST VBROADCASTSS
#define SIZE 4
#define LINE 128

// func gemmThirtyTwo32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmThirtyTwo32AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSS 40(AX), Z12
	VBROADCASTSS 48(AX), Z13
	PRODUCTS(NONE)

#undef FMA
#undef FMA213
#undef MUL
#undef BCAST
#undef SIZE
#define FMA VFMADD231PD
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define BCAST VBROADCASTSD
#define SIZE 8

// func gemmSixteen64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmSixteen64AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSD 40(AX), Z12
	VBROADCASTSD 48(AX), Z13
	PRODUCTS(FETCH)

#undef LINE
#define LINE 256

// func gemmThirtyTwo64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmThirtyTwo64AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSD 40(AX), Z12
	VBROADCASTSD 48(AX), Z13
	PRODUCTS(NONE)
