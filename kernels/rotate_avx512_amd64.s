// The rotation wave, AVX-512, float64 and float32.
//
// Formula, for one element x of row i and y below it, γ and σ of one rotation:
//
//	t = σ·y;  u = σ·x;  x = γ·x + t (fused);  y = γ·y − u (fused)
//
// Five functions for each type. WAVE: four sequences at once. In step t, sequence q rotates
// rows t−q and t−q+1, so five rows live in registers: row t+1 is loaded, row t−3 is finished and
// stored, and the names move on by one row; five steps are written out. If ends says so, the corner of the six rotations
// before step 3 comes first and that of the six behind the last step at the end, on the four rows in registers. SWEEP: one sequence, the
// row between two rotations stays in registers; two steps are written out. Each comes
// with a full panel of four vectors of columns and, with the suffix Tail, with one vector of which the
// first cols columns are touched (opmask). WAVE has two vectors, too: Pair, rotatepair_avx512_amd64.h.
//
// Arguments. WAVE: a is row t−3 of the first step, c and s point at [0][t]; sequence q of a step reads
// c[q][t−q], which is q·(ldr−1) elements further; ends is 0 to 3: 1 the first call of the columns, 2 the last (rotate_wave.go). SWEEP: a is row i, c and s point at [i].
// lda and ldr in elements. steps ≥ 1, every row of the range exists; nothing else is touched.
//
// Registers: row r, vector v: Z(4r+v). Z20 γ, Z21 σ. Z22–Z25 t, Z26–Z29 u. K1 columns of a tail.
// AX steps left, DI row to load, R11 row length, R10 −4 rows, CX and DX → γ and σ, R8 = (ldr−1)
// elements, R9 = 3·R8, all in bytes.
//
// Cost: 16 multiplications or FMAs per rotation and panel, 64 per step at two a cycle = 32 cycles, with
// 4 loads, 4 stores and 8 broadcasts beside them. The longest chain is 8 cycles a step: a tail
// of one vector could run at the same rate per vector, and reaches four fifths of it. One call is at most rotateSteps steps.

#include "textflag.h"

#define ROT4(ca, sa, x0, x1, x2, x3, y0, y1, y2, y3) \
	BCAST ca, Z20      \
	BCAST sa, Z21      \
	MUL   y0, Z21, Z22 \
	MUL   y1, Z21, Z23 \
	MUL   y2, Z21, Z24 \
	MUL   y3, Z21, Z25 \
	MUL   x0, Z21, Z26 \
	MUL   x1, Z21, Z27 \
	MUL   x2, Z21, Z28 \
	MUL   x3, Z21, Z29 \
	FMA   Z22, Z20, x0 \
	FMA   Z23, Z20, x1 \
	FMA   Z24, Z20, x2 \
	FMA   Z25, Z20, x3 \
	FMS   Z26, Z20, y0 \
	FMS   Z27, Z20, y1 \
	FMS   Z28, Z20, y2 \
	FMS   Z29, Z20, y3

#define ROT1(ca, sa, x, y) \
	BCAST ca, Z20     \
	BCAST sa, Z21     \
	MUL   y, Z21, Z22 \
	MUL   x, Z21, Z26 \
	FMA   Z22, Z20, x \
	FMS   Z26, Z20, y

#define LOAD4(p, r0, r1, r2, r3) \
	MOVU (p), r0    \
	MOVU 64(p), r1  \
	MOVU 128(p), r2 \
	MOVU 192(p), r3

#define STORE4(p, r0, r1, r2, r3) \
	MOVU r0, (p)    \
	MOVU r1, 64(p)  \
	MOVU r2, 128(p) \
	MOVU r3, 192(p)

