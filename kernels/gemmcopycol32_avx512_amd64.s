#include "textflag.h"

// float32: columns of A. See the header.

#define FMA VFMADD231PS
#define FMABC VFMADD231PS.BCST
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define MOV VMOVUPS
#define BCAST VBROADCASTSS
#define COLUMNS
#define LANES 16
#define SIZE 4

#include "gemm_avx512_amd64.h"
#include "gemmcopy_avx512_amd64.h"

// func gemmCopyColTile32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmCopyColTile32AVX512(SB), NOSPLIT, $0-48
	COPYTILE
