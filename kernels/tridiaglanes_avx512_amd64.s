// Tridiagonal QR in eight lanes, AVX-512, float64: see TridiagQR for the formulas and their order, and
// tridiaglanes_avx2_amd64.s for the program, which is the same with masks in K registers.
//
// The chain of a rotation is some 80 cycles (a root of 31 and a division of 24 in it); 2·cols vectors of z cost 2·cols cycles of
// two ports in its shadow.
//
// Registers: SI → d, DI → e, R8 → z, R9 order − 1, R10 bytes of a row of z, CX sweeps left, R11 and R12 the least lo and
// the greatest hi, DX i; Z0 g, Z1 c, Z2 s, Z3 p, Z4 i as a number, Z5 lo, Z6 hi, Z24 1, Z25 |x|, Z26 eps², Z27 tiny, Z28 small,
// Z29 0, Z30 the sign bit; K7 lanes whose block is found, K6 lanes whose block reaches down to here.

#include "textflag.h"

DATA ·lanes8One<>+0(SB)/8, $0x3ff0000000000000
GLOBL ·lanes8One<>(SB), RODATA|NOPTR, $8
DATA ·lanes8Abs<>+0(SB)/8, $0x7fffffffffffffff
GLOBL ·lanes8Abs<>(SB), RODATA|NOPTR, $8
DATA ·lanes8Sign<>+0(SB)/8, $0x8000000000000000
GLOBL ·lanes8Sign<>(SB), RODATA|NOPTR, $8
DATA ·lanes8Tiny<>+0(SB)/8, $0x07b0000000000000
GLOBL ·lanes8Tiny<>(SB), RODATA|NOPTR, $8
DATA ·lanes8Eps<>+0(SB)/8, $0x3970000000000000
GLOBL ·lanes8Eps<>(SB), RODATA|NOPTR, $8

// Vectors at off of rows x (BX) and y (R13): x = c·x + s·y, y = c·y − s·x, c in Z12, s in Z14.
#define TURN(off, x, y, p, q) \
	VMOVUPD off(BX), x     \
	VMOVUPD off(R13), y    \
	VMULPD y, Z14, p       \
	VMULPD x, Z14, q       \
	VFMADD231PD x, Z12, p  \
	VFMSUB231PD y, Z12, q  \
	VMOVUPD p, off(BX)     \
	VMOVUPD q, off(R13)

// func tridiagQR8AVX512(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)
TEXT ·tridiagQR8AVX512(SB), NOSPLIT, $0-64
	MOVQ m+0(FP), R9
	MOVQ cols+8(FP), R10
	MOVQ d+16(FP), SI
	MOVQ e+24(FP), DI
	MOVQ z+32(FP), R8
	MOVQ sweeps+48(FP), CX
	DECQ R9
	SHLQ $6, R10
	VBROADCASTSD ·lanes8One<>(SB), Z24
	VBROADCASTSD ·lanes8Abs<>(SB), Z25
	VBROADCASTSD ·lanes8Eps<>(SB), Z26
	VBROADCASTSD ·lanes8Tiny<>(SB), Z27
	VBROADCASTSD small+40(FP), Z28
	VPXORQ Z29, Z29, Z29
	VBROADCASTSD ·lanes8Sign<>(SB), Z30

scan:
	// Z9, Z10 d at hi and hi−1, Z11 e there.
	VMOVAPD Z29, Z5
	VMOVAPD Z29, Z6
	VMOVAPD Z29, Z9
	VMOVAPD Z29, Z10
	VMOVAPD Z24, Z11
	KXORW K7, K7, K7
	KXORW K6, K6, K6
	XORQ R11, R11
	XORQ R12, R12
	MOVQ R9, DX

down:
	SUBQ $1, DX
	JLT  scanned
	MOVQ DX, AX
	SHLQ $6, AX
	VMOVUPD (DI)(AX*1), Z12
	VMOVUPD (SI)(AX*1), Z13
	VMULPD 64(SI)(AX*1), Z13, Z13
	VPANDQ Z25, Z13, Z13
	VMULPD Z26, Z13, Z13
	VPANDQ Z25, Z12, Z14
	VMULPD Z14, Z14, Z15
	VCMPPD $30, Z13, Z15, K1       // e² > eps²·|d·d|
	VCMPPD $30, Z28, Z14, K1, K1   // |e| > small
	VMOVAPD.Z Z12, K1, Z12
	VMOVUPD Z12, (DI)(AX*1)
	VCVTSI2SDQ DX, X1, X1
	VBROADCASTSD X1, Z1            // i
	VADDPD Z24, Z1, Z2
	KANDNW K1, K7, K2              // K2 the block ends here
	VMOVAPD Z2, K2, Z6
	VMOVUPD 64(SI)(AX*1), K2, Z9
	VMOVUPD (SI)(AX*1), K2, Z10
	VMOVAPD Z12, K2, Z11
	KORW K2, K7, K7
	KORW K2, K6, K6
	KANDW K1, K6, K6
	VMOVAPD Z1, K6, Z5
	KMOVW K2, BX
	TESTL BX, BX
	JZ    noend
	TESTQ R12, R12
	JNZ   noend
	LEAQ  1(DX), R12

noend:
	KMOVW K6, BX
	TESTL BX, BX
	CMOVQNE DX, R11
	JMP  down

