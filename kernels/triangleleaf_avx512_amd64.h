// The work of a leaf of Trsm and Trmm in registers, AVX-512: row k in Zk, 16 numbers of it, and the packed triangle at SI. The including file
// includes ps_amd64.h or pd_amd64.h before it uses them.
//
//	SOLVE      x_k = b_k·t_kk,  b_i = fma(−t_ik, x_k, b_i) for k < i,  k ascending
//	MULTIPLY   b_i = fma(−t_ik, b_k, b_i) for k < i,  b_k = b_k·t_kk,  k descending

#define PIVOT(K, R) MUL.BCST (EBYTES*17*K)(SI), R, R

#define DOWN(K, X, I, R) FNMADD231.BCST (EBYTES*(16*I+K))(SI), X, R

// DOWNk takes row k to the rows below it.
#define DOWN0 \
	DOWN(0, Z0, 1, Z1) \
	DOWN(0, Z0, 2, Z2) \
	DOWN(0, Z0, 3, Z3) \
	DOWN(0, Z0, 4, Z4) \
	DOWN(0, Z0, 5, Z5) \
	DOWN(0, Z0, 6, Z6) \
	DOWN(0, Z0, 7, Z7) \
	DOWN(0, Z0, 8, Z8) \
	DOWN(0, Z0, 9, Z9) \
	DOWN(0, Z0, 10, Z10) \
	DOWN(0, Z0, 11, Z11) \
	DOWN(0, Z0, 12, Z12) \
	DOWN(0, Z0, 13, Z13) \
	DOWN(0, Z0, 14, Z14) \
	DOWN(0, Z0, 15, Z15)

#define DOWN1 \
	DOWN(1, Z1, 2, Z2) \
	DOWN(1, Z1, 3, Z3) \
	DOWN(1, Z1, 4, Z4) \
	DOWN(1, Z1, 5, Z5) \
	DOWN(1, Z1, 6, Z6) \
	DOWN(1, Z1, 7, Z7) \
	DOWN(1, Z1, 8, Z8) \
	DOWN(1, Z1, 9, Z9) \
	DOWN(1, Z1, 10, Z10) \
	DOWN(1, Z1, 11, Z11) \
	DOWN(1, Z1, 12, Z12) \
	DOWN(1, Z1, 13, Z13) \
	DOWN(1, Z1, 14, Z14) \
	DOWN(1, Z1, 15, Z15)

#define DOWN2 \
	DOWN(2, Z2, 3, Z3) \
	DOWN(2, Z2, 4, Z4) \
	DOWN(2, Z2, 5, Z5) \
	DOWN(2, Z2, 6, Z6) \
	DOWN(2, Z2, 7, Z7) \
	DOWN(2, Z2, 8, Z8) \
	DOWN(2, Z2, 9, Z9) \
	DOWN(2, Z2, 10, Z10) \
	DOWN(2, Z2, 11, Z11) \
	DOWN(2, Z2, 12, Z12) \
	DOWN(2, Z2, 13, Z13) \
	DOWN(2, Z2, 14, Z14) \
	DOWN(2, Z2, 15, Z15)

#define DOWN3 \
	DOWN(3, Z3, 4, Z4) \
	DOWN(3, Z3, 5, Z5) \
	DOWN(3, Z3, 6, Z6) \
	DOWN(3, Z3, 7, Z7) \
	DOWN(3, Z3, 8, Z8) \
	DOWN(3, Z3, 9, Z9) \
	DOWN(3, Z3, 10, Z10) \
	DOWN(3, Z3, 11, Z11) \
	DOWN(3, Z3, 12, Z12) \
	DOWN(3, Z3, 13, Z13) \
	DOWN(3, Z3, 14, Z14) \
	DOWN(3, Z3, 15, Z15)

#define DOWN4 \
	DOWN(4, Z4, 5, Z5) \
	DOWN(4, Z4, 6, Z6) \
	DOWN(4, Z4, 7, Z7) \
	DOWN(4, Z4, 8, Z8) \
	DOWN(4, Z4, 9, Z9) \
	DOWN(4, Z4, 10, Z10) \
	DOWN(4, Z4, 11, Z11) \
	DOWN(4, Z4, 12, Z12) \
	DOWN(4, Z4, 13, Z13) \
	DOWN(4, Z4, 14, Z14) \
	DOWN(4, Z4, 15, Z15)

