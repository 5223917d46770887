// Instructions of float64 for assembly that is written once for both types, see s4_arm64.h.

#undef FADDV
#undef FSUBV
#undef FMULV
#undef FDIVV
#undef FSQRTV
#undef FMAXV
#undef FMINV
#undef FMLAV
#undef FCMEQV
#undef FMLSV
#undef DUPLOAD
#undef DUPNEXT
#undef DUPLANE
#undef USHR1
#undef SHLEXP
#undef SUBI
#undef LDRE
#undef STRE
#undef FMOVE
#undef FDIVE
#undef FSQRTE
#undef FCMPE
#undef FMSUBE
#undef EBYTES
#undef ELOG
#undef EXPTABLE
#undef HORNER
#undef FOLDV
#undef FOLDMAX

#define FADDV(m,n,d)  FADD2D(m,n,d)
#define FSUBV(m,n,d)  FSUB2D(m,n,d)
#define FMULV(m,n,d)  FMUL2D(m,n,d)
#define FDIVV(m,n,d)  FDIV2D(m,n,d)
#define FSQRTV(n,d)   FSQRT2D(n,d)
#define FMAXV(m,n,d)  FMAX2D(m,n,d)
#define FMINV(m,n,d)  FMIN2D(m,n,d)
#define FMLAV(m,n,d)  FMLA2D(m,n,d)
#define FCMEQV(m,n,d) FCMEQ2D(m,n,d)
#define FMLSV(m,n,d)  FMLS2D(m,n,d)
#define DUPLOAD(R, V) VLD1R (R), [V.D2]
#define DUPNEXT(R, V) VLD1R.P 8(R), [V.D2]
#define DUPLANE(A, B) VDUP A.D[0], B.D2
#define USHR1(n, d)   USHR2D1(n, d)
#define SHLEXP(n, d)  SHL2D52(n, d)
#define SUBI(m, n, d) SUB2D(m, n, d)
#define LDRE(m,n,t)   LDRD(m,n,t)
#define STRE(m,n,t)   STRD(m,n,t)
#define FMOVE         FMOVD
#define FDIVE         FDIVD
#define FSQRTE        FSQRTD
#define FCMPE         FCMPD
#define FMSUBE        FMSUBD
#define EBYTES        8
#define ELOG          3
#define EXPTABLE      EXPTABLE64
#define HORNER        HORNER64
// One register of lanes to one lane, V0 through V1, by addition and by maximum.
#define FOLDV \
	VEXT  $8, V0.B16, V0.B16, V1.B16; \
	FADD2D(1, 0, 0)
#define FOLDMAX \
	VEXT  $8, V0.B16, V0.B16, V1.B16; \
	FMAX2D(1, 0, 0)
