// Columns of a matrix times a vector, AVX-512.
//
//	s_j = fma(a_ij, x_i, s_j), i ascending; from +0, then y_j = alpha·s_j + beta·y_j, or from sums in y, where they stay
//
// A block of columns is held in registers while the rows pass by (for matrices beyond the caches there is gemvT8):
//
//	Z0–Z15  sums of 16, 8, 4 vectors of columns, or of the 1 to 4 that are left, the last masked      Z16  x_i
//	Z17, Z18, Z19  alpha, beta, beta·y      DX  y      R10  first row      SI  row      R11  bytes of a row      DI, R8  end of x, −m
//	R12  mode: 0 sums stay, 1 y = alpha·s, 2 beta·y is added      R9  columns left      K1  elements of the last vector
//	R13, AX  turn: two copies of the loop over rows take two turns each, so that no instruction reads in equal steps (R13 = 1, turns = 1; oneStream), one each
//	     (R13 = AX = 0, turns = 2), or the first takes all (R13 = 0, AX = 1; turns = 0)      R14  AX at first
//
// Ports: 17 loads for 16 FMA, 8.5 cycles for 1 KiB of A; a block of 4 is bound by the latency of its chains, 4 cycles a row: the order of
// the contract takes 4·m cycles for up to 256 bytes of columns.
//
// Edges: m, n ≥ 1; columns that do not exist are masked.

#include "textflag.h"

// A block of columns: EACH(OP, LAST, P) is OP of each vector at P, LAST of one under K1.
#define EACH4(OP, LAST, P) \
	OP(0, P, Z0)   \
	OP(64, P, Z1)  \
	OP(128, P, Z2) \
	OP(192, P, Z3)

#define EACH8(OP, LAST, P) \
	EACH4(OP, LAST, P) \
	OP(256, P, Z4) \
	OP(320, P, Z5) \
	OP(384, P, Z6) \
	OP(448, P, Z7)

#define EACH16(OP, LAST, P) \
	EACH8(OP, LAST, P) \
	OP(512, P, Z8)  \
	OP(576, P, Z9)  \
	OP(640, P, Z10) \
	OP(704, P, Z11) \
	OP(768, P, Z12) \
	OP(832, P, Z13) \
	OP(896, P, Z14) \
	OP(960, P, Z15)

#define LAST1(OP, LAST, P) LAST(0, P, Z0)
#define LAST2(OP, LAST, P) \
	OP(0, P, Z0) \
	LAST(64, P, Z1)
#define LAST3(OP, LAST, P) \
	OP(0, P, Z0)  \
	OP(64, P, Z1) \
	LAST(128, P, Z2)
#define LAST4(OP, LAST, P) \
	OP(0, P, Z0)   \
	OP(64, P, Z1)  \
	OP(128, P, Z2) \
	LAST(192, P, Z3)

#define ZERO(OFF, P, ACC)  VPXORQ ACC, ACC, ACC
#define LOAD(OFF, P, ACC)  LOADU OFF(P), ACC
#define STORE(OFF, P, ACC) LOADU ACC, OFF(P)
#define STEP(OFF, P, ACC)  FMADD231 OFF(P), Z16, ACC
#define STEPR(OFF, P, ACC) FMADD231 OFF(P)(R11*1), Z16, ACC
#define PLAIN(OFF, P, ACC) MUL Z17, ACC, ACC
#define MIX(OFF, P, ACC) \
	MUL OFF(P), Z18, Z19 \
	FMADD213 Z19, Z17, ACC
#define LOADM(OFF, P, ACC)  LOADU.Z OFF(P), K1, ACC
#define STOREM(OFF, P, ACC) LOADU ACC, K1, OFF(P)
#define STEPM(OFF, P, ACC)  FMADD231 OFF(P), Z16, K1, ACC
#define STEPMR(OFF, P, ACC) FMADD231 OFF(P)(R11*1), Z16, K1, ACC
#define MIXM(OFF, P, ACC) \
	MUL.Z OFF(P), Z18, K1, Z19 \
	FMADD213 Z19, Z17, ACC

// Two rows, from ROW elements of x before CX on.
#define PAIR(EACH, ROW) \
	BCAST (-ROW*EBYTES)(DI)(CX*EBYTES), Z16   \
	EACH(STEP, STEPM, SI) \
	BCAST ((1-ROW)*EBYTES)(DI)(CX*EBYTES), Z16 \
	EACH(STEPR, STEPMR, SI) \
	LEAQ (SI)(R11*2), SI

