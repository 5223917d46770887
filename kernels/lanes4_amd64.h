// The lanes of four rows in Z0–Z3, Z4–Z7, Z8–Z11, Z12–Z15, 256 bytes each, for the AVX-512 kernels that take four at a time.

#define ZERO(A, B, C, D) \
	VPXORD A, A, A \
	VPXORD B, B, B \
	VPXORD C, C, C \
	VPXORD D, D, D

#define ZERO16 \
	ZERO(Z0, Z1, Z2, Z3)   \
	ZERO(Z4, Z5, Z6, Z7)   \
	ZERO(Z8, Z9, Z10, Z11) \
	ZERO(Z12, Z13, Z14, Z15)

// The lanes of a row in memory, OFF bytes behind AX.
#define LOADROW(OFF, A, B, C, D) \
	VMOVUPS OFF+0(AX), A   \
	VMOVUPS OFF+64(AX), B  \
	VMOVUPS OFF+128(AX), C \
	VMOVUPS OFF+192(AX), D
#define STOREROW(OFF, A, B, C, D) \
	VMOVUPS A, OFF+0(AX)   \
	VMOVUPS B, OFF+64(AX)  \
	VMOVUPS C, OFF+128(AX) \
	VMOVUPS D, OFF+192(AX)

// OP is one of them, for four rows.
#define EACHROW(OP) \
	OP(0, Z0, Z1, Z2, Z3)      \
	OP(256, Z4, Z5, Z6, Z7)    \
	OP(512, Z8, Z9, Z10, Z11)  \
	OP(768, Z12, Z13, Z14, Z15)

// Folds the lanes of one row to one vector, A.
#define FOLDROW(ADD, A, B, C, D) \
	ADD C, A, A \
	ADD D, B, B \
	ADD B, A, A

// Folds four such vectors, Z0, Z4, Z8, Z12, to one value in each 128 bits of Z0 (float32: but for the last two steps; float64: but for the last).
// Each step adds the halves of two rows at once.
#define FOLDROWS(ADD) \
	VSHUFF64X2 $0x44, Z4, Z0, Z1   \
	VSHUFF64X2 $0xEE, Z4, Z0, Z2   \
	VSHUFF64X2 $0x44, Z12, Z8, Z9  \
	VSHUFF64X2 $0xEE, Z12, Z8, Z10 \
	ADD Z2, Z1, Z0     \
	ADD Z10, Z9, Z8    \
	VSHUFF64X2 $0x88, Z8, Z0, Z1   \
	VSHUFF64X2 $0xDD, Z8, Z0, Z2   \
	ADD Z2, Z1, Z0

// Both for the lanes of four rows, all additions of a step together.
#define FOLD4(ADD) \
	ADD Z2, Z0, Z0     \
	ADD Z6, Z4, Z4     \
	ADD Z10, Z8, Z8    \
	ADD Z14, Z12, Z12  \
	ADD Z3, Z1, Z1     \
	ADD Z7, Z5, Z5     \
	ADD Z11, Z9, Z9    \
	ADD Z15, Z13, Z13  \
	ADD Z1, Z0, Z0     \
	ADD Z5, Z4, Z4     \
	ADD Z9, Z8, Z8     \
	ADD Z13, Z12, Z12  \
	FOLDROWS(ADD)
