// Eight steps of 16 (float64: 8) rows of A to the lanes of vectors, AVX-512, for products of one or two columns: shuffles across lanes. The including file loads the rows, to Z24–Z27 and z4–z7, and interleaves
// neighbours.

// Half a line of 16 rows: rows r, r + 4 in Z24–Z27, rows r + 8, r + 12 in z4–z7.
// Lanes of rows r, r + 4, r + 8, r + 12: the first four steps to z0–z3, the others to z4–z7.
#define LANES32(z0, z1, z2, z3, z4, z5, z6, z7) \
	VSHUFF64X2 $0x88, z4, Z24, z0 \
	VSHUFF64X2 $0xDD, z4, Z24, z4 \
	VSHUFF64X2 $0x88, z5, Z25, z1 \
	VSHUFF64X2 $0xDD, z5, Z25, z5 \
	VSHUFF64X2 $0x88, z6, Z26, z2 \
	VSHUFF64X2 $0xDD, z6, Z26, z6 \
	VSHUFF64X2 $0x88, z7, Z27, z3 \
	VSHUFF64X2 $0xDD, z7, Z27, z7

// A line of eight rows: rows 0 1 4 5 in Z24–Z27, rows 2 3 6 7 in z4–z7.
// Lanes of two steps of rows 0 2 4 6, then of rows 1 3 5 7: the first two to z0 z1, the next to z2 z3, and so on.
#define LANES64(z0, z1, z2, z3, z4, z5, z6, z7) \
	VSHUFF64X2 $0xEE, z4, Z24, z0   \
	VSHUFF64X2 $0x44, z4, Z24, Z24  \
	VSHUFF64X2 $0xEE, z6, Z26, z2   \
	VSHUFF64X2 $0x44, z6, Z26, Z26  \
	VSHUFF64X2 $0xEE, z5, Z25, z1   \
	VSHUFF64X2 $0x44, z5, Z25, Z25  \
	VSHUFF64X2 $0xEE, z7, Z27, z3   \
	VSHUFF64X2 $0x44, z7, Z27, Z27  \
	VSHUFF64X2 $0x88, z2, z0, z4    \
	VSHUFF64X2 $0xDD, z2, z0, z6    \
	VSHUFF64X2 $0x88, z3, z1, z5    \
	VSHUFF64X2 $0xDD, z3, z1, z7    \
	VSHUFF64X2 $0x88, Z26, Z24, z0  \
	VSHUFF64X2 $0xDD, Z26, Z24, z2  \
	VSHUFF64X2 $0x88, Z27, Z25, z1  \
	VSHUFF64X2 $0xDD, Z27, Z25, z3
