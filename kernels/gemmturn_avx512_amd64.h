// Tiles of a product whose result is stored transposed, AVX-512, shared by both element types: the including file defines what gemm_avx512_amd64.h wants, without
// COLUMNS, LINE (bytes of four elements) and TURN first.
//
//	acc[i, j] = alpha·Σ_l A[i, l]·B[l, j]     i < 12, j < two vectors
//	C[j, i] = acc[i, j]                       of the tile before
//
// acc has rows of two vectors and is read before it is written. It is turned four rows of a vector at a time, a sixth of the sum apart: shuffles and stores go between
// the FMA, where after the sum they would take as long as they do alone, since the next tile's FMA come too late into the core's window. In thirds the stores of one time
// fill the buffer and hold up the loads (docs/experiments.md).
//
// Four rows of sums become columns of four numbers in 128 bits of a vector (float64: of two vectors), which are stored from there. That takes 8 shuffles (4) for
// a vector of each row, and the port of the shuffles does half of the FMA: 24 cycles a tile (12). Whole columns, to be stored as vectors, would take twice as many
// (three times).
//
// Registers as in gemm_avx512_amd64.h, but
//
//	R14   acc, four rows     AX DI   C, its column at work     BX R13   rc, 3·rc     CX   counter
//
// The caller keeps each ≥ 1 and k = (rest + 6·each)·4 or up to three more.

#define MOVE4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	LEAQ (SI)(DX*4), SI

#define TURNTILE \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  acc+24(FP), R14 \
	MOVQ  rc+40(FP), BX \
	STRIDES \
	MOVQ  16(AX), DX \
	LEAQ  (DX)(DX*2), R15 \
	LEAQ  (BX)(BX*2), R13 \
	CLEAR \
	MOVQ  32(AX), CX \
	MOVQ  c+32(FP), AX \
	ANDQ  $3, CX \
	JZ    fours \
one: \
	STEP2_12(L0, B0) \
	NEXT1 \
	DECQ CX \
	JNZ  one \
fours: \
	MOVQ rest+56(FP), CX \
	MOVQ $6, rest+56(FP) \
	TESTQ CX, CX \
	JZ   next \
four: \
	STEP2_12(L0, B0) \
	STEP2_12(L1, B1) \
	STEP2_12(L2, B2) \
	STEP2_12(L3, B3) \
	MOVE4 \
	DECQ CX \
	JNZ  four \
next: \
	DECQ rest+56(FP) \
	JLT  done \
	TESTQ $1, rest+56(FP) \
	JZ   odd \
	MOVQ AX, DI \
	TURN(0) \
	JMP  turned \
odd: \
	TURN(64) \
	ADDQ $512, R14 \
	ADDQ $LINE, AX \
turned: \
	MOVQ each+48(FP), CX \
	JMP  four \
done: \
	MOVQ t+0(FP), AX \
	MOVQ acc+24(FP), DI \
	MOVQ $128, BX \
	CMPL 56(AX), $2 \
	JEQ  put \
	BCAST 40(AX), Z0 \
	SCALE2_12 \
put: \
	PUT2_12 \
	VZEROUPPER \
	RET

// The transposition alone, of a multiple of four rows.
#define TURNROWS \
	MOVQ c+0(FP), AX \
	MOVQ rc+8(FP), BX \
	MOVQ acc+16(FP), R14 \
	MOVQ rows+24(FP), CX \
	LEAQ (BX)(BX*2), R13 \
group: \
	MOVQ AX, DI \
	TURN(0) \
	CMPQ cols+32(FP), $LANES \
	JLE  narrow \
	TURN(64) \
narrow: \
	ADDQ $512, R14 \
	ADDQ $LINE, AX \
	SUBQ $4, CX \
	JG   group \
	VZEROUPPER \
	RET
