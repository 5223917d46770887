// A product of few rows, AVX-512: up to eight rows by strips of three vectors, a whole chunk of k high. See gemmshort_amd64.h for A and B.
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     rows 1…8, any number of columns
//
//	Z0–Z2  B      Z3–Z7  broadcasts of A      Z8–Z31  sums: row i in Z(8+3i) … Z(10+3i)      K1  elements of the last vector
//	DI     C      while it is written: R8 R9 SI CX  its rows 0 and 4, rc, 3·rc      Z0 Z1 Z2  alpha, beta, beta·c
//	R15    from B at work to B to fetch
//
// A step of eight rows is 24 FMA and 11 loads, 12 cycles of two FMA pipes against 5.5 of two load ports, and takes 192 bytes of B: 16 a cycle of the 25 to 31
// that Zen 5 reads from its third level. (12×32 has 14 loads for as many FMA, 8×32 10 for 16: loads share the first level with the lines that come in.) Each step fetches
// B as far ahead as the call says, see multiplyStrips.
//
// Edges: rows, cols, k ≥ 1. Nothing outside the operands is read or written; C is not read if beta = 0.

#include "textflag.h"
#include "gemmshort_amd64.h"

#define ROW3(a, t, s0, s1, s2) \
	BCAST a, t \
	FMADD231 Z0, t, s0 \
	FMADD231 Z1, t, s1 \
	FMADD231 Z2, t, s2

#define ROW2(a, t, s0, s1) \
	BCAST a, t \
	FMADD231 Z0, t, s0 \
	FMADD231 Z1, t, s1

#define ROW1(a, t, s0) \
	BCAST a, t \
	FMADD231 Z0, t, s0

#define ROWS3_1 ROW3(A0, Z3, Z8, Z9, Z10)
#define ROWS3_2 ROWS3_1; ROW3(A1, Z4, Z11, Z12, Z13)
#define ROWS3_3 ROWS3_2; ROW3(A2, Z5, Z14, Z15, Z16)
#define ROWS3_4 ROWS3_3; ROW3(A3, Z6, Z17, Z18, Z19)
#define ROWS3_5 ROWS3_4; ROW3(A4, Z7, Z20, Z21, Z22)
#define ROWS3_6 ROWS3_5; ROW3(A5, Z3, Z23, Z24, Z25)
#define ROWS3_7 ROWS3_6; ROW3(A6, Z4, Z26, Z27, Z28)
#define ROWS3_8 ROWS3_7; ROW3(A7, Z5, Z29, Z30, Z31)
#define ROWS2_1 ROW2(A0, Z3, Z8, Z9)
#define ROWS2_2 ROWS2_1; ROW2(A1, Z4, Z11, Z12)
#define ROWS2_3 ROWS2_2; ROW2(A2, Z5, Z14, Z15)
#define ROWS2_4 ROWS2_3; ROW2(A3, Z6, Z17, Z18)
#define ROWS2_5 ROWS2_4; ROW2(A4, Z7, Z20, Z21)
#define ROWS2_6 ROWS2_5; ROW2(A5, Z3, Z23, Z24)
#define ROWS2_7 ROWS2_6; ROW2(A6, Z4, Z26, Z27)
#define ROWS2_8 ROWS2_7; ROW2(A7, Z5, Z29, Z30)
#define ROWS1_1 ROW1(A0, Z3, Z8)
#define ROWS1_2 ROWS1_1; ROW1(A1, Z4, Z11)
#define ROWS1_3 ROWS1_2; ROW1(A2, Z5, Z14)
#define ROWS1_4 ROWS1_3; ROW1(A3, Z6, Z17)
#define ROWS1_5 ROWS1_4; ROW1(A4, Z7, Z20)
#define ROWS1_6 ROWS1_5; ROW1(A5, Z3, Z23)
#define ROWS1_7 ROWS1_6; ROW1(A6, Z4, Z26)
#define ROWS1_8 ROWS1_7; ROW1(A7, Z5, Z29)

