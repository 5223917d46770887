#include "textflag.h"

// Functions of the C calling convention (System V), entered on a system stack through purego. They are never called
// from Go; Go only takes their addresses.

// loop runs a program (structs program and step of call.go): rounds times all its steps in order, each a call of a C function.
//
//	DI  program: rounds, steps, address of the first step
//	    step: fn, stack, 6 register arguments, 20 stack arguments, result
//
// BX, BP, R12–R15 belong to the caller and are saved; the stack is 16-byte aligned at each CALL.
//
//	R12 rounds left · R13 steps left · R14 step · R15 program
TEXT loop<>(SB), NOSPLIT|NOFRAME, $0
	PUSHQ BP
	PUSHQ BX
	PUSHQ R12
	PUSHQ R13
	PUSHQ R14
	PUSHQ R15
	SUBQ  $168, SP        // 20 stack arguments, and 8 bytes to align
	MOVQ  DI, R15
	MOVQ  0(R15), R12

round:
	SUBQ $1, R12
	JLT  done
	MOVQ 8(R15), R13
	MOVQ 16(R15), R14

step:
	SUBQ $1, R13
	JLT  round
	MOVQ 8(R14), BX       // stack arguments

push:
	SUBQ $1, BX
	JLT  registers
	MOVQ 64(R14)(BX*8), AX
	MOVQ AX, 0(SP)(BX*8)
	JMP  push

registers:
	MOVQ  16(R14), DI
	MOVQ  24(R14), SI
	MOVQ  32(R14), DX
	MOVQ  40(R14), CX
	MOVQ  48(R14), R8
	MOVQ  56(R14), R9
	XORL  AX, AX          // no vector registers hold arguments
	CALL  0(R14)
	MOVQ  X0, 224(R14)
	ADDQ  $232, R14
	JMP   step

done:
	ADDQ  $168, SP
	POPQ  R15
	POPQ  R14
	POPQ  R13
	POPQ  R12
	POPQ  BX
	POPQ  BP
	RET

// nothing returns at once: what a call costs by itself.
TEXT nothing<>(SB), NOSPLIT|NOFRAME, $0
	RET

// func loopAddress() uintptr
TEXT ·loopAddress(SB), NOSPLIT, $0-8
	LEAQ loop<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET

// func nothingAddress() uintptr
TEXT ·nothingAddress(SB), NOSPLIT, $0-8
	LEAQ nothing<>(SB), AX
	MOVQ AX, ret+0(FP)
	RET
