// Steps of the secular equation, NEON, float64: see secularstep.go for the formulas and their order.
//
// Two lanes of a SecularBlock at a time, in eight passes that overlap as far as the reorder buffer reaches: a pass is a chain of some 115 cycles (170 for
// the guess), most of them a root, a division or two, and what stands between. All cases are computed and blended.
//
// Registers: R8 → the lanes in the block, R3 passes left. Fields of the block are 128 bytes apart, in the order of
// its declaration. V16 inv, V19 0, V20 1, V22 (−4, 8), V23 (0.01, 2^-6); V7 to V15 work.

#include "textflag.h"
#include "neon_arm64.h"

#define CONSTANTS \
	FMOVD $1.0, F20 \
	VDUP V20.D[0], V20.D2 \
	FMOVD $8.0, F22 \
	VDUP V22.D[0], V22.D2 \
	FMOVD $-4.0, F0 \
	VMOV V0.D[0], V22.D[0] \
	FMOVD $0.015625, F23 \
	VDUP V23.D[0], V23.D2 \
	FMOVD $0.01, F0 \
	VMOV V0.D[0], V23.D[0] \
	VEOR V19.B16, V19.B16, V19.B16

// V10 = the root of smaller magnitude of c·x² − a·x + b; V12 a, V13 b, V11 c. Destroys V7 to V9, V11, V14, V15.
#define QUADRATIC \
	FMUL2D(11,13,14)  \
	FMUL2D0(22,14,14) \
	FMLA2D(12,12,14)  \
	FABS2D(14,14)     \
	FSQRT2D(14,14)    \
	FCMGT2D(19,12,7)  \ // a > 0
	FCMEQ2D(19,11,8)  \
	FADD2D(11,11,9)   \
	FADD2D(13,13,10)  \
	FADD2D(14,12,11)  \
	FSUB2D(14,12,15)  \
	VBIT V8.B16, V13.B16, V15.B16 \
	VBIT V8.B16, V12.B16, V9.B16  \
	VBIT V7.B16, V10.B16, V15.B16 \
	VBIT V7.B16, V11.B16, V9.B16  \
	FDIV2D(9,15,10)

// V10 = the root with the tangent r0 = V0, r1 = V17 at u = V3; V4 gap, V5 wn, V6 wf, V31 wn·gap. Destroys V7 to V9 and V11 to V15.
#define TANGENT \
	FMUL2D(3,17,14)  \
	FSUB2D(14,0,11)  \ // c
	VMOV V6.B16, V12.B16 \
	FMLA2D(3,14,12)  \ // S
	FADD2D(12,5,12)  \
	FMLA2D(4,11,12)  \ // a
	VMOV V31.B16, V13.B16 \
	QUADRATIC

// func secularGuessNEON(inv float64, b *SecularBlock)
//
// V1 h, V2 o, V4 gap, V5 wn, V6 wf, V27 f < 0, V28 to V30 the parabola from the square down, V31 wn·gap, V18 t − h.
TEXT ·secularGuessNEON(SB), NOSPLIT, $0-16
	MOVD inv+0(FP), R9
	VDUP R9, V16.D2
	MOVD b+8(FP), R8
	CONSTANTS
	MOVD $(16/2), R3

