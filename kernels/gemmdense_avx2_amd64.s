#include "textflag.h"

// Batches of dense products of order 4 and 8, AVX2: one call computes count products
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]
//
// of 4×4 or 8×8 elements without gaps, sa, sb, sc bytes apart. A vector of sums is a row of C, or half of one of eight float64, of which four rows are computed at a time; of order 4 in
// float32 it is two rows, beside which a line of B is loaded twice and element l of A is spread over its row by a permutation. Elsewhere A is loaded one element at a
// time, broadcast, but where loads are more than FMAs: several elements of a row at a time are broadcast to both halves of a vector and spread within them.
//
// Registers (see gemmdense_amd64.h)
//
//	Y0 Y1       B              Y2 … Y5     A                 Y6 Y7  alpha, beta
//	Y8 … Y15    sums           Y0          beta·C
//
// Order 8 in float32 takes 60 loads, 64 FMAs and 8 stores, 32 cycles of two FMA pipes, beside 16 permutations; in float64 96, 128 and 16, 64 cycles, whose latency eight chains cover. Order
// 4 in float64 takes 12 loads, 16 FMAs, 4 stores and 16 permutations, 8 cycles, in float32 6, 8, 2 and 8. C takes as many loads, FMAs and, unless beta is 0 or 1, products as stores. Chains of several products overlap.
//
// Nothing outside the products is touched. The caller bounds a call to 50 µs.

#define ALPHA Y6
#define BETA Y7
#define TEMP Y0

#include "gemmdense_amd64.h"

#define FMA VFMADD231PS
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define BCAST VBROADCASTSS

#define ZERO(s) VXORPS s, s, s
#define ZERO4(s0, s1, s2, s3) ZERO(s0); ZERO(s1); ZERO(s2); ZERO(s3)

// UPDATE of 4 vectors of C from m on, side by side.
#define EACH4(UPDATE, m, s0, s1, s2, s3) UPDATE(s0, (m+0)(DI)); UPDATE(s1, (m+32)(DI)); UPDATE(s2, (m+64)(DI)); UPDATE(s3, (m+96)(DI))

#define PAIR32(l, spread) \
	VBROADCASTF128 (16*l)(SI), Y0 \
	VPERMILPS $spread, Y2, Y4 \
	FMA Y0, Y4, Y8 \
	VPERMILPS $spread, Y3, Y5 \
	FMA Y0, Y5, Y9

#define FOUR32 \
	VMOVUPS (R8), Y2   \
	VMOVUPS 32(R8), Y3 \
	ZERO(Y8)           \
	ZERO(Y9)           \
	PAIR32(0, 0x00)    \
	PAIR32(1, 0x55)    \
	PAIR32(2, 0xaa)    \
	PAIR32(3, 0xff)

#define EACH2(UPDATE) UPDATE(Y8, 0(DI)); UPDATE(Y9, 32(DI))

// func gemmFour32AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmFour32AVX2(SB), NOSPLIT, $0-64
	ARGS
	BCAST 40(AX), Y6
	BCAST 48(AX), Y7
	LOOPS(FOUR32, EACH2(MIX1), EACH2(ADD1), EACH2(SCALE1), EACH2(PUT1))

#define ROWS3(a, s0, s1, s2) \
	BCAST (a+0)(R8), Y3  \
	FMA   Y0, Y3, s0     \
	BCAST (a+32)(R8), Y4 \
	FMA   Y0, Y4, s1     \
	BCAST (a+64)(R8), Y3 \
	FMA   Y0, Y3, s2

// Rows 0 and 4 of A have four elements in Y1 and Y5, of which spread takes element l.
#define LINE8(l, spread) \
	VMOVUPS (32*(l))(SI), Y0    \
	VPERMILPS $spread, Y1, Y2 \
	FMA Y0, Y2, Y8            \
	ROWS3(4*(l)+32, Y9, Y10, Y11) \
	VPERMILPS $spread, Y5, Y2 \
	FMA Y0, Y2, Y12           \
	ROWS3(4*(l)+160, Y13, Y14, Y15)

#define LINES4(l) \
	VBROADCASTF128 (4*l)(R8), Y1     \
	VBROADCASTF128 (4*l+128)(R8), Y5 \
	LINE8(l, 0x00)   \
	LINE8(l+1, 0x55) \
	LINE8(l+2, 0xaa) \
	LINE8(l+3, 0xff)

