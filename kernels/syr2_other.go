//go:build !amd64 && !arm64

package kernels

func syr2Piece[T Float](_ ISA, rows, n, grow int, alpha T, xi, yi, x, y, a []T, lda int) {
	syr2Portable(rows, n, grow, alpha, xi, yi, x, y, a, lda)
}
