package kernels

import "unsafe"

//go:noescape
func lanesColumnAVX512(n, j int, a, v, w, y, d, e, tau *float64)

//go:noescape
func lanesColumnAVX2(n, j int, a, v, w, y, d, e, tau *float64)

//go:noescape
func lanesReflectAVX512(n, j int, a, tau, z *float64)

//go:noescape
func lanesReflectAVX2(n, j int, a, tau, z *float64)

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
func lanesReflect(isa ISA, n, j int, a, tau, z []float64) {
	switch isa {
	case AVX512:
		lanesReflectAVX512(n, j, unsafe.SliceData(a), unsafe.SliceData(tau), unsafe.SliceData(z))
	case AVX2:
		for l := 0; l < SymLanes; l += 4 {
			lanesReflectAVX2(n, j, &a[l], &tau[l], &z[l])
		}
	default:
		lanesReflectPortable(n, j, a, tau, z)
	}
}
