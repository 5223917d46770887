// The rotation wave, AVX2 and FMA3, float64 and float32.
//
// The same scheme as rotate_avx512_amd64.s, which explains it, with panels of two vectors.
//
//	t = σ·y;  u = σ·x;  x = γ·x + t (fused);  y = γ·y − u (fused)
//
// Registers: row r, vector v: Y(2r+v), Y0–Y9. Y10 γ, Y11 σ, Y12 and Y13 t, Y14 and Y15 u. In the tails, one
// vector of which the first cols columns are touched (masked moves): row r in Y(r), Y9 the mask.
// AX steps left, DI row to load, R11 row length, R10 −4 rows, CX and DX → γ and σ, R8 = (ldr−1)
// elements, R9 = 3·R8, all in bytes.
//
// Cost: 8 multiplications or FMAs per rotation and panel, 32 per step at two a cycle = 16 cycles; the
// longest chain is 8 to 10 cycles a step.

#include "textflag.h"

#define ROT2(ca, sa, x0, x1, y0, y1) \
	BCAST ca, Y10      \
	BCAST sa, Y11      \
	MUL   y0, Y11, Y12 \
	MUL   y1, Y11, Y13 \
	MUL   x0, Y11, Y14 \
	MUL   x1, Y11, Y15 \
	FMA   Y12, Y10, x0 \
	FMA   Y13, Y10, x1 \
	FMS   Y14, Y10, y0 \
	FMS   Y15, Y10, y1

#define ROT1(ca, sa, x, y) \
	BCAST ca, Y10     \
	BCAST sa, Y11     \
	MUL   y, Y11, Y12 \
	MUL   x, Y11, Y14 \
	FMA   Y12, Y10, x \
	FMS   Y14, Y10, y

#define LOAD2(p, r0, r1) \
	MOVU (p), r0   \
	MOVU 32(p), r1

#define STORE2(p, r0, r1) \
	MOVU r0, (p)   \
	MOVU r1, 32(p)

// One step of WAVE: rows a, b, c, d in registers, e loaded, a stored.
#define STEP2(a0, a1, b0, b1, c0, c1, d0, d1, e0, e1) \
	LOAD2(DI, e0, e1)                              \
	ROT2((CX), (DX), d0, d1, e0, e1)               \
	ROT2((CX)(R8*1), (DX)(R8*1), c0, c1, d0, d1)   \
	ROT2((CX)(R8*2), (DX)(R8*2), b0, b1, c0, c1)   \
	ROT2((CX)(R9*1), (DX)(R9*1), a0, a1, b0, b1)   \
	LEAQ (DI)(R10*1), BX                           \
	STORE2(BX, a0, a1)                             \
	ADDQ R11, DI                                   \
	ADDQ $SIZE, CX                                 \
	ADDQ $SIZE, DX                                 \
	DECQ AX

#define STEP1(a, b, c, d, e) \
	MASKMOV (DI), Y9, e                   \
	ROT1((CX), (DX), d, e)                \
	ROT1((CX)(R8*1), (DX)(R8*1), c, d)    \
	ROT1((CX)(R8*2), (DX)(R8*2), b, c)    \
	ROT1((CX)(R9*1), (DX)(R9*1), a, b)    \
	MASKMOV a, Y9, (DI)(R10*1)            \
	ADDQ R11, DI                          \
	ADDQ $SIZE, CX                        \
	ADDQ $SIZE, DX                        \
	DECQ AX

// The four rows in flight go back to DI−4 … DI−1 rows.
#define DRAIN2(a0, a1, b0, b1, c0, c1, d0, d1) \
	ADDQ R10, DI       \
	STORE2(DI, a0, a1) \
	ADDQ R11, DI       \
	STORE2(DI, b0, b1) \
	ADDQ R11, DI       \
	STORE2(DI, c0, c1) \
	ADDQ R11, DI       \
	STORE2(DI, d0, d1) \
	VZEROUPPER         \
	RET

#define DRAIN1(a, b, c, d) \
	ADDQ R10, DI         \
	MASKMOV a, Y9, (DI)  \
	ADDQ R11, DI         \
	MASKMOV b, Y9, (DI)  \
	ADDQ R11, DI         \
	MASKMOV c, Y9, (DI)  \
	ADDQ R11, DI         \
	MASKMOV d, Y9, (DI)  \
	VZEROUPPER           \
	RET

#define STRIDES \
	SHLQ $SHIFT, R11       \
	MOVQ R11, R10          \
	SHLQ $2, R10           \
	NEGQ R10               \
	DECQ R8                \
	SHLQ $SHIFT, R8        \
	LEAQ (R8)(R8*2), R9

