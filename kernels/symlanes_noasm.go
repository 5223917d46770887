//go:build !amd64

package kernels

// Without assembly for NEON so far: on arm64 the portable twins run.

func lanesColumn(_ ISA, n, j int, a, v, w, y, d, e, tau []float64) {
	lanesColumnPortable(n, j, a, v, w, y, d, e, tau)
}

func lanesReflect(_ ISA, n, j int, a, tau, z []float64) { lanesReflectPortable(n, j, a, tau, z) }
