// Rows of whole cache lines copied or scaled past the caches, AVX-512.
//
//	B[i, j] = A[i, j], or alpha·A[i, j]      in lines of 64 bytes
//
// Rows of A begin anywhere, ra bytes apart, rows of B at cache lines, rb bytes apart. The caller fences the stores once, with storeFence, after its last call.
//
//	SI  a   DI  b   R8 R9  what is left of ra, rb after a row   DX  rows left   BX  lines   CX  lines left
//	Z0       a line      Z1  alpha
//
// Ports: one load and one store for each line; what bounds it is memory.
//
// Edges: rows, lines ≥ 1.

#include "textflag.h"
#include "streamcopy_amd64.h"

#define COPY \
	VMOVUPS (SI), Z0 \
	VMOVNTPS Z0, (DI)

#define SCALE(MUL) \
	MUL (SI), Z1, Z0 \
	VMOVNTPS Z0, (DI)

// func streamBlockAVX512(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr)
TEXT ·streamBlockAVX512(SB), NOSPLIT, $0-48
	ROWS(COPY)

// func streamScaleAVX512F32(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float32)
TEXT ·streamScaleAVX512F32(SB), NOSPLIT, $0-52
	VBROADCASTSS alpha+48(FP), Z1
	ROWS(SCALE(VMULPS))

// func streamScaleAVX512F64(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float64)
TEXT ·streamScaleAVX512F64(SB), NOSPLIT, $0-56
	VBROADCASTSD alpha+48(FP), Z1
	ROWS(SCALE(VMULPD))
