// Tridiagonal QR in four lanes, NEON, float64: see TridiagQR for the formulas and their order.
//
// Every iteration scans all lanes for their last block lo … hi and makes one sweep from the least lo to the greatest
// hi. A lane outside its block keeps its state and turns the rows of z by c = 1, s = 0. The chain of a rotation is a
// product, two fused ones, a root, a division and three fused ones, in whose shadow rows of z are updated: for four lanes of two elements 8 operations,
// 4 loads and 4 stores of a register.
//
// With eight lanes in memory, two calls take four each.
//
//	R0  order − 1   R1  d   R2  e   R3  z   R4  bytes of a row of z   R5  sweeps left   R6, R7  the least lo and the greatest hi   R8  i
//	R9, R10  d_i and e_i   R11, R12  rows of z   R13–R15  scratch
//	V0, V1  g   V2, V3  c   V4, V5  s   V6, V7  p   V8  i as a number   V9  1   V10, V11  lo   V12, V13  hi   V14  2^-900   V15  0

#include "textflag.h"
#include "neon_arm64.h"

#define ZERO(V) VEOR V.B16, V.B16, V.B16
#define COPY(A, B) VMOV A.B16, B.B16
// Bits of B become those of A where M is set.
#define PICK(M, A, B) VBIT M.B16, A.B16, B.B16
#define KEEP(M, B) VAND M.B16, B.B16, B.B16

// R: whether a lane of A or B is set. Uses V31 and R15.
#define ANY(A, B, R) \
	VORR A.B16, B.B16, V31.B16 \
	VMOV V31.D[0], R           \
	VMOV V31.D[1], R15         \
	ORR  R15, R, R

// V8 = R8 as a number.
#define NUMBER \
	SCVTFD R8, F8 \
	VDUP V8.D[0], V8.D2

// R9, R10: d and e of row R8, of 1<<LOG bytes.
#define ATROW(LOG) \
	ADD R8<<LOG, R1, R9 \
	ADD R8<<LOG, R2, R10

// Lanes whose block is found in V16, V17, lanes whose block reaches down to here in V18, V19; V20 … V23 d at hi and hi−1, V24, V25 e there.
// V28 is small, V29 eps².
#define SCAN(ROW, LOG, down, noend, noblock, scanned) \
	FMOVD small+40(FP), F28       \
	VDUP V28.D[0], V28.D2         \
	MOVD $0x3970000000000000, R13 \
	VDUP R13, V29.D2              \
	ZERO(V10)                     \
	ZERO(V11)                     \
	ZERO(V12)                     \
	ZERO(V13)                     \
	ZERO(V16)                     \
	ZERO(V17)                     \
	ZERO(V18)                     \
	ZERO(V19)                     \
	ZERO(V20)                     \
	ZERO(V21)                     \
	ZERO(V22)                     \
	ZERO(V23)                     \
	COPY(V9, V24)                 \
	COPY(V9, V25)                 \
	MOVD ZR, R6                   \
	MOVD ZR, R7                   \
	MOVD R0, R8                   \
