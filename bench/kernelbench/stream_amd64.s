#include "textflag.h"

// Probes of memory.
//
// Streams: registers of several streams are read and written back, or to a stream of their own, without
// arithmetic: the values move from one stream to another. Four registers of each a turn, one after the other, with or without a prefetch of what is read
// 1 KiB ahead. What is written without being read is ones, not zeros, which the memory of one EPYC took at 58 to 84 GB/s
// where it took other values at 42 past the caches and at 33 through them.
//   CX registers  DI, SI, DX, R8 streams  R9 prefetch

#define LOOP(STEP, LOOK, BODY) \
	XORL BX, BX; \
	SUBQ $4, CX; \
	JLT  ones; \
	TESTQ R9, R9; \
	JNZ  far; \
near: \
	BODY(0*STEP); \
	BODY(1*STEP); \
	BODY(2*STEP); \
	BODY(3*STEP); \
	ADDQ $(4*STEP), BX; \
	SUBQ $4, CX; \
	JGE  near; \
	JMP  ones; \
far: \
	LOOK(0*STEP); \
	BODY(0*STEP); \
	BODY(1*STEP); \
	LOOK(2*STEP); \
	BODY(2*STEP); \
	BODY(3*STEP); \
	ADDQ $(4*STEP), BX; \
	SUBQ $4, CX; \
	JGE  far; \
ones: \
	ADDQ $4, CX; \
	JZ   done; \
one: \
	BODY(0); \
	ADDQ $STEP, BX; \
	DECQ CX; \
	JNZ  one; \
done: \
	VZEROUPPER; \
	RET

#define ARGS \
	MOVQ n+0(FP), CX; \
	MOVQ a+8(FP), DI; \
	MOVQ b+16(FP), SI; \
	MOVQ c+24(FP), DX; \
	MOVQ d+32(FP), R8; \
	MOVQ ahead+40(FP), R9

// Two registers' lines: one of AVX2, two of AVX-512.
#define LINEY(R, OFF) PREFETCHT0 (1024+OFF)(R)(BX*1)
#define LINEZ(R, OFF) PREFETCHT0 (1024+OFF)(R)(BX*1); PREFETCHT0 (1088+OFF)(R)(BX*1)

#define READ4WRITE3Z(OFF) \
	VMOVUPS OFF(DI)(BX*1), Z0; \
	VMOVUPS OFF(SI)(BX*1), Z1; \
	VMOVUPS OFF(DX)(BX*1), Z2; \
	VMOVUPS OFF(R8)(BX*1), Z3; \
	VMOVUPS Z1, OFF(DI)(BX*1); \
	VMOVUPS Z2, OFF(SI)(BX*1); \
	VMOVUPS Z3, OFF(DX)(BX*1)
#define LOOKREAD4WRITE3Z(OFF) LINEZ(DI, OFF); LINEZ(SI, OFF); LINEZ(DX, OFF); LINEZ(R8, OFF)

// func read4write3Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read4write3Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD4WRITE3Z, READ4WRITE3Z)

#define READ3WRITE2Z(OFF) \
	VMOVUPS OFF(DI)(BX*1), Z0; \
	VMOVUPS OFF(SI)(BX*1), Z1; \
	VMOVUPS OFF(DX)(BX*1), Z2; \
	VMOVUPS Z1, OFF(DI)(BX*1); \
	VMOVUPS Z2, OFF(SI)(BX*1)
#define LOOKREAD3WRITE2Z(OFF) LINEZ(DI, OFF); LINEZ(SI, OFF); LINEZ(DX, OFF)

// func read3write2Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read3write2Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD3WRITE2Z, READ3WRITE2Z)

#define READ3WRITE3Z(OFF) \
	VMOVUPS OFF(DI)(BX*1), Z0; \
	VMOVUPS OFF(SI)(BX*1), Z1; \
	VMOVUPS OFF(DX)(BX*1), Z2; \
	VMOVUPS Z1, OFF(DI)(BX*1); \
	VMOVUPS Z2, OFF(SI)(BX*1); \
	VMOVUPS Z0, OFF(DX)(BX*1)
