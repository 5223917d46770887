// One row of a Kronecker product, AVX2.
//
//	c[j·nb+l] = a_j·b_l      0 ≤ j < na, 0 ≤ l < nb
//
// nb elements are whole vectors. With stream ≠ 0, the stores bypass the caches (c is aligned to a vector then): a product larger than the last
// cache would otherwise be read before it is written. The caller fences them once, with storeFence, after its last row.
//
//	SI  a   R8  end of b   DI  c   DX  −bytes of b   CX  −bytes left of b   R9  elements left of a
//	Y0  a_j in every lane   Y1–Y4
//
// Ports: one store for each vector.
//
// Edges: na ≥ 1, nb ≥ 1 vector.

#include "textflag.h"

// func kronAVX2F32(na, nb int, a, b, c *float32, stream int)
TEXT ·kronAVX2F32(SB), NOSPLIT, $0-48
	MOVQ na+0(FP), R9
	MOVQ nb+8(FP), DX
	MOVQ a+16(FP), SI
	MOVQ b+24(FP), R8
	MOVQ c+32(FP), DI
	SHLQ $2, DX
	ADDQ DX, R8
	NEGQ DX
	MOVQ stream+40(FP), AX
	TESTQ AX, AX
	JNZ  streamed
cached:
	VBROADCASTSS (SI), Y0
	MOVQ DX, CX
	TESTQ $32, CX
	JZ   pairs
	VMULPS (R8)(CX*1), Y0, Y1
	VMOVUPS Y1, (DI)
	ADDQ $32, DI
	ADDQ $32, CX
	JZ   next
pairs:
	VMULPS (R8)(CX*1), Y0, Y1
	VMULPS 32(R8)(CX*1), Y0, Y2
	VMOVUPS Y1, (DI)
	VMOVUPS Y2, 32(DI)
	ADDQ $64, DI
	ADDQ $64, CX
	JNZ  pairs
next:
	ADDQ $4, SI
	DECQ R9
	JNZ  cached
	VZEROUPPER
	RET
streamed:
	VBROADCASTSS (SI), Y0
	MOVQ DX, CX
stream:
	VMULPS (R8)(CX*1), Y0, Y1
	VMOVNTPS Y1, (DI)
	ADDQ $32, DI
	ADDQ $32, CX
	JNZ  stream
	ADDQ $4, SI
	DECQ R9
	JNZ  streamed
	VZEROUPPER
	RET

// func kronAVX2F64(na, nb int, a, b, c *float64, stream int)
TEXT ·kronAVX2F64(SB), NOSPLIT, $0-48
	MOVQ na+0(FP), R9
	MOVQ nb+8(FP), DX
	MOVQ a+16(FP), SI
	MOVQ b+24(FP), R8
	MOVQ c+32(FP), DI
	SHLQ $3, DX
	ADDQ DX, R8
	NEGQ DX
	MOVQ stream+40(FP), AX
	TESTQ AX, AX
	JNZ  streamed
cached:
	VBROADCASTSD (SI), Y0
	MOVQ DX, CX
	TESTQ $32, CX
	JZ   pairs
	VMULPD (R8)(CX*1), Y0, Y1
	VMOVUPD Y1, (DI)
	ADDQ $32, DI
	ADDQ $32, CX
	JZ   next
pairs:
	VMULPD (R8)(CX*1), Y0, Y1
	VMULPD 32(R8)(CX*1), Y0, Y2
	VMOVUPD Y1, (DI)
	VMOVUPD Y2, 32(DI)
	ADDQ $64, DI
	ADDQ $64, CX
	JNZ  pairs
next:
	ADDQ $8, SI
	DECQ R9
	JNZ  cached
	VZEROUPPER
	RET
streamed:
	VBROADCASTSD (SI), Y0
	MOVQ DX, CX
stream:
	VMULPD (R8)(CX*1), Y0, Y1
	VMOVNTPD Y1, (DI)
	ADDQ $32, DI
	ADDQ $32, CX
	JNZ  stream
	ADDQ $8, SI
	DECQ R9
	JNZ  streamed
	VZEROUPPER
	RET

// func storeFence()
TEXT ·storeFence(SB), NOSPLIT, $0-0
	SFENCE
	RET
