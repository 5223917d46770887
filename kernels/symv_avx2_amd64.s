// One row of a symmetric matrix times a vector, AVX2 and FMA3.
//
//	s = Σ a_j·x_j in lane order      v_j = fma(a_j, x_i, v_j)      skip ≤ j < n
//
// The 16 registers hold the lanes of one row only.
//
//	Y0–Y7  lanes      Y8  x_i      Y9  mask      Y10, Y11, Y12  a, x, v
//	SI  a   DI  x   DX  v   CX  byte of the column   R9  bytes of n   R8  bytes of skip, then its vector
//	R10, R11  sliding masks (tailMask) that end, begin the existing columns of a partial vector
//
// Ports: 24 loads, 8 stores, 16 FMA for 256 bytes of A: 12 cycles at 2 loads a cycle.
//
// Columns are taken in blocks of 256 bytes and, before and behind them, in single vectors, whose place in the block selects the
// lanes; only the first and the last vector may be partial, since masked stores are slow.
//
// Edges: skip < 256 bytes, skip < n. Masked loads do not fault, and a blend gives dead lanes their value back.

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

// R10 = mask of the first AX bytes.
#define MASKEND \
	LEAQ ·tailMask+256(SB), R10 \
	SUBQ AX, R10

// AX = bytes left: none, less than a vector, or on.
#define LEFT(PARTIAL) \
	MOVQ R9, AX   \
	SUBQ CX, AX   \
	JLE  fold     \
	MASKEND       \
	CMPQ AX, $32  \
	JLT  PARTIAL

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
#define ONE32(ACC) \
	STEP32(0, ACC) \
	ADDQ $32, CX
#define PART32(ACC) \
	VMOVUPS (R10), Y9                     \
	VANDPS (R11), Y9, Y9                  \
	VMASKMOVPS (SI)(CX*1), Y9, Y10       \
	VMASKMOVPS (DI)(CX*1), Y9, Y11       \
	VMASKMOVPS (DX)(CX*1), Y9, Y12       \
	VFMADD213PS ACC, Y10, Y11            \
	VBLENDVPS Y9, Y11, ACC, ACC          \
	VFMADD231PS Y10, Y8, Y12             \
	VMASKMOVPS Y12, Y9, (DX)(CX*1)       \
	LEAQ ·tailMask+512(SB), R11           \
	ADDQ $32, CX

#define STEP64(OFF, ACC) \
	VMOVUPD OFF(SI)(CX*1), Y10           \
	VMOVUPD OFF(DX)(CX*1), Y12           \
	VFMADD231PD OFF(DI)(CX*1), Y10, ACC  \
	VFMADD231PD Y10, Y8, Y12             \
	VMOVUPD Y12, OFF(DX)(CX*1)
#define ONE64(ACC) \
	STEP64(0, ACC) \
	ADDQ $32, CX
#define PART64(ACC) \
	VMOVUPS (R10), Y9                     \
	VANDPS (R11), Y9, Y9                  \
	VMASKMOVPD (SI)(CX*1), Y9, Y10       \
	VMASKMOVPD (DI)(CX*1), Y9, Y11       \
	VMASKMOVPD (DX)(CX*1), Y9, Y12       \
	VFMADD213PD ACC, Y10, Y11            \
	VBLENDVPD Y9, Y11, ACC, ACC          \
	VFMADD231PD Y10, Y8, Y12             \
	VMASKMOVPD Y12, Y9, (DX)(CX*1)       \
	LEAQ ·tailMask+512(SB), R11           \
	ADDQ $32, CX

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
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	// The vector with column skip; if that is not its first column, the vector is partial.
	MOVQ R8, CX
	ANDQ $~31, CX
	MOVQ R8, BX
	ANDQ $31, BX
	LEAQ ·tailMask+512(SB), R11
	SUBQ BX, R11
	MOVQ R9, AX
	SUBQ CX, AX
	MOVQ $32, R12
	CMPQ AX, R12
	CMOVQGT R12, AX
	MASKEND
	TESTQ BX, BX
	JNZ  begin
	SHRQ $5, R8
	JZ   blocks
	CMPQ R8, $1
	JEQ  one1
	CMPQ R8, $2
	JEQ  one2
	CMPQ R8, $3
	JEQ  one3
	CMPQ R8, $4
	JEQ  one4
	CMPQ R8, $5
	JEQ  one5
	CMPQ R8, $6
	JEQ  one6
	JMP  one7
