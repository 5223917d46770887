// Macros of the AVX-512 tile of a product, shared by both element types: the including file
// defines FMA, FMA213, FMABC, MUL, MOV, BCAST, LANES and SIZE (bytes of an
// element) first.
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 1…12, columns 1…2 vectors
//
// A is read one element at a time, broadcast, at a + i·ra + l·ca, so that one kernel serves packed
// panels (ra = one element), rows as stored (ca = one element) and columns as stored. B is
// read as vectors at b + l·rb, C at c + i·rc. Nothing
// beyond cols is read or written, and nothing is assumed about alignment.
//
// Either the rows of A are contiguous (ca is one element) or, where the including file defines COLUMNS, its columns (ra is
// one element: columns as stored, packed panels). So four steps need no pointer but that of A and that of B to
// move: on server Intel 512-bit FMAs and scalar additions share ports, as do the loads of masked
// vectors. Full tiles are therefore two whole vectors wide; others have a form with the second vector masked, or are at most one, which is masked.
//
// Registers
//
//	R8 R9 R10   A rows 0, 4, 8 (R8 only for COLUMNS)      AHEADP   B to fetch: R13, R9 for COLUMNS
//	R11 R12     ra, 3·ra   (COLUMNS: R13 R12 ca, 3·ca)
//	SI DX R15   B, rb, 3·rb               DI BX    C, rc        CX   counter
//	AX          the tileCall                               K1 K2   masks of a single vector and of the second of two
//	R14         A to fetch
//	Z0 Z1       B                         Z2…Z7    broadcasts of A
//	Z8…Z31      sums: row i in Z(8+2i), Z(9+2i); up to half a vector wide in Y(8+2i)
//
// Two vectors wide and 12 rows high, a step of l is 24 FMA, 2 vector loads, 12 broadcasts:
// 12 cycles of two 512-bit FMA pipes against 8 of two load ports (Zen 5, server Intel),
// 24 against 8 where 512-bit operations take two passes (Zen 4). 24 sums cover a latency of
// 4 on two pipes three times over. One vector wide, the broadcast is part of the FMA.
// Measured on Granite Rapids with hot operands, k = 344: 96 % of the FMA peak (85 % with masked loads and
// three pointers a step).
//
// The caller keeps k ≤ ChunkK, so that a call is at most 12·32·384·2 flop (3 µs).

#ifdef COLUMNS
#define A0(u) (0*SIZE)u
#define A1(u) (1*SIZE)u
#define A2(u) (2*SIZE)u
#define A3(u) (3*SIZE)u
#define A4(u) (4*SIZE)u
#define A5(u) (5*SIZE)u
#define A6(u) (6*SIZE)u
#define A7(u) (7*SIZE)u
#define A8(u) (8*SIZE)u
#define A9(u) (9*SIZE)u
#define A10(u) (10*SIZE)u
#define A11(u) (11*SIZE)u
#define L0 (R8)
#define L1 (R8)(R13*1)
#define L2 (R8)(R13*2)
#define L3 (R8)(R12*1)
#define STRIDES \
	MOVQ  8(AX), R13 \
	LEAQ  (R13)(R13*2), R12
#define NEXT1 \
	ADDQ R13, R8 \
	ADDQ DX, SI
#define NEXT4 \
	LEAQ (R8)(R13*4), R8 \
	LEAQ (R9)(DX*4), R9 \
	LEAQ (SI)(DX*4), SI
#define AHEADP R9
#else
#define A0(u) (u*SIZE)(R8)
#define A1(u) (u*SIZE)(R8)(R11*1)
#define A2(u) (u*SIZE)(R8)(R11*2)
#define A3(u) (u*SIZE)(R8)(R12*1)
#define A4(u) (u*SIZE)(R9)
#define A5(u) (u*SIZE)(R9)(R11*1)
#define A6(u) (u*SIZE)(R9)(R11*2)
#define A7(u) (u*SIZE)(R9)(R12*1)
#define A8(u) (u*SIZE)(R10)
#define A9(u) (u*SIZE)(R10)(R11*1)
#define A10(u) (u*SIZE)(R10)(R11*2)
#define A11(u) (u*SIZE)(R10)(R12*1)
#define L0 0
#define L1 1
#define L2 2
#define L3 3
#define STRIDES \
	MOVQ  0(AX), R11 \
	LEAQ  (R11)(R11*2), R12 \
	LEAQ  (R8)(R11*4), R9 \
	LEAQ  (R8)(R11*8), R10
