// A block of a product of few rows, AVX2 and FMA3, added to sums in memory: up to four rows by strips of three vectors. See gemmshort_amd64.h for A and B.
//
//	S[i, j] = fma(A[i, l], B[l, j], S[i, j]), l ascending
//
//	Y0–Y2  B      Y3  broadcasts of A      Y4–Y15  sums: row i in Y(4+3i) … Y(6+3i)
//	DI     S      BX R14  rc, 3·rc         R15  the mask of the last vector
//
// A step of four rows is 12 FMA and 7 loads, 6 cycles of two FMA pipes against 3.5 of two load ports. The caller takes eight steps at a time, for which the sums are read
// and written beside 48 cycles of FMA: rows of B are often pages apart, so that all of a strip's fall into one set of twelve lines, and more rows than eight
// leave no room for what is fetched. So B is also read along its rows, eight streams that the hardware follows, and met in the first level by all rows of A.
//
// Edges: rows, cols, k ≥ 1; A and B are read within the operands only; of S whole strips are read and written.

#include "textflag.h"
#include "gemmshort_amd64.h"

#define S0 (DI)
#define S1 (DI)(BX*1)
#define S2 (DI)(BX*2)
#define S3 (DI)(R14*1)

#define ROW3(a, t, s0, s1, s2) \
	BCAST a, t \
	FMADD231 Y0, t, s0 \
	FMADD231 Y1, t, s1 \
	FMADD231 Y2, t, s2

#define ROW2(a, t, s0, s1) \
	BCAST a, t \
	FMADD231 Y0, t, s0 \
	FMADD231 Y1, t, s1

#define ROW1(a, t, s0) \
	BCAST a, t \
	FMADD231 Y0, t, s0

#define ROWS3_1 ROW3(A0, Y3, Y4, Y5, Y6)
#define ROWS3_2 ROWS3_1; ROW3(A1, Y3, Y7, Y8, Y9)
#define ROWS3_3 ROWS3_2; ROW3(A2, Y3, Y10, Y11, Y12)
#define ROWS3_4 ROWS3_3; ROW3(A3, Y3, Y13, Y14, Y15)
#define ROWS2_1 ROW2(A0, Y3, Y4, Y5)
#define ROWS2_2 ROWS2_1; ROW2(A1, Y3, Y7, Y8)
#define ROWS2_3 ROWS2_2; ROW2(A2, Y3, Y10, Y11)
#define ROWS2_4 ROWS2_3; ROW2(A3, Y3, Y13, Y14)
#define ROWS1_1 ROW1(A0, Y3, Y4)
#define ROWS1_2 ROWS1_1; ROW1(A1, Y3, Y7)
#define ROWS1_3 ROWS1_2; ROW1(A2, Y3, Y10)
#define ROWS1_4 ROWS1_3; ROW1(A3, Y3, Y13)

#define GET(p, s0, s1, s2) \
	LOADU p, s0 \
	LOADU 32 p, s1 \
	LOADU 64 p, s2

#define PUT(p, s0, s1, s2) \
	LOADU s0, p \
	LOADU s1, 32 p \
	LOADU s2, 64 p

#define GET_1 GET(S0, Y4, Y5, Y6)
#define GET_2 GET_1; GET(S1, Y7, Y8, Y9)
#define GET_3 GET_2; GET(S2, Y10, Y11, Y12)
#define GET_4 GET_3; GET(S3, Y13, Y14, Y15)
#define PUT_1 PUT(S0, Y4, Y5, Y6)
#define PUT_2 PUT_1; PUT(S1, Y7, Y8, Y9)
#define PUT_3 PUT_2; PUT(S2, Y10, Y11, Y12)
#define PUT_4 PUT_3; PUT(S3, Y13, Y14, Y15)

// The mask is loaded where the vector goes: there is no register left for it.
#define LOAD3 LOADU (SI), Y0; LOADU 32(SI), Y1; LOADU 64(SI), Y2
#define LOADM3 LOADU (SI), Y0; LOADU 32(SI), Y1; LOADU (R15), Y2; MASKMOV 64(SI), Y2, Y2
#define LOADM2 LOADU (SI), Y0; LOADU (R15), Y1; MASKMOV 32(SI), Y1, Y1
#define LOADM1 LOADU (R15), Y0; MASKMOV (SI), Y0, Y0

