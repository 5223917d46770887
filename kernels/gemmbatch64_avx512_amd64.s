#include "textflag.h"

// float64: batches of products of at most 16×8. See the header for layout, registers and port arithmetic.

#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define BCAST VBROADCASTSD

#include "gemmbatch_avx512_amd64.h"

#define B Z0
#define ALPHA Z1
#define BETA Z2
#define T Z3
#define S0 Z16
#define S1 Z17
#define S2 Z18
#define S3 Z19
#define S4 Z20
#define S5 Z21
#define S6 Z22
#define S7 Z23
#define S8 Z24
#define S9 Z25
#define S10 Z26
#define S11 Z27
#define S12 Z28
#define S13 Z29
#define S14 Z30
#define S15 Z31

// func gemmBatch64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, sa, sb, sc uintptr, count int)
TEXT ·gemmBatch64AVX512(SB), NOSPLIT, $0-80
	BODY
	BATCHES

#undef B
#undef ALPHA
#undef BETA
#undef T
#undef S0
#undef S1
#undef S2
#undef S3
#undef S4
#undef S5
#undef S6
#undef S7
#undef S8
#undef S9
#undef S10
#undef S11
#undef S12
#undef S13
#undef S14
#undef S15

#define B Y0
#define ALPHA Y1
#define BETA Y2
#define T Y3
#define S0 Y16
#define S1 Y17
#define S2 Y18
#define S3 Y19
#define S4 Y20
#define S5 Y21
#define S6 Y22
#define S7 Y23
#define S8 Y24
#define S9 Y25
#define S10 Y26
#define S11 Y27
#define S12 Y28
#define S13 Y29
#define S14 Y30
#define S15 Y31

// func gemmBatchHalf64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, sa, sb, sc uintptr, count int)
TEXT ·gemmBatchHalf64AVX512(SB), NOSPLIT, $0-80
	BODY
	BATCHES
