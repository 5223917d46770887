// Rows of a matrix times a vector, AVX-512.
//
//	y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order, one segment (n ≤ 16384)
//
// Four rows go at a time, so that a vector of x serves four FMA:
//
//	Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15  the 256-byte lanes of rows 0…3      Z16–Z19, in panels Z16–Z31  x
//	R8–R11  rows (the last is repeated where fewer than four are left)   SI  x   CX  −bytes left
//	K1      elements of the last vector        K6  rows that exist       K5  one element of each 128 bits
//	Z20, Z21  alpha, beta (again after panels)
//	R14     −1024: 1 KiB of each row in turn while there is as much (rowsByPanels), by two copies of the loop whose turns go on, two each, from four rows to the next four,
//	        so that no instruction reads in equal steps (oneStream); the last bit counts them. Less than any CX: no such turns
//
// Ports (Zen 5): 20 loads for 16 FMA, 10 cycles for 1 KiB of A: 102 bytes a cycle in the first-level cache; from the
// second on the 64 bytes a cycle of the cache are the limit. Panels: 80 loads for 64 FMA, 40 cycles for 4 KiB.
//
// Edges: m, n ≥ 1; columns that do not exist are masked. The tail is taken vector by vector: its place selects the lanes.

#include "textflag.h"
#include "lanes4_amd64.h"

// One 256-byte step of one row.
#define ROW(FMA, R, A, B, C, D) \
	FMA 0(R)(CX*1), Z16, A   \
	FMA 64(R)(CX*1), Z17, B  \
	FMA 128(R)(CX*1), Z18, C \
	FMA 192(R)(CX*1), Z19, D

// One vector of the tail: whole, or under K1.
#define WHOLE(MOV, FMA, A, B, C, D) \
	MOV (SI)(CX*1), Z16     \
	FMA (R8)(CX*1), Z16, A  \
	FMA (R9)(CX*1), Z16, B  \
	FMA (R10)(CX*1), Z16, C \
	FMA (R11)(CX*1), Z16, D \
	ADDQ $64, CX
// On to the sums if no element is left: a load whose mask is empty may be slow next to a page that is not there.
#define EMPTY(W) \
	CMPQ AX, $(-W) \
	JEQ  fold
#define LAST(MOVZ, FMA, A, B, C, D) \
	MOVZ (SI)(CX*1), K1, Z16    \
	FMA (R8)(CX*1), Z16, K1, A  \
	FMA (R9)(CX*1), Z16, K1, B  \
	FMA (R10)(CX*1), Z16, K1, C \
	FMA (R11)(CX*1), Z16, K1, D

#define LOADX(MOV) \
	MOV 0(SI)(CX*1), Z16   \
	MOV 64(SI)(CX*1), Z17  \
	MOV 128(SI)(CX*1), Z18 \
	MOV 192(SI)(CX*1), Z19

// 1 KiB of one row, and of four.
#define KIB(FMA, R, A, B, C, D) \
	ROW(FMA, R, A, B, C, D)    \
	FMA 256(R)(CX*1), Z20, A   \
	FMA 320(R)(CX*1), Z21, B   \
	FMA 384(R)(CX*1), Z22, C   \
	FMA 448(R)(CX*1), Z23, D   \
	FMA 512(R)(CX*1), Z24, A   \
	FMA 576(R)(CX*1), Z25, B   \
	FMA 640(R)(CX*1), Z26, C   \
	FMA 704(R)(CX*1), Z27, D   \
	FMA 768(R)(CX*1), Z28, A   \
	FMA 832(R)(CX*1), Z29, B   \
	FMA 896(R)(CX*1), Z30, C   \
	FMA 960(R)(CX*1), Z31, D
#define PANEL(MOV, FMA) \
	LOADX(MOV)                 \
	MOV 256(SI)(CX*1), Z20     \
	MOV 320(SI)(CX*1), Z21     \
	MOV 384(SI)(CX*1), Z22     \
	MOV 448(SI)(CX*1), Z23     \
	MOV 512(SI)(CX*1), Z24     \
	MOV 576(SI)(CX*1), Z25     \
	MOV 640(SI)(CX*1), Z26     \
	MOV 704(SI)(CX*1), Z27     \
	MOV 768(SI)(CX*1), Z28     \
	MOV 832(SI)(CX*1), Z29     \
	MOV 896(SI)(CX*1), Z30     \
	MOV 960(SI)(CX*1), Z31     \
	KIB(FMA, R8, Z0, Z1, Z2, Z3)      \
	KIB(FMA, R9, Z4, Z5, Z6, Z7)      \
	KIB(FMA, R10, Z8, Z9, Z10, Z11)   \
	KIB(FMA, R11, Z12, Z13, Z14, Z15) \
	ADDQ $1024, CX             \
	CMPQ CX, R14               \
	JGT  rest                  \
	XORQ $1, R14               \
	TESTQ $1, R14
