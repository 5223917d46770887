// Conversion between float32 and bfloat16, blocks of 32 elements, NEON.
//
//	nearest     half = (u + 0x7FFF + (u>>16 & 1)) >> 16, u the bits of full          stochastic   half = (u + r) >> 16
//	widen       bits of full = half << 16                                             NaN becomes 0x7FC0
//
// r of 32 elements are the lower, then the upper halves of 16 words: h = first + w; h ^= h>>16; h *= m1; h ^= h>>15; h += second;
// h *= m2; h ^= h>>16 (bfloat16Random).
//
//	R0  blocks left   R1  half   R2  full   V0–V3  u, result   V4, V5  scratch   V16–V19  words
//	V24  0x7FFF   V25  1   V26  0x7FC00000   V27  m1   V28  m2   V29  second   V30  4   V31  first + w; V24  0xFFFF (stochastic)
//
// Ports: nearest takes 6 operations for 4 elements and a store for 8; stochastic 9, two of them multiplications. The high
// halves are packed by UZP2, and widening is a ZIP with zero.
//
// Edges: whole blocks only.

#include "textflag.h"
#include "go_asm.h"
#include "neon_arm64.h"

#define CONSTANT(V, R) \
	MOVW $V, R3       \
	VDUP R3, R.S4

#define ARGS \
	MOVD blocks+0(FP), R0 \
	MOVD half+8(FP), R1   \
	MOVD full+16(FP), R2

// V of number N.
#define NEAREST(V, N) \
	FCMEQ4S(N, N, 5)           \
	VUSHR $16, V.S4, V4.S4     \
	VADD V24.S4, V.S4, V.S4    \
	VAND V25.B16, V4.B16, V4.B16 \
	VADD V4.S4, V.S4, V.S4     \
	VBIF V5.B16, V26.B16, V.B16

// func bfloat16NearestNEON(blocks int, half *BFloat16, full *float32)
TEXT ·bfloat16NearestNEON(SB), NOSPLIT, $0-24
	ARGS
	CONSTANT(0x7FFF, V24)
	CONSTANT(1, V25)
	CONSTANT(0x7FC00000, V26)
	LSL $1, R0, R0
half:
	VLD1.P 64(R2), [V0.S4, V1.S4, V2.S4, V3.S4]
	NEAREST(V0, 0)
	NEAREST(V1, 1)
	NEAREST(V2, 2)
	NEAREST(V3, 3)
	VUZP2 V1.H8, V0.H8, V0.H8
	VUZP2 V3.H8, V2.H8, V1.H8
	VST1.P [V0.H8, V1.H8], 32(R1)
	SUBS $1, R0, R0
	BNE  half
	RET

// The next four words in H, of number N.
#define WORDS(H, N) \
	VUSHR $16, V31.S4, V4.S4      \
	VEOR V31.B16, V4.B16, H.B16   \
	VADD V30.S4, V31.S4, V31.S4   \
	MUL4S(27, N, N)               \
	VUSHR $15, H.S4, V4.S4        \
	VEOR V4.B16, H.B16, H.B16     \
	VADD V29.S4, H.S4, H.S4       \
	MUL4S(28, N, N)               \
	VUSHR $16, H.S4, V4.S4        \
	VEOR V4.B16, H.B16, H.B16

// Four elements V of number N with the random bits V4.
#define STOCHASTIC(V, N) \
	FCMEQ4S(N, N, 5)           \
	VADD V4.S4, V.S4, V.S4     \
	VBIF V5.B16, V26.B16, V.B16

#define LOWER(V, N, H) \
	VAND V24.B16, H.B16, V4.B16 \
	STOCHASTIC(V, N)
#define UPPER(V, N, H) \
	VUSHR $16, H.S4, V4.S4 \
	STOCHASTIC(V, N)

#define SIXTEEN(PART) \
	VLD1.P 64(R2), [V0.S4, V1.S4, V2.S4, V3.S4] \
	PART(V0, 0, V16) \
	PART(V1, 1, V17) \
	PART(V2, 2, V18) \
	PART(V3, 3, V19) \
	VUZP2 V1.H8, V0.H8, V0.H8 \
	VUZP2 V3.H8, V2.H8, V1.H8 \
	VST1.P [V0.H8, V1.H8], 32(R1)

DATA ·count4+0(SB)/8, $0x0000000100000000
DATA ·count4+8(SB)/8, $0x0000000300000002
GLOBL ·count4(SB), RODATA|NOPTR, $16

// func bfloat16StochasticNEON(blocks int, half *BFloat16, full *float32, first, second uint32)
TEXT ·bfloat16StochasticNEON(SB), NOSPLIT, $0-32
	ARGS
	CONSTANT(0xFFFF, V24)
	CONSTANT(0x7FC00000, V26)
	CONSTANT(const_bfloat16Mul1, V27)
	CONSTANT(const_bfloat16Mul2, V28)
	CONSTANT(4, V30)
	MOVWU second+28(FP), R3
	VDUP R3, V29.S4
	MOVWU first+24(FP), R3
	VDUP R3, V31.S4
	MOVD $·count4(SB), R3
	VLD1 (R3), [V0.S4]
	VADD V0.S4, V31.S4, V31.S4
block:
	WORDS(V16, 16)
	WORDS(V17, 17)
	WORDS(V18, 18)
	WORDS(V19, 19)
	SIXTEEN(LOWER)
	SIXTEEN(UPPER)
	SUBS $1, R0, R0
	BNE  block
	RET

// func bfloat16WidenNEON(blocks int, half *BFloat16, full *float32)
TEXT ·bfloat16WidenNEON(SB), NOSPLIT, $0-24
	ARGS
	VEOR V31.B16, V31.B16, V31.B16
	LSL $1, R0, R0
half:
	VLD1.P 32(R1), [V0.H8, V1.H8]
	VZIP1 V0.H8, V31.H8, V2.H8
	VZIP2 V0.H8, V31.H8, V3.H8
	VZIP1 V1.H8, V31.H8, V4.H8
	VZIP2 V1.H8, V31.H8, V5.H8
	VST1.P [V2.S4, V3.S4, V4.S4, V5.S4], 64(R2)
	SUBS $1, R0, R0
	BNE  half
	RET
