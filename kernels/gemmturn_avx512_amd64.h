// Tiles of a product whose result is stored transposed, AVX-512, shared by both element types: the including file defines what gemm_avx512_amd64.h wants, without
// COLUMNS, LINE (bytes of four elements), MULBC, FMA132BC, SHUFFLE, FROMC and TOC first.
//
//	acc[i, j] = alpha·Σ_l A[i, l]·B[l, j]     i < 12 or 8, j < two vectors
//	C[j, i] = acc[i, j]                       of the tile before
//
// Where C is read (mix ≠ 0)
//
//	acc[i, j] = Σ_l A[i, l]·B[l, j]
//	C[j, i] = fma(alpha, acc[i, j], beta·C[j, i])
//
// acc has rows of two vectors and is read before it is written. It is turned four rows of a vector at a time, a sixth of the sum apart (a quarter, where the tile before has 8 rows): shuffles and stores go between
// the FMA, where after the sum they would take as long as they do alone, since the next tile's FMA come too late into the core's window. In thirds the stores of one time
// fill the buffer and hold up the loads (docs/experiments.md).
//
// Four rows of sums become columns of four numbers in 128 bits of a vector (float64: of two vectors), which are stored from there. That takes 8 shuffles (4) for
// a vector of each row, and the port of the shuffles does half of the FMA: 24 cycles a tile (12). Whole columns, to be stored as vectors, would take twice as many
// (three times). What is read of C comes by as many merging broadcasts, which the load ports do; its products and FMA are those of any tile.
//
// Registers as in gemm_avx512_amd64.h, but
//
//	R14   acc, four rows     AX DI   C, its column at work     BX R13   rc, 3·rc     CX   counter; C to read, the tileCall
//	K1…K3   the second to the fourth four floats of a vector
//
// turns is how many times four rows of a vector the tile before has. The caller keeps each ≥ 1 and k = (rest + turns·each)·4 or up to three more.

#define MOVE4 \
	ADDQ $(4*SIZE), R8 \
	ADDQ $(4*SIZE), R9 \
	ADDQ $(4*SIZE), R10 \
	LEAQ (SI)(DX*4), SI

// Z0…Z7: four rows of a vector of sums, their columns in Z4…Z7 and, where C is read, those of beta·C in Z0…Z3.
#define TURN(mix, write) \
	SHUFFLE \
	CMPQ mix, $0 \
	JEQ  write \
	MOVQ DI, CX \
	FROMC \
	MOVQ t+0(FP), CX \
	MULBC 48(CX), Z0, Z0 \
	MULBC 48(CX), Z1, Z1 \
	MULBC 48(CX), Z2, Z2 \
	MULBC 48(CX), Z3, Z3 \
	FMA132BC 40(CX), Z0, Z4 \
	FMA132BC 40(CX), Z1, Z5 \
	FMA132BC 40(CX), Z2, Z6 \
	FMA132BC 40(CX), Z3, Z7 \
write: \
	TOC \
	ADDQ $64, R14

// The lanes of FROMC.
#define LANEMASKS \
	MOVL  $0x00f0, CX \
	KMOVW CX, K1 \
	MOVL  $0x0f00, CX \
	KMOVW CX, K2 \
	MOVL  $0xf000, CX \
	KMOVW CX, K3

#define TURNTILE(STEP, SCALE, PUT, one, fours, four, next, second, write, turned, done, put) \
	JZ    fours \
one: \
	STEP(L0, B0) \
	NEXT1 \
	DECQ CX \
	JNZ  one \
fours: \
	MOVQ rest+56(FP), CX \
	TESTQ CX, CX \
	JZ   next \
four: \
	STEP(L0, B0) \
	STEP(L1, B1) \
	STEP(L2, B2) \
	STEP(L3, B3) \
	MOVE4 \
	DECQ CX \
	JNZ  four \
next: \
	DECQ turns+64(FP) \
	JLT  done \
	TESTQ $1, turns+64(FP) \
	JZ   second \
	MOVQ AX, DI \
	ADDQ $LINE, AX \
second: \
	TURN(mix+80(FP), write) \
	TESTQ $1, turns+64(FP) \
	JNZ  turned \
	ADDQ $384, R14 \
turned: \
	MOVQ each+48(FP), CX \
	JMP  four \
done: \
	MOVQ t+0(FP), AX \
	MOVQ acc+24(FP), DI \
	MOVQ $128, BX \
	CMPL 56(AX), $0 \
	JNE  put \
	BCAST 40(AX), Z0 \
	SCALE \
put: \
	PUT \
	VZEROUPPER \
	RET

#define TURNTILES \
	LANEMASKS \
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
	CMPQ  rows+72(FP), $8 \
	JEQ   low \
	ANDQ  $3, CX \
	TURNTILE(STEP2_12, SCALE2_12, PUT2_12, one12, fours12, four12, next12, second12, write12, turned12, done12, put12) \
low: \
	ANDQ  $3, CX \
	TURNTILE(STEP2_8, SCALE2_8, PUT2_8, one8, fours8, four8, next8, second8, write8, turned8, done8, put8)

// The transposition alone, of a multiple of four rows.
#define TURNROWS \
	LANEMASKS \
	MOVQ c+8(FP), AX \
	MOVQ rc+16(FP), BX \
	MOVQ acc+24(FP), R14 \
	MOVQ rows+32(FP), DX \
	LEAQ (BX)(BX*2), R13 \
group: \
	MOVQ AX, DI \
	TURN(mix+48(FP), first) \
	CMPQ cols+40(FP), $LANES \
	JLE  narrow \
	TURN(mix+48(FP), second) \
	SUBQ $64, R14 \
narrow: \
	ADDQ $448, R14 \
	ADDQ $LINE, AX \
	SUBQ $4, DX \
	JG   group \
	VZEROUPPER \
	RET