// The mask of the first BX columns is read from inside 32 bytes of ones and 32 of zeros.
#define MASK \
	NEGQ    BX                       \
	LEAQ    rotateMask<>+32(SB), R12 \
	VMOVUPD (R12)(BX*SIZE), Y9

DATA rotateMask<>+0(SB)/8, $-1
DATA rotateMask<>+8(SB)/8, $-1
DATA rotateMask<>+16(SB)/8, $-1
DATA rotateMask<>+24(SB)/8, $-1
DATA rotateMask<>+32(SB)/8, $0
DATA rotateMask<>+40(SB)/8, $0
DATA rotateMask<>+48(SB)/8, $0
DATA rotateMask<>+56(SB)/8, $0
GLOBL rotateMask<>(SB), RODATA|NOPTR, $64

// The corner before a wave: rotations of sequences 0 … 2 on rows a … d, which step 3 meets next.
#define HEAD2 \
	ROT2((-3*SIZE)(CX), (-3*SIZE)(DX), Y0, Y1, Y2, Y3) \
	ROT2((-2*SIZE)(CX), (-2*SIZE)(DX), Y2, Y3, Y4, Y5) \
	ROT2((-2*SIZE)(CX)(R8*1), (-2*SIZE)(DX)(R8*1), Y0, Y1, Y2, Y3) \
	ROT2((-1*SIZE)(CX), (-1*SIZE)(DX), Y4, Y5, Y6, Y7) \
	ROT2((-1*SIZE)(CX)(R8*1), (-1*SIZE)(DX)(R8*1), Y2, Y3, Y4, Y5) \
	ROT2((-1*SIZE)(CX)(R8*2), (-1*SIZE)(DX)(R8*2), Y0, Y1, Y2, Y3)

// The corner behind it: sequences 1 … 3 on the last four rows.
#define LAST2 \
	ROT2((CX)(R8*1), (DX)(R8*1), Y4, Y5, Y6, Y7) \
	ROT2((CX)(R8*2), (DX)(R8*2), Y2, Y3, Y4, Y5) \
	ROT2((CX)(R9*1), (DX)(R9*1), Y0, Y1, Y2, Y3) \
	ROT2((1*SIZE)(CX)(R8*2), (1*SIZE)(DX)(R8*2), Y4, Y5, Y6, Y7) \
	ROT2((1*SIZE)(CX)(R9*1), (1*SIZE)(DX)(R9*1), Y2, Y3, Y4, Y5) \
	ROT2((2*SIZE)(CX)(R9*1), (2*SIZE)(DX)(R9*1), Y4, Y5, Y6, Y7)

// Names move on by one row.
#define PASS2 \
	VMOVAPD Y0, Y12 \
	VMOVAPD Y1, Y13 \
	VMOVAPD Y2, Y0 \
	VMOVAPD Y3, Y1 \
	VMOVAPD Y4, Y2 \
	VMOVAPD Y5, Y3 \
	VMOVAPD Y6, Y4 \
	VMOVAPD Y7, Y5 \
	VMOVAPD Y8, Y6 \
	VMOVAPD Y9, Y7 \
	VMOVAPD Y12, Y8 \
	VMOVAPD Y13, Y9

// The whole of a call: rows, corner, steps, corner, rows.
#define WAVE2 \
	LOAD2(DI, Y0, Y1) \
	ADDQ R11, DI \
	LOAD2(DI, Y2, Y3) \
	ADDQ R11, DI \
	LOAD2(DI, Y4, Y5) \
	ADDQ R11, DI \
	LOAD2(DI, Y6, Y7) \
	ADDQ R11, DI \
	TESTQ $1, ends+48(FP) \
	JZ   loop \
	HEAD2 \
loop: \
	STEP2(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9) \
	JZ   done0 \
	STEP2(Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y0, Y1) \
	JZ   done1 \
	STEP2(Y4, Y5, Y6, Y7, Y8, Y9, Y0, Y1, Y2, Y3) \
	JZ   done2 \
	STEP2(Y6, Y7, Y8, Y9, Y0, Y1, Y2, Y3, Y4, Y5) \
	JZ   done3 \
	STEP2(Y8, Y9, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7) \
	JNZ  loop \
	JMP  done4 \
done3: \
	PASS2 \
done2: \
	PASS2 \
done1: \
	PASS2 \
done0: \
	PASS2 \
done4: \
	TESTQ $2, ends+48(FP) \
	JZ   drain \
	LAST2 \
drain: \
	DRAIN2(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)

