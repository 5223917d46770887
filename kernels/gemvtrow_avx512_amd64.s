// Columns of a matrix times a vector, one row after the other, AVX-512.
//
//	acc_j = fma(a_ij, x_i, acc_j), i ascending
//
// For dense matrices in the third-level cache of Zen 5 (streamed in gemv_amd64.go): all of A is one stream, whose lines are fetched 1 KiB ahead; acc stays in the
// first-level cache.
//
//	Z0–Z3  acc      Z16  x_i      R8  row      R12  to the next one      R13  rows left      SI  x
//	DI     acc      CX   byte of the column      DX  bytes in whole vectors      K1  elements of the last vector, BX their number
//
// Ports: 8 loads, 4 fetches and 4 stores for 256 bytes of A, 6 cycles: 43 bytes a cycle, where that cache gives 30.
//
// Edges: m, n ≥ 1; the last vector is masked. The next row must not load what its store has just written, so rows should be longer than a few vectors.

#include "textflag.h"

#define STEP(OFF, ACC) \
	LOADU OFF(DI)(CX*1), ACC         \
	FMADD231 OFF(R8)(CX*1), Z16, ACC \
	LOADU ACC, OFF(DI)(CX*1)

#define GEMVTROW \
	MOVQ m+0(FP), R13      \
	MOVQ n+8(FP), DX       \
	MOVQ a+16(FP), R8      \
	MOVQ lda+24(FP), R12   \
	MOVQ x+32(FP), SI      \
	MOVQ acc+40(FP), DI    \
	MOVQ DX, BX            \
	ANDQ $(64/EBYTES-1), BX \
	SUBQ BX, DX            \
	MOVQ $-1, AX           \
	BZHIQ BX, AX, AX       \
	KMOVW AX, K1           \
	SHLQ $ELOG, R12        \
	SHLQ $ELOG, DX         \
row:                           \
	BCAST (SI), Z16        \
	XORL CX, CX            \
	JMP  fours             \
four:                          \
	PREFETCHT0 1024(R8)(CX*1) \
	PREFETCHT0 1088(R8)(CX*1) \
	PREFETCHT0 1152(R8)(CX*1) \
	PREFETCHT0 1216(R8)(CX*1) \
	STEP(0, Z0)            \
	STEP(64, Z1)           \
	STEP(128, Z2)          \
	STEP(192, Z3)          \
	ADDQ $256, CX          \
fours:                         \
	LEAQ 256(CX), AX       \
	CMPQ AX, DX            \
	JLE  four              \
	JMP  ones              \
one:                           \
	STEP(0, Z0)            \
	ADDQ $64, CX           \
ones:                          \
	CMPQ CX, DX            \
	JLT  one               \
	TESTQ BX, BX           \
	JZ   next              \
	LOADU.Z (DI)(CX*1), K1, Z0        \
	FMADD231 (R8)(CX*1), Z16, K1, Z0  \
	LOADU Z0, K1, (DI)(CX*1)          \
next:                          \
	ADDQ $EBYTES, SI       \
	ADDQ R12, R8           \
	DECQ R13               \
	JNZ  row               \
	VZEROUPPER             \
	RET

#include "ps_amd64.h"

// func gemvTRowAVX512F32(m, n int, a *float32, lda int, x, acc *float32)
TEXT ·gemvTRowAVX512F32(SB), NOSPLIT, $0-48
	GEMVTROW

#include "pd_amd64.h"

// func gemvTRowAVX512F64(m, n int, a *float64, lda int, x, acc *float64)
TEXT ·gemvTRowAVX512F64(SB), NOSPLIT, $0-48
	GEMVTROW
