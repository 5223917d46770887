#include "textflag.h"

// Probe of transposition: a strip of square tiles, as the kernels take them, without shuffles. Rows of a tile of A, one register each, become rows of the tile of B beside each other.
//
//	SI  row of A      R8, R9  1, 3 leading dimensions of A      DI  B      DX  row of B      R11, R12  1, 3 leading dimensions of B      CX tiles
//	AX, R13  rows of the next block, of which each tile fetches as many lines as it has rows      R14  mode: 0 one loop, 1 two copies of it take two turns each
//
// Mode 2 and 3 fetch, and 4 fetches A only and stores past the caches.

#define LOAD4(FETCH, A, B, C, D) \
	VMOVUPS (SI), A        \
	VMOVUPS (SI)(R8*1), B  \
	VMOVUPS (SI)(R8*2), C  \
	VMOVUPS (SI)(R9*1), D  \
	LEAQ (SI)(R8*4), SI    \
	FETCH

#define STORE4(MOV, A, B, C, D) \
	MOV A, (DX)        \
	MOV B, (DX)(R11*1) \
	MOV C, (DX)(R11*2) \
	MOV D, (DX)(R12*1) \
	LEAQ (DX)(R11*4), DX

#define NONE
#define FETCHA \
	PREFETCHT1 0(AX)   \
	PREFETCHT1 64(AX)  \
	PREFETCHT1 128(AX) \
	PREFETCHT1 192(AX) \
	ADDQ R8, AX
#define FETCHAB \
	FETCHA              \
	PREFETCHT1 0(R13)   \
	PREFETCHT1 64(R13)  \
	PREFETCHT1 128(R13) \
	PREFETCHT1 192(R13) \
	ADDQ R11, R13

#define TILE16Z(MOV, FETCH) \
	LOAD4(FETCH, Z0, Z1, Z2, Z3)     \
	LOAD4(FETCH, Z4, Z5, Z6, Z7)     \
	LOAD4(FETCH, Z8, Z9, Z10, Z11)   \
	LOAD4(FETCH, Z12, Z13, Z14, Z15) \
	STORE4(MOV, Z0, Z1, Z2, Z3)      \
	STORE4(MOV, Z4, Z5, Z6, Z7)      \
	STORE4(MOV, Z8, Z9, Z10, Z11)    \
	STORE4(MOV, Z12, Z13, Z14, Z15)
#define TILE8Z(MOV, FETCH) \
	LOAD4(FETCH, Z0, Z1, Z2, Z3) \
	LOAD4(FETCH, Z4, Z5, Z6, Z7) \
	STORE4(MOV, Z0, Z1, Z2, Z3)  \
	STORE4(MOV, Z4, Z5, Z6, Z7)
#define TILE8Y(MOV, FETCH) \
	LOAD4(FETCH, Y0, Y1, Y2, Y3) \
	LOAD4(FETCH, Y4, Y5, Y6, Y7) \
	STORE4(MOV, Y0, Y1, Y2, Y3)  \
	STORE4(MOV, Y4, Y5, Y6, Y7)
#define TILE4Y(MOV, FETCH) \
	LOAD4(FETCH, Y0, Y1, Y2, Y3) \
	STORE4(MOV, Y0, Y1, Y2, Y3)

#define LOOPS(TILE, MOV, FETCH, STEP, first, second) \
	MOVL $1, BX      \
first:                   \
	MOVQ DI, DX      \
	TILE(MOV, FETCH) \
	ADDQ $STEP, DI   \
	DECQ CX          \
	JZ   done        \
	XORQ R14, BX     \
	JNZ  first       \
second:                  \
	MOVQ DI, DX      \
	TILE(MOV, FETCH) \
	ADDQ $STEP, DI   \
	DECQ CX          \
	JZ   done        \
	XORQ R14, BX     \
	JNZ  second      \
	JMP  first

#define STRIP(TILE, STEP) \
	MOVQ tiles+0(FP), CX  \
	MOVQ a+8(FP), SI      \
	MOVQ lda+16(FP), R8   \
	MOVQ b+24(FP), DI     \
	MOVQ ldb+32(FP), R11  \
	MOVQ nexta+40(FP), AX \
	MOVQ nextb+48(FP), R13 \
	MOVQ mode+56(FP), R14 \
	LEAQ (R8)(R8*2), R9   \
	LEAQ (R11)(R11*2), R12 \
	CMPQ R14, $4          \
	JEQ  past             \
	SUBQ $2, R14          \
	JGE  far              \
	ADDQ $2, R14          \
	LOOPS(TILE, VMOVUPS, NONE, STEP, near1, near2)    \
far:                          \
	LOOPS(TILE, VMOVUPS, FETCHAB, STEP, far1, far2)   \
past:                         \
	XORL R14, R14         \
	LOOPS(TILE, VMOVNTPS, FETCHA, STEP, past1, past2) \
done:                         \
	VZEROUPPER            \
	RET

// func move16Z(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)
TEXT ·move16Z(SB), NOSPLIT, $0-64
	STRIP(TILE16Z, 64)

// func move8Z(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)
TEXT ·move8Z(SB), NOSPLIT, $0-64
	STRIP(TILE8Z, 64)

// func move8Y(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)
TEXT ·move8Y(SB), NOSPLIT, $0-64
	STRIP(TILE8Y, 32)

// func move4Y(tiles int, a *byte, lda int, b *byte, ldb int, nexta, nextb *byte, mode int)
TEXT ·move4Y(SB), NOSPLIT, $0-64
	STRIP(TILE4Y, 32)