#define DOWN5 \
	DOWN(5, Z5, 6, Z6) \
	DOWN(5, Z5, 7, Z7) \
	DOWN(5, Z5, 8, Z8) \
	DOWN(5, Z5, 9, Z9) \
	DOWN(5, Z5, 10, Z10) \
	DOWN(5, Z5, 11, Z11) \
	DOWN(5, Z5, 12, Z12) \
	DOWN(5, Z5, 13, Z13) \
	DOWN(5, Z5, 14, Z14) \
	DOWN(5, Z5, 15, Z15)

#define DOWN6 \
	DOWN(6, Z6, 7, Z7) \
	DOWN(6, Z6, 8, Z8) \
	DOWN(6, Z6, 9, Z9) \
	DOWN(6, Z6, 10, Z10) \
	DOWN(6, Z6, 11, Z11) \
	DOWN(6, Z6, 12, Z12) \
	DOWN(6, Z6, 13, Z13) \
	DOWN(6, Z6, 14, Z14) \
	DOWN(6, Z6, 15, Z15)

#define DOWN7 \
	DOWN(7, Z7, 8, Z8) \
	DOWN(7, Z7, 9, Z9) \
	DOWN(7, Z7, 10, Z10) \
	DOWN(7, Z7, 11, Z11) \
	DOWN(7, Z7, 12, Z12) \
	DOWN(7, Z7, 13, Z13) \
	DOWN(7, Z7, 14, Z14) \
	DOWN(7, Z7, 15, Z15)

#define DOWN8 \
	DOWN(8, Z8, 9, Z9) \
	DOWN(8, Z8, 10, Z10) \
	DOWN(8, Z8, 11, Z11) \
	DOWN(8, Z8, 12, Z12) \
	DOWN(8, Z8, 13, Z13) \
	DOWN(8, Z8, 14, Z14) \
	DOWN(8, Z8, 15, Z15)

#define DOWN9 \
	DOWN(9, Z9, 10, Z10) \
	DOWN(9, Z9, 11, Z11) \
	DOWN(9, Z9, 12, Z12) \
	DOWN(9, Z9, 13, Z13) \
	DOWN(9, Z9, 14, Z14) \
	DOWN(9, Z9, 15, Z15)

#define DOWN10 \
	DOWN(10, Z10, 11, Z11) \
	DOWN(10, Z10, 12, Z12) \
	DOWN(10, Z10, 13, Z13) \
	DOWN(10, Z10, 14, Z14) \
	DOWN(10, Z10, 15, Z15)

#define DOWN11 \
	DOWN(11, Z11, 12, Z12) \
	DOWN(11, Z11, 13, Z13) \
	DOWN(11, Z11, 14, Z14) \
	DOWN(11, Z11, 15, Z15)

#define DOWN12 \
	DOWN(12, Z12, 13, Z13) \
	DOWN(12, Z12, 14, Z14) \
	DOWN(12, Z12, 15, Z15)

#define DOWN13 \
	DOWN(13, Z13, 14, Z14) \
	DOWN(13, Z13, 15, Z15)

#define DOWN14 \
	DOWN(14, Z14, 15, Z15)

#define SOLVE \
	PIVOT(0, Z0); DOWN0 \
	PIVOT(1, Z1); DOWN1 \
	PIVOT(2, Z2); DOWN2 \
	PIVOT(3, Z3); DOWN3 \
	PIVOT(4, Z4); DOWN4 \
	PIVOT(5, Z5); DOWN5 \
	PIVOT(6, Z6); DOWN6 \
	PIVOT(7, Z7); DOWN7 \
	PIVOT(8, Z8); DOWN8 \
	PIVOT(9, Z9); DOWN9 \
	PIVOT(10, Z10); DOWN10 \
	PIVOT(11, Z11); DOWN11 \
	PIVOT(12, Z12); DOWN12 \
	PIVOT(13, Z13); DOWN13 \
	PIVOT(14, Z14); DOWN14 \
	PIVOT(15, Z15)

#define MULTIPLY \
	PIVOT(15, Z15) \
	DOWN14; PIVOT(14, Z14) \
	DOWN13; PIVOT(13, Z13) \
	DOWN12; PIVOT(12, Z12) \
	DOWN11; PIVOT(11, Z11) \
	DOWN10; PIVOT(10, Z10) \
	DOWN9; PIVOT(9, Z9) \
	DOWN8; PIVOT(8, Z8) \
	DOWN7; PIVOT(7, Z7) \
	DOWN6; PIVOT(6, Z6) \
	DOWN5; PIVOT(5, Z5) \
	DOWN4; PIVOT(4, Z4) \
	DOWN3; PIVOT(3, Z3) \
	DOWN2; PIVOT(2, Z2) \
	DOWN1; PIVOT(1, Z1) \
	DOWN0; PIVOT(0, Z0)
