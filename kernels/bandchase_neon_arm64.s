// One step of band to tridiagonal form, NEON, float64: see BandChase for the formulas and their order.
//
// The products of the rows of B with v come first, for the next reflection, then the sums of D, beside which the chain of its root and
// divisions passes, the sums of B, and the updates of both. Products with v keep it in 16 registers and take two rows at a time; sums and
// updates take 16 columns at a time. Vectors between these parts are in memory.
//
//	R0  D   R1  B   R2  lda in bytes   R3  v   R4  u   R5  y of B, and behind it
//	R10  sums of D, then w   R11  sums of B, then x   R12  p   R13  q   R14  ½p   R15  −½q   (R5+1792)  e
//	R6–R9  moving, R9 rows left
//
// Ports: 3600 fused operations of a register, 1800 cycles of two pipes (N1), 900 of four, and 1800 loads.
//
// Edges: none, all blocks are 32×32.

#include "textflag.h"
#include "neon_arm64.h"

#define EACH(F) \
	F(0)   \
	F(32)  \
	F(64)  \
	F(96)  \
	F(128) \
	F(160) \
	F(192) \
	F(224)

// Eight products of vectors at X and Y, into V0 to V3 by MUL.
#define DOT8(MUL, OFF, X, Y) \
	FLDPQ OFF(X), (F16, F17)      \
	FLDPQ (OFF+32)(X), (F18, F19) \
	FLDPQ OFF(Y), (F20, F21)      \
	FLDPQ (OFF+32)(Y), (F22, F23) \
	MUL(20,16,0)                  \
	MUL(21,17,1)                  \
	MUL(22,18,2)                  \
	MUL(23,19,3)

// Σ of 32 products in eight lanes, into F0.
#define DOT(X, Y) \
	DOT8(FMUL2D, 0, X, Y)   \
	DOT8(FMLA2D, 64, X, Y)  \
	DOT8(FMLA2D, 128, X, Y) \
	DOT8(FMLA2D, 192, X, Y) \
	FADD2D(2,0,0)           \
	FADD2D(3,1,1)           \
	FADD2D(1,0,0)           \
	VDUP V0.D[1], V1.D2     \
	FADDD F1, F0, F0

// The row at R with v in V16 to V31: lanes 0 and 1 to a, 2 and 3 to b, and so on. Its first vector stays in FIRST.
#define ROW(R, FIRST, first, a, b, c, d) \
	FLDPQ 0(R), (FIRST, F9)    \
	FLDPQ 32(R), (F10, F11)    \
	FMUL2D(16,first,a)         \
	FMUL2D(17,9,b)             \
	FMUL2D(18,10,c)            \
	FMUL2D(19,11,d)            \
	FLDPQ 64(R), (F8, F9)      \
	FLDPQ 96(R), (F10, F11)    \
	FMLA2D(20,8,a)             \
	FMLA2D(21,9,b)             \
	FMLA2D(22,10,c)            \
	FMLA2D(23,11,d)            \
	FLDPQ 128(R), (F8, F9)     \
	FLDPQ 160(R), (F10, F11)   \
	FMLA2D(24,8,a)             \
	FMLA2D(25,9,b)             \
	FMLA2D(26,10,c)            \
	FMLA2D(27,11,d)            \
	FLDPQ 192(R), (F8, F9)     \
	FLDPQ 224(R), (F10, F11)   \
	FMLA2D(28,8,a)             \
	FMLA2D(29,9,b)             \
	FMLA2D(30,10,c)            \
	FMLA2D(31,11,d)            \
	FADD2D(c,a,a)              \
	FADD2D(d,b,b)              \
	FADD2D(b,a,a)

