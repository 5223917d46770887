// Cholesky factorization of a matrix of at most 16 rows, AVX2.
//
//	u_kk = √a_kk,  u_kj = a_kj/u_kk,  a_ij = fma(−u_ki, u_kj, a_ij)  for k < i ≤ j < n, k ascending
//
//	AX rows left behind the pivot   SI pivot a_kk   DX lda in bytes   R8 k   BX the middle of the lane table
//	R9 u_ki, moving along row k     DI a_ii, moving down the diagonal   CX elements left in row i
//	R10 offset in the row           R11 elements behind it
//	Y0 u_kk    Y2 u_ki in every lane    Y1, Y4 vectors of rows i and k    Y3 lanes of the tail    X15 zero  X14 +Inf
//
// A row starts at its diagonal, so that the vectors of rows i and k are aligned with each other. The chain of a column is root,
// division, one fma and the passage through memory, about 50 cycles.
//
// Edges: 1 ≤ n ≤ 16; elements behind column n go through VMASKMOV, those below the diagonal are not touched.

#include "textflag.h"

// −1 for the lanes that exist, from the middle backwards.
DATA  tail<>+0(SB)/8, $-1
DATA  tail<>+8(SB)/8, $-1
DATA  tail<>+16(SB)/8, $-1
DATA  tail<>+24(SB)/8, $-1
DATA  tail<>+32(SB)/8, $0
DATA  tail<>+40(SB)/8, $0
DATA  tail<>+48(SB)/8, $0
DATA  tail<>+56(SB)/8, $0
GLOBL tail<>(SB), RODATA|NOPTR, $64

DATA  infinity<>+0(SB)/8, $0x7ff0000000000000
DATA  infinity<>+8(SB)/4, $0x7f800000
GLOBL infinity<>(SB), RODATA|NOPTR, $12

// S is the size of an element, W the number of lanes, SHIFT the logarithm of S.
#define TILE(MOVS, UCOM, SQRT, BC, MOV, MASKMOV, DIV, FNMA, INF, S, W, SHIFT, PIVOT, DVEC, DTAIL, DIVIDED, ROW, VEC, TAIL, NEXT, DONE, FAIL) \
	MOVQ n+0(FP), AX               \
	MOVQ a+8(FP), SI               \
	MOVQ lda+16(FP), DX            \
	LEAQ tail<>+32(SB), BX         \
	XORQ R8, R8                    \
	VPXOR X15, X15, X15            \
	MOVS infinity<>+INF(SB), X14   \
PIVOT:                                 \
	MOVS (SI), X0                  \
	UCOM X15, X0                   \
	JLS  FAIL                      \
	UCOM X14, X0                   \
	JCC  FAIL                      \
	SQRT X0, X0, X0                \
	MOVS X0, (SI)                  \
	BC   X0, Y0                    \
	DECQ AX                        \
	JEQ  DONE                      \
	LEAQ S(SI), R9                 \
	MOVQ R9, DI                    \
	MOVQ AX, R11                   \
	SUBQ $W, R11                   \
	JLT  DTAIL                     \
DVEC:                                  \
	MOV  (DI), Y1                  \
	DIV  Y0, Y1, Y1                \
	MOV  Y1, (DI)                  \
	ADDQ $32, DI                   \
	SUBQ $W, R11                   \
	JGE  DVEC                      \
DTAIL:                                 \
	ADDQ $W, R11                   \
	JEQ  DIVIDED                   \
	SHLQ $SHIFT, R11               \
	NEGQ R11                       \
	VMOVUPS (BX)(R11*1), Y3        \
	MASKMOV (DI), Y3, Y1           \
	DIV  Y0, Y1, Y1                \
	MASKMOV Y1, Y3, (DI)           \
DIVIDED:                               \
	LEAQ S(SI)(DX*1), SI           \
	MOVQ SI, DI                    \
	MOVQ AX, CX                    \
ROW:                                   \
	BC   (R9), Y2                  \
	XORQ R10, R10                  \
	MOVQ CX, R11                   \
	SUBQ $W, R11                   \
	JLT  TAIL                      \
VEC:                                   \
	MOV  (DI)(R10*1), Y1           \
	FNMA (R9)(R10*1), Y2, Y1       \
	MOV  Y1, (DI)(R10*1)           \
	ADDQ $32, R10                  \
	SUBQ $W, R11                   \
	JGE  VEC                       \
TAIL:                                  \
	ADDQ $W, R11                   \
	JEQ  NEXT                      \
	SHLQ $SHIFT, R11               \
	NEGQ R11                       \
	VMOVUPS (BX)(R11*1), Y3        \
	MASKMOV (DI)(R10*1), Y3, Y1    \
	MASKMOV (R9)(R10*1), Y3, Y4    \
	FNMA Y4, Y2, Y1                \
	MASKMOV Y1, Y3, (DI)(R10*1)    \
NEXT:                                  \
	LEAQ S(DI)(DX*1), DI           \
	ADDQ $S, R9                    \
	DECQ CX                        \
	JNE  ROW                       \
	INCQ R8                        \
	JMP  PIVOT                     \
DONE:                                  \
	MOVQ $-1, R8                   \
FAIL:                                  \
	MOVQ R8, ret+24(FP)            \
	VZEROUPPER                     \
	RET

// func choleskyTile32AVX2(n int, a *float32, lda int) int
TEXT ·choleskyTile32AVX2(SB), NOSPLIT, $0-32
	TILE(VMOVSS, VUCOMISS, VSQRTSS, VBROADCASTSS, VMOVUPS, VMASKMOVPS, VDIVPS, VFNMADD231PS, 8, 4, 8, 2, pivot, dvec, dtail, divided, row, vec, tail, next, done, fail)

// func choleskyTile64AVX2(n int, a *float64, lda int) int
TEXT ·choleskyTile64AVX2(SB), NOSPLIT, $0-32
	TILE(VMOVSD, VUCOMISD, VSQRTSD, VBROADCASTSD, VMOVUPD, VMASKMOVPD, VDIVPD, VFNMADD231PD, 0, 8, 4, 3, pivot, dvec, dtail, divided, row, vec, tail, next, done, fail)
