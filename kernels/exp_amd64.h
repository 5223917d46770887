// Bodies of Exp, Softmax and LogSumExp for both types and both x86 tiers; elementwise_amd64.h explains
// BX, L and S. The exponential itself comes from exp_avx512_amd64.h or exp_avx2_amd64.h.

#define EXP(L, S) \
	L(SI, V0); \
	EXPV; \
	S(V3, DI)

// V3 = e^(x − SHIFT), added to the lanes. The tail adds +0 to lanes ≥ +0, which keeps them.
#define EXPSUM(L, S, K) \
	L(SI, V0); \
	SUB       SHIFT, V0, V0; \
	EXPV; \
	K(V3); \
	ACCNEXT; \
	ADD       V3, ACC, ACC; \
	ACCDONE

// The same, stored.
#define EXPSUMSTORE(L, S, K) \
	EXPSUM(L, S, K); \
	S(V3, DI)

#define SCALE(L, S) \
	L(DI, V0); \
	MUL       SHIFT, V0, V0; \
	S(V0, DI)

// The low element of V0 = the largest of CX > 0 elements at SI; BX, CX and V1 are destroyed. Full registers first, the
// last one overlapping: a maximum may see an element twice. Fewer elements than lanes go one by one.
#define ROWMAX(SHORT, LOOP, DONE, ONE) \
	BCAST     (SI), V0; \
	SUBQ      $(VBYTES/EBYTES), CX; \
	JLT       SHORT; \
	XORL      BX, BX; \
LOOP: \
	MAXV      (SI)(BX*1), V0, V0; \
	ADDQ      $VBYTES, BX; \
	SUBQ      $(VBYTES/EBYTES), CX; \
	JGE       LOOP; \
	SHLQ      $ELOG, CX; \
	ADDQ      CX, BX; \
	MAXV      (SI)(BX*1), V0, V0; \
	HALFMAX; \
	JMP       DONE; \
SHORT: \
	ADDQ      $(VBYTES/EBYTES), CX; \
	XORL      BX, BX; \
ONE: \
	MAXS      (SI)(BX*1), X0, X0; \
	ADDQ      $EBYTES, BX; \
	DECQ      CX; \
	JNZ       ONE; \
DONE:
