// Macros of batches of small products on AVX-512: one call computes count products
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 1…16, columns 1…1 vector
//
// one after the other, sa, sb, sc bytes apart. The including file defines FMABC, FMA213, MUL, MOV and BCAST for its type, and for one function
// the registers of its width: B, ALPHA, BETA, T and S0 … S15 are Z0 to Z3 and Z16 to Z31, or Y up to half a vector wide.
//
// What a product of order 8 costs beside its FMAs is the call: arguments, masks, the choice of the tile. Here they come once for the batch.
//
// Registers
//
//	R8 R9 R10 R13   A rows 0, 4, 8, 12     R11 R12 R14  ra, 3·ra, ca
//	SI DX           B, rb                  DI BX    C, rc          CX   counter, then C to be read
//	AX              the tileCall, then A to be fetched     R15  the product to be fetched, bytes from B at work; 0: none
//	K1              mask of the columns
//
// The slots of sa, sb and sc keep how far A, B and C go from the end of a product to the next one; for fetching, that of a keeps sa and that of cols
// the larger of ra and ca.
//
// A step of l is a vector of B and an FMA with a broadcast for each row: 17 loads and 16 FMAs for 16 rows, 8.5 cycles of two load ports against 8 of
// two FMA pipes; nine loads and eight FMAs for eight rows, whose chains of sums, 4 cycles a step, take 4.5. Products do not depend on each other, so that the next one starts
// while the last one's sums are stored.
//
// Where the call says so, each step fetches a line of B and one of A of the next product into the first-level cache, in a loop of its own: two loads more.
//
// Nothing outside rows × cols is read or written, and nothing is assumed about alignment. All of C that is needed is read before any of it
// is written (a masked store delays the load of the next row). The caller bounds a call to 50 µs.

#define MIXROW(s) \
	MOV.Z  (CX), K1, T \
	MUL    BETA, T, T \
	FMA213 T, ALPHA, s \
	ADDQ   BX, CX

#define ADDROW(s) \
	MOV.Z  (CX), K1, T \
	FMA213 T, ALPHA, s \
	ADDQ   BX, CX

#define PUTROW(s) \
	MOV  s, K1, (DI) \
	ADDQ BX, DI

#define CLEAR_1 VPXORD S0, S0, S0
#define CLEAR_2 CLEAR_1; VPXORD S1, S1, S1
#define CLEAR_3 CLEAR_2; VPXORD S2, S2, S2
#define CLEAR_4 CLEAR_3; VPXORD S3, S3, S3
#define CLEAR_5 CLEAR_4; VPXORD S4, S4, S4
#define CLEAR_6 CLEAR_5; VPXORD S5, S5, S5
#define CLEAR_7 CLEAR_6; VPXORD S6, S6, S6
#define CLEAR_8 CLEAR_7; VPXORD S7, S7, S7
#define CLEAR_9 CLEAR_8; VPXORD S8, S8, S8
#define CLEAR_10 CLEAR_9; VPXORD S9, S9, S9
#define CLEAR_11 CLEAR_10; VPXORD S10, S10, S10
#define CLEAR_12 CLEAR_11; VPXORD S11, S11, S11
#define CLEAR_13 CLEAR_12; VPXORD S12, S12, S12
#define CLEAR_14 CLEAR_13; VPXORD S13, S13, S13
#define CLEAR_15 CLEAR_14; VPXORD S14, S14, S14
#define CLEAR_16 CLEAR_15; VPXORD S15, S15, S15

