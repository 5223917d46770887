//go:build !amd64

package kernels

// syr2Piece updates rows of a triangle, as two vector updates each.
func syr2Piece[T Float](isa ISA, rows, n, grow int, alpha T, xi, yi, x, y, a []T, lda int) {
	syr2PieceRows(isa, rows, n, grow, alpha, xi, yi, x, y, a, lda)
}
