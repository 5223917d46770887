// Reductions of one segment in lane order, AVX2 and FMA3.
//
//	dot      lane[i mod L] = fma(x_i, y_i, lane)
//	squares  lane[i mod L] = fma(x_i, x_i, lane)
//	sum      lane[i mod L] = lane + x_i
//	maxabs   max of the bits of |x_i| as integers (a NaN is larger than Inf)
//
// L = 64 (float32) or 32 (float64): 256 bytes, Y0…Y7. The lanes are then added by halves.
//
//	SI, DI  ends of the whole 256-byte blocks of x, y, then the tail    CX  −bytes left
//	R8      bytes to look ahead, then the same place in x; R9 in y
//	Y0–Y7   lanes     Y8–Y13  scratch     Y14  sign bits (maxabs)     Y15  mask of the last vector
//
// Ports: dot needs 16 loads for 8 FMA, 8 cycles at 2 loads a cycle, above the latency of a chain; squares and sum
// need 8 loads, 4 cycles, which is the latency of the 8 chains.
//
// Edges: n ≥ 1. The tail goes vector by vector to lanes 0, 1, …; the last vector is read by masked loads, which do not fault on
// dead lanes, and a blend gives dead lanes their value back: fma(0, 0, −0) would be +0.

#include "textflag.h"
#include "kinds_amd64.h"

// The tail of BX bytes.
#define TAIL(WHOLE, LAST) \
	SUBQ $32, BX        \
	JLT  last0          \
	WHOLE(0, Y0) \
	SUBQ $32, BX        \
	JLT  last1          \
	WHOLE(32, Y1) \
	SUBQ $32, BX        \
	JLT  last2          \
	WHOLE(64, Y2) \
	SUBQ $32, BX        \
	JLT  last3          \
	WHOLE(96, Y3) \
	SUBQ $32, BX        \
	JLT  last4          \
	WHOLE(128, Y4) \
	SUBQ $32, BX        \
	JLT  last5          \
	WHOLE(160, Y5) \
	SUBQ $32, BX        \
	JLT  last6          \
	WHOLE(192, Y6) \
	SUBQ $32, BX        \
	MASK                \
	LAST(224, Y7)       \
	JMP  fold           \
last6:               \
	MASK                \
	LAST(192, Y6) \
	JMP  fold           \
last5:               \
	MASK                \
	LAST(160, Y5) \
	JMP  fold           \
last4:               \
	MASK                \
	LAST(128, Y4) \
	JMP  fold           \
last3:               \
	MASK                \
	LAST(96, Y3) \
	JMP  fold           \
last2:               \
	MASK                \
	LAST(64, Y2) \
	JMP  fold           \
last1:               \
	MASK                \
	LAST(32, Y1) \
	JMP  fold           \
last0:               \
	MASK                \
	LAST(0, Y0)

// Y15 = the first BX+32 bytes.
#define MASK \
	ADDQ $32, BX               \
	JZ   fold                  \
	LEAQ ·tailMask+256(SB), AX \
	SUBQ BX, AX                \
	VMOVUPS (AX), Y15

#define ZERO8 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7

#define ALL8(STEP) \
	STEP(0, Y0)   \
	STEP(32, Y1)  \
	STEP(64, Y2)  \
	STEP(96, Y3)  \
	STEP(128, Y4) \
	STEP(160, Y5) \
	STEP(192, Y6) \
	STEP(224, Y7)

// The four lines R8 (of x) or R9 (of y) bytes on.
#define AHEAD(R) \
	PREFETCHT0 0(R)(CX*1)   \
	PREFETCHT0 64(R)(CX*1)  \
	PREFETCHT0 128(R)(CX*1) \
	PREFETCHT0 192(R)(CX*1)

// Whole blocks, with a look ahead if R8 is not 0: in the caches it takes load ports (a fifth of the time).
#define BLOCKS(BASE, LOOK, BODY) \
	TESTQ CX, CX           \
	JZ    tail             \
	TESTQ R8, R8           \
	JZ    near             \
	BASE                   \
far:                    \
	LOOK                   \
	BODY                   \
	ADDQ  $256, CX         \
	JNZ   far              \
	JMP   tail             \
near:                   \
	BODY                   \
	ADDQ  $256, CX         \
	JNZ   near             \
tail:

#define BASE1 ADDQ SI, R8
#define BASE2 LEAQ (DI)(R8*1), R9; ADDQ SI, R8
#define AHEAD1 AHEAD(R8)
#define AHEAD2 AHEAD(R8); AHEAD(R9)
#define MAX64BLOCK \
	MAXPAIR(0, 32, Y0, Y1)    \
	MAXPAIR(64, 96, Y2, Y3)   \
	MAXPAIR(128, 160, Y4, Y5) \
	MAXPAIR(192, 224, Y6, Y7)

