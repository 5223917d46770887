package kernels

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// prefetchAhead is how many bytes ahead the optimizer steps fetch each of their streams. From memory, Adam reaches 98 % of its four streams with 1 KiB on a
// Granite Rapids, 93 % with 256 bytes and 90 % without; on Zen 4 256 bytes are 2 % faster than none and 1 KiB 13 % slower, on Zen 5 256 bytes up to 1 % and 768 bytes 11 %.
//
//lint:ignore U1000 read by assembly
var prefetchAhead = func() int {
	if cpuid.CPU.VendorID == cpuid.Intel {
		return 1024
	}
	return 256
}()

// rootMixed says how the AVX-512 kernels take roots (RUNROOT), with the same bits either way. An Intel core needs 24 cycles for √ and ÷ of 16 float32 in the
// unit that they share, so it takes all roots by FMA beside it. Zen 5 needs 7 (8 float64: 11.5 beside 43.5), FMA as long or longer, and takes both ways in turn. So
// does Zen 4, by published tables and not by measurement: some 17 cycles (27), and twice those of Zen 5 for the FMAs of 512 bits.
var rootMixed = amd

// elementSIMD is one piece in assembly; isa is not Portable.
func elementSIMD[T Float](op elementOp, isa ISA, coef *AdamCoef[T], n int, a, b, c, d *T) {
	if op == opExp {
		expSIMD(isa, n, a, b)
		return
	}
	k, pa, pb, pc, pd := unsafe.Pointer(coef), unsafe.Pointer(a), unsafe.Pointer(b), unsafe.Pointer(c), unsafe.Pointer(d)
	switch {
	case is32[T]() && isa == AVX512:
		element32AVX512(op, n, (*AdamCoef[float32])(k), (*float32)(pa), (*float32)(pb), (*float32)(pc), (*float32)(pd))
	case is32[T]():
		element32AVX2(op, n, (*AdamCoef[float32])(k), (*float32)(pa), (*float32)(pb), (*float32)(pc), (*float32)(pd))
	case isa == AVX512:
		element64AVX512(op, n, (*AdamCoef[float64])(k), (*float64)(pa), (*float64)(pb), (*float64)(pc), (*float64)(pd))
	default:
		element64AVX2(op, n, (*AdamCoef[float64])(k), (*float64)(pa), (*float64)(pb), (*float64)(pc), (*float64)(pd))
	}
}

func element32AVX512(op elementOp, n int, k *AdamCoef[float32], a, b, c, d *float32) {
	switch op {
	case opAdam:
		adam32AVX512(n, k, a, b, c, d)
	case opRMS:
		rms32AVX512(n, k, a, b, d)
	case opAdamDirection:
		adamDirection32AVX512(n, k, a, b, c, d)
	case opRMSDirection:
		rmsDirection32AVX512(n, k, a, b, d)
	case opSecondMoment:
		secondMoment32AVX512(n, k, a, b)
	case opPrecondition:
		precondition32AVX512(n, k, a, b, c)
	case opDivide:
		divide32AVX512(n, k, a, b, c)
	case opDivideRoot:
		divideRoot32AVX512(n, k, a, b, c)
	case opAxpby:
		axpby32AVX512(n, k, a, b, c)
	}
}

func element32AVX2(op elementOp, n int, k *AdamCoef[float32], a, b, c, d *float32) {
	switch op {
	case opAdam:
		adam32AVX2(n, k, a, b, c, d)
	case opRMS:
		rms32AVX2(n, k, a, b, d)
	case opAdamDirection:
		adamDirection32AVX2(n, k, a, b, c, d)
	case opRMSDirection:
		rmsDirection32AVX2(n, k, a, b, d)
	case opSecondMoment:
		secondMoment32AVX2(n, k, a, b)
	case opPrecondition:
		precondition32AVX2(n, k, a, b, c)
	case opDivide:
		divide32AVX2(n, k, a, b, c)
	case opDivideRoot:
		divideRoot32AVX2(n, k, a, b, c)
	case opAxpby:
		axpby32AVX2(n, k, a, b, c)
	}
}

func element64AVX512(op elementOp, n int, k *AdamCoef[float64], a, b, c, d *float64) {
	switch op {
	case opAdam:
		adam64AVX512(n, k, a, b, c, d)
	case opRMS:
		rms64AVX512(n, k, a, b, d)
	case opAdamDirection:
		adamDirection64AVX512(n, k, a, b, c, d)
	case opRMSDirection:
		rmsDirection64AVX512(n, k, a, b, d)
	case opSecondMoment:
		secondMoment64AVX512(n, k, a, b)
	case opPrecondition:
		precondition64AVX512(n, k, a, b, c)
	case opDivide:
		divide64AVX512(n, k, a, b, c)
	case opDivideRoot:
		divideRoot64AVX512(n, k, a, b, c)
	case opAxpby:
		axpby64AVX512(n, k, a, b, c)
	}
}

func element64AVX2(op elementOp, n int, k *AdamCoef[float64], a, b, c, d *float64) {
	switch op {
	case opAdam:
		adam64AVX2(n, k, a, b, c, d)
	case opRMS:
		rms64AVX2(n, k, a, b, d)
	case opAdamDirection:
		adamDirection64AVX2(n, k, a, b, c, d)
	case opRMSDirection:
		rmsDirection64AVX2(n, k, a, b, d)
	case opSecondMoment:
		secondMoment64AVX2(n, k, a, b)
	case opPrecondition:
		precondition64AVX2(n, k, a, b, c)
	case opDivide:
		divide64AVX2(n, k, a, b, c)
	case opDivideRoot:
		divideRoot64AVX2(n, k, a, b, c)
	case opAxpby:
		axpby64AVX2(n, k, a, b, c)
	}
}
