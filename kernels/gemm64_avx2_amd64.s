#include "textflag.h"

// float64: tiles of up to 6×8. See the header for layout, registers and port arithmetic.

#define FMA VFMADD231PD
#define FMA213 VFMADD213PD
#define MUL VMULPD
#define MOV VMOVUPD
#define MASKMOV VMASKMOVPD
#define BCAST VBROADCASTSD
#define LANES 4
#define SHIFT 3

#include "gemm_avx2_amd64.h"

// 32 bytes of ones, then 32 of zeros: the mask of the first cols elements starts cols elements
// before the zeros.
DATA gemmMask<>+0(SB)/8, $-1
DATA gemmMask<>+8(SB)/8, $-1
DATA gemmMask<>+16(SB)/8, $-1
DATA gemmMask<>+24(SB)/8, $-1
DATA gemmMask<>+32(SB)/8, $0
DATA gemmMask<>+40(SB)/8, $0
DATA gemmMask<>+48(SB)/8, $0
DATA gemmMask<>+56(SB)/8, $0
GLOBL gemmMask<>(SB), RODATA|NOPTR, $64

// func gemmTile64AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
TEXT ·gemmTile64AVX2(SB), NOSPLIT, $0-48
	BODY

tile2_6:
	TILE(STEP2_6, MIX2_6, ADD2_6, SCALE2_6, PUT2_6, odd2_6, segment2_6, pair2_6, far2_6, own2_6, next2_6, done2_6, add2_6, mix2_6, put2_6)

tile2_5:
	TILE(STEP2_5, MIX2_5, ADD2_5, SCALE2_5, PUT2_5, odd2_5, segment2_5, pair2_5, far2_5, own2_5, next2_5, done2_5, add2_5, mix2_5, put2_5)

tile2_4:
	TILE(STEP2_4, MIX2_4, ADD2_4, SCALE2_4, PUT2_4, odd2_4, segment2_4, pair2_4, far2_4, own2_4, next2_4, done2_4, add2_4, mix2_4, put2_4)

tile2_3:
	TILE(STEP2_3, MIX2_3, ADD2_3, SCALE2_3, PUT2_3, odd2_3, segment2_3, pair2_3, far2_3, own2_3, next2_3, done2_3, add2_3, mix2_3, put2_3)

tile2_2:
	TILE(STEP2_2, MIX2_2, ADD2_2, SCALE2_2, PUT2_2, odd2_2, segment2_2, pair2_2, far2_2, own2_2, next2_2, done2_2, add2_2, mix2_2, put2_2)

tile2_1:
	TILE(STEP2_1, MIX2_1, ADD2_1, SCALE2_1, PUT2_1, odd2_1, segment2_1, pair2_1, far2_1, own2_1, next2_1, done2_1, add2_1, mix2_1, put2_1)

tileL_6:
	TILE(STEPL_6, MIXL_6, ADDL_6, SCALE2_6, PUTL_6, oddL_6, segmentL_6, pairL_6, farL_6, ownL_6, nextL_6, doneL_6, addL_6, mixL_6, putL_6)

tileL_5:
	TILE(STEPL_5, MIXL_5, ADDL_5, SCALE2_5, PUTL_5, oddL_5, segmentL_5, pairL_5, farL_5, ownL_5, nextL_5, doneL_5, addL_5, mixL_5, putL_5)

tileL_4:
	TILE(STEPL_4, MIXL_4, ADDL_4, SCALE2_4, PUTL_4, oddL_4, segmentL_4, pairL_4, farL_4, ownL_4, nextL_4, doneL_4, addL_4, mixL_4, putL_4)

tileL_3:
	TILE(STEPL_3, MIXL_3, ADDL_3, SCALE2_3, PUTL_3, oddL_3, segmentL_3, pairL_3, farL_3, ownL_3, nextL_3, doneL_3, addL_3, mixL_3, putL_3)

tileL_2:
	TILE(STEPL_2, MIXL_2, ADDL_2, SCALE2_2, PUTL_2, oddL_2, segmentL_2, pairL_2, farL_2, ownL_2, nextL_2, doneL_2, addL_2, mixL_2, putL_2)

tileL_1:
	TILE(STEPL_1, MIXL_1, ADDL_1, SCALE2_1, PUTL_1, oddL_1, segmentL_1, pairL_1, farL_1, ownL_1, nextL_1, doneL_1, addL_1, mixL_1, putL_1)

tile1_6:
	TILE(STEP1_6, MIX1_6, ADD1_6, SCALE1_6, PUT1_6, odd1_6, segment1_6, pair1_6, far1_6, own1_6, next1_6, done1_6, add1_6, mix1_6, put1_6)

tile1_5:
	TILE(STEP1_5, MIX1_5, ADD1_5, SCALE1_5, PUT1_5, odd1_5, segment1_5, pair1_5, far1_5, own1_5, next1_5, done1_5, add1_5, mix1_5, put1_5)

tile1_4:
	TILE(STEP1_4, MIX1_4, ADD1_4, SCALE1_4, PUT1_4, odd1_4, segment1_4, pair1_4, far1_4, own1_4, next1_4, done1_4, add1_4, mix1_4, put1_4)

tile1_3:
	TILE(STEP1_3, MIX1_3, ADD1_3, SCALE1_3, PUT1_3, odd1_3, segment1_3, pair1_3, far1_3, own1_3, next1_3, done1_3, add1_3, mix1_3, put1_3)

tile1_2:
	TILE(STEP1_2, MIX1_2, ADD1_2, SCALE1_2, PUT1_2, odd1_2, segment1_2, pair1_2, far1_2, own1_2, next1_2, done1_2, add1_2, mix1_2, put1_2)

tile1_1:
	TILE(STEP1_1, MIX1_1, ADD1_1, SCALE1_1, PUT1_1, odd1_1, segment1_1, pair1_1, far1_1, own1_1, next1_1, done1_1, add1_1, mix1_1, put1_1)

tileM_6:
	TILE(STEPM_6, MIXM_6, ADDM_6, SCALEM_6, PUTM_6, oddM_6, segmentM_6, pairM_6, farM_6, ownM_6, nextM_6, doneM_6, addM_6, mixM_6, putM_6)

tileM_5:
	TILE(STEPM_5, MIXM_5, ADDM_5, SCALEM_5, PUTM_5, oddM_5, segmentM_5, pairM_5, farM_5, ownM_5, nextM_5, doneM_5, addM_5, mixM_5, putM_5)

tileM_4:
	TILE(STEPM_4, MIXM_4, ADDM_4, SCALEM_4, PUTM_4, oddM_4, segmentM_4, pairM_4, farM_4, ownM_4, nextM_4, doneM_4, addM_4, mixM_4, putM_4)

tileM_3:
	TILE(STEPM_3, MIXM_3, ADDM_3, SCALEM_3, PUTM_3, oddM_3, segmentM_3, pairM_3, farM_3, ownM_3, nextM_3, doneM_3, addM_3, mixM_3, putM_3)

tileM_2:
	TILE(STEPM_2, MIXM_2, ADDM_2, SCALEM_2, PUTM_2, oddM_2, segmentM_2, pairM_2, farM_2, ownM_2, nextM_2, doneM_2, addM_2, mixM_2, putM_2)

tileM_1:
	TILE(STEPM_1, MIXM_1, ADDM_1, SCALEM_1, PUTM_1, oddM_1, segmentM_1, pairM_1, farM_1, ownM_1, nextM_1, doneM_1, addM_1, mixM_1, putM_1)
