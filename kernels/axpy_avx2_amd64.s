// Vector updates, AVX2 and FMA3.
//
//	axpy   y_i = fma(a, x_i, y_i)
//	scale  z_i = a·x_i            (z may be x)
//	mul    z_i = x_i·y_i          (z may be x or y)
//
//	SI, DI, DX  ends of the whole vectors of x, y, z, then the tails    CX  −bytes left
//	Y8  a in every lane      Y0–Y3  operands      Y9  mask of the tail
//
// Ports: axpy and mul take 8 loads and 4 stores for 128 bytes, 4 cycles; scale 4 cycles for its stores.
//
// Edges: n ≥ 1; blocks of four vectors, single vectors, and one masked vector.

#include "textflag.h"

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

// func axpyAVX2F32(n int, alpha float32, x, y *float32)
TEXT ·axpyAVX2F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Y8
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(2)
	ADDQ $128, CX
	JG   ones
fours:
	VMOVUPS -128(DX)(CX*1), Y0
	VMOVUPS -96(DX)(CX*1), Y1
	VMOVUPS -64(DX)(CX*1), Y2
	VMOVUPS -32(DX)(CX*1), Y3
	VFMADD231PS -128(SI)(CX*1), Y8, Y0
	VFMADD231PS -96(SI)(CX*1), Y8, Y1
	VFMADD231PS -64(SI)(CX*1), Y8, Y2
	VFMADD231PS -32(SI)(CX*1), Y8, Y3
	VMOVUPS Y0, -128(DX)(CX*1)
	VMOVUPS Y1, -96(DX)(CX*1)
	VMOVUPS Y2, -64(DX)(CX*1)
	VMOVUPS Y3, -32(DX)(CX*1)
	ADDQ $128, CX
	JLE  fours
ones:
	SUBQ $128, CX
	JZ   tail
one:
	VMOVUPS 0(DX)(CX*1), Y0
	VFMADD231PS 0(SI)(CX*1), Y8, Y0
	VMOVUPS Y0, 0(DX)(CX*1)
	ADDQ $32, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMASKMOVPS (SI), Y9, Y0
	VMASKMOVPS (DX), Y9, Y1
	VFMADD213PS Y1, Y8, Y0
	VMASKMOVPS Y0, Y9, (DX)
done:
	VZEROUPPER
	RET

// func axpyAVX2F64(n int, alpha float64, x, y *float64)
TEXT ·axpyAVX2F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSD alpha+8(FP), Y8
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(3)
	ADDQ $128, CX
	JG   ones
fours:
	VMOVUPD -128(DX)(CX*1), Y0
	VMOVUPD -96(DX)(CX*1), Y1
	VMOVUPD -64(DX)(CX*1), Y2
	VMOVUPD -32(DX)(CX*1), Y3
	VFMADD231PD -128(SI)(CX*1), Y8, Y0
	VFMADD231PD -96(SI)(CX*1), Y8, Y1
	VFMADD231PD -64(SI)(CX*1), Y8, Y2
	VFMADD231PD -32(SI)(CX*1), Y8, Y3
	VMOVUPD Y0, -128(DX)(CX*1)
	VMOVUPD Y1, -96(DX)(CX*1)
	VMOVUPD Y2, -64(DX)(CX*1)
	VMOVUPD Y3, -32(DX)(CX*1)
	ADDQ $128, CX
	JLE  fours
ones:
	SUBQ $128, CX
	JZ   tail
one:
	VMOVUPD 0(DX)(CX*1), Y0
	VFMADD231PD 0(SI)(CX*1), Y8, Y0
	VMOVUPD Y0, 0(DX)(CX*1)
	ADDQ $32, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMASKMOVPD (SI), Y9, Y0
	VMASKMOVPD (DX), Y9, Y1
	VFMADD213PD Y1, Y8, Y0
	VMASKMOVPD Y0, Y9, (DX)
done:
	VZEROUPPER
	RET

// func scaleAVX2F32(n int, alpha float32, x, z *float32)
TEXT ·scaleAVX2F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Y8
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(2)
	ADDQ $128, CX
	JG   ones
fours:
	VMULPS -128(SI)(CX*1), Y8, Y0
	VMULPS -96(SI)(CX*1), Y8, Y1
	VMULPS -64(SI)(CX*1), Y8, Y2
	VMULPS -32(SI)(CX*1), Y8, Y3
	VMOVUPS Y0, -128(DX)(CX*1)
	VMOVUPS Y1, -96(DX)(CX*1)
	VMOVUPS Y2, -64(DX)(CX*1)
	VMOVUPS Y3, -32(DX)(CX*1)
	ADDQ $128, CX
	JLE  fours
