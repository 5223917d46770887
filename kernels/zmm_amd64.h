// Register names and memory access of the AVX-512 tier for assembly that is written once for
// both x86 tiers.
//
//   V0 … V6 work registers  C0 … C8 scalars broadcast  K1 elements of the tail

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
#define ALLLANES KXNORW K1, K1, K1

// The largest lane of V0 into the first.
#define HALFMAX \
	VEXTRACTF64X4 $1, Z0, Y1; \
	MAXV      Y1, Y0, Y0; \
	VEXTRACTF128 $1, Y0, X1; \
	MAXV      X1, X0, X0; \
	MAXFOUR
