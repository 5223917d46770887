// Sums of three chains of rows side by side, AVX-512:
//
//	acc_c[i] = Σ_l A_c[i, l]·b_c[l],  acc = fma(a, b, acc) from +0, l ascending      12 rows (float64: 8), c = 0, 1, 2
//
// What gemmChain… (gemmchain_avx512_amd64.s) does for 16 rows, for rows of three places: chunks of the same rows, whose sums are independent, or other rows.
//
//	DI t      SI R8 R9  A_c      R10 R11 R12  b_c      R13 R14  1, 3 distances of rows      DX rows at work      CX blocks, then steps left
//	AX c      BX steps of this piece, R15 of them left      K1 their lanes
//	Z0–Z15 rows, then steps      Z16–Z23 on the way      Z28 spare      Z31 Z30 Z29 acc_0 acc_1 acc_2
//
// Ports: a block of 16 steps of one chain takes 12 loads, 16 broadcasts, 56 shuffles (24 within lanes, four a cycle on Zen 5, 32 across them, two a cycle)
// and 16 fma: 18 cycles for 768 bytes of A (float64: 8 steps of 8 rows 8, 8, 24 and 8, 8 cycles for 512). The fma of a chain wait for each
// other for 64 cycles (32), so that one chain of 16 rows reads at most 16 bytes a cycle, and these three 36 (48).
//
// Twelve rows and not sixteen, and a load of its own for each: rows a multiple of 4 KiB apart share a set of the first level, of twelve lines on Zen 5, and its
// prefetcher knows a stream by the address of the load. Reading alone, 12 rows in three places reach 97 to 112 GB/s from the third level whatever their distance, 32 rows in one
// 70 and 48 rows 57 where they collide.
//
// Edges: all rows are there; blocks ≥ 0, the steps after the blocks, of which each chain has its own number, are masked. acc_c has whole vectors: of
// float32 the last four elements mean nothing.

#include "textflag.h"
#include "ps_amd64.h"
#include "transpose_avx512_amd64.h"

// The assembly knows the layout of a chainCall.
#define HEAD \
	MOVQ t+0(FP), DI     \
	MOVQ 0(DI), SI       \
	MOVQ 8(DI), R8       \
	MOVQ 16(DI), R9      \
	MOVQ 24(DI), R10     \
	MOVQ 32(DI), R11     \
	MOVQ 40(DI), R12     \
	MOVQ 96(DI), CX      \
	MOVQ 104(DI), R13    \
	LEAQ (R13)(R13*2), R14 \
	VPXORQ Z29, Z29, Z29 \
	VPXORQ Z30, Z30, Z30 \
	VPXORQ Z31, Z31, Z31

#define FOUR(p, z0, z1, z2, z3) \
	LOADU (p), z0              \
	LOADU (p)(R13*1), z1       \
	LOADU (p)(R13*2), z2       \
	LOADU (p)(R14*1), z3       \
	PREFETCHT0 128(p)          \
	PREFETCHT0 128(p)(R13*1)   \
	PREFETCHT0 128(p)(R13*2)   \
	PREFETCHT0 128(p)(R14*1)

// The steps that are there.
#define FOURZ(p, z0, z1, z2, z3) \
	LOADU.Z (p), K1, z0         \
	LOADU.Z (p)(R13*1), K1, z1  \
	LOADU.Z (p)(R13*2), K1, z2  \
	LOADU.Z (p)(R14*1), K1, z3

#define NEXT \
	ADDQ $64, SI  \
	ADDQ $64, R8  \
	ADDQ $64, R9  \
	ADDQ $64, R10 \
	ADDQ $64, R11 \
	ADDQ $64, R12

#define SAVE \
	MOVQ SI, 112(DI)  \
	MOVQ R8, 120(DI)  \
	MOVQ R9, 128(DI)  \
	MOVQ R10, 136(DI) \
	MOVQ R11, 144(DI) \
	MOVQ R12, 152(DI) \
	XORL AX, AX

// The next piece of chain AX, CX steps left, at most n steps.
#define PIECE(n) \
	MOVL $n, BX      \
	CMPQ CX, BX      \
	CMOVQLT CX, BX   \
	MOVQ $-1, R15    \
	BZHIQ BX, R15, R15 \
	KMOVW R15, K1    \
	MOVQ BX, R15

#define STEP(i, z) \
	FMADD231.BCST (i*EBYTES)(R10), z, Z31 \
	DECQ R15 \
	JZ   stepped

#define STEPS(i, b, z0, z1, z2, z3, acc) \
	FMADD231.BCST ((i+0)*EBYTES)(b), z0, acc \
	FMADD231.BCST ((i+1)*EBYTES)(b), z1, acc \
	FMADD231.BCST ((i+2)*EBYTES)(b), z2, acc \
	FMADD231.BCST ((i+3)*EBYTES)(b), z3, acc

// Z31 takes its turn as the last.
#define TURN \
	VMOVAPS Z31, Z28 \
	VMOVAPS Z30, Z31 \
	VMOVAPS Z29, Z30 \
	VMOVAPS Z28, Z29

#define STORE \
	MOVQ 48(DI), AX \
	LOADU Z31, (AX) \
	MOVQ 56(DI), AX \
	LOADU Z30, (AX) \
	MOVQ 64(DI), AX \
	LOADU Z29, (AX) \
	VZEROUPPER      \
	RET

