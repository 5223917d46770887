// Sums of 16 rows of A as stored with 8 columns of B, chunk after chunk of k, AVX-512, float32:
//
//	acc[i, j] = Σ_l A[i, l]·B[l, j],  acc = fma(a, b, acc) from +0, l ascending, stored and begun anew at the end of each chunk      16 rows
//
// For A beyond the second level, and rows that collide in the first: gemmFew32AVX512 has 22 instructions for a line of A, and rows in two places. Here a block of 16 lines is transposed in registers, among the
// products of the block before.
//
//	DI t      SI rows 0–3 of the next block, DX rows at work      R13 R14  1, 3 distances of rows      R10 b, rows of 32 bytes      K1 steps of the next block
//	CX blocks left, then steps      R11 half blocks left of this chunk, R12 those of the next ones      R9 sums
//	Z0–Z7 a column each: lanes of rows 0–3, 4–7, 12–15, 8–11      Z30 Z31 two columns of B      Z8–Z29 steps of a block, and what of them is done rows of the next
//
// Ports: a line of A, one step of 16 rows, takes 8 fma (4 cycles), of which six broadcast from memory and two have elements spread from one load of eight bytes, 8 loads in all (4 cycles), 2 shuffles across lanes, which cost an fma beside
// them up to half a cycle each, and 2 within: 16 instructions. All eight by broadcasts from memory are 9 loads, and 3 % slower; four from two loads the same. Measured in a loop of this kind: 5 cycles with A in the second level,
// 4.6 without the shuffles across lanes, 5.4 to 5.7 from the third.
//
// Edges: all rows and columns are there, B has rows of eight elements; blocks ≥ 0, the steps after them are masked. Sums have 16 rows of 32 bytes for each chunk, whose lengths but that of the last are eights.

#include "textflag.h"

#define ROWS(p, a, b, c, d) \
	VMOVUPS.Z (p), K1, a        \
	VMOVUPS.Z (p)(R13*1), K1, b \
	VMOVUPS.Z (p)(R13*2), K1, c \
	VMOVUPS.Z (p)(R14*1), K1, d

// Four rows by steps: step q, q + 4, … in lanes 0, 1, … of d, t, b, a for q = 0, 1, 2, 3.
#define TURN(a, b, c, d, t) \
	VUNPCKLPS b, a, t \
	VUNPCKHPS b, a, a \
	VUNPCKLPS d, c, b \
	VUNPCKHPS d, c, c \
	VUNPCKLPD b, t, d \
	VUNPCKHPD b, t, t \
	VUNPCKLPD c, a, b \
	VUNPCKHPD c, a, a

// Lanes 0, 1, 2, 3 of a, b, c, d to d, b, t, a.
#define LANES(a, b, c, d, t) \
	VSHUFF64X2 $0x88, b, a, t \
	VSHUFF64X2 $0xDD, b, a, a \
	VSHUFF64X2 $0x88, d, c, b \
	VSHUFF64X2 $0xDD, d, c, c \
	VSHUFF64X2 $0x88, b, t, d \
	VSHUFF64X2 $0xDD, b, t, t \
	VSHUFF64X2 $0x88, c, a, b \
	VSHUFF64X2 $0xDD, c, a, a

#define STEP(l, z) \
	VBROADCASTSD (32*l)(R10), Z30          \
	VMOVSLDUP Z30, Z31                     \
	VFMADD231PS Z31, z, Z0                 \
	VMOVSHDUP Z30, Z30                     \
	VFMADD231PS Z30, z, Z1                 \
	VFMADD231PS.BCST (32*l+8)(R10), z, Z2  \
	VFMADD231PS.BCST (32*l+12)(R10), z, Z3 \
	VFMADD231PS.BCST (32*l+16)(R10), z, Z4 \
	VFMADD231PS.BCST (32*l+20)(R10), z, Z5 \
	VFMADD231PS.BCST (32*l+24)(R10), z, Z6 \
	VFMADD231PS.BCST (32*l+28)(R10), z, Z7

