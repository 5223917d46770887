// Macros of the kernels for products of few rows, shared by AVX-512 and AVX2: the including file defines VBYTES and the ROWS macros of its registers; the mnemonics come
// from ps_amd64.h and pd_amd64.h.
//
//	Σ_l A[i, l]·B[l, j], l ascending     rows 1…MR, any number of columns
//
// B is larger than the second-level cache and met by few rows: what counts is that it arrives in time. Its columns pass by in strips of three vectors, since a wide tile has the fewest
// loads for its FMA, and what is loaded shares the first-level cache with what comes in.
//
// Registers
//
//	R8 R9       A rows 0, 4           R11 R12 R13  ra, 3·ra, ca
//	SI DX       B, rb                 CX           steps left
//	R10         columns left

#define A0 (R8)
#define A1 (R8)(R11*1)
#define A2 (R8)(R11*2)
#define A3 (R8)(R12*1)
#define A4 (R9)
#define A5 (R9)(R11*1)
#define A6 (R9)(R11*2)
#define A7 (R9)(R12*1)

// A of the call in AX, and the columns.
#define ARGS \
	MOVQ t+0(FP), AX       \
	MOVQ cols+40(FP), R10  \
	MOVQ 0(AX), R11        \
	MOVQ 8(AX), R13        \
	MOVQ 16(AX), DX        \
	LEAQ (R11)(R11*2), R12

#define START \
	MOVQ t+0(FP), CX      \
	MOVQ a+8(FP), R8      \
	MOVQ b+16(FP), SI     \
	MOVQ 32(CX), CX       \
	LEAQ (R8)(R11*4), R9

#define STEP(LOAD, ROWS) \
	LOAD          \
	ROWS          \
	ADDQ R13, R8  \
	ADDQ R13, R9  \
	ADDQ DX, SI

// All steps of one strip, then on to out.
#define STEPS(LOAD, ROWS, four, rest, one, out) \
	SUBQ $4, CX           \
	JLT  rest             \
four: \
	STEP(LOAD, ROWS)      \
	STEP(LOAD, ROWS)      \
	STEP(LOAD, ROWS)      \
	STEP(LOAD, ROWS)      \
	SUBQ $4, CX           \
	JGE  four             \
rest: \
	ADDQ $4, CX           \
	JZ   out              \
one: \
	STEP(LOAD, ROWS)      \
	DECQ CX               \
	JNZ  one
