// The leaf of Trsm and Trmm, with a triangle of at most 16 rows, NEON. In place, for every column of the n×cols matrix b,
// with t_ik = tri[16·i+k], packed and with zeros where it has fewer rows:
//
//	solve      x_k = b_k·t_kk,  b_i = fma(−t_ik, x_k, b_i) for k < i < n,  k ascending: reciprocals on the diagonal
//	multiply   b_i = fma(−t_ik, b_k, b_i) for k < i < n,  b_k = b_k·t_kk,  k descending
//
//	R0  n   R1  tri   R2  row 0 of b, moving along the columns   R3  ldb in bytes, of either sign   R4  columns left
//	R5  row of b   R6  row 8   R7  row of tri   R8  rows left   R9, R10  the next rows of b and tri
//	V0–V7  eight rows of b   V8–V15  the same of a second register of columns   V16–V19  eight elements of a row of tri, V20–V23 of the next
//	V24, V25  a row behind the eighth   V26, V27  the next
//
// Two registers of columns at a time, then one, then single elements in a register. Of eight rows in registers each takes in those before it, by
// element. Between the halves the last eight rows take in the first eight, two rows of two registers at a time: one alone is two chains of eight. Ports: 272 fused operations and
// products for 16 rows of two registers, 136 cycles of two pipes (N1); the chain of eight rows takes some 60 of them.
//
// Edges: 1 ≤ n ≤ 16, cols ≥ 1. Registers of rows behind n hold anything; they reach no other row and are not stored.

#include "textflag.h"
#include "neon_arm64.h"
#include "s4_arm64.h"

#define ONE(F) F(0)
#define TWO(F) F(0) F(8)

// Row i of the eight in registers, from A on: what it takes in, k ascending or descending, and its diagonal.
#define UP1(A) TAKE0(A+0,A+1)
#define UP2(A) TAKE0(A+0,A+2) TAKE1(A+1,A+2)
#define UP3(A) TAKE0(A+0,A+3) TAKE1(A+1,A+3) TAKE2(A+2,A+3)
#define UP4(A) TAKE0(A+0,A+4) TAKE1(A+1,A+4) TAKE2(A+2,A+4) TAKE3(A+3,A+4)
#define UP5(A) TAKE0(A+0,A+5) TAKE1(A+1,A+5) TAKE2(A+2,A+5) TAKE3(A+3,A+5) TAKE4(A+4,A+5)
#define UP6(A) TAKE0(A+0,A+6) TAKE1(A+1,A+6) TAKE2(A+2,A+6) TAKE3(A+3,A+6) TAKE4(A+4,A+6) TAKE5(A+5,A+6)
#define UP7(A) TAKE0(A+0,A+7) TAKE1(A+1,A+7) TAKE2(A+2,A+7) TAKE3(A+3,A+7) TAKE4(A+4,A+7) TAKE5(A+5,A+7) TAKE6(A+6,A+7)

#define DOWN1(A) TAKE0(A+0,A+1)
#define DOWN2(A) TAKE1(A+1,A+2) TAKE0(A+0,A+2)
#define DOWN3(A) TAKE2(A+2,A+3) TAKE1(A+1,A+3) TAKE0(A+0,A+3)
#define DOWN4(A) TAKE3(A+3,A+4) TAKE2(A+2,A+4) TAKE1(A+1,A+4) TAKE0(A+0,A+4)
#define DOWN5(A) TAKE4(A+4,A+5) TAKE3(A+3,A+5) TAKE2(A+2,A+5) TAKE1(A+1,A+5) TAKE0(A+0,A+5)
#define DOWN6(A) TAKE5(A+5,A+6) TAKE4(A+4,A+6) TAKE3(A+3,A+6) TAKE2(A+2,A+6) TAKE1(A+1,A+6) TAKE0(A+0,A+6)
#define DOWN7(A) TAKE6(A+6,A+7) TAKE5(A+5,A+7) TAKE4(A+4,A+7) TAKE3(A+3,A+7) TAKE2(A+2,A+7) TAKE1(A+1,A+7) TAKE0(A+0,A+7)

