//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 TridiagQR runs as its portable twin.

func tridiagQR(_ ISA, w, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	return tridiagQRPortable(w, m, cols, d, e, z, small, sweeps)
}
