package kernels

import "unsafe"

//go:noescape
func dotHeadNEONF32(n int, x, y, hx, hy *float32) float32

//go:noescape
func dotHeadNEONF64(n int, x, y, hx, hy *float64) float64

// symvGroups reports whether the tier has a kernel that takes several rows in one pass.
func symvGroups(ISA) bool { return false }

// symvPiece4 is reached only where symvGroups is true.
func symvPiece4[T Float](isa ISA, uplo Uplo, i, groups, n int, a []T, lda int, x, v []T) {
	for r := i; r < i+symvGroup*groups; r++ {
		symvRow(isa, uplo, r, n, a[(r-i)*lda:], x, v)
	}
}

// symvRowPiece is symvRowPortable for at most a segment: a dot product and an axpy, the second of which finds the row in
// the cache. It is not inlined, so that the runtime can stop a long product between two rows.
//
//go:noinline
func symvRowPiece[T Float](isa ISA, lo int, row, x, v []T, xi T) T {
	if isa != NEON {
		return symvRowPortable(lo, row, x, v, xi)
	}
	l := lanes[T]()
	skip := lo & (l - 1)
	if skip == 0 {
		s := reduceSegment(isa, opDot, row[lo:], x[lo:])
		axpyPiece(isa, xi, row[lo:], v[lo:])
		return s
	}
	// The first block is copied, with factors of −0 and +0 where it has no elements.
	var hx, hy [Lanes32]T
	for i := range hx {
		hx[i] = -hx[i]
	}
	first := min(lo-skip+l, len(row))
	copy(hx[skip:], row[lo:first])
	copy(hy[skip:], x[lo:first])
	n := len(row) - first
	px, py := unsafe.Pointer(unsafe.SliceData(row[first:])), unsafe.Pointer(unsafe.SliceData(x[first:]))
	var s T
	if is32[T]() {
		s = T(dotHeadNEONF32(n, (*float32)(px), (*float32)(py), (*float32)(unsafe.Pointer(&hx)), (*float32)(unsafe.Pointer(&hy))))
	} else {
		s = T(dotHeadNEONF64(n, (*float64)(px), (*float64)(py), (*float64)(unsafe.Pointer(&hx)), (*float64)(unsafe.Pointer(&hy))))
	}
	axpyPiece(isa, xi, row[lo:], v[lo:])
	return s
}

// symvShort reports that there is no kernel for matrices of few columns.
func symvShort[T Float](_ ISA, _ Uplo, _ int, _ []T, _ int, _, _ []T) bool { return false }

// symvStripped reports that there is no kernel for strips of columns.
func symvStripped[T Float](_ ISA, _ int) bool { return false }

// symvBlock is reached only where symvStripped is true.
func symvBlock[T Float](_ Uplo, _, _, _ int, _ []T, _ int, _, _, _ []T) {}