#define STEP_1 MOV.Z (SI), K1, B; FMABC (R8), B, S0
#define STEP_2 STEP_1; FMABC (R8)(R11*1), B, S1
#define STEP_3 STEP_2; FMABC (R8)(R11*2), B, S2
#define STEP_4 STEP_3; FMABC (R8)(R12*1), B, S3
#define STEP_5 STEP_4; FMABC (R9), B, S4
#define STEP_6 STEP_5; FMABC (R9)(R11*1), B, S5
#define STEP_7 STEP_6; FMABC (R9)(R11*2), B, S6
#define STEP_8 STEP_7; FMABC (R9)(R12*1), B, S7
#define STEP_9 STEP_8; FMABC (R10), B, S8
#define STEP_10 STEP_9; FMABC (R10)(R11*1), B, S9
#define STEP_11 STEP_10; FMABC (R10)(R11*2), B, S10
#define STEP_12 STEP_11; FMABC (R10)(R12*1), B, S11
#define STEP_13 STEP_12; FMABC (R13), B, S12
#define STEP_14 STEP_13; FMABC (R13)(R11*1), B, S13
#define STEP_15 STEP_14; FMABC (R13)(R11*2), B, S14
#define STEP_16 STEP_15; FMABC (R13)(R12*1), B, S15

#define MIX_1 MIXROW(S0)
#define MIX_2 MIX_1; MIXROW(S1)
#define MIX_3 MIX_2; MIXROW(S2)
#define MIX_4 MIX_3; MIXROW(S3)
#define MIX_5 MIX_4; MIXROW(S4)
#define MIX_6 MIX_5; MIXROW(S5)
#define MIX_7 MIX_6; MIXROW(S6)
#define MIX_8 MIX_7; MIXROW(S7)
#define MIX_9 MIX_8; MIXROW(S8)
#define MIX_10 MIX_9; MIXROW(S9)
#define MIX_11 MIX_10; MIXROW(S10)
#define MIX_12 MIX_11; MIXROW(S11)
#define MIX_13 MIX_12; MIXROW(S12)
#define MIX_14 MIX_13; MIXROW(S13)
#define MIX_15 MIX_14; MIXROW(S14)
#define MIX_16 MIX_15; MIXROW(S15)

#define ADD_1 ADDROW(S0)
#define ADD_2 ADD_1; ADDROW(S1)
#define ADD_3 ADD_2; ADDROW(S2)
#define ADD_4 ADD_3; ADDROW(S3)
#define ADD_5 ADD_4; ADDROW(S4)
#define ADD_6 ADD_5; ADDROW(S5)
#define ADD_7 ADD_6; ADDROW(S6)
#define ADD_8 ADD_7; ADDROW(S7)
#define ADD_9 ADD_8; ADDROW(S8)
#define ADD_10 ADD_9; ADDROW(S9)
#define ADD_11 ADD_10; ADDROW(S10)
#define ADD_12 ADD_11; ADDROW(S11)
#define ADD_13 ADD_12; ADDROW(S12)
#define ADD_14 ADD_13; ADDROW(S13)
#define ADD_15 ADD_14; ADDROW(S14)
#define ADD_16 ADD_15; ADDROW(S15)

#define SCALE_1 MUL ALPHA, S0, S0
#define SCALE_2 SCALE_1; MUL ALPHA, S1, S1
#define SCALE_3 SCALE_2; MUL ALPHA, S2, S2
#define SCALE_4 SCALE_3; MUL ALPHA, S3, S3
#define SCALE_5 SCALE_4; MUL ALPHA, S4, S4
#define SCALE_6 SCALE_5; MUL ALPHA, S5, S5
#define SCALE_7 SCALE_6; MUL ALPHA, S6, S6
#define SCALE_8 SCALE_7; MUL ALPHA, S7, S7
#define SCALE_9 SCALE_8; MUL ALPHA, S8, S8
#define SCALE_10 SCALE_9; MUL ALPHA, S9, S9
#define SCALE_11 SCALE_10; MUL ALPHA, S10, S10
#define SCALE_12 SCALE_11; MUL ALPHA, S11, S11
#define SCALE_13 SCALE_12; MUL ALPHA, S12, S12
#define SCALE_14 SCALE_13; MUL ALPHA, S13, S13
#define SCALE_15 SCALE_14; MUL ALPHA, S14, S14
#define SCALE_16 SCALE_15; MUL ALPHA, S15, S15

