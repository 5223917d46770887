// The bodies of the elementwise kernels, written once for both types.
//
// A body is a list of stages. EACH repeats a stage for the registers of elements that a loop does at a time: ONE, TWO or THREE. A stage
// gets what the body says, X, the first b of its vector registers, the register o of its byte offset and the register q of its offset in the
// lanes. X is L in a stage that loads, S in one that stores, STOP or a coefficient's register in a few, and unused in others.
// L and S are LDV, STV for a register or, for the tail, LDE, STE for a single element in lane 0. The other lanes hold zeros
// then and compute what nobody reads. STOP is where a body goes that refuses its elements. Registers are numbers, as
// neon_arm64.h explains. Stages that use b+4 or b+5 must not be in THREE, which has four registers for each.
//
// A polynomial, or all of Adam, takes so long that a reorder buffer holds few of these bodies: stages of two or three of them
// side by side keep the pipes busy that one after the other leaves idle.
//
//   R1 first vector (the output)  R2, R3, R4 the others  R0 elements left  R6 *AdamCoef  R5, R13, R14 offsets  R8, R15, R16 in the lanes
//   V0 … V5, V10 … V15 work; for THREE V0 … V3, V4 … V7, V10 … V13
//   V16 Scale  V17 L2  V18 Beta1  V19 Weight1  V20 Beta2  V21 Weight2  V22 Eps  V23 Step  V24 Decay

#define LDV(n, m, t) LDRQ(m, n, t)
#define STV(t, n, m) STRQ(m, n, t)
#define LDE(n, m, t) LDRE(m, n, t)
#define STE(t, n, m) STRE(m, n, t)

#define ONE(STAGE, X) STAGE(X, 0, 5, 8)
#define TWO(STAGE, X) \
	STAGE(X, 0, 5, 8); \
	STAGE(X, 10, 13, 15)
#define THREE(STAGE, X) \
	STAGE(X, 0, 5, 8); \
	STAGE(X, 4, 13, 15); \
	STAGE(X, 10, 14, 16)

#define COEFS \
	DUPNEXT(R6, V16); \
	DUPNEXT(R6, V17); \
	DUPNEXT(R6, V18); \
	DUPNEXT(R6, V19); \
	DUPNEXT(R6, V20); \
	DUPNEXT(R6, V21); \
	DUPNEXT(R6, V22); \
	DUPNEXT(R6, V23); \
	DUPNEXT(R6, V24)

// The loop over all elements: by one register where the bound is a root or a division with little beside it, by two where there is neither, or so much
// beside them that one register leaves pipes idle (Adam), by three for a polynomial, whose chain is longest; then by one. Its labels are arguments so
// that a function can have several.
#define RUN1(BODY, ALONE, TAIL, ELEMENT, DONE) \
	MOVD $0, R5; \
	SUBS $(16/EBYTES), R0, R0; \
	REST(BODY, ALONE, TAIL, ELEMENT, DONE)

#define RUN2(BODY, LOOP, SINGLE, ALONE, TAIL, ELEMENT, DONE) \
	MOVD $0, R5; \
	SUBS $(32/EBYTES), R0, R0; \
	BLT  SINGLE; \
LOOP: \
	ADD  $16, R5, R13; \
	BODY(TWO, LDV, STV, SINGLE); \
	ADD  $32, R5; \
	SUBS $(32/EBYTES), R0, R0; \
	BGE  LOOP; \
SINGLE: \
	ADDS $(16/EBYTES), R0, R0; \
	REST(BODY, ALONE, TAIL, ELEMENT, DONE)

#define RUN3(BODY, LOOP, SINGLE, ALONE, TAIL, ELEMENT, DONE) \
	MOVD $0, R5; \
	SUBS $(48/EBYTES), R0, R0; \
	BLT  SINGLE; \
LOOP: \
	ADD  $16, R5, R13; \
	ADD  $32, R5, R14; \
	BODY(THREE, LDV, STV, SINGLE); \
	ADD  $48, R5; \
	SUBS $(48/EBYTES), R0, R0; \
	BGE  LOOP; \
SINGLE: \
	ADDS $(32/EBYTES), R0, R0; \
	REST(BODY, ALONE, TAIL, ELEMENT, DONE)

// R0 + 16/EBYTES elements, the flags of R0 set.
#define REST(BODY, ALONE, TAIL, ELEMENT, DONE) \
	BLT  TAIL; \
ALONE: \
	BODY(ONE, LDV, STV, bad); \
	ADD  $16, R5; \
	SUBS $(16/EBYTES), R0, R0; \
	BGE  ALONE; \
TAIL: \
	ADDS $(16/EBYTES), R0, R0; \
	BEQ  DONE; \
ELEMENT: \
	BODY(ONE, LDE, STE, bad); \
	ADD  $EBYTES, R5; \
	SUBS $1, R0, R0; \
	BNE  ELEMENT; \
DONE:

