// Sums of three chains of rows side by side, AVX-512:
//
//	acc_c[i] = Σ_l A_c[i, l]·b_c[l],  acc = fma(a, b, acc) from +0, l ascending      16 rows (float64: 8), c = 0, 1, 2
//
// What gemmChain… (gemmchain_avx512_amd64.s) does for 16 rows, for rows of three places: chunks of the same rows, whose sums are independent, or other rows.
//
//	DI t      SI R8 R9  A_c      R10 R11 R12  b_c      R13 R14  1, 3 distances of rows      AX from row 8 to row 12 of float32, then c      DX rows at work
//	CX blocks, then steps left      BX steps of this piece, R15 of them left      K1 their lanes
//	Z0–Z7 Z8–Z15 Z16–Z23  a block of each chain: lanes of the rows' first four steps, then of the others      Z24–Z28 on the way      Z31 Z30 Z29 acc_0 acc_1 acc_2
//	After the blocks: Z0–Z15 rows, then steps      Z16–Z23 on the way      Z28 spare
//
// Ports: a block of a chain, 512 bytes of A, takes 8 loads of half a line and 8 that insert (float64: 8 of lines), 8 shuffles across lanes besides the inserts (16), 16 within (8), and 8 fma with broadcasts:
// 12 cycles of two pipes, or of two loads. The fma of a chain wait for each other for 32 cycles, those of three chains for 1536 bytes. They stand in turns: while a block of one chain
// is loaded, the chain before it has its first four steps and the one before that its last four, so that an fma is not far behind its operands in the reorder buffer. One
// block's fma after the other, each with what it waits for before it, read 10 to 20 % less of A in float32, 1 to 3 % in float64.
//
// A load of its own for each row: the prefetcher of Zen 5 knows a stream by the address of the load. Rows of float32 that are a multiple of 4 KiB apart share a set of the first level, of twelve lines, and a
// multiple of 2 KiB two: lines that are visited twice may be gone. Of those twelve rows are taken, whole lines of 16 steps of one chain after the other: 12 loads, 56 shuffles and 16 fma for 768 bytes. After the blocks
// rows 8 to 11 stand for those that are missing.
//
// Edges: all rows are there; blocks ≥ 0, the steps after the blocks, of which each chain has its own number, are masked. acc_c has whole vectors.

#include "textflag.h"
#include "gemmchains_amd64.h"
#include "ps_amd64.h"
#include "transpose_avx512_amd64.h"
#include "gemmlanes_avx512_amd64.h"

// The assembly knows the layout of a chainCall.
#define HEAD \
	MOVQ 0(DI), SI       \
	MOVQ 8(DI), R8       \
	MOVQ 16(DI), R9      \
	MOVQ 24(DI), R10     \
	MOVQ 32(DI), R11     \
	MOVQ 40(DI), R12     \
	MOVQ 96(DI), CX      \
	MOVQ 104(DI), R13    \
	MOVQ 160(DI), AX     \
	LEAQ (R13)(R13*2), R14 \
	VPXORQ Z29, Z29, Z29 \
	VPXORQ Z30, Z30, Z30 \
	VPXORQ Z31, Z31, Z31

// Half a line of 16 rows: rows r, r + 4 to Z24–Z27, rows r + 8, r + 12 to z4–z7.
#define ROWS32(p, z4, z5, z6, z7, y4, y5, y6, y7) \
	VMOVUPS (p), Y24          \
	VMOVUPS (p)(R13*1), Y25   \
	VMOVUPS (p)(R13*2), Y26   \
	VMOVUPS (p)(R14*1), Y27   \
	LEAQ (p)(R13*4), DX       \
	ADDQ $32, p               \
	VINSERTF64X4 $1, (DX), Z24, Z24         \
	VINSERTF64X4 $1, (DX)(R13*1), Z25, Z25  \
	VINSERTF64X4 $1, (DX)(R13*2), Z26, Z26  \
	VINSERTF64X4 $1, (DX)(R14*1), Z27, Z27  \
	LEAQ (DX)(R13*4), DX      \
	VMOVUPS (DX), y4          \
	VMOVUPS (DX)(R13*1), y5   \
	VMOVUPS (DX)(R13*2), y6   \
	VMOVUPS (DX)(R14*1), y7   \
	ADDQ AX, DX               \
	VINSERTF64X4 $1, (DX), z4, z4         \
	VINSERTF64X4 $1, (DX)(R13*1), z5, z5  \
	VINSERTF64X4 $1, (DX)(R13*2), z6, z6  \
	VINSERTF64X4 $1, (DX)(R14*1), z7, z7

