// A vector of each of four lines of a panel, from four elements of each of 16 rows, float32: 128 bits of each, four rows in the lanes of a vector, then transposed within lanes, for which Zen 5
// has room beside the FMA; across lanes they would cost an FMA half a cycle each. AX is the first row, TB and TB3 the distance of rows and three times that, TO the place of the lines, 128 bytes
// apart; Z0 … Z7 are used, AX ends four rows before the next ones.

#define LINE 16
#define PERIOD 4
#define PERIODSHIFT 4

#define INSERT4(lane) \
	LEAQ (AX)(TB*4), AX \
	VINSERTF32X4 lane, (AX), Z0, Z0 \
	VINSERTF32X4 lane, (AX)(TB*1), Z1, Z1 \
	VINSERTF32X4 lane, (AX)(TB*2), Z2, Z2 \
	VINSERTF32X4 lane, (AX)(TB3*1), Z3, Z3

#define TURNLANES(at) \
	VMOVUPS (AX), X0 \
	VMOVUPS (AX)(TB*1), X1 \
	VMOVUPS (AX)(TB*2), X2 \
	VMOVUPS (AX)(TB3*1), X3 \
	INSERT4($1) \
	INSERT4($2) \
	INSERT4($3) \
	VUNPCKLPS Z1, Z0, Z4 \
	VUNPCKHPS Z1, Z0, Z5 \
	VUNPCKLPS Z3, Z2, Z6 \
	VUNPCKHPS Z3, Z2, Z7 \
	VUNPCKLPD Z6, Z4, Z0 \
	VUNPCKHPD Z6, Z4, Z1 \
	VUNPCKLPD Z7, Z5, Z2 \
	VUNPCKHPD Z7, Z5, Z3 \
	VMOVUPS Z0, at(TO) \
	VMOVUPS Z1, (at+128)(TO) \
	VMOVUPS Z2, (at+256)(TO) \
	VMOVUPS Z3, (at+384)(TO)

#define NEXTLANES LEAQ (AX)(TB*4), AX
