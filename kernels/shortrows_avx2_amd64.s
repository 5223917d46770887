// Operations on the short rows of a matrix, all of them in one call, AVX2.
//
//	ger     a_ij = fma(alpha·x_i, y_j, a_ij)
//	scale   b_ij = d_i·a_ij      the d_i step elements apart: 0 for a constant; B may be A
//	mul     a_ij = a_ij·d_j
//
//	R8, R9  rows of A and B    R12, R11  bytes from one row to the next    DX  rows left
//	SI  x_i or d_i    R13  bytes from one to the next    DI  y or d    CX  byte of the column    BX  bytes of whole vectors, R10 three less    R14, R15  the rows again
//	Y0  factor of the row    X2  alpha    Y4, Y5  elements    Y1  mask of the last vector    AX  bytes of it
//
// Four rows of ger and mul go side by side and share y or d, the last three one by one:
//
//	R14  3·R12      Y6–Y8  factors of rows 1–3      Y9–Y12  elements      Y3  vector of y or d
//
// Ports: one store for each vector; five loads for four of ger and mul. A call for each row costs some 15 cycles more than a turn of this loop. Rows of scale, with nothing to share, go one by one:
// side by side the second-level cache of Zen 5 delivers half as much (oneStream).
//
// Edges: m, n ≥ 1; the last vector of a row is masked and does not fault on dead lanes. It is taken after the whole vectors of all rows (shortrows_amd64.h).

#include "textflag.h"
#include "shortrows_amd64.h"

// BX bytes of whole vectors and Y1 of n elements in AX.
#define SPLIT(SHIFT) \
	SHLQ $SHIFT, AX             \
	MOVQ AX, BX                 \
	ANDQ $31, AX                \
	ANDQ $~31, BX               \
	LEAQ ·tailMask+256(SB), CX  \
	SUBQ AX, CX                 \
	VMOVUPS (CX), Y1

#define GERHEAD(MUL, BCAST) \
	MUL (SI), X2, X0 \
	BCAST X0, Y0
#define GERBODY(MOV, FMA, OFF) \
	MOV OFF(R8)(CX*1), Y4     \
	FMA OFF(DI)(CX*1), Y0, Y4 \
	MOV Y4, OFF(R8)(CX*1)
#define GER32(OFF) GERBODY(VMOVUPS, VFMADD231PS, OFF)
#define GER64(OFF) GERBODY(VMOVUPD, VFMADD231PD, OFF)
#define GERLAST(MASKMOV, FMA) \
	MASKMOV (R8)(CX*1), Y1, Y4 \
	MASKMOV (DI)(CX*1), Y1, Y5 \
	FMA Y5, Y0, Y4          \
	MASKMOV Y4, Y1, (R8)(CX*1)

#define GERHEAD4(MUL, BCAST) \
	MUL (SI), X2, X0           \
	BCAST X0, Y0               \
	MUL (SI)(R13*1), X2, X6    \
	BCAST X6, Y6               \
	MUL (SI)(R13*2), X2, X7    \
	BCAST X7, Y7               \
	LEAQ (SI)(R13*2), CX       \
	MUL (CX)(R13*1), X2, X8    \
	BCAST X8, Y8
#define GER4(MOV, FMA) \
	MOV (DI), Y3               \
	VMOVAPS Y3, Y9             \
	FMA (R8), Y0, Y9           \
	MOV Y9, (R8)               \
	VMOVAPS Y3, Y10            \
	FMA (R8)(R12*1), Y6, Y10   \
	MOV Y10, (R8)(R12*1)       \
	VMOVAPS Y3, Y11            \
	FMA (R8)(R12*2), Y7, Y11   \
	MOV Y11, (R8)(R12*2)       \
	FMA (R8)(R14*1), Y8, Y3    \
	MOV Y3, (R8)(R14*1)

#define LOADFACTOR(BCAST) \
	BCAST (SI), Y0
#define SCALEBODY(MOV, MUL, OFF) \
	MUL OFF(R8)(CX*1), Y0, Y4 \
	MOV Y4, OFF(R9)(CX*1)
#define SCALE32(OFF) SCALEBODY(VMOVUPS, VMULPS, OFF)
#define SCALE64(OFF) SCALEBODY(VMOVUPD, VMULPD, OFF)
#define SCALELAST(MASKMOV, MUL) \
	MASKMOV (R8)(CX*1), Y1, Y4 \
	MUL Y4, Y0, Y4          \
	MASKMOV Y4, Y1, (R9)(CX*1)

#define NOFACTOR
#define MULBODY(MOV, MUL, OFF) \
	MOV OFF(R8)(CX*1), Y4     \
	MUL OFF(DI)(CX*1), Y4, Y4 \
	MOV Y4, OFF(R8)(CX*1)
