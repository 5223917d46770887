// Products of one column with rows of A as stored, AVX2:
//
//	acc[i] = Σ_l A[i, l]·b[l],  acc = fma(a, b, acc) from +0, l ascending      16 rows
//
// Eight steps of eight rows (float64: four of four) are loaded in halves of vectors and transposed within lanes, after which a vector holds one step of
// several rows; a tile of one column would take a load for every element.
//
//	SI a      R9 ra      BX rows      CX steps left      DI b      DX, R15 1, 3 distances of elements of b      R12 DI of the first eight rows
//	R8 R10 R11 AX  the row at work, its distance to the next, 0, rows left
//	Y0–Y7 rows, then steps      Y10–Y13 on the way      Y14 elements of b (float64: Y12–Y15)      Y8 Y9 (float64: to Y11) acc
//
// Ports: 32 loads, 16 of them half of a vector's second half, and 16 broadcasts, 32 shuffles and 16 fma for 16 rows of 8 steps, 24 cycles of two loads; the two chains take 32
// (float64: 4 steps take 32 loads, 4 broadcasts, 16 shuffles, 16 fma, 18 cycles; four chains of 16).
//
// Edges: 1 ≤ rows ≤ 16, the last one is read again for those that are not there, whose sums mean nothing; k ≥ 1, the last steps go one by one. acc has 16 elements.

#include "textflag.h"
#include "ps_amd64.h"

#define HEAD \
	MOVQ rows+0(FP), BX \
	MOVQ k+8(FP), CX    \
	MOVQ a+16(FP), SI   \
	MOVQ ra+24(FP), R9  \
	MOVQ b+32(FP), DI   \
	MOVQ rb+40(FP), DX  \
	LEAQ (DX)(DX*2), R15 \
	XORL R11, R11       \
	VXORPS Y8, Y8, Y8   \
	VXORPS Y9, Y9, Y9

#define FIRST \
	MOVQ SI, R8  \
	MOVQ BX, AX  \
	MOVQ R9, R10

// The next row; the last one repeats.
#define NEXT \
	DECQ    AX       \
	CMOVQEQ R11, R10 \
	ADDQ    R10, R8

// A row as the first or the second half of two vectors.
#define LOW(x, y) \
	LOADU (R8), x    \
	LOADU 16(R8), y  \
	NEXT

#define HIGH(x, y) \
	VINSERTF128 $1, (R8), x, x    \
	VINSERTF128 $1, 16(R8), y, y  \
	NEXT

// Four steps of fours of rows.
#define FOURS(a, b, c, d) \
	VUNPCKLPS b, a, Y10   \
	VUNPCKHPS b, a, Y11   \
	VUNPCKLPS d, c, Y12   \
	VUNPCKHPS d, c, Y13   \
	VUNPCKLPD Y12, Y10, a \
	VUNPCKHPD Y12, Y10, b \
	VUNPCKLPD Y13, Y11, c \
	VUNPCKHPD Y13, Y11, d

#define STEPS(y0, y1, y2, y3, acc) \
	BCAST (DI), Y14          \
	FMADD231 Y14, y0, acc    \
	BCAST (DI)(DX*1), Y14    \
	FMADD231 Y14, y1, acc    \
	BCAST (DI)(DX*2), Y14    \
	FMADD231 Y14, y2, acc    \
	BCAST (DI)(R15*1), Y14   \
	FMADD231 Y14, y3, acc    \
	LEAQ (DI)(DX*4), DI

// Eight rows of eight steps.
#define EIGHT(acc) \
	LOW(X0, X4)  \
	LOW(X1, X5)  \
	LOW(X2, X6)  \
	LOW(X3, X7)  \
	HIGH(Y0, Y4) \
	HIGH(Y1, Y5) \
	HIGH(Y2, Y6) \
	HIGH(Y3, Y7) \
	FOURS(Y0, Y1, Y2, Y3) \
	FOURS(Y4, Y5, Y6, Y7) \
	STEPS(Y0, Y1, Y2, Y3, acc) \
	STEPS(Y4, Y5, Y6, Y7, acc)

// One step of four rows, and of eight.
#define ONE4(x) \
	VMOVSS (R8), x               \
	NEXT                         \
	VINSERTPS $0x10, (R8), x, x  \
	NEXT                         \
	VINSERTPS $0x20, (R8), x, x  \
	NEXT                         \
	VINSERTPS $0x30, (R8), x, x  \
	NEXT

#define ONE8(acc) \
	ONE4(X0) \
	ONE4(X1) \
	VINSERTF128 $1, X1, Y0, Y0 \
	FMADD231 Y14, Y0, acc

// func gemmChain32AVX2(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmChain32AVX2(SB), NOSPLIT, $0-56
	HEAD
	SUBQ $8, CX
	JLT  rest

block:
	FIRST
	MOVQ DI, R12
	EIGHT(Y8)
	MOVQ R12, DI
	EIGHT(Y9)
	ADDQ $32, SI
	SUBQ $8, CX
	JGE  block

rest:
	ADDQ $8, CX
	JZ   done

step:
	FIRST
	BCAST (DI), Y14
	ONE8(Y8)
	ONE8(Y9)
	ADDQ DX, DI
	ADDQ $4, SI
	DECQ CX
	JNZ  step

done:
	MOVQ acc+48(FP), AX
	LOADU Y8, (AX)
	LOADU Y9, 32(AX)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// Four rows of four steps.
#define FOUR(acc) \
	LOW(X0, X2)  \
	LOW(X1, X3)  \
	HIGH(Y0, Y2) \
	HIGH(Y1, Y3) \
	VUNPCKLPD Y1, Y0, Y4   \
	VUNPCKHPD Y1, Y0, Y5   \
	VUNPCKLPD Y3, Y2, Y6   \
	VUNPCKHPD Y3, Y2, Y7   \
	FMADD231 Y12, Y4, acc  \
	FMADD231 Y13, Y5, acc  \
	FMADD231 Y14, Y6, acc  \
	FMADD231 Y15, Y7, acc

// One step of four rows.
#define ONE(acc) \
	VMOVSD (R8), X0       \
	NEXT                  \
	VMOVHPD (R8), X0, X0  \
	NEXT                  \
	VMOVSD (R8), X1       \
	NEXT                  \
	VMOVHPD (R8), X1, X1  \
	NEXT                  \
	VINSERTF128 $1, X1, Y0, Y0 \
	FMADD231 Y12, Y0, acc

// func gemmChain64AVX2(rows, k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
TEXT ·gemmChain64AVX2(SB), NOSPLIT, $0-56
	HEAD
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	SUBQ $4, CX
	JLT  rest

block:
	FIRST
	BCAST (DI), Y12
	BCAST (DI)(DX*1), Y13
	BCAST (DI)(DX*2), Y14
	BCAST (DI)(R15*1), Y15
	LEAQ (DI)(DX*4), DI
	FOUR(Y8)
	FOUR(Y9)
	FOUR(Y10)
	FOUR(Y11)
	ADDQ $32, SI
	SUBQ $4, CX
	JGE  block

rest:
	ADDQ $4, CX
	JZ   done

step:
	FIRST
	BCAST (DI), Y12
	ONE(Y8)
	ONE(Y9)
	ONE(Y10)
	ONE(Y11)
	ADDQ DX, DI
	ADDQ $8, SI
	DECQ CX
	JNZ  step

done:
	MOVQ acc+48(FP), AX
	LOADU Y8, (AX)
	LOADU Y9, 32(AX)
	LOADU Y10, 64(AX)
	LOADU Y11, 96(AX)
	VZEROUPPER
	RET
