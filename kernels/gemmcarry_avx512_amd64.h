// Whole tiles of a product that copy something else while they run, AVX-512: the including file includes gemm_avx512_amd64.h first. Copying alone waits for the
// third-level cache, 17 cycles a line of A and 10 of B on Zen 5; here lines move now and then through ports that the tile has no use for.
//
// CARRYROWS (not for COLUMNS) copies rows of the same length as a segment is long, a cache line every four steps: a piece of up to 12 rows. It begins each segment at from and to and then moves these by
// stride and step, but stays with the last of its rows. What is copied next is fetched into the first level.
//
// CARRYLINES copies a line of two vectors a segment (in one tile after the other: more of them in fewer tiles wait for the third level, 9 cycles a cache line for 4), from and to being
// its places, stride what lies between lines; what the next such tile copies is fetched into the first level, and the next rows of A as by other tiles.
//
// CARRYPAIRS copies two lines a segment, for the lower tiles of a triangle, of which there are few that meet a panel until it is needed.
//
// CARRYTURN (not for COLUMNS; with turnlanes…_avx512_amd64.h, TB CX, TB3 DI and TO BX) transposes four elements of 16 rows (float64: 8), stride apart, to a vector of each of four lines of a panel, a segment. What
// next says is fetched, four rows a segment and then, after 16 (8), their next lines, as are the lines to be written. For 16 loads, 12 of which
// insert, 8 shuffles and 4 stores a segment, of 300 cycles at k = 344, there is room beside the FMA.
//
// The carriage is (see gemmcarry_asm.go)
//
//	0 from   8 to   16 stride   24 step   32 next: bytes to what is fetched   40 rows, or lines
//
// Registers as in the tile of 12 rows, and Z2 Z3 the lines: a step leaves nothing in them. CARRYROWS: R14 from, DI to, AX next; CARRYLINES and CARRYPAIRS: AX from and what is fetched, DI to, stride; CARRYTURN: see there.

#ifndef COLUMNS
#undef NEXT4

#define NEXT4 \
	CARRY \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	LEAQ (AHEADP)(DX*4), AHEADP \
	LEAQ (SI)(DX*4), SI
#endif

#define CARRYROWS \
	PREFETCHT0 (R14)(AX*1) \
	MOV  (R14), Z2 \
	ADDQ $64, R14 \
	MOV  Z2, (DI) \
	ADDQ $64, DI

#define CARRYLINES \
	PREFETCHT0 127(CX) \
	MOVQ m+48(FP), CX \
	MOVQ 0(CX), AX \
	MOVQ 8(CX), DI \
	MOV  (AX), Z2 \
	MOV  64(AX), Z3 \
	MOV  Z2, (DI) \
	MOV  Z3, 64(DI) \
	PREFETCHT0 512(DI) \
	PREFETCHT0 576(DI) \
	MOVQ 16(CX), DI \
	DECQ 40(CX) \
	JLE  last \
	ADDQ $128, 8(CX) \
	ADDQ DI, 0(CX) \
last: \
	ADDQ 32(CX), AX \
	PREFETCHT0 (AX) \
	PREFETCHT0 64(AX) \
	PREFETCHT0 127(AX) \
	FETCHA4

#define CARRYPAIRS \
	PREFETCHT0 127(CX) \
	MOVQ m+48(FP), CX \
	MOVQ 0(CX), AX \
	MOVQ 8(CX), DI \
	MOVQ 16(CX), BX \
	MOV  (AX), Z2 \
	MOV  64(AX), Z3 \
	MOV  (AX)(BX*1), Z4 \
	MOV  64(AX)(BX*1), Z5 \
	MOV  Z2, (DI) \
	MOV  Z3, 64(DI) \
	MOV  Z4, 128(DI) \
	MOV  Z5, 192(DI) \
	PREFETCHT0 512(DI) \
	PREFETCHT0 576(DI) \
	PREFETCHT0 640(DI) \
	PREFETCHT0 704(DI) \
	SUBQ $2, 40(CX) \
	JLE  last \
	ADDQ $256, 8(CX) \
	ADDQ BX, 0(CX) \
	ADDQ BX, 0(CX) \
last: \
	ADDQ 32(CX), AX \
	PREFETCHT0 (AX) \
	PREFETCHT0 64(AX) \
	PREFETCHT0 127(AX) \
	PREFETCHT0 (AX)(BX*1) \
	PREFETCHT0 64(AX)(BX*1) \
	PREFETCHT0 127(AX)(BX*1) \
	MOVQ t+0(FP), BX \
	MOVQ 24(BX), BX \
	FETCHA4

#define CARRYTURN \
	PREFETCHT0 127(CX) \
	MOVQ m+48(FP), CX \
	MOVQ 0(CX), AX \
	MOVQ 8(CX), BX \
	ADDQ $LINE, 0(CX) \
	ADDQ $512, 8(CX) \
	MOVQ 16(CX), CX \
	LEAQ (CX)(CX*2), DI \
	TURNLANES(0) \
	PREFETCHT0 512(BX) \
	PREFETCHT0 640(BX) \
	PREFETCHT0 768(BX) \
	PREFETCHT0 896(BX) \
	MOVQ m+48(FP), BX \
	MOVQ 0(BX), AX \
	ADDQ 32(BX), AX \
	PREFETCHT0 (AX) \
	PREFETCHT0 (AX)(CX*1) \
	PREFETCHT0 (AX)(CX*2) \
	PREFETCHT0 (AX)(DI*1) \
	LEAQ -LINE(CX*4), AX \
	ADDQ AX, 32(BX) \
	DECQ 40(BX) \
	JNZ  last \
	MOVQ $PERIOD, 40(BX) \
	SHLQ $PERIODSHIFT, CX \
	SUBQ CX, 32(BX) \
	ADDQ $64, 32(BX) \
last: \
	MOVQ t+0(FP), BX \
	MOVQ 24(BX), BX \
	FETCHA4

#define CARRIAGE \
	PREFETCHT0 127(CX) \
	MOVQ m+48(FP), CX \
	MOVQ 0(CX), R14 \
	MOVQ 8(CX), DI \
	DECQ 40(CX) \
	JLE  last \
	MOVQ 16(CX), AX \
	ADDQ AX, 0(CX) \
	MOVQ 24(CX), AX \
	ADDQ AX, 8(CX) \
last: \
	MOVQ 32(CX), AX

#define CARRYTILE(FETCH, STEP, MIX, ADD, SCALE, PUT) \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  c+24(FP), DI \
	STRIDES \
	MOVQ  24(AX), BX \
	CLEAR \
	MOVQ  32(AX), CX \
	TILE(STEP, AHEAD2, FETCH, MIX, ADD, SCALE, PUT, one, fours, segment, four, done, add, mix, put)

#define CARRYTILE12(FETCH) CARRYTILE(FETCH, STEP2_12, MIX2_12, ADD2_12, SCALE2_12, PUT2_12)
