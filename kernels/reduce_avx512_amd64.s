// Reductions of one segment in lane order, AVX-512.
//
//	dot      lane[i mod L] = fma(x_i, y_i, lane)
//	squares  lane[i mod L] = fma(x_i, x_i, lane)
//	sum      lane[i mod L] = lane + x_i
//	maxabs   max of the bits of |x_i| as integers (a NaN is larger than Inf)
//
// L = 64 (float32) or 32 (float64): 256 bytes, Z0…Z3. The lanes are then added by halves.
//
//	SI, DI  ends of the whole 256-byte blocks of x, y, then the tail    CX  −bytes left
//	R8      bytes to look ahead, then the same place in x; R9 in y
//	Z0–Z3   lanes          Z4–Z7  x          Z31  mask of the sign bits (maxabs)
//	K1      elements of the last vector
//
// Ports (Zen 5): dot needs 8 loads for 4 FMA, 4 cycles at 2 loads a cycle, which is also the latency of the 4
// chains; squares and sum are bound by the 4 chains (4 and 2–3 cycles for 256 bytes).
//
// Edges: n ≥ 1. The tail goes vector by vector to lanes 0, 1, …; the last vector is read under a mask, and the masked FMA leaves
// dead lanes as they are. (A load whose mask is empty is avoided: next to a page that is not there it would take hundreds of
// cycles not to fault.)

#include "textflag.h"

// The tail of BX elements, W to a vector.
#define TAIL(W, WHOLE, LAST) \
	SUBQ $W, BX     \
	JLT  last0      \
	WHOLE(0, Z0)    \
	SUBQ $W, BX     \
	JLT  last1      \
	WHOLE(64, Z1)   \
	SUBQ $W, BX     \
	JLT  last2      \
	WHOLE(128, Z2)  \
	SUBQ $W, BX     \
	MASK(W)         \
	LAST(192, Z3)   \
	JMP  fold       \
last2:              \
	MASK(W)         \
	LAST(128, Z2)   \
	JMP  fold       \
last1:              \
	MASK(W)         \
	LAST(64, Z1)    \
	JMP  fold       \
last0:              \
	MASK(W)         \
	LAST(0, Z0)

// K1 = the elements of the last vector, of which BX is W too low.
#define MASK(W) \
	ADDQ $W, BX     \
	JZ   fold       \
	MOVQ $-1, AX    \
	BZHIQ BX, AX, AX \
	KMOVW AX, K1

// Add the lanes of Z0…Z3 by halves down to 4 (float32) or 2 (float64) lanes of X0.
#define FOLDZ(ADD) \
	ADD Z2, Z0, Z0              \
	ADD Z3, Z1, Z1              \
	ADD Z1, Z0, Z0              \
	VEXTRACTF64X4 $1, Z0, Y1    \
	ADD Y1, Y0, Y0              \
	VEXTRACTF128 $1, Y0, X1     \
	ADD X1, X0, X0

#define FOLD32 \
	FOLDZ(VADDPS)            \
	VPERMILPS $0x4E, X0, X1  \
	VADDPS X1, X0, X0        \
	VMOVSHDUP X0, X1         \
	VADDSS X1, X0, X0

#define FOLD64 \
	FOLDZ(VADDPD)            \
	VUNPCKHPD X0, X0, X1     \
	VADDSD X1, X0, X0

#define ZERO4 \
	VPXORD Z0, Z0, Z0 \
	VPXORD Z1, Z1, Z1 \
	VPXORD Z2, Z2, Z2 \
	VPXORD Z3, Z3, Z3

// The four lines R8 (of x) or R9 (of y) bytes on.
#define AHEAD(R) \
	PREFETCHT0 0(R)(CX*1)   \
	PREFETCHT0 64(R)(CX*1)  \
	PREFETCHT0 128(R)(CX*1) \
	PREFETCHT0 192(R)(CX*1)

// Whole blocks, with a look ahead if R8 is not 0.
#define BLOCKS(STEP) \
	TESTQ R8, R8  \
	JZ   loop     \
	ADDQ SI, R8   \
