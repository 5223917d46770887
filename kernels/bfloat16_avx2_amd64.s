// Conversion between float32 and bfloat16, blocks of 32 elements, AVX2.
//
//	nearest     half = (u + 0x7FFF + (u>>16 & 1)) >> 16, u the bits of full          stochastic   half = (u + r) >> 16
//	widen       bits of full = half << 16                                             NaN becomes 0x7FC0
//
// r of 32 elements are the lower, then the upper halves of 16 words: h = first + w; h ^= h>>16; h *= m1; h ^= h>>15; h += second;
// h *= m2; h ^= h>>16 (bfloat16Random).
//
//	CX  blocks left   DI  half   SI  full   Y0, Y1  u, result   Y2–Y7  scratch, words
//	Y8  0x7FFF   Y9  1   Y11  first + w   Y12  8   Y13  m1   Y14  second   Y15  m2   Y9  0xFFFF (stochastic)
//
// Ports: nearest takes 28 operations for 32 elements, stochastic 42 (a multiplication is two), four of either to search for NaN, on three ports: 9.3 and
// 14 cycles for 192 bytes; of stochastic 17 were measured on Granite Rapids.
//
// Edges: whole blocks only.

#include "textflag.h"
#include "go_asm.h"

#define CONSTANT(V, X, Y) \
	MOVL $V, AX \
	VMOVD AX, X \
	VPBROADCASTD X, Y

#define ARGS \
	MOVQ blocks+0(FP), CX \
	MOVQ half+8(FP), DI   \
	MOVQ full+16(FP), SI

// Sixteen halves of Y0, Y1.
#define STORE(OFF) \
	VPSRLD $16, Y0, Y0          \
	VPSRLD $16, Y1, Y1          \
	VPACKUSDW Y1, Y0, Y0        \
	VPERMQ $0xD8, Y0, Y0        \
	VMOVDQU Y0, OFF(DI)

// On to NEXT if no element of the block is NaN; else what was written for a NaN is replaced. A comparison tests two vectors.
#define NANS(NEXT, ELEMENT, NUMBER) \
	VMOVUPS (SI), Y0            \
	VMOVUPS 64(SI), Y2          \
	VCMPPS $3, 32(SI), Y0, Y0   \
	VCMPPS $3, 96(SI), Y2, Y2   \
	VORPS Y2, Y0, Y0            \
	VMOVMSKPS Y0, AX            \
	TESTL AX, AX                \
	JZ   NEXT                   \
	XORL BX, BX                 \
ELEMENT:                            \
	VMOVSS (SI)(BX*4), X0       \
	VUCOMISS X0, X0             \
	JPC  NUMBER                 \
	MOVW $0x7FC0, (DI)(BX*2)    \
NUMBER:                             \
	INCQ BX                     \
	CMPQ BX, $32                \
	JLT  ELEMENT

#define NEAREST(FROM, TO) \
	VMOVDQU FROM(SI), Y0    \
	VMOVDQU 32+FROM(SI), Y1 \
	VPSRLD $16, Y0, Y4      \
	VPSRLD $16, Y1, Y5      \
	VPAND Y9, Y4, Y4        \
	VPAND Y9, Y5, Y5        \
	VPADDD Y8, Y0, Y0       \
	VPADDD Y8, Y1, Y1       \
	VPADDD Y4, Y0, Y0       \
	VPADDD Y5, Y1, Y1       \
	STORE(TO)

// func bfloat16NearestAVX2(blocks int, half *BFloat16, full *float32)
TEXT ·bfloat16NearestAVX2(SB), NOSPLIT, $0-24
	ARGS
	CONSTANT(0x7FFF, X8, Y8)
	CONSTANT(1, X9, Y9)
block:
	NEAREST(0, 0)
	NEAREST(64, 32)
	NANS(next, element, number)
next:
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

DATA ·count8+0(SB)/8, $0x0000000100000000
DATA ·count8+8(SB)/8, $0x0000000300000002
DATA ·count8+16(SB)/8, $0x0000000500000004
DATA ·count8+24(SB)/8, $0x0000000700000006
GLOBL ·count8(SB), RODATA|NOPTR, $32

// The next eight words; their upper halves are T.
#define WORDS(H, T) \
	VPSRLD $16, Y11, T     \
	VPXOR Y11, T, H        \
	VPADDD Y12, Y11, Y11   \
	VPMULLD Y13, H, H      \
	VPSRLD $15, H, T       \
	VPXOR T, H, H          \
	VPADDD Y14, H, H       \
	VPMULLD Y15, H, H      \
	VPSRLD $16, H, T       \
	VPXOR T, H, H

// Sixteen elements with the random bits R, S.
#define STOCHASTIC(R, S, FROM, TO) \
	VPADDD FROM(SI), R, Y0    \
	VPADDD 32+FROM(SI), S, Y1 \
	STORE(TO)

// func bfloat16StochasticAVX2(blocks int, half *BFloat16, full *float32, first, second uint32)
TEXT ·bfloat16StochasticAVX2(SB), NOSPLIT, $0-32
	ARGS
	CONSTANT(0xFFFF, X9, Y9)
	CONSTANT(8, X12, Y12)
	CONSTANT(const_bfloat16Mul1, X13, Y13)
	CONSTANT(const_bfloat16Mul2, X15, Y15)
	MOVL first+24(FP), AX
	VMOVD AX, X11
	VPBROADCASTD X11, Y11
	MOVL second+28(FP), AX
	VMOVD AX, X14
	VPBROADCASTD X14, Y14
	VPADDD ·count8(SB), Y11, Y11
block:
	WORDS(Y6, Y2)
	WORDS(Y7, Y3)
	VPAND Y9, Y6, Y6
	VPAND Y9, Y7, Y7
	STOCHASTIC(Y6, Y7, 0, 0)
	STOCHASTIC(Y2, Y3, 64, 32)
	NANS(next, element, number)
next:
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func bfloat16WidenAVX2(blocks int, half *BFloat16, full *float32)
TEXT ·bfloat16WidenAVX2(SB), NOSPLIT, $0-24
	ARGS
block:
	VPMOVZXWD (DI), Y0
	VPMOVZXWD 16(DI), Y1
	VPMOVZXWD 32(DI), Y2
	VPMOVZXWD 48(DI), Y3
	VPSLLD $16, Y0, Y0
	VPSLLD $16, Y1, Y1
	VPSLLD $16, Y2, Y2
	VPSLLD $16, Y3, Y3
	VMOVDQU Y0, (SI)
	VMOVDQU Y1, 32(SI)
	VMOVDQU Y2, 64(SI)
	VMOVDQU Y3, 96(SI)
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET
