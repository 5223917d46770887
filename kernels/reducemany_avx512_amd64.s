// Reductions of several whole segments side by side, AVX-512.
//
//	squares, sum, maxabs   four consecutive segments      dot   two of x and of y
//
// For vectors of four segments and more that come from beyond the second-level cache (and MaxAbs). Each segment has lanes of its own, as in reduce_avx512_amd64.s, so the results are the same;
// side by side they are four streams, which memory delivers faster than one (24 against 16 GB/s on Zen 4), and four times as
// many chains.
//
//	SI, R8, R9, R10  ends of the four segments      CX  −bytes left
//	Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15  their lanes      Z16–Z19  operands      Z31  mask of the sign bits (maxabs)
//
// Ports: squares and sum take 16 loads for 16 operations: the load ports are the limit.
//
// Edges: none, segments are whole.

#include "textflag.h"
#include "lanes4_amd64.h"
#include "go_asm.h"

// The four ends, for segments of BYTES.
#define ENDS(BYTES) \
	MOVQ x+0(FP), SI          \
	LEAQ BYTES(SI), SI        \
	LEAQ BYTES(SI), R8        \
	LEAQ BYTES(R8), R9        \
	LEAQ BYTES(R9), R10       \
	MOVQ $-BYTES, CX          \
	ZERO16

// From memory the hardware alone brings five sixths of what it brings with this look ahead.
#define AHEAD(R) \
	PREFETCHT0 512(R)(CX*1) \
	PREFETCHT0 576(R)(CX*1) \
	PREFETCHT0 640(R)(CX*1) \
	PREFETCHT0 704(R)(CX*1)

#define SQUARES(MOV, FMA, R, A, B, C, D) \
	AHEAD(R) \
	MOV 0(R)(CX*1), Z16   \
	MOV 64(R)(CX*1), Z17  \
	MOV 128(R)(CX*1), Z18 \
	MOV 192(R)(CX*1), Z19 \
	FMA Z16, Z16, A       \
	FMA Z17, Z17, B       \
	FMA Z18, Z18, C       \
	FMA Z19, Z19, D

#define SUM(ADD, OP, R, A, B, C, D) \
	AHEAD(R) \
	ADD 0(R)(CX*1), A, A   \
	ADD 64(R)(CX*1), B, B  \
	ADD 128(R)(CX*1), C, C \
	ADD 192(R)(CX*1), D, D

#define MAXABS(AND, MAX, R, A, B, C, D) \
	AHEAD(R) \
	AND 0(R)(CX*1), Z31, Z16   \
	AND 64(R)(CX*1), Z31, Z17  \
	AND 128(R)(CX*1), Z31, Z18 \
	AND 192(R)(CX*1), Z31, Z19 \
	MAX Z16, A, A              \
	MAX Z17, B, B              \
	MAX Z18, C, C              \
	MAX Z19, D, D

#define DOT(MOV, FMA, X, Y, A, B, C, D) \
	AHEAD(X) \
	AHEAD(Y) \
	MOV 0(X)(CX*1), Z16      \
	MOV 64(X)(CX*1), Z17     \
	MOV 128(X)(CX*1), Z18    \
	MOV 192(X)(CX*1), Z19    \
	FMA 0(Y)(CX*1), Z16, A   \
	FMA 64(Y)(CX*1), Z17, B  \
	FMA 128(Y)(CX*1), Z18, C \
	FMA 192(Y)(CX*1), Z19, D

#define FOUR(STEP, P, Q) \
loop:                                    \
	STEP(P, Q, SI, Z0, Z1, Z2, Z3)     \
	STEP(P, Q, R8, Z4, Z5, Z6, Z7)     \
	STEP(P, Q, R9, Z8, Z9, Z10, Z11)   \
	STEP(P, Q, R10, Z12, Z13, Z14, Z15) \
	ADDQ $256, CX                      \
	JNZ  loop

#define STORE32(ADD) \
	FOLD4(ADD)              \
	VPERMILPS $0x4E, Z0, Z1 \
	ADD Z1, Z0, Z0          \
	VPERMILPS $0xB1, Z0, Z1 \
	ADD Z1, Z0, Z0          \
	MOVL $0x1111, AX        \
	KMOVW AX, K1            \
	VCOMPRESSPS Z0, K1, Z0  \
	VMOVUPS X0, (DI)        \
	VZEROUPPER              \
	RET

