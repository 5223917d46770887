#include "textflag.h"

// Batches of dense products of order 4 and 8, AVX-512: one call computes count products
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]
//
// of 4×4 or 8×8 elements without gaps, sa, sb, sc bytes apart. A vector of sums holds several rows of C, but for order 8 in float64: 4 of four float32, 2 of four float64 or of
// eight float32. A line l of B is loaded into each of them; of A, which is loaded as it lies, element l of each row is spread over
// its row by a permutation.
//
// Registers
//
//	R8 SI DI    A, B, C        R9 R10 R11  sa, sb, sc        AX  the tileCall        CX  products left        R12  A of what comes next
//	Z0 … Z3     A              Z4  B      Z5 Z6 Z7 Z15  A spread
//	Z8 … Z11    sums           Z12 Z13     alpha, beta       Z14           beta·C
//	Z16 … Z23   half a row twice, of two rows: of order 8 elements 0 to 3, 4 to 7; of order 4 in float64 those of two products in turn,
//	            of order 8 in float64 the sums
//	Z24 … Z27   sums of a second product of order 8, whose halves are Z28 … Z31 and Z0 … Z3, its line of B Z14
//
// Order 4 in float32 takes 5 loads, 4 permutations, 4 FMAs and a store, 2.5 cycles of two load ports, in float64 8, 8 within lanes and 4 across, 8 and 2. (With 8 across instead Zen 5 takes 6 % longer; Intel has one port for either and takes these.) Order 8 takes 16 loads, 32 permutations within lanes, 8 across, 32 FMAs and 4 stores.
// On Zen 5 what crosses lanes costs the FMA beside it up to a quarter of a cycle, a broadcast of half a vector (VBROADCASTF32X8) too; a whole vector, one element broadcast, a blend and a permutation within lanes cost it nothing. So order 8 with C read takes 22.9 cycles in the caches, 20.7 without any permutation and 20 of FMA,
// and 24.5 where the permutations across stand together before the lines: between these they wait for nothing. So does order 4 in float64, whose halves are made a product ahead. Order 8 one product at a time takes 25.3, and 31 with 32 permutations across the whole vector. Server
// Intel would take 40 cycles of its one port for permutations and takes order 8 by rows of half a vector, 64 FMAs.
//
// Order 8 in float64 is 64 FMAs that load their elements of A, eight lines of B and eight of C: 40 cycles of loads as of FMA with alpha and beta. Fetching A, B and C of the product after the next is
// 12 more, and makes 1000 products from the third level 1.1 times as fast (the next product, or A and B alone: half of that).
//
// Nothing outside the products is touched, but in float64 lines of products to come are fetched, which need not exist. The caller bounds a call to 50 µs.

#define ALPHA Z12
#define BETA Z13
#define TEMP Z14

#include "gemmdense_amd64.h"

#define FMA VFMADD231PS
#define FMA213 VFMADD213PS
#define MUL VMULPS

#define PUT2 PUT1(Z8, 0(DI)); PUT1(Z9, 64(DI))
#define SCALE2 SCALE1(Z8, 0(DI)); SCALE1(Z9, 64(DI))
#define ADD2 ADD1(Z8, 0(DI)); ADD1(Z9, 64(DI))
#define MIX2 MIX1(Z8, 0(DI)); MIX1(Z9, 64(DI))

#define FOUR32(l, spread) \
	VBROADCASTF32X4 (16*l)(SI), Z4 \
	VPERMILPS $spread, Z0, Z5 \
	FMA Z4, Z5, Z8

#define SUMS32 \
	VMOVUPS (R8), Z0    \
	VPXORD  Z8, Z8, Z8  \
	FOUR32(0, 0x00)     \
	FOUR32(1, 0x55)     \
	FOUR32(2, 0xaa)     \
	FOUR32(3, 0xff)

