// Steps of the secular equation, AVX-512, float64: see secularstep.go for the formulas and their order.
//
// 8 lanes of a SecularBlock at a time, in two passes that overlap: a pass is a chain of some 130 cycles (260 for the guess), most of them a
// root, a division or two, and what stands between. All cases are computed and blended.
//
// Registers: R8 → the lanes in the block, CX passes left. Fields of the block are 128 bytes apart, in the order of
// its declaration.

#include "textflag.h"

DATA ·stepConst<>+0(SB)/8, $0x7fffffffffffffff
DATA ·stepConst<>+8(SB)/8, $0x8000000000000000
DATA ·stepConst<>+16(SB)/8, $0x3ff0000000000000 // 1
DATA ·stepConst<>+24(SB)/8, $0x4010000000000000 // 4
DATA ·stepConst<>+32(SB)/8, $0x4020000000000000 // 8
DATA ·stepConst<>+40(SB)/8, $0x3f847ae147ae147b // 0.01
DATA ·stepConst<>+48(SB)/8, $0x3f90000000000000 // 2^-6
DATA ·stepConst<>+56(SB)/8, $0x3fe0000000000000 // 0.5
DATA ·stepConst<>+64(SB)/8, $0x4069000000000000 // secularSteps
GLOBL ·stepConst<>(SB), RODATA|NOPTR, $72

#define ABS VPANDQ.BCST ·stepConst<>+0(SB)

// x = the root of smaller magnitude of c·x² − a·x + b. Uses Z30, Z31, K5, K6; Z29 is 0.
#define QUADRATIC(a, b, c, x) \
	VMULPD c, b, x                          \
	VMULPD.BCST ·stepConst<>+24(SB), x, x   \
	VFMSUB231PD a, a, x                     \
	ABS, x, x                               \
	VSQRTPD x, x                            \
	VCMPPD $30, Z29, a, K5                  \ // a > 0
	VCMPPD $0, Z29, c, K6                   \
	VSUBPD x, a, Z30                        \
	VMOVAPD b, K6, Z30                      \
	VADDPD b, b, K5, Z30                    \
	VADDPD c, c, Z31                        \
	VMOVAPD a, K6, Z31                      \
	VADDPD x, a, K5, Z31                    \
	VDIVPD Z31, Z30, x

// x = the root with the tangent r0, r1 (which is destroyed) at u; Z4 gap, Z5 wn, Z6 wf, Z7 wn·gap. Uses Z24–Z26.
#define TANGENT(r0, r1, u, x) \
	VMULPD u, r1, r1         \
	VSUBPD r1, r0, Z24       \ // c
	VMOVAPD Z6, Z25          \
	VFMADD231PD u, r1, Z25   \ // S
	VADDPD Z25, Z5, Z25      \
	VFMADD231PD Z4, Z24, Z25 \ // a
	QUADRATIC(Z25, Z7, Z24, x)

// func secularGuessAVX512(inv float64, b *SecularBlock)
TEXT ·secularGuessAVX512(SB), NOSPLIT, $0-16
	VBROADCASTSD inv+0(FP), Z0
	MOVQ b+8(FP), R8
	VPXORQ Z29, Z29, Z29
	MOVQ $2, CX

