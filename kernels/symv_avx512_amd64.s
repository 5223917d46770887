// Symmetric matrix times vector, each stored element read once, AVX-512.
//
// For each row i of the stored triangle, in ascending order (see Symv):
//
//	s = Σ a_ij·x_j in lane order, lane and segment by column      v_i = v_i + s      v_j = fma(a_ij, x_i, v_j), j ≠ i
//
// Four rows go together, so that a vector of x and one of v serve four rows:
//
//	Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15  lanes of rows 0…3       Z16–Z19  x_i of rows 0…3
//	Z20  x   Z21  v   Z22–Z25  a   Z30  v around the diagonal, kept from group to group
//	R8–R11  rows, from column 0      R12  bytes of a row     R13  i      R15  groups left      BX  i within its vector
//	SI  x   DI  v   CX  byte of the column   DX  byte behind the last column (Lower: of the vector on the diagonal)
//	K1–K5   lanes of the vector on the diagonal: rows k take K(k+1) and K(k+2) for s and v (Upper), or reversed (Lower)
//	K6      the last vector      K7  the four rows within the diagonal's vector      Z31  where their sums stand after the fold
//
// Where from is not 0, columns begin at that byte, a multiple of 256, and the lanes of rows as they stand at lanes (Lower); where lanes is not nil, columns end before n, a
// multiple of the lanes, and those of the rows are left there in place of their sums (Upper): symvstrip_avx512_amd64.s has done, or does, what lies beyond.
//
// Columns are taken in blocks of 256 bytes, the lanes of a row; before and behind them in single vectors, whose place in
// the block selects the lanes. i is a multiple of 4, so that one vector holds the four diagonal elements.
//
// Two copies of the loop over pairs of blocks take two turns each (R14 counts them, from group to group), so that no instruction reads in equal steps: with such steps the second-level
// cache of Zen 5 delivers only every second cycle (oneStream in gemv_amd64.go). Elsewhere the copies are as good as one.
//
// Ports: 32 FMA, 24 loads, 4 stores for 1 KiB of A. On Zen 5, 16 cycles: 64 bytes a cycle, what the second-level cache
// delivers; on Zen 4, which takes a vector in two halves, 32 cycles, likewise.
//
// Edges: all columns in one segment; nothing outside the triangle is read (masked lanes do not fault). v has whole vectors, since a
// masked store is not forwarded to the load of the next group: the elements behind the last may become anything.

#include "textflag.h"
#include "lanes4_amd64.h"

#define ROWS \
	LEAQ (R8)(R12*1), R9   \
	LEAQ (R9)(R12*1), R10  \
	LEAQ (R10)(R12*1), R11

// One vector of columns of four rows.
#define STEP(MOV, FMA, OFF, A, B, C, D) \
	MOV OFF(SI)(CX*1), Z20 \
	MOV OFF(DI)(CX*1), Z21 \
	MOV OFF(R8)(CX*1), Z22 \
	MOV OFF(R9)(CX*1), Z23 \
	MOV OFF(R10)(CX*1), Z24 \
	MOV OFF(R11)(CX*1), Z25 \
	FMA Z22, Z16, Z21 \
	FMA Z22, Z20, A   \
	FMA Z23, Z17, Z21 \
	FMA Z23, Z20, B   \
	FMA Z24, Z18, Z21 \
	FMA Z24, Z20, C   \
	FMA Z25, Z19, Z21 \
	FMA Z25, Z20, D   \
	MOV Z21, OFF(DI)(CX*1)

#define BLOCK(MOV, FMA, OFF) \
	STEP(MOV, FMA, OFF+0, Z0, Z4, Z8, Z12)    \
	STEP(MOV, FMA, OFF+64, Z1, Z5, Z9, Z13)   \
	STEP(MOV, FMA, OFF+128, Z2, Z6, Z10, Z14) \
	STEP(MOV, FMA, OFF+192, Z3, Z7, Z11, Z15)