#define LOAD3 \
	LOADU (SI), Z0        \
	LOADU 64(SI), Z1      \
	LOADU 128(SI), Z2     \
	PREFETCHT0 (SI)(R15*1) \
	PREFETCHT0 64(SI)(R15*1) \
	PREFETCHT0 128(SI)(R15*1)
#define LOADM3 LOADU (SI), Z0; LOADU 64(SI), Z1; LOADU.Z 128(SI), K1, Z2
#define LOADM2 LOADU (SI), Z0; LOADU.Z 64(SI), K1, Z1
#define LOADM1 LOADU.Z (SI), K1, Z0

#define ZERO(z) VPXORQ z, z, z
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

// To the label of the call's height.
#define BYROWS(one, two, three, four, five, six, seven, eight) \
	MOVQ rows+32(FP), AX \
	CMPQ AX, $8  \
	JEQ  eight   \
	CMPQ AX, $6  \
	JGT  seven   \
	JEQ  six     \
	CMPQ AX, $4  \
	JGT  five    \
	JEQ  four    \
	CMPQ AX, $2  \
	JGT  three   \
	JEQ  two     \
	JMP  one

// The update of a vector of C at p.
#define MIX(p, s) \
	MUL p, Z1, Z2      \
	FMADD213 Z2, Z0, s \
	LOADU s, p
#define MIXM(p, s) \
	MUL.Z p, Z1, K1, Z2 \
	FMADD213 Z2, Z0, s  \
	LOADU s, K1, p
#define SCALE(p, s) \
	MUL Z0, s, s \
	LOADU s, p
#define SCALEM(p, s) \
	MUL Z0, s, s \
	LOADU s, K1, p

#define MIX3(p, s0, s1, s2) MIX(p, s0); MIX(64 p, s1); MIX(128 p, s2)
#define MIXM3(p, s0, s1, s2) MIX(p, s0); MIX(64 p, s1); MIXM(128 p, s2)
#define MIXM2(p, s0, s1, s2) MIX(p, s0); MIXM(64 p, s1)
#define MIXM1(p, s0, s1, s2) MIXM(p, s0)
#define SCALE3(p, s0, s1, s2) SCALE(p, s0); SCALE(64 p, s1); SCALE(128 p, s2)
#define SCALEM3(p, s0, s1, s2) SCALE(p, s0); SCALE(64 p, s1); SCALEM(128 p, s2)
#define SCALEM2(p, s0, s1, s2) SCALE(p, s0); SCALEM(64 p, s1)
#define SCALEM1(p, s0, s1, s2) SCALEM(p, s0)

// From the last row to the first.
#define UPDATE(ROW, one, two, three, four, five, six, seven, eight) \
	BYROWS(one, two, three, four, five, six, seven, eight) \
eight: \
	ROW((R9)(CX*1), Z29, Z30, Z31) \
seven: \
	ROW((R9)(SI*2), Z26, Z27, Z28) \
six: \
	ROW((R9)(SI*1), Z23, Z24, Z25) \
five: \
	ROW((R9), Z20, Z21, Z22)       \
four: \
	ROW((R8)(CX*1), Z17, Z18, Z19) \
three: \
	ROW((R8)(SI*2), Z14, Z15, Z16) \
two: \
	ROW((R8)(SI*1), Z11, Z12, Z13) \
one: \
	ROW((R8), Z8, Z9, Z10)