far:          \
	AHEAD(R8)     \
	STEP          \
	ADDQ $256, CX \
	JNZ  far      \
	JMP  tail     \
loop:         \
	STEP          \
	ADDQ $256, CX \
	JNZ  loop

#define DOTSTEP(MOV, FMA, OFF) \
	MOV (OFF+0)(SI)(CX*1), Z4       \
	MOV (OFF+64)(SI)(CX*1), Z5      \
	MOV (OFF+128)(SI)(CX*1), Z6     \
	MOV (OFF+192)(SI)(CX*1), Z7     \
	FMA (OFF+0)(DI)(CX*1), Z4, Z0   \
	FMA (OFF+64)(DI)(CX*1), Z5, Z1  \
	FMA (OFF+128)(DI)(CX*1), Z6, Z2 \
	FMA (OFF+192)(DI)(CX*1), Z7, Z3

// Two steps a turn gain 4 % in the first-level cache and lose 4 in the second.
#define DOTLOOP(MOV, FMA) \
	CMPQ CX, $-16384        \
	JLT  many               \
	TESTQ $256, CX          \
	JZ   pairs              \
	DOTSTEP(MOV, FMA, 0)    \
	ADDQ $256, CX           \
	JZ   tail               \
pairs: \
	DOTSTEP(MOV, FMA, 0)    \
	DOTSTEP(MOV, FMA, 256)  \
	ADDQ $512, CX           \
	JNZ  pairs              \
	JMP  tail               \
many: \
	TESTQ R8, R8            \
	JZ   loop               \
	LEAQ (DI)(R8*1), R9     \
	ADDQ SI, R8             \
far: \
	AHEAD(R8)               \
	AHEAD(R9)               \
	DOTSTEP(MOV, FMA, 0)    \
	ADDQ $256, CX           \
	JNZ  far                \
	JMP  tail               \
loop: \
	DOTSTEP(MOV, FMA, 0)    \
	ADDQ $256, CX           \
	JNZ  loop

#define DOT32(OFF, ACC) \
	VMOVUPS OFF(SI), Z4           \
	VFMADD231PS OFF(DI), Z4, ACC
#define DOT64(OFF, ACC) \
	VMOVUPD OFF(SI), Z4           \
	VFMADD231PD OFF(DI), Z4, ACC
#define DOTLAST32(OFF, ACC) \
	VMOVUPS.Z OFF(SI), K1, Z4         \
	VFMADD231PS OFF(DI), Z4, K1, ACC
#define DOTLAST64(OFF, ACC) \
	VMOVUPD.Z OFF(SI), K1, Z4         \
	VFMADD231PD OFF(DI), Z4, K1, ACC

// func dotAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·dotAVX512F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ADDQ CX, DI
	ZERO4
	NEGQ CX
	JZ   tail
	DOTLOOP(VMOVUPS, VFMADD231PS)
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(16, DOT32, DOTLAST32)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func dotAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·dotAVX512F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ADDQ CX, DI
	ZERO4
	NEGQ CX
	JZ   tail
	DOTLOOP(VMOVUPD, VFMADD231PD)
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(8, DOT64, DOTLAST64)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

#define SQUARESTEP(MOV, FMA) \
	MOV 0(SI)(CX*1), Z4   \
	MOV 64(SI)(CX*1), Z5  \
	MOV 128(SI)(CX*1), Z6 \
	MOV 192(SI)(CX*1), Z7 \
	FMA Z4, Z4, Z0        \
	FMA Z5, Z5, Z1        \
	FMA Z6, Z6, Z2        \
	FMA Z7, Z7, Z3

#define SQUARE32(OFF, ACC) \
	VMOVUPS OFF(SI), Z4       \
	VFMADD231PS Z4, Z4, ACC
#define SQUARE64(OFF, ACC) \
	VMOVUPD OFF(SI), Z4       \
	VFMADD231PD Z4, Z4, ACC
#define SQUARELAST32(OFF, ACC) \
	VMOVUPS.Z OFF(SI), K1, Z4     \
	VFMADD231PS Z4, Z4, K1, ACC
#define SQUARELAST64(OFF, ACC) \
	VMOVUPD.Z OFF(SI), K1, Z4     \
	VFMADD231PD Z4, Z4, K1, ACC

// func squaresAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·squaresAVX512F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
	BLOCKS(SQUARESTEP(VMOVUPS, VFMADD231PS))
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(16, SQUARE32, SQUARELAST32)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func squaresAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·squaresAVX512F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
	BLOCKS(SQUARESTEP(VMOVUPD, VFMADD231PD))
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(8, SQUARE64, SQUARELAST64)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

#define SUMSTEP(ADD) \
	ADD 0(SI)(CX*1), Z0, Z0   \
	ADD 64(SI)(CX*1), Z1, Z1  \
	ADD 128(SI)(CX*1), Z2, Z2 \
	ADD 192(SI)(CX*1), Z3, Z3

#define SUM32(OFF, ACC)     VADDPS OFF(SI), ACC, ACC
#define SUM64(OFF, ACC)     VADDPD OFF(SI), ACC, ACC
#define SUMLAST32(OFF, ACC) VADDPS OFF(SI), ACC, K1, ACC
#define SUMLAST64(OFF, ACC) VADDPD OFF(SI), ACC, K1, ACC

// func sumAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·sumAVX512F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
	BLOCKS(SUMSTEP(VADDPS))
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(16, SUM32, SUMLAST32)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func sumAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·sumAVX512F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
	BLOCKS(SUMSTEP(VADDPD))
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(8, SUM64, SUMLAST64)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET

#define MAXSTEP(AND, MAX) \
	AND 0(SI)(CX*1), Z31, Z4   \
	AND 64(SI)(CX*1), Z31, Z5  \
	AND 128(SI)(CX*1), Z31, Z6 \
	AND 192(SI)(CX*1), Z31, Z7 \
	MAX Z4, Z0, Z0             \
	MAX Z5, Z1, Z1             \
	MAX Z6, Z2, Z2             \
	MAX Z7, Z3, Z3

#define MAX32(OFF, ACC) \
	VPANDD OFF(SI), Z31, Z4 \
	VPMAXUD Z4, ACC, ACC
#define MAX64(OFF, ACC) \
	VPANDQ OFF(SI), Z31, Z4 \
	VPMAXUQ Z4, ACC, ACC
#define MAXLAST32(OFF, ACC) \
	VPANDD.Z OFF(SI), Z31, K1, Z4 \
	VPMAXUD Z4, ACC, ACC
#define MAXLAST64(OFF, ACC) \
	VPANDQ.Z OFF(SI), Z31, K1, Z4 \
	VPMAXUQ Z4, ACC, ACC

// func maxabsAVX512F32(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·maxabsAVX512F32(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	MOVL $0x7FFFFFFF, AX
	VPBROADCASTD AX, Z31
	ZERO4
	NEGQ CX
	JZ   tail
	BLOCKS(MAXSTEP(VPANDD, VPMAXUD))
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(16, MAX32, MAXLAST32)
fold:
	FOLDZ(VPMAXUD)
	VPERMILPS $0x4E, X0, X1
	VPMAXUD X1, X0, X0
	VMOVSHDUP X0, X1
	VPMAXUD X1, X0, X0
	VZEROUPPER
	MOVSS X0, single+40(FP)
	RET

// func maxabsAVX512F64(n int, x, y unsafe.Pointer, ahead int, kind uintptr) (single float32, double float64)
TEXT ·maxabsAVX512F64(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ ahead+24(FP), R8
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	MOVQ $0x7FFFFFFFFFFFFFFF, AX
	VPBROADCASTQ AX, Z31
	ZERO4
	NEGQ CX
	JZ   tail
	BLOCKS(MAXSTEP(VPANDQ, VPMAXUQ))
tail:
	TESTQ BX, BX
	JZ    fold
	TAIL(8, MAX64, MAXLAST64)
fold:
	FOLDZ(VPMAXUQ)
	VUNPCKHPD X0, X0, X1
	VPMAXUQ X1, X0, X0
	VZEROUPPER
	MOVSD X0, double+48(FP)
	RET
