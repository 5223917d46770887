#include "textflag.h"

// float32: see the header.

#define FMA VFMADD231PS
#define FMABC VFMADD231PS.BCST
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define MOV VMOVUPS
#define BCAST VBROADCASTSS
#define LANES 16
#define SIZE 4

#include "gemm_avx512_amd64.h"
#include "gemmrelay_avx512_amd64.h"

// func gemmRelay32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmRelay32AVX512(SB), NOSPLIT, $0-48
	RELAYBODY