#define NEXT1 \
	ADDQ $SIZE, R8 \
	ADDQ $SIZE, R9 \
	ADDQ $SIZE, R10 \
	ADDQ DX, SI
#define NEXT4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	LEAQ (AHEADP)(DX*4), AHEADP \
	LEAQ (SI)(DX*4), SI
#define AHEADP R13
#endif

// Tiles of two whole vectors fetch B into the first-level cache as far ahead as the call says, 0 for not at all: a loop of its own, since the
// fetches cost 2 to 5 % where B is near (n = 64 to 256).
#define AHEADB \
	MOVQ 72(AX), AHEADP \
	ADDQ SI, AHEADP
#define AHEAD2(p) PREFETCHT0 p; PREFETCHT0 64 p
#define AHEAD0(p)

#define B0 (SI)
#define B1 (SI)(DX*1)
#define B2 (SI)(DX*2)
#define B3 (SI)(R15*1)
#define P0 (AHEADP)
#define P1 (AHEADP)(DX*1)
#define P2 (AHEADP)(DX*2)
#define P3 (AHEADP)(R15*1)

#define ROW2(a, t, s0, s1) \
	BCAST a, t     \
	FMA   Z0, t, s0 \
	FMA   Z1, t, s1

#define ROW1(a, s0) \
	FMABC a, Z0, s0

#define ROWH(a, s0) \
	FMABC a, Y0, s0

#define LOAD2(b) \
	MOV b, Z0 \
	MOV 64 b, Z1

#define LOADM(b) \
	MOV b, Z0 \
	MOV.Z 64 b, K2, Z1

#define LOAD1(b) \
	MOV.Z b, K1, Z0

#define LOADH(b) \
	MOV.Z b, K1, Y0

// One step of l for 1 … 12 rows.
#define STEP2_1(u, b) LOAD2(b); ROW2(A0(u), Z2, Z8, Z9)
#define STEP2_2(u, b) STEP2_1(u, b); ROW2(A1(u), Z3, Z10, Z11)
#define STEP2_3(u, b) STEP2_2(u, b); ROW2(A2(u), Z4, Z12, Z13)
#define STEP2_4(u, b) STEP2_3(u, b); ROW2(A3(u), Z5, Z14, Z15)
#define STEP2_5(u, b) STEP2_4(u, b); ROW2(A4(u), Z6, Z16, Z17)
#define STEP2_6(u, b) STEP2_5(u, b); ROW2(A5(u), Z7, Z18, Z19)
#define STEP2_7(u, b) STEP2_6(u, b); ROW2(A6(u), Z2, Z20, Z21)
#define STEP2_8(u, b) STEP2_7(u, b); ROW2(A7(u), Z3, Z22, Z23)
#define STEP2_9(u, b) STEP2_8(u, b); ROW2(A8(u), Z4, Z24, Z25)
#define STEP2_10(u, b) STEP2_9(u, b); ROW2(A9(u), Z5, Z26, Z27)
#define STEP2_11(u, b) STEP2_10(u, b); ROW2(A10(u), Z6, Z28, Z29)
#define STEP2_12(u, b) STEP2_11(u, b); ROW2(A11(u), Z7, Z30, Z31)
#define STEPM_1(u, b) LOADM(b); ROW2(A0(u), Z2, Z8, Z9)
#define STEPM_2(u, b) STEPM_1(u, b); ROW2(A1(u), Z3, Z10, Z11)
#define STEPM_3(u, b) STEPM_2(u, b); ROW2(A2(u), Z4, Z12, Z13)
#define STEPM_4(u, b) STEPM_3(u, b); ROW2(A3(u), Z5, Z14, Z15)
#define STEPM_5(u, b) STEPM_4(u, b); ROW2(A4(u), Z6, Z16, Z17)
#define STEPM_6(u, b) STEPM_5(u, b); ROW2(A5(u), Z7, Z18, Z19)
#define STEPM_7(u, b) STEPM_6(u, b); ROW2(A6(u), Z2, Z20, Z21)
#define STEPM_8(u, b) STEPM_7(u, b); ROW2(A7(u), Z3, Z22, Z23)
#define STEPM_9(u, b) STEPM_8(u, b); ROW2(A8(u), Z4, Z24, Z25)
#define STEPM_10(u, b) STEPM_9(u, b); ROW2(A9(u), Z5, Z26, Z27)
#define STEPM_11(u, b) STEPM_10(u, b); ROW2(A10(u), Z6, Z28, Z29)
#define STEPM_12(u, b) STEPM_11(u, b); ROW2(A11(u), Z7, Z30, Z31)
#define STEP1_1(u, b) LOAD1(b); ROW1(A0(u), Z8)
#define STEP1_2(u, b) STEP1_1(u, b); ROW1(A1(u), Z10)
#define STEP1_3(u, b) STEP1_2(u, b); ROW1(A2(u), Z12)
#define STEP1_4(u, b) STEP1_3(u, b); ROW1(A3(u), Z14)
#define STEP1_5(u, b) STEP1_4(u, b); ROW1(A4(u), Z16)
#define STEP1_6(u, b) STEP1_5(u, b); ROW1(A5(u), Z18)
#define STEP1_7(u, b) STEP1_6(u, b); ROW1(A6(u), Z20)
#define STEP1_8(u, b) STEP1_7(u, b); ROW1(A7(u), Z22)
#define STEP1_9(u, b) STEP1_8(u, b); ROW1(A8(u), Z24)
#define STEP1_10(u, b) STEP1_9(u, b); ROW1(A9(u), Z26)
#define STEP1_11(u, b) STEP1_10(u, b); ROW1(A10(u), Z28)
#define STEP1_12(u, b) STEP1_11(u, b); ROW1(A11(u), Z30)
#define STEPH_1(u, b) LOADH(b); ROWH(A0(u), Y8)
#define STEPH_2(u, b) STEPH_1(u, b); ROWH(A1(u), Y10)
#define STEPH_3(u, b) STEPH_2(u, b); ROWH(A2(u), Y12)
#define STEPH_4(u, b) STEPH_3(u, b); ROWH(A3(u), Y14)
#define STEPH_5(u, b) STEPH_4(u, b); ROWH(A4(u), Y16)
#define STEPH_6(u, b) STEPH_5(u, b); ROWH(A5(u), Y18)
#define STEPH_7(u, b) STEPH_6(u, b); ROWH(A6(u), Y20)
#define STEPH_8(u, b) STEPH_7(u, b); ROWH(A7(u), Y22)
#define STEPH_9(u, b) STEPH_8(u, b); ROWH(A8(u), Y24)
#define STEPH_10(u, b) STEPH_9(u, b); ROWH(A9(u), Y26)
#define STEPH_11(u, b) STEPH_10(u, b); ROWH(A10(u), Y28)
#define STEPH_12(u, b) STEPH_11(u, b); ROWH(A11(u), Y30)