// The corner before a wave: rotations of sequences 0 … 2 on rows a … d, which step 3 meets next.
#define HEAD1 \
	ROT1((-3*SIZE)(CX), (-3*SIZE)(DX), Y0, Y1) \
	ROT1((-2*SIZE)(CX), (-2*SIZE)(DX), Y1, Y2) \
	ROT1((-2*SIZE)(CX)(R8*1), (-2*SIZE)(DX)(R8*1), Y0, Y1) \
	ROT1((-1*SIZE)(CX), (-1*SIZE)(DX), Y2, Y3) \
	ROT1((-1*SIZE)(CX)(R8*1), (-1*SIZE)(DX)(R8*1), Y1, Y2) \
	ROT1((-1*SIZE)(CX)(R8*2), (-1*SIZE)(DX)(R8*2), Y0, Y1)

// The corner behind it: sequences 1 … 3 on the last four rows.
#define LAST1 \
	ROT1((CX)(R8*1), (DX)(R8*1), Y2, Y3) \
	ROT1((CX)(R8*2), (DX)(R8*2), Y1, Y2) \
	ROT1((CX)(R9*1), (DX)(R9*1), Y0, Y1) \
	ROT1((1*SIZE)(CX)(R8*2), (1*SIZE)(DX)(R8*2), Y2, Y3) \
	ROT1((1*SIZE)(CX)(R9*1), (1*SIZE)(DX)(R9*1), Y1, Y2) \
	ROT1((2*SIZE)(CX)(R9*1), (2*SIZE)(DX)(R9*1), Y2, Y3)

// Names move on by one row.
#define PASS1 \
	VMOVAPD Y0, Y12 \
	VMOVAPD Y1, Y0 \
	VMOVAPD Y2, Y1 \
	VMOVAPD Y3, Y2 \
	VMOVAPD Y4, Y3 \
	VMOVAPD Y12, Y4

// The whole of a call: rows, corner, steps, corner, rows.
#define WAVE1 \
	MASKMOV (DI), Y9, Y0 \
	ADDQ R11, DI \
	MASKMOV (DI), Y9, Y1 \
	ADDQ R11, DI \
	MASKMOV (DI), Y9, Y2 \
	ADDQ R11, DI \
	MASKMOV (DI), Y9, Y3 \
	ADDQ R11, DI \
	TESTQ $1, ends+56(FP) \
	JZ   loop \
	HEAD1 \
loop: \
	STEP1(Y0, Y1, Y2, Y3, Y4) \
	JZ   done0 \
	STEP1(Y1, Y2, Y3, Y4, Y0) \
	JZ   done1 \
	STEP1(Y2, Y3, Y4, Y0, Y1) \
	JZ   done2 \
	STEP1(Y3, Y4, Y0, Y1, Y2) \
	JZ   done3 \
	STEP1(Y4, Y0, Y1, Y2, Y3) \
	JNZ  loop \
	JMP  done4 \
done3: \
	PASS1 \
done2: \
	PASS1 \
done1: \
	PASS1 \
done0: \
	PASS1 \
done4: \
	TESTQ $2, ends+56(FP) \
	JZ   drain \
	LAST1 \
drain: \
	DRAIN1(Y0, Y1, Y2, Y3)

#define MOVU VMOVUPD
#define MASKMOV VMASKMOVPD
#define MUL VMULPD
#define FMA VFMADD213PD
#define FMS VFMSUB213PD
#define BCAST VBROADCASTSD
#define SIZE 8
#define SHIFT 3

// func rotateWave64AVX2(steps int, a *float64, lda int, c, s *float64, ldr, ends int)
TEXT ·rotateWave64AVX2(SB), NOSPLIT, $0-56
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	MOVQ ldr+40(FP), R8
	STRIDES
	WAVE2

// func rotateWaveTail64AVX2(steps, cols int, a *float64, lda int, c, s *float64, ldr, ends int)
TEXT ·rotateWaveTail64AVX2(SB), NOSPLIT, $0-64
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	MOVQ ldr+48(FP), R8
	STRIDES
	MASK
	WAVE1

// func rotateSweep64AVX2(steps int, a *float64, lda int, c, s *float64)
TEXT ·rotateSweep64AVX2(SB), NOSPLIT, $0-40
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	SHLQ $SHIFT, R11
	LOAD2(DI, Y0, Y1)