#define FOLDY(ADD) \
	ADD Y4, Y0, Y0              \
	ADD Y5, Y1, Y1              \
	ADD Y6, Y2, Y2              \
	ADD Y7, Y3, Y3              \
	ADD Y2, Y0, Y0              \
	ADD Y3, Y1, Y1              \
	ADD Y1, Y0, Y0              \
	VEXTRACTF128 $1, Y0, X1     \
	ADD X1, X0, X0

#define FOLD32 \
	FOLDY(VADDPS)            \
	VPERMILPS $0x4E, X0, X1  \
	VADDPS X1, X0, X0        \
	VMOVSHDUP X0, X1         \
	VADDSS X1, X0, X0

#define FOLD64 \
	FOLDY(VADDPD)            \
	VUNPCKHPD X0, X0, X1     \
	VADDSD X1, X0, X0

// Split n elements of 1<<SHIFT bytes: CX = −(bytes in whole blocks), BX = bytes in the tail.
#define SPLIT(SHIFT) \
	SHLQ $SHIFT, CX \
	MOVQ CX, BX     \
	ANDQ $255, BX   \
	ANDQ $~255, CX  \
	ADDQ CX, SI     \
	NEGQ CX

#define DOT32(OFF, ACC) \
	VMOVUPS OFF(SI)(CX*1), Y8            \
	VFMADD231PS OFF(DI)(CX*1), Y8, ACC
#define DOT64(OFF, ACC) \
	VMOVUPD OFF(SI)(CX*1), Y8            \
	VFMADD231PD OFF(DI)(CX*1), Y8, ACC
#define DOTTAIL32(OFF, ACC) \
	VMASKMOVPS OFF(SI), Y15, Y9           \
	VMASKMOVPS OFF(DI), Y15, Y10          \
	VFMADD213PS ACC, Y9, Y10             \
	VBLENDVPS Y15, Y10, ACC, ACC
#define DOTTAIL64(OFF, ACC) \
	VMASKMOVPD OFF(SI), Y15, Y9           \
	VMASKMOVPD OFF(DI), Y15, Y10          \
	VFMADD213PD ACC, Y9, Y10             \
	VBLENDVPD Y15, Y10, ACC, ACC

// func dotAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·dotAVX2F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ ahead+24(FP), R8
	SPLIT(2)
	SUBQ CX, DI
	ZERO8
	BLOCKS(BASE2, AHEAD2, ALL8(DOT32))
	TESTQ BX, BX
	JZ    fold
	TAIL(DOT32, DOTTAIL32)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func dotAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·dotAVX2F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ ahead+24(FP), R8
	SPLIT(3)
	SUBQ CX, DI
	ZERO8
	BLOCKS(BASE2, AHEAD2, ALL8(DOT64))
	TESTQ BX, BX
	JZ    fold
	TAIL(DOT64, DOTTAIL64)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

#define SQUARE32(OFF, ACC) \
	VMOVUPS OFF(SI)(CX*1), Y8   \
	VFMADD231PS Y8, Y8, ACC
#define SQUARE64(OFF, ACC) \
	VMOVUPD OFF(SI)(CX*1), Y8   \
	VFMADD231PD Y8, Y8, ACC
#define SQUARETAIL32(OFF, ACC) \
	VMASKMOVPS OFF(SI), Y15, Y9  \
	VFMADD213PS ACC, Y9, Y9     \
	VBLENDVPS Y15, Y9, ACC, ACC
#define SQUARETAIL64(OFF, ACC) \
	VMASKMOVPD OFF(SI), Y15, Y9  \
	VFMADD213PD ACC, Y9, Y9     \
	VBLENDVPD Y15, Y9, ACC, ACC

// func squaresAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·squaresAVX2F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	SPLIT(2)
	ZERO8
	BLOCKS(BASE1, AHEAD1, ALL8(SQUARE32))
	TESTQ BX, BX
	JZ    fold
	TAIL(SQUARE32, SQUARETAIL32)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func squaresAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·squaresAVX2F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	SPLIT(3)
	ZERO8
	BLOCKS(BASE1, AHEAD1, ALL8(SQUARE64))
	TESTQ BX, BX
	JZ    fold
	TAIL(SQUARE64, SQUARETAIL64)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

#define SUM32(OFF, ACC)     VADDPS OFF(SI)(CX*1), ACC, ACC
#define SUM64(OFF, ACC)     VADDPD OFF(SI)(CX*1), ACC, ACC
#define SUMTAIL32(OFF, ACC) \
	VMASKMOVPS OFF(SI), Y15, Y9  \
	VADDPS ACC, Y9, Y9          \
	VBLENDVPS Y15, Y9, ACC, ACC
