// Conversion between float32 and float64, AVX-512.
//
//	widen   dst_i = float64(src_i)      narrow   dst_i = float32(src_i), to nearest even
//
//	SI src   DI dst   CX elements left   Z0–Z3   K1  the last elements
//
// Ports: 2 operations for each vector of the wider type, one of them a shuffle: 2 vectors in 2 cycles, memory is the limit from L2 on.
//
// Edges: n ≥ 1; the last elements are masked.

#include "textflag.h"

// func widenAVX512(n int, dst *float64, src *float32)
TEXT ·widenAVX512(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ dst+8(FP), DI
	MOVQ src+16(FP), SI
	SUBQ $32, CX
	JL   few
loop:
	VCVTPS2PD 0(SI), Z0
	VCVTPS2PD 32(SI), Z1
	VCVTPS2PD 64(SI), Z2
	VCVTPS2PD 96(SI), Z3
	VMOVUPD Z0, 0(DI)
	VMOVUPD Z1, 64(DI)
	VMOVUPD Z2, 128(DI)
	VMOVUPD Z3, 192(DI)
	ADDQ $128, SI
	ADDQ $256, DI
	SUBQ $32, CX
	JGE  loop
few:
	ADDQ $32, CX
	SUBQ $8, CX
	JL   last
one:
	VCVTPS2PD (SI), Z0
	VMOVUPD Z0, (DI)
	ADDQ $32, SI
	ADDQ $64, DI
	SUBQ $8, CX
	JGE  one
last:
	ADDQ $8, CX
	JZ   done
	MOVQ $-1, AX
	BZHIQ CX, AX, AX
	KMOVW AX, K1
	VMOVUPS.Z (SI), K1, Y0
	VCVTPS2PD Y0, Z0
	VMOVUPD Z0, K1, (DI)
done:
	VZEROUPPER
	RET

// func narrowAVX512(n int, dst *float32, src *float64)
TEXT ·narrowAVX512(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ dst+8(FP), DI
	MOVQ src+16(FP), SI
	SUBQ $32, CX
	JL   few
loop:
	VMOVUPD 0(SI), Z0
	VCVTPD2PS Z0, Y0
	VMOVUPD 64(SI), Z1
	VCVTPD2PS Z1, Y1
	VMOVUPD 128(SI), Z2
	VCVTPD2PS Z2, Y2
	VMOVUPD 192(SI), Z3
	VCVTPD2PS Z3, Y3
	VMOVUPS Y0, 0(DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	ADDQ $256, SI
	ADDQ $128, DI
	SUBQ $32, CX
	JGE  loop
few:
	ADDQ $32, CX
	SUBQ $8, CX
	JL   last
one:
	VMOVUPD (SI), Z0
	VCVTPD2PS Z0, Y0
	VMOVUPS Y0, (DI)
	ADDQ $64, SI
	ADDQ $32, DI
	SUBQ $8, CX
	JGE  one
last:
	ADDQ $8, CX
	JZ   done
	MOVQ $-1, AX
	BZHIQ CX, AX, AX
	KMOVW AX, K1
	VMOVUPD.Z (SI), K1, Z0
	VCVTPD2PS Z0, Y0
	VMOVUPS Y0, K1, (DI)
done:
	VZEROUPPER
	RET
