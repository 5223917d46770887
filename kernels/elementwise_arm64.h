// The bodies of the elementwise kernels, written once for both types.
// A body does one register of elements at byte offset R5; L and S are LDV, STV for a register or, for the
// tail, LDE, STE for a single element in lane 0. The other lanes hold zeros then and
// compute what nobody reads. Registers are numbers, as neon_arm64.h explains.
//
//   R1 first vector (the output)  R2, R3, R4 the others  R0 elements left  R6 *AdamCoef
//   V16 Scale  V17 L2  V18 Beta1  V19 Weight1  V20 Beta2  V21 Weight2  V22 Eps  V23 Step  V24 Decay

#define LDV(n, m, t) LDRQ(m, n, t)
#define STV(t, n, m) STRQ(m, n, t)
#define LDE(n, m, t) LDRE(m, n, t)
#define STE(t, n, m) STRE(m, n, t)

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

// The loop over all elements; its labels are arguments so that a function can have several.
#define RUN(BODY, LOOP, TAIL, ELEMENT, DONE) \
	MOVD $0, R5; \
	SUBS $(16/EBYTES), R0, R0; \
	BLT  TAIL; \
LOOP: \
	BODY(LDV, STV); \
	ADD  $16, R5; \
	SUBS $(16/EBYTES), R0, R0; \
	BGE  LOOP; \
TAIL: \
	ADDS $(16/EBYTES), R0, R0; \
	BEQ  DONE; \
ELEMENT: \
	BODY(LDE, STE); \
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

// V0 = ĝ = Scale·g
#define GRADIENT(L) \
	L(2, 5, 0); \
	FMULV(16, 0, 0)

// V0 = ĝ = L2·x + Scale·g, V1 = x
#define GRADIENTL2(L) \
	GRADIENT(L); \
	L(1, 5, 1); \
	FMLAV(17, 1, 0)

// V3 = Beta2·v + Weight2·ĝ²; V3 = v, loaded by the caller
#define SQUARED \
	FMULV(0, 0, 4); \
	FMULV(20, 3, 3); \
	FMLAV(21, 4, 3)

// The same, stored in R.
#define AVERAGESQUARE(S, R) \
	SQUARED; \
	S(3, R, 5)

// To bad if a lane of V3 is not finite: x − x is 0 or NaN, which is not equal to itself. V4 and R7 are used.
#define STOPBAD \
	FSUBV(3, 3, 4); \
	FCMEQV(4, 4, 4); \
	UMINV4S(4, 4); \
	VMOV V4.S[0], R7; \
	CBZW R7, bad

// V5 = √v + Eps
#define ROOT \
	FSQRTV(3, 5); \
	FADDV(22, 5, 5)

// R3: m = Beta1·m + Weight1·ĝ; V6 = m, loaded by the caller; V0 = m/V5
#define AVERAGE(S) \
	FMULV(18, 6, 6); \
	FMLAV(19, 0, 6); \
	S(6, 3, 5); \
	FDIVV(5, 6, 0)

#define QUOTIENT FDIVV(5, 0, 0)

// R1: x = Decay·x − Step·V0
#define UPDATE(S) \
	FMULV(24, 1, 1); \
	FMLSV(23, 0, 1); \
	S(1, 1, 5)

// All loads of a body come before its stores: vectors that start at the same offset of a page
// would make the later loads wait for stores of other vectors.
#define ADAM(L, S) \
	GRADIENTL2(L); \
	L(4, 5, 3); \
	L(3, 5, 6); \
	AVERAGESQUARE(S, 4); \
	ROOT; \
	AVERAGE(S); \
	UPDATE(S)

// Without a first moment.
#define RMS(L, S) \
	GRADIENTL2(L); \
	L(4, 5, 3); \
	AVERAGESQUARE(S, 4); \
	ROOT; \
	QUOTIENT; \
	UPDATE(S)

// The same two, but a vector whose new v is not finite goes to bad before anything of it is stored.
#define ADAMFINITE(L, S) \
	GRADIENTL2(L); \
	L(4, 5, 3); \
	L(3, 5, 6); \
	SQUARED; \
	STOPBAD; \
	S(3, 4, 5); \
	ROOT; \
	AVERAGE(S); \
	UPDATE(S)

#define RMSFINITE(L, S) \
	GRADIENTL2(L); \
	L(4, 5, 3); \
	SQUARED; \
	STOPBAD; \
	S(3, 4, 5); \
	ROOT; \
	QUOTIENT; \
	UPDATE(S)

// The functions around them, from the arguments to the result, the number of elements done.
#define ADAMFINITECALL \
	MOVD m+32(FP), R3; \
	MOVD v+40(FP), R4; \
	FINITECALL(ADAMFINITE); \
	MOVD R5, ret+48(FP); \
	RET

#define RMSFINITECALL \
	MOVD v+32(FP), R4; \
	FINITECALL(RMSFINITE); \
	MOVD R5, ret+40(FP); \
	RET

#define FINITECALL(BODY) \
	MOVD n+0(FP), R0; \
	MOVD c+8(FP), R6; \
	MOVD x+16(FP), R1; \
	MOVD grad+24(FP), R2; \
	COEFS; \
	RUN(BODY, loop, tail, element, done); \
bad: \
	LSR  $ELOG, R5

#define ADAMDIRECTION(L, S) \
	GRADIENT(L); \
	L(4, 5, 3); \
	L(3, 5, 6); \
	AVERAGESQUARE(S, 4); \
	ROOT; \
	AVERAGE(S); \
	S(0, 1, 5)

#define RMSDIRECTION(L, S) \
	GRADIENT(L); \
	L(4, 5, 3); \
	AVERAGESQUARE(S, 4); \
	ROOT; \
	QUOTIENT; \
	S(0, 1, 5)

#define SECONDMOMENT(L, S) \
	GRADIENT(L); \
	L(1, 5, 3); \
	AVERAGESQUARE(S, 1)

// V0 = Scale·m/(√v + Eps)
#define PRECONDITIONED(L) \
	GRADIENT(L); \
	L(3, 5, 3); \
	ROOT; \
	QUOTIENT

#define PRECONDITION(L, S) \
	PRECONDITIONED(L); \
	S(0, 1, 5)

// The same, its square added to the lanes at R7.
#define SQUARES(L, S) \
	PRECONDITIONED(L); \
	AND  $255, R5, R8; \
	L(7, 8, 6); \
	FMLAV(0, 0, 6); \
	S(6, 7, 8)

// V0 = Scale·f, V3 = max(L2·d, 0) + Beta1: the gain lies in L2, the damping in Beta1, 0 in Weight1.
#define DIVISOR(L) \
	GRADIENT(L); \
	L(3, 5, 3); \
	FMULV(17, 3, 3); \
	FMAXV(19, 3, 3); \
	FADDV(18, 3, 3)

// V0 = V0/V5 between Decay and Step
#define BOUNDED \
	QUOTIENT; \
	FMAXV(24, 0, 0); \
	FMINV(23, 0, 0)

#define DIVIDE(L, S) \
	DIVISOR(L); \
	FADDV(22, 3, 5); \
	BOUNDED; \
	S(0, 1, 5)

#define DIVIDEROOT(L, S) \
	DIVISOR(L); \
	ROOT; \
	BOUNDED; \
	S(0, 1, 5)

// z = Weight1·x + Beta1·y
#define AXPBY(L, S) \
	L(2, 5, 0); \
	L(3, 5, 6); \
	FMULV(18, 6, 6); \
	FMLAV(19, 0, 6); \
	S(6, 1, 5)
