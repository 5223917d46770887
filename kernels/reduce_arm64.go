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

// reduceAhead: the kernels fetch nothing ahead.
func reduceAhead(ISA, bool, int) int { return 0 }

// reduceSegment reduces one segment, 1 ≤ len(x) ≤ Segment. It is not inlined, so that the runtime can stop a long
// reduction between two segments.
//
//go:noinline
func reduceSegment[T Float](isa ISA, op reduceOp, _ int, x, y []T) T {
	if isa != NEON {
		return reducePortable(op, x, y)
	}
	n, px, py := len(x), unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	if is32[T]() {
		switch op {
		case opDot:
			return T(dotNEONF32(n, (*float32)(px), (*float32)(py)))
		case opSquares:
			return T(squaresNEONF32(n, (*float32)(px)))
		case opSum:
			var s float32
			rowSumNEONF32(1, n, (*float32)(px), n, &s)
			return T(s)
		}
		return T(maxabsNEONF32(n, (*float32)(px)))
	}
	switch op {
	case opDot:
		return T(dotNEONF64(n, (*float64)(px), (*float64)(py)))
	case opSquares:
		return T(squaresNEONF64(n, (*float64)(px)))
	case opSum:
		var s float64
		rowSumNEONF64(1, n, (*float64)(px), n, &s)
		return T(s)
	}
	return T(maxabsNEONF64(n, (*float64)(px)))
}

// reduceMany reports that there is no kernel for several segments.
func reduceMany[T Float](ISA, reduceOp, bool, []T, []T, *[reduceGroup]T) int { return 0 }
