// Mnemonics of float32 for assembly that is written once for both types: include this, write the
// functions for float32, then include pd_amd64.h and write those for float64.

#define ADD       VADDPS
#define SUB       VSUBPS
#define MUL       VMULPS
#define DIV       VDIVPS
#define SQRT      VSQRTPS
#define MAXV      VMAXPS
#define MINV      VMINPS
#define FMADD213  VFMADD213PS
#define FMADD231  VFMADD231PS
#define FNMADD231 VFNMADD231PS
#define LOADU     VMOVUPS
#define BCAST     VBROADCASTSS
#define SHLI      VPSLLD
#define SHRI      VPSRLD
#define SUBI      VPSUBD
#define MASKMOV   VMASKMOVPS
#define SCALEF    VSCALEFPS
#define CMPV      VCMPPS
#define FPCLASS   VFPCLASSPSZ
#define MOVMSK    VMOVMSKPS
#define SUBS      VSUBSS
#define UCOMIS    VUCOMISS
#define DIVS      VDIVSS
#define LOADS     VMOVSS
#define EBYTES    4
#define ELOG      2
#define MAXS      VMAXSS
#define EXPBIAS   23
#define EXPTAIL   EXPTAIL32
#define EXPTAILS  EXPTAILS32
#define EXPTABLE  EXPTABLE32
#define EXPONE    (12*32)
#define BITS(I, C) MOVL $I, AX; VPBROADCASTD AX, C
#define RSQRT14   VRSQRT14PS
#define ROOTSTEPS ROOTSTEPS32
#define ROOTHALF  0x3f000000
#define ROOTLEAST 0x2b800000 // 2⁻⁴⁰
// The last step of a fold, from two lanes to one: X0 += its second element.
#define FOLDPAIR  VMOVSHDUP X0, X1; VADDSS X1, X0, X0
// The step before, four lanes to two.
#define FOLDFOUR  VPERMILPD $1, X0, X1; VADDPS X1, X0, X0
// The largest of the four lanes of X0 into its first.
#define MAXFOUR   VPERMILPD $1, X0, X1; VMAXPS X1, X0, X0; VMOVSHDUP X0, X1; VMAXSS X1, X0, X0