// Pairs of blocks, then on to what is left.
#define PAIRS(MOV, FMA) \
first: \
	LEAQ 512(CX), AX \
	CMPQ AX, DX      \
	JGT  blocks      \
	BLOCK(MOV, FMA, 0)   \
	BLOCK(MOV, FMA, 256) \
	ADDQ $512, CX    \
	XORL $1, R14     \
	JNZ  first       \
second: \
	LEAQ 512(CX), AX \
	CMPQ AX, DX      \
	JGT  blocks      \
	BLOCK(MOV, FMA, 0)   \
	BLOCK(MOV, FMA, 256) \
	ADDQ $512, CX    \
	XORL $1, R14     \
	JNZ  second      \
	JMP  first

// The last vector, under K6.
#define LAST(MOV, MOVZ, FMA, A, B, C, D) \
	MOVZ (SI)(CX*1), K6, Z20 \
	MOV (DI)(CX*1), Z21 \
	MOVZ (R8)(CX*1), K6, Z22 \
	MOVZ (R9)(CX*1), K6, Z23 \
	MOVZ (R10)(CX*1), K6, Z24 \
	MOVZ (R11)(CX*1), K6, Z25 \
	FMA Z22, Z16, Z21 \
	FMA Z22, Z20, K6, A   \
	FMA Z23, Z17, Z21 \
	FMA Z23, Z20, K6, B   \
	FMA Z24, Z18, Z21 \
	FMA Z24, Z20, K6, C   \
	FMA Z25, Z19, Z21 \
	FMA Z25, Z20, K6, D   \
	MOV Z21, (DI)(CX*1)

// s of the vector on the diagonal.
#define DIAGUP(MOVZ, FMA, A, B, C, D) \
	MOVZ (SI)(CX*1), K1, Z20     \
	FMA (R8)(CX*1), Z20, K1, A   \
	FMA (R9)(CX*1), Z20, K2, B   \
	FMA (R10)(CX*1), Z20, K3, C  \
	FMA (R11)(CX*1), Z20, K4, D
#define DIAGLOW(MOVZ, FMA, A, B, C, D) \
	MOVZ (SI)(CX*1), K5, Z20     \
	FMA (R8)(CX*1), Z20, K2, A   \
	FMA (R9)(CX*1), Z20, K3, B   \
	FMA (R10)(CX*1), Z20, K4, C  \
	FMA (R11)(CX*1), Z20, K5, D

// Z0 = the four sums, in every 128 bits.
#define FOLD32 \
	FOLD4(VADDPS) \
	VPERMILPS $0x4E, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMILPS $0xB1, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMPS Z0, Z31, Z0

// Z0 = the four sums, in every 256 bits.
#define FOLD64 \
	FOLD4(VADDPD) \
	VPERMILPD $0x55, Z0, Z1 \
	VADDPD Z1, Z0, Z0       \
	VPERMPD Z0, Z31, Z0

// v of the vector on the diagonal: row k in lanes K(k+2) of the upper triangle, K(k+1) of the lower.
#define VUP(FMA) \
	FMA (R8)(CX*1), Z16, K2, Z30  \
	FMA (R9)(CX*1), Z17, K3, Z30  \
	FMA (R10)(CX*1), Z18, K4, Z30 \
	FMA (R11)(CX*1), Z19, K5, Z30
#define VLOW(FMA) \
	FMA (R8)(CX*1), Z16, K1, Z30  \
	FMA (R9)(CX*1), Z17, K2, Z30  \
	FMA (R10)(CX*1), Z18, K3, Z30 \
	FMA (R11)(CX*1), Z19, K4, Z30

// K = AX, then AX = AX<<1 or 2·AX+1.
#define ABOVE(K) \
	KMOVW AX, K \
	ADDQ AX, AX \
	ANDQ DX, AX
#define BELOW(K) \
	KMOVW AX, K \
	LEAQ 1(AX)(AX*1), AX

// K6 = the first AX>>SHIFT lanes.
#define LASTMASK(SHIFT) \
	SHRQ $SHIFT, AX  \
	MOVQ $-1, DX     \
	BZHIQ AX, DX, DX \
	KMOVW DX, K6

