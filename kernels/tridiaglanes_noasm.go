//go:build !amd64 && !arm64

package kernels

func tridiagQR(_ ISA, w, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	return tridiagQRPortable(w, m, cols, d, e, z, small, sweeps)
}
