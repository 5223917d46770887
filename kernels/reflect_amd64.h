// Reflections of the rows of a small matrix, float64: see Reflect for the formulas and their order. Shared by both x86 tiers, which
// include their register names (V0 …, C0 …, VBYTES) first.
//
// Four vectors of columns at a time (then two, then one) are reflected by all H_j, the last first.
// One pass down the rows sums, the next one updates: for each vector a load and a fused operation, then a load, a fused
// operation and a store. z stays in the first-level cache for n up to some 64.
//
// Registers: SI → row j of v, BX the row's number, DI → z at row j+1, R8 ldz in bytes, R9 → τ, R12 ldv in bytes; CX → rows, DX
// rows left, R10 columns left, R11 → the first row of the columns; V0 … V3 sums, V4 a broadcast, C0 … C3 z.

// What is done to 1, 2 and 4 vectors.
#define ZERO1 VXORPD V0, V0, V0
#define ZERO2 ZERO1; VXORPD V1, V1, V1
#define ZERO4 ZERO2; VXORPD V2, V2, V2; VXORPD V3, V3, V3

#define SUM1 VFMADD231PD (CX), V4, V0
#define SUM2 SUM1; VFMADD231PD VBYTES(CX), V4, V1
#define SUM4 SUM2; VFMADD231PD (2*VBYTES)(CX), V4, V2; VFMADD231PD (3*VBYTES)(CX), V4, V3

#define SCALE1 VMULPD V4, V0, V0
#define SCALE2 SCALE1; VMULPD V4, V1, V1
#define SCALE4 SCALE2; VMULPD V4, V2, V2; VMULPD V4, V3, V3

#define LOAD1 VMOVUPD (CX), C0
#define LOAD2 LOAD1; VMOVUPD VBYTES(CX), C1
#define LOAD4 LOAD2; VMOVUPD (2*VBYTES)(CX), C2; VMOVUPD (3*VBYTES)(CX), C3

#define TAKE1 VFNMADD231PD V0, V4, C0
#define TAKE2 TAKE1; VFNMADD231PD V1, V4, C1
#define TAKE4 TAKE2; VFNMADD231PD V2, V4, C2; VFNMADD231PD V3, V4, C3

#define STORE1 VMOVUPD C0, (CX)
#define STORE2 STORE1; VMOVUPD C1, VBYTES(CX)
#define STORE4 STORE2; VMOVUPD C2, (2*VBYTES)(CX); VMOVUPD C3, (3*VBYTES)(CX)

#define BEGIN \
	MOVQ ldz+56(FP), R8  \
	MOVQ ldv+32(FP), R12 \
	SHLQ $3, R8          \
	SHLQ $3, R12         \
	MOVQ tau+40(FP), R9  \
	MOVQ cols+8(FP), R10 \
	MOVQ z+48(FP), R11

// From the start of a reflection, or after its sums: the rows k … n−1 of z and v.
#define ROWS \
	MOVQ DI, CX          \
	LEAQ (SI)(BX*8), R13 \
	MOVQ n+0(FP), DX     \
	SUBQ BX, DX

#define NEXTROW \
	ADDQ $8, R13 \
	ADDQ R8, CX  \
	DECQ DX

// All columns that come in groups of so many vectors.
#define REFLECT(vectors, columns, rest, reflection, sum, update, ZERO, SUM, SCALE, LOAD, TAKE, STORE) \
columns: \
	SUBQ $(vectors*VBYTES/8), R10 \
	JLT  rest                     \
	MOVQ k+16(FP), BX             \
	MOVQ BX, AX                   \
	IMULQ R8, AX                  \
	LEAQ (R11)(AX*1), DI          \
	MOVQ BX, AX                   \
	DECQ AX                       \
	IMULQ R12, AX                 \
	MOVQ v+24(FP), SI             \
	ADDQ AX, SI                   \
reflection: \
	ZERO                          \
	ROWS                          \
sum: \
	VBROADCASTSD (R13), V4        \
	SUM                           \
	NEXTROW                       \
	JNZ  sum                      \
	VBROADCASTSD -8(R9)(BX*8), V4 \
	SCALE                         \
	ROWS                          \
update: \
	VBROADCASTSD (R13), V4        \
	LOAD                          \
	TAKE                          \
	STORE                         \
	NEXTROW                       \
	JNZ  update                   \
	SUBQ R8, DI                   \
	SUBQ R12, SI                  \
	DECQ BX                       \
	JNZ  reflection               \
	ADDQ $(vectors*VBYTES), R11   \
	JMP  columns                  \
rest: \
	ADDQ $(vectors*VBYTES/8), R10

#define REFLECT4 REFLECT(4, columns4, rest4, reflection4, sum4, update4, ZERO4, SUM4, SCALE4, LOAD4, TAKE4, STORE4)
#define REFLECT2 REFLECT(2, columns2, rest2, reflection2, sum2, update2, ZERO2, SUM2, SCALE2, LOAD2, TAKE2, STORE2)
#define REFLECT1 REFLECT(1, columns1, rest1, reflection1, sum1, update1, ZERO1, SUM1, SCALE1, LOAD1, TAKE1, STORE1)
