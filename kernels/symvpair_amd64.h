// Two rows of a symmetric matrix times a vector on AVX2 with their lanes in memory (symvpair, symvfours, symvstrip): what these do at the diagonal, and with columns that are no whole
// block of 256 bytes.
//
//	Y8, Y9  x_i of rows 0, 1      Y10  x      Y11  v      Y12, Y13  a      Y15  the two lanes of the diagonal
//	R8, R9  rows, from column 0   R12  bytes of a row     R13  i           SI  x   DI  v
//	CX      byte of the column    DX   byte of the vector on the diagonal  R11  byte of the column behind the last (Upper)
//	R10     lanes of both rows, 512 bytes                 BX   place of a vector in its block

// The lanes in memory are +0.
#define CLEAR \
	VXORPS Y0, Y0, Y0       \
	VMOVUPS Y0, (R10)       \
	VMOVUPS Y0, 32(R10)     \
	VMOVUPS Y0, 64(R10)     \
	VMOVUPS Y0, 96(R10)     \
	VMOVUPS Y0, 128(R10)    \
	VMOVUPS Y0, 160(R10)    \
	VMOVUPS Y0, 192(R10)    \
	VMOVUPS Y0, 224(R10)    \
	VMOVUPS Y0, 256(R10)    \
	VMOVUPS Y0, 288(R10)    \
	VMOVUPS Y0, 320(R10)    \
	VMOVUPS Y0, 352(R10)    \
	VMOVUPS Y0, 384(R10)    \
	VMOVUPS Y0, 416(R10)    \
	VMOVUPS Y0, 448(R10)    \
	VMOVUPS Y0, 480(R10)

// One vector of columns, with the lanes in memory.
#define ONE(FMA) \
	MOVQ CX, BX                \
	ANDQ $255, BX              \
	VMOVUPS (SI)(CX*1), Y10    \
	VMOVUPS (DI)(CX*1), Y11    \
	VMOVUPS (R8)(CX*1), Y12    \
	VMOVUPS (R9)(CX*1), Y13    \
	VMOVUPS (R10)(BX*1), Y0    \
	VMOVUPS 256(R10)(BX*1), Y1 \
	FMA Y12, Y8, Y11           \
	FMA Y12, Y10, Y0           \
	FMA Y13, Y9, Y11           \
	FMA Y13, Y10, Y1           \
	VMOVUPS Y11, (DI)(CX*1)    \
	VMOVUPS Y0, (R10)(BX*1)    \
	VMOVUPS Y1, 256(R10)(BX*1) \
	ADDQ $32, CX

// The lanes of the vector at byte AT take a·x under mask MA (row 0) and MB (row 1).
#define LANES(FMA, BLEND, AT, MA, MB) \
	MOVQ AT, BX                \
	ANDQ $255, BX              \
	VMOVUPS (R10)(BX*1), Y0    \
	VMOVUPS 256(R10)(BX*1), Y1 \
	VMOVAPS Y0, Y2             \
	FMA Y12, Y10, Y2           \
	BLEND MA, Y2, Y0, Y0       \
	VMOVAPS Y1, Y2             \
	FMA Y13, Y10, Y2           \
	BLEND MB, Y2, Y1, Y1       \
	VMOVUPS Y0, (R10)(BX*1)    \
	VMOVUPS Y1, 256(R10)(BX*1)

// v (Y11) takes a·x_i under mask MA (row 0), then MB (row 1).
#define UPDATE(FMA, BLEND, MA, MB) \
	VMOVAPS Y11, Y2       \
	FMA Y12, Y8, Y2       \
	BLEND MA, Y2, Y11, Y11 \
	VMOVAPS Y11, Y2       \
	FMA Y13, Y9, Y2       \
	BLEND MB, Y2, Y11, Y11