#define MUL32(OFF) MULBODY(VMOVUPS, VMULPS, OFF)
#define MUL64(OFF) MULBODY(VMOVUPD, VMULPD, OFF)
#define MULLAST(MASKMOV, MUL) \
	MASKMOV (R8)(CX*1), Y1, Y4 \
	MASKMOV (DI)(CX*1), Y1, Y5 \
	MUL Y5, Y4, Y4          \
	MASKMOV Y4, Y1, (R8)(CX*1)

#define MUL4(MOV, MUL) \
	MOV (DI), Y3               \
	MUL (R8), Y3, Y9           \
	MOV Y9, (R8)               \
	MUL (R8)(R12*1), Y3, Y10   \
	MOV Y10, (R8)(R12*1)       \
	MUL (R8)(R12*2), Y3, Y11   \
	MOV Y11, (R8)(R12*2)       \
	MUL (R8)(R14*1), Y3, Y12   \
	MOV Y12, (R8)(R14*1)

// func gerShortAVX2F32(m, n int, alpha float32, x, y, a *float32, lda int)
TEXT ·gerShortAVX2F32(SB), NOSPLIT, $0-56
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	VMOVSS alpha+16(FP), X2
	MOVQ x+24(FP), SI
	MOVQ y+32(FP), DI
	MOVQ a+40(FP), R8
	MOVQ lda+48(FP), R12
	SHLQ $2, R12
	MOVL $4, R13
	SPLIT(2)
	FOURS(32, GERHEAD4(VMULSS, VBROADCASTSS), GER4(VMOVUPS, VFMADD213PS))
	ROWS(32, R12, GERHEAD(VMULSS, VBROADCASTSS), GER32, GERLAST(VMASKMOVPS, VFMADD231PS))

// func gerShortAVX2F64(m, n int, alpha float64, x, y, a *float64, lda int)
TEXT ·gerShortAVX2F64(SB), NOSPLIT, $0-56
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	VMOVSD alpha+16(FP), X2
	MOVQ x+24(FP), SI
	MOVQ y+32(FP), DI
	MOVQ a+40(FP), R8
	MOVQ lda+48(FP), R12
	SHLQ $3, R12
	MOVL $8, R13
	SPLIT(3)
	FOURS(32, GERHEAD4(VMULSD, VBROADCASTSD), GER4(VMOVUPD, VFMADD213PD))
	ROWS(32, R12, GERHEAD(VMULSD, VBROADCASTSD), GER64, GERLAST(VMASKMOVPD, VFMADD231PD))

// func scaleShortAVX2F32(m, n int, d *float32, step int, a *float32, lda int, b *float32, ldb int)
TEXT ·scaleShortAVX2F32(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), SI
	MOVQ step+24(FP), R13
	MOVQ a+32(FP), R8
	MOVQ lda+40(FP), R12
	MOVQ b+48(FP), R9
	MOVQ ldb+56(FP), R11
	SHLQ $2, R13
	SHLQ $2, R12
	SHLQ $2, R11
	SPLIT(2)
	ROWS(32, R11, LOADFACTOR(VBROADCASTSS), SCALE32, SCALELAST(VMASKMOVPS, VMULPS))

// func scaleShortAVX2F64(m, n int, d *float64, step int, a *float64, lda int, b *float64, ldb int)
TEXT ·scaleShortAVX2F64(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), SI
	MOVQ step+24(FP), R13
	MOVQ a+32(FP), R8
	MOVQ lda+40(FP), R12
	MOVQ b+48(FP), R9
	MOVQ ldb+56(FP), R11
	SHLQ $3, R13
	SHLQ $3, R12
	SHLQ $3, R11
	SPLIT(3)
	ROWS(32, R11, LOADFACTOR(VBROADCASTSD), SCALE64, SCALELAST(VMASKMOVPD, VMULPD))

// func mulShortAVX2F32(m, n int, d, a *float32, lda int)
TEXT ·mulShortAVX2F32(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), DI
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	SHLQ $2, R12
	SPLIT(2)
	FOURS(32, NOFACTOR, MUL4(VMOVUPS, VMULPS))
	ROWS(32, R12, NOFACTOR, MUL32, MULLAST(VMASKMOVPS, VMULPS))

// func mulShortAVX2F64(m, n int, d, a *float64, lda int)
TEXT ·mulShortAVX2F64(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), DI
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	SHLQ $3, R12
	SPLIT(3)
	FOURS(32, NOFACTOR, MUL4(VMOVUPD, VMULPD))
	ROWS(32, R12, NOFACTOR, MUL64, MULLAST(VMASKMOVPD, VMULPD))