// Four rows a turn: while the chains of one small product run, what the core holds of it is in the way of the next.
#define COLUMNS(EACH, start, four, few, row, sums, plain, store) \
	EACH(ZERO, ZERO, DX)  \
	TESTQ R12, R12        \
	JNZ  start            \
	EACH(LOAD, LOADM, DX) \
start: \
	MOVQ R10, SI          \
	MOVQ R8, CX           \
	ADDQ $4, CX           \
	JG   few              \
four: \
	PAIR(EACH, 4)         \
	PAIR(EACH, 2)         \
	ADDQ $4, CX           \
	JLE  four             \
few: \
	SUBQ $4, CX           \
	JZ   sums             \
row: \
	BCAST (DI)(CX*EBYTES), Z16 \
	EACH(STEP, STEPM, SI) \
	ADDQ R11, SI          \
	INCQ CX               \
	JNZ  row              \
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

// COLUMNS in two copies of the loop over rows.
#define TURNS(EACH, start, first, second, sums, plain, store) \
	EACH(ZERO, ZERO, DX)  \
	TESTQ R12, R12        \
	JNZ  start            \
	EACH(LOAD, LOADM, DX) \
start: \
	MOVQ R10, SI          \
	MOVQ R8, CX           \
	MOVQ R14, AX          \
first: \
	BCAST (DI)(CX*EBYTES), Z16 \
	EACH(STEP, STEPM, SI) \
	ADDQ R11, SI          \
	INCQ CX               \
	JZ   sums             \
	XORQ R13, AX          \
	JNZ  first            \
second: \
	BCAST (DI)(CX*EBYTES), Z16 \
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
	BCAST alpha+48(FP), Z17 \
	MOVQ mode+56(FP), R12   \
	BCAST beta+64(FP), Z18  \
	MOVQ turns+72(FP), R13  \
	MOVQ R13, R14        \
	SHRQ $1, R14         \
	XORQ $1, R14         \
	ANDQ $1, R13         \
	SHLQ $ELOG, R11      \
	LEAQ (DI)(R8*EBYTES), DI \
	NEGQ R8              \
	SUBQ $(1024/EBYTES), R9 \
	JL   eight           \
sixteen: \
	TURNS(EACH16, start16, first16, second16, sums16, plain16, store16) \
	ADDQ $1024, DX       \
	ADDQ $1024, R10      \
	SUBQ $(1024/EBYTES), R9 \
	JGE  sixteen         \
eight: \
	ADDQ $(512/EBYTES), R9 \
	JL   four            \
	TURNS(EACH8, start8, first8, second8, sums8, plain8, store8) \
	ADDQ $512, DX        \
	ADDQ $512, R10       \
	SUBQ $(512/EBYTES), R9 \
four: \
	ADDQ $(256/EBYTES), R9 \
	JL   rest            \
	COLUMNS(EACH4, start4, four4, few4, row4, sums4, plain4, store4) \
	ADDQ $256, DX        \
	ADDQ $256, R10       \
	SUBQ $(256/EBYTES), R9 \
rest: \
	ADDQ $(256/EBYTES), R9 \
	JZ   done            \
	LEAQ -1(R9), BX      \
	ANDQ $(64/EBYTES-1), BX \
	INCQ BX              \
	MOVQ $-1, AX         \
	BZHIQ BX, AX, AX     \
	KMOVW AX, K1         \
	CMPQ R9, $(128/EBYTES) \
	JLE  two             \
	CMPQ R9, $(192/EBYTES) \
	JLE  three           \
	COLUMNS(LAST4, start5, four5, few5, row5, sums5, plain5, store5) \
	JMP  done            \
three: \
	COLUMNS(LAST3, start3, four3, few3, row3, sums3, plain3, store3) \
	JMP  done            \
two: \
	CMPQ R9, $(64/EBYTES) \
	JLE  one             \
	COLUMNS(LAST2, start2, four2, few2, row2, sums2, plain2, store2) \
	JMP  done            \
one: \
	COLUMNS(LAST1, start1, four1, few1, row1, sums1, plain1, store1) \
done: \
	VZEROUPPER \
	RET

#include "ps_amd64.h"

// func gemvTAVX512F32(m, n int, a *float32, lda int, x, y *float32, alpha float32, mode int, beta float32, turns int)
TEXT ·gemvTAVX512F32(SB), NOSPLIT, $0-80
	GEMVT

#include "pd_amd64.h"

// func gemvTAVX512F64(m, n int, a *float64, lda int, x, y *float64, alpha float64, mode int, beta float64, turns int)
TEXT ·gemvTAVX512F64(SB), NOSPLIT, $0-80
	GEMVT
