package kernels

import "unsafe"

//go:noescape
func solveLeaf32AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func solveLeaf64AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func solveLeaf32AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func solveLeaf64AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func multiplyLeaf32AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func multiplyLeaf64AVX512(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func multiplyLeaf32AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func multiplyLeaf64AVX2(n int, tri, b unsafe.Pointer, ldb, cols int)

// leafPiece is the number of columns of one assembly call: 256 vectors of 68 cycles at most.
const leafPiece = 1024

// applyLeaf solves with the packed triangle of n rows in place, or multiplies by it: row r of b begins at b[at+r·step] and has cols elements.
func applyLeaf[T Float](isa ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	if isa != AVX512 && isa != AVX2 {
		triangleLeafPortable(solve, n, tri, b, at, step, cols)
		return
	}
	wide, single, size := isa == AVX512, is32[T](), int(unsafe.Sizeof(b[0]))
	for j := 0; j < cols; j += leafPiece {
		// Direct calls: through a variable tri would escape.
		t, x, ldb, w := unsafe.Pointer(tri), unsafe.Pointer(&b[at+j]), step*size, min(leafPiece, cols-j)
		switch {
		case wide && solve && single:
			solveLeaf32AVX512(n, t, x, ldb, w)
		case wide && solve:
			solveLeaf64AVX512(n, t, x, ldb, w)
		case wide && single:
			multiplyLeaf32AVX512(n, t, x, ldb, w)
		case wide:
			multiplyLeaf64AVX512(n, t, x, ldb, w)
		case solve && single:
			solveLeaf32AVX2(n, t, x, ldb, w)
		case solve:
			solveLeaf64AVX2(n, t, x, ldb, w)
		case single:
			multiplyLeaf32AVX2(n, t, x, ldb, w)
		default:
			multiplyLeaf64AVX2(n, t, x, ldb, w)
		}
	}
}
