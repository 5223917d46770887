package kernels

import "unsafe"

//go:noescape
func lanesColumnAVX512(n, j int, a, v, w, y, d, e, tau *float64)

//go:noescape
func lanesColumnAVX2(n, j int, a, v, w, y, d, e, tau *float64)

//go:noescape
func lanesRowAVX512(n int, x, e, tau *float64)

//go:noescape
func lanesReflectAVX512(rows, cols, ld int, v, tau, z *float64)

//go:noescape
func lanesRowAVX2(n int, x, e, tau *float64)

//go:noescape
func lanesReflectAVX2(rows, cols, ld int, v, tau, z *float64)

// The calls stay below 50 µs: 64² elements of four lanes take 5.

//go:noinline
func lanesColumn(isa ISA, n, j int, a, v, w, y, d, e, tau []float64) {
	switch isa {
	case AVX512:
		lanesColumnAVX512(n, j, unsafe.SliceData(a), unsafe.SliceData(v), unsafe.SliceData(w), unsafe.SliceData(y),
			unsafe.SliceData(d), unsafe.SliceData(e), unsafe.SliceData(tau))
	case AVX2:
		for l := 0; l < SymLanes; l += 4 {
			lanesColumnAVX2(n, j, &a[l], &v[l], &w[l], &y[l], &d[l], &e[l], &tau[l])
		}
	default:
		lanesColumnPortable(n, j, a, v, w, y, d, e, tau)
	}
}

//go:noinline
func lanesRow(isa ISA, n int, x, e, tau []float64) {
	switch isa {
	case AVX512:
		lanesRowAVX512(n, unsafe.SliceData(x), unsafe.SliceData(e), unsafe.SliceData(tau))
	case AVX2:
		for l := 0; l < SymLanes; l += 4 {
			lanesRowAVX2(n, &x[l], &e[l], &tau[l])
		}
	default:
		lanesRowPortable(n, x, e, tau)
	}
}

//go:noinline
func lanesReflect(isa ISA, rows, cols, ld int, v, tau, z []float64) {
	switch isa {
	case AVX512:
		lanesReflectAVX512(rows, cols, ld, unsafe.SliceData(v), unsafe.SliceData(tau), unsafe.SliceData(z))
	case AVX2:
		for l := 0; l < SymLanes; l += 4 {
			lanesReflectAVX2(rows, cols, ld, &v[l], &tau[l], &z[l])
		}
	default:
		lanesReflectPortable(rows, cols, ld, v, tau, z)
	}
}
