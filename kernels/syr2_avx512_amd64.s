// Symmetric rank-two update of rows of a triangle, AVX-512.
//
//	s = alpha·x_i, t = alpha·y_i      a_ij = fma(s, y_j, a_ij), then a_ij = fma(t, x_j, a_ij)
//
//	R8  rows left   R9  bytes of the row   R10  growth of a row in bytes   R11, R12  x_i, y_i
//	SI  x   DI  y   DX  row of A   R13  to the next row   R15  to its first column   CX  byte of the column
//	Z16, Z17  s, t      Z18  alpha      Z0–Z3  a      K1  the last vector
//
// Ports: 3 loads, 2 FMA and 1 store a vector: the bandwidth of the caches is the limit, not the ports.
//
// Edges: rows ≥ 1; grow is 1 (lower triangle: the next row has one element more) or −1 (upper: it begins one column later). A row
// starts with the cache line in which its first element stands, so that stores do not cross lines; both ends are masked. (A masked store must
// not cover what is loaded next: the load would wait for it.)

#include "textflag.h"

#define STEP(MOV, FMA, OFF, A) \
	MOV OFF(DX)(CX*1), A        \
	FMA OFF(DI)(CX*1), Z16, A   \
	FMA OFF(SI)(CX*1), Z17, A   \
	MOV A, OFF(DX)(CX*1)

// One vector under the mask in AX.
#define PART(MOV, MOVZ, FMA) \
	KMOVW AX, K1                \
	MOVZ (DX)(CX*1), K1, Z0     \
	FMA (DI)(CX*1), Z16, K1, Z0 \
	FMA (SI)(CX*1), Z17, K1, Z0 \
	MOV Z0, K1, (DX)(CX*1)

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

#define ROWS(SIZE, SHIFT, MOVS, MULS, BCAST, MOV, MOVZ, FMA) \
row:                               \
	MOVS (R11), X0             \
	MOVS (R12), X1             \
	MULS X18, X0, X0           \
	MULS X18, X1, X1           \
	BCAST X0, Z16              \
	BCAST X1, Z17              \
	XORQ CX, CX                \
	MOVQ DX, BX                \
	ANDQ $63, BX               \
	JZ   fours                 \
	LEAQ (BX)(R9*1), CX        \
	CMPQ CX, $64               \
	JLE  short                 \
	MOVQ $64, CX               \
short:                             \
	SHRQ $SHIFT, CX            \
	MOVQ $-1, AX               \
	BZHIQ CX, AX, AX           \
	MOVQ BX, CX                \
	NEGQ CX                    \
	SHRQ $SHIFT, BX            \
	SHRXQ BX, AX, AX           \
	SHLXQ BX, AX, AX           \
	PART(MOV, MOVZ, FMA)       \
	ADDQ $64, CX               \
	CMPQ CX, R9                \
	JGE  next                  \
	JMP  fours                 \
four:                              \
	STEP(MOV, FMA, 0, Z0)      \
	STEP(MOV, FMA, 64, Z1)     \
	STEP(MOV, FMA, 128, Z2)    \
	STEP(MOV, FMA, 192, Z3)    \
	ADDQ $256, CX              \
fours:                             \
	LEAQ 256(CX), AX           \
	CMPQ AX, R9                \
	JLE  four                  \
	JMP  ones                  \
one:                               \
	STEP(MOV, FMA, 0, Z0)      \
	ADDQ $64, CX               \
ones:                              \
	LEAQ 64(CX), AX            \
	CMPQ AX, R9                \
	JLE  one                   \
	MOVQ R9, AX                \
	SUBQ CX, AX                \
	JZ   next                  \
	SHRQ $SHIFT, AX            \
	MOVQ $-1, BX               \
	BZHIQ AX, BX, AX           \
	PART(MOV, MOVZ, FMA)       \
next:                              \
	ADDQ R10, R9               \
	ADDQ R15, SI               \
	ADDQ R15, DI               \
	ADDQ R13, DX               \
	ADDQ $SIZE, R11            \
	ADDQ $SIZE, R12            \
	DECQ R8                    \
	JNZ  row                   \
	VZEROUPPER                 \
	RET

// func syr2AVX512F32(rows, n, grow int, alpha float32, xi, yi, x, y, a *float32, lda int)
TEXT ·syr2AVX512F32(SB), NOSPLIT, $0-80
	ARGS(2)
	VBROADCASTSS alpha+24(FP), Z18
	ROWS(4, 2, VMOVSS, VMULSS, VBROADCASTSS, VMOVUPS, VMOVUPS.Z, VFMADD231PS)

// func syr2AVX512F64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)
TEXT ·syr2AVX512F64(SB), NOSPLIT, $0-80
	ARGS(3)
	VBROADCASTSD alpha+24(FP), Z18
	ROWS(8, 3, VMOVSD, VMULSD, VBROADCASTSD, VMOVUPD, VMOVUPD.Z, VFMADD231PD)
