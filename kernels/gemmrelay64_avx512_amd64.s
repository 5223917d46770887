#include "textflag.h"

// float64: see the header.

#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define BCAST VBROADCASTSD
#define LANES 8
#define SIZE 8

#include "gemm_avx512_amd64.h"
#include "gemmrelay_avx512_amd64.h"

// func gemmRelay64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmRelay64AVX512(SB), NOSPLIT, $0-48
	RELAYBODY
