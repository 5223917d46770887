// The rotation wave on a pair of vectors, AVX-512, for both types: the macros of rotate_avx512_amd64.s with two vectors of columns, of the second of which K1
// has those that are touched. One vector has two chains of 8 cycles a step where the pipes need 8; two fill them.
//
// Registers: row r, vector v: Z(2r+v). Z22, Z23 t, Z26, Z27 u; the others as there.

#define ROT2(ca, sa, x0, x1, y0, y1) \
	BCAST ca, Z20      \
	BCAST sa, Z21      \
	MUL   y0, Z21, Z22 \
	MUL   y1, Z21, Z23 \
	MUL   x0, Z21, Z26 \
	MUL   x1, Z21, Z27 \
	FMA   Z22, Z20, x0 \
	FMA   Z23, Z20, x1 \
	FMS   Z26, Z20, y0 \
	FMS   Z27, Z20, y1

#define LOAD2(p, r0, r1) \
	MOVU (p), r0 \
	MASKLOAD(64(p), r1)

#define STORE2(p, r0, r1) \
	MOVU r0, (p) \
	MASKSTORE(r1, 64(p))

#define STEP2(a0, a1, b0, b1, c0, c1, d0, d1, e0, e1) \
	LOAD2(DI, e0, e1)                                  \
	ROT2((CX), (DX), d0, d1, e0, e1)                   \
	ROT2((CX)(R8*1), (DX)(R8*1), c0, c1, d0, d1)       \
	ROT2((CX)(R8*2), (DX)(R8*2), b0, b1, c0, c1)       \
	ROT2((CX)(R9*1), (DX)(R9*1), a0, a1, b0, b1)       \
	LEAQ (DI)(R10*1), BX                               \
	STORE2(BX, a0, a1)                                 \
	ADDQ R11, DI                                       \
	ADDQ $SIZE, CX                                     \
	ADDQ $SIZE, DX                                     \
	DECQ AX

#define DRAIN2(a0, a1, b0, b1, c0, c1, d0, d1) \
	ADDQ R10, DI       \
	STORE2(DI, a0, a1) \
	ADDQ R11, DI       \
	STORE2(DI, b0, b1) \
	ADDQ R11, DI       \
	STORE2(DI, c0, c1) \
	ADDQ R11, DI       \
	STORE2(DI, d0, d1) \
	VZEROUPPER         \
	RET

#define HEAD2 \
	ROT2((-3*SIZE)(CX), (-3*SIZE)(DX), Z0, Z1, Z2, Z3) \
	ROT2((-2*SIZE)(CX), (-2*SIZE)(DX), Z2, Z3, Z4, Z5) \
	ROT2((-2*SIZE)(CX)(R8*1), (-2*SIZE)(DX)(R8*1), Z0, Z1, Z2, Z3) \
	ROT2((-1*SIZE)(CX), (-1*SIZE)(DX), Z4, Z5, Z6, Z7) \
	ROT2((-1*SIZE)(CX)(R8*1), (-1*SIZE)(DX)(R8*1), Z2, Z3, Z4, Z5) \
	ROT2((-1*SIZE)(CX)(R8*2), (-1*SIZE)(DX)(R8*2), Z0, Z1, Z2, Z3)

#define LAST2 \
	ROT2((CX)(R8*1), (DX)(R8*1), Z4, Z5, Z6, Z7) \
	ROT2((CX)(R8*2), (DX)(R8*2), Z2, Z3, Z4, Z5) \
	ROT2((CX)(R9*1), (DX)(R9*1), Z0, Z1, Z2, Z3) \
	ROT2((1*SIZE)(CX)(R8*2), (1*SIZE)(DX)(R8*2), Z4, Z5, Z6, Z7) \
	ROT2((1*SIZE)(CX)(R9*1), (1*SIZE)(DX)(R9*1), Z2, Z3, Z4, Z5) \
	ROT2((2*SIZE)(CX)(R9*1), (2*SIZE)(DX)(R9*1), Z4, Z5, Z6, Z7)

#define PASS2 \
	VMOVAPD Z0, Z22 \
	VMOVAPD Z1, Z23 \
	VMOVAPD Z2, Z0  \
	VMOVAPD Z3, Z1  \
	VMOVAPD Z4, Z2  \
	VMOVAPD Z5, Z3  \
	VMOVAPD Z6, Z4  \
	VMOVAPD Z7, Z5  \
	VMOVAPD Z8, Z6  \
	VMOVAPD Z9, Z7  \
	VMOVAPD Z22, Z8 \
	VMOVAPD Z23, Z9

#define WAVE2 \
	LOAD2(DI, Z0, Z1) \
	ADDQ R11, DI \
	LOAD2(DI, Z2, Z3) \
	ADDQ R11, DI \
	LOAD2(DI, Z4, Z5) \
	ADDQ R11, DI \
	LOAD2(DI, Z6, Z7) \
	ADDQ R11, DI \
	TESTQ $1, ends+56(FP) \
	JZ   loop \
	HEAD2 \
loop: \
	STEP2(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9) \
	JZ   done0 \
	STEP2(Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z0, Z1) \
	JZ   done1 \
	STEP2(Z4, Z5, Z6, Z7, Z8, Z9, Z0, Z1, Z2, Z3) \
	JZ   done2 \
	STEP2(Z6, Z7, Z8, Z9, Z0, Z1, Z2, Z3, Z4, Z5) \
	JZ   done3 \
	STEP2(Z8, Z9, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7) \
	JNZ  loop \
	JMP  done4 \
done3: \
	PASS2 \
done2: \
	PASS2 \
done1: \
	PASS2 \
done0: \
	PASS2 \
done4: \
	TESTQ $2, ends+56(FP) \
	JZ   drain \
	LAST2 \
drain: \
	DRAIN2(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7)
