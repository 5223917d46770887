// Symmetric rank-two update of rows of a triangle, AVX2 and FMA3.
//
//	s = alpha·x_i, t = alpha·y_i      a_ij = fma(s, y_j, a_ij), then a_ij = fma(t, x_j, a_ij)
//
//	R8  rows left   R9  bytes of the row   R10  growth of a row in bytes   R11, R12  x_i, y_i
//	SI  x   DI  y   DX  row of A   R13  to the next row   R15  to its first column   CX  byte of the column
//	Y8, Y9  s, t      X10  alpha      Y0–Y3  a
//
// Ports: 3 loads, 2 FMA and 1 store a vector: the bandwidth of the caches is the limit, not the ports.
//
// Edges: rows ≥ 1; grow is 1 (lower triangle: the next row has one element more) or −1 (upper: it begins one column later). A row
// starts with what stands before the first whole vector of A, so that stores do not cross cache lines. Both ends go by elements and by 16
// bytes: masked stores are slow.

#include "textflag.h"

#define STEP(MOV, FMA, OFF, A, S, T) \
	MOV OFF(DX)(CX*1), A      \
	FMA OFF(DI)(CX*1), S, A   \
	FMA OFF(SI)(CX*1), T, A   \
	MOV A, OFF(DX)(CX*1)

#define ARGS(SHIFT) \
	MOVQ rows+0(FP), R8  \
	MOVQ n+8(FP), R9     \
	MOVQ grow+16(FP), R10 \
	MOVQ xi+32(FP), R11  \
	MOVQ yi+40(FP), R12  \
	MOVQ x+48(FP), SI    \
	MOVQ y+56(FP), DI    \
	MOVQ a+64(FP), DX    \
	MOVQ lda+72(FP), R13 \
	SHLQ $SHIFT, R9      \
	SHLQ $SHIFT, R10     \
	SHLQ $SHIFT, R13     \
	XORQ R15, R15        \
	MOVQ R10, AX         \
	NEGQ AX              \
	CMOVQGT AX, R15      \
	ADDQ R15, R13

#define ROWS(SIZE, MOVS, MULS, FMAS, BCAST, MOV, FMA) \
row:                                       \
	MOVS (R11), X8                     \
	MOVS (R12), X9                     \
	MULS X10, X8, X8                   \
	MULS X10, X9, X9                   \
	BCAST X8, Y8                       \
	BCAST X9, Y9                       \
	XORQ CX, CX                        \
	JMP  begin                         \
before:                                    \
	STEP(MOVS, FMAS, 0, X0, X8, X9)    \
	ADDQ $SIZE, CX                     \
begin:                                     \
	LEAQ (DX)(CX*1), AX                \
	TESTQ $15, AX                      \
	JZ   half                          \
	CMPQ CX, R9                        \
	JLT  before                        \
half:                                      \
	TESTQ $16, AX                      \
	JZ   fours                         \
	LEAQ 16(CX), AX                    \
	CMPQ AX, R9                        \
	JGT  left                          \
	STEP(MOV, FMA, 0, X0, X8, X9)      \
	ADDQ $16, CX                       \
	JMP  fours                         \
four:                                      \
	STEP(MOV, FMA, 0, Y0, Y8, Y9)      \
	STEP(MOV, FMA, 32, Y1, Y8, Y9)     \
	STEP(MOV, FMA, 64, Y2, Y8, Y9)     \
	STEP(MOV, FMA, 96, Y3, Y8, Y9)     \
	ADDQ $128, CX                      \
fours:                                     \
	LEAQ 128(CX), AX                   \
	CMPQ AX, R9                        \
	JLE  four                          \
	JMP  ones                          \
one:                                       \
	STEP(MOV, FMA, 0, Y0, Y8, Y9)      \
	ADDQ $32, CX                       \
ones:                                      \
	LEAQ 32(CX), AX                    \
	CMPQ AX, R9                        \
	JLE  one                           \
	LEAQ 16(CX), AX                    \
	CMPQ AX, R9                        \
	JGT  left                          \
	STEP(MOV, FMA, 0, X0, X8, X9)      \
	ADDQ $16, CX                       \
	JMP  left                          \
single:                                    \
	STEP(MOVS, FMAS, 0, X0, X8, X9)    \
	ADDQ $SIZE, CX                     \
left:                                      \
	CMPQ CX, R9                        \
	JLT  single                        \
	ADDQ R10, R9                       \
	ADDQ R15, SI                       \
	ADDQ R15, DI                       \
	ADDQ R13, DX                       \
	ADDQ $SIZE, R11                    \
	ADDQ $SIZE, R12                    \
	DECQ R8                            \
	JNZ  row                           \
	VZEROUPPER                         \
	RET

// func syr2AVX2F32(rows, n, grow int, alpha float32, xi, yi, x, y, a *float32, lda int)
TEXT ·syr2AVX2F32(SB), NOSPLIT, $0-80
	ARGS(2)
	VMOVSS alpha+24(FP), X10
	ROWS(4, VMOVSS, VMULSS, VFMADD231SS, VBROADCASTSS, VMOVUPS, VFMADD231PS)

// func syr2AVX2F64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)
TEXT ·syr2AVX2F64(SB), NOSPLIT, $0-80
	ARGS(3)
	VMOVSD alpha+24(FP), X10
	ROWS(8, VMOVSD, VMULSD, VFMADD231SD, VBROADCASTSD, VMOVUPD, VFMADD231PD)
