// NEON instructions that the Go 1.26 assembler has no mnemonic for, and those with one (LDRS, LDRD, STRS, STRD, MOVV, UMOVW, AND255, USHR…, SHL…, SUB…)
// whose register numbers the macros that use them compute.
//
// Arguments are plain register numbers in the order of the Arm manual reversed, as
// in Go's own mnemonics: source m, source n, destination d (FADD4S(m, n, d) is
// fadd vd.4s, vn.4s, vm.4s). By-element forms take the lane of vm. Every macro used is
// decoded in a test and compared with its name (internal/asmcheck).

#define FADD4S(m,n,d)   WORD $(0x4E20D400|(m)<<16|(n)<<5|(d))
#define FADD2D(m,n,d)   WORD $(0x4E60D400|(m)<<16|(n)<<5|(d))
#define FSUB4S(m,n,d)   WORD $(0x4EA0D400|(m)<<16|(n)<<5|(d))
#define FSUB2D(m,n,d)   WORD $(0x4EE0D400|(m)<<16|(n)<<5|(d))
#define FMUL4S(m,n,d)   WORD $(0x6E20DC00|(m)<<16|(n)<<5|(d))
#define FMUL2D(m,n,d)   WORD $(0x6E60DC00|(m)<<16|(n)<<5|(d))
#define FDIV4S(m,n,d)   WORD $(0x6E20FC00|(m)<<16|(n)<<5|(d))
#define FDIV2D(m,n,d)   WORD $(0x6E60FC00|(m)<<16|(n)<<5|(d))
#define FMLA4S(m,n,d)   WORD $(0x4E20CC00|(m)<<16|(n)<<5|(d))
#define FMLA2D(m,n,d)   WORD $(0x4E60CC00|(m)<<16|(n)<<5|(d))
#define FMLS4S(m,n,d)   WORD $(0x4EA0CC00|(m)<<16|(n)<<5|(d))
#define FMLS2D(m,n,d)   WORD $(0x4EE0CC00|(m)<<16|(n)<<5|(d))
#define FMAX4S(m,n,d)   WORD $(0x4E20F400|(m)<<16|(n)<<5|(d))
#define FMAX2D(m,n,d)   WORD $(0x4E60F400|(m)<<16|(n)<<5|(d))
#define FMIN4S(m,n,d)   WORD $(0x4EA0F400|(m)<<16|(n)<<5|(d))
#define FMIN2D(m,n,d)   WORD $(0x4EE0F400|(m)<<16|(n)<<5|(d))
#define FCMGT4S(m,n,d)  WORD $(0x6EA0E400|(m)<<16|(n)<<5|(d))
#define FCMGT2D(m,n,d)  WORD $(0x6EE0E400|(m)<<16|(n)<<5|(d))
#define FCMGE2D(m,n,d)  WORD $(0x6E60E400|(m)<<16|(n)<<5|(d))
#define FCMEQ4S(m,n,d)  WORD $(0x4E20E400|(m)<<16|(n)<<5|(d))
#define FCMEQ2D(m,n,d)  WORD $(0x4E60E400|(m)<<16|(n)<<5|(d))
#define UMINV4S(n,d)    WORD $(0x6EB1A800|(n)<<5|(d))
#define MUL4S(m,n,d)    WORD $(0x4EA09C00|(m)<<16|(n)<<5|(d))
#define FSQRT4S(n,d)    WORD $(0x6EA1F800|(n)<<5|(d))
#define FSQRT2D(n,d)    WORD $(0x6EE1F800|(n)<<5|(d))
#define FABS4S(n,d)     WORD $(0x4EA0F800|(n)<<5|(d))
#define FABS2D(n,d)     WORD $(0x4EE0F800|(n)<<5|(d))
#define FNEG4S(n,d)     WORD $(0x6EA0F800|(n)<<5|(d))
#define FNEG2D(n,d)     WORD $(0x6EE0F800|(n)<<5|(d))
#define FRINTN4S(n,d)   WORD $(0x4E218800|(n)<<5|(d))
#define FRINTN2D(n,d)   WORD $(0x4E618800|(n)<<5|(d))
#define FCVTZS4S(n,d)   WORD $(0x4EA1B800|(n)<<5|(d))
#define FCVTZS2D(n,d)   WORD $(0x4EE1B800|(n)<<5|(d))

