//go:build !amd64 && !arm64

package kernels

func tridiagColumn(_ ISA, n, j int, a []float64, lda int, v, w, y []float64) (d, e, tau float64) {
	return tridiagColumnPortable(n, j, a, lda, v, w, y)
}
