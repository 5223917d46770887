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
// 4 elements. One vector after the other Zen 4 takes 9 and 14: a chain of 65 cycles with 22 results would need more vector registers in
// flight than it has. Zen 5 takes 7.7 and 12, two side by side 7.1 and 10.8.

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

// The same steps of two vectors side by side, so that each instruction finds its operands ready; one vector after the other fills the scheduler with
// instructions that wait. X in Y0, Y1, N in Y2, Y3, P and n in Y4, Y15: Y4 is loaded again behind the loop (EXPTWOSEND).
#define EXPTWOS \
	LOADU     (R8), Y3; \
	MINV      Y0, Y3, Y0; \
	MINV      Y1, Y3, Y1; \
	LOADU     32(R8), Y3; \
	MAXV      Y0, Y3, Y0; \
	MAXV      Y1, Y3, Y1; \
	LOADU     64(R8), Y15; \
	LOADU     Y5, Y2; \
	LOADU     Y5, Y3; \
	FMADD231  Y15, Y0, Y2; \
	FMADD231  Y15, Y1, Y3; \
	SUB       Y5, Y2, Y4; \
	SUB       Y5, Y3, Y15; \
	FMADD231  Y6, Y4, Y0; \
	FMADD231  Y6, Y15, Y1; \
	FMADD231  Y7, Y4, Y0; \
	FMADD231  Y7, Y15, Y1; \
	LOADU     Y8, Y4; \
	LOADU     Y8, Y15; \
	XP2(Y9); \
	XP2(Y10); \
	XP2(Y11); \
	XP2(Y12); \
	XP2(Y13); \
	EXPTAILS; \
	SHRI      $1, Y2, Y0; \
	SHRI      $1, Y3, Y1; \
	SUBI      Y0, Y2, Y2; \
	SUBI      Y1, Y3, Y3; \
	SHLI      $EXPBIAS, Y0, Y0; \
	SHLI      $EXPBIAS, Y1, Y1; \
	SHLI      $EXPBIAS, Y2, Y2; \
	SHLI      $EXPBIAS, Y3, Y3; \
	MUL       Y0, Y4, Y4; \
	MUL       Y1, Y15, Y15; \
	MUL       Y2, Y4, Y4; \
	MUL       Y3, Y15, Y15

#define EXPTWOSEND CONST(2, Y4)

#define XP2(C) FMADD213 C, Y0, Y4; FMADD213 C, Y1, Y15

#define EXPTAILS32 XP2(Y13)

#define EXPTAILS64 \
	XP2((12*32)(R8)); \
	XP2((13*32)(R8)); \
	XP2((14*32)(R8)); \
	XP2((15*32)(R8)); \
	XP2((16*32)(R8)); \
	XP2((16*32)(R8))

// Y = e^x, two vectors at a time as long as there are so many.
#define EXPMANY \
	XORL    BX, BX; \
	SUBQ    $(2*VBYTES/EBYTES), CX; \
	JLT     ones; \
twos: \
	LOADU   (SI)(BX*1), Y0; \
	LOADU   VBYTES(SI)(BX*1), Y1; \
	EXPTWOS; \
	LOADU   Y4, (DI)(BX*1); \
	LOADU   Y15, VBYTES(DI)(BX*1); \
	ADDQ    $(2*VBYTES), BX; \
	SUBQ    $(2*VBYTES/EBYTES), CX; \
	JGE     twos; \
	EXPTWOSEND; \
ones: \
	ADDQ    $(2*VBYTES/EBYTES), CX

// The sum of e^(x − SHIFT), stored as S says, two vectors at a time as long as there are so many.
#define EXPSUMMANY(MANY, ONES, S) \
	XORL    BX, BX; \
	SUBQ    $(2*VBYTES/EBYTES), CX; \
	JLT     ONES; \
MANY: \
	LOADU   (SI)(BX*1), Y0; \
	LOADU   VBYTES(SI)(BX*1), Y1; \
	SUB     SHIFT, Y0, Y0; \
	SUB     SHIFT, Y1, Y1; \
	EXPTWOS; \
	S; \
	ADD     (R11)(R10*1), Y4, Y4; \
	ADD     VBYTES(R11)(R10*1), Y15, Y15; \
	LOADU   Y4, (R11)(R10*1); \
	LOADU   Y15, VBYTES(R11)(R10*1); \
	ADDL    $(2*VBYTES), R10; \
	ANDL    $255, R10; \
	ADDQ    $(2*VBYTES), BX; \
	SUBQ    $(2*VBYTES/EBYTES), CX; \
	JGE     MANY; \
	EXPTWOSEND; \
ONES: \
	ADDQ    $(2*VBYTES/EBYTES), CX

#define STOREMANY \
	LOADU   Y4, (DI)(BX*1); \
	LOADU   Y15, VBYTES(DI)(BX*1)

#define STORENONE
