package kernels

import "unsafe"

//go:noescape
func tridiagColumnNEON(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)

// tridiagColumnMost is the largest n of one call of assembly: 192² elements of six flops each.
const tridiagColumnMost = 192

//go:noinline
func tridiagColumn[T Float](isa ISA, n, j int, a []T, lda int, v, w, y []T) (d, e, tau T) {
	if isa != NEON || is32[T]() || n > tridiagColumnMost {
		return tridiagColumnPortable(n, j, a, lda, v, w, y)
	}
	float := func(x []T) *float64 { return (*float64)(unsafe.Pointer(unsafe.SliceData(x))) }
	var out [3]float64
	tridiagColumnNEON(n, len(v), j, float(a), lda, float(v), float(w), float(y), &out)
	return T(out[0]), T(out[1]), T(out[2])
}
