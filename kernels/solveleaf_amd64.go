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

// solveLeafPiece is the number of columns of one assembly call: some microseconds.
const solveLeafPiece = 2048

// solveLeaf solves with the packed triangle of n ≤ 8 rows in place on b, n×cols. It returns false if the tier
// has no kernel for it.
func solveLeaf[T Float](isa ISA, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, ldb, cols int) bool {
	if isa != AVX512 && isa != AVX2 {
		return false
	}
	size := unsafe.Sizeof(b[0])
	t := unsafe.Pointer(tri)
	for j := 0; j < cols; j += solveLeafPiece {
		x, w := unsafe.Pointer(unsafe.SliceData(b[j:])), min(solveLeafPiece, cols-j)
		switch {
		case isa == AVX512 && size == 4:
			solveLeaf32AVX512(n, (*float32)(t), (*float32)(x), 4*ldb, w)
		case isa == AVX512:
			solveLeaf64AVX512(n, (*float64)(t), (*float64)(x), 8*ldb, w)
		case size == 4:
			solveLeaf32AVX2(n, (*float32)(t), (*float32)(x), 4*ldb, w)
		default:
			solveLeaf64AVX2(n, (*float64)(t), (*float64)(x), 8*ldb, w)
		}
	}
	return true
}