begin:
	SHRQ $5, R8
	CMPQ R8, $0
	JEQ  part0
	CMPQ R8, $1
	JEQ  part1
	CMPQ R8, $2
	JEQ  part2
	CMPQ R8, $3
	JEQ  part3
	CMPQ R8, $4
	JEQ  part4
	CMPQ R8, $5
	JEQ  part5
	CMPQ R8, $6
	JEQ  part6
	JMP  part7
loop:
	ALL8(STEP32)
	ADDQ $256, CX
blocks:
	LEAQ 256(CX), AX
	CMPQ AX, R9
	JLE  loop
	LEFT(part0)
	ONE32(Y0)
one1:
	LEFT(part1)
	ONE32(Y1)
one2:
	LEFT(part2)
	ONE32(Y2)
one3:
	LEFT(part3)
	ONE32(Y3)
one4:
	LEFT(part4)
	ONE32(Y4)
one5:
	LEFT(part5)
	ONE32(Y5)
one6:
	LEFT(part6)
	ONE32(Y6)
one7:
	LEFT(part7)
	ONE32(Y7)
	JMP  blocks
part0:
	PART32(Y0)
	JMP  one1
part1:
	PART32(Y1)
	JMP  one2
part2:
	PART32(Y2)
	JMP  one3
part3:
	PART32(Y3)
	JMP  one4
part4:
	PART32(Y4)
	JMP  one5
part5:
	PART32(Y5)
	JMP  one6
part6:
	PART32(Y6)
	JMP  one7
part7:
	PART32(Y7)
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
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	// The vector with column skip; if that is not its first column, the vector is partial.
	MOVQ R8, CX
	ANDQ $~31, CX
	MOVQ R8, BX
	ANDQ $31, BX
	LEAQ ·tailMask+512(SB), R11
	SUBQ BX, R11
	MOVQ R9, AX
	SUBQ CX, AX
	MOVQ $32, R12
	CMPQ AX, R12
	CMOVQGT R12, AX
	MASKEND
	TESTQ BX, BX
	JNZ  begin
	SHRQ $5, R8
	JZ   blocks
	CMPQ R8, $1
	JEQ  one1
	CMPQ R8, $2
	JEQ  one2
	CMPQ R8, $3
	JEQ  one3
	CMPQ R8, $4
	JEQ  one4
	CMPQ R8, $5
	JEQ  one5
	CMPQ R8, $6
	JEQ  one6
	JMP  one7
begin:
	SHRQ $5, R8
	CMPQ R8, $0
	JEQ  part0
	CMPQ R8, $1
	JEQ  part1
	CMPQ R8, $2
	JEQ  part2
	CMPQ R8, $3
	JEQ  part3
	CMPQ R8, $4
	JEQ  part4
	CMPQ R8, $5
	JEQ  part5
	CMPQ R8, $6
	JEQ  part6
	JMP  part7
loop:
	ALL8(STEP64)
	ADDQ $256, CX
blocks:
	LEAQ 256(CX), AX
	CMPQ AX, R9
	JLE  loop
	LEFT(part0)
	ONE64(Y0)
one1:
	LEFT(part1)
	ONE64(Y1)
one2:
	LEFT(part2)
	ONE64(Y2)
one3:
	LEFT(part3)
	ONE64(Y3)
one4:
	LEFT(part4)
	ONE64(Y4)
one5:
	LEFT(part5)
	ONE64(Y5)
one6:
	LEFT(part6)
	ONE64(Y6)
one7:
	LEFT(part7)
	ONE64(Y7)
	JMP  blocks
part0:
	PART64(Y0)
	JMP  one1
part1:
	PART64(Y1)
	JMP  one2
part2:
	PART64(Y2)
	JMP  one3
part3:
	PART64(Y3)
	JMP  one4
part4:
	PART64(Y4)
	JMP  one5
part5:
	PART64(Y5)
	JMP  one6
part6:
	PART64(Y6)
	JMP  one7
part7:
	PART64(Y7)
	JMP  blocks
fold:
	FOLD64
	VZEROUPPER
	MOVSD X0, ret+48(FP)
	RET