down: \
	SUBS $1, R8, R8               \
	BLT  scanned                  \
	ATROW(LOG)                    \
	FLDPQ 0(R10), (F26, F27)      \
	FLDPQ 0(R9), (F0, F1)         \
	FLDPQ ROW(R9), (F2, F3)       \
	FMUL2D(2,0,4)                 \
	FMUL2D(3,1,5)                 \
	FABS2D(4,4)                   \
	FABS2D(5,5)                   \
	FMUL2D(29,4,4)                \
	FMUL2D(29,5,5)                \
	FABS2D(26,6)                  \
	FABS2D(27,7)                  \
	FMUL2D(6,6,30)                \
	FMUL2D(7,7,31)                \
	FCMGT2D(4,30,4)               \ // e² > eps²·|d·d|
	FCMGT2D(5,31,5)               \
	FCMGT2D(28,6,6)               \ // |e| > small
	FCMGT2D(28,7,7)               \
	KEEP(V6, V4)                  \ // V4, V5 not zero
	KEEP(V7, V5)                  \
	KEEP(V4, V26)                 \
	KEEP(V5, V27)                 \
	FSTPQ (F26, F27), 0(R10)      \
	NUMBER                        \
	VAND V16.B16, V4.B16, V6.B16  \
	VAND V17.B16, V5.B16, V7.B16  \
	VEOR V4.B16, V6.B16, V6.B16   \ // V6, V7 the block ends here
	VEOR V5.B16, V7.B16, V7.B16   \
	FADD2D(9,8,30)                \
	PICK(V6, V30, V12)            \
	PICK(V7, V30, V13)            \
	PICK(V6, V2, V20)             \
	PICK(V7, V3, V21)             \
	PICK(V6, V0, V22)             \
	PICK(V7, V1, V23)             \
	PICK(V6, V26, V24)            \
	PICK(V7, V27, V25)            \
	VORR V6.B16, V16.B16, V16.B16 \
	VORR V7.B16, V17.B16, V17.B16 \
	VORR V6.B16, V18.B16, V18.B16 \
	VORR V7.B16, V19.B16, V19.B16 \
	KEEP(V4, V18)                 \
	KEEP(V5, V19)                 \
	PICK(V18, V8, V10)            \
	PICK(V19, V8, V11)            \
	CBNZ R7, noend                \
	ANY(V6, V7, R13)              \
	CBZ  R13, noend               \
	ADD  $1, R8, R7               \
noend: \
	ANY(V18, V19, R13)            \
	CBZ  R13, noblock             \
	MOVD R8, R6                   \
noblock: \
	B    down                     \
scanned:

// R13: a bit for each lane of V16, V17.
#define ACTIVE \
	VMOV V16.D[0], R13    \
	VMOV V16.D[1], R14    \
	AND  $1, R13          \
	AND  $2, R14          \
	ORR  R14, R13         \
	VMOV V17.D[0], R14    \
	VMOV V17.D[1], R15    \
	AND  $4, R14          \
	AND  $8, R15          \
	ORR  R14, R13         \
	ORR  R15, R13

// g, and the other values at the start of a sweep. d at lo comes by a loop over the rows.
#define SHIFT(ROW, LOG, first) \
	FSUB2D(20,22,26)                 \
	FSUB2D(21,23,27)                 \
	FADD2D(24,24,28)                 \
	FADD2D(25,25,29)                 \
	FDIV2D(28,26,26)                 \ // h
	FDIV2D(29,27,27)                 \
	COPY(V9, V28)                    \
	COPY(V9, V29)                    \
	FMLA2D(26,26,28)                 \
	FMLA2D(27,27,29)                 \
	FSQRT2D(28,28)                   \
	FSQRT2D(29,29)                   \
	MOVD $0x8000000000000000, R13    \
	VDUP R13, V30.D2                 \
	PICK(V30, V26, V28)              \
	PICK(V30, V27, V29)              \
	FADD2D(28,26,26)                 \
	FADD2D(29,27,27)                 \
	FDIV2D(26,24,24)                 \ // e/(h ± √)
	FDIV2D(27,25,25)                 \
	ZERO(V0)                         \
	ZERO(V1)                         \
	MOVD R6, R8                      \
	NUMBER                           \
	ATROW(LOG)                       \
first: \
	FLDPQ 0(R9), (F16, F17)          \
	FCMEQ2D(8,10,18)                 \
	FCMEQ2D(8,11,19)                 \
	PICK(V18, V16, V0)               \
	PICK(V19, V17, V1)               \
	FADD2D(9,8,8)                    \
	ADD  $ROW, R9                    \
	ADD  $1, R8                      \
	CMP  R7, R8                      \
	BLT  first                       \
	FSUB2D(20,0,0)                   \
	FSUB2D(21,1,1)                   \
	FADD2D(24,0,0)                   \
	FADD2D(25,1,1)                   \
	COPY(V9, V2)                     \
	COPY(V9, V3)                     \
	COPY(V9, V4)                     \
	COPY(V9, V5)                     \
	ZERO(V6)                         \
	ZERO(V7)                         \
	MOVD R6, R8                      \
	NUMBER                           \
	ATROW(LOG)                       \
	MADD R4, R3, R8, R11

