// Macros of batches of dense products (gemmdense_*_amd64.s): arguments, loops over the products, update of C. The including file defines ALPHA, BETA and TEMP, registers,
// and FMA213 and MUL of its element type.
//
//	R8 SI DI    A, B, C        R9 R10 R11  sa, sb, sc        AX  the tileCall        CX  products left        DX  mode

#define ARGS \
	MOVQ t+0(FP), AX   \
	MOVQ a+8(FP), R8   \
	MOVQ b+16(FP), SI  \
	MOVQ c+24(FP), DI  \
	MOVQ sa+32(FP), R9 \
	MOVQ sb+40(FP), R10 \
	MOVQ sc+48(FP), R11 \
	MOVQ count+56(FP), CX

// A loop for each mode of the call (see gemm_avx2_amd64.h): sums, then C from them.
#define LOOP(SUMS, UPDATE, loop) \
loop: \
	SUMS         \
	UPDATE       \
	ADDQ R9, R8  \
	ADDQ R10, SI \
	ADDQ R11, DI \
	DECQ CX      \
	JNZ  loop    \
	VZEROUPPER   \
	RET

#define LOOPS(SUMS, MIX, ADD, SCALE, PUT) \
	MOVL 56(AX), DX  \
	CMPL DX, $2      \
	JEQ  put         \
	JGT  add         \
	CMPL DX, $1      \
	JEQ  mix         \
	LOOP(SUMS, SCALE, scale) \
	LOOP(SUMS, MIX, mix) \
	LOOP(SUMS, ADD, add) \
	LOOP(SUMS, PUT, put)

// C from the sums s, at m.
#define PUT1(s, m) VMOVUPS s, m
#define SCALE1(s, m) MUL ALPHA, s, s; PUT1(s, m)
#define ADD1(s, m) FMA213 m, ALPHA, s; PUT1(s, m)
#define MIX1(s, m) MUL m, BETA, TEMP; FMA213 TEMP, ALPHA, s; PUT1(s, m)
