// Sums of three chains of rows side by side, AVX2:
//
//	acc_c[i] = Σ_l A_c[i, l]·b_c[l],  acc = fma(a, b, acc) from +0, l ascending      8 rows, c = 0, 1, 2
//
// See gemmchains_avx512_amd64.s. Eight rows, of which a visit takes whole lines: sixteen that are a multiple of 4 KiB apart fall out of their set before their
// other half is read.
//
//	DI t      SI R8 R9  A_c      R10 R11 R12  b_c      R13 R14  1, 3 distances of rows      DX rows 4–7      CX blocks, then steps left      AX c
//	float32: Y0–Y8 rows, then steps      Y3 Y8 Y9 on the way and elements of b      Y9–Y12 the last four steps of a block      Y13 Y14 Y15 acc_0 acc_1 acc_2
//	float64: Y0–Y5 rows, then steps      Y6–Y9 elements of b      Y10 Y12 Y14 acc_0 acc_1 acc_2, rows 4–7 in Y11 Y13 Y15
//
// Ports: eight steps of a chain take 8 loads, 8 broadcasts, 8 shuffles across lanes, 16 within and 8 fma, 8 cycles for 256 bytes (float64, four steps:
// 8, 4, 8, 8 and 8, 6 cycles). The fma of three chains wait for each other for 32 cycles for 768 bytes (float64, of six 16). In float32 the last four of a block stand among the loads of the next, of another
// chain, so that lines under way do not wait for the reorder buffer: a tenth faster. Six chains, of two groups of rows half a chunk apart, read less from the third level (70 GB/s where three have 82).
//
// Edges: all rows are there; blocks ≥ 0, the steps after the blocks, of which each chain has its own number, go by eights (float64: fours) and one by one. acc_c has eight elements.

#include "textflag.h"
#include "gemmchains_amd64.h"
#include "ps_amd64.h"

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
	LEAQ (R13)(R13*2), R14 \
	VXORPS Y13, Y13, Y13 \
	VXORPS Y14, Y14, Y14 \
	VXORPS Y15, Y15, Y15

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

// Chain AX, n steps less.
#define CHAIN(n) \
	MOVQ 72(DI)(AX*8), CX   \
	MOVQ 112(DI)(AX*8), SI  \
	MOVQ 136(DI)(AX*8), R10 \
	SUBQ $n, CX

// y0 takes its turn as the last.
#define TURN(y0, y1, y2) \
	VMOVAPS y0, Y0 \
	VMOVAPS y1, y0 \
	VMOVAPS y2, y1 \
	VMOVAPS Y0, y2

#define STORE(o, y0, y1, y2) \
	MOVQ 48(DI), AX  \
	LOADU y0, o(AX)  \
	MOVQ 56(DI), AX  \
	LOADU y1, o(AX)  \
	MOVQ 64(DI), AX  \
	LOADU y2, o(AX)

#define FETCH(p) \
	PREFETCHT0 128(p)         \
	PREFETCHT0 128(p)(R13*1)  \
	PREFETCHT0 128(p)(R13*2)  \
	PREFETCHT0 128(p)(R14*1)

#define ROWS(o, p, y0, y1, y2, y3) \
	LOADU o(p), y0         \
	LOADU o(p)(R13*1), y1  \
	LOADU o(p)(R13*2), y2  \
	LOADU o(p)(R14*1), y3

// The first halves of two rows to lo, the second to far.
#define HALVES(row, far, lo) \
	VPERM2F128 $0x20, far, row, lo  \
	VPERM2F128 $0x31, far, row, far

// Eight steps of rows at p and DX.
#define LOAD8(o, p) \
	ROWS(o, p, Y0, Y1, Y2, Y3)  \
	ROWS(o, DX, Y4, Y5, Y6, Y7)

