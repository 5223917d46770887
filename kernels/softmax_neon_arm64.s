// Rows of Softmax and LogSumExp, NEON. The exponential and the bodies: exp_arm64.h; loops, lanes and edges:
// elementwise_arm64.h.
//
//	R2 x  R1 y, or pairs of sums  R9, R10 their strides in bytes  R11 n  R12 rows left  R6 table  R7 lanes
//
// Ports: the exponential of four registers takes 46 cycles of N1's two pipes and 22 of four (float64 61 and 29); the maximum adds a load and an operation for each register, the
// lanes a load, an addition and a store, the scaling a load, a multiplication and a store.

#include "textflag.h"
#include "neon_arm64.h"
#include "elementwise_arm64.h"
#include "exp_arm64.h"

#include "s4_arm64.h"

// Softmax of whole rows, 0 < n. acc is 256 bytes of work.
//   R2 x  R1 y  R9, R10 their strides in bytes  R11 n  R12 rows left  R6 table  R7 lanes
//
// func softmaxRows32NEON(rows, n int, x *float32, ldx int, y *float32, ldy int, acc, table *float32)
TEXT ·softmaxRows32NEON(SB), NOSPLIT, $0-64
	MOVD rows+0(FP), R12
	MOVD n+8(FP), R11
	MOVD x+16(FP), R2
	MOVD ldx+24(FP), R9
	MOVD y+32(FP), R1
	MOVD ldy+40(FP), R10
	MOVD acc+48(FP), R7
	MOVD table+56(FP), R6
	LSL  $ELOG, R9, R9
	LSL  $ELOG, R10, R10
	EXPTABLE
row:
	MOVD R11, R0
	ROWMAX(meights, mfew, mvector, mrest, melement, mdone)
	DUPLANE(V0, V9)
	ACCZERO
	MOVD R11, R0
	RUN3(EXPSUMSTORE, eloop, esingle, ealone, etail, eelement, edone)
	FOLD
	FMOVE $1.0, F1
	FDIVE F0, F1, F1
	DUPLANE(V1, V9)
	MOVD R11, R0
	RUN2(SCALE, sloop, ssingle, salone, stail, selement, sdone)
	ADD  R9, R2
	ADD  R10, R1
	SUBS $1, R12, R12
	BNE  row
	RET

// Shift and Σ e^(x − shift) of whole rows, 0 < n: pairs at out. The shift is the maximum, 0 if that is not finite. acc is
// 256 bytes of work.
//   R2 x  R9 its stride in bytes  R1 out  R11 n  R12 rows left  R6 table  R7 lanes
//
// func expSumRows32NEON(rows, n int, x *float32, ldx int, out, acc, table *float32)
TEXT ·expSumRows32NEON(SB), NOSPLIT, $0-56
	MOVD rows+0(FP), R12
	MOVD n+8(FP), R11
	MOVD x+16(FP), R2
	MOVD ldx+24(FP), R9
	MOVD out+32(FP), R1
	MOVD acc+40(FP), R7
	MOVD table+48(FP), R6
	LSL  $ELOG, R9, R9
	EXPTABLE
row:
	MOVD R11, R0
	ROWMAX(meights, mfew, mvector, mrest, melement, mdone)
	FSUBS F0, F0, F1
	FCMPS F1, F1
	BVC  finite
	VEOR V0.B16, V0.B16, V0.B16
finite:
	FMOVE F0, (R1)
	DUPLANE(V0, V9)
	ACCZERO
	MOVD R11, R0
	RUN3(EXPSUM, eloop, esingle, ealone, etail, eelement, edone)
	FOLD
	FMOVE F0, EBYTES(R1)
	ADD  $(2*EBYTES), R1
	ADD  R9, R2
	SUBS $1, R12, R12
	BNE  row
	RET

// The largest of n > 0 elements.
//
// func rowMax32NEON(n int, x *float32) float32
TEXT ·rowMax32NEON(SB), NOSPLIT, $0-20
	MOVD n+0(FP), R0
	MOVD x+8(FP), R2
	ROWMAX(eights, few, vector, rest, element, done)
	FMOVS F0, ret+16(FP)
	RET

// The lanes acc += e^(x − shift) and their sum; n a multiple of the number of lanes but for the last call.
//
// func expSum32NEON(n int, x, acc, table *float32, shift float32) float32
TEXT ·expSum32NEON(SB), NOSPLIT, $0-44
	MOVD n+0(FP), R0
	MOVD x+8(FP), R2
	MOVD acc+16(FP), R7
	MOVD table+24(FP), R6
	FMOVS shift+32(FP), F9
	EXPTABLE
	DUPLANE(V9, V9)
	RUN3(EXPSUM, loop, single, alone, tail, element, done)
	FOLD
	FMOVS F0, ret+40(FP)
	RET

// The same with y = e^(x − shift).
//
// func expSumStore32NEON(n int, y, x, acc, table *float32, shift float32) float32
TEXT ·expSumStore32NEON(SB), NOSPLIT, $0-52
	MOVD n+0(FP), R0
	MOVD y+8(FP), R1
	MOVD x+16(FP), R2
	MOVD acc+24(FP), R7
	MOVD table+32(FP), R6
	FMOVS shift+40(FP), F9
	EXPTABLE
	DUPLANE(V9, V9)
	RUN3(EXPSUMSTORE, loop, single, alone, tail, element, done)
	FOLD
	FMOVS F0, ret+48(FP)
	RET

#include "d2_arm64.h"

// Softmax of whole rows, 0 < n. acc is 256 bytes of work.
//   R2 x  R1 y  R9, R10 their strides in bytes  R11 n  R12 rows left  R6 table  R7 lanes
//
// func softmaxRows64NEON(rows, n int, x *float64, ldx int, y *float64, ldy int, acc, table *float64)
TEXT ·softmaxRows64NEON(SB), NOSPLIT, $0-64
	MOVD rows+0(FP), R12
	MOVD n+8(FP), R11
	MOVD x+16(FP), R2
	MOVD ldx+24(FP), R9
	MOVD y+32(FP), R1
	MOVD ldy+40(FP), R10
	MOVD acc+48(FP), R7
	MOVD table+56(FP), R6
	LSL  $ELOG, R9, R9
	LSL  $ELOG, R10, R10
	EXPTABLE
row:
	MOVD R11, R0
	ROWMAX(meights, mfew, mvector, mrest, melement, mdone)
	DUPLANE(V0, V9)
	ACCZERO
	MOVD R11, R0
	RUN3(EXPSUMSTORE, eloop, esingle, ealone, etail, eelement, edone)
	FOLD
	FMOVE $1.0, F1
	FDIVE F0, F1, F1
	DUPLANE(V1, V9)
	MOVD R11, R0
	RUN2(SCALE, sloop, ssingle, salone, stail, selement, sdone)
	ADD  R9, R2
	ADD  R10, R1
	SUBS $1, R12, R12
	BNE  row
	RET

// Shift and Σ e^(x − shift) of whole rows, 0 < n: pairs at out. The shift is the maximum, 0 if that is not finite. acc is
// 256 bytes of work.
//   R2 x  R9 its stride in bytes  R1 out  R11 n  R12 rows left  R6 table  R7 lanes
//
// func expSumRows64NEON(rows, n int, x *float64, ldx int, out, acc, table *float64)
TEXT ·expSumRows64NEON(SB), NOSPLIT, $0-56
	MOVD rows+0(FP), R12
	MOVD n+8(FP), R11
	MOVD x+16(FP), R2
	MOVD ldx+24(FP), R9
	MOVD out+32(FP), R1
	MOVD acc+40(FP), R7
	MOVD table+48(FP), R6
	LSL  $ELOG, R9, R9
	EXPTABLE
row:
	MOVD R11, R0
	ROWMAX(meights, mfew, mvector, mrest, melement, mdone)
	FSUBD F0, F0, F1
	FCMPD F1, F1
	BVC  finite
	VEOR V0.B16, V0.B16, V0.B16
finite:
	FMOVE F0, (R1)
	DUPLANE(V0, V9)
	ACCZERO
	MOVD R11, R0
	RUN3(EXPSUM, eloop, esingle, ealone, etail, eelement, edone)
	FOLD
	FMOVE F0, EBYTES(R1)
	ADD  $(2*EBYTES), R1
	ADD  R9, R2
	SUBS $1, R12, R12
	BNE  row
	RET

// The largest of n > 0 elements.
//
// func rowMax64NEON(n int, x *float64) float64
TEXT ·rowMax64NEON(SB), NOSPLIT, $0-24
	MOVD n+0(FP), R0
	MOVD x+8(FP), R2
	ROWMAX(eights, few, vector, rest, element, done)
	FMOVD F0, ret+16(FP)
	RET

// The lanes acc += e^(x − shift) and their sum; n a multiple of the number of lanes but for the last call.
//
// func expSum64NEON(n int, x, acc, table *float64, shift float64) float64
TEXT ·expSum64NEON(SB), NOSPLIT, $0-48
	MOVD n+0(FP), R0
	MOVD x+8(FP), R2
	MOVD acc+16(FP), R7
	MOVD table+24(FP), R6
	FMOVD shift+32(FP), F9
	EXPTABLE
	DUPLANE(V9, V9)
	RUN3(EXPSUM, loop, single, alone, tail, element, done)
	FOLD
	FMOVD F0, ret+40(FP)
	RET

// The same with y = e^(x − shift).
//
// func expSumStore64NEON(n int, y, x, acc, table *float64, shift float64) float64
TEXT ·expSumStore64NEON(SB), NOSPLIT, $0-56
	MOVD n+0(FP), R0
	MOVD y+8(FP), R1
	MOVD x+16(FP), R2
	MOVD acc+24(FP), R7
	MOVD table+32(FP), R6
	FMOVD shift+40(FP), F9
	EXPTABLE
	DUPLANE(V9, V9)
	RUN3(EXPSUMSTORE, loop, single, alone, tail, element, done)
	FOLD
	FMOVD F0, ret+48(FP)
	RET
