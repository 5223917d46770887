// A block of a product of up to six rows, added to sums in memory, AVX-512.
//
//	S[i, j] = fma(A[i, l], B[l, j], S[i, j]), l ascending     rows 1…6, any number of columns
//
// For a B that comes from beyond the second-level cache: four rows of it are read as long streams, which is what the prefetchers want. All of A that meets them is in registers, and the sums
// come from the first level and go there.
//
//	R8 R9       A rows 0, 4 at step l            R11 R12 R13  ra, 3·ra, ca
//	SI DX R15   B, rb, 3·rb                      DI AX        sums of rows 0, 4      BX R14  rc, 3·rc
//	CX R10      columns and steps left           K1           elements of the last vector
//	Z0–Z5       sums                             Z6 Z7        B                      Z8–Z31  A[i, l+s] in Z(8+4i+s)
//
// Ports: of six rows 24 FMA, 10 loads and 6 stores a vector, 12 cycles of two FMA pipes for 256 bytes of B: 21 a cycle of the 25 to 31 that Zen 5 reads from its third
// level. Of two rows 8 FMA, 6 loads, 2 stores: the stream of B bounds it. The chain of a vector is four FMA between a load and a store of a sum; vectors overlap.
//
// Edges: rows, cols, k ≥ 1. A and B are read within the operands only (the last vector under a mask), of S whole vectors are read and written. Steps that four do not divide go
// one by one.

#include "textflag.h"

#define A0 (R8)
#define A1 (R8)(R11*1)
#define A2 (R8)(R11*2)
#define A3 (R8)(R12*1)
#define A4 (R9)
#define A5 (R9)(R11*1)
#define S0 (DI)
#define S1 (DI)(BX*1)
#define S2 (DI)(BX*2)
#define S3 (DI)(R14*1)
#define S4 (AX)
#define S5 (AX)(BX*1)
#define B0 (SI)
#define B1 (SI)(DX*1)
#define B2 (SI)(DX*2)
#define B3 (SI)(R15*1)

// A moves on by a step; B and the sums go back to the first column with each pass.
#define NEXTA \
	ADDQ R13, R8 \
	ADDQ R13, R9

#define LOAD(b, v) LOADU b, v
#define LOADM(b, v) LOADU.Z b, K1, v

