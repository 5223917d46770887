// Eight reflections as one block on 24 or 48 columns, AVX-512: see ReflectBlock for the formulas and their order. Three vectors of each sum stay in registers
// from the products through the triangle to the updates, so a row of C is read twice, written once and stored nowhere else.
//
// A row takes 24 operations in either part, 12 cycles on two ports, for 11 loads; its updates are three chains of eight, of which those of three rows
// at a time fill the ports. In the products the row is 192 bytes every 12 cycles from the second level.
//
// Registers: DI → row of C, R8 bytes between rows, SI → element of vector 0 that meets the row, R11 bytes to that of the next row, AX, R12, R13, DX one, three, five and
// seven times the bytes between vectors, R9, R10 → first ones, R15 rows, CX count of rows, BX → T; Z0–Z23 sums, three vectors each, Z24–Z26 row, Z27 factor.

#include "textflag.h"
#include "reflectblock_amd64.h"

#define LOAD MOVU (DI), Z24; MOVU 64(DI), Z25; MOVU 128(DI), Z26
#define STORE MOVU Z24, (DI); MOVU Z25, 64(DI); MOVU Z26, 128(DI)
#define DOT(V, A, B, C) BCAST V, Z27; FMA Z24, Z27, A; FMA Z25, Z27, B; FMA Z26, Z27, C
#define SUB(V, A, B, C) BCAST V, Z27; FNMA A, Z27, Z24; FNMA B, Z27, Z25; FNMA C, Z27, Z26
#define DIAG(I, A, B, C) BCAST ((I)*9*SIZE)(BX), Z27; MUL A, Z27, A; MUL B, Z27, B; MUL C, Z27, C
#define ROW(I, J, A, B, C, X, Y, Z) BCAST ((I)*8*SIZE+(J)*SIZE)(BX), Z27; FMA X, Z27, A; FMA Y, Z27, B; FMA Z, Z27, C

#define SUMS \
	DOT((SI), Z0, Z1, Z2)           \
	DOT((SI)(AX*1), Z3, Z4, Z5)     \
	DOT((SI)(AX*2), Z6, Z7, Z8)     \
	DOT((SI)(R12*1), Z9, Z10, Z11)  \
	DOT((SI)(AX*4), Z12, Z13, Z14)  \
	DOT((SI)(R13*1), Z15, Z16, Z17) \
	DOT((SI)(R12*2), Z18, Z19, Z20) \
	DOT((SI)(DX*1), Z21, Z22, Z23)

#define UPDATES \
	SUB((SI), Z0, Z1, Z2)           \
	SUB((SI)(AX*1), Z3, Z4, Z5)     \
	SUB((SI)(AX*2), Z6, Z7, Z8)     \
	SUB((SI)(R12*1), Z9, Z10, Z11)  \
	SUB((SI)(AX*4), Z12, Z13, Z14)  \
	SUB((SI)(R13*1), Z15, Z16, Z17) \
	SUB((SI)(R12*2), Z18, Z19, Z20) \
	SUB((SI)(DX*1), Z21, Z22, Z23)

#define TRIANGLE \
	DIAG(0, Z0, Z1, Z2)                     \
	ROW(0, 1, Z0, Z1, Z2, Z3, Z4, Z5)       \
	ROW(0, 2, Z0, Z1, Z2, Z6, Z7, Z8)       \
	ROW(0, 3, Z0, Z1, Z2, Z9, Z10, Z11)     \
	ROW(0, 4, Z0, Z1, Z2, Z12, Z13, Z14)    \
	ROW(0, 5, Z0, Z1, Z2, Z15, Z16, Z17)    \
	ROW(0, 6, Z0, Z1, Z2, Z18, Z19, Z20)    \
	ROW(0, 7, Z0, Z1, Z2, Z21, Z22, Z23)    \
	DIAG(1, Z3, Z4, Z5)                     \
	ROW(1, 2, Z3, Z4, Z5, Z6, Z7, Z8)       \
	ROW(1, 3, Z3, Z4, Z5, Z9, Z10, Z11)     \
	ROW(1, 4, Z3, Z4, Z5, Z12, Z13, Z14)    \
	ROW(1, 5, Z3, Z4, Z5, Z15, Z16, Z17)    \
	ROW(1, 6, Z3, Z4, Z5, Z18, Z19, Z20)    \
	ROW(1, 7, Z3, Z4, Z5, Z21, Z22, Z23)    \
	DIAG(2, Z6, Z7, Z8)                     \
	ROW(2, 3, Z6, Z7, Z8, Z9, Z10, Z11)     \
	ROW(2, 4, Z6, Z7, Z8, Z12, Z13, Z14)    \
	ROW(2, 5, Z6, Z7, Z8, Z15, Z16, Z17)    \
	ROW(2, 6, Z6, Z7, Z8, Z18, Z19, Z20)    \
	ROW(2, 7, Z6, Z7, Z8, Z21, Z22, Z23)    \
	DIAG(3, Z9, Z10, Z11)                   \
	ROW(3, 4, Z9, Z10, Z11, Z12, Z13, Z14)  \
	ROW(3, 5, Z9, Z10, Z11, Z15, Z16, Z17)  \
	ROW(3, 6, Z9, Z10, Z11, Z18, Z19, Z20)  \
	ROW(3, 7, Z9, Z10, Z11, Z21, Z22, Z23)  \
	DIAG(4, Z12, Z13, Z14)                  \
	ROW(4, 5, Z12, Z13, Z14, Z15, Z16, Z17) \
	ROW(4, 6, Z12, Z13, Z14, Z18, Z19, Z20) \
	ROW(4, 7, Z12, Z13, Z14, Z21, Z22, Z23) \
	DIAG(5, Z15, Z16, Z17)                  \
	ROW(5, 6, Z15, Z16, Z17, Z18, Z19, Z20) \
	ROW(5, 7, Z15, Z16, Z17, Z21, Z22, Z23) \
	DIAG(6, Z18, Z19, Z20)                  \
	ROW(6, 7, Z18, Z19, Z20, Z21, Z22, Z23) \
	DIAG(7, Z21, Z22, Z23)