#define LOOKREAD3WRITE3Z(OFF) LINEZ(DI, OFF); LINEZ(SI, OFF); LINEZ(DX, OFF)

// func read3write3Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read3write3Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD3WRITE3Z, READ3WRITE3Z)

#define READ2WRITE1Z(OFF) \
	VMOVUPS OFF(DI)(BX*1), Z0; \
	VMOVUPS OFF(SI)(BX*1), Z1; \
	VMOVUPS Z1, OFF(DI)(BX*1)
#define LOOKREAD2WRITE1Z(OFF) LINEZ(DI, OFF); LINEZ(SI, OFF)

// func read2write1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read2write1Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD2WRITE1Z, READ2WRITE1Z)

#define READ3WRITE1Z(OFF) \
	VMOVUPS OFF(DI)(BX*1), Z0; \
	VMOVUPS OFF(SI)(BX*1), Z1; \
	VMOVUPS OFF(DX)(BX*1), Z2; \
	VMOVUPS Z1, OFF(DI)(BX*1)
#define LOOKREAD3WRITE1Z(OFF) LINEZ(DI, OFF); LINEZ(SI, OFF); LINEZ(DX, OFF)

// func read3write1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read3write1Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD3WRITE1Z, READ3WRITE1Z)

#define READ2TO1Z(OFF) \
	VMOVUPS OFF(SI)(BX*1), Z0; \
	VMOVUPS OFF(DX)(BX*1), Z1; \
	VMOVUPS Z0, OFF(DI)(BX*1)
#define LOOKREAD2TO1Z(OFF) LINEZ(SI, OFF); LINEZ(DX, OFF)

// func read2to1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read2to1Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD2TO1Z, READ2TO1Z)

#define READ1TO1Z(OFF) \
	VMOVUPS OFF(SI)(BX*1), Z0; \
	VMOVUPS Z0, OFF(DI)(BX*1)
#define LOOKREAD1TO1Z(OFF) LINEZ(SI, OFF)

// func read1to1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·read1to1Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD1TO1Z, READ1TO1Z)

#define WRITE1Z(OFF) \
	VMOVUPS Z0, OFF(DI)(BX*1)
#define LOOKWRITE1Z(OFF)

// func write1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·write1Z(SB), NOSPLIT, $0-48
	ARGS
	VPTERNLOGD $0xFF, Z0, Z0, Z0
	LOOP(64, LOOKWRITE1Z, WRITE1Z)

#define STREAM1Z(OFF) \
	VMOVNTPS Z0, OFF(DI)(BX*1)
#define LOOKSTREAM1Z(OFF)

// func stream1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·stream1Z(SB), NOSPLIT, $0-48
	ARGS
	VPTERNLOGD $0xFF, Z0, Z0, Z0
	LOOP(64, LOOKSTREAM1Z, STREAM1Z)

#define MOVE1Z(OFF) \
	VMOVUPS OFF(SI)(BX*1), Z0; \
	VMOVNTPS Z0, OFF(DI)(BX*1)

// func move1Z(n int, a, b, c, d *byte, ahead int)
TEXT ·move1Z(SB), NOSPLIT, $0-48
	ARGS
	LOOP(64, LOOKREAD1TO1Z, MOVE1Z)

#define READ4WRITE3Y(OFF) \
	VMOVUPS OFF(DI)(BX*1), Y0; \
	VMOVUPS OFF(SI)(BX*1), Y1; \
	VMOVUPS OFF(DX)(BX*1), Y2; \
	VMOVUPS OFF(R8)(BX*1), Y3; \
	VMOVUPS Y1, OFF(DI)(BX*1); \
	VMOVUPS Y2, OFF(SI)(BX*1); \
	VMOVUPS Y3, OFF(DX)(BX*1)
#define LOOKREAD4WRITE3Y(OFF) LINEY(DI, OFF); LINEY(SI, OFF); LINEY(DX, OFF); LINEY(R8, OFF)

// func read4write3Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read4write3Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD4WRITE3Y, READ4WRITE3Y)

