// Columns of a matrix times a vector, AVX2 and FMA3.
//
//	acc_j = fma(a_ij, x_i, acc_j), i ascending
//
// A block of eight vectors of columns stays in registers and runs down the rows; the last block is masked. (Rows times
// a vector go through dotAVX2: 16 accumulators leave no room for a second row.)
//
//	Y0–Y7  acc      Y8  x_i      Y9, Y10  mask, elements of the masked block
//	SI  row      R10  first row of the block      DI  end of x      CX  −rows left      R9  bytes of columns left
//	DX  acc      AX  sliding mask
//
// Ports: 9 loads for 8 FMA, 4.5 cycles for 256 bytes of A, just above the latency of a chain.
//
// Edges: m, n ≥ 1; masked loads do not fault on columns that do not exist.

#include "textflag.h"

#define ALL8(STEP) \
	STEP(0, Y0)   \
	STEP(32, Y1)  \
	STEP(64, Y2)  \
	STEP(96, Y3)  \
	STEP(128, Y4) \
	STEP(160, Y5) \
	STEP(192, Y6) \
	STEP(224, Y7)

#define LOAD(OFF, ACC)  VMOVUPS OFF(DX), ACC
#define STORE(OFF, ACC) VMOVUPS ACC, OFF(DX)
#define FMA32(OFF, ACC) VFMADD231PS OFF(SI), Y8, ACC
#define FMA64(OFF, ACC) VFMADD231PD OFF(SI), Y8, ACC

#define MASKLOAD32(OFF, ACC) \
	VMOVUPS OFF(AX), Y9 \
	VMASKMOVPS OFF(DX), Y9, ACC
#define MASKSTORE32(OFF, ACC) \
	VMOVUPS OFF(AX), Y9 \
	VMASKMOVPS ACC, Y9, OFF(DX)
#define MASKFMA32(OFF, ACC) \
	VMOVUPS OFF(AX), Y9 \
	VMASKMOVPS OFF(SI), Y9, Y10 \
	VFMADD231PS Y10, Y8, ACC

#define MASKLOAD64(OFF, ACC) \
	VMOVUPD OFF(AX), Y9 \
	VMASKMOVPD OFF(DX), Y9, ACC
#define MASKSTORE64(OFF, ACC) \
	VMOVUPD OFF(AX), Y9 \
	VMASKMOVPD ACC, Y9, OFF(DX)
#define MASKFMA64(OFF, ACC) \
	VMOVUPD OFF(AX), Y9 \
	VMASKMOVPD OFF(SI), Y9, Y10 \
	VFMADD231PD Y10, Y8, ACC

// func gemvTAVX2F32(m, n int, a *float32, lda int, x, acc *float32)
TEXT ·gemvTAVX2F32(SB), NOSPLIT, $0-48
	MOVQ m+0(FP), R8
	MOVQ n+8(FP), R9
	MOVQ a+16(FP), R10
	MOVQ lda+24(FP), R11
	MOVQ x+32(FP), DI
	MOVQ acc+40(FP), DX
	SHLQ $2, R11
	SHLQ $2, R9
	LEAQ (DI)(R8*4), DI
	NEGQ R8
	SUBQ $256, R9
	JL   tail
block:
	ALL8(LOAD)
	MOVQ R10, SI
	MOVQ R8, CX
row:
	VBROADCASTSS (DI)(CX*4), Y8
	ALL8(FMA32)
	ADDQ R11, SI
	INCQ CX
	JNZ  row
	ALL8(STORE)
	ADDQ $256, DX
	ADDQ $256, R10
	SUBQ $256, R9
	JGE  block
tail:
	ADDQ $256, R9
	JZ   done
	LEAQ ·tailMask+256(SB), AX
	SUBQ R9, AX
	ALL8(MASKLOAD32)
	MOVQ R10, SI
	MOVQ R8, CX
masked:
	VBROADCASTSS (DI)(CX*4), Y8
	ALL8(MASKFMA32)
	ADDQ R11, SI
	INCQ CX
	JNZ  masked
	ALL8(MASKSTORE32)
done:
	VZEROUPPER
	RET

// func gemvTAVX2F64(m, n int, a *float64, lda int, x, acc *float64)
TEXT ·gemvTAVX2F64(SB), NOSPLIT, $0-48
	MOVQ m+0(FP), R8
	MOVQ n+8(FP), R9
	MOVQ a+16(FP), R10
	MOVQ lda+24(FP), R11
	MOVQ x+32(FP), DI
	MOVQ acc+40(FP), DX
	SHLQ $3, R11
	SHLQ $3, R9
	LEAQ (DI)(R8*8), DI
	NEGQ R8
	SUBQ $256, R9
	JL   tail
block:
	ALL8(LOAD)
	MOVQ R10, SI
	MOVQ R8, CX
row:
	VBROADCASTSD (DI)(CX*8), Y8
	ALL8(FMA64)
	ADDQ R11, SI
	INCQ CX
	JNZ  row
	ALL8(STORE)
	ADDQ $256, DX
	ADDQ $256, R10
	SUBQ $256, R9
	JGE  block
tail:
	ADDQ $256, R9
	JZ   done
	LEAQ ·tailMask+256(SB), AX
	SUBQ R9, AX
	ALL8(MASKLOAD64)
	MOVQ R10, SI
	MOVQ R8, CX
masked:
	VBROADCASTSD (DI)(CX*8), Y8
	ALL8(MASKFMA64)
	ADDQ R11, SI
	INCQ CX
	JNZ  masked
	ALL8(MASKSTORE64)
done:
	VZEROUPPER
	RET
