//go:build !amd64 && !arm64

package kernels

func lanesColumn(_ ISA, n, j int, a, v, w, y, d, e, tau []float64) {
	lanesColumnPortable(n, j, a, v, w, y, d, e, tau)
}

func lanesRow(_ ISA, n int, x, e, tau []float64) { lanesRowPortable(n, x, e, tau) }

func lanesReflect(_ ISA, rows, cols, ld int, v, tau, z []float64) {
	lanesReflectPortable(rows, cols, ld, v, tau, z)
}
