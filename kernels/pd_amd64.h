// Mnemonics of float64 for assembly that is written once for both types: include this, write the
// functions for float32, then include pd_amd64.h and write those for float64.

#undef ADD
#undef SUB
#undef MUL
#undef DIV
#undef SQRT
#undef MAXV
#undef MINV
#undef FMADD213
#undef FMADD231
#undef FNMADD231
#undef LOADU
#undef BCAST
#undef SHLI
#undef SHRI
#undef SUBI
#undef MASKMOV
#undef SCALEF
#undef CMPV
#undef FPCLASS
#undef MOVMSK
#undef SUBS
#undef UCOMIS
#undef DIVS
#undef LOADS
#undef EBYTES
#undef ELOG
#undef MAXS
#undef EXPBIAS
#undef EXPTAIL
#undef EXPTAILS
#undef EXPTABLE
#undef EXPONE
#undef BITS
#undef RSQRT14
#undef ROOTSTEPS
#undef ROOTHALF
#undef ROOTLEAST
#undef MAXFOUR
#undef FOLDPAIR
#undef FOLDFOUR
#define ADD       VADDPD
#define SUB       VSUBPD
#define MUL       VMULPD
#define DIV       VDIVPD
#define SQRT      VSQRTPD
#define MAXV      VMAXPD
#define MINV      VMINPD
#define FMADD213  VFMADD213PD
#define FMADD231  VFMADD231PD
#define FNMADD231 VFNMADD231PD
#define LOADU     VMOVUPD
#define BCAST     VBROADCASTSD
#define SHLI      VPSLLQ
#define SHRI      VPSRLQ
#define SUBI      VPSUBQ
#define MASKMOV   VMASKMOVPD
#define SCALEF    VSCALEFPD
#define CMPV      VCMPPD
#define FPCLASS   VFPCLASSPDZ
#define MOVMSK    VMOVMSKPD
#define SUBS      VSUBSD
#define UCOMIS    VUCOMISD
#define DIVS      VDIVSD
#define LOADS     VMOVSD
#define EBYTES    8
#define ELOG      3
#define MAXS      VMAXSD
#define EXPBIAS   52
#define EXPTAIL   EXPTAIL64
#define EXPTAILS  EXPTAILS64
#define EXPTABLE  EXPTABLE64
#define EXPONE    (17*32)
#define BITS(I, C) MOVQ $I, AX; VPBROADCASTQ AX, C
#define RSQRT14   VRSQRT14PD
#define ROOTSTEPS ROOTSTEPS64
#define ROOTHALF  0x3fe0000000000000
#define ROOTLEAST 0x23d0000000000000 // 2⁻⁴⁵⁰
// The last step of a fold, from two lanes to one: X0 += its second element.
#define FOLDPAIR  VPERMILPD $1, X0, X1; VADDSD X1, X0, X0
#define FOLDFOUR
// The largest of the two lanes of X0 into its first.
#define MAXFOUR   VPERMILPD $1, X0, X1; VMAXSD X1, X0, X0