#define STEPS4(o, b, y0, y1, y2, y3, acc) \
	BCAST (o+0)(b), Y3    \
	FMADD231 Y3, y0, acc  \
	BCAST (o+4)(b), Y3    \
	FMADD231 Y3, y1, acc  \
	BCAST (o+8)(b), Y3    \
	FMADD231 Y3, y2, acc  \
	BCAST (o+12)(b), Y3   \
	FMADD231 Y3, y3, acc

#define LAST4(o, b, acc) \
	BCAST (o+0)(b), Y8    \
	FMADD231 Y8, Y9, acc  \
	BCAST (o+4)(b), Y8    \
	FMADD231 Y8, Y10, acc \
	BCAST (o+8)(b), Y8    \
	FMADD231 Y8, Y11, acc \
	BCAST (o+12)(b), Y8   \
	FMADD231 Y8, Y12, acc

// The first four steps of eight.
#define FIRST4(o, b, acc) \
	HALVES(Y0, Y4, Y8)     \
	HALVES(Y1, Y5, Y0)     \
	HALVES(Y2, Y6, Y1)     \
	HALVES(Y3, Y7, Y2)     \
	VUNPCKLPS Y0, Y8, Y3   \
	VUNPCKHPS Y0, Y8, Y9   \
	VUNPCKLPS Y2, Y1, Y8   \
	VUNPCKHPS Y2, Y1, Y0   \
	VUNPCKLPD Y8, Y3, Y1   \
	VUNPCKHPD Y8, Y3, Y2   \
	VUNPCKLPD Y0, Y9, Y8   \
	VUNPCKHPD Y0, Y9, Y0   \
	STEPS4(o, b, Y1, Y2, Y8, Y0, acc)

// The last four to Y9–Y12, for LAST4.
#define LATER4 \
	VUNPCKLPS Y5, Y4, Y3   \
	VUNPCKHPS Y5, Y4, Y0   \
	VUNPCKLPS Y7, Y6, Y1   \
	VUNPCKHPS Y7, Y6, Y2   \
	VUNPCKLPD Y1, Y3, Y9   \
	VUNPCKHPD Y1, Y3, Y10  \
	VUNPCKLPD Y2, Y0, Y11  \
	VUNPCKHPD Y2, Y0, Y12

// Eight steps of a chain, with the last four of the chain before among them.
#define TURN32(o, p, b, acc, before, bb, accb) \
	LEAQ (p)(R13*4), DX    \
	LOAD8(o, p)            \
	LAST4(before, bb, accb) \
	FIRST4(o, b, acc)      \
	LATER4

// One step of rows 0–3 to x.
#define ONE32(p, x) \
	VMOVSS (p), x                        \
	VINSERTPS $0x10, (p)(R13*1), x, x    \
	VINSERTPS $0x20, (p)(R13*2), x, x    \
	VINSERTPS $0x30, (p)(R14*1), x, x

// func gemmChains32AVX2(t *chainCall)
TEXT ·gemmChains32AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI

again:
	HEAD
	TESTQ CX, CX
	JZ    rest
	LEAQ (SI)(R13*4), DX
	LOAD8(0, SI)
	JMP  first

block:
	LEAQ (SI)(R13*4), DX
	LOAD8(0, SI)
	LAST4(-16, R12, Y15)

first:
	FIRST4(0, R10, Y13)
	LATER4
	TURN32(0, R8, R11, Y14, 16, R10, Y13)
	TURN32(0, R9, R12, Y15, 16, R11, Y14)
	TURN32(32, SI, R10, Y13, 16, R12, Y15)
	TURN32(32, R8, R11, Y14, 48, R10, Y13)
	TURN32(32, R9, R12, Y15, 48, R11, Y14)
	NEXT
	DECQ CX
	JNZ  block
	LAST4(-16, R12, Y15)

rest:
	SAVE

chain:
	CHAIN(8)
	LEAQ (SI)(R13*4), DX
	JLT  ones

eight:
	LOAD8(0, SI)
	FIRST4(0, R10, Y13)
	LATER4
	LAST4(16, R10, Y13)
	ADDQ $32, SI
	ADDQ $32, DX
	ADDQ $32, R10
	SUBQ $8, CX
	JGE  eight

