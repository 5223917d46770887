// The jump to the optimizer steps and elementwise kernels of both tiers and types (kinds_amd64.h).

#include "textflag.h"
#include "kinds_amd64.h"

// func updateCall(n int, c, x, y, z, w unsafe.Pointer, kind uintptr)
TEXT ·updateCall(SB), NOSPLIT, $0-56
	MOVQ kind+48(FP), AX
	CMPQ AX, $64
	JGE  fromSecondMoment
	CMPQ AX, $32
	JGE  fromAdamDirection
	CMPQ AX, $16
	JGE  fromRMS
	BYKIND(0, ·adam32AVX2, ·adam32AVX512, ·adam64AVX2, ·adam64AVX512)
fromRMS:
	BYKIND(16, ·rms32AVX2, ·rms32AVX512, ·rms64AVX2, ·rms64AVX512)
fromAdamDirection:
	CMPQ AX, $48
	JGE  fromRMSDirection
	BYKIND(32, ·adamDirection32AVX2, ·adamDirection32AVX512, ·adamDirection64AVX2, ·adamDirection64AVX512)
fromRMSDirection:
	BYKIND(48, ·rmsDirection32AVX2, ·rmsDirection32AVX512, ·rmsDirection64AVX2, ·rmsDirection64AVX512)
fromSecondMoment:
	CMPQ AX, $96
	JGE  fromDivide
	CMPQ AX, $80
	JGE  fromPrecondition
	BYKIND(64, ·secondMoment32AVX2, ·secondMoment32AVX512, ·secondMoment64AVX2, ·secondMoment64AVX512)
fromPrecondition:
	BYKIND(80, ·precondition32AVX2, ·precondition32AVX512, ·precondition64AVX2, ·precondition64AVX512)
fromDivide:
	CMPQ AX, $112
	JGE  fromDivideRoot
	BYKIND(96, ·divide32AVX2, ·divide32AVX512, ·divide64AVX2, ·divide64AVX512)
fromDivideRoot:
	CMPQ AX, $128
	JGE  fromAxpby
	BYKIND(112, ·divideRoot32AVX2, ·divideRoot32AVX512, ·divideRoot64AVX2, ·divideRoot64AVX512)
fromAxpby:
	BYKIND(128, ·axpby32AVX2, ·axpby32AVX512, ·axpby64AVX2, ·axpby64AVX512)
