package kernels

import "unsafe"

//go:noescape
func syr2AVX512F32(rows, n, grow int, alpha float32, xi, yi, x, y, a *float32, lda int)

//go:noescape
func syr2AVX512F64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)

//go:noescape
func syr2AVX2F32(rows, n, grow int, alpha float32, xi, yi, x, y, a *float32, lda int)

//go:noescape
func syr2AVX2F64(rows, n, grow int, alpha float64, xi, yi, x, y, a *float64, lda int)

//go:noescape
func syr2WholeAVX512F32(vectors int, alpha float32, x, y, a *float32, lda, lower int)

//go:noescape
func syr2WholeAVX512F64(vectors int, alpha float64, x, y, a *float64, lda, lower int)

// wholeTriangle reports whether syr2WholeAVX512… takes the rows of a piece: a triangle of one to eight whole vectors, from the first row of the lower or to the last of the upper, whose rows begin with cache lines.
func wholeTriangle(rows, n, grow int, size, first, a, lda uintptr) bool {
	bytes := uintptr(rows) * size
	return rowsInRegisters && bytes <= 512 && (bytes|a|lda)&63 == 0 && lda >= bytes && (grow < 0 && n == rows || grow > 0 && n == 1 && first == 0)
}

// syr2Piece updates rows of a triangle, the first of n elements: a is its first element, x and y belong to its columns, xi and yi
// to the rows. grow is 1 for the lower triangle, −1 for the upper. It is not inlined, so that the runtime can stop a long update
// between two pieces.
//
//go:noinline
func syr2Piece[T Float](isa ISA, rows, n, grow int, alpha T, xi, yi, x, y, a []T, lda int) {
	pxi, pyi := unsafe.Pointer(unsafe.SliceData(xi)), unsafe.Pointer(unsafe.SliceData(yi))
	px, py, pa := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), unsafe.Pointer(unsafe.SliceData(a))
	size := unsafe.Sizeof(alpha)
	whole := isa == AVX512 && wholeTriangle(rows, n, grow, size, uintptr(pxi)-uintptr(px), uintptr(pa), uintptr(lda)*size)
	lower := max(grow, 0)
	switch {
	case whole && is32[T]():
		syr2WholeAVX512F32(rows>>4, float32(alpha), (*float32)(px), (*float32)(py), (*float32)(pa), lda, lower)
	case whole:
		syr2WholeAVX512F64(rows>>3, float64(alpha), (*float64)(px), (*float64)(py), (*float64)(pa), lda, lower)
	case isa == Portable:
		syr2Portable(rows, n, grow, alpha, xi, yi, x, y, a, lda)
	case isa == AVX512 && is32[T]():
		syr2AVX512F32(rows, n, grow, float32(alpha), (*float32)(pxi), (*float32)(pyi), (*float32)(px), (*float32)(py), (*float32)(pa), lda)
	case isa == AVX512:
		syr2AVX512F64(rows, n, grow, float64(alpha), (*float64)(pxi), (*float64)(pyi), (*float64)(px), (*float64)(py), (*float64)(pa), lda)
	case is32[T]():
		syr2AVX2F32(rows, n, grow, float32(alpha), (*float32)(pxi), (*float32)(pyi), (*float32)(px), (*float32)(py), (*float32)(pa), lda)
	default:
		syr2AVX2F64(rows, n, grow, float64(alpha), (*float64)(pxi), (*float64)(pyi), (*float64)(px), (*float64)(py), (*float64)(pa), lda)
	}
}