// Y0 = the two sums, each in half a register, but for the steps within 128 bits.
#define FOLD(ADD) \
	VMOVUPS (R10), Y0            \
	VMOVUPS 32(R10), Y1          \
	VMOVUPS 64(R10), Y2          \
	VMOVUPS 96(R10), Y3          \
	ADD 128(R10), Y0, Y0         \
	ADD 160(R10), Y1, Y1         \
	ADD 192(R10), Y2, Y2         \
	ADD 224(R10), Y3, Y3         \
	VMOVUPS 256(R10), Y4         \
	VMOVUPS 288(R10), Y5         \
	VMOVUPS 320(R10), Y6         \
	VMOVUPS 352(R10), Y7         \
	ADD 384(R10), Y4, Y4         \
	ADD 416(R10), Y5, Y5         \
	ADD 448(R10), Y6, Y6         \
	ADD 480(R10), Y7, Y7         \
	ADD Y2, Y0, Y0               \
	ADD Y3, Y1, Y1               \
	ADD Y6, Y4, Y4               \
	ADD Y7, Y5, Y5               \
	ADD Y1, Y0, Y0               \
	ADD Y5, Y4, Y4               \
	VPERM2F128 $0x20, Y4, Y0, Y1 \
	VPERM2F128 $0x31, Y4, Y0, Y2 \
	ADD Y2, Y1, Y0

// Y0 = s of row 0 in even, of row 1 in odd elements.
#define FOLD32 \
	FOLD(VADDPS)                 \
	VPERMILPS $0x4E, Y0, Y1      \
	VADDPS Y1, Y0, Y0            \
	VPERMILPS $0xB1, Y0, Y1      \
	VADDPS Y1, Y0, Y0            \
	VPERM2F128 $0x01, Y0, Y0, Y1 \
	VBLENDPS $0x5A, Y1, Y0, Y0
#define FOLD64 \
	FOLD(VADDPD)                 \
	VPERMILPD $0x5, Y0, Y1       \
	VADDPD Y1, Y0, Y0            \
	VPERM2F128 $0x01, Y0, Y0, Y1 \
	VBLENDPD $0x6, Y1, Y0, Y0

// A partial vector from CX to R11, if there is one.
#define PARTIAL(FMA, MASKMOV, BLEND, END) \
	MOVQ R11, BX                        \
	SUBQ CX, BX                         \
	JLE  END                            \
	LEAQ ·tailMask+256(SB), AX          \
	SUBQ BX, AX                         \
	VMOVUPS (AX), Y3                    \
	MASKMOV (SI)(CX*1), Y3, Y10         \
	MASKMOV (R8)(CX*1), Y3, Y12         \
	MASKMOV (R9)(CX*1), Y3, Y13         \
	LANES(FMA, BLEND, CX, Y3, Y3)       \
	VMOVUPS (DI)(CX*1), Y11             \
	FMA Y12, Y8, Y11                    \
	FMA Y13, Y9, Y11                    \
	VMOVUPS Y11, (DI)(CX*1)

// The last columns of a pair, from CX to R11 bytes, v without the diagonals.
#define REST(FMA, MASKMOV, BLEND, BEFORE, TEST, END) \
	JMP  TEST                           \
BEFORE:                                     \
	ONE(FMA)                            \
TEST:                                       \
	LEAQ 32(CX), AX                     \
	CMPQ AX, R11                        \
	JLE  BEFORE                         \
	PARTIAL(FMA, MASKMOV, BLEND, END)   \
END:

// Lower: from column CX to the diagonal, with the sums; R11 is the byte of the diagonal in its vector.
#define TODIAGONAL(SIZE, ADD, FMA, MASKMOV, BLEND, SUMS) \
	JMP  single                         \
one:                                        \
	ONE(FMA)                            \
single:                                     \
	CMPQ CX, DX                         \
	JLT  one                            \
	LEAQ ·tailMask+256(SB), AX          \
	SUBQ R11, AX                        \
	VMOVUPS (AX), Y3                    \
	VMOVUPS -SIZE(AX), Y4               \
	VMOVUPS -2*SIZE(AX), Y5             \
	MASKMOV (SI)(DX*1), Y5, Y10         \
	MASKMOV (R8)(DX*1), Y4, Y12         \
	MASKMOV (R9)(DX*1), Y5, Y13         \
	LANES(FMA, BLEND, DX, Y4, Y5)       \
	VXORPS Y3, Y5, Y15                  \
	VMOVAPS Y4, Y14                     \
	SUMS                                \
	VMOVUPS (AX), Y3                    \
	VMOVUPS (DI)(DX*1), Y11             \
	ADD Y0, Y11, Y0                     \
	BLEND Y15, Y0, Y11, Y11             \
	UPDATE(FMA, BLEND, Y3, Y14)         \
	VMOVUPS Y11, (DI)(DX*1)

