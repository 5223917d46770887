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
//	Z0–Z3   lanes          Z4–Z7  x          Z31  mask of the sign bits (maxabs)
//	K1–K4   lanes of the tail that exist
//
// Ports (Zen 5): dot needs 8 loads for 4 FMA, 4 cycles at 2 loads a cycle, which is also the latency of the 4
// chains; squares and sum are bound by the 4 chains (4 and 2–3 cycles for 256 bytes).
//
// Edges: n ≥ 1. The tail is read under masks, faults of dead lanes are suppressed, and the masked FMA leaves dead
// lanes as they are.

#include "textflag.h"

// Split BX, the number of tail elements, into masks of four vectors of W lanes.
#define MASKS(W) \
	MOVQ    $-1, AX        \
	BZHIQ   BX, AX, AX     \
	KMOVQ   AX, K1         \
	KSHIFTRQ $(W), K1, K2   \
	KSHIFTRQ $(2*W), K1, K3 \
	KSHIFTRQ $(3*W), K1, K4

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

#define DOTSTEP(MOV, FMA) \
	MOV 0(SI)(CX*1), Z4       \
	MOV 64(SI)(CX*1), Z5      \
	MOV 128(SI)(CX*1), Z6     \
	MOV 192(SI)(CX*1), Z7     \
	FMA 0(DI)(CX*1), Z4, Z0   \
	FMA 64(DI)(CX*1), Z5, Z1  \
	FMA 128(DI)(CX*1), Z6, Z2 \
	FMA 192(DI)(CX*1), Z7, Z3

#define DOTTAIL(MOVZ, FMA) \
	MOVZ 0(SI), K1, Z4        \
	MOVZ 64(SI), K2, Z5       \
	MOVZ 128(SI), K3, Z6      \
	MOVZ 192(SI), K4, Z7      \
	FMA 0(DI), Z4, K1, Z0     \
	FMA 64(DI), Z5, K2, Z1    \
	FMA 128(DI), Z6, K3, Z2   \
	FMA 192(DI), Z7, K4, Z3

// func dotAVX512F32(n int, x, y *float32) float32
TEXT ·dotAVX512F32(SB), NOSPLIT, $0-28
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ADDQ CX, DI
	ZERO4
	NEGQ CX
	JZ   tail
loop:
	DOTSTEP(VMOVUPS, VFMADD231PS)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(16)
	DOTTAIL(VMOVUPS.Z, VFMADD231PS)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, ret+24(FP)
	RET

// func dotAVX512F64(n int, x, y *float64) float64
TEXT ·dotAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ADDQ CX, DI
	ZERO4
	NEGQ CX
	JZ   tail
loop:
	DOTSTEP(VMOVUPD, VFMADD231PD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(8)
	DOTTAIL(VMOVUPD.Z, VFMADD231PD)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, ret+24(FP)
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

#define SQUARETAIL(MOVZ, FMA) \
	MOVZ 0(SI), K1, Z4   \
	MOVZ 64(SI), K2, Z5  \
	MOVZ 128(SI), K3, Z6 \
	MOVZ 192(SI), K4, Z7 \
	FMA Z4, Z4, K1, Z0   \
	FMA Z5, Z5, K2, Z1   \
	FMA Z6, Z6, K3, Z2   \
	FMA Z7, Z7, K4, Z3

// func squaresAVX512F32(n int, x *float32) float32
TEXT ·squaresAVX512F32(SB), NOSPLIT, $0-20
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
loop:
	SQUARESTEP(VMOVUPS, VFMADD231PS)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(16)
	SQUARETAIL(VMOVUPS.Z, VFMADD231PS)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, ret+16(FP)
	RET

// func squaresAVX512F64(n int, x *float64) float64
TEXT ·squaresAVX512F64(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
loop:
	SQUARESTEP(VMOVUPD, VFMADD231PD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(8)
	SQUARETAIL(VMOVUPD.Z, VFMADD231PD)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, ret+16(FP)
	RET

#define SUMSTEP(ADD) \
	ADD 0(SI)(CX*1), Z0, Z0   \
	ADD 64(SI)(CX*1), Z1, Z1  \
	ADD 128(SI)(CX*1), Z2, Z2 \
	ADD 192(SI)(CX*1), Z3, Z3

#define SUMTAIL(ADD) \
	ADD 0(SI), Z0, K1, Z0   \
	ADD 64(SI), Z1, K2, Z1  \
	ADD 128(SI), Z2, K3, Z2 \
	ADD 192(SI), Z3, K4, Z3

// func sumAVX512F32(n int, x *float32) float32
TEXT ·sumAVX512F32(SB), NOSPLIT, $0-20
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ CX, BX
	ANDQ $63, BX
	SHLQ $2, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
loop:
	SUMSTEP(VADDPS)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(16)
	SUMTAIL(VADDPS)
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, ret+16(FP)
	RET

// func sumAVX512F64(n int, x *float64) float64
TEXT ·sumAVX512F64(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ CX, BX
	ANDQ $31, BX
	SHLQ $3, CX
	ANDQ $~255, CX
	ADDQ CX, SI
	ZERO4
	NEGQ CX
	JZ   tail
loop:
	SUMSTEP(VADDPD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(8)
	SUMTAIL(VADDPD)
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, ret+16(FP)
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

#define MAXTAIL(ANDZ, MAX) \
	ANDZ 0(SI), Z31, K1, Z4   \
	ANDZ 64(SI), Z31, K2, Z5  \
	ANDZ 128(SI), Z31, K3, Z6 \
	ANDZ 192(SI), Z31, K4, Z7 \
	MAX Z4, Z0, Z0            \
	MAX Z5, Z1, Z1            \
	MAX Z6, Z2, Z2            \
	MAX Z7, Z3, Z3

// func maxabsAVX512F32(n int, x *float32) float32
TEXT ·maxabsAVX512F32(SB), NOSPLIT, $0-20
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
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
loop:
	MAXSTEP(VPANDD, VPMAXUD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(16)
	MAXTAIL(VPANDD.Z, VPMAXUD)
fold:
	FOLDZ(VPMAXUD)
	VPERMILPS $0x4E, X0, X1
	VPMAXUD X1, X0, X0
	VMOVSHDUP X0, X1
	VPMAXUD X1, X0, X0
	VZEROUPPER
	MOVSS X0, ret+16(FP)
	RET

// func maxabsAVX512F64(n int, x *float64) float64
TEXT ·maxabsAVX512F64(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
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
loop:
	MAXSTEP(VPANDQ, VPMAXUQ)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    fold
	MASKS(8)
	MAXTAIL(VPANDQ.Z, VPMAXUQ)
fold:
	FOLDZ(VPMAXUQ)
	VUNPCKHPD X0, X0, X1
	VPMAXUQ X1, X0, X0
	VZEROUPPER
	MOVSD X0, ret+16(FP)
	RET
