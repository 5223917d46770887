package kernels

import "unsafe"

//go:noescape
func transposeNEONF32(tiles int, alpha float32, a *float32, lda int, b *float32, ldb int)

//go:noescape
func transposeNEONF64(tiles int, alpha float64, a *float64, lda int, b *float64, ldb int)

// transposeSide returns the side of the largest tile with a kernel that fits m×n elements, 0 if there is none.
func transposeSide[T Float](isa ISA, m, n int) int {
	side := 4
	if !is32[T]() {
		side = 2
	}
	if isa == Portable || min(m, n) < side {
		return 0
	}
	return side
}

// transposeAhead is 0: transposeStrip fetches nothing.
func transposeAhead(int) int { return 0 }

// transposePast is false: B goes through the caches.
func transposePast[T Float](ISA, int, int, []T, int) bool { return false }

// transposeTurns is 0: no loop has two copies.
func transposeTurns(int) int { return 0 }

// transposeStrip transposes tiles of the side that transposeSide returned. It is not inlined, so that the runtime can
// stop a long transposition between two strips.
//
//go:noinline
func transposeStrip[T Float](_, tiles int, alpha T, a []T, lda int, b []T, ldb, _, _, _ int) {
	pa, pb := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b))
	if is32[T]() {
		transposeNEONF32(tiles, float32(alpha), (*float32)(pa), lda, (*float32)(pb), ldb)
	} else {
		transposeNEONF64(tiles, float64(alpha), (*float64)(pa), lda, (*float64)(pb), ldb)
	}
}

// transposeAtOnce leaves all to transposeRows.
func transposeAtOnce[T Float](ISA, int, int, T, []T, int, []T, int) bool { return false }

// transposeLoose is B = alpha·Aᵀ of at most transposeTile rows and columns.
func transposeLoose[T Float](_ ISA, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	transposePortable(m, n, alpha, a, lda, b, ldb)
}
