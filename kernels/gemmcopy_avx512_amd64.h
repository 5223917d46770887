// A whole tile of a product that copies its panel of B, as packing would, while it reads it, AVX-512: the including file includes gemm_avx512_amd64.h first. Two stores
// and two fetches a step use ports that the tile has no use for, where packing by itself takes 5.5 cycles a step. The distance from B to where its copy goes is what the call says of
// fetching B. What it says of the next rows of A is here the row of B that is fetched in the first step, into the second-level cache: rows of B that are a power of two apart share few
// sets of the first. Otherwise as the tile of 12 rows.
//
//	AHEADP   where the copy goes     R14   B to fetch

#undef NEXT1
#undef NEXT4

#ifdef COLUMNS
#define NEXT1 \
	ADDQ R13, R8 \
	ADDQ DX, SI \
	ADDQ DX, R14

#define NEXT4 \
	LEAQ (R8)(R13*4), R8 \
	LEAQ (R14)(DX*4), R14 \
	LEAQ (SI)(DX*4), SI
#else
#define NEXT1 \
	ADDQ $SIZE, R8 \
	ADDQ $SIZE, R9 \
	ADDQ $SIZE, R10 \
	ADDQ DX, SI \
	ADDQ DX, R14

#define NEXT4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	LEAQ (R14)(DX*4), R14 \
	LEAQ (SI)(DX*4), SI
#endif

#undef P0
#undef P1
#undef P2
#undef P3
#define P0 (R14)
#define P1 (R14)(DX*1)
#define P2 (R14)(DX*2)
#define P3 (R14)(R15*1)

#define AHEADC(p) PREFETCHT1 p; PREFETCHT1 64 p
#define FETCH0

#define STEPC(u, b) \
	STEP2_12(u, b) \
	MOV Z0, (AHEADP) \
	MOV Z1, 64(AHEADP) \
	ADDQ $128, AHEADP

#define COPYTILE \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  c+24(FP), DI \
	STRIDES \
	MOVQ  24(AX), BX \
	CLEAR \
	MOVQ  32(AX), CX \
	TILE(STEPC, AHEADC, FETCH0, MIX2_12, ADD2_12, SCALE2_12, PUT2_12, one, fours, segment, four, done, add, mix, put)