guess:
	VMOVUPD 128(R8), Z1            // h
	VMOVUPD 256(R8), Z2            // o
	VMOVUPD 896(R8), Z3            // right
	VSUBPD Z2, Z3, Z4              // gap
	VADDPD 384(R8), Z0, Z8
	VADDPD 512(R8), Z8, Z8         // f
	VCMPPD $17, Z29, Z8, K1        // f < 0
	VMOVAPD Z3, K1, Z2
	VMOVUPD 1536(R8), Z5
	VMOVUPD 1664(R8), Z6
	VBLENDMPD Z6, Z5, K1, Z9
	VBLENDMPD Z5, Z6, K1, Z6       // wf
	VMOVAPD Z9, Z5                 // wn
	VMOVUPD 768(R8), Z10           // D2, with the sign of f
	VPXORQ.BCST ·stepConst<>+8(SB), Z10, K1, Z10
	VBROADCASTSD ·stepConst<>+16(SB), Z11
	VDIVPD Z1, Z11, Z11            // 1/h
	VMULPD Z11, Z11, Z12
	VSUBPD Z5, Z6, Z13
	VMULPD Z11, Z13, Z13           // diff
	ABS, Z8, Z14
	VSUBPD Z13, Z14, Z14           // c0
	VADDPD Z5, Z6, Z15
	VMOVUPD 640(R8), Z16
	VFNMADD231PD Z12, Z15, Z16     // c1
	VFNMADD231PD Z12, Z13, Z10     // c2
	VMULPD Z4, Z5, Z7
	VSUBPD Z1, Z4, Z17
	VMOVAPD Z16, Z18
	TANGENT(Z14, Z18, Z17, Z19)
	VCMPPD $30, Z29, Z19, K2
	VMOVAPD.Z Z19, K2, Z19
	VCMPPD $30, Z1, Z19, K2
	VMOVAPD Z1, K2, Z19
	VSUBPD Z1, Z19, Z20            // z
	VMOVAPD Z16, Z21
	VFMADD231PD Z10, Z20, Z21
	VFMADD213PD Z14, Z20, Z21      // r0
	VADDPD Z10, Z10, Z22
	VFMADD213PD Z16, Z20, Z22      // r1
	VSUBPD Z19, Z4, Z17
	TANGENT(Z21, Z22, Z17, Z19)
	VCMPPD $30, Z29, Z19, K2
	VCMPPD $17, Z1, Z19, K2, K2    // 0 < t < h
	VMULPD.BCST ·stepConst<>+48(SB), Z1, Z20
	VMOVAPD Z19, K2, Z20
	VPXORQ.BCST ·stepConst<>+8(SB), Z20, K1, Z20
	VMOVUPD Z2, (R8)
	VMOVUPD Z20, 128(R8)
	ADDQ $64, R8
	DECQ CX
	JNZ  guess
	VZEROUPPER
	RET

// func secularStepAVX512(inv, unit, step float64, lanes uint32, b *SecularBlock) (found uint32)
//
// Z0 inv, Z1 unit/2, Z2 step; Z3 f, Z4 |f|, Z5 τ, Z6 o, Z7 D1, Z8 lo, Z9 hi; AX lanes, BX those of the pass that are found, DX of both passes.
// K1 lanes of the pass, K2 found before a step, K3 fast, K4 lanes that go on, then those that move, K5 and K6 scratch, K7 outside.
TEXT ·secularStepAVX512(SB), NOSPLIT, $0-44
	VBROADCASTSD inv+0(FP), Z0
	VBROADCASTSD unit+8(FP), Z1
	VBROADCASTSD step+16(FP), Z2
	MOVLQZX lanes+24(FP), AX
	MOVQ b+32(FP), R8
	VPXORQ Z29, Z29, Z29
	VMULPD.BCST ·stepConst<>+56(SB), Z1, Z1
	XORQ DX, DX
	MOVQ $2, CX

