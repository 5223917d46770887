#include "textflag.h"

// The wanted part of a tile of sums on the diagonal of a triangle:
//
//	C[i, j] = alpha·acc[i, j] (+ beta·C[i, j])     j ≤ s+i−1 (flip 0) or j ≥ s+i (flip −1)
//
// acc has rows of two vectors, C rows of rc bytes. With mode 0 or 2 C is not read. Elements that are not wanted are neither
// read nor written.
//
// Registers: AX acc, DI C, BX rc, CX rows, R8 s, R9 all ones, R10 flip, R11 columns as a mask, R12 0, Z0 alpha, Z1 beta;
// K2 K3 the row's masks. A row takes nine scalar instructions for its masks and six for the rest; rows of acc are overwritten with the
// results first and stored to C afterwards, since a masked store may cover the start of the next row, where it would
// hold up the load (see gemm_avx512_amd64.h).

// The masks of a row, in R13, and the next s.
#define MASKS(LANES) \
	MOVQ    R8, R13      \
	TESTQ   R8, R8       \
	CMOVQLT R12, R13     \
	BZHIQ   R13, R9, R13 \
	XORQ    R10, R13     \
	ANDQ    R11, R13     \
	KMOVW   R13, K2      \
	SHRQ    $LANES, R13  \
	KMOVW   R13, K3      \
	INCQ    R8

#define TRIANGLE(MOV, MUL, FMA213, BCAST, LANES) \
	MOVQ  c+0(FP), DI      \
	MOVQ  rc+8(FP), BX     \
	MOVQ  acc+16(FP), AX   \
	MOVQ  rows+24(FP), CX  \
	MOVQ  cols+32(FP), R8  \
	MOVQ  $-1, R9          \
	BZHIQ R8, R9, R11      \
	MOVQ  s+40(FP), R8     \
	MOVQ  flip+48(FP), R10 \
	XORL  R12, R12         \
	MOVQ  t+56(FP), SI     \
	BCAST 40(SI), Z0       \
	BCAST 48(SI), Z1       \
	MOVL  56(SI), DX       \
	MOVQ  AX, SI           \
	MOVQ  CX, R15          \
	CMPQ  DX, $3           \
	JEQ   add              \
	CMPQ  DX, $1           \
	JEQ   mix              \
	CMPQ  DX, $2           \
	JEQ   put              \
scale: \
	MUL  (SI), Z0, Z2      \
	MUL  64(SI), Z0, Z3    \
	MOV  Z2, (SI)          \
	MOV  Z3, 64(SI)        \
	ADDQ $128, SI          \
	DECQ CX                \
	JNZ  scale             \
	JMP  put               \
mix: \
	MASKS(LANES)           \
	MOV.Z (DI), K2, Z4     \
	MOV.Z 64(DI), K3, Z5   \
	MUL   Z1, Z4, Z4       \
	MUL   Z1, Z5, Z5       \
	MOV   (SI), Z2         \
	MOV   64(SI), Z3       \
	FMA213 Z4, Z0, Z2      \
	FMA213 Z5, Z0, Z3      \
	MOV  Z2, (SI)          \
	MOV  Z3, 64(SI)        \
	ADDQ $128, SI          \
	ADDQ BX, DI            \
	DECQ CX                \
	JNZ  mix               \
	JMP  again             \
add: \
	MASKS(LANES)           \
	MOV.Z (DI), K2, Z4     \
	MOV.Z 64(DI), K3, Z5   \
	MOV   (SI), Z2         \
	MOV   64(SI), Z3       \
	FMA213 Z4, Z0, Z2      \
	FMA213 Z5, Z0, Z3      \
	MOV  Z2, (SI)          \
	MOV  Z3, 64(SI)        \
	ADDQ $128, SI          \
	ADDQ BX, DI            \
	DECQ CX                \
	JNZ  add               \
again: \
	MOVQ s+40(FP), R8      \
	MOVQ c+0(FP), DI       \
put: \
	MASKS(LANES)           \
	MOV  (AX), Z2          \
	MOV  64(AX), Z3        \
	MOV  Z2, K2, (DI)      \
	MOV  Z3, K3, 64(DI)    \
	ADDQ $128, AX          \
	ADDQ BX, DI            \
	DECQ R15               \
	JNZ  put               \
	VZEROUPPER             \
	RET

// func gemmTriangle32AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, s, flip int, t *tileCall)
TEXT ·gemmTriangle32AVX512(SB), NOSPLIT, $0-64
	TRIANGLE(VMOVUPS, VMULPS, VFMADD213PS, VBROADCASTSS, 16)

// func gemmTriangle64AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, s, flip int, t *tileCall)
TEXT ·gemmTriangle64AVX512(SB), NOSPLIT, $0-64
	TRIANGLE(VMOVUPD, VMULPD, VFMADD213PD, VBROADCASTSD, 8)
