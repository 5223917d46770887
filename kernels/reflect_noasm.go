//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 Reflect runs as its portable twin.

func reflect(_ ISA, n, cols int, v []float64, ldv int, tau, z []float64, ldz int) {
	reflectPortable(n, cols, v, ldv, tau, z, ldz)
}
