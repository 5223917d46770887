#include "textflag.h"
#include "transpose_avx512_amd64.h"

// Packing of operands of a product: pure data movement, at the rate of the shuffles.
//
// A panel has w lanes (rows of A, columns of B) and k lines; line l starts at dst + l·stride. When transposing, vector
// stores may run over the end of a line: lines are written in ascending order, the
// panel after this one later, and an arena ends in slack.
//
// Copy: the lines of full panels, and rest bytes of one more, are contiguous in the source (line bytes each, at most
// 128; is between lines, step between panels), a load and a store per vector; stores are masked, since the start of the next
// panel is there already. Lines are fetched eight ahead. packLines does so for lines of up to 192 bytes, of which width come from the source, and packTile
// for one panel, without fetching. Transpose: a
// lane is contiguous; 16×16 (8×8) blocks go through registers: each cache line of the source is read
// once whatever the leading dimension (a power of two maps all rows to one set), lanes that do
// not exist repeat the last one, columns beyond k are masked. 64 shuffles per 256 elements (24 per 64).

// Arguments of the transpositions: DI dst, SI src, DX stride, R9 is, BX w, CX k, R11 0.
#define ARGS \
	MOVQ dst+0(FP), DI \
	MOVQ src+8(FP), SI \
	MOVQ stride+16(FP), DX \
	MOVQ is+24(FP), R9 \
	MOVQ w+32(FP), BX \
	MOVQ k+40(FP), CX \
	XORL R11, R11 \
	KXNORW K1, K1, K1

// func packCopyAVX512(dst, src unsafe.Pointer, line, step, is uintptr, full, rest, k int)
TEXT ·packCopyAVX512(SB), NOSPLIT, $0-64
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  line+16(FP), DX
	MOVQ  step+24(FP), R9
	MOVQ  is+32(FP), BX
	MOVQ  k+56(FP), R8
	// K1 K2: a line of a panel; K3 K4: what the last one has of it.
	MOVQ  DX, CX
	SHRQ  $2, CX
	MOVQ  $1, AX
	SHLQ  CX, AX
	DECQ  AX
	KMOVW AX, K1
	SHRQ  $16, AX
	KMOVW AX, K2
	MOVQ  rest+48(FP), R13
	MOVQ  R13, CX
	SHRQ  $2, CX
	MOVQ  $1, R10
	SHLQ  CX, R10
	DECQ  R10
	KMOVW R10, K3
	SHRQ  $16, R10
	KMOVW R10, K4
	TESTQ AX, AX
	JNZ   wide

narrow:
	MOVQ  SI, R10
	MOVQ  DI, R11
	MOVQ  full+40(FP), CX
	TESTQ CX, CX
	JZ    narrowRest

narrowPanel:
	PREFETCHT0 (R10)(BX*8)
	VMOVDQU32.Z (R10), K1, Z0
	VMOVDQU32   Z0, K1, (R11)
	ADDQ  DX, R10
	ADDQ  R9, R11
	DECQ  CX
	JNZ   narrowPanel

narrowRest:
	TESTQ R13, R13
	JZ    narrowNext
	PREFETCHT0 (R10)(BX*8)
	VMOVDQU32.Z (R10), K3, Z0
	VMOVDQU32   Z0, K1, (R11)

narrowNext:
	ADDQ  BX, SI
	ADDQ  DX, DI
	DECQ  R8
	JNZ   narrow
	VZEROUPPER
	RET

wide:
	MOVQ  SI, R10
	MOVQ  DI, R11
	MOVQ  full+40(FP), CX
	TESTQ CX, CX
	JZ    wideRest

widePanel:
	PREFETCHT0 (R10)(BX*8)
	PREFETCHT0 64(R10)(BX*8)
	VMOVDQU32   (R10), Z0
	VMOVDQU32.Z 64(R10), K2, Z1
	VMOVDQU32   Z0, (R11)
	VMOVDQU32   Z1, K2, 64(R11)
	ADDQ  DX, R10
	ADDQ  R9, R11
	DECQ  CX
	JNZ   widePanel

wideRest:
	TESTQ R13, R13
	JZ    wideNext
	PREFETCHT0 (R10)(BX*8)
	PREFETCHT0 64(R10)(BX*8)
	VMOVDQU32.Z (R10), K3, Z0
	VMOVDQU32   Z0, (R11)
	KTESTW K4, K4
	JZ    wideNext
	VMOVDQU32.Z 64(R10), K4, Z1
	VMOVDQU32   Z1, K2, 64(R11)

wideNext:
	ADDQ  BX, SI
	ADDQ  DX, DI
	DECQ  R8
	JNZ   wide
	VZEROUPPER
	RET

// Masks of the first n bytes of three vectors; n becomes the last of them.
#define MASKS3(n, a, b, c) \
	MOVQ  n, CX \
	SHRQ  $2, CX \
	MOVQ  $1, n \
	SHLQ  CX, n \
	DECQ  n \
	KMOVW n, a \
	SHRQ  $16, n \
	KMOVW n, b \
	SHRQ  $16, n \
	KMOVW n, c

