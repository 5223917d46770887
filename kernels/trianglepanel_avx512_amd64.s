// Rows of panels to and from B, AVX-512: data movement, a load and a store a vector.
//
//	DI SI    a row of the destination and of the source      R11 R10   a piece of them
//	BX DX    bytes from piece to piece                       R9        pieces of 128 bytes
//	CX       pieces left      R8   rows left                 K1 K2     what is left of a row in two vectors
//	R12      bytes from a piece of the source to the one to fetch into the second-level cache
//
// Edges: rows ≥ 1; nothing behind width is read or written.

#include "textflag.h"

// func copyPanelsAVX512(dst, src unsafe.Pointer, dstRow, srcRow, dstStep, srcStep, width, rows, ahead int)
TEXT ·copyPanelsAVX512(SB), NOSPLIT, $0-72
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  dstStep+32(FP), BX
	MOVQ  srcStep+40(FP), DX
	MOVQ  width+48(FP), R9
	MOVQ  rows+56(FP), R8
	MOVQ  ahead+64(FP), R12
	MOVQ  R9, CX
	ANDQ  $127, CX
	SHRQ  $2, CX
	MOVQ  $1, AX
	SHLQ  CX, AX
	DECQ  AX
	KMOVW AX, K1
	SHRQ  $16, AX
	KMOVW AX, K2
	SHRQ  $7, R9
	KMOVW K1, AX

rows:
	MOVQ  SI, R10
	MOVQ  DI, R11
	MOVQ  R9, CX
	TESTQ CX, CX
	JZ    last

piece:
	VMOVDQU64 (R10), Z0
	PREFETCHT1 (R10)(R12*1)
	PREFETCHT1 64(R10)(R12*1)
	VMOVDQU64 64(R10), Z1
	VMOVDQU64 Z0, (R11)
	VMOVDQU64 Z1, 64(R11)
	ADDQ  DX, R10
	ADDQ  BX, R11
	DECQ  CX
	JNZ   piece

last:
	TESTL AX, AX
	JZ    next
	VMOVDQU32.Z (R10), K1, Z0
	VMOVDQU32.Z 64(R10), K2, Z1
	VMOVDQU32   Z0, K1, (R11)
	VMOVDQU32   Z1, K2, 64(R11)

next:
	ADDQ  srcRow+24(FP), SI
	ADDQ  dstRow+16(FP), DI
	DECQ  R8
	JNZ   rows
	VZEROUPPER
	RET
