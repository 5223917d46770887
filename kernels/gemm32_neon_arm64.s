#include "textflag.h"
#include "neon_arm64.h"

// A tile of a product, float32: 8×12.
//
//	C[i, j] = alpha·Σ_l A[l, i]·B[l, j] + beta·C[i, j]     always 8 rows, 12 columns
//
// A is a packed panel of 8 lanes, B of 12, both padded with zeros: edges of C go through a copy in
// the caller. A step of l loads 2 + 3 quadwords and performs 24 FMLA by element: 6 cycles of four
// pipes (Neoverse V1, V2), 12 of two (N1), against 2 or 3 of the load ports. 24 sums cover a
// latency of 4 on four pipes.
//
// Registers
//
//	R1 A   R2 B   R3 C   R4 counter   R5 rc   R6 mode
//	V0…V1 A   V2…V4 B, later C   V8…V31 sums: row i in V(8+3i)…
//	after the loop alpha in V0, beta in V1
//
// l ascends in one chain per element. k ≤ ChunkK: a call is at most 8·12·384·2 flop (7 µs at 12
// GFLOP/s).

#define ROW0(a, s0, s1, s2) \
	FMLA4S0(a, 2, s0) \
	FMLA4S0(a, 3, s1) \
	FMLA4S0(a, 4, s2)

#define ROW1(a, s0, s1, s2) \
	FMLA4S1(a, 2, s0) \
	FMLA4S1(a, 3, s1) \
	FMLA4S1(a, 4, s2)

#define ROW2(a, s0, s1, s2) \
	FMLA4S2(a, 2, s0) \
	FMLA4S2(a, 3, s1) \
	FMLA4S2(a, 4, s2)

#define ROW3(a, s0, s1, s2) \
	FMLA4S3(a, 2, s0) \
	FMLA4S3(a, 3, s1) \
	FMLA4S3(a, 4, s2)

#define LOADC \
	FLDPQ 0(R3), (F2, F3) \
	FMOVQ 32(R3), F4

#define STOREC \
	FSTPQ (F2, F3), 0(R3) \
	FMOVQ F4, 32(R3) \
	ADD R5, R3

#define SCALE(s0, s1, s2) \
	FMUL4S0(0, s0, s0) \
	FMUL4S0(0, s1, s1) \
	FMUL4S0(0, s2, s2)

#define MUL_BETA \
	FMUL4S0(1, 2, 2) \
	FMUL4S0(1, 3, 3) \
	FMUL4S0(1, 4, 4)

#define ADD_SUMS(s0, s1, s2) \
	FMLA4S0(0, s0, 2) \
	FMLA4S0(0, s1, 3) \
	FMLA4S0(0, s2, 4)

// func gemmTile32NEON(t *tileCall, a, b, c unsafe.Pointer)
TEXT ·gemmTile32NEON(SB), NOSPLIT, $0-32
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
	FLDPQ.P 32(R2), (F2, F3)
	FMOVQ.P 16(R2), F4
	ROW0(0, 8, 9, 10)
	ROW1(0, 11, 12, 13)
	ROW2(0, 14, 15, 16)
	ROW3(0, 17, 18, 19)
	ROW0(1, 20, 21, 22)
	ROW1(1, 23, 24, 25)
	ROW2(1, 26, 27, 28)
	ROW3(1, 29, 30, 31)
	SUBS $1, R4
	BNE  loop

	FMOVS 40(R0), F0
	FMOVS 48(R0), F1
	CMP  $2, R6
	BEQ  put
	BGT  add
	CMP  $1, R6
	BEQ  mix
	SCALE(8, 9, 10)
	SCALE(11, 12, 13)
	SCALE(14, 15, 16)
	SCALE(17, 18, 19)
	SCALE(20, 21, 22)
	SCALE(23, 24, 25)
	SCALE(26, 27, 28)
	SCALE(29, 30, 31)

put:
	FSTPQ (F8, F9), 0(R3)
	FMOVQ F10, 32(R3)
	ADD R5, R3
	FSTPQ (F11, F12), 0(R3)
	FMOVQ F13, 32(R3)
	ADD R5, R3
	FSTPQ (F14, F15), 0(R3)
	FMOVQ F16, 32(R3)
	ADD R5, R3
	FSTPQ (F17, F18), 0(R3)
	FMOVQ F19, 32(R3)
	ADD R5, R3
	FSTPQ (F20, F21), 0(R3)
	FMOVQ F22, 32(R3)
	ADD R5, R3
	FSTPQ (F23, F24), 0(R3)
	FMOVQ F25, 32(R3)
	ADD R5, R3
	FSTPQ (F26, F27), 0(R3)
	FMOVQ F28, 32(R3)
	ADD R5, R3
	FSTPQ (F29, F30), 0(R3)
	FMOVQ F31, 32(R3)
	ADD R5, R3
	RET

add:
	LOADC
	ADD_SUMS(8, 9, 10)
	STOREC
	LOADC
	ADD_SUMS(11, 12, 13)
	STOREC
	LOADC
	ADD_SUMS(14, 15, 16)
	STOREC
	LOADC
	ADD_SUMS(17, 18, 19)
	STOREC
	LOADC
	ADD_SUMS(20, 21, 22)
	STOREC
	LOADC
	ADD_SUMS(23, 24, 25)
	STOREC
	LOADC
	ADD_SUMS(26, 27, 28)
	STOREC
	LOADC
	ADD_SUMS(29, 30, 31)
	STOREC
	RET

mix:
	LOADC
	MUL_BETA
	ADD_SUMS(8, 9, 10)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(11, 12, 13)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(14, 15, 16)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(17, 18, 19)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(20, 21, 22)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(23, 24, 25)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(26, 27, 28)
	STOREC
	LOADC
	MUL_BETA
	ADD_SUMS(29, 30, 31)
	STOREC
	RET
