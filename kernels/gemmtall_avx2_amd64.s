// Tiles of at most a vector of columns, AVX2:
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 6…12, columns 1…LANES
//
// Six rows of one vector are six sums, of which a step takes four cycles, the latency of an FMA, and not three. Twelve take 6.5, of their loads: 12 broadcasts and B. Fewer are computed as rows 0…5 and the
// last six, some of them twice, and written twice with the same values.
//
//	R8 R9  A rows 0, rows−6      R11 R12 R13  1, 3, 5·ra (at last rc)      R10  ca      SI DX  B, rb      CX  steps left      AX  the tileCall      DI R8  C rows 0, rows−6
//	Y4…Y15 sums      Y0 B, then alpha      Y1 mask      Y2 Y3 broadcasts of A, then beta and C
//
// l ascends in one chain per element. All of C is read before any of it is written. Nothing beyond cols is read or written, nothing is assumed about alignment, nothing is fetched ahead. k ≥ 1; the caller keeps k ≤ ChunkK.

#include "textflag.h"
#include "ps_amd64.h"

// 32 bytes of ones, then 32 of zeros.
DATA gemmTallMask<>+0(SB)/8, $-1
DATA gemmTallMask<>+8(SB)/8, $-1
DATA gemmTallMask<>+16(SB)/8, $-1
DATA gemmTallMask<>+24(SB)/8, $-1
DATA gemmTallMask<>+32(SB)/8, $0
DATA gemmTallMask<>+40(SB)/8, $0
DATA gemmTallMask<>+48(SB)/8, $0
DATA gemmTallMask<>+56(SB)/8, $0
GLOBL gemmTallMask<>(SB), RODATA|NOPTR, $64

// Two rows of A.
#define PAIR(a0, a1, s0, s1) \
	BCAST a0, Y2 \
	BCAST a1, Y3 \
	FMADD231 Y0, Y2, s0 \
	FMADD231 Y0, Y3, s1

#define SIX(ROW, c, s0, s1, s2, s3, s4, s5) \
	ROW((c), s0)         \
	ROW((c)(R11*1), s1)  \
	ROW((c)(R11*2), s2)  \
	ROW((c)(R12*1), s3)  \
	ROW((c)(R11*4), s4)  \
	ROW((c)(R13*1), s5)

#define TWELVE(ROW) \
	SIX(ROW, DI, Y4, Y5, Y6, Y7, Y8, Y9) \
	SIX(ROW, R8, Y10, Y11, Y12, Y13, Y14, Y15)

#define MIXROW(c, s) \
	MASKMOV c, Y1, Y3 \
	MUL Y2, Y3, Y3    \
	FMADD213 Y3, Y0, s
#define ADDROW(c, s) \
	MASKMOV c, Y1, Y3 \
	FMADD213 Y3, Y0, s
#define SCALEROW(c, s) MUL Y0, s, s
#define PUTROW(c, s) LOADU s, c
#define PUTMASKED(c, s) MASKMOV s, Y1, c

#define ZERO(y) VPXOR y, y, y

#define TALLTILE \
	MOVQ t+0(FP), AX       \
	MOVQ a+8(FP), R8       \
	MOVQ b+16(FP), SI      \
	MOVQ cols+40(FP), CX   \
	LEAQ gemmTallMask<>+32(SB), DX \
	SHLQ $ELOG, CX         \
	SUBQ CX, DX            \
	VMOVDQU (DX), Y1       \
	MOVQ 0(AX), R11        \
	MOVQ 8(AX), R10        \
	MOVQ 16(AX), DX        \
	MOVQ 32(AX), CX        \
	LEAQ (R11)(R11*2), R12 \
	LEAQ (R11)(R11*4), R13 \
	MOVQ rows+32(FP), R9   \
	SUBQ $6, R9            \
	IMULQ R11, R9          \
	ADDQ R8, R9            \
	ZERO(Y4)               \
	ZERO(Y5)               \
	ZERO(Y6)               \
	ZERO(Y7)               \
	ZERO(Y8)               \
	ZERO(Y9)               \
	ZERO(Y10)              \
	ZERO(Y11)              \
	ZERO(Y12)              \
	ZERO(Y13)              \
	ZERO(Y14)              \
	ZERO(Y15)              \
step: \
	MASKMOV (SI), Y1, Y0   \
	PAIR((R8), (R8)(R11*1), Y4, Y5)        \
	PAIR((R8)(R11*2), (R8)(R12*1), Y6, Y7) \
	PAIR((R8)(R11*4), (R8)(R13*1), Y8, Y9) \
	PAIR((R9), (R9)(R11*1), Y10, Y11)      \
	PAIR((R9)(R11*2), (R9)(R12*1), Y12, Y13) \
	PAIR((R9)(R11*4), (R9)(R13*1), Y14, Y15) \
	ADDQ R10, R8           \
	ADDQ R10, R9           \
	ADDQ DX, SI            \
	DECQ CX                \
	JNZ  step              \
	MOVQ c+24(FP), DI      \
	MOVQ 24(AX), R11       \
	LEAQ (R11)(R11*2), R12 \
	LEAQ (R11)(R11*4), R13 \
	MOVQ rows+32(FP), R8   \
	SUBQ $6, R8            \
	IMULQ R11, R8          \
	ADDQ DI, R8            \
	MOVL 56(AX), CX        \
	BCAST 40(AX), Y0       \
	CMPL CX, $2            \
	JEQ  put               \
	JGT  add               \
	CMPL CX, $1            \
	JEQ  mix               \
	TWELVE(SCALEROW)       \
	JMP  put               \
add: \
	TWELVE(ADDROW)         \
	JMP  put               \
mix: \
	BCAST 48(AX), Y2       \
	TWELVE(MIXROW)         \
put: \
	CMPQ cols+40(FP), $(32/EBYTES) \
	JNE  masked            \
	TWELVE(PUTROW)         \
	VZEROUPPER             \
	RET                    \
masked: \
	TWELVE(PUTMASKED)      \
	VZEROUPPER             \
	RET

// func gemmTallTile32AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmTallTile32AVX2(SB), NOSPLIT, $0-48
	TALLTILE

#include "pd_amd64.h"

// func gemmTallTile64AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmTallTile64AVX2(SB), NOSPLIT, $0-48
	TALLTILE
