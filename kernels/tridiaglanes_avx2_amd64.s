// Tridiagonal QR in four lanes, AVX2 and FMA3, float64: see TridiagQR for the formulas and their order.
//
// Every iteration scans all lanes for their last block lo … hi and makes one sweep from the least lo to the greatest
// hi. A lane outside its block keeps its state and turns the rows of z by c = 1, s = 0. The chain of a rotation is a
// product, two fused ones, a root, a division and three fused ones, some 60 cycles, in whose shadow 2·cols vectors of z
// are updated.
//
// With eight lanes in memory, two calls take four each.
//
// Registers: SI → d, DI → e, R8 → z, R9 order − 1, R10 bytes of a row of z, CX sweeps left, R11 and R12 the least lo and
// the greatest hi, DX i; Y0 g, Y1 c, Y2 s, Y3 p, Y4 i as a number, Y5 lo, Y6 hi.

#include "textflag.h"

#define QUAD(name, value) \
	DATA name+0(SB)/8, value  \
	DATA name+8(SB)/8, value  \
	DATA name+16(SB)/8, value \
	DATA name+24(SB)/8, value \
	GLOBL name(SB), RODATA|NOPTR, $32

QUAD(·lanesOne<>, $0x3ff0000000000000)
QUAD(·lanesTwo<>, $0x4000000000000000)
QUAD(·lanesAbs<>, $0x7fffffffffffffff)
QUAD(·lanesSign<>, $0x8000000000000000)
QUAD(·lanesTiny<>, $0x07b0000000000000)
QUAD(·lanesEps<>, $0x3970000000000000)

// func tridiagQRAVX2(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)
TEXT ·tridiagQRAVX2(SB), NOSPLIT, $0-64
#define ROW 32
#define ROWLOG 5
#include "tridiaglanes_avx2_amd64.h"

#undef ROW
#undef ROWLOG

// func tridiagQR8AVX2(m, cols int, d, e, z *float64, small float64, sweeps int) (active uint)
TEXT ·tridiagQR8AVX2(SB), NOSPLIT, $0-64
#define ROW 64
#define ROWLOG 6
#include "tridiaglanes_avx2_amd64.h"
