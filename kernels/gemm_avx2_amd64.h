// Macros of the AVX2 tile of a product, shared by both element types: the including file
// defines FMA, FMA213, MUL, MOV, MASKMOV, BCAST and LANES first.
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 1…6, columns 1…2·LANES
//
// A is read one element at a time, broadcast, at a + i·ra + l·ca (packed panels, rows or
// columns as stored), B as vectors at b + l·rb, C at c + i·rc. Tiles of less than one
// vector are masked (a masked store costs a dozen cycles on AMD). Of one to two, the second ends with the last column and overlaps the first, whose
// columns are computed and written twice with the same values: nothing beyond cols is read or written. Nothing is assumed about alignment.
//
// Registers
//
//	R8 R9       A rows 0, 4           R11 R12  ra, 3·ra     R13  ca
//	SI DX       B, rb                 DI BX    C (before: bytes to a second vector that overlaps, then R8), rc      CX   counter
//	AX          the tileCall          Y0 Y1    B            Y2 Y3  broadcasts of A
//	R10         rows, then how far ahead B is fetched
//	R14 R15     A to fetch, and how far from there more of it; R15 0: none
//	Y4…Y15      sums: row i in Y(4+2i), Y(5+2i)             one vector: Y1 is the mask
//
// Two vectors wide and 6 rows high, a step of l is 12 FMA, 2 vector loads, 6 broadcasts and a fetch:
// 6 cycles of two FMA pipes against 4.5 of two load ports. 12 sums cover a latency of 4 or 5 on two
// pipes.
//
// l ascends in one chain per element; the loop takes two steps at a time after an odd first one.
// The caller keeps k ≤ ChunkK, so that a call is at most 6·16·384·2 flop (3 µs).

#define A0 (R8)
#define A1 (R8)(R11*1)
#define A2 (R8)(R11*2)
#define A3 (R8)(R12*1)
#define A4 (R9)
#define A5 (R9)(R11*1)

#define ROW2(a, t, s0, s1) \
	BCAST a, t     \
	FMA   Y0, t, s0 \
	FMA   Y1, t, s1

#define ROW1(a, t, s0) \
	BCAST a, t     \
	FMA   Y0, t, s0

#define LOAD2 \
	MOV (SI), Y0 \
	MOV 32(SI), Y1

#define LOADL \
	MOV (SI), Y0 \
	MOV (SI)(DI*1), Y1

#define LOAD1 \
	MOV (SI), Y0

#define LOADM \
	MASKMOV (SI), Y1, Y0

#define NEXT \
	ADDQ R13, R8 \
	ADDQ R13, R9 \
	ADDQ DX, SI

// One step of l for 1 … 6 rows.
#define STEP2_1 LOAD2; ROW2(A0, Y2, Y4, Y5)
#define STEP2_2 STEP2_1; ROW2(A1, Y3, Y6, Y7)
#define STEP2_3 STEP2_2; ROW2(A2, Y2, Y8, Y9)
#define STEP2_4 STEP2_3; ROW2(A3, Y3, Y10, Y11)
#define STEP2_5 STEP2_4; ROW2(A4, Y2, Y12, Y13)
#define STEP2_6 STEP2_5; ROW2(A5, Y3, Y14, Y15)
#define STEPL_1 LOADL; ROW2(A0, Y2, Y4, Y5)
#define STEPL_2 STEPL_1; ROW2(A1, Y3, Y6, Y7)
#define STEPL_3 STEPL_2; ROW2(A2, Y2, Y8, Y9)
#define STEPL_4 STEPL_3; ROW2(A3, Y3, Y10, Y11)
#define STEPL_5 STEPL_4; ROW2(A4, Y2, Y12, Y13)
#define STEPL_6 STEPL_5; ROW2(A5, Y3, Y14, Y15)
#define STEP1_1 LOAD1; ROW1(A0, Y2, Y4)
#define STEP1_2 STEP1_1; ROW1(A1, Y3, Y6)
#define STEP1_3 STEP1_2; ROW1(A2, Y2, Y8)
#define STEP1_4 STEP1_3; ROW1(A3, Y3, Y10)
#define STEP1_5 STEP1_4; ROW1(A4, Y2, Y12)
#define STEP1_6 STEP1_5; ROW1(A5, Y3, Y14)
#define STEPM_1 LOADM; ROW1(A0, Y2, Y4)
#define STEPM_2 STEPM_1; ROW1(A1, Y3, Y6)
#define STEPM_3 STEPM_2; ROW1(A2, Y2, Y8)
#define STEPM_4 STEPM_3; ROW1(A3, Y3, Y10)
#define STEPM_5 STEPM_4; ROW1(A4, Y2, Y12)
#define STEPM_6 STEPM_5; ROW1(A5, Y3, Y14)

