// Forward substitution with a triangle of at most 8 rows, AVX-512.
//
//	x_i = (b_i − s_i)/t_ii,  s_i = Σ_{j<i} t_ij·x_j as a chain of fma from +0, j ascending
//
// for every column of the n×cols matrix b, in place. The triangle is packed: t_ij = tri[8·i+j].
//
//	AX n   SI tri   DI b, moving along the columns   DX ldb in bytes   CX columns left
//	R8 3·ldb   R9 5·ldb   R10 7·ldb      K1 lanes of this step
//	Z0–Z7 rows of x, one vector of columns    Z8 s
//
// Ports (Zen 5): 28 fma, 8 divisions, 8 loads, 8 stores for 8 rows of one vector; the divisions bind (about 10 cycles
// each for 512 bits). Steps are independent, so the latency of the recurrence hides behind the next steps.
//
// Edges: 1 ≤ n ≤ 8, cols ≥ 1; the last vector is masked.

#include "textflag.h"

// The end of row I at address AT: subtract the sum, divide, store.
#define FINISH(MOV, MOVZ, SUB, DIV, DIAG, AT, R) \
	MOVZ AT, K1, R      \
	SUB  Z8, R, R       \
	DIV  DIAG(SI), R, R \
	MOV  R, K1, AT

#define ZERO VPXOR X8, X8, X8

// S is the size of an element; W the lanes of a vector.
#define BODY(MOV, MOVZ, FMA, SUB, DIV, S, W, LOOP, FULL, NEXT) \
	MOVQ n+0(FP), AX                                   \
	MOVQ tri+8(FP), SI                                 \
	MOVQ b+16(FP), DI                                  \
	MOVQ ldb+24(FP), DX                                \
	MOVQ cols+32(FP), CX                               \
	LEAQ (DX)(DX*2), R8                                \
	LEAQ (DX)(DX*4), R9                                \
	LEAQ (R8)(DX*4), R10                               \
	MOVQ $-1, BX                                       \
	KMOVQ BX, K1                                       \
LOOP:                                                      \
	CMPQ CX, $W                                        \
	JGE  FULL                                          \
	MOVQ $-1, BX                                       \
	BZHIQ CX, BX, BX                                   \
	KMOVQ BX, K1                                       \
FULL:                                                      \
	MOVZ (DI), K1, Z0                                  \
	DIV  0(SI), Z0, Z0                                 \
	MOV  Z0, K1, (DI)                                  \
	CMPQ AX, $1                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (8*S)(SI), Z0, Z8                              \
	FINISH(MOV, MOVZ, SUB, DIV, (9*S), (DI)(DX*1), Z1) \
	CMPQ AX, $2                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (16*S)(SI), Z0, Z8                             \
	FMA (17*S)(SI), Z1, Z8                             \
	FINISH(MOV, MOVZ, SUB, DIV, (18*S), (DI)(DX*2), Z2) \
	CMPQ AX, $3                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (24*S)(SI), Z0, Z8                             \
	FMA (25*S)(SI), Z1, Z8                             \
	FMA (26*S)(SI), Z2, Z8                             \
	FINISH(MOV, MOVZ, SUB, DIV, (27*S), (DI)(R8*1), Z3) \
	CMPQ AX, $4                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (32*S)(SI), Z0, Z8                             \
	FMA (33*S)(SI), Z1, Z8                             \
	FMA (34*S)(SI), Z2, Z8                             \
	FMA (35*S)(SI), Z3, Z8                             \
	FINISH(MOV, MOVZ, SUB, DIV, (36*S), (DI)(DX*4), Z4) \
	CMPQ AX, $5                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (40*S)(SI), Z0, Z8                             \
	FMA (41*S)(SI), Z1, Z8                             \
	FMA (42*S)(SI), Z2, Z8                             \
	FMA (43*S)(SI), Z3, Z8                             \
	FMA (44*S)(SI), Z4, Z8                             \
	FINISH(MOV, MOVZ, SUB, DIV, (45*S), (DI)(R9*1), Z5) \
	CMPQ AX, $6                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (48*S)(SI), Z0, Z8                             \
	FMA (49*S)(SI), Z1, Z8                             \
	FMA (50*S)(SI), Z2, Z8                             \
	FMA (51*S)(SI), Z3, Z8                             \
	FMA (52*S)(SI), Z4, Z8                             \
	FMA (53*S)(SI), Z5, Z8                             \
	FINISH(MOV, MOVZ, SUB, DIV, (54*S), (DI)(R8*2), Z6) \
	CMPQ AX, $7                                        \
	JEQ  NEXT                                          \
	ZERO                                               \
	FMA (56*S)(SI), Z0, Z8                             \
	FMA (57*S)(SI), Z1, Z8                             \
	FMA (58*S)(SI), Z2, Z8                             \
	FMA (59*S)(SI), Z3, Z8                             \
	FMA (60*S)(SI), Z4, Z8                             \
	FMA (61*S)(SI), Z5, Z8                             \
	FMA (62*S)(SI), Z6, Z8                             \
	FINISH(MOV, MOVZ, SUB, DIV, (63*S), (DI)(R10*1), Z7) \
NEXT:                                                      \
	ADDQ $64, DI                                       \
	SUBQ $W, CX                                        \
	JGT  LOOP                                          \
	VZEROUPPER                                         \
	RET

// func solveLeaf32AVX512(n int, tri, b *float32, ldb, cols int)
TEXT ·solveLeaf32AVX512(SB), NOSPLIT, $0-40
	BODY(VMOVUPS, VMOVUPS.Z, VFMADD231PS.BCST, VSUBPS, VDIVPS.BCST, 4, 16, loop, full, next)

// func solveLeaf64AVX512(n int, tri, b *float64, ldb, cols int)
TEXT ·solveLeaf64AVX512(SB), NOSPLIT, $0-40
	BODY(VMOVUPD, VMOVUPD.Z, VFMADD231PD.BCST, VSUBPD, VDIVPD.BCST, 8, 8, loop, full, next)