#define FOUR32(o, b, z0, z1, z2, z3, acc) \
	VUNPCKLPS z1, z0, Z28              \
	VUNPCKHPS z1, z0, z0               \
	VUNPCKLPS z3, z2, z1               \
	VUNPCKHPS z3, z2, z2               \
	VUNPCKLPD z1, Z28, z3              \
	VUNPCKHPD z1, Z28, z1              \
	FMADD231.BCST (o)(b), z3, acc      \
	FMADD231.BCST (o+4)(b), z1, acc    \
	VUNPCKLPD z2, z0, z3               \
	VUNPCKHPD z2, z0, z0               \
	FMADD231.BCST (o+8)(b), z3, acc    \
	FMADD231.BCST (o+12)(b), z0, acc

// The blocks of all chains. FIRST and LAST are the steps of a block.
#define BLOCKS(ROWS, LANES, FIRST, LAST, block, third) \
	ROWS(SI, Z4, Z5, Z6, Z7, Y4, Y5, Y6, Y7)              \
	LANES(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)                 \
	ROWS(R8, Z12, Z13, Z14, Z15, Y12, Y13, Y14, Y15)      \
	FIRST(R10, Z0, Z1, Z2, Z3, Z31)                       \
	LANES(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)           \
	JMP  third                                            \
block:                                                        \
	ROWS(SI, Z4, Z5, Z6, Z7, Y4, Y5, Y6, Y7)              \
	FIRST(R12, Z16, Z17, Z18, Z19, Z29)                   \
	LAST(R11, Z12, Z13, Z14, Z15, Z30)                    \
	LANES(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)                 \
	ROWS(R8, Z12, Z13, Z14, Z15, Y12, Y13, Y14, Y15)      \
	FIRST(R10, Z0, Z1, Z2, Z3, Z31)                       \
	LAST(R12, Z20, Z21, Z22, Z23, Z29)                    \
	LANES(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)           \
third:                                                        \
	ROWS(R9, Z20, Z21, Z22, Z23, Y20, Y21, Y22, Y23)      \
	FIRST(R11, Z8, Z9, Z10, Z11, Z30)                     \
	LAST(R10, Z4, Z5, Z6, Z7, Z31)                        \
	LANES(Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23)         \
	DECQ CX                                               \
	JNZ  block                                            \
	FIRST(R12, Z16, Z17, Z18, Z19, Z29)                   \
	LAST(R11, Z12, Z13, Z14, Z15, Z30)                    \
	LAST(R12, Z20, Z21, Z22, Z23, Z29)

// The steps that are there.
#define FOURZ(p, z0, z1, z2, z3) \
	LOADU.Z (p), K1, z0         \
	LOADU.Z (p)(R13*1), K1, z1  \
	LOADU.Z (p)(R13*2), K1, z2  \
	LOADU.Z (p)(R14*1), K1, z3

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
	LOADU Z29, (AX)

// Whole lines of 12 rows, one chain after the other.
#define FOUR(p, z0, z1, z2, z3) \
	LOADU (p), z0              \
	LOADU (p)(R13*1), z1       \
	LOADU (p)(R13*2), z2       \
	LOADU (p)(R14*1), z3       \
	PREFETCHT0 128(p)          \
	PREFETCHT0 128(p)(R13*1)   \
	PREFETCHT0 128(p)(R13*2)   \
	PREFETCHT0 128(p)(R14*1)

#define STEPS(i, b, z0, z1, z2, z3, acc) \
	FMADD231.BCST (i+0)(b), z0, acc  \
	FMADD231.BCST (i+4)(b), z1, acc  \
	FMADD231.BCST (i+8)(b), z2, acc  \
	FMADD231.BCST (i+12)(b), z3, acc

