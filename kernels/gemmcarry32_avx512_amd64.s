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

#define TB CX
#define TB3 DI
#define TO BX

#include "gemm_avx512_amd64.h"
#include "turnlanes32_avx512_amd64.h"
#include "gemmcarry_avx512_amd64.h"

// func gemmCarryRows32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
#define CARRY CARRYROWS
TEXT ·gemmCarryRows32AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRIAGE)

// func gemmCarryLines32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
#undef CARRY
#define CARRY
TEXT ·gemmCarryLines32AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRYLINES)

// func gemmCarryTurn32AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryTurn32AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRYTURN)
