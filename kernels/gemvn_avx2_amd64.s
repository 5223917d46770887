// Rows of a matrix times a vector, AVX2 and FMA3, of more than 256 bytes: gemvnshort_avx2_amd64.s has the others.
//
//	y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order, one segment (n ≤ 16384)
//
// The 256 bytes of lanes of a row are eight registers, too many for several rows at once; so three rows are passed over twice,
// once for the lower and once for the upper 128 bytes of each block, and a load of x serves three FMA. No cache line is read
// twice in vain: 128 bytes are two lines.
//
//	Y0–Y3, Y4–Y7, Y8–Y11  half the lanes of rows 0, 1, 2      Y12–Y15  x (tail: x, mask, a, sum)
//	R8, R9, R10  rows, behind their whole blocks (the last is repeated where fewer than three are left)      R11  bytes of a row
//	SI  x, likewise      CX  −bytes left, then bytes of the tail taken      DX  −bytes in whole blocks      BX  bytes of the tail
//	R13  rows left      DI  y      R15  scratch: the lower lanes      R12  CX after a pass      R12, AX  mask
//	R14  1: two copies of the loop take two turns each, so that no instruction reads in equal steps (oneStream)      AX  turn
//	     2: another fetches what the next pass reads, the upper halves of these rows or the lower ones of the next three (AX, R12, R14 in between)
//
// Ports: 16 loads for 12 FMA, 8 cycles for 384 bytes of A at 2 loads a cycle; with fetches 11, 35 bytes a cycle, where the third-level cache of Zen 5 gives 30.
//
// Edges: m ≥ 1, n more than the lanes. The tail goes vector by vector to the lanes of its place; of the last vector dead lanes are blended back.

#include "textflag.h"

#define ROW(FMA, R, A, B, C, D) \
	FMA 0(R)(CX*1), Y12, A  \
	FMA 32(R)(CX*1), Y13, B \
	FMA 64(R)(CX*1), Y14, C \
	FMA 96(R)(CX*1), Y15, D

// Half of a block of three rows.
#define BLOCK(MOV, FMA) \
	MOV (SI)(CX*1), Y12            \
	MOV 32(SI)(CX*1), Y13          \
	MOV 64(SI)(CX*1), Y14          \
	MOV 96(SI)(CX*1), Y15          \
	ROW(FMA, R8, Y0, Y1, Y2, Y3)   \
	ROW(FMA, R9, Y4, Y5, Y6, Y7)   \
	ROW(FMA, R10, Y8, Y9, Y10, Y11) \
	ADDQ $256, CX

// A pass over half of each block up to END.
#define PASS(MOV, FMA, END, loop) \
loop:                    \
	BLOCK(MOV, FMA)  \
	CMPQ CX, $END    \
	JNE  loop

// A pass up to CX = R12, 0 or, in the upper half, 128, in two copies of the loop that take two turns each. Both halves use the same: with two of their own rows of four and
// five blocks come from the second-level cache as if there were no turns (probe: 140 and 146 for 180 and 185 GB/s).
#define TURNS(MOV, FMA) \
	MOVL $1, AX      \
first:                   \
	BLOCK(MOV, FMA)  \
	CMPQ CX, R12     \
	JEQ  done        \
	XORL $1, AX      \
	JNZ  first       \
second:                  \
	BLOCK(MOV, FMA)  \
	CMPQ CX, R12     \
	JEQ  done        \
	XORL $1, AX      \
	JNZ  second      \
	JMP  first       \
done:                    \
	TESTQ R12, R12   \
	JZ   lowEnd      \
	JMP  upEnd

// A pass that fetches 128 bytes a block of the rows R, S, T, from OFF on.
#define FAR(MOV, FMA, END, OFF, R, S, T, far) \
far:                     \
	PREFETCHT0 OFF(R)(CX*1)    \
	PREFETCHT0 OFF+64(R)(CX*1) \
	PREFETCHT0 OFF(S)(CX*1)    \
	PREFETCHT0 OFF+64(S)(CX*1) \
	PREFETCHT0 OFF(T)(CX*1)    \
	PREFETCHT0 OFF+64(T)(CX*1) \
	BLOCK(MOV, FMA)  \
	CMPQ CX, $END    \
	JNE  far

