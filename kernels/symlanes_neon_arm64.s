// Batches of small symmetric matrices, NEON, float64: see symlanes.go for the formulas and their order.
//
// A call takes four of the eight lanes, in two registers: the elements of a matrix are 64 bytes apart, and two registers of each chain leave room
// for two rows of the triangle, or four of z, at a time.
//
//	R0   bytes of a row, and of a vector   R1  row j of a, which becomes v'   R2  v   R3  w   R4  y   R5  byte of j+1
//	R6   byte of row i in a vector   R7  row i, element j+1   R8–R15  moving   R16  bytes left
//	V16, V17  v_i   V18, V19  w_i   V20, V21  v'_i   V22–V27 the same of row i+1   V4–V7  sums of the two rows
//
// Ports, for an element of two rows: 16 fused operations, 12 loads and 6 stores of a register: 8 cycles of two pipes (N1), 5.5 of four that
// also take the stores.
//
// Edges: n ≥ 3, j < n−2 (lanesRow: n ≥ 1); rows, cols ≥ 1.

#include "textflag.h"
#include "neon_arm64.h"

#define ZERO2(A, B) \
	VEOR A.B16, A.B16, A.B16 \
	VEOR B.B16, B.B16, B.B16

// The reflection of the vector from R10 to R16, whose sum of squares is in V4, V5: −sign(α)·√σ goes to (R11), τ to (R12), v to the place of
// the vector.
#define LANESVECTOR \
	FLDPQ 0(R10), (F0, F1)           \
	FSQRT2D(4,2)                     \
	FSQRT2D(5,3)                     \
	MOVD $0x07b0000000000000, R8     \ // 2^-900
	VDUP R8, V6.D2                   \
	FCMGE2D(6,4,4)                   \
	FCMGE2D(6,5,5)                   \
	MOVD $0x8000000000000000, R8     \
	VDUP R8, V6.D2                   \
	FNEG2D(0,8)                      \
	FNEG2D(1,9)                      \
	VBIT V6.B16, V8.B16, V2.B16      \
	VBIT V6.B16, V9.B16, V3.B16      \
	FSUB2D(0,2,8)                    \
	FSUB2D(1,3,9)                    \
	FSUB2D(2,0,10)                   \
	FSUB2D(3,1,11)                   \
	FMOVD $1.0, F6                   \
	VDUP V6.D[0], V6.D2              \
	FDIV2D(2,8,8)                    \
	FDIV2D(3,9,9)                    \
	FDIV2D(10,6,10)                  \
	FDIV2D(11,6,11)                  \
	VAND V4.B16, V2.B16, V2.B16      \
	VAND V5.B16, V3.B16, V3.B16      \
	VAND V4.B16, V8.B16, V8.B16      \
	VAND V5.B16, V9.B16, V9.B16      \
	VAND V4.B16, V10.B16, V10.B16    \
	VAND V5.B16, V11.B16, V11.B16    \
	FSTPQ (F2, F3), 0(R11)           \
	FSTPQ (F8, F9), 0(R12)           \
	FSTPQ (F6, F6), 0(R10)           \
	ADD  $64, R10                    \
	B    scaled                      \
scale: \
	FLDPQ 0(R10), (F0, F1)           \
	FMUL2D(10,0,0)                   \
	FMUL2D(11,1,1)                   \
	FSTPQ (F0, F1), 0(R10)           \
	ADD  $64, R10                    \
scaled: \
	CMP  R16, R10                    \
	BLO  scale

// a_il of row i in V0, V1, with v_l in V10, V11 and w_l in V8, V9; the same of row i+1 in V2, V3.
#define UPDATEI \
	FMLS2D(16,8,0)  \
	FMLS2D(17,9,1)  \
	FMLS2D(18,10,0) \
	FMLS2D(19,11,1)
#define UPDATEI1 \
	FMLS2D(22,8,2)  \
	FMLS2D(23,9,3)  \
	FMLS2D(24,10,2) \
	FMLS2D(25,11,3)

