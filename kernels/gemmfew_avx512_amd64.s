// Sums of 16 rows of A as stored with 8 columns of B, AVX-512, float32:
//
//	acc[i, j] = Σ_l A[i, l]·B[l, j],  acc = fma(a, b, acc) from +0, l ascending
//
// A lane of 128 bits is four columns of one row: a vector of A has four steps of four rows, of which a permutation within lanes spreads one, for both halves
// of the columns. The tile of 12 rows takes a load for every element of A, and half a vector for its product with a row of B.
//
//	SI a     R9 R10  1, 3 distances of rows     DX rows at work     DI b     R8 distance of its rows     CX steps left     K1 those of this block
//	R11 acc, rows of 128 bytes
//	Z0–Z15 rows, then four steps of rows 0–3, 4–7, 8–11, 12–15      Z16 Z17 row of B      Z18–Z21 one step      Z24–Z31 acc
//
// Ports: 16 steps take 128 fma (64 cycles on two pipes), 64 permutations, which have two pipes of their own on Zen 5, 32 shuffles across lanes, on one of
// each kind; 48 loads. The eight sums wait for each other as long as the fma take, four cycles a step. (Intel has the permutations and half of the
// fma on one port: 112 cycles for 64 there, the tile 128.)
//
// Nothing is fetched ahead: a load of its own for each row lets Zen 5 see the streams, and prefetching cost 3 to 11 % from every level of the caches.
//
// Edges: all rows and columns are there; k ≥ 1, the last block is masked and ends after its steps.

#include "textflag.h"
#include "transpose_avx512_amd64.h"

#define FOURZ(p, z0, z1, z2, z3) \
	VMOVUPS.Z (p), K1, z0         \
	VMOVUPS.Z (p)(R9*1), K1, z1   \
	VMOVUPS.Z (p)(R9*2), K1, z2   \
	VMOVUPS.Z (p)(R10*1), K1, z3  \
	LANES4(z0, z1, z2, z3, Z16, Z17, Z18, Z19, z0, z1, z2, z3)

#define FOUR(p, z0, z1, z2, z3) \
	VMOVUPS (p), z0         \
	VMOVUPS (p)(R9*1), z1   \
	VMOVUPS (p)(R9*2), z2   \
	VMOVUPS (p)(R10*1), z3  \
	LANES4(z0, z1, z2, z3, Z16, Z17, Z18, Z19, z0, z1, z2, z3)

#define ROWS(FOUR) \
	FOUR(SI, Z0, Z1, Z2, Z3)    \
	LEAQ (SI)(R9*4), DX         \
	FOUR(DX, Z4, Z5, Z6, Z7)    \
	LEAQ (DX)(R9*4), DX         \
	FOUR(DX, Z8, Z9, Z10, Z11)  \
	LEAQ (DX)(R9*4), DX         \
	FOUR(DX, Z12, Z13, Z14, Z15)

// Step i of the four in z0…z3.
#define STEP(i, z0, z1, z2, z3) \
	VBROADCASTF32X4 (DI), Z16    \
	VBROADCASTF32X4 16(DI), Z17  \
	ADDQ R8, DI                  \
	VPERMILPS $(i*0x55), z0, Z18 \
	VFMADD231PS Z18, Z16, Z24    \
	VFMADD231PS Z18, Z17, Z25    \
	VPERMILPS $(i*0x55), z1, Z19 \
	VFMADD231PS Z19, Z16, Z26    \
	VFMADD231PS Z19, Z17, Z27    \
	VPERMILPS $(i*0x55), z2, Z20 \
	VFMADD231PS Z20, Z16, Z28    \
	VFMADD231PS Z20, Z17, Z29    \
	VPERMILPS $(i*0x55), z3, Z21 \
	VFMADD231PS Z21, Z16, Z30    \
	VFMADD231PS Z21, Z17, Z31

#define STEPS(z0, z1, z2, z3) \
	STEP(0, z0, z1, z2, z3) \
	STEP(1, z0, z1, z2, z3) \
	STEP(2, z0, z1, z2, z3) \
	STEP(3, z0, z1, z2, z3)

#define LAST(i, z0, z1, z2, z3) \
	STEP(i, z0, z1, z2, z3) \
	DECQ CX \
	JZ   done

#define LASTS(z0, z1, z2, z3) \
	LAST(0, z0, z1, z2, z3) \
	LAST(1, z0, z1, z2, z3) \
	LAST(2, z0, z1, z2, z3) \
	LAST(3, z0, z1, z2, z3)

// Four rows of sums.
#define PUT(lo, hi, o) \
	VEXTRACTF32X4 $0, lo, (o+0)(R11)   \
	VEXTRACTF32X4 $0, hi, (o+16)(R11)  \
	VEXTRACTF32X4 $1, lo, (o+128)(R11) \
	VEXTRACTF32X4 $1, hi, (o+144)(R11) \
	VEXTRACTF32X4 $2, lo, (o+256)(R11) \
	VEXTRACTF32X4 $2, hi, (o+272)(R11) \
	VEXTRACTF32X4 $3, lo, (o+384)(R11) \
	VEXTRACTF32X4 $3, hi, (o+400)(R11)

// func gemmFew32AVX512(k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmFew32AVX512(SB), NOSPLIT, $0-48
	MOVQ k+0(FP), CX
	MOVQ a+8(FP), SI
	MOVQ ra+16(FP), R9
	MOVQ b+24(FP), DI
	MOVQ rb+32(FP), R8
	MOVQ acc+40(FP), R11
	LEAQ (R9)(R9*2), R10
	VPXORQ Z24, Z24, Z24
	VPXORQ Z25, Z25, Z25
	VPXORQ Z26, Z26, Z26
	VPXORQ Z27, Z27, Z27
	VPXORQ Z28, Z28, Z28
	VPXORQ Z29, Z29, Z29
	VPXORQ Z30, Z30, Z30
	VPXORQ Z31, Z31, Z31
	SUBQ $16, CX
	JLT  last

block:
	ROWS(FOUR)
	ADDQ $64, SI
	STEPS(Z0, Z4, Z8, Z12)
	STEPS(Z1, Z5, Z9, Z13)
	STEPS(Z2, Z6, Z10, Z14)
	STEPS(Z3, Z7, Z11, Z15)
	SUBQ $16, CX
	JGE  block

last:
	ADDQ $16, CX
	JZ   done
	MOVQ $-1, R15
	BZHIQ CX, R15, R15
	KMOVW R15, K1
	ROWS(FOURZ)
	LASTS(Z0, Z4, Z8, Z12)
	LASTS(Z1, Z5, Z9, Z13)
	LASTS(Z2, Z6, Z10, Z14)
	LAST(0, Z3, Z7, Z11, Z15)
	LAST(1, Z3, Z7, Z11, Z15)
	STEP(2, Z3, Z7, Z11, Z15)

done:
	PUT(Z24, Z25, 0)
	PUT(Z26, Z27, 512)
	PUT(Z28, Z29, 1024)
	PUT(Z30, Z31, 1536)
	VZEROUPPER
	RET