// func symvLowerAVX512F32(i, groups int, a *float32, lda int, x, v *float32, from int, lanes *float32)
TEXT ·symvLowerAVX512F32(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	XORL R14, R14
	MOVQ groups+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	VMOVDQU64 ·sums32(SB), Z31
	SHLQ $2, R12
	MOVQ R13, CX
	SHLQ $2, CX
	ANDQ $~63, CX
	JMP  vector
group:
	TESTQ $15, R13
	JNZ  rows
	ADDQ $64, CX
vector:
	VMOVUPS (DI)(CX*1), Z30
rows:
	ROWS
	VBROADCASTSS 0(SI)(R13*4), Z16
	VBROADCASTSS 4(SI)(R13*4), Z17
	VBROADCASTSS 8(SI)(R13*4), Z18
	VBROADCASTSS 12(SI)(R13*4), Z19
	CMPQ from+48(FP), $0
	JNE  carried
	ZERO16
	XORL CX, CX
lanes:
	MOVQ R13, DX
	SHLQ $2, DX
	ANDQ $~63, DX
	MOVQ R13, BX
	ANDQ $15, BX
	MOVQ $-1, AX
	BZHIQ BX, AX, AX
	BELOW(K1)
	BELOW(K2)
	BELOW(K3)
	BELOW(K4)
	BELOW(K5)
	KXORW K1, K5, K7
	PAIRS(VMOVUPS, VFMADD231PS)
loop:
	BLOCK(VMOVUPS, VFMADD231PS, 0)
	ADDQ $256, CX
blocks:
	LEAQ 256(CX), AX
	CMPQ AX, DX
	JLE  loop
	CMPQ CX, DX
	JEQ  diag0
	STEP(VMOVUPS, VFMADD231PS, 0, Z0, Z4, Z8, Z12)
	ADDQ $64, CX
	CMPQ CX, DX
	JEQ  diag1
	STEP(VMOVUPS, VFMADD231PS, 0, Z1, Z5, Z9, Z13)
	ADDQ $64, CX
	CMPQ CX, DX
	JEQ  diag2
	STEP(VMOVUPS, VFMADD231PS, 0, Z2, Z6, Z10, Z14)
	ADDQ $64, CX
	DIAGLOW(VMOVUPS.Z, VFMADD231PS, Z3, Z7, Z11, Z15)
	JMP  sums
diag0:
	DIAGLOW(VMOVUPS.Z, VFMADD231PS, Z0, Z4, Z8, Z12)
	JMP  sums
diag1:
	DIAGLOW(VMOVUPS.Z, VFMADD231PS, Z1, Z5, Z9, Z13)
	JMP  sums
diag2:
	DIAGLOW(VMOVUPS.Z, VFMADD231PS, Z2, Z6, Z10, Z14)
sums:
	FOLD32
	VADDPS Z0, Z30, K7, Z30
	VLOW(VFMADD231PS)
	ADDQ $4, R13
	TESTQ $15, R13
	JNZ  held
	VMOVUPS Z30, (DI)(CX*1)
held:
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VMOVUPS Z30, (DI)(CX*1)
	VZEROUPPER
	RET
carried:
	MOVQ from+48(FP), CX
	MOVQ lanes+56(FP), AX
	EACHROW(LOADROW)
	ADDQ $1024, lanes+56(FP)
	JMP  lanes

// func symvUpperAVX512F32(i, groups, n int, a *float32, lda int, x, v, lanes *float32)
TEXT ·symvUpperAVX512F32(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	XORL R14, R14
	MOVQ groups+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	VMOVDQU64 ·sums32(SB), Z31
	SHLQ $2, R12
	MOVQ R13, CX
	ANDQ $~15, CX
	VMOVUPS (DI)(CX*4), Z30
	JMP  rows
group:
	TESTQ $15, R13
	JNZ  rows
	VMOVUPS (DI)(R13*4), Z30
rows:
	ROWS
	VBROADCASTSS 0(SI)(R13*4), Z16
	VBROADCASTSS 4(SI)(R13*4), Z17
	VBROADCASTSS 8(SI)(R13*4), Z18
	VBROADCASTSS 12(SI)(R13*4), Z19
	ZERO16
	// The masks of the diagonal, within the columns that exist.
	MOVQ R13, CX
	ANDQ $~15, CX
	MOVQ R13, BX
	SUBQ CX, BX
	MOVQ n+16(FP), AX
	SUBQ CX, AX
	MOVQ $16, DX
	CMPQ AX, DX
	CMOVQGT DX, AX
	MOVQ $-1, DX
	BZHIQ AX, DX, DX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	ABOVE(K1)
	ABOVE(K2)
	ABOVE(K3)
	ABOVE(K4)
	ABOVE(K5)
	KXORW K1, K5, K7
	SHLQ $2, CX
	MOVQ n+16(FP), DX
	SHLQ $2, DX
	VUP(VFMADD231PS)
	MOVQ CX, BX
	TESTQ $64, CX
	JNZ  odd
	TESTQ $128, CX
	JNZ  diag2
	DIAGUP(VMOVUPS.Z, VFMADD231PS, Z0, Z4, Z8, Z12)
	ADDQ $64, CX
	JMP  single1
diag2:
	DIAGUP(VMOVUPS.Z, VFMADD231PS, Z2, Z6, Z10, Z14)
	ADDQ $64, CX
	JMP  single3
odd:
	TESTQ $128, CX
	JNZ  diag3
	DIAGUP(VMOVUPS.Z, VFMADD231PS, Z1, Z5, Z9, Z13)
	ADDQ $64, CX
	JMP  single2
diag3:
	DIAGUP(VMOVUPS.Z, VFMADD231PS, Z3, Z7, Z11, Z15)
	ADDQ $64, CX
	PAIRS(VMOVUPS, VFMADD231PS)
loop:
	BLOCK(VMOVUPS, VFMADD231PS, 0)
	ADDQ $256, CX
blocks:
	LEAQ 256(CX), AX
	CMPQ AX, DX
	JLE  loop
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last0
	STEP(VMOVUPS, VFMADD231PS, 0, Z0, Z4, Z8, Z12)
	ADDQ $64, CX
single1:
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last1
	STEP(VMOVUPS, VFMADD231PS, 0, Z1, Z5, Z9, Z13)
	ADDQ $64, CX
single2:
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last2
	STEP(VMOVUPS, VFMADD231PS, 0, Z2, Z6, Z10, Z14)
	ADDQ $64, CX
single3:
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last3
	STEP(VMOVUPS, VFMADD231PS, 0, Z3, Z7, Z11, Z15)
	ADDQ $64, CX
	JMP  first
last0:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(2)
	LAST(VMOVUPS, VMOVUPS.Z, VFMADD231PS, Z0, Z4, Z8, Z12)
	JMP  sums
last1:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(2)
	LAST(VMOVUPS, VMOVUPS.Z, VFMADD231PS, Z1, Z5, Z9, Z13)
	JMP  sums
last2:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(2)
	LAST(VMOVUPS, VMOVUPS.Z, VFMADD231PS, Z2, Z6, Z10, Z14)
	JMP  sums
last3:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(2)
	LAST(VMOVUPS, VMOVUPS.Z, VFMADD231PS, Z3, Z7, Z11, Z15)
sums:
	CMPQ lanes+56(FP), $0
	JNE  carry
	FOLD32
	VADDPS Z0, Z30, K7, Z30
next:
	ADDQ $4, R13
	TESTQ $15, R13
	JNZ  held
	VMOVUPS Z30, (DI)(BX*1)
held:
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VMOVUPS Z30, (DI)(BX*1)
	VZEROUPPER
	RET
carry:
	MOVQ lanes+56(FP), AX
	EACHROW(STOREROW)
	ADDQ $1024, lanes+56(FP)
	JMP  next

// func symvLowerAVX512F64(i, groups int, a *float64, lda int, x, v *float64, from int, lanes *float64)
TEXT ·symvLowerAVX512F64(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	XORL R14, R14
	MOVQ groups+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	VMOVDQU64 ·sums64(SB), Z31
	SHLQ $3, R12
	MOVQ R13, CX
	SHLQ $3, CX
	ANDQ $~63, CX
	JMP  vector
group:
	TESTQ $7, R13
	JNZ  rows
	ADDQ $64, CX
vector:
	VMOVUPD (DI)(CX*1), Z30
rows:
	ROWS
	VBROADCASTSD 0(SI)(R13*8), Z16
	VBROADCASTSD 8(SI)(R13*8), Z17
	VBROADCASTSD 16(SI)(R13*8), Z18
	VBROADCASTSD 24(SI)(R13*8), Z19
	CMPQ from+48(FP), $0
	JNE  carried
	ZERO16
	XORL CX, CX
lanes:
	MOVQ R13, DX
	SHLQ $3, DX
	ANDQ $~63, DX
	MOVQ R13, BX
	ANDQ $7, BX
	MOVQ $-1, AX
	BZHIQ BX, AX, AX
	BELOW(K1)
	BELOW(K2)
	BELOW(K3)
	BELOW(K4)
	BELOW(K5)
	KXORW K1, K5, K7
	PAIRS(VMOVUPD, VFMADD231PD)
loop:
	BLOCK(VMOVUPD, VFMADD231PD, 0)
	ADDQ $256, CX
blocks:
	LEAQ 256(CX), AX
	CMPQ AX, DX
	JLE  loop
	CMPQ CX, DX
	JEQ  diag0
	STEP(VMOVUPD, VFMADD231PD, 0, Z0, Z4, Z8, Z12)
	ADDQ $64, CX
	CMPQ CX, DX
	JEQ  diag1
	STEP(VMOVUPD, VFMADD231PD, 0, Z1, Z5, Z9, Z13)
	ADDQ $64, CX
	CMPQ CX, DX
	JEQ  diag2
	STEP(VMOVUPD, VFMADD231PD, 0, Z2, Z6, Z10, Z14)
	ADDQ $64, CX
	DIAGLOW(VMOVUPD.Z, VFMADD231PD, Z3, Z7, Z11, Z15)
	JMP  sums
diag0:
	DIAGLOW(VMOVUPD.Z, VFMADD231PD, Z0, Z4, Z8, Z12)
	JMP  sums
diag1:
	DIAGLOW(VMOVUPD.Z, VFMADD231PD, Z1, Z5, Z9, Z13)
	JMP  sums
diag2:
	DIAGLOW(VMOVUPD.Z, VFMADD231PD, Z2, Z6, Z10, Z14)
sums:
	FOLD64
	VADDPD Z0, Z30, K7, Z30
	VLOW(VFMADD231PD)
	ADDQ $4, R13
	TESTQ $7, R13
	JNZ  held
	VMOVUPD Z30, (DI)(CX*1)
held:
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VMOVUPD Z30, (DI)(CX*1)
	VZEROUPPER
	RET
carried:
	MOVQ from+48(FP), CX
	MOVQ lanes+56(FP), AX
	EACHROW(LOADROW)
	ADDQ $1024, lanes+56(FP)
	JMP  lanes

// func symvUpperAVX512F64(i, groups, n int, a *float64, lda int, x, v, lanes *float64)
TEXT ·symvUpperAVX512F64(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	XORL R14, R14
	MOVQ groups+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	VMOVDQU64 ·sums64(SB), Z31
	SHLQ $3, R12
	MOVQ R13, CX
	ANDQ $~7, CX
	VMOVUPD (DI)(CX*8), Z30
	JMP  rows
group:
	TESTQ $7, R13
	JNZ  rows
	VMOVUPD (DI)(R13*8), Z30
rows:
	ROWS
	VBROADCASTSD 0(SI)(R13*8), Z16
	VBROADCASTSD 8(SI)(R13*8), Z17
	VBROADCASTSD 16(SI)(R13*8), Z18
	VBROADCASTSD 24(SI)(R13*8), Z19
	ZERO16
	// The masks of the diagonal, within the columns that exist.
	MOVQ R13, CX
	ANDQ $~7, CX
	MOVQ R13, BX
	SUBQ CX, BX
	MOVQ n+16(FP), AX
	SUBQ CX, AX
	MOVQ $8, DX
	CMPQ AX, DX
	CMOVQGT DX, AX
	MOVQ $-1, DX
	BZHIQ AX, DX, DX
	MOVQ $-1, AX
	SHLXQ BX, AX, AX
	ANDQ DX, AX
	ABOVE(K1)
	ABOVE(K2)
	ABOVE(K3)
	ABOVE(K4)
	ABOVE(K5)
	KXORW K1, K5, K7
	SHLQ $3, CX
	MOVQ n+16(FP), DX
	SHLQ $3, DX
	VUP(VFMADD231PD)
	MOVQ CX, BX
	TESTQ $64, CX
	JNZ  odd
	TESTQ $128, CX
	JNZ  diag2
	DIAGUP(VMOVUPD.Z, VFMADD231PD, Z0, Z4, Z8, Z12)
	ADDQ $64, CX
	JMP  single1
diag2:
	DIAGUP(VMOVUPD.Z, VFMADD231PD, Z2, Z6, Z10, Z14)
	ADDQ $64, CX
	JMP  single3
odd:
	TESTQ $128, CX
	JNZ  diag3
	DIAGUP(VMOVUPD.Z, VFMADD231PD, Z1, Z5, Z9, Z13)
	ADDQ $64, CX
	JMP  single2
diag3:
	DIAGUP(VMOVUPD.Z, VFMADD231PD, Z3, Z7, Z11, Z15)
	ADDQ $64, CX
	PAIRS(VMOVUPD, VFMADD231PD)
loop:
	BLOCK(VMOVUPD, VFMADD231PD, 0)
	ADDQ $256, CX
blocks:
	LEAQ 256(CX), AX
	CMPQ AX, DX
	JLE  loop
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last0
	STEP(VMOVUPD, VFMADD231PD, 0, Z0, Z4, Z8, Z12)
	ADDQ $64, CX
single1:
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last1
	STEP(VMOVUPD, VFMADD231PD, 0, Z1, Z5, Z9, Z13)
	ADDQ $64, CX
single2:
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last2
	STEP(VMOVUPD, VFMADD231PD, 0, Z2, Z6, Z10, Z14)
	ADDQ $64, CX
single3:
	MOVQ DX, AX
	SUBQ CX, AX
	CMPQ AX, $64
	JLT  last3
	STEP(VMOVUPD, VFMADD231PD, 0, Z3, Z7, Z11, Z15)
	ADDQ $64, CX
	JMP  first
last0:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(3)
	LAST(VMOVUPD, VMOVUPD.Z, VFMADD231PD, Z0, Z4, Z8, Z12)
	JMP  sums
last1:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(3)
	LAST(VMOVUPD, VMOVUPD.Z, VFMADD231PD, Z1, Z5, Z9, Z13)
	JMP  sums
last2:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(3)
	LAST(VMOVUPD, VMOVUPD.Z, VFMADD231PD, Z2, Z6, Z10, Z14)
	JMP  sums
last3:
	TESTQ AX, AX
	JLE  sums
	LASTMASK(3)
	LAST(VMOVUPD, VMOVUPD.Z, VFMADD231PD, Z3, Z7, Z11, Z15)
sums:
	CMPQ lanes+56(FP), $0
	JNE  carry
	FOLD64
	VADDPD Z0, Z30, K7, Z30
next:
	ADDQ $4, R13
	TESTQ $7, R13
	JNZ  held
	VMOVUPD Z30, (DI)(BX*1)
held:
	LEAQ (R11)(R12*1), R8
	DECQ R15
	JNZ  group
	VMOVUPD Z30, (DI)(BX*1)
	VZEROUPPER
	RET
carry:
	MOVQ lanes+56(FP), AX
	EACHROW(STOREROW)
	ADDQ $1024, lanes+56(FP)
	JMP  next
