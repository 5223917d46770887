// Columns of a matrix times a vector, AVX2 and FMA3.
//
//	s_j = fma(a_ij, x_i, s_j), i ascending; from +0, then y_j = alpha·s_j + beta·y_j, or from sums in y, where they stay
//
// A block of eight vectors of columns stays in registers and runs down the rows; of the last, narrower one the last vector is masked. (Rows times
// a vector: gemvn_avx2_amd64.s.)
//
//	Y0–Y7  sums      Y8  x_i      Y9, Y10  mask, elements of the masked vector, beta·y      Y11, Y12  alpha, beta
//	SI  row      R10  first row of the block      DI  end of x      R8, CX  −rows, −rows left      R9  bytes of columns left
//	DX  y      R11  bytes of a row      R12  mode: 0 sums stay, 1 y = alpha·s, 2 beta·y is added
//	R13  1: two copies of the loop over rows take two turns each, so that no instruction reads in equal steps (oneStream)      AX  turn
//
// Ports: 9 loads for 8 FMA, 4.5 cycles for 256 bytes of A, just above the latency of a chain.
//
// Edges: m, n ≥ 1; masked loads do not fault on columns that do not exist.

#include "textflag.h"

// A block of columns: EACH(OP, LAST, P) is OP of each vector at P, LAST of one under Y9.
#define FIRST2(OP, P) OP(0, P, Y0)
#define FIRST3(OP, P) FIRST2(OP, P); OP(32, P, Y1)
#define FIRST4(OP, P) FIRST3(OP, P); OP(64, P, Y2)
#define FIRST5(OP, P) FIRST4(OP, P); OP(96, P, Y3)
#define FIRST6(OP, P) FIRST5(OP, P); OP(128, P, Y4)
#define FIRST7(OP, P) FIRST6(OP, P); OP(160, P, Y5)
#define FIRST8(OP, P) FIRST7(OP, P); OP(192, P, Y6)
#define ALL8(OP, LAST, P) FIRST8(OP, P); OP(224, P, Y7)
#define LAST1(OP, LAST, P) LAST(0, P, Y0)
#define LAST2(OP, LAST, P) FIRST2(OP, P); LAST(32, P, Y1)
#define LAST3(OP, LAST, P) FIRST3(OP, P); LAST(64, P, Y2)
#define LAST4(OP, LAST, P) FIRST4(OP, P); LAST(96, P, Y3)
#define LAST5(OP, LAST, P) FIRST5(OP, P); LAST(128, P, Y4)
#define LAST6(OP, LAST, P) FIRST6(OP, P); LAST(160, P, Y5)
#define LAST7(OP, LAST, P) FIRST7(OP, P); LAST(192, P, Y6)
#define LAST8(OP, LAST, P) FIRST8(OP, P); LAST(224, P, Y7)

#define ZERO(OFF, P, ACC)  VXORPS ACC, ACC, ACC
#define LOAD(OFF, P, ACC)  LOADU OFF(P), ACC
#define STORE(OFF, P, ACC) LOADU ACC, OFF(P)
#define STEP(OFF, P, ACC)  FMADD231 OFF(P), Y8, ACC
#define PLAIN(OFF, P, ACC) MUL Y11, ACC, ACC
#define MIX(OFF, P, ACC) \
	MUL OFF(P), Y12, Y10 \
	FMADD213 Y10, Y11, ACC
#define LOADM(OFF, P, ACC)  MASKMOV OFF(P), Y9, ACC
#define STOREM(OFF, P, ACC) MASKMOV ACC, Y9, OFF(P)
#define STEPM(OFF, P, ACC) \
	MASKMOV OFF(P), Y9, Y10 \
	FMADD231 Y10, Y8, ACC
#define MIXM(OFF, P, ACC) \
	MASKMOV OFF(P), Y9, Y10 \
	MUL Y10, Y12, Y10 \
	FMADD213 Y10, Y11, ACC

#define COLUMNS(EACH, start, row, plain, store) \
	EACH(ZERO, ZERO, DX)  \
	TESTQ R12, R12        \
	JNZ  start            \
	EACH(LOAD, LOADM, DX) \
start: \
	MOVQ R10, SI          \
	MOVQ R8, CX           \
row: \
	BCAST (DI)(CX*EBYTES), Y8 \
	EACH(STEP, STEPM, SI) \
	ADDQ R11, SI          \
	INCQ CX               \
	JNZ  row              \
	CMPQ R12, $1          \
	JLT  store            \
	JEQ  plain            \
	EACH(MIX, MIXM, DX)   \
	JMP  store            \
