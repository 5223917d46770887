// Register names and memory access of the AVX-512 tier for assembly that is written once for
// both x86 tiers.
//
//   V0 … V6 work registers  C0 … C8 scalars broadcast  K1 elements of the tail  K2 of STOPBAD and SQRTV
//   Z12 … Z15, Z31 of SQRTV

#define V0 Z0
#define V1 Z1
#define V2 Z2
#define V3 Z3
#define V4 Z4
#define V5 Z5
#define V6 Z6
#define C0 Z16
#define C1 Z17
#define C2 Z18
#define C3 Z19
#define C4 Z20
#define C5 Z21
#define C6 Z22
#define C7 Z23
#define C8 Z24
#define VBYTES 64

#define LD(R, V)  LOADU (R)(BX*1), V
#define ST(V, R)  LOADU V, (R)(BX*1)
#define LDM(R, V) LOADU.Z (R)(BX*1), K1, V
#define STM(V, R) LOADU V, K1, (R)(BX*1)

// The mask of the first CX lanes, CX below their number.
#define TAILMASK \
	MOVL  $1, AX; \
	SHLL  CX, AX; \
	DECL  AX; \
	KMOVW AX, K1

// Zeros past the tail.
#define CLEAR(V) LOADU.Z V, K1, V

// To bad if a lane of V3 is not finite (NaN, ±Inf); K2 and AX are used. A mask is faster tested as an integer than by KORTEST: 4 % of AdamFinite in float32 on Zen 5; elsewhere it is an instruction less.
#define STOPBAD \
	FPCLASS   $0x99, V3, K2; \
	KMOVW     K2, AX; \
	TESTL     AX, AX; \
	JNE       bad

// V5 = √V3, correctly rounded as by VSQRT, in half the time or less and beside the divider: from an estimate y of 1/√v of which only
// the promise of the instruction set is used, a relative error below 2⁻¹⁴. v = V3, g = Z14 → √v, h = V5 → 1/(2√v).
// root_amd64_test.go has the proof and names its conditions. Where it does not hold (zeros, negative numbers, Inf, NaN, v below 2⁻⁸⁰ or 2⁻⁹⁰⁰),
// the last g is NaN or below ROOTLEAST, and the whole vector takes the true root. ROOTCOEF has set Z12 and Z13; AX is used.
#define SQRTV \
	RSQRT14   V3, V5; \
	ROOTSTEPS; \
	ROOTLAST

// V5 = g + (v − g²)·h, or the true root
#define ROOTLAST \
	LOADU     V3, Z15; \
	FNMADD231 Z14, Z14, Z15; \
	FMADD213  Z14, Z15, V5; \
	CMPV      $25, Z13, V5, K2; \
	KMOVW     K2, AX; \
	TESTL     AX, AX; \
	JEQ       2(PC); \
	SQRT      V3, V5

// The loop of a kernel with a root, with ST and STM or, in a reduction, KEEP and CLEAR. Where rootMixed is set, of three vectors the first takes it by FMA, the last
// by the divider and the second as it says; the few vectors left over by the divider, whose chain is the shorter one. Elsewhere all take it by FMA.
#define RUNROOT(BODY, S, SM, SECOND) \
	RUNMIXED(TRIPLES(BODY(LD, S, SQRTV), BODY(LD, S, SECOND), BODY(LD, S, SQRTD), triple, rest), BODY, S, SM)

// The same with one root of six by FMA. (On Zen 4, of which only tables were at hand, they say the same of it as of one in three within 2 %.)
#define RUNSIXTH(BODY, S, SM) \
	RUNMIXED(SIXES(BODY(LD, S, SQRTV), BODY(LD, S, SQRTD), six, rest), BODY, S, SM)

#define RUNMIXED(GROUPS, BODY, S, SM) \
	XORL    BX, BX; \
	MOVBLZX ·rootMixed(SB), AX; \
	TESTL   AX, AX; \
	JZ      whole; \
	GROUPS; \
	EACH(BODY(LD, S, SQRTD), BODY(LDM, SM, SQRTD), few, fewtail, fewdone); \
	JMP     done; \
