// Symmetric matrix times vector from memory, columns in strips, AVX2 and FMA3. For each row i of the stored triangle, in ascending order (see Symv):
//
//	s = Σ a_ij·x_j in lane order, lane and segment by column      v_i = v_i + s      v_j = fma(a_ij, x_i, v_j), j ≠ i
//
// The rows of a block, whose diagonals lie in the same 256 bytes, have their lanes in memory, 256 bytes a row. Lower: Strip for every strip of whole blocks, ascending, then Diagonals. Upper: Heads, Strip for every strip,
// Tails. An element of v so meets its rows in ascending order.
//
//	Y0–Y3, Y4–Y7  half the lanes of rows 0, 1      Y8, Y9  x_i of rows 0, 1      Y10  x   Y11  v   Y12, Y13  a
//	R8, R9   rows, from column 0      R12  bytes of a row      R13  i      R15  pairs left      R10  their lanes
//	SI  x   DI  v   CX  byte of the column      AX  where the strip ends        DX  the next strip's first row
//	BX       the next pair, R11, R14 rows 0 and 1 of the one behind it: what is fetched
//	in the others as in symvpair_amd64.h
//
// A pair of rows takes two passes over a strip of 4 KiB, over 128 bytes of every 256, of which the second finds its lines in the first-level cache. Each fetches the other half of the blocks, or the first of the next
// pair's (which repeats what has gone astray), and all of a row two pairs on: a whole page in ascending order, 16 KiB ahead.
//
// Ports: 16 loads, 8 fetches, 16 FMA, 4 stores for 256 bytes of A: 12 cycles at 2 loads or fetches a cycle, 21 bytes a cycle, twice what memory gives.
//
// Edges: i even, all columns in one segment, whole blocks in a strip; nothing outside the triangle is read (masked loads do not fault), and what is fetched may lie anywhere. v has whole vectors: the elements behind the last
// may become anything.

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
// All of the blocks of one row, the other half of those of two rows, the first half of the next two.
#define FETCHROW(ROW) \
	PREFETCHT0 (ROW)    \
	PREFETCHT0 64(ROW)  \
	PREFETCHT0 128(ROW) \
	PREFETCHT0 192(ROW) \
	ADDQ $256, ROW
#define FETCHHALF(B) \
	PREFETCHT0 B(R8)(CX*1)    \
	PREFETCHT0 B+64(R8)(CX*1) \
	PREFETCHT0 B(R9)(CX*1)    \
	PREFETCHT0 B+64(R9)(CX*1)
#define FETCHPAIR(B) \
	PREFETCHT0 (BX)          \
	PREFETCHT0 64(BX)        \
	PREFETCHT0 (BX)(R12*1)   \
	PREFETCHT0 64(BX)(R12*1) \
	ADDQ $256, BX
// Half the blocks from CX to AX. Column 0 begins with lanes of +0.
#define PASS(FMA, B, FETCHING, ROW, ZERO, LOOP) \
	TESTQ CX, CX      \
	JZ   ZERO         \
	VMOVUPS B(R10), Y0     \
	VMOVUPS B+32(R10), Y1  \
	VMOVUPS B+64(R10), Y2  \
	VMOVUPS B+96(R10), Y3  \
	VMOVUPS B+256(R10), Y4 \
	VMOVUPS B+288(R10), Y5 \
	VMOVUPS B+320(R10), Y6 \
	VMOVUPS B+352(R10), Y7 \
	JMP  LOOP         \
ZERO:                     \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7 \
LOOP:                     \
	FETCHING(B+128)   \
	FETCHROW(ROW)     \
	STEP(FMA, B, Y0, Y4)    \
	STEP(FMA, B+32, Y1, Y5) \
	STEP(FMA, B+64, Y2, Y6) \
	STEP(FMA, B+96, Y3, Y7) \
	ADDQ $256, CX     \
	CMPQ CX, AX       \
	JLT  LOOP         \
	VMOVUPS Y0, B(R10)     \
	VMOVUPS Y1, B+32(R10)  \
	VMOVUPS Y2, B+64(R10)  \
	VMOVUPS Y3, B+96(R10)  \
	VMOVUPS Y4, B+256(R10) \
	VMOVUPS Y5, B+288(R10) \
	VMOVUPS Y6, B+320(R10) \
	VMOVUPS Y7, B+352(R10)

