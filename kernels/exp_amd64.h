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

// The low element of V0 = the largest of CX > 0 elements at SI; BX, CX and V1 … V3 are destroyed. Four vectors at a time, a chain each, then
// full registers, the last one overlapping: a maximum may see an element twice. Fewer elements than lanes go one by one.
#define ROWMAX(FOURS, ONES, LOOP, LAST, SHORT, ONE, DONE) \
	BCAST     (SI), V0; \
	CMPQ      CX, $(VBYTES/EBYTES); \
	JLT       SHORT; \
	XORL      BX, BX; \
	SUBQ      $(4*VBYTES/EBYTES), CX; \
	JLT       ONES; \
	LOADU     V0, V1; \
	LOADU     V0, V2; \
	LOADU     V0, V3; \
FOURS: \
	MAXV      (SI)(BX*1), V0, V0; \
	MAXV      VBYTES(SI)(BX*1), V1, V1; \
	MAXV      (2*VBYTES)(SI)(BX*1), V2, V2; \
	MAXV      (3*VBYTES)(SI)(BX*1), V3, V3; \
	ADDQ      $(4*VBYTES), BX; \
	SUBQ      $(4*VBYTES/EBYTES), CX; \
	JGE       FOURS; \
	MAXV      V1, V0, V0; \
	MAXV      V3, V2, V2; \
	MAXV      V2, V0, V0; \
ONES: \
	ADDQ      $(3*VBYTES/EBYTES), CX; \
	JLT       LAST; \
LOOP: \
	MAXV      (SI)(BX*1), V0, V0; \
	ADDQ      $VBYTES, BX; \
	SUBQ      $(VBYTES/EBYTES), CX; \
	JGE       LOOP; \
LAST: \
	SHLQ      $ELOG, CX; \
	ADDQ      CX, BX; \
	MAXV      (SI)(BX*1), V0, V0; \
	HALFMAX; \
	JMP       DONE; \
SHORT: \
	XORL      BX, BX; \
ONE: \
	MAXS      (SI)(BX*1), X0, X0; \
	ADDQ      $EBYTES, BX; \
	DECQ      CX; \
	JNZ       ONE; \
DONE:
