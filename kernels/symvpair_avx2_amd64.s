// Symmetric matrix times vector, each stored element read once, two rows at a time, AVX2 and FMA3.
//
// For each row i of the stored triangle, in ascending order (see Symv):
//
//	s = Σ a_ij·x_j in lane order, lane and segment by column      v_i = v_i + s      v_j = fma(a_ij, x_i, v_j), j ≠ i
//
//	Y0–Y3, Y4–Y7  half the lanes of rows 0, 1      Y8, Y9  x_i of rows 0, 1      Y10  x   Y11  v   Y12, Y13  a
//	Y15           the two lanes of the diagonal (Upper)
//	R8, R9  rows, from column 0      R12  bytes of a row     R13  i      R15  pairs left
//	SI  x   DI  v   CX  byte of the column   DX  byte of the vector on the diagonal   R11  bytes of n (Upper)
//	R10     lanes of both rows in memory, 512 bytes      BX  place of a vector in its block of 256 bytes
//
// Sixteen registers do not hold the lanes of two rows. Whole blocks of 256 bytes, the lanes of a row, are therefore taken in
// two passes, one over the first half of each block and one over the second: every cache line is still read once. What is not
// a whole block goes vector by vector to the lanes in memory. Each pass fetches what the next one reads, the second the next pair's rows
// (R10 and BX meanwhile): the hardware's streams end with the lines and rows that a pass leaves out.
//
// Ports: 16 loads, 16 FMA, 4 stores for 256 bytes of A: 8 cycles at 2 loads or FMA a cycle, 32 bytes a cycle.
//
// Edges: i even, all columns in one segment; nothing outside the triangle is read (masked loads do not fault). v has whole vectors,
// since a masked store is not forwarded to the load of the next pair: the elements behind the last may become anything.

#include "textflag.h"
#include "symvpair_amd64.h"

#define STEP(FMA, OFF, A, B) \
	VMOVUPS OFF(SI)(CX*1), Y10 \
	VMOVUPS OFF(DI)(CX*1), Y11 \
	VMOVUPS OFF(R8)(CX*1), Y12 \
	VMOVUPS OFF(R9)(CX*1), Y13 \
	FMA Y12, Y8, Y11  \
	FMA Y12, Y10, A   \
	FMA Y13, Y9, Y11  \
	FMA Y13, Y10, B   \
	VMOVUPS Y11, OFF(DI)(CX*1)

// One half of the blocks from CX to AX. Meanwhile the other half of two rows is fetched, which the next pass takes: of rows NEXT0 and NEXT1.
#define PASS(FMA, B0, B1, B2, B3, LOOP, NEXT0, NEXT1, C0, C1) \
LOOP:                       \
	PREFETCHT0 C0(NEXT0)(CX*1) \
	PREFETCHT0 C1(NEXT0)(CX*1) \
	PREFETCHT0 C0(NEXT1)(CX*1) \
	PREFETCHT0 C1(NEXT1)(CX*1) \
	STEP(FMA, B0, Y0, Y4) \
	STEP(FMA, B1, Y1, Y5) \
	STEP(FMA, B2, Y2, Y6) \
	STEP(FMA, B3, Y3, Y7) \
	ADDQ $256, CX       \
	CMPQ CX, AX         \
	JLT  LOOP

#define ZERO8 \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7

#define LOAD8(B0, B1, B2, B3) \
	VMOVUPS B0(R10), Y0     \
	VMOVUPS B1(R10), Y1     \
	VMOVUPS B2(R10), Y2     \
	VMOVUPS B3(R10), Y3     \
	VMOVUPS 256+B0(R10), Y4 \
	VMOVUPS 256+B1(R10), Y5 \
	VMOVUPS 256+B2(R10), Y6 \
	VMOVUPS 256+B3(R10), Y7

#define STORE8(B0, B1, B2, B3) \
	VMOVUPS Y0, B0(R10)     \
	VMOVUPS Y1, B1(R10)     \
	VMOVUPS Y2, B2(R10)     \
	VMOVUPS Y3, B3(R10)     \
	VMOVUPS Y4, 256+B0(R10) \
	VMOVUPS Y5, 256+B1(R10) \
	VMOVUPS Y6, 256+B2(R10) \
	VMOVUPS Y7, 256+B3(R10)

