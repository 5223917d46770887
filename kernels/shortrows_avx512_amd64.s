// Operations on the short rows of a matrix, all of them in one call, AVX-512.
//
//	ger     a_ij = fma(alpha·x_i, y_j, a_ij)
//	scale   b_ij = d_i·a_ij      the d_i step elements apart: 0 for a constant; B may be A
//	mul     a_ij = a_ij·d_j
//
//	R8, R9  rows of A and B    R12, R11  bytes from one row to the next    DX  rows left
//	SI  x_i or d_i    R13  bytes from one to the next    DI  y or d    CX  byte of the column    BX  bytes of whole vectors, R10 three less    R14, R15  the rows again
//	Z0  factor of the row    X2  alpha    Z4, Z5  elements    K1  lanes of the last vector    AX  how many these are
//
// Four rows of ger that share y may go side by side (the call says so, for the first-level cache: from the second Zen 5 delivers half as much to several rows, oneStream):
//
//	R14  3·R12      Z6–Z8  factors of rows 1–3      Z9–Z11  elements      Z3  vector of y
//
// Ports: one store for each vector. A call for each row costs some 15 cycles more than a turn of this loop.
//
// Edges: m, n ≥ 1; the last vector of a row is masked and does not fault on dead lanes. It is taken after the whole vectors of all rows (shortrows_amd64.h).

#include "textflag.h"
#include "shortrows_amd64.h"

// BX bytes of whole vectors and K1 of n elements in AX.
#define SPLIT(LANES, SHIFT) \
	MOVQ AX, BX           \
	SHRQ $6-SHIFT, BX     \
	SHLQ $6, BX           \
	ANDQ $LANES-1, AX     \
	MOVQ $-1, CX          \
	BZHIQ AX, CX, CX      \
	KMOVW CX, K1

#define GERHEAD(MUL, BCAST) \
	MUL (SI), X2, X0 \
	BCAST X0, Z0
#define GERBODY(MOV, FMA, OFF) \
	MOV OFF(R8)(CX*1), Z4     \
	FMA OFF(DI)(CX*1), Z0, Z4 \
	MOV Z4, OFF(R8)(CX*1)
#define GER32(OFF) GERBODY(VMOVUPS, VFMADD231PS, OFF)
#define GER64(OFF) GERBODY(VMOVUPD, VFMADD231PD, OFF)
#define GERLAST(MOV, MOVZ, FMA) \
	MOVZ (R8)(CX*1), K1, Z4 \
	MOVZ (DI)(CX*1), K1, Z5 \
	FMA Z5, Z0, Z4          \
	MOV Z4, K1, (R8)(CX*1)

// On to rows one by one where the call says no fours.
#define SIDE \
	CMPQ fours+56(FP), $0 \
	JEQ  rows
#define GERHEAD4(MUL, BCAST) \
	BCAST (SI), Z0              \
	BCAST (SI)(R13*1), Z6       \
	BCAST (SI)(R13*2), Z7       \
	LEAQ (SI)(R13*2), CX        \
	BCAST (CX)(R13*1), Z8       \
	MUL Z2, Z0, Z0              \
	MUL Z2, Z6, Z6              \
	MUL Z2, Z7, Z7              \
	MUL Z2, Z8, Z8
#define GER4(MOV, FMA) \
	MOV (DI), Z3               \
	VMOVAPS Z3, Z9             \
	FMA (R8), Z0, Z9           \
	MOV Z9, (R8)               \
	VMOVAPS Z3, Z10            \
	FMA (R8)(R12*1), Z6, Z10   \
	MOV Z10, (R8)(R12*1)       \
	VMOVAPS Z3, Z11            \
	FMA (R8)(R12*2), Z7, Z11   \
	MOV Z11, (R8)(R12*2)       \
	FMA (R8)(R14*1), Z8, Z3    \
	MOV Z3, (R8)(R14*1)

#define LOADFACTOR(BCAST) \
	BCAST (SI), Z0
#define SCALEBODY(MOV, MUL, OFF) \
	MUL OFF(R8)(CX*1), Z0, Z4 \
	MOV Z4, OFF(R9)(CX*1)
