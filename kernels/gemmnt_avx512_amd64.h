// A whole tile of a product A·Bᵀ that transposes its panel of B while it reads it, AVX-512: the including file includes gemm_avx512_amd64.h and turnlanes…_avx512_amd64.h first, without COLUMNS, and
// defines TURN, four lines of the panel.
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[j, l] + beta·C[i, j]     12 rows, two vectors of columns
//	panel[l, j] = B[j, l]
//
// The rows of B are contiguous in l, cb bytes apart. Four lines of the panel are made, four steps before they are read, of four elements of each row of B. For 96 FMA, 48 cycles, that is 32 loads,
// 24 of which insert, beside 56 of the tile (44 cycles of two ports), 16 shuffles (float64 8) and 8 stores. Measured, order 32 and 64 in float32: the tile 88 and 177 ns, so 102 and 209, packing
// and the tile 125 and 252. Of the 8 cycles more that four steps of order 64 take, the inserts are 3.4 (left out) and the first four lines, for which nothing else waits, 2.7.
//
// Registers as in gemm_avx512_amd64.h, but
//
//	R13   B, the next four elements of row 0     DX R15   cb, 3·cb     AX   the row at work
//	SI    the panel, lines of two vectors without gaps
//
// The caller keeps k a multiple of four, at most ChunkK. The other rows of C are computed from the panel as from a packed one.

#undef CHAIN
#undef LOAD2
#undef NEXT4

#define LOAD2(u) \
	MOV (u*128)(SI), Z0 \
	MOV (u*128+64)(SI), Z1

#define STEPT(u) STEP2_12(u, u)

#define NEXT4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	ADDQ $512, SI

#define CHAIN(STEP, AHEAD, FETCH, one, fours, segment, four, done) \
	MOVQ b+16(FP), R13 \
	MOVQ panel+32(FP), SI \
	MOVQ cb+40(FP), DX \
	LEAQ (DX)(DX*2), R15 \
	SHRQ $2, CX \
	MOVQ R13, AX \
	TURN(0) \
	JMP  segment \
four: \
	MOVQ R13, AX \
	TURN(512) \
fours: \
	STEP(L0) \
	STEP(L1) \
	STEP(L2) \
	STEP(L3) \
	NEXT4 \
segment: \
	ADDQ $LINE, R13 \
	DECQ CX \
	JG   four \
	JEQ  fours \
	MOVQ c+24(FP), DI \
	MOVQ t+0(FP), AX

#define TRANSPOSETILE \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	STRIDES \
	MOVQ  24(AX), BX \
	CLEAR \
	MOVQ  32(AX), CX \
	TILE(STEPT, AHEAD0, FETCH2, MIX2_12, ADD2_12, SCALE2_12, PUT2_12, one, fours, segment, four, done, add, mix, put)