// All l; k ≥ 1 in CX. After an odd step the loop takes two at a time, in segments of about a seventh of the
// whole; each fetches one row of C and, if the call has any, lines of the next rows of A (see gemm_avx512_amd64.h), from k = 64 on. Fetching B in a loop that has no need of it costs 2 to 4 %.
#define CHAIN(STEP, odd, segment, pair, far, own, next, done) \
	MOVQ 16(AX), DX \
	SHRQ $1, CX \
	JCC  odd   \
	STEP       \
	NEXT       \
	TESTQ CX, CX \
	JZ   done  \
odd: \
	MOVQ 72(AX), R10 \
	MOVQ $0, rows+32(FP) \
	CMPQ CX, $32 \
	JLT  next  \
	MOVQ 64(AX), R14 \
	MOVL 60(AX), R15 \
	MOVQ CX, rows+32(FP) \
	LEAQ (CX)(CX*8), CX \
	SHRQ $6, CX \
	MOVQ CX, cols+40(FP) \
	MOVQ c+24(FP), AX \
segment: \
	PREFETCHT0 (AX) \
	PREFETCHT0 63(AX) \
	ADDQ BX, AX \
	TESTQ R15, R15 \
	JZ   own   \
	PREFETCHT1 (R14) \
	PREFETCHT1 64(R14) \
	PREFETCHT1 (R14)(R15*1) \
	PREFETCHT1 64(R14)(R15*1) \
	ADDQ $128, R14 \
own: \
	MOVQ cols+40(FP), CX \
	SUBQ CX, rows+32(FP) \
	JGE  next  \
	ADDQ rows+32(FP), CX \
	MOVQ $0, rows+32(FP) \
next: \
	TESTQ R10, R10 \
	JNZ  far   \
	PCALIGN $64 \
pair: \
	STEP       \
	NEXT       \
	STEP       \
	NEXT       \
	DECQ CX    \
	JNZ  pair  \
	CMPQ rows+32(FP), $0 \
	JNE  segment \
	JMP  done  \
	PCALIGN $64 \
far: \
	STEP       \
	PREFETCHT0 (SI)(R10*1) \
	NEXT       \
	STEP       \
	PREFETCHT0 (SI)(R10*1) \
	NEXT       \
	DECQ CX    \
	JNZ  far   \
	CMPQ rows+32(FP), $0 \
	JNE  segment \
done: \
	MOVQ DI, R8 \
	MOVQ c+24(FP), DI \
	MOVQ t+0(FP), AX

// Rows of C, alpha in Y0, beta in Y2, the mask in Y1. All of C is read before any of it is written:
// a masked store covers the start of the next row where rows are contiguous, and a load
// behind it would wait for the store to leave the core.
#define MIX2(s0, s1) \
	MUL (DI), Y2, Y1 \
	MUL 32(DI), Y2, Y3 \
	FMA213 Y1, Y0, s0 \
	FMA213 Y3, Y0, s1 \
	ADDQ BX, DI