#define PANELS(MOV, FMA) \
first:                             \
	PANEL(MOV, FMA)            \
	JNZ  first                 \
second:                            \
	PANEL(MOV, FMA)            \
	JNZ  second                \
	JMP  first

// Row pointers of the next four rows, behind their whole blocks; R8 = first row, R13 = rows left.
#define ROWS4 \
	LEAQ (R8)(R12*1), R9   \
	CMPQ R13, $2           \
	CMOVQLT R8, R9         \
	LEAQ (R9)(R12*1), R10  \
	CMPQ R13, $3           \
	CMOVQLT R9, R10        \
	LEAQ (R10)(R12*1), R11 \
	CMPQ R13, $4           \
	CMOVQLT R10, R11       \
	MOVQ $4, AX            \
	CMOVQLT R13, AX        \
	MOVQ $-1, CX           \
	BZHIQ AX, CX, CX       \
	KMOVW CX, K6

// func gemvNAVX512F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32, panels int)
TEXT ·gemvNAVX512F32(SB), NOSPLIT, $0-72
	MOVQ m+0(FP), R13
	MOVQ n+8(FP), DX
	VBROADCASTSS alpha+16(FP), Z20
	VBROADCASTSS beta+48(FP), Z21
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVL beta+48(FP), R15
	SHLL $1, R15
	MOVQ y+56(FP), DI
	MOVQ panels+64(FP), R14
	MOVQ DX, BX
	ANDQ $63, BX
	MOVQ BX, CX
	ANDQ $15, CX
	MOVQ $-1, AX
	BZHIQ CX, AX, AX
	KMOVW AX, K1
	MOVL $0x1111, AX
	KMOVW AX, K5
	SHLQ $2, R12
	SHLQ $2, DX
	ANDQ $~255, DX
	ADDQ DX, SI
	ADDQ DX, R8
	NEGQ DX
rows:
	ROWS4
	ZERO16
	MOVQ DX, CX
	TESTQ CX, CX
	JZ   tail
	CMPQ CX, R14
	JLE  first
loop:
	LOADX(VMOVUPS)
	ROW(VFMADD231PS, R8, Z0, Z1, Z2, Z3)
	ROW(VFMADD231PS, R9, Z4, Z5, Z6, Z7)
	ROW(VFMADD231PS, R10, Z8, Z9, Z10, Z11)
	ROW(VFMADD231PS, R11, Z12, Z13, Z14, Z15)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MOVQ BX, AX
	SUBQ $16, AX
	JLT  last0
	WHOLE(VMOVUPS, VFMADD231PS, Z0, Z4, Z8, Z12)
	SUBQ $16, AX
	JLT  last1
	WHOLE(VMOVUPS, VFMADD231PS, Z1, Z5, Z9, Z13)
	SUBQ $16, AX
	JLT  last2
	WHOLE(VMOVUPS, VFMADD231PS, Z2, Z6, Z10, Z14)
	SUBQ $16, AX
	EMPTY(16)
	LAST(VMOVUPS.Z, VFMADD231PS, Z3, Z7, Z11, Z15)
	JMP  fold
last2:
	EMPTY(16)
	LAST(VMOVUPS.Z, VFMADD231PS, Z2, Z6, Z10, Z14)
	JMP  fold
last1:
	EMPTY(16)
	LAST(VMOVUPS.Z, VFMADD231PS, Z1, Z5, Z9, Z13)
	JMP  fold
last0:
	EMPTY(16)
	LAST(VMOVUPS.Z, VFMADD231PS, Z0, Z4, Z8, Z12)
