// The bodies of lanesColumn, lanesRow and lanesReflect for both x86 tiers: see symlanes.go for the formulas and their order. A vector holds
// the lanes of one element, whose neighbour is 64 bytes on; AVX2 takes four of the eight lanes in a call.
//
// The pass over the trailing triangle takes two rows at a time: for two elements six loads, three stores and eight fused operations, four cycles of two
// ports, which is also the latency of the two chains. Four rows of z are reflected together, for the same reason.
//
// Registers: beside each body. LIVE(x, t) selects the lanes with x ≥ t, KEEP(v) zeroes v in the others. SIGNS is the sign bit of all lanes.

#define W0 C0
#define W1 C1
#define W2 C2
#define W3 C3
#define W4 C4
#define W5 C5

// V = a_il in V, with v_l and w_l at off(SI) and off(DI); −v_i·w_l and −w_i·v_l with v_i in W0, w_i in W1.
#define LANEUPDATE(OFF, V) \
	VFNMADD231PD (DI)(OFF*1), W0, V \
	VFNMADD231PD (SI)(OFF*1), W1, V

// The reflection of the vector at AX … R11 after R8, whose sum of squares is in V5: −sign(α)·√σ goes to E, τ to TAU, v to the place of the vector.
#define LANESVECTOR(E, TAU) \
	VMOVUPD (R8)(AX*1), V0 \
	LIVE(V5, ·symLanesTiny<>) \
	VSQRTPD V5, V1 \
	SIGNED(V0, V1, V2) \
	VSUBPD V1, V0, V3 \
	VSUBPD V0, V1, V2 \
	VDIVPD V1, V2, V2 \
	ONES(V4) \
	VDIVPD V3, V4, V3 \
	KEEP(V1) \
	KEEP(V2) \
	KEEP(V3) \
	MOVQ E, CX \
	VMOVUPD V1, (CX) \
	MOVQ TAU, CX \
	VMOVUPD V2, (CX) \
	VMOVUPD V4, (R8)(AX*1) \
	LEAQ 64(AX), BX \
	JMP  scaled \
scale: \
	VMULPD (R8)(BX*1), V3, V0 \
	VMOVUPD V0, (R8)(BX*1) \
	ADDQ $64, BX \
scaled: \
	CMPQ BX, R11 \
	JLT  scale

// R11 bytes of a row, and of a vector; SI → v, DI → w, R8 → row j of a, R9 → y, R10 → the current row, BX its byte offset in a vector, DX byte
// offset of the column, AX of j+1, CX → its first element.
#define LANESCOLUMN \
	MOVQ n+0(FP), R11 \
	MOVQ j+8(FP), DX \
	MOVQ a+16(FP), R8 \
	MOVQ v+24(FP), SI \
	MOVQ w+32(FP), DI \
	MOVQ y+40(FP), R9 \
	SHLQ $6, R11 \
	MOVQ DX, AX \
	IMULQ R11, AX \
	ADDQ AX, R8 \
	SHLQ $6, DX \
	LEAQ 64(DX), AX \
	VMOVUPD (SI)(DX*1), W0 \
	VMOVUPD (DI)(DX*1), W1 \
	VMOVUPD (R8)(DX*1), V0 \
	LANEUPDATE(DX, V0) \
	MOVQ d+48(FP), CX \
	VMOVUPD V0, (CX) \
	VXORPD X5, X5, X5 \
	LEAQ (R8)(R11*1), R10 \
	ADDQ DX, R10 \
	MOVQ AX, BX \
column: \
	VMOVUPD (R10), V0 \
	VMOVUPD (SI)(BX*1), W2 \
	VFNMADD231PD W1, W2, V0 \
	VMOVUPD (DI)(BX*1), W2 \
	VFNMADD231PD W0, W2, V0 \
	VMOVUPD V0, (R8)(BX*1) \
	VFMADD231PD V0, V0, V5 \
	ADDQ R11, R10 \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  column \
	LANESVECTOR(e+56(FP), tau+64(FP)) \
	LEAQ (R8)(R11*1), CX \
	ADDQ AX, CX \
	MOVQ AX, BX \