// The first half of a block with steps in s0–s15: rows 0–11 of the next, which are turned to e0–e3, s0–s3 and s4–s7. e4 and e5 are free before and after.
#define FIRST(s0, s1, s2, s3, s4, s5, s6, s7, e0, e1, e2, e3, e4) \
	ROWS(SI, e3, e2, e4, e0)      \
	STEP(0, s0)                   \
	TURN(e3, e2, e4, e0, e1)      \
	STEP(1, s1)                   \
	STEP(2, s2)                   \
	LEAQ (SI)(R13*4), DX          \
	ADDQ $64, SI                  \
	STEP(3, s3)                   \
	ROWS(DX, s3, s2, e4, s0)      \
	LEAQ (DX)(R13*4), DX          \
	STEP(4, s4)                   \
	TURN(s3, s2, e4, s0, s1)      \
	STEP(5, s5)                   \
	STEP(6, s6)                   \
	STEP(7, s7)

// The second: rows 8–15. The next block's steps are in s4–s7, s0–s3, s8–s11, e0–e3.
#define SECOND(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, e0, e1, e2, e3, e4, e5) \
	ROWS(DX, s7, s6, e5, s4)      \
	LEAQ (DX)(R13*4), DX          \
	STEP(8, s8)                   \
	TURN(s7, s6, e5, s4, s5)      \
	STEP(9, s9)                   \
	ROWS(DX, e5, e4, s8, s9)      \
	STEP(10, s10)                 \
	TURN(e5, e4, s8, s9, s10)     \
	STEP(11, s11)                 \
	LANES(e0, s0, s9, s4, s8)     \
	STEP(12, s12)                 \
	LANES(e1, s1, s10, s5, s9)    \
	STEP(13, s13)                 \
	LANES(e2, s2, e4, s6, s10)    \
	STEP(14, s14)                 \
	LANES(e3, s3, e5, s7, s11)    \
	STEP(15, s15)                 \
	ADDQ $512, R10

// Sums of a chunk: rows q, q + 4, q + 12, q + 8.
#define PUT4(o, z) \
	VEXTRACTF32X4 $0, z, (o)(R9)     \
	VEXTRACTF32X4 $1, z, (o+128)(R9) \
	VEXTRACTF32X4 $2, z, (o+384)(R9) \
	VEXTRACTF32X4 $3, z, (o+256)(R9)

#define PUT \
	TURN(Z0, Z1, Z2, Z3, Z30) \
	PUT4(0, Z3)               \
	PUT4(32, Z30)             \
	PUT4(64, Z1)              \
	PUT4(96, Z0)              \
	TURN(Z4, Z5, Z6, Z7, Z31) \
	PUT4(16, Z7)              \
	PUT4(48, Z31)             \
	PUT4(80, Z5)              \
	PUT4(112, Z4)

#define CLEAR \
	VPXORQ Z0, Z0, Z0 \
	VPXORQ Z1, Z1, Z1 \
	VPXORQ Z2, Z2, Z2 \
	VPXORQ Z3, Z3, Z3 \
	VPXORQ Z4, Z4, Z4 \
	VPXORQ Z5, Z5, Z5 \
	VPXORQ Z6, Z6, Z6 \
	VPXORQ Z7, Z7, Z7

#define CHUNK(back) \
	PUT            \
	CLEAR          \
	ADDQ $512, R9  \
	MOVQ (R12), R11 \
	ADDQ $8, R12   \
	JMP  back

// The mask of the next block, if that is the last.
#define MASK(whole) \
	CMPQ CX, $1     \
	JNE  whole      \
	KMOVW 40(DI), K1

#define LAST(l, z) \
	STEP(l, z)   \
	DECQ CX      \
	JZ   done