// What a segment fetches of the next rows of A: two lines, or where they come from afar two more as far from them as the call says (on processors other
// than Zen 5 that is 0: the second pair is the same lines again), and then of the row of C in CX the third line that it has if it begins within one (measured on Zen 5; elsewhere a prefetch a segment that nothing was seen to need).
#define FETCH2 \
	PREFETCHT1 (R14) \
	PREFETCHT1 64(R14) \
	ADDQ $128, R14

#define FETCH4 \
	PREFETCHT0 127(CX) \
	FETCHA4

#define FETCHA4 \
	MOVQ t+0(FP), CX \
	MOVL 60(CX), CX \
	PREFETCHT1 (R14)(CX*1) \
	PREFETCHT1 64(R14)(CX*1) \
	FETCH2

// All l; k ≥ 1 in CX. After at most three single steps the loop takes four steps at a time, in segments of
// a thirteenth of the whole, from k = 64 on. Each segment fetches one row of C into the first-level cache (all at once, 24 misses
// would hold the line fill buffers that the streams of A and B need) and lines of the next rows of A into the second. The slots of rows and cols keep what is left and the
// length of a segment, that of b the row of C.
#define CHAIN(STEP, AHEAD, FETCH, one, fours, segment, four, done) \
	MOVQ 16(AX), DX \
	LEAQ (DX)(DX*2), R15 \
	AHEADB \
	MOVQ 64(AX), R14 \
	MOVQ CX, AX \
	SHRQ $2, AX \
	ANDQ $3, CX \
	JZ   fours \
one: \
	STEP(L0, B0) \
	NEXT1      \
	DECQ CX    \
	JNZ  one   \
	TESTQ AX, AX \
	JZ   done  \
fours: \
	MOVQ AX, CX \
	MOVQ $0, rows+32(FP) \
	CMPQ AX, $16 \
	JLT  four  \
	LEAQ (AX)(AX*4), CX \
	SHRQ $6, CX \
	MOVQ CX, cols+40(FP) \
	MOVQ AX, rows+32(FP) \
	MOVQ DI, b+16(FP) \
