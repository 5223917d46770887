// Operations on the short rows of a matrix, all of them in one call, AVX2.
//
//	ger     a_ij = fma(alpha·x_i, y_j, a_ij)
//	scale   b_ij = d_i·a_ij      the d_i step elements apart: 0 for a constant; B may be A
//	mul     a_ij = a_ij·d_j
//
//	R8, R9  rows of A and B    R12, R11  bytes from one row to the next    DX  rows left
//	SI  x_i or d_i    R13  bytes from one to the next    DI  y or d    CX  byte of the column    BX  bytes of whole vectors, R10 one less
//	Y0  factor of the row    X2  alpha    Y4, Y5  elements    Y1  mask of the last vector    AX  bytes of it
//
// Four rows of ger and mul go side by side and share y or d, the last three one by one:
//
//	R14  3·R12      Y6–Y8  factors of rows 1–3      Y9–Y12  elements      Y3  vector of y or d
//
// Ports: one store for each vector; five loads for four of ger and mul. A call for each row costs some 15 cycles more than a turn of this loop. Rows of scale, with nothing to share, go one by one:
// side by side the second-level cache of Zen 5 delivers half as much (oneStream).
//
// Edges: m, n ≥ 1; the last vector of a row is masked and does not fault on dead lanes.

#include "textflag.h"

// BX bytes of whole vectors and Y1 of n elements in AX.
#define SPLIT(SHIFT) \
	SHLQ $SHIFT, AX             \
	MOVQ AX, BX                 \
	ANDQ $31, AX                \
	ANDQ $~31, BX               \
	LEAQ ·tailMask+256(SB), CX  \
	SUBQ AX, CX                 \
	VMOVUPS (CX), Y1

// Rows of A by fours: HEAD4 once, BODY4 for whole vectors at R8 and DI, which move, LAST4 under Y1.
#define FOURS(HEAD4, BODY4, LAST4) \
	LEAQ (R12)(R12*2), R14 \
	SUBQ $4, DX      \
	JLT  few         \
four:                    \
	HEAD4            \
	MOVQ BX, CX      \
	TESTQ CX, CX     \
	JZ   last4       \
column:                  \
	BODY4            \
	ADDQ $32, R8     \
	ADDQ $32, DI     \
	SUBQ $32, CX     \
	JNZ  column      \
last4:                   \
	TESTQ AX, AX     \
	JZ   next4       \
	LAST4            \
next4:                   \
	SUBQ BX, R8      \
	SUBQ BX, DI      \
	LEAQ (R8)(R12*4), R8 \
	LEAQ (SI)(R13*4), SI \
	SUBQ $4, DX      \
	JGE  four        \
few:                     \
	ADDQ $4, DX      \
	JZ   done

// One row: BODY for whole vectors, two at a time, at an offset to CX; LAST under Y1, at CX.
#define ROW(HEAD, BODY, LAST) \
	LEAQ -32(BX), R10 \
row:                     \
	HEAD             \
	XORL CX, CX      \
	CMPQ CX, R10     \
	JGE  one         \
two:                     \
	BODY(0)          \
	BODY(32)         \
	ADDQ $64, CX    \
	CMPQ CX, R10     \
	JLT  two         \
one:                     \
	CMPQ CX, BX      \
	JGE  last        \
	BODY(0)          \
	ADDQ $32, CX     \
last:                    \
	TESTQ AX, AX     \
	JZ   next        \
	LAST             \
next:                    \
	ADDQ R12, R8     \
	ADDQ R11, R9     \
	ADDQ R13, SI     \
	DECQ DX          \
	JNZ  row         \
done:                    \
	VZEROUPPER       \
	RET

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
#define GERLAST4(MASKMOV, FMA) \
	MASKMOV (DI), Y1, Y3         \
	MASKMOV (R8), Y1, Y9         \
	MASKMOV (R8)(R12*1), Y1, Y10 \
	MASKMOV (R8)(R12*2), Y1, Y11 \
	MASKMOV (R8)(R14*1), Y1, Y12 \
	FMA Y3, Y0, Y9               \
	FMA Y3, Y6, Y10              \
	FMA Y3, Y7, Y11              \
	FMA Y3, Y8, Y12              \
	MASKMOV Y9, Y1, (R8)         \
	MASKMOV Y10, Y1, (R8)(R12*1) \
	MASKMOV Y11, Y1, (R8)(R12*2) \
	MASKMOV Y12, Y1, (R8)(R14*1)

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
#define MULLAST4(MASKMOV, MUL) \
	MASKMOV (DI), Y1, Y3         \
	MASKMOV (R8), Y1, Y9         \
	MASKMOV (R8)(R12*1), Y1, Y10 \
	MASKMOV (R8)(R12*2), Y1, Y11 \
	MASKMOV (R8)(R14*1), Y1, Y12 \
	MUL Y9, Y3, Y9               \
	MUL Y10, Y3, Y10             \
	MUL Y11, Y3, Y11             \
	MUL Y12, Y3, Y12             \
	MASKMOV Y9, Y1, (R8)         \
	MASKMOV Y10, Y1, (R8)(R12*1) \
	MASKMOV Y11, Y1, (R8)(R12*2) \
	MASKMOV Y12, Y1, (R8)(R14*1)

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
	FOURS(GERHEAD4(VMULSS, VBROADCASTSS), GER4(VMOVUPS, VFMADD213PS), GERLAST4(VMASKMOVPS, VFMADD231PS))
	ROW(GERHEAD(VMULSS, VBROADCASTSS), GER32, GERLAST(VMASKMOVPS, VFMADD231PS))

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
	FOURS(GERHEAD4(VMULSD, VBROADCASTSD), GER4(VMOVUPD, VFMADD213PD), GERLAST4(VMASKMOVPD, VFMADD231PD))
	ROW(GERHEAD(VMULSD, VBROADCASTSD), GER64, GERLAST(VMASKMOVPD, VFMADD231PD))

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
	ROW(LOADFACTOR(VBROADCASTSS), SCALE32, SCALELAST(VMASKMOVPS, VMULPS))

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
	ROW(LOADFACTOR(VBROADCASTSD), SCALE64, SCALELAST(VMASKMOVPD, VMULPD))

// func mulShortAVX2F32(m, n int, d, a *float32, lda int)
TEXT ·mulShortAVX2F32(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), DI
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	SHLQ $2, R12
	SPLIT(2)
	FOURS(NOFACTOR, MUL4(VMOVUPS, VMULPS), MULLAST4(VMASKMOVPS, VMULPS))
	ROW(NOFACTOR, MUL32, MULLAST(VMASKMOVPS, VMULPS))

// func mulShortAVX2F64(m, n int, d, a *float64, lda int)
TEXT ·mulShortAVX2F64(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), DI
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	SHLQ $3, R12
	SPLIT(3)
	FOURS(NOFACTOR, MUL4(VMOVUPD, VMULPD), MULLAST4(VMASKMOVPD, VMULPD))
	ROW(NOFACTOR, MUL64, MULLAST(VMASKMOVPD, VMULPD))
