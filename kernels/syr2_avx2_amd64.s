// Symmetric rank-two update of rows of a triangle, AVX2 and FMA3.
//
//	s = alpha·x_i, t = alpha·y_i      a_ij = fma(s, y_j, a_ij), then a_ij = fma(t, x_j, a_ij)
//
//	R8  rows left   R9  bytes of the row   R10  growth of a row in bytes   R11, R12  x_i, y_i
//	SI  x   DI  y   DX  row of A   R13  to the next row   R15  to its first column   CX  byte of the column
//	Y8, Y9  s, t      Y10  alpha      Y0–Y3  a      Y4, Y5  the first and the last vector of the row      AX  byte of the last      BX  scratch
//
// Ports: 3 loads, 2 FMA and 1 store a vector: the bandwidth of the caches is the limit, not the ports.
//
// Edges: rows ≥ 1; grow is 1 (lower triangle: the next row has one element more) or −1 (upper: it begins one column later). The first and the
// last vector of a row are computed before anything is stored, and stored after the vectors between, which begin at the first boundary of 32
// bytes, so that their stores do not cross cache lines: what they share with these is the same twice. No masked stores, which are slow. A row of less than 32
// bytes goes likewise by 16, or by elements.

#include "textflag.h"

#define LOAD(MOV, FMA, OFF, A, S, T) \
	MOV OFF(DX)(CX*1), A      \
	FMA OFF(DI)(CX*1), S, A   \
	FMA OFF(SI)(CX*1), T, A
#define STEP(MOV, FMA, OFF, A, S, T) \
	LOAD(MOV, FMA, OFF, A, S, T) \
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

#define ROWS(SIZE, MOVS, MUL, FMAS, BCAST, MOV, FMA) \
row:                                       \
	BCAST (R11), Y8                    \
	BCAST (R12), Y9                    \
	MUL Y10, Y8, Y8                    \
	MUL Y10, Y9, Y9                    \
	CMPQ R9, $32                       \
	JLT  short                         \
	XORL CX, CX                        \
	LOAD(MOV, FMA, 0, Y4, Y8, Y9)      \
	LEAQ -32(R9), CX                   \
	LOAD(MOV, FMA, 0, Y5, Y8, Y9)      \
	MOVQ CX, AX                        \
	MOVQ DX, BX                        \
	ANDQ $31, BX                       \
	MOVL $32, CX                       \
	SUBQ BX, CX                        \
	JMP  fours                         \
four:                                      \
	STEP(MOV, FMA, 0, Y0, Y8, Y9)      \
	STEP(MOV, FMA, 32, Y1, Y8, Y9)     \
	STEP(MOV, FMA, 64, Y2, Y8, Y9)     \
	STEP(MOV, FMA, 96, Y3, Y8, Y9)     \
	ADDQ $128, CX                      \
fours:                                     \
	LEAQ 96(CX), BX                    \
	CMPQ BX, AX                        \
	JLE  four                          \
	JMP  ones                          \
one:                                       \
	STEP(MOV, FMA, 0, Y0, Y8, Y9)      \
	ADDQ $32, CX                       \
ones:                                      \
	CMPQ CX, AX                        \
	JLT  one                           \
	MOV Y4, (DX)                       \
	MOV Y5, (DX)(AX*1)                 \
	JMP  next                          \
short:                                     \
	XORL CX, CX                        \
	CMPQ R9, $16                       \
	JLT  left                          \
	LOAD(MOV, FMA, 0, X4, X8, X9)      \
	LEAQ -16(R9), CX                   \
	LOAD(MOV, FMA, 0, X5, X8, X9)      \
	MOV X4, (DX)                       \
	MOV X5, (DX)(CX*1)                 \
	JMP  next                          \
single:                                    \
	STEP(MOVS, FMAS, 0, X0, X8, X9)    \
	ADDQ $SIZE, CX                     \
left:                                      \
	CMPQ CX, R9                        \
	JLT  single                        \
next:                                      \
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
	VBROADCASTSS alpha+24(FP), Y10
	ROWS(4, VMOVSS, VMULPS, VFMADD231SS, VBROADCASTSS, VMOVUPS, VFMADD231PS)

// func syr2AVX2F64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)
TEXT ·syr2AVX2F64(SB), NOSPLIT, $0-80
	ARGS(3)
	VBROADCASTSD alpha+24(FP), Y10
	ROWS(8, VMOVSD, VMULPD, VFMADD231SD, VBROADCASTSD, VMOVUPD, VFMADD231PD)
