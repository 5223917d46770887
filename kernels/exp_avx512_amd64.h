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
// elements, which is what it takes; the rest goes to the adders. float64: 14 FMAs, 15 cycles for 8 elements (16 measured).

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
