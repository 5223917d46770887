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
	CARRYTILE12(CARRYLINES)

// func gemmCarryColPairs8x64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryColPairs8x64AVX512(SB), NOSPLIT, $0-56
	CARRYTILE(CARRYPAIRS, STEP2_8, MIX2_8, ADD2_8, SCALE2_8, PUT2_8)