#define COPY3(a, b, c) \
	PREFETCHT0 (R10)(BX*8) \
	PREFETCHT0 64(R10)(BX*8) \
	PREFETCHT0 128(R10)(BX*8) \
	VMOVDQU32.Z (R10), a, Z0 \
	VMOVDQU32.Z 64(R10), b, Z1 \
	VMOVDQU32.Z 128(R10), c, Z2 \
	VMOVDQU32   Z0, a, (R11) \
	VMOVDQU32   Z1, b, 64(R11) \
	VMOVDQU32   Z2, c, 128(R11)

// func packLinesAVX512(dst, src unsafe.Pointer, width, line, step, is uintptr, full, rest, k int)
TEXT ·packLinesAVX512(SB), NOSPLIT, $0-72
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  width+16(FP), DX
	MOVQ  line+24(FP), R12
	MOVQ  step+32(FP), R9
	MOVQ  is+40(FP), BX
	MOVQ  rest+56(FP), R13
	MOVQ  k+64(FP), R8
	MOVQ  DX, AX
	MASKS3(AX, K1, K2, K3)
	MOVQ  R13, AX
	MASKS3(AX, K4, K5, K6)

lines:
	MOVQ  SI, R10
	MOVQ  DI, R11
	MOVQ  full+48(FP), CX
	TESTQ CX, CX
	JZ    linesRest

linesPanel:
	COPY3(K1, K2, K3)
	ADDQ  DX, R10
	ADDQ  R9, R11
	DECQ  CX
	JNZ   linesPanel

linesRest:
	TESTQ R13, R13
	JZ    linesNext
	COPY3(K4, K5, K6)

linesNext:
	ADDQ  BX, SI
	ADDQ  R12, DI
	DECQ  R8
	JNZ   lines
	VZEROUPPER
	RET

// func packTileAVX512(dst, src unsafe.Pointer, width, line, is uintptr, k int)
// width ≤ 128
TEXT ·packTileAVX512(SB), NOSPLIT, $0-48
	MOVQ  dst+0(FP), DI
	MOVQ  src+8(FP), SI
	MOVQ  width+16(FP), AX
	MOVQ  line+24(FP), DX
	MOVQ  is+32(FP), BX
	MOVQ  k+40(FP), R8
	MASKS3(AX, K1, K2, K3)
	LEAQ  (BX)(BX*2), R9
	LEAQ  (DX)(DX*2), R10
	KTESTW K2, K2
	JNZ   tileWide

tileNarrow:
	SUBQ  $4, R8
	JLT   tileNarrowOne
	VMOVDQU32.Z (SI), K1, Z0
	VMOVDQU32.Z (SI)(BX*1), K1, Z1
	VMOVDQU32.Z (SI)(BX*2), K1, Z2
	VMOVDQU32.Z (SI)(R9*1), K1, Z3
	VMOVDQU32   Z0, K1, (DI)
	VMOVDQU32   Z1, K1, (DI)(DX*1)
	VMOVDQU32   Z2, K1, (DI)(DX*2)
	VMOVDQU32   Z3, K1, (DI)(R10*1)
	LEAQ  (SI)(BX*4), SI
	LEAQ  (DI)(DX*4), DI
	JMP   tileNarrow

tileNarrowOne:
	ADDQ  $4, R8
	JZ    tileDone

tileNarrowLast:
	VMOVDQU32.Z (SI), K1, Z0
	VMOVDQU32   Z0, K1, (DI)
	ADDQ  BX, SI
	ADDQ  DX, DI
	DECQ  R8
	JNZ   tileNarrowLast

tileDone:
	VZEROUPPER
	RET

tileWide:
	SUBQ  $2, R8
	JLT   tileWideOne
	VMOVDQU32   (SI), Z0
	VMOVDQU32.Z 64(SI), K2, Z1
	VMOVDQU32   (SI)(BX*1), Z2
	VMOVDQU32.Z 64(SI)(BX*1), K2, Z3
	VMOVDQU32   Z0, (DI)
	VMOVDQU32   Z1, K2, 64(DI)
	VMOVDQU32   Z2, (DI)(DX*1)
	VMOVDQU32   Z3, K2, 64(DI)(DX*1)
	LEAQ  (SI)(BX*2), SI
	LEAQ  (DI)(DX*2), DI
	JMP   tileWide

tileWideOne:
	ADDQ  $2, R8
	JZ    tileDone
	VMOVDQU32   (SI), Z0
	VMOVDQU32.Z 64(SI), K2, Z1
	VMOVDQU32   Z0, (DI)
	VMOVDQU32   Z1, K2, 64(DI)
	JMP   tileDone


// The next row; the last one repeats.
#define ROW(z) \
	VMOVDQU32.Z (R8), K1, z \
	PREFETCHT1 512(R8) \
	DECQ    AX \
	CMOVQEQ R11, R10 \
	ADDQ    R10, R8

