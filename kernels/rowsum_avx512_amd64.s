// Sums of the rows of a matrix, AVX-512.
//
//	s_i = Σ_j a_ij in lane order, one segment (n ≤ 16384)
//
//	Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15  the 256-byte lanes of rows 0…3      Z31  one element of each 128 bits (VPERM)
//	R8–R11  rows, behind their whole blocks (the last is repeated where fewer than four are left)      R12  bytes of a row
//	CX      −bytes left, then bytes of the tail      DX  −bytes in whole blocks      BX  bytes of the tail
//	R13     rows left      DI  s      K1  elements of the last vector      K6  rows that exist
//
// Ports: 16 loads and 16 additions for 1 KiB of A, 8 cycles; 26 operations more to fold four rows.
//
// Edges: m, n ≥ 1. The tail goes vector by vector: its place selects the lanes.

#include "textflag.h"
#include "lanes4_amd64.h"

// One element of each 128 bits, again and again: where FOLD4 leaves the sums.
DATA ·sums32+0(SB)/8, $0x0000000400000000
DATA ·sums32+8(SB)/8, $0x0000000C00000008
DATA ·sums32+16(SB)/8, $0x0000000400000000
DATA ·sums32+24(SB)/8, $0x0000000C00000008
DATA ·sums32+32(SB)/8, $0x0000000400000000
DATA ·sums32+40(SB)/8, $0x0000000C00000008
DATA ·sums32+48(SB)/8, $0x0000000400000000
DATA ·sums32+56(SB)/8, $0x0000000C00000008
GLOBL ·sums32(SB), RODATA|NOPTR, $64
DATA ·sums64+0(SB)/8, $0
DATA ·sums64+8(SB)/8, $2
DATA ·sums64+16(SB)/8, $4
DATA ·sums64+24(SB)/8, $6
DATA ·sums64+32(SB)/8, $0
DATA ·sums64+40(SB)/8, $2
DATA ·sums64+48(SB)/8, $4
DATA ·sums64+56(SB)/8, $6
GLOBL ·sums64(SB), RODATA|NOPTR, $64

#define BLOCK(ADD) \
	ADD 0(R8)(CX*1), Z0, Z0       \
	ADD 64(R8)(CX*1), Z1, Z1      \
	ADD 128(R8)(CX*1), Z2, Z2     \
	ADD 192(R8)(CX*1), Z3, Z3     \
	ADD 0(R9)(CX*1), Z4, Z4       \
	ADD 64(R9)(CX*1), Z5, Z5      \
	ADD 128(R9)(CX*1), Z6, Z6     \
	ADD 192(R9)(CX*1), Z7, Z7     \
	ADD 0(R10)(CX*1), Z8, Z8      \
	ADD 64(R10)(CX*1), Z9, Z9     \
	ADD 128(R10)(CX*1), Z10, Z10  \
	ADD 192(R10)(CX*1), Z11, Z11  \
	ADD 0(R11)(CX*1), Z12, Z12    \
	ADD 64(R11)(CX*1), Z13, Z13   \
	ADD 128(R11)(CX*1), Z14, Z14  \
	ADD 192(R11)(CX*1), Z15, Z15

// A vector of the tail for lanes A, B, C, D: whole, or under K1 and out.
#define TAIL(ADD, A, B, C, D, LAST) \
	LEAQ 64(CX), AX \
	CMPQ AX, BX     \
	JGT  LAST       \
	ADD (R8)(CX*1), A, A  \
	ADD (R9)(CX*1), B, B  \
	ADD (R10)(CX*1), C, C \
	ADD (R11)(CX*1), D, D \
	ADDQ $64, CX
#define LAST(ADD, A, B, C, D) \
	CMPQ CX, BX \
	JEQ  fold   \
	ADD (R8)(CX*1), A, K1, A  \
	ADD (R9)(CX*1), B, K1, B  \
	ADD (R10)(CX*1), C, K1, C \
	ADD (R11)(CX*1), D, K1, D \
	JMP  fold

#define ROWS(SHIFT, W, ADD, FOLD, MOV) \
	MOVQ m+0(FP), R13     \
	MOVQ n+8(FP), DX      \
	MOVQ a+16(FP), R8     \
	MOVQ lda+24(FP), R12  \
	MOVQ s+32(FP), DI     \
	MOVQ DX, CX           \
	ANDQ $(W-1), CX       \
	MOVQ $-1, AX          \
	BZHIQ CX, AX, AX      \
	KMOVW AX, K1          \
	SHLQ $SHIFT, R12      \
	SHLQ $SHIFT, DX       \
	MOVQ DX, BX           \
	ANDQ $255, BX         \
	ANDQ $~255, DX        \
	ADDQ DX, R8           \
	NEGQ DX               \
rows:                         \
	LEAQ (R8)(R12*1), R9  \
	CMPQ R13, $2          \
	CMOVQLT R8, R9        \
	LEAQ (R9)(R12*1), R10 \
	CMPQ R13, $3          \
	CMOVQLT R9, R10       \
	LEAQ (R10)(R12*1), R11 \
	CMPQ R13, $4          \
	CMOVQLT R10, R11      \
	MOVQ $4, AX           \
	CMOVQLT R13, AX       \
	MOVQ $-1, CX          \
	BZHIQ AX, CX, CX      \
	KMOVW CX, K6          \
	ZERO16                \
	MOVQ DX, CX           \
	TESTQ CX, CX          \
	JZ   tail             \
block:                        \
	BLOCK(ADD)            \
	ADDQ $256, CX         \
	JNZ  block            \
tail:                         \
	TAIL(ADD, Z0, Z4, Z8, Z12, last0)  \
	TAIL(ADD, Z1, Z5, Z9, Z13, last1)  \
	TAIL(ADD, Z2, Z6, Z10, Z14, last2) \
	LAST(ADD, Z3, Z7, Z11, Z15)        \
last2:                                     \
	LAST(ADD, Z2, Z6, Z10, Z14)        \
last1:                                     \
	LAST(ADD, Z1, Z5, Z9, Z13)         \
last0:                                     \
	LAST(ADD, Z0, Z4, Z8, Z12)         \
fold:                         \
	FOLD                  \
	MOV                   \
	LEAQ (R11)(R12*1), R8 \
	SUBQ $4, R13          \
	JG   rows             \
	VZEROUPPER            \
	RET

#define FOLD32 \
	FOLD4(VADDPS)           \
	VPERMILPS $0x4E, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMILPS $0xB1, Z0, Z1 \
	VADDPS Z1, Z0, Z0       \
	VPERMPS Z0, Z31, Z0
#define FOLD64 \
	FOLD4(VADDPD)           \
	VPERMILPD $0x55, Z0, Z1 \
	VADDPD Z1, Z0, Z0       \
	VPERMPD Z0, Z31, Z0
#define MOV32 \
	VMOVUPS X0, K6, (DI) \
	ADDQ $16, DI
#define MOV64 \
	VMOVUPD Y0, K6, (DI) \
	ADDQ $32, DI

// func rowSumAVX512F32(m, n int, a *float32, lda int, s *float32)
TEXT ·rowSumAVX512F32(SB), NOSPLIT, $0-40
	VMOVDQU64 ·sums32(SB), Z31
	ROWS(2, 16, VADDPS, FOLD32, MOV32)

// func rowSumAVX512F64(m, n int, a *float64, lda int, s *float64)
TEXT ·rowSumAVX512F64(SB), NOSPLIT, $0-40
	VMOVDQU64 ·sums64(SB), Z31
	ROWS(3, 8, VADDPD, FOLD64, MOV64)
