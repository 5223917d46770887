// Vector updates, AVX-512.
//
//	axpy   y_i = fma(a, x_i, y_i)
//	scale  z_i = a·x_i            (z may be x)
//	mul    z_i = x_i·y_i          (z may be x or y)
//
//	SI, DI, DX  ends of the whole 256-byte blocks of x, y, z, then the tails    CX  −bytes left
//	Z16  a in every lane      Z0–Z7  operands      K1–K4  lanes of the tail that exist
//
// Ports (Zen 5): axpy and mul take 8 loads and 4 stores for 256 bytes, 4 cycles; scale 4 cycles for its stores.
//
// Edges: n ≥ 1; the tail is loaded and stored under masks.

#include "textflag.h"

// Split BX, the number of tail elements, into masks of four vectors of W lanes.
#define MASKS(W) \
	MOVQ    $-1, AX        \
	BZHIQ   BX, AX, AX     \
	KMOVQ   AX, K1         \
	KSHIFTRQ $(W), K1, K2   \
	KSHIFTRQ $(2*W), K1, K3 \
	KSHIFTRQ $(3*W), K1, K4

// CX = −bytes in whole blocks, BX = elements in the tail; a block has B elements of 1<<SHIFT bytes.
#define SPLIT(B, SHIFT) \
	MOVQ CX, BX     \
	ANDQ $(B-1), BX \
	SHLQ $SHIFT, CX \
	ANDQ $~255, CX  \
	ADDQ CX, SI     \
	ADDQ CX, DX     \
	NEGQ CX

#define AXPYSTEP(MOV, FMA) \
	MOV 0(DX)(CX*1), Z0       \
	MOV 64(DX)(CX*1), Z1      \
	MOV 128(DX)(CX*1), Z2     \
	MOV 192(DX)(CX*1), Z3     \
	FMA 0(SI)(CX*1), Z16, Z0   \
	FMA 64(SI)(CX*1), Z16, Z1  \
	FMA 128(SI)(CX*1), Z16, Z2 \
	FMA 192(SI)(CX*1), Z16, Z3 \
	MOV Z0, 0(DX)(CX*1)       \
	MOV Z1, 64(DX)(CX*1)      \
	MOV Z2, 128(DX)(CX*1)     \
	MOV Z3, 192(DX)(CX*1)

#define AXPYTAIL(MOV, MOVZ, FMA) \
	MOVZ 0(DX), K1, Z0        \
	MOVZ 64(DX), K2, Z1       \
	MOVZ 128(DX), K3, Z2      \
	MOVZ 192(DX), K4, Z3      \
	FMA 0(SI), Z16, K1, Z0    \
	FMA 64(SI), Z16, K2, Z1   \
	FMA 128(SI), Z16, K3, Z2  \
	FMA 192(SI), Z16, K4, Z3  \
	MOV Z0, K1, 0(DX)         \
	MOV Z1, K2, 64(DX)        \
	MOV Z2, K3, 128(DX)       \
	MOV Z3, K4, 192(DX)

#define SCALESTEP(MOV, MUL) \
	MUL 0(SI)(CX*1), Z16, Z0   \
	MUL 64(SI)(CX*1), Z16, Z1  \
	MUL 128(SI)(CX*1), Z16, Z2 \
	MUL 192(SI)(CX*1), Z16, Z3 \
	MOV Z0, 0(DX)(CX*1)       \
	MOV Z1, 64(DX)(CX*1)      \
	MOV Z2, 128(DX)(CX*1)     \
	MOV Z3, 192(DX)(CX*1)

#define SCALETAIL(MOV, MULZ) \
	MULZ 0(SI), Z16, K1, Z0   \
	MULZ 64(SI), Z16, K2, Z1  \
	MULZ 128(SI), Z16, K3, Z2 \
	MULZ 192(SI), Z16, K4, Z3 \
	MOV Z0, K1, 0(DX)        \
	MOV Z1, K2, 64(DX)       \
	MOV Z2, K3, 128(DX)      \
	MOV Z3, K4, 192(DX)