// A whole vector of the tail, and one under the mask Y13.
#define WHOLE(MOV, FMA, A, B, C) \
	MOV (SI)(CX*1), Y12     \
	FMA (R8)(CX*1), Y12, A  \
	FMA (R9)(CX*1), Y12, B  \
	FMA (R10)(CX*1), Y12, C
#define PARTIAL(MASKMOV, FMA213, BLEND, R, ACC) \
	MASKMOV (R)(CX*1), Y13, Y14 \
	FMA213 ACC, Y12, Y14        \
	BLEND Y13, Y14, ACC, ACC
#define LAST(MASKMOV, FMA213, BLEND, A, B, C) \
	MASKMOV (SI)(CX*1), Y13, Y12           \
	PARTIAL(MASKMOV, FMA213, BLEND, R8, A) \
	PARTIAL(MASKMOV, FMA213, BLEND, R9, B) \
	PARTIAL(MASKMOV, FMA213, BLEND, R10, C)

// AX = bytes left of the tail: done, or the mask of a partial vector.
#define LEFT(NONE, PART) \
	MOVQ BX, AX   \
	SUBQ CX, AX   \
	JLE  NONE     \
	CMPQ AX, $32  \
	JLT  PART
// Y13 = the first AX bytes.
#define MASK \
	NEGQ AX                      \
	LEAQ ·tailMask+256(SB), R12 \
	VMOVUPS (R12)(AX*1), Y13

#define ALL12(STEP) \
	STEP(0, Y0)   \
	STEP(32, Y1)  \
	STEP(64, Y2)  \
	STEP(96, Y3)  \
	STEP(128, Y4) \
	STEP(160, Y5) \
	STEP(192, Y6) \
	STEP(224, Y7) \
	STEP(256, Y8) \
	STEP(288, Y9) \
	STEP(320, Y10) \
	STEP(352, Y11)
#define SAVE(OFF, ACC)  VMOVUPS ACC, OFF(R15)
#define ADD32(OFF, ACC) VADDPS OFF(R15), ACC, ACC
#define ADD64(OFF, ACC) VADDPD OFF(R15), ACC, ACC
#define ZERO(OFF, ACC)  VXORPS ACC, ACC, ACC

// One row of lanes to one sum in the low element of X.
#define FOLD(ADD, Y, B, C, D, X) \
	ADD C, Y, Y                \
	ADD D, B, B                \
	ADD B, Y, Y                \
	VEXTRACTF128 $1, Y, X12    \
	ADD X12, X, X
#define FOLD32(Y, B, C, D, X) \
	FOLD(VADDPS, Y, B, C, D, X)  \
	VPERMILPS $0x4E, X, X12      \
	VADDPS X12, X, X             \
	VMOVSHDUP X, X12             \
	VADDSS X12, X, X
#define FOLD64(Y, B, C, D, X) \
	FOLD(VADDPD, Y, B, C, D, X)  \
	VUNPCKHPD X, X, X12          \
	VADDSD X12, X, X

// y = alpha·s, or fma(alpha, s, beta·y), and on if it was the last row.
#define UPDATE32(SUM, OFF, STORE) \
	MOVL beta+48(FP), AX           \
	SHLL $1, AX                    \
	VMULSS SUM, X13, X12           \
	JZ   STORE                     \
	VMOVSS OFF(DI), X12            \
	VMULSS X12, X14, X12           \
	VFMADD231SS SUM, X13, X12      \
STORE:                                 \
	VMOVSS X12, OFF(DI)            \
	DECQ CX                        \
	JZ   next

// y = alpha·s, or fma(alpha, s, beta·y), and on if it was the last row.
#define UPDATE64(SUM, OFF, STORE) \
	MOVQ beta+48(FP), AX           \
	SHLQ $1, AX                    \
	VMULSD SUM, X13, X12           \
	JZ   STORE                     \
	VMOVSD OFF(DI), X12            \
	VMULSD X12, X14, X12           \
	VFMADD231SD SUM, X13, X12      \
STORE:                                 \
	VMOVSD X12, OFF(DI)            \
	DECQ CX                        \
	JZ   next

// func gemvNAVX2F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y, scratch *float32, turns int)
TEXT ·gemvNAVX2F32(SB), NOSPLIT, $0-80
	MOVQ m+0(FP), R13
	MOVQ n+8(FP), DX
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R11
	MOVQ x+40(FP), SI
	MOVQ y+56(FP), DI
	MOVQ scratch+64(FP), R15
	MOVQ turns+72(FP), R14
	SHLQ $2, R11
	SHLQ $2, DX
	MOVQ DX, BX
	ANDQ $255, BX
	ANDQ $~255, DX
	ADDQ DX, SI
	ADDQ DX, R8
	NEGQ DX
