// One step of band to tridiagonal form, AVX2 and FMA3, float64, for both tiers of x86: see BandChase for the formulas and their order.
//
// The products of the rows of B with v come first, for the next reflection, then the sums of D, beside which the chain of its root and
// divisions passes, the sums of B, and the updates of both, which fetch the block that is next on the diagonal. Sums and updates take 16 columns at a
// time. Vectors between these parts are in memory.
//
// 1792 fused operations of four elements are 900 cycles, and a step takes some 2000: D and B are 20 KiB of cache lines, which come from the second level and
// go back there. Vectors of eight elements save 7 % of it, also where they are aligned.
//
// Registers: DI → D, R13 → B, R8 lda in bytes, R12 three times that, R15 bytes from a block to the next on the diagonal, SI → v, R9 → u, DX → y of B and
// the other vectors (below); R10 → row, CX → f, BX → g or h, R11 byte offset of the row's number, AX byte offset of the columns.

#include "textflag.h"

DATA bandOne<>+0(SB)/8, $0x3ff0000000000000
GLOBL bandOne<>(SB), RODATA|NOPTR, $8
DATA bandTiny<>+0(SB)/8, $0x07b0000000000000
GLOBL bandTiny<>(SB), RODATA|NOPTR, $8
DATA bandSign<>+0(SB)/8, $0x8000000000000000
DATA bandSign<>+8(SB)/8, $0x8000000000000000
GLOBL bandSign<>(SB), RODATA|NOPTR, $16

DATA bandHalf<>+0(SB)/8, $0x3fe0000000000000
GLOBL bandHalf<>(SB), RODATA|NOPTR, $8
DATA bandMinusHalf<>+0(SB)/8, $0xbfe0000000000000
GLOBL bandMinusHalf<>(SB), RODATA|NOPTR, $8

// Offsets from DX, where y of B is.
#define SUMD 256
#define SUMB 512
#define P 768
#define Q 1024
#define HALFP 1280
#define HALFQ 1536
#define E 1792

#define BEGIN \
	MOVQ a+0(FP), DI     \
	MOVQ lda+8(FP), R8   \
	MOVQ v+16(FP), SI    \
	MOVQ u+32(FP), R9    \
	MOVQ y+40(FP), DX    \
	SHLQ $3, R8          \
	LEAQ (R8)(R8*2), R12 \
	MOVQ R8, R13         \
	SHLQ $5, R13         \
	LEAQ 256(R13), R15   \
	ADDQ DI, R13

// Σ of 32 products in eight lanes, into X0.
#define DOT(XR, YR) \
	VMOVUPD (XR), Y0            \
	VMOVUPD 32(XR), Y1          \
	VMOVUPD 64(XR), Y2          \
	VMOVUPD 96(XR), Y3          \
	VMULPD (YR), Y0, Y0         \
	VMULPD 32(YR), Y1, Y1       \
	VFMADD231PD 64(YR), Y2, Y0  \
	VFMADD231PD 96(YR), Y3, Y1  \
	VMOVUPD 128(XR), Y2         \
	VMOVUPD 160(XR), Y3         \
	VFMADD231PD 128(YR), Y2, Y0 \
	VFMADD231PD 160(YR), Y3, Y1 \
	VMOVUPD 192(XR), Y2         \
	VMOVUPD 224(XR), Y3         \
	VFMADD231PD 192(YR), Y2, Y0 \
	VFMADD231PD 224(YR), Y3, Y1 \
	VADDPD Y1, Y0, Y0           \
	VEXTRACTF128 $1, Y0, X1     \
	VADDPD X1, X0, X0           \
	VUNPCKHPD X0, X0, X1        \
	VADDSD X1, X0, X0

// u = first column of B, less y.
#define COLUMN(four) \
	MOVQ R13, R10                \
	XORL R11, R11                \
four: \
	VMOVSD (R10), X0             \
	VMOVHPD (R10)(R8*1), X0, X0  \
	VMOVSD (R10)(R8*2), X1       \
	VMOVHPD (R10)(R12*1), X1, X1 \
	VINSERTF128 $1, X1, Y0, Y0   \
	VSUBPD (DX)(R11*1), Y0, Y0   \
	VMOVUPD Y0, (R9)(R11*1)      \
	LEAQ (R10)(R8*4), R10        \
	ADDQ $32, R11                \
	CMPQ R11, $256               \
	JLT  four

