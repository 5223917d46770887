// Sums of groups of eight rows that lie a multiple of 4 KiB apart, for three chunks of k side by side, AVX-512, float32:
//
//	acc_c[i] = Σ_l A_c[i, l]·b_c[l],  acc = fma(a, b, acc) from +0, l ascending      8 rows a group, c = 0, 1, 2
//
// Lines of such rows share a set of the first level, of twelve ways on Zen 5, so that no more than eight rows may be read at one column. Chunks are halved: a vector has one group x in the first half of a
// chunk beside the group y before it, in the second half of the same chunk, so that the six places of the three chunks lie in six sets. When a group has done its first half, its sums take the lanes of y.
//
//	DI t      SI R8 R9  x_c      R10 R11 R12  y_c      R13 R14  1, 3 distances of rows      DX rows at work      BX pairs of elements of b, R15 masks
//	CX blocks of eight steps left      AX groups left      K1 K2 K3 lanes of the chains in this block
//	Z0–Z7 Z8–Z15 Z16–Z23  four steps, then the next four, of x_c rows 0 2 4 6, 1 3 5 7, y_c alike      Z24–Z28 on the way      Z31 Z30 Z29 acc_c: x_0 y_0 x_1 y_1 …
//
// Ports: eight steps of a chain, 512 bytes of A, take 16 loads of half a line, of which eight insert, 8 broadcasts of eight bytes, 16 shuffles across lanes (the inserts and 8), 16 within and 8 fma: 12 cycles of two pipes, or of two
// loads. The fma of the three chains wait for each other for 32 cycles for 1536 bytes. They stand in three turns: while a block of one chain is loaded, the chain before it has its first four steps and the one before that its last
// four, so that an fma is never far behind its operands in the reorder buffer, which the lines under way need.
//
// Edges: all rows and steps are there; blocks ≥ 1, groups ≥ 1. Lanes that are masked in a block keep their sums. sums_c has eight elements for each y.

#include "textflag.h"

// Eight rows of x at p, of y at q: rows 0 2, 1 3 of each to Z24–Z27, rows 4 6, 5 7 to z4–z7.
#define ROWS(p, q, z4, z5, z6, z7, y4, y5, y6, y7) \
	VMOVUPS (p), Y24                          \
	VMOVUPS (p)(R13*1), Y25                   \
	LEAQ (p)(R13*4), DX                       \
	VINSERTF64X4 $1, (p)(R13*2), Z24, Z24     \
	VINSERTF64X4 $1, (p)(R14*1), Z25, Z25     \
	VMOVUPS (DX), y4                          \
	VMOVUPS (DX)(R13*1), y5                   \
	ADDQ $32, p                               \
	VINSERTF64X4 $1, (DX)(R13*2), z4, z4      \
	VINSERTF64X4 $1, (DX)(R14*1), z5, z5      \
	VMOVUPS (q), Y26                          \
	VMOVUPS (q)(R13*1), Y27                   \
	LEAQ (q)(R13*4), DX                       \
	VINSERTF64X4 $1, (q)(R13*2), Z26, Z26     \
	VINSERTF64X4 $1, (q)(R14*1), Z27, Z27     \
	VMOVUPS (DX), y6                          \
	VMOVUPS (DX)(R13*1), y7                   \
	ADDQ $32, q                               \
	VINSERTF64X4 $1, (DX)(R13*2), z6, z6      \
	VINSERTF64X4 $1, (DX)(R14*1), z7, z7

// The first four steps to z0–z3, the others to z4–z7.
#define HALVES(z0, z1, z2, z3, z4, z5, z6, z7) \
	VSHUFF64X2 $0x88, z4, Z24, z0 \
	VSHUFF64X2 $0xDD, z4, Z24, z4 \
	VSHUFF64X2 $0x88, z5, Z25, z1 \
	VSHUFF64X2 $0xDD, z5, Z25, z5 \
	VSHUFF64X2 $0x88, z6, Z26, z2 \
	VSHUFF64X2 $0xDD, z6, Z26, z6 \
	VSHUFF64X2 $0x88, z7, Z27, z3 \
	VSHUFF64X2 $0xDD, z7, Z27, z7

#define ROWS0 ROWS(SI, R10, Z4, Z5, Z6, Z7, Y4, Y5, Y6, Y7)
#define ROWS1 ROWS(R8, R11, Z12, Z13, Z14, Z15, Y12, Y13, Y14, Y15)
#define ROWS2 ROWS(R9, R12, Z20, Z21, Z22, Z23, Y20, Y21, Y22, Y23)

