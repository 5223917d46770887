// Symmetric rank-two update of rows of a triangle, NEON.
//
//	s = alpha·x_i, t = alpha·y_i      a_ij = fma(s, y_j, a_ij), then a_ij = fma(t, x_j, a_ij)
//
//	R0  rows left   R1  bytes of the row   R2  growth of a row in bytes   R3, R4  x_i, y_i
//	R5, R6  x and y of the row   R7  row of A   R8  bytes to the next row   R9  bytes to its first column
//	R10–R12  x, y and a, moving   R13  bytes left
//	V31  alpha in every lane   V28, V29  s, t   V0–V3  a   V4–V7  y   V16–V19  x
//
// Ports: 3 loads, 2 fused operations and 1 store of a register.
//
// Edges: rows ≥ 1, n ≥ 1; grow is 1 (lower triangle: the next row has one element more) or −1 (upper: it begins one column later). Blocks of four
// registers, one, and elements.

#include "textflag.h"
#include "neon_arm64.h"
#include "s4_arm64.h"

#define ROWS \
	MOVD rows+0(FP), R0        \
	MOVD n+8(FP), R1           \
	MOVD grow+16(FP), R2       \
	FMOVE alpha+24(FP), F31    \
	DUPLANE(V31, V31)          \
	MOVD xi+32(FP), R3         \
	MOVD yi+40(FP), R4         \
	MOVD x+48(FP), R5          \
	MOVD y+56(FP), R6          \
	MOVD a+64(FP), R7          \
	MOVD lda+72(FP), R8        \
	LSL  $ELOG, R1             \
	LSL  $ELOG, R2             \
	LSL  $ELOG, R8             \
	NEG  R2, R9                \
	CMP  $0, R9                \
	CSEL GT, R9, ZR, R9        \
	ADD  R9, R8                \
row: \
	DUPNEXT(R3, V28)           \
	DUPNEXT(R4, V29)           \
	FMULV(31,28,28)            \
	FMULV(31,29,29)            \
	MOVD R5, R10               \
	MOVD R6, R11               \
	MOVD R7, R12               \
	SUBS $64, R1, R13          \
	BLT  few                   \
fours: \
	FLDPQ 0(R12), (F0, F1)     \
	FLDPQ 32(R12), (F2, F3)    \
	FLDPQ 0(R11), (F4, F5)     \
	FLDPQ 32(R11), (F6, F7)    \
	FLDPQ 0(R10), (F16, F17)   \
	FLDPQ 32(R10), (F18, F19)  \
	FMLAV(4,28,0)              \
	FMLAV(5,28,1)              \
	FMLAV(6,28,2)              \
	FMLAV(7,28,3)              \
	FMLAV(16,29,0)             \
	FMLAV(17,29,1)             \
	FMLAV(18,29,2)             \
	FMLAV(19,29,3)             \
	FSTPQ (F0, F1), 0(R12)     \
	FSTPQ (F2, F3), 32(R12)    \
	ADD  $64, R10              \
	ADD  $64, R11              \
	ADD  $64, R12              \
	SUBS $64, R13, R13         \
	BGE  fours                 \
few: \
	ADDS $48, R13, R13         \
	BLT  rest                  \
vector: \
	FMOVQ 0(R12), F0           \
	FMOVQ 0(R11), F4           \
	FMOVQ 0(R10), F16          \
	FMLAV(4,28,0)              \
	FMLAV(16,29,0)             \
	FMOVQ F0, 0(R12)           \
	ADD  $16, R10              \
	ADD  $16, R11              \
	ADD  $16, R12              \
	SUBS $16, R13, R13         \
	BGE  vector                \
rest: \
	ADDS $16, R13, R13         \
	BEQ  next                  \
element: \
	FMOVE 0(R12), F0           \
	FMOVE 0(R11), F4           \
	FMOVE 0(R10), F16          \
	FMLAV(4,28,0)              \
	FMLAV(16,29,0)             \
	FMOVE F0, 0(R12)           \
	ADD  $EBYTES, R10          \
	ADD  $EBYTES, R11          \
	ADD  $EBYTES, R12          \
	SUBS $EBYTES, R13, R13     \
	BNE  element               \
next: \
	ADD  R2, R1                \
	ADD  R9, R5                \
	ADD  R9, R6                \
	ADD  R8, R7                \
	SUBS $1, R0, R0            \
	BNE  row                   \
	RET

// func syr2NEONF32(rows, n, grow int, alpha float32, xi, yi, x, y, a *float32, lda int)
TEXT ·syr2NEONF32(SB), NOSPLIT, $0-80
	ROWS

#include "d2_arm64.h"

// func syr2NEONF64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)
TEXT ·syr2NEONF64(SB), NOSPLIT, $0-80
	ROWS
