// Rows of at most 256 bytes times a vector, eight at a time, AVX-512.
//
//	y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order
//
// Each lane of such a row has one product, so that x stays in registers. Up to three vectors are multiplied and not added to +0: that rounds alike, but where fma(a, x, +0) is +0 the product
// may be −0. What it changes in the end is at most the sign of a zero, which the +0 of the empty lanes takes away: it is added to the sums. In a fourth vector no lane need be empty.
//
//	Z0–Z7    the rows' vectors, added      Z16–Z19  x, the last of them under K1      Z20–Z22  scratch      Z28, Z29  alpha, beta      Z30  +0
//	Z31      where the sums of rows 0…7 stand after the fold      K2, K3  the upper halves of a vector, of its halves      R15  0 if beta is
//	R8, R9, R10  rows 0, 3, 6      R11, R12  bytes of three rows, of one      R13  groups left      SI  x      DI  y
//
// The fold adds the halves of two vectors at once: a blend and one shuffle across lanes bring what belongs together into the same place.
//
// Ports: for eight rows of four vectors 32 loads and FMA, 16 cycles, 24 additions and the fold's 8, 18 shuffles and blends (float64 17).
//
// Edges: groups ≥ 1, 1 ≤ n ≤ 64 (float64 32); of the last vector columns that do not exist are masked.

#include "textflag.h"

#define SUM1(A, S) \
	MUL.Z 0 A, Z16, K1, S
#define SUM2(A, S) \
	MUL 0 A, Z16, S         \
	MUL.Z 64 A, Z17, K1, Z20 \
	ADD Z20, S, S
#define SUM3(A, S) \
	MUL 0 A, Z16, S         \
	MUL 64 A, Z17, Z20      \
	MUL.Z 128 A, Z18, K1, Z21 \
	ADD Z21, S, S           \
	ADD Z20, S, S
#define SUM4(A, S) \
	VPXORD S, S, S          \
	VPXORD Z20, Z20, Z20    \
	VPXORD Z21, Z21, Z21    \
	VPXORD Z22, Z22, Z22    \
	FMADD231 0 A, Z16, S    \
	FMADD231 64 A, Z17, Z20 \
	FMADD231 128 A, Z18, Z21 \
	FMADD231 192 A, Z19, K1, Z22 \
	ADD Z21, S, S           \
	ADD Z22, Z20, Z20       \
	ADD Z20, S, S

// A = its lower half and its upper, and the same of B.
#define PAIR(A, B) \
	VBLENDMPD B, A, K2, Z20   \
	VSHUFF64X2 $0x4E, B, A, A \
	ADD Z20, A, A
// The same with quarters: A has those of rows 0, 2, 1, 3.
#define QUAD(A, B) \
	VBLENDMPD B, A, K3, Z20   \
	VBLENDMPD A, B, K3, Z21   \
	VSHUFF64X2 $0xB1, Z21, Z21, Z21 \
	ADD Z21, Z20, A

#define EMPTY(S) ADD Z30, S, S
#define FULL(S)

// LANES is EMPTY or FULL.
#define LOOP(SUM, LANES, FOLD, A20, A21, A28, A29, group, plain, store) \
group:                         \
	LEAQ (R8)(R11*1), R9   \
	LEAQ (R9)(R11*1), R10  \
	SUM((R8), Z0)          \
	SUM((R8)(R12*1), Z1)   \
	SUM((R8)(R12*2), Z2)   \
	SUM((R9), Z3)          \
	SUM((R9)(R12*1), Z4)   \
	SUM((R9)(R12*2), Z5)   \
	SUM((R10), Z6)         \
	SUM((R10)(R12*1), Z7)  \
	PAIR(Z0, Z1)           \
	PAIR(Z2, Z3)           \
	PAIR(Z4, Z5)           \
	PAIR(Z6, Z7)           \
	QUAD(Z0, Z2)           \
	QUAD(Z4, Z6)           \
	FOLD                   \
	LANES(Z20)             \
	LEAQ (R8)(R12*8), R8   \
	TESTQ R15, R15         \
	JZ   plain             \
	MUL (DI), A29, A21     \
	FMADD213 A21, A28, A20 \
	JMP  store             \
plain:                         \
	MUL A28, A20, A20      \
store:                         \
	LOADU A20, (DI)        \
	ADDQ $(8*EBYTES), DI   \
	DECQ R13               \
	JNZ  group             \
	VZEROUPPER             \
	RET

