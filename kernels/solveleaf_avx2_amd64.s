// Forward substitution with a triangle of at most 8 rows, AVX2.
//
//	x_i = (b_i − s_i)/t_ii,  s_i = Σ_{j<i} t_ij·x_j as a chain of fma from +0, j ascending
//
// for every column of the n×cols matrix b, in place. The triangle is packed: t_ij = tri[8·i+j].
//
//	AX n   SI tri   DI b, moving along the columns   DX ldb in bytes   CX columns left
//	R8 3·ldb   R9 5·ldb   R10 7·ldb      Y14 lanes of the tail
//	Y0–Y7 rows of x, one vector of columns    Y8 s    Y15 an element of the triangle in every lane
//
// Ports: 28 fma, 36 broadcast loads, 8 divisions for 8 rows of one vector; the divisions bind (5 to 8 cycles each).
//
// Edges: 1 ≤ n ≤ 8, cols ≥ 1; the columns behind the last whole vector go through VMASKMOV.

#include "textflag.h"

// −1 for the lanes that exist, from the middle backwards.
DATA  lanes<>+0(SB)/8, $-1
DATA  lanes<>+8(SB)/8, $-1
DATA  lanes<>+16(SB)/8, $-1
DATA  lanes<>+24(SB)/8, $-1
DATA  lanes<>+32(SB)/8, $0
DATA  lanes<>+40(SB)/8, $0
DATA  lanes<>+48(SB)/8, $0
DATA  lanes<>+56(SB)/8, $0
GLOBL lanes<>(SB), RODATA|NOPTR, $64

#define LOADALL32(AT, R)  VMOVUPS AT, R
#define STOREALL32(R, AT) VMOVUPS R, AT
#define LOADSOME32(AT, R)  VMASKMOVPS AT, Y14, R
#define STORESOME32(R, AT) VMASKMOVPS R, Y14, AT
#define LOADALL64(AT, R)  VMOVUPD AT, R
#define STOREALL64(R, AT) VMOVUPD R, AT
#define LOADSOME64(AT, R)  VMASKMOVPD AT, Y14, R
#define STORESOME64(R, AT) VMASKMOVPD R, Y14, AT

