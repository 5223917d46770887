// Conversion between float32 and bfloat16, blocks of 32 elements, AVX-512.
//
//	nearest     half = (u + 0x7FFF + (u>>16 & 1)) >> 16, u the bits of full          stochastic   half = (u + r) >> 16
//	widen       bits of full = half << 16                                             NaN becomes 0x7FC0
//
// r of 32 elements are the lower, then the upper halves of 16 words: h = first + w; h ^= h>>16; h *= m1; h ^= h>>15; h += second;
// h *= m2; h ^= h>>16 (bfloat16Random).
//
//	CX  blocks left   DI  half   SI  full   Z0, Z1, Z5, Z6  u, result   Z2–Z4, Z7–Z9  scratch   K1, K2  odd   K3, K4  NaN
//	Z16  0x7FFF   Z17  1   Z18  0x10000   Z19  upper   Z20  first + w   Z21  16   Z22  m1   Z23  second   Z24  m2   Z25  0xFFFF
//	words: Z26  lower   Z27  1
//
// Ports: nearest takes 9 operations for 32 elements, stochastic 18 (a multiplication is two); a permutation of words is three on Intel: 5.5 and 10
// cycles for 192 bytes read and written there. One comparison looks for NaN in both vectors; where there is one, what was written for it is replaced, one by one.
//
// Zen 5 takes pairs of blocks, which share the test of that comparison, and rounds them to nearest as words: upper + (lower − (1 if upper is even), not below 0) >> 15.
// That is 8 operations, of which three and not five are masks or permutations (two of those a cycle, four of the others): 2.3 cycles a block in the first level, not 3.6, and from the second
// what it delivers. Intel would have six cycles.
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
	REPLACE(32, ELEMENT, NUMBER)

// 0x7FC0 for those of N elements that are NaN.
#define REPLACE(N, ELEMENT, NUMBER) \
	XORL BX, BX              \
ELEMENT:                         \
	VMOVSS (SI)(BX*4), X0    \
	VUCOMISS X0, X0          \
	JPC  NUMBER              \
	MOVW $0x7FC0, (DI)(BX*2) \
NUMBER:                          \
	INCQ BX                  \
	CMPQ BX, $N              \
	JLT  ELEMENT

// On to the next pair of blocks, where K3 and K4 say that no element is NaN.
#define PAIRDONE(PAIR, NEXT, ELEMENT, NUMBER) \
	KORTESTW K3, K4          \
	JEQ  NEXT                \
	REPLACE(64, ELEMENT, NUMBER) \
NEXT:                            \
	ADDQ $256, SI            \
	ADDQ $128, DI            \
	SUBQ $2, CX              \
	JGE  PAIR

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
	CMPB ·bfloat16Pairs(SB), $0
	JEQ  block
	CONSTANT(0x10001, Z27)
	VPSUBW Z27, Z19, Z26
	SUBQ $2, CX
	JLT  single
pair:
	VMOVDQU32 (SI), Z0
	VMOVDQU32 64(SI), Z1
	VMOVDQU32 128(SI), Z5
	VMOVDQU32 192(SI), Z6
	VMOVDQA64 Z0, Z2
	VMOVDQA64 Z5, Z7
	VCMPPS $3, Z1, Z0, K3
	VCMPPS $3, Z6, Z5, K4
	VPERMT2W Z1, Z19, Z0
	VPERMT2W Z1, Z26, Z2
	VPERMT2W Z6, Z19, Z5
	VPERMT2W Z6, Z26, Z7
	VPANDND Z27, Z0, Z3
	VPANDND Z27, Z5, Z8
	VPSUBUSW Z3, Z2, Z2
	VPSUBUSW Z8, Z7, Z7
	VPSRLW $15, Z2, Z2
	VPSRLW $15, Z7, Z7
	VPADDW Z2, Z0, Z0
	VPADDW Z7, Z5, Z5
	VMOVDQU64 Z0, (DI)
	VMOVDQU64 Z5, 64(DI)
	PAIRDONE(pair, nextpair, pairelement, pairnumber)
single:
	ADDQ $2, CX
	JZ   done
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
done:
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

// U and V = full at OFF + r, KN = NaN of either; H, R and L are scratch.
#define RANDOM(OFF, U, V, H, R, L, KN) \
	VPSRLD $16, Z20, H        \
	VPXORD Z20, H, H          \
	VPADDD Z21, Z20, Z20      \
	VPMULLD Z22, H, H         \
	VMOVDQU32 (OFF)(SI), U    \
	VMOVDQU32 (OFF+64)(SI), V \
	VPSRLD $15, H, R          \
	VPXORD R, H, H            \
	VPADDD Z23, H, H          \
	VPMULLD Z24, H, H         \
	VCMPPS $3, V, U, KN       \
	VPSRLD $16, H, R          \
	VPXORD R, H, H            \
	VPANDD Z25, H, L          \
	VPADDD L, U, U            \
	VPADDD R, V, V

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
	CMPB ·bfloat16Pairs(SB), $0
	JEQ  block
	SUBQ $2, CX
	JLT  single
pair:
	RANDOM(0, Z0, Z1, Z2, Z3, Z4, K3)
	VPERMT2W Z1, Z19, Z0
	VMOVDQU64 Z0, (DI)
	RANDOM(128, Z5, Z6, Z7, Z8, Z9, K4)
	VPERMT2W Z6, Z19, Z5
	VMOVDQU64 Z5, 64(DI)
	PAIRDONE(pair, nextpair, pairelement, pairnumber)
single:
	ADDQ $2, CX
	JZ   done
block:
	RANDOM(0, Z0, Z1, Z2, Z3, Z4, K3)
	STORE(next, element, number)
next:
	ADDQ $128, SI
	ADDQ $64, DI
	DECQ CX
	JNZ  block
done:
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