// Eight vectors of a row and g_r, lane of V24.
#define SUM(FMLA, s0, s1, s2, s3, s4, s5, s6, s7) \
	FLDPQ 0(R6), (F16, F17)  \
	FLDPQ 32(R6), (F18, F19) \
	FLDPQ 64(R6), (F20, F21) \
	FLDPQ 96(R6), (F22, F23) \
	FMLA(24,16,s0)           \
	FMLA(24,17,s1)           \
	FMLA(24,18,s2)           \
	FMLA(24,19,s3)           \
	FMLA(24,20,s4)           \
	FMLA(24,21,s5)           \
	FMLA(24,22,s6)           \
	FMLA(24,23,s7)           \
	ADD R2, R6

#define ZERO(V) VEOR V.B16, V.B16, V.B16

// Σ_r M_rc·g_r of the 16 columns at OFF, to X: even rows in V0 to V7, odd ones in V8 to V15.
#define SUMS(M, G, X, OFF, rows) \
	ZERO(V0)                      \
	ZERO(V1)                      \
	ZERO(V2)                      \
	ZERO(V3)                      \
	ZERO(V4)                      \
	ZERO(V5)                      \
	ZERO(V6)                      \
	ZERO(V7)                      \
	ZERO(V8)                      \
	ZERO(V9)                      \
	ZERO(V10)                     \
	ZERO(V11)                     \
	ZERO(V12)                     \
	ZERO(V13)                     \
	ZERO(V14)                     \
	ZERO(V15)                     \
	ADD  $OFF, M, R6              \
	MOVD G, R7                    \
	MOVD $16, R9                  \
rows: \
	FMOVQ.P 16(R7), F24           \
	SUM(FMLA2D0, 0, 1, 2, 3, 4, 5, 6, 7) \
	SUM(FMLA2D1, 8, 9, 10, 11, 12, 13, 14, 15) \
	SUBS $1, R9, R9               \
	BNE  rows                     \
	FADD2D(8,0,0)                 \
	FADD2D(9,1,1)                 \
	FADD2D(10,2,2)                \
	FADD2D(11,3,3)                \
	FADD2D(12,4,4)                \
	FADD2D(13,5,5)                \
	FADD2D(14,6,6)                \
	FADD2D(15,7,7)                \
	FSTPQ (F0, F1), OFF(X)        \
	FSTPQ (F2, F3), (OFF+32)(X)   \
	FSTPQ (F4, F5), (OFF+64)(X)   \
	FSTPQ (F6, F7), (OFF+96)(X)

// M_rc −= f_r·w_c, then h_r·a_c, in the 16 columns at OFF.
#define UPDATE(M, FR, W, H, A, OFF, rows) \
	FLDPQ OFF(W), (F0, F1)          \
	FLDPQ (OFF+32)(W), (F2, F3)     \
	FLDPQ (OFF+64)(W), (F4, F5)     \
	FLDPQ (OFF+96)(W), (F6, F7)     \
	FLDPQ OFF(A), (F8, F9)          \
	FLDPQ (OFF+32)(A), (F10, F11)   \
	FLDPQ (OFF+64)(A), (F12, F13)   \
	FLDPQ (OFF+96)(A), (F14, F15)   \
	ADD  $OFF, M, R6                \
	MOVD FR, R7                     \
	MOVD H, R8                      \
	MOVD $32, R9                    \
rows: \
	FMOVD.P 8(R7), F24              \
	FMOVD.P 8(R8), F25              \
	FLDPQ 0(R6), (F16, F17)         \
	FLDPQ 32(R6), (F18, F19)        \
	FLDPQ 64(R6), (F20, F21)        \
	FLDPQ 96(R6), (F22, F23)        \
	FMLS2D0(24,0,16)                \
	FMLS2D0(24,1,17)                \
	FMLS2D0(24,2,18)                \
	FMLS2D0(24,3,19)                \
	FMLS2D0(24,4,20)                \
	FMLS2D0(24,5,21)                \
	FMLS2D0(24,6,22)                \
	FMLS2D0(24,7,23)                \
	FMLS2D0(25,8,16)                \
	FMLS2D0(25,9,17)                \
	FMLS2D0(25,10,18)               \
	FMLS2D0(25,11,19)               \
	FMLS2D0(25,12,20)               \
	FMLS2D0(25,13,21)               \
	FMLS2D0(25,14,22)               \
	FMLS2D0(25,15,23)               \
	FSTPQ (F16, F17), 0(R6)         \
	FSTPQ (F18, F19), 32(R6)        \
	FSTPQ (F20, F21), 64(R6)        \
	FSTPQ (F22, F23), 96(R6)        \
	ADD  R2, R6                     \
	SUBS $1, R9, R9                 \
	BNE  rows

