// Reflections of the rows of a small matrix, AVX2 and FMA3, float64: see Reflect for the formulas and their order.
//
// Four vectors of columns at a time (then two) are reflected by all H_j, the last first. One pass down the rows sums, the next one updates: for each
// vector a load and a fused operation, then a load, a fused operation and a store. z stays in the first-level cache for n up to
// some 64.
//
// Registers: SI → row j of v, BX the row's number, DI → z at row j+1, R8 ldz in bytes, R9 → τ, R12 ldv in bytes; CX → rows, DX
// rows left.

#include "textflag.h"

// func reflectAVX2(n, cols, k int, v *float64, ldv int, tau, z *float64, ldz int)
TEXT ·reflectAVX2(SB), NOSPLIT, $0-64
	MOVQ ldz+56(FP), R8
	MOVQ ldv+32(FP), R12
	SHLQ $3, R8
	SHLQ $3, R12
	MOVQ tau+40(FP), R9
	MOVQ cols+8(FP), R10           // columns left
	MOVQ z+48(FP), R11             // → the first row of the columns

columns4:
	SUBQ $16, R10
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
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	VXORPD Y2, Y2, Y2
	VXORPD Y3, Y3, Y3
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13           // → the one of v
	MOVQ n+0(FP), DX
	SUBQ BX, DX

sum4:
	VBROADCASTSD (R13), Y8
	VFMADD231PD 0(CX), Y8, Y0
	VFMADD231PD 32(CX), Y8, Y1
	VFMADD231PD 64(CX), Y8, Y2
	VFMADD231PD 96(CX), Y8, Y3
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  sum4
	VBROADCASTSD -8(R9)(BX*8), Y8
	VMULPD Y8, Y0, Y0
	VMULPD Y8, Y1, Y1
	VMULPD Y8, Y2, Y2
	VMULPD Y8, Y3, Y3
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13
	MOVQ n+0(FP), DX
	SUBQ BX, DX

update4:
	VBROADCASTSD (R13), Y8
	VMOVUPD 0(CX), Y9
	VMOVUPD 32(CX), Y10
	VMOVUPD 64(CX), Y11
	VMOVUPD 96(CX), Y12
	VFNMADD231PD Y0, Y8, Y9
	VFNMADD231PD Y1, Y8, Y10
	VFNMADD231PD Y2, Y8, Y11
	VFNMADD231PD Y3, Y8, Y12
	VMOVUPD Y9, 0(CX)
	VMOVUPD Y10, 32(CX)
	VMOVUPD Y11, 64(CX)
	VMOVUPD Y12, 96(CX)
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  update4
	SUBQ R8, DI
	SUBQ R12, SI
	DECQ BX
	JNZ  reflection4
	ADDQ $128, R11
	JMP  columns4

rest4:
	ADDQ $16, R10

columns2:
	SUBQ $8, R10
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
	VXORPD Y0, Y0, Y0
	VXORPD Y1, Y1, Y1
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13           // → the one of v
	MOVQ n+0(FP), DX
	SUBQ BX, DX

sum2:
	VBROADCASTSD (R13), Y8
	VFMADD231PD 0(CX), Y8, Y0
	VFMADD231PD 32(CX), Y8, Y1
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  sum2
	VBROADCASTSD -8(R9)(BX*8), Y8
	VMULPD Y8, Y0, Y0
	VMULPD Y8, Y1, Y1
	MOVQ DI, CX
	LEAQ (SI)(BX*8), R13
	MOVQ n+0(FP), DX
	SUBQ BX, DX

update2:
	VBROADCASTSD (R13), Y8
	VMOVUPD 0(CX), Y9
	VMOVUPD 32(CX), Y10
	VFNMADD231PD Y0, Y8, Y9
	VFNMADD231PD Y1, Y8, Y10
	VMOVUPD Y9, 0(CX)
	VMOVUPD Y10, 32(CX)
	ADDQ $8, R13
	ADDQ R8, CX
	DECQ DX
	JNZ  update2
	SUBQ R8, DI
	SUBQ R12, SI
	DECQ BX
	JNZ  reflection2
	ADDQ $64, R11
	JMP  columns2

rest2:
	ADDQ $8, R10
	VZEROUPPER
	RET
