// Vector updates, AVX-512.
//
//	axpy   y_i = fma(a, x_i, y_i)
//	scale  z_i = a·x_i            (z may be x)
//	mul    z_i = x_i·y_i          (z may be x or y)
//
//	SI, DI, DX  ends of the whole vectors of x, y, z, then the tails    CX  −bytes left
//	Z16  a in every lane      Z0–Z3  operands      K1  elements of the tail
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

// func axpyAVX512F32(n int, alpha float32, x, y *float32)
TEXT ·axpyAVX512F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(16, 2)
	ADDQ $256, CX
	JG   ones
fours:
	VMOVUPS -256(DX)(CX*1), Z0
	VMOVUPS -192(DX)(CX*1), Z1
	VMOVUPS -128(DX)(CX*1), Z2
	VMOVUPS -64(DX)(CX*1), Z3
	VFMADD231PS -256(SI)(CX*1), Z16, Z0
	VFMADD231PS -192(SI)(CX*1), Z16, Z1
	VFMADD231PS -128(SI)(CX*1), Z16, Z2
	VFMADD231PS -64(SI)(CX*1), Z16, Z3
	VMOVUPS Z0, -256(DX)(CX*1)
	VMOVUPS Z1, -192(DX)(CX*1)
	VMOVUPS Z2, -128(DX)(CX*1)
	VMOVUPS Z3, -64(DX)(CX*1)
	ADDQ $256, CX
	JLE  fours
ones:
	SUBQ $256, CX
	JZ   tail
one:
	VMOVUPS 0(DX)(CX*1), Z0
	VFMADD231PS 0(SI)(CX*1), Z16, Z0
	VMOVUPS Z0, 0(DX)(CX*1)
	ADDQ $64, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMOVUPS.Z (DX), K1, Z0
	VFMADD231PS (SI), Z16, K1, Z0
	VMOVUPS Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func axpyAVX512F64(n int, alpha float64, x, y *float64)
TEXT ·axpyAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSD alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(8, 3)
	ADDQ $256, CX
	JG   ones
fours:
	VMOVUPD -256(DX)(CX*1), Z0
	VMOVUPD -192(DX)(CX*1), Z1
	VMOVUPD -128(DX)(CX*1), Z2
	VMOVUPD -64(DX)(CX*1), Z3
	VFMADD231PD -256(SI)(CX*1), Z16, Z0
	VFMADD231PD -192(SI)(CX*1), Z16, Z1
	VFMADD231PD -128(SI)(CX*1), Z16, Z2
	VFMADD231PD -64(SI)(CX*1), Z16, Z3
	VMOVUPD Z0, -256(DX)(CX*1)
	VMOVUPD Z1, -192(DX)(CX*1)
	VMOVUPD Z2, -128(DX)(CX*1)
	VMOVUPD Z3, -64(DX)(CX*1)
	ADDQ $256, CX
	JLE  fours
ones:
	SUBQ $256, CX
	JZ   tail
one:
	VMOVUPD 0(DX)(CX*1), Z0
	VFMADD231PD 0(SI)(CX*1), Z16, Z0
	VMOVUPD Z0, 0(DX)(CX*1)
	ADDQ $64, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMOVUPD.Z (DX), K1, Z0
	VFMADD231PD (SI), Z16, K1, Z0
	VMOVUPD Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func scaleAVX512F32(n int, alpha float32, x, z *float32)
TEXT ·scaleAVX512F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(16, 2)
	ADDQ $256, CX
	JG   ones
fours:
	VMULPS -256(SI)(CX*1), Z16, Z0
	VMULPS -192(SI)(CX*1), Z16, Z1
	VMULPS -128(SI)(CX*1), Z16, Z2
	VMULPS -64(SI)(CX*1), Z16, Z3
	VMOVUPS Z0, -256(DX)(CX*1)
	VMOVUPS Z1, -192(DX)(CX*1)
	VMOVUPS Z2, -128(DX)(CX*1)
	VMOVUPS Z3, -64(DX)(CX*1)
	ADDQ $256, CX
	JLE  fours
ones:
	SUBQ $256, CX
	JZ   tail