#define MIXL(s0, s1) \
	MUL (DI), Y2, Y1 \
	MUL (DI)(R8*1), Y2, Y3 \
	FMA213 Y1, Y0, s0 \
	FMA213 Y3, Y0, s1 \
	ADDQ BX, DI

#define MIX1(s0) \
	MUL (DI), Y2, Y3 \
	FMA213 Y3, Y0, s0 \
	ADDQ BX, DI

#define MIXM(s0) \
	MASKMOV (DI), Y1, Y3 \
	MUL Y2, Y3, Y3 \
	FMA213 Y3, Y0, s0 \
	ADDQ BX, DI

#define ADD2(s0, s1) \
	FMA213 (DI), Y0, s0 \
	FMA213 32(DI), Y0, s1 \
	ADDQ BX, DI

#define ADDL(s0, s1) \
	FMA213 (DI), Y0, s0 \
	FMA213 (DI)(R8*1), Y0, s1 \
	ADDQ BX, DI

#define ADD1(s0) \
	FMA213 (DI), Y0, s0 \
	ADDQ BX, DI

#define ADDM(s0) \
	MASKMOV (DI), Y1, Y3 \
	FMA213 Y3, Y0, s0 \
	ADDQ BX, DI

#define SCALE2(s0, s1) \
	MUL Y0, s0, s0 \
	MUL Y0, s1, s1

#define SCALE1(s0) \
	MUL Y0, s0, s0

#define SCALEM(s0) \
	MUL Y0, s0, s0

#define PUT2(s0, s1) \
	MOV s0, (DI) \
	MOV s1, 32(DI) \
	ADDQ BX, DI

#define PUTL(s0, s1) \
	MOV s0, (DI) \
	MOV s1, (DI)(R8*1) \
	ADDQ BX, DI

#define PUT1(s0) \
	MOV s0, (DI) \
	ADDQ BX, DI

#define PUTM(s0) \
	MASKMOV s0, Y1, (DI) \
	ADDQ BX, DI

#define MIX2_1 MIX2(Y4, Y5)
#define MIX2_2 MIX2_1; MIX2(Y6, Y7)
#define MIX2_3 MIX2_2; MIX2(Y8, Y9)
#define MIX2_4 MIX2_3; MIX2(Y10, Y11)
#define MIX2_5 MIX2_4; MIX2(Y12, Y13)
#define MIX2_6 MIX2_5; MIX2(Y14, Y15)

#define ADD2_1 ADD2(Y4, Y5)
#define ADD2_2 ADD2_1; ADD2(Y6, Y7)
#define ADD2_3 ADD2_2; ADD2(Y8, Y9)
#define ADD2_4 ADD2_3; ADD2(Y10, Y11)
#define ADD2_5 ADD2_4; ADD2(Y12, Y13)
#define ADD2_6 ADD2_5; ADD2(Y14, Y15)

#define SCALE2_1 SCALE2(Y4, Y5)
#define SCALE2_2 SCALE2_1; SCALE2(Y6, Y7)
#define SCALE2_3 SCALE2_2; SCALE2(Y8, Y9)
#define SCALE2_4 SCALE2_3; SCALE2(Y10, Y11)
#define SCALE2_5 SCALE2_4; SCALE2(Y12, Y13)
#define SCALE2_6 SCALE2_5; SCALE2(Y14, Y15)

#define PUT2_1 PUT2(Y4, Y5)
#define PUT2_2 PUT2_1; PUT2(Y6, Y7)
#define PUT2_3 PUT2_2; PUT2(Y8, Y9)
#define PUT2_4 PUT2_3; PUT2(Y10, Y11)
#define PUT2_5 PUT2_4; PUT2(Y12, Y13)
#define PUT2_6 PUT2_5; PUT2(Y14, Y15)