guess:
	FMOVQ 128(R8), F1
	FMOVQ 256(R8), F2
	FMOVQ 896(R8), F3
	FMOVQ 384(R8), F7
	FMOVQ 512(R8), F8
	FSUB2D(2,3,4)
	FADD2D(7,16,0)
	FADD2D(8,0,0)                 // f
	FCMGT2D(0,19,27)
	VBIT V27.B16, V3.B16, V2.B16
	FMOVQ 1536(R8), F5
	FMOVQ 1664(R8), F6
	VMOV V5.B16, V7.B16
	VBIT V27.B16, V6.B16, V5.B16
	VBIT V27.B16, V7.B16, V6.B16
	FMOVQ 768(R8), F28            // D2, with the sign of f
	FNEG2D(28,8)
	VBIT V27.B16, V8.B16, V28.B16
	FDIV2D(1,20,9)                // 1/h
	FMUL2D(9,9,10)
	FSUB2D(5,6,11)
	FMUL2D(9,11,11)               // diff
	FABS2D(0,29)
	FSUB2D(11,29,29)              // c0
	FMOVQ 640(R8), F30
	FADD2D(5,6,12)
	FMLS2D(10,12,30)              // c1
	FMLS2D(10,11,28)              // c2
	FMUL2D(4,5,31)
	FSUB2D(1,4,3)
	VMOV V29.B16, V0.B16
	VMOV V30.B16, V17.B16
	TANGENT
	FCMGT2D(19,10,7)
	VAND V7.B16, V10.B16, V10.B16
	FCMGT2D(1,10,7)
	VBIT V7.B16, V1.B16, V10.B16  // t
	FSUB2D(1,10,18)
	FSUB2D(10,4,3)
	VMOV V30.B16, V7.B16
	FMLA2D(28,18,7)
	VMOV V29.B16, V0.B16
	FMLA2D(7,18,0)
	FADD2D(28,28,8)
	VMOV V30.B16, V17.B16
	FMLA2D(18,8,17)
	TANGENT
	FCMGT2D(19,10,7)
	FCMGT2D(10,1,8)
	VAND V7.B16, V8.B16, V7.B16   // 0 < t < h
	FMUL2D1(23,1,8)
	VBIT V7.B16, V10.B16, V8.B16
	FNEG2D(8,9)
	VBIT V27.B16, V9.B16, V8.B16
	FMOVQ F2, 0(R8)
	FMOVQ F8, 128(R8)
	ADD  $16, R8
	SUBS $1, R3, R3
	BNE  guess
	RET

// func secularStepNEON(inv, unit, step float64, lanes uint32, b *SecularBlock) (found uint32)
//
// V17 unit/2, V18 step, V21 secularSteps, V24 0.5, V25 the bits of two lanes, V26 those of all lanes; V0 f, V1 |f|, V2 τ, V3 o, V4 D1, V5 lo, V6 hi;
// V27 lanes of the pass, V28 found before a step, V29 fast, V30 lanes that go on, then those that move; V31 −D1. R4 found in all passes.
TEXT ·secularStepNEON(SB), NOSPLIT, $0-44
	MOVD inv+0(FP), R9
	VDUP R9, V16.D2
	FMOVD $0.5, F24
	FMOVD unit+8(FP), F17
	FMULD F24, F17, F17
	VDUP V17.D[0], V17.D2
	VDUP V24.D[0], V24.D2
	MOVD step+16(FP), R9
	VDUP R9, V18.D2
	MOVWU lanes+24(FP), R9
	VDUP R9, V26.D2
	MOVD b+32(FP), R8
	CONSTANTS
	FMOVD $200.0, F21
	VDUP V21.D[0], V21.D2
	MOVD $1, R9
	VMOV R9, V25.D[0]
	MOVD $2, R9
	VMOV R9, V25.D[1]
	MOVD ZR, R4
	MOVD $(16/2), R3

