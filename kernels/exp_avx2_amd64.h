// e^x on YMM registers in internal/elem's order of operations; the table is elem.ExpTable, each value 32 bytes
// wide (see exp_amd64.go), so that what finds no register is a memory operand.
//
//   V0 x, destroyed  V1 n and its biased bits  V3 result  Y15 work; V2 is left for the mask, Y14 for a caller
//   Y4 log₂e  Y5 magic  Y6 −ln2 high  Y7 −ln2 low  Y8 … Y13 six values of the polynomial
//
// VMIN and VMAX return their second source if one is NaN; in Go's order that is the first
// operand, so NaN passes.
//
// float32: 9 FMAs and 2 multiplications on two ports, 5.5 cycles for 8 elements; float64: 14 and 2, 8 cycles for
// 4 elements. Zen 4 takes 9 and 14: a chain of 65 cycles with 22 results would need more vector registers in
// flight than it has.

#define SHIFT Y14

#define CONST(I, C) LOADU 32*I(R8), C

#define EXPTABLE32 \
	CONST(2, Y4); \
	CONST(3, Y5); \
	CONST(4, Y6); \
	CONST(5, Y7); \
	CONST(6, Y8); \
	CONST(7, Y9); \
	CONST(8, Y10); \
	CONST(9, Y11); \
	CONST(10, Y12); \
	CONST(11, Y13)

#define EXPTABLE64 EXPTABLE32

#define EXPV \
	LOADU     (R8), Y15; \
	MINV      V0, Y15, V0; \
	LOADU     32(R8), Y15; \
	MAXV      V0, Y15, V0; \
	LOADU     Y5, V1; \
	FMADD231  Y4, V0, V1; \
	SUB       Y5, V1, Y15; \
	FMADD231  Y6, Y15, V0; \
	FMADD231  Y7, Y15, V0; \
	LOADU     Y8, V3; \
	FMADD213  Y9, V0, V3; \
	FMADD213  Y10, V0, V3; \
	FMADD213  Y11, V0, V3; \
	FMADD213  Y12, V0, V3; \
	FMADD213  Y13, V0, V3; \
	EXPTAIL; \
	SHRI      $1, V1, Y15; \
	SUBI      Y15, V1, V1; \
	SHLI      $EXPBIAS, Y15, Y15; \
	SHLI      $EXPBIAS, V1, V1; \
	MUL       Y15, V3, V3; \
	MUL       V1, V3, V3

#define EXPTAIL32 \
	FMADD213  Y13, V0, V3

#define EXPTAIL64 \
	FMADD213  (12*32)(R8), V0, V3; \
	FMADD213  (13*32)(R8), V0, V3; \
	FMADD213  (14*32)(R8), V0, V3; \
	FMADD213  (15*32)(R8), V0, V3; \
	FMADD213  (16*32)(R8), V0, V3; \
	FMADD213  (16*32)(R8), V0, V3