#define DIAGONAL0(A) TIMES0(A+0)
#define DIAGONAL1(A) TIMES1(A+1)
#define DIAGONAL2(A) TIMES2(A+2)
#define DIAGONAL3(A) TIMES3(A+3)
#define DIAGONAL4(A) TIMES4(A+4)
#define DIAGONAL5(A) TIMES5(A+5)
#define DIAGONAL6(A) TIMES6(A+6)
#define DIAGONAL7(A) TIMES7(A+7)

// The triangle whose first row is at OFF of tri.
#define SOLVE8(EACH, OFF) \
	ADD $(OFF), R1, R7 \
	TROW; EACH(DIAGONAL0); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP1); EACH(DIAGONAL1); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP2); EACH(DIAGONAL2); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP3); EACH(DIAGONAL3); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP4); EACH(DIAGONAL4); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP5); EACH(DIAGONAL5); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP6); EACH(DIAGONAL6); ADD $(16*EBYTES), R7 \
	TROW; EACH(UP7); EACH(DIAGONAL7)

#define MULTIPLY8(EACH, OFF) \
	ADD $(OFF+7*16*EBYTES), R1, R7 \
	TROW; EACH(DIAGONAL7); EACH(DOWN7); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL6); EACH(DOWN6); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL5); EACH(DOWN5); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL4); EACH(DOWN4); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL3); EACH(DOWN3); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL2); EACH(DOWN2); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL1); EACH(DOWN1); SUB $(16*EBYTES), R7 \
	TROW; EACH(DIAGONAL0)

// A row at R5 in registers A and B, of which only a pair uses the second.
#define INPAIR(A, B)     FLDPQ 0(R5), (A, B)
#define OUTPAIR(A, B)    FSTPQ (A, B), 0(R5)
#define INVECTOR(A, B)   FMOVQ 0(R5), A
#define OUTVECTOR(A, B)  FMOVQ A, 0(R5)
#define INELEMENT(A, B)  FMOVE 0(R5), A
#define OUTELEMENT(A, B) FMOVE A, 0(R5)

#define EDGE(IO, A, B, NEXT) \
	IO(A, B)       \
	ADD  R3, R5    \
	SUBS $1, R8, R8 \
	BEQ  NEXT

// In or out go R8 rows from R5 on, then on to NEXT.
#define EDGE8(IO, NEXT) \
	EDGE(IO, F0, F8, NEXT)  \
	EDGE(IO, F1, F9, NEXT)  \
	EDGE(IO, F2, F10, NEXT) \
	EDGE(IO, F3, F11, NEXT) \
	EDGE(IO, F4, F12, NEXT) \
	EDGE(IO, F5, F13, NEXT) \
	EDGE(IO, F6, F14, NEXT) \
	IO(F7, F15)             \
	ADD R3, R5

#define FIRSTROWS \
	MOVD R2, R5    \
	CMP  $8, R0    \
	MOVD $8, R8    \
	CSEL LT, R0, R8, R8
#define LASTROWS \
	MOVD R6, R5    \
	SUB  $8, R0, R8