#define SUMTAIL64(OFF, ACC) \
	VMASKMOVPD OFF(SI), Y15, Y9  \
	VADDPD ACC, Y9, Y9          \
	VBLENDVPD Y15, Y9, ACC, ACC

// func sumAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·sumAVX2F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	SPLIT(2)
	ZERO8
	BLOCKS(BASE1, AHEAD1, ALL8(SUM32))
	TESTQ BX, BX
	JZ    fold
	TAIL(SUM32, SUMTAIL32)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func sumAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·sumAVX2F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	SPLIT(3)
	ZERO8
	BLOCKS(BASE1, AHEAD1, ALL8(SUM64))
	TESTQ BX, BX
	JZ    fold
	TAIL(SUM64, SUMTAIL64)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

#define MAX32(OFF, ACC) \
	VANDPS OFF(SI)(CX*1), Y14, Y8 \
	VPMAXUD Y8, ACC, ACC
#define MAXTAIL32(OFF, ACC) \
	VMASKMOVPS OFF(SI), Y15, Y9  \
	VANDPS Y9, Y14, Y9          \
	VPMAXUD Y9, ACC, ACC

// func maxabsAVX2F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·maxabsAVX2F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	SPLIT(2)
	VPCMPEQD Y14, Y14, Y14
	VPSRLD $1, Y14, Y14
	ZERO8
	BLOCKS(BASE1, AHEAD1, ALL8(MAX32))
	TESTQ BX, BX
	JZ    fold
	TAIL(MAX32, MAXTAIL32)
fold:
	FOLDY(VPMAXUD)
	VPERMILPS $0x4E, X0, X1
	VPMAXUD X1, X0, X0
	VMOVSHDUP X0, X1
	VPMAXUD X1, X0, X0
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// AVX2 has no 64-bit integer maximum. Whole blocks take the maximum of numbers, which passes over a NaN, two vectors at a time, and what one
// comparison of the two says of NaN is kept in Y13: six operations on three ports, two cycles for 64 bytes. The rest compares and blends.
#define MAXPAIR(OFF1, OFF2, ACC1, ACC2) \
	VANDPD OFF1(SI)(CX*1), Y14, Y8 \
	VANDPD OFF2(SI)(CX*1), Y14, Y9 \
	VCMPPD $3, Y9, Y8, Y10         \
	VORPD  Y10, Y13, Y13           \
	VMAXPD ACC1, Y8, ACC1          \
	VMAXPD ACC2, Y9, ACC2
#define MAXQ(A, ACC) \
	VPCMPGTQ ACC, A, Y10        \
	VBLENDVPD Y10, A, ACC, ACC
#define MAX64(OFF, ACC) \
	VANDPD OFF(SI)(CX*1), Y14, Y8 \
	MAXQ(Y8, ACC)
#define MAXTAIL64(OFF, ACC) \
	VMASKMOVPD OFF(SI), Y15, Y9  \
	VANDPD Y9, Y14, Y9          \
	MAXQ(Y9, ACC)

// func maxabsAVX2F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·maxabsAVX2F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	SPLIT(3)
	VPCMPEQD Y14, Y14, Y14
	VPSRLQ $1, Y14, Y14
	ZERO8
	VXORPD Y13, Y13, Y13
	BLOCKS(BASE1, AHEAD1, MAX64BLOCK)
	VANDPD Y13, Y14, Y13
	VORPD  Y13, Y0, Y0
	TESTQ BX, BX
	JZ    fold
	TAIL(MAX64, MAXTAIL64)
fold:
	MAXQ(Y4, Y0)
	MAXQ(Y5, Y1)
	MAXQ(Y6, Y2)
	MAXQ(Y7, Y3)
	MAXQ(Y2, Y0)
	MAXQ(Y3, Y1)
	MAXQ(Y1, Y0)
	VEXTRACTF128 $1, Y0, X1
	MAXQ(Y1, Y0)
	VUNPCKHPD X0, X0, X1
	MAXQ(Y1, Y0)
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

// func reduceCall(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·reduceCall(SB), NOSPLIT, $0-56
	MOVQ kind+32(FP), AX
	CMPQ AX, $32
	JGE  others
	CMPQ AX, $16
	JGE  sums
	BYKIND(0, ·dotAVX2F32, ·dotAVX512F32, ·dotAVX2F64, ·dotAVX512F64)
sums:
	BYKIND(16, ·sumAVX2F32, ·sumAVX512F32, ·sumAVX2F64, ·sumAVX512F64)
others:
	CMPQ AX, $48
	JGE  largest
	BYKIND(32, ·squaresAVX2F32, ·squaresAVX512F32, ·squaresAVX2F64, ·squaresAVX512F64)
largest:
	BYKIND(48, ·maxabsAVX2F32, ·maxabsAVX512F32, ·maxabsAVX2F64, ·maxabsAVX512F64)