// func gemmFour32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmFour32AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSS 40(AX), Z12
	VBROADCASTSS 48(AX), Z13
	LOOPS(SUMS32, MIX1(Z8, 0(DI)), ADD1(Z8, 0(DI)), SCALE1(Z8, 0(DI)), PUT1(Z8, 0(DI)))

// A line of B of one product.
#define EIGHT(b, a0, a1, a2, a3, s0, s1, s2, s3, spread, line) \
	VBROADCASTF32X8 b, line \
	VPERMILPS $spread, a0, Z5 \
	FMA line, Z5, s0 \
	VPERMILPS $spread, a1, Z6 \
	FMA line, Z6, s1 \
	VPERMILPS $spread, a2, Z7 \
	FMA line, Z7, s2 \
	VPERMILPS $spread, a3, Z15 \
	FMA line, Z15, s3

// Half a row twice beside that of the next row.
#define LEFT(m, h) VMOVUPS m, h; VPERMPD $0x44, h, h
#define RIGHT(m, h) VMOVUPS m, h; VPERMPD $0xee, h, h

#define LEFTS(a) \
	LEFT(0(a), Z16)   \
	LEFT(64(a), Z17)  \
	LEFT(128(a), Z18) \
	LEFT(192(a), Z19)

#define LEFTS2(a) \
	LEFT(0(a)(R9*1), Z28)   \
	LEFT(64(a)(R9*1), Z29)  \
	LEFT(128(a)(R9*1), Z30) \
	LEFT(192(a)(R9*1), Z31)

#define LOW(l, spread) EIGHT((32*l)(SI), Z16, Z17, Z18, Z19, Z8, Z9, Z10, Z11, spread, Z4)
#define HIGH(l, spread) EIGHT((32*l)(SI), Z20, Z21, Z22, Z23, Z8, Z9, Z10, Z11, spread, Z4)
#define LOW2(l, spread) EIGHT((32*l)(SI)(R10*1), Z28, Z29, Z30, Z31, Z24, Z25, Z26, Z27, spread, Z14)
#define HIGH2(l, spread) EIGHT((32*l)(SI)(R10*1), Z0, Z1, Z2, Z3, Z24, Z25, Z26, Z27, spread, Z14)

// Four lines of a pair of products, and between them the halves of A's rows for the next four.
#define LOWS2(l, spread, a, h, h2) LOW(l, spread); RIGHT(a(R8), h); LOW2(l, spread); RIGHT(a(R8)(R9*1), h2)
#define HIGHS2(l, spread, a, h, h2) HIGH(l, spread); LEFT(a(R12), h); HIGH2(l, spread); LEFT(a(R12)(R9*1), h2)

#define ZERO8 \
	VPXORD  Z8, Z8, Z8  \
	VPXORD  Z9, Z9, Z9  \
	VPXORD  Z10, Z10, Z10 \
	VPXORD  Z11, Z11, Z11

#define ZERO82 \
	VPXORD  Z24, Z24, Z24 \
	VPXORD  Z25, Z25, Z25 \
	VPXORD  Z26, Z26, Z26 \
	VPXORD  Z27, Z27, Z27

#define UPDATE8(UPDATE) UPDATE(Z8, 0(DI)); UPDATE(Z9, 64(DI)); UPDATE(Z10, 128(DI)); UPDATE(Z11, 192(DI))
#define UPDATE82(UPDATE) UPDATE(Z24, 0(DI)(R11*1)); UPDATE(Z25, 64(DI)(R11*1)); UPDATE(Z26, 128(DI)(R11*1)); UPDATE(Z27, 192(DI)(R11*1))

// Two products at a time: the four sums of one are chains of 32 cycles, of which the processor overlaps too few by itself. R12 is A of the next pair, of this one again if it is the last.
#define PAIRS8(UPDATE, first, pairs, rest, done) \
first: \
	SUBQ $2, CX \
	JLT  rest   \
	LEFTS(R8)   \
	LEFTS2(R8)  \