#define UPONE   TAKE0(0,24) TAKE1(1,24) TAKE2(2,24) TAKE3(3,24) TAKE4(4,24) TAKE5(5,24) TAKE6(6,24) TAKE7(7,24)
#define DOWNONE TAKE7(7,24) TAKE6(6,24) TAKE5(5,24) TAKE4(4,24) TAKE3(3,24) TAKE2(2,24) TAKE1(1,24) TAKE0(0,24)
// Four chains side by side, of two rows: the second's elements are in the registers behind.
#define FOUR0(K) TAKE0(K,24) TAKE0(K+8,25) NEXT0(K,26) NEXT0(K+8,27)
#define FOUR1(K) TAKE1(K,24) TAKE1(K+8,25) NEXT1(K,26) NEXT1(K+8,27)
#define FOUR2(K) TAKE2(K,24) TAKE2(K+8,25) NEXT2(K,26) NEXT2(K+8,27)
#define FOUR3(K) TAKE3(K,24) TAKE3(K+8,25) NEXT3(K,26) NEXT3(K+8,27)
#define FOUR4(K) TAKE4(K,24) TAKE4(K+8,25) NEXT4(K,26) NEXT4(K+8,27)
#define FOUR5(K) TAKE5(K,24) TAKE5(K+8,25) NEXT5(K,26) NEXT5(K+8,27)
#define FOUR6(K) TAKE6(K,24) TAKE6(K+8,25) NEXT6(K,26) NEXT6(K+8,27)
#define FOUR7(K) TAKE7(K,24) TAKE7(K+8,25) NEXT7(K,26) NEXT7(K+8,27)
#define UPFOUR FOUR0(0) FOUR1(1) FOUR2(2) FOUR3(3) FOUR4(4) FOUR5(5) FOUR6(6) FOUR7(7)
#define DOWNFOUR FOUR7(7) FOUR6(6) FOUR5(5) FOUR4(4) FOUR3(3) FOUR2(2) FOUR1(1) FOUR0(0)

// What the last rows take in of the first, which are in registers.
#define LOWER(IN, OUT, TAKE, lower) \
	LASTROWS \
	ADD  $(16*8*EBYTES), R1, R7 \
lower: \
	TROW \
	IN(F24, F25) \
	TAKE \
	OUT(F24, F25) \
	ADD  $(16*EBYTES), R7 \
	ADD  R3, R5 \
	SUBS $1, R8, R8 \
	BNE  lower

// Two rows at a time; an odd one at the end is both.
#define LOWERPAIRS(IN, OUT, TAKE, lower) \
	LASTROWS \
	ADD  $(16*8*EBYTES), R1, R7 \
lower: \
	ADD  R3, R5, R9 \
	ADD  $(16*EBYTES), R7, R10 \
	CMP  $1, R8 \
	CSEL EQ, R5, R9, R9 \
	CSEL EQ, R7, R10, R10 \
	TROW \
	IN(F24, F25) \
	NEXTTROW \
	FLDPQ 0(R9), (F26, F27) \
	TAKE \
	OUT(F24, F25) \
	FSTPQ (F26, F27), 0(R9) \
	ADD  $(32*EBYTES), R7 \
	ADD  R3<<1, R5 \
	SUBS $2, R8, R8 \
	BGT  lower

// So many columns.
#define SOLVE(EACH, IN, OUT, LOWER, TAKE, ready, lower, stored, ready2, next) \
	FIRSTROWS \
	EDGE8(IN, ready) \
ready: \
	SOLVE8(EACH, 0) \
	FIRSTROWS \
	EDGE8(OUT, stored) \
stored: \
	CMP  $8, R0 \
	BLE  next \
	LOWER(IN, OUT, TAKE, lower) \
	LASTROWS \
	EDGE8(IN, ready2) \
ready2: \
	SOLVE8(EACH, EBYTES*(16*8+8)) \
	LASTROWS \
	EDGE8(OUT, next) \
next:

#define MULTIPLY(EACH, IN, OUT, LOWER, TAKE, ready, lower, few, ready2, upper, next) \
	CMP  $8, R0 \
	BLE  few \
	LASTROWS \
	EDGE8(IN, ready2) \
ready2: \
	MULTIPLY8(EACH, EBYTES*(16*8+8)) \
	LASTROWS \
	EDGE8(OUT, few) \
few: \
	FIRSTROWS \
	EDGE8(IN, ready) \
ready: \
	CMP  $8, R0 \
	BLE  upper \
	LOWER(IN, OUT, TAKE, lower) \