scanned:
	KMOVW K7, AX
	MOVQ AX, active+56(FP)
	TESTQ AX, AX
	JZ   done
	SUBQ $1, CX
	JLT  done

	// The shift. d at lo comes by a loop over the rows.
	VSUBPD Z9, Z10, Z12
	VADDPD Z11, Z11, Z13
	VDIVPD Z13, Z12, Z12           // h
	VMOVAPD Z24, Z13
	VFMADD231PD Z12, Z12, Z13
	VSQRTPD Z13, Z13
	VPANDQ Z30, Z12, Z14
	VPORQ  Z14, Z13, Z13
	VADDPD Z13, Z12, Z12
	VDIVPD Z12, Z11, Z11           // e/(h ± √)
	VCVTSI2SDQ R11, X4, X4
	VBROADCASTSD X4, Z4
	MOVQ R11, DX
	MOVQ R11, AX
	SHLQ $6, AX
	VMOVAPD Z29, Z0

first:
	VCMPPD $0, Z5, Z4, K1
	VMOVUPD (SI)(AX*1), K1, Z0
	VADDPD Z24, Z4, Z4
	ADDQ $64, AX
	ADDQ $1, DX
	CMPQ DX, R12
	JLT  first
	VSUBPD Z9, Z0, Z0
	VADDPD Z11, Z0, Z0             // g
	VMOVAPD Z24, Z1
	VMOVAPD Z24, Z2
	VMOVAPD Z29, Z3
	VCVTSI2SDQ R11, X4, X4
	VBROADCASTSD X4, Z4
	MOVQ R11, DX
	MOVQ DX, AX
	SHLQ $6, AX
	MOVQ R10, BX
	IMULQ DX, BX
	ADDQ R8, BX                    // row i of z

sweep:
	VMOVUPD (DI)(AX*1), Z8
	VMULPD Z2, Z8, Z9              // f
	VMULPD Z1, Z8, Z10             // b
	VMULPD Z9, Z9, Z11
	VFMADD231PD Z0, Z0, Z11        // h
	VSQRTPD Z11, Z12               // r
	VCMPPD $17, Z27, Z11, K1
	VDIVPD Z12, Z0, Z13            // c
	VDIVPD Z12, Z9, Z14            // s
	VMOVAPD Z0, K1, Z12
	VMOVAPD Z24, K1, Z13
	VMOVAPD Z29, K1, Z14
	VCMPPD $2, Z4, Z5, K2          // lo ≤ i
	VCMPPD $1, Z6, Z4, K2, K2      // i < hi: K2 within the block
	CMPQ DX, R11
	JEQ  head
	VCMPPD $1, Z4, Z5, K2, K3      // lo < i
	VMOVUPD -64(DI)(AX*1), Z9
	VMOVAPD Z12, K3, Z9
	VMOVUPD Z9, -64(DI)(AX*1)

head:
	VMOVUPD (SI)(AX*1), Z7
	VSUBPD Z3, Z7, Z9              // g
	VMOVUPD 64(SI)(AX*1), Z12
	VSUBPD Z9, Z12, Z11
	VMULPD Z13, Z10, Z12
	VADDPD Z12, Z12, Z12           // 2·c·b
	VFMADD231PD Z14, Z11, Z12      // r
	VMULPD Z14, Z12, Z11           // p
	VADDPD Z11, Z9, Z9             // d
	VMOVAPD Z9, K2, Z7
	VMOVUPD Z7, (SI)(AX*1)
	VFMSUB231PD Z13, Z12, Z10      // g = c·r − b
	VMOVAPD Z10, K2, Z0
	VMOVAPD Z13, K2, Z1
	VMOVAPD Z14, K2, Z2
	VMOVAPD Z11, K2, Z3
	VADDPD Z24, Z4, Z4
	VCMPPD $0, Z4, Z6, K2, K3      // hi = i+1: the last rotation
	VMOVUPD 64(SI)(AX*1), Z9
	VSUBPD Z3, Z9, Z11
	VMOVAPD Z11, K3, Z9
	VMOVUPD Z9, 64(SI)(AX*1)
	VMOVAPD Z0, K3, Z8
	VMOVUPD Z8, (DI)(AX*1)
	VMOVAPD Z24, Z12
	VMOVAPD Z13, K2, Z12           // c, 1 outside
	VMOVAPD.Z Z14, K2, Z14         // s, 0 outside
	ADDQ $64, AX
	LEAQ (BX)(R10*1), R13
	MOVQ R13, R15
	SUBQ $64, R15

rotate:
	CMPQ BX, R15
	JGE  odd
	TURN(0, Z16, Z17, Z18, Z19)
	TURN(64, Z20, Z21, Z22, Z23)
	ADDQ $128, BX
	ADDQ $128, R13
	JMP  rotate

odd:
	JNE  rotated
	TURN(0, Z16, Z17, Z18, Z19)
	ADDQ $64, BX

rotated:
	ADDQ $1, DX
	CMPQ DX, R12
	JLT  sweep
	JMP  scan

done:
	// −0 becomes +0.
	MOVQ m+0(FP), AX
	IMULQ R10, AX
	ADDQ R8, AX

positive:
	CMPQ R8, AX
	JGE  end
	VADDPD (R8), Z29, Z1
	VMOVUPD Z1, (R8)
	ADDQ $64, R8
	JMP  positive

end:
	VZEROUPPER
	RET
