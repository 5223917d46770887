package kernels

import "unsafe"

//go:noescape
func kronNEONF32(na, nb int, a, b, c *float32)

//go:noescape
func kronNEONF64(na, nb int, a, b, c *float64)

// kronPiece writes rows of a Kronecker product, in all at most vecPiece elements or one row, if the tier has a kernel for their length, and reports
// whether it did: a∘row of b, of nb elements each. It is not inlined, so that the runtime can stop a long product between two pieces.
//
//go:noinline
func kronPiece[T Float](isa ISA, rows, nb int, a, b []T, ldb int, c []T, ldc int, _ bool) bool {
	const vector = 16
	if isa != NEON || nb*int(unsafe.Sizeof(*new(T)))%vector != 0 {
		return false
	}
	for i := range rows {
		pa, pb, pc := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b[i*ldb:])), unsafe.Pointer(unsafe.SliceData(c[i*ldc:]))
		if is32[T]() {
			kronNEONF32(len(a), nb, (*float32)(pa), (*float32)(pb), (*float32)(pc))
		} else {
			kronNEONF64(len(a), nb, (*float64)(pa), (*float64)(pb), (*float64)(pc))
		}
	}
	return true
}
