#include "textflag.h"

// Packing of operands of a product: pure data movement. See gemmpack_avx512_amd64.s; here a line is at most 64
// bytes and blocks are 8×8 (4×4). A mask table replaces the opmasks.

DATA packMask<>+0(SB)/8, $-1
DATA packMask<>+8(SB)/8, $-1
DATA packMask<>+16(SB)/8, $-1
DATA packMask<>+24(SB)/8, $-1
DATA packMask<>+32(SB)/8, $0
DATA packMask<>+40(SB)/8, $0
DATA packMask<>+48(SB)/8, $0
DATA packMask<>+56(SB)/8, $0
GLOBL packMask<>(SB), RODATA|NOPTR, $64

// func packCopyAVX2(dst, src unsafe.Pointer, stride, is uintptr, w, k int)
TEXT ·packCopyAVX2(SB), NOSPLIT, $0-48
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  stride+16(FP), DX
	MOVQ  is+24(FP), BX
	MOVQ  w+32(FP), CX
	MOVQ  k+40(FP), R8
	LEAQ  packMask<>+32(SB), R9
	CMPQ  CX, $32
	JG    wide
	SUBQ  CX, R9
	VMOVDQU (R9), Y2

narrow:
	VPMASKMOVD (SI), Y2, Y0
	VMOVDQU    Y0, (DI)
	ADDQ  BX, SI
	ADDQ  DX, DI
	DECQ  R8
	JNZ   narrow
	VZEROUPPER
	RET

wide:
	SUBQ  $32, CX
	SUBQ  CX, R9
	VMOVDQU (R9), Y2

wideLoop:
	VMOVDQU    (SI), Y0
	VPMASKMOVD 32(SI), Y2, Y1
	VMOVDQU    Y0, (DI)
	VMOVDQU    Y1, 32(DI)
	ADDQ  BX, SI
	ADDQ  DX, DI
	DECQ  R8
	JNZ   wideLoop
	VZEROUPPER
	RET

// The next row; the last one repeats.
#define ROW(y) \
	VPMASKMOVD (R8), Y15, y \
	DECQ    AX \
	CMOVQEQ R11, R10 \
	ADDQ    R10, R8

#define COLUMN(y) \
	VMOVDQU y, (DI) \
	ADDQ DX, DI

// Arguments of the transpositions: DI dst, SI src, DX stride, R9 is, BX w, CX k, R11 0.
#define ARGS \
	MOVQ dst+0(FP), DI \
	MOVQ src+8(FP), SI \
	MOVQ stride+16(FP), DX \
	MOVQ is+24(FP), R9 \
	MOVQ w+32(FP), BX \
	MOVQ k+40(FP), CX \
	XORL R11, R11 \
	LEAQ packMask<>+32(SB), R12 \
	VPCMPEQD Y15, Y15, Y15

// func packTranspose32AVX2(dst, src unsafe.Pointer, stride, is uintptr, w, k int)
// w ≤ 8
TEXT ·packTranspose32AVX2(SB), NOSPLIT, $0-48
	ARGS

block:
	CMPQ CX, $8
	JGE  whole
	SHLQ $2, CX
	SUBQ CX, R12
	SHRQ $2, CX
	VMOVDQU (R12), Y15

whole:
	MOVQ SI, R8
	MOVQ BX, AX
	MOVQ R9, R10
	ROW(Y0)
	ROW(Y1)
	ROW(Y2)
	ROW(Y3)
	ROW(Y4)
	ROW(Y5)
	ROW(Y6)
	ROW(Y7)
	VUNPCKLPS Y1, Y0, Y8
	VUNPCKHPS Y1, Y0, Y9
	VUNPCKLPS Y3, Y2, Y10
	VUNPCKHPS Y3, Y2, Y11
	VUNPCKLPS Y5, Y4, Y12
	VUNPCKHPS Y5, Y4, Y13
	VUNPCKLPS Y7, Y6, Y14
	VUNPCKHPS Y7, Y6, Y0
	VUNPCKLPD Y14, Y12, Y4
	VUNPCKHPD Y14, Y12, Y5
	VUNPCKLPD Y0, Y13, Y6
	VUNPCKHPD Y0, Y13, Y7
	VUNPCKLPD Y10, Y8, Y0
	VUNPCKHPD Y10, Y8, Y1
	VUNPCKLPD Y11, Y9, Y2
	VUNPCKHPD Y11, Y9, Y3
	VPERM2F128 $0x20, Y4, Y0, Y8
	VPERM2F128 $0x20, Y5, Y1, Y9
	VPERM2F128 $0x20, Y6, Y2, Y10
	VPERM2F128 $0x20, Y7, Y3, Y11
	COLUMN(Y8)
	COLUMN(Y9)
	COLUMN(Y10)
	COLUMN(Y11)
	VPERM2F128 $0x31, Y4, Y0, Y8
	VPERM2F128 $0x31, Y5, Y1, Y9
	VPERM2F128 $0x31, Y6, Y2, Y10
	VPERM2F128 $0x31, Y7, Y3, Y11
	COLUMN(Y8)
	COLUMN(Y9)
	COLUMN(Y10)
	COLUMN(Y11)
	ADDQ $32, SI
	SUBQ $8, CX
	JG   block
	VZEROUPPER
	RET

// func packTranspose64AVX2(dst, src unsafe.Pointer, stride, is uintptr, w, k int)
// w ≤ 4
TEXT ·packTranspose64AVX2(SB), NOSPLIT, $0-48
	ARGS

block:
	CMPQ CX, $4
	JGE  whole
	SHLQ $3, CX
	SUBQ CX, R12
	SHRQ $3, CX
	VMOVDQU (R12), Y15

whole:
	MOVQ SI, R8
	MOVQ BX, AX
	MOVQ R9, R10
	ROW(Y0)
	ROW(Y1)
	ROW(Y2)
	ROW(Y3)
	VUNPCKLPD Y1, Y0, Y4
	VUNPCKHPD Y1, Y0, Y5
	VUNPCKLPD Y3, Y2, Y6
	VUNPCKHPD Y3, Y2, Y7
	VPERM2F128 $0x20, Y6, Y4, Y0
	VPERM2F128 $0x20, Y7, Y5, Y1
	VPERM2F128 $0x31, Y6, Y4, Y2
	VPERM2F128 $0x31, Y7, Y5, Y3
	COLUMN(Y0)
	COLUMN(Y1)
	COLUMN(Y2)
	COLUMN(Y3)
	ADDQ $32, SI
	SUBQ $4, CX
	JG   block
	VZEROUPPER
	RET
