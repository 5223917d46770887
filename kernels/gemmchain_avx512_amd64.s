// Products of one column with rows of A as stored, AVX-512:
//
//	acc[i] = Σ_l A[i, l]·b[l],  acc = fma(a, b, acc) from +0, l ascending      16 rows
//
// A block of 16 steps (float64: 8) is transposed in registers, after which a vector holds one step of all rows; a tile of one column
// would take a load for every element.
//
//	SI a      R9 ra      BX rows      CX steps left      DI b      DX, R15 1, 3 distances of elements of b
//	R12 R13 DI and CX of the first eight rows of float64
//	R8 R10 R11 AX  the row at work, its distance to the next, 0, rows left      K1 steps of this block
//	Z0–Z15 rows, then steps      Z16–Z23 on the way      Z30 Z31 acc
//
// Ports: 64 shuffles for 256 numbers (float64: 48 for 128), beside 16 loads and 16 fma with a broadcast, whose chain is 64 cycles (float64: two
// chains of 32).
//
// Edges: 1 ≤ rows ≤ 16, the last one is read again for those that are not there, whose sums mean nothing; k ≥ 1, the last block is masked and ends
// after its steps. acc has 16 elements.

#include "textflag.h"
#include "ps_amd64.h"
#include "transpose_avx512_amd64.h"

#define HEAD \
	MOVQ rows+0(FP), BX \
	MOVQ k+8(FP), CX    \
	MOVQ a+16(FP), SI   \
	MOVQ ra+24(FP), R9  \
	MOVQ b+32(FP), DI   \
	MOVQ rb+40(FP), DX  \
	LEAQ (DX)(DX*2), R15 \
	XORL R11, R11       \
	KXNORW K1, K1, K1   \
	VPXORQ Z30, Z30, Z30 \
	VPXORQ Z31, Z31, Z31

// The next row; the last one repeats.
#define ROW(z) \
	LOADU.Z (R8), K1, z \
	PREFETCHT0 512(R8)  \
	DECQ    AX          \
	CMOVQEQ R11, R10    \
	ADDQ    R10, R8

// Four steps.
#define STEPS(z0, z1, z2, z3, acc) \
	FMADD231.BCST (DI), z0, acc        \
	FMADD231.BCST (DI)(DX*1), z1, acc  \
	FMADD231.BCST (DI)(DX*2), z2, acc  \
	FMADD231.BCST (DI)(R15*1), z3, acc \
	LEAQ (DI)(DX*4), DI

// One of the last steps.
#define STEP(z, acc, done) \
	FMADD231.BCST (DI), z, acc \
	ADDQ DX, DI \
	DECQ CX     \
	JZ   done

// func gemmChain32AVX512(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmChain32AVX512(SB), NOSPLIT, $0-56
	HEAD

block:
	CMPQ CX, $16
	JGE  whole
	MOVQ $-1, R8
	BZHIQ CX, R8, R8
	KMOVW R8, K1

whole:
	MOVQ SI, R8
	MOVQ BX, AX
	MOVQ R9, R10
	ROW(Z0)
	ROW(Z1)
	ROW(Z2)
	ROW(Z3)
	ROW(Z4)
	ROW(Z5)
	ROW(Z6)
	ROW(Z7)
	ROW(Z8)
	ROW(Z9)
	ROW(Z10)
	ROW(Z11)
	ROW(Z12)
	ROW(Z13)
	ROW(Z14)
	ROW(Z15)
	TRANSPOSE16
	ADDQ $64, SI
	CMPQ CX, $16
	JLT  last
	STEPS(Z0, Z1, Z2, Z3, Z31)
	STEPS(Z4, Z5, Z6, Z7, Z31)
	STEPS(Z8, Z9, Z10, Z11, Z31)
	STEPS(Z12, Z13, Z14, Z15, Z31)
	SUBQ $16, CX
	JNZ  block
	JMP  done

last:
	STEP(Z0, Z31, done)
	STEP(Z1, Z31, done)
	STEP(Z2, Z31, done)
	STEP(Z3, Z31, done)
	STEP(Z4, Z31, done)
	STEP(Z5, Z31, done)
	STEP(Z6, Z31, done)
	STEP(Z7, Z31, done)
	STEP(Z8, Z31, done)
	STEP(Z9, Z31, done)
	STEP(Z10, Z31, done)
	STEP(Z11, Z31, done)
	STEP(Z12, Z31, done)
	STEP(Z13, Z31, done)
	STEP(Z14, Z31, done)

done:
	MOVQ acc+48(FP), AX
	LOADU Z31, (AX)
	VZEROUPPER
	RET

#include "pd_amd64.h"

#define ROWS8 \
	ROW(Z0) \
	ROW(Z1) \
	ROW(Z2) \
	ROW(Z3) \
	ROW(Z4) \
	ROW(Z5) \
	ROW(Z6) \
	ROW(Z7)

// func gemmChain64AVX512(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmChain64AVX512(SB), NOSPLIT, $0-56
	HEAD

block:
	CMPQ CX, $8
	JGE  whole
	MOVQ $-1, R8
	BZHIQ CX, R8, R8
	KMOVW R8, K1

whole:
	MOVQ SI, R8
	MOVQ BX, AX
	MOVQ R9, R10
	MOVQ DI, R12
	MOVQ CX, R13
	ROWS8
	TRANSPOSE8
	CMPQ CX, $8
	JLT  last
	STEPS(Z8, Z9, Z10, Z11, Z30)
	STEPS(Z12, Z13, Z14, Z15, Z30)
	MOVQ R12, DI
	ROWS8
	TRANSPOSE8
	STEPS(Z8, Z9, Z10, Z11, Z31)
	STEPS(Z12, Z13, Z14, Z15, Z31)
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ  block
	JMP  done

last:
	STEP(Z8, Z30, second)
	STEP(Z9, Z30, second)
	STEP(Z10, Z30, second)
	STEP(Z11, Z30, second)
	STEP(Z12, Z30, second)
	STEP(Z13, Z30, second)
	STEP(Z14, Z30, second)

second:
	MOVQ R12, DI
	MOVQ R13, CX
	ROWS8
	TRANSPOSE8
	STEP(Z8, Z31, done)
	STEP(Z9, Z31, done)
	STEP(Z10, Z31, done)
	STEP(Z11, Z31, done)
	STEP(Z12, Z31, done)
	STEP(Z13, Z31, done)
	STEP(Z14, Z31, done)

done:
	MOVQ acc+48(FP), AX
	LOADU Z30, (AX)
	LOADU Z31, 64(AX)
	VZEROUPPER
	RET