// func lanesColumnNEON(n, j int, a, v, w, y, d, e, tau *float64)
TEXT ·lanesColumnNEON(SB), NOSPLIT, $0-72
	MOVD n+0(FP), R0
	MOVD j+8(FP), R6
	MOVD a+16(FP), R1
	MOVD v+24(FP), R2
	MOVD w+32(FP), R3
	MOVD y+40(FP), R4
	LSL  $6, R0, R0
	MADD R0, R1, R6, R1
	LSL  $6, R6, R6
	ADD  $64, R6, R5
	ADD  R6, R2, R13
	ADD  R6, R3, R14
	ADD  R6, R1, R10
	FLDPQ 0(R13), (F16, F17)
	FLDPQ 0(R14), (F18, F19)
	FLDPQ 0(R10), (F0, F1)
	FMLS2D(18,16,0)
	FMLS2D(19,17,1)
	FMLS2D(18,16,0)
	FMLS2D(19,17,1)
	MOVD d+48(FP), R8
	FSTPQ (F0, F1), 0(R8)
	ZERO2(V4, V5)
	ADD  R0, R10, R9               // a_ij, down the column
	ADD  $64, R10
	ADD  R0, R1, R16

column:
	ADD  $64, R13
	ADD  $64, R14
	FLDPQ 0(R9), (F0, F1)
	FLDPQ 0(R13), (F10, F11)
	FLDPQ 0(R14), (F8, F9)
	FMLS2D(18,10,0)
	FMLS2D(19,11,1)
	FMLS2D(16,8,0)
	FMLS2D(17,9,1)
	FSTPQ (F0, F1), 0(R10)
	FMLA2D(0,0,4)
	FMLA2D(1,1,5)
	ADD  R0, R9
	ADD  $64, R10
	CMP  R16, R10
	BLO  column
	ADD  R5, R1, R10
	MOVD e+56(FP), R11
	MOVD tau+64(FP), R12
	LANESVECTOR
	ADD  R0, R1, R7
	ADD  R5, R7, R7
	MOVD R5, R6

rows:
	ADD  R6, R2, R12
	ADD  R6, R3, R13
	ADD  R6, R1, R14
	FLDPQ 0(R12), (F16, F17)
	FLDPQ 0(R13), (F18, F19)
	FLDPQ 0(R14), (F20, F21)
	ZERO2(V4, V5)
	ZERO2(V6, V7)
	MOVD R7, R10
	ADD  R0, R7, R11
	SUB  R5, R6, R16
	ADD  $64, R6, R8
	CMP  R0, R8
	BEQ  lastrow
	FLDPQ 64(R12), (F22, F23)
	FLDPQ 64(R13), (F24, F25)
	FLDPQ 64(R14), (F26, F27)
	ADD  R5, R2, R12
	ADD  R5, R3, R13
	ADD  R5, R1, R14
	ADD  R5, R4, R15
	CBZ  R16, corner

pair:
	FLDPQ 0(R13), (F8, F9)
	FLDPQ 0(R12), (F10, F11)
	FLDPQ 0(R10), (F0, F1)
	FLDPQ 0(R11), (F2, F3)
	UPDATEI
	UPDATEI1
	FLDPQ 0(R14), (F12, F13)
	FLDPQ 0(R15), (F14, F15)
	FSTPQ (F0, F1), 0(R10)
	FMLA2D(20,0,14)
	FMLA2D(21,1,15)
	FMLA2D(12,0,4)
	FMLA2D(13,1,5)
	FMLA2D(26,2,14)
	FMLA2D(27,3,15)
	FMLA2D(12,2,6)
	FMLA2D(13,3,7)
	FSTPQ (F2, F3), 0(R11) // not beside the first store: their data take pipes of FMA
	FSTPQ (F14, F15), 0(R15)
	ADD  $64, R10
	ADD  $64, R11
	ADD  $64, R12
	ADD  $64, R13
	ADD  $64, R14
	ADD  $64, R15
	SUBS $64, R16, R16
	BNE  pair