// The n rows of one vector of columns; S is the size of an element.
#define ROWS(BC, FMA, SUB, DIV, LOAD, STORE, S, NEXT) \
	LOAD((DI), Y0) \
	BC (0*S)(SI), Y15 \
	DIV Y15, Y0, Y0 \
	STORE(Y0, (DI)) \
	CMPQ AX, $1 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (8*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	LOAD((DI)(DX*1), Y1) \
	SUB Y8, Y1, Y1 \
	BC (9*S)(SI), Y15 \
	DIV Y15, Y1, Y1 \
	STORE(Y1, (DI)(DX*1)) \
	CMPQ AX, $2 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (16*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	BC (17*S)(SI), Y15 \
	FMA Y15, Y1, Y8 \
	LOAD((DI)(DX*2), Y2) \
	SUB Y8, Y2, Y2 \
	BC (18*S)(SI), Y15 \
	DIV Y15, Y2, Y2 \
	STORE(Y2, (DI)(DX*2)) \
	CMPQ AX, $3 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (24*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	BC (25*S)(SI), Y15 \
	FMA Y15, Y1, Y8 \
	BC (26*S)(SI), Y15 \
	FMA Y15, Y2, Y8 \
	LOAD((DI)(R8*1), Y3) \
	SUB Y8, Y3, Y3 \
	BC (27*S)(SI), Y15 \
	DIV Y15, Y3, Y3 \
	STORE(Y3, (DI)(R8*1)) \
	CMPQ AX, $4 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (32*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	BC (33*S)(SI), Y15 \
	FMA Y15, Y1, Y8 \
	BC (34*S)(SI), Y15 \
	FMA Y15, Y2, Y8 \
	BC (35*S)(SI), Y15 \
	FMA Y15, Y3, Y8 \
	LOAD((DI)(DX*4), Y4) \
	SUB Y8, Y4, Y4 \
	BC (36*S)(SI), Y15 \
	DIV Y15, Y4, Y4 \
	STORE(Y4, (DI)(DX*4)) \
	CMPQ AX, $5 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (40*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	BC (41*S)(SI), Y15 \
	FMA Y15, Y1, Y8 \
	BC (42*S)(SI), Y15 \
	FMA Y15, Y2, Y8 \
	BC (43*S)(SI), Y15 \
	FMA Y15, Y3, Y8 \
	BC (44*S)(SI), Y15 \
	FMA Y15, Y4, Y8 \
	LOAD((DI)(R9*1), Y5) \
	SUB Y8, Y5, Y5 \
	BC (45*S)(SI), Y15 \
	DIV Y15, Y5, Y5 \
	STORE(Y5, (DI)(R9*1)) \
	CMPQ AX, $6 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (48*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	BC (49*S)(SI), Y15 \
	FMA Y15, Y1, Y8 \
	BC (50*S)(SI), Y15 \
	FMA Y15, Y2, Y8 \
	BC (51*S)(SI), Y15 \
	FMA Y15, Y3, Y8 \
	BC (52*S)(SI), Y15 \
	FMA Y15, Y4, Y8 \
	BC (53*S)(SI), Y15 \
	FMA Y15, Y5, Y8 \
	LOAD((DI)(R8*2), Y6) \
	SUB Y8, Y6, Y6 \
	BC (54*S)(SI), Y15 \
	DIV Y15, Y6, Y6 \
	STORE(Y6, (DI)(R8*2)) \
	CMPQ AX, $7 \
	JEQ  NEXT \
	VPXOR Y8, Y8, Y8 \
	BC (56*S)(SI), Y15 \
	FMA Y15, Y0, Y8 \
	BC (57*S)(SI), Y15 \
	FMA Y15, Y1, Y8 \
	BC (58*S)(SI), Y15 \
	FMA Y15, Y2, Y8 \
	BC (59*S)(SI), Y15 \
	FMA Y15, Y3, Y8 \
	BC (60*S)(SI), Y15 \
	FMA Y15, Y4, Y8 \
	BC (61*S)(SI), Y15 \
	FMA Y15, Y5, Y8 \
	BC (62*S)(SI), Y15 \
	FMA Y15, Y6, Y8 \
	LOAD((DI)(R10*1), Y7) \
	SUB Y8, Y7, Y7 \
	BC (63*S)(SI), Y15 \
	DIV Y15, Y7, Y7 \
	STORE(Y7, (DI)(R10*1)) \
NEXT:

// W is the number of lanes, SHIFT the logarithm of S.
#define BODY(BC, FMA, SUB, DIV, LOADALL, STOREALL, LOADSOME, STORESOME, S, W, SHIFT, LOOP, NEXT, TAIL, LAST, DONE) \
	MOVQ n+0(FP), AX     \
	MOVQ tri+8(FP), SI   \
	MOVQ b+16(FP), DI    \
	MOVQ ldb+24(FP), DX  \
	MOVQ cols+32(FP), CX \
	LEAQ (DX)(DX*2), R8  \
	LEAQ (DX)(DX*4), R9  \
	LEAQ (R8)(DX*4), R10 \
	SUBQ $W, CX          \
	JLT  TAIL            \
LOOP:                        \
	ROWS(BC, FMA, SUB, DIV, LOADALL, STOREALL, S, NEXT) \
	ADDQ $32, DI         \
	SUBQ $W, CX          \
	JGE  LOOP            \
TAIL:                        \
	ADDQ $W, CX          \
	JEQ  DONE            \
	LEAQ lanes<>+32(SB), BX \
	SHLQ $SHIFT, CX      \
	SUBQ CX, BX          \
	VMOVUPS (BX), Y14    \
	ROWS(BC, FMA, SUB, DIV, LOADSOME, STORESOME, S, LAST) \
DONE:                        \
	VZEROUPPER           \
	RET

// func solveLeaf32AVX2(n int, tri, b *float32, ldb, cols int)
TEXT ·solveLeaf32AVX2(SB), NOSPLIT, $0-40
	BODY(VBROADCASTSS, VFMADD231PS, VSUBPS, VDIVPS, LOADALL32, STOREALL32, LOADSOME32, STORESOME32, 4, 8, 2, loop, next, tail, last, done)

// func solveLeaf64AVX2(n int, tri, b *float64, ldb, cols int)
TEXT ·solveLeaf64AVX2(SB), NOSPLIT, $0-40
	BODY(VBROADCASTSD, VFMADD231PD, VSUBPD, VDIVPD, LOADALL64, STOREALL64, LOADSOME64, STORESOME64, 8, 4, 3, loop, next, tail, last, done)
