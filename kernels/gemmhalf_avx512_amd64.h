// Tiles of at most half a vector of columns, AVX-512, rows of A as stored, shared by both element types: the including file defines what gemm_avx512_amd64.h wants,
// without COLUMNS, and BOTH (half a vector of B to both halves), PERMIL, SHIFT (the logarithm of the elements in 16 bytes) and STEPS (so many steps) first.
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 6…12, columns 1…half a vector
//
// A vector has the sums of two rows, of row i in its lower half and of row rows−6+i in the upper, i < 6: with fewer than 12 rows some are computed twice, and written twice with the
// same values. So a step has 6 FMA where a tile with a broadcast for each row has 12, and 13 loads, which take 6.5 cycles: 16 bytes of each row of a pair come in a load, the second
// of which merges, and an element of them is spread within its lane.
//
// Ports (16 bytes of a row, four steps of float32): 24 FMA, 24 shuffles within lanes, which are free beside them on Zen 5, 16 loads, and 6 merges: 13.5 cycles of four pipes, and 16
// of the latency of four FMA, part of which the tiles before and after fill. Two steps of float64: 12, 12, 14 and 6, and 8 cycles of latency.
//
// Registers as in gemm_avx512_amd64.h, but
//
//	R8 R9   A rows 0, rows−6     R11 R12 R13   1, 3, 5·ra     SI DX R15   B, rb, 3·rb     CX   counter     AX   the tileCall
//	DI R10  C rows 0, rows−6     BX R8 R9      1, 3, 5·rc at last
//	K1 columns, in both halves     K2 K3   the upper half, by four bytes and by elements
//	Z0…Z3   B     Z14…Z19   16 bytes of rows of A, at last the sums of rows rows−6…     Z4…Z7 Z26 Z27   an element of them     Z8…Z13   sums, at last of rows 0…5
//
// Reads and writes nothing outside rows × cols: what is left of k beside whole 16 bytes of a row goes element by element first. The caller keeps k ≤ ChunkK, as for other tiles. Nothing is
// fetched ahead.

// One step of a pair: rows at a0 and a1.
#define ONE(a0, a1, z, s) \
	BCAST a0, z     \
	BCAST a1, K3, z \
	FMA Z0, z, s

#define ONE6 \
	BOTH (SI), K1, Z0   \
	ONE((R8), (R9), Z14, Z8)           \
	ONE((R8)(R11*1), (R9)(R11*1), Z15, Z9)    \
	ONE((R8)(R11*2), (R9)(R11*2), Z16, Z10)   \
	ONE((R8)(R12*1), (R9)(R12*1), Z17, Z11)   \
	ONE((R8)(R11*4), (R9)(R11*4), Z18, Z12)   \
	ONE((R8)(R13*1), (R9)(R13*1), Z19, Z13)

// 16 bytes of a pair.
#define PAIR(a0, a1, z) \
	VBROADCASTF32X4 a0, z    \
	VBROADCASTF32X4 a1, K2, z

#define PAIRS6 \
	PAIR((R8), (R9), Z14)           \
	PAIR((R8)(R11*1), (R9)(R11*1), Z15)    \
	PAIR((R8)(R11*2), (R9)(R11*2), Z16)    \
	PAIR((R8)(R12*1), (R9)(R12*1), Z17)    \
	PAIR((R8)(R11*4), (R9)(R11*4), Z18)    \
	PAIR((R8)(R13*1), (R9)(R13*1), Z19)

// A step of all pairs with a vector of B.
#define SPREAD(imm, b) \
	PERMIL imm, Z14, Z4  \
	PERMIL imm, Z15, Z5  \
	PERMIL imm, Z16, Z6  \
	PERMIL imm, Z17, Z7  \
	PERMIL imm, Z18, Z26 \
	PERMIL imm, Z19, Z27 \
	FMA b, Z4, Z8    \
	FMA b, Z5, Z9    \
	FMA b, Z6, Z10   \
	FMA b, Z7, Z11   \
	FMA b, Z26, Z12  \
	FMA b, Z27, Z13

