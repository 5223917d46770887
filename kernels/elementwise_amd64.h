// The bodies of the elementwise kernels, written once for both types and both x86 tiers.
// A body does one register of elements at byte offset BX; L and S are LD, ST or, for the tail,
// LDM, STM. V2 stays free for the mask.
//
//   DI first vector (the output)  SI, DX, R9 the others  CX elements left  R8 *AdamCoef  R12, R13 prefetch
//   C0 Scale  C1 L2  C2 Beta1  C3 Weight1  C4 Beta2  C5 Weight2  C6 Eps  C7 Step  C8 Decay
//
// Masked loads give zeros: the lanes past the end compute on zeros and are not stored.

#define COEF(I, C) BCAST I*EBYTES(R8), C

// WHOLE for each register of elements, PART for what is left under the mask. Labels are arguments so that a function can have several.
#define EACH(WHOLE, PART, LOOP, TAIL, DONE) \
	CMPQ    CX, $(VBYTES/EBYTES); \
	JLT     TAIL; \
LOOP: \
	WHOLE; \
	NEXT; \
	CMPQ    CX, $(VBYTES/EBYTES); \
	JGE     LOOP; \
TAIL: \
	TESTQ   CX, CX; \
	JZ      DONE; \
	TAILMASK; \
	PART; \
DONE:

#define NEXT \
	ADDQ    $VBYTES, BX; \
	SUBQ    $(VBYTES/EBYTES), CX

// A, B and C for three registers of elements, until there are fewer.
#define TRIPLES(A, B, C, LOOP, REST) \
	CMPQ    CX, $(3*VBYTES/EBYTES); \
	JLT     REST; \
LOOP: \
	A; \
	NEXT; \
	B; \
	NEXT; \
	C; \
	NEXT; \
	CMPQ    CX, $(3*VBYTES/EBYTES); \
	JGE     LOOP; \
REST:

// A and five times B for six registers of elements, until there are fewer.
#define SIXES(A, B, LOOP, REST) \
	CMPQ    CX, $(6*VBYTES/EBYTES); \
	JLT     REST; \
LOOP: \
	A; \
	NEXT; \
	B; \
	NEXT; \
	B; \
	NEXT; \
	B; \
	NEXT; \
	B; \
	NEXT; \
	B; \
	NEXT; \
	CMPQ    CX, $(6*VBYTES/EBYTES); \
	JGE     LOOP; \
REST:

// The loop over all elements. Bodies with a root have loops of their own, RUNROOT.
#define RUN(BODY, LOOP, TAIL, DONE) \
	XORL    BX, BX; \
	RUNON(BODY, LOOP, TAIL, DONE)

// The same from offset BX on.
#define RUNON(BODY, LOOP, TAIL, DONE) \
	EACH(BODY(LD, ST), BODY(LDM, STM), LOOP, TAIL, DONE)

// RUN, three registers a round.
#define RUN3(BODY, TRIPLE, REST, LOOP, TAIL, DONE) \
	XORL    BX, BX; \
	TRIPLES(BODY(LD, ST), BODY(LD, ST), BODY(LD, ST), TRIPLE, REST); \
	EACH(BODY(LD, ST), BODY(LDM, STM), LOOP, TAIL, DONE)

// The same for reductions: K clears lanes past the end, KEEP or CLEAR.
#define RUNSUM(BODY, LOOP, TAIL, DONE) \
	XORL    BX, BX; \
	RUNSUMON(BODY, LOOP, TAIL, DONE)

#define RUNSUMON(BODY, LOOP, TAIL, DONE) \
	EACH(BODY(LD, ST, KEEP), BODY(LDM, STM, CLEAR), LOOP, TAIL, DONE)

#define KEEP(V)

// The lines of x, g, v and, in Adam, m that are prefetchAhead bytes ahead, of which R12 is the number.
#define AHEAD3 \
	LEAQ       (BX)(R12*1), R13; \
	PREFETCHT0 (DI)(R13*1); \
	PREFETCHT0 (SI)(R13*1); \
	PREFETCHT0 (R9)(R13*1)
#define AHEAD4 \
	AHEAD3; \
	PREFETCHT0 (DX)(R13*1)

// V0 = ĝ = Scale·g
#define GRADIENT(L) \
	L(SI, V0); \
	MUL       C0, V0, V0

// V0 = ĝ = L2·x + Scale·g, V1 = x
#define GRADIENTL2(L) \
	GRADIENT(L); \
	L(DI, V1); \
	FMADD231  C1, V1, V0

// V3 = Beta2·v + Weight2·ĝ²; V3 = v, loaded by the caller
#define SQUARED \
	MUL       V0, V0, V4; \
	MUL       C4, V3, V3; \
	FMADD231  C5, V4, V3

// The same, stored in R.
#define AVERAGESQUARE(S, R) \
	SQUARED; \
	S(V3, R)

// V5 = √V3 by the divider, beside the SQRTV of the tier.
#define SQRTD SQRT V3, V5

// V5 = √v + Eps; Q takes the root, SQRTV or SQRTD.
#define ROOT(Q) \
	Q; \
	ADD       C6, V5, V5

// DX: m = Beta1·m + Weight1·ĝ; V6 = m, loaded by the caller; V0 = m/V5
#define AVERAGE(S) \
	MUL       C2, V6, V6; \
	FMADD231  C3, V0, V6; \
	S(V6, DX); \
	DIV       V5, V6, V0

#define QUOTIENT DIV V5, V0, V0