ones:
	ADDQ $8, CX
	JZ   next

one:
	BCAST (R10), Y9
	ONE32(SI, X0)
	ONE32(DX, X1)
	VINSERTF128 $1, X1, Y0, Y0
	FMADD231 Y9, Y0, Y13
	ADDQ $4, SI
	ADDQ $4, DX
	ADDQ $4, R10
	DECQ CX
	JNZ  one

next:
	TURN(Y13, Y14, Y15)
	INCQ AX
	CMPQ AX, $3
	JNE  chain
	STORE(0, Y13, Y14, Y15)
	MORE(again)

done:
	VZEROUPPER
	RET

#include "pd_amd64.h"

// Four steps of four rows, with those of b in Y6–Y9.
#define FOUR(o, p, acc) \
	ROWS(o, p, Y0, Y1, Y2, Y3) \
	HALVES(Y0, Y2, Y4)    \
	HALVES(Y1, Y3, Y0)    \
	VUNPCKLPD Y0, Y4, Y5  \
	VUNPCKHPD Y0, Y4, Y4  \
	FMADD231 Y6, Y5, acc  \
	FMADD231 Y7, Y4, acc  \
	VUNPCKLPD Y3, Y2, Y0  \
	VUNPCKHPD Y3, Y2, Y1  \
	FMADD231 Y8, Y0, acc  \
	FMADD231 Y9, Y1, acc

// Four steps of rows at p and DX.
#define TWICE(o, p, b, acc, far) \
	BCAST (o+0)(b), Y6   \
	BCAST (o+8)(b), Y7   \
	BCAST (o+16)(b), Y8  \
	BCAST (o+24)(b), Y9  \
	FOUR(o, p, acc)      \
	FOUR(o, DX, far)

#define BLOCK64(p, b, acc, far) \
	LEAQ (p)(R13*4), DX      \
	FETCH(p)                 \
	FETCH(DX)                \
	TWICE(0, p, b, acc, far) \
	TWICE(32, p, b, acc, far)

#define ONE64(p, x, y, acc) \
	VMOVSD (p), x                \
	VMOVHPD (p)(R13*1), x, x     \
	VMOVSD (p)(R13*2), X1        \
	VMOVHPD (p)(R14*1), X1, X1   \
	VINSERTF128 $1, X1, y, y     \
	FMADD231 Y9, y, acc

// func gemmChains64AVX2(t *chainCall)
TEXT ·gemmChains64AVX2(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI

again:
	HEAD
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	VXORPS Y12, Y12, Y12
	TESTQ CX, CX
	JZ    rest

block:
	BLOCK64(SI, R10, Y10, Y11)
	BLOCK64(R8, R11, Y12, Y13)
	BLOCK64(R9, R12, Y14, Y15)
	NEXT
	DECQ CX
	JNZ  block

rest:
	SAVE

chain:
	CHAIN(4)
	LEAQ (SI)(R13*4), DX
	JLT  ones

four:
	TWICE(0, SI, R10, Y10, Y11)
	ADDQ $32, SI
	ADDQ $32, DX
	ADDQ $32, R10
	SUBQ $4, CX
	JGE  four

ones:
	ADDQ $4, CX
	JZ   next

one:
	BCAST (R10), Y9
	ONE64(SI, X0, Y0, Y10)
	ONE64(DX, X2, Y2, Y11)
	ADDQ $8, SI
	ADDQ $8, DX
	ADDQ $8, R10
	DECQ CX
	JNZ  one

next:
	TURN(Y10, Y12, Y14)
	TURN(Y11, Y13, Y15)
	INCQ AX
	CMPQ AX, $3
	JNE  chain
	STORE(0, Y10, Y12, Y14)
	STORE(32, Y11, Y13, Y15)
	MORE(again)

done:
	VZEROUPPER
	RET