#define READ3WRITE2Y(OFF) \
	VMOVUPS OFF(DI)(BX*1), Y0; \
	VMOVUPS OFF(SI)(BX*1), Y1; \
	VMOVUPS OFF(DX)(BX*1), Y2; \
	VMOVUPS Y1, OFF(DI)(BX*1); \
	VMOVUPS Y2, OFF(SI)(BX*1)
#define LOOKREAD3WRITE2Y(OFF) LINEY(DI, OFF); LINEY(SI, OFF); LINEY(DX, OFF)

// func read3write2Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read3write2Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD3WRITE2Y, READ3WRITE2Y)

#define READ3WRITE3Y(OFF) \
	VMOVUPS OFF(DI)(BX*1), Y0; \
	VMOVUPS OFF(SI)(BX*1), Y1; \
	VMOVUPS OFF(DX)(BX*1), Y2; \
	VMOVUPS Y1, OFF(DI)(BX*1); \
	VMOVUPS Y2, OFF(SI)(BX*1); \
	VMOVUPS Y0, OFF(DX)(BX*1)
#define LOOKREAD3WRITE3Y(OFF) LINEY(DI, OFF); LINEY(SI, OFF); LINEY(DX, OFF)

// func read3write3Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read3write3Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD3WRITE3Y, READ3WRITE3Y)

#define READ2WRITE1Y(OFF) \
	VMOVUPS OFF(DI)(BX*1), Y0; \
	VMOVUPS OFF(SI)(BX*1), Y1; \
	VMOVUPS Y1, OFF(DI)(BX*1)
#define LOOKREAD2WRITE1Y(OFF) LINEY(DI, OFF); LINEY(SI, OFF)

// func read2write1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read2write1Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD2WRITE1Y, READ2WRITE1Y)

#define READ3WRITE1Y(OFF) \
	VMOVUPS OFF(DI)(BX*1), Y0; \
	VMOVUPS OFF(SI)(BX*1), Y1; \
	VMOVUPS OFF(DX)(BX*1), Y2; \
	VMOVUPS Y1, OFF(DI)(BX*1)
#define LOOKREAD3WRITE1Y(OFF) LINEY(DI, OFF); LINEY(SI, OFF); LINEY(DX, OFF)

// func read3write1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read3write1Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD3WRITE1Y, READ3WRITE1Y)

#define READ2TO1Y(OFF) \
	VMOVUPS OFF(SI)(BX*1), Y0; \
	VMOVUPS OFF(DX)(BX*1), Y1; \
	VMOVUPS Y0, OFF(DI)(BX*1)
#define LOOKREAD2TO1Y(OFF) LINEY(SI, OFF); LINEY(DX, OFF)

// func read2to1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read2to1Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD2TO1Y, READ2TO1Y)

#define READ1TO1Y(OFF) \
	VMOVUPS OFF(SI)(BX*1), Y0; \
	VMOVUPS Y0, OFF(DI)(BX*1)
#define LOOKREAD1TO1Y(OFF) LINEY(SI, OFF)

// func read1to1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·read1to1Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD1TO1Y, READ1TO1Y)

#define WRITE1Y(OFF) \
	VMOVUPS Y0, OFF(DI)(BX*1)
#define LOOKWRITE1Y(OFF)

// func write1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·write1Y(SB), NOSPLIT, $0-48
	ARGS
	VPCMPEQD Y0, Y0, Y0
	LOOP(32, LOOKWRITE1Y, WRITE1Y)

#define STREAM1Y(OFF) \
	VMOVNTPS Y0, OFF(DI)(BX*1)
#define LOOKSTREAM1Y(OFF)

// func stream1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·stream1Y(SB), NOSPLIT, $0-48
	ARGS
	VPCMPEQD Y0, Y0, Y0
	LOOP(32, LOOKSTREAM1Y, STREAM1Y)

#define MOVE1Y(OFF) \
	VMOVUPS OFF(SI)(BX*1), Y0; \
	VMOVNTPS Y0, OFF(DI)(BX*1)

// func move1Y(n int, a, b, c, d *byte, ahead int)
TEXT ·move1Y(SB), NOSPLIT, $0-48
	ARGS
	LOOP(32, LOOKREAD1TO1Y, MOVE1Y)
