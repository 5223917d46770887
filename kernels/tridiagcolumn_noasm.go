//go:build !amd64 && !arm64

package kernels

func tridiagColumn[T Float](_ ISA, n, j int, a []T, lda int, v, w, y []T) (d, e, tau T) {
	return tridiagColumnPortable(n, j, a, lda, v, w, y)
}