segment: \
	MOVQ b+16(FP), CX \
	PREFETCHT0 (CX) \
	PREFETCHT0 64(CX) \
	ADDQ BX, b+16(FP) \
	FETCH \
	MOVQ cols+40(FP), CX \
	SUBQ CX, rows+32(FP) \
	JGE  four  \
	ADDQ rows+32(FP), CX \
	MOVQ $0, rows+32(FP) \
four: \
	STEP(L0, B0) \
	AHEAD(P0) \
	STEP(L1, B1) \
	AHEAD(P1) \
	STEP(L2, B2) \
	AHEAD(P2) \
	STEP(L3, B3) \
	AHEAD(P3) \
	NEXT4      \
	DECQ CX    \
	JNZ  four  \
	CMPQ rows+32(FP), $0 \
	JNE  segment \
done: \
	MOVQ c+24(FP), DI \
	MOVQ t+0(FP), AX

// Rows of C, alpha in Z0, beta in Z1. All of C is read before any of it is written: a masked
// store covers the start of the next row where rows are contiguous, and a load behind it would wait
// for the store to leave the core.
#define MIX2(s0, s1) \
	MUL (DI), Z1, Z2 \
	MUL 64(DI), Z1, Z3 \
	FMA213 Z2, Z0, s0 \
	FMA213 Z3, Z0, s1 \
	ADDQ BX, DI

#define MIXM(s0, s1) \
	MOV.Z 64(DI), K2, Z3 \
	MUL (DI), Z1, Z2 \
	MUL Z1, Z3, Z3 \
	FMA213 Z2, Z0, s0 \
	FMA213 Z3, Z0, s1 \
	ADDQ BX, DI

#define MIX1(s0) \
	MOV.Z (DI), K1, Z2 \
	MUL Z1, Z2, Z2 \
	FMA213 Z2, Z0, s0 \
	ADDQ BX, DI

#define MIXH(s0) \
	MOV.Z (DI), K1, Y2 \
	MUL Y1, Y2, Y2 \
	FMA213 Y2, Y0, s0 \
	ADDQ BX, DI

#define ADD2(s0, s1) \
	FMA213 (DI), Z0, s0 \
	FMA213 64(DI), Z0, s1 \
	ADDQ BX, DI

#define ADDM(s0, s1) \
	MOV.Z 64(DI), K2, Z3 \
	FMA213 (DI), Z0, s0 \
	FMA213 Z3, Z0, s1 \
	ADDQ BX, DI

#define ADD1(s0) \
	MOV.Z (DI), K1, Z2 \
	FMA213 Z2, Z0, s0 \
	ADDQ BX, DI

#define ADDH(s0) \
	MOV.Z (DI), K1, Y2 \
	FMA213 Y2, Y0, s0 \
	ADDQ BX, DI

#define SCALE2(s0, s1) \
	MUL Z0, s0, s0 \
	MUL Z0, s1, s1

#define SCALE1(s0) \
	MUL Z0, s0, s0

#define SCALEH(s0) \
	MUL Y0, s0, s0

#define PUT2(s0, s1) \
	MOV s0, (DI) \
	MOV s1, 64(DI) \
	ADDQ BX, DI

#define PUTM(s0, s1) \
	MOV s0, (DI) \
	MOV s1, K2, 64(DI) \
	ADDQ BX, DI

#define PUT1(s0) \
	MOV s0, K1, (DI) \
	ADDQ BX, DI

#define PUTH(s0) \
	MOV s0, K1, (DI) \
	ADDQ BX, DI

#define MIX2_1 MIX2(Z8, Z9)
#define MIX2_2 MIX2_1; MIX2(Z10, Z11)
#define MIX2_3 MIX2_2; MIX2(Z12, Z13)
#define MIX2_4 MIX2_3; MIX2(Z14, Z15)
#define MIX2_5 MIX2_4; MIX2(Z16, Z17)
#define MIX2_6 MIX2_5; MIX2(Z18, Z19)
#define MIX2_7 MIX2_6; MIX2(Z20, Z21)
#define MIX2_8 MIX2_7; MIX2(Z22, Z23)
#define MIX2_9 MIX2_8; MIX2(Z24, Z25)
#define MIX2_10 MIX2_9; MIX2(Z26, Z27)
#define MIX2_11 MIX2_10; MIX2(Z28, Z29)
#define MIX2_12 MIX2_11; MIX2(Z30, Z31)