// func gemmFewLines32AVX512(t *fewLines)
TEXT ·gemmFewLines32AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI
	MOVQ 0(DI), SI
	MOVQ 8(DI), R10
	MOVQ 16(DI), R9
	MOVQ 24(DI), R13
	MOVQ 32(DI), CX
	MOVQ 56(DI), R11
	LEAQ 64(DI), R12
	LEAQ (R13)(R13*2), R14
	CLEAR
	KXNORW K1, K1, K1
	TESTQ CX, CX
	JNZ  begin
	KMOVW 40(DI), K1

begin:
	ROWS(SI, Z27, Z26, Z28, Z24)
	TURN(Z27, Z26, Z28, Z24, Z25)
	LEAQ (SI)(R13*4), DX
	ADDQ $64, SI
	ROWS(DX, Z11, Z10, Z28, Z8)
	TURN(Z11, Z10, Z28, Z8, Z9)
	LEAQ (DX)(R13*4), DX
	ROWS(DX, Z15, Z14, Z29, Z12)
	TURN(Z15, Z14, Z29, Z12, Z13)
	LEAQ (DX)(R13*4), DX
	ROWS(DX, Z29, Z28, Z16, Z17)
	TURN(Z29, Z28, Z16, Z17, Z18)
	LANES(Z24, Z8, Z17, Z12, Z16)
	LANES(Z25, Z9, Z18, Z13, Z17)
	LANES(Z26, Z10, Z28, Z14, Z18)
	LANES(Z27, Z11, Z29, Z15, Z19)
	TESTQ CX, CX
	JZ   rest

	// Steps are in Z12–Z15, Z8–Z11, Z16–Z19, Z24–Z27.
block:
	MASK(whole1)
whole1:
	FIRST(Z12, Z13, Z14, Z15, Z8, Z9, Z10, Z11, Z20, Z21, Z22, Z23, Z28)
	DECQ R11
	JZ   chunk1
half1:
	SECOND(Z12, Z13, Z14, Z15, Z8, Z9, Z10, Z11, Z16, Z17, Z18, Z19, Z24, Z25, Z26, Z27, Z20, Z21, Z22, Z23, Z28, Z29)
	DECQ R11
	JZ   chunk2
next1:
	DECQ CX
	JZ   odd
	MASK(whole2)
whole2:
	FIRST(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z24, Z25, Z26, Z27, Z28)
	DECQ R11
	JZ   chunk3
half2:
	SECOND(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29)
	DECQ R11
	JZ   chunk4
next2:
	DECQ CX
	JNZ  block
	JMP  rest

odd:
	// Steps are in Z8–Z23.
	VMOVAPS Z20, Z24
	VMOVAPS Z21, Z25
	VMOVAPS Z22, Z26
	VMOVAPS Z23, Z27
	VMOVAPS Z8, Z20
	VMOVAPS Z9, Z21
	VMOVAPS Z10, Z22
	VMOVAPS Z11, Z23
	VMOVAPS Z12, Z8
	VMOVAPS Z13, Z9
	VMOVAPS Z14, Z10
	VMOVAPS Z15, Z11
	VMOVAPS Z20, Z12
	VMOVAPS Z21, Z13
	VMOVAPS Z22, Z14
	VMOVAPS Z23, Z15

rest:
	MOVQ 48(DI), CX
	TESTQ CX, CX
	JZ   done
	LAST(0, Z12)
	LAST(1, Z13)
	LAST(2, Z14)
	LAST(3, Z15)
	LAST(4, Z8)
	LAST(5, Z9)
	LAST(6, Z10)
	LAST(7, Z11)
	LAST(8, Z16)
	LAST(9, Z17)
	LAST(10, Z18)
	LAST(11, Z19)
	LAST(12, Z24)
	LAST(13, Z25)
	STEP(14, Z26)

done:
	PUT
	VZEROUPPER
	RET

chunk1:
	CHUNK(half1)
chunk2:
	CHUNK(next1)
chunk3:
	CHUNK(half2)
chunk4:
	CHUNK(next2)
