// Vector updates, AVX2 and FMA3.
//
//	axpy   y_i = fma(a, x_i, y_i)
//	scale  z_i = a·x_i            (z may be x)
//	mul    z_i = x_i·y_i          (z may be x or y)
//
//	SI, DI, DX  ends of the whole vectors of x, y, z, then the tails    CX  −bytes left
//	Y8  a in every lane      Y0–Y3  operands     Y9  mask of the tail
//
// Ports: axpy and mul take 8 loads and 4 stores for 128 bytes, 4 cycles; scale 4 cycles for its stores.
//
// Edges: n ≥ 1; blocks of four vectors, single vectors, and one masked vector.

#include "textflag.h"
#include "kinds_amd64.h"

// CX = −bytes in whole vectors, BX = bytes in the tail.
#define SPLIT(SHIFT) \
	SHLQ $SHIFT, CX \
	MOVQ CX, BX     \
	ANDQ $31, BX    \
	ANDQ $~31, CX   \
	ADDQ CX, SI     \
	ADDQ CX, DX     \
	NEGQ CX

// Y9 = mask of the first BX bytes.
#define MASK \
	LEAQ ·tailMask+256(SB), AX \
	SUBQ BX, AX                \
	VMOVUPS (AX), Y9

// Fours of vectors, single vectors, and the mask of the tail. Where Go's groupedVectors is not set, each vector is stored before the next is read: on Zen 5 four loads, four loads and four
// stores in turn take a seventh longer in the first-level cache (axpy 340 and 400 GB/s). On server Intel that is a tenth to a seventh faster: GROUPS, behind the function.
#define VECTORS(STEP) \
	ADDQ $128, CX \
	JG   ones     \
	CMPB ·groupedVectors(SB), $0 \
	JNE  groups   \
fours:            \
	STEP(-128) \
	STEP(-96) \
	STEP(-64) \
	STEP(-32)   \
	ADDQ $128, CX \
	JLE  fours    \
ones:             \
	SUBQ $128, CX \
	JZ   tail     \
one:              \
	STEP(0)       \
	ADDQ $32, CX  \
	JNZ  one      \
tail:             \
	TESTQ BX, BX  \
	JZ    done    \
	MASK

#define GROUPS(GROUP) \
groups:           \
	GROUP         \
	ADDQ $128, CX \
	JLE  groups   \
	JMP  ones

#define AXPY32(OFF) \
	VMOVUPS OFF(SI)(CX*1), Y0 \
	VFMADD213PS OFF(DX)(CX*1), Y8, Y0 \
	VMOVUPS Y0, OFF(DX)(CX*1)
#define SCALE32(OFF) \
	VMULPS OFF(SI)(CX*1), Y8, Y0 \
	VMOVUPS Y0, OFF(DX)(CX*1)
#define MUL32(OFF) \
	VMOVUPS OFF(SI)(CX*1), Y0 \
	VMULPS OFF(DI)(CX*1), Y0, Y0 \
	VMOVUPS Y0, OFF(DX)(CX*1)

#define AXPY64(OFF) \
	VMOVUPD OFF(SI)(CX*1), Y0 \
	VFMADD213PD OFF(DX)(CX*1), Y8, Y0 \
	VMOVUPD Y0, OFF(DX)(CX*1)
#define SCALE64(OFF) \
	VMULPD OFF(SI)(CX*1), Y8, Y0 \
	VMOVUPD Y0, OFF(DX)(CX*1)
#define MUL64(OFF) \
	VMOVUPD OFF(SI)(CX*1), Y0 \
	VMULPD OFF(DI)(CX*1), Y0, Y0 \
	VMOVUPD Y0, OFF(DX)(CX*1)

#define AXPYS(MOV, FMA) \
	MOV -128(DX)(CX*1), Y0 \
	MOV -96(DX)(CX*1), Y1 \
	MOV -64(DX)(CX*1), Y2 \
	MOV -32(DX)(CX*1), Y3 \
	FMA -128(SI)(CX*1), Y8, Y0 \
	FMA -96(SI)(CX*1), Y8, Y1 \
	FMA -64(SI)(CX*1), Y8, Y2 \
	FMA -32(SI)(CX*1), Y8, Y3 \
	MOV Y0, -128(DX)(CX*1) \
	MOV Y1, -96(DX)(CX*1) \
	MOV Y2, -64(DX)(CX*1) \
	MOV Y3, -32(DX)(CX*1)
