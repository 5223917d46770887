// Matrix times vector, AVX-512.
//
//	gemvN  y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order, one segment (n ≤ 16384)
//	gemvT  acc_j = fma(a_ij, x_i, acc_j), i ascending
//
// gemvN takes four rows at a time, so that a vector of x serves four FMA:
//
//	Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15  the 256-byte lanes of rows 0…3      Z16–Z19  x
//	R8–R11  rows (the last is repeated where fewer than four are left)   SI  x   CX  −bytes left
//	K1      elements of the last vector        K6  rows that exist       K5  one element of each 128 bits
//	Z20, Z21  alpha, beta
//
// Ports (Zen 5): 20 loads for 16 FMA, 10 cycles for 1 KiB of A: 102 bytes a cycle in the first-level cache; from the
// second on the 64 bytes a cycle of the cache are the limit.
//
// gemvT holds a block of columns in registers and runs down the rows:
//
//	Z0–Z15  acc of 16, 8, 4 vectors of columns, or of the 1 to 4 that are left, the last masked      Z16  x_i      SI  row      DI  x
//
// Ports: 17 loads for 16 FMA, 8.5 cycles for 1 KiB of A; a block of 4 is bound by the latency of its chains, 4 cycles.
//
// Edges: m, n ≥ 1; columns that do not exist are masked. The tail of gemvN is taken vector by vector: its place selects the lanes.

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

// func gemvNAVX512F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)
TEXT ·gemvNAVX512F32(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), R13
	MOVQ n+8(FP), DX
	VBROADCASTSS alpha+16(FP), Z20
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	VBROADCASTSS beta+48(FP), Z21
	MOVL beta+48(FP), R15
	SHLL $1, R15
	MOVQ y+56(FP), DI
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
	VMOVUPS.Z (DI), K6, X1
	VMULPS X1, X21, X1
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

// func gemvNAVX512F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)
TEXT ·gemvNAVX512F64(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), R13
	MOVQ n+8(FP), DX
	VBROADCASTSD alpha+16(FP), Z20
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	VBROADCASTSD beta+48(FP), Z21
	MOVQ beta+48(FP), R15
	SHLQ $1, R15
	MOVQ y+56(FP), DI
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
	VMOVUPD.Z (DI), K6, Y1
	VMULPD Y1, Y21, Y1
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

#define EACH4(OP, P, A, B, C, D) \
	OP(0, P, A)   \
	OP(64, P, B)  \
	OP(128, P, C) \
	OP(192, P, D)

#define EACH16(OP, P) \
	OP(0, P, Z0)     \
	OP(64, P, Z1)    \
	OP(128, P, Z2)   \
	OP(192, P, Z3)   \
	OP(256, P, Z4)   \
	OP(320, P, Z5)   \
	OP(384, P, Z6)   \
	OP(448, P, Z7)   \
	OP(512, P, Z8)   \
	OP(576, P, Z9)   \
	OP(640, P, Z10)  \
	OP(704, P, Z11)  \
	OP(768, P, Z12)  \
	OP(832, P, Z13)  \
	OP(896, P, Z14)  \
	OP(960, P, Z15)

#define EACH8(OP, P) \
	EACH4(OP, P, Z0, Z1, Z2, Z3) \
	OP(256, P, Z4)   \
	OP(320, P, Z5)   \
	OP(384, P, Z6)   \
	OP(448, P, Z7)

#define LOAD(OFF, P, ACC)  VMOVUPS OFF(P), ACC
#define STORE(OFF, P, ACC) VMOVUPS ACC, OFF(P)
#define FMA32(OFF, P, ACC) VFMADD231PS OFF(P), Z16, ACC
#define FMA64(OFF, P, ACC) VFMADD231PD OFF(P), Z16, ACC

// The last block: V vectors, the last one under K1.
#define FIRST1(OP, P)
#define FIRST2(OP, P) OP(0, P, Z0)
#define FIRST3(OP, P) \
	OP(0, P, Z0) \
	OP(64, P, Z1)
#define FIRST4(OP, P) \
	OP(0, P, Z0)  \
	OP(64, P, Z1) \
	OP(128, P, Z2)
#define LASTBLOCK(FIRST, MOV, MOVZ, BCAST, SIZE, OP, FMA, OFF, ACC, ROW) \
	FIRST(LOAD, DX)            \
	MOVZ OFF(DX), K1, ACC      \
ROW:                               \
	BCAST (DI)(R8*SIZE), Z16   \
	FIRST(OP, R10)             \
	FMA OFF(R10), Z16, K1, ACC \
	ADDQ R11, R10              \
	INCQ R8                    \
	JNZ  ROW                   \
	FIRST(STORE, DX)           \
	MOV ACC, K1, OFF(DX)

// func gemvTAVX512F32(m, n int, a *float32, lda int, x, acc *float32)
TEXT ·gemvTAVX512F32(SB), NOSPLIT, $0-48
	MOVQ m+0(FP), R8
	MOVQ n+8(FP), R9
	MOVQ a+16(FP), R10
	MOVQ lda+24(FP), R11
	MOVQ x+32(FP), DI
	MOVQ acc+40(FP), DX
	SHLQ $2, R11
	LEAQ (DI)(R8*4), DI
	NEGQ R8
	SUBQ $256, R9
	JL   eight
sixteen:
	EACH16(LOAD, DX)
	MOVQ R10, SI
	MOVQ R8, CX
row16:
	VBROADCASTSS (DI)(CX*4), Z16
	EACH16(FMA32, SI)
	ADDQ R11, SI
	INCQ CX
	JNZ  row16
	EACH16(STORE, DX)
	ADDQ $1024, DX
	ADDQ $1024, R10
	SUBQ $256, R9
	JGE  sixteen