#define EACH(F) F(0); F(32); F(64); F(96); F(128); F(160); F(192); F(224)

#define SCALEU(off) \
	VMULPD off(R9), Y8, Y0 \
	VMOVUPD Y0, off(R9)

// u becomes the vector of its reflection; γ and e are stored.
#define REFLECTOR(small) \
	DOT(R9, R9) \
	VMOVSD (R9), X5                 \ // α
	VXORPD X6, X6, X6               \ // e
	VXORPD X7, X7, X7               \ // γ
	VXORPD X8, X8, X8               \ // 1/(α − e)
	VMOVSD bandOne<>(SB), X9    \
	VUCOMISD bandTiny<>(SB), X0 \
	JCS  small                  \
	VSQRTSD X0, X0, X6          \
	VMOVUPD bandSign<>(SB), X10 \
	VANDNPD X10, X5, X10        \
	VORPD  X10, X6, X6              \ // −sign(α)·√σ
	VSUBSD X6, X5, X8       \
	VSUBSD X5, X6, X7       \
	VDIVSD X8, X9, X8       \
	VDIVSD X6, X7, X7       \
small: \
	VMOVSD X6, E(DX)        \
	VMOVSD X7, gamma+48(FP) \
	VBROADCASTSD X8, Y8     \
	EACH(SCALEU)            \
	VMOVSD X9, (R9)

#define FIRST4(off, X0, X1, X2, X3) \
	VMOVUPD off(SI), Y8           \
	VMULPD off(R10), Y8, X0       \
	VMULPD off(R10)(R8*1), Y8, X1 \
	VMULPD off(R10)(R8*2), Y8, X2 \
	VMULPD off(R10)(R12*1), Y8, X3

#define NEXT4(off, X0, X1, X2, X3) \
	VMOVUPD off(SI), Y8                \
	VFMADD231PD off(R10), Y8, X0       \
	VFMADD231PD off(R10)(R8*1), Y8, X1 \
	VFMADD231PD off(R10)(R8*2), Y8, X2 \
	VFMADD231PD off(R10)(R12*1), Y8, X3

// Lanes l + l+2 of X, then of Y, into X.
#define QUARTER(X, Y) \
	VPERM2F128 $0x20, Y, X, Y10 \
	VPERM2F128 $0x31, Y, X, Y11 \
	VADDPD Y11, Y10, X

// y = τ·M·v, M at R10. Four rows at a time, in two registers each (lanes 0 to 3 and 4 to 7), folded together.
#define ROWS(four) \
	XORL R11, R11                \
	VBROADCASTSD tau+24(FP), Y15 \
four: \
	FIRST4(0, Y0, Y1, Y2, Y3)    \
	FIRST4(32, Y4, Y5, Y6, Y7)   \
	NEXT4(64, Y0, Y1, Y2, Y3)    \
	NEXT4(96, Y4, Y5, Y6, Y7)    \
	NEXT4(128, Y0, Y1, Y2, Y3)   \
	NEXT4(160, Y4, Y5, Y6, Y7)   \
	NEXT4(192, Y0, Y1, Y2, Y3)   \
	NEXT4(224, Y4, Y5, Y6, Y7)   \
	VADDPD Y4, Y0, Y0            \
	VADDPD Y5, Y1, Y1            \
	VADDPD Y6, Y2, Y2            \
	VADDPD Y7, Y3, Y3            \
	QUARTER(Y0, Y2)              \
	QUARTER(Y1, Y3)              \
	VUNPCKLPD Y1, Y0, Y10        \
	VUNPCKHPD Y1, Y0, Y11        \
	VADDPD Y11, Y10, Y0          \
	VMULPD Y15, Y0, Y0           \
	VMOVUPD Y0, (DX)(R11*1)      \
	LEAQ (R10)(R8*4), R10        \
	ADDQ $32, R11                \
	CMPQ R11, $256               \
	JLT  four