step:
	KMOVW AX, K1
	VMOVUPD 384(R8), Z10           // Psi
	VMOVUPD 512(R8), Z11           // Phi
	VADDPD Z10, Z0, Z3
	VADDPD Z11, Z3, Z3             // f
	VMOVUPD (R8), Z6
	VMOVUPD 128(R8), Z5
	VMOVUPD 640(R8), Z7
	ABS, Z10, Z10
	ABS, Z11, Z11
	VADDPD Z11, Z10, Z10
	VMULPD.BCST ·stepConst<>+32(SB), Z10, Z10
	VADDPD Z0, Z10, Z10
	ABS, Z5, Z11
	VFMADD231PD Z7, Z11, Z10       // the rounding error
	VMULPD Z1, Z10, Z10
	ABS, Z3, Z4
	VCMPPD $18, Z10, Z4, K2
	VBROADCASTSD ·stepConst<>+16(SB), Z12
	VADDPD 1408(R8), Z12, Z12
	VMOVUPD Z12, K1, 1408(R8)
	VCMPPD.BCST $30, ·stepConst<>+64(SB), Z12, K4
	KORW K4, K2, K2
	VMOVUPD 1280(R8), Z12
	VMULPD.BCST ·stepConst<>+40(SB), Z12, Z12
	VCMPPD $18, Z12, Z4, K3
	VMOVUPD Z4, K1, 1280(R8)
	KANDNW K1, K2, K4              // lanes that go on
	VCMPPD $17, Z29, Z3, K5        // f < 0
	VMOVUPD 1024(R8), Z8
	VMOVUPD 1152(R8), Z9
	VMOVAPD Z5, K5, Z8
	KNOTW K5, K5
	VMOVAPD Z5, K5, Z9
	VMOVUPD Z8, K4, 1024(R8)
	VMOVUPD Z9, K4, 1152(R8)
	VMOVUPD 256(R8), Z13
	VMOVUPD 896(R8), Z14
	VSUBPD Z6, Z13, Z13
	VSUBPD Z6, Z14, Z14
	VSUBPD Z5, Z13, Z13
	VSUBPD Z5, Z14, Z14
	VMULPD Z14, Z13, Z15           // product
	VADDPD Z14, Z13, Z16           // sum
	VMOVAPD Z3, Z17
	VFNMADD231PD Z7, Z16, Z17
	VFMADD231PD 768(R8), Z15, Z17  // c
	VMULPD Z7, Z15, Z18
	VFMSUB231PD Z3, Z16, Z18       // a
	VMULPD Z3, Z15, Z19            // b
	QUADRATIC(Z18, Z19, Z17, Z20)
	VMULPD Z3, Z20, Z21
	VCMPPD $17, Z29, Z21, K5
	VPXORQ.BCST ·stepConst<>+8(SB), Z3, Z21
	VDIVPD Z7, Z21, Z21            // −f/f'
	VMOVAPD Z20, K5, Z21           // η
	VADDPD Z21, Z5, Z22            // next
	VCMPPD $30, Z8, Z22, K5
	VCMPPD $17, Z9, Z22, K5, K5    // inside
	KANDW K5, K3, K3
	KNOTW K5, K7
	VSUBPD Z8, Z9, Z23
	VMULPD.BCST ·stepConst<>+56(SB), Z23, Z23
	VADDPD Z23, Z8, Z23
	VBROADCASTSD ·stepConst<>+48(SB), Z24
	VCMPPD $0, Z29, Z9, K5
	VMULPD Z24, Z8, K5, Z23
	VCMPPD $0, Z29, Z8, K5
	VMULPD Z24, Z9, K5, Z23        // the middle
	VMOVAPD Z23, K7, Z22
	VCMPPD $30, Z8, Z22, K5
	VCMPPD $17, Z9, Z22, K5, K5
	KANDW K5, K4, K4               // lanes that move
	VMOVUPD Z22, K4, 128(R8)
	ABS, Z21, Z21
	ABS, Z22, Z23
	VMULPD Z2, Z23, Z23
	VCMPPD $18, Z23, Z21, K3, K3
	VCMPPD $0, Z5, Z22, K5
	KORW K5, K3, K3
	KNOTW K4, K4
	KORW K4, K3, K3
	KANDW K1, K3, K3
	KMOVW K3, BX
	ANDL $255, BX
	SHLL $8, BX
	SHRL $8, DX
	ORL  BX, DX
	SHRL $8, AX
	ADDQ $64, R8
	DECQ CX
	JNZ  step
	MOVL DX, found+40(FP)
	VZEROUPPER
	RET