#define MIXM_1 MIXM(Z8, Z9)
#define MIXM_2 MIXM_1; MIXM(Z10, Z11)
#define MIXM_3 MIXM_2; MIXM(Z12, Z13)
#define MIXM_4 MIXM_3; MIXM(Z14, Z15)
#define MIXM_5 MIXM_4; MIXM(Z16, Z17)
#define MIXM_6 MIXM_5; MIXM(Z18, Z19)
#define MIXM_7 MIXM_6; MIXM(Z20, Z21)
#define MIXM_8 MIXM_7; MIXM(Z22, Z23)
#define MIXM_9 MIXM_8; MIXM(Z24, Z25)
#define MIXM_10 MIXM_9; MIXM(Z26, Z27)
#define MIXM_11 MIXM_10; MIXM(Z28, Z29)
#define MIXM_12 MIXM_11; MIXM(Z30, Z31)

#define ADD2_1 ADD2(Z8, Z9)
#define ADD2_2 ADD2_1; ADD2(Z10, Z11)
#define ADD2_3 ADD2_2; ADD2(Z12, Z13)
#define ADD2_4 ADD2_3; ADD2(Z14, Z15)
#define ADD2_5 ADD2_4; ADD2(Z16, Z17)
#define ADD2_6 ADD2_5; ADD2(Z18, Z19)
#define ADD2_7 ADD2_6; ADD2(Z20, Z21)
#define ADD2_8 ADD2_7; ADD2(Z22, Z23)
#define ADD2_9 ADD2_8; ADD2(Z24, Z25)
#define ADD2_10 ADD2_9; ADD2(Z26, Z27)
#define ADD2_11 ADD2_10; ADD2(Z28, Z29)
#define ADD2_12 ADD2_11; ADD2(Z30, Z31)

#define ADDM_1 ADDM(Z8, Z9)
#define ADDM_2 ADDM_1; ADDM(Z10, Z11)
#define ADDM_3 ADDM_2; ADDM(Z12, Z13)
#define ADDM_4 ADDM_3; ADDM(Z14, Z15)
#define ADDM_5 ADDM_4; ADDM(Z16, Z17)
#define ADDM_6 ADDM_5; ADDM(Z18, Z19)
#define ADDM_7 ADDM_6; ADDM(Z20, Z21)
#define ADDM_8 ADDM_7; ADDM(Z22, Z23)
#define ADDM_9 ADDM_8; ADDM(Z24, Z25)
#define ADDM_10 ADDM_9; ADDM(Z26, Z27)
#define ADDM_11 ADDM_10; ADDM(Z28, Z29)
#define ADDM_12 ADDM_11; ADDM(Z30, Z31)

#define SCALE2_1 SCALE2(Z8, Z9)
#define SCALE2_2 SCALE2_1; SCALE2(Z10, Z11)
#define SCALE2_3 SCALE2_2; SCALE2(Z12, Z13)
#define SCALE2_4 SCALE2_3; SCALE2(Z14, Z15)
#define SCALE2_5 SCALE2_4; SCALE2(Z16, Z17)
#define SCALE2_6 SCALE2_5; SCALE2(Z18, Z19)
#define SCALE2_7 SCALE2_6; SCALE2(Z20, Z21)
#define SCALE2_8 SCALE2_7; SCALE2(Z22, Z23)
#define SCALE2_9 SCALE2_8; SCALE2(Z24, Z25)
#define SCALE2_10 SCALE2_9; SCALE2(Z26, Z27)
#define SCALE2_11 SCALE2_10; SCALE2(Z28, Z29)
#define SCALE2_12 SCALE2_11; SCALE2(Z30, Z31)

#define PUT2_1 PUT2(Z8, Z9)
#define PUT2_2 PUT2_1; PUT2(Z10, Z11)
#define PUT2_3 PUT2_2; PUT2(Z12, Z13)
#define PUT2_4 PUT2_3; PUT2(Z14, Z15)
#define PUT2_5 PUT2_4; PUT2(Z16, Z17)
#define PUT2_6 PUT2_5; PUT2(Z18, Z19)
#define PUT2_7 PUT2_6; PUT2(Z20, Z21)
#define PUT2_8 PUT2_7; PUT2(Z22, Z23)
#define PUT2_9 PUT2_8; PUT2(Z24, Z25)
#define PUT2_10 PUT2_9; PUT2(Z26, Z27)
#define PUT2_11 PUT2_10; PUT2(Z28, Z29)
#define PUT2_12 PUT2_11; PUT2(Z30, Z31)

