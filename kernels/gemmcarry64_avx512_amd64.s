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

#define TB CX
#define TB3 DI
#define TO BX

#include "gemm_avx512_amd64.h"
#include "turnlanes64_avx512_amd64.h"
#include "gemmcarry_avx512_amd64.h"

// func gemmCarryRows64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
#define CARRY CARRYROWS
TEXT ·gemmCarryRows64AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRIAGE)

// func gemmCarryLines64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
#undef CARRY
#define CARRY
TEXT ·gemmCarryLines64AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRYLINES)

// func gemmCarryTurn64AVX512(t *tileCall, a, b, c unsafe.Pointer, rows, cols int, m *carriage)
TEXT ·gemmCarryTurn64AVX512(SB), NOSPLIT, $0-56
	CARRYTILE12(CARRYTURN)
