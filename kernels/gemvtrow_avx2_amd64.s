// Columns of a matrix times a vector, two rows after two rows, AVX2 and FMA3.
//
//	acc_j = fma(a_ij, x_i, acc_j), i ascending
//
// For matrices in the third-level cache of Zen 5 (streamed in gemv_amd64.go): while two rows are read the next two are fetched; acc stays in the first-level cache.
//
//	Y0–Y7  acc      Y8, Y9  x_i      R8, R9  rows      R10, R11  the next two      R12  bytes of a row      R13  pairs left
//	SI     x        DI  acc          CX   byte of the column      DX  bytes in whole vectors      BX  bytes behind them      Y10  their mask
//
// Ports: 24 loads, 8 fetches and 8 stores for 512 bytes of A, 16 cycles: 32 bytes a cycle, where that cache gives 30. One row alone would take 20 for as many,
// four or eight come from that cache at three quarters of what two do.
//
// Edges: pairs, n ≥ 1; the last vector is masked. The next rows must not load what a masked store has just written, so rows should be longer than a few vectors.

#include "textflag.h"

#define LOAD(OFF, ACC)  LOADU OFF(DI)(CX*1), ACC
#define STORE(OFF, ACC) LOADU ACC, OFF(DI)(CX*1)
#define STEP0(OFF, ACC) FMADD231 OFF(R8)(CX*1), Y8, ACC
#define STEP1(OFF, ACC) FMADD231 OFF(R9)(CX*1), Y9, ACC
#define ALL8(STEP) \
	STEP(0, Y0)   \
	STEP(32, Y1)  \
	STEP(64, Y2)  \
	STEP(96, Y3)  \
	STEP(128, Y4) \
	STEP(160, Y5) \
	STEP(192, Y6) \
	STEP(224, Y7)
#define FETCH(R) \
	PREFETCHT0 (R)(CX*1)    \
	PREFETCHT0 64(R)(CX*1)  \
	PREFETCHT0 128(R)(CX*1) \
	PREFETCHT0 192(R)(CX*1)

#define GEMVTROW \
	MOVQ pairs+0(FP), R13  \
	MOVQ n+8(FP), DX       \
	MOVQ a+16(FP), R8      \
	MOVQ lda+24(FP), R12   \
	MOVQ x+32(FP), SI      \
	MOVQ acc+40(FP), DI    \
	SHLQ $ELOG, R12        \
	SHLQ $ELOG, DX         \
	MOVQ DX, BX            \
	ANDQ $31, BX           \
	SUBQ BX, DX            \
	LEAQ ·tailMask+256(SB), AX \
	SUBQ BX, AX            \
	LOADU (AX), Y10        \
pair:                          \
	LEAQ (R8)(R12*1), R9   \
	LEAQ (R9)(R12*1), R10  \
	LEAQ (R10)(R12*1), R11 \
	BCAST (SI), Y8         \
	BCAST EBYTES(SI), Y9   \
	XORL CX, CX            \
	JMP  blocks            \
block:                         \
	ALL8(LOAD)             \
	FETCH(R10)             \
	ALL8(STEP0)            \
	FETCH(R11)             \
	ALL8(STEP1)            \
	ALL8(STORE)            \
	ADDQ $256, CX          \
blocks:                        \
	LEAQ 256(CX), AX       \
	CMPQ AX, DX            \
	JLE  block             \
	JMP  ones              \
one:                           \
	LOAD(0, Y0)            \
	STEP0(0, Y0)           \
	STEP1(0, Y0)           \
	STORE(0, Y0)           \
	ADDQ $32, CX           \
ones:                          \
	CMPQ CX, DX            \
	JLT  one               \
	TESTQ BX, BX           \
	JZ   next              \
	MASKMOV (DI)(CX*1), Y10, Y0 \
	MASKMOV (R8)(CX*1), Y10, Y1 \
	MASKMOV (R9)(CX*1), Y10, Y2 \
	FMADD231 Y1, Y8, Y0    \
	FMADD231 Y2, Y9, Y0    \
	MASKMOV Y0, Y10, (DI)(CX*1) \
next:                          \
	ADDQ $(2*EBYTES), SI   \
	MOVQ R10, R8           \
	DECQ R13               \
	JNZ  pair              \
	VZEROUPPER             \
	RET

#include "ps_amd64.h"

// func gemvTRowAVX2F32(pairs, n int, a *float32, lda int, x, acc *float32)
TEXT ·gemvTRowAVX2F32(SB), NOSPLIT, $0-48
	GEMVTROW

#include "pd_amd64.h"

// func gemvTRowAVX2F64(pairs, n int, a *float64, lda int, x, acc *float64)
TEXT ·gemvTRowAVX2F64(SB), NOSPLIT, $0-48
	GEMVTROW