upper: \
	MULTIPLY8(EACH, 0) \
	FIRSTROWS \
	EDGE8(OUT, next) \
next:

#define HEAD \
	MOVD n+0(FP), R0 \
	MOVD tri+8(FP), R1 \
	MOVD b+16(FP), R2 \
	MOVD ldb+24(FP), R3 \
	MOVD cols+32(FP), R4 \
	LSL  $ELOG, R3 \
	ADD  R3<<3, R2, R6

#define MOVE(BYTES) \
	ADD  $(BYTES), R2 \
	ADD  $(BYTES), R6

// All columns: pairs of registers, one, and elements.
#define SOLVELEAF \
	HEAD \
	SUBS $(32/EBYTES), R4, R4 \
	BLT  vector \
pairs: \
	SOLVE(TWO, INPAIR, OUTPAIR, LOWERPAIRS, UPFOUR, ready, lower, stored, ready2, next) \
	MOVE(32) \
	SUBS $(32/EBYTES), R4, R4 \
	BGE  pairs \
vector: \
	ADDS $(16/EBYTES), R4, R4 \
	BLT  rest \
	SOLVE(ONE, INVECTOR, OUTVECTOR, LOWER, UPONE, vready, vlower, vstored, vready2, vnext) \
	MOVE(16) \
	SUB  $(16/EBYTES), R4 \
rest: \
	ADDS $(16/EBYTES), R4, R4 \
	BEQ  done \
elements: \
	SOLVE(ONE, INELEMENT, OUTELEMENT, LOWER, UPONE, eready, elower, estored, eready2, enext) \
	MOVE(EBYTES) \
	SUBS $1, R4, R4 \
	BNE  elements \
done: \
	RET

#define MULTIPLYLEAF \
	HEAD \
	SUBS $(32/EBYTES), R4, R4 \
	BLT  vector \
pairs: \
	MULTIPLY(TWO, INPAIR, OUTPAIR, LOWERPAIRS, DOWNFOUR, ready, lower, few, ready2, upper, next) \
	MOVE(32) \
	SUBS $(32/EBYTES), R4, R4 \
	BGE  pairs \
vector: \
	ADDS $(16/EBYTES), R4, R4 \
	BLT  rest \
	MULTIPLY(ONE, INVECTOR, OUTVECTOR, LOWER, DOWNONE, vready, vlower, vfew, vready2, vupper, vnext) \
	MOVE(16) \
	SUB  $(16/EBYTES), R4 \
rest: \
	ADDS $(16/EBYTES), R4, R4 \
	BEQ  done \
elements: \
	MULTIPLY(ONE, INELEMENT, OUTELEMENT, LOWER, DOWNONE, eready, elower, efew, eready2, eupper, enext) \
	MOVE(EBYTES) \
	SUBS $1, R4, R4 \
	BNE  elements \
done: \
	RET

// Eight elements of a row of the triangle, and of the next; row X, times the element, off row B; row B times the element.
#define TROW FLDPQ 0(R7), (F16, F17)
#define NEXTTROW FLDPQ 0(R10), (F20, F21)
#define TAKE0(X, B) FMLS4S0(16,X,B);
#define TAKE1(X, B) FMLS4S1(16,X,B);
#define TAKE2(X, B) FMLS4S2(16,X,B);
#define TAKE3(X, B) FMLS4S3(16,X,B);
#define TAKE4(X, B) FMLS4S0(17,X,B);
#define TAKE5(X, B) FMLS4S1(17,X,B);
#define TAKE6(X, B) FMLS4S2(17,X,B);
#define TAKE7(X, B) FMLS4S3(17,X,B);
#define NEXT0(X, B) FMLS4S0(20,X,B);
#define NEXT1(X, B) FMLS4S1(20,X,B);
#define NEXT2(X, B) FMLS4S2(20,X,B);
#define NEXT3(X, B) FMLS4S3(20,X,B);
#define NEXT4(X, B) FMLS4S0(21,X,B);
#define NEXT5(X, B) FMLS4S1(21,X,B);
#define NEXT6(X, B) FMLS4S2(21,X,B);
#define NEXT7(X, B) FMLS4S3(21,X,B);
#define TIMES0(B) FMUL4S0(16,B,B);
#define TIMES1(B) FMUL4S1(16,B,B);
#define TIMES2(B) FMUL4S2(16,B,B);
#define TIMES3(B) FMUL4S3(16,B,B);
#define TIMES4(B) FMUL4S0(17,B,B);
#define TIMES5(B) FMUL4S1(17,B,B);
#define TIMES6(B) FMUL4S2(17,B,B);
#define TIMES7(B) FMUL4S3(17,B,B);

