// Cholesky factorization of a matrix of at most 16 rows, AVX-512.
//
//	u_kk = √a_kk,  u_kj = a_kj/u_kk,  a_ij = fma(−u_ki, u_kj, a_ij)  for k < i ≤ j < n, k ascending
//
// The whole triangle stays in registers:
//
//	float32   row i in Zi
//	float64   row i < 8: columns 0–7 in Zi, columns 8–15 in Z(8+i); row i ≥ 8: columns 8–15 in Z(8+i)
//
//	AX n   SI row of a   DX lda in bytes   DI 128 bytes to pass row k through   BX lanes of row k: [k, n)   R8 k
//	Z24, Z25 u_k·    Z26 a_kk, then u_kk, in every lane    Z27 k in every lane    X28 zero  X29 +Inf    Z25 (float32), Z30 u_k,k+1 in every lane
//
// The chain of a column is permute, root, division, permute, fma: 62 cycles measured in float64 on Granite Rapids, 53 in float32. The root is a
// scalar one, which takes half the time of 512 bits, and the row of the next pivot gets its factor by a permutation; the factors of the
// others go through memory, because embedded broadcasts are free there, and the store covers the loads, so it is forwarded. The up to 15 (23) updates of a
// column fit into the chain.
//
// Edges: 1 ≤ n ≤ 16; rows behind n are zeros and never reached; what lies below the diagonal or behind column n is
// neither read nor written.

#include "textflag.h"

DATA  index32<>+0(SB)/8, $0x0000000100000000
DATA  index32<>+8(SB)/8, $0x0000000300000002
DATA  index32<>+16(SB)/8, $0x0000000500000004
DATA  index32<>+24(SB)/8, $0x0000000700000006
DATA  index32<>+32(SB)/8, $0x0000000900000008
DATA  index32<>+40(SB)/8, $0x0000000b0000000a
DATA  index32<>+48(SB)/8, $0x0000000d0000000c
DATA  index32<>+56(SB)/8, $0x0000000f0000000e
GLOBL index32<>(SB), RODATA|NOPTR, $64
DATA  index64<>+0(SB)/8, $0
DATA  index64<>+8(SB)/8, $1
DATA  index64<>+16(SB)/8, $2
DATA  index64<>+24(SB)/8, $3
DATA  index64<>+32(SB)/8, $4
DATA  index64<>+40(SB)/8, $5
DATA  index64<>+48(SB)/8, $6
DATA  index64<>+56(SB)/8, $7
GLOBL index64<>(SB), RODATA|NOPTR, $64
DATA  limits<>+0(SB)/8, $0x7ff0000000000000
DATA  limits<>+8(SB)/4, $0x7f800000
GLOBL limits<>(SB), RODATA|NOPTR, $12

#define HEAD \
	MOVQ  n+0(FP), AX       \
	MOVQ  a+8(FP), SI       \
	MOVQ  lda+16(FP), DX    \
	MOVQ  scratch+24(FP), DI \
	MOVQ  SI, R9            \
	MOVQ  $-1, BX           \
	BZHIQ AX, BX, BX        \
	MOVQ  BX, R10           \
	VPXORQ Z28, Z28, Z28

// LOAD32 reads row I and goes on to compute behind the last.
#define LOAD32(I, R) \
	KMOVW R10, K1         \
	VMOVUPS.Z (R9), K1, R \
	ADDQ  DX, R9          \
	BLSRQ R10, R10        \
	CMPQ  AX, $(I+1)      \
	JEQ   loaded

// PIVOT32 makes row K of U from R and stores it.
#define PIVOT32(K, R) \
	MOVQ $K, R8                          \
	VPBROADCASTD index32<>+(4*K)(SB), Z27 \
	VPERMPS R, Z27, Z26                  \
	VUCOMISS X28, X26                    \
	JLS  fail                            \
	VUCOMISS X29, X26                    \
	JCC  fail                            \
	VSQRTSS X26, X26, X26                \
	VBROADCASTSS X26, Z26                \
	VDIVPS Z26, R, Z24                   \
	VMOVUPS Z24, (DI)                    \
	MOVL $(1<<K), R11                    \
	KMOVW R11, K2                        \
	VMOVAPS Z26, K2, Z24                 \
	KMOVW BX, K1                         \
	VMOVUPS Z24, K1, (SI)                \
	ADDQ DX, SI                          \
	BLSRQ BX, BX                         \
	CMPQ AX, $(K+1)                      \
	JEQ  done

// DOWN32 updates row I.
#define DOWN32(I, R) VFNMADD231PS.BCST (4*I)(DI), Z24, R

// NEXT32 updates the row of the next pivot, which everything waits for: not through memory.
#define NEXT32(I, R) \
	VPBROADCASTD index32<>+(4*I)(SB), Z27 \
	VPERMPS Z24, Z27, Z25                 \
	VFNMADD231PS Z25, Z24, R