// A strip from its sums to C, then on to out. Modes 1 and 3 read C (beta is 1 in mode 3), 0 and 2 do not (alpha is 1 in mode 2): multiplying by 1 is exact.
#define STORE(MIX, SCALE, scale, m1, m2, m3, m4, m5, m6, m7, m8, s1, s2, s3, s4, s5, s6, s7, s8, out) \
	MOVQ t+0(FP), AX     \
	MOVQ DI, R8          \
	MOVQ 24(AX), SI      \
	BCAST 40(AX), Z0     \
	BCAST 48(AX), Z1     \
	LEAQ (SI)(SI*2), CX  \
	LEAQ (R8)(SI*4), R9  \
	TESTL $1, 56(AX)     \
	JZ   scale           \
	UPDATE(MIX, m1, m2, m3, m4, m5, m6, m7, m8) \
	JMP  out             \
scale: \
	UPDATE(SCALE, s1, s2, s3, s4, s5, s6, s7, s8) \
	JMP  out

// The function: strips of three vectors, then the last one of up to three, masked.
#define BODY \
	ARGS \
	MOVQ 72(AX), R15 \
	MOVQ c+24(FP), DI \
	SUBQ $(3*LANES), R10 \
	JLT  tail \
strip: \
	START \
	CLEAR \
	BYROWS(w1, w2, w3, w4, w5, w6, w7, w8) \
w8: \
	STEPS(LOAD3, ROWS3_8, w8_four, w8_rest, w8_one, putw) \
	JMP  putw \
w7: \
	STEPS(LOAD3, ROWS3_7, w7_four, w7_rest, w7_one, putw) \
	JMP  putw \
w6: \
	STEPS(LOAD3, ROWS3_6, w6_four, w6_rest, w6_one, putw) \
	JMP  putw \
w5: \
	STEPS(LOAD3, ROWS3_5, w5_four, w5_rest, w5_one, putw) \
	JMP  putw \
w4: \
	STEPS(LOAD3, ROWS3_4, w4_four, w4_rest, w4_one, putw) \
	JMP  putw \
w3: \
	STEPS(LOAD3, ROWS3_3, w3_four, w3_rest, w3_one, putw) \
	JMP  putw \
w2: \
	STEPS(LOAD3, ROWS3_2, w2_four, w2_rest, w2_one, putw) \
	JMP  putw \
w1: \
	STEPS(LOAD3, ROWS3_1, w1_four, w1_rest, w1_one, putw) \
putw: \
	STORE(MIX3, SCALE3, scalew, mixw1, mixw2, mixw3, mixw4, mixw5, mixw6, mixw7, mixw8, scalew1, scalew2, scalew3, scalew4, scalew5, scalew6, scalew7, scalew8, next) \
next: \
	ADDQ $192, DI \
	ADDQ $192, b+16(FP) \
	SUBQ $(3*LANES), R10 \
	JGE  strip \
tail: \
	ADDQ $(3*LANES), R10 \
	JZ   done \
	LEAQ -1(R10), CX \
	ANDQ $(LANES-1), CX \
	INCQ CX \
	MOVQ $-1, AX \
	BZHIQ CX, AX, AX \
	KMOVW AX, K1 \
	CMPQ R10, $LANES \
	JLE  last1 \
	CMPQ R10, $(2*LANES) \
	JLE  last2 \
last3: \
	START \
	CLEAR \
	BYROWS(c1, c2, c3, c4, c5, c6, c7, c8) \
c8: \
	STEPS(LOADM3, ROWS3_8, c8_four, c8_rest, c8_one, putc) \
	JMP  putc \
c7: \
	STEPS(LOADM3, ROWS3_7, c7_four, c7_rest, c7_one, putc) \
	JMP  putc \
c6: \
	STEPS(LOADM3, ROWS3_6, c6_four, c6_rest, c6_one, putc) \
	JMP  putc \
c5: \
	STEPS(LOADM3, ROWS3_5, c5_four, c5_rest, c5_one, putc) \
	JMP  putc \
c4: \
	STEPS(LOADM3, ROWS3_4, c4_four, c4_rest, c4_one, putc) \
	JMP  putc \
c3: \
	STEPS(LOADM3, ROWS3_3, c3_four, c3_rest, c3_one, putc) \
	JMP  putc \
