// Transposition of a strip of square tiles, AVX-512, whose rows are loaded by halves: layout, registers and edges in omatcopy_avx512_amd64.h.
//
//	P = [half of a_k, of a_(4+k)]   Q = [half of a_(8+k), of a_(12+k)]      M = even, odd 128 bits of P, Q      (float64: a_k, a_(2+k), a_(4+k), a_(6+k))
//
// Ports: 32 loads, 16 of them inserting, 48 shuffles, 16 of these across lanes, and 16 stores for 256 elements of float32. Zen 5 shuffles two vectors a cycle: 24 cycles, where loads by quarters take 32 and
// have 48; some 26 measured. Server Intel, which has one pipe for 48 shuffles instead of 32, keeps the quarters.

#include "textflag.h"

// Rows k, 4 + k, 8 + k, 12 + k; Z are the registers of g = 0…3.
#define GATHER(IDX, XA, ZA, XB, ZB, XC, ZC, XD, ZD) \
	VMOVUPS 0(SI)IDX, Y16                    \
	VMOVUPS 32(SI)IDX, Y17                   \
	VMOVUPS 0(R13)IDX, Y18                   \
	VMOVUPS 32(R13)IDX, Y19                  \
	VINSERTF32X8 $1, 0(R10)IDX, Z16, Z16     \
	VINSERTF32X8 $1, 32(R10)IDX, Z17, Z17    \
	VINSERTF32X8 $1, 0(R15)IDX, Z18, Z18     \
	VINSERTF32X8 $1, 32(R15)IDX, Z19, Z19    \
	VSHUFF32X4 $0x88, Z18, Z16, ZA           \
	VSHUFF32X4 $0xdd, Z18, Z16, ZB           \
	VSHUFF32X4 $0x88, Z19, Z17, ZC           \
	VSHUFF32X4 $0xdd, Z19, Z17, ZD

#include "omatcopy_avx512_amd64.h"

// All strips of a small matrix, without turns and fetching: BODY is a tile, R14 and AX the bytes of a strip's tiles but the last in B, of all in A without the columns of one. DX is a strip below the last tile.
#define STRIPS(LOG, BODY, tile) \
	MOVQ CX, R14           \
	DECQ R14               \
	SHLQ $6, R14           \
	MOVQ R8, AX            \
	IMULQ CX, AX           \
	SHLQ $LOG, AX          \
	SUBQ $64, AX           \
	PCALIGN $64            \
tile: \
	BODY                   \
	DECQ CX                \
	JNZ  tile              \
	SUBQ AX, SI            \
	MOVQ DX, DI            \
	SUBQ R14, DI           \
	MOVQ tiles+0(FP), CX   \
	DECQ strips+64(FP)     \
	JNZ  tile              \
	VZEROUPPER             \
	RET

// func transposeHalvesAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, turns int)
TEXT ·transposeHalvesAVX512F32(SB), NOSPLIT, $0-72
	ARGS32
	STRIP32

// func transposeHalvesAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, turns int)
TEXT ·transposeHalvesAVX512F64(SB), NOSPLIT, $0-72
	ARGS64
	STRIP64

// func transposeStripsAVX512F32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int, nexta, nextb, strips int)
TEXT ·transposeStripsAVX512F32(SB), NOSPLIT, $0-72
	ARGS32
	CMPL alpha+8(FP), $0x3f800000
	JEQ  one
	STRIPS(4, NEAR32, near)
one:
	STRIPS(4, ONE32, ones)

// func transposeStripsAVX512F64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int, nexta, nextb, strips int)
TEXT ·transposeStripsAVX512F64(SB), NOSPLIT, $0-72
	ARGS64
	MOVQ $0x3ff0000000000000, AX
	CMPQ AX, alpha+8(FP)
	JEQ  one
	STRIPS(3, NEAR64, near)
one:
	STRIPS(3, ONE64, ones)