// XS_M: step s of rows 0 … m−1 of A; GET_M, PUT_M: their sums; FMAS_M: their products with row s of B.
#define X0_1 BCAST A0, Z8
#define X0_2 X0_1; BCAST A1, Z12
#define X0_3 X0_2; BCAST A2, Z16
#define X0_4 X0_3; BCAST A3, Z20
#define X0_5 X0_4; BCAST A4, Z24
#define X0_6 X0_5; BCAST A5, Z28
#define X1_1 BCAST A0, Z9
#define X1_2 X1_1; BCAST A1, Z13
#define X1_3 X1_2; BCAST A2, Z17
#define X1_4 X1_3; BCAST A3, Z21
#define X1_5 X1_4; BCAST A4, Z25
#define X1_6 X1_5; BCAST A5, Z29
#define X2_1 BCAST A0, Z10
#define X2_2 X2_1; BCAST A1, Z14
#define X2_3 X2_2; BCAST A2, Z18
#define X2_4 X2_3; BCAST A3, Z22
#define X2_5 X2_4; BCAST A4, Z26
#define X2_6 X2_5; BCAST A5, Z30
#define X3_1 BCAST A0, Z11
#define X3_2 X3_1; BCAST A1, Z15
#define X3_3 X3_2; BCAST A2, Z19
#define X3_4 X3_3; BCAST A3, Z23
#define X3_5 X3_4; BCAST A4, Z27
#define X3_6 X3_5; BCAST A5, Z31
#define GET_1 LOADU S0, Z0
#define GET_2 GET_1; LOADU S1, Z1
#define GET_3 GET_2; LOADU S2, Z2
#define GET_4 GET_3; LOADU S3, Z3
#define GET_5 GET_4; LOADU S4, Z4
#define GET_6 GET_5; LOADU S5, Z5
#define PUT_1 LOADU Z0, S0
#define PUT_2 PUT_1; LOADU Z1, S1
#define PUT_3 PUT_2; LOADU Z2, S2
#define PUT_4 PUT_3; LOADU Z3, S3
#define PUT_5 PUT_4; LOADU Z4, S4
#define PUT_6 PUT_5; LOADU Z5, S5
#define FMA0_1 FMADD231 Z6, Z8, Z0
#define FMA0_2 FMA0_1; FMADD231 Z6, Z12, Z1
#define FMA0_3 FMA0_2; FMADD231 Z6, Z16, Z2
#define FMA0_4 FMA0_3; FMADD231 Z6, Z20, Z3
#define FMA0_5 FMA0_4; FMADD231 Z6, Z24, Z4
#define FMA0_6 FMA0_5; FMADD231 Z6, Z28, Z5
#define FMA1_1 FMADD231 Z7, Z9, Z0
#define FMA1_2 FMA1_1; FMADD231 Z7, Z13, Z1
#define FMA1_3 FMA1_2; FMADD231 Z7, Z17, Z2
#define FMA1_4 FMA1_3; FMADD231 Z7, Z21, Z3
#define FMA1_5 FMA1_4; FMADD231 Z7, Z25, Z4
#define FMA1_6 FMA1_5; FMADD231 Z7, Z29, Z5
#define FMA2_1 FMADD231 Z6, Z10, Z0
#define FMA2_2 FMA2_1; FMADD231 Z6, Z14, Z1
#define FMA2_3 FMA2_2; FMADD231 Z6, Z18, Z2
#define FMA2_4 FMA2_3; FMADD231 Z6, Z22, Z3
#define FMA2_5 FMA2_4; FMADD231 Z6, Z26, Z4
#define FMA2_6 FMA2_5; FMADD231 Z6, Z30, Z5
#define FMA3_1 FMADD231 Z7, Z11, Z0
#define FMA3_2 FMA3_1; FMADD231 Z7, Z15, Z1
#define FMA3_3 FMA3_2; FMADD231 Z7, Z19, Z2
#define FMA3_4 FMA3_3; FMADD231 Z7, Z23, Z3
#define FMA3_5 FMA3_4; FMADD231 Z7, Z27, Z4
#define FMA3_6 FMA3_5; FMADD231 Z7, Z31, Z5

#define FOUR(LOAD, GET, FMA0, FMA1, FMA2, FMA3, PUT) \
	GET          \
	LOAD(B0, Z6) \
	FMA0         \
	LOAD(B1, Z7) \
	FMA1         \
	LOAD(B2, Z6) \
	FMA2         \
	LOAD(B3, Z7) \
	FMA3         \
	PUT

#define ONE(LOAD, GET, FMA, PUT) \
	GET          \
	LOAD(B0, Z6) \
	FMA          \
	PUT

// One pass over the columns, the last of them masked.
#define PASS(WHOLE, LAST, loop, last, out) \
	MOVQ sums+24(FP), DI  \
	MOVQ b+16(FP), SI     \
	LEAQ (DI)(BX*4), AX   \
	MOVQ cols+40(FP), CX  \
	SUBQ $(64/EBYTES), CX \
	JLT  last             \
loop: \
	WHOLE                 \
	ADDQ $64, SI          \
	ADDQ $64, DI          \
	ADDQ $64, AX          \
	SUBQ $(64/EBYTES), CX \
	JGE  loop             \
last: \
	ADDQ $(64/EBYTES), CX \
	JZ   out              \
	LAST                  \
out:

// All steps for one height: four at a time, then one.
#define HEIGHT(X0, X1, X2, X3, GET, FMA0, FMA1, FMA2, FMA3, PUT, four, l4, t4, o4, rest, one, l1, t1, o1) \
	SUBQ $4, R10 \
	JLT  rest    \
