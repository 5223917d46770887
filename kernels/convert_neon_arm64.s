// Conversion between float32 and float64, NEON.
//
//	widen   dst_i = float64(src_i)      narrow   dst_i = float32(src_i), to nearest even
//
//	R0 elements left   R1 dst   R2 src   V0–V5
//
// Ports: one operation for each q register of the wider type.
//
// Edges: n ≥ 1; the last elements one by one.

#include "textflag.h"
#include "neon_arm64.h"

// func widenNEON(n int, dst *float64, src *float32)
TEXT ·widenNEON(SB), NOSPLIT, $0-24
	MOVD n+0(FP), R0
	MOVD dst+8(FP), R1
	MOVD src+16(FP), R2
	SUBS $8, R0, R0
	BLT  few
loop:
	VLD1.P 32(R2), [V0.S4, V1.S4]
	FCVTL(0,2)
	FCVTL2(0,3)
	FCVTL(1,4)
	FCVTL2(1,5)
	VST1.P [V2.D2, V3.D2, V4.D2, V5.D2], 64(R1)
	SUBS $8, R0, R0
	BGE  loop
few:
	ADDS $4, R0, R0
	BLT  rest
	VLD1.P 16(R2), [V0.S4]
	FCVTL(0,2)
	FCVTL2(0,3)
	VST1.P [V2.D2, V3.D2], 32(R1)
	SUBS $4, R0, R0
rest:
	ADDS $4, R0, R0
	BEQ  done
one:
	FMOVS.P 4(R2), F0
	FCVTSD F0, F0
	FMOVD.P F0, 8(R1)
	SUBS $1, R0, R0
	BNE  one
done:
	RET

// func narrowNEON(n int, dst *float32, src *float64)
TEXT ·narrowNEON(SB), NOSPLIT, $0-24
	MOVD n+0(FP), R0
	MOVD dst+8(FP), R1
	MOVD src+16(FP), R2
	SUBS $4, R0, R0
	BLT  few
loop:
	VLD1.P 32(R2), [V0.D2, V1.D2]
	FCVTN(0,2)
	FCVTN2(1,2)
	VST1.P [V2.S4], 16(R1)
	SUBS $4, R0, R0
	BGE  loop
few:
	ADDS $4, R0, R0
	BEQ  done
one:
	FMOVD.P 8(R2), F0
	FCVTDS F0, F0
	FMOVS.P F0, 4(R1)
	SUBS $1, R0, R0
	BNE  one
done:
	RET
