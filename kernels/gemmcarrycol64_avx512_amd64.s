#include "textflag.h"

// float64: see the header.

#define FMA VFMADD231PD
#define FMABC VFMADD231PD.BCST
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define BCAST VBROADCASTSD
#define LANES 8
#define COLUMNS
#define SIZE 8

#include "gemm_avx512_amd64.h"
#include "gemmcarry_avx512_amd64.h"

// func gemmCarryColLines64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryColLines64AVX512(SB), NOSPLIT, $0-56
	CARRYTILE(CARRYLINES)