#define SUM(X0, X1, X2, X3, off, S) \
	VBROADCASTSD off(BX)(R11*1), S \
	VFMADD231PD (R10), S, X0       \
	VFMADD231PD 32(R10), S, X1     \
	VFMADD231PD 64(R10), S, X2     \
	VFMADD231PD 96(R10), S, X3     \
	ADDQ R8, R10

// Σ_r M_rc·g_r, g at BX, of the four vectors of columns at AX, to X.
#define SUMS(M, X, rows) \
	VXORPD Y0, Y0, Y0            \
	VXORPD Y1, Y1, Y1            \
	VXORPD Y2, Y2, Y2            \
	VXORPD Y3, Y3, Y3            \
	VXORPD Y4, Y4, Y4            \
	VXORPD Y5, Y5, Y5            \
	VXORPD Y6, Y6, Y6            \
	VXORPD Y7, Y7, Y7            \
	LEAQ (M)(AX*1), R10          \
	XORL R11, R11                \
rows: \
	SUM(Y0, Y1, Y2, Y3, 0, Y8)   \
	SUM(Y4, Y5, Y6, Y7, 8, Y9)   \
	ADDQ $16, R11                \
	CMPQ R11, $256               \
	JLT  rows                    \
	VADDPD Y4, Y0, Y0            \
	VADDPD Y5, Y1, Y1            \
	VADDPD Y6, Y2, Y2            \
	VADDPD Y7, Y3, Y3            \
	VMOVUPD Y0, X(DX)(AX*1)      \
	VMOVUPD Y1, (X+32)(DX)(AX*1) \
	VMOVUPD Y2, (X+64)(DX)(AX*1) \
	VMOVUPD Y3, (X+96)(DX)(AX*1)

#define TIMESTAU(off) \
	VMULPD (SUMD+off)(DX), Y8, Y0 \
	VMOVUPD Y0, (SUMD+off)(DX)

// w: f is in Y8.
#define COMPLETE(off) \
	VMOVUPD (SUMD+off)(DX), Y0   \
	VFMADD231PD off(SI), Y8, Y0  \
	VMOVUPD Y0, (SUMD+off)(DX)

// p, q, ½p and −½q: σ is in Y8, 1/σ in Y11, ½ in Y9, −½ in Y10.
#define PAIR(off) \
	VMULPD off(SI), Y8, Y2      \
	VMOVUPD (SUMD+off)(DX), Y1  \
	VMOVAPD Y2, Y3              \
	VFMADD231PD Y11, Y1, Y2     \
	VFNMADD231PD Y11, Y1, Y3    \
	VMOVUPD Y2, (P+off)(DX)     \
	VMOVUPD Y3, (Q+off)(DX)     \
	VMULPD Y9, Y2, Y2           \
	VMULPD Y10, Y3, Y3          \
	VMOVUPD Y2, (HALFP+off)(DX) \
	VMOVUPD Y3, (HALFQ+off)(DX)

// From the sums of D. A quarter of the exponent of ‖w‖² is that of σ.
#define PAIRS \
	VBROADCASTSD tau+24(FP), Y8     \
	EACH(TIMESTAU)                  \
	LEAQ SUMD(DX), CX               \
	DOT(SI, CX)                     \
	VMOVSD bandMinusHalf<>(SB), X2  \
	VMULSD tau+24(FP), X2, X2       \
	VMULSD X2, X0, X0               \
	VBROADCASTSD X0, Y8             \
	EACH(COMPLETE)                  \
	DOT(CX, CX)                     \
	VMOVQ X0, AX                    \
	SHRQ $52, AX                    \
	SUBQ $1023, AX                  \
	SARQ $2, AX                     \
	MOVQ $1023, R10                 \
	MOVQ R10, R11                   \
	ADDQ AX, R10                    \
	SUBQ AX, R11                    \
	SHLQ $52, R10                   \
	SHLQ $52, R11                   \
	VMOVQ R10, X8                   \
	VMOVQ R11, X11                  \
	VBROADCASTSD X8, Y8             \
	VBROADCASTSD X11, Y11           \
	VBROADCASTSD bandHalf<>(SB), Y9 \
	VBROADCASTSD bandMinusHalf<>(SB), Y10 \
	EACH(PAIR)

