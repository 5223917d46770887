// Transposition of a strip of square tiles, AVX-512.
//
//	b[i·ldb+j] = alpha·a[j·lda+i], tiles of 16×16 (float32) or 8×8 (float64), one below the other in A
//
// Rows reach the right 128 bits of a register by loading; what is left is to transpose 4×4 (2×2) elements within them. For
// columns 4g…4g+3 (float64: 2g, 2g+1)
//
//	M_kg = [a_k, a_(4+k), a_(8+k), a_(12+k)], k = 0…3      (float64: [a_k, a_(2+k), a_(4+k), a_(6+k)], k = 0, 1)
//	t = unpack low, high of M_0g, M_1g and of M_2g, M_3g   rows 4g…4g+3 of B = unpack low, high of t
//
// All of M is loaded first, row by row: where leading dimensions are powers of two, the sixteen lines of a tile lie in one set of the
// first-level cache, which holds fewer, and a line that is left and read again later comes from the next level.
//
//	SI, R10, R13, R15  rows 0, 4, 8, 12 (0, 2, 4, 6) of A      R8, R9  1, 3 leading dimensions of A in bytes      BX  0
//	DI  B      DX  row of B      R11, R12  1, 3 leading dimensions of B      CX  tiles left
//	Z0–Z15  M, Z0–Z3 for g = 0      Z16–Z23  t, rows of B      Z31  alpha
//
// Ports: 64 loads, 48 of them inserting, 32 shuffles and 16 stores of whole cache lines for 256 elements of float32.
//
//	R14  turn: on Zen 5 two copies of the loop take two turns each where the matrix is near, so that no instruction goes in equal steps (oneStream)
//	AX  rows to fetch, 0 or where the next block of A begins; that of B is kept in the argument nextb, by way of R13
//
// A matrix larger than the caches is walked in blocks, and every tile fetches as many lines of the next block as it touches itself; without, the
// strided side waits for memory line by line (half the rate). Of A the address is the end of each line, as the first of rows that are not aligned
// belong to this block.
//
// Or (turns = 2) B goes past the caches, by stores that neither read nor keep its lines, and only the next block of A is fetched, this block itself where there is no next: rows of B begin at
// cache lines then. Such stores are not ordered with others; the caller fences them.
//
// Edges: whole tiles only; the caller moves the last tile back over the one before.

#include "textflag.h"

// Row k of each group of rows: X and Z are the registers of g = 0…3.
#define GATHER(IDX, XA, ZA, XB, ZB, XC, ZC, XD, ZD) \
	VMOVUPS 0(SI)IDX, XA                   \
	VMOVUPS 16(SI)IDX, XB                  \
	VMOVUPS 32(SI)IDX, XC                  \
	VMOVUPS 48(SI)IDX, XD                  \
	VINSERTF32X4 $1, 0(R10)IDX, ZA, ZA     \
	VINSERTF32X4 $1, 16(R10)IDX, ZB, ZB    \
	VINSERTF32X4 $1, 32(R10)IDX, ZC, ZC    \
	VINSERTF32X4 $1, 48(R10)IDX, ZD, ZD    \
	VINSERTF32X4 $2, 0(R13)IDX, ZA, ZA     \
	VINSERTF32X4 $2, 16(R13)IDX, ZB, ZB    \
	VINSERTF32X4 $2, 32(R13)IDX, ZC, ZC    \
	VINSERTF32X4 $2, 48(R13)IDX, ZD, ZD    \
	VINSERTF32X4 $3, 0(R15)IDX, ZA, ZA     \
	VINSERTF32X4 $3, 16(R15)IDX, ZB, ZB    \
	VINSERTF32X4 $3, 32(R15)IDX, ZC, ZC    \
	VINSERTF32X4 $3, 48(R15)IDX, ZD, ZD

