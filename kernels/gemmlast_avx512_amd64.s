// The last one or two columns of a product, of float32 up to four, AVX-512, rows of A as stored:
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j],  acc = fma(a, b, acc) from +0, l ascending      16 (float64: 8) rows or more
//
// A tile so narrow has a sum in flight for two rows of A, of which a step waits for its fma. Here lanes are rows: groups of 16 (8) pass by eight steps after the other, whose elements of
// the first two columns of B stay in registers; a group's sums wait in memory for the next eight steps.
//
// The first block of steps has what k has beside whole eights: it reads eight, and masks of all or no lanes leave out the fma of the others.
//
//	DI t      SI  A row 0, then c      R8  the row at work      R9  row 0 of the last group      R13 R14  1, 3 distances of rows (R13 then of C)
//	R10 R11 R12  B, 1, 3 distances of its rows      DX  row 4 of its eight      R15  steps of this block      AX  blocks left      CX  rows left
//	BX  sums: 64 bytes of each column, group by group      K1–K7  steps 1 … 7 of this block
//	Z0–Z7 lanes      Z8–Z15 Z16–Z23  eight steps of two columns of B      Z24–Z28 on the way      Z30 Z31 Z29 Z27 sums
//
// Ports: a group's eight steps, 512 bytes of A, take 16 loads (float64: 8), 16 shuffles across lanes, 16 within (8) and 8 fma a column: 9 cycles for one column, 10.7 for two, 16 and 18 for three and four,
// whose fma have a load (float64 8, 10.7); measured 14, 17.6 (12, 17), and 2.5 to 4 for C. The tile takes 46 (float64: 30) whatever its columns. From three groups on none waits for its sums, 32 cycles of fma and a load behind a store.
//
// Edges: rows ≥ a group, the last of which overlaps the one before, with sums of its own that C is not given twice; k ≥ 8; of three and four columns those of B beside each other. Of A, B and C nothing else is read or written.

#include "textflag.h"
#include "ps_amd64.h"
#include "gemmlanes_avx512_amd64.h"

// Bit i of K1 … K7 says of steps 1 … 7 whether they are there: all lanes or none.
#define MASK(s, k) \
	MOVL DX, CX     \
	SHLL $(31-s), CX \
	SARL $31, CX    \
	KMOVW CX, k
#define MASKS \
	MASK(1, K1) \
	MASK(2, K2) \
	MASK(3, K3) \
	MASK(4, K4) \
	MASK(5, K5) \
	MASK(6, K6) \
	MASK(7, K7)

#define HEAD(GROUP) \
	MOVQ t+0(FP), DI       \
	MOVQ 0(DI), SI         \
	MOVQ 8(DI), R10        \
	MOVQ 24(DI), R13       \
	MOVQ 32(DI), R11       \
	MOVQ 64(DI), CX        \
	LEAQ (R13)(R13*2), R14 \
	LEAQ (R11)(R11*2), R12 \
	LEAQ 7(CX), AX         \
	SHRQ $3, AX            \
	LEAQ -1(CX), R15       \
	ANDQ $7, R15           \
	INCQ R15               \
	MOVQ 56(DI), R9        \
	SUBQ $GROUP, R9        \
	IMULQ R13, R9          \
	ADDQ SI, R9            \
	MOVQ $-1, DX           \
	BZHIQ R15, DX, DX      \
	MASKS                  \
	VPXORQ Z27, Z27, Z27   \
	VPXORQ Z29, Z29, Z29   \
	VPXORQ Z30, Z30, Z30   \
	VPXORQ Z31, Z31, Z31

// Eight steps of a column of B from p on.
#define STEPSB(p, z0, z1, z2, z3, z4, z5, z6, z7) \
	BCAST (p), z0         \
	BCAST (p)(R11*1), z1  \
	BCAST (p)(R11*2), z2  \
	BCAST (p)(R12*1), z3  \
	LEAQ (p)(R11*4), DX   \
	BCAST (DX), z4        \
	BCAST (DX)(R11*1), z5 \
	BCAST (DX)(R11*2), z6 \
	BCAST (DX)(R12*1), z7

#define B1 STEPSB(R10, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
#define B2 \
	MOVQ 40(DI), CX \
	ADDQ R10, CX   \
	STEPSB(CX, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23) \
	B1