corner:
	// Elements (i, i), (i+1, i) and (i+1, i+1).
	FLDPQ 0(R10), (F0, F1)
	FLDPQ 0(R11), (F2, F3)
	FLDPQ 0(R13), (F8, F9)
	FLDPQ 0(R12), (F10, F11)
	UPDATEI
	UPDATEI1
	FSTPQ (F0, F1), 0(R10)
	FSTPQ (F2, F3), 0(R11)
	FMLA2D(20,0,4)
	FMLA2D(21,1,5)
	FMLA2D(20,2,6)
	FMLA2D(21,3,7)
	FMLA2D(26,2,4)
	FMLA2D(27,3,5)
	FSTPQ (F4, F5), 0(R15)
	FLDPQ 64(R11), (F2, F3)
	FLDPQ 64(R13), (F8, F9)
	FLDPQ 64(R12), (F10, F11)
	UPDATEI1
	FSTPQ (F2, F3), 64(R11)
	FMLA2D(26,2,6)
	FMLA2D(27,3,7)
	FSTPQ (F6, F7), 64(R15)
	ADD  R0<<1, R7, R7
	ADD  $128, R6
	CMP  R0, R6
	BLT  rows
	B    passed

lastrow:
	ADD  R5, R2, R12
	ADD  R5, R3, R13
	ADD  R5, R1, R14
	ADD  R5, R4, R15
	CBZ  R16, last

element:
	FLDPQ 0(R13), (F8, F9)
	FLDPQ 0(R12), (F10, F11)
	FLDPQ 0(R10), (F0, F1)
	UPDATEI
	FLDPQ 0(R14), (F12, F13)
	FLDPQ 0(R15), (F14, F15)
	FSTPQ (F0, F1), 0(R10)
	FMLA2D(20,0,14)
	FMLA2D(21,1,15)
	FMLA2D(12,0,4)
	FMLA2D(13,1,5)
	FSTPQ (F14, F15), 0(R15)
	ADD  $64, R10
	ADD  $64, R12
	ADD  $64, R13
	ADD  $64, R14
	ADD  $64, R15
	SUBS $64, R16, R16
	BNE  element

last:
	FLDPQ 0(R10), (F0, F1)
	FLDPQ 0(R13), (F8, F9)
	FLDPQ 0(R12), (F10, F11)
	UPDATEI
	FSTPQ (F0, F1), 0(R10)
	FMLA2D(20,0,4)
	FMLA2D(21,1,5)
	FSTPQ (F4, F5), 0(R15)

passed:
	MOVD tau+64(FP), R8
	FLDPQ 0(R8), (F2, F3)
	ZERO2(V4, V5)
	ADD  R5, R4, R10
	ADD  R5, R1, R11
	ADD  R0, R4, R16

product:
	FLDPQ 0(R10), (F0, F1)
	FLDPQ 0(R11), (F12, F13)
	FMUL2D(2,0,0)
	FMUL2D(3,1,1)
	FSTPQ (F0, F1), 0(R10)
	FMLA2D(12,0,4)
	FMLA2D(13,1,5)
	ADD  $64, R10
	ADD  $64, R11
	CMP  R16, R10
	BLO  product
	FMOVD $-0.5, F6
	FMUL2D0(6,2,2)
	FMUL2D0(6,3,3)
	FMUL2D(4,2,2)
	FMUL2D(5,3,3)
	ADD  R5, R4, R10
	ADD  R5, R1, R11

finish:
	FLDPQ 0(R10), (F0, F1)
	FLDPQ 0(R11), (F12, F13)
	FMLA2D(12,2,0)
	FMLA2D(13,3,1)
	FSTPQ (F0, F1), 0(R10)
	ADD  $64, R10
	ADD  $64, R11
	CMP  R16, R10
	BLO  finish
	RET

// func lanesRowNEON(n int, x, e, tau *float64)
TEXT ·lanesRowNEON(SB), NOSPLIT, $0-32
	MOVD n+0(FP), R0
	MOVD x+8(FP), R10
	MOVD e+16(FP), R11
	MOVD tau+24(FP), R12
	ADD  R0<<6, R10, R16
	MOVD R10, R9
	ZERO2(V4, V5)

square:
	FLDPQ 0(R9), (F0, F1)
	FMLA2D(0,0,4)
	FMLA2D(1,1,5)
	ADD  $64, R9
	CMP  R16, R9
	BLO  square
	LANESVECTOR
	RET