#define PUT_1 PUTROW(S0)
#define PUT_2 PUT_1; PUTROW(S1)
#define PUT_3 PUT_2; PUTROW(S2)
#define PUT_4 PUT_3; PUTROW(S3)
#define PUT_5 PUT_4; PUTROW(S4)
#define PUT_6 PUT_5; PUTROW(S5)
#define PUT_7 PUT_6; PUTROW(S6)
#define PUT_8 PUT_7; PUTROW(S7)
#define PUT_9 PUT_8; PUTROW(S8)
#define PUT_10 PUT_9; PUTROW(S9)
#define PUT_11 PUT_10; PUTROW(S10)
#define PUT_12 PUT_11; PUTROW(S11)
#define PUT_13 PUT_12; PUTROW(S12)
#define PUT_14 PUT_13; PUTROW(S13)
#define PUT_15 PUT_14; PUTROW(S14)
#define PUT_16 PUT_15; PUTROW(S15)

// Arguments, mask, choice of the height.
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
	MOVQ  0(AX), R11 \
	MOVQ  8(AX), R14 \
	MOVQ  16(AX), DX \
	MOVQ  24(AX), BX \
	LEAQ  (R11)(R11*2), R12 \
	LEAQ  (R8)(R11*4), R9 \
	LEAQ  (R8)(R11*8), R10 \
	LEAQ  (R9)(R11*8), R13 \
	MOVQ  32(AX), CX \
	IMULQ R14, CX \
	MOVQ  sa+48(FP), R15 \
	MOVQ  R15, a+8(FP) \
	SUBQ  CX, R15 \
	MOVQ  R15, sa+48(FP) \
	MOVQ  R11, cols+40(FP) \
	CMPQ  R11, R14 \
	JGE   strides \
	MOVQ  R14, cols+40(FP) \
strides: \
	MOVQ  32(AX), CX \
	IMULQ DX, CX \
	SUBQ  CX, sb+56(FP) \
	MOVQ  rows+32(FP), CX \
	IMULQ BX, CX \
	SUBQ  CX, sc+64(FP) \
	BCAST 40(AX), ALPHA \
	BCAST 48(AX), BETA \
	MOVQ  72(AX), R15 \
	MOVQ  rows+32(FP), CX \
	CMPQ  CX, $8 \
	JEQ   batch8 \
	JLT   low \
	CMPQ  CX, $12 \
	JEQ   batch12 \
	JLT   under12 \
	CMPQ  CX, $14 \
	JLT   batch13 \
	JEQ   batch14 \
	CMPQ  CX, $15 \
	JEQ   batch15 \
	JMP   batch16 \
under12: \
	CMPQ  CX, $10 \
	JLT   batch9 \
	JEQ   batch10 \
	JMP   batch11 \
low: \
	CMPQ  CX, $4 \
	JEQ   batch4 \
	JLT   under4 \
	CMPQ  CX, $6 \
	JLT   batch5 \
	JEQ   batch6 \
	JMP   batch7 \
under4: \
	CMPQ  CX, $2 \
	JLT   batch1 \
	JEQ   batch2 \
	JMP   batch3

// To the next l.
#define NEXT \
	ADDQ R14, R8 \
	ADDQ R14, R9 \
	ADDQ R14, R10 \
	ADDQ R14, R13 \
	ADDQ DX, SI

// All products of one height: sums, then by the mode of the call (see gemm_avx512_amd64.h).
#define BATCH(CLEAR, STEP, MIX, ADD, SCALE, PUT, batch, step, far, fetch, done, add, mix, put) \
batch: \
	CLEAR \
	MOVQ  32(AX), CX \
	TESTQ R15, R15 \
	JNZ   far \
step: \
	STEP \
	NEXT \
	DECQ CX \
	JNZ  step \
	JMP  done \
far: \
	MOVQ a+8(FP), AX \
	ADDQ R8, AX \
