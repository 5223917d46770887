// The definitions of tridiagcolumn_amd64.h for float64.

#undef UNITY
#undef ROWSAT
#undef FOLDROWS4
#undef FOLDROWS2
#undef PERMROWS
#undef MINUSHALF
#undef TINY
#undef SIGNBIT
#undef MOVA
#undef SQRTS
#undef MULS
#undef ADDS
#undef BLENDV
#undef FNMADDS
#undef ANDV
#undef FOLD4
#undef FOLD2
#define UNITY     ·column64<>+0
#define ROWSAT    ·rowsAt64<>+0
#define MINUSHALF ·column64<>+8
#define TINY      ·column64<>+16
#define SIGNBIT   ·column64<>+32
#define MOVA      VMOVAPD
#define SQRTS     VSQRTSD
#define MULS      VMULSD
#define ADDS      VADDSD
#define BLENDV    VBLENDVPD
#define FNMADDS   VFNMADD231SD
#define ANDV      VANDPD
#define FOLD4(x, y)
#define FOLD2(x, y) VUNPCKHPD x, x, y; VADDSD y, x, x
#define FOLDROWS4(x, y)
#define FOLDROWS2(x, y) VPERMILPD $0x55, x, y; VADDPD y, x, x
#define PERMROWS  VPERMPD
