// Cholesky factorization of a matrix of at most 16 rows, NEON.
//
//	u_kk = √a_kk,  u_kj = a_kj/u_kk,  a_ij = fma(−u_ki, u_kj, a_ij)  for k < i ≤ j < n, k ascending
//
//	R0  rows left behind the pivot   R1  pivot a_kk   R2  lda in bytes   R3  k   R4  u_ki, moving along row k
//	R5  a_ii, moving down the diagonal   R6  elements left in row i   R7, R8  moving along rows i and k   R9  elements left
//	V0  u_kk in every lane   V2  u_ki in every lane   V1, V3  vectors of rows i and k
//
// A row starts at its diagonal, so that the vectors of rows i and k are aligned with each other. The chain of a column is root,
// division, one fused operation and the passage through memory.
//
// Edges: 1 ≤ n ≤ 16; elements behind the last whole vector go one by one, those below the diagonal are not touched.

#include "textflag.h"
#include "neon_arm64.h"
#include "s4_arm64.h"

#define TILE \
	MOVD n+0(FP), R0         \
	MOVD a+8(FP), R1         \
	MOVD lda+16(FP), R2      \
	LSL  $ELOG, R2, R2       \
	MOVD ZR, R3              \
pivot: \
	FMOVE 0(R1), F0          \
	FCMPE $(0.0), F0         \
	BLE  fail                \ // or NaN
	FSUBV(0,0,1)             \ // NaN if it is infinite
	FCMPE $(0.0), F1         \
	BNE  fail                \
	FSQRTE F0, F0            \
	FMOVE F0, 0(R1)          \
	DUPLANE(V0, V0)          \
	SUBS $1, R0, R0          \
	BEQ  done                \
	ADD  $EBYTES, R1, R4     \
	MOVD R4, R7              \
	SUBS $(16/EBYTES), R0, R9 \
	BLT  dividerest          \
divide: \
	FMOVQ 0(R7), F1          \
	FDIVV(0,1,1)             \
	FMOVQ F1, 0(R7)          \
	ADD  $16, R7             \
	SUBS $(16/EBYTES), R9, R9 \
	BGE  divide              \
dividerest: \
	ADDS $(16/EBYTES), R9, R9 \
	BEQ  divided             \
divideone: \
	FMOVE 0(R7), F1          \
	FDIVE F0, F1, F1         \
	FMOVE.P F1, EBYTES(R7)   \
	SUBS $1, R9, R9          \
	BNE  divideone           \
divided: \
	ADD  $EBYTES, R2, R9     \
	ADD  R9, R1              \
	MOVD R1, R5              \
	MOVD R0, R6              \
row: \
	DUPLOAD(R4, V2)          \
	MOVD R5, R7              \
	MOVD R4, R8              \
	SUBS $(16/EBYTES), R6, R9 \
	BLT  rowrest             \
vector: \
	FMOVQ 0(R7), F1          \
	FMOVQ 0(R8), F3          \
	FMLSV(3,2,1)             \
	FMOVQ F1, 0(R7)          \
	ADD  $16, R7             \
	ADD  $16, R8             \
	SUBS $(16/EBYTES), R9, R9 \
	BGE  vector              \
rowrest: \
	ADDS $(16/EBYTES), R9, R9 \
	BEQ  next                \
one: \
	FMOVE 0(R7), F1          \
	FMOVE.P EBYTES(R8), F3   \
	FMSUBE F3, F1, F2, F1    \
	FMOVE.P F1, EBYTES(R7)   \
	SUBS $1, R9, R9          \
	BNE  one                 \
next: \
	ADD  $EBYTES, R2, R9     \
	ADD  R9, R5              \
	ADD  $EBYTES, R4         \
	SUBS $1, R6, R6          \
	BNE  row                 \
	ADD  $1, R3              \
	B    pivot               \
done: \
	MOVD $-1, R3             \
fail: \
	MOVD R3, ret+24(FP)      \
	RET

// func choleskyTile32NEON(n int, a *float32, lda int) int
TEXT ·choleskyTile32NEON(SB), NOSPLIT, $0-32
	TILE

#include "d2_arm64.h"

// func choleskyTile64NEON(n int, a *float64, lda int) int
TEXT ·choleskyTile64NEON(SB), NOSPLIT, $0-32
	TILE