#define SCALE32(OFF) SCALEBODY(VMOVUPS, VMULPS, OFF)
#define SCALE64(OFF) SCALEBODY(VMOVUPD, VMULPD, OFF)
#define SCALELAST(MOV, MOVZ, MUL) \
	MOVZ (R8)(CX*1), K1, Z4 \
	MUL Z4, Z0, Z4          \
	MOV Z4, K1, (R9)(CX*1)

#define NOFACTOR
#define MULBODY(MOV, MUL, OFF) \
	MOV OFF(R8)(CX*1), Z4     \
	MUL OFF(DI)(CX*1), Z4, Z4 \
	MOV Z4, OFF(R8)(CX*1)
#define MUL32(OFF) MULBODY(VMOVUPS, VMULPS, OFF)
#define MUL64(OFF) MULBODY(VMOVUPD, VMULPD, OFF)
#define MULLAST(MOV, MOVZ, MUL) \
	MOVZ (R8)(CX*1), K1, Z4 \
	MOVZ (DI)(CX*1), K1, Z5 \
	MUL Z5, Z4, Z4          \
	MOV Z4, K1, (R8)(CX*1)

// func gerShortAVX512F32(m, n int, alpha float32, x, y, a *float32, lda, fours int)
TEXT ·gerShortAVX512F32(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	VBROADCASTSS alpha+16(FP), Z2
	MOVQ x+24(FP), SI
	MOVQ y+32(FP), DI
	MOVQ a+40(FP), R8
	MOVQ lda+48(FP), R12
	SHLQ $2, R12
	MOVL $4, R13
	SPLIT(16, 2)
	SIDE
	FOURS(64, GERHEAD4(VMULPS, VBROADCASTSS), GER4(VMOVUPS, VFMADD213PS))
	ROWS(64, R12, GERHEAD(VMULSS, VBROADCASTSS), GER32, GERLAST(VMOVUPS, VMOVUPS.Z, VFMADD231PS))

// func gerShortAVX512F64(m, n int, alpha float64, x, y, a *float64, lda, fours int)
TEXT ·gerShortAVX512F64(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	VBROADCASTSD alpha+16(FP), Z2
	MOVQ x+24(FP), SI
	MOVQ y+32(FP), DI
	MOVQ a+40(FP), R8
	MOVQ lda+48(FP), R12
	SHLQ $3, R12
	MOVL $8, R13
	SPLIT(8, 3)
	SIDE
	FOURS(64, GERHEAD4(VMULPD, VBROADCASTSD), GER4(VMOVUPD, VFMADD213PD))
	ROWS(64, R12, GERHEAD(VMULSD, VBROADCASTSD), GER64, GERLAST(VMOVUPD, VMOVUPD.Z, VFMADD231PD))

// func scaleShortAVX512F32(m, n int, d *float32, step int, a *float32, lda int, b *float32, ldb int)
TEXT ·scaleShortAVX512F32(SB), NOSPLIT, $0-64
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
	SPLIT(16, 2)
	ROWS(64, R11, LOADFACTOR(VBROADCASTSS), SCALE32, SCALELAST(VMOVUPS, VMOVUPS.Z, VMULPS))

// func scaleShortAVX512F64(m, n int, d *float64, step int, a *float64, lda int, b *float64, ldb int)
TEXT ·scaleShortAVX512F64(SB), NOSPLIT, $0-64
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
	SPLIT(8, 3)
	ROWS(64, R11, LOADFACTOR(VBROADCASTSD), SCALE64, SCALELAST(VMOVUPD, VMOVUPD.Z, VMULPD))

// func mulShortAVX512F32(m, n int, d, a *float32, lda int)
TEXT ·mulShortAVX512F32(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), DI
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	SHLQ $2, R12
	SPLIT(16, 2)
	ROWS(64, R12, NOFACTOR, MUL32, MULLAST(VMOVUPS, VMOVUPS.Z, VMULPS))

// func mulShortAVX512F64(m, n int, d, a *float64, lda int)
TEXT ·mulShortAVX512F64(SB), NOSPLIT, $0-40
	MOVQ m+0(FP), DX
	MOVQ n+8(FP), AX
	MOVQ d+16(FP), DI
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	SHLQ $3, R12
	SPLIT(8, 3)
	ROWS(64, R12, NOFACTOR, MUL64, MULLAST(VMOVUPD, VMOVUPD.Z, VMULPD))