// A step z, whose elements of B are b0 and b1, those of further columns beside p; M where it may be missing.
#define F1(k, z, b0, b1, p) FMADD231 b0, z, Z30
#define F2(k, z, b0, b1, p) F1(k, z, b0, b1, p); FMADD231 b1, z, Z31
#define F3(k, z, b0, b1, p) F2(k, z, b0, b1, p); FMADD231.BCST (2*EBYTES)p, z, Z29
#define F4(k, z, b0, b1, p) F3(k, z, b0, b1, p); FMADD231.BCST (3*EBYTES)p, z, Z27
#define M1(k, z, b0, b1, p) FMADD231 b0, z, k, Z30
#define M2(k, z, b0, b1, p) M1(k, z, b0, b1, p); FMADD231 b1, z, k, Z31
#define M3(k, z, b0, b1, p) M2(k, z, b0, b1, p); FMADD231.BCST (2*EBYTES)p, z, k, Z29
#define M4(k, z, b0, b1, p) M3(k, z, b0, b1, p); FMADD231.BCST (3*EBYTES)p, z, k, Z27

#define LOADSUMS1 LOADU (BX), Z30
#define LOADSUMS2 LOADSUMS1; LOADU 64(BX), Z31
#define LOADSUMS3 LOADSUMS2; LOADU 128(BX), Z29
#define LOADSUMS4 LOADSUMS3; LOADU 192(BX), Z27
#define STORESUMS1 LOADU Z30, (BX)
#define STORESUMS2 STORESUMS1; LOADU Z31, 64(BX)
#define STORESUMS3 STORESUMS2; LOADU Z29, 128(BX)
#define STORESUMS4 STORESUMS3; LOADU Z27, 192(BX)

#define ROWS32 \
	VMOVUPS (R8), Y24          \
	VMOVUPS (R8)(R13*1), Y25   \
	VMOVUPS (R8)(R13*2), Y26   \
	VMOVUPS (R8)(R14*1), Y27   \
	LEAQ (R8)(R13*4), R8             \
	VINSERTF64X4 $1, (R8), Z24, Z24         \
	VINSERTF64X4 $1, (R8)(R13*1), Z25, Z25  \
	VINSERTF64X4 $1, (R8)(R13*2), Z26, Z26  \
	VINSERTF64X4 $1, (R8)(R14*1), Z27, Z27  \
	LEAQ (R8)(R13*4), R8             \
	VMOVUPS (R8), Y4           \
	VMOVUPS (R8)(R13*1), Y5    \
	VMOVUPS (R8)(R13*2), Y6    \
	VMOVUPS (R8)(R14*1), Y7    \
	LEAQ (R8)(R13*4), R8             \
	VINSERTF64X4 $1, (R8), Z4, Z4         \
	VINSERTF64X4 $1, (R8)(R13*1), Z5, Z5  \
	VINSERTF64X4 $1, (R8)(R13*2), Z6, Z6  \
	VINSERTF64X4 $1, (R8)(R14*1), Z7, Z7  \
	LANES32(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)

#define FOUR32(F, M, p, k0, k1, k2, k3, z0, z1, z2, z3, b0, b1, b2, b3, y0, y1, y2, y3) \
	VUNPCKLPS z1, z0, Z28 \
	VUNPCKHPS z1, z0, z0  \
	VUNPCKLPS z3, z2, z1  \
	VUNPCKHPS z3, z2, z2  \
	VUNPCKLPD z1, Z28, z3 \
	VUNPCKHPD z1, Z28, z1 \
	F(k0, z3, b0, y0, (p)) \
	M(k1, z1, b1, y1, (p)(R11*1)) \
	VUNPCKLPD z2, z0, z3  \
	VUNPCKHPD z2, z0, z0  \
	M(k2, z3, b2, y2, (p)(R11*2)) \
	M(k3, z0, b3, y3, (p)(R12*1))

#define COLUMNS(GROUP, UNIT, ROWS, FOUR, B, F, M, LOADSUMS, STORESUMS, zero, block, group) \
	MOVQ 56(DI), CX  \
	MOVQ 104(DI), BX \
zero: \
	STORESUMS        \
	ADDQ $UNIT, BX   \
	SUBQ $GROUP, CX  \
	JG   zero        \
block: \
	B              \
	MOVQ 56(DI), CX \
	MOVQ SI, R8    \
	MOVQ 104(DI), BX \
