// Instructions of float32 for assembly that is written once for both types: include this, write the
// functions for float32, then include d2_arm64.h and write those for float64. FADDV and so on take
// numbers as neon_arm64.h explains; the rest takes registers.

#define FADDV(m,n,d)  FADD4S(m,n,d)
#define FSUBV(m,n,d)  FSUB4S(m,n,d)
#define FMULV(m,n,d)  FMUL4S(m,n,d)
#define FDIVV(m,n,d)  FDIV4S(m,n,d)
#define FSQRTV(n,d)   FSQRT4S(n,d)
#define FMAXV(m,n,d)  FMAX4S(m,n,d)
#define FMINV(m,n,d)  FMIN4S(m,n,d)
#define FMLAV(m,n,d)  FMLA4S(m,n,d)
#define FCMEQV(m,n,d) FCMEQ4S(m,n,d)
#define FMLSV(m,n,d)  FMLS4S(m,n,d)
#define DUPLOAD(R, V) VLD1R (R), [V.S4]
#define DUPNEXT(R, V) VLD1R.P 4(R), [V.S4]
#define DUPLANE(A, B) VDUP A.S[0], B.S4
#define USHR1(n, d)   USHR4S1(n, d)
#define SHLEXP(n, d)  SHL4S23(n, d)
#define SUBI(m, n, d) SUB4S(m, n, d)
#define LDRE(m,n,t)   LDRS(m,n,t)
#define STRE(m,n,t)   STRS(m,n,t)
#define FMOVE         FMOVS
#define FDIVE         FDIVS
#define FSQRTE        FSQRTS
#define FCMPE         FCMPS
#define FMSUBE        FMSUBS
#define EBYTES        4
#define ELOG          2
#define EXPTABLE      EXPTABLE32
#define HORNER        HORNER32
// One register of lanes to one lane, V0 through V1, by addition and by maximum.
#define FOLDV \
	VEXT  $8, V0.B16, V0.B16, V1.B16; \
	FADD4S(1, 0, 0); \
	VEXT  $4, V0.B16, V0.B16, V1.B16; \
	FADD4S(1, 0, 0)
#define FOLDMAX \
	VEXT  $8, V0.B16, V0.B16, V1.B16; \
	FMAX4S(1, 0, 0); \
	VEXT  $4, V0.B16, V0.B16, V1.B16; \
	FMAX4S(1, 0, 0)
