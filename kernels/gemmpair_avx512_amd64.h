// A tile of two products of a batch that share A, one vector wide each, AVX-512: the including file includes gemm_avx512_amd64.h first, without COLUMNS.
//
//	C0[i, j] = alpha·Σ_l A[i, l]·B0[l, j] + beta·C0[i, j],  C1 from B1 in the same way     rows 8…12, columns one vector each
//
// One vector wide, a row costs a load, its broadcast, for each FMA: 17 loads a step of 16 rows are 8.5 cycles of two load ports against 8 of the FMAs, and the loads of the
// next lines come on top. Two products together are the tile of two vectors, 14 loads for 24 FMAs, the second vector being that of the second product.
//
// Registers as there, but R13: bytes from B0 to B1, which the call says where it else says what to fetch (ahead), and then from C0 to C1 (coming[0]). Lines of B have no gaps, rb is a
// vector; those of C may. The C of the second product is what the call lets the tile fetch (next). R15 is where (coming[1]) two pieces as far apart as B0 and B1 are fetched, a line of each a
// step, into the second level: the next two products' operands, without which order 64 has 190 of 260 GFLOP/s from memory. In the first level, too, that leaves a third of the load slots free.

#undef AHEADB
#undef P0
#undef P1
#undef P2
#undef P3
#undef NEXT4
#undef MIX2
#undef ADD2
#undef PUT2

#define AHEADB \
	MOVQ 72(AX), R13 \
	MOVQ 88(AX), R15
#define AHEAD1(p) PREFETCHT1 p; PREFETCHT1 p(R13*1)
#define P0 (R15)
#define P1 64(R15)
#define P2 128(R15)
#define P3 192(R15)

#define NEXT4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	ADDQ $256, R15 \
	ADDQ $256, SI

// The lines of a step are counted, not named by registers: LOADP takes the number.
#define LOADP(u) \
	MOV (u*64)(SI), Z0 \
	MOV (u*64)(SI)(R13*1), Z1

#define STEPP_8(u, b) \
	LOADP(u) \
	ROW2(A0(u), Z2, Z8, Z9) \
	ROW2(A1(u), Z3, Z10, Z11) \
	ROW2(A2(u), Z4, Z12, Z13) \
	ROW2(A3(u), Z5, Z14, Z15) \
	ROW2(A4(u), Z6, Z16, Z17) \
	ROW2(A5(u), Z7, Z18, Z19) \
	ROW2(A6(u), Z2, Z20, Z21) \
	ROW2(A7(u), Z3, Z22, Z23)
#define STEPP_9(u, b) STEPP_8(u, b); ROW2(A8(u), Z4, Z24, Z25)
#define STEPP_10(u, b) STEPP_9(u, b); ROW2(A9(u), Z5, Z26, Z27)
#define STEPP_11(u, b) STEPP_10(u, b); ROW2(A10(u), Z6, Z28, Z29)
#define STEPP_12(u, b) STEPP_11(u, b); ROW2(A11(u), Z7, Z30, Z31)

#define MIX2(s0, s1) \
	MUL (DI), Z1, Z2 \
	MUL (DI)(R13*1), Z1, Z3 \
	FMA213 Z2, Z0, s0 \
	FMA213 Z3, Z0, s1 \
	ADDQ BX, DI

#define ADD2(s0, s1) \
	FMA213 (DI), Z0, s0 \
	FMA213 (DI)(R13*1), Z0, s1 \
	ADDQ BX, DI

#define PUT2(s0, s1) \
	MOV s0, (DI) \
	MOV s1, (DI)(R13*1) \
	ADDQ BX, DI

#define SECOND MOVQ 80(AX), R13

#define PAIRBODY \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  c+24(FP), DI \
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
	TILE(STEPP_8, AHEAD1, FETCH2, SECOND; MIX2_8, SECOND; ADD2_8, SCALE2_8, SECOND; PUT2_8, one8, fours8, segment8, four8, done8, add8, mix8, put8) \
tile9: \
	TILE(STEPP_9, AHEAD1, FETCH2, SECOND; MIX2_9, SECOND; ADD2_9, SCALE2_9, SECOND; PUT2_9, one9, fours9, segment9, four9, done9, add9, mix9, put9) \
tile10: \
	TILE(STEPP_10, AHEAD1, FETCH2, SECOND; MIX2_10, SECOND; ADD2_10, SCALE2_10, SECOND; PUT2_10, one10, fours10, segment10, four10, done10, add10, mix10, put10) \
tile11: \
	TILE(STEPP_11, AHEAD1, FETCH2, SECOND; MIX2_11, SECOND; ADD2_11, SCALE2_11, SECOND; PUT2_11, one11, fours11, segment11, four11, done11, add11, mix11, put11) \
tile12: \
	TILE(STEPP_12, AHEAD1, FETCH2, SECOND; MIX2_12, SECOND; ADD2_12, SCALE2_12, SECOND; PUT2_12, one12, fours12, segment12, four12, done12, add12, mix12, put12)
