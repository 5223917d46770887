// Symmetric rank-two update of a whole triangle of order one to eight vectors, AVX-512.
//
//	s = alpha·x_i, t = alpha·y_i      a_ij = fma(s, y_j, a_ij), then a_ij = fma(t, x_j, a_ij)
//
//	R8  row of A     R12  bytes to the next     DX  vectors of rows left     CX  rows left of these     SI  x     DI  y     AX  mask of the diagonal's vector, K1
//	Z16–Z23  x       Z24–Z31  y     Z3, Z4  alpha·x, alpha·y of these rows     Z5  the row's place in them, Z6  −1     Z0, Z1  s, t     Z2  alpha     Z7–Z14  row
//
// A vector of rows is a loop of its own: so many whole vectors and the one that the diagonal crosses. The lower triangle counts vectors of columns from the first, the upper from the eighth backwards, so
// that either's loops know their registers. x and y stay in registers.
//
// Ports: a load, two FMAs and a store for each vector, two shuffles across lanes a row.
//
// Edges: whole vectors of rows and columns, rows of A begin with a cache line and lie at least the order apart: what a masked store covers is not loaded next.

#include "textflag.h"

#define ARGS \
	MOVQ vectors+0(FP), DX \
	MOVQ x+16(FP), SI \
	MOVQ y+24(FP), DI \
	MOVQ a+32(FP), R8 \
	MOVQ lda+40(FP), R12 \
	VPTERNLOGD $0xff, Z6, Z6, Z6

#define WHOLE(k, x, y, t) \
	LOAD (64*k)(R8), t \
	FMA  y, Z0, t      \
	FMA  x, Z1, t      \
	LOAD t, (64*k)(R8)
#define PART(k, x, y, t) \
	LOADZ (64*k)(R8), K1, t \
	FMA   y, Z0, t          \
	FMA   x, Z1, t          \
	LOAD  t, K1, (64*k)(R8)

#define COLUMN(k, x, y) \
	LOAD (64*k)(SI), x \
	LOAD (64*k)(DI), y

// Whole vectors before and behind the one that the diagonal crosses.
#define BEFORE0
#define BEFORE1 WHOLE(0, Z16, Z24, Z7)
#define BEFORE2 BEFORE1; WHOLE(1, Z17, Z25, Z8)
#define BEFORE3 BEFORE2; WHOLE(2, Z18, Z26, Z9)
#define BEFORE4 BEFORE3; WHOLE(3, Z19, Z27, Z10)
#define BEFORE5 BEFORE4; WHOLE(4, Z20, Z28, Z11)
#define BEFORE6 BEFORE5; WHOLE(5, Z21, Z29, Z12)
#define BEFORE7 BEFORE6; WHOLE(6, Z22, Z30, Z13)
#define BEHIND7
#define BEHIND6 WHOLE(7, Z23, Z31, Z14)
#define BEHIND5 WHOLE(6, Z22, Z30, Z13); BEHIND6
#define BEHIND4 WHOLE(5, Z21, Z29, Z12); BEHIND5
#define BEHIND3 WHOLE(4, Z20, Z28, Z11); BEHIND4
#define BEHIND2 WHOLE(3, Z19, Z27, Z10); BEHIND3
#define BEHIND1 WHOLE(2, Z18, Z26, Z9); BEHIND2
#define BEHIND0 WHOLE(1, Z17, Z25, Z8); BEHIND1

#define ROWS(x, y, FIRST, WHOLES, DIAGONAL, NEXT, row) \
	MUL  Z2, x, Z3       \
	MUL  Z2, y, Z4       \
	VPXORD Z5, Z5, Z5    \
	MOVQ $FIRST, AX      \
	MOVL $LANES, CX      \
row: \
	PERM Z3, Z5, Z0      \
	PERM Z4, Z5, Z1      \
	SUBI Z6, Z5, Z5      \
	KMOVW AX, K1         \
	WHOLES               \
	DIAGONAL             \
	ADDQ R12, R8         \
	NEXT                 \
	DECL CX              \
	JNZ  row             \
	DECQ DX              \
	JZ   done

