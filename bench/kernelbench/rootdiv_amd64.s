#include "textflag.h"

// Probes of the arithmetic of optimizer steps. A round takes the roots of four vectors, four quotients and 4·mul products, all independent of each other, of
// the values in x: ones would be faster. Roots and divisions share a unit that may lose a cycle where they alternate; the forms differ in their order
// and, on AVX-512, in how many roots are taken by FMA beside that unit (SQRTV of package kernels: an estimate and 7 or 12 FMAs and multiplications).
//   CX rounds  R8 mul  SI x  AX form
//   A0 … A3 values  Q0 … Q3 roots  D0 … D3 quotients  P0 … P3 products

#define ARGS \
	MOVQ    form+0(FP), AX; \
	MOVQ    n+8(FP), CX; \
	MOVQ    mul+16(FP), R8; \
	MOVQ    x+24(FP), SI; \
	VMOVUPS 0*BYTES(SI), A0; \
	VMOVUPS 1*BYTES(SI), A1; \
	VMOVUPS 2*BYTES(SI), A2; \
	VMOVUPS 3*BYTES(SI), A3

#define ROUNDS(BODY, LOOP, MORE) \
LOOP: \
	BODY; \
	MOVQ R8, DX; \
MORE: \
	MUL  A0, A1, P0; \
	MUL  A1, A2, P1; \
	MUL  A2, A3, P2; \
	MUL  A3, A0, P3; \
	DECQ DX; \
	JNZ  MORE; \
	DECQ CX; \
	JNZ  LOOP; \
	VZEROUPPER; \
	RET

#define DIV01 DIV A0, A1, D0; DIV A1, A2, D1
#define DIV23 DIV A2, A3, D2; DIV A3, A0, D3

#define ALTERNATING \
	SQRT A0, Q0; \
	DIV  A0, A1, D0; \
	SQRT A1, Q1; \
	DIV  A1, A2, D1; \
	SQRT A2, Q2; \
	DIV  A2, A3, D2; \
	SQRT A3, Q3; \
	DIV  A3, A0, D3

#define TWOS \
	SQRT A0, Q0; \
	SQRT A1, Q1; \
	DIV01; \
	SQRT A2, Q2; \
	SQRT A3, Q3; \
	DIV23

#define FOURS(ROOT0, ROOT1, ROOT2, ROOT3) \
	ROOT0(A0, Q0); \
	ROOT1(A1, Q1); \
	ROOT2(A2, Q2); \
	ROOT3(A3, Q3); \
	DIV01; \
	DIV23

#define DIVIDER(A, Q) SQRT A, Q

#define FMAS7(A, Q) \
	RSQRT14 A, Q; \
	MUL     A0, A1, P0; \
	MUL     A1, A2, P1; \
	MUL     A2, A3, P2; \
	MUL     A3, A0, P3; \
	MUL     A0, A2, P0; \
	MUL     A1, A3, P1; \
	MUL     A2, A0, P2

#define FMAS12(A, Q) \
	FMAS7(A, Q); \
	MUL     A3, A1, P3; \
	MUL     A0, A1, P0; \
	MUL     A1, A2, P1; \
	MUL     A2, A3, P2; \
	MUL     A3, A0, P3

// The forms of both tiers; those of AVX-512 alone follow.
#define FORMS \
	TESTQ AX, AX; \
	JEQ   form0; \
	CMPQ  AX, $1; \
	JEQ   form1; \
	CMPQ  AX, $2; \
	JEQ   form2

#define DIVIDERFORMS \
form0: \
	ROUNDS(ALTERNATING, loop0, more0); \
form1: \
	ROUNDS(TWOS, loop1, more1); \
form2: \
	ROUNDS(FOURS(DIVIDER, DIVIDER, DIVIDER, DIVIDER), loop2, more2)

#define FMAFORMS(FMAS) \
	CMPQ  AX, $3; \
	JEQ   form3; \
	CMPQ  AX, $4; \
	JEQ   form4; \
	CMPQ  AX, $5; \
	JEQ   form5; \
	ROUNDS(FOURS(FMAS, FMAS, FMAS, FMAS), loop6, more6); \
form3: \
	ROUNDS(FOURS(FMAS, DIVIDER, DIVIDER, DIVIDER), loop3, more3); \
form4: \
	ROUNDS(FOURS(FMAS, FMAS, DIVIDER, DIVIDER), loop4, more4); \
form5: \
	ROUNDS(FOURS(FMAS, FMAS, FMAS, DIVIDER), loop5, more5)

#define A0 Z0
#define A1 Z1
#define A2 Z2
#define A3 Z3
#define Q0 Z4
#define Q1 Z5
#define Q2 Z6
#define Q3 Z7
#define D0 Z8
#define D1 Z9
#define D2 Z10
#define D3 Z11
#define P0 Z12
#define P1 Z13
#define P2 Z14
#define P3 Z15
#define BYTES 64
#define SQRT VSQRTPS
#define DIV VDIVPS
#define MUL VMULPS
#define RSQRT14 VRSQRT14PS

// func rootDiv32Z(form, n, mul int, x *byte)
TEXT ·rootDiv32Z(SB), NOSPLIT, $0-32
	ARGS
	FORMS
	FMAFORMS(FMAS7)
	DIVIDERFORMS

#undef SQRT
#undef DIV
#undef MUL
#undef RSQRT14
#define SQRT VSQRTPD
#define DIV VDIVPD
#define MUL VMULPD
#define RSQRT14 VRSQRT14PD

// func rootDiv64Z(form, n, mul int, x *byte)
TEXT ·rootDiv64Z(SB), NOSPLIT, $0-32
	ARGS
	FORMS
	FMAFORMS(FMAS12)
	DIVIDERFORMS

#undef A0
#undef A1
#undef A2
#undef A3
#undef Q0
#undef Q1
#undef Q2
#undef Q3
#undef D0
#undef D1
#undef D2
#undef D3
#undef P0
#undef P1
#undef P2
#undef P3
#undef BYTES
#define A0 Y0
#define A1 Y1
#define A2 Y2
#define A3 Y3
#define Q0 Y4
#define Q1 Y5
#define Q2 Y6
#define Q3 Y7
#define D0 Y8
#define D1 Y9
#define D2 Y10
#define D3 Y11
#define P0 Y12
#define P1 Y13
#define P2 Y14
#define P3 Y15
#define BYTES 32

// func rootDiv64Y(form, n, mul int, x *byte)
TEXT ·rootDiv64Y(SB), NOSPLIT, $0-32
	ARGS
	FORMS
	DIVIDERFORMS

#undef SQRT
#undef DIV
#undef MUL
#define SQRT VSQRTPS
#define DIV VDIVPS
#define MUL VMULPS

// func rootDiv32Y(form, n, mul int, x *byte)
TEXT ·rootDiv32Y(SB), NOSPLIT, $0-32
	ARGS
	FORMS
	DIVIDERFORMS
