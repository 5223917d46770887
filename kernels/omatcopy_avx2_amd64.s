// Transposition of a strip of square tiles, AVX2.
//
//	b[i·ldb+j] = alpha·a[j·lda+i], tiles of 8×8 (float32) or 4×4 (float64), one below the other in A
//
// Rows reach the right 128 bits of a register by loading; what is left is to transpose 4×4 (2×2) elements within them. For
// columns 4g…4g+3 (float64: 2g, 2g+1)
//
//	M_k = [a_k, a_(4+k)], k = 0…3      (float64: [a_k, a_(2+k)], k = 0, 1)
//	t = unpack low, high of M_0, M_1 and of M_2, M_3      rows 4g…4g+3 of B = unpack low, high of t
//
//	SI, R10  rows 0, 4 (0, 2) of A      R8, R9  1, 3 leading dimensions of A in bytes
//	DI  B      DX  row of B      R11, R12  1, 3 leading dimensions of B      CX  tiles left
//	Y0–Y7  M, t      Y15  alpha
//
// Ports: 16 loads, half of them inserting, 16 shuffles and 8 stores for 64 elements of float32.
//
//	R14  turn: on Zen 5 two copies of the loop take two turns each where the matrix is near, so that no instruction goes in equal steps (oneStream)
//	AX, R13  rows to fetch, 0 or where the next block of A and of B begins
//
// A matrix larger than the caches is walked in blocks, and every tile fetches as many lines of the next block as it touches itself; without, the
// strided side waits for memory line by line (half the rate). Of A the address is the end of each line, as the first of rows that are not aligned
// belong to this block.
//
// Edges: whole tiles only; the caller moves the last tile back over the one before.

#include "textflag.h"

// A tile and the pointers of the next one.
#define TILE32(near) \
	TESTQ AX, AX \
	JEQ  near \
	PREFETCHT1 63(AX) \
	PREFETCHT1 127(AX) \
	PREFETCHT1 191(AX) \
	PREFETCHT1 255(AX) \
	ADDQ R8, AX \
	PREFETCHT1 (R13) \
	PREFETCHT1 64(R13) \
	PREFETCHT1 128(R13) \
	PREFETCHT1 192(R13) \
	ADDQ R11, R13 \
near: \
	LEAQ (SI)(R8*4), R10 \
	MOVQ DI, DX \
	VMOVUPS 0(SI), X0 \
	VINSERTF128 $1, 0(R10), Y0, Y0 \
	VMOVUPS 0(SI)(R8*1), X1 \
	VINSERTF128 $1, 0(R10)(R8*1), Y1, Y1 \
	VMOVUPS 0(SI)(R8*2), X2 \
	VINSERTF128 $1, 0(R10)(R8*2), Y2, Y2 \
	VMOVUPS 0(SI)(R9*1), X3 \
	VINSERTF128 $1, 0(R10)(R9*1), Y3, Y3 \
	VUNPCKLPS Y1, Y0, Y4 \
	VUNPCKHPS Y1, Y0, Y5 \
	VUNPCKLPS Y3, Y2, Y6 \
	VUNPCKHPS Y3, Y2, Y7 \
	VUNPCKLPD Y6, Y4, Y0 \
	VUNPCKHPD Y6, Y4, Y1 \
	VUNPCKLPD Y7, Y5, Y2 \
	VUNPCKHPD Y7, Y5, Y3 \
	VMULPS Y0, Y15, Y0 \
	VMULPS Y1, Y15, Y1 \
	VMULPS Y2, Y15, Y2 \
	VMULPS Y3, Y15, Y3 \
	VMOVUPS Y0, (DX) \
	VMOVUPS Y1, (DX)(R11*1) \
	VMOVUPS Y2, (DX)(R11*2) \
	VMOVUPS Y3, (DX)(R12*1) \
	LEAQ (DX)(R11*4), DX \
	VMOVUPS 16(SI), X0 \
	VINSERTF128 $1, 16(R10), Y0, Y0 \
	VMOVUPS 16(SI)(R8*1), X1 \
	VINSERTF128 $1, 16(R10)(R8*1), Y1, Y1 \
	VMOVUPS 16(SI)(R8*2), X2 \
	VINSERTF128 $1, 16(R10)(R8*2), Y2, Y2 \
	VMOVUPS 16(SI)(R9*1), X3 \
	VINSERTF128 $1, 16(R10)(R9*1), Y3, Y3 \
	VUNPCKLPS Y1, Y0, Y4 \
	VUNPCKHPS Y1, Y0, Y5 \
	VUNPCKLPS Y3, Y2, Y6 \
	VUNPCKHPS Y3, Y2, Y7 \
	VUNPCKLPD Y6, Y4, Y0 \
	VUNPCKHPD Y6, Y4, Y1 \
	VUNPCKLPD Y7, Y5, Y2 \
	VUNPCKHPD Y7, Y5, Y3 \
	VMULPS Y0, Y15, Y0 \
	VMULPS Y1, Y15, Y1 \
	VMULPS Y2, Y15, Y2 \
	VMULPS Y3, Y15, Y3 \
	VMOVUPS Y0, (DX) \
	VMOVUPS Y1, (DX)(R11*1) \
	VMOVUPS Y2, (DX)(R11*2) \
	VMOVUPS Y3, (DX)(R12*1) \
	LEAQ (R10)(R8*4), SI \
	ADDQ $32, DI

