// Columns of a matrix times a vector, AVX2 and FMA3.
//
//	acc_j = fma(a_ij, x_i, acc_j), i ascending
//
// A block of eight vectors of columns stays in registers and runs down the rows; of the last, narrower one the last vector is masked. (Rows times
// a vector go through dotAVX2: 16 accumulators leave no room for a second row.)
//
//	Y0–Y7  acc      Y8  x_i      Y9, Y10  mask, elements of the masked vector
//	SI  row      R10  first row of the block      DI  end of x      CX, R8  −rows left      R9  bytes of columns left
//	DX  acc
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

// The last block: V vectors, the last one under Y9.
#define FIRST1(STEP)
#define FIRST2(STEP) STEP(0, Y0)
#define FIRST3(STEP) \
	STEP(0, Y0) \
	STEP(32, Y1)
#define FIRST4(STEP) \
	STEP(0, Y0) \
	STEP(32, Y1) \
	STEP(64, Y2)
#define FIRST5(STEP) \
	STEP(0, Y0) \
	STEP(32, Y1) \
	STEP(64, Y2) \
	STEP(96, Y3)
#define FIRST6(STEP) \
	STEP(0, Y0) \
	STEP(32, Y1) \
	STEP(64, Y2) \
	STEP(96, Y3) \
	STEP(128, Y4)
#define FIRST7(STEP) \
	STEP(0, Y0) \
	STEP(32, Y1) \
	STEP(64, Y2) \
	STEP(96, Y3) \
	STEP(128, Y4) \
	STEP(160, Y5)
#define FIRST8(STEP) \
	STEP(0, Y0) \
	STEP(32, Y1) \
	STEP(64, Y2) \
	STEP(96, Y3) \
	STEP(128, Y4) \
	STEP(160, Y5) \
	STEP(192, Y6)
#define LASTBLOCK(FIRST, MASKMOV, BCAST, SIZE, STEP, FMA, OFF, ACC, ROW) \
	FIRST(LOAD)                \
	MASKMOV OFF(DX), Y9, ACC   \
ROW:                               \
	BCAST (DI)(R8*SIZE), Y8    \
	FIRST(STEP)                \
	MASKMOV OFF(SI), Y9, Y10   \
	FMA Y10, Y8, ACC           \
	ADDQ R11, SI               \
	INCQ R8                    \
	JNZ  ROW                   \
	FIRST(STORE)               \
	MASKMOV ACC, Y9, OFF(DX)

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
	LEAQ -1(R9), BX
	ANDQ $31, BX
	INCQ BX
	LEAQ ·tailMask+256(SB), AX
	SUBQ BX, AX
	VMOVUPS (AX), Y9
	MOVQ R10, SI
	CMPQ R9, $32
	JLE  last1
	CMPQ R9, $64
	JLE  last2
	CMPQ R9, $96
	JLE  last3
	CMPQ R9, $128
	JLE  last4
	CMPQ R9, $160
	JLE  last5
	CMPQ R9, $192
	JLE  last6
	CMPQ R9, $224
	JLE  last7
	LASTBLOCK(FIRST8, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 224, Y7, row8)
	JMP  done
last7:
	LASTBLOCK(FIRST7, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 192, Y6, row7)
	JMP  done
last6:
	LASTBLOCK(FIRST6, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 160, Y5, row6)
	JMP  done
last5:
	LASTBLOCK(FIRST5, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 128, Y4, row5)
	JMP  done
last4:
	LASTBLOCK(FIRST4, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 96, Y3, row4)
	JMP  done
last3:
	LASTBLOCK(FIRST3, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 64, Y2, row3)
	JMP  done
last2:
	LASTBLOCK(FIRST2, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 32, Y1, row2)
	JMP  done
last1:
	LASTBLOCK(FIRST1, VMASKMOVPS, VBROADCASTSS, 4, FMA32, VFMADD231PS, 0, Y0, row1)
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
	LEAQ -1(R9), BX
	ANDQ $31, BX
	INCQ BX
	LEAQ ·tailMask+256(SB), AX
	SUBQ BX, AX
	VMOVUPS (AX), Y9
	MOVQ R10, SI
	CMPQ R9, $32
	JLE  last1
	CMPQ R9, $64
	JLE  last2
	CMPQ R9, $96
	JLE  last3
	CMPQ R9, $128
	JLE  last4
	CMPQ R9, $160
	JLE  last5
	CMPQ R9, $192
	JLE  last6
	CMPQ R9, $224
	JLE  last7
	LASTBLOCK(FIRST8, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 224, Y7, row8)
	JMP  done
last7:
	LASTBLOCK(FIRST7, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 192, Y6, row7)
	JMP  done
last6:
	LASTBLOCK(FIRST6, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 160, Y5, row6)
	JMP  done
last5:
	LASTBLOCK(FIRST5, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 128, Y4, row5)
	JMP  done
last4:
	LASTBLOCK(FIRST4, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 96, Y3, row4)
	JMP  done
last3:
	LASTBLOCK(FIRST3, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 64, Y2, row3)
	JMP  done
last2:
	LASTBLOCK(FIRST2, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 32, Y1, row2)
	JMP  done
last1:
	LASTBLOCK(FIRST1, VMASKMOVPD, VBROADCASTSD, 8, FMA64, VFMADD231PD, 0, Y0, row1)
done:
	VZEROUPPER
	RET