// Rotation i of all lanes: V20, V21 its c, V22, V23 its s.
#define ROTATION(ROW, head) \
	FLDPQ 0(R10), (F26, F27)      \
	FMUL2D(4,26,28)               \ // f
	FMUL2D(5,27,29)               \
	FMUL2D(2,26,30)               \ // b
	FMUL2D(3,27,31)               \
	FMUL2D(28,28,16)              \
	FMUL2D(29,29,17)              \
	FMLA2D(0,0,16)                \ // h
	FMLA2D(1,1,17)                \
	FSQRT2D(16,18)                \ // r
	FSQRT2D(17,19)                \
	FCMGT2D(16,14,16)             \
	FCMGT2D(17,14,17)             \
	FDIV2D(18,0,20)               \ // c
	FDIV2D(19,1,21)               \
	FDIV2D(18,28,22)              \ // s
	FDIV2D(19,29,23)              \
	PICK(V16, V0, V18)            \
	PICK(V17, V1, V19)            \
	PICK(V16, V9, V20)            \
	PICK(V17, V9, V21)            \
	PICK(V16, V15, V22)           \
	PICK(V17, V15, V23)           \
	FCMGE2D(10,8,24)              \ // lo ≤ i
	FCMGE2D(11,8,25)              \
	FCMGT2D(8,12,16)              \ // i < hi
	FCMGT2D(8,13,17)              \
	KEEP(V16, V24)                \ // V24, V25 within the block
	KEEP(V17, V25)                \
	CMP  R6, R8                   \
	BEQ  head                     \
	FCMGT2D(10,8,16)              \ // lo < i
	FCMGT2D(11,8,17)              \
	KEEP(V24, V16)                \
	KEEP(V25, V17)                \
	FLDPQ -ROW(R10), (F28, F29)   \
	PICK(V16, V18, V28)           \
	PICK(V17, V19, V29)           \
	FSTPQ (F28, F29), -ROW(R10)   \
head: \
	FLDPQ 0(R9), (F16, F17)       \
	FLDPQ ROW(R9), (F18, F19)     \
	FSUB2D(6,16,28)               \ // g
	FSUB2D(7,17,29)               \
	FSUB2D(28,18,18)              \
	FSUB2D(29,19,19)              \
	FMUL2D(20,30,26)              \
	FMUL2D(21,31,27)              \
	FADD2D(26,26,26)              \ // 2·c·b
	FADD2D(27,27,27)              \
	FMLA2D(18,22,26)              \ // r
	FMLA2D(19,23,27)              \
	FMUL2D(22,26,18)              \ // p
	FMUL2D(23,27,19)              \
	FADD2D(18,28,28)              \ // d
	FADD2D(19,29,29)              \
	PICK(V24, V28, V16)           \
	PICK(V25, V29, V17)           \
	FSTPQ (F16, F17), 0(R9)       \
	FNEG2D(30,30)                 \
	FNEG2D(31,31)                 \
	FMLA2D(20,26,30)              \ // g = c·r − b
	FMLA2D(21,27,31)              \
	PICK(V24, V30, V0)            \
	PICK(V25, V31, V1)            \
	PICK(V24, V20, V2)            \
	PICK(V25, V21, V3)            \
	PICK(V24, V22, V4)            \
	PICK(V25, V23, V5)            \
	PICK(V24, V18, V6)            \
	PICK(V25, V19, V7)            \
	FADD2D(9,8,8)                 \
	FCMEQ2D(8,12,16)              \ // hi = i+1: the last rotation
	FCMEQ2D(8,13,17)              \
	KEEP(V24, V16)                \
	KEEP(V25, V17)                \
	FLDPQ ROW(R9), (F18, F19)     \
	FLDPQ 0(R10), (F26, F27)      \
	FSUB2D(6,18,28)               \
	FSUB2D(7,19,29)               \
	PICK(V16, V28, V18)           \
	PICK(V17, V29, V19)           \
	PICK(V16, V0, V26)            \
	PICK(V17, V1, V27)            \
	FSTPQ (F18, F19), ROW(R9)     \
	FSTPQ (F26, F27), 0(R10)      \
	VBIF V24.B16, V9.B16, V20.B16 \ // c, 1 outside
	VBIF V25.B16, V9.B16, V21.B16 \
	KEEP(V24, V22)                \ // s, 0 outside
	KEEP(V25, V23)