loop:
	LEAQ (DI)(R11*1), BX
	LOAD2(BX, Y2, Y3)
	ROT2((CX), (DX), Y0, Y1, Y2, Y3)
	STORE2(DI, Y0, Y1)
	DECQ AX
	JZ   odd
	LEAQ (DI)(R11*2), DI
	LOAD2(DI, Y0, Y1)
	ROT2(SIZE(CX), SIZE(DX), Y2, Y3, Y0, Y1)
	STORE2(BX, Y2, Y3)
	ADDQ $(2*SIZE), CX
	ADDQ $(2*SIZE), DX
	DECQ AX
	JNZ  loop
	STORE2(DI, Y0, Y1)
	VZEROUPPER
	RET

odd:
	STORE2(BX, Y2, Y3)
	VZEROUPPER
	RET

// func rotateSweepTail64AVX2(steps, cols int, a *float64, lda int, c, s *float64)
TEXT ·rotateSweepTail64AVX2(SB), NOSPLIT, $0-48
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	SHLQ $SHIFT, R11
	MASK
	MASKMOV (DI), Y9, Y0

loop:
	MASKMOV (DI)(R11*1), Y9, Y1
	ROT1((CX), (DX), Y0, Y1)
	MASKMOV Y0, Y9, (DI)
	ADDQ R11, DI
	VMOVAPD Y1, Y0
	ADDQ $SIZE, CX
	ADDQ $SIZE, DX
	DECQ AX
	JNZ  loop
	MASKMOV Y0, Y9, (DI)
	VZEROUPPER
	RET

#undef MOVU
#undef MASKMOV
#undef MUL
#undef FMA
#undef FMS
#undef BCAST
#undef SIZE
#undef SHIFT

#define MOVU VMOVUPS
#define MASKMOV VMASKMOVPS
#define MUL VMULPS
#define FMA VFMADD213PS
#define FMS VFMSUB213PS
#define BCAST VBROADCASTSS
#define SIZE 4
#define SHIFT 2

// func rotateWave32AVX2(steps int, a *float32, lda int, c, s *float32, ldr, ends int)
TEXT ·rotateWave32AVX2(SB), NOSPLIT, $0-56
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	MOVQ ldr+40(FP), R8
	STRIDES
	WAVE2

// func rotateWaveTail32AVX2(steps, cols int, a *float32, lda int, c, s *float32, ldr, ends int)
TEXT ·rotateWaveTail32AVX2(SB), NOSPLIT, $0-64
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	MOVQ ldr+48(FP), R8
	STRIDES
	MASK
	WAVE1

// func rotateSweep32AVX2(steps int, a *float32, lda int, c, s *float32)
TEXT ·rotateSweep32AVX2(SB), NOSPLIT, $0-40
	MOVQ steps+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ lda+16(FP), R11
	MOVQ c+24(FP), CX
	MOVQ s+32(FP), DX
	SHLQ $SHIFT, R11
	LOAD2(DI, Y0, Y1)

loop:
	LEAQ (DI)(R11*1), BX
	LOAD2(BX, Y2, Y3)
	ROT2((CX), (DX), Y0, Y1, Y2, Y3)
	STORE2(DI, Y0, Y1)
	DECQ AX
	JZ   odd
	LEAQ (DI)(R11*2), DI
	LOAD2(DI, Y0, Y1)
	ROT2(SIZE(CX), SIZE(DX), Y2, Y3, Y0, Y1)
	STORE2(BX, Y2, Y3)
	ADDQ $(2*SIZE), CX
	ADDQ $(2*SIZE), DX
	DECQ AX
	JNZ  loop
	STORE2(DI, Y0, Y1)
	VZEROUPPER
	RET

odd:
	STORE2(BX, Y2, Y3)
	VZEROUPPER
	RET

// func rotateSweepTail32AVX2(steps, cols int, a *float32, lda int, c, s *float32)
TEXT ·rotateSweepTail32AVX2(SB), NOSPLIT, $0-48
	MOVQ steps+0(FP), AX
	MOVQ cols+8(FP), BX
	MOVQ a+16(FP), DI
	MOVQ lda+24(FP), R11
	MOVQ c+32(FP), CX
	MOVQ s+40(FP), DX
	SHLQ $SHIFT, R11
	MASK
	MASKMOV (DI), Y9, Y0

loop:
	MASKMOV (DI)(R11*1), Y9, Y1
	ROT1((CX), (DX), Y0, Y1)
	MASKMOV Y0, Y9, (DI)
	ADDQ R11, DI
	VMOVAPD Y1, Y0
	ADDQ $SIZE, CX
	ADDQ $SIZE, DX
	DECQ AX
	JNZ  loop
	MASKMOV Y0, Y9, (DI)
	VZEROUPPER
	RET
