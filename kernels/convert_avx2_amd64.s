// Conversion between float32 and float64, AVX2.
//
//	widen   dst_i = float64(src_i)      narrow   dst_i = float32(src_i), to nearest even
//
//	SI src   DI dst   CX elements left   Y0–Y3
//
// Ports: 2 operations for each vector of the wider type, one of them a shuffle: memory is the limit from L2 on.
//
// Edges: n ≥ 1; the last elements one by one.

#include "textflag.h"

// func widenAVX2(n int, dst *float64, src *float32)
TEXT ·widenAVX2(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ dst+8(FP), DI
	MOVQ src+16(FP), SI
	SUBQ $16, CX
	JL   few
loop:
	VCVTPS2PD 0(SI), Y0
	VCVTPS2PD 16(SI), Y1
	VCVTPS2PD 32(SI), Y2
	VCVTPS2PD 48(SI), Y3
	VMOVUPD Y0, 0(DI)
	VMOVUPD Y1, 32(DI)
	VMOVUPD Y2, 64(DI)
	VMOVUPD Y3, 96(DI)
	ADDQ $64, SI
	ADDQ $128, DI
	SUBQ $16, CX
	JGE  loop
few:
	ADDQ $16, CX
	JZ   done
	VXORPS X0, X0, X0
one:
	VCVTSS2SD (SI), X0, X1
	VMOVSD X1, (DI)
	ADDQ $4, SI
	ADDQ $8, DI
	DECQ CX
	JNZ  one
done:
	VZEROUPPER
	RET

// func narrowAVX2(n int, dst *float32, src *float64)
TEXT ·narrowAVX2(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ dst+8(FP), DI
	MOVQ src+16(FP), SI
	SUBQ $16, CX
	JL   few
loop:
	VCVTPD2PSY 0(SI), X0
	VCVTPD2PSY 32(SI), X1
	VCVTPD2PSY 64(SI), X2
	VCVTPD2PSY 96(SI), X3
	VMOVUPS X0, 0(DI)
	VMOVUPS X1, 16(DI)
	VMOVUPS X2, 32(DI)
	VMOVUPS X3, 48(DI)
	ADDQ $128, SI
	ADDQ $64, DI
	SUBQ $16, CX
	JGE  loop
few:
	ADDQ $16, CX
	JZ   done
	VXORPS X0, X0, X0
one:
	VCVTSD2SS (SI), X0, X1
	VMOVSS X1, (DI)
	ADDQ $8, SI
	ADDQ $4, DI
	DECQ CX
	JNZ  one
done:
	VZEROUPPER
	RET