fold:
	FOLD4(VADDPS)
	VPERMILPS $0x4E, Z0, Z1
	VADDPS Z1, Z0, Z0
	VPERMILPS $0xB1, Z0, Z1
	VADDPS Z1, Z0, Z0
	VCOMPRESSPS Z0, K5, Z0
	TESTL R15, R15
	JZ    plain
	VMULPS.Z (DI), X21, K6, X1
	VFMADD213PS X1, X20, X0
	JMP   store
plain:
	VMULPS X20, X0, X0
store:
	VMOVUPS X0, K6, (DI)
	ADDQ $16, DI
	LEAQ (R11)(R12*1), R8
	SUBQ $4, R13
	JG   rows
	VZEROUPPER
	RET
	PANELS(VMOVUPS, VFMADD231PS)
rest:
	VBROADCASTSS alpha+16(FP), Z20
	VBROADCASTSS beta+48(FP), Z21
	TESTQ CX, CX
	JZ   tail
	JMP  loop

// func gemvNAVX512F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64, panels int)
TEXT ·gemvNAVX512F64(SB), NOSPLIT, $0-72
	MOVQ m+0(FP), R13
	MOVQ n+8(FP), DX
	VBROADCASTSD alpha+16(FP), Z20
	VBROADCASTSD beta+48(FP), Z21
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ beta+48(FP), R15
	SHLQ $1, R15
	MOVQ y+56(FP), DI
	MOVQ panels+64(FP), R14
	MOVQ DX, BX
	ANDQ $31, BX
	MOVQ BX, CX
	ANDQ $7, CX
	MOVQ $-1, AX
	BZHIQ CX, AX, AX
	KMOVW AX, K1
	MOVL $0x55, AX
	KMOVW AX, K5
	SHLQ $3, R12
	SHLQ $3, DX
	ANDQ $~255, DX
	ADDQ DX, SI
	ADDQ DX, R8
	NEGQ DX
rows:
	ROWS4
	ZERO16
	MOVQ DX, CX
	TESTQ CX, CX
	JZ   tail
	CMPQ CX, R14
	JLE  first
loop:
	LOADX(VMOVUPD)
	ROW(VFMADD231PD, R8, Z0, Z1, Z2, Z3)
	ROW(VFMADD231PD, R9, Z4, Z5, Z6, Z7)
	ROW(VFMADD231PD, R10, Z8, Z9, Z10, Z11)
	ROW(VFMADD231PD, R11, Z12, Z13, Z14, Z15)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MOVQ BX, AX
	SUBQ $8, AX
	JLT  last0
	WHOLE(VMOVUPD, VFMADD231PD, Z0, Z4, Z8, Z12)
	SUBQ $8, AX
	JLT  last1
	WHOLE(VMOVUPD, VFMADD231PD, Z1, Z5, Z9, Z13)
	SUBQ $8, AX
	JLT  last2
	WHOLE(VMOVUPD, VFMADD231PD, Z2, Z6, Z10, Z14)
	SUBQ $8, AX
	EMPTY(8)
	LAST(VMOVUPD.Z, VFMADD231PD, Z3, Z7, Z11, Z15)
	JMP  fold
last2:
	EMPTY(8)
	LAST(VMOVUPD.Z, VFMADD231PD, Z2, Z6, Z10, Z14)
	JMP  fold
last1:
	EMPTY(8)
	LAST(VMOVUPD.Z, VFMADD231PD, Z1, Z5, Z9, Z13)
	JMP  fold
last0:
	EMPTY(8)
	LAST(VMOVUPD.Z, VFMADD231PD, Z0, Z4, Z8, Z12)
fold:
	FOLD4(VADDPD)
	VPERMILPD $0x55, Z0, Z1
	VADDPD Z1, Z0, Z0
	VCOMPRESSPD Z0, K5, Z0
	TESTQ R15, R15
	JZ    plain
	VMULPD.Z (DI), Y21, K6, Y1
	VFMADD213PD Y1, Y20, Y0
	JMP   store
plain:
	VMULPD Y20, Y0, Y0
store:
	VMOVUPD Y0, K6, (DI)
	ADDQ $32, DI
	LEAQ (R11)(R12*1), R8
	SUBQ $4, R13
	JG   rows
	VZEROUPPER
	RET
	PANELS(VMOVUPD, VFMADD231PD)
rest:
	VBROADCASTSD alpha+16(FP), Z20
	VBROADCASTSD beta+48(FP), Z21
	TESTQ CX, CX
	JZ   tail
	JMP  loop