#define STRIP(LOAD, ROWS, GET, PUT, four, rest, one, put) \
	START \
	GET   \
	STEPS(LOAD, ROWS, four, rest, one, put) \
put: \
	PUT

// All strips of one height.
#define HEIGHT(ROWS1, ROWS2, ROWS3, GET, PUT, full, tail, two, three, f4, fr, f1, fp, a4, ar, a1, ap, b4, br, b1, bp, c4, cr, c1, cp) \
	SUBQ $(3*LANES), R10  \
	JLT  tail             \
full: \
	STRIP(LOAD3, ROWS3, GET, PUT, f4, fr, f1, fp) \
	ADDQ $96, DI          \
	ADDQ $96, b+16(FP)    \
	SUBQ $(3*LANES), R10  \
	JGE  full             \
tail: \
	ADDQ $(3*LANES), R10  \
	JZ   done             \
	LEAQ -1(R10), CX      \
	ANDQ $(LANES-1), CX   \
	INCQ CX               \
	SHLQ $ELOG, CX        \
	LEAQ ·tailMask+256(SB), R15 \
	SUBQ CX, R15          \
	CMPQ R10, $LANES      \
	JGT  two              \
	STRIP(LOADM1, ROWS1, GET, PUT, a4, ar, a1, ap) \
	JMP  done             \
two: \
	CMPQ R10, $(2*LANES)  \
	JGT  three            \
	STRIP(LOADM2, ROWS2, GET, PUT, b4, br, b1, bp) \
	JMP  done             \
three: \
	STRIP(LOADM3, ROWS3, GET, PUT, c4, cr, c1, cp) \
	JMP  done

// The function: arguments, then all strips of the height.
#define BODY \
	ARGS \
	MOVQ 24(AX), BX \
	MOVQ sums+24(FP), DI \
	MOVQ rows+32(FP), CX \
	LEAQ (BX)(BX*2), R14 \
	CMPQ CX, $4 \
	JEQ  rows4 \
	CMPQ CX, $2 \
	JLT  rows1 \
	JEQ  rows2 \
	JMP  rows3 \
rows4: \
	HEIGHT(ROWS1_4, ROWS2_4, ROWS3_4, GET_4, PUT_4, full4, tail4, two4, three4, f4_4, fr_4, f1_4, fp_4, a4_4, ar_4, a1_4, ap_4, b4_4, br_4, b1_4, bp_4, c4_4, cr_4, c1_4, cp_4) \
rows3: \
	HEIGHT(ROWS1_3, ROWS2_3, ROWS3_3, GET_3, PUT_3, full3, tail3, two3, three3, f4_3, fr_3, f1_3, fp_3, a4_3, ar_3, a1_3, ap_3, b4_3, br_3, b1_3, bp_3, c4_3, cr_3, c1_3, cp_3) \
rows2: \
	HEIGHT(ROWS1_2, ROWS2_2, ROWS3_2, GET_2, PUT_2, full2, tail2, two2, three2, f4_2, fr_2, f1_2, fp_2, a4_2, ar_2, a1_2, ap_2, b4_2, br_2, b1_2, bp_2, c4_2, cr_2, c1_2, cp_2) \
rows1: \
	HEIGHT(ROWS1_1, ROWS2_1, ROWS3_1, GET_1, PUT_1, full1, tail1, two1, three1, f4_1, fr_1, f1_1, fp_1, a4_1, ar_1, a1_1, ap_1, b4_1, br_1, b1_1, bp_1, c4_1, cr_1, c1_1, cp_1) \
done: \
	VZEROUPPER \
	RET

#include "ps_amd64.h"
#define LANES 8

// func gemmSums32AVX2(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)
TEXT ·gemmSums32AVX2(SB), NOSPLIT, $0-48
	BODY

#include "pd_amd64.h"
#undef LANES
#define LANES 4

// func gemmSums64AVX2(t *tileCall, a, b, sums unsafe.Pointer, rows, cols int)
TEXT ·gemmSums64AVX2(SB), NOSPLIT, $0-48
	BODY
