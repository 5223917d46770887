#include "textflag.h"

// Packing of operands of a product: pure data movement. See gemmpack_avx512_amd64.s; here a line is at most 64
// bytes and blocks are 8×8 (4×4). A mask table replaces the opmasks, and only the last line of a copy is stored with
// a mask: what runs over the others is written again.

DATA packMask<>+0(SB)/8, $-1
DATA packMask<>+8(SB)/8, $-1
DATA packMask<>+16(SB)/8, $-1
DATA packMask<>+24(SB)/8, $-1
DATA packMask<>+32(SB)/8, $0
DATA packMask<>+40(SB)/8, $0
DATA packMask<>+48(SB)/8, $0
DATA packMask<>+56(SB)/8, $0
GLOBL packMask<>(SB), RODATA|NOPTR, $64

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

// The lines of all panels at one l: STORE writes the vector that may be partial.
#define NARROW(STORE, panel, rest, next) \
	MOVQ  SI, R10 \
	MOVQ  DI, R11 \
	MOVQ  R12, CX \
	TESTQ CX, CX \
	JZ    rest \
panel: \
	PREFETCHT0 (R10)(BX*8) \
	VPMASKMOVD (R10), Y2, Y0 \
	STORE(Y0, (R11)) \
	ADDQ  DX, R10 \
	ADDQ  R9, R11 \
	DECQ  CX \
	JNZ   panel \
rest: \
	TESTQ R13, R13 \
	JZ    next \
	VPMASKMOVD (R10), Y3, Y0 \
	STORE(Y0, (R11)) \
next: \
	ADDQ  BX, SI \
	ADDQ  DX, DI

#define WIDE(STORE, panel, rest, next) \
	MOVQ  SI, R10 \
	MOVQ  DI, R11 \
	MOVQ  R12, CX \
	TESTQ CX, CX \
	JZ    rest \
panel: \
	PREFETCHT0 (R10)(BX*8) \
	VMOVDQU    (R10), Y0 \
	VPMASKMOVD 32(R10), Y2, Y1 \
	VMOVDQU    Y0, (R11) \
	STORE(Y1, 32(R11)) \
	ADDQ  DX, R10 \
	ADDQ  R9, R11 \
	DECQ  CX \
	JNZ   panel \
rest: \
	TESTQ R13, R13 \
	JZ    next \
	VPMASKMOVD (R10), Y3, Y0 \
	VMOVDQU    Y0, (R11) \
	CMPQ  R13, $32 \
	JLE   next \
	VPMASKMOVD 32(R10), Y4, Y1 \
	STORE(Y1, 32(R11)) \
next: \
	ADDQ  BX, SI \
	ADDQ  DX, DI

#define WHOLE(y, to) VMOVDQU y, to
#define MASKED(y, to) VPMASKMOVD y, Y2, to

// The mask of the first n bytes, at most 32; n is destroyed.
#define MASK(n, y) \
	CMPQ    n, R11 \
	CMOVQGT R11, n \
	LEAQ    packMask<>+32(SB), R10 \
	SUBQ    n, R10 \
	VMOVDQU (R10), y

// func packCopyAVX2(dst, src unsafe.Pointer, line, step, is uintptr, full, rest, k int)
TEXT ·packCopyAVX2(SB), NOSPLIT, $0-64
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  line+16(FP), DX
	MOVQ  step+24(FP), R9
	MOVQ  is+32(FP), BX
	MOVQ  full+40(FP), R12
	MOVQ  rest+48(FP), R13
	MOVQ  k+56(FP), R8
	// Y2: the last vector of a panel's line; Y3 Y4: what the last panel has of its line.
	MOVQ  $32, R11
	MOVQ  R13, CX
	MASK(CX, Y3)
	XORL  AX, AX
	MOVQ  R13, CX
	SUBQ  R11, CX
	CMOVQLT AX, CX
	MASK(CX, Y4)
	MOVQ  DX, CX
	CMPQ  CX, R11
	JG    wide
	MASK(CX, Y2)

narrow:
	DECQ  R8
	JZ    narrowLast
	NARROW(WHOLE, narrowPanel, narrowRest, narrowNext)
	JMP   narrow

narrowLast:
	NARROW(MASKED, narrowPanelLast, narrowRestLast, narrowNextLast)
	VZEROUPPER
	RET

wide:
	SUBQ  R11, CX
	MASK(CX, Y2)

wideLoop:
	DECQ  R8
	JZ    wideLast
	WIDE(WHOLE, widePanel, wideRest, wideNext)
	JMP   wideLoop

wideLast:
	WIDE(MASKED, widePanelLast, wideRestLast, wideNextLast)
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
