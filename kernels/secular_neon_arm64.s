// The secular equation, NEON, float64: see secular.go for the formulas and their order. Registers: beside each function, since they share no more than the macros name.
//
// All lists are whole groups; there are no tails. Sums keep 4 roots in two registers and poles in all lanes of one, products keep 4
// poles and roots so, vectors take 4 poles and four roots.
//
// Ports, for four poles (or roots) and 4 lanes: two divisions of a register, 7 to 14 cycles each on a pipe that nothing else needs for long, and 78
// operations (sums), on two to four pipes.

#include "textflag.h"
#include "neon_arm64.h"

#define ONES(F, V) \
	FMOVD $1.0, F \
	VDUP V.D[0], V.D2

// The reciprocals of (V16, V20), (V17, V21), (V18, V22), (V19, V23), a pair for each of four differences, in (28, 29), (16, 20), (17, 21), (18, 22).
// Uses V24 to V27; V14 is 1.
#define RECIPROCALS \
	FMUL2D(17,16,24)  \
	FMUL2D(21,20,25)  \
	FMUL2D(19,18,26)  \
	FMUL2D(23,22,27)  \
	FMUL2D(26,24,28)  \
	FDIV2D(28,14,28)  \
	FMUL2D(27,25,29)  \
	FDIV2D(29,14,29)  \
	FMUL2D(26,28,26)  \
	FMUL2D(27,29,27)  \
	FMUL2D(24,28,24)  \
	FMUL2D(25,29,25)  \
	FMUL2D(17,26,28)  \
	FMUL2D(21,27,29)  \
	FMUL2D(16,26,16)  \
	FMUL2D(20,27,20)  \
	FMUL2D(19,24,17)  \
	FMUL2D(23,25,21)  \
	FMUL2D(18,24,18)  \
	FMUL2D(22,25,22)

// The differences of a pole in a, of four roots: origins in V28, V29, τ in V30, V31.
#define DELTA(a, b) \
	FSUB2D(29,a,b)        \
	FSUB2D(31,b,b)        \
	FSUB2D(28,a,a)        \
	FSUB2D(30,a,a)

// The terms of four poles in (19, 23), (24, 25), (26, 27), (30, 31).
#define TERMS \
	FLDPQ 0(R8), (F28, F29)   \
	FLDPQ 128(R8), (F30, F31) \
	VLD4R.P 32(R1), [V16.D2, V17.D2, V18.D2, V19.D2] \
	DELTA(16, 20)             \
	DELTA(17, 21)             \
	DELTA(18, 22)             \
	DELTA(19, 23)             \
	FLDPQ.P 32(R2), (F30, F31) \
	RECIPROCALS               \
	FMUL2D0(30,28,19)         \
	FMUL2D0(30,29,23)         \
	FMUL2D1(30,16,24)         \
	FMUL2D1(30,20,25)         \
	FMUL2D0(31,17,26)         \
	FMUL2D0(31,21,27)         \
	FMUL2D1(31,18,30)         \
	FMUL2D1(31,22,31)

// Half of D1 and D2, from terms and reciprocals. Uses V0 to V4.
#define DERIVATIVES(t0, t1, t2, t3, r0, r1, r2, r3, d1, d2) \
	FMUL2D(r0,t0,0)  \
	FMUL2D(r1,t1,1)  \
	FADD2D(1,0,2)    \
	FMUL2D(r0,0,0)   \
	FMLA2D(r1,1,0)   \
	FMUL2D(r2,t2,1)  \
	FMUL2D(r3,t3,3)  \
	FADD2D(3,1,4)    \
	FMUL2D(r2,1,1)   \
	FMLA2D(r3,3,1)   \
	FADD2D(4,2,2)    \
	FADD2D(1,0,0)    \
	FADD2D(2,d1,d1)  \
	FADD2D(0,d2,d2)
#define FIRSTDERIVATIVES  DERIVATIVES(19, 24, 26, 30, 28, 16, 17, 18, 10, 12)
#define SECONDDERIVATIVES DERIVATIVES(23, 25, 27, 31, 29, 20, 21, 22, 11, 13)

#define ADDGROUP(a, b, c, d, s) \
	FADD2D(b,a,4) \
	FADD2D(d,c,5) \
	FADD2D(5,4,4) \
	FADD2D(4,s,s)
#define ADDALL(s, s2) \
	FIRSTDERIVATIVES \
	ADDGROUP(19, 24, 26, 30, s) \
	SECONDDERIVATIVES \
	ADDGROUP(23, 25, 27, 31, s2)

// The term T where d ≤ split (V15), +0 elsewhere, in PART. Uses V5.
#define BELOW(OFF, T, PART) \
	ADD $OFF, R1, R9   \
	VLD1R (R9), [V5.D2] \
	FCMGE2D(5,15,5)    \
	VAND V5.B16, T.B16, PART.B16