#define LOWER(k, x, y, t, WHOLES, row) \
	COLUMN(k, x, y) \
	ROWS(x, y, 1, WHOLES, PART(k, x, y, t), DOUBLE1, row)
#define UPPER(k, x, y, t, WHOLES, start, row) \
start: \
	ROWS(x, y, -1, WHOLES, PART(k, x, y, t), DOUBLE, row)

#define DOUBLE ADDQ AX, AX
#define DOUBLE1 LEAQ 1(AX)(AX*1), AX

#define TRIANGLE \
	CMPQ lower+48(FP), $0 \
	JEQ  upper \
	LOWER(0, Z16, Z24, Z7, BEFORE0, low0) \
	LOWER(1, Z17, Z25, Z8, BEFORE1, low1) \
	LOWER(2, Z18, Z26, Z9, BEFORE2, low2) \
	LOWER(3, Z19, Z27, Z10, BEFORE3, low3) \
	LOWER(4, Z20, Z28, Z11, BEFORE4, low4) \
	LOWER(5, Z21, Z29, Z12, BEFORE5, low5) \
	LOWER(6, Z22, Z30, Z13, BEFORE6, low6) \
	LOWER(7, Z23, Z31, Z14, BEFORE7, low7) \
upper: \
	MOVQ DX, R9  \
	SHLQ $6, R9  \
	SUBQ $512, R9 \
	ADDQ R9, R8  \
	ADDQ R9, SI  \
	ADDQ R9, DI  \
	COLUMN(7, Z23, Z31) \
	CMPQ DX, $1 \
	JEQ  start7 \
	COLUMN(6, Z22, Z30) \
	CMPQ DX, $2 \
	JEQ  start6 \
	COLUMN(5, Z21, Z29) \
	CMPQ DX, $3 \
	JEQ  start5 \
	COLUMN(4, Z20, Z28) \
	CMPQ DX, $4 \
	JEQ  start4 \
	COLUMN(3, Z19, Z27) \
	CMPQ DX, $5 \
	JEQ  start3 \
	COLUMN(2, Z18, Z26) \
	CMPQ DX, $6 \
	JEQ  start2 \
	COLUMN(1, Z17, Z25) \
	CMPQ DX, $7 \
	JEQ  start1 \
	COLUMN(0, Z16, Z24) \
	UPPER(0, Z16, Z24, Z7, BEHIND0, start0, high0) \
	UPPER(1, Z17, Z25, Z8, BEHIND1, start1, high1) \
	UPPER(2, Z18, Z26, Z9, BEHIND2, start2, high2) \
	UPPER(3, Z19, Z27, Z10, BEHIND3, start3, high3) \
	UPPER(4, Z20, Z28, Z11, BEHIND4, start4, high4) \
	UPPER(5, Z21, Z29, Z12, BEHIND5, start5, high5) \
	UPPER(6, Z22, Z30, Z13, BEHIND6, start6, high6) \
	UPPER(7, Z23, Z31, Z14, BEHIND7, start7, high7) \
done: \
	VZEROUPPER \
	RET

#define LOAD VMOVUPS
#define LOADZ VMOVUPS.Z
#define FMA VFMADD231PS
#define MUL VMULPS
#define PERM VPERMPS
#define SUBI VPSUBD
#define LANES 16

// func syr2WholeAVX512F32(vectors int, alpha float32, x, y, a *float32, lda, lower int)
TEXT ·syr2WholeAVX512F32(SB), NOSPLIT, $0-56
	ARGS
	SHLQ $2, R12
	VBROADCASTSS alpha+8(FP), Z2
	TRIANGLE

#undef LOAD
#undef LOADZ
#undef FMA
#undef MUL
#undef PERM
#undef SUBI
#undef LANES
#define LOAD VMOVUPD
#define LOADZ VMOVUPD.Z
#define FMA VFMADD231PD
#define MUL VMULPD
#define PERM VPERMPD
#define SUBI VPSUBQ
#define LANES 8

// func syr2WholeAVX512F64(vectors int, alpha float64, x, y, a *float64, lda, lower int)
TEXT ·syr2WholeAVX512F64(SB), NOSPLIT, $0-56
	ARGS
	SHLQ $3, R12
	VBROADCASTSD alpha+8(FP), Z2
	TRIANGLE