#define EIGHT32 \
	ZERO4(Y8, Y9, Y10, Y11)   \
	ZERO4(Y12, Y13, Y14, Y15) \
	LINES4(0) \
	LINES4(4)

#define EACH8(UPDATE, m) EACH4(UPDATE, m, Y8, Y9, Y10, Y11); EACH4(UPDATE, m+128, Y12, Y13, Y14, Y15)

// func gemmEight32AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmEight32AVX2(SB), NOSPLIT, $0-64
	ARGS
	BCAST 40(AX), Y6
	BCAST 48(AX), Y7
	LOOPS(EIGHT32, EACH8(MIX1, 0), EACH8(ADD1, 0), EACH8(SCALE1, 0), EACH8(PUT1, 0))

#undef FMA
#undef FMA213
#undef MUL
#undef BCAST
#define FMA VFMADD231PD
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define BCAST VBROADCASTSD

#define LINE4(l, spread) \
	VMOVUPD (32*(l))(SI), Y0    \
	VPERMILPD $spread, Y2, Y1 \
	FMA Y0, Y1, Y8            \
	VPERMILPD $spread, Y3, Y1 \
	FMA Y0, Y1, Y9            \
	VPERMILPD $spread, Y4, Y1 \
	FMA Y0, Y1, Y10           \
	VPERMILPD $spread, Y5, Y1 \
	FMA Y0, Y1, Y11

// Two elements of each row of A. (16 VPERMILPD a product in all: an Intel core with one port for them would take 16 cycles where FMA take 10; it was not asked.)
#define LINES2(l) \
	VBROADCASTF128 (8*l)(R8), Y2    \
	VBROADCASTF128 (8*l+32)(R8), Y3 \
	VBROADCASTF128 (8*l+64)(R8), Y4 \
	VBROADCASTF128 (8*l+96)(R8), Y5 \
	LINE4(l, 0x0)   \
	LINE4(l+1, 0xf)

#define FOUR64 \
	ZERO4(Y8, Y9, Y10, Y11) \
	LINES2(0) \
	LINES2(2)

// func gemmFour64AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmFour64AVX2(SB), NOSPLIT, $0-64
	ARGS
	BCAST 40(AX), Y6
	BCAST 48(AX), Y7
	LOOPS(FOUR64, EACH4(MIX1, 0, Y8, Y9, Y10, Y11), EACH4(ADD1, 0, Y8, Y9, Y10, Y11), EACH4(SCALE1, 0, Y8, Y9, Y10, Y11), EACH4(PUT1, 0, Y8, Y9, Y10, Y11))

// Both halves of line l of B times element l of a row of A.
#define ROW(a, t, s0, s1) \
	BCAST (a)(R8), t \
	FMA   Y0, t, s0  \
	FMA   Y1, t, s1

#define HALFLINE(l, a) \
	VMOVUPD (64*l)(SI), Y0      \
	VMOVUPD (64*l+32)(SI), Y1   \
	ROW(8*l+a, Y2, Y8, Y9)      \
	ROW(8*l+a+64, Y3, Y10, Y11) \
	ROW(8*l+a+128, Y4, Y12, Y13) \
	ROW(8*l+a+192, Y5, Y14, Y15)

// Four rows of C from those of A a bytes on.
#define HALF(a) \
	ZERO4(Y8, Y9, Y10, Y11)   \
	ZERO4(Y12, Y13, Y14, Y15) \
	HALFLINE(0, a) \
	HALFLINE(1, a) \
	HALFLINE(2, a) \
	HALFLINE(3, a) \
	HALFLINE(4, a) \
	HALFLINE(5, a) \
	HALFLINE(6, a) \
	HALFLINE(7, a)

#define BOTH(UPDATE) EACH8(UPDATE, 0); HALF(256); EACH8(UPDATE, 256)

// func gemmEight64AVX2(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmEight64AVX2(SB), NOSPLIT, $0-64
	ARGS
	BCAST 40(AX), Y6
	BCAST 48(AX), Y7
	LOOPS(HALF(0), BOTH(MIX1), BOTH(ADD1), BOTH(SCALE1), BOTH(PUT1))