// LEAVE32 stores row I as far as it was updated, if it is that of the bad pivot or behind it.
#define LEAVE32(I, R, NEXT) \
	CMPQ R8, $I          \
	JGT  NEXT            \
	CMPQ AX, $I          \
	JLE  left            \
	KMOVW BX, K1         \
	VMOVUPS R, K1, (SI)  \
	ADDQ DX, SI          \
	BLSRQ BX, BX         \
NEXT:

// func choleskyTile32AVX512(n int, a *float32, lda int, scratch *float32) int
TEXT ·choleskyTile32AVX512(SB), NOSPLIT, $0-40
	HEAD
	VMOVSS limits<>+8(SB), X29
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7
	VPXORQ Z8, Z8, Z8
	VPXORQ Z9, Z9, Z9
	VPXORQ Z10, Z10, Z10
	VPXORQ Z11, Z11, Z11
	VPXORQ Z12, Z12, Z12
	VPXORQ Z13, Z13, Z13
	VPXORQ Z14, Z14, Z14
	VPXORQ Z15, Z15, Z15
	LOAD32(0, Z0)
	LOAD32(1, Z1)
	LOAD32(2, Z2)
	LOAD32(3, Z3)
	LOAD32(4, Z4)
	LOAD32(5, Z5)
	LOAD32(6, Z6)
	LOAD32(7, Z7)
	LOAD32(8, Z8)
	LOAD32(9, Z9)
	LOAD32(10, Z10)
	LOAD32(11, Z11)
	LOAD32(12, Z12)
	LOAD32(13, Z13)
	LOAD32(14, Z14)
	LOAD32(15, Z15)

loaded:
	PIVOT32(0, Z0)
	NEXT32(1, Z1)
	DOWN32(2, Z2)
	DOWN32(3, Z3)
	DOWN32(4, Z4)
	DOWN32(5, Z5)
	DOWN32(6, Z6)
	DOWN32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(1, Z1)
	NEXT32(2, Z2)
	DOWN32(3, Z3)
	DOWN32(4, Z4)
	DOWN32(5, Z5)
	DOWN32(6, Z6)
	DOWN32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(2, Z2)
	NEXT32(3, Z3)
	DOWN32(4, Z4)
	DOWN32(5, Z5)
	DOWN32(6, Z6)
	DOWN32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(3, Z3)
	NEXT32(4, Z4)
	DOWN32(5, Z5)
	DOWN32(6, Z6)
	DOWN32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(4, Z4)
	NEXT32(5, Z5)
	DOWN32(6, Z6)
	DOWN32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(5, Z5)
	NEXT32(6, Z6)
	DOWN32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(6, Z6)
	NEXT32(7, Z7)
	DOWN32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(7, Z7)
	NEXT32(8, Z8)
	DOWN32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(8, Z8)
	NEXT32(9, Z9)
	DOWN32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(9, Z9)
	NEXT32(10, Z10)
	DOWN32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(10, Z10)
	NEXT32(11, Z11)
	DOWN32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(11, Z11)
	NEXT32(12, Z12)
	DOWN32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(12, Z12)
	NEXT32(13, Z13)
	DOWN32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(13, Z13)
	NEXT32(14, Z14)
	DOWN32(15, Z15)
	PIVOT32(14, Z14)
	NEXT32(15, Z15)
	PIVOT32(15, Z15)

done:
	MOVQ $-1, ret+32(FP)
	VZEROUPPER
	RET

fail:
	LEAVE32(0, Z0, next0)
	LEAVE32(1, Z1, next1)
	LEAVE32(2, Z2, next2)
	LEAVE32(3, Z3, next3)
	LEAVE32(4, Z4, next4)
	LEAVE32(5, Z5, next5)
	LEAVE32(6, Z6, next6)
	LEAVE32(7, Z7, next7)
	LEAVE32(8, Z8, next8)
	LEAVE32(9, Z9, next9)
	LEAVE32(10, Z10, next10)
	LEAVE32(11, Z11, next11)
	LEAVE32(12, Z12, next12)
	LEAVE32(13, Z13, next13)
	LEAVE32(14, Z14, next14)
	LEAVE32(15, Z15, next15)

left:
	MOVQ R8, ret+32(FP)
	VZEROUPPER
	RET

// LEAVE64 is LEAVE32 for a row in one or two registers.
#define LEAVE64L(I, R, S, NEXT) \
	CMPQ R8, $I             \
	JGT  NEXT               \
	CMPQ AX, $I             \
	JLE  left               \
	KMOVB BX, K1            \
	VMOVUPD R, K1, (SI)     \
	MOVQ BX, R11            \
	SHRQ $8, R11            \
	KMOVB R11, K1           \
	VMOVUPD S, K1, 64(SI)   \
	ADDQ DX, SI             \
	BLSRQ BX, BX            \