#define ROWS32(MOV, A, B, C, D) \
	VUNPCKLPS B, A, Z16     \
	VUNPCKHPS B, A, Z17     \
	VUNPCKLPS D, C, Z18     \
	VUNPCKHPS D, C, Z19     \
	VUNPCKLPD Z18, Z16, Z20 \
	VUNPCKHPD Z18, Z16, Z21 \
	VUNPCKLPD Z19, Z17, Z22 \
	VUNPCKHPD Z19, Z17, Z23 \
	VMULPS Z20, Z31, Z20    \
	VMULPS Z21, Z31, Z21    \
	VMULPS Z22, Z31, Z22    \
	VMULPS Z23, Z31, Z23    \
	MOV Z20, (DX)           \
	MOV Z21, (DX)(R11*1)    \
	MOV Z22, (DX)(R11*2)    \
	MOV Z23, (DX)(R12*1)    \
	LEAQ (DX)(R11*4), DX

#define ROWS64(MOV, A, B) \
	VUNPCKLPD B, A, Z16      \
	VUNPCKHPD B, A, Z17      \
	VMULPD Z16, Z31, Z16     \
	VMULPD Z17, Z31, Z17     \
	MOV Z16, (DX)            \
	MOV Z17, (DX)(R11*1)     \
	LEAQ (DX)(R11*2), DX

// Four lines of one row of the next block.
#define FETCHA(IDX) \
	PREFETCHT1 63(AX)IDX  \
	PREFETCHT1 127(AX)IDX \
	PREFETCHT1 191(AX)IDX \
	PREFETCHT1 255(AX)IDX

#define FETCHB(HINT, IDX) \
	HINT 0(R13)IDX   \
	HINT 64(R13)IDX  \
	HINT 128(R13)IDX \
	HINT 192(R13)IDX

// A tile and the pointers of the next one: GATHERS with FETCH of what has to be fetched, and the rows of B.
#define NEAR(IDX)
#define TILE32(MOV, FETCH, FETCHROW) \
	LEAQ (SI)(R8*4), R10       \
	LEAQ (R10)(R8*4), R13      \
	LEAQ (R13)(R8*4), R15      \
	MOVQ DI, DX                \
	GATHER((BX*1), X0, Z0, X4, Z4, X8, Z8, X12, Z12)  \
	FETCH((BX*1))              \
	GATHER((R8*1), X1, Z1, X5, Z5, X9, Z9, X13, Z13)  \
	FETCH((R8*1))              \
	GATHER((R8*2), X2, Z2, X6, Z6, X10, Z10, X14, Z14) \
	FETCH((R8*2))              \
	GATHER((R9*1), X3, Z3, X7, Z7, X11, Z11, X15, Z15) \
	FETCH((R9*1))              \
	LEAQ (R15)(R8*4), SI       \
	MOVQ nextb+56(FP), R13     \
	ROWS32(MOV, Z0, Z1, Z2, Z3)     \
	FETCHROW((BX*1))           \
	ROWS32(MOV, Z4, Z5, Z6, Z7)     \
	FETCHROW((R11*1))          \
	ROWS32(MOV, Z8, Z9, Z10, Z11)   \
	FETCHROW((R11*2))          \
	ROWS32(MOV, Z12, Z13, Z14, Z15) \
	FETCHROW((R12*1))          \
	ADDQ $64, DI

#define TILE64(MOV) \
	LEAQ (SI)(R8*2), R10       \
	LEAQ (R10)(R8*2), R13      \
	LEAQ (R13)(R8*2), R15      \
	MOVQ DI, DX                \
	GATHER((BX*1), X0, Z0, X2, Z2, X4, Z4, X6, Z6) \
	GATHER((R8*1), X1, Z1, X3, Z3, X5, Z5, X7, Z7) \
	LEAQ (R15)(R8*2), SI       \
	ROWS64(MOV, Z0, Z1)             \
	ROWS64(MOV, Z2, Z3)             \
	ROWS64(MOV, Z4, Z5)             \
	ROWS64(MOV, Z6, Z7)             \
	ADDQ $64, DI

