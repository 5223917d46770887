//go:build !amd64 && !arm64

package kernels

// rowSumPiece sums m rows of at most a segment.
func rowSumPiece[T Float](isa ISA, _ rowOrder, m, n int, a []T, lda int, s []T) {
	rowSumEach(isa, m, n, a, lda, s)
}