// func solveLeaf32NEON(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·solveLeaf32NEON(SB), NOSPLIT, $0-40
	SOLVELEAF

// func multiplyLeaf32NEON(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·multiplyLeaf32NEON(SB), NOSPLIT, $0-40
	MULTIPLYLEAF

#include "d2_arm64.h"

#undef TROW
#undef NEXTTROW
#undef TAKE0
#undef TAKE1
#undef TAKE2
#undef TAKE3
#undef TAKE4
#undef TAKE5
#undef TAKE6
#undef TAKE7
#undef NEXT0
#undef NEXT1
#undef NEXT2
#undef NEXT3
#undef NEXT4
#undef NEXT5
#undef NEXT6
#undef NEXT7
#undef TIMES0
#undef TIMES1
#undef TIMES2
#undef TIMES3
#undef TIMES4
#undef TIMES5
#undef TIMES6
#undef TIMES7

#define TROW FLDPQ 0(R7), (F16, F17); FLDPQ 32(R7), (F18, F19)
#define NEXTTROW FLDPQ 0(R10), (F20, F21); FLDPQ 32(R10), (F22, F23)
#define TAKE0(X, B) FMLS2D0(16,X,B);
#define TAKE1(X, B) FMLS2D1(16,X,B);
#define TAKE2(X, B) FMLS2D0(17,X,B);
#define TAKE3(X, B) FMLS2D1(17,X,B);
#define TAKE4(X, B) FMLS2D0(18,X,B);
#define TAKE5(X, B) FMLS2D1(18,X,B);
#define TAKE6(X, B) FMLS2D0(19,X,B);
#define TAKE7(X, B) FMLS2D1(19,X,B);
#define NEXT0(X, B) FMLS2D0(20,X,B);
#define NEXT1(X, B) FMLS2D1(20,X,B);
#define NEXT2(X, B) FMLS2D0(21,X,B);
#define NEXT3(X, B) FMLS2D1(21,X,B);
#define NEXT4(X, B) FMLS2D0(22,X,B);
#define NEXT5(X, B) FMLS2D1(22,X,B);
#define NEXT6(X, B) FMLS2D0(23,X,B);
#define NEXT7(X, B) FMLS2D1(23,X,B);
#define TIMES0(B) FMUL2D0(16,B,B);
#define TIMES1(B) FMUL2D1(16,B,B);
#define TIMES2(B) FMUL2D0(17,B,B);
#define TIMES3(B) FMUL2D1(17,B,B);
#define TIMES4(B) FMUL2D0(18,B,B);
#define TIMES5(B) FMUL2D1(18,B,B);
#define TIMES6(B) FMUL2D0(19,B,B);
#define TIMES7(B) FMUL2D1(19,B,B);

// func solveLeaf64NEON(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·solveLeaf64NEON(SB), NOSPLIT, $0-40
	SOLVELEAF

// func multiplyLeaf64NEON(n int, tri, b unsafe.Pointer, ldb, cols int)
TEXT ·multiplyLeaf64NEON(SB), NOSPLIT, $0-40
	MULTIPLYLEAF