#define HALVES0 HALVES(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
#define HALVES1 HALVES(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
#define HALVES2 HALVES(Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23)

// Four steps: x of even and odd rows, y of even and odd rows; their pairs of b at o(BX).
#define FOUR(o, x, xx, y, yy, k, acc) \
	VUNPCKLPS y, x, Z28               \
	VUNPCKHPS y, x, x                 \
	VUNPCKLPS yy, xx, y               \
	VUNPCKHPS yy, xx, xx              \
	VUNPCKLPD y, Z28, yy              \
	VUNPCKHPD y, Z28, y               \
	VBROADCASTSD (o)(BX), Z28         \
	VFMADD231PS Z28, yy, k, acc       \
	VBROADCASTSD (o+8)(BX), yy        \
	VFMADD231PS yy, y, k, acc         \
	VUNPCKLPD xx, x, Z28              \
	VUNPCKHPD xx, x, x                \
	VBROADCASTSD (o+16)(BX), xx       \
	VFMADD231PS xx, Z28, k, acc       \
	VBROADCASTSD (o+24)(BX), xx       \
	VFMADD231PS xx, x, k, acc

// The first and the last four steps of each chain. BX is a block ahead for the last of the second and the third.
#define FIRST0 FOUR(0, Z0, Z1, Z2, Z3, K1, Z31)
#define LAST0 FOUR(32, Z4, Z5, Z6, Z7, K1, Z31)
#define FIRST1 FOUR(1536, Z8, Z9, Z10, Z11, K2, Z30)
#define LAST1 FOUR(1536-32, Z12, Z13, Z14, Z15, K2, Z30)
#define FIRST2 FOUR(3072-64, Z16, Z17, Z18, Z19, K3, Z29)
#define LAST2 FOUR(3072-32, Z20, Z21, Z22, Z23, K3, Z29)

// A group is done with its second half, the next with its first.
#define NEXT(acc, sums) \
	VPSRLQ $32, acc, Z28 \
	VPMOVQD Z28, (sums)  \
	VPSLLQ $32, acc, acc

// func gemmStagger32AVX512(t *staggerCall)
TEXT ·gemmStagger32AVX512(SB), NOSPLIT, $0-8
	MOVQ t+0(FP), DI
	MOVQ 96(DI), AX
	MOVQ 104(DI), R13
	LEAQ (R13)(R13*2), R14
	VMOVUPS 0(DI), Z0
	VMOVUPS Z0, 112(DI)
	MOVQ 64(DI), DX
	MOVQ DX, 176(DI)
	VMOVUPS 184(DI), Z31
	VMOVUPS 248(DI), Z30
	VMOVUPS 312(DI), Z29

group:
	MOVQ 112(DI), SI
	MOVQ 120(DI), R8
	MOVQ 128(DI), R9
	MOVQ 136(DI), R10
	MOVQ 144(DI), R11
	MOVQ 152(DI), R12
	MOVQ 72(DI), BX
	MOVQ 80(DI), R15
	MOVQ 88(DI), CX
	ROWS0
	KMOVW (R15), K1
	HALVES0
	ROWS1
	FIRST0
	HALVES1
	JMP  third

block:
	ROWS0
	KMOVW (R15), K1
	FIRST2
	LAST1
	HALVES0
	ROWS1
	FIRST0
	LAST2
	HALVES1

third:
	KMOVW 2(R15), K2
	KMOVW 4(R15), K3
	ADDQ $6, R15
	ROWS2
	FIRST1
	LAST0
	HALVES2
	ADDQ $64, BX
	DECQ CX
	JNZ  block
	FIRST2
	LAST1
	LAST2
	MOVQ 160(DI), SI
	MOVQ 168(DI), R8
	MOVQ 176(DI), R9
	NEXT(Z31, SI)
	NEXT(Z30, R8)
	NEXT(Z29, R9)
	ADDQ $32, SI
	ADDQ $32, R8
	ADDQ $32, R9
	MOVQ SI, 160(DI)
	MOVQ R8, 168(DI)
	MOVQ R9, 176(DI)
	LEAQ (R13*8), DX
	ADDQ DX, 112(DI)
	ADDQ DX, 120(DI)
	ADDQ DX, 128(DI)
	ADDQ DX, 136(DI)
	ADDQ DX, 144(DI)
	ADDQ DX, 152(DI)
	DECQ AX
	JNZ  group
	VMOVUPS Z31, 184(DI)
	VMOVUPS Z30, 248(DI)
	VMOVUPS Z29, 312(DI)
	VZEROUPPER
	RET