group: \
	ROWS           \
	LOADSUMS       \
	LEAQ (R8)(R13*4), R8 \
	CMPQ R8, R9    \
	CMOVQHI R9, R8 \
	FOUR(F, M, R10, K0, K1, K2, K3, Z0, Z1, Z2, Z3, Z8, Z9, Z10, Z11, Z16, Z17, Z18, Z19)   \
	FOUR(M, M, DX, K4, K5, K6, K7, Z4, Z5, Z6, Z7, Z12, Z13, Z14, Z15, Z20, Z21, Z22, Z23) \
	STORESUMS      \
	ADDQ $UNIT, BX \
	SUBQ $GROUP, CX \
	JG   group     \
	LEAQ (SI)(R15*EBYTES), SI \
	LEAQ (R9)(R15*EBYTES), R9 \
	IMULQ R11, R15 \
	ADDQ R15, R10  \
	MOVL $8, R15   \
	KXNORW K1, K1, K1 \
	KXNORW K2, K2, K2 \
	KXNORW K3, K3, K3 \
	KXNORW K4, K4, K4 \
	KXNORW K5, K5, K5 \
	KXNORW K6, K6, K6 \
	KXNORW K7, K7, K7 \
	DECQ AX        \
	JNZ  block
// C, a row after the other: R8 rows of a group, CX left, what stands at BX being less than a group beyond the sums that were not used.
#define UPDATE(GROUP, UNIT, STEP, TURN, MIX, SCALE, groups, all, mix, next, scale) \
	MOVQ 16(DI), SI   \
	MOVQ 48(DI), R13  \
	MOVQ 56(DI), CX   \
	MOVQ 96(DI), AX   \
	BCAST 80(DI), Y0  \
	BCAST 88(DI), Y1  \
	MOVQ 104(DI), BX  \
groups: \
	TURN              \
	MOVL $GROUP, R8   \
	CMPQ CX, R8       \
	JGE  all          \
	SUBQ CX, R8       \
	IMULQ $STEP, R8   \
	ADDQ R8, BX       \
	MOVQ CX, R8       \
all: \
	SUBQ R8, CX       \
	TESTQ AX, AX      \
	JZ   scale        \
mix: \
	MIX               \
	ADDQ $STEP, BX  \
	ADDQ R13, SI      \
	DECQ R8           \
	JNZ  mix          \
next: \
	ADDQ $(UNIT-GROUP*STEP), BX \
	TESTQ CX, CX      \
	JNZ  groups       \
	VZEROUPPER        \
	RET               \
scale: \
	SCALE             \
	ADDQ $STEP, BX  \
	ADDQ R13, SI      \
	DECQ R8           \
	JNZ  scale        \
	JMP  next

#define MIX1 \
	MULS (SI), X1, X4      \
	LOADS (BX), X2         \
	FMADD213S X4, X0, X2   \
	LOADS X2, (SI)
#define MIX2 \
	MIX1                   \
	MULS EBYTES(SI), X1, X5 \
	LOADS 64(BX), X3       \
	FMADD213S X5, X0, X3   \
	LOADS X3, EBYTES(SI)
#define MIX3 \
	MIX2                   \
	MULS (2*EBYTES)(SI), X1, X6 \
	LOADS 128(BX), X7      \
	FMADD213S X6, X0, X7   \
	LOADS X7, (2*EBYTES)(SI)

#define ASIS

// Four columns of float32 in rows of 16 bytes.
#define ROWS4(z, x, o) \
	VMOVUPS x, (o)(BX)                 \
	VEXTRACTF32X4 $1, z, (o+64)(BX)  \
	VEXTRACTF32X4 $2, z, (o+128)(BX) \
	VEXTRACTF32X4 $3, z, (o+192)(BX)
#define TURN4 \
	VMOVUPS (BX), Z2         \
	VMOVUPS 64(BX), Z3       \
	VMOVUPS 128(BX), Z4      \
	VMOVUPS 192(BX), Z5      \
	VUNPCKLPS Z3, Z2, Z6     \
	VUNPCKHPS Z3, Z2, Z7     \
	VUNPCKLPS Z5, Z4, Z8     \
	VUNPCKHPS Z5, Z4, Z9     \
	VUNPCKLPD Z8, Z6, Z2     \
	VUNPCKHPD Z8, Z6, Z3     \
	VUNPCKLPD Z9, Z7, Z4     \
	VUNPCKHPD Z9, Z7, Z5     \
	ROWS4(Z2, X2, 0)     \
	ROWS4(Z3, X3, 16)    \
	ROWS4(Z4, X4, 32)    \
	ROWS4(Z5, X5, 48)
