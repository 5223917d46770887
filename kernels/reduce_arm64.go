package kernels

import "unsafe"

//go:noescape
func dotNEONF32(n int, x, y *float32) float32

//go:noescape
func dotNEONF64(n int, x, y *float64) float64

//go:noescape
func squaresNEONF32(n int, x *float32) float32

//go:noescape
func squaresNEONF64(n int, x *float64) float64

//go:noescape
func maxabsNEONF32(n int, x *float32) float32

//go:noescape
func maxabsNEONF64(n int, x *float64) float64

// reduceAhead is 0: the kernels do not look ahead.
func reduceAhead(ISA, bool, int) int { return 0 }

func reduceCall(n int, x, y unsafe.Pointer, _ int, kind uintptr) (single float32, double float64) {
	x32, x64 := (*float32)(x), (*float64)(x)
	switch kind {
	case reduceKind[float32](NEON, opDot):
		single = dotNEONF32(n, x32, (*float32)(y))
	case reduceKind[float32](NEON, opSquares):
		single = squaresNEONF32(n, x32)
	case reduceKind[float32](NEON, opSum):
		rowSumNEONF32(1, n, x32, n, &single)
	case reduceKind[float32](NEON, opMaxAbs):
		single = maxabsNEONF32(n, x32)
	case reduceKind[float64](NEON, opDot):
		double = dotNEONF64(n, x64, (*float64)(y))
	case reduceKind[float64](NEON, opSquares):
		double = squaresNEONF64(n, x64)
	case reduceKind[float64](NEON, opSum):
		rowSumNEONF64(1, n, x64, n, &double)
	case reduceKind[float64](NEON, opMaxAbs):
		double = maxabsNEONF64(n, x64)
	}
	return single, double
}

// reduceMany reports that there is no kernel for several segments.
func reduceMany[T Float](ISA, reduceOp, bool, []T, []T, *[reduceGroup]T) int { return 0 }
