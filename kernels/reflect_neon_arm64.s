// Reflections of the rows of a small matrix, NEON, float64: see Reflect for the formulas and their order.
//
// Sixteen columns at a time (then eight) are reflected by all H_j, the last first. One pass down the rows sums, the next one
// updates; a chain for each vector of columns.
//
//	R0  n   R1  columns left   R2  k   R3  v   R4  ldv in bytes   R5  τ   R6  the first row of the columns   R7  ldz in bytes
//	R8  j+1   R9  z at row j+1   R10  v at row j, element j+1   R11  row of z   R12  element of v   R13  rows left
//	V0–V7  sums   V16–V23  z   V24  an element of v, or τ
//
// Ports, for a row of 16 columns: 9 loads and 8 fused operations, then as many and 8 stores, which bind where one is stored in a cycle (N1).
//
// Edges: cols ≥ 8, a multiple of 8; 1 ≤ k < n.

#include "textflag.h"
#include "neon_arm64.h"

// What is done to 4 and 8 vectors.
#define ZERO4 \
	VEOR V0.B16, V0.B16, V0.B16 \
	VEOR V1.B16, V1.B16, V1.B16 \
	VEOR V2.B16, V2.B16, V2.B16 \
	VEOR V3.B16, V3.B16, V3.B16
#define ZERO8 \
	ZERO4                       \
	VEOR V4.B16, V4.B16, V4.B16 \
	VEOR V5.B16, V5.B16, V5.B16 \
	VEOR V6.B16, V6.B16, V6.B16 \
	VEOR V7.B16, V7.B16, V7.B16

#define LOAD4 \
	FLDPQ 0(R11), (F16, F17)  \
	FLDPQ 32(R11), (F18, F19)
#define LOAD8 \
	LOAD4                     \
	FLDPQ 64(R11), (F20, F21) \
	FLDPQ 96(R11), (F22, F23)

#define SUM4 \
	FMLA2D0(24,16,0) \
	FMLA2D0(24,17,1) \
	FMLA2D0(24,18,2) \
	FMLA2D0(24,19,3)
#define SUM8 \
	SUM4             \
	FMLA2D0(24,20,4) \
	FMLA2D0(24,21,5) \
	FMLA2D0(24,22,6) \
	FMLA2D0(24,23,7)

#define SCALE4 \
	FMUL2D0(24,0,0) \
	FMUL2D0(24,1,1) \
	FMUL2D0(24,2,2) \
	FMUL2D0(24,3,3)
#define SCALE8 \
	SCALE4          \
	FMUL2D0(24,4,4) \
	FMUL2D0(24,5,5) \
	FMUL2D0(24,6,6) \
	FMUL2D0(24,7,7)

#define TAKE4 \
	FMLS2D0(24,0,16) \
	FMLS2D0(24,1,17) \
	FMLS2D0(24,2,18) \
	FMLS2D0(24,3,19)
#define TAKE8 \
	TAKE4            \
	FMLS2D0(24,4,20) \
	FMLS2D0(24,5,21) \
	FMLS2D0(24,6,22) \
	FMLS2D0(24,7,23)

#define STORE4 \
	FSTPQ (F16, F17), 0(R11)  \
	FSTPQ (F18, F19), 32(R11)
#define STORE8 \
	STORE4                    \
	FSTPQ (F20, F21), 64(R11) \
	FSTPQ (F22, F23), 96(R11)

// From the start of a reflection, or after its sums: the rows j+1 … n−1 of z and v.
#define ROWS \
	MOVD R9, R11    \
	MOVD R10, R12   \
	SUB  R8, R0, R13

// All columns that come in groups of so many.
#define REFLECT(count, columns, rest, reflection, sum, update, ZERO, LOAD, SUM, SCALE, TAKE, STORE) \
columns: \
	SUBS $count, R1, R1             \
	BLT  rest                       \
	MOVD R2, R8                     \
	MADD R7, R6, R8, R9             \
	SUB  $1, R8, R10                \
	MADD R4, R3, R10, R10           \
	ADD  R8<<3, R10, R10            \
	ADD  R8<<3, R5, R14             \
reflection: \
	ZERO                            \
	ROWS                            \
sum: \
	FMOVD.P 8(R12), F24             \
	LOAD                            \
	SUM                             \
	ADD  R7, R11, R11               \
	SUBS $1, R13, R13               \
	BNE  sum                        \
	FMOVD.W -8(R14), F24            \
	SCALE                           \
	ROWS                            \
update: \
	FMOVD.P 8(R12), F24             \
	LOAD                            \
	TAKE                            \
	STORE                           \
	ADD  R7, R11, R11               \
	SUBS $1, R13, R13               \
	BNE  update                     \
	SUB  R7, R9, R9                 \
	SUB  R4, R10, R10               \
	SUB  $8, R10, R10               \
	SUBS $1, R8, R8                 \
	BNE  reflection                 \
	ADD  $(8*count), R6, R6         \
	B    columns                    \
rest: \
	ADD  $count, R1, R1

// func reflectNEON(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)
TEXT ·reflectNEON(SB), NOSPLIT, $0-64
	MOVD n+0(FP), R0
	MOVD cols+8(FP), R1
	MOVD k+16(FP), R2
	MOVD v+24(FP), R3
	MOVD ldv+32(FP), R4
	MOVD tau+40(FP), R5
	MOVD z+48(FP), R6
	MOVD ldz+56(FP), R7
	LSL  $3, R4, R4
	LSL  $3, R7, R7
	REFLECT(16, columns8, rest8, reflection8, sum8, update8, ZERO8, LOAD8, SUM8, SCALE8, TAKE8, STORE8)
	REFLECT(8, columns4, rest4, reflection4, sum4, update4, ZERO4, LOAD4, SUM4, SCALE4, TAKE4, STORE4)
	RET