#define SCALEU(OFF) \
	FLDPQ OFF(R4), (F16, F17) \
	FMUL2D0(7,16,16)          \
	FMUL2D0(7,17,17)          \
	FSTPQ (F16, F17), OFF(R4)

// τ is in V4.
#define TIMESTAU(OFF) \
	FLDPQ OFF(R10), (F16, F17) \
	FMUL2D0(4,16,16)           \
	FMUL2D0(4,17,17)           \
	FSTPQ (F16, F17), OFF(R10)

// w: f is in V0.
#define COMPLETE(OFF) \
	FLDPQ OFF(R10), (F16, F17) \
	FLDPQ OFF(R3), (F18, F19)  \
	FMLA2D0(0,18,16)           \
	FMLA2D0(0,19,17)           \
	FSTPQ (F16, F17), OFF(R10)

// p, q, ½p and −½q: σ is in V4, 1/σ in V5, ½ in V6, −½ in V7.
#define PAIR(OFF) \
	FLDPQ OFF(R3), (F16, F17)  \
	FLDPQ OFF(R10), (F18, F19) \
	FMUL2D0(4,16,16)           \
	FMUL2D0(4,17,17)           \
	VMOV V16.B16, V20.B16      \
	VMOV V17.B16, V21.B16      \
	FMLA2D0(5,18,16)           \
	FMLA2D0(5,19,17)           \
	FMLS2D0(5,18,20)           \
	FMLS2D0(5,19,21)           \
	FSTPQ (F16, F17), OFF(R12) \
	FSTPQ (F20, F21), OFF(R13) \
	FMUL2D0(6,16,16)           \
	FMUL2D0(6,17,17)           \
	FMUL2D0(7,20,20)           \
	FMUL2D0(7,21,21)           \
	FSTPQ (F16, F17), OFF(R14) \
	FSTPQ (F20, F21), OFF(R15)

// x from the sums of B: V0 is s, V4 γ.
#define LEFT(OFF) \
	FLDPQ OFF(R11), (F16, F17) \
	FLDPQ OFF(R3), (F18, F19)  \
	FMLS2D0(0,18,16)           \
	FMLS2D0(0,19,17)           \
	FMUL2D0(4,16,16)           \
	FMUL2D0(4,17,17)           \
	FSTPQ (F16, F17), OFF(R11)

// func bandChaseNEON(a *float64, lda int, v *float64, tau float64, u, work *float64) (gamma float64)
TEXT ·bandChaseNEON(SB), NOSPLIT, $0-56
	MOVD a+0(FP), R0
	MOVD lda+8(FP), R2
	MOVD v+16(FP), R3
	MOVD u+32(FP), R4
	MOVD work+40(FP), R5
	LSL  $3, R2, R2
	ADD  R2<<5, R0, R1
	ADD  $256, R5, R10
	ADD  $512, R5, R11
	ADD  $768, R5, R12
	ADD  $1024, R5, R13
	ADD  $1280, R5, R14
	ADD  $1536, R5, R15

	// y = τ·B·v and u, the first column of B less y.
	FLDPQ 0(R3), (F16, F17)
	FLDPQ 32(R3), (F18, F19)
	FLDPQ 64(R3), (F20, F21)
	FLDPQ 96(R3), (F22, F23)
	FLDPQ 128(R3), (F24, F25)
	FLDPQ 160(R3), (F26, F27)
	FLDPQ 192(R3), (F28, F29)
	FLDPQ 224(R3), (F30, F31)
	FMOVD tau+24(FP), F15
	MOVD R1, R6
	MOVD R5, R7
	MOVD R4, R8
	MOVD $16, R9

