// One row of a Kronecker product, NEON.
//
//	c[j·nb+l] = a_j·b_l      0 ≤ j < na, 0 ≤ l < nb
//
//	R0  elements left of a   R1  bytes of b   R2  a   R3  b   R4  c   R5  b, moving   R6  bytes left of b
//	V0  a_j in every lane   V4–V7  b
//
// Ports: one load, one product and one store of a register.
//
// Edges: na ≥ 1, nb ≥ 1 whole registers.

#include "textflag.h"
#include "neon_arm64.h"
#include "s4_arm64.h"

#define KRON \
	MOVD na+0(FP), R0       \
	MOVD nb+8(FP), R1       \
	MOVD a+16(FP), R2       \
	MOVD b+24(FP), R3       \
	MOVD c+32(FP), R4       \
	LSL  $ELOG, R1          \
block: \
	DUPNEXT(R2, V0)         \
	MOVD R3, R5             \
	SUBS $64, R1, R6        \
	BLT  few                \
fours: \
	FLDPQ 0(R5), (F4, F5)   \
	FLDPQ 32(R5), (F6, F7)  \
	FMULV(0,4,4)            \
	FMULV(0,5,5)            \
	FMULV(0,6,6)            \
	FMULV(0,7,7)            \
	FSTPQ (F4, F5), 0(R4)   \
	FSTPQ (F6, F7), 32(R4)  \
	ADD  $64, R5            \
	ADD  $64, R4            \
	SUBS $64, R6, R6        \
	BGE  fours              \
few: \
	ADDS $64, R6, R6        \
	BEQ  next               \
one: \
	FMOVQ 0(R5), F4         \
	FMULV(0,4,4)            \
	FMOVQ F4, 0(R4)         \
	ADD  $16, R5            \
	ADD  $16, R4            \
	SUBS $16, R6, R6        \
	BNE  one                \
next: \
	SUBS $1, R0, R0         \
	BNE  block              \
	RET

// func kronNEONF32(na, nb int, a, b, c *float32)
TEXT ·kronNEONF32(SB), NOSPLIT, $0-40
	KRON

#include "d2_arm64.h"

// func kronNEONF64(na, nb int, a, b, c *float64)
TEXT ·kronNEONF64(SB), NOSPLIT, $0-40
	KRON
