// A tile of a product that copies lines of the next panel of B while it runs, AVX-512: the including file includes gemm_avx512_amd64.h first, without COLUMNS.
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 8…12, columns two vectors
//	to[l, j] = from[l, j]                                  l < 2·⌊k/4⌋ + k mod 4
//
// Rows of B a multiple of 4 KiB apart share a set of the first-level cache, which loses them before the next tile of the panel meets them. So each is read once, by two tiles of the panel before, four
// steps of which copy two lines: 4 loads and 4 prefetches beside 56 loads, and 4 stores, in 48 cycles of FMA. (The stores cost about half a cycle each, the loads nothing; copied by one tile in place of two they cost
// more.) What follows in the same lines of from is fetched into the second level, and of C, while it is written, into the first.
//
// Registers as there, but R13 from (next), R14 the distance of its lines (coming[0]), DI to (coming[1]), lines of two vectors without gaps. Z2 Z3 the line: a step leaves nothing in them.
//
// The caller keeps 4 ≤ k ≤ ChunkK. Single steps come first, and copy a line each: both tiles together k mod 4 lines twice. Nothing but those lines is read or written beside the tile.

#undef PUT2
#define PUT2(s0, s1) \
	MOV s0, (DI) \
	MOV s1, 64(DI) \
	PREFETCHT0 128(DI) \
	PREFETCHT0 192(DI) \
	ADDQ BX, DI

#undef CHAIN
#undef NEXT4

#define NEXT4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	LEAQ (SI)(DX*4), SI

// A line, to off of DI, and the fetches of that behind it.
#define COPY(off, from0, from1, next0, next1) \
	PREFETCHT1 next0 \
	PREFETCHT1 next1 \
	MOV  from0, Z2 \
	MOV  from1, Z3 \
	MOV  Z2, off(DI) \
	MOV  Z3, (off+64)(DI)

#define CHAIN(STEP, AHEAD, FETCH, one, fours, segment, four, done) \
	MOVQ 16(AX), DX \
	LEAQ (DX)(DX*2), R15 \
	MOVQ 64(AX), R13 \
	MOVQ 80(AX), R14 \
	MOVQ 88(AX), DI \
	MOVQ CX, AX \
	SHRQ $2, AX \
	ANDQ $3, CX \
	JZ   fours \
one: \
	STEP(L0, B0) \
	COPY(0, (R13), 64(R13), 128(R13), 192(R13)) \
	ADDQ R14, R13 \
	ADDQ $128, DI \
	NEXT1 \
	DECQ CX \
	JNZ  one \
fours: \
	MOVQ AX, CX \
four: \
	STEP(L0, B0) \
	COPY(0, (R13), 64(R13), 128(R13), 192(R13)) \
	STEP(L1, B1) \
	STEP(L2, B2) \
	COPY(128, (R13)(R14*1), 64(R13)(R14*1), 128(R13)(R14*1), 192(R13)(R14*1)) \
	STEP(L3, B3) \
	LEAQ (R13)(R14*2), R13 \
	ADDQ $256, DI \
	NEXT4 \
	DECQ CX \
	JNZ  four \
	MOVQ c+24(FP), DI \
	MOVQ t+0(FP), AX

#define RELAYBODY \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	STRIDES \
	MOVQ  24(AX), BX \
	MOVQ  rows+32(FP), DX \
	CLEAR \
	MOVQ  32(AX), CX \
	CMPQ  DX, $12 \
	JEQ   tile12 \
	CMPQ  DX, $10 \
	JEQ   tile10 \
	JGT   tile11 \
	CMPQ  DX, $9 \
	JEQ   tile9 \
	TILE(STEP2_8, AHEAD0, FETCH2, MIX2_8, ADD2_8, SCALE2_8, PUT2_8, one8, fours8, segment8, four8, done8, add8, mix8, put8) \
tile9: \
	TILE(STEP2_9, AHEAD0, FETCH2, MIX2_9, ADD2_9, SCALE2_9, PUT2_9, one9, fours9, segment9, four9, done9, add9, mix9, put9) \
tile10: \
	TILE(STEP2_10, AHEAD0, FETCH2, MIX2_10, ADD2_10, SCALE2_10, PUT2_10, one10, fours10, segment10, four10, done10, add10, mix10, put10) \
tile11: \
	TILE(STEP2_11, AHEAD0, FETCH2, MIX2_11, ADD2_11, SCALE2_11, PUT2_11, one11, fours11, segment11, four11, done11, add11, mix11, put11) \
tile12: \
	TILE(STEP2_12, AHEAD0, FETCH2, MIX2_12, ADD2_12, SCALE2_12, PUT2_12, one12, fours12, segment12, four12, done12, add12, mix12, put12)
