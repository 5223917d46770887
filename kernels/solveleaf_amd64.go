package kernels

import "unsafe"

//go:noescape
func solveLeaf32AVX512(n int, tri, b *float32, ldb, cols int)

//go:noescape
func solveLeaf64AVX512(n int, tri, b *float64, ldb, cols int)

//go:noescape
func solveLeaf32AVX2(n int, tri, b *float32, ldb, cols int)

//go:noescape
func solveLeaf64AVX2(n int, tri, b *float64, ldb, cols int)

// solveLeafPiece is the number of columns of one assembly call: 256 vectors of 68 cycles at most.
const solveLeafPiece = 1024

// solveLeaf solves with the packed triangle of n rows in place: row r of b begins at b[at+r·step] and has cols elements.
func solveLeaf[T Float](isa ISA, n int, tri *[solveLeafSize * solveLeafSize]T, b []T, at, step, cols int) {
	if isa != AVX512 && isa != AVX2 {
		solveLeafRows(isa, n, tri, b, at, step, cols)
		return
	}
	size := int(unsafe.Sizeof(b[0]))
	t := unsafe.Pointer(tri)
	for j := 0; j < cols; j += solveLeafPiece {
		x, w := unsafe.Pointer(&b[at+j]), min(solveLeafPiece, cols-j)
		switch {
		case isa == AVX512 && size == 4:
			solveLeaf32AVX512(n, (*float32)(t), (*float32)(x), 4*step, w)
		case isa == AVX512:
			solveLeaf64AVX512(n, (*float64)(t), (*float64)(x), 8*step, w)
		case size == 4:
			solveLeaf32AVX2(n, (*float32)(t), (*float32)(x), 4*step, w)
		default:
			solveLeaf64AVX2(n, (*float64)(t), (*float64)(x), 8*step, w)
		}
	}
}