// The tiles of a strip by two copies of BODY that take two turns each (turns = 1), or by the first (turns = 0).
#define TURNS(BODY, first, second, done) \
	MOVL $1, R14  \
first: \
	BODY          \
	DECQ CX       \
	JZ   done     \
	XORQ turns+64(FP), R14 \
	JNZ  first    \
second: \
	BODY          \
	DECQ CX       \
	JZ   done     \
	XORQ turns+64(FP), R14 \
	JNZ  second   \
	JMP  first    \
done: \
	VZEROUPPER    \
	RET

#define FETCHB0(IDX) FETCHB(PREFETCHT0, IDX)
#define FAR32 \
	TILE32(VMOVUPS, FETCHA, FETCHB0) \
	LEAQ (AX)(R8*4), AX     \
	LEAQ (R13)(R11*4), R13  \
	MOVQ R13, nextb+56(FP)
#define NEAR32 TILE32(VMOVUPS, NEAR, NEAR)
#define PAST32 \
	TILE32(VMOVNTPS, FETCHA, NEAR) \
	LEAQ (AX)(R8*4), AX

#define FAR64 \
	FETCHA((BX*1))             \
	FETCHA((R8*1))             \
	LEAQ (AX)(R8*2), AX        \
	MOVQ nextb+56(FP), R13     \
	FETCHB(PREFETCHT1, (BX*1)) \
	FETCHB(PREFETCHT1, (R11*1)) \
	LEAQ (R13)(R11*2), R13     \
	MOVQ R13, nextb+56(FP)     \
	TILE64(VMOVUPD)
#define NEAR64 TILE64(VMOVUPD)
#define PAST64 \
	FETCHA((BX*1))      \
	FETCHA((R8*1))      \
	LEAQ (AX)(R8*2), AX \
	TILE64(VMOVNTPD)

// func transposeAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)
TEXT ·transposeAVX512F32(SB), NOSPLIT, $0-72
	MOVQ tiles+0(FP), CX
	VBROADCASTSS alpha+8(FP), Z31
	MOVQ a+16(FP), SI
	MOVQ lda+24(FP), R8
	MOVQ b+32(FP), DI
	MOVQ ldb+40(FP), R11
	SHLQ $2, R8
	SHLQ $2, R11
	LEAQ (R8)(R8*2), R9
	LEAQ (R11)(R11*2), R12
	XORL BX, BX
	MOVQ nexta+48(FP), AX
	CMPQ turns+64(FP), $2
	JEQ  past
	TESTQ AX, AX
	JEQ  start
	ADDQ SI, AX
	ADDQ DI, nextb+56(FP)
	TURNS(FAR32, far1, far2, fardone)
past:
	ADDQ SI, AX
stream:
	PAST32
	DECQ CX
	JNZ  stream
	VZEROUPPER
	RET
start:
	TURNS(NEAR32, near1, near2, neardone)

// func transposeAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)
TEXT ·transposeAVX512F64(SB), NOSPLIT, $0-72
	MOVQ tiles+0(FP), CX
	VBROADCASTSD alpha+8(FP), Z31
	MOVQ a+16(FP), SI
	MOVQ lda+24(FP), R8
	MOVQ b+32(FP), DI
	MOVQ ldb+40(FP), R11
	SHLQ $3, R8
	SHLQ $3, R11
	XORL BX, BX
	MOVQ nexta+48(FP), AX
	CMPQ turns+64(FP), $2
	JEQ  past
	TESTQ AX, AX
	JEQ  start
	ADDQ SI, AX
	ADDQ DI, nextb+56(FP)
	TURNS(FAR64, far1, far2, fardone)
past:
	ADDQ SI, AX
stream:
	PAST64
	DECQ CX
	JNZ  stream
	VZEROUPPER
	RET
start:
	TURNS(NEAR64, near1, near2, neardone)
