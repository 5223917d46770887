// Conversion between float32 and bfloat16, blocks of 32 elements, AVX-512.
//
//	nearest     half = (u + 0x7FFF + (u>>16 & 1)) >> 16, u the bits of full          stochastic   half = (u + r) >> 16
//	widen       bits of full = half << 16                                             NaN becomes 0x7FC0
//
// r of 32 elements are the lower, then the upper halves of 16 words: h = first + w; h ^= h>>16; h *= m1; h ^= h>>15; h += second;
// h *= m2; h ^= h>>16 (bfloat16Random).
//
//	CX  blocks left   DI  half   SI  full   Z0, Z1  u, result   Z2–Z4  scratch   K1, K2  odd   K3  NaN
//	Z16  0x7FFF   Z17  1   Z18  0x10000   Z19  upper   Z20  first + w   Z21  16   Z22  m1   Z23  second   Z24  m2   Z25  0xFFFF
//
// Ports: nearest takes 9 operations for 32 elements, stochastic 18 (a multiplication is two); a permutation of words is three on Intel: 5.5 and 10
// cycles for 192 bytes read and written there. One comparison looks for NaN in both vectors; where there is one, what was written for it is replaced, one by one.
//
// Edges: whole blocks only.

#include "textflag.h"
#include "go_asm.h"

#define CONSTANT(V, Z) \
	MOVL $V, AX \
	VPBROADCASTD AX, Z

#define ARGS \
	MOVQ blocks+0(FP), CX \
	MOVQ half+8(FP), DI   \
	MOVQ full+16(FP), SI

// The halves of Z0 and Z1, and on to NEXT if K3 says that no element is NaN.
#define STORE(NEXT, ELEMENT, NUMBER) \
	VPERMT2W Z1, Z19, Z0     \
	VMOVDQU64 Z0, (DI)       \
	KORTESTW K3, K3          \
	JEQ  NEXT                \
	XORL BX, BX              \
ELEMENT:                         \
	VMOVSS (SI)(BX*4), X0    \
	VUCOMISS X0, X0          \
	JPC  NUMBER              \
	MOVW $0x7FC0, (DI)(BX*2) \
NUMBER:                          \
	INCQ BX                  \
	CMPQ BX, $32             \
	JLT  ELEMENT

// The upper halves of 32 words of 32 bits, of two vectors.
DATA ·upper+0(SB)/8, $0x0007000500030001
DATA ·upper+8(SB)/8, $0x000F000D000B0009
DATA ·upper+16(SB)/8, $0x0017001500130011
DATA ·upper+24(SB)/8, $0x001F001D001B0019
DATA ·upper+32(SB)/8, $0x0027002500230021
DATA ·upper+40(SB)/8, $0x002F002D002B0029
DATA ·upper+48(SB)/8, $0x0037003500330031
DATA ·upper+56(SB)/8, $0x003F003D003B0039
GLOBL ·upper(SB), RODATA|NOPTR, $64

// func bfloat16NearestAVX512(blocks int, half *BFloat16, full *float32)
TEXT ·bfloat16NearestAVX512(SB), NOSPLIT, $0-24
	ARGS
	CONSTANT(0x7FFF, Z16)
	CONSTANT(1, Z17)
	CONSTANT(0x10000, Z18)
	VMOVDQU64 ·upper(SB), Z19
block:
	VMOVDQU32 (SI), Z0
	VMOVDQU32 64(SI), Z1
	VPTESTMD Z18, Z0, K1
	VPTESTMD Z18, Z1, K2
	VCMPPS $3, Z1, Z0, K3
	VPADDD Z16, Z0, Z0
	VPADDD Z16, Z1, Z1
	VPADDD Z17, Z0, K1, Z0
	VPADDD Z17, Z1, K2, Z1
	STORE(next, element, number)
next:
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

DATA ·count16+0(SB)/8, $0x0000000100000000
DATA ·count16+8(SB)/8, $0x0000000300000002
DATA ·count16+16(SB)/8, $0x0000000500000004
DATA ·count16+24(SB)/8, $0x0000000700000006
DATA ·count16+32(SB)/8, $0x0000000900000008
DATA ·count16+40(SB)/8, $0x0000000B0000000A
DATA ·count16+48(SB)/8, $0x0000000D0000000C
DATA ·count16+56(SB)/8, $0x0000000F0000000E
GLOBL ·count16(SB), RODATA|NOPTR, $64

// func bfloat16StochasticAVX512(blocks int, half *BFloat16, full *float32, first, second uint32)
TEXT ·bfloat16StochasticAVX512(SB), NOSPLIT, $0-32
	ARGS
	VMOVDQU64 ·upper(SB), Z19
	CONSTANT(16, Z21)
	CONSTANT(const_bfloat16Mul1, Z22)
	CONSTANT(const_bfloat16Mul2, Z24)
	CONSTANT(0xFFFF, Z25)
	MOVL first+24(FP), AX
	VPBROADCASTD AX, Z20
	MOVL second+28(FP), AX
	VPBROADCASTD AX, Z23
	VPADDD ·count16(SB), Z20, Z20
block:
	VPSRLD $16, Z20, Z2
	VPXORD Z20, Z2, Z2
	VPADDD Z21, Z20, Z20
	VPMULLD Z22, Z2, Z2
	VMOVDQU32 (SI), Z0
	VMOVDQU32 64(SI), Z1
	VPSRLD $15, Z2, Z3
	VPXORD Z3, Z2, Z2
	VPADDD Z23, Z2, Z2
	VPMULLD Z24, Z2, Z2
	VCMPPS $3, Z1, Z0, K3
	VPSRLD $16, Z2, Z3
	VPXORD Z3, Z2, Z2
	VPANDD Z25, Z2, Z4
	VPADDD Z4, Z0, Z0
	VPADDD Z3, Z1, Z1
	STORE(next, element, number)
next:
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func bfloat16WidenAVX512(blocks int, half *BFloat16, full *float32)
TEXT ·bfloat16WidenAVX512(SB), NOSPLIT, $0-24
	ARGS
block:
	VPMOVZXWD (DI), Z0
	VPMOVZXWD 32(DI), Z1
	VPSLLD $16, Z0, Z0
	VPSLLD $16, Z1, Z1
	VMOVDQU32 Z0, (SI)
	VMOVDQU32 Z1, 64(SI)
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET
