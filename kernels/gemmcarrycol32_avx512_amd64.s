#include "textflag.h"

// float32: see the header.

#define FMA VFMADD231PS
#define FMABC VFMADD231PS.BCST
#define FMA213 VFMADD213PS
#define MUL VMULPS
#define MOV VMOVUPS
#define BCAST VBROADCASTSS
#define LANES 16
#define COLUMNS
#define SIZE 4

#include "gemm_avx512_amd64.h"
#include "gemmcarry_avx512_amd64.h"

// func gemmCarryColLines32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryColLines32AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRYLINES)

// func gemmCarryColPairs10x32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryColPairs10x32AVX512(SB), NOSPLIT, $0-56
	CARRYTILE(CARRYPAIRS, STEP2_10, MIX2_10, ADD2_10, SCALE2_10, PUT2_10)

// func gemmCarryColPairs11x32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryColPairs11x32AVX512(SB), NOSPLIT, $0-56
	CARRYTILE(CARRYPAIRS, STEP2_11, MIX2_11, ADD2_11, SCALE2_11, PUT2_11)