c2: \
	STEPS(LOADM3, ROWS3_2, c2_four, c2_rest, c2_one, putc) \
	JMP  putc \
c1: \
	STEPS(LOADM3, ROWS3_1, c1_four, c1_rest, c1_one, putc) \
putc: \
	STORE(MIXM3, SCALEM3, scalec, mixc1, mixc2, mixc3, mixc4, mixc5, mixc6, mixc7, mixc8, scalec1, scalec2, scalec3, scalec4, scalec5, scalec6, scalec7, scalec8, done) \
last2: \
	START \
	CLEAR \
	BYROWS(b1, b2, b3, b4, b5, b6, b7, b8) \
b8: \
	STEPS(LOADM2, ROWS2_8, b8_four, b8_rest, b8_one, putb) \
	JMP  putb \
b7: \
	STEPS(LOADM2, ROWS2_7, b7_four, b7_rest, b7_one, putb) \
	JMP  putb \
b6: \
	STEPS(LOADM2, ROWS2_6, b6_four, b6_rest, b6_one, putb) \
	JMP  putb \
b5: \
	STEPS(LOADM2, ROWS2_5, b5_four, b5_rest, b5_one, putb) \
	JMP  putb \
b4: \
	STEPS(LOADM2, ROWS2_4, b4_four, b4_rest, b4_one, putb) \
	JMP  putb \
b3: \
	STEPS(LOADM2, ROWS2_3, b3_four, b3_rest, b3_one, putb) \
	JMP  putb \
b2: \
	STEPS(LOADM2, ROWS2_2, b2_four, b2_rest, b2_one, putb) \
	JMP  putb \
b1: \
	STEPS(LOADM2, ROWS2_1, b1_four, b1_rest, b1_one, putb) \
putb: \
	STORE(MIXM2, SCALEM2, scaleb, mixb1, mixb2, mixb3, mixb4, mixb5, mixb6, mixb7, mixb8, scaleb1, scaleb2, scaleb3, scaleb4, scaleb5, scaleb6, scaleb7, scaleb8, done) \
last1: \
	START \
	CLEAR \
	BYROWS(a1, a2, a3, a4, a5, a6, a7, a8) \
a8: \
	STEPS(LOADM1, ROWS1_8, a8_four, a8_rest, a8_one, puta) \
	JMP  puta \
a7: \
	STEPS(LOADM1, ROWS1_7, a7_four, a7_rest, a7_one, puta) \
	JMP  puta \
a6: \
	STEPS(LOADM1, ROWS1_6, a6_four, a6_rest, a6_one, puta) \
	JMP  puta \
a5: \
	STEPS(LOADM1, ROWS1_5, a5_four, a5_rest, a5_one, puta) \
	JMP  puta \
a4: \
	STEPS(LOADM1, ROWS1_4, a4_four, a4_rest, a4_one, puta) \
	JMP  puta \
a3: \
	STEPS(LOADM1, ROWS1_3, a3_four, a3_rest, a3_one, puta) \
	JMP  puta \
a2: \
	STEPS(LOADM1, ROWS1_2, a2_four, a2_rest, a2_one, puta) \
	JMP  puta \
a1: \
	STEPS(LOADM1, ROWS1_1, a1_four, a1_rest, a1_one, puta) \
puta: \
	STORE(MIXM1, SCALEM1, scalea, mixa1, mixa2, mixa3, mixa4, mixa5, mixa6, mixa7, mixa8, scalea1, scalea2, scalea3, scalea4, scalea5, scalea6, scalea7, scalea8, done) \
done: \
	VZEROUPPER \
	RET

#include "ps_amd64.h"
#define LANES 16

// func gemmStrips32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmStrips32AVX512(SB), NOSPLIT, $0-48
	BODY

#include "pd_amd64.h"
#undef LANES
#define LANES 8

// func gemmStrips64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmStrips64AVX512(SB), NOSPLIT, $0-48
	BODY