whole: \
	EACH(BODY(LD, S, SQRTV), BODY(LDM, SM, SQRTV), loop, tail, done)

// From y in V5: g = v·y, h = ½y, r = ½ − g·h, g += g·r, h += h·r
#define ROOTSTEPS32 \
	MUL       V5, V3, Z14; \
	MUL       Z12, V5, V5; \
	LOADU     Z12, Z15; \
	FNMADD231 V5, Z14, Z15; \
	FMADD231  Z15, Z14, Z14; \
	FMADD231  Z15, V5, V5

// From y in V5: g = v·y, h = ½y, r = ½ − g·h, y += y·r; g = v·y, h = ½y, r = ½ − g·h, d = v − g², g += d·h rounded down, h += h·r
#define ROOTSTEPS64 \
	MUL       V5, V3, Z14; \
	MUL       Z12, V5, Z31; \
	LOADU     Z12, Z15; \
	FNMADD231 Z31, Z14, Z15; \
	FMADD231  Z15, V5, V5; \
	MUL       V5, V3, Z14; \
	MUL       Z12, V5, V5; \
	LOADU     V3, Z31; \
	FNMADD231 Z14, Z14, Z31; \
	LOADU     Z12, Z15; \
	FNMADD231 V5, Z14, Z15; \
	VFMADD231PD.RD_SAE Z31, V5, Z14; \
	FMADD231  Z15, V5, V5

// Z12 = ½, Z13 = the least root that SQRTV takes from its steps; AX is used.
#define ROOTCOEF \
	BITS(ROOTHALF, Z12); \
	BITS(ROOTLEAST, Z13)

// The largest lane of V0 into the first.
#define HALFMAX \
	VEXTRACTF64X4 $1, Z0, Y1; \
	MAXV      Y1, Y0, Y0; \
	VEXTRACTF128 $1, Y0, X1; \
	MAXV      X1, X0, X0; \
	MAXFOUR

// The lanes of a reduction (order.go) are Z8 … Z11, used in turn: ACC is always Z8 and the four
// rotate, by moves that cost no execution. However far they have rotated, Z8 + Z10 and Z9 + Z11 are lanes i
// and i + Lanes/2, so the fold need not know. Between calls they lie in 256 bytes at R11; only the
// last call may end within a round.
#define ACC Z8
#define ACCZERO \
	VPXORQ    Z8, Z8, Z8; \
	VPXORQ    Z9, Z9, Z9; \
	VPXORQ    Z10, Z10, Z10; \
	VPXORQ    Z11, Z11, Z11
#define ACCLOAD \
	LOADU     (R11), Z8; \
	LOADU     64(R11), Z9; \
	LOADU     128(R11), Z10; \
	LOADU     192(R11), Z11
#define ACCSTORE \
	LOADU     Z8, (R11); \
	LOADU     Z9, 64(R11); \
	LOADU     Z10, 128(R11); \
	LOADU     Z11, 192(R11)
#define ACCNEXT
#define ACCDONE \
	VMOVAPS   Z8, Z31; \
	VMOVAPS   Z9, Z8; \
	VMOVAPS   Z10, Z9; \
	VMOVAPS   Z11, Z10; \
	VMOVAPS   Z31, Z11
// The fold of order.go: the lanes added by halves into the low element of X0.
#define ACCFOLD \
	ADD       Z10, Z8, Z8; \
	ADD       Z11, Z9, Z9; \
	ADD       Z9, Z8, Z8; \
	VEXTRACTF64X4 $1, Z8, Y0; \
	ADD       Y8, Y0, Y0; \
	VEXTRACTF128 $1, Y0, X1; \
	ADD       X1, X0, X0; \
	FOLDFOUR; \
	FOLDPAIR