// Pairs and fours of rows.
#define FOURS(a, b, c, d) \
	VUNPCKLPS b, a, Z16   \
	VUNPCKHPS b, a, Z17   \
	VUNPCKLPS d, c, Z18   \
	VUNPCKHPS d, c, Z19   \
	VUNPCKLPD Z18, Z16, a \
	VUNPCKHPD Z18, Z16, b \
	VUNPCKLPD Z19, Z17, c \
	VUNPCKHPD Z19, Z17, d

#define LANES(a, b, c, d) LANES4(a, b, c, c, Z16, Z17, Z18, Z19, a, b, c, d)

#define TURN12 \
	FOURS(Z0, Z1, Z2, Z3)    \
	FOURS(Z4, Z5, Z6, Z7)    \
	FOURS(Z8, Z9, Z10, Z11)  \
	LANES(Z0, Z4, Z8, Z12)   \
	LANES(Z1, Z5, Z9, Z13)   \
	LANES(Z2, Z6, Z10, Z14)  \
	LANES(Z3, Z7, Z11, Z15)

#define BLOCK32(a, b, acc) \
	FOUR(a, Z0, Z1, Z2, Z3)     \
	LEAQ (a)(R13*4), DX         \
	FOUR(DX, Z4, Z5, Z6, Z7)    \
	LEAQ (DX)(R13*4), DX        \
	FOUR(DX, Z8, Z9, Z10, Z11)  \
	TURN12                      \
	STEPS(0, b, Z0, Z1, Z2, Z3, acc)     \
	STEPS(4, b, Z4, Z5, Z6, Z7, acc)     \
	STEPS(8, b, Z8, Z9, Z10, Z11, acc)   \
	STEPS(12, b, Z12, Z13, Z14, Z15, acc)

// func gemmChains32AVX512(t *chainCall)
TEXT ·gemmChains32AVX512(SB), NOSPLIT, $0-8
	HEAD
	TESTQ CX, CX
	JZ    rest

block:
	BLOCK32(SI, R10, Z31)
	BLOCK32(R8, R11, Z30)
	BLOCK32(R9, R12, Z29)
	NEXT
	DECQ CX
	JNZ  block

rest:
	SAVE

chain:
	MOVQ 72(DI)(AX*8), CX
	MOVQ 112(DI)(AX*8), SI
	MOVQ 136(DI)(AX*8), R10
	TESTQ CX, CX
	JZ   next

piece:
	PIECE(16)
	FOURZ(SI, Z0, Z1, Z2, Z3)
	LEAQ (SI)(R13*4), DX
	FOURZ(DX, Z4, Z5, Z6, Z7)
	LEAQ (DX)(R13*4), DX
	FOURZ(DX, Z8, Z9, Z10, Z11)
	TURN12
	STEP(0, Z0)
	STEP(1, Z1)
	STEP(2, Z2)
	STEP(3, Z3)
	STEP(4, Z4)
	STEP(5, Z5)
	STEP(6, Z6)
	STEP(7, Z7)
	STEP(8, Z8)
	STEP(9, Z9)
	STEP(10, Z10)
	STEP(11, Z11)
	STEP(12, Z12)
	STEP(13, Z13)
	STEP(14, Z14)
	FMADD231.BCST 60(R10), Z15, Z31

stepped:
	LEAQ (SI)(BX*4), SI
	LEAQ (R10)(BX*4), R10
	SUBQ BX, CX
	JNZ  piece

next:
	TURN
	INCQ AX
	CMPQ AX, $3
	JNE  chain
	STORE

#include "pd_amd64.h"

#define BLOCK64(a, b, acc) \
	FOUR(a, Z0, Z1, Z2, Z3)     \
	LEAQ (a)(R13*4), DX         \
	FOUR(DX, Z4, Z5, Z6, Z7)    \
	TRANSPOSE8                  \
	STEPS(0, b, Z8, Z9, Z10, Z11, acc)   \
	STEPS(4, b, Z12, Z13, Z14, Z15, acc)

// func gemmChains64AVX512(t *chainCall)
TEXT ·gemmChains64AVX512(SB), NOSPLIT, $0-8
	HEAD
	TESTQ CX, CX
	JZ    rest

block:
	BLOCK64(SI, R10, Z31)
	BLOCK64(R8, R11, Z30)
	BLOCK64(R9, R12, Z29)
	NEXT
	DECQ CX
	JNZ  block

rest:
	SAVE

chain:
	MOVQ 72(DI)(AX*8), CX
	MOVQ 112(DI)(AX*8), SI
	MOVQ 136(DI)(AX*8), R10
	TESTQ CX, CX
	JZ   next

piece:
	PIECE(8)
	FOURZ(SI, Z0, Z1, Z2, Z3)
	LEAQ (SI)(R13*4), DX
	FOURZ(DX, Z4, Z5, Z6, Z7)
	TRANSPOSE8
	STEP(0, Z8)
	STEP(1, Z9)
	STEP(2, Z10)
	STEP(3, Z11)
	STEP(4, Z12)
	STEP(5, Z13)
	STEP(6, Z14)
	FMADD231.BCST 56(R10), Z15, Z31

stepped:
	LEAQ (SI)(BX*8), SI
	LEAQ (R10)(BX*8), R10
	SUBQ BX, CX
	JNZ  piece

next:
	TURN
	INCQ AX
	CMPQ AX, $3
	JNE  chain
	STORE
