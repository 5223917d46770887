// Tiles of two to three vectors of columns, AVX2:
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 3, 4, columns 2·LANES+1…3·LANES
//
// The third vector ends with the last column and overlaps the second, whose columns are computed and written twice with the same values: no mask. Four rows are 12 sums: a step is 12 FMA, 6 cycles, beside 7 loads.
//
//	R8  A      R11 R12  1, 3·ra (R11 at last rc)      R10  ca      SI DX  B, rb      R9  bytes to the third vector      CX  steps left      AX  the tileCall      DI  C
//	Y4…Y15 sums: row i in Y(4+3i)…Y(6+3i)      Y0 Y1 Y2 B      Y3 broadcasts of A      at last Y0 alpha, Y1 beta, Y2 Y3 C
//
// l ascends in one chain per element. All of C is read before any of it is written. Nothing beyond cols is read or written, nothing is assumed about alignment, nothing is fetched ahead. k ≥ 1; the caller keeps k ≤ ChunkK.

#include "textflag.h"
#include "ps_amd64.h"

#define ROW(a, s0, s1, s2) \
	BCAST a, Y3 \
	FMADD231 Y0, Y3, s0 \
	FMADD231 Y1, Y3, s1 \
	FMADD231 Y2, Y3, s2

#define MIX(s0, s1, s2) \
	MUL (DI), Y1, Y2       \
	MUL 32(DI), Y1, Y3     \
	FMADD213 Y2, Y0, s0    \
	FMADD213 Y3, Y0, s1    \
	MUL (DI)(R9*1), Y1, Y2 \
	FMADD213 Y2, Y0, s2    \
	ADDQ R11, DI

#define ADDC(s0, s1, s2) \
	FMADD213 (DI), Y0, s0       \
	FMADD213 32(DI), Y0, s1     \
	FMADD213 (DI)(R9*1), Y0, s2 \
	ADDQ R11, DI

#define SCALE(s0, s1, s2) \
	MUL Y0, s0, s0 \
	MUL Y0, s1, s1 \
	MUL Y0, s2, s2

#define PUT(s0, s1, s2) \
	LOADU s0, (DI)       \
	LOADU s1, 32(DI)     \
	LOADU s2, (DI)(R9*1) \
	ADDQ R11, DI

#define ROWS3(OP) \
	OP(Y4, Y5, Y6)   \
	OP(Y7, Y8, Y9)   \
	OP(Y10, Y11, Y12)
#define ROWS4(OP) \
	ROWS3(OP)        \
	OP(Y13, Y14, Y15)

#define STEP3 \
	LOADU (SI), Y0         \
	LOADU 32(SI), Y1       \
	LOADU (SI)(R9*1), Y2   \
	ROW((R8), Y4, Y5, Y6)  \
	ROW((R8)(R11*1), Y7, Y8, Y9)    \
	ROW((R8)(R11*2), Y10, Y11, Y12)
#define STEP4 \
	STEP3 \
	ROW((R8)(R12*1), Y13, Y14, Y15)

#define ZERO(y0, y1, y2) \
	VPXOR y0, y0, y0 \
	VPXOR y1, y1, y1 \
	VPXOR y2, y2, y2

#define TILE(STEP, ROWS, step, add, mix, put) \
	ROWS(ZERO)      \
step: \
	STEP            \
	ADDQ R10, R8    \
	ADDQ DX, SI     \
	DECQ CX         \
	JNZ  step       \
	MOVQ c+24(FP), DI \
	MOVQ 24(AX), R11  \
	MOVL 56(AX), CX   \
	BCAST 40(AX), Y0  \
	CMPL CX, $2     \
	JEQ  put        \
	JGT  add        \
	CMPL CX, $1     \
	JEQ  mix        \
	ROWS(SCALE)     \
	JMP  put        \
add: \
	ROWS(ADDC)      \
	MOVQ c+24(FP), DI \
	JMP  put        \
mix: \
	BCAST 48(AX), Y1  \
	ROWS(MIX)       \
	MOVQ c+24(FP), DI \
put: \
	ROWS(PUT)       \
	VZEROUPPER      \
	RET

#define TRIPLE \
	MOVQ t+0(FP), AX        \
	MOVQ a+8(FP), R8        \
	MOVQ b+16(FP), SI       \
	MOVQ cols+40(FP), R9    \
	SUBQ $(32/EBYTES), R9   \
	SHLQ $ELOG, R9          \
	MOVQ 0(AX), R11         \
	MOVQ 8(AX), R10         \
	MOVQ 16(AX), DX         \
	MOVQ 32(AX), CX         \
	LEAQ (R11)(R11*2), R12  \
	CMPQ rows+32(FP), $4    \
	JEQ  four               \
	TILE(STEP3, ROWS3, step3, add3, mix3, put3) \
four: \
	TILE(STEP4, ROWS4, step4, add4, mix4, put4)

// func gemmTripleTile32AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmTripleTile32AVX2(SB), NOSPLIT, $0-48
	TRIPLE

#include "pd_amd64.h"

// func gemmTripleTile64AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmTripleTile64AVX2(SB), NOSPLIT, $0-48
	TRIPLE
