package kernels

import "unsafe"

//go:noescape
func tridiagColumnNEON(n, m, j int, a *float64, lda int, v, w, y *float64, out *[3]float64)

// tridiagColumnMost is the largest n of one call of assembly: 192² elements of six flops each.
const tridiagColumnMost = 192

//go:noinline
func tridiagColumn(isa ISA, n, j int, a []float64, lda int, v, w, y []float64) (d, e, tau float64) {
	if isa != NEON || n > tridiagColumnMost {
		return tridiagColumnPortable(n, j, a, lda, v, w, y)
	}
	var out [3]float64
	tridiagColumnNEON(n, len(v), j, unsafe.SliceData(a), lda, unsafe.SliceData(v), unsafe.SliceData(w), unsafe.SliceData(y), &out)
	return out[0], out[1], out[2]
}
