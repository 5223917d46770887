// Rows of Softmax and LogSumExp, AVX2 and FMA. The exponential: exp_avx2_amd64.h; loops, lanes and edges:
// elementwise_amd64.h and exp_amd64.h.
//
//	SI x  DI y, or pairs of sums  R13, R15 their strides in bytes  R9 n  DX rows left  R8 table  R11 lanes
//
// A row is read twice and written twice, all but the first reading from the first-level cache. The exponential
// takes most of the time, 5.5 cycles for 8 float32 and 8 for 4 float64: the maximum adds a load and an instruction for each register, the lanes a load, an addition and a store,
// the scaling a load, a multiplication and a store.

#include "textflag.h"
#include "ymm_amd64.h"
#include "elementwise_amd64.h"
#include "exp_avx2_amd64.h"
#include "exp_amd64.h"

#include "ps_amd64.h"

// Softmax of whole rows, 0 < n. acc is 256 bytes of work.
//   SI x  DI y  R13, R15 their strides in bytes  R9 n  DX rows left  R8 table  R11 lanes
//
// func softmaxRows32AVX2(rows, n int, x *float32, ldx int, y *float32, ldy int, acc, table *float32)
TEXT ·softmaxRows32AVX2(SB), NOSPLIT, $0-64
	MOVQ rows+0(FP), DX
	MOVQ n+8(FP), R9
	MOVQ x+16(FP), SI
	MOVQ ldx+24(FP), R13
	MOVQ y+32(FP), DI
	MOVQ ldy+40(FP), R15
	MOVQ acc+48(FP), R11
	MOVQ table+56(FP), R8
	SHLQ $2, R13
	SHLQ $2, R15
	EXPTABLE
row:
	MOVQ R9, CX
	ROWMAX(mfours, mones, mloop, mlast, mshort, mone, mdone)
	BCAST X0, SHIFT
	ACCZERO
	MOVQ R9, CX
	EXPSUMMANY(emany, eones, STOREMANY)
	RUNSUMON(EXPSUMSTORE, eloop, etail, edone)
	ACCFOLD
	LOADS EXPONE(R8), X1
	DIVS X0, X1, X1
	BCAST X1, SHIFT
	MOVQ R9, CX
	RUN(SCALE, sloop, stail, sdone)
	ADDQ R13, SI
	ADDQ R15, DI
	DECQ DX
	JNZ row
	VZEROUPPER
	RET

// Shift and Σ e^(x − shift) of whole rows, 0 < n: pairs at out. The shift is the maximum, 0 if that is not finite. acc is
// 256 bytes of work.
//   SI x  R13 its stride in bytes  DI out  R9 n  DX rows left  R8 table  R11 lanes
//
// func expSumRows32AVX2(rows, n int, x *float32, ldx int, out, acc, table *float32)
TEXT ·expSumRows32AVX2(SB), NOSPLIT, $0-56
	MOVQ rows+0(FP), DX
	MOVQ n+8(FP), R9
	MOVQ x+16(FP), SI
	MOVQ ldx+24(FP), R13
	MOVQ out+32(FP), DI
	MOVQ acc+40(FP), R11
	MOVQ table+48(FP), R8
	SHLQ $2, R13
	EXPTABLE
row:
	MOVQ R9, CX
	ROWMAX(mfours, mones, mloop, mlast, mshort, mone, mdone)
	SUBS X0, X0, X1
	UCOMIS X1, X1
	JPC  finite
	VPXOR X0, X0, X0
finite:
	LOADS X0, (DI)
	BCAST X0, SHIFT
	ACCZERO
	MOVQ R9, CX
	EXPSUMMANY(emany, eones, STORENONE)
	RUNSUMON(EXPSUM, eloop, etail, edone)
	ACCFOLD
	LOADS X0, EBYTES(DI)
	ADDQ $(2*EBYTES), DI
	ADDQ R13, SI
	DECQ DX
	JNZ row
	VZEROUPPER
	RET

// The largest of n > 0 elements.
//
// func rowMax32AVX2(n int, x *float32) float32
TEXT ·rowMax32AVX2(SB), NOSPLIT, $0-20
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	ROWMAX(fours, ones, loop, last, short, one, done)
	LOADS X0, ret+16(FP)
	VZEROUPPER
	RET

// The lanes acc += e^(x − shift) and their sum; n a multiple of the number of lanes but for the last call.
//
// func expSum32AVX2(n int, x, acc, table *float32, shift float32) float32
TEXT ·expSum32AVX2(SB), NOSPLIT, $0-44
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ acc+16(FP), R11
	MOVQ table+24(FP), R8
	EXPTABLE
	BCAST shift+32(FP), SHIFT
	ACCLOAD
	EXPSUMMANY(many, ones, STORENONE)
	RUNSUMON(EXPSUM, loop, tail, done)
	ACCSTORE
	ACCFOLD
	LOADS X0, ret+40(FP)
	VZEROUPPER
	RET

// The same with y = e^(x − shift).
//
// func expSumStore32AVX2(n int, y, x, acc, table *float32, shift float32) float32
TEXT ·expSumStore32AVX2(SB), NOSPLIT, $0-52
	MOVQ n+0(FP), CX
	MOVQ y+8(FP), DI
	MOVQ x+16(FP), SI
	MOVQ acc+24(FP), R11
	MOVQ table+32(FP), R8
	EXPTABLE
	BCAST shift+40(FP), SHIFT
	ACCLOAD
	EXPSUMMANY(many, ones, STOREMANY)
	RUNSUMON(EXPSUMSTORE, loop, tail, done)
	ACCSTORE
	ACCFOLD
	LOADS X0, ret+48(FP)
	VZEROUPPER
	RET

#include "pd_amd64.h"

// Softmax of whole rows, 0 < n. acc is 256 bytes of work.
//   SI x  DI y  R13, R15 their strides in bytes  R9 n  DX rows left  R8 table  R11 lanes
//
// func softmaxRows64AVX2(rows, n int, x *float64, ldx int, y *float64, ldy int, acc, table *float64)
TEXT ·softmaxRows64AVX2(SB), NOSPLIT, $0-64
	MOVQ rows+0(FP), DX
	MOVQ n+8(FP), R9
	MOVQ x+16(FP), SI
	MOVQ ldx+24(FP), R13
	MOVQ y+32(FP), DI
	MOVQ ldy+40(FP), R15
	MOVQ acc+48(FP), R11
	MOVQ table+56(FP), R8
	SHLQ $3, R13
	SHLQ $3, R15
	EXPTABLE
row:
	MOVQ R9, CX
	ROWMAX(mfours, mones, mloop, mlast, mshort, mone, mdone)
	BCAST X0, SHIFT
	ACCZERO
	MOVQ R9, CX
	EXPSUMMANY(emany, eones, STOREMANY)
	RUNSUMON(EXPSUMSTORE, eloop, etail, edone)
	ACCFOLD
	LOADS EXPONE(R8), X1
	DIVS X0, X1, X1
	BCAST X1, SHIFT
	MOVQ R9, CX
	RUN(SCALE, sloop, stail, sdone)
	ADDQ R13, SI
	ADDQ R15, DI
	DECQ DX
	JNZ row
	VZEROUPPER
	RET

// Shift and Σ e^(x − shift) of whole rows, 0 < n: pairs at out. The shift is the maximum, 0 if that is not finite. acc is
// 256 bytes of work.
//   SI x  R13 its stride in bytes  DI out  R9 n  DX rows left  R8 table  R11 lanes
//
// func expSumRows64AVX2(rows, n int, x *float64, ldx int, out, acc, table *float64)
TEXT ·expSumRows64AVX2(SB), NOSPLIT, $0-56
	MOVQ rows+0(FP), DX
	MOVQ n+8(FP), R9
	MOVQ x+16(FP), SI
	MOVQ ldx+24(FP), R13
	MOVQ out+32(FP), DI
	MOVQ acc+40(FP), R11
	MOVQ table+48(FP), R8
	SHLQ $3, R13
	EXPTABLE
row:
	MOVQ R9, CX
	ROWMAX(mfours, mones, mloop, mlast, mshort, mone, mdone)
	SUBS X0, X0, X1
	UCOMIS X1, X1
	JPC  finite
	VPXOR X0, X0, X0
finite:
	LOADS X0, (DI)
	BCAST X0, SHIFT
	ACCZERO
	MOVQ R9, CX
	EXPSUMMANY(emany, eones, STORENONE)
	RUNSUMON(EXPSUM, eloop, etail, edone)
	ACCFOLD
	LOADS X0, EBYTES(DI)
	ADDQ $(2*EBYTES), DI
	ADDQ R13, SI
	DECQ DX
	JNZ row
	VZEROUPPER
	RET

// The largest of n > 0 elements.
//
// func rowMax64AVX2(n int, x *float64) float64
TEXT ·rowMax64AVX2(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	ROWMAX(fours, ones, loop, last, short, one, done)
	LOADS X0, ret+16(FP)
	VZEROUPPER
	RET

// The lanes acc += e^(x − shift) and their sum; n a multiple of the number of lanes but for the last call.
//
// func expSum64AVX2(n int, x, acc, table *float64, shift float64) float64
TEXT ·expSum64AVX2(SB), NOSPLIT, $0-48
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), SI
	MOVQ acc+16(FP), R11
	MOVQ table+24(FP), R8
	EXPTABLE
	BCAST shift+32(FP), SHIFT
	ACCLOAD
	EXPSUMMANY(many, ones, STORENONE)
	RUNSUMON(EXPSUM, loop, tail, done)
	ACCSTORE
	ACCFOLD
	LOADS X0, ret+40(FP)
	VZEROUPPER
	RET

// The same with y = e^(x − shift).
//
// func expSumStore64AVX2(n int, y, x, acc, table *float64, shift float64) float64
TEXT ·expSumStore64AVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ y+8(FP), DI
	MOVQ x+16(FP), SI
	MOVQ acc+24(FP), R11
	MOVQ table+32(FP), R8
	EXPTABLE
	BCAST shift+40(FP), SHIFT
	ACCLOAD
	EXPSUMMANY(many, ones, STOREMANY)
	RUNSUMON(EXPSUMSTORE, loop, tail, done)
	ACCSTORE
	ACCFOLD
	LOADS X0, ret+48(FP)
	VZEROUPPER
	RET
