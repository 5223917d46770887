// The loops of ReflectBlock, for both tiers and types: what the two files define for their registers (ZERO, LOAD, SUMS, RESUME, SUSPEND, TRIANGLE, UPDATES, STORE)
// in the order of the formulas.
//
// Rows come at once (part 3) or, where there are more than a call may take, first their sums (part 1), call by call from those of the rows before, then their
// updates (part 2).

#define NEXT ADDQ R8, DI; ADDQ R11, SI

#define BEGIN \
	MOVQ rows+0(FP), R15 \
	MOVQ v+8(FP), R10    \
	MOVQ rsv+16(FP), R11 \
	MOVQ csv+24(FP), AX  \
	MOVQ t+32(FP), BX    \
	MOVQ c+40(FP), R9    \
	MOVQ ldc+48(FP), R8  \
	IMULQ $SIZE, R11     \
	IMULQ $SIZE, AX      \
	IMULQ $SIZE, R8      \
	LEAQ (AX)(AX*2), R12 \
	LEAQ (AX)(AX*4), R13 \
	LEAQ (R13)(AX*2), DX

#define START MOVQ R10, SI; MOVQ R9, DI; MOVQ R15, CX

#define BODY \
	BEGIN \
	MOVQ part+64(FP), CX \
	CMPQ CX, $3 \
	JEQ  all \
	RESUME \
	CMPQ CX, $2 \
	JEQ  triangle \
	START \
	JMP  sum \
all: \
	ZERO \
	START \
sum: \
	LOAD \
	SUMS \
	NEXT \
	DECQ CX \
	JNE  sum \
	CMPQ part+64(FP), $1 \
	JNE  triangle \
	SUSPEND \
	VZEROUPPER \
	RET \
triangle: \
	TRIANGLE \
	START \
update: \
	LOAD \
	UPDATES \
	STORE \
	NEXT \
	DECQ CX \
	JNE  update \
	VZEROUPPER \
	RET
