//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 TridiagColumn runs as its portable twin.

func tridiagColumn[T Float](_ ISA, n, j int, a []T, lda int, v, w, y []T) (d, e, tau T) {
	return tridiagColumnPortable(n, j, a, lda, v, w, y)
}