#define MULSTEP(MOV, MUL) \
	MOV 0(SI)(CX*1), Z0       \
	MOV 64(SI)(CX*1), Z1      \
	MOV 128(SI)(CX*1), Z2     \
	MOV 192(SI)(CX*1), Z3     \
	MUL 0(DI)(CX*1), Z0, Z0   \
	MUL 64(DI)(CX*1), Z1, Z1  \
	MUL 128(DI)(CX*1), Z2, Z2 \
	MUL 192(DI)(CX*1), Z3, Z3 \
	MOV Z0, 0(DX)(CX*1)       \
	MOV Z1, 64(DX)(CX*1)      \
	MOV Z2, 128(DX)(CX*1)     \
	MOV Z3, 192(DX)(CX*1)

#define MULTAIL(MOV, MOVZ, MULZ) \
	MOVZ 0(SI), K1, Z0       \
	MOVZ 64(SI), K2, Z1      \
	MOVZ 128(SI), K3, Z2     \
	MOVZ 192(SI), K4, Z3     \
	MULZ 0(DI), Z0, K1, Z0   \
	MULZ 64(DI), Z1, K2, Z1  \
	MULZ 128(DI), Z2, K3, Z2 \
	MULZ 192(DI), Z3, K4, Z3 \
	MOV Z0, K1, 0(DX)        \
	MOV Z1, K2, 64(DX)       \
	MOV Z2, K3, 128(DX)      \
	MOV Z3, K4, 192(DX)

// func axpyAVX512F32(n int, alpha float32, x, y *float32)
TEXT ·axpyAVX512F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(64, 2)
	TESTQ CX, CX
	JZ   tail
loop:
	AXPYSTEP(VMOVUPS, VFMADD231PS)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    done
	MASKS(16)
	AXPYTAIL(VMOVUPS, VMOVUPS.Z, VFMADD231PS)
done:
	VZEROUPPER
	RET

// func axpyAVX512F64(n int, alpha float64, x, y *float64)
TEXT ·axpyAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSD alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ y+24(FP), DX
	SPLIT(32, 3)
	TESTQ CX, CX
	JZ   tail
loop:
	AXPYSTEP(VMOVUPD, VFMADD231PD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    done
	MASKS(8)
	AXPYTAIL(VMOVUPD, VMOVUPD.Z, VFMADD231PD)
done:
	VZEROUPPER
	RET

// func scaleAVX512F32(n int, alpha float32, x, z *float32)
TEXT ·scaleAVX512F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSS alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(64, 2)
	TESTQ CX, CX
	JZ   tail
loop:
	SCALESTEP(VMOVUPS, VMULPS)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    done
	MASKS(16)
	SCALETAIL(VMOVUPS, VMULPS.Z)
done:
	VZEROUPPER
	RET

// func scaleAVX512F64(n int, alpha float64, x, z *float64)
TEXT ·scaleAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	VBROADCASTSD alpha+8(FP), Z16
	MOVQ x+16(FP), SI
	MOVQ z+24(FP), DX
	SPLIT(32, 3)
	TESTQ CX, CX
	JZ   tail
loop:
	SCALESTEP(VMOVUPD, VMULPD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    done
	MASKS(8)
	SCALETAIL(VMOVUPD, VMULPD.Z)
done:
	VZEROUPPER
	RET

// func mulAVX512F32(n int, x, y, z *float32)
TEXT ·mulAVX512F32(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(64, 2)
	SUBQ CX, DI
	TESTQ CX, CX
	JZ   tail
loop:
	MULSTEP(VMOVUPS, VMULPS)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    done
	MASKS(16)
	MULTAIL(VMOVUPS, VMOVUPS.Z, VMULPS.Z)
done:
	VZEROUPPER
	RET

// func mulAVX512F64(n int, x, y, z *float64)
TEXT ·mulAVX512F64(SB), NOSPLIT, $0-32
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DI
	MOVQ z+24(FP), DX
	SPLIT(32, 3)
	SUBQ CX, DI
	TESTQ CX, CX
	JZ   tail
loop:
	MULSTEP(VMOVUPD, VMULPD)
	ADDQ $256, CX
	JNZ  loop
tail:
	TESTQ BX, BX
	JZ    done
	MASKS(8)
	MULTAIL(VMOVUPD, VMOVUPD.Z, VMULPD.Z)
done:
	VZEROUPPER
	RET