one:
	VMULPS 0(SI)(CX*1), Z16, Z0
	VMOVUPS Z0, 0(DX)(CX*1)
	ADDQ $64, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMULPS.Z (SI), Z16, K1, Z0
	VMOVUPS Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func scaleAVX512F64(n int, alpha float64, x, z *float64)
TEXT ·scaleAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSD alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(8, 3)
	ADDQ $256, CX
	JG   ones
fours:
	VMULPD -256(SI)(CX*1), Z16, Z0
	VMULPD -192(SI)(CX*1), Z16, Z1
	VMULPD -128(SI)(CX*1), Z16, Z2
	VMULPD -64(SI)(CX*1), Z16, Z3
	VMOVUPD Z0, -256(DX)(CX*1)
	VMOVUPD Z1, -192(DX)(CX*1)
	VMOVUPD Z2, -128(DX)(CX*1)
	VMOVUPD Z3, -64(DX)(CX*1)
	ADDQ $256, CX
	JLE  fours
ones:
	SUBQ $256, CX
	JZ   tail
one:
	VMULPD 0(SI)(CX*1), Z16, Z0
	VMOVUPD Z0, 0(DX)(CX*1)
	ADDQ $64, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMULPD.Z (SI), Z16, K1, Z0
	VMOVUPD Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func mulAVX512F32(n int, x, y, z *float32)
TEXT ·mulAVX512F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(16, 2)
	SUBQ CX, DI
	ADDQ $256, CX
	JG   ones
fours:
	VMOVUPS -256(SI)(CX*1), Z0
	VMOVUPS -192(SI)(CX*1), Z1
	VMOVUPS -128(SI)(CX*1), Z2
	VMOVUPS -64(SI)(CX*1), Z3
	VMULPS -256(DI)(CX*1), Z0, Z0
	VMULPS -192(DI)(CX*1), Z1, Z1
	VMULPS -128(DI)(CX*1), Z2, Z2
	VMULPS -64(DI)(CX*1), Z3, Z3
	VMOVUPS Z0, -256(DX)(CX*1)
	VMOVUPS Z1, -192(DX)(CX*1)
	VMOVUPS Z2, -128(DX)(CX*1)
	VMOVUPS Z3, -64(DX)(CX*1)
	ADDQ $256, CX
	JLE  fours
ones:
	SUBQ $256, CX
	JZ   tail
one:
	VMOVUPS 0(SI)(CX*1), Z0
	VMULPS 0(DI)(CX*1), Z0, Z0
	VMOVUPS Z0, 0(DX)(CX*1)
	ADDQ $64, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMOVUPS.Z (SI), K1, Z0
	VMULPS.Z (DI), Z0, K1, Z0
	VMOVUPS Z0, K1, (DX)
done:
	VZEROUPPER
	RET

// func mulAVX512F64(n int, x, y, z *float64)
TEXT ·mulAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(8, 3)
	SUBQ CX, DI
	ADDQ $256, CX
	JG   ones
fours:
	VMOVUPD -256(SI)(CX*1), Z0
	VMOVUPD -192(SI)(CX*1), Z1
	VMOVUPD -128(SI)(CX*1), Z2
	VMOVUPD -64(SI)(CX*1), Z3
	VMULPD -256(DI)(CX*1), Z0, Z0
	VMULPD -192(DI)(CX*1), Z1, Z1
	VMULPD -128(DI)(CX*1), Z2, Z2
	VMULPD -64(DI)(CX*1), Z3, Z3
	VMOVUPD Z0, -256(DX)(CX*1)
	VMOVUPD Z1, -192(DX)(CX*1)
	VMOVUPD Z2, -128(DX)(CX*1)
	VMOVUPD Z3, -64(DX)(CX*1)
	ADDQ $256, CX
	JLE  fours
ones:
	SUBQ $256, CX
	JZ   tail
one:
	VMOVUPD 0(SI)(CX*1), Z0
	VMULPD 0(DI)(CX*1), Z0, Z0
	VMOVUPD Z0, 0(DX)(CX*1)
	ADDQ $64, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMOVUPD.Z (SI), K1, Z0
	VMULPD.Z (DI), Z0, K1, Z0
	VMOVUPD Z0, K1, (DX)
done:
	VZEROUPPER
	RET