#define PUTM_1 PUTM(Z8, Z9)
#define PUTM_2 PUTM_1; PUTM(Z10, Z11)
#define PUTM_3 PUTM_2; PUTM(Z12, Z13)
#define PUTM_4 PUTM_3; PUTM(Z14, Z15)
#define PUTM_5 PUTM_4; PUTM(Z16, Z17)
#define PUTM_6 PUTM_5; PUTM(Z18, Z19)
#define PUTM_7 PUTM_6; PUTM(Z20, Z21)
#define PUTM_8 PUTM_7; PUTM(Z22, Z23)
#define PUTM_9 PUTM_8; PUTM(Z24, Z25)
#define PUTM_10 PUTM_9; PUTM(Z26, Z27)
#define PUTM_11 PUTM_10; PUTM(Z28, Z29)
#define PUTM_12 PUTM_11; PUTM(Z30, Z31)

#define MIX1_1 MIX1(Z8)
#define MIX1_2 MIX1_1; MIX1(Z10)
#define MIX1_3 MIX1_2; MIX1(Z12)
#define MIX1_4 MIX1_3; MIX1(Z14)
#define MIX1_5 MIX1_4; MIX1(Z16)
#define MIX1_6 MIX1_5; MIX1(Z18)
#define MIX1_7 MIX1_6; MIX1(Z20)
#define MIX1_8 MIX1_7; MIX1(Z22)
#define MIX1_9 MIX1_8; MIX1(Z24)
#define MIX1_10 MIX1_9; MIX1(Z26)
#define MIX1_11 MIX1_10; MIX1(Z28)
#define MIX1_12 MIX1_11; MIX1(Z30)

#define ADD1_1 ADD1(Z8)
#define ADD1_2 ADD1_1; ADD1(Z10)
#define ADD1_3 ADD1_2; ADD1(Z12)
#define ADD1_4 ADD1_3; ADD1(Z14)
#define ADD1_5 ADD1_4; ADD1(Z16)
#define ADD1_6 ADD1_5; ADD1(Z18)
#define ADD1_7 ADD1_6; ADD1(Z20)
#define ADD1_8 ADD1_7; ADD1(Z22)
#define ADD1_9 ADD1_8; ADD1(Z24)
#define ADD1_10 ADD1_9; ADD1(Z26)
#define ADD1_11 ADD1_10; ADD1(Z28)
#define ADD1_12 ADD1_11; ADD1(Z30)

#define SCALE1_1 SCALE1(Z8)
#define SCALE1_2 SCALE1_1; SCALE1(Z10)
#define SCALE1_3 SCALE1_2; SCALE1(Z12)
#define SCALE1_4 SCALE1_3; SCALE1(Z14)
#define SCALE1_5 SCALE1_4; SCALE1(Z16)
#define SCALE1_6 SCALE1_5; SCALE1(Z18)
#define SCALE1_7 SCALE1_6; SCALE1(Z20)
#define SCALE1_8 SCALE1_7; SCALE1(Z22)
#define SCALE1_9 SCALE1_8; SCALE1(Z24)
#define SCALE1_10 SCALE1_9; SCALE1(Z26)
#define SCALE1_11 SCALE1_10; SCALE1(Z28)
#define SCALE1_12 SCALE1_11; SCALE1(Z30)

#define PUT1_1 PUT1(Z8)
#define PUT1_2 PUT1_1; PUT1(Z10)
#define PUT1_3 PUT1_2; PUT1(Z12)
#define PUT1_4 PUT1_3; PUT1(Z14)
#define PUT1_5 PUT1_4; PUT1(Z16)
#define PUT1_6 PUT1_5; PUT1(Z18)
#define PUT1_7 PUT1_6; PUT1(Z20)
#define PUT1_8 PUT1_7; PUT1(Z22)
#define PUT1_9 PUT1_8; PUT1(Z24)
#define PUT1_10 PUT1_9; PUT1(Z26)
#define PUT1_11 PUT1_10; PUT1(Z28)
#define PUT1_12 PUT1_11; PUT1(Z30)

#define MIXH_1 MIXH(Y8)
#define MIXH_2 MIXH_1; MIXH(Y10)
#define MIXH_3 MIXH_2; MIXH(Y12)
#define MIXH_4 MIXH_3; MIXH(Y14)
#define MIXH_5 MIXH_4; MIXH(Y16)
#define MIXH_6 MIXH_5; MIXH(Y18)
#define MIXH_7 MIXH_6; MIXH(Y20)
#define MIXH_8 MIXH_7; MIXH(Y22)
#define MIXH_9 MIXH_8; MIXH(Y24)
#define MIXH_10 MIXH_9; MIXH(Y26)
#define MIXH_11 MIXH_10; MIXH(Y28)
#define MIXH_12 MIXH_11; MIXH(Y30)