// One step of WAVE: rows a, b, c, d in registers, e loaded, a stored.
#define STEP4(a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3, e0, e1, e2, e3) \
	LOAD4(DI, e0, e1, e2, e3)                                                \
	ROT4((CX), (DX), d0, d1, d2, d3, e0, e1, e2, e3)                         \
	ROT4((CX)(R8*1), (DX)(R8*1), c0, c1, c2, c3, d0, d1, d2, d3)             \
	ROT4((CX)(R8*2), (DX)(R8*2), b0, b1, b2, b3, c0, c1, c2, c3)             \
	ROT4((CX)(R9*1), (DX)(R9*1), a0, a1, a2, a3, b0, b1, b2, b3)             \
	LEAQ (DI)(R10*1), BX                                                     \
	STORE4(BX, a0, a1, a2, a3)                                               \
	ADDQ R11, DI                                                             \
	ADDQ $SIZE, CX                                                           \
	ADDQ $SIZE, DX                                                           \
	DECQ AX

#define STEP1(a, b, c, d, e) \
	MASKLOAD((DI), e)                     \
	ROT1((CX), (DX), d, e)                \
	ROT1((CX)(R8*1), (DX)(R8*1), c, d)    \
	ROT1((CX)(R8*2), (DX)(R8*2), b, c)    \
	ROT1((CX)(R9*1), (DX)(R9*1), a, b)    \
	MASKSTORE(a, (DI)(R10*1))             \
	ADDQ R11, DI                          \
	ADDQ $SIZE, CX                        \
	ADDQ $SIZE, DX                        \
	DECQ AX

// The four rows in flight go back to DI−4 … DI−1 rows.
#define DRAIN4(a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3) \
	ADDQ R10, DI              \
	STORE4(DI, a0, a1, a2, a3) \
	ADDQ R11, DI              \
	STORE4(DI, b0, b1, b2, b3) \
	ADDQ R11, DI              \
	STORE4(DI, c0, c1, c2, c3) \
	ADDQ R11, DI              \
	STORE4(DI, d0, d1, d2, d3) \
	VZEROUPPER                \
	RET

#define DRAIN1(a, b, c, d) \
	ADDQ R10, DI       \
	MASKSTORE(a, (DI)) \
	ADDQ R11, DI       \
	MASKSTORE(b, (DI)) \
	ADDQ R11, DI       \
	MASKSTORE(c, (DI)) \
	ADDQ R11, DI       \
	MASKSTORE(d, (DI)) \
	VZEROUPPER         \
	RET

#define STRIDES \
	SHLQ $SHIFT, R11       \
	MOVQ R11, R10          \
	SHLQ $2, R10           \
	NEGQ R10               \
	DECQ R8                \
	SHLQ $SHIFT, R8        \
	LEAQ (R8)(R8*2), R9

#define MASK \
	MOVQ  $-1, R12      \
	BZHIQ BX, R12, R12  \
	KMOVW R12, K1

#define MASKLOAD(m, r) MOVU.Z m, K1, r
#define MASKSTORE(r, m) MOVU r, K1, m

