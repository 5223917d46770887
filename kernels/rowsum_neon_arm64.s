// Sums of the rows of a matrix, NEON.
//
//	s_i = Σ_j a_ij in lane order, one segment (n ≤ 16384)
//
//	R8  row   R9  rows left   R10  bytes in a row   R11  lda in bytes   R12  s   R1, R3  in the row, bytes left of it
//	V0–V15  lanes   V16–V23  operands   the rest as in reduce_neon_arm64.s, whose edges these are, too
//
// Ports: 16 loads and 16 additions of a register for 256 bytes, 8 cycles of two pipes (N1); the fold takes 15 more additions and two in one register.
//
// Edges: m, n ≥ 1.

#include "textflag.h"
#include "neon_arm64.h"
#include "lanes_neon_arm64.h"

#define SUMTAIL(PLUS, N, NEXT) \
	CMP  $16, R3 \
	BLO  NEXT \
	VLD1.P 16(R1), [V16.B16] \
	PLUS(16,N,N) \
	SUB  $16, R3
#define SUMTAIL32(N, NEXT) SUMTAIL(FADD4S, N, NEXT)
#define SUMTAIL64(N, NEXT) SUMTAIL(FADD2D, N, NEXT)

#define FOUR(PLUS, A, B, C, D, N, L0, L1, L2, L3) \
	VLD1.P 64(R1), [A.B16, B.B16, C.B16, D.B16] \
	PLUS(N,L0,L0)   \
	PLUS(N+1,L1,L1) \
	PLUS(N+2,L2,L2) \
	PLUS(N+3,L3,L3)

// Rows up to their tails, PART loads the partial vector.
#define ROWS(SHIFT, PLUS, SIGN, PART, TAIL, LAST, FOLD, STORE) \
	MOVD m+0(FP), R9     \
	MOVD n+8(FP), R10    \
	MOVD a+16(FP), R8    \
	MOVD lda+24(FP), R11 \
	MOVD s+32(FP), R12   \
	LSL  $SHIFT, R10     \
	LSL  $SHIFT, R11     \
row: \
	MOVD R8, R1          \
	ZERO16               \
	SUBS $256, R10, R3   \
	BLO  tail            \
loop: \
	FOUR(PLUS, V16, V17, V18, V19, 16, 0, 1, 2, 3)     \
	FOUR(PLUS, V20, V21, V22, V23, 20, 4, 5, 6, 7)     \
	FOUR(PLUS, V16, V17, V18, V19, 16, 8, 9, 10, 11)   \
	FOUR(PLUS, V20, V21, V22, V23, 20, 12, 13, 14, 15) \
	SUBS $256, R3, R3    \
	BHS  loop            \
tail: \
	ADDS $256, R3, R3    \
	BEQ  fold            \
	MOVD R1, R2          \
	PARTIAL(SIGN)        \
	PART                 \
chain: \
	CHAIN(TAIL, LAST)    \
fold: \
	FOLD                 \
	STORE                \
	ADD  R11, R8         \
	SUBS $1, R9, R9      \
	BNE  row             \
	RET

#define PART32 \
	TBZ  $3, R4, low         \
	VLD1.P 8(R6), V30.D[0]   \
	TBZ  $2, R4, chain       \
	VLD1 (R6), V30.S[2]      \
	B    chain               \
low: \
	TBZ  $2, R4, chain       \
	VLD1 (R6), V30.S[0]

#define PART64 \
	TBZ  $3, R4, chain  \
	VLD1 (R6), V30.D[0]

#define STORE32 FMOVS.P F0, 4(R12)
#define STORE64 FMOVD.P F0, 8(R12)

// func rowSumNEONF32(m, n int, a *float32, lda int, s *float32)
TEXT ·rowSumNEONF32(SB), NOSPLIT, $0-40
	ROWS(2, FADD4S, 0x8000000080000000, PART32, SUMTAIL32, LASTADD32, FOLD32, STORE32)

// func rowSumNEONF64(m, n int, a *float64, lda int, s *float64)
TEXT ·rowSumNEONF64(SB), NOSPLIT, $0-40
	ROWS(3, FADD2D, 0x8000000000000000, PART64, SUMTAIL64, LASTADD64, FOLD64, STORE64)
