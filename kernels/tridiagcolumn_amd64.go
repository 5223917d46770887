package kernels

import "unsafe"

//go:noescape
func tridiagColumn32AVX512(n, m, j int, a *float32, lda int, v, w, y *float32, out *[3]float32)

//go:noescape
func tridiagColumn64AVX512(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)

//go:noescape
func tridiagColumn32AVX2(n, m, j int, a *float32, lda int, v, w, y *float32, out *[3]float32)

//go:noescape
func tridiagColumn64AVX2(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)

// tridiagColumnMost is the largest n of one call of assembly: half of 256² elements of float64 take some 10 µs in AVX2.
const tridiagColumnMost = 256

//go:noinline
func tridiagColumn[T Float](isa ISA, n, j int, a []T, lda int, v, w, y []T) (d, e, tau T) {
	if isa == Portable || n > tridiagColumnMost {
		return tridiagColumnPortable(n, j, a, lda, v, w, y)
	}
	pa, pv, pw, py := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(v)), unsafe.Pointer(unsafe.SliceData(w)), unsafe.Pointer(unsafe.SliceData(y))
	if is32[T]() {
		var out [3]float32
		if isa == AVX512 {
			tridiagColumn32AVX512(n, len(v), j, (*float32)(pa), lda, (*float32)(pv), (*float32)(pw), (*float32)(py), &out)
		} else {
			tridiagColumn32AVX2(n, len(v), j, (*float32)(pa), lda, (*float32)(pv), (*float32)(pw), (*float32)(py), &out)
		}
		return T(out[0]), T(out[1]), T(out[2])
	}
	var out [3]float64
	if isa == AVX512 {
		tridiagColumn64AVX512(n, len(v), j, (*float64)(pa), lda, (*float64)(pv), (*float64)(pw), (*float64)(py), &out)
	} else {
		tridiagColumn64AVX2(n, len(v), j, (*float64)(pa), lda, (*float64)(pv), (*float64)(pw), (*float64)(py), &out)
	}
	return T(out[0]), T(out[1]), T(out[2])
}