#define LOWER(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
pair:                                       \
	LEAQ (R8)(R12*1), R9                \
	BCAST (SI)(R13*SIZE), Y8            \
	BCAST SIZE(SI)(R13*SIZE), Y9        \
	LEAQ (R13*SIZE), DX                 \
	MOVQ DX, R11                        \
	ANDQ $~31, DX                       \
	SUBQ DX, R11                        \
	MOVQ DX, AX                         \
	ANDQ $~255, AX                      \
	JZ   few                            \
	XORQ BX, BX                         \
	ZERO8                               \
	MOVQ BX, CX                         \
	PASS(FMA, 0, 32, 64, 96, first, R8, R9, 128, 192) \
	STORE8(0, 32, 64, 96)               \
	ZERO8                               \
	MOVQ BX, CX                         \
	LEAQ (R9)(R12*1), R10               \
	LEAQ (R10)(R12*1), BX               \
	PASS(FMA, 128, 160, 192, 224, second, R10, BX, 0, 64) \
	MOVQ lanes+48(FP), R10              \
	STORE8(128, 160, 192, 224)          \
	JMP  single                         \
few:                                        \
	CLEAR                               \
	XORQ CX, CX                         \
	TODIAGONAL(SIZE, ADD, FMA, MASKMOV, BLEND, SUMS) \
	ADDQ $2, R13                        \
	LEAQ (R9)(R12*1), R8                \
	DECQ R15                            \
	JNZ  pair                           \
	VZEROUPPER                          \
	RET

#define UPPER(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
pair:                                       \
	LEAQ (R8)(R12*1), R9                \
	BCAST (SI)(R13*SIZE), Y8            \
	BCAST SIZE(SI)(R13*SIZE), Y9        \
	LEAQ (R13*SIZE), DX                 \
	MOVQ DX, BX                         \
	ANDQ $~31, DX                       \
	SUBQ DX, BX                         \
	CLEAR                               \
	LEAQ ·tailMask+512(SB), AX          \
	SUBQ BX, AX                         \
	VMOVUPS (AX), Y3                    \
	VMOVUPS -SIZE(AX), Y4               \
	VMOVUPS -2*SIZE(AX), Y5             \
	VXORPS Y3, Y5, Y15                  \
	ATDIAGONAL(FMA, MASKMOV, BLEND)     \
	JMP  head                           \
before:                                     \
	ONE(FMA)                            \
head:                                       \
	LEAQ 32(CX), AX                     \
	CMPQ AX, R11                        \
	JGT  tail                           \
	TESTQ $255, CX                      \
	JNZ  before                         \
	MOVQ R11, AX                        \
	ANDQ $~255, AX                      \
	CMPQ CX, AX                         \
	JGE  after                          \
	MOVQ CX, BX                         \
	LOAD8(0, 32, 64, 96)                \
	MOVQ BX, CX                         \
	PASS(FMA, 0, 32, 64, 96, first, R8, R9, 128, 192) \
	STORE8(0, 32, 64, 96)               \
	LOAD8(128, 160, 192, 224)           \
	MOVQ BX, CX                         \
	LEAQ (R9)(R12*1), R10               \
	LEAQ (R10)(R12*1), BX               \
	PASS(FMA, 128, 160, 192, 224, second, R10, BX, 0, 64) \
	MOVQ lanes+56(FP), R10              \
	STORE8(128, 160, 192, 224)          \
	JMP  rest                           \
after:                                      \
	ONE(FMA)                            \
rest:                                       \
	LEAQ 32(CX), AX                     \
	CMPQ AX, R11                        \
	JLE  after                          \
tail:                                       \
	PARTIAL(FMA, MASKMOV, BLEND, sums)  \
sums:                                       \
	SUMS                                \
	VMOVUPS (DI)(DX*1), Y11             \
	ADD Y0, Y11, Y0                     \
	BLEND Y15, Y0, Y11, Y11             \
	VMOVUPS Y11, (DI)(DX*1)             \
	ADDQ $2, R13                        \
	LEAQ (R9)(R12*1), R8                \
	DECQ R15                            \
	JNZ  pair                           \
	VZEROUPPER                          \
	RET

// func symvLowerAVX2F32(i, pairs int, a *float32, lda int, x, v *float32, lanes *[64]float64)
TEXT ·symvLowerAVX2F32(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	MOVQ lanes+48(FP), R10
	SHLQ $2, R12
	LOWER(4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvLowerAVX2F64(i, pairs int, a *float64, lda int, x, v *float64, lanes *[64]float64)
TEXT ·symvLowerAVX2F64(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	MOVQ lanes+48(FP), R10
	SHLQ $3, R12
	LOWER(8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)

// func symvUpperAVX2F32(i, pairs, n int, a *float32, lda int, x, v *float32, lanes *[64]float64)
TEXT ·symvUpperAVX2F32(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ n+16(FP), R11
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $2, R12
	SHLQ $2, R11
	UPPER(4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvUpperAVX2F64(i, pairs, n int, a *float64, lda int, x, v *float64, lanes *[64]float64)
TEXT ·symvUpperAVX2F64(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ n+16(FP), R11
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $3, R12
	SHLQ $3, R11
	UPPER(8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)
