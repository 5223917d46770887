package kernels

import "unsafe"

// elementSIMD is one piece in assembly, but not of Exp; isa is not Portable.
func elementSIMD[T Float](op elementOp, _ ISA, coef *AdamCoef[T], n int, a, b, c, d *T) {
	k, pa, pb, pc, pd := unsafe.Pointer(coef), unsafe.Pointer(a), unsafe.Pointer(b), unsafe.Pointer(c), unsafe.Pointer(d)
	if is32[T]() {
		element32NEON(op, n, (*AdamCoef[float32])(k), (*float32)(pa), (*float32)(pb), (*float32)(pc), (*float32)(pd))
		return
	}
	element64NEON(op, n, (*AdamCoef[float64])(k), (*float64)(pa), (*float64)(pb), (*float64)(pc), (*float64)(pd))
}

func element32NEON(op elementOp, n int, k *AdamCoef[float32], a, b, c, d *float32) {
	switch op {
	case opAdam:
		adam32NEON(n, k, a, b, c, d)
	case opRMS:
		rms32NEON(n, k, a, b, d)
	case opAdamDirection:
		adamDirection32NEON(n, k, a, b, c, d)
	case opRMSDirection:
		rmsDirection32NEON(n, k, a, b, d)
	case opSecondMoment:
		secondMoment32NEON(n, k, a, b)
	case opPrecondition:
		precondition32NEON(n, k, a, b, c)
	case opDivide:
		divide32NEON(n, k, a, b, c)
	case opDivideRoot:
		divideRoot32NEON(n, k, a, b, c)
	case opAxpby:
		axpby32NEON(n, k, a, b, c)
	}
}

func element64NEON(op elementOp, n int, k *AdamCoef[float64], a, b, c, d *float64) {
	switch op {
	case opAdam:
		adam64NEON(n, k, a, b, c, d)
	case opRMS:
		rms64NEON(n, k, a, b, d)
	case opAdamDirection:
		adamDirection64NEON(n, k, a, b, c, d)
	case opRMSDirection:
		rmsDirection64NEON(n, k, a, b, d)
	case opSecondMoment:
		secondMoment64NEON(n, k, a, b)
	case opPrecondition:
		precondition64NEON(n, k, a, b, c)
	case opDivide:
		divide64NEON(n, k, a, b, c)
	case opDivideRoot:
		divideRoot64NEON(n, k, a, b, c)
	case opAxpby:
		axpby64NEON(n, k, a, b, c)
	}
}
