// Short rows of a matrix times a vector, AVX2 and FMA3.
//
//	y_i = alpha·s_i + beta·y_i, s_i = Σ_j a_ij·x_j in lane order, n elements of at most 256 bytes together
//
// x stays in registers. Every lane has at most one product, so that a row's vectors are added as they come, in the order of the fold, and four
// rows fold their last one together.
//
//	Y8–Y15  x, in the last vector 0 where it has no element      Y7  mask of that      Y0–Y3  rows, one vector each      Y4–Y6  products not yet added
//	R8–R11  rows (the last is repeated where fewer than four are left)   R12  bytes of a row   SI  x   DI  y
//	R13  rows left      BX  vectors of a row      R15  beta ≠ 0
//
// Ports: a row of 256 bytes has 8 loads, 9 multiplications and masks, 7 additions and a quarter of a fold (4 additions and 9 shuffles in float32): 10
// cycles at 2 vector operations a cycle, 7 at 3; a row of 128 bytes 6 and 4.
//
// Edges: m, n ≥ 1. The last vector of a row is always masked. A sum that starts at +0 differs from one that starts with the product in −0 only, and so
// does one with empty lanes, which are +0: rows of up to seven vectors add +0 to their sums, once; with eight no lane may be empty, and
// each starts at +0.

#include "textflag.h"
#include "ps_amd64.h"

#define ZERO(ACC) VXORPS ACC, ACC, ACC

// A product into T, and that of the last vector.
#define PROD(R, OFF, X, T) MUL OFF(R), X, T
#define LAST(R, OFF, X, T) \
	MASKMOV OFF(R), Y7, T \
	MUL X, T, T

// The sum of a row's vectors into S; T, U and V are free.
#define ROW1(R, S, T, U, V) \
	LAST(R, 0, Y8, S)
#define ROW2(R, S, T, U, V) \
	PROD(R, 0, Y8, S)  \
	LAST(R, 32, Y9, T) \
	ADD T, S, S
#define ROW3(R, S, T, U, V) \
	PROD(R, 0, Y8, S)   \
	LAST(R, 64, Y10, T) \
	ADD T, S, S         \
	PROD(R, 32, Y9, T)  \
	ADD T, S, S
#define ROW4(R, S, T, U, V) \
	PROD(R, 0, Y8, S)   \
	PROD(R, 64, Y10, T) \
	ADD T, S, S         \
	PROD(R, 32, Y9, T)  \
	LAST(R, 96, Y11, U) \
	ADD U, T, T         \
	ADD T, S, S
#define ROW5(R, S, T, U, V) \
	PROD(R, 0, Y8, S)    \
	LAST(R, 128, Y12, T) \
	ADD T, S, S          \
	PROD(R, 64, Y10, T)  \
	ADD T, S, S          \
	PROD(R, 32, Y9, T)   \
	PROD(R, 96, Y11, U)  \
	ADD U, T, T          \
	ADD T, S, S
#define ROW6(R, S, T, U, V) \
	PROD(R, 0, Y8, S)    \
	PROD(R, 128, Y12, T) \
	ADD T, S, S          \
	PROD(R, 64, Y10, T)  \
	ADD T, S, S          \
	PROD(R, 32, Y9, T)   \
	LAST(R, 160, Y13, U) \
	ADD U, T, T          \
	PROD(R, 96, Y11, U)  \
	ADD U, T, T          \
	ADD T, S, S
#define ROW7(R, S, T, U, V) \
	PROD(R, 0, Y8, S)    \
	PROD(R, 128, Y12, T) \
	ADD T, S, S          \
	PROD(R, 64, Y10, T)  \
	LAST(R, 192, Y14, U) \
	ADD U, T, T          \
	ADD T, S, S          \
	PROD(R, 32, Y9, T)   \
	PROD(R, 160, Y13, U) \
	ADD U, T, T          \
	PROD(R, 96, Y11, U)  \
	ADD U, T, T          \
	ADD T, S, S

#define FROM0(R, OFF, X, T) \
	ZERO(T)               \
	FMADD231 OFF(R), X, T
#define ROW8(R, S, T, U, V) \
	FROM0(R, 0, Y8, S)       \
	FROM0(R, 128, Y12, T)    \
	ADD T, S, S              \
	FROM0(R, 64, Y10, T)     \
	FROM0(R, 192, Y14, U)    \
	ADD U, T, T              \
	ADD T, S, S              \
	FROM0(R, 32, Y9, T)      \
	FROM0(R, 160, Y13, U)    \
	ADD U, T, T              \
	MASKMOV 224(R), Y7, V    \
	ZERO(U)                  \
	FMADD231 Y15, V, U       \
	FROM0(R, 96, Y11, V)     \
	ADD V, U, U              \
	ADD U, T, T              \
	ADD T, S, S

#define ROWS4(ROW) \
	ROW(R8, Y0, Y1, Y2, Y3)  \
	ROW(R9, Y1, Y2, Y3, Y4)  \
	ROW(R10, Y2, Y3, Y4, Y5) \
	ROW(R11, Y3, Y4, Y5, Y6)

// The halves of the vectors of two rows: R = the sums of R in the lower and those of S in the upper half.
#define HALVES(R, S) \
	VPERM2F128 $0x21, S, R, Y4 \
	VBLENDPS $0xF0, S, R, Y5   \
	ADD Y5, Y4, R