#define ADDH_1 ADDH(Y8)
#define ADDH_2 ADDH_1; ADDH(Y10)
#define ADDH_3 ADDH_2; ADDH(Y12)
#define ADDH_4 ADDH_3; ADDH(Y14)
#define ADDH_5 ADDH_4; ADDH(Y16)
#define ADDH_6 ADDH_5; ADDH(Y18)
#define ADDH_7 ADDH_6; ADDH(Y20)
#define ADDH_8 ADDH_7; ADDH(Y22)
#define ADDH_9 ADDH_8; ADDH(Y24)
#define ADDH_10 ADDH_9; ADDH(Y26)
#define ADDH_11 ADDH_10; ADDH(Y28)
#define ADDH_12 ADDH_11; ADDH(Y30)

#define SCALEH_1 SCALEH(Y8)
#define SCALEH_2 SCALEH_1; SCALEH(Y10)
#define SCALEH_3 SCALEH_2; SCALEH(Y12)
#define SCALEH_4 SCALEH_3; SCALEH(Y14)
#define SCALEH_5 SCALEH_4; SCALEH(Y16)
#define SCALEH_6 SCALEH_5; SCALEH(Y18)
#define SCALEH_7 SCALEH_6; SCALEH(Y20)
#define SCALEH_8 SCALEH_7; SCALEH(Y22)
#define SCALEH_9 SCALEH_8; SCALEH(Y24)
#define SCALEH_10 SCALEH_9; SCALEH(Y26)
#define SCALEH_11 SCALEH_10; SCALEH(Y28)
#define SCALEH_12 SCALEH_11; SCALEH(Y30)

#define PUTH_1 PUTH(Y8)
#define PUTH_2 PUTH_1; PUTH(Y10)
#define PUTH_3 PUTH_2; PUTH(Y12)
#define PUTH_4 PUTH_3; PUTH(Y14)
#define PUTH_5 PUTH_4; PUTH(Y16)
#define PUTH_6 PUTH_5; PUTH(Y18)
#define PUTH_7 PUTH_6; PUTH(Y20)
#define PUTH_8 PUTH_7; PUTH(Y22)
#define PUTH_9 PUTH_8; PUTH(Y24)
#define PUTH_10 PUTH_9; PUTH(Y26)
#define PUTH_11 PUTH_10; PUTH(Y28)
#define PUTH_12 PUTH_11; PUTH(Y30)

// A whole tile: sum, then by the mode of the call
//
//	0  c = alpha·acc                1  c = fma(alpha, acc, beta·c)
//	2  c = acc (alpha = 1)          3  c = fma(alpha, acc, c) (beta = 1)
//
// Multiplying by 1 is exact, so 2 and 3 are short cuts of 0 and 1.
#define TILE(STEP, AHEAD, FETCH, MIX, ADD, SCALE, PUT, one, fours, segment, four, done, add, mix, put) \
	CHAIN(STEP, AHEAD, FETCH, one, fours, segment, four, done) \
	MOVL  56(AX), CX \
	BCAST 40(AX), Z0 \
	CMPQ  CX, $2  \
	JEQ   put   \
	JGT   add   \
	CMPQ  CX, $1  \
	JEQ   mix   \
	SCALE       \
	JMP   put   \
add: \
	ADD         \
	MOVQ  c+24(FP), DI \
	JMP   put   \
mix: \
	BCAST 48(AX), Z1 \
	MIX         \
	MOVQ  c+24(FP), DI \
put: \
	PUT         \
	VZEROUPPER  \
	RET

#define ZERO(z) VPXORD z, z, z

#define CLEAR \
	ZERO(Z8) \
	ZERO(Z9) \
	ZERO(Z10) \
	ZERO(Z11) \
	ZERO(Z12) \
	ZERO(Z13) \
	ZERO(Z14) \
	ZERO(Z15) \
	ZERO(Z16) \
	ZERO(Z17) \
	ZERO(Z18) \
	ZERO(Z19) \
	ZERO(Z20) \
	ZERO(Z21) \
	ZERO(Z22) \
	ZERO(Z23) \
	ZERO(Z24) \
	ZERO(Z25) \
	ZERO(Z26) \
	ZERO(Z27) \
	ZERO(Z28) \
	ZERO(Z29) \
	ZERO(Z30) \
	ZERO(Z31)