rows:
	LEAQ (R8)(R11*1), R9
	CMPQ R13, $2
	CMOVQLT R8, R9
	LEAQ (R9)(R11*1), R10
	CMPQ R13, $3
	CMOVQLT R9, R10
	// The lower half of each block.
	ALL12(ZERO)
	MOVQ DX, CX
	XORL R12, R12
	CMPQ R14, $1
	JEQ  turns
	JGT  lowFar
	PASS(VMOVUPS, VFMADD231PS, 0, low)
lowEnd:
	LEFT(upper, low0)
	WHOLE(VMOVUPS, VFMADD231PS, Y0, Y4, Y8)
	ADDQ $32, CX
	LEFT(upper, low1)
	WHOLE(VMOVUPS, VFMADD231PS, Y1, Y5, Y9)
	ADDQ $32, CX
	LEFT(upper, low2)
	WHOLE(VMOVUPS, VFMADD231PS, Y2, Y6, Y10)
	ADDQ $32, CX
	LEFT(upper, low3)
	WHOLE(VMOVUPS, VFMADD231PS, Y3, Y7, Y11)
	ADDQ $32, CX
	JMP  upper
low0:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y0, Y4, Y8)
	JMP  upper
low1:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y1, Y5, Y9)
	JMP  upper
low2:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y2, Y6, Y10)
	JMP  upper
low3:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y3, Y7, Y11)
	JMP  upper
upper:
	ALL12(SAVE)
	ALL12(ZERO)
	LEAQ 128(DX), CX
	MOVL $128, R12
	CMPQ R14, $1
	JEQ  turns
	JGT  upFar
	PASS(VMOVUPS, VFMADD231PS, 128, up)
upEnd:
	LEFT(sums, up0)
	WHOLE(VMOVUPS, VFMADD231PS, Y0, Y4, Y8)
	ADDQ $32, CX
	LEFT(sums, up1)
	WHOLE(VMOVUPS, VFMADD231PS, Y1, Y5, Y9)
	ADDQ $32, CX
	LEFT(sums, up2)
	WHOLE(VMOVUPS, VFMADD231PS, Y2, Y6, Y10)
	ADDQ $32, CX
	LEFT(sums, up3)
	WHOLE(VMOVUPS, VFMADD231PS, Y3, Y7, Y11)
	ADDQ $32, CX
	JMP  sums
up0:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y0, Y4, Y8)
	JMP  sums
up1:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y1, Y5, Y9)
	JMP  sums
up2:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y2, Y6, Y10)
	JMP  sums
up3:
	MASK
	LAST(VMASKMOVPS, VFMADD213PS, VBLENDVPS, Y3, Y7, Y11)
	JMP  sums
sums:
	ALL12(ADD32)
	FOLD32(Y0, Y1, Y2, Y3, X0)
	FOLD32(Y4, Y5, Y6, Y7, X4)
	FOLD32(Y8, Y9, Y10, Y11, X8)
	VMOVSS alpha+16(FP), X13
	VMOVSS beta+48(FP), X14
	MOVQ R13, CX
	UPDATE32(X0, 0, store0)
	UPDATE32(X4, 4, store1)
	UPDATE32(X8, 8, store2)
next:
	ADDQ $12, DI
	LEAQ (R10)(R11*1), R8
	SUBQ $3, R13
	JG   rows
	VZEROUPPER
	RET
turns:
	TURNS(VMOVUPS, VFMADD231PS)
lowFar:
	FAR(VMOVUPS, VFMADD231PS, 0, 128, R8, R9, R10, lowC)
	JMP  lowEnd
upFar:
	LEAQ (R10)(R11*1), AX
	LEAQ (AX)(R11*1), R12
	LEAQ (R12)(R11*1), R14
	FAR(VMOVUPS, VFMADD231PS, 128, -128, AX, R12, R14, upC)
	MOVQ turns+72(FP), R14
	JMP  upEnd

