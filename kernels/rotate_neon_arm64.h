// The rotation wave, NEON: what float64 and float32 share. The files that include this define MUL, FMA, MOVF,
// NEG, SIZE and SHIFT.
//
// The same scheme as rotate_avx512_amd64.s, which explains it:
//
//	t = σ·y;  u = −σ·x;  x = t + γ·x (fused);  y = u + γ·y (fused)
//
// The by-element FMLA accumulates into what it multiplies nothing of, so the new x and y lie where
// t and u lay, and the old ones are the next t and u: names move. Seven names per vector, five rows and two
// free; name k of a step and vector v is V(4k+v). After six steps every name is back, so that many are
// written out. In the functions Vec (one vector) and One (one column, lane 0) name k is V(k).
//
// Arguments as on amd64: WAVE, a is row t−3 of the first step, c and s point at [0][t], sequence q
// reads c[q][t−q]; SWEEP, a is row i, c and s point at [i]. lda and ldr in elements, steps ≥ 1.
//
// Registers: V28 γ, V29 σ, V30 −σ in lane 0. R6 steps left, R0 row to load, R1 row length, R2 row to
// store, R8–R11 → γ of sequences 0–3, R12–R15 → σ.
//
// Cost: 64 operations a step; 16 to 64 cycles on cores with four pipes to one. The chain is two
// operations per rotation, 8 to 16 cycles a step.

#include "textflag.h"
#include "neon_arm64.h"

#define ROT(x, y, p, q) \
	MUL(29, y, p) \
	MUL(30, x, q) \
	FMA(28, x, p) \
	FMA(28, y, q)

#define ROT4(x, y, p, q) \
	ROT((x), (y), (p), (q))         \
	ROT((x+1), (y+1), (p+1), (q+1)) \
	ROT((x+2), (y+2), (p+2), (q+2)) \
	ROT((x+3), (y+3), (p+3), (q+3))

#define COEF(c, s) \
	MOVF.P SIZE(c), F28 \
	MOVF.P SIZE(s), F29 \
	NEG    F29, F30

// One step: rows a, b, c, d and the new e; t and u are free. The finished row ends in b.
#define STEP(R, a, b, c, d, e, t, u) \
	COEF(R8, R12)   \
	R(d, e, t, u)   \
	COEF(R9, R13)   \
	R(c, t, d, e)   \
	COEF(R10, R14)  \
	R(b, d, c, t)   \
	COEF(R11, R15)  \
	R(a, c, b, d)

#define POINTERS \
	LSL $SHIFT, R1, R1   \
	SUB $1, R5, R5       \
	LSL $SHIFT, R5, R5   \
	ADD R5, R8, R9       \
	ADD R5, R9, R10      \
	ADD R5, R10, R11     \
	ADD R5, R12, R13     \
	ADD R5, R13, R14     \
	ADD R5, R14, R15     \
	MOVD R0, R2
