//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 TridiagColumn runs as its portable twin.

func tridiagColumn(_ ISA, n, j int, a []float64, lda int, v, w, y []float64) (d, e, tau float64) {
	return tridiagColumnPortable(n, j, a, lda, v, w, y)
}