// The corner before a wave: rotations of sequences 0 … 2 on rows a … d, which step 3 meets next.
#define HEAD4 \
	ROT4((-3*SIZE)(CX), (-3*SIZE)(DX), Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	ROT4((-2*SIZE)(CX), (-2*SIZE)(DX), Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11) \
	ROT4((-2*SIZE)(CX)(R8*1), (-2*SIZE)(DX)(R8*1), Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	ROT4((-1*SIZE)(CX), (-1*SIZE)(DX), Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15) \
	ROT4((-1*SIZE)(CX)(R8*1), (-1*SIZE)(DX)(R8*1), Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11) \
	ROT4((-1*SIZE)(CX)(R8*2), (-1*SIZE)(DX)(R8*2), Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)

// The corner behind it: sequences 1 … 3 on the last four rows.
#define LAST4 \
	ROT4((CX)(R8*1), (DX)(R8*1), Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15) \
	ROT4((CX)(R8*2), (DX)(R8*2), Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11) \
	ROT4((CX)(R9*1), (DX)(R9*1), Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	ROT4((1*SIZE)(CX)(R8*2), (1*SIZE)(DX)(R8*2), Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15) \
	ROT4((1*SIZE)(CX)(R9*1), (1*SIZE)(DX)(R9*1), Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11) \
	ROT4((2*SIZE)(CX)(R9*1), (2*SIZE)(DX)(R9*1), Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)

// Names move on by one row.
#define PASS4 \
	VMOVAPD Z0, Z22 \
	VMOVAPD Z1, Z23 \
	VMOVAPD Z2, Z24 \
	VMOVAPD Z3, Z25 \
	VMOVAPD Z4, Z0 \
	VMOVAPD Z5, Z1 \
	VMOVAPD Z6, Z2 \
	VMOVAPD Z7, Z3 \
	VMOVAPD Z8, Z4 \
	VMOVAPD Z9, Z5 \
	VMOVAPD Z10, Z6 \
	VMOVAPD Z11, Z7 \
	VMOVAPD Z12, Z8 \
	VMOVAPD Z13, Z9 \
	VMOVAPD Z14, Z10 \
	VMOVAPD Z15, Z11 \
	VMOVAPD Z16, Z12 \
	VMOVAPD Z17, Z13 \
	VMOVAPD Z18, Z14 \
	VMOVAPD Z19, Z15 \
	VMOVAPD Z22, Z16 \
	VMOVAPD Z23, Z17 \
	VMOVAPD Z24, Z18 \
	VMOVAPD Z25, Z19

// The whole of a call: rows, corner, steps, corner, rows.
#define WAVE4 \
	LOAD4(DI, Z0, Z1, Z2, Z3) \
	ADDQ R11, DI \
	LOAD4(DI, Z4, Z5, Z6, Z7) \
	ADDQ R11, DI \
	LOAD4(DI, Z8, Z9, Z10, Z11) \
	ADDQ R11, DI \
	LOAD4(DI, Z12, Z13, Z14, Z15) \
	ADDQ R11, DI \
	TESTQ $1, ends+48(FP) \
	JZ   loop \
	HEAD4 \
loop: \
	STEP4(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19) \
	JZ   done0 \
	STEP4(Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z0, Z1, Z2, Z3) \
	JZ   done1 \
	STEP4(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	JZ   done2 \
	STEP4(Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11) \
	JZ   done3 \
	STEP4(Z16, Z17, Z18, Z19, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15) \
	JNZ  loop \
	JMP  done4 \
done3: \
	PASS4 \
done2: \
	PASS4 \
done1: \
	PASS4 \
done0: \
	PASS4 \
done4: \
	TESTQ $2, ends+48(FP) \
	JZ   drain \
	LAST4 \
drain: \
	DRAIN4(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)

// The corner before a wave: rotations of sequences 0 … 2 on rows a … d, which step 3 meets next.
#define HEAD1 \
	ROT1((-3*SIZE)(CX), (-3*SIZE)(DX), Z0, Z1) \
	ROT1((-2*SIZE)(CX), (-2*SIZE)(DX), Z1, Z2) \
	ROT1((-2*SIZE)(CX)(R8*1), (-2*SIZE)(DX)(R8*1), Z0, Z1) \
	ROT1((-1*SIZE)(CX), (-1*SIZE)(DX), Z2, Z3) \
	ROT1((-1*SIZE)(CX)(R8*1), (-1*SIZE)(DX)(R8*1), Z1, Z2) \
	ROT1((-1*SIZE)(CX)(R8*2), (-1*SIZE)(DX)(R8*2), Z0, Z1)

// The corner behind it: sequences 1 … 3 on the last four rows.
#define LAST1 \
	ROT1((CX)(R8*1), (DX)(R8*1), Z2, Z3) \
	ROT1((CX)(R8*2), (DX)(R8*2), Z1, Z2) \
	ROT1((CX)(R9*1), (DX)(R9*1), Z0, Z1) \
	ROT1((1*SIZE)(CX)(R8*2), (1*SIZE)(DX)(R8*2), Z2, Z3) \
	ROT1((1*SIZE)(CX)(R9*1), (1*SIZE)(DX)(R9*1), Z1, Z2) \
	ROT1((2*SIZE)(CX)(R9*1), (2*SIZE)(DX)(R9*1), Z2, Z3)

// Names move on by one row.
#define PASS1 \
	VMOVAPD Z0, Z22 \
	VMOVAPD Z1, Z0 \
	VMOVAPD Z2, Z1 \
	VMOVAPD Z3, Z2 \
	VMOVAPD Z4, Z3 \
	VMOVAPD Z22, Z4

// The whole of a call: rows, corner, steps, corner, rows.
#define WAVE1 \
	MASKLOAD((DI), Z0) \
	ADDQ R11, DI \
	MASKLOAD((DI), Z1) \
	ADDQ R11, DI \
	MASKLOAD((DI), Z2) \
	ADDQ R11, DI \
	MASKLOAD((DI), Z3) \
	ADDQ R11, DI \
	TESTQ $1, ends+56(FP) \
	JZ   loop \
	HEAD1 \
loop: \
	STEP1(Z0, Z1, Z2, Z3, Z4) \
	JZ   done0 \
	STEP1(Z1, Z2, Z3, Z4, Z0) \
	JZ   done1 \
	STEP1(Z2, Z3, Z4, Z0, Z1) \
	JZ   done2 \
	STEP1(Z3, Z4, Z0, Z1, Z2) \
	JZ   done3 \
	STEP1(Z4, Z0, Z1, Z2, Z3) \
	JNZ  loop \
	JMP  done4 \
done3: \
	PASS1 \
done2: \
	PASS1 \
done1: \
	PASS1 \
done0: \
	PASS1 \
done4: \
	TESTQ $2, ends+56(FP) \
	JZ   drain \
	LAST1 \
drain: \
	DRAIN1(Z0, Z1, Z2, Z3)

#include "rotatepair_avx512_amd64.h"

#define MOVU VMOVUPD
#define MUL VMULPD
#define FMA VFMADD213PD
#define FMS VFMSUB213PD
#define BCAST VBROADCASTSD
#define SIZE 8
#define SHIFT 3

// func rotateWave64AVX512(steps int, a *float64, lda int, c, s *float64, ldr, ends int)
TEXT ·rotateWave64AVX512(SB), NOSPLIT, $0-56
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	MOVQ ldr+40(FP), R8
	STRIDES
	WAVE4

// func rotateWaveTail64AVX512(steps, cols int, a *float64, lda int, c, s *float64, ldr, ends int)
TEXT ·rotateWaveTail64AVX512(SB), NOSPLIT, $0-64
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	MOVQ ldr+48(FP), R8
	STRIDES
	MASK
	WAVE1

// func rotateWavePair64AVX512(steps, cols int, a *float64, lda int, c, s *float64, ldr, ends int)
TEXT ·rotateWavePair64AVX512(SB), NOSPLIT, $0-64
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	MOVQ ldr+48(FP), R8
	STRIDES
	SUBQ $8, BX
	MASK
	WAVE2

// func rotateSweep64AVX512(steps int, a *float64, lda int, c, s *float64)
TEXT ·rotateSweep64AVX512(SB), NOSPLIT, $0-40
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	SHLQ $SHIFT, R11
	LOAD4(DI, Z0, Z1, Z2, Z3)

loop:
	LEAQ (DI)(R11*1), BX
	LOAD4(BX, Z4, Z5, Z6, Z7)
	ROT4((CX), (DX), Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	STORE4(DI, Z0, Z1, Z2, Z3)
	DECQ AX
	JZ   odd
	LEAQ (DI)(R11*2), DI
	LOAD4(DI, Z0, Z1, Z2, Z3)
	ROT4(SIZE(CX), SIZE(DX), Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z3)
	STORE4(BX, Z4, Z5, Z6, Z7)
	ADDQ $(2*SIZE), CX
	ADDQ $(2*SIZE), DX
	DECQ AX
	JNZ  loop
	STORE4(DI, Z0, Z1, Z2, Z3)
	VZEROUPPER
	RET

odd:
	STORE4(BX, Z4, Z5, Z6, Z7)
	VZEROUPPER
	RET

// func rotateSweepTail64AVX512(steps, cols int, a *float64, lda int, c, s *float64)
TEXT ·rotateSweepTail64AVX512(SB), NOSPLIT, $0-48
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	SHLQ $SHIFT, R11
	MASK
	MASKLOAD((DI), Z0)

loop:
	MASKLOAD((DI)(R11*1), Z1)
	ROT1((CX), (DX), Z0, Z1)
	MASKSTORE(Z0, (DI))
	ADDQ R11, DI
	VMOVAPD Z1, Z0
	ADDQ $SIZE, CX
	ADDQ $SIZE, DX
	DECQ AX
	JNZ  loop
	MASKSTORE(Z0, (DI))
	VZEROUPPER
	RET

#undef MOVU
#undef MUL
#undef FMA
#undef FMS
#undef BCAST
#undef SIZE
#undef SHIFT

#define MOVU VMOVUPS
#define MUL VMULPS
#define FMA VFMADD213PS
#define FMS VFMSUB213PS
#define BCAST VBROADCASTSS
#define SIZE 4
#define SHIFT 2

// func rotateWave32AVX512(steps int, a *float32, lda int, c, s *float32, ldr, ends int)
TEXT ·rotateWave32AVX512(SB), NOSPLIT, $0-56
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	MOVQ ldr+40(FP), R8
	STRIDES
	WAVE4

// func rotateWaveTail32AVX512(steps, cols int, a *float32, lda int, c, s *float32, ldr, ends int)
TEXT ·rotateWaveTail32AVX512(SB), NOSPLIT, $0-64
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	MOVQ ldr+48(FP), R8
	STRIDES
	MASK
	WAVE1

// func rotateWavePair32AVX512(steps, cols int, a *float32, lda int, c, s *float32, ldr, ends int)
TEXT ·rotateWavePair32AVX512(SB), NOSPLIT, $0-64
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	MOVQ ldr+48(FP), R8
	STRIDES
	SUBQ $16, BX
	MASK
	WAVE2

// func rotateSweep32AVX512(steps int, a *float32, lda int, c, s *float32)
TEXT ·rotateSweep32AVX512(SB), NOSPLIT, $0-40
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	SHLQ $SHIFT, R11
	LOAD4(DI, Z0, Z1, Z2, Z3)

loop:
	LEAQ (DI)(R11*1), BX
	LOAD4(BX, Z4, Z5, Z6, Z7)
	ROT4((CX), (DX), Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
	STORE4(DI, Z0, Z1, Z2, Z3)
	DECQ AX
	JZ   odd
	LEAQ (DI)(R11*2), DI
	LOAD4(DI, Z0, Z1, Z2, Z3)
	ROT4(SIZE(CX), SIZE(DX), Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z3)
	STORE4(BX, Z4, Z5, Z6, Z7)
	ADDQ $(2*SIZE), CX
	ADDQ $(2*SIZE), DX
	DECQ AX
	JNZ  loop
	STORE4(DI, Z0, Z1, Z2, Z3)
	VZEROUPPER
	RET

odd:
	STORE4(BX, Z4, Z5, Z6, Z7)
	VZEROUPPER
	RET

// func rotateSweepTail32AVX512(steps, cols int, a *float32, lda int, c, s *float32)
TEXT ·rotateSweepTail32AVX512(SB), NOSPLIT, $0-48
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	SHLQ $SHIFT, R11
	MASK
	MASKLOAD((DI), Z0)

loop:
	MASKLOAD((DI)(R11*1), Z1)
	ROT1((CX), (DX), Z0, Z1)
	MASKSTORE(Z0, (DI))
	ADDQ R11, DI
	VMOVAPD Z1, Z0
	ADDQ $SIZE, CX
	ADDQ $SIZE, DX
	DECQ AX
	JNZ  loop
	MASKSTORE(Z0, (DI))
	VZEROUPPER
	RET