rows:
	ROW(R6, F12, 12, 0, 1, 2, 3)
	ADD  R2, R6
	ROW(R6, F13, 13, 4, 5, 6, 7)
	ADD  R2, R6
	VZIP1 V4.D2, V0.D2, V1.D2
	VZIP2 V4.D2, V0.D2, V2.D2
	FADD2D(2,1,1)
	FMUL2D0(15,1,1)
	VZIP1 V13.D2, V12.D2, V2.D2
	FSUB2D(1,2,2)
	FMOVQ.P F1, 16(R7)
	FMOVQ.P F2, 16(R8)
	SUBS $1, R9, R9
	BNE  rows

	// u becomes the vector of its reflection; γ and e are stored.
	DOT(R4, R4)
	FMOVD 0(R4), F4                // α
	FMOVD ZR, F5                   // e
	FMOVD ZR, F6                   // γ
	FMOVD ZR, F7                   // 1/(α − e)
	FMOVD $1.0, F16
	MOVD $0x07b0000000000000, R6   // 2^-900
	FMOVD R6, F17
	FCMPD F17, F0
	BLT  small                     // or NaN
	FSQRTD F0, F5
	FNEGD F5, F17
	FMOVD F4, R6
	TBNZ $63, R6, signed
	FMOVD F17, F5                  // −sign(α)·√σ

signed:
	FSUBD F5, F4, F7
	FSUBD F4, F5, F6
	FDIVD F7, F16, F7
	FDIVD F5, F6, F6

small:
	FMOVD F5, 1792(R5)
	FMOVD F6, gamma+48(FP)
	EACH(SCALEU)
	FMOVD $1.0, F16
	FMOVD F16, 0(R4)

	SUMS(R0, R3, R10, 0, sumsD)
	SUMS(R0, R3, R10, 128, sumsD2)
	FMOVD tau+24(FP), F4
	EACH(TIMESTAU)
	DOT(R3, R10)
	FMOVD $-0.5, F5
	FMULD F4, F5, F5
	FMULD F5, F0, F0
	EACH(COMPLETE)
	DOT(R10, R10)
	// A quarter of the exponent of ‖w‖² is that of σ.
	FMOVD F0, R6
	LSR  $52, R6
	SUB  $1023, R6
	ASR  $2, R6
	MOVD $1023, R7
	ADD  R6, R7, R8
	SUB  R6, R7, R7
	LSL  $52, R8
	LSL  $52, R7
	FMOVD R8, F4
	FMOVD R7, F5
	FMOVD $0.5, F6
	FMOVD $-0.5, F7
	EACH(PAIR)

	SUMS(R1, R4, R11, 0, sumsB)
	SUMS(R1, R4, R11, 128, sumsB2)
	DOT(R4, R5)
	FMOVD gamma+48(FP), F4
	EACH(LEFT)

	UPDATE(R0, R14, R12, R15, R13, 0, updateD)
	UPDATE(R0, R14, R12, R15, R13, 128, updateD2)
	UPDATE(R1, R5, R3, R4, R11, 0, updateB)
	UPDATE(R1, R5, R3, R4, R11, 128, updateB2)

	// e, and the first row of B beside D.
	FMOVD 1792(R5), F0
	FMOVD F0, 0(R1)
	ADD  R2, R0, R6
	ADD  $256, R6
	ADD  $8, R1, R7
	MOVD $31, R9

copy:
	FMOVD.P 8(R7), F0
	FMOVD F0, 0(R6)
	ADD  R2, R6
	SUBS $1, R9, R9
	BNE  copy
	RET
