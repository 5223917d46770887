// What tridiagcolumn_avx2_amd64.s and tridiagcolumn_avx512_amd64.s need beside ps_amd64.h: constants, and mnemonics for one element, of float32.
// tridiagcolumn64_amd64.h replaces them by those of float64.

DATA ·column32<>+0(SB)/4, $0x3f800000  // 1
DATA ·column32<>+4(SB)/4, $0xbf000000  // -1/2
DATA ·column32<>+8(SB)/4, $0x12800000  // 2^-90
DATA ·column32<>+12(SB)/4, $0
DATA ·column32<>+16(SB)/8, $0x80000000 // the sign bit of one lane
DATA ·column32<>+24(SB)/8, $0
GLOBL ·column32<>(SB), RODATA|NOPTR, $32

DATA ·column64<>+0(SB)/8, $0x3ff0000000000000  // 1
DATA ·column64<>+8(SB)/8, $0xbfe0000000000000  // -1/2
DATA ·column64<>+16(SB)/8, $0x07b0000000000000 // 2^-900
DATA ·column64<>+24(SB)/8, $0
DATA ·column64<>+32(SB)/8, $0x8000000000000000
DATA ·column64<>+40(SB)/8, $0
GLOBL ·column64<>(SB), RODATA|NOPTR, $48

#define UNITY     ·column32<>+0
#define ROWSAT    ·rowsAt32<>+0
#define MINUSHALF ·column32<>+4
#define TINY      ·column32<>+8
#define SIGNBIT   ·column32<>+16
#define MOVA      VMOVAPS
#define SQRTS     VSQRTSS
#define MULS      VMULSS
#define ADDS      VADDSS
#define BLENDV    VBLENDVPS
#define FNMADDS   VFNMADD231SS
#define ANDV      VANDPS

// Four lanes of x to two, and two to one. Uses y.
#define FOLD4(x, y) VPERMILPD $1, x, y; VADDPS y, x, x
#define FOLD2(x, y) VMOVSHDUP x, y; VADDSS y, x, x

// The same in all four quarters of a register.
#define FOLDROWS4(x, y) VPERMILPD $0x55, x, y; VADDPS y, x, x
#define FOLDROWS2(x, y) VPERMILPS $0xB1, x, y; VADDPS y, x, x
#define PERMROWS  VPERMPS
