package kernels

import "unsafe"

//go:noescape
func axpyNEONF32(n int, alpha float32, x, y *float32)

//go:noescape
func axpyNEONF64(n int, alpha float64, x, y *float64)

//go:noescape
func scaleNEONF32(n int, alpha float32, x, z *float32)

//go:noescape
func scaleNEONF64(n int, alpha float64, x, z *float64)

//go:noescape
func mulNEONF32(n int, x, y, z *float32)

//go:noescape
func mulNEONF64(n int, x, y, z *float64)

func farVectors(isa ISA, _ int, _ uintptr) ISA { return isa }

// vecSIMD is one piece in assembly, c = fma(*a, b, c), *a·b or a·b by op.
func vecSIMD[T Float](_ ISA, op vecOp, n int, a, b, c *T) {
	pa, pb, pc := unsafe.Pointer(a), unsafe.Pointer(b), unsafe.Pointer(c)
	switch {
	case is32[T]() && op == opAxpy:
		axpyNEONF32(n, *(*float32)(pa), (*float32)(pb), (*float32)(pc))
	case is32[T]() && op == opScale:
		scaleNEONF32(n, *(*float32)(pa), (*float32)(pb), (*float32)(pc))
	case is32[T]():
		mulNEONF32(n, (*float32)(pa), (*float32)(pb), (*float32)(pc))
	case op == opAxpy:
		axpyNEONF64(n, *(*float64)(pa), (*float64)(pb), (*float64)(pc))
	case op == opScale:
		scaleNEONF64(n, *(*float64)(pa), (*float64)(pb), (*float64)(pc))
	default:
		mulNEONF64(n, (*float64)(pa), (*float64)(pb), (*float64)(pc))
	}
}
