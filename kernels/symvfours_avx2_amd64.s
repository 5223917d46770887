// Symmetric matrix times vector, each stored element read once, four rows at a time, AVX2 and FMA3: rows of 1 to 7 KiB (symvFours).
//
// For each row i of the stored triangle, in ascending order (see Symv):
//
//	s = Σ a_ij·x_j in lane order, lane and segment by column      v_i = v_i + s      v_j = fma(a_ij, x_i, v_j), j ≠ i
//
//	Y0, Y1 … Y6, Y7  the lanes of one cache line of a block, of rows 0 … 3      Y8–Y11  x_i of rows 0 … 3      Y12  x   Y13  v   Y14, Y15  a
//	R8, R9, R11, R14  rows, from column 0      R12  bytes of a row      R13  i      R15  pairs left      R10  lanes of four rows in memory, 1 KiB
//	SI  x   DI  v   CX  byte of the column     AX  where whole blocks end      BX  where they begin, then what is fetched      DX  bytes of three rows
//	at the diagonal as in symvpair_amd64.h
//
// Whole blocks of 256 bytes are taken in four passes, one over each cache line of theirs, which fetch the line that the next pass takes. Beside pairs of rows x and v are loaded, and v stored, half
// as often.
//
// Ports: 12 loads, 4 fetches, 16 FMA, 2 stores for 256 bytes of A: 8 cycles at 2 loads or FMA a cycle, 32 bytes a cycle (pairs of rows: 16 loads and 4 fetches).
//
// Edges: i a multiple of 4, all columns in one segment; nothing outside the triangle is read (masked loads do not fault). v has whole vectors: the elements behind the last may become anything.

#include "textflag.h"
#include "symvpair_amd64.h"

// A vector of x and of v and four of A: OFF is its place in the block, A, B, C, D are its lanes of the four rows.
#define STEP(FMA, OFF, A, B, C, D) \
	VMOVUPS OFF(SI)(CX*1), Y12  \
	VMOVUPS OFF(DI)(CX*1), Y13  \
	VMOVUPS OFF(R8)(CX*1), Y14  \
	VMOVUPS OFF(R9)(CX*1), Y15  \
	FMA Y14, Y8, Y13            \
	FMA Y14, Y12, A             \
	VMOVUPS OFF(R11)(CX*1), Y14 \
	FMA Y15, Y9, Y13            \
	FMA Y15, Y12, B             \
	VMOVUPS OFF(R14)(CX*1), Y15 \
	FMA Y14, Y10, Y13           \
	FMA Y14, Y12, C             \
	FMA Y15, Y11, Y13           \
	FMA Y15, Y12, D             \
	VMOVUPS Y13, OFF(DI)(CX*1)

// The lanes of one line of the blocks, from and to memory.
#define LOAD8(B) \
	VMOVUPS B(R10), Y0      \
	VMOVUPS B+32(R10), Y1   \
	VMOVUPS B+256(R10), Y2  \
	VMOVUPS B+288(R10), Y3  \
	VMOVUPS B+512(R10), Y4  \
	VMOVUPS B+544(R10), Y5  \
	VMOVUPS B+768(R10), Y6  \
	VMOVUPS B+800(R10), Y7
#define STORE8(B) \
	VMOVUPS Y0, B(R10)      \
	VMOVUPS Y1, B+32(R10)   \
	VMOVUPS Y2, B+256(R10)  \
	VMOVUPS Y3, B+288(R10)  \
	VMOVUPS Y4, B+512(R10)  \
	VMOVUPS Y5, B+544(R10)  \
	VMOVUPS Y6, B+768(R10)  \
	VMOVUPS Y7, B+800(R10)
#define ZERO8(B) \
	VXORPS Y0, Y0, Y0 \
	VXORPS Y1, Y1, Y1 \
	VXORPS Y2, Y2, Y2 \
	VXORPS Y3, Y3, Y3 \
	VXORPS Y4, Y4, Y4 \
	VXORPS Y5, Y5, Y5 \
	VXORPS Y6, Y6, Y6 \
	VXORPS Y7, Y7, Y7

// The next line of the same blocks, or, behind the last, the first one of the next four rows, from BX on.
#define FETCH(B) \
	PREFETCHT0 B(R8)(CX*1)  \
	PREFETCHT0 B(R9)(CX*1)  \
	PREFETCHT0 B(R11)(CX*1) \
	PREFETCHT0 B(R14)(CX*1)
#define FETCHNEXT(B) \
	PREFETCHT0 (BX)         \
	PREFETCHT0 (BX)(R12*1)  \
	PREFETCHT0 (BX)(R12*2)  \
	PREFETCHT0 (BX)(DX*1)   \
	ADDQ $256, BX

// One line of the blocks from CX to AX.
#define PASS(FMA, B, INIT, FETCHING, LOOP) \
	INIT(B)           \