// DI: x = Decay·x − Step·V0
#define UPDATE(S) \
	MUL       C8, V1, V1; \
	FNMADD231 C7, V0, V1; \
	S(V1, DI)

// All loads of a body come before its stores: vectors that start at the same offset of a page
// would make the later loads wait for stores of other vectors.
#define ADAM(L, S, Q) \
	AHEAD4; \
	GRADIENTL2(L); \
	L(R9, V3); \
	L(DX, V6); \
	AVERAGESQUARE(S, R9); \
	ROOT(Q); \
	AVERAGE(S); \
	UPDATE(S)

// Without a first moment.
#define RMS(L, S, Q) \
	AHEAD3; \
	GRADIENTL2(L); \
	L(R9, V3); \
	AVERAGESQUARE(S, R9); \
	ROOT(Q); \
	QUOTIENT; \
	UPDATE(S)

// The same two, but a vector whose new v is not finite goes to bad before anything of it is stored.
#define ADAMFINITE(L, S, Q) \
	AHEAD4; \
	GRADIENTL2(L); \
	L(R9, V3); \
	L(DX, V6); \
	SQUARED; \
	STOPBAD; \
	S(V3, R9); \
	ROOT(Q); \
	AVERAGE(S); \
	UPDATE(S)

#define RMSFINITE(L, S, Q) \
	AHEAD3; \
	GRADIENTL2(L); \
	L(R9, V3); \
	SQUARED; \
	STOPBAD; \
	S(V3, R9); \
	ROOT(Q); \
	QUOTIENT; \
	UPDATE(S)

// The functions around them, from the arguments to the result, the number of elements done; LOOP is the loop of a kernel with a root.
#define ADAMFINITECALL(LOOP) \
	MOVQ m+32(FP), DX; \
	MOVQ v+40(FP), R9; \
	FINITECALL(LOOP); \
	MOVQ AX, ret+48(FP); \
	RET

#define RMSFINITECALL(LOOP) \
	MOVQ v+32(FP), R9; \
	FINITECALL(LOOP); \
	MOVQ AX, ret+40(FP); \
	RET

#define FINITECALL(LOOP) \
	MOVQ n+0(FP), CX; \
	MOVQ c+8(FP), R8; \
	MOVQ x+16(FP), DI; \
	MOVQ grad+24(FP), SI; \
	ALLCOEF; \
	LOOP; \
	XORL CX, CX; \
bad: \
	MOVQ n+0(FP), AX; \
	SUBQ CX, AX; \
	VZEROUPPER

#define ADAMDIRECTION(L, S, Q) \
	AHEAD4; \
	GRADIENT(L); \
	L(R9, V3); \
	L(DX, V6); \
	AVERAGESQUARE(S, R9); \
	ROOT(Q); \
	AVERAGE(S); \
	S(V0, DI)

#define RMSDIRECTION(L, S, Q) \
	AHEAD3; \
	GRADIENT(L); \
	L(R9, V3); \
	AVERAGESQUARE(S, R9); \
	ROOT(Q); \
	QUOTIENT; \
	S(V0, DI)

#define SECONDMOMENT(L, S) \
	GRADIENT(L); \
	L(DI, V3); \
	AVERAGESQUARE(S, DI)

// V0 = Scale·m/(√v + Eps)
#define PRECONDITIONED(L, Q) \
	GRADIENT(L); \
	L(DX, V3); \
	ROOT(Q); \
	QUOTIENT

#define PRECONDITION(L, S, Q) \
	PRECONDITIONED(L, Q); \
	S(V0, DI)

// The same, its square added to the lanes. The tail adds squares of +0 to lanes ≥ +0, which keeps them.
#define SQUARES(L, K, Q) \
	PRECONDITIONED(L, Q); \
	K(V0); \
	ACCNEXT; \
	FMADD231  V0, V0, ACC; \
	ACCDONE

// V0 = Scale·f, V3 = max(L2·d, 0) + Beta1: the gain lies in L2, the damping in Beta1, 0 in Weight1. MAX and MIN return their first
// operand here where one is NaN.
#define DIVISOR(L) \
	GRADIENT(L); \
	L(DX, V3); \
	MUL       C1, V3, V3; \
	MAXV      V3, C3, V3; \
	ADD       C2, V3, V3

// V0 = V0/V5 between Decay and Step
#define BOUNDED \
	QUOTIENT; \
	MAXV      V0, C8, V0; \
	MINV      V0, C7, V0

#define DIVIDE(L, S) \
	DIVISOR(L); \
	ADD       C6, V3, V5; \
	BOUNDED; \
	S(V0, DI)

#define DIVIDEROOT(L, S, Q) \
	DIVISOR(L); \
	ROOT(Q); \
	BOUNDED; \
	S(V0, DI)

// z = Weight1·x + Beta1·y
#define AXPBY(L, S) \
	L(SI, V0); \
	L(DX, V6); \
	MUL       C2, V6, V6; \
	FMADD231  C3, V0, V6; \
	S(V6, DI)

#define COEFS \
	MOVQ ·prefetchAhead(SB), R12; \
	COEF(0, C0); \
	COEF(1, C1); \
	COEF(2, C2); \
	COEF(3, C3); \
	COEF(4, C4); \
	COEF(5, C5); \
	COEF(6, C6); \
	COEF(7, C7); \
	COEF(8, C8)

// The same and those of SQRTV.
#define ALLCOEF \
	COEFS; \
	ROOTCOEF