// Lower: a pair from the block of its diagonal on, and its sums. What is left of that block is in the lanes.
#define DIAGONAL(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	LEAQ (R8)(R12*1), R9                \
	BCAST (SI)(R13*SIZE), Y8            \
	BCAST SIZE(SI)(R13*SIZE), Y9        \
	LEAQ (R13*SIZE), DX                 \
	MOVQ DX, R11                        \
	ANDQ $~31, DX                       \
	SUBQ DX, R11                        \
	MOVQ DX, CX                         \
	ANDQ $~255, CX                      \
	JNZ  single                         \
	CLEAR                               \
	TODIAGONAL(SIZE, ADD, FMA, MASKMOV, BLEND, SUMS)

// Upper: the vector on the diagonal, under the masks Y3 to Y5, as far as R11.
#define ATDIAGONAL(FMA, MASKMOV, BLEND) \
	MOVQ R11, BX                        \
	SUBQ DX, BX                         \
	MOVQ $32, AX                        \
	CMPQ BX, AX                         \
	CMOVQGT AX, BX                      \
	LEAQ ·tailMask+256(SB), AX          \
	SUBQ BX, AX                         \
	VMOVUPS (AX), Y6                    \
	VANDPS Y6, Y3, Y3                   \
	VANDPS Y6, Y4, Y4                   \
	MASKMOV (SI)(DX*1), Y3, Y10         \
	MASKMOV (R8)(DX*1), Y3, Y12         \
	MASKMOV (R9)(DX*1), Y4, Y13         \
	LANES(FMA, BLEND, DX, Y3, Y4)       \
	VMOVUPS (DI)(DX*1), Y11             \
	UPDATE(FMA, BLEND, Y4, Y5)          \
	VMOVUPS Y11, (DI)(DX*1)             \
	LEAQ 32(DX), CX

// Upper: a pair from its diagonal to the end of that block or of n. Its lanes begin with +0.
#define HEAD(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	LEAQ (R8)(R12*1), R9                \
	BCAST (SI)(R13*SIZE), Y8            \
	BCAST SIZE(SI)(R13*SIZE), Y9        \
	LEAQ (R13*SIZE), DX                 \
	MOVQ DX, BX                         \
	ANDQ $~31, DX                       \
	SUBQ DX, BX                         \
	CLEAR                               \
	LEAQ ·tailMask+512(SB), AX          \
	SUBQ BX, AX                         \
	VMOVUPS (AX), Y3                    \
	VMOVUPS -SIZE(AX), Y4               \
	VMOVUPS -2*SIZE(AX), Y5             \
	MOVQ DX, R11                        \
	ORQ  $255, R11                      \
	INCQ R11                            \
	MOVQ n+16(FP), AX                   \
	IMULQ $SIZE, AX                     \
	CMPQ R11, AX                        \
	CMOVQGT AX, R11                     \
	ATDIAGONAL(FMA, MASKMOV, BLEND)     \
	REST(FMA, MASKMOV, BLEND, head1, head2, head3)

// Upper: the columns behind the last whole block, but for the diagonal's, and the sums.
#define TAIL(SIZE, BCAST, ADD, FMA, MASKMOV, BLEND, SUMS) \
	LEAQ (R8)(R12*1), R9                \
	BCAST (SI)(R13*SIZE), Y8            \
	BCAST SIZE(SI)(R13*SIZE), Y9        \
	LEAQ (R13*SIZE), DX                 \
	MOVQ DX, CX                         \
	ORQ  $255, CX                       \
	INCQ CX                             \
	MOVQ DX, BX                         \
	ANDQ $~31, DX                       \
	SUBQ DX, BX                         \
	LEAQ ·tailMask+512(SB), AX          \
	SUBQ BX, AX                         \
	VMOVUPS (AX), Y3                    \
	VMOVUPS -2*SIZE(AX), Y5             \
	VXORPS Y3, Y5, Y15                  \
	MOVQ n+16(FP), R11                  \
	IMULQ $SIZE, R11                    \
	MOVQ R11, AX                        \
	ANDQ $~255, AX                      \
	CMPQ CX, AX                         \
	CMOVQLT AX, CX                      \
	REST(FMA, MASKMOV, BLEND, tail1, tail2, tail3) \
	SUMS                                \
	VMOVUPS (DI)(DX*1), Y11             \
	ADD Y0, Y11, Y0                     \
	BLEND Y15, Y0, Y11, Y11             \
	VMOVUPS Y11, (DI)(DX*1)
