// Jumps of assembly that serves both types and both tiers under one Go declaration: a switch in Go is a call more, since it is too large to be inlined, and of a vector of 64
// elements each call, with its loads from the stack, is a fifth.
//
//   AX  kind: a number of ISA (AVX2 2, AVX512 3) plus the size of an element (4, 8), less the BASE of the operation

#define BYKIND(BASE, F32AVX2, F32AVX512, F64AVX2, F64AVX512) \
	CMPQ AX, $(BASE+7); \
	JEQ  5(PC); \
	JLT  5(PC); \
	CMPQ AX, $(BASE+11); \
	JEQ  4(PC); \
	JMP  F64AVX2(SB); \
	JMP  F32AVX512(SB); \
	JMP  F32AVX2(SB); \
	JMP  F64AVX512(SB)