// The body of the function: arguments, masks, choice of the tile.
#define BODY \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  c+24(FP), DI \
	MOVQ  cols+40(FP), CX \
	MOVQ  $1, DX \
	SHLQ  CX, DX \
	DECQ  DX \
	KMOVW DX, K1 \
	SHRQ  $LANES, DX \
	KMOVW DX, K2 \
	STRIDES \
	MOVQ  24(AX), BX \
	MOVQ  rows+32(FP), DX \
	CLEAR \
	MOVQ  32(AX), CX \
	CMPQ  cols+40(FP), $LANES \
	JLE   one \
	CMPQ  cols+40(FP), $(2*LANES) \
	JNE   masked \
	CMPQ  72(AX), $0 \
	JNE   two2A \
	CMPQ  DX, $12 \
	JEQ   tile2_12 \
	CMPQ  DX, $6 \
	JLT   low2 \
	JEQ   tile2_6 \
	CMPQ  DX, $8 \
	JLT   tile2_7 \
	JEQ   tile2_8 \
	CMPQ  DX, $10 \
	JLT   tile2_9 \
	JEQ   tile2_10 \
	JMP   tile2_11 \
low2: \
	CMPQ  DX, $2 \
	JLT   tile2_1 \
	JEQ   tile2_2 \
	CMPQ  DX, $4 \
	JLT   tile2_3 \
	JEQ   tile2_4 \
	JMP   tile2_5 \
two2A: \
	CMPQ  DX, $12 \
	JEQ   tile2A_12 \
	CMPQ  DX, $6 \
	JLT   low2A \
	JEQ   tile2A_6 \
	CMPQ  DX, $8 \
	JLT   tile2A_7 \
	JEQ   tile2A_8 \
	CMPQ  DX, $10 \
	JLT   tile2A_9 \
	JEQ   tile2A_10 \
	JMP   tile2A_11 \
low2A: \
	CMPQ  DX, $2 \
	JLT   tile2A_1 \
	JEQ   tile2A_2 \
	CMPQ  DX, $4 \
	JLT   tile2A_3 \
	JEQ   tile2A_4 \
	JMP   tile2A_5 \
masked: \
	CMPQ  DX, $12 \
	JEQ   tileM_12 \
	CMPQ  DX, $6 \
	JLT   lowM \
	JEQ   tileM_6 \
	CMPQ  DX, $8 \
	JLT   tileM_7 \
	JEQ   tileM_8 \
	CMPQ  DX, $10 \
	JLT   tileM_9 \
	JEQ   tileM_10 \
	JMP   tileM_11 \
lowM: \
	CMPQ  DX, $2 \
	JLT   tileM_1 \
	JEQ   tileM_2 \
	CMPQ  DX, $4 \
	JLT   tileM_3 \
	JEQ   tileM_4 \
	JMP   tileM_5 \
one: \
	CMPQ  cols+40(FP), $(LANES/2) \
	JLE   half \
	CMPQ  DX, $12 \
	JEQ   tile1_12 \
	CMPQ  DX, $6 \
	JLT   low1 \
	JEQ   tile1_6 \
	CMPQ  DX, $8 \
	JLT   tile1_7 \
	JEQ   tile1_8 \
	CMPQ  DX, $10 \
	JLT   tile1_9 \
	JEQ   tile1_10 \
	JMP   tile1_11 \
low1: \
	CMPQ  DX, $2 \
	JLT   tile1_1 \
	JEQ   tile1_2 \
	CMPQ  DX, $4 \
	JLT   tile1_3 \
	JEQ   tile1_4 \
	JMP   tile1_5 \
half: \
	CMPQ  DX, $12 \
	JEQ   tileH_12 \
	CMPQ  DX, $6 \
	JLT   lowH \
	JEQ   tileH_6 \
	CMPQ  DX, $8 \
	JLT   tileH_7 \
	JEQ   tileH_8 \
	CMPQ  DX, $10 \
	JLT   tileH_9 \
	JEQ   tileH_10 \
	JMP   tileH_11 \
lowH: \
	CMPQ  DX, $2 \
	JLT   tileH_1 \
	JEQ   tileH_2 \
	CMPQ  DX, $4 \
	JLT   tileH_3 \
	JEQ   tileH_4 \
	JMP   tileH_5