fetch: \
	STEP \
	PREFETCHT0 (AX) \
	PREFETCHT0 (SI)(R15*1) \
	ADDQ cols+40(FP), AX \
	NEXT \
	DECQ CX \
	JNZ  fetch \
	MOVQ t+0(FP), AX \
done: \
	MOVQ DI, CX \
	CMPL 56(AX), $2 \
	JEQ  put \
	JGT  add \
	CMPL 56(AX), $1 \
	JEQ  mix \
	SCALE \
	JMP  put \
add: \
	ADD \
	JMP  put \
mix: \
	MIX \
put: \
	PUT \
	MOVQ sa+48(FP), CX \
	ADDQ CX, R8 \
	ADDQ CX, R9 \
	ADDQ CX, R10 \
	ADDQ CX, R13 \
	ADDQ sb+56(FP), SI \
	ADDQ sc+64(FP), DI \
	DECQ count+72(FP) \
	JNZ  batch \
	VZEROUPPER \
	RET

#define BATCHES \
	BATCH(CLEAR_16, STEP_16, MIX_16, ADD_16, SCALE_16, PUT_16, batch16, step16, far16, fetch16, done16, add16, mix16, put16) \
	BATCH(CLEAR_15, STEP_15, MIX_15, ADD_15, SCALE_15, PUT_15, batch15, step15, far15, fetch15, done15, add15, mix15, put15) \
	BATCH(CLEAR_14, STEP_14, MIX_14, ADD_14, SCALE_14, PUT_14, batch14, step14, far14, fetch14, done14, add14, mix14, put14) \
	BATCH(CLEAR_13, STEP_13, MIX_13, ADD_13, SCALE_13, PUT_13, batch13, step13, far13, fetch13, done13, add13, mix13, put13) \
	BATCH(CLEAR_12, STEP_12, MIX_12, ADD_12, SCALE_12, PUT_12, batch12, step12, far12, fetch12, done12, add12, mix12, put12) \
	BATCH(CLEAR_11, STEP_11, MIX_11, ADD_11, SCALE_11, PUT_11, batch11, step11, far11, fetch11, done11, add11, mix11, put11) \
	BATCH(CLEAR_10, STEP_10, MIX_10, ADD_10, SCALE_10, PUT_10, batch10, step10, far10, fetch10, done10, add10, mix10, put10) \
	BATCH(CLEAR_9, STEP_9, MIX_9, ADD_9, SCALE_9, PUT_9, batch9, step9, far9, fetch9, done9, add9, mix9, put9) \
	BATCH(CLEAR_8, STEP_8, MIX_8, ADD_8, SCALE_8, PUT_8, batch8, step8, far8, fetch8, done8, add8, mix8, put8) \
	BATCH(CLEAR_7, STEP_7, MIX_7, ADD_7, SCALE_7, PUT_7, batch7, step7, far7, fetch7, done7, add7, mix7, put7) \
	BATCH(CLEAR_6, STEP_6, MIX_6, ADD_6, SCALE_6, PUT_6, batch6, step6, far6, fetch6, done6, add6, mix6, put6) \
	BATCH(CLEAR_5, STEP_5, MIX_5, ADD_5, SCALE_5, PUT_5, batch5, step5, far5, fetch5, done5, add5, mix5, put5) \
	BATCH(CLEAR_4, STEP_4, MIX_4, ADD_4, SCALE_4, PUT_4, batch4, step4, far4, fetch4, done4, add4, mix4, put4) \
	BATCH(CLEAR_3, STEP_3, MIX_3, ADD_3, SCALE_3, PUT_3, batch3, step3, far3, fetch3, done3, add3, mix3, put3) \
	BATCH(CLEAR_2, STEP_2, MIX_2, ADD_2, SCALE_2, PUT_2, batch2, step2, far2, fetch2, done2, add2, mix2, put2) \
	BATCH(CLEAR_1, STEP_1, MIX_1, ADD_1, SCALE_1, PUT_1, batch1, step1, far1, fetch1, done1, add1, mix1, put1)
