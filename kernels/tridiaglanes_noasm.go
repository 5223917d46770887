//go:build !amd64

package kernels

func tridiagQR(_ ISA, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	return tridiagQRPortable(m, cols, d, e, z, small, sweeps)
}
