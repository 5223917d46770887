// Short rows of a matrix in one call: the loops that AVX2 and AVX-512 share.
//
//	R8, R9  rows of A and B    R12, R11  bytes from one row to the next    DX  rows left    SI  factor of the row    R13  bytes from one to the next
//	CX  byte of the column    BX  bytes of whole vectors, R10 three less    AX  not 0: there is a part of one    R14, R15  the rows again
//
// HEAD loads the factor of a row. BODY is one vector of W bytes, at an offset to CX, four, two or one at a time; LAST the masked rest, at CX. Where a masked store covers what the next row
// begins with, LINE bytes on, it comes when the whole vectors of all rows are done: that row's load would wait until the store has left the core, 20 cycles in each row. (Else it stays with its
// row, R14 = 0: rows pages apart leave the first level before a second pass.)

#define ROWS(W, LINE, HEAD, BODY, LAST) \
	MOVQ DX, R14     \
	TESTQ AX, AX     \
	JZ   start       \
	LEAQ W(BX), R15  \
	CMPQ LINE, R15   \
	JLT  start       \
	XORL R14, R14    \
start:                   \
	LEAQ -3*W(BX), R10 \
	TESTQ BX, BX     \
	JZ   tails       \
row:                     \
	HEAD             \
	XORL CX, CX      \
	CMPQ CX, R10     \
	JGE  two         \
four:                    \
	BODY(0)          \
	BODY(W)          \
	BODY(2*W)        \
	BODY(3*W)        \
	ADDQ $(4*W), CX  \
	CMPQ CX, R10     \
	JLT  four        \
two:                     \
	LEAQ W(CX), R15  \
	CMPQ R15, BX     \
	JGE  one         \
	BODY(0)          \
	BODY(W)          \
	ADDQ $(2*W), CX  \
one:                     \
	CMPQ CX, BX      \
	JGE  next        \
	BODY(0)          \
next:                    \
	TESTQ R14, R14   \
	JNZ  step        \
	MOVQ BX, CX      \
	LAST             \
step:                    \
	ADDQ R12, R8     \
	ADDQ R11, R9     \
	ADDQ R13, SI     \
	DECQ DX          \
	JNZ  row         \
	TESTQ AX, AX     \
	JZ   done        \
	TESTQ R14, R14   \
	JZ   done        \
	MOVQ R14, DX     \
	MOVQ R12, R15    \
	IMULQ R14, R15   \
	SUBQ R15, R8     \
	MOVQ R11, R15    \
	IMULQ R14, R15   \
	SUBQ R15, R9     \
	IMULQ R13, R14   \
	SUBQ R14, SI     \
tails:                   \
	MOVQ BX, CX      \
tail:                    \
	HEAD             \
	LAST             \
	ADDQ R12, R8     \
	ADDQ R11, R9     \
	ADDQ R13, SI     \
	DECQ DX          \
	JNZ  tail        \
done:                    \
	VZEROUPPER       \
	RET

// Rows of A by fours, where they have no part of a vector (which ROWS leaves for the end): HEAD4 once, BODY4 for vectors at R8 and DI, which move. What is left is ROWS'.
#define FOURS(W, HEAD4, BODY4) \
	TESTQ AX, AX     \
	JNZ  rows        \
	LEAQ (R12)(R12*2), R14 \
	SUBQ $4, DX      \
	JLT  few         \
quad:                    \
	HEAD4            \
	MOVQ BX, CX      \
	PCALIGN $64      \
column:                  \
	BODY4            \
	ADDQ $W, R8      \
	ADDQ $W, DI      \
	SUBQ $W, CX      \
	JNZ  column      \
	SUBQ BX, R8      \
	SUBQ BX, DI      \
	LEAQ (R8)(R12*4), R8 \
	LEAQ (SI)(R13*4), SI \
	SUBQ $4, DX      \
	JGE  quad        \
few:                     \
	ADDQ $4, DX      \
	JZ   done        \
rows:
