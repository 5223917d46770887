package kernels

import "unsafe"

//go:noescape
func syr2NEONF32(rows, n, grow int, alpha float32, xi, yi, x, y, a *float32, lda int)

//go:noescape
func syr2NEONF64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)

// syr2Piece updates rows of a triangle, the first of n elements: a is its first element, x and y belong to its columns, xi and yi
// to the rows. grow is 1 for the lower triangle, −1 for the upper. It is not inlined, so that the runtime can stop a long update
// between two pieces.
//
//go:noinline
func syr2Piece[T Float](isa ISA, rows, n, grow int, alpha T, xi, yi, x, y, a []T, lda int) {
	pxi, pyi := unsafe.Pointer(unsafe.SliceData(xi)), unsafe.Pointer(unsafe.SliceData(yi))
	px, py, pa := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), unsafe.Pointer(unsafe.SliceData(a))
	switch {
	case isa != NEON:
		syr2Portable(rows, n, grow, alpha, xi, yi, x, y, a, lda)
	case is32[T]():
		syr2NEONF32(rows, n, grow, float32(alpha), (*float32)(pxi), (*float32)(pyi), (*float32)(px), (*float32)(py), (*float32)(pa), lda)
	default:
		syr2NEONF64(rows, n, grow, float64(alpha), (*float64)(pxi), (*float64)(pyi), (*float64)(px), (*float64)(py), (*float64)(pa), lda)
	}
}