// x from the sums of B: Y8 is s, Y9 γ.
#define LEFT(off) \
	VMOVUPD (SUMB+off)(DX), Y0   \
	VFNMADD231PD off(SI), Y8, Y0 \
	VMULPD Y9, Y0, Y0            \
	VMOVUPD Y0, (SUMB+off)(DX)

#define LEFTS \
	DOT(R9, DX)                   \
	VBROADCASTSD X0, Y8           \
	VBROADCASTSD gamma+48(FP), Y9 \
	EACH(LEFT)

#define TAKE(A, W, T, off) \
	VMOVUPD off(R10), T   \
	VFNMADD231PD Y8, W, T \
	VFNMADD231PD Y9, A, T \
	VMOVUPD T, off(R10)

// M_rc −= f_r·w_c, then h_r·a_c: f at CX, h at BX, w at W of WR, a at A of DX; the four vectors of columns at AX.
#define UPDATE(M, W, WR, A, rows) \
	VMOVUPD W(WR)(AX*1), Y4      \
	VMOVUPD (W+32)(WR)(AX*1), Y5 \
	VMOVUPD (W+64)(WR)(AX*1), Y6 \
	VMOVUPD (W+96)(WR)(AX*1), Y7 \
	VMOVUPD A(DX)(AX*1), Y0      \
	VMOVUPD (A+32)(DX)(AX*1), Y1 \
	VMOVUPD (A+64)(DX)(AX*1), Y2 \
	VMOVUPD (A+96)(DX)(AX*1), Y3 \
	LEAQ (M)(AX*1), R10          \
	XORL R11, R11                \
rows: \
	VBROADCASTSD (CX)(R11*1), Y8 \
	VBROADCASTSD (BX)(R11*1), Y9 \
	TAKE(Y0, Y4, Y10, 0)         \
	TAKE(Y1, Y5, Y11, 32)        \
	TAKE(Y2, Y6, Y12, 64)        \
	TAKE(Y3, Y7, Y13, 96)        \
	PREFETCHT0 (R10)(R15*1)      \
	PREFETCHT0 64(R10)(R15*1)    \
	PREFETCHT0 127(R10)(R15*1)   \
	ADDQ R8, R10                 \
	ADDQ $8, R11                 \
	CMPQ R11, $256               \
	JLT  rows

// e, and the first row of B beside D.
#define END(copy) \
	VMOVSD E(DX), X0        \
	VMOVSD X0, (R13)        \
	LEAQ 256(DI)(R8*1), R10 \
	MOVQ $8, R11            \
copy: \
	MOVQ (R13)(R11*1), AX   \
	MOVQ AX, (R10)          \
	ADDQ R8, R10            \
	ADDQ $8, R11            \
	CMPQ R11, $256          \
	JLT  copy               \
	VZEROUPPER

// func bandChaseAVX2(a *float64, lda int, v *float64, tau float64, u, y *float64) (gamma float64)
TEXT ·bandChaseAVX2(SB), NOSPLIT, $0-56
	BEGIN
	MOVQ R13, R10
	ROWS(four)
	COLUMN(column)
	REFLECTOR(small)
	MOVQ SI, BX
	XORL AX, AX
	SUMS(DI, SUMD, sumsD)
	MOVQ $128, AX
	SUMS(DI, SUMD, sumsD2)
	PAIRS
	MOVQ R9, BX
	XORL AX, AX
	SUMS(R13, SUMB, sumsB)
	MOVQ $128, AX
	SUMS(R13, SUMB, sumsB2)
	LEFTS
	LEAQ HALFP(DX), CX
	LEAQ HALFQ(DX), BX
	XORL AX, AX
	UPDATE(DI, P, DX, Q, updateD)
	MOVQ $128, AX
	UPDATE(DI, P, DX, Q, updateD2)
	MOVQ DX, CX
	MOVQ R9, BX
	XORL AX, AX
	UPDATE(R13, 0, SI, SUMB, updateB)
	MOVQ $128, AX
	UPDATE(R13, 0, SI, SUMB, updateB2)
	END(copy)
	RET