// The vectors of four rows, Y0–Y3, to four sums in Y0 (X0).
#define FOLD32 \
	HALVES(Y0, Y2)             \
	HALVES(Y1, Y3)             \
	VSHUFPS $0x4E, Y1, Y0, Y4  \
	VBLENDPS $0xCC, Y1, Y0, Y5 \
	VADDPS Y5, Y4, Y0          \
	VMOVSHDUP Y0, Y1           \
	VADDPS Y1, Y0, Y0          \
	VEXTRACTF128 $1, Y0, X1    \
	VSHUFPS $0x88, X1, X0, X0
#define FOLD64 \
	HALVES(Y0, Y2)       \
	HALVES(Y1, Y3)       \
	VUNPCKLPD Y1, Y0, Y4 \
	VUNPCKHPD Y1, Y0, Y5 \
	VADDPD Y5, Y4, Y0

// Loads whole vector I of x, and out if it is the last, to be masked.
#define LOADX(OFF, X) \
	MASKMOV OFF(SI), Y7, X \
	SUBQ $32, CX           \
	JLE  group             \
	LOADU OFF(SI), X

// S0–S4 are registers of four elements, 4·EBYTES bytes.
#define PRODUCT(FOLD, S0, S1, S2, S3, S4) \
	MOVQ m+0(FP), R13      \
	MOVQ n+8(FP), CX       \
	MOVQ a+24(FP), R8      \
	MOVQ lda+32(FP), R12   \
	MOVQ x+40(FP), SI      \
	MOVQ y+56(FP), DI      \
	SHLQ $ELOG, R12        \
	SHLQ $ELOG, CX         \
	LEAQ 31(CX), BX        \
	SHRQ $5, BX            \
	LEAQ -1(CX), AX        \
	ANDQ $31, AX           \
	LEAQ ·tailMask+255(SB), DX \
	SUBQ AX, DX            \
	VMOVUPS (DX), Y7       \
	LOADX(0, Y8)           \
	LOADX(32, Y9)          \
	LOADX(64, Y10)         \
	LOADX(96, Y11)         \
	LOADX(128, Y12)        \
	LOADX(160, Y13)        \
	LOADX(192, Y14)        \
	MASKMOV 224(SI), Y7, Y15 \
group:                         \
	LEAQ (R8)(R12*1), R9   \
	CMPQ R13, $2           \
	CMOVQLT R8, R9         \
	LEAQ (R9)(R12*1), R10  \
	CMPQ R13, $3           \
	CMOVQLT R9, R10        \
	LEAQ (R10)(R12*1), R11 \
	CMPQ R13, $4           \
	CMOVQLT R10, R11       \
	CMPQ BX, $4            \
	JEQ  rows4             \
	JGT  more              \
	CMPQ BX, $2            \
	JEQ  rows2             \
	JGT  rows3             \
	ROWS4(ROW1)            \
	JMP  fold              \
rows2:                         \
	ROWS4(ROW2)            \
	JMP  fold              \
rows3:                         \
	ROWS4(ROW3)            \
	JMP  fold              \
rows4:                         \
	ROWS4(ROW4)            \
	JMP  fold              \
more:                          \
	CMPQ BX, $8            \
	JEQ  rows8             \
	CMPQ BX, $6            \
	JEQ  rows6             \
	JGT  rows7             \
	ROWS4(ROW5)            \
	JMP  fold              \
rows6:                         \
	ROWS4(ROW6)            \
	JMP  fold              \
rows7:                         \
	ROWS4(ROW7)            \
fold:                          \
	FOLD                   \
	ZERO(Y1)               \
	ADD S1, S0, S0         \
	JMP  update            \
rows8:                         \
	ROWS4(ROW8)            \
	FOLD                   \
update:                        \
	BCAST alpha+16(FP), S3 \
	BCAST beta+48(FP), S2  \
	CMPQ R13, $4           \
	JLT  few               \
	TESTQ R15, R15         \
	JZ   scale             \
	MUL (DI), S2, S1       \
	FMADD213 S1, S3, S0    \
	JMP  store             \
scale:                         \
	MUL S3, S0, S0         \
store:                         \
	LOADU S0, (DI)         \
	ADDQ $(4*EBYTES), DI   \
	LEAQ (R11)(R12*1), R8  \
	SUBQ $4, R13           \
	JNZ  group             \
	VZEROUPPER             \
	RET                    \
few:                           \
	SHLQ $ELOG, R13        \
	LEAQ ·tailMask+256(SB), AX \
	SUBQ R13, AX           \
	LOADU (AX), S4         \
	TESTQ R15, R15         \
	JZ   scaleFew          \
	MASKMOV (DI), S4, S1   \
	MUL S1, S2, S1         \
	FMADD213 S1, S3, S0    \
	JMP  storeFew          \
scaleFew:                      \
	MUL S3, S0, S0         \
storeFew:                      \
	MASKMOV S0, S4, (DI)   \
	VZEROUPPER             \
	RET

// func gemvNShortAVX2F32(m, n int, alpha float32, a *float32, lda int, x *float32, beta float32, y *float32)
TEXT ·gemvNShortAVX2F32(SB), NOSPLIT, $0-64
	MOVL beta+48(FP), R15
	SHLL $1, R15
	PRODUCT(FOLD32, X0, X1, X2, X3, X4)

#include "pd_amd64.h"

// func gemvNShortAVX2F64(m, n int, alpha float64, a *float64, lda int, x *float64, beta float64, y *float64)
TEXT ·gemvNShortAVX2F64(SB), NOSPLIT, $0-64
	MOVQ beta+48(FP), R15
	SHLQ $1, R15
	PRODUCT(FOLD64, Y0, Y1, Y2, Y3, Y4)
