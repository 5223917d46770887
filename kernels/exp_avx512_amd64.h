// e^x on ZMM registers in internal/elem's order of operations; the table is elem.ExpTable, each value 32 bytes
// wide (see exp_amd64.go).
//
//   V0 x, destroyed  V1 n  V3 result
//   Z12 Max  Z13 Min  Z14 log₂e  Z15 magic  Z16 −ln2 high  Z17 −ln2 low
//   Z18 … polynomial, highest power first; Z30 is free for a caller
//
// VMIN and VMAX return their second source if one is NaN; in Go's order that is the first
// operand, so NaN passes. VSCALEF multiplies by 2ⁿ with one rounding, the same as
// internal/elem's two multiplications, of which the first is exact.
//
// float32: 9 FMAs and VSCALEF on the two multipliers of Zen 4 (a ZMM takes both): 10 cycles for 16
// elements, which is what it takes; the rest goes to the adders. float64: 14 FMAs, 15 cycles for 8 elements (16 measured). Zen 5, whose ZMM takes one:
// 5 and 7.5 cycles, of which one vector after the other reaches 81 and 69 %, four side by side 90 and 88.

#define SHIFT Z30

#define CONST(I, C) BCAST 32*I(R8), C

#define EXPTABLE32 \
	CONST(0, Z12); \
	CONST(1, Z13); \
	CONST(2, Z14); \
	CONST(3, Z15); \
	CONST(4, Z16); \
	CONST(5, Z17); \
	CONST(6, Z18); \
	CONST(7, Z19); \
	CONST(8, Z20); \
	CONST(9, Z21); \
	CONST(10, Z22); \
	CONST(11, Z23)

#define EXPTABLE64 \
	EXPTABLE32; \
	CONST(12, Z24); \
	CONST(13, Z25); \
	CONST(14, Z26); \
	CONST(15, Z27); \
	CONST(16, Z28)

#define EXPV \
	MINV      V0, Z12, V0; \
	MAXV      V0, Z13, V0; \
	LOADU     Z15, V1; \
	FMADD231  Z14, V0, V1; \
	SUB       Z15, V1, V1; \
	FMADD231  Z16, V1, V0; \
	FMADD231  Z17, V1, V0; \
	LOADU     Z18, V3; \
	FMADD213  Z19, V0, V3; \
	FMADD213  Z20, V0, V3; \
	FMADD213  Z21, V0, V3; \
	FMADD213  Z22, V0, V3; \
	FMADD213  Z23, V0, V3; \
	EXPTAIL; \
	SCALEF    V1, V3, V3

#define EXPTAIL32 \
	FMADD213  Z23, V0, V3

#define EXPTAIL64 \
	FMADD213  Z24, V0, V3; \
	FMADD213  Z25, V0, V3; \
	FMADD213  Z26, V0, V3; \
	FMADD213  Z27, V0, V3; \
	FMADD213  Z28, V0, V3; \
	FMADD213  Z28, V0, V3

// The same steps of several vectors side by side: X, N and P stand for their V0, V1 and V3, an operand C for one of the table's registers. Side by side each
// instruction finds its operands ready, where one vector after the other fills the scheduler with instructions that wait.
#define EXPSTEPS(XX, N, XN, NN, NX, P, XP, NP) \
	XX(MINV, Z12); \
	XX(MAXV, Z13); \
	N(LOADU, Z15); \
	XN(FMADD231, Z14); \
	NN(SUB, Z15); \
	NX(FMADD231, Z16); \
	NX(FMADD231, Z17); \
	P(LOADU, Z18); \
	XP(FMADD213, Z19); \
	XP(FMADD213, Z20); \
	XP(FMADD213, Z21); \
	XP(FMADD213, Z22); \
	XP(FMADD213, Z23); \
	EXPTAILS(XP); \
	NP(SCALEF)

#define EXPTAILS32(XP) \
	XP(FMADD213, Z23)

#define EXPTAILS64(XP) \
	XP(FMADD213, Z24); \
	XP(FMADD213, Z25); \
	XP(FMADD213, Z26); \
	XP(FMADD213, Z27); \
	XP(FMADD213, Z28); \
	XP(FMADD213, Z28)