// Zeros to the 256 bytes of lanes at R7; V0 … V3 and R8 are used.
#define ACCZERO \
	VEOR V0.B16, V0.B16, V0.B16; \
	VEOR V1.B16, V1.B16, V1.B16; \
	VEOR V2.B16, V2.B16, V2.B16; \
	VEOR V3.B16, V3.B16, V3.B16; \
	MOVD R7, R8; \
	VST1.P [V0.B16, V1.B16, V2.B16, V3.B16], 64(R8); \
	VST1.P [V0.B16, V1.B16, V2.B16, V3.B16], 64(R8); \
	VST1.P [V0.B16, V1.B16, V2.B16, V3.B16], 64(R8); \
	VST1.P [V0.B16, V1.B16, V2.B16, V3.B16], 64(R8)

// The fold of order.go: 256 bytes of lanes at R7, added by halves into lane 0 of V0. V0 … V7, V10 … V13
// and R8 are used.
#define FOLD \
	MOVD R7, R8; \
	VLD1.P 64(R8), [V0.B16, V1.B16, V2.B16, V3.B16]; \
	VLD1.P 64(R8), [V4.B16, V5.B16, V6.B16, V7.B16]; \
	VLD1.P 64(R8), [V10.B16, V11.B16, V12.B16, V13.B16]; \
	FADDV(10, 0, 0); \
	FADDV(11, 1, 1); \
	FADDV(12, 2, 2); \
	FADDV(13, 3, 3); \
	VLD1 (R8), [V10.B16, V11.B16, V12.B16, V13.B16]; \
	FADDV(10, 4, 4); \
	FADDV(11, 5, 5); \
	FADDV(12, 6, 6); \
	FADDV(13, 7, 7); \
	FADDV(4, 0, 0); \
	FADDV(5, 1, 1); \
	FADDV(6, 2, 2); \
	FADDV(7, 3, 3); \
	FADDV(2, 0, 0); \
	FADDV(3, 1, 1); \
	FADDV(1, 0, 0); \
	FOLDV

// V0 = ĝ = Scale·g. In the comments of stages register 0 is b, and so on.
#define GRADIENT(L, b, o, q) \
	L(2, o, b); \
	FMULV(16, b, b)

// V0 = ĝ = L2·x + Scale·g, V1 = x
#define GRADIENTL2(L, b, o, q) \
	GRADIENT(L, b, o, q); \
	L(1, o, b+1); \
	FMLAV(17, b+1, b)

#define FIRST(L, b, o, q)  L(3, o, b+2)
#define SECOND(L, b, o, q) L(4, o, b+3)

// V3 = Beta2·v + Weight2·ĝ²; V3 = v
#define SQUARED(X, b, o, q) \
	FMULV(b, b, b+4); \
	FMULV(20, b+3, b+3); \
	FMLAV(21, b+4, b+3)

#define STORESECOND(S, b, o, q) S(b+3, 4, o)

// To STOP if a lane of V3 is not finite: x − x is 0 or NaN, which is not equal to itself. V4 and R7 are used.
#define STOPBAD(STOP, b, o, q) \
	FSUBV(b+3, b+3, b+4); \
	FCMEQV(b+4, b+4, b+4); \
	UMINV4S(b+4, b+4); \
	UMOVW(b+4, 7); \
	CBZW R7, STOP

// V5 = √v + Eps
#define ROOT(X, b, o, q) \
	FSQRTV(b+3, b+5); \
	FADDV(22, b+5, b+5)

// R3: V2 = m = Beta1·V2 + Weight1·ĝ
#define AVERAGE(S, b, o, q) \
	FMULV(18, b+2, b+2); \
	FMLAV(19, b, b+2); \
	S(b+2, 3, o)

// V0 = m/V5
#define RATIO(X, b, o, q) FDIVV(b+5, b+2, b)

#define QUOTIENT(X, b, o, q) FDIVV(b+5, b, b)

// R1: x = Decay·x − Step·V0
#define UPDATE(S, b, o, q) \
	FMULV(24, b+1, b+1); \
	FMLSV(23, b, b+1); \
	S(b+1, 1, o)

#define STOREFIRST(S, b, o, q) S(b, 1, o)

// All loads of a body come before its stores: vectors that start at the same offset of a page
// would make the later loads wait for stores of other vectors.
#define ADAM(EACH, L, S, STOP) \
	EACH(GRADIENTL2, L); \
	EACH(SECOND, L); \
	EACH(FIRST, L); \
	EACH(SQUARED, L); \
	EACH(STORESECOND, S); \
	EACH(ROOT, L); \
	EACH(AVERAGE, S); \
	EACH(RATIO, L); \
	EACH(UPDATE, S)

// Without a first moment.
#define RMS(EACH, L, S, STOP) \
	EACH(GRADIENTL2, L); \
	EACH(SECOND, L); \
	EACH(SQUARED, L); \
	EACH(STORESECOND, S); \
	EACH(ROOT, L); \
	EACH(QUOTIENT, L); \
	EACH(UPDATE, S)

// The same two, but where a new v is not finite they stop before anything of these vectors is stored.
#define ADAMFINITE(EACH, L, S, STOP) \
	EACH(GRADIENTL2, L); \
	EACH(SECOND, L); \
	EACH(FIRST, L); \
	EACH(SQUARED, L); \
	EACH(STOPBAD, STOP); \
	EACH(STORESECOND, S); \
	EACH(ROOT, L); \
	EACH(AVERAGE, S); \
	EACH(RATIO, L); \
	EACH(UPDATE, S)