// Widening and narrowing; the forms with 2 read or write the upper half of the narrow register.
#define FCVTL(n,d)      WORD $(0x0E617800|(n)<<5|(d))
#define FCVTL2(n,d)     WORD $(0x4E617800|(n)<<5|(d))
#define FCVTN(n,d)      WORD $(0x0E616800|(n)<<5|(d))
#define FCVTN2(n,d)     WORD $(0x4E616800|(n)<<5|(d))

// d += n · m[lane]
#define FMLA4S0(m,n,d)  WORD $(0x4F801000|(m)<<16|(n)<<5|(d))
#define FMLA4S1(m,n,d)  WORD $(0x4FA01000|(m)<<16|(n)<<5|(d))
#define FMLA4S2(m,n,d)  WORD $(0x4F801800|(m)<<16|(n)<<5|(d))
#define FMLA4S3(m,n,d)  WORD $(0x4FA01800|(m)<<16|(n)<<5|(d))
#define FMLA2D0(m,n,d)  WORD $(0x4FC01000|(m)<<16|(n)<<5|(d))
#define FMLA2D1(m,n,d)  WORD $(0x4FC01800|(m)<<16|(n)<<5|(d))
// d −= n · m[lane]
#define FMLS4S0(m,n,d)  WORD $(0x4F805000|(m)<<16|(n)<<5|(d))
#define FMLS4S1(m,n,d)  WORD $(0x4FA05000|(m)<<16|(n)<<5|(d))
#define FMLS4S2(m,n,d)  WORD $(0x4F805800|(m)<<16|(n)<<5|(d))
#define FMLS4S3(m,n,d)  WORD $(0x4FA05800|(m)<<16|(n)<<5|(d))
#define FMLS2D0(m,n,d)  WORD $(0x4FC05000|(m)<<16|(n)<<5|(d))
#define FMLS2D1(m,n,d)  WORD $(0x4FC05800|(m)<<16|(n)<<5|(d))
// d = n · m[lane]
#define FMUL4S0(m,n,d)  WORD $(0x4F809000|(m)<<16|(n)<<5|(d))
#define FMUL4S1(m,n,d)  WORD $(0x4FA09000|(m)<<16|(n)<<5|(d))
#define FMUL4S2(m,n,d)  WORD $(0x4F809800|(m)<<16|(n)<<5|(d))
#define FMUL4S3(m,n,d)  WORD $(0x4FA09800|(m)<<16|(n)<<5|(d))
#define FMUL2D0(m,n,d)  WORD $(0x4FC09000|(m)<<16|(n)<<5|(d))
#define FMUL2D1(m,n,d)  WORD $(0x4FC09800|(m)<<16|(n)<<5|(d))

// Loads and stores of t with a register offset: ldr qt, [xn, xm] and so on.
#define LDRQ(m,n,t)     WORD $(0x3CE06800|(m)<<16|(n)<<5|(t))
#define LDRD(m,n,t)     WORD $(0xFC606800|(m)<<16|(n)<<5|(t))
#define LDRS(m,n,t)     WORD $(0xBC606800|(m)<<16|(n)<<5|(t))
#define STRQ(m,n,t)     WORD $(0x3CA06800|(m)<<16|(n)<<5|(t))
#define STRD(m,n,t)     WORD $(0xFC206800|(m)<<16|(n)<<5|(t))
#define STRS(m,n,t)     WORD $(0xBC206800|(m)<<16|(n)<<5|(t))

// d = n; t = the low 32 bits of n; d = n AND 255, of general registers.
#define MOVV(n,d)       WORD $(0x4EA01C00|(n)<<16|(n)<<5|(d))
#define UMOVW(n,t)      WORD $(0x0E043C00|(n)<<5|(t))
#define AND255(n,d)     WORD $(0x92401C00|(n)<<5|(d))

// Integers: right by one; left to the exponent; subtraction.
#define USHR4S1(n,d)    WORD $(0x6F3F0400|(n)<<5|(d))
#define USHR2D1(n,d)    WORD $(0x6F7F0400|(n)<<5|(d))
#define SHL4S23(n,d)    WORD $(0x4F375400|(n)<<5|(d))
#define SHL2D52(n,d)    WORD $(0x4F745400|(n)<<5|(d))
#define SUB4S(m,n,d)    WORD $(0x6EA08400|(m)<<16|(n)<<5|(d))
#define SUB2D(m,n,d)    WORD $(0x6EE08400|(m)<<16|(n)<<5|(d))