NEXT:

#define LEAVE64H(I, S, NEXT) \
	CMPQ R8, $I             \
	JGT  NEXT               \
	CMPQ AX, $I             \
	JLE  left               \
	MOVQ BX, R11            \
	SHRQ $8, R11            \
	KMOVB R11, K1           \
	VMOVUPD S, K1, 64(SI)   \
	ADDQ DX, SI             \
	BLSRQ BX, BX            \
NEXT:

// LOW64 and HIGH64 read the halves of row I.
#define LOW64(I, R, S) \
	KMOVB R10, K1           \
	VMOVUPD.Z (R9), K1, R   \
	MOVQ  R10, R11          \
	SHRQ  $8, R11           \
	KMOVB R11, K1           \
	VMOVUPD.Z 64(R9), K1, S \
	ADDQ  DX, R9            \
	BLSRQ R10, R10          \
	CMPQ  AX, $(I+1)        \
	JEQ   loaded

#define HIGH64(I, S) \
	MOVQ  R10, R11          \
	SHRQ  $8, R11           \
	KMOVB R11, K1           \
	VMOVUPD.Z 64(R9), K1, S \
	ADDQ  DX, R9            \
	BLSRQ R10, R10          \
	CMPQ  AX, $(I+1)        \
	JEQ   loaded

// ROOT64 takes the root of lane L of R.
#define ROOT64(K, L, R) \
	MOVQ $K, R8                          \
	VPBROADCASTQ index64<>+(8*L)(SB), Z27 \
	VPERMPD R, Z27, Z26                  \
	VUCOMISD X28, X26                    \
	JLS  fail                            \
	VUCOMISD X29, X26                    \
	JCC  fail                            \
	VSQRTSD X26, X26, X26                \
	VBROADCASTSD X26, Z26                \
	MOVL $(1<<L), R11                    \
	KMOVB R11, K2

// STORE64 stores the upper half of row K and ends at the last row.
#define STORE64(K) \
	MOVQ BX, R11            \
	SHRQ $8, R11            \
	KMOVB R11, K1           \
	VMOVUPD Z25, K1, 64(SI) \
	ADDQ DX, SI             \
	BLSRQ BX, BX            \
	CMPQ AX, $(K+1)         \
	JEQ  done

// PIVOT64L and PIVOT64H make row K of U: the first eight rows and the others.
#define PIVOT64L(K, R, S) \
	ROOT64(K, K, R)       \
	VDIVPD Z26, R, Z24    \
	VDIVPD Z26, S, Z25    \
	VMOVUPD Z24, (DI)     \
	VMOVUPD Z25, 64(DI)   \
	VMOVAPD Z26, K2, Z24  \
	KMOVB BX, K1          \
	VMOVUPD Z24, K1, (SI) \
	STORE64(K)

#define PIVOT64H(K, S) \
	ROOT64(K, (K-8), S)   \
	VDIVPD Z26, S, Z25    \
	VMOVUPD Z25, 64(DI)   \
	VMOVAPD Z26, K2, Z25  \
	STORE64(K)

#define DOWN64L(I, R) VFNMADD231PD.BCST (8*I)(DI), Z24, R
#define DOWN64H(I, S) VFNMADD231PD.BCST (8*I)(DI), Z25, S

// NEXT64L and NEXT64H are NEXT32; L is the lane of Z25.
#define NEXT64L(I, R, S) \
	VPBROADCASTQ index64<>+(8*I)(SB), Z27 \
	VPERMPD Z24, Z27, Z30                 \
	VFNMADD231PD Z30, Z24, R              \
	VFNMADD231PD Z30, Z25, S
#define NEXT64H(L, S) \
	VPBROADCASTQ index64<>+(8*L)(SB), Z27 \
	VPERMPD Z25, Z27, Z30                 \
	VFNMADD231PD Z30, Z25, S

