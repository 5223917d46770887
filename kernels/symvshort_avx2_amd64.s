// Lower triangle of a symmetric matrix of few columns times vector, AVX2 and FMA3: n elements of at most 256 bytes together.
//
// Every lane of a row has at most one product, and v_j takes s_j before its products from the rows below: so all sums come first, then the rest of v,
// which stays in registers. A is read twice, from the first-level cache.
//
//	s_i = Σ_{j≤i} a_ij·x_j in lane order      v_j = +0 + s_j, then v_j = fma(a_ij, x_i, v_j), i = j+1 … n−1
//
//	Y0–Y7  products of a row, or v      Y8  x_i      Y12  mask of a row's last vector      Y9, Y10  a, x under it      Y15  +0
//	R8  row      R12  bytes of a row      R13  rows left      SI  x, R10  x_i      DI  v, R11  v_i      R9  bytes of n
//	BX  bytes of the row that are taken       AX  tailMask, shifted by that
//
// Ports: two loads and two multiplications for 32 bytes of A; for each row's last vector and its sum some 30 operations more.
//
// (The upper triangle so, rows beginning anywhere: 1.0 to 1.2 of the speed of pairs of rows, see docs/experiments.md.)
//
// Edges: n ≥ 1. Nothing outside the triangle is read (masked loads do not fault). Dead lanes of a product are +0·(+0). To v they add +0, which changes −0 only, before a
// lane's first live product: it is +0 + s_j then, and not −0. For that reason a sum needs no lanes that start at +0. The elements of v behind the last, in its
// last vector, may become anything.

#include "textflag.h"
#include "ps_amd64.h"

#define ZERO(ACC) VXORPS ACC, ACC, ACC
#define ZERO4(A, B, C, D) \
	ZERO(A) \
	ZERO(B) \
	ZERO(C) \
	ZERO(D)

// A product of the sum: whole, or under the mask Y12.
#define PROD(OFF, ACC) \
	LOADU OFF(SI), ACC    \
	MUL OFF(R8), ACC, ACC
#define PRODM(OFF, ACC) \
	MASKMOV OFF(R8), Y12, Y9  \
	MASKMOV OFF(SI), Y12, Y10 \
	MUL Y10, Y9, ACC
// One of v.
#define STEP(OFF, ACC) FMADD231 OFF(R8), Y8, ACC
#define STEPM(OFF, ACC) \
	MASKMOV OFF(R8), Y12, Y9 \
	VANDPS Y12, Y8, Y10      \
	FMADD231 Y10, Y9, ACC

// The vectors of a row that ends at BX: whole ones, then one under the mask.
#define UNTIL(OFF, ACC, WHOLE, LAST) \
	CMPQ BX, $(OFF+32) \
	JLT  LAST          \
	WHOLE(OFF, ACC)
#define LASTOF(OFF, ACC, MASKED, DONE) \
	CMPQ BX, $OFF          \
	JLE  DONE              \
	VMOVUPS OFF(AX), Y12   \
	MASKED(OFF, ACC)       \
	JMP  DONE
#define ROW(WHOLE, MASKED, DONE, l0, l1, l2, l3, l4, l5, l6, l7) \
	UNTIL(0, Y0, WHOLE, l0) \
	UNTIL(32, Y1, WHOLE, l1) \
	UNTIL(64, Y2, WHOLE, l2) \
	UNTIL(96, Y3, WHOLE, l3) \
	UNTIL(128, Y4, WHOLE, l4) \
	UNTIL(160, Y5, WHOLE, l5) \
	UNTIL(192, Y6, WHOLE, l6) \
	UNTIL(224, Y7, WHOLE, l7) \
	JMP  DONE \
l7: \
	LASTOF(224, Y7, MASKED, DONE) \
l6: \
	LASTOF(192, Y6, MASKED, DONE) \
l5: \
	LASTOF(160, Y5, MASKED, DONE) \
l4: \
	LASTOF(128, Y4, MASKED, DONE) \
l3: \
	LASTOF(96, Y3, MASKED, DONE) \
l2: \
	LASTOF(64, Y2, MASKED, DONE) \
