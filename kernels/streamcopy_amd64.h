// The loops over rows and lines of copies past the caches, for both tiers: LINE copies a line from SI to DI. Registers as in streamcopy_avx512_amd64.s.

#define ROWS(LINE) \
	MOVQ rows+0(FP), DX  \
	MOVQ lines+8(FP), BX \
	MOVQ a+16(FP), SI    \
	MOVQ ra+24(FP), R8   \
	MOVQ b+32(FP), DI    \
	MOVQ rb+40(FP), R9   \
	MOVQ BX, CX          \
	SHLQ $6, CX          \
	SUBQ CX, R8          \
	SUBQ CX, R9          \
row: \
	MOVQ BX, CX          \
line: \
	LINE                 \
	ADDQ $64, SI         \
	ADDQ $64, DI         \
	DECQ CX              \
	JNZ  line            \
	ADDQ R8, SI          \
	ADDQ R9, DI          \
	DECQ DX              \
	JNZ  row             \
	VZEROUPPER           \
	RET
