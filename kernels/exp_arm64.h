// e^x on NEON registers in internal/elem's order of operations, and the bodies of Exp, Softmax and
// LogSumExp; elementwise_arm64.h explains R5, L and S. R6 points to elem.ExpTable.
//
//   V0 x, destroyed  V1, V2, V3 work  V4 result  V9 is left for a caller
//   V16 Max  V17 Min  V18 log₂e  V19 magic  V20 −ln2 high  V21 −ln2 low
//   V22 … polynomial, highest power first: to V27 (float32) or V31, then V8 (float64)
//
// FMIN and FMAX keep a NaN. FMLA adds to its destination, so each step of Horner's rule first copies a
// coefficient: 9 (float32) or 14 FMLA, 6 FMUL, FSUB, FMIN and FMAX, 4 integer operations and the copies.

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

// V4 = the coefficient + V0·V3, and the other way round.
#define INTO4(C) \
	VMOV C.B16, V4.B16; \
	FMLAV(3, 0, 4)
#define INTO3(C) \
	VMOV C.B16, V3.B16; \
	FMLAV(4, 0, 3)

#define HORNER32 \
	VMOV V23.B16, V3.B16; \
	FMLAV(22, 0, 3); \
	INTO4(V24); \
	INTO3(V25); \
	INTO4(V26); \
	INTO3(V27); \
	INTO4(V27)

#define HORNER64 \
	VMOV V23.B16, V4.B16; \
	FMLAV(22, 0, 4); \
	INTO3(V24); \
	INTO4(V25); \
	INTO3(V26); \
	INTO4(V27); \
	INTO3(V28); \
	INTO4(V29); \
	INTO3(V30); \
	INTO4(V31); \
	INTO3(V8); \
	INTO4(V8)

#define EXPV \
	FMINV(16, 0, 0); \
	FMAXV(17, 0, 0); \
	VMOV V19.B16, V1.B16; \
	FMLAV(18, 0, 1); \
	FSUBV(19, 1, 2); \
	FMLAV(20, 2, 0); \
	FMLAV(21, 2, 0); \
	HORNER; \
	USHR1(V1, V2); \
	SUBI(V2, V1, V1); \
	SHLEXP(V2, V2); \
	SHLEXP(V1, V1); \
	FMULV(2, 4, 4); \
	FMULV(1, 4, 4)

#define EXP(L, S) \
	L(2, 5, 0); \
	EXPV; \
	S(4, 1, 5)

// V4 = e^(x − V9), added to the lanes at R7.
#define EXPSUM(L, S) \
	L(2, 5, 0); \
	FSUBV(9, 0, 0); \
	EXPV; \
	AND  $255, R5, R8; \
	L(7, 8, 0); \
	FADDV(4, 0, 0); \
	S(0, 7, 8)

// The same, stored.
#define EXPSUMSTORE(L, S) \
	EXPSUM(L, S); \
	S(4, 1, 5)

#define SCALE(L, S) \
	L(1, 5, 0); \
	FMULV(9, 0, 0); \
	S(0, 1, 5)

// Lane 0 of V0 = the largest of R0 > 0 elements at R2, in four chains; R0, R8 and V1 to V7 are destroyed.
#define ROWMAX(FOURS, FEW, VECTOR, REST, ELEMENT, DONE) \
	DUPLOAD(R2, V0); \
	VMOV V0.B16, V1.B16; \
	VMOV V0.B16, V2.B16; \
	VMOV V0.B16, V3.B16; \
	MOVD R2, R8; \
	SUBS $(64/EBYTES), R0, R0; \
	BLT  FEW; \
FOURS: \
	FLDPQ 0(R8), (F4, F5); \
	FLDPQ 32(R8), (F6, F7); \
	FMAXV(4, 0, 0); \
	FMAXV(5, 1, 1); \
	FMAXV(6, 2, 2); \
	FMAXV(7, 3, 3); \
	ADD  $64, R8; \
	SUBS $(64/EBYTES), R0, R0; \
	BGE  FOURS; \
	FMAXV(1, 0, 0); \
	FMAXV(3, 2, 2); \
	FMAXV(2, 0, 0); \
FEW: \
	ADDS $(48/EBYTES), R0, R0; \
	BLT  REST; \
VECTOR: \
	FMOVQ 0(R8), F1; \
	FMAXV(1, 0, 0); \
	ADD  $16, R8; \
	SUBS $(16/EBYTES), R0, R0; \
	BGE  VECTOR; \
REST: \
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
