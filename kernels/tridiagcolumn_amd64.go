package kernels

import "unsafe"

//go:noescape
func tridiagColumnAVX512(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)

//go:noescape
func tridiagColumnAVX2(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)

// tridiagColumnMost is the largest n of one call of assembly: 256² elements take 25 µs in AVX2.
const tridiagColumnMost = 256

//go:noinline
func tridiagColumn(isa ISA, n, j int, a []float64, lda int, v, w, y []float64) (d, e, tau float64) {
	if isa == Portable || n > tridiagColumnMost {
		return tridiagColumnPortable(n, j, a, lda, v, w, y)
	}
	var out [3]float64
	if isa == AVX512 {
		tridiagColumnAVX512(n, len(v), j, unsafe.SliceData(a), lda, unsafe.SliceData(v), unsafe.SliceData(w), unsafe.SliceData(y), &out)
	} else {
		tridiagColumnAVX2(n, len(v), j, unsafe.SliceData(a), lda, unsafe.SliceData(v), unsafe.SliceData(w), unsafe.SliceData(y), &out)
	}
	return out[0], out[1], out[2]
}
