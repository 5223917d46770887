#include "textflag.h"

// Small products, AVX-512: all tiles in one call, of h rows of the m and as many columns of the n as a tile has, or what is left of them. A tile is called as Go would
// call it, but Go takes 5 to 10 ns from one to the next, of some 100 (order 32) and 200.
//
//	SI DI  B and C at work     R8 A     AX the tileCall     CX DX  columns and rows of the tile
//
// Frame: the arguments of the tile, then A and C of the row of tiles and its height. Arguments m and n become what is left.

#define RECT(TILE, WIDE) \
	MOVQ t+0(FP), AX      \
	MOVQ a+8(FP), R8      \
	MOVQ c+24(FP), DI     \
row: \
	MOVQ R8, 48(SP)       \
	MOVQ DI, 56(SP)       \
	MOVQ b+16(FP), SI     \
	MOVQ n+40(FP), R9     \
	MOVQ h+48(FP), DX     \
	CMPQ DX, m+32(FP)     \
	CMOVQGT m+32(FP), DX  \
	MOVQ DX, 64(SP)       \
tile: \
	MOVQ $WIDE, CX        \
	CMPQ CX, R9           \
	CMOVQGT R9, CX        \
	SUBQ CX, R9           \
	MOVQ R9, 72(SP)       \
	MOVQ DI, 64(AX)       \
	MOVQ AX, 0(SP)        \
	MOVQ R8, 8(SP)        \
	MOVQ SI, 16(SP)       \
	MOVQ DI, 24(SP)       \
	MOVQ DX, 32(SP)       \
	MOVQ CX, 40(SP)       \
	CALL TILE             \
	MOVQ t+0(FP), AX      \
	MOVQ 48(SP), R8       \
	MOVQ 16(SP), SI       \
	MOVQ 24(SP), DI       \
	MOVQ 64(SP), DX       \
	ADDQ $128, SI         \
	ADDQ $128, DI         \
	MOVQ 72(SP), R9       \
	TESTQ R9, R9          \
	JNZ  tile             \
	SUBQ DX, m+32(FP)     \
	JLE  done             \
	MOVQ 56(SP), DI       \
	MOVQ DX, R9           \
	IMULQ 24(AX), R9      \
	ADDQ R9, DI           \
	IMULQ 0(AX), DX       \
	ADDQ DX, R8           \
	JMP  row              \
done: \
	RET

// func gemmRect32AVX512(t *tileCall, a, b, c unsafe.Pointer, m, n, h int)
TEXT ·gemmRect32AVX512(SB), NOSPLIT, $80-56
	RECT(·gemmTile32AVX512(SB), 32)

// func gemmRectCol32AVX512(t *tileCall, a, b, c unsafe.Pointer, m, n, h int)
TEXT ·gemmRectCol32AVX512(SB), NOSPLIT, $80-56
	RECT(·gemmColTile32AVX512(SB), 32)

// func gemmRect64AVX512(t *tileCall, a, b, c unsafe.Pointer, m, n, h int)
TEXT ·gemmRect64AVX512(SB), NOSPLIT, $80-56
	RECT(·gemmTile64AVX512(SB), 16)

// func gemmRectCol64AVX512(t *tileCall, a, b, c unsafe.Pointer, m, n, h int)
TEXT ·gemmRectCol64AVX512(SB), NOSPLIT, $80-56
	RECT(·gemmColTile64AVX512(SB), 16)
