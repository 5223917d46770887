// Register names and memory access of the AVX2 tier for assembly that is written once for
// both x86 tiers.
//
//   V0 … V6 work registers  C0 … C8 scalars broadcast  V2 is the mask of the tail

#define V0 Y0
#define V1 Y1
#define V2 Y2
#define V3 Y3
#define V4 Y4
#define V5 Y5
#define V6 Y6
#define C0 Y7
#define C1 Y8
#define C2 Y9
#define C3 Y10
#define C4 Y11
#define C5 Y12
#define C6 Y13
#define C7 Y14
#define C8 Y15
#define VBYTES 32

#define LD(R, V)  LOADU (R)(BX*1), V
#define ST(V, R)  LOADU V, (R)(BX*1)
#define LDM(R, V) MASKMOV (R)(BX*1), V2, V
#define STM(V, R) MASKMOV V, V2, (R)(BX*1)

// A window of 32 bytes that starts 4·CX (float32) or 8·CX (float64) bytes before the middle
// selects the first CX lanes.
DATA tailMask<>+0(SB)/8, $-1
DATA tailMask<>+8(SB)/8, $-1
DATA tailMask<>+16(SB)/8, $-1
DATA tailMask<>+24(SB)/8, $-1
DATA tailMask<>+32(SB)/8, $0
DATA tailMask<>+40(SB)/8, $0
DATA tailMask<>+48(SB)/8, $0
DATA tailMask<>+56(SB)/8, $0
GLOBL tailMask<>(SB), NOPTR|RODATA, $64

// The mask of the first CX lanes, CX below their number.
#define TAILMASK \
	MOVQ  CX, R12; \
	SHLQ  $ELOG, R12; \
	LEAQ  tailMask<>+32(SB), AX; \
	SUBQ  R12, AX; \
	LOADU (AX), V2

// Zeros past the tail.
#define CLEAR(V) VPAND V2, V, V

// To bad if a lane of V3 is not finite: x − x is 0 or NaN. V4 and AX are used.
#define STOPBAD \
	SUB       V3, V3, V4; \
	CMPV      $3, V4, V4, V4; \
	MOVMSK    V4, AX; \
	TESTL     AX, AX; \
	JNE       bad

// V5 = √V3. There is no estimate with 14 bits here: that of VRSQRTPS would take a step more, in which nothing is gained.
#define SQRTV SQRT V3, V5
#define ROOTCOEF

// The loop of a kernel with a root; SECOND is for tiers that choose.
#define RUNROOT(BODY, S, SM, SECOND) \
	XORL    BX, BX; \
	EACH(BODY(LD, S, SQRTV), BODY(LDM, SM, SQRTV), loop, tail, done)

// The largest lane of V0 into the first.
#define HALFMAX \
	VEXTRACTF128 $1, Y0, X1; \
	MAXV      X1, X0, X0; \
	MAXFOUR

// The lanes of a reduction (order.go) lie in 256 bytes at R11 and are used in turn, R10 being the offset: a slot
// returns after 8 rounds, later than its store needs to be forwarded. Only the last call may end
// within a round.
#define ACC Y15
#define ACCZERO \
	VPXOR     Y0, Y0, Y0; \
	LOADU     Y0, (R11); \
	LOADU     Y0, 32(R11); \
	LOADU     Y0, 64(R11); \
	LOADU     Y0, 96(R11); \
	LOADU     Y0, 128(R11); \
	LOADU     Y0, 160(R11); \
	LOADU     Y0, 192(R11); \
	LOADU     Y0, 224(R11); \
	XORL      R10, R10
#define ACCLOAD \
	XORL      R10, R10
#define ACCSTORE
#define ACCNEXT \
	LOADU     (R11)(R10*1), Y15
#define ACCDONE \
	LOADU     Y15, (R11)(R10*1); \
	ADDL      $VBYTES, R10; \
	ANDL      $255, R10
// The fold of order.go: the lanes added by halves into the low element of X0.
#define ACCFOLD \
	LOADU     (R11), Y0; \
	ADD       128(R11), Y0, Y0; \
	LOADU     64(R11), Y1; \
	ADD       192(R11), Y1, Y1; \
	ADD       Y1, Y0, Y0; \
	LOADU     32(R11), Y1; \
	ADD       160(R11), Y1, Y1; \
	LOADU     96(R11), Y3; \
	ADD       224(R11), Y3, Y3; \
	ADD       Y3, Y1, Y1; \
	ADD       Y1, Y0, Y0; \
	VEXTRACTF128 $1, Y0, X1; \
	ADD       X1, X0, X0; \
	FOLDFOUR; \
	FOLDPAIR
