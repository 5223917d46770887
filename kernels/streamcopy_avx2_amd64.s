// Rows of whole cache lines copied or scaled past the caches, AVX2.
//
//	B[i, j] = A[i, j], or alpha·A[i, j]      in lines of 64 bytes
//
// Rows of A begin anywhere, ra bytes apart, rows of B at cache lines, rb bytes apart. The caller fences the stores once, with storeFence, after its last call.
//
//	SI  a   DI  b   R8 R9  what is left of ra, rb after a row   DX  rows left   BX  lines   CX  lines left
//	Y0 Y1    a line      Y2  alpha
//
// Ports: two loads and two stores for each line; what bounds it is memory.
//
// Edges: rows, lines ≥ 1.

#include "textflag.h"
#include "streamcopy_amd64.h"

#define COPY \
	VMOVUPS (SI), Y0   \
	VMOVUPS 32(SI), Y1 \
	VMOVNTPS Y0, (DI)  \
	VMOVNTPS Y1, 32(DI)

#define SCALE(MUL) \
	MUL (SI), Y2, Y0   \
	MUL 32(SI), Y2, Y1 \
	VMOVNTPS Y0, (DI)  \
	VMOVNTPS Y1, 32(DI)

// func streamBlockAVX2(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr)
TEXT ·streamBlockAVX2(SB), NOSPLIT, $0-48
	ROWS(COPY)

// func streamScaleAVX2F32(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float32)
TEXT ·streamScaleAVX2F32(SB), NOSPLIT, $0-52
	VBROADCASTSS alpha+48(FP), Y2
	ROWS(SCALE(VMULPS))

// func streamScaleAVX2F64(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float64)
TEXT ·streamScaleAVX2F64(SB), NOSPLIT, $0-56
	VBROADCASTSD alpha+48(FP), Y2
	ROWS(SCALE(VMULPD))
