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

//go:noescape
func solveRight64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)

//go:noescape
func solveRightBack64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)

//go:noescape
func multiplyRight64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)

//go:noescape
func multiplyRightBack64AVX512(n int, tri, b unsafe.Pointer, ldb, rows int)

// leafPiece is the number of columns of one assembly call: 256 vectors of 68 cycles at most.
const leafPiece = 1024

// applyLeaf solves with the packed triangle of n rows in place, or multiplies by it: row r of b begins at b[at+r·step] and has cols elements.
func applyLeaf[T Float](isa ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	if isa != AVX512 && isa != AVX2 {
		triangleLeafPortable(solve, n, tri, b, at, step, cols)
		return
	}
	size := int(unsafe.Sizeof(b[0]))
	for j := 0; j < cols; j += leafPiece {
		leafCall[T](isa == AVX512, solve, n, unsafe.Pointer(tri), unsafe.Pointer(&b[at+j]), step*size, min(leafPiece, cols-j))
	}
}

// leafCall is not inlined, so that the runtime can stop a long product between two pieces. Direct calls: through a variable t would escape.
//
//go:noinline
func leafCall[T Float](wide, solve bool, n int, t, x unsafe.Pointer, ldb, w int) {
	single := is32[T]()
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

// rightLeaves reports whether applyRight has a kernel.
func rightLeaves[T Float](isa ISA) bool { return isa == AVX512 && !is32[T]() }

// applyRight takes the n columns of b as applyLeaf takes rows, from the last to the first with back, where a triangle of fewer than 16 rows is
// packed at the end of its place. rows is at most stripRows: 24 steps of some 150 cycles.
func applyRight[T Float](solve, back bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, ldb, rows int) {
	t, x := unsafe.Pointer(tri), unsafe.Pointer(&b[0])
	ldb *= int(unsafe.Sizeof(b[0]))
	switch {
	case solve && back:
		solveRightBack64AVX512(n, t, x, ldb, rows)
	case solve:
		solveRight64AVX512(n, t, x, ldb, rows)
	case back:
		multiplyRightBack64AVX512(n, t, x, ldb, rows)
	default:
		multiplyRight64AVX512(n, t, x, ldb, rows)
	}
}
