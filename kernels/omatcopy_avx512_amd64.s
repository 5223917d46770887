// Transposition of a strip of square tiles, AVX-512, whose rows are loaded by quarters: layout, registers and edges in omatcopy_avx512_amd64.h.
//
// Ports: 64 loads, 48 of them inserting, 32 shuffles and 16 stores of whole cache lines for 256 elements of float32: loads are most, 32 cycles.
//
// Or (turns = 2) B goes past the caches, by stores that neither read nor keep its lines, and only the next block of A is fetched, this block itself where there is no next: rows of B begin at
// cache lines then. Such stores are not ordered with others; the caller fences them.

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

#include "omatcopy_avx512_amd64.h"

#define PAST32 \
	TILE32(VMOVNTPS, TIMES, FETCHA, NEAR) \
	LEAQ (AX)(R8*4), AX

#define PAST64 \
	FETCHA((BX*1))      \
	FETCHA((R8*1))      \
	LEAQ (AX)(R8*2), AX \
	TILE64(VMOVNTPD, TIMES)

// func transposeAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)
TEXT ·transposeAVX512F32(SB), NOSPLIT, $0-72
	ARGS32
	CMPQ turns+64(FP), $2
	JEQ  past
	STRIP32
past:
	ADDQ SI, AX
stream:
	PAST32
	DECQ CX
	JNZ  stream
	VZEROUPPER
	RET

// func transposeAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)
TEXT ·transposeAVX512F64(SB), NOSPLIT, $0-72
	ARGS64
	CMPQ turns+64(FP), $2
	JEQ  past
	STRIP64
past:
	ADDQ SI, AX
stream:
	PAST64
	DECQ CX
	JNZ  stream
	VZEROUPPER
	RET