// func choleskyTile64AVX512(n int, a *float64, lda int, scratch *float64) int
TEXT ·choleskyTile64AVX512(SB), NOSPLIT, $0-40
	HEAD
	VMOVSD limits<>+0(SB), X29
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7
	VPXORQ Z8, Z8, Z8
	VPXORQ Z9, Z9, Z9
	VPXORQ Z10, Z10, Z10
	VPXORQ Z11, Z11, Z11
	VPXORQ Z12, Z12, Z12
	VPXORQ Z13, Z13, Z13
	VPXORQ Z14, Z14, Z14
	VPXORQ Z15, Z15, Z15
	VPXORQ Z16, Z16, Z16
	VPXORQ Z17, Z17, Z17
	VPXORQ Z18, Z18, Z18
	VPXORQ Z19, Z19, Z19
	VPXORQ Z20, Z20, Z20
	VPXORQ Z21, Z21, Z21
	VPXORQ Z22, Z22, Z22
	VPXORQ Z23, Z23, Z23
	LOW64(0, Z0, Z8)
	LOW64(1, Z1, Z9)
	LOW64(2, Z2, Z10)
	LOW64(3, Z3, Z11)
	LOW64(4, Z4, Z12)
	LOW64(5, Z5, Z13)
	LOW64(6, Z6, Z14)
	LOW64(7, Z7, Z15)
	HIGH64(8, Z16)
	HIGH64(9, Z17)
	HIGH64(10, Z18)
	HIGH64(11, Z19)
	HIGH64(12, Z20)
	HIGH64(13, Z21)
	HIGH64(14, Z22)
	HIGH64(15, Z23)

loaded:
	PIVOT64L(0, Z0, Z8)
	NEXT64L(1, Z1, Z9)
	DOWN64L(2, Z2)
	DOWN64H(2, Z10)
	DOWN64L(3, Z3)
	DOWN64H(3, Z11)
	DOWN64L(4, Z4)
	DOWN64H(4, Z12)
	DOWN64L(5, Z5)
	DOWN64H(5, Z13)
	DOWN64L(6, Z6)
	DOWN64H(6, Z14)
	DOWN64L(7, Z7)
	DOWN64H(7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(1, Z1, Z9)
	NEXT64L(2, Z2, Z10)
	DOWN64L(3, Z3)
	DOWN64H(3, Z11)
	DOWN64L(4, Z4)
	DOWN64H(4, Z12)
	DOWN64L(5, Z5)
	DOWN64H(5, Z13)
	DOWN64L(6, Z6)
	DOWN64H(6, Z14)
	DOWN64L(7, Z7)
	DOWN64H(7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(2, Z2, Z10)
	NEXT64L(3, Z3, Z11)
	DOWN64L(4, Z4)
	DOWN64H(4, Z12)
	DOWN64L(5, Z5)
	DOWN64H(5, Z13)
	DOWN64L(6, Z6)
	DOWN64H(6, Z14)
	DOWN64L(7, Z7)
	DOWN64H(7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(3, Z3, Z11)
	NEXT64L(4, Z4, Z12)
	DOWN64L(5, Z5)
	DOWN64H(5, Z13)
	DOWN64L(6, Z6)
	DOWN64H(6, Z14)
	DOWN64L(7, Z7)
	DOWN64H(7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(4, Z4, Z12)
	NEXT64L(5, Z5, Z13)
	DOWN64L(6, Z6)
	DOWN64H(6, Z14)
	DOWN64L(7, Z7)
	DOWN64H(7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(5, Z5, Z13)
	NEXT64L(6, Z6, Z14)
	DOWN64L(7, Z7)
	DOWN64H(7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(6, Z6, Z14)
	NEXT64L(7, Z7, Z15)
	DOWN64H(8, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64L(7, Z7, Z15)
	NEXT64H(0, Z16)
	DOWN64H(9, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(8, Z16)
	NEXT64H(1, Z17)
	DOWN64H(10, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(9, Z17)
	NEXT64H(2, Z18)
	DOWN64H(11, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(10, Z18)
	NEXT64H(3, Z19)
	DOWN64H(12, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(11, Z19)
	NEXT64H(4, Z20)
	DOWN64H(13, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(12, Z20)
	NEXT64H(5, Z21)
	DOWN64H(14, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(13, Z21)
	NEXT64H(6, Z22)
	DOWN64H(15, Z23)
	PIVOT64H(14, Z22)
	NEXT64H(7, Z23)
	PIVOT64H(15, Z23)

done:
	MOVQ $-1, ret+32(FP)
	VZEROUPPER
	RET

fail:
	LEAVE64L(0, Z0, Z8, next0)
	LEAVE64L(1, Z1, Z9, next1)
	LEAVE64L(2, Z2, Z10, next2)
	LEAVE64L(3, Z3, Z11, next3)
	LEAVE64L(4, Z4, Z12, next4)
	LEAVE64L(5, Z5, Z13, next5)
	LEAVE64L(6, Z6, Z14, next6)
	LEAVE64L(7, Z7, Z15, next7)
	LEAVE64H(8, Z16, next8)
	LEAVE64H(9, Z17, next9)
	LEAVE64H(10, Z18, next10)
	LEAVE64H(11, Z19, next11)
	LEAVE64H(12, Z20, next12)
	LEAVE64H(13, Z21, next13)
	LEAVE64H(14, Z22, next14)
	LEAVE64H(15, Z23, next15)

left:
	MOVQ R8, ret+32(FP)
	VZEROUPPER
	RET