#define TILE64(near) \
	TESTQ AX, AX \
	JEQ  near \
	PREFETCHT1 63(AX) \
	PREFETCHT1 127(AX) \
	PREFETCHT1 191(AX) \
	PREFETCHT1 255(AX) \
	ADDQ R8, AX \
	PREFETCHT1 (R13) \
	PREFETCHT1 64(R13) \
	PREFETCHT1 128(R13) \
	PREFETCHT1 192(R13) \
	ADDQ R11, R13 \
near: \
	LEAQ (SI)(R8*2), R10 \
	MOVQ DI, DX \
	VMOVUPS 0(SI), X0 \
	VINSERTF128 $1, 0(R10), Y0, Y0 \
	VMOVUPS 0(SI)(R8*1), X1 \
	VINSERTF128 $1, 0(R10)(R8*1), Y1, Y1 \
	VUNPCKLPD Y1, Y0, Y4 \
	VUNPCKHPD Y1, Y0, Y5 \
	VMULPD Y4, Y15, Y4 \
	VMULPD Y5, Y15, Y5 \
	VMOVUPD Y4, (DX) \
	VMOVUPD Y5, (DX)(R11*1) \
	LEAQ (DX)(R11*2), DX \
	VMOVUPS 16(SI), X0 \
	VINSERTF128 $1, 16(R10), Y0, Y0 \
	VMOVUPS 16(SI)(R8*1), X1 \
	VINSERTF128 $1, 16(R10)(R8*1), Y1, Y1 \
	VUNPCKLPD Y1, Y0, Y4 \
	VUNPCKHPD Y1, Y0, Y5 \
	VMULPD Y4, Y15, Y4 \
	VMULPD Y5, Y15, Y5 \
	VMOVUPD Y4, (DX) \
	VMOVUPD Y5, (DX)(R11*1) \
	LEAQ (R10)(R8*2), SI \
	ADDQ $32, DI

// The tiles of a strip by two copies of BODY that take two turns each (turns = 1), or by the first (turns = 0).
#define TURNS(BODY) \
	MOVL $1, R14  \
first: \
	BODY(near1)   \
	DECQ CX       \
	JZ   done     \
	XORQ turns+64(FP), R14 \
	JNZ  first    \
second: \
	BODY(near2)   \
	DECQ CX       \
	JZ   done     \
	XORQ turns+64(FP), R14 \
	JNZ  second   \
	JMP  first    \
done: \
	VZEROUPPER    \
	RET

// func transposeAVX2F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)
TEXT ·transposeAVX2F32(SB), NOSPLIT, $0-72
	MOVQ tiles+0(FP), CX
	VBROADCASTSS alpha+8(FP), Y15
	MOVQ a+16(FP), SI
	MOVQ lda+24(FP), R8
	MOVQ b+32(FP), DI
	MOVQ ldb+40(FP), R11
	SHLQ $2, R8
	SHLQ $2, R11
	LEAQ (R8)(R8*2), R9
	LEAQ (R11)(R11*2), R12
	MOVQ nexta+48(FP), AX
	MOVQ nextb+56(FP), R13
	TESTQ AX, AX
	JEQ  start
	ADDQ SI, AX
	ADDQ DI, R13
start:
	TURNS(TILE32)

// func transposeAVX2F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)
TEXT ·transposeAVX2F64(SB), NOSPLIT, $0-72
	MOVQ tiles+0(FP), CX
	VBROADCASTSD alpha+8(FP), Y15
	MOVQ a+16(FP), SI
	MOVQ lda+24(FP), R8
	MOVQ b+32(FP), DI
	MOVQ ldb+40(FP), R11
	SHLQ $3, R8
	SHLQ $3, R11
	LEAQ (R8)(R8*2), R9
	LEAQ (R11)(R11*2), R12
	MOVQ nexta+48(FP), AX
	MOVQ nextb+56(FP), R13
	TESTQ AX, AX
	JEQ  start
	ADDQ SI, AX
	ADDQ DI, R13
start:
	TURNS(TILE64)
