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

//go:noescape
func multiplyLeaf32AVX512(n int, tri, b *float32, ldb, cols int)

//go:noescape
func multiplyLeaf64AVX512(n int, tri, b *float64, ldb, cols int)

//go:noescape
func multiplyLeaf32AVX2(n int, tri, b *float32, ldb, cols int)

//go:noescape
func multiplyLeaf64AVX2(n int, tri, b *float64, ldb, cols int)

// leafPiece is the number of columns of one assembly call: 256 vectors of 68 cycles at most.
const leafPiece = 1024

// applyLeaf solves with the packed triangle of n rows in place, or multiplies by it: row r of b begins at b[at+r·step] and has cols elements.
func applyLeaf[T Float](isa ISA, solve bool, n int, tri *[triangleLeaf * triangleLeaf]T, b []T, at, step, cols int) {
	if isa != AVX512 && isa != AVX2 {
		triangleLeafRows(isa, solve, n, tri, b, at, step, cols)
		return
	}
	wide := isa == AVX512
	for j := 0; j < cols; j += leafPiece {
		// Direct calls: through a variable tri would escape.
		t, x, w := unsafe.Pointer(tri), unsafe.Pointer(&b[at+j]), min(leafPiece, cols-j)
		if is32[T]() {
			t, x, ldb := (*float32)(t), (*float32)(x), 4*step
			switch {
			case wide && solve:
				solveLeaf32AVX512(n, t, x, ldb, w)
			case wide:
				multiplyLeaf32AVX512(n, t, x, ldb, w)
			case solve:
				solveLeaf32AVX2(n, t, x, ldb, w)
			default:
				multiplyLeaf32AVX2(n, t, x, ldb, w)
			}
			continue
		}
		t64, x64, ldb := (*float64)(t), (*float64)(x), 8*step
		switch {
		case wide && solve:
			solveLeaf64AVX512(n, t64, x64, ldb, w)
		case wide:
			multiplyLeaf64AVX512(n, t64, x64, ldb, w)
		case solve:
			solveLeaf64AVX2(n, t64, x64, ldb, w)
		default:
			multiplyLeaf64AVX2(n, t64, x64, ldb, w)
		}
	}
}