// func gemvNAVX2F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y, scratch *float64, turns int)
TEXT ·gemvNAVX2F64(SB), NOSPLIT, $0-80
	MOVQ m+0(FP), R13
	MOVQ n+8(FP), DX
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R11
	MOVQ x+40(FP), SI
	MOVQ y+56(FP), DI
	MOVQ scratch+64(FP), R15
	MOVQ turns+72(FP), R14
	SHLQ $3, R11
	SHLQ $3, DX
	MOVQ DX, BX
	ANDQ $255, BX
	ANDQ $~255, DX
	ADDQ DX, SI
	ADDQ DX, R8
	NEGQ DX
rows:
	LEAQ (R8)(R11*1), R9
	CMPQ R13, $2
	CMOVQLT R8, R9
	LEAQ (R9)(R11*1), R10
	CMPQ R13, $3
	CMOVQLT R9, R10
	// The lower half of each block.
	ALL12(ZERO)
	MOVQ DX, CX
	XORL R12, R12
	CMPQ R14, $1
	JEQ  turns
	JGT  lowFar
	PASS(VMOVUPD, VFMADD231PD, 0, low)
lowEnd:
	LEFT(upper, low0)
	WHOLE(VMOVUPD, VFMADD231PD, Y0, Y4, Y8)
	ADDQ $32, CX
	LEFT(upper, low1)
	WHOLE(VMOVUPD, VFMADD231PD, Y1, Y5, Y9)
	ADDQ $32, CX
	LEFT(upper, low2)
	WHOLE(VMOVUPD, VFMADD231PD, Y2, Y6, Y10)
	ADDQ $32, CX
	LEFT(upper, low3)
	WHOLE(VMOVUPD, VFMADD231PD, Y3, Y7, Y11)
	ADDQ $32, CX
	JMP  upper
low0:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y0, Y4, Y8)
	JMP  upper
low1:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y1, Y5, Y9)
	JMP  upper
low2:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y2, Y6, Y10)
	JMP  upper
low3:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y3, Y7, Y11)
	JMP  upper
upper:
	ALL12(SAVE)
	ALL12(ZERO)
	LEAQ 128(DX), CX
	MOVL $128, R12
	CMPQ R14, $1
	JEQ  turns
	JGT  upFar
	PASS(VMOVUPD, VFMADD231PD, 128, up)
upEnd:
	LEFT(sums, up0)
	WHOLE(VMOVUPD, VFMADD231PD, Y0, Y4, Y8)
	ADDQ $32, CX
	LEFT(sums, up1)
	WHOLE(VMOVUPD, VFMADD231PD, Y1, Y5, Y9)
	ADDQ $32, CX
	LEFT(sums, up2)
	WHOLE(VMOVUPD, VFMADD231PD, Y2, Y6, Y10)
	ADDQ $32, CX
	LEFT(sums, up3)
	WHOLE(VMOVUPD, VFMADD231PD, Y3, Y7, Y11)
	ADDQ $32, CX
	JMP  sums
up0:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y0, Y4, Y8)
	JMP  sums
up1:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y1, Y5, Y9)
	JMP  sums
up2:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y2, Y6, Y10)
	JMP  sums
up3:
	MASK
	LAST(VMASKMOVPD, VFMADD213PD, VBLENDVPD, Y3, Y7, Y11)
	JMP  sums
sums:
	ALL12(ADD64)
	FOLD64(Y0, Y1, Y2, Y3, X0)
	FOLD64(Y4, Y5, Y6, Y7, X4)
	FOLD64(Y8, Y9, Y10, Y11, X8)
	VMOVSD alpha+16(FP), X13
	VMOVSD beta+48(FP), X14
	MOVQ R13, CX
	UPDATE64(X0, 0, store0)
	UPDATE64(X4, 8, store1)
	UPDATE64(X8, 16, store2)
next:
	ADDQ $24, DI
	LEAQ (R10)(R11*1), R8
	SUBQ $3, R13
	JG   rows
	VZEROUPPER
	RET
turns:
	TURNS(VMOVUPD, VFMADD231PD)
lowFar:
	FAR(VMOVUPD, VFMADD231PD, 0, 128, R8, R9, R10, lowC)
	JMP  lowEnd
upFar:
	LEAQ (R10)(R11*1), AX
	LEAQ (AX)(R11*1), R12
	LEAQ (R12)(R11*1), R14
	FAR(VMOVUPD, VFMADD231PD, 128, -128, AX, R12, R14, upC)
	MOVQ turns+72(FP), R14
	JMP  upEnd