pairs: \
	LEAQ (R8)(R9*2), R12 \
	CMPQ CX, $2          \
	CMOVQLT R8, R12      \
	ZERO8       \
	ZERO82      \
	LOWS2(0, 0x00, 0, Z20, Z0)   \
	LOWS2(1, 0x55, 64, Z21, Z1)  \
	LOWS2(2, 0xaa, 128, Z22, Z2) \
	LOWS2(3, 0xff, 192, Z23, Z3) \
	HIGHS2(4, 0x00, 0, Z16, Z28)   \
	HIGHS2(5, 0x55, 64, Z17, Z29)  \
	HIGHS2(6, 0xaa, 128, Z18, Z30) \
	HIGHS2(7, 0xff, 192, Z19, Z31) \
	UPDATE8(UPDATE)  \
	UPDATE82(UPDATE) \
	LEAQ (R8)(R9*2), R8   \
	LEAQ (SI)(R10*2), SI  \
	LEAQ (DI)(R11*2), DI  \
	SUBQ $2, CX \
	JGE  pairs  \
rest: \
	ADDQ $2, CX \
	JZ   done   \
	LEFTS(R8)   \
	RIGHT(0(R8), Z20)   \
	RIGHT(64(R8), Z21)  \
	RIGHT(128(R8), Z22) \
	RIGHT(192(R8), Z23) \
	ZERO8         \
	LOW(0, 0x00)  \
	LOW(1, 0x55)  \
	LOW(2, 0xaa)  \
	LOW(3, 0xff)  \
	HIGH(4, 0x00) \
	HIGH(5, 0x55) \
	HIGH(6, 0xaa) \
	HIGH(7, 0xff) \
	UPDATE8(UPDATE) \
done: \
	VZEROUPPER  \
	RET

// func gemmEight32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmEight32AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSS 40(AX), Z12
	VBROADCASTSS 48(AX), Z13
	MOVL 56(AX), DX
	CMPL DX, $2
	JEQ  put
	JGT  add
	CMPL DX, $1
	JEQ  mix
	PAIRS8(SCALE1, scale, scalePairs, scaleRest, scaleDone)
	PAIRS8(MIX1, mix, mixPairs, mixRest, mixDone)
	PAIRS8(ADD1, add, addPairs, addRest, addDone)
	PAIRS8(PUT1, put, putPairs, putRest, putDone)

#undef FMA
#undef FMA213
#undef MUL
#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD

#define FOUR64(l, spread, a0, a1) \
	VBROADCASTF64X4 (32*l)(SI), Z4 \
	VPERMILPD $spread, a0, Z5 \
	FMA Z4, Z5, Z8 \
	VPERMILPD $spread, a1, Z6 \
	FMA Z4, Z6, Z9

// A product whose halves of rows are a0 … a3, and between its lines those of the next, n0 … n3, at R12.
#define STEP64(UPDATE, a0, a1, a2, a3, n0, n1, n2, n3) \
	LEAQ (R8)(R9*1), R12 \
	CMPQ CX, $1          \
	CMOVQEQ R8, R12      \
	VPXORD  Z8, Z8, Z8   \
	VPXORD  Z9, Z9, Z9   \
	FOUR64(0, 0x00, a0, a1) \
	LEFT(0(R12), n0)     \
	FOUR64(1, 0xff, a0, a1) \
	LEFT(64(R12), n1)    \
	FOUR64(2, 0x00, a2, a3) \
	RIGHT(0(R12), n2)    \
	FOUR64(3, 0xff, a2, a3) \
	RIGHT(64(R12), n3)   \
	UPDATE(Z8, 0(DI))    \
	UPDATE(Z9, 64(DI))   \
	ADDQ R9, R8  \
	ADDQ R10, SI \
	ADDQ R11, DI \
	DECQ CX

#define PAIRS4(UPDATE, first, pairs, done) \
first: \
	LEFT(0(R8), Z16)   \
	LEFT(64(R8), Z17)  \
	RIGHT(0(R8), Z18)  \
	RIGHT(64(R8), Z19) \
