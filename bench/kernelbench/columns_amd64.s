#include "textflag.h"

// Probe of columns: 1 KiB of each row, by two copies of the loop that take two turns each (mode 1), one each (mode 2), or by the first (mode 0).
//
//	CX rows left      DI row      DX bytes of a row      R13, AX turn (GEMVT of gemvt_avx512_amd64.s)

#define KIBZ \
	VMOVUPS 0(DI), Z0 \
	VMOVUPS 64(DI), Z1 \
	VMOVUPS 128(DI), Z2 \
	VMOVUPS 192(DI), Z3 \
	VMOVUPS 256(DI), Z4 \
	VMOVUPS 320(DI), Z5 \
	VMOVUPS 384(DI), Z6 \
	VMOVUPS 448(DI), Z7 \
	VMOVUPS 512(DI), Z0 \
	VMOVUPS 576(DI), Z1 \
	VMOVUPS 640(DI), Z2 \
	VMOVUPS 704(DI), Z3 \
	VMOVUPS 768(DI), Z4 \
	VMOVUPS 832(DI), Z5 \
	VMOVUPS 896(DI), Z6 \
	VMOVUPS 960(DI), Z7
#define KIBY \
	VMOVUPS 0(DI), Y0 \
	VMOVUPS 32(DI), Y1 \
	VMOVUPS 64(DI), Y2 \
	VMOVUPS 96(DI), Y3 \
	VMOVUPS 128(DI), Y4 \
	VMOVUPS 160(DI), Y5 \
	VMOVUPS 192(DI), Y6 \
	VMOVUPS 224(DI), Y7 \
	VMOVUPS 256(DI), Y0 \
	VMOVUPS 288(DI), Y1 \
	VMOVUPS 320(DI), Y2 \
	VMOVUPS 352(DI), Y3 \
	VMOVUPS 384(DI), Y4 \
	VMOVUPS 416(DI), Y5 \
	VMOVUPS 448(DI), Y6 \
	VMOVUPS 480(DI), Y7 \
	VMOVUPS 512(DI), Y0 \
	VMOVUPS 544(DI), Y1 \
	VMOVUPS 576(DI), Y2 \
	VMOVUPS 608(DI), Y3 \
	VMOVUPS 640(DI), Y4 \
	VMOVUPS 672(DI), Y5 \
	VMOVUPS 704(DI), Y6 \
	VMOVUPS 736(DI), Y7 \
	VMOVUPS 768(DI), Y0 \
	VMOVUPS 800(DI), Y1 \
	VMOVUPS 832(DI), Y2 \
	VMOVUPS 864(DI), Y3 \
	VMOVUPS 896(DI), Y4 \
	VMOVUPS 928(DI), Y5 \
	VMOVUPS 960(DI), Y6 \
	VMOVUPS 992(DI), Y7
#define COLUMNS(KIB) \
	MOVQ rows+0(FP), CX   \
	MOVQ x+8(FP), DI      \
	MOVQ stride+16(FP), DX \
	MOVQ mode+24(FP), R13 \
	MOVQ R13, AX          \
	SHRQ $1, AX           \
	XORQ $1, AX           \
	ANDQ $1, R13          \
first:                        \
	KIB                   \
	ADDQ DX, DI           \
	DECQ CX               \
	JZ   done             \
	XORQ R13, AX          \
	JNZ  first            \
second:                       \
	KIB                   \
	ADDQ DX, DI           \
	DECQ CX               \
	JZ   done             \
	XORQ R13, AX          \
	JNZ  second           \
	JMP  first            \
done:                         \
	VZEROUPPER            \
	RET

// func columnsZ(rows int, x *byte, stride, mode int)
TEXT ·columnsZ(SB), NOSPLIT, $0-32
	COLUMNS(KIBZ)

// func columnsY(rows int, x *byte, stride, mode int)
TEXT ·columnsY(SB), NOSPLIT, $0-32
	COLUMNS(KIBY)
