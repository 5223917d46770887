#include "textflag.h"
#include "neon_arm64.h"

// A tile of a product, float64: 6×8.
//
//	C[i, j] = alpha·Σ_l A[l, i]·B[l, j] + beta·C[i, j]     always 6 rows, 8 columns
//
// A is a packed panel of 6 lanes, B of 8, both padded with zeros: edges of C go through a copy in
// the caller. A step of l loads 3 + 4 quadwords and performs 24 FMLA by element: 6 cycles of four
// pipes (Neoverse V1, V2), 12 of two (N1), against 2 or 3 of the load ports. 24 sums cover a
// latency of 4 on four pipes.
//
// Registers
//
//	R1 A   R2 B   R3 C   R4 counter   R5 rc   R6 mode
//	V0…V2 A   V3…V6 B, later C   V8…V31 sums: row i in V(8+4i)…
//	after the loop alpha in V0, beta in V1
//
// l ascends in one chain per element. k ≤ ChunkK: a call is at most 6·8·384·2 flop (7 µs at 12
// GFLOP/s).

#define ROW0(a, s0, s1, s2, s3) \
	FMLA2D0(a, 3, s0) \
	FMLA2D0(a, 4, s1) \
	FMLA2D0(a, 5, s2) \
	FMLA2D0(a, 6, s3)

#define ROW1(a, s0, s1, s2, s3) \
	FMLA2D1(a, 3, s0) \
	FMLA2D1(a, 4, s1) \
	FMLA2D1(a, 5, s2) \
	FMLA2D1(a, 6, s3)

#define LOADC \
	FLDPQ 0(R3), (F2, F3) \
	FLDPQ 32(R3), (F4, F5)

#define STOREC \
	FSTPQ (F2, F3), 0(R3) \
	FSTPQ (F4, F5), 32(R3) \
	ADD R5, R3

#define SCALE(s0, s1, s2, s3) \
	FMUL2D0(0, s0, s0) \
	FMUL2D0(0, s1, s1) \
	FMUL2D0(0, s2, s2) \
	FMUL2D0(0, s3, s3)

#define MUL_BETA \
	FMUL2D0(1, 2, 2) \
	FMUL2D0(1, 3, 3) \
	FMUL2D0(1, 4, 4) \
	FMUL2D0(1, 5, 5)

#define ADD_SUMS(s0, s1, s2, s3) \
	FMLA2D0(0, s0, 2) \
	FMLA2D0(0, s1, 3) \
	FMLA2D0(0, s2, 4) \
	FMLA2D0(0, s3, 5)

// func gemmTile64NEON(t *tileCall, a, b, c unsafe.Pointer)
TEXT ·gemmTile64NEON(SB), NOSPLIT, $0-32
	MOVD t+0(FP), R0
	MOVD a+8(FP), R1
	MOVD b+16(FP), R2
	MOVD c+24(FP), R3
	MOVD 32(R0), R4
	MOVD 24(R0), R5
	MOVWU 56(R0), R6
	VEOR V8.B16, V8.B16, V8.B16
	VEOR V9.B16, V9.B16, V9.B16
	VEOR V10.B16, V10.B16, V10.B16
	VEOR V11.B16, V11.B16, V11.B16
	VEOR V12.B16, V12.B16, V12.B16
	VEOR V13.B16, V13.B16, V13.B16
	VEOR V14.B16, V14.B16, V14.B16
	VEOR V15.B16, V15.B16, V15.B16
	VEOR V16.B16, V16.B16, V16.B16
	VEOR V17.B16, V17.B16, V17.B16
	VEOR V18.B16, V18.B16, V18.B16
	VEOR V19.B16, V19.B16, V19.B16
	VEOR V20.B16, V20.B16, V20.B16
	VEOR V21.B16, V21.B16, V21.B16
	VEOR V22.B16, V22.B16, V22.B16
	VEOR V23.B16, V23.B16, V23.B16
	VEOR V24.B16, V24.B16, V24.B16
	VEOR V25.B16, V25.B16, V25.B16
	VEOR V26.B16, V26.B16, V26.B16
	VEOR V27.B16, V27.B16, V27.B16
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V31.B16, V31.B16, V31.B16

loop:
	FLDPQ.P 32(R1), (F0, F1)
	FMOVQ.P 16(R1), F2
	FLDPQ.P 32(R2), (F3, F4)
	FLDPQ.P 32(R2), (F5, F6)
	ROW0(0, 8, 9, 10, 11)
	ROW1(0, 12, 13, 14, 15)
	ROW0(1, 16, 17, 18, 19)
	ROW1(1, 20, 21, 22, 23)
	ROW0(2, 24, 25, 26, 27)
	ROW1(2, 28, 29, 30, 31)
	SUBS $1, R4
	BNE  loop

	FMOVD 40(R0), F0
	FMOVD 48(R0), F1
	CMP  $2, R6
	BEQ  put
	BGT  add
	CMP  $1, R6
	BEQ  mix
	SCALE(8, 9, 10, 11)
	SCALE(12, 13, 14, 15)
	SCALE(16, 17, 18, 19)
	SCALE(20, 21, 22, 23)
	SCALE(24, 25, 26, 27)
	SCALE(28, 29, 30, 31)

put:
	FSTPQ (F8, F9), 0(R3)
	FSTPQ (F10, F11), 32(R3)
	ADD R5, R3
	FSTPQ (F12, F13), 0(R3)
	FSTPQ (F14, F15), 32(R3)
	ADD R5, R3
	FSTPQ (F16, F17), 0(R3)
	FSTPQ (F18, F19), 32(R3)
	ADD R5, R3
	FSTPQ (F20, F21), 0(R3)
	FSTPQ (F22, F23), 32(R3)
	ADD R5, R3
	FSTPQ (F24, F25), 0(R3)
	FSTPQ (F26, F27), 32(R3)
	ADD R5, R3
	FSTPQ (F28, F29), 0(R3)
	FSTPQ (F30, F31), 32(R3)
	ADD R5, R3
	RET

add:
	LOADC
	ADD_SUMS(8, 9, 10, 11)
	STOREC
	LOADC
	ADD_SUMS(12, 13, 14, 15)
	STOREC
	LOADC
	ADD_SUMS(16, 17, 18, 19)
	STOREC
	LOADC
	ADD_SUMS(20, 21, 22, 23)
	STOREC
	LOADC
	ADD_SUMS(24, 25, 26, 27)
	STOREC
	LOADC
	ADD_SUMS(28, 29, 30, 31)
	STOREC
	RET

mix:
	LOADC
	MUL_BETA
	ADD_SUMS(8, 9, 10, 11)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(12, 13, 14, 15)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(16, 17, 18, 19)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(20, 21, 22, 23)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(24, 25, 26, 27)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(28, 29, 30, 31)
	STOREC
	RET