step:
	VCMTST V25.D2, V26.D2, V27.D2
	VUSHR $2, V26.D2, V26.D2
	FMOVQ 384(R8), F7             // Psi
	FMOVQ 512(R8), F8             // Phi
	FADD2D(7,16,0)
	FADD2D(8,0,0)                 // f
	FMOVQ 0(R8), F3
	FMOVQ 128(R8), F2
	FMOVQ 640(R8), F4
	FABS2D(7,7)
	FABS2D(8,8)
	FADD2D(8,7,7)
	FMUL2D1(22,7,7)
	FADD2D(16,7,7)
	FABS2D(2,8)
	FMLA2D(4,8,7)                 // the rounding error
	FNEG2D(4,31)
	FMUL2D(17,7,7)
	FABS2D(0,1)
	FCMGE2D(1,7,28)
	FMOVQ 1408(R8), F9
	FADD2D(20,9,8)
	VBIT V27.B16, V8.B16, V9.B16
	FMOVQ F9, 1408(R8)
	FCMGT2D(21,8,10)
	VORR V10.B16, V28.B16, V28.B16
	FMOVQ 1280(R8), F9
	FMUL2D0(23,9,10)
	FCMGE2D(1,10,29)
	VBIT V27.B16, V1.B16, V9.B16
	FMOVQ F9, 1280(R8)
	VMOV V27.B16, V30.B16
	VBIT V28.B16, V19.B16, V30.B16 // lanes that go on
	FMOVQ 1024(R8), F5
	FMOVQ 1152(R8), F6
	FCMGT2D(0,19,10)              // f < 0
	VAND V10.B16, V30.B16, V11.B16
	VEOR V11.B16, V30.B16, V10.B16
	VBIT V11.B16, V2.B16, V5.B16
	VBIT V10.B16, V2.B16, V6.B16
	FMOVQ F5, 1024(R8)
	FMOVQ F6, 1152(R8)
	FMOVQ 256(R8), F7
	FMOVQ 896(R8), F8
	FSUB2D(3,7,7)
	FSUB2D(3,8,8)
	FSUB2D(2,7,7)
	FSUB2D(2,8,8)
	FMUL2D(8,7,9)                 // product
	FADD2D(8,7,10)                // sum
	VMOV V0.B16, V11.B16
	FMLA2D(31,10,11)
	FMOVQ 768(R8), F12
	FMLA2D(12,9,11)               // c
	FMUL2D(31,9,12)
	FMLA2D(0,10,12)               // a
	FMUL2D(0,9,13)                // b
	QUADRATIC
	FMUL2D(0,10,11)
	FCMGT2D(11,19,11)
	FDIV2D(31,0,12)               // −f/f'
	VBIT V11.B16, V10.B16, V12.B16 // η
	FADD2D(12,2,13)               // next
	FCMGT2D(5,13,14)
	FCMGT2D(13,6,15)
	VAND V14.B16, V15.B16, V14.B16 // inside
	VAND V14.B16, V29.B16, V29.B16
	FSUB2D(5,6,7)
	FMUL2D(24,7,7)
	FADD2D(7,5,7)
	FMUL2D1(23,5,8)
	FCMEQ2D(19,6,9)
	VBIT V9.B16, V8.B16, V7.B16
	FMUL2D1(23,6,8)
	FCMEQ2D(19,5,9)
	VBIT V9.B16, V8.B16, V7.B16   // the middle
	VBIF V14.B16, V7.B16, V13.B16
	FCMGT2D(5,13,14)
	FCMGT2D(13,6,15)
	VAND V14.B16, V15.B16, V14.B16
	VAND V14.B16, V30.B16, V30.B16 // lanes that move
	VMOV V2.B16, V15.B16
	VBIT V30.B16, V13.B16, V15.B16
	FMOVQ F15, 128(R8)
	FABS2D(12,12)
	FABS2D(13,7)
	FMUL2D(18,7,7)
	FCMGE2D(12,7,7)
	VAND V7.B16, V29.B16, V29.B16
	FCMEQ2D(2,13,8)
	VORR V8.B16, V29.B16, V29.B16
	VBIT V29.B16, V19.B16, V30.B16 // lanes that are not found
	VBIT V30.B16, V19.B16, V27.B16
	VAND V25.B16, V27.B16, V27.B16
	VMOV V27.D[0], R9
	VMOV V27.D[1], R10
	ORR  R9, R10, R10
	LSR  $2, R4, R4
	ORR  R10<<14, R4, R4
	ADD  $16, R8
	SUBS $1, R3, R3
	BNE  step
	MOVW R4, found+40(FP)
	RET