#define MIX4 \
	VMULPS (SI), X1, X4      \
	VMOVUPS (BX), X2         \
	VFMADD213PS X4, X0, X2   \
	VMOVUPS X2, (SI)
#define SCALE4 \
	VMULPS (BX), X0, X2      \
	VMOVUPS X2, (SI)
#define SCALE1 \
	MULS (BX), X0, X2      \
	LOADS X2, (SI)
#define SCALE2 \
	SCALE1                 \
	MULS 64(BX), X0, X3    \
	LOADS X3, EBYTES(SI)
#define SCALE3 \
	SCALE2                 \
	MULS 128(BX), X0, X4   \
	LOADS X4, (2*EBYTES)(SI)

#define MULS VMULSS
#define FMADD213S VFMADD213SS

// func gemmLast32AVX512(t *lastCall)
TEXT ·gemmLast32AVX512(SB), NOSPLIT, $0-8
	HEAD(16)
	CMPQ 72(DI), $2
	JEQ  two
	JGT  more
	COLUMNS(16, 128, ROWS32, FOUR32, B1, F1, M1, LOADSUMS1, STORESUMS1, zero1, block1, group1)
	UPDATE(16, 128, EBYTES, ASIS, MIX1, SCALE1, groups1, all1, mix1, next1, scale1)

two:
	COLUMNS(16, 128, ROWS32, FOUR32, B2, F2, M2, LOADSUMS2, STORESUMS2, zero2, block2, group2)
	UPDATE(16, 128, EBYTES, ASIS, MIX2, SCALE2, groups2, all2, mix2, next2, scale2)

more:
	CMPQ 72(DI), $4
	JEQ  four
	COLUMNS(16, 256, ROWS32, FOUR32, B2, F3, M3, LOADSUMS3, STORESUMS3, zero3, block3, group3)
	UPDATE(16, 256, EBYTES, ASIS, MIX3, SCALE3, groups3, all3, mix3, next3, scale3)

four:
	COLUMNS(16, 256, ROWS32, FOUR32, B2, F4, M4, LOADSUMS4, STORESUMS4, zero4, block4, group4)
	UPDATE(16, 256, 16, TURN4, MIX4, SCALE4, groups4, all4, mix4, next4, scale4)

#include "pd_amd64.h"
#undef MULS
#undef FMADD213S
#define MULS VMULSD
#define FMADD213S VFMADD213SD

#define ROWS64 \
	LOADU (R8), Z24          \
	LOADU (R8)(R13*1), Z25   \
	LOADU (R8)(R13*2), Z4    \
	LOADU (R8)(R14*1), Z5    \
	LEAQ (R8)(R13*4), R8           \
	LOADU (R8), Z26          \
	LOADU (R8)(R13*1), Z27   \
	LOADU (R8)(R13*2), Z6    \
	LOADU (R8)(R14*1), Z7    \
	LANES64(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)

#define FOUR64(F, M, p, k0, k1, k2, k3, z0, z1, z2, z3, b0, b1, b2, b3, y0, y1, y2, y3) \
	VUNPCKLPD z1, z0, Z28 \
	VUNPCKHPD z1, z0, z0  \
	F(k0, Z28, b0, y0, (p)) \
	M(k1, z0, b1, y1, (p)(R11*1)) \
	VUNPCKLPD z3, z2, z1  \
	VUNPCKHPD z3, z2, z2  \
	M(k2, z1, b2, y2, (p)(R11*2)) \
	M(k3, z2, b3, y3, (p)(R12*1))

// func gemmLast64AVX512(t *lastCall)
TEXT ·gemmLast64AVX512(SB), NOSPLIT, $0-8
	HEAD(8)
	CMPQ 72(DI), $2
	JEQ  two
	COLUMNS(8, 128, ROWS64, FOUR64, B1, F1, M1, LOADSUMS1, STORESUMS1, zero1, block1, group1)
	UPDATE(8, 128, EBYTES, ASIS, MIX1, SCALE1, groups1, all1, mix1, next1, scale1)

two:
	COLUMNS(8, 128, ROWS64, FOUR64, B2, F2, M2, LOADSUMS2, STORESUMS2, zero2, block2, group2)
	UPDATE(8, 128, EBYTES, ASIS, MIX2, SCALE2, groups2, all2, mix2, next2, scale2)
