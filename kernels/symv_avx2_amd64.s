// One row of a symmetric matrix times a vector, AVX2 and FMA3.
//
//	s = Σ a_j·x_j in lane order      v_j = fma(a_j, x_i, v_j)      skip ≤ j < n
//
// The 16 registers hold the lanes of one row only.
//
//	Y0–Y7  lanes      Y8  x_i      Y9  mask      Y10, Y11, Y12  a, x, v
//	SI  a   DI  x   DX  v   CX  byte of the column   R9  bytes of n   R8  bytes of skip
//	R10, R11  sliding masks (tailMask) that end, begin the existing columns of a partial block
//
// Ports: 24 loads, 8 stores, 16 FMA for 256 bytes of A: 12 cycles at 2 loads a cycle.
//
// Edges: skip < 256 bytes, skip < n. Partial blocks are masked: loads do not fault, lanes keep their value, v is stored under
// the mask.

#include "textflag.h"

#define ALL8(STEP) \
	STEP(0, Y0)   \
	STEP(32, Y1)  \
	STEP(64, Y2)  \
	STEP(96, Y3)  \
	STEP(128, Y4) \
	STEP(160, Y5) \
	STEP(192, Y6) \
	STEP(224, Y7)

#define FOLDY(ADD) \
	ADD Y4, Y0, Y0              \
	ADD Y5, Y1, Y1              \
	ADD Y6, Y2, Y2              \
	ADD Y7, Y3, Y3              \
	ADD Y2, Y0, Y0              \
	ADD Y3, Y1, Y1              \
	ADD Y1, Y0, Y0              \
	VEXTRACTF128 $1, Y0, X1     \
	ADD X1, X0, X0

#define FOLD32 \
	FOLDY(VADDPS)            \
	VPERMILPS $0x4E, X0, X1  \
	VADDPS X1, X0, X0        \
	VMOVSHDUP X0, X1         \
	VADDSS X1, X0, X0

#define FOLD64 \
	FOLDY(VADDPD)            \
	VUNPCKHPD X0, X0, X1     \
	VADDSD X1, X0, X0

#define STEP32(OFF, ACC) \
	VMOVUPS OFF(SI)(CX*1), Y10           \
	VMOVUPS OFF(DX)(CX*1), Y12           \
	VFMADD231PS OFF(DI)(CX*1), Y10, ACC  \
	VFMADD231PS Y10, Y8, Y12             \
	VMOVUPS Y12, OFF(DX)(CX*1)
#define PART32(OFF, ACC) \
	VMOVUPS OFF(R10), Y9                  \
	VANDPS OFF(R11), Y9, Y9               \
	VMASKMOVPS OFF(SI)(CX*1), Y9, Y10    \
	VMASKMOVPS OFF(DI)(CX*1), Y9, Y11    \
	VMASKMOVPS OFF(DX)(CX*1), Y9, Y12    \
	VFMADD213PS ACC, Y10, Y11            \
	VBLENDVPS Y9, Y11, ACC, ACC          \
	VFMADD231PS Y10, Y8, Y12             \
	VMASKMOVPS Y12, Y9, OFF(DX)(CX*1)

#define STEP64(OFF, ACC) \
	VMOVUPD OFF(SI)(CX*1), Y10           \
	VMOVUPD OFF(DX)(CX*1), Y12           \
	VFMADD231PD OFF(DI)(CX*1), Y10, ACC  \
	VFMADD231PD Y10, Y8, Y12             \
	VMOVUPD Y12, OFF(DX)(CX*1)
#define PART64(OFF, ACC) \
	VMOVUPS OFF(R10), Y9                  \
	VANDPS OFF(R11), Y9, Y9               \
	VMASKMOVPD OFF(SI)(CX*1), Y9, Y10    \
	VMASKMOVPD OFF(DI)(CX*1), Y9, Y11    \
	VMASKMOVPD OFF(DX)(CX*1), Y9, Y12    \
	VFMADD213PD ACC, Y10, Y11            \
	VBLENDVPD Y9, Y11, ACC, ACC          \
	VFMADD231PD Y10, Y8, Y12             \
	VMASKMOVPD Y12, Y9, OFF(DX)(CX*1)

// func symvRowAVX2F32(skip, n int, a, x, v *float32, xi float32) float32
TEXT ·symvRowAVX2F32(SB), NOSPLIT, $0-52
	MOVQ skip+0(FP), R8
	MOVQ n+8(FP), R9
	MOVQ a+16(FP), SI
	MOVQ x+24(FP), DI
	MOVQ v+32(FP), DX
	VBROADCASTSS xi+40(FP), Y8
	SHLQ $2, R8
	SHLQ $2, R9
	XORQ CX, CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	LEAQ ·tailMask+512(SB), R11
	SUBQ R8, R11
	MOVQ R9, AX
	TESTQ R8, R8
	JNZ  partial
	JMP  blocks
loop:
	ALL8(STEP32)
	ADDQ $256, CX
blocks:
	MOVQ R9, AX
	SUBQ CX, AX
	CMPQ AX, $256
	JGE  loop
	TESTQ AX, AX
	JLE  fold
partial:
	// AX = bytes left, of which the block takes at most 256.
	MOVQ $256, BX
	CMPQ AX, BX
	CMOVQGT BX, AX
	LEAQ ·tailMask+256(SB), R10
	SUBQ AX, R10
	ALL8(PART32)
	LEAQ ·tailMask+512(SB), R11
	ADDQ $256, CX
	JMP  blocks
fold:
	FOLD32
	VZEROUPPER
	MOVSS X0, ret+48(FP)
	RET

// func symvRowAVX2F64(skip, n int, a, x, v *float64, xi float64) float64
TEXT ·symvRowAVX2F64(SB), NOSPLIT, $0-56
	MOVQ skip+0(FP), R8
	MOVQ n+8(FP), R9
	MOVQ a+16(FP), SI
	MOVQ x+24(FP), DI
	MOVQ v+32(FP), DX
	VBROADCASTSD xi+40(FP), Y8
	SHLQ $3, R8
	SHLQ $3, R9
	XORQ CX, CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	LEAQ ·tailMask+512(SB), R11
	SUBQ R8, R11
	MOVQ R9, AX
	TESTQ R8, R8
	JNZ  partial
	JMP  blocks
loop:
	ALL8(STEP64)
	ADDQ $256, CX
blocks:
	MOVQ R9, AX
	SUBQ CX, AX
	CMPQ AX, $256
	JGE  loop
	TESTQ AX, AX
	JLE  fold
partial:
	// AX = bytes left, of which the block takes at most 256.
	MOVQ $256, BX
	CMPQ AX, BX
	CMOVQGT BX, AX
	LEAQ ·tailMask+256(SB), R10
	SUBQ AX, R10
	ALL8(PART64)
	LEAQ ·tailMask+512(SB), R11
	ADDQ $256, CX
	JMP  blocks
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, ret+48(FP)
	RET
