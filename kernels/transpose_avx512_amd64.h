// Transposition of 512-bit vectors in registers.

// Pairs of eight rows of float64: the low and the high numbers of each pair of rows beside each other.
#define PAIRS8(i0, i1, i2, i3, i4, i5, i6, i7, o0, o1, o2, o3, o4, o5, o6, o7) \
	VUNPCKLPD i1, i0, o0 \
	VUNPCKHPD i1, i0, o1 \
	VUNPCKLPD i3, i2, o2 \
	VUNPCKHPD i3, i2, o3 \
	VUNPCKLPD i5, i4, o4 \
	VUNPCKHPD i5, i4, o5 \
	VUNPCKLPD i7, i6, o6 \
	VUNPCKHPD i7, i6, o7

// Four lanes of 128 bits of four vectors transposed, by way of s, t, u, v. The results may take the places of the operands.
#define LANES4(a, b, c, d, s, t, u, v, o0, o1, o2, o3) \
	VSHUFF64X2 $0x44, b, a, s \
	VSHUFF64X2 $0x44, d, c, t \
	VSHUFF64X2 $0xEE, b, a, u \
	VSHUFF64X2 $0xEE, d, c, v \
	VSHUFF64X2 $0x88, t, s, o0 \
	VSHUFF64X2 $0xDD, t, s, o1 \
	VSHUFF64X2 $0x88, v, u, o2 \
	VSHUFF64X2 $0xDD, v, u, o3

// Columns from what PAIRS8 made, by way of Z16–Z23.
#define COLUMNS8(p0, p1, p2, p3, p4, p5, p6, p7, o0, o1, o2, o3, o4, o5, o6, o7) \
	LANES4(p0, p2, p4, p6, Z16, Z17, Z18, Z19, o0, o2, o4, o6) \
	LANES4(p1, p3, p5, p7, Z20, Z21, Z22, Z23, o1, o3, o5, o7)

// Eight rows of eight float64 from Z0–Z7, which stay, to columns in Z8–Z15; Z16–Z23 are overwritten.
#define TRANSPOSE8 \
	PAIRS8(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15) \
	COLUMNS8(Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)

// Pairs and fours of four rows of float32, by way of Z16–Z19.
#define FOURS(a, b, c, d) \
	VUNPCKLPS b, a, Z16   \
	VUNPCKHPS b, a, Z17   \
	VUNPCKLPS d, c, Z18   \
	VUNPCKHPS d, c, Z19   \
	VUNPCKLPD Z18, Z16, a \
	VUNPCKHPD Z18, Z16, b \
	VUNPCKLPD Z19, Z17, c \
	VUNPCKHPD Z19, Z17, d

// Sixteen rows of sixteen float32 in Z0–Z15 to columns, in place; Z16–Z19 are overwritten.
#define TRANSPOSE16 \
	FOURS(Z0, Z1, Z2, Z3) \
	FOURS(Z4, Z5, Z6, Z7) \
	FOURS(Z8, Z9, Z10, Z11) \
	FOURS(Z12, Z13, Z14, Z15) \
	LANES4(Z0, Z4, Z8, Z12, Z16, Z17, Z18, Z19, Z0, Z4, Z8, Z12) \
	LANES4(Z1, Z5, Z9, Z13, Z16, Z17, Z18, Z19, Z1, Z5, Z9, Z13) \
	LANES4(Z2, Z6, Z10, Z14, Z16, Z17, Z18, Z19, Z2, Z6, Z10, Z14) \
	LANES4(Z3, Z7, Z11, Z15, Z16, Z17, Z18, Z19, Z3, Z7, Z11, Z15)