#define FOLD32 \
	VSHUFPS $0x44, Z4, Z0, Z20 \
	VSHUFPS $0xEE, Z4, Z0, Z21 \
	VADDPS Z21, Z20, Z20       \
	VPERMILPS $0xB1, Z20, Z21  \
	VADDPS Z21, Z20, Z20       \
	VPERMPS Z20, Z31, Z20
#define FOLD64 \
	VUNPCKLPD Z4, Z0, Z20      \
	VUNPCKHPD Z4, Z0, Z21      \
	VADDPD Z21, Z20, Z20       \
	VPERMPD Z20, Z31, Z20

#define SHORT(FOLD, A20, A21, A28, A29) \
	MOVQ groups+0(FP), R13 \
	MOVQ n+8(FP), DX       \
	BCAST alpha+16(FP), Z28 \
	MOVQ a+24(FP), R8      \
	MOVQ lda+32(FP), R12   \
	MOVQ x+40(FP), SI      \
	BCAST beta+48(FP), Z29 \
	MOVQ y+56(FP), DI      \
	MOVL $0xF0, AX         \
	KMOVW AX, K2           \
	MOVL $0xCC, AX         \
	KMOVW AX, K3           \
	VPXORD Z30, Z30, Z30   \
	SHLQ $ELOG, R12        \
	LEAQ (R12)(R12*2), R11 \
	LEAQ -1(DX), CX        \
	ANDQ $(64/EBYTES-1), CX \
	INCQ CX                \
	MOVQ $-1, AX           \
	BZHIQ CX, AX, AX       \
	KMOVW AX, K1           \
	CMPQ DX, $(128/EBYTES) \
	JGT  long              \
	CMPQ DX, $(64/EBYTES)  \
	JGT  two               \
	LOADU.Z (SI), K1, Z16  \
	LOOP(SUM1, EMPTY, FOLD, A20, A21, A28, A29, group1, plain1, store1) \
two:                           \
	LOADU (SI), Z16        \
	LOADU.Z 64(SI), K1, Z17 \
	LOOP(SUM2, EMPTY, FOLD, A20, A21, A28, A29, group2, plain2, store2) \
long:                          \
	LOADU (SI), Z16        \
	LOADU 64(SI), Z17      \
	CMPQ DX, $(192/EBYTES) \
	JGT  four              \
	LOADU.Z 128(SI), K1, Z18 \
	LOOP(SUM3, EMPTY, FOLD, A20, A21, A28, A29, group3, plain3, store3) \
four:                          \
	LOADU 128(SI), Z18     \
	LOADU.Z 192(SI), K1, Z19 \
	LOOP(SUM4, FULL, FOLD, A20, A21, A28, A29, group4, plain4, store4)

// The fold leaves rows 0, 4, 2, 6, 1, 5, 3, 7, in float32 each of them twice.
DATA shortRows32<>+0(SB)/8, $0x0000000800000000
DATA shortRows32<>+8(SB)/8, $0x0000000c00000004
DATA shortRows32<>+16(SB)/8, $0x0000000a00000002
DATA shortRows32<>+24(SB)/8, $0x0000000e00000006
GLOBL shortRows32<>(SB), NOPTR|RODATA, $32
DATA shortRows64<>+0(SB)/8, $0
DATA shortRows64<>+8(SB)/8, $4
DATA shortRows64<>+16(SB)/8, $2
DATA shortRows64<>+24(SB)/8, $6
DATA shortRows64<>+32(SB)/8, $1
DATA shortRows64<>+40(SB)/8, $5
DATA shortRows64<>+48(SB)/8, $3
DATA shortRows64<>+56(SB)/8, $7
GLOBL shortRows64<>(SB), NOPTR|RODATA, $64

#include "ps_amd64.h"

// func gemvNShortAVX512F32(groups, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)
TEXT ·gemvNShortAVX512F32(SB), NOSPLIT, $0-64
	MOVL beta+48(FP), R15
	SHLL $1, R15
	VMOVDQU64 shortRows32<>(SB), Y31
	SHORT(FOLD32, Y20, Y21, Y28, Y29)

#include "pd_amd64.h"

// func gemvNShortAVX512F64(groups, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)
TEXT ·gemvNShortAVX512F64(SB), NOSPLIT, $0-64
	MOVQ beta+48(FP), R15
	SHLQ $1, R15
	VMOVDQU64 shortRows64<>(SB), Z31
	SHORT(FOLD64, Z20, Z21, Z28, Z29)