l1: \
	LASTOF(32, Y1, MASKED, DONE) \
l0: \
	LASTOF(0, Y0, MASKED, DONE)

// All vectors of v.
#define EVERY(OP, DONE) \
	OP(0, Y0) \
	CMPQ R9, $32 \
	JLE  DONE \
	OP(32, Y1) \
	CMPQ R9, $64 \
	JLE  DONE \
	OP(64, Y2) \
	CMPQ R9, $96 \
	JLE  DONE \
	OP(96, Y3) \
	CMPQ R9, $128 \
	JLE  DONE \
	OP(128, Y4) \
	CMPQ R9, $160 \
	JLE  DONE \
	OP(160, Y5) \
	CMPQ R9, $192 \
	JLE  DONE \
	OP(192, Y6) \
	CMPQ R9, $224 \
	JLE  DONE \
	OP(224, Y7)
#define LOADV(OFF, ACC)  LOADU OFF(DI), ACC
#define STOREV(OFF, ACC) LOADU ACC, OFF(DI)

// Row i ends with its diagonal for the sums, and before it for v.
#define LOWER \
	MOVQ n+0(FP), R13    \
	MOVQ a+8(FP), R8     \
	MOVQ lda+16(FP), R12 \
	MOVQ x+24(FP), SI    \
	MOVQ v+32(FP), DI    \
	SHLQ $ELOG, R12      \
	MOVQ R13, R9         \
	SHLQ $ELOG, R9       \
	ZERO(Y15) \
	MOVQ DI, R11           \
	MOVL $EBYTES, BX       \
	LEAQ ·tailMask+(256-EBYTES)(SB), AX \
sumRow:                        \
	ZERO4(Y0, Y1, Y2, Y3)  \
	CMPQ R9, $128          \
	JLE  products          \
	ZERO4(Y4, Y5, Y6, Y7)  \
products:                      \
	ROW(PROD, PRODM, sum, s0, s1, s2, s3, s4, s5, s6, s7) \
sum:                           \
	CMPQ R9, $128          \
	JLE  half              \
	ADD Y4, Y0, Y0         \
	ADD Y5, Y1, Y1         \
	ADD Y6, Y2, Y2         \
	ADD Y7, Y3, Y3         \
half:                          \
	ADD Y2, Y0, Y0         \
	ADD Y3, Y1, Y1         \
	ADD Y1, Y0, Y0         \
	VEXTRACTF128 $1, Y0, X1 \
	ADD X1, X0, X0         \
	FOLDFOUR               \
	FOLDPAIR               \
	ADD X15, X0, X0        \
	LOADS X0, (R11)        \
	ADDQ $EBYTES, R11      \
	ADDQ $EBYTES, BX       \
	SUBQ $EBYTES, AX       \
	ADDQ R12, R8           \
	DECQ R13               \
	JNZ  sumRow            \
	MOVQ n+0(FP), R13      \
	DECQ R13               \
	JZ   done              \
	EVERY(LOADV, loaded)   \
loaded:                        \
	MOVQ a+8(FP), R8       \
	ADDQ R12, R8           \
	MOVQ SI, R10           \
	MOVL $EBYTES, BX       \
	LEAQ ·tailMask+(256-EBYTES)(SB), AX \
row:                           \
	ADDQ $EBYTES, R10      \
	BCAST (R10), Y8        \
	ROW(STEP, STEPM, next, v0, v1, v2, v3, v4, v5, v6, v7) \
next:                          \
	ADDQ $EBYTES, BX       \
	SUBQ $EBYTES, AX       \
	ADDQ R12, R8           \
	DECQ R13               \
	JNZ  row               \
	EVERY(STOREV, done)    \
done:                          \
	VZEROUPPER             \
	RET

// func symvShortLowerAVX2F32(n int, a *float32, lda int, x, v *float32)
TEXT ·symvShortLowerAVX2F32(SB), NOSPLIT, $0-40
	LOWER

#include "pd_amd64.h"

// func symvShortLowerAVX2F64(n int, a *float64, lda int, x, v *float64)
TEXT ·symvShortLowerAVX2F64(SB), NOSPLIT, $0-40
	LOWER

