// Vector updates, AVX-512.
//
//	axpy   y_i = fma(a, x_i, y_i)
//	scale  z_i = a·x_i            (z may be x)
//	mul    z_i = x_i·y_i          (z may be x or y)
//
//	SI, DI, DX  ends of the whole vectors of x, y, z, then the tails    CX  −bytes left
//	Z16  a in every lane      Z0  operand      K1  elements of the tail
//
// Ports (Zen 5): axpy and mul take 8 loads and 4 stores for 256 bytes, 4 cycles; scale 4 cycles for its stores.
//
// Edges: n ≥ 1; blocks of four vectors, single vectors, and one masked vector.

#include "textflag.h"

// CX = −bytes in whole vectors, BX = elements in the tail; a vector has W elements of 1<<SHIFT bytes.
#define SPLIT(W, SHIFT) \
	MOVQ CX, BX     \
	ANDQ $(W-1), BX \
	SHLQ $SHIFT, CX \
	ANDQ $~63, CX   \
	ADDQ CX, SI     \
	ADDQ CX, DX     \
	NEGQ CX

#define MASK \
	MOVQ $-1, AX     \
	BZHIQ BX, AX, AX \
	KMOVW AX, K1

// Fours of vectors, single vectors, and the mask of the tail. Each vector is stored before the next is read: on Zen 5 four loads, four loads and four
// stores in turn take a seventh longer in the first-level cache (axpy 600 and 700 GB/s).
#define VECTORS(STEP) \
	ADDQ $256, CX \
	JG   ones     \
fours:            \
	STEP(-256) \
	STEP(-192) \
	STEP(-128) \
	STEP(-64)   \
	ADDQ $256, CX \
	JLE  fours    \
ones:             \
	SUBQ $256, CX \
	JZ   tail     \
one:              \
	STEP(0)       \
	ADDQ $64, CX  \
	JNZ  one      \
tail:             \
	TESTQ BX, BX  \
	JZ    done    \
	MASK

#define AXPY32(OFF) \
	VMOVUPS OFF(SI)(CX*1), Z0 \
	VFMADD213PS OFF(DX)(CX*1), Z16, Z0 \
	VMOVUPS Z0, OFF(DX)(CX*1)
#define SCALE32(OFF) \
	VMULPS OFF(SI)(CX*1), Z16, Z0 \
	VMOVUPS Z0, OFF(DX)(CX*1)
#define MUL32(OFF) \
	VMOVUPS OFF(SI)(CX*1), Z0 \
	VMULPS OFF(DI)(CX*1), Z0, Z0 \
	VMOVUPS Z0, OFF(DX)(CX*1)

#define AXPY64(OFF) \
	VMOVUPD OFF(SI)(CX*1), Z0 \
	VFMADD213PD OFF(DX)(CX*1), Z16, Z0 \
	VMOVUPD Z0, OFF(DX)(CX*1)
#define SCALE64(OFF) \
	VMULPD OFF(SI)(CX*1), Z16, Z0 \
	VMOVUPD Z0, OFF(DX)(CX*1)
#define MUL64(OFF) \
	VMOVUPD OFF(SI)(CX*1), Z0 \
	VMULPD OFF(DI)(CX*1), Z0, Z0 \
	VMOVUPD Z0, OFF(DX)(CX*1)

// func axpyAVX512F32(n int, alpha, x, y unsafe.Pointer, kind uintptr)
TEXT ·axpyAVX512F32(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSS (AX), Z16
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(16, 2)
	VECTORS(AXPY32)
	VMOVUPS.Z (DX), K1, Z0
	VFMADD231PS (SI), Z16, K1, Z0
	VMOVUPS Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func axpyAVX512F64(n int, alpha, x, y unsafe.Pointer, kind uintptr)
TEXT ·axpyAVX512F64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSD (AX), Z16
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(8, 3)
	VECTORS(AXPY64)
	VMOVUPD.Z (DX), K1, Z0
	VFMADD231PD (SI), Z16, K1, Z0
	VMOVUPD Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func scaleAVX512F32(n int, alpha, x, z unsafe.Pointer, kind uintptr)
TEXT ·scaleAVX512F32(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSS (AX), Z16
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(16, 2)
	VECTORS(SCALE32)
	VMULPS.Z (SI), Z16, K1, Z0
	VMOVUPS Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func scaleAVX512F64(n int, alpha, x, z unsafe.Pointer, kind uintptr)
TEXT ·scaleAVX512F64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ alpha+8(FP), AX
	VBROADCASTSD (AX), Z16
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(8, 3)
	VECTORS(SCALE64)
	VMULPD.Z (SI), Z16, K1, Z0
	VMOVUPD Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func mulAVX512F32(n int, x, y, z unsafe.Pointer, kind uintptr)
TEXT ·mulAVX512F32(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(16, 2)
	SUBQ CX, DI
	VECTORS(MUL32)
	VMOVUPS.Z (SI), K1, Z0
	VMULPS.Z (DI), Z0, K1, Z0
	VMOVUPS Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func mulAVX512F64(n int, x, y, z unsafe.Pointer, kind uintptr)
TEXT ·mulAVX512F64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(8, 3)
	SUBQ CX, DI
	VECTORS(MUL64)
	VMOVUPD.Z (SI), K1, Z0
	VMULPD.Z (DI), Z0, K1, Z0
	VMOVUPD Z0, K1, (DX)
done:
	VZEROUPPER
	RET
