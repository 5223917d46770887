// Transposition of one tile that is not whole, AVX-512.
//
//	b[i·ldb+j] = alpha·a[j·lda+i], i < m, j < n, both at most 16 (float32) or 8 (float64)
//
//	T_qi   4×4 (2×2) elements transposed within 128 bits: rows 4q…4q+3 (2q, 2q+1) of A, columns i, 4 + i, 8 + i, 12 + i
//	rows i, 4 + i, 8 + i, 12 + i (i, 2 + i, …) of B = the four lanes of T_0i … T_3i transposed
//
//	SI  row of A     R8, R9  1, 3 of its leading dimension in bytes     DI  row of B     R11, R12  1, 3 of its     AX  m     CX  n
//	Z0–Z15  rows of A, then of B     Z16–Z31  T     K1  m columns of A     K2  n of B     Z31, in the end, alpha
//
// Ports: 64 shuffles of float32, 32 of them across lanes, 32 cycles on Zen 5; 24 of float64. A tile of float32 of at most four rows and columns takes no transposition of lanes.
//
// Edges: 1 ≤ m, n. Rows of A that are not there leave whatever their registers hold, which lands in columns of B that are not stored.

#include "textflag.h"

#define ARGS(SHIFT) \
	MOVQ m+0(FP), AX     \
	MOVQ n+8(FP), CX     \
	MOVQ a+24(FP), SI    \
	MOVQ lda+32(FP), R8  \
	MOVQ b+40(FP), DI    \
	MOVQ ldb+48(FP), R11 \
	SHLQ $SHIFT, R8      \
	SHLQ $SHIFT, R11     \
	LEAQ (R8)(R8*2), R9  \
	LEAQ (R11)(R11*2), R12 \
	MOVL $-1, DX         \
	BZHIQ AX, DX, BX     \
	KMOVW BX, K1         \
	BZHIQ CX, DX, BX     \
	KMOVW BX, K2

// Four rows of A, or as many as there are up to row LAST; then at once to go.
#define LOADS(MOVZ, LAST, A, B, C, D) \
	MOVZ (SI), K1, A        \
	CMPQ CX, $(LAST-2)      \
	JLT  go                 \
	MOVZ (SI)(R8*1), K1, B  \
	JEQ  go                 \
	MOVZ (SI)(R8*2), K1, C  \
	CMPQ CX, $LAST          \
	JLT  go                 \
	MOVZ (SI)(R9*1), K1, D  \
	JEQ  go                 \
	LEAQ (SI)(R8*4), SI

// Four rows of B, likewise.
#define STORES(MUL, MOV, LAST, A, B, C, D) \
	MUL  A, Z31, A          \
	MOV  A, K2, (DI)        \
	CMPQ AX, $(LAST-2)      \
	JLT  done               \
	MUL  B, Z31, B          \
	MOV  B, K2, (DI)(R11*1) \
	JEQ  done               \
	MUL  C, Z31, C          \
	MOV  C, K2, (DI)(R11*2) \
	CMPQ AX, $LAST          \
	JLT  done               \
	MUL  D, Z31, D          \
	MOV  D, K2, (DI)(R12*1) \
	JEQ  done               \
	LEAQ (DI)(R11*4), DI

// T of four rows; A to D are destroyed.
#define FOUR(A, B, C, D, T0, T1, T2, T3) \
	VUNPCKLPS B, A, T0   \
	VUNPCKHPS B, A, T2   \
	VUNPCKLPS D, C, A    \
	VUNPCKHPS D, C, B    \
	VUNPCKHPD A, T0, T1  \
	VUNPCKLPD A, T0, T0  \
	VUNPCKHPD B, T2, T3  \
	VUNPCKLPD B, T2, T2

// The lanes of T_0i … T_3i, T0 to T3, to four rows of B; T0 to T3 are destroyed.
#define LANES(T0, T1, T2, T3, A, B, C, D) \
	VSHUFF64X2 $0x44, T1, T0, A   \
	VSHUFF64X2 $0xee, T1, T0, B   \
	VSHUFF64X2 $0x44, T3, T2, C   \
	VSHUFF64X2 $0xee, T3, T2, D   \
	VSHUFF64X2 $0x88, C, A, T0    \
	VSHUFF64X2 $0xdd, C, A, T1    \
	VSHUFF64X2 $0x88, D, B, T2    \
	VSHUFF64X2 $0xdd, D, B, T3

// func transposePartAVX512F32(m, n int, alpha float32, a *float32, lda int, b *float32, ldb int)
TEXT ·transposePartAVX512F32(SB), NOSPLIT, $0-56
	ARGS(2)
	LOADS(VMOVUPS.Z, 4, Z0, Z1, Z2, Z3)
	LOADS(VMOVUPS.Z, 8, Z4, Z5, Z6, Z7)
	LOADS(VMOVUPS.Z, 12, Z8, Z9, Z10, Z11)
	LOADS(VMOVUPS.Z, 16, Z12, Z13, Z14, Z15)
go:
	FOUR(Z0, Z1, Z2, Z3, Z16, Z17, Z18, Z19)
	CMPQ CX, $4
	JGT  lanes
	CMPQ AX, $4
	JLE  few
lanes:
	FOUR(Z4, Z5, Z6, Z7, Z20, Z21, Z22, Z23)
	FOUR(Z8, Z9, Z10, Z11, Z24, Z25, Z26, Z27)
	FOUR(Z12, Z13, Z14, Z15, Z28, Z29, Z30, Z31)
	LANES(Z16, Z20, Z24, Z28, Z0, Z1, Z2, Z3)
	LANES(Z17, Z21, Z25, Z29, Z4, Z5, Z6, Z7)
	LANES(Z18, Z22, Z26, Z30, Z8, Z9, Z10, Z11)
	LANES(Z19, Z23, Z27, Z31, Z12, Z13, Z14, Z15)
	VMOVAPS Z31, Z0
few:
	VBROADCASTSS alpha+16(FP), Z31
	STORES(VMULPS, VMOVUPS, 4, Z16, Z17, Z18, Z19)
	STORES(VMULPS, VMOVUPS, 8, Z20, Z21, Z22, Z23)
	STORES(VMULPS, VMOVUPS, 12, Z24, Z25, Z26, Z27)
	STORES(VMULPS, VMOVUPS, 16, Z28, Z29, Z30, Z0)
done:
	VZEROUPPER
	RET

#define TWO(A, B, T0, T1) \
	VUNPCKLPD B, A, T0 \
	VUNPCKHPD B, A, T1

// func transposePartAVX512F64(m, n int, alpha float64, a *float64, lda int, b *float64, ldb int)
TEXT ·transposePartAVX512F64(SB), NOSPLIT, $0-56
	ARGS(3)
	LOADS(VMOVUPD.Z, 4, Z0, Z1, Z2, Z3)
	LOADS(VMOVUPD.Z, 8, Z4, Z5, Z6, Z7)
go:
	TWO(Z0, Z1, Z16, Z17)
	TWO(Z2, Z3, Z18, Z19)
	TWO(Z4, Z5, Z20, Z21)
	TWO(Z6, Z7, Z22, Z23)
	LANES(Z16, Z18, Z20, Z22, Z0, Z1, Z2, Z3)
	LANES(Z17, Z19, Z21, Z23, Z4, Z5, Z6, Z7)
	VBROADCASTSD alpha+16(FP), Z31
	STORES(VMULPD, VMOVUPD, 4, Z16, Z17, Z18, Z19)
	STORES(VMULPD, VMOVUPD, 8, Z20, Z21, Z22, Z23)
done:
	VZEROUPPER
	RET