#define ZERO \
	VPXORQ Z0, Z0, Z0    \
	VPXORQ Z1, Z1, Z1    \
	VPXORQ Z2, Z2, Z2    \
	VPXORQ Z3, Z3, Z3    \
	VPXORQ Z4, Z4, Z4    \
	VPXORQ Z5, Z5, Z5    \
	VPXORQ Z6, Z6, Z6    \
	VPXORQ Z7, Z7, Z7    \
	VPXORQ Z8, Z8, Z8    \
	VPXORQ Z9, Z9, Z9    \
	VPXORQ Z10, Z10, Z10 \
	VPXORQ Z11, Z11, Z11 \
	VPXORQ Z12, Z12, Z12 \
	VPXORQ Z13, Z13, Z13 \
	VPXORQ Z14, Z14, Z14 \
	VPXORQ Z15, Z15, Z15 \
	VPXORQ Z16, Z16, Z16 \
	VPXORQ Z17, Z17, Z17 \
	VPXORQ Z18, Z18, Z18 \
	VPXORQ Z19, Z19, Z19 \
	VPXORQ Z20, Z20, Z20 \
	VPXORQ Z21, Z21, Z21 \
	VPXORQ Z22, Z22, Z22 \
	VPXORQ Z23, Z23, Z23

// The sums of the rows before, and those for the rows to come.
#define RESUME \
	MOVQ sums+56(FP), DI \
	MOVU 0(DI), Z0 \
	MOVU 64(DI), Z1 \
	MOVU 128(DI), Z2 \
	MOVU 192(DI), Z3 \
	MOVU 256(DI), Z4 \
	MOVU 320(DI), Z5 \
	MOVU 384(DI), Z6 \
	MOVU 448(DI), Z7 \
	MOVU 512(DI), Z8 \
	MOVU 576(DI), Z9 \
	MOVU 640(DI), Z10 \
	MOVU 704(DI), Z11 \
	MOVU 768(DI), Z12 \
	MOVU 832(DI), Z13 \
	MOVU 896(DI), Z14 \
	MOVU 960(DI), Z15 \
	MOVU 1024(DI), Z16 \
	MOVU 1088(DI), Z17 \
	MOVU 1152(DI), Z18 \
	MOVU 1216(DI), Z19 \
	MOVU 1280(DI), Z20 \
	MOVU 1344(DI), Z21 \
	MOVU 1408(DI), Z22 \
	MOVU 1472(DI), Z23

#define SUSPEND \
	MOVQ sums+56(FP), DI \
	MOVU Z0, 0(DI) \
	MOVU Z1, 64(DI) \
	MOVU Z2, 128(DI) \
	MOVU Z3, 192(DI) \
	MOVU Z4, 256(DI) \
	MOVU Z5, 320(DI) \
	MOVU Z6, 384(DI) \
	MOVU Z7, 448(DI) \
	MOVU Z8, 512(DI) \
	MOVU Z9, 576(DI) \
	MOVU Z10, 640(DI) \
	MOVU Z11, 704(DI) \
	MOVU Z12, 768(DI) \
	MOVU Z13, 832(DI) \
	MOVU Z14, 896(DI) \
	MOVU Z15, 960(DI) \
	MOVU Z16, 1024(DI) \
	MOVU Z17, 1088(DI) \
	MOVU Z18, 1152(DI) \
	MOVU Z19, 1216(DI) \
	MOVU Z20, 1280(DI) \
	MOVU Z21, 1344(DI) \
	MOVU Z22, 1408(DI) \
	MOVU Z23, 1472(DI)

#define SIZE 8
#define MOVU VMOVUPD
#define BCAST VBROADCASTSD
#define FMA VFMADD231PD
#define FNMA VFNMADD231PD
#define MUL VMULPD

// func reflectBlock64AVX512(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)
TEXT ·reflectBlock64AVX512(SB), NOSPLIT, $0-72
	BODY

#undef SIZE
#undef MOVU
#undef BCAST
#undef FMA
#undef FNMA
#undef MUL

#define SIZE 4
#define MOVU VMOVUPS
#define BCAST VBROADCASTSS
#define FMA VFMADD231PS
#define FNMA VFNMADD231PS
#define MUL VMULPS

// func reflectBlock32AVX512(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)
TEXT ·reflectBlock32AVX512(SB), NOSPLIT, $0-72
	BODY
