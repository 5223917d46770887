package kernels

import "unsafe"

//go:noescape
func solveLeaf32NEON(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func solveLeaf64NEON(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func multiplyLeaf32NEON(n int, tri, b unsafe.Pointer, ldb, cols int)

//go:noescape
func multiplyLeaf64NEON(n int, tri, b unsafe.Pointer, ldb, cols int)

// leafPiece is the number of columns of one assembly call, of at most 256 flops each.
const leafPiece = 512

// applyLeaf solves with the packed triangle of n rows in place, or multiplies by it: row r of b begins at b[at+r·step] and has cols elements.
func applyLeaf[T Float](isa ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	if isa != NEON {
		triangleLeafPortable(solve, n, tri, b, at, step, cols)
		return
	}
	for j := 0; j < cols; j += leafPiece {
		leafCall[T](solve, n, unsafe.Pointer(tri), unsafe.Pointer(&b[at+j]), step, min(leafPiece, cols-j))
	}
}

// leafCall is not inlined, so that the runtime can stop a long product between two pieces.
//
//go:noinline
func leafCall[T Float](solve bool, n int, tri, b unsafe.Pointer, ldb, cols int) {
	switch {
	case solve && is32[T]():
		solveLeaf32NEON(n, tri, b, ldb, cols)
	case solve:
		solveLeaf64NEON(n, tri, b, ldb, cols)
	case is32[T]():
		multiplyLeaf32NEON(n, tri, b, ldb, cols)
	default:
		multiplyLeaf64NEON(n, tri, b, ldb, cols)
	}
}
