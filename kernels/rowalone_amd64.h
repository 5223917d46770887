// Rows one after the other, AVX-512, for cores to which several rows read side by side come from the second-level cache at half the rate of one
// (oneStream in gemv_amd64.go): the same instructions must read all of A, or each row is taken for a stream of its own.
//
//	Z0–Z3   the 256-byte lanes of a row      Z4–Z6  the rows of the group so far, each folded to one vector
//	R8      row, behind its whole blocks     R12  bytes of a row     R13  rows left     R9  rows of the group left
//	SI      x, likewise, if there is one     DI  results      CX  −bytes left      DX  −bytes in whole blocks
//	BX      elements of the tail      AX  those left      K1  elements of the last vector      K6  rows of the group that exist
//	R10     not 0: lines are fetched 4 KiB ahead, as far as rows follow each other; in the second-level cache the fetches would cost a third of the loop
//
// The including file has STEP(OFF, X, ACC), one vector of a row for lanes ACC with X as scratch, and STEPM(ACC), the last one under K1.
//
// Edges: m, n ≥ 1. The tail goes vector by vector: its place selects the lanes. A load whose mask is empty may be slow next to a page that is not there.

#include "lanes4_amd64.h"

// From m, n, a, lda in R13, DX, R8, R12.
#define SIZES \
	MOVQ DX, BX           \
	ANDQ $(256/EBYTES-1), BX \
	MOVQ BX, CX           \
	ANDQ $(64/EBYTES-1), CX \
	MOVQ $-1, AX          \
	BZHIQ CX, AX, AX      \
	KMOVW AX, K1          \
	SHLQ $ELOG, R12       \
	SHLQ $ELOG, DX        \
	ANDQ $~255, DX        \
	ADDQ DX, R8           \
	NEGQ DX

#define STEPS \
	STEP(0, Z16, Z0)      \
	STEP(64, Z17, Z1)     \
	STEP(128, Z18, Z2)    \
	STEP(192, Z19, Z3)

#define TAIL(ACC, last) \
	SUBQ $(64/EBYTES), AX \
	JLT  last             \
	STEP(0, Z16, ACC)     \
	ADDQ $64, CX
#define LAST(ACC) \
	CMPQ AX, $-(64/EBYTES) \
	JEQ  sum               \
	STEPM(ACC)             \
	JMP  sum

// FOLD makes four sums of what FOLDROWS leaves, STORE writes them under K6 and moves DI on.
#define ALONE(FOLD, STORE) \
group:                        \
	MOVQ $4, R9           \
	CMPQ R13, R9          \
	MOVQ R9, AX           \
	CMOVQLT R13, AX       \
	MOVQ $-1, CX          \
	BZHIQ AX, CX, CX      \
	KMOVW CX, K6          \
one:                          \
	ZERO(Z0, Z1, Z2, Z3)  \
	MOVQ DX, CX           \
	TESTQ CX, CX          \
	JZ   ends             \
	TESTQ R10, R10        \
	JNZ  far              \
step:                         \
	STEPS                 \
	ADDQ $256, CX         \
	JNZ  step             \
	JMP  ends             \
far:                          \
	PREFETCHT0 4096(R8)(CX*1) \
	PREFETCHT0 4160(R8)(CX*1) \
	PREFETCHT0 4224(R8)(CX*1) \
	PREFETCHT0 4288(R8)(CX*1) \
	STEPS                 \
	ADDQ $256, CX         \
	JNZ  far              \
ends:                         \
	MOVQ BX, AX           \
	TAIL(Z0, first)       \
	TAIL(Z1, second)      \
	TAIL(Z2, third)       \
	SUBQ $(64/EBYTES), AX \
	LAST(Z3)              \
third:                        \
	LAST(Z2)              \
second:                       \
	LAST(Z1)              \
first:                        \
	LAST(Z0)              \
sum:                          \
	FOLDROW(ADD, Z0, Z1, Z2, Z3) \
push:                         \
	DECQ R9               \
	JZ   four             \
	VMOVAPS Z5, Z4        \
	VMOVAPS Z6, Z5        \
	VMOVAPS Z0, Z6        \
	CMPQ R13, $1          \
	JEQ  push             \
	DECQ R13              \
	ADDQ R12, R8          \
	JMP  one              \
four:                         \
	VMOVAPS Z0, Z12       \
	VMOVAPS Z6, Z8        \
	VMOVAPS Z4, Z0        \
	VMOVAPS Z5, Z4        \
	FOLDROWS(ADD)         \
	FOLD                  \
	STORE                 \
	ADDQ R12, R8          \
	DECQ R13              \
	JNZ  group            \
	VZEROUPPER            \
	RET
