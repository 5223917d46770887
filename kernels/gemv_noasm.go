//go:build !amd64 && !arm64

package kernels

// gemvNPiece computes m elements of y from rows of at most one segment.
func gemvNPiece[T Float](isa ISA, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	gemvNEach(isa, m, n, alpha, a, lda, x, beta, y)
}

// gemvTPiece adds m rows to the sums of n columns.
func gemvTPiece[T Float](_ ISA, m, n int, a []T, lda int, x, acc []T) {
	gemvTPortable(m, n, a, lda, x, acc)
}

// gemvTAtOnce reports whether the tier computed y from sums in registers.
func gemvTAtOnce[T Float](ISA, int, int, T, []T, int, []T, T, []T) bool { return false }

// gemvT8 reports whether the tier has a kernel that takes eight rows in one pass over the sums.
func gemvT8(ISA) bool { return false }

// gemvT8Piece is reached only where gemvT8 is true.
func gemvT8Piece[T Float](isa ISA, groups, n int, a []T, lda int, x, acc []T) {
	gemvTPiece(isa, 8*groups, n, a, lda, x, acc)
}