// Four vectors: X in Z0 … Z3, N in Z4 … Z7, P in Z8 … Z11.
#define XX4(OP, C) OP Z0, C, Z0; OP Z1, C, Z1; OP Z2, C, Z2; OP Z3, C, Z3
#define N4(OP, C)  OP C, Z4; OP C, Z5; OP C, Z6; OP C, Z7
#define XN4(OP, C) OP C, Z0, Z4; OP C, Z1, Z5; OP C, Z2, Z6; OP C, Z3, Z7
#define NN4(OP, C) OP C, Z4, Z4; OP C, Z5, Z5; OP C, Z6, Z6; OP C, Z7, Z7
#define NX4(OP, C) OP C, Z4, Z0; OP C, Z5, Z1; OP C, Z6, Z2; OP C, Z7, Z3
#define P4(OP, C)  OP C, Z8; OP C, Z9; OP C, Z10; OP C, Z11
#define XP4(OP, C) OP C, Z0, Z8; OP C, Z1, Z9; OP C, Z2, Z10; OP C, Z3, Z11
#define NP4(OP)    OP Z4, Z8, Z8; OP Z5, Z9, Z9; OP Z6, Z10, Z10; OP Z7, Z11, Z11

// Y = e^x, four vectors at a time as long as there are so many.
#define EXPMANY \
	XORL    BX, BX; \
	SUBQ    $(4*VBYTES/EBYTES), CX; \
	JLT     ones; \
fours: \
	LOADU   0(SI)(BX*1), Z0; \
	LOADU   64(SI)(BX*1), Z1; \
	LOADU   128(SI)(BX*1), Z2; \
	LOADU   192(SI)(BX*1), Z3; \
	EXPSTEPS(XX4, N4, XN4, NN4, NX4, P4, XP4, NP4); \
	LOADU   Z8, 0(DI)(BX*1); \
	LOADU   Z9, 64(DI)(BX*1); \
	LOADU   Z10, 128(DI)(BX*1); \
	LOADU   Z11, 192(DI)(BX*1); \
	ADDQ    $(4*VBYTES), BX; \
	SUBQ    $(4*VBYTES/EBYTES), CX; \
	JGE     fours; \
ones: \
	ADDQ    $(4*VBYTES/EBYTES), CX

// Two vectors: X in Z0, Z1, N in Z2, Z3, P in Z4, Z5; the lanes of a reduction have Z8 … Z11.
#define XX2(OP, C) OP Z0, C, Z0; OP Z1, C, Z1
#define N2(OP, C)  OP C, Z2; OP C, Z3
#define XN2(OP, C) OP C, Z0, Z2; OP C, Z1, Z3
#define NN2(OP, C) OP C, Z2, Z2; OP C, Z3, Z3
#define NX2(OP, C) OP C, Z2, Z0; OP C, Z3, Z1
#define P2(OP, C)  OP C, Z4; OP C, Z5
#define XP2(OP, C) OP C, Z0, Z4; OP C, Z1, Z5
#define NP2(OP)    OP Z2, Z4, Z4; OP Z3, Z5, Z5

// e^(x − SHIFT) of the two vectors at OFF, added to the lanes A and B, and, as S says, stored.
#define EXPSUM2(OFF, A, B, S) \
	LOADU   (OFF)(SI)(BX*1), Z0; \
	LOADU   (OFF+64)(SI)(BX*1), Z1; \
	SUB     SHIFT, Z0, Z0; \
	SUB     SHIFT, Z1, Z1; \
	EXPSTEPS(XX2, N2, XN2, NN2, NX2, P2, XP2, NP2); \
	S(OFF); \
	ADD     Z4, A, A; \
	ADD     Z5, B, B

#define STOREMANY(OFF) \
	LOADU   Z4, (OFF)(DI)(BX*1); \
	LOADU   Z5, (OFF+64)(DI)(BX*1)

#define STORENONE(OFF)

// The sum of e^(x − SHIFT) of all lanes at a time, as long as there are so many.
#define EXPSUMMANY(MANY, ONES, S) \
	XORL    BX, BX; \
	SUBQ    $(4*VBYTES/EBYTES), CX; \
	JLT     ONES; \
MANY: \
	EXPSUM2(0, Z8, Z9, S); \
	EXPSUM2(128, Z10, Z11, S); \
	ADDQ    $(4*VBYTES), BX; \
	SUBQ    $(4*VBYTES/EBYTES), CX; \
	JGE     MANY; \
ONES: \
	ADDQ    $(4*VBYTES/EBYTES), CX