four: \
	X0; NEXTA; X1; NEXTA; X2; NEXTA; X3; NEXTA \
	PASS(FOUR(LOAD, GET, FMA0, FMA1, FMA2, FMA3, PUT), FOUR(LOADM, GET, FMA0, FMA1, FMA2, FMA3, PUT), l4, t4, o4) \
	LEAQ (DX*4), CX \
	ADDQ CX, b+16(FP) \
	SUBQ $4, R10 \
	JGE  four    \
rest: \
	ADDQ $4, R10 \
	JZ   done    \
one: \
	X0; NEXTA    \
	PASS(ONE(LOAD, GET, FMA0, PUT), ONE(LOADM, GET, FMA0, PUT), l1, t1, o1) \
	ADDQ DX, b+16(FP) \
	DECQ R10     \
	JNZ  one     \
	JMP  done

// The function: arguments, mask, then all steps for the height.
#define BODY \
	MOVQ t+0(FP), AX \
	MOVQ a+8(FP), R8 \
	MOVQ cols+40(FP), CX \
	MOVQ 0(AX), R11 \
	MOVQ 8(AX), R13 \
	MOVQ 16(AX), DX \
	MOVQ 24(AX), BX \
	MOVQ 32(AX), R10 \
	ANDQ $(64/EBYTES-1), CX \
	MOVQ $-1, AX \
	BZHIQ CX, AX, AX \
	KMOVW AX, K1 \
	LEAQ (R11)(R11*2), R12 \
	LEAQ (R8)(R11*4), R9 \
	LEAQ (DX)(DX*2), R15 \
	LEAQ (BX)(BX*2), R14 \
	MOVQ rows+32(FP), CX \
	CMPQ CX, $4 \
	JGT  high \
	JEQ  rows4 \
	CMPQ CX, $2 \
	JGT  rows3 \
	JEQ  rows2 \
	JMP  rows1 \
high: \
	CMPQ CX, $6 \
	JLT  rows5 \
rows6: \
	HEIGHT(X0_6, X1_6, X2_6, X3_6, GET_6, FMA0_6, FMA1_6, FMA2_6, FMA3_6, PUT_6, four6, loop4_6, last4_6, out4_6, rest6, one6, loop1_6, last1_6, out1_6) \
rows5: \
	HEIGHT(X0_5, X1_5, X2_5, X3_5, GET_5, FMA0_5, FMA1_5, FMA2_5, FMA3_5, PUT_5, four5, loop4_5, last4_5, out4_5, rest5, one5, loop1_5, last1_5, out1_5) \
rows4: \
	HEIGHT(X0_4, X1_4, X2_4, X3_4, GET_4, FMA0_4, FMA1_4, FMA2_4, FMA3_4, PUT_4, four4, loop4_4, last4_4, out4_4, rest4, one4, loop1_4, last1_4, out1_4) \
rows3: \
	HEIGHT(X0_3, X1_3, X2_3, X3_3, GET_3, FMA0_3, FMA1_3, FMA2_3, FMA3_3, PUT_3, four3, loop4_3, last4_3, out4_3, rest3, one3, loop1_3, last1_3, out1_3) \
rows2: \
	HEIGHT(X0_2, X1_2, X2_2, X3_2, GET_2, FMA0_2, FMA1_2, FMA2_2, FMA3_2, PUT_2, four2, loop4_2, last4_2, out4_2, rest2, one2, loop1_2, last1_2, out1_2) \
rows1: \
	HEIGHT(X0_1, X1_1, X2_1, X3_1, GET_1, FMA0_1, FMA1_1, FMA2_1, FMA3_1, PUT_1, four1, loop4_1, last4_1, out4_1, rest1, one1, loop1_1, last1_1, out1_1) \
done: \
	VZEROUPPER \
	RET

#include "ps_amd64.h"

// func gemmSums32AVX512(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)
TEXT ·gemmSums32AVX512(SB), NOSPLIT, $0-48
	BODY

#include "pd_amd64.h"

// func gemmSums64AVX512(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)
TEXT ·gemmSums64AVX512(SB), NOSPLIT, $0-48
	BODY