#define STRIP(SIZE, BCAST, FMA) \
	MOVQ R8, DX                      \
	ADDQ jump+72(FP), DX             \
pair:                                    \
	LEAQ (R8)(R12*1), R9             \
	BCAST (SI)(R13*SIZE), Y8         \
	BCAST SIZE(SI)(R13*SIZE), Y9     \
	LEAQ (R8)(R12*2), BX             \
	LEAQ (R8)(R12*4), R11            \
	CMPQ R15, $2                     \
	JGT  inside                      \
	MOVQ DX, R11                     \
	JEQ  inside                      \
	MOVQ DX, BX                      \
	LEAQ (DX)(R12*2), R11            \
inside:                                  \
	MOVQ from+16(FP), CX             \
	ADDQ CX, BX                      \
	ADDQ CX, R11                     \
	LEAQ (R11)(R12*1), R14           \
	PASS(FMA, 0, FETCHHALF, R11, zero0, line0) \
	MOVQ from+16(FP), CX             \
	PASS(FMA, 128, FETCHPAIR, R14, zero1, line1) \
	ADDQ $2, R13                     \
	LEAQ (R8)(R12*2), R8             \
	ADDQ $512, R10                   \
	DECQ R15                         \
	JNZ  pair                        \
	VZEROUPPER                       \
	RET

// OF for each pair in turn.
#define PAIRS(OF, SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
pair:                        \
	OF(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	ADDQ $2, R13         \
	ADDQ $512, R10       \
	LEAQ (R9)(R12*1), R8 \
	DECQ R15             \
	JNZ  pair            \
	VZEROUPPER           \
	RET

// func symvStripAVX2F32(i, pairs, from, to int, a *float32, lda int, x, v, lanes *float32, jump int)
TEXT ·symvStripAVX2F32(SB), NOSPLIT, $0-80
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ to+24(FP), AX
	MOVQ a+32(FP), R8
	MOVQ lda+40(FP), R12
	MOVQ x+48(FP), SI
	MOVQ v+56(FP), DI
	MOVQ lanes+64(FP), R10
	SHLQ $2, R12
	STRIP(4, VBROADCASTSS, VFMADD231PS)

// func symvDiagonalsAVX2F32(i, pairs int, a *float32, lda int, x, v, lanes *float32)
TEXT ·symvDiagonalsAVX2F32(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	MOVQ lanes+48(FP), R10
	SHLQ $2, R12
	PAIRS(DIAGONAL, 4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvHeadsAVX2F32(i, pairs, n int, a *float32, lda int, x, v, lanes *float32)
TEXT ·symvHeadsAVX2F32(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $2, R12
	PAIRS(HEAD, 4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvTailsAVX2F32(i, pairs, n int, a *float32, lda int, x, v, lanes *float32)
TEXT ·symvTailsAVX2F32(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $2, R12
	PAIRS(TAIL, 4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvStripAVX2F64(i, pairs, from, to int, a *float64, lda int, x, v, lanes *float64, jump int)
TEXT ·symvStripAVX2F64(SB), NOSPLIT, $0-80
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ to+24(FP), AX
	MOVQ a+32(FP), R8
	MOVQ lda+40(FP), R12
	MOVQ x+48(FP), SI
	MOVQ v+56(FP), DI
	MOVQ lanes+64(FP), R10
	SHLQ $3, R12
	STRIP(8, VBROADCASTSD, VFMADD231PD)

// func symvDiagonalsAVX2F64(i, pairs int, a *float64, lda int, x, v, lanes *float64)
TEXT ·symvDiagonalsAVX2F64(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	MOVQ lanes+48(FP), R10
	SHLQ $3, R12
	PAIRS(DIAGONAL, 8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)

// func symvHeadsAVX2F64(i, pairs, n int, a *float64, lda int, x, v, lanes *float64)
TEXT ·symvHeadsAVX2F64(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $3, R12
	PAIRS(HEAD, 8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)

// func symvTailsAVX2F64(i, pairs, n int, a *float64, lda int, x, v, lanes *float64)
TEXT ·symvTailsAVX2F64(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $3, R12
	PAIRS(TAIL, 8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)
