// Rows of a matrix one after the other, AVX2: lanes of 256 bytes in eight registers, one segment (n ≤ 16384). The including file defines what a vector does
// (STEP, and STEPM of the last one, under Y15), what becomes of a sum in X0 (STORE),
// and, or nothing, a way of its own through the whole blocks (FAR).
//
//	Y0–Y7  the lanes of a row      Y8–Y10  scratch      Y15  mask of the last vector
//	R8  row, behind its whole blocks      R12  bytes of a row      R13  rows left      DI  sums
//	CX  −bytes left, then bytes of the tail      DX  −bytes in whole blocks      BX  bytes of the tail
//
// Edges: m, n ≥ 1. The tail goes vector by vector: its place selects the lanes. Of the last vector dead lanes are blended back.

// m rows in R13, n elements in DX, a in R8, their distance in R12.
#define SIZES(SHIFT) \
	SHLQ $SHIFT, R12      \
	SHLQ $SHIFT, DX       \
	MOVQ DX, BX           \
	ANDQ $255, BX         \
	MOVQ DX, CX           \
	ANDQ $31, CX          \
	LEAQ ·tailMask+256(SB), AX \
	SUBQ CX, AX           \
	VMOVUPS (AX), Y15     \
	ANDQ $~255, DX        \
	ADDQ DX, R8           \
	NEGQ DX

// A vector of the tail for lanes ACC: whole, or masked and out.
#define TAIL(STEP, ACC, LAST) \
	LEAQ 32(CX), AX \
	CMPQ AX, BX     \
	JGT  LAST       \
	STEP(0, ACC)    \
	ADDQ $32, CX
#define MASKED(STEPM, ACC) \
	CMPQ CX, BX \
	JEQ  fold   \
	STEPM(ACC)  \
	JMP  fold

// One lane of the four (two) in X0.
#define FOLD32 \
	VPERMILPS $0x4E, X0, X1 \
	VADDPS X1, X0, X0       \
	VMOVSHDUP X0, X1        \
	VADDSS X1, X0, X0
#define FOLD64 \
	VUNPCKHPD X0, X0, X1    \
	VADDSD X1, X0, X0

#define STEPS(STEP) \
	STEP(0, Y0)           \
	STEP(32, Y1)          \
	STEP(64, Y2)          \
	STEP(96, Y3)          \
	STEP(128, Y4)         \
	STEP(160, Y5)         \
	STEP(192, Y6)         \
	STEP(224, Y7)

#define ROWS(ADD, STEP, STEPM, FOLD, STORE) \
row:                          \
	VXORPS Y0, Y0, Y0     \
	VXORPS Y1, Y1, Y1     \
	VXORPS Y2, Y2, Y2     \
	VXORPS Y3, Y3, Y3     \
	VXORPS Y4, Y4, Y4     \
	VXORPS Y5, Y5, Y5     \
	VXORPS Y6, Y6, Y6     \
	VXORPS Y7, Y7, Y7     \
	MOVQ DX, CX           \
	TESTQ CX, CX          \
	JZ   tail             \
	FAR(STEP)             \
block:                        \
	STEPS(STEP)           \
	ADDQ $256, CX         \
	JNZ  block            \
tail:                         \
	TESTQ BX, BX          \
	JZ   fold             \
	TAIL(STEP, Y0, last0)  \
	TAIL(STEP, Y1, last1)  \
	TAIL(STEP, Y2, last2)  \
	TAIL(STEP, Y3, last3)  \
	TAIL(STEP, Y4, last4)  \
	TAIL(STEP, Y5, last5)  \
	TAIL(STEP, Y6, last6)  \
	MASKED(STEPM, Y7) \
last6:                    \
	MASKED(STEPM, Y6) \
last5:                    \
	MASKED(STEPM, Y5) \
last4:                    \
	MASKED(STEPM, Y4) \
last3:                    \
	MASKED(STEPM, Y3) \
last2:                    \
	MASKED(STEPM, Y2) \
last1:                    \
	MASKED(STEPM, Y1) \
last0:                    \
	MASKED(STEPM, Y0) \
fold:                         \
	ADD Y4, Y0, Y0        \
	ADD Y5, Y1, Y1        \
	ADD Y6, Y2, Y2        \
	ADD Y7, Y3, Y3        \
	ADD Y2, Y0, Y0        \
	ADD Y3, Y1, Y1        \
	ADD Y1, Y0, Y0        \
	VEXTRACTF128 $1, Y0, X1 \
	ADD X1, X0, X0        \
	FOLD                  \
	STORE                 \
	ADDQ R12, R8          \
	DECQ R13              \
	JNZ  row              \
	VZEROUPPER            \
	RET
