#include "textflag.h"

// Batches of dense products of order 4 and 8, AVX-512: one call computes count products
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]
//
// of 4×4 or, in float32, 8×8 elements without gaps, sa, sb, sc bytes apart. A vector of sums holds several rows of C: 4 of four float32, 2 of four float64 or of
// eight float32. A line l of B is loaded into each of them; of A, which is loaded as it lies, element l of each row is spread over
// its row by a permutation.
//
// Registers
//
//	R8 SI DI    A, B, C        R9 R10 R11  sa, sb, sc        AX  the tileCall        CX  products left
//	Z0 … Z3     A              Z4          B                 Z5 Z6 Z7 Z15  A spread
//	Z8 … Z11    sums           Z12 Z13     alpha, beta       Z14           beta·C
//	Z16 … Z23   of order 8, half a row twice, of two rows
//
// Order 4 in float32 takes 5 loads, 4 permutations, 4 FMAs and a store, 2.5 cycles of two load ports, in float64 6, 8, 8 and 2; order 8 12, 40, 32 and 4: 24 cycles of three
// pipes, two of which multiply and two of which permute (Zen 5: 27 measured; 31 with 32 permutations across the whole vector), but 40 of the one port for permutations of server Intel, which
// takes order 8 by rows of half a vector, 64 FMAs. Chains of sums of several products overlap.
//
// Nothing outside the products is touched. The caller bounds a call to 50 µs.

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
#define PUT4 PUT2; PUT1(Z10, 128(DI)); PUT1(Z11, 192(DI))
#define SCALE4 SCALE2; SCALE1(Z10, 128(DI)); SCALE1(Z11, 192(DI))
#define ADD4 ADD2; ADD1(Z10, 128(DI)); ADD1(Z11, 192(DI))
#define MIX4 MIX2; MIX1(Z10, 128(DI)); MIX1(Z11, 192(DI))

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

#define EIGHT(l, spread, a0, a1, a2, a3) \
	VBROADCASTF32X8 (32*l)(SI), Z4 \
	VPERMILPS $spread, a0, Z5 \
	FMA Z4, Z5, Z8 \
	VPERMILPS $spread, a1, Z6 \
	FMA Z4, Z6, Z9 \
	VPERMILPS $spread, a2, Z7 \
	FMA Z4, Z7, Z10 \
	VPERMILPS $spread, a3, Z15 \
	FMA Z4, Z15, Z11

// Half a row twice beside that of the next row.
#define HALVES(m, t, lo, hi) \
	VMOVUPS m, t \
	VSHUFF32X4 $0xa0, t, t, lo \
	VSHUFF32X4 $0xf5, t, t, hi

#define SUMS8 \
	HALVES(0(R8), Z0, Z16, Z20)   \
	HALVES(64(R8), Z1, Z17, Z21)  \
	HALVES(128(R8), Z2, Z18, Z22) \
	HALVES(192(R8), Z3, Z19, Z23) \
	VPXORD  Z8, Z8, Z8  \
	VPXORD  Z9, Z9, Z9  \
	VPXORD  Z10, Z10, Z10 \
	VPXORD  Z11, Z11, Z11 \
	EIGHT(0, 0x00, Z16, Z17, Z18, Z19) \
	EIGHT(1, 0x55, Z16, Z17, Z18, Z19) \
	EIGHT(2, 0xaa, Z16, Z17, Z18, Z19) \
	EIGHT(3, 0xff, Z16, Z17, Z18, Z19) \
	EIGHT(4, 0x00, Z20, Z21, Z22, Z23) \
	EIGHT(5, 0x55, Z20, Z21, Z22, Z23) \
	EIGHT(6, 0xaa, Z20, Z21, Z22, Z23) \
	EIGHT(7, 0xff, Z20, Z21, Z22, Z23)

// func gemmEight32AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmEight32AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSS 40(AX), Z12
	VBROADCASTSS 48(AX), Z13
	LOOPS(SUMS8, MIX4, ADD4, SCALE4, PUT4)

#undef FMA
#undef FMA213
#undef MUL
#define FMA VFMADD231PD
#define FMA213 VFMADD213PD
#define MUL VMULPD

#define FOUR64(l, spread) \
	VBROADCASTF64X4 (32*l)(SI), Z4 \
	VPERMPD $spread, Z0, Z5 \
	FMA Z4, Z5, Z8 \
	VPERMPD $spread, Z1, Z6 \
	FMA Z4, Z6, Z9

#define SUMS64 \
	VMOVUPD (R8), Z0    \
	VMOVUPD 64(R8), Z1  \
	VPXORD  Z8, Z8, Z8  \
	VPXORD  Z9, Z9, Z9  \
	FOUR64(0, 0x00)     \
	FOUR64(1, 0x55)     \
	FOUR64(2, 0xaa)     \
	FOUR64(3, 0xff)

// func gemmFour64AVX512(t *tileCall, a, b, c unsafe.Pointer, sa, sb, sc uintptr, count int)
TEXT ·gemmFour64AVX512(SB), NOSPLIT, $0-64
	ARGS
	VBROADCASTSD 40(AX), Z12
	VBROADCASTSD 48(AX), Z13
	LOOPS(SUMS64, MIX2, ADD2, SCALE2, PUT2)