LOOP:                     \
	FETCHING(B+64)    \
	STEP(FMA, B, Y0, Y2, Y4, Y6)    \
	STEP(FMA, B+32, Y1, Y3, Y5, Y7) \
	ADDQ $256, CX     \
	CMPQ CX, AX       \
	JLT  LOOP         \
	STORE8(B)

// All four, blocks from BX to AX of the rows from R8 on.
#define PASSES(SIZE, BCAST, FMA, INIT) \
	LEAQ (R8)(R12*1), R9               \
	LEAQ (R8)(R12*2), R11              \
	LEAQ (R9)(R12*2), R14              \
	BCAST (SI)(R13*SIZE), Y8           \
	BCAST SIZE(SI)(R13*SIZE), Y9       \
	BCAST 2*SIZE(SI)(R13*SIZE), Y10    \
	BCAST 3*SIZE(SI)(R13*SIZE), Y11    \
	MOVQ BX, CX                        \
	PASS(FMA, 0, INIT, FETCH, line0)   \
	MOVQ BX, CX                        \
	PASS(FMA, 64, INIT, FETCH, line1)  \
	MOVQ BX, CX                        \
	PASS(FMA, 128, INIT, FETCH, line2) \
	MOVQ BX, CX                        \
	ADDQ R8, BX                        \
	LEAQ (BX)(R12*4), BX               \
	LEAQ (R12)(R12*2), DX              \
	PASS(FMA, 192, INIT, FETCHNEXT, line3)

// The next two rows: NZ if they are of the same four.
#define NEXTPAIR \
	ADDQ $2, R13          \
	LEAQ (R9)(R12*1), R8  \
	ADDQ $512, R10        \
	DECQ R15              \
	TESTQ $1, R15

#define LOWER(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
group:                              \
	LEAQ (R13*SIZE), AX         \
	ANDQ $~255, AX              \
	JZ   pair                   \
	XORL BX, BX                 \
	PASSES(SIZE, BCAST, FMA, ZERO8) \
pair:                               \
	DIAGONAL(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	NEXTPAIR                    \
	JNZ  pair                   \
	SUBQ $1024, R10             \
	TESTQ R15, R15              \
	JNZ  group                  \
	VZEROUPPER                  \
	RET

#define UPPER(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
group:                              \
	HEAD(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	NEXTPAIR                    \
	JNZ  group                  \
	SUBQ $4, R13                \
	LEAQ (R12*4), AX            \
	SUBQ AX, R8                 \
	SUBQ $1024, R10             \
	ADDQ $2, R15                \
	LEAQ (R13*SIZE), BX         \
	ORQ  $255, BX               \
	INCQ BX                     \
	MOVQ n+16(FP), AX           \
	IMULQ $SIZE, AX             \
	ANDQ $~255, AX              \
	CMPQ BX, AX                 \
	JGE  tail                   \
	PASSES(SIZE, BCAST, FMA, LOAD8) \
tail:                               \
	TAIL(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	NEXTPAIR                    \
	JNZ  tail                   \
	SUBQ $1024, R10             \
	TESTQ R15, R15              \
	JNZ  group                  \
	VZEROUPPER                  \
	RET

// func symvFoursLowerAVX2F32(i, pairs int, a *float32, lda int, x, v *float32, lanes *[128]float64)
TEXT ·symvFoursLowerAVX2F32(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	MOVQ lanes+48(FP), R10
	SHLQ $2, R12
	LOWER(4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvFoursUpperAVX2F32(i, pairs, n int, a *float32, lda int, x, v *float32, lanes *[128]float64)
TEXT ·symvFoursUpperAVX2F32(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $2, R12
	UPPER(4, VBROADCASTSS, VADDPS, VFMADD231PS, VMASKMOVPS, VBLENDVPS, FOLD32)

// func symvFoursLowerAVX2F64(i, pairs int, a *float64, lda int, x, v *float64, lanes *[128]float64)
TEXT ·symvFoursLowerAVX2F64(SB), NOSPLIT, $0-56
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+16(FP), R8
	MOVQ lda+24(FP), R12
	MOVQ x+32(FP), SI
	MOVQ v+40(FP), DI
	MOVQ lanes+48(FP), R10
	SHLQ $3, R12
	LOWER(8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)

// func symvFoursUpperAVX2F64(i, pairs, n int, a *float64, lda int, x, v *float64, lanes *[128]float64)
TEXT ·symvFoursUpperAVX2F64(SB), NOSPLIT, $0-64
	MOVQ i+0(FP), R13
	MOVQ pairs+8(FP), R15
	MOVQ a+24(FP), R8
	MOVQ lda+32(FP), R12
	MOVQ x+40(FP), SI
	MOVQ v+48(FP), DI
	MOVQ lanes+56(FP), R10
	SHLQ $3, R12
	UPPER(8, VBROADCASTSD, VADDPD, VFMADD231PD, VMASKMOVPD, VBLENDVPD, FOLD64)