#define MIXL_1 MIXL(Y4, Y5)
#define MIXL_2 MIXL_1; MIXL(Y6, Y7)
#define MIXL_3 MIXL_2; MIXL(Y8, Y9)
#define MIXL_4 MIXL_3; MIXL(Y10, Y11)
#define MIXL_5 MIXL_4; MIXL(Y12, Y13)
#define MIXL_6 MIXL_5; MIXL(Y14, Y15)

#define ADDL_1 ADDL(Y4, Y5)
#define ADDL_2 ADDL_1; ADDL(Y6, Y7)
#define ADDL_3 ADDL_2; ADDL(Y8, Y9)
#define ADDL_4 ADDL_3; ADDL(Y10, Y11)
#define ADDL_5 ADDL_4; ADDL(Y12, Y13)
#define ADDL_6 ADDL_5; ADDL(Y14, Y15)

#define PUTL_1 PUTL(Y4, Y5)
#define PUTL_2 PUTL_1; PUTL(Y6, Y7)
#define PUTL_3 PUTL_2; PUTL(Y8, Y9)
#define PUTL_4 PUTL_3; PUTL(Y10, Y11)
#define PUTL_5 PUTL_4; PUTL(Y12, Y13)
#define PUTL_6 PUTL_5; PUTL(Y14, Y15)

#define MIX1_1 MIX1(Y4)
#define MIX1_2 MIX1_1; MIX1(Y6)
#define MIX1_3 MIX1_2; MIX1(Y8)
#define MIX1_4 MIX1_3; MIX1(Y10)
#define MIX1_5 MIX1_4; MIX1(Y12)
#define MIX1_6 MIX1_5; MIX1(Y14)

#define ADD1_1 ADD1(Y4)
#define ADD1_2 ADD1_1; ADD1(Y6)
#define ADD1_3 ADD1_2; ADD1(Y8)
#define ADD1_4 ADD1_3; ADD1(Y10)
#define ADD1_5 ADD1_4; ADD1(Y12)
#define ADD1_6 ADD1_5; ADD1(Y14)

#define SCALE1_1 SCALE1(Y4)
#define SCALE1_2 SCALE1_1; SCALE1(Y6)
#define SCALE1_3 SCALE1_2; SCALE1(Y8)
#define SCALE1_4 SCALE1_3; SCALE1(Y10)
#define SCALE1_5 SCALE1_4; SCALE1(Y12)
#define SCALE1_6 SCALE1_5; SCALE1(Y14)

#define PUT1_1 PUT1(Y4)
#define PUT1_2 PUT1_1; PUT1(Y6)
#define PUT1_3 PUT1_2; PUT1(Y8)
#define PUT1_4 PUT1_3; PUT1(Y10)
#define PUT1_5 PUT1_4; PUT1(Y12)
#define PUT1_6 PUT1_5; PUT1(Y14)

#define MIXM_1 MIXM(Y4)
#define MIXM_2 MIXM_1; MIXM(Y6)
#define MIXM_3 MIXM_2; MIXM(Y8)
#define MIXM_4 MIXM_3; MIXM(Y10)
#define MIXM_5 MIXM_4; MIXM(Y12)
#define MIXM_6 MIXM_5; MIXM(Y14)

#define ADDM_1 ADDM(Y4)
#define ADDM_2 ADDM_1; ADDM(Y6)
#define ADDM_3 ADDM_2; ADDM(Y8)
#define ADDM_4 ADDM_3; ADDM(Y10)
#define ADDM_5 ADDM_4; ADDM(Y12)
#define ADDM_6 ADDM_5; ADDM(Y14)

#define SCALEM_1 SCALEM(Y4)
#define SCALEM_2 SCALEM_1; SCALEM(Y6)
#define SCALEM_3 SCALEM_2; SCALEM(Y8)
#define SCALEM_4 SCALEM_3; SCALEM(Y10)
#define SCALEM_5 SCALEM_4; SCALEM(Y12)
#define SCALEM_6 SCALEM_5; SCALEM(Y14)

