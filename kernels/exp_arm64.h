// e^x on NEON registers in internal/elem's order of operations, and the bodies of Exp, Softmax and
// LogSumExp; elementwise_arm64.h explains stages. R6 points to elem.ExpTable.
//
//   V0 x, destroyed  V1, V2 work  V3 result, of each of three; V14, V15 unused; V9 is left for a caller
//   V16 Max  V17 Min  V18 log₂e  V19 magic  V20 −ln2 high  V21 −ln2 low
//   V22 … polynomial, highest power first: to V27 (float32) or V31, then V8 (float64)
//
// FMIN and FMAX keep a NaN. FMLA adds to its destination, so each step of Horner's rule first copies a
// coefficient: 9 (float32) or 14 FMLA, 5 of FMUL (2), FSUB, FMIN and FMAX, 4 integer operations and the copies. From the load
// to the store is a chain of some 60 or 85 cycles: three of them run side by side.

#define EXPTABLE32 \
	DUPNEXT(R6, V16); \
	DUPNEXT(R6, V17); \
	DUPNEXT(R6, V18); \
	DUPNEXT(R6, V19); \
	DUPNEXT(R6, V20); \
	DUPNEXT(R6, V21); \
	DUPNEXT(R6, V22); \
	DUPNEXT(R6, V23); \
	DUPNEXT(R6, V24); \
	DUPNEXT(R6, V25); \
	DUPNEXT(R6, V26); \
	DUPNEXT(R6, V27)

#define EXPTABLE64 \
	EXPTABLE32; \
	DUPNEXT(R6, V28); \
	DUPNEXT(R6, V29); \
	DUPNEXT(R6, V30); \
	DUPNEXT(R6, V31); \
	DUPNEXT(R6, V8)

// V3 = the coefficient + V0·V2, and the other way round.
#define INTO3(C, b, o, q) \
	MOVV(C, b+3); \
	FMLAV(b+2, b, b+3)
#define INTO2(C, b, o, q) \
	MOVV(C, b+2); \
	FMLAV(b+3, b, b+2)

// The first two coefficients.
#define START3(X, b, o, q) \
	MOVV(23, b+3); \
	FMLAV(22, b, b+3)
#define START2(X, b, o, q) \
	MOVV(23, b+2); \
	FMLAV(22, b, b+2)

#define HORNER32(EACH) \
	EACH(START2, 0); \
	EACH(INTO3, 24); \
	EACH(INTO2, 25); \
	EACH(INTO3, 26); \
	EACH(INTO2, 27); \
	EACH(INTO3, 27)

#define HORNER64(EACH) \
	EACH(START3, 0); \
	EACH(INTO2, 24); \
	EACH(INTO3, 25); \
	EACH(INTO2, 26); \
	EACH(INTO3, 27); \
	EACH(INTO2, 28); \
	EACH(INTO3, 29); \
	EACH(INTO2, 30); \
	EACH(INTO3, 31); \
	EACH(INTO2, 8); \
	EACH(INTO3, 8)

// V1 = k, in the magic number, V0 = x − k·ln2
#define CLAMP(X, b, o, q) \
	FMINV(16, b, b); \
	FMAXV(17, b, b); \
	MOVV(19, b+1)
#define POWER(X, b, o, q) \
	FMLAV(18, b, b+1); \
	FSUBV(19, b+1, b+2)
#define REDUCE(X, b, o, q) \
	FMLAV(20, b+2, b); \
	FMLAV(21, b+2, b)

// V3 = V3·2^k in two factors
#define HALVES(X, b, o, q) \
	USHR1(b+1, b+2); \
	SUBI(b+2, b+1, b+1); \
	SHLEXP(b+2, b+2); \
	SHLEXP(b+1, b+1)
#define TIMES(X, b, o, q) \
	FMULV(b+2, b+3, b+3); \
	FMULV(b+1, b+3, b+3)

