// Reflections of the rows of a small matrix, AVX-512, float64: see Reflect for the formulas and their order.
//
// Four vectors of columns at a time (then two, then one) are reflected by all H_j, the last first. One pass down the rows sums, the next one updates: for each
// vector a load and a fused operation, then a load, a fused operation and a store. z stays in the first-level cache for n up to
// some 64.
//
// Registers: SI → row j of v, BX the row's number, DI → z at row j+1, R8 ldz in bytes, R9 → τ, R12 ldv in bytes; CX → rows, DX
// rows left.

#include "textflag.h"

// func reflectAVX512(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)
TEXT ·reflectAVX512(SB), NOSPLIT, $0-64
	MOVQ ldz+56(FP), R8
	MOVQ ldv+32(FP), R12
	SHLQ $3, R8
	SHLQ $3, R12
	MOVQ tau+40(FP), R9
	MOVQ cols+8(FP), R10           // columns left
	MOVQ z+48(FP), R11             // → the first row of the columns

columns4:
	SUBQ $32, R10
	JLT  rest4
	MOVQ k+16(FP), BX
	MOVQ BX, AX
	IMULQ R8, AX
	LEAQ (R11)(AX*1), DI           // row k
	MOVQ BX, AX
	SUBQ $1, AX
	IMULQ R12, AX
	MOVQ v+24(FP), SI
	ADDQ AX, SI                    // row k−1 of v

reflection4:
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13           // → the one of v
	MOVQ n+0(FP), DX
	SUBQ BX, DX

sum4:
	VBROADCASTSD (R13), Z8
	VFMADD231PD 0(CX), Z8, Z0
	VFMADD231PD 64(CX), Z8, Z1
	VFMADD231PD 128(CX), Z8, Z2
	VFMADD231PD 192(CX), Z8, Z3
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  sum4
	VBROADCASTSD -8(R9)(BX*8), Z8
	VMULPD Z8, Z0, Z0
	VMULPD Z8, Z1, Z1
	VMULPD Z8, Z2, Z2
	VMULPD Z8, Z3, Z3
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13
	MOVQ n+0(FP), DX
	SUBQ BX, DX

update4:
	VBROADCASTSD (R13), Z8
	VMOVUPD 0(CX), Z9
	VMOVUPD 64(CX), Z10
	VMOVUPD 128(CX), Z11
	VMOVUPD 192(CX), Z12
	VFNMADD231PD Z0, Z8, Z9
	VFNMADD231PD Z1, Z8, Z10
	VFNMADD231PD Z2, Z8, Z11
	VFNMADD231PD Z3, Z8, Z12
	VMOVUPD Z9, 0(CX)
	VMOVUPD Z10, 64(CX)
	VMOVUPD Z11, 128(CX)
	VMOVUPD Z12, 192(CX)
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  update4
	SUBQ R8, DI
	SUBQ R12, SI
	DECQ BX
	JNZ  reflection4
	ADDQ $256, R11
	JMP  columns4

rest4:
	ADDQ $32, R10

columns2:
	SUBQ $16, R10
	JLT  rest2
	MOVQ k+16(FP), BX
	MOVQ BX, AX
	IMULQ R8, AX
	LEAQ (R11)(AX*1), DI           // row k
	MOVQ BX, AX
	SUBQ $1, AX
	IMULQ R12, AX
	MOVQ v+24(FP), SI
	ADDQ AX, SI                    // row k−1 of v

reflection2:
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13           // → the one of v
	MOVQ n+0(FP), DX
	SUBQ BX, DX

sum2:
	VBROADCASTSD (R13), Z8
	VFMADD231PD 0(CX), Z8, Z0
	VFMADD231PD 64(CX), Z8, Z1
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  sum2
	VBROADCASTSD -8(R9)(BX*8), Z8
	VMULPD Z8, Z0, Z0
	VMULPD Z8, Z1, Z1
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13
	MOVQ n+0(FP), DX
	SUBQ BX, DX

update2:
	VBROADCASTSD (R13), Z8
	VMOVUPD 0(CX), Z9
	VMOVUPD 64(CX), Z10
	VFNMADD231PD Z0, Z8, Z9
	VFNMADD231PD Z1, Z8, Z10
	VMOVUPD Z9, 0(CX)
	VMOVUPD Z10, 64(CX)
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  update2
	SUBQ R8, DI
	SUBQ R12, SI
	DECQ BX
	JNZ  reflection2
	ADDQ $128, R11
	JMP  columns2

rest2:
	ADDQ $16, R10

columns1:
	SUBQ $8, R10
	JLT  rest1
	MOVQ k+16(FP), BX
	MOVQ BX, AX
	IMULQ R8, AX
	LEAQ (R11)(AX*1), DI           // row k
	MOVQ BX, AX
	SUBQ $1, AX
	IMULQ R12, AX
	MOVQ v+24(FP), SI
	ADDQ AX, SI                    // row k−1 of v

reflection1:
	VPXORQ Z0, Z0, Z0
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13           // → the one of v
	MOVQ n+0(FP), DX
	SUBQ BX, DX

sum1:
	VBROADCASTSD (R13), Z8
	VFMADD231PD 0(CX), Z8, Z0
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  sum1
	VBROADCASTSD -8(R9)(BX*8), Z8
	VMULPD Z8, Z0, Z0
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13
	MOVQ n+0(FP), DX
	SUBQ BX, DX

update1:
	VBROADCASTSD (R13), Z8
	VMOVUPD 0(CX), Z9
	VFNMADD231PD Z0, Z8, Z9
	VMOVUPD Z9, 0(CX)
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  update1
	SUBQ R8, DI
	SUBQ R12, SI
	DECQ BX
	JNZ  reflection1
	ADDQ $64, R11
	JMP  columns1

rest1:
	ADDQ $8, R10
	VZEROUPPER
	RET