#define STORE64(ADD) \
	FOLD4(ADD)              \
	VPERMILPD $0x55, Z0, Z1 \
	ADD Z1, Z0, Z0          \
	MOVL $0x55, AX          \
	KMOVW AX, K1            \
	VCOMPRESSPD Z0, K1, Z0  \
	VMOVUPD Y0, (DI)        \
	VZEROUPPER              \
	RET

// func squares4AVX512F32(x, sums *float32)
TEXT ·squares4AVX512F32(SB), NOSPLIT, $0-16
	MOVQ sums+8(FP), DI
	ENDS((4*const_Segment))
	FOUR(SQUARES, VMOVUPS, VFMADD231PS)
	STORE32(VADDPS)

// func squares4AVX512F64(x, sums *float64)
TEXT ·squares4AVX512F64(SB), NOSPLIT, $0-16
	MOVQ sums+8(FP), DI
	ENDS((8*const_Segment))
	FOUR(SQUARES, VMOVUPD, VFMADD231PD)
	STORE64(VADDPD)

// func sum4AVX512F32(x, sums *float32)
TEXT ·sum4AVX512F32(SB), NOSPLIT, $0-16
	MOVQ sums+8(FP), DI
	ENDS((4*const_Segment))
	FOUR(SUM, VADDPS, unused)
	STORE32(VADDPS)

// func sum4AVX512F64(x, sums *float64)
TEXT ·sum4AVX512F64(SB), NOSPLIT, $0-16
	MOVQ sums+8(FP), DI
	ENDS((8*const_Segment))
	FOUR(SUM, VADDPD, unused)
	STORE64(VADDPD)

// func maxabs4AVX512F32(x, sums *float32)
TEXT ·maxabs4AVX512F32(SB), NOSPLIT, $0-16
	MOVQ sums+8(FP), DI
	ENDS((4*const_Segment))
	MOVL $0x7FFFFFFF, AX
	VPBROADCASTD AX, Z31
	FOUR(MAXABS, VPANDD, VPMAXUD)
	STORE32(VPMAXUD)

// func maxabs4AVX512F64(x, sums *float64)
TEXT ·maxabs4AVX512F64(SB), NOSPLIT, $0-16
	MOVQ sums+8(FP), DI
	ENDS((8*const_Segment))
	MOVQ $0x7FFFFFFFFFFFFFFF, AX
	VPBROADCASTQ AX, Z31
	FOUR(MAXABS, VPANDQ, VPMAXUQ)
	STORE64(VPMAXUQ)

// func dot2AVX512F32(x, y, sums *float32)
TEXT ·dot2AVX512F32(SB), NOSPLIT, $0-24
	MOVQ y+8(FP), R9
	MOVQ sums+16(FP), DI
	MOVQ x+0(FP), SI
	ADDQ $(4*const_Segment), SI
	ADDQ $(4*const_Segment), R9
	LEAQ (4*const_Segment)(SI), R8
	LEAQ (4*const_Segment)(R9), R10
	MOVQ $-(4*const_Segment), CX
	ZERO16
loop:
	DOT(VMOVUPS, VFMADD231PS, SI, R9, Z0, Z1, Z2, Z3)
	DOT(VMOVUPS, VFMADD231PS, R8, R10, Z4, Z5, Z6, Z7)
	ADDQ $256, CX
	JNZ  loop
	STORE32(VADDPS)

// func dot2AVX512F64(x, y, sums *float64)
TEXT ·dot2AVX512F64(SB), NOSPLIT, $0-24
	MOVQ y+8(FP), R9
	MOVQ sums+16(FP), DI
	MOVQ x+0(FP), SI
	ADDQ $(8*const_Segment), SI
	ADDQ $(8*const_Segment), R9
	LEAQ (8*const_Segment)(SI), R8
	LEAQ (8*const_Segment)(R9), R10
	MOVQ $-(8*const_Segment), CX
	ZERO16
loop:
	DOT(VMOVUPD, VFMADD231PD, SI, R9, Z0, Z1, Z2, Z3)
	DOT(VMOVUPD, VFMADD231PD, R8, R10, Z4, Z5, Z6, Z7)
	ADDQ $256, CX
	JNZ  loop
	STORE64(VADDPD)
