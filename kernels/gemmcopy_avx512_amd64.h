// A whole tile of a product that copies its panel of B, as packing would, while it reads it, AVX-512: the including file includes gemm_avx512_amd64.h first, without
// COLUMNS. Two stores a step use ports that the tile has no use for, where packing by itself takes 5.5 cycles a step. The distance from B to where its copy goes, in
// lines of two vectors, is what the call says of fetching. Otherwise as the tile of 12 rows.

#undef NEXT1
#undef NEXT4

#define NEXT1 \
	ADDQ $SIZE, R8 \
	ADDQ $SIZE, R9 \
	ADDQ $SIZE, R10 \
	ADDQ DX, SI \
	ADDQ $128, AHEADP

#define NEXT4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	ADDQ $512, AHEADP \
	LEAQ (SI)(DX*4), SI

#define STEPC(u, b) \
	STEP2_12(u, b) \
	MOV Z0, (u*128)(AHEADP) \
	MOV Z1, (u*128+64)(AHEADP)

#define COPYTILE \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  c+24(FP), DI \
	STRIDES \
	MOVQ  24(AX), BX \
	CLEAR \
	MOVQ  32(AX), CX \
	TILE(STEPC, AHEAD0, FETCH2, MIX2_12, ADD2_12, SCALE2_12, PUT2_12, one, fours, segment, four, done, add, mix, put)
