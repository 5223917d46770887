// Update of rows of C, of at most eight columns of float32, from sums of one to three chunks, AVX-512:
//
//	c = alpha·s_0 (beta = 0: C is not read), else fma(alpha, s_0, beta·c); then c = fma(alpha, s_q, c), q = 1, …
//
//	DI u      SI sums of a row, R8 bytes to those of the next chunk, R9 chunks      AX c, BX rc, CX rows      K1 columns      R10 R11 R12 SI CX AX again
//	Y0 alpha, Y1 beta, Y2 c
//
// A row takes a load and an fma a chunk. Results go to the sums of the first chunk, and from there to C when all of C is read: a masked store may cover the start of
// the next row, whose load it would hold up.
//
// Edges: 1 ≤ rows, 1 ≤ chunks; sums have rows of eight elements, of C what the mask has is read and written.

#include "textflag.h"

// func gemmFewSums32AVX512(u *fewSums)
TEXT ·gemmFewSums32AVX512(SB), NOSPLIT, $0-8
	MOVQ  u+0(FP), DI
	MOVQ  0(DI), AX
	MOVQ  8(DI), BX
	MOVQ  16(DI), SI
	MOVQ  24(DI), R8
	MOVQ  32(DI), CX
	MOVQ  40(DI), R9
	KMOVW 48(DI), K1
	MOVL  52(DI), DX
	VBROADCASTSS 56(DI), Y0
	VBROADCASTSS 60(DI), Y1
	MOVQ  SI, R10
	MOVQ  CX, R11
	MOVQ  AX, R12

row:
	VMULPS (SI), Y0, Y2
	TESTL DX, DX
	JZ    first
	VMOVUPS.Z (AX), K1, Y3
	VMULPS Y3, Y1, Y2
	VFMADD231PS (SI), Y0, Y2

first:
	MOVQ SI, R13
	MOVQ R9, R15
	JMP  next

chunk:
	ADDQ R8, R13
	VFMADD231PS (R13), Y0, Y2

next:
	DECQ R15
	JNZ  chunk
	VMOVUPS Y2, (SI)
	ADDQ $32, SI
	ADDQ BX, AX
	DECQ CX
	JNZ  row

put:
	VMOVUPS (R10), Y2
	VMOVUPS Y2, K1, (R12)
	ADDQ $32, R10
	ADDQ BX, R12
	DECQ R11
	JNZ  put
	VZEROUPPER
	RET