eight:
	ADDQ $128, R9
	JL   four
	EACH8(LOAD, DX)
	MOVQ R10, SI
	MOVQ R8, CX
row8:
	VBROADCASTSS (DI)(CX*4), Z16
	EACH8(FMA32, SI)
	ADDQ R11, SI
	INCQ CX
	JNZ  row8
	EACH8(STORE, DX)
	ADDQ $512, DX
	ADDQ $512, R10
	SUBQ $128, R9
four:
	ADDQ $64, R9
	JL   rest
	EACH4(LOAD, DX, Z0, Z1, Z2, Z3)
	MOVQ R10, SI
	MOVQ R8, CX
row4:
	VBROADCASTSS (DI)(CX*4), Z16
	EACH4(FMA32, SI, Z0, Z1, Z2, Z3)
	ADDQ R11, SI
	INCQ CX
	JNZ  row4
	EACH4(STORE, DX, Z0, Z1, Z2, Z3)
	ADDQ $256, DX
	ADDQ $256, R10
	SUBQ $64, R9
rest:
	ADDQ $64, R9
	JZ   done
	LEAQ -1(R9), BX
	ANDQ $15, BX
	INCQ BX
	MOVQ $-1, AX
	BZHIQ BX, AX, AX
	KMOVW AX, K1
	CMPQ R9, $32
	JLE  two
	CMPQ R9, $48
	JLE  three
	LASTBLOCK(FIRST4, VMOVUPS, VMOVUPS.Z, VBROADCASTSS, 4, FMA32, VFMADD231PS, 192, Z3, last4)
	JMP  done
three:
	LASTBLOCK(FIRST3, VMOVUPS, VMOVUPS.Z, VBROADCASTSS, 4, FMA32, VFMADD231PS, 128, Z2, last3)
	JMP  done
two:
	CMPQ R9, $16
	JLE  single
	LASTBLOCK(FIRST2, VMOVUPS, VMOVUPS.Z, VBROADCASTSS, 4, FMA32, VFMADD231PS, 64, Z1, last2)
	JMP  done
single:
	LASTBLOCK(FIRST1, VMOVUPS, VMOVUPS.Z, VBROADCASTSS, 4, FMA32, VFMADD231PS, 0, Z0, last1)
done:
	VZEROUPPER
	RET

// func gemvTAVX512F64(m, n int, a *float64, lda int, x, acc *float64)
TEXT ·gemvTAVX512F64(SB), NOSPLIT, $0-48
	MOVQ m+0(FP), R8
	MOVQ n+8(FP), R9
	MOVQ a+16(FP), R10
	MOVQ lda+24(FP), R11
	MOVQ x+32(FP), DI
	MOVQ acc+40(FP), DX
	SHLQ $3, R11
	LEAQ (DI)(R8*8), DI
	NEGQ R8
	SUBQ $128, R9
	JL   eight
sixteen:
	EACH16(LOAD, DX)
	MOVQ R10, SI
	MOVQ R8, CX
row16:
	VBROADCASTSD (DI)(CX*8), Z16
	EACH16(FMA64, SI)
	ADDQ R11, SI
	INCQ CX
	JNZ  row16
	EACH16(STORE, DX)
	ADDQ $1024, DX
	ADDQ $1024, R10
	SUBQ $128, R9
	JGE  sixteen
eight:
	ADDQ $64, R9
	JL   four
	EACH8(LOAD, DX)
	MOVQ R10, SI
	MOVQ R8, CX
row8:
	VBROADCASTSD (DI)(CX*8), Z16
	EACH8(FMA64, SI)
	ADDQ R11, SI
	INCQ CX
	JNZ  row8
	EACH8(STORE, DX)
	ADDQ $512, DX
	ADDQ $512, R10
	SUBQ $64, R9
four:
	ADDQ $32, R9
	JL   rest
	EACH4(LOAD, DX, Z0, Z1, Z2, Z3)
	MOVQ R10, SI
	MOVQ R8, CX
row4:
	VBROADCASTSD (DI)(CX*8), Z16
	EACH4(FMA64, SI, Z0, Z1, Z2, Z3)
	ADDQ R11, SI
	INCQ CX
	JNZ  row4
	EACH4(STORE, DX, Z0, Z1, Z2, Z3)
	ADDQ $256, DX
	ADDQ $256, R10
	SUBQ $32, R9
rest:
	ADDQ $32, R9
	JZ   done
	LEAQ -1(R9), BX
	ANDQ $7, BX
	INCQ BX
	MOVQ $-1, AX
	BZHIQ BX, AX, AX
	KMOVW AX, K1
	CMPQ R9, $16
	JLE  two
	CMPQ R9, $24
	JLE  three
	LASTBLOCK(FIRST4, VMOVUPD, VMOVUPD.Z, VBROADCASTSD, 8, FMA64, VFMADD231PD, 192, Z3, last4)
	JMP  done
three:
	LASTBLOCK(FIRST3, VMOVUPD, VMOVUPD.Z, VBROADCASTSD, 8, FMA64, VFMADD231PD, 128, Z2, last3)
	JMP  done
two:
	CMPQ R9, $8
	JLE  single
	LASTBLOCK(FIRST2, VMOVUPD, VMOVUPD.Z, VBROADCASTSD, 8, FMA64, VFMADD231PD, 64, Z1, last2)
	JMP  done
single:
	LASTBLOCK(FIRST1, VMOVUPD, VMOVUPD.Z, VBROADCASTSD, 8, FMA64, VFMADD231PD, 0, Z0, last1)
done:
	VZEROUPPER
	RET