rows: \
	LEAQ 64(BX), R12 \
	CMPQ R12, R11 \
	JEQ  lastrow \
	VMOVUPD (SI)(BX*1), W0 \
	VMOVUPD (DI)(BX*1), W1 \
	VMOVUPD (R8)(BX*1), W2 \
	VMOVUPD (SI)(R12*1), W3 \
	VMOVUPD (DI)(R12*1), W4 \
	VMOVUPD (R8)(R12*1), W5 \
	VXORPD X5, X5, X5 \
	VXORPD X6, X6, X6 \
	MOVQ CX, R10 \
	LEAQ (CX)(R11*1), R13 \
	MOVQ AX, DX \
	JMP  pairs \
pair: \
	VMOVUPD (DI)(DX*1), V3 \
	VMOVUPD (SI)(DX*1), V4 \
	VMOVUPD (R10), V0 \
	VMOVUPD (R13), V1 \
	VFNMADD231PD V3, W0, V0 \
	VFNMADD231PD V3, W3, V1 \
	VFNMADD231PD V4, W1, V0 \
	VFNMADD231PD V4, W4, V1 \
	VMOVUPD V0, (R10) \
	VMOVUPD V1, (R13) \
	VMOVUPD (R8)(DX*1), V4 \
	VMOVUPD (R9)(DX*1), V3 \
	VFMADD231PD V0, W2, V3 \
	VFMADD231PD V4, V0, V5 \
	VFMADD231PD V1, W5, V3 \
	VFMADD231PD V4, V1, V6 \
	VMOVUPD V3, (R9)(DX*1) \
	ADDQ $64, R10 \
	ADDQ $64, R13 \
	ADDQ $64, DX \
pairs: \
	CMPQ DX, BX \
	JLT  pair \
	VMOVUPD (R10), V0 \
	LANEUPDATE(DX, V0) \
	VMOVUPD V0, (R10) \
	VFMADD231PD W2, V0, V5 \
	VMOVUPD (R13), V1 \
	VFNMADD231PD W1, W3, V1 \
	VFNMADD231PD W0, W4, V1 \
	VMOVUPD V1, (R13) \
	VFMADD231PD W2, V1, V6 \
	VFMADD231PD V1, W5, V5 \
	VMOVUPD V5, (R9)(DX*1) \
	VMOVUPD 64(R13), V0 \
	VFNMADD231PD W4, W3, V0 \
	VFNMADD231PD W3, W4, V0 \
	VMOVUPD V0, 64(R13) \
	VFMADD231PD W5, V0, V6 \
	VMOVUPD V6, (R9)(R12*1) \
	LEAQ (CX)(R11*2), CX \
	ADDQ $128, BX \
	CMPQ BX, R11 \
	JLT  rows \
	JMP  passed \
lastrow: \
	VMOVUPD (SI)(BX*1), W0 \
	VMOVUPD (DI)(BX*1), W1 \
	VMOVUPD (R8)(BX*1), W2 \
	VXORPD X5, X5, X5 \
	MOVQ CX, R10 \
	MOVQ AX, DX \
	JMP  elements \
element: \
	VMOVUPD (R10), V0 \
	LANEUPDATE(DX, V0) \
	VMOVUPD V0, (R10) \
	VFMADD231PD (R8)(DX*1), V0, V5 \
	VMOVUPD (R9)(DX*1), V1 \
	VFMADD231PD V0, W2, V1 \
	VMOVUPD V1, (R9)(DX*1) \
	ADDQ $64, R10 \
	ADDQ $64, DX \
elements: \
	CMPQ DX, BX \
	JLT  element \
	VMOVUPD (R10), V0 \
	LANEUPDATE(DX, V0) \
	VMOVUPD V0, (R10) \
	VFMADD231PD W2, V0, V5 \
	VMOVUPD V5, (R9)(DX*1) \
passed: \
	MOVQ tau+64(FP), CX \
	VMOVUPD (CX), V2 \
	VXORPD X5, X5, X5 \
	MOVQ AX, BX \
product: \
	VMULPD (R9)(BX*1), V2, V0 \
	VMOVUPD V0, (R9)(BX*1) \
	VFMADD231PD (R8)(BX*1), V0, V5 \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  product \
	MINUSHALF(V4) \
	VMULPD V4, V2, V2 \
	VMULPD V5, V2, V2 \
	MOVQ AX, BX \
