#include "textflag.h"

// Probes of memory.
//
// Streams: registers of several streams are read and written back, or to a stream of their own, without
// arithmetic: the values move from one stream to another.
//   CX registers  DI, SI, DX, R8 streams

#define LOOP(STEP, BODY) \
	XORL BX, BX; \
loop: \
	BODY; \
	ADDQ $STEP, BX; \
	DECQ CX; \
	JNZ  loop; \
	VZEROUPPER; \
	RET

#define ARGS \
	MOVQ n+0(FP), CX; \
	MOVQ a+8(FP), DI; \
	MOVQ b+16(FP), SI; \
	MOVQ c+24(FP), DX; \
	MOVQ d+32(FP), R8

#define READ4WRITE3(A, B, C, D) \
	VMOVUPS (DI)(BX*1), A; \
	VMOVUPS (SI)(BX*1), B; \
	VMOVUPS (DX)(BX*1), C; \
	VMOVUPS (R8)(BX*1), D; \
	VMOVUPS B, (DI)(BX*1); \
	VMOVUPS C, (SI)(BX*1); \
	VMOVUPS D, (DX)(BX*1)

#define READ3WRITE2(A, B, C, D) \
	VMOVUPS (DI)(BX*1), A; \
	VMOVUPS (SI)(BX*1), B; \
	VMOVUPS (DX)(BX*1), C; \
	VMOVUPS B, (DI)(BX*1); \
	VMOVUPS C, (SI)(BX*1)

#define READ3WRITE3(A, B, C, D) \
	READ3WRITE2(A, B, C, D); \
	VMOVUPS A, (DX)(BX*1)

#define READ2WRITE1(A, B, C, D) \
	VMOVUPS (DI)(BX*1), A; \
	VMOVUPS (SI)(BX*1), B; \
	VMOVUPS B, (DI)(BX*1)

#define READ2TO1(A, B, C, D) \
	VMOVUPS (SI)(BX*1), A; \
	VMOVUPS (DX)(BX*1), B; \
	VMOVUPS A, (DI)(BX*1)

#define READ1TO1(A, B, C, D) \
	VMOVUPS (SI)(BX*1), A; \
	VMOVUPS A, (DI)(BX*1)

// func read4write3Z(n int, a, b, c, d *byte)
TEXT ·read4write3Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, READ4WRITE3(Z0, Z1, Z2, Z3))

// func read4write3Y(n int, a, b, c, d *byte)
TEXT ·read4write3Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, READ4WRITE3(Y0, Y1, Y2, Y3))

// func read3write2Z(n int, a, b, c, d *byte)
TEXT ·read3write2Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, READ3WRITE2(Z0, Z1, Z2, Z3))

// func read3write2Y(n int, a, b, c, d *byte)
TEXT ·read3write2Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, READ3WRITE2(Y0, Y1, Y2, Y3))

// func read3write3Z(n int, a, b, c, d *byte)
TEXT ·read3write3Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, READ3WRITE3(Z0, Z1, Z2, Z3))

// func read2write1Z(n int, a, b, c, d *byte)
TEXT ·read2write1Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, READ2WRITE1(Z0, Z1, Z2, Z3))

// func read3write3Y(n int, a, b, c, d *byte)
TEXT ·read3write3Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, READ3WRITE3(Y0, Y1, Y2, Y3))

// func read2write1Y(n int, a, b, c, d *byte)
TEXT ·read2write1Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, READ2WRITE1(Y0, Y1, Y2, Y3))

// func read2to1Z(n int, a, b, c, d *byte)
TEXT ·read2to1Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, READ2TO1(Z0, Z1, Z2, Z3))

// func read2to1Y(n int, a, b, c, d *byte)
TEXT ·read2to1Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, READ2TO1(Y0, Y1, Y2, Y3))

// func read1to1Z(n int, a, b, c, d *byte)
TEXT ·read1to1Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, READ1TO1(Z0, Z1, Z2, Z3))

// func read1to1Y(n int, a, b, c, d *byte)
TEXT ·read1to1Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, READ1TO1(Y0, Y1, Y2, Y3))

#define WRITE1(A, B, C, D) \
	VMOVUPS A, (DI)(BX*1)

#define STREAM1(A, B, C, D) \
	VMOVNTPS A, (DI)(BX*1)

// func write1Z(n int, a, b, c, d *byte)
TEXT ·write1Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, WRITE1(Z0, Z1, Z2, Z3))

// func write1Y(n int, a, b, c, d *byte)
TEXT ·write1Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, WRITE1(Y0, Y1, Y2, Y3))

// func stream1Z(n int, a, b, c, d *byte)
TEXT ·stream1Z(SB), NOSPLIT, $0-40
	ARGS
	LOOP(64, STREAM1(Z0, Z1, Z2, Z3))

// func stream1Y(n int, a, b, c, d *byte)
TEXT ·stream1Y(SB), NOSPLIT, $0-40
	ARGS
	LOOP(32, STREAM1(Y0, Y1, Y2, Y3))