// Half of the sums of a group that splits: these parts to psi, the others to phi. R1 is behind the group.
#define PARTS(T0, T1, T2, T3, SPLIT, psi, phi) \
	FMOVQ SPLIT(R8), F15       \
	BELOW(-32, T0, V0)         \
	BELOW(-24, T1, V1)         \
	BELOW(-16, T2, V2)         \
	BELOW(-8, T3, V3)          \
	ADDGROUP(0, 1, 2, 3, psi)       \
	VEOR T0.B16, V0.B16, V0.B16 \
	VEOR T1.B16, V1.B16, V1.B16 \
	VEOR T2.B16, V2.B16, V2.B16 \
	VEOR T3.B16, V3.B16, V3.B16 \
	ADDGROUP(0, 1, 2, 3, phi)

// func secularSumsNEON(d, w *float64, below, between, above int, b *SecularBlock, at int)
//
// R1, R2 d and w; R3 to R5 the counts; R8 the lanes of b. V6 to V13 the sums.
TEXT ·secularSumsNEON(SB), NOSPLIT, $0-56
	MOVD d+0(FP), R1
	MOVD w+8(FP), R2
	MOVD below+16(FP), R3
	MOVD between+24(FP), R4
	MOVD above+32(FP), R5
	MOVD b+40(FP), R8
	MOVD at+48(FP), R9
	ADD  R9<<3, R8, R8
	ONES(F14, V14)
	VEOR V6.B16, V6.B16, V6.B16
	VEOR V7.B16, V7.B16, V7.B16
	VEOR V8.B16, V8.B16, V8.B16
	VEOR V9.B16, V9.B16, V9.B16
	VEOR V10.B16, V10.B16, V10.B16
	VEOR V11.B16, V11.B16, V11.B16
	VEOR V12.B16, V12.B16, V12.B16
	VEOR V13.B16, V13.B16, V13.B16
	CBZ  R3, mixed

below:
	TERMS
	ADDALL(6, 7)
	SUBS $1, R3, R3
	BNE  below

mixed:
	CBZ  R4, beyond

between:
	TERMS
	FIRSTDERIVATIVES
	PARTS(V19, V24, V26, V30, 256, 6, 8)
	SECONDDERIVATIVES
	PARTS(V23, V25, V27, V31, 272, 7, 9)
	SUBS $1, R4, R4
	BNE  between

beyond:
	CBZ  R5, done

above:
	TERMS
	ADDALL(8, 9)
	SUBS $1, R5, R5
	BNE  above

done:
	FSTPQ (F6, F7), 384(R8)
	FSTPQ (F8, F9), 512(R8)
	FSTPQ (F10, F11), 640(R8)
	FSTPQ (F12, F13), 768(R8)
	RET

// Differences of x in V0 and V1 and what four registers hold.
#define FOUR(x, a0, a1, a2, a3, d0, d1, d2, d3) \
	FSUB2D(a0,x,d0) \
	FSUB2D(a1,x,d1) \
	FSUB2D(a2,x,d2) \
	FSUB2D(a3,x,d3)

// 1 instead of a denominator 0. Uses V4.
#define NOTZERO(E, e) \
	FCMEQ2D(5,e,4) \
	VBIT V4.B16, V6.B16, E.B16

// func secularProductsNEON(m, n int, x, d, o, t, y *float64)
//
// V0, V1 the x, V2, V3 the products, V5 0, V6 1; V8–V11 and V12–V15 numerators, V16–V19 and V20–V23 denominators.
TEXT ·secularProductsNEON(SB), NOSPLIT, $0-56
	MOVD m+0(FP), R0
	MOVD n+8(FP), R3
	MOVD x+16(FP), R1
	MOVD y+48(FP), R2
	ONES(F6, V6)
	VEOR V5.B16, V5.B16, V5.B16

columns:
	MOVD d+24(FP), R8
	MOVD o+32(FP), R9
	MOVD t+40(FP), R10
	MOVD R3, R11
	FLDPQ.P 32(R1), (F0, F1)
	VMOV V6.B16, V2.B16
	VMOV V6.B16, V3.B16