// func lanesReflectNEON(rows, cols, ld int, v, tau, z *float64)
//
// R6 rows left less four, R1 v, R2 bytes from row to row, R3 bytes of a row; R4 the current row; V26, V27 τ.
TEXT ·lanesReflectNEON(SB), NOSPLIT, $0-48
	MOVD rows+0(FP), R6
	MOVD cols+8(FP), R3
	MOVD ld+16(FP), R2
	MOVD v+24(FP), R1
	MOVD tau+32(FP), R5
	MOVD z+40(FP), R4
	FLDPQ 0(R5), (F26, F27)
	LSL  $6, R3, R3
	LSL  $6, R2, R2
	SUBS $4, R6, R6
	BLT  ones

fours:
	ZERO2(V0, V1)
	ZERO2(V2, V3)
	ZERO2(V4, V5)
	ZERO2(V6, V7)
	MOVD R1, R9
	MOVD R4, R10
	ADD  R2, R10, R11
	ADD  R2, R11, R12
	ADD  R2, R12, R13
	MOVD R3, R16

dots:
	FLDPQ 0(R9), (F16, F17)
	FLDPQ 0(R10), (F18, F19)
	FLDPQ 0(R11), (F20, F21)
	FLDPQ 0(R12), (F22, F23)
	FLDPQ 0(R13), (F24, F25)
	FMLA2D(16,18,0)
	FMLA2D(17,19,1)
	FMLA2D(16,20,2)
	FMLA2D(17,21,3)
	FMLA2D(16,22,4)
	FMLA2D(17,23,5)
	FMLA2D(16,24,6)
	FMLA2D(17,25,7)
	ADD  $64, R9
	ADD  $64, R10
	ADD  $64, R11
	ADD  $64, R12
	ADD  $64, R13
	SUBS $64, R16, R16
	BNE  dots
	FMUL2D(26,0,0)
	FMUL2D(27,1,1)
	FMUL2D(26,2,2)
	FMUL2D(27,3,3)
	FMUL2D(26,4,4)
	FMUL2D(27,5,5)
	FMUL2D(26,6,6)
	FMUL2D(27,7,7)
	MOVD R1, R9
	MOVD R4, R10
	ADD  R2, R10, R11
	ADD  R2, R11, R12
	ADD  R2, R12, R13
	MOVD R3, R16

axpys:
	FLDPQ 0(R9), (F16, F17)
	FLDPQ 0(R10), (F18, F19)
	FLDPQ 0(R11), (F20, F21)
	FLDPQ 0(R12), (F22, F23)
	FLDPQ 0(R13), (F24, F25)
	FMLS2D(16,0,18)
	FMLS2D(17,1,19)
	FMLS2D(16,2,20)
	FMLS2D(17,3,21)
	FMLS2D(16,4,22)
	FMLS2D(17,5,23)
	FMLS2D(16,6,24)
	FMLS2D(17,7,25)
	FSTPQ (F18, F19), 0(R10)
	FSTPQ (F20, F21), 0(R11)
	FSTPQ (F22, F23), 0(R12)
	FSTPQ (F24, F25), 0(R13)
	ADD  $64, R9
	ADD  $64, R10
	ADD  $64, R11
	ADD  $64, R12
	ADD  $64, R13
	SUBS $64, R16, R16
	BNE  axpys
	ADD  R2<<2, R4, R4
	SUBS $4, R6, R6
	BGE  fours

ones:
	ADDS $4, R6, R6
	BEQ  done

one:
	ZERO2(V0, V1)
	MOVD R1, R9
	MOVD R4, R10
	MOVD R3, R16

dot:
	FLDPQ 0(R9), (F16, F17)
	FLDPQ 0(R10), (F18, F19)
	FMLA2D(16,18,0)
	FMLA2D(17,19,1)
	ADD  $64, R9
	ADD  $64, R10
	SUBS $64, R16, R16
	BNE  dot
	FMUL2D(26,0,0)
	FMUL2D(27,1,1)
	MOVD R1, R9
	MOVD R4, R10
	MOVD R3, R16

axpy:
	FLDPQ 0(R9), (F16, F17)
	FLDPQ 0(R10), (F18, F19)
	FMLS2D(16,0,18)
	FMLS2D(17,1,19)
	FSTPQ (F18, F19), 0(R10)
	ADD  $64, R9
	ADD  $64, R10
	SUBS $64, R16, R16
	BNE  axpy
	ADD  R2, R4, R4
	SUBS $1, R6, R6
	BNE  one

done:
	RET