#define SCALES(MOV, MUL) \
	MUL -128(SI)(CX*1), Y8, Y0 \
	MUL -96(SI)(CX*1), Y8, Y1 \
	MUL -64(SI)(CX*1), Y8, Y2 \
	MUL -32(SI)(CX*1), Y8, Y3 \
	MOV Y0, -128(DX)(CX*1) \
	MOV Y1, -96(DX)(CX*1) \
	MOV Y2, -64(DX)(CX*1) \
	MOV Y3, -32(DX)(CX*1)
#define MULS(MOV, MUL) \
	MOV -128(SI)(CX*1), Y0 \
	MOV -96(SI)(CX*1), Y1 \
	MOV -64(SI)(CX*1), Y2 \
	MOV -32(SI)(CX*1), Y3 \
	MUL -128(DI)(CX*1), Y0, Y0 \
	MUL -96(DI)(CX*1), Y1, Y1 \
	MUL -64(DI)(CX*1), Y2, Y2 \
	MUL -32(DI)(CX*1), Y3, Y3 \
	MOV Y0, -128(DX)(CX*1) \
	MOV Y1, -96(DX)(CX*1) \
	MOV Y2, -64(DX)(CX*1) \
	MOV Y3, -32(DX)(CX*1)

// func axpyAVX2F32(n int, alpha, x, y unsafe.Pointer, kind uintptr)
TEXT ·axpyAVX2F32(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSS (AX), Y8
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(2)
	VECTORS(AXPY32)
	VMASKMOVPS (SI), Y9, Y0
	VMASKMOVPS (DX), Y9, Y1
	VFMADD213PS Y1, Y8, Y0
	VMASKMOVPS Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
	GROUPS(AXPYS(VMOVUPS, VFMADD231PS))

// func axpyAVX2F64(n int, alpha, x, y unsafe.Pointer, kind uintptr)
TEXT ·axpyAVX2F64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSD (AX), Y8
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(3)
	VECTORS(AXPY64)
	VMASKMOVPD (SI), Y9, Y0
	VMASKMOVPD (DX), Y9, Y1
	VFMADD213PD Y1, Y8, Y0
	VMASKMOVPD Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
	GROUPS(AXPYS(VMOVUPD, VFMADD231PD))

// func scaleAVX2F32(n int, alpha, x, z unsafe.Pointer, kind uintptr)
TEXT ·scaleAVX2F32(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSS (AX), Y8
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(2)
	VECTORS(SCALE32)
	VMASKMOVPS (SI), Y9, Y0
	VMULPS Y0, Y8, Y0
	VMASKMOVPS Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
	GROUPS(SCALES(VMOVUPS, VMULPS))

// func scaleAVX2F64(n int, alpha, x, z unsafe.Pointer, kind uintptr)
TEXT ·scaleAVX2F64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSD (AX), Y8
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(3)
	VECTORS(SCALE64)
	VMASKMOVPD (SI), Y9, Y0
	VMULPD Y0, Y8, Y0
	VMASKMOVPD Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
	GROUPS(SCALES(VMOVUPD, VMULPD))

// func mulAVX2F32(n int, x, y, z unsafe.Pointer, kind uintptr)
TEXT ·mulAVX2F32(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(2)
	SUBQ CX, DI
	VECTORS(MUL32)
	VMASKMOVPS (SI), Y9, Y0
	VMASKMOVPS (DI), Y9, Y1
	VMULPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
	GROUPS(MULS(VMOVUPS, VMULPS))

// func mulAVX2F64(n int, x, y, z unsafe.Pointer, kind uintptr)
TEXT ·mulAVX2F64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(3)
	SUBQ CX, DI
	VECTORS(MUL64)
	VMASKMOVPD (SI), Y9, Y0
	VMASKMOVPD (DI), Y9, Y1
	VMULPD Y1, Y0, Y0
	VMASKMOVPD Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
	GROUPS(MULS(VMOVUPD, VMULPD))

// func vecCall(n int, a, b, c unsafe.Pointer, kind uintptr)
TEXT ·vecCall(SB), NOSPLIT, $0-40
	MOVQ kind+32(FP), AX
	CMPQ AX, $32
	JGE  products
	CMPQ AX, $16
	JGE  scaled
	BYKIND(0, ·axpyAVX2F32, ·axpyAVX512F32, ·axpyAVX2F64, ·axpyAVX512F64)
scaled:
	BYKIND(16, ·scaleAVX2F32, ·scaleAVX512F32, ·scaleAVX2F64, ·scaleAVX512F64)
products:
	BYKIND(32, ·mulAVX2F32, ·mulAVX512F32, ·mulAVX2F64, ·mulAVX512F64)
