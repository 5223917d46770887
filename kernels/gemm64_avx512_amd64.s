#include "textflag.h"

// float64: tiles of up to 12×16. See the header for layout, registers and port arithmetic.

#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define BCAST VBROADCASTSD
#define LANES 8
#define SIZE 8

#include "gemm_avx512_amd64.h"

// func gemmTile64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmTile64AVX512(SB), NOSPLIT, $0-48
	BODY

#include "gemmtiles_avx512_amd64.h"