finish: \
	VMOVUPD (R9)(BX*1), V0 \
	VFMADD231PD (R8)(BX*1), V2, V0 \
	VMOVUPD V0, (R9)(BX*1) \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  finish \
	VZEROUPPER \
	RET

// SI → v, R10 → the current row of z, R9 rows left less four, R8 bytes from row to row, BX byte offset of the column, R11 of the end.
#define LANESREFLECT \
	MOVQ rows+0(FP), R9 \
	MOVQ cols+8(FP), R11 \
	MOVQ ld+16(FP), R8 \
	MOVQ v+24(FP), SI \
	MOVQ tau+32(FP), DI \
	MOVQ z+40(FP), R10 \
	VMOVUPD (DI), V4 \
	SHLQ $6, R11 \
	SHLQ $6, R8 \
	SUBQ $4, R9 \
	JLT  ones \
fours: \
	LEAQ (R10)(R8*1), R12 \
	LEAQ (R12)(R8*1), R13 \
	LEAQ (R13)(R8*1), R15 \
	VXORPD X0, X0, X0 \
	VXORPD X1, X1, X1 \
	VXORPD X2, X2, X2 \
	VXORPD X3, X3, X3 \
	XORQ BX, BX \
dots: \
	VMOVUPD (SI)(BX*1), V5 \
	VFMADD231PD (R10)(BX*1), V5, V0 \
	VFMADD231PD (R12)(BX*1), V5, V1 \
	VFMADD231PD (R13)(BX*1), V5, V2 \
	VFMADD231PD (R15)(BX*1), V5, V3 \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  dots \
	VMULPD V0, V4, V0 \
	VMULPD V1, V4, V1 \
	VMULPD V2, V4, V2 \
	VMULPD V3, V4, V3 \
	XORQ BX, BX \
axpys: \
	VMOVUPD (SI)(BX*1), V5 \
	VMOVUPD (R10)(BX*1), W0 \
	VMOVUPD (R12)(BX*1), W1 \
	VMOVUPD (R13)(BX*1), W2 \
	VMOVUPD (R15)(BX*1), W3 \
	VFNMADD231PD V5, V0, W0 \
	VFNMADD231PD V5, V1, W1 \
	VFNMADD231PD V5, V2, W2 \
	VFNMADD231PD V5, V3, W3 \
	VMOVUPD W0, (R10)(BX*1) \
	VMOVUPD W1, (R12)(BX*1) \
	VMOVUPD W2, (R13)(BX*1) \
	VMOVUPD W3, (R15)(BX*1) \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  axpys \
	LEAQ (R10)(R8*4), R10 \
	SUBQ $4, R9 \
	JGE  fours \
ones: \
	ADDQ $4, R9 \
	JMP  left \
row: \
	VXORPD X5, X5, X5 \
	XORQ BX, BX \
dot: \
	VMOVUPD (R10)(BX*1), V0 \
	VFMADD231PD (SI)(BX*1), V0, V5 \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  dot \
	VMULPD V5, V4, V5 \
	XORQ BX, BX \
axpy: \
	VMOVUPD (R10)(BX*1), V0 \
	VFNMADD231PD (SI)(BX*1), V5, V0 \
	VMOVUPD V0, (R10)(BX*1) \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  axpy \
	ADDQ R8, R10 \
	SUBQ $1, R9 \
left: \
	TESTQ R9, R9 \
	JNE  row \
	VZEROUPPER \
	RET

// R8 → x, R11 its bytes, BX byte offset in it.
#define LANESROW \
	MOVQ n+0(FP), R11 \
	MOVQ x+8(FP), R8 \
	SHLQ $6, R11 \
	XORQ AX, AX \
	XORQ BX, BX \
	VXORPD X5, X5, X5 \
square: \
	VMOVUPD (R8)(BX*1), V0 \
	VFMADD231PD V0, V0, V5 \
	ADDQ $64, BX \
	CMPQ BX, R11 \
	JLT  square \
	LANESVECTOR(e+16(FP), tau+24(FP)) \
	VZEROUPPER \
	RET
