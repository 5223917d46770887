// Sums of the rows of a matrix, AVX2.
//
//	s_i = Σ_j a_ij in lane order, one segment (n ≤ 16384)
//
//	Y0–Y7  the 256-byte lanes of a row      Y8–Y10  scratch      Y15  mask of the last vector
//	R8  row, behind its whole blocks      R12  bytes of a row      R13  rows left      DI  s
//	CX  −bytes left, then bytes of the tail      DX  −bytes in whole blocks      BX  bytes of the tail
//
// Ports: 8 loads and 8 additions for 256 bytes, 4 cycles, which is the latency of the chains; the folds of some rows overlap with the loads
// of the next.
//
// Edges: m, n ≥ 1. The tail goes vector by vector: its place selects the lanes. Of the last vector dead lanes are blended back.

#include "textflag.h"

// A vector of the tail for lanes ACC: whole, or masked and out.
#define TAIL(ADD, ACC, LAST) \
	LEAQ 32(CX), AX \
	CMPQ AX, BX     \
	JGT  LAST       \
	ADD (R8)(CX*1), ACC, ACC \
	ADDQ $32, CX
#define LAST(ADD, MASKMOV, BLEND, ACC) \
	CMPQ CX, BX \
	JEQ  fold   \
	MASKMOV (R8)(CX*1), Y15, Y8 \
	ADD Y8, ACC, Y8             \
	BLEND Y15, Y8, ACC, ACC     \
	JMP  fold

#define ROWS(SHIFT, ADD, MASKMOV, BLEND, FOLD) \
	MOVQ m+0(FP), R13     \
	MOVQ n+8(FP), DX      \
	MOVQ a+16(FP), R8     \
	MOVQ lda+24(FP), R12  \
	MOVQ s+32(FP), DI     \
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
	NEGQ DX               \
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
block:                        \
	ADD 0(R8)(CX*1), Y0, Y0   \
	ADD 32(R8)(CX*1), Y1, Y1  \
	ADD 64(R8)(CX*1), Y2, Y2  \
	ADD 96(R8)(CX*1), Y3, Y3  \
	ADD 128(R8)(CX*1), Y4, Y4 \
	ADD 160(R8)(CX*1), Y5, Y5 \
	ADD 192(R8)(CX*1), Y6, Y6 \
	ADD 224(R8)(CX*1), Y7, Y7 \
	ADDQ $256, CX         \
	JNZ  block            \
tail:                         \
	TESTQ BX, BX          \
	JZ   fold             \
	TAIL(ADD, Y0, last0)  \
	TAIL(ADD, Y1, last1)  \
	TAIL(ADD, Y2, last2)  \
	TAIL(ADD, Y3, last3)  \
	TAIL(ADD, Y4, last4)  \
	TAIL(ADD, Y5, last5)  \
	TAIL(ADD, Y6, last6)  \
	LAST(ADD, MASKMOV, BLEND, Y7) \
last6:                                \
	LAST(ADD, MASKMOV, BLEND, Y6) \
last5:                                \
	LAST(ADD, MASKMOV, BLEND, Y5) \
last4:                                \
	LAST(ADD, MASKMOV, BLEND, Y4) \
last3:                                \
	LAST(ADD, MASKMOV, BLEND, Y3) \
last2:                                \
	LAST(ADD, MASKMOV, BLEND, Y2) \
last1:                                \
	LAST(ADD, MASKMOV, BLEND, Y1) \
last0:                                \
	LAST(ADD, MASKMOV, BLEND, Y0) \
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
	ADDQ R12, R8          \
	DECQ R13              \
	JNZ  row              \
	VZEROUPPER            \
	RET

#define FOLD32 \
	VPERMILPS $0x4E, X0, X1 \
	VADDPS X1, X0, X0       \
	VMOVSHDUP X0, X1        \
	VADDSS X1, X0, X0       \
	VMOVSS X0, (DI)         \
	ADDQ $4, DI
#define FOLD64 \
	VUNPCKHPD X0, X0, X1 \
	VADDSD X1, X0, X0    \
	VMOVSD X0, (DI)      \
	ADDQ $8, DI

// func rowSumAVX2F32(m, n int, a *float32, lda int, s *float32)
TEXT ·rowSumAVX2F32(SB), NOSPLIT, $0-40
	ROWS(2, VADDPS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func rowSumAVX2F64(m, n int, a *float64, lda int, s *float64)
TEXT ·rowSumAVX2F64(SB), NOSPLIT, $0-40
	ROWS(3, VADDPD, VMASKMOVPD, VBLENDVPD, FOLD64)