ones:
	SUBQ $128, CX
	JZ   tail
one:
	VMULPS 0(SI)(CX*1), Y8, Y0
	VMOVUPS Y0, 0(DX)(CX*1)
	ADDQ $32, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMASKMOVPS (SI), Y9, Y0
	VMULPS Y0, Y8, Y0
	VMASKMOVPS Y0, Y9, (DX)
done:
	VZEROUPPER
	RET

// func scaleAVX2F64(n int, alpha float64, x, z *float64)
TEXT ·scaleAVX2F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSD alpha+8(FP), Y8
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(3)
	ADDQ $128, CX
	JG   ones
fours:
	VMULPD -128(SI)(CX*1), Y8, Y0
	VMULPD -96(SI)(CX*1), Y8, Y1
	VMULPD -64(SI)(CX*1), Y8, Y2
	VMULPD -32(SI)(CX*1), Y8, Y3
	VMOVUPD Y0, -128(DX)(CX*1)
	VMOVUPD Y1, -96(DX)(CX*1)
	VMOVUPD Y2, -64(DX)(CX*1)
	VMOVUPD Y3, -32(DX)(CX*1)
	ADDQ $128, CX
	JLE  fours
ones:
	SUBQ $128, CX
	JZ   tail
one:
	VMULPD 0(SI)(CX*1), Y8, Y0
	VMOVUPD Y0, 0(DX)(CX*1)
	ADDQ $32, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMASKMOVPD (SI), Y9, Y0
	VMULPD Y0, Y8, Y0
	VMASKMOVPD Y0, Y9, (DX)
done:
	VZEROUPPER
	RET

// func mulAVX2F32(n int, x, y, z *float32)
TEXT ·mulAVX2F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(2)
	SUBQ CX, DI
	ADDQ $128, CX
	JG   ones
fours:
	VMOVUPS -128(SI)(CX*1), Y0
	VMOVUPS -96(SI)(CX*1), Y1
	VMOVUPS -64(SI)(CX*1), Y2
	VMOVUPS -32(SI)(CX*1), Y3
	VMULPS -128(DI)(CX*1), Y0, Y0
	VMULPS -96(DI)(CX*1), Y1, Y1
	VMULPS -64(DI)(CX*1), Y2, Y2
	VMULPS -32(DI)(CX*1), Y3, Y3
	VMOVUPS Y0, -128(DX)(CX*1)
	VMOVUPS Y1, -96(DX)(CX*1)
	VMOVUPS Y2, -64(DX)(CX*1)
	VMOVUPS Y3, -32(DX)(CX*1)
	ADDQ $128, CX
	JLE  fours
ones:
	SUBQ $128, CX
	JZ   tail
one:
	VMOVUPS 0(SI)(CX*1), Y0
	VMULPS 0(DI)(CX*1), Y0, Y0
	VMOVUPS Y0, 0(DX)(CX*1)
	ADDQ $32, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMASKMOVPS (SI), Y9, Y0
	VMASKMOVPS (DI), Y9, Y1
	VMULPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y9, (DX)
done:
	VZEROUPPER
	RET

// func mulAVX2F64(n int, x, y, z *float64)
TEXT ·mulAVX2F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(3)
	SUBQ CX, DI
	ADDQ $128, CX
	JG   ones
fours:
	VMOVUPD -128(SI)(CX*1), Y0
	VMOVUPD -96(SI)(CX*1), Y1
	VMOVUPD -64(SI)(CX*1), Y2
	VMOVUPD -32(SI)(CX*1), Y3
	VMULPD -128(DI)(CX*1), Y0, Y0
	VMULPD -96(DI)(CX*1), Y1, Y1
	VMULPD -64(DI)(CX*1), Y2, Y2
	VMULPD -32(DI)(CX*1), Y3, Y3
	VMOVUPD Y0, -128(DX)(CX*1)
	VMOVUPD Y1, -96(DX)(CX*1)
	VMOVUPD Y2, -64(DX)(CX*1)
	VMOVUPD Y3, -32(DX)(CX*1)
	ADDQ $128, CX
	JLE  fours
ones:
	SUBQ $128, CX
	JZ   tail
one:
	VMOVUPD 0(SI)(CX*1), Y0
	VMULPD 0(DI)(CX*1), Y0, Y0
	VMOVUPD Y0, 0(DX)(CX*1)
	ADDQ $32, CX
	JNZ  one
tail:
	TESTQ BX, BX
	JZ    done
	MASK
	VMASKMOVPD (SI), Y9, Y0
	VMASKMOVPD (DI), Y9, Y1
	VMULPD Y1, Y0, Y0
	VMASKMOVPD Y0, Y9, (DX)
done:
	VZEROUPPER
	RET