roots:
	VLD4R.P 32(R9), [V24.D2, V25.D2, V26.D2, V27.D2]
	VLD4R.P 32(R10), [V28.D2, V29.D2, V30.D2, V31.D2]
	FOUR(0, 24, 25, 26, 27, 8, 9, 10, 11)
	FOUR(1, 24, 25, 26, 27, 12, 13, 14, 15)
	VLD4R.P 32(R8), [V24.D2, V25.D2, V26.D2, V27.D2]
	FSUB2D(28,8,8)
	FSUB2D(29,9,9)
	FSUB2D(30,10,10)
	FSUB2D(31,11,11)
	FSUB2D(28,12,12)
	FSUB2D(29,13,13)
	FSUB2D(30,14,14)
	FSUB2D(31,15,15)
	FOUR(0, 24, 25, 26, 27, 16, 17, 18, 19)
	FOUR(1, 24, 25, 26, 27, 20, 21, 22, 23)
	NOTZERO(V16, 16)
	NOTZERO(V17, 17)
	NOTZERO(V18, 18)
	NOTZERO(V19, 19)
	NOTZERO(V20, 20)
	NOTZERO(V21, 21)
	NOTZERO(V22, 22)
	NOTZERO(V23, 23)
	FMUL2D(9,8,8)
	FMUL2D(11,10,10)
	FMUL2D(13,12,12)
	FMUL2D(15,14,14)
	FMUL2D(17,16,16)
	FMUL2D(19,18,18)
	FMUL2D(21,20,20)
	FMUL2D(23,22,22)
	FMUL2D(10,8,8)
	FMUL2D(14,12,12)
	FMUL2D(18,16,16)
	FMUL2D(22,20,20)
	FDIV2D(16,8,8)
	FDIV2D(20,12,12)
	FMUL2D(8,2,2)
	FMUL2D(12,3,3)
	SUBS $4, R11, R11
	BNE  roots
	FSTPQ.P (F2, F3), 32(R2)
	SUBS $4, R0, R0
	BNE  columns
	RET

// Differences of four poles and a root: o and t in all lanes.
#define ROOT(o, t, a, b) \
	FSUB2D(o,8,a) \
	FSUB2D(o,9,b) \
	FSUB2D(t,a,a) \
	FSUB2D(t,b,b)

// func secularVectorsNEON(n int, d, z *float64, o, t *[4]float64, x *float64, ldx int)
//
// R0 n; R1, R2 d and z, then a row; R3 ldx in bytes; R4–R7 the rows. V0–V3 o, V4–V7 t, V14 1.
TEXT ·secularVectorsNEON(SB), NOSPLIT, $0-56
	MOVD n+0(FP), R0
	MOVD d+8(FP), R1
	MOVD z+16(FP), R2
	MOVD o+24(FP), R8
	MOVD t+32(FP), R9
	MOVD x+40(FP), R4
	MOVD ldx+48(FP), R3
	LSL  $3, R3, R3
	ADD  R3, R4, R5
	ADD  R3, R5, R6
	ADD  R3, R6, R7
	VLD4R (R8), [V0.D2, V1.D2, V2.D2, V3.D2]
	VLD4R (R9), [V4.D2, V5.D2, V6.D2, V7.D2]
	ONES(F14, V14)
	MOVD R0, R11

loop:
	FLDPQ.P 32(R1), (F8, F9)
	FLDPQ.P 32(R2), (F10, F11)
	ROOT(0, 4, 16, 20)
	ROOT(1, 5, 17, 21)
	ROOT(2, 6, 18, 22)
	ROOT(3, 7, 19, 23)
	RECIPROCALS
	FMUL2D(10,28,28)
	FMUL2D(11,29,29)
	FMUL2D(10,16,16)
	FMUL2D(11,20,20)
	FMUL2D(10,17,17)
	FMUL2D(11,21,21)
	FMUL2D(10,18,18)
	FMUL2D(11,22,22)
	FSTPQ (F28, F29), 0(R4)
	FSTPQ (F16, F20), 0(R5)
	FSTPQ (F17, F21), 0(R6)
	FSTPQ (F18, F22), 0(R7)
	ADD  $32, R4
	ADD  $32, R5
	ADD  $32, R6
	ADD  $32, R7
	SUBS $4, R11, R11
	BNE  loop

	// Each row by 1/√ of the sum of its squares, in eight lanes.
	MOVD x+40(FP), R1
	MOVD $4, R10

row:
	MOVD R1, R2
	MOVD R0, R11
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16

squares:
	FLDPQ 0(R2), (F16, F17)
	FLDPQ 32(R2), (F18, F19)
	FMLA2D(16,16,0)
	FMLA2D(17,17,1)
	FMLA2D(18,18,2)
	FMLA2D(19,19,3)
	ADD  $64, R2
	SUBS $8, R11, R11
	BNE  squares
	FADD2D(2,0,0)
	FADD2D(3,1,1)
	FADD2D(1,0,0)
	VDUP V0.D[1], V1.D2
	FADDD F1, F0, F0
	FSQRTD F0, F0
	FDIVD F0, F14, F0
	MOVD R1, R2
	MOVD R0, R11

scale:
	FLDPQ 0(R2), (F16, F17)
	FLDPQ 32(R2), (F18, F19)
	FMUL2D0(0,16,16)
	FMUL2D0(0,17,17)
	FMUL2D0(0,18,18)
	FMUL2D0(0,19,19)
	FSTPQ (F16, F17), 0(R2)
	FSTPQ (F18, F19), 32(R2)
	ADD  $64, R2
	SUBS $8, R11, R11
	BNE  scale
	ADD  R3, R1, R1
	SUBS $1, R10, R10
	BNE  row
	RET