pairs: \
	STEP64(UPDATE, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23) \
	JZ   done \
	STEP64(UPDATE, Z20, Z21, Z22, Z23, Z16, Z17, Z18, Z19) \
	JNZ  pairs \
done: \
	VZEROUPPER \
	RET

#define FOURACROSS(l, spread) \
	VBROADCASTF64X4 (32*l)(SI), Z4 \
	VPERMPD $spread, Z0, Z5 \
	FMA Z4, Z5, Z8 \
	VPERMPD $spread, Z1, Z6 \
	FMA Z4, Z6, Z9

#define SUMSACROSS \
	VMOVUPD (R8), Z0    \
	VMOVUPD 64(R8), Z1  \
	VPXORD  Z8, Z8, Z8  \
	VPXORD  Z9, Z9, Z9  \
	FOURACROSS(0, 0x00) \
	FOURACROSS(1, 0x55) \
	FOURACROSS(2, 0xaa) \
	FOURACROSS(3, 0xff)

// func gemmFourAcross64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmFourAcross64AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSD 40(AX), Z12
	VBROADCASTSD 48(AX), Z13
	LOOPS(SUMSACROSS, MIX2, ADD2, SCALE2, PUT2)

// func gemmFour64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmFour64AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSD 40(AX), Z12
	VBROADCASTSD 48(AX), Z13
	MOVL 56(AX), DX
	CMPL DX, $2
	JEQ  put
	JGT  add
	CMPL DX, $1
	JEQ  mix
	PAIRS4(SCALE1, scale, scalePairs, scaleDone)
	PAIRS4(MIX1, mix, mixPairs, mixDone)
	PAIRS4(ADD1, add, addPairs, addDone)
	PAIRS4(PUT1, put, putPairs, putDone)

#define EIGHTS(UPDATE) \
	UPDATE(Z16, 0(DI))   \
	UPDATE(Z17, 64(DI))  \
	UPDATE(Z18, 128(DI)) \
	UPDATE(Z19, 192(DI)) \
	UPDATE(Z20, 256(DI)) \
	UPDATE(Z21, 320(DI)) \
	UPDATE(Z22, 384(DI)) \
	UPDATE(Z23, 448(DI))

#define EIGHT64(l, line) \
	VMOVUPD (64*l)(SI), line          \
	FMABC (8*l)(R8), line, Z16     \
	FMABC (8*l+64)(R8), line, Z17  \
	FMABC (8*l+128)(R8), line, Z18 \
	FMABC (8*l+192)(R8), line, Z19 \
	FMABC (8*l+256)(R8), line, Z20 \
	FMABC (8*l+320)(R8), line, Z21 \
	FMABC (8*l+384)(R8), line, Z22 \
	FMABC (8*l+448)(R8), line, Z23 \
	PREFETCHT0 (64*l)(R8)(R9*2)       \
	PREFETCHT0 (64*l)(SI)(R10*2)      \
	PREFETCHT0 (64*l)(DI)(R11*2)

#define SUMS8 \
	VPXORD Z16, Z16, Z16 \
	VPXORD Z17, Z17, Z17 \
	VPXORD Z18, Z18, Z18 \
	VPXORD Z19, Z19, Z19 \
	VPXORD Z20, Z20, Z20 \
	VPXORD Z21, Z21, Z21 \
	VPXORD Z22, Z22, Z22 \
	VPXORD Z23, Z23, Z23 \
	EIGHT64(0, Z4) \
	EIGHT64(1, Z5) \
	EIGHT64(2, Z6) \
	EIGHT64(3, Z7) \
	EIGHT64(4, Z4) \
	EIGHT64(5, Z5) \
	EIGHT64(6, Z6) \
	EIGHT64(7, Z7)

// func gemmEight64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmEight64AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSD 40(AX), Z12
	VBROADCASTSD 48(AX), Z13
	LOOPS(SUMS8, EIGHTS(MIX1), EIGHTS(ADD1), EIGHTS(SCALE1), EIGHTS(PUT1))