#define EXPV(EACH) \
	EACH(CLAMP, 0); \
	EACH(POWER, 0); \
	EACH(REDUCE, 0); \
	HORNER(EACH); \
	EACH(HALVES, 0); \
	EACH(TIMES, 0)

#define ARGUMENT(L, b, o, q) L(2, o, b)
#define SHIFTED(L, b, o, q) \
	L(2, o, b); \
	FSUBV(9, b, b)

#define STORE3(S, b, o, q) S(b+3, 1, o)

#define EXP(EACH, L, S, STOP) \
	EACH(ARGUMENT, L); \
	EXPV(EACH); \
	EACH(STORE3, S)

#define ADDRESULT(S, b, o, q) \
	FADDV(b+3, b+1, b+1); \
	S(b+1, 7, q)

// V3 = e^(x − V9), added to the lanes at R7.
#define EXPSUM(EACH, L, S, STOP) \
	EACH(SHIFTED, L); \
	EXPV(EACH); \
	EACH(LANES, L); \
	EACH(ADDRESULT, S)

// The same, stored, which comes first: Neoverse V1 then shares out its pipes better (llvm-mca).
#define EXPSUMSTORE(EACH, L, S, STOP) \
	EACH(SHIFTED, L); \
	EXPV(EACH); \
	EACH(STORE3, S); \
	EACH(LANES, L); \
	EACH(ADDRESULT, S)

#define SCALED(L, b, o, q) \
	L(1, o, b); \
	FMULV(9, b, b)

#define SCALE(EACH, L, S, STOP) \
	EACH(SCALED, L); \
	EACH(STOREFIRST, S)

// Lane 0 of V0 = the largest of R0 > 0 elements at R2. FMAX has a latency of two cycles and up to three registers are loaded in a cycle, so it takes six
// chains at least: here eight. R0, R8, V1 to V7 and V10 to V13 are destroyed.
#define ROWMAX(EIGHTS, FEW, VECTOR, FEWER, ELEMENT, DONE) \
	DUPLOAD(R2, V0); \
	MOVV(0, 1); \
	MOVV(0, 2); \
	MOVV(0, 3); \
	MOVV(0, 4); \
	MOVV(0, 5); \
	MOVV(0, 6); \
	MOVV(0, 7); \
	MOVD R2, R8; \
	SUBS $(128/EBYTES), R0, R0; \
	BLT  FEW; \
EIGHTS: \
	FLDPQ 0(R8), (F10, F11); \
	FLDPQ 32(R8), (F12, F13); \
	FMAXV(10, 0, 0); \
	FMAXV(11, 1, 1); \
	FMAXV(12, 2, 2); \
	FMAXV(13, 3, 3); \
	FLDPQ 64(R8), (F10, F11); \
	FLDPQ 96(R8), (F12, F13); \
	FMAXV(10, 4, 4); \
	FMAXV(11, 5, 5); \
	FMAXV(12, 6, 6); \
	FMAXV(13, 7, 7); \
	ADD  $128, R8; \
	SUBS $(128/EBYTES), R0, R0; \
	BGE  EIGHTS; \
	FMAXV(4, 0, 0); \
	FMAXV(5, 1, 1); \
	FMAXV(6, 2, 2); \
	FMAXV(7, 3, 3); \
	FMAXV(1, 0, 0); \
	FMAXV(3, 2, 2); \
	FMAXV(2, 0, 0); \
FEW: \
	ADDS $(112/EBYTES), R0, R0; \
	BLT  FEWER; \
VECTOR: \
	FMOVQ 0(R8), F1; \
	FMAXV(1, 0, 0); \
	ADD  $16, R8; \
	SUBS $(16/EBYTES), R0, R0; \
	BGE  VECTOR; \
FEWER: \
	ADDS $(16/EBYTES), R0, R0; \
	BEQ  DONE; \
ELEMENT: \
	DUPLOAD(R8, V1); \
	FMAXV(1, 0, 0); \
	ADD  $EBYTES, R8; \
	SUBS $1, R0, R0; \
	BNE  ELEMENT; \
DONE: \
	FOLDMAX