#define PUTM_1 PUTM(Y4)
#define PUTM_2 PUTM_1; PUTM(Y6)
#define PUTM_3 PUTM_2; PUTM(Y8)
#define PUTM_4 PUTM_3; PUTM(Y10)
#define PUTM_5 PUTM_4; PUTM(Y12)
#define PUTM_6 PUTM_5; PUTM(Y14)

// A whole tile: sum, then by the mode of the call
//
//	0  c = alpha·acc                1  c = fma(alpha, acc, beta·c)
//	2  c = acc (alpha = 1)          3  c = fma(alpha, acc, c) (beta = 1)
//
// Multiplying by 1 is exact, so 2 and 3 are short cuts of 0 and 1.
#define TILE(STEP, MIX, ADD, SCALE, PUT, odd, segment, pair, far, own, next, done, add, mix, put) \
	CHAIN(STEP, odd, segment, pair, far, own, next, done) \
	MOVL  56(AX), CX \
	BCAST 40(AX), Y0 \
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
	BCAST 48(AX), Y2 \
	MIX         \
	MOVQ  c+24(FP), DI \
put: \
	PUT         \
	VZEROUPPER  \
	RET

#define ZERO(y) VPXOR y, y, y

// The body of the function: arguments, mask, choice of the tile.
#define BODY \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  rows+32(FP), R10 \
	MOVQ  cols+40(FP), CX \
	LEAQ  gemmMask<>+32(SB), DX \
	SHLQ  $SHIFT, CX \
	SUBQ  CX, DX \
	MOVQ  0(AX), R11 \
	MOVQ  8(AX), R13 \
	MOVQ  24(AX), BX \
	LEAQ  (R11)(R11*2), R12 \
	LEAQ  (R8)(R11*4), R9 \
	ZERO(Y4) \
	ZERO(Y5) \
	ZERO(Y6) \
	ZERO(Y7) \
	ZERO(Y8) \
	ZERO(Y9) \
	ZERO(Y10) \
	ZERO(Y11) \
	ZERO(Y12) \
	ZERO(Y13) \
	ZERO(Y14) \
	ZERO(Y15) \
	MOVQ  32(AX), CX \
	CMPQ  cols+40(FP), $LANES \
	JLE   one \
	CMPQ  cols+40(FP), $(2*LANES) \
	JNE   lapped \
	CMPQ  R10, $6 \
	JEQ   tile2_6 \
	CMPQ  R10, $2 \
	JLT   tile2_1 \
	JEQ   tile2_2 \
	CMPQ  R10, $4 \
	JLT   tile2_3 \
	JEQ   tile2_4 \
	JMP   tile2_5 \
lapped: \
	MOVQ  cols+40(FP), DI \
	SUBQ  $LANES, DI \
	SHLQ  $SHIFT, DI \
	CMPQ  R10, $6 \
	JEQ   tileL_6 \
	CMPQ  R10, $2 \
	JLT   tileL_1 \
	JEQ   tileL_2 \
	CMPQ  R10, $4 \
	JLT   tileL_3 \
	JEQ   tileL_4 \
	JMP   tileL_5 \
one: \
	JLT   mask \
	CMPQ  R10, $6 \
	JEQ   tile1_6 \
	CMPQ  R10, $2 \
	JLT   tile1_1 \
	JEQ   tile1_2 \
	CMPQ  R10, $4 \
	JLT   tile1_3 \
	JEQ   tile1_4 \
	JMP   tile1_5 \
mask: \
	VMOVDQU (DX), Y1 \
	CMPQ  R10, $6 \
	JEQ   tileM_6 \
	CMPQ  R10, $2 \
	JLT   tileM_1 \
	JEQ   tileM_2 \
	CMPQ  R10, $4 \
	JLT   tileM_3 \
	JEQ   tileM_4 \
	JMP   tileM_5