// Rows i and i+1 of z. R11 becomes the second.
#define ROTATEROWS(ROW, rotate, rotated) \
	ADD  R4, R11, R12          \
	FNEG2D(22,24)              \
	FNEG2D(23,25)              \
	MOVD R12, R13              \
	CBZ  R4, rotated           \
rotate: \
	FLDPQ 0(R11), (F16, F17)   \
	FLDPQ 0(R12), (F18, F19)   \
	FMUL2D(18,22,26)           \
	FMUL2D(19,23,27)           \
	FMUL2D(16,24,28)           \
	FMUL2D(17,25,29)           \
	FMLA2D(16,20,26)           \
	FMLA2D(17,21,27)           \
	FMLA2D(18,20,28)           \
	FMLA2D(19,21,29)           \
	FSTPQ (F26, F27), 0(R11)   \
	FSTPQ (F28, F29), 0(R12)   \
	ADD  $ROW, R11             \
	ADD  $ROW, R12             \
	CMP  R13, R11              \
	BLO  rotate                \
rotated:

// −0 in z becomes +0.
#define POSITIVE(ROW, positive, end) \
	MOVD m+0(FP), R13          \
	MADD R4, R3, R13, R13      \
	B    end                   \
positive: \
	FLDPQ 0(R3), (F16, F17)    \
	FADD2D(15,16,16)           \
	FADD2D(15,17,17)           \
	FSTPQ (F16, F17), 0(R3)    \
	ADD  $ROW, R3              \
end: \
	CMP  R13, R3               \
	BLO  positive

#define TRIDIAGQR(ROW, LOG) \
	MOVD m+0(FP), R0      \
	MOVD cols+8(FP), R4   \
	MOVD d+16(FP), R1     \
	MOVD e+24(FP), R2     \
	MOVD z+32(FP), R3     \
	MOVD sweeps+48(FP), R5 \
	SUB  $1, R0           \
	LSL  $LOG, R4         \
	FMOVD $1.0, F9        \
	VDUP V9.D[0], V9.D2   \
	MOVD $0x07b0000000000000, R13 \
	VDUP R13, V14.D2      \
	ZERO(V15)             \
scan: \
	SCAN(ROW, LOG, down, noend, noblock, scanned) \
	ACTIVE                \
	MOVD R13, active+56(FP) \
	CBZ  R13, done        \
	SUBS $1, R5, R5       \
	BLT  done             \
	SHIFT(ROW, LOG, first) \
sweep: \
	ROTATION(ROW, head)   \
	ADD  $ROW, R9         \
	ADD  $ROW, R10        \
	ROTATEROWS(ROW, rotate, rotated) \
	ADD  $1, R8           \
	CMP  R7, R8           \
	BLT  sweep            \
	B    scan             \
done: \
	POSITIVE(ROW, positive, end) \
	RET

// func tridiagQRNEON(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)
TEXT ·tridiagQRNEON(SB), NOSPLIT, $0-64
	TRIDIAGQR(32, 5)

// func tridiagQR8NEON(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)
TEXT ·tridiagQR8NEON(SB), NOSPLIT, $0-64
	TRIDIAGQR(64, 6)