plain: \
	EACH(PLAIN, PLAIN, DX) \
store: \
	EACH(STORE, STOREM, DX)

// COLUMNS in two copies of the loop over rows, of which each takes two turns, or only the first runs (R13 = 0).
#define TURNS(EACH, start, first, second, sums, plain, store) \
	EACH(ZERO, ZERO, DX)  \
	TESTQ R12, R12        \
	JNZ  start            \
	EACH(LOAD, LOADM, DX) \
start: \
	MOVQ R10, SI          \
	MOVQ R8, CX           \
	MOVL $1, AX           \
first: \
	BCAST (DI)(CX*EBYTES), Y8 \
	EACH(STEP, STEPM, SI) \
	ADDQ R11, SI          \
	INCQ CX               \
	JZ   sums             \
	XORQ R13, AX          \
	JNZ  first            \
second: \
	BCAST (DI)(CX*EBYTES), Y8 \
	EACH(STEP, STEPM, SI) \
	ADDQ R11, SI          \
	INCQ CX               \
	JZ   sums             \
	XORQ R13, AX          \
	JNZ  second           \
	JMP  first            \
sums: \
	CMPQ R12, $1          \
	JLT  store            \
	JEQ  plain            \
	EACH(MIX, MIXM, DX)   \
	JMP  store            \
plain: \
	EACH(PLAIN, PLAIN, DX) \
store: \
	EACH(STORE, STOREM, DX)

#define GEMVT \
	MOVQ m+0(FP), R8     \
	MOVQ n+8(FP), R9     \
	MOVQ a+16(FP), R10   \
	MOVQ lda+24(FP), R11 \
	MOVQ x+32(FP), DI    \
	MOVQ y+40(FP), DX    \
	BCAST alpha+48(FP), Y11 \
	MOVQ mode+56(FP), R12   \
	BCAST beta+64(FP), Y12  \
	MOVQ turns+72(FP), R13  \
	SHLQ $ELOG, R11      \
	SHLQ $ELOG, R9       \
	LEAQ (DI)(R8*EBYTES), DI \
	NEGQ R8              \
	SUBQ $256, R9        \
	JL   tail            \
block: \
	TURNS(ALL8, start, first, second, sums, plain, store) \
	ADDQ $256, DX        \
	ADDQ $256, R10       \
	SUBQ $256, R9        \
	JGE  block           \
tail: \
	ADDQ $256, R9        \
	JZ   done            \
	LEAQ -1(R9), BX      \
	ANDQ $31, BX         \
	INCQ BX              \
	LEAQ ·tailMask+256(SB), AX \
	SUBQ BX, AX          \
	LOADU (AX), Y9       \
	CMPQ R9, $32         \
	JLE  last1          \
	CMPQ R9, $64         \
	JLE  last2          \
	CMPQ R9, $96         \
	JLE  last3          \
	CMPQ R9, $128        \
	JLE  last4          \
	CMPQ R9, $160        \
	JLE  last5          \
	CMPQ R9, $192        \
	JLE  last6          \
	CMPQ R9, $224        \
	JLE  last7          \
	COLUMNS(LAST8, start8, row8, plain8, store8) \
	JMP  done            \
last7: \
	COLUMNS(LAST7, start7, row7, plain7, store7) \
	JMP  done            \
last6: \
	COLUMNS(LAST6, start6, row6, plain6, store6) \
	JMP  done            \
last5: \
	COLUMNS(LAST5, start5, row5, plain5, store5) \
	JMP  done            \
last4: \
	COLUMNS(LAST4, start4, row4, plain4, store4) \
	JMP  done            \
last3: \
	COLUMNS(LAST3, start3, row3, plain3, store3) \
	JMP  done            \
last2: \
	COLUMNS(LAST2, start2, row2, plain2, store2) \
	JMP  done            \
last1: \
	COLUMNS(LAST1, start1, row1, plain1, store1) \
done: \
	VZEROUPPER           \
	RET

#include "ps_amd64.h"

// func gemvTAVX2F32(m, n int, a *float32, lda int, x, y *float32, alpha float32, mode int, beta float32, turns int)
TEXT ·gemvTAVX2F32(SB), NOSPLIT, $0-80
	GEMVT

#include "pd_amd64.h"

// func gemvTAVX2F64(m, n int, a *float64, lda int, x, y *float64, alpha float64, mode int, beta float64, turns int)
TEXT ·gemvTAVX2F64(SB), NOSPLIT, $0-80
	GEMVT
