package kernels

//go:noescape
func lanesColumnNEON(n, j int, a, v, w, y, d, e, tau *float64)

//go:noescape
func lanesRowNEON(n int, x, e, tau *float64)

//go:noescape
func lanesReflectNEON(rows, cols, ld int, v, tau, z *float64)

// The calls take four lanes and stay below 70 k flops for matrices of order 64.

//go:noinline
func lanesColumn(isa ISA, n, j int, a, v, w, y, d, e, tau []float64) {
	if isa != NEON {
		lanesColumnPortable(n, j, a, v, w, y, d, e, tau)
		return
	}
	for l := 0; l < SymLanes; l += 4 {
		lanesColumnNEON(n, j, &a[l], &v[l], &w[l], &y[l], &d[l], &e[l], &tau[l])
	}
}

//go:noinline
func lanesRow(isa ISA, n int, x, e, tau []float64) {
	if isa != NEON {
		lanesRowPortable(n, x, e, tau)
		return
	}
	for l := 0; l < SymLanes; l += 4 {
		lanesRowNEON(n, &x[l], &e[l], &tau[l])
	}
}

//go:noinline
func lanesReflect(isa ISA, rows, cols, ld int, v, tau, z []float64) {
	if isa != NEON {
		lanesReflectPortable(rows, cols, ld, v, tau, z)
		return
	}
	for l := 0; l < SymLanes; l += 4 {
		lanesReflectNEON(rows, cols, ld, &v[l], &tau[l], &z[l])
	}
}