// Six rows of C at c, alpha in Y0, beta in Y1.
#define ROWS6(ROW, c, s0, s1, s2, s3, s4, s5) \
	ROW((c), s0)        \
	ROW((c)(BX*1), s1)  \
	ROW((c)(BX*2), s2)  \
	ROW((c)(R8*1), s3)  \
	ROW((c)(BX*4), s4)  \
	ROW((c)(R9*1), s5)

#define ROWS12(ROW) \
	ROWS6(ROW, DI, Y8, Y9, Y10, Y11, Y12, Y13) \
	ROWS6(ROW, R10, Y14, Y15, Y16, Y17, Y18, Y19)

#define MIXROW(c, s) \
	MOV.Z c, K1, Y2 \
	MUL Y1, Y2, Y2  \
	FMA213 Y2, Y0, s

#define ADDROW(c, s) \
	MOV.Z c, K1, Y2 \
	FMA213 Y2, Y0, s

#define SCALEROW(c, s) MUL Y0, s, s

#define PUTROW(c, s) MOV s, K1, c

#define UPPER(z, y) VEXTRACTF64X4 $1, z, y

#define HALFTILE \
	MOVQ  t+0(FP), AX \
	MOVQ  a+8(FP), R8 \
	MOVQ  b+16(FP), SI \
	MOVQ  cols+40(FP), CX \
	MOVQ  $1, DX \
	SHLQ  CX, DX \
	DECQ  DX \
	MOVQ  DX, CX \
	SHLQ  $(LANES/2), CX \
	ORQ   CX, DX \
	KMOVW DX, K1 \
	MOVL  $0xff00, DX \
	KMOVW DX, K2 \
	MOVL  $(1<<LANES - 1<<(LANES/2)), DX \
	KMOVW DX, K3 \
	MOVQ  0(AX), R11 \
	MOVQ  16(AX), DX \
	LEAQ  (R11)(R11*2), R12 \
	LEAQ  (R11)(R11*4), R13 \
	LEAQ  (DX)(DX*2), R15 \
	MOVQ  rows+32(FP), R9 \
	SUBQ  $6, R9 \
	MOVQ  R9, R10 \
	IMULQ R11, R9 \
	ADDQ  R8, R9 \
	ZERO(Z8)  \
	ZERO(Z9)  \
	ZERO(Z10) \
	ZERO(Z11) \
	ZERO(Z12) \
	ZERO(Z13) \
	MOVQ  32(AX), CX \
	ANDQ  $(16/SIZE-1), CX \
	JZ    whole \
one: \
	ONE6 \
	ADDQ  $SIZE, R8 \
	ADDQ  $SIZE, R9 \
	ADDQ  DX, SI \
	DECQ  CX \
	JNZ   one \
whole: \
	MOVQ  32(AX), CX \
	SHRQ  $SHIFT, CX \
	JZ    done \
steps: \
	PAIRS6 \
	STEPS \
	ADDQ  $16, R8 \
	ADDQ  $16, R9 \
	DECQ  CX \
	JNZ   steps \
done: \
	MOVQ  c+24(FP), DI \
	MOVQ  24(AX), BX \
	IMULQ BX, R10 \
	ADDQ  DI, R10 \
	LEAQ  (BX)(BX*2), R8 \
	LEAQ  (BX)(BX*4), R9 \
	UPPER(Z8, Y14)  \
	UPPER(Z9, Y15)  \
	UPPER(Z10, Y16) \
	UPPER(Z11, Y17) \
	UPPER(Z12, Y18) \
	UPPER(Z13, Y19) \
	MOVL  56(AX), CX \
	BCAST 40(AX), Z0 \
	CMPL  CX, $2 \
	JEQ   put \
	JGT   add \
	CMPL  CX, $1 \
	JEQ   mix \
	ROWS12(SCALEROW) \
	JMP   put \
add: \
	ROWS12(ADDROW) \
	JMP   put \
mix: \
	BCAST 48(AX), Z1 \
	ROWS12(MIXROW) \
put: \
	ROWS12(PUTROW) \
	VZEROUPPER \
	RET