#define LINES(p, b, acc) \
	FOUR(p, Z0, Z1, Z2, Z3)      \
	LEAQ (p)(R13*4), DX          \
	FOUR(DX, Z4, Z5, Z6, Z7)     \
	LEAQ (DX)(R13*4), DX         \
	FOUR(DX, Z8, Z9, Z10, Z11)   \
	FOURS(Z0, Z1, Z2, Z3)        \
	FOURS(Z4, Z5, Z6, Z7)        \
	FOURS(Z8, Z9, Z10, Z11)      \
	LANES4(Z0, Z4, Z8, Z8, Z16, Z17, Z18, Z19, Z0, Z4, Z8, Z12)   \
	LANES4(Z1, Z5, Z9, Z9, Z16, Z17, Z18, Z19, Z1, Z5, Z9, Z13)   \
	LANES4(Z2, Z6, Z10, Z10, Z16, Z17, Z18, Z19, Z2, Z6, Z10, Z14) \
	LANES4(Z3, Z7, Z11, Z11, Z16, Z17, Z18, Z19, Z3, Z7, Z11, Z15) \
	STEPS(0, b, Z0, Z1, Z2, Z3, acc)     \
	STEPS(16, b, Z4, Z5, Z6, Z7, acc)    \
	STEPS(32, b, Z8, Z9, Z10, Z11, acc)  \
	STEPS(48, b, Z12, Z13, Z14, Z15, acc) \
	ADDQ $64, p                  \
	ADDQ $64, b

#define FIRST32(b, z0, z1, z2, z3, acc) FOUR32(0, b, z0, z1, z2, z3, acc)
#define LAST32(b, z0, z1, z2, z3, acc) \
	FOUR32(16, b, z0, z1, z2, z3, acc) \
	ADDQ $32, b

// func gemmChains32AVX512(t *chainCall)
TEXT ·gemmChains32AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI

again:
	HEAD
	TESTQ CX, CX
	JZ    rest
	TESTQ AX, AX
	JZ    lines
	BLOCKS(ROWS32, LANES32, FIRST32, LAST32, block, third)
	JMP   rest

lines:
	LINES(SI, R10, Z31)
	LINES(R8, R11, Z30)
	LINES(R9, R12, Z29)
	DECQ CX
	JNZ  lines

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
	ADDQ 160(DI), DX
	FOURZ(DX, Z12, Z13, Z14, Z15)
	TRANSPOSE16
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
	MORE(again)

done:
	VZEROUPPER
	RET

#include "pd_amd64.h"

// A line of eight rows: rows 0 1 4 5 to Z24–Z27, rows 2 3 6 7 to z4–z7.
#define ROWS64(p, z4, z5, z6, z7, y4, y5, y6, y7) \
	LOADU (p), Z24          \
	LOADU (p)(R13*1), Z25   \
	LOADU (p)(R13*2), z4    \
	LOADU (p)(R14*1), z5    \
	LEAQ (p)(R13*4), DX     \
	ADDQ $64, p             \
	LOADU (DX), Z26         \
	LOADU (DX)(R13*1), Z27  \
	LOADU (DX)(R13*2), z6   \
	LOADU (DX)(R14*1), z7

#define FOUR64(o, b, z0, z1, z2, z3, acc) \
	VUNPCKLPD z1, z0, Z28              \
	VUNPCKHPD z1, z0, z0               \
	FMADD231.BCST (o)(b), Z28, acc     \
	FMADD231.BCST (o+8)(b), z0, acc    \
	VUNPCKLPD z3, z2, z1               \
	VUNPCKHPD z3, z2, z2               \
	FMADD231.BCST (o+16)(b), z1, acc   \
	FMADD231.BCST (o+24)(b), z2, acc

#define FIRST64(b, z0, z1, z2, z3, acc) FOUR64(0, b, z0, z1, z2, z3, acc)
#define LAST64(b, z0, z1, z2, z3, acc) \
	FOUR64(32, b, z0, z1, z2, z3, acc) \
	ADDQ $64, b

// func gemmChains64AVX512(t *chainCall)
TEXT ·gemmChains64AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI

again:
	HEAD
	TESTQ CX, CX
	JZ    rest
	BLOCKS(ROWS64, LANES64, FIRST64, LAST64, block, third)

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
	MORE(again)

done:
	VZEROUPPER
	RET
