//go:build !amd64 && !arm64

package kernels

func reflect(_ ISA, n, cols int, v []float64, ldv int, tau, z []float64, ldz int) {
	reflectPortable(n, cols, v, ldv, tau, z, ldz)
}
