// A vector of each of four lines of a panel, from four elements of each of 8 rows, float64: two elements of rows 0, 2, 4, 6 in the lanes of Z0, of rows 1, 3, 5, 7 in those of Z1, the next two in
// Z2 and Z3, then transposed within lanes, for which Zen 5 has room beside the FMA; across lanes they would cost an FMA half a cycle each. AX is the first row, TB the distance of
// rows, TO the place of the lines, 128 bytes apart; Z0 … Z7 are used, AX ends two rows before the next ones.

#define LINE 32
#define PERIOD 2
#define PERIODSHIFT 3

#define ROWS2(lane) \
	LEAQ (AX)(TB*2), AX \
	VINSERTF64X2 lane, (AX), Z0, Z0 \
	VINSERTF64X2 lane, (AX)(TB*1), Z1, Z1 \
	VINSERTF64X2 lane, 16(AX), Z2, Z2 \
	VINSERTF64X2 lane, 16(AX)(TB*1), Z3, Z3

#define TURNLANES(at) \
	VMOVUPD (AX), X0 \
	VMOVUPD (AX)(TB*1), X1 \
	VMOVUPD 16(AX), X2 \
	VMOVUPD 16(AX)(TB*1), X3 \
	ROWS2($1) \
	ROWS2($2) \
	ROWS2($3) \
	VUNPCKLPD Z1, Z0, Z4 \
	VUNPCKHPD Z1, Z0, Z5 \
	VUNPCKLPD Z3, Z2, Z6 \
	VUNPCKHPD Z3, Z2, Z7 \
	VMOVUPD Z4, at(TO) \
	VMOVUPD Z5, (at+128)(TO) \
	VMOVUPD Z6, (at+256)(TO) \
	VMOVUPD Z7, (at+384)(TO)

#define NEXTLANES LEAQ (AX)(TB*2), AX
