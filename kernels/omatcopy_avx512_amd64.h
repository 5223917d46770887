// Transposition of a strip of square tiles, AVX-512: all but how a tile's rows are loaded, which is GATHER of the file that includes this (omatcopy_avx512_amd64.s, omatcopyhalves_avx512_amd64.s).
//
//	b[i·ldb+j] = alpha·a[j·lda+i], tiles of 16×16 (float32) or 8×8 (float64), one below the other in A
//
// GATHER leaves in each 128 bits of a register what belongs to one row of B; what is left is to transpose 4×4 (2×2) elements within them. For
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
//	Z0–Z15  M, Z0–Z3 for g = 0      Z16–Z23  GATHER's, t, rows of B      Z31  alpha
//
//	R14  turn: on Zen 5 two copies of the loop take two turns each where the matrix is near, so that no instruction goes in equal steps (oneStream)
//	AX  rows to fetch, 0 or where the next block of A begins; that of B is kept in the argument nextb, by way of R13
//
// A matrix larger than the caches is walked in blocks, and every tile fetches as many lines of the next block as it touches itself; without, the
// strided side waits for memory line by line (half the rate). Of A the address is the end of each line, as the first of rows that are not aligned
// belong to this block.
//
// Edges: whole tiles only; the caller moves the last tile back over the one before.

// alpha = 1 takes no multiplication where the matrix is near.
#define TIMES(MUL, R) MUL R, Z31, R
#define ONCE(MUL, R)

#define ROWS32(MOV, SCALE, A, B, C, D) \
	VUNPCKLPS B, A, Z16     \
	VUNPCKHPS B, A, Z17     \
	VUNPCKLPS D, C, Z18     \
	VUNPCKHPS D, C, Z19     \
	VUNPCKLPD Z18, Z16, Z20 \
	VUNPCKHPD Z18, Z16, Z21 \
	VUNPCKLPD Z19, Z17, Z22 \
	VUNPCKHPD Z19, Z17, Z23 \
	SCALE(VMULPS, Z20)       \
	SCALE(VMULPS, Z21)       \
	SCALE(VMULPS, Z22)       \
	SCALE(VMULPS, Z23)       \
	MOV Z20, (DX)           \
	MOV Z21, (DX)(R11*1)    \
	MOV Z22, (DX)(R11*2)    \
	MOV Z23, (DX)(R12*1)    \
	LEAQ (DX)(R11*4), DX

#define ROWS64(MOV, SCALE, A, B) \
	VUNPCKLPD B, A, Z16      \
	VUNPCKHPD B, A, Z17      \
	SCALE(VMULPD, Z16)       \
	SCALE(VMULPD, Z17)       \
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
#define TILE32(MOV, SCALE, FETCH, FETCHROW) \
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
	ROWS32(MOV, SCALE, Z0, Z1, Z2, Z3)     \
	FETCHROW((BX*1))           \
	ROWS32(MOV, SCALE, Z4, Z5, Z6, Z7)     \
	FETCHROW((R11*1))          \
	ROWS32(MOV, SCALE, Z8, Z9, Z10, Z11)   \
	FETCHROW((R11*2))          \
	ROWS32(MOV, SCALE, Z12, Z13, Z14, Z15) \
	FETCHROW((R12*1))          \
	ADDQ $64, DI

#define TILE64(MOV, SCALE) \
	LEAQ (SI)(R8*2), R10       \
	LEAQ (R10)(R8*2), R13      \
	LEAQ (R13)(R8*2), R15      \
	MOVQ DI, DX                \
	GATHER((BX*1), X0, Z0, X2, Z2, X4, Z4, X6, Z6) \
	GATHER((R8*1), X1, Z1, X3, Z3, X5, Z5, X7, Z7) \
	LEAQ (R15)(R8*2), SI       \
	ROWS64(MOV, SCALE, Z0, Z1)             \
	ROWS64(MOV, SCALE, Z2, Z3)             \
	ROWS64(MOV, SCALE, Z4, Z5)             \
	ROWS64(MOV, SCALE, Z6, Z7)             \
	ADDQ $64, DI

// The tiles of a strip by two copies of BODY that take two turns each (turns = 1), or by the first (turns = 0).
#define TURNS(BODY, first, second, done) \
	MOVL $1, R14  \
	PCALIGN $64   \
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
	TILE32(VMOVUPS, TIMES, FETCHA, FETCHB0) \
	LEAQ (AX)(R8*4), AX     \
	LEAQ (R13)(R11*4), R13  \
	MOVQ R13, nextb+56(FP)
#define NEAR32 TILE32(VMOVUPS, TIMES, NEAR, NEAR)
#define ONE32  TILE32(VMOVUPS, ONCE, NEAR, NEAR)

#define FAR64 \
	FETCHA((BX*1))             \
	FETCHA((R8*1))             \
	LEAQ (AX)(R8*2), AX        \
	MOVQ nextb+56(FP), R13     \
	FETCHB(PREFETCHT1, (BX*1)) \
	FETCHB(PREFETCHT1, (R11*1)) \
	LEAQ (R13)(R11*2), R13     \
	MOVQ R13, nextb+56(FP)     \
	TILE64(VMOVUPD, TIMES)
#define NEAR64 TILE64(VMOVUPD, TIMES)
#define ONE64  TILE64(VMOVUPD, ONCE)

#define ARGS32 \
	MOVQ tiles+0(FP), CX \
	VBROADCASTSS alpha+8(FP), Z31 \
	MOVQ a+16(FP), SI    \
	MOVQ lda+24(FP), R8  \
	MOVQ b+32(FP), DI    \
	MOVQ ldb+40(FP), R11 \
	SHLQ $2, R8          \
	SHLQ $2, R11         \
	LEAQ (R8)(R8*2), R9  \
	LEAQ (R11)(R11*2), R12 \
	XORL BX, BX          \
	MOVQ nexta+48(FP), AX

#define ARGS64 \
	MOVQ tiles+0(FP), CX \
	VBROADCASTSD alpha+8(FP), Z31 \
	MOVQ a+16(FP), SI    \
	MOVQ lda+24(FP), R8  \
	MOVQ b+32(FP), DI    \
	MOVQ ldb+40(FP), R11 \
	SHLQ $3, R8          \
	SHLQ $3, R11         \
	LEAQ (R8)(R8*2), R9  \
	LEAQ (R11)(R11*2), R12 \
	XORL BX, BX          \
	MOVQ nexta+48(FP), AX

// Tiles that fetch the next block, or none where AX is 0.
#define STRIP32 \
	TESTQ AX, AX         \
	JEQ  near            \
	ADDQ SI, AX          \
	ADDQ DI, nextb+56(FP) \
	TURNS(FAR32, far1, far2, fardone) \
near: \
	CMPL alpha+8(FP), $0x3f800000 \
	JEQ  one             \
	TURNS(NEAR32, near1, near2, neardone) \
one: \
	TURNS(ONE32, one1, one2, onedone)

#define STRIP64 \
	TESTQ AX, AX         \
	JEQ  near            \
	ADDQ SI, AX          \
	ADDQ DI, nextb+56(FP) \
	TURNS(FAR64, far1, far2, fardone) \
near: \
	MOVQ $0x3ff0000000000000, AX \
	CMPQ AX, alpha+8(FP) \
	JEQ  one             \
	TURNS(NEAR64, near1, near2, neardone) \
one: \
	TURNS(ONE64, one1, one2, onedone)
