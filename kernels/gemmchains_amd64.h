// What the tiers of gemmChains… share: DI is a chainCall.

// The next rows, if there are any.
#define MORE(again) \
	DECQ 168(DI)     \
	JZ   done        \
	MOVQ 176(DI), AX \
	ADDQ AX, 0(DI)   \
	ADDQ AX, 8(DI)   \
	ADDQ AX, 16(DI)  \
	MOVQ 184(DI), AX \
	ADDQ AX, 48(DI)  \
	ADDQ AX, 56(DI)  \
	ADDQ AX, 64(DI)  \
	JMP  again
