// Rows of a Kronecker product that share a row of A, AVX-512.
//
//	c[i·ldc + j·nb+l] = a_j·b[i·ldb + l]      0 ≤ i < rows, 0 ≤ j < na, 0 ≤ l < nb
//
// With stream ≠ 0 the stores bypass the caches; nb elements are whole vectors then, and all of them lie at multiples of 64 bytes. The caller
// fences them once, with storeFence, after its last row.
//
//	R10  a   SI  a, moving   R9  elements left of a   R8  row of b, behind its whole vectors   DX  −bytes of them   CX  −bytes left
//	R12, R13  bytes of a row of b, of c   R11  row of c   DI  c, moving   R15  rows left   BX  bytes of the last vector   K1  its elements
//	Z0  a_j in every lane   Z1, Z2
//
// Ports: one store for each vector. Rows of B of at most a vector stay in Z2. On Zen 5 the loop over pairs begins with a cache line: where it did not, rows of 128 bytes took up to a quarter longer.
//
// Edges: rows, na, nb ≥ 1; of the last vector only elements that exist are read and written.

#include "textflag.h"

// A row with whole vectors: MOV stores, LAST is where what is no whole vector goes.
#define ROW(MOV, element, pairs, last, next) \
element: \
	BCAST (SI), Z0            \
	MOVQ DX, CX               \
	TESTQ $64, CX             \
	JZ   pairs                \
	MUL (R8)(CX*1), Z0, Z1    \
	MOV Z1, (DI)              \
	ADDQ $64, DI              \
	ADDQ $64, CX              \
	JZ   last                 \
PCALIGN $64               \
pairs: \
	MUL (R8)(CX*1), Z0, Z1    \
	MUL 64(R8)(CX*1), Z0, Z2  \
	MOV Z1, (DI)              \
	MOV Z2, 64(DI)            \
	ADDQ $128, DI             \
	ADDQ $128, CX             \
	JNZ  pairs                \
last: \
	TESTQ BX, BX              \
	JZ   next                 \
	MUL.Z (R8), Z0, K1, Z1    \
	LOADU Z1, K1, (DI)        \
	ADDQ BX, DI               \
next: \
	ADDQ $EBYTES, SI          \
	DECQ R9                   \
	JNZ  element

#define KRON(STREAM) \
	MOVQ rows+0(FP), R15   \
	MOVQ nb+16(FP), DX     \
	MOVQ a+24(FP), R10     \
	MOVQ b+32(FP), R8      \
	MOVQ ldb+40(FP), R12   \
	MOVQ c+48(FP), R11     \
	MOVQ ldc+56(FP), R13   \
	SHLQ $ELOG, R12        \
	SHLQ $ELOG, R13        \
	MOVQ DX, BX            \
	ANDQ $(64/EBYTES-1), BX \
	CMPQ DX, $(64/EBYTES)  \
	JNE  split             \
	CMPQ stream+64(FP), $0 \
	JNE  split             \
	MOVQ DX, BX            \
	XORL DX, DX            \
split: \
	MOVQ $-1, AX           \
	BZHIQ BX, AX, AX       \
	KMOVW AX, K1           \
	SHLQ $ELOG, BX         \
	SHLQ $ELOG, DX         \
	ANDQ $~63, DX          \
	ADDQ DX, R8            \
	NEGQ DX                \
row: \
	MOVQ R10, SI           \
	MOVQ R11, DI           \
	MOVQ na+8(FP), R9      \
	TESTQ DX, DX           \
	JZ   short             \
	CMPQ stream+64(FP), $0 \
	JNE  element2          \
	ROW(LOADU, element1, pairs1, last1, next1) \
	JMP  rownext           \
	ROW(STREAM, element2, pairs2, last2, next2) \
	JMP  rownext           \
short: \
	LOADU.Z (R8), K1, Z2   \
shorts: \
	MUL.BCST (SI), Z2, Z1  \
	LOADU Z1, K1, (DI)     \
	ADDQ BX, DI            \
	ADDQ $EBYTES, SI       \
	DECQ R9                \
	JNZ  shorts            \
rownext: \
	ADDQ R12, R8           \
	ADDQ R13, R11          \
	DECQ R15               \
	JNZ  row               \
	VZEROUPPER             \
	RET

#include "ps_amd64.h"

// func kronAVX512F32(rows, na, nb int, a, b *float32, ldb int, c *float32, ldc int, stream int)
TEXT ·kronAVX512F32(SB), NOSPLIT, $0-72
	KRON(VMOVNTPS)

#include "pd_amd64.h"

// func kronAVX512F64(rows, na, nb int, a, b *float64, ldb int, c *float64, ldc int, stream int)
TEXT ·kronAVX512F64(SB), NOSPLIT, $0-72
	KRON(VMOVNTPD)
