//go:build !amd64 && !arm64

package kernels

// symvGroups reports whether the tier has a kernel that takes several rows in one pass.
func symvGroups(ISA) bool { return false }

// symvPiece4 is reached only where symvGroups is true.
func symvPiece4[T Float](isa ISA, uplo Uplo, i, groups, n int, a []T, lda int, x, v []T) {
	for r := i; r < i+symvGroup*groups; r++ {
		symvRow(isa, uplo, r, n, a[(r-i)*lda:], x, v)
	}
}

// symvRowPiece is a row of at most a segment.
func symvRowPiece[T Float](_ ISA, lo int, row, x, v []T, xi T) T {
	return symvRowPortable(lo, row, x, v, xi)
}

// symvShort reports that there is no kernel for matrices of few columns.
func symvShort[T Float](_ ISA, _ Uplo, _ int, _ []T, _ int, _, _ []T) bool { return false }

// symvStripped reports that there is no kernel for strips of columns.
func symvStripped[T Float](_ ISA, _ int) bool { return false }

// symvBlock is reached only where symvStripped is true.
func symvBlock[T Float](_ Uplo, _, _, _ int, _ []T, _ int, _, _, _ []T) {}