#define RMSFINITE(EACH, L, S, STOP) \
	EACH(GRADIENTL2, L); \
	EACH(SECOND, L); \
	EACH(SQUARED, L); \
	EACH(STOPBAD, STOP); \
	EACH(STORESECOND, S); \
	EACH(ROOT, L); \
	EACH(QUOTIENT, L); \
	EACH(UPDATE, S)

// The functions around them, from the arguments to the result, the number of elements done. Of two vectors with a bad one the
// loop of one takes the first.
#define ADAMFINITECALL \
	MOVD m+32(FP), R3; \
	MOVD v+40(FP), R4; \
	FINITEARGS; \
	RUN2(ADAMFINITE, loop, single, alone, tail, element, done); \
bad: \
	LSR  $ELOG, R5; \
	MOVD R5, ret+48(FP); \
	RET

#define RMSFINITECALL \
	MOVD v+32(FP), R4; \
	FINITEARGS; \
	RUN1(RMSFINITE, alone, tail, element, done); \
bad: \
	LSR  $ELOG, R5; \
	MOVD R5, ret+40(FP); \
	RET

#define FINITEARGS \
	MOVD n+0(FP), R0; \
	MOVD c+8(FP), R6; \
	MOVD x+16(FP), R1; \
	MOVD grad+24(FP), R2; \
	COEFS

#define ADAMDIRECTION(EACH, L, S, STOP) \
	EACH(GRADIENT, L); \
	EACH(SECOND, L); \
	EACH(FIRST, L); \
	EACH(SQUARED, L); \
	EACH(STORESECOND, S); \
	EACH(ROOT, L); \
	EACH(AVERAGE, S); \
	EACH(RATIO, L); \
	EACH(STOREFIRST, S)

#define RMSDIRECTION(EACH, L, S, STOP) \
	EACH(GRADIENT, L); \
	EACH(SECOND, L); \
	EACH(SQUARED, L); \
	EACH(STORESECOND, S); \
	EACH(ROOT, L); \
	EACH(QUOTIENT, L); \
	EACH(STOREFIRST, S)

#define ACCUMULATED(L, b, o, q) L(1, o, b+3)
#define STOREACCUMULATED(S, b, o, q) S(b+3, 1, o)

#define SECONDMOMENT(EACH, L, S, STOP) \
	EACH(GRADIENT, L); \
	EACH(ACCUMULATED, L); \
	EACH(SQUARED, L); \
	EACH(STOREACCUMULATED, S)

#define THIRD(L, b, o, q) L(3, o, b+3)

// V0 = Scale·m/(√v + Eps)
#define PRECONDITIONED(EACH, L) \
	EACH(GRADIENT, L); \
	EACH(THIRD, L); \
	EACH(ROOT, L); \
	EACH(QUOTIENT, L)

#define PRECONDITION(EACH, L, S, STOP) \
	PRECONDITIONED(EACH, L); \
	EACH(STOREFIRST, S)

// The same, its square added to the lanes at R7.
#define SQUARES(EACH, L, S, STOP) \
	PRECONDITIONED(EACH, L); \
	EACH(LANES, L); \
	EACH(ADDSQUARE, S)

// V1 = the lanes of these elements.
#define LANES(L, b, o, q) \
	AND255(o, q); \
	L(7, q, b+1)

#define ADDSQUARE(S, b, o, q) \
	FMLAV(b, b, b+1); \
	S(b+1, 7, q)

// V0 = Scale·f, V3 = max(L2·d, 0) + Beta1: the gain lies in L2, the damping in Beta1, 0 in Weight1.
#define DIVISOR(L, b, o, q) \
	GRADIENT(L, b, o, q); \
	L(3, o, b+3); \
	FMULV(17, b+3, b+3); \
	FMAXV(19, b+3, b+3); \
	FADDV(18, b+3, b+3)

// V0 = V0/V5 between Decay and Step
#define BOUNDED(S, b, o, q) \
	QUOTIENT(S, b, o, q); \
	FMAXV(24, b, b); \
	FMINV(23, b, b); \
	S(b, 1, o)

#define PLUSEPS(X, b, o, q) FADDV(22, b+3, b+5)

#define DIVIDE(EACH, L, S, STOP) \
	EACH(DIVISOR, L); \
	EACH(PLUSEPS, L); \
	EACH(BOUNDED, S)

#define DIVIDEROOT(EACH, L, S, STOP) \
	EACH(DIVISOR, L); \
	EACH(ROOT, L); \
	EACH(BOUNDED, S)

// z = Weight1·x + Beta1·y
#define WEIGHTED(L, b, o, q) \
	L(2, o, b); \
	L(3, o, b+2); \
	FMULV(18, b+2, b+2); \
	FMLAV(19, b, b+2)

#define STOREWEIGHTED(S, b, o, q) S(b+2, 1, o)

#define AXPBY(EACH, L, S, STOP) \
	EACH(WEIGHTED, L); \
	EACH(STOREWEIGHTED, S)
