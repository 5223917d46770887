// Twelve rows of a product of a few columns, A as stored, AVX2 and FMA3, float32:
//
//	C[i, j] = alpha·Σ_l A[i, l]·B[l, j] + beta·C[i, j]     12 rows, columns 1…8
//
// The tile of six rows has a sum a row where there is one vector, and they wait for each other: four cycles for the three of their products.
//
//	SI R8 R9  rows 0, 4, 8 of A      R10 R11  ra, 3·ra      DI R12  B, rb      BX R13 R15  C, rc, 3·rc      CX  steps left      AX  the tileCall
//	Y0 B      Y1 broadcasts of A      Y2 Y3 four steps of rows 0 and 11      Y4–Y15 sums      (update: Y0 alpha, Y1 beta·C, Y2 beta, Y3 mask)
//
// Ports: four steps are 48 fma, 24 cycles of two pipes; 4 loads of B, 42 of A and 8 permutations within lanes in place of as many more loads, 23 cycles of two loads.
//
// Edges: k ≥ 1, the last steps go one by one. B has eight columns, of which what is not there means nothing; C is masked. Nothing outside A and C is read or written. The caller keeps k ≤ ChunkK.

#include "textflag.h"

DATA fewMask<>+0(SB)/8, $-1
DATA fewMask<>+8(SB)/8, $-1
DATA fewMask<>+16(SB)/8, $-1
DATA fewMask<>+24(SB)/8, $-1
DATA fewMask<>+32(SB)/8, $0
DATA fewMask<>+40(SB)/8, $0
DATA fewMask<>+48(SB)/8, $0
DATA fewMask<>+56(SB)/8, $0
GLOBL fewMask<>(SB), RODATA|NOPTR, $64

#define ROW(a, acc) \
	VBROADCASTSS a, Y1       \
	VFMADD231PS Y0, Y1, acc

#define INNER(o) \
	ROW(o(SI)(R10*1), Y5)   \
	ROW(o(SI)(R10*2), Y6)   \
	ROW(o(SI)(R11*1), Y7)   \
	ROW(o(R8), Y8)          \
	ROW(o(R8)(R10*1), Y9)   \
	ROW(o(R8)(R10*2), Y10)  \
	ROW(o(R8)(R11*1), Y11)  \
	ROW(o(R9), Y12)         \
	ROW(o(R9)(R10*1), Y13)  \
	ROW(o(R9)(R10*2), Y14)

// Step i of four.
#define STEP(i) \
	VMOVUPS (DI), Y0              \
	ADDQ R12, DI                  \
	VPERMILPS $(i*0x55), Y2, Y1   \
	VFMADD231PS Y0, Y1, Y4        \
	INNER(4*i)                    \
	VPERMILPS $(i*0x55), Y3, Y1   \
	VFMADD231PS Y0, Y1, Y15

#define ROWS(DO) \
	DO((BX), Y4)           \
	DO((BX)(R13*1), Y5)    \
	DO((BX)(R13*2), Y6)    \
	DO((BX)(R15*1), Y7)    \
	DO((SI), Y8)           \
	DO((SI)(R13*1), Y9)    \
	DO((SI)(R13*2), Y10)   \
	DO((SI)(R15*1), Y11)   \
	DO((DI), Y12)          \
	DO((DI)(R13*1), Y13)   \
	DO((DI)(R13*2), Y14)   \
	DO((DI)(R15*1), Y15)

#define SCALE(c, acc) VMULPS Y0, acc, acc
#define MIX(c, acc) \
	VMULPS c, Y2, Y1           \
	VFMADD213PS Y1, Y0, acc
#define MIXMASKED(c, acc) \
	VMASKMOVPS c, Y3, Y1       \
	VMULPS Y1, Y2, Y1          \
	VFMADD213PS Y1, Y0, acc
#define PUT(c, acc)       VMOVUPS acc, c
#define PUTMASKED(c, acc) VMASKMOVPS acc, Y3, c

// func gemmFew32AVX2(t *tileCall, a, b, c unsafe.Pointer, cols int)
TEXT ·gemmFew32AVX2(SB), NOSPLIT, $0-40
	MOVQ t+0(FP), AX
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DI
	MOVQ c+24(FP), BX
	MOVQ 0(AX), R10
	MOVQ 16(AX), R12
	MOVQ 24(AX), R13
	MOVQ 32(AX), CX
	LEAQ (R10)(R10*2), R11
	LEAQ (R13)(R13*2), R15
	LEAQ (SI)(R10*4), R8
	LEAQ (R8)(R10*4), R9
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	VXORPS Y8, Y8, Y8
	VXORPS Y9, Y9, Y9
	VXORPS Y10, Y10, Y10
	VXORPS Y11, Y11, Y11
	VXORPS Y12, Y12, Y12
	VXORPS Y13, Y13, Y13
	VXORPS Y14, Y14, Y14
	VXORPS Y15, Y15, Y15
	SUBQ $4, CX
	JLT  rest

four:
	VBROADCASTF128 (SI), Y2
	VBROADCASTF128 (R9)(R11*1), Y3
	STEP(0)
	STEP(1)
	STEP(2)
	STEP(3)
	ADDQ $16, SI
	ADDQ $16, R8
	ADDQ $16, R9
	SUBQ $4, CX
	JGE  four

rest:
	ADDQ $4, CX
	JZ   update

one:
	VMOVUPS (DI), Y0
	ADDQ R12, DI
	ROW((SI), Y4)
	INNER(0)
	ROW((R9)(R11*1), Y15)
	ADDQ $4, SI
	ADDQ $4, R8
	ADDQ $4, R9
	DECQ CX
	JNZ  one

update:
	VBROADCASTSS 40(AX), Y0
	VBROADCASTSS 48(AX), Y2
	LEAQ (BX)(R13*4), SI
	LEAQ (SI)(R13*4), DI
	MOVL 56(AX), R9
	MOVQ cols+32(FP), CX
	CMPQ CX, $8
	JLT  masked
	SHRQ $1, R9 // the mode: even ones do not read C
	JCS  mix
	ROWS(SCALE)
	JMP  put

mix:
	ROWS(MIX)

put:
	ROWS(PUT)
	VZEROUPPER
	RET

masked:
	LEAQ fewMask<>+32(SB), R8
	NEGQ CX
	VMOVUPS (R8)(CX*4), Y3
	SHRQ $1, R9
	JCS  mixMasked
	ROWS(SCALE)
	JMP  putMasked

mixMasked:
	ROWS(MIXMASKED)

putMasked:
	ROWS(PUTMASKED)
	VZEROUPPER
	RET