#define COLUMN(z) \
	VMOVDQU32 z, (DI) \
	ADDQ DX, DI

// func packTranspose32AVX512(dst, src unsafe.Pointer, stride, is uintptr, w, k int)
// w ≤ 16
TEXT ·packTranspose32AVX512(SB), NOSPLIT, $0-48
	ARGS

block:
	CMPQ CX, $16
	JGE  whole
	MOVQ $1, AX
	SHLQ CX, AX
	DECQ AX
	KMOVW AX, K1

whole:
	MOVQ SI, R8
	MOVQ BX, AX
	MOVQ R9, R10
	ROW(Z0)
	ROW(Z1)
	ROW(Z2)
	ROW(Z3)
	ROW(Z4)
	ROW(Z5)
	ROW(Z6)
	ROW(Z7)
	ROW(Z8)
	ROW(Z9)
	ROW(Z10)
	ROW(Z11)
	ROW(Z12)
	ROW(Z13)
	ROW(Z14)
	ROW(Z15)
	VUNPCKLPS Z1, Z0, Z16
	VUNPCKHPS Z1, Z0, Z17
	VUNPCKLPS Z3, Z2, Z18
	VUNPCKHPS Z3, Z2, Z19
	VUNPCKLPS Z5, Z4, Z20
	VUNPCKHPS Z5, Z4, Z21
	VUNPCKLPS Z7, Z6, Z22
	VUNPCKHPS Z7, Z6, Z23
	VUNPCKLPS Z9, Z8, Z24
	VUNPCKHPS Z9, Z8, Z25
	VUNPCKLPS Z11, Z10, Z26
	VUNPCKHPS Z11, Z10, Z27
	VUNPCKLPS Z13, Z12, Z28
	VUNPCKHPS Z13, Z12, Z29
	VUNPCKLPS Z15, Z14, Z30
	VUNPCKHPS Z15, Z14, Z31
	VUNPCKLPD Z18, Z16, Z0
	VUNPCKHPD Z18, Z16, Z1
	VUNPCKLPD Z19, Z17, Z2
	VUNPCKHPD Z19, Z17, Z3
	VUNPCKLPD Z22, Z20, Z4
	VUNPCKHPD Z22, Z20, Z5
	VUNPCKLPD Z23, Z21, Z6
	VUNPCKHPD Z23, Z21, Z7
	VUNPCKLPD Z26, Z24, Z8
	VUNPCKHPD Z26, Z24, Z9
	VUNPCKLPD Z27, Z25, Z10
	VUNPCKHPD Z27, Z25, Z11
	VUNPCKLPD Z30, Z28, Z12
	VUNPCKHPD Z30, Z28, Z13
	VUNPCKLPD Z31, Z29, Z14
	VUNPCKHPD Z31, Z29, Z15
	LANES4(Z0, Z4, Z8, Z12, Z16, Z17, Z18, Z19, Z0, Z4, Z8, Z12)
	LANES4(Z1, Z5, Z9, Z13, Z20, Z21, Z22, Z23, Z1, Z5, Z9, Z13)
	LANES4(Z2, Z6, Z10, Z14, Z24, Z25, Z26, Z27, Z2, Z6, Z10, Z14)
	LANES4(Z3, Z7, Z11, Z15, Z28, Z29, Z30, Z31, Z3, Z7, Z11, Z15)
	COLUMN(Z0)
	COLUMN(Z1)
	COLUMN(Z2)
	COLUMN(Z3)
	COLUMN(Z4)
	COLUMN(Z5)
	COLUMN(Z6)
	COLUMN(Z7)
	COLUMN(Z8)
	COLUMN(Z9)
	COLUMN(Z10)
	COLUMN(Z11)
	COLUMN(Z12)
	COLUMN(Z13)
	COLUMN(Z14)
	COLUMN(Z15)
	ADDQ $64, SI
	SUBQ $16, CX
	JG   block
	VZEROUPPER
	RET

// func packTranspose64AVX512(dst, src unsafe.Pointer, stride, is uintptr, w, k int)
// w ≤ 8
TEXT ·packTranspose64AVX512(SB), NOSPLIT, $0-48
	ARGS

block:
	CMPQ CX, $8
	JGE  whole
	MOVQ $1, AX
	SHLQ CX, AX
	SHLQ CX, AX
	DECQ AX
	KMOVW AX, K1

whole:
	MOVQ SI, R8
	MOVQ BX, AX
	MOVQ R9, R10
	ROW(Z0)
	ROW(Z1)
	ROW(Z2)
	ROW(Z3)
	ROW(Z4)
	ROW(Z5)
	ROW(Z6)
	ROW(Z7)
	TRANSPOSE8
	COLUMN(Z8)
	COLUMN(Z9)
	COLUMN(Z10)
	COLUMN(Z11)
	COLUMN(Z12)
	COLUMN(Z13)
	COLUMN(Z14)
	COLUMN(Z15)
	ADDQ $64, SI
	SUBQ $8, CX
	JG   block
	VZEROUPPER
	RET
