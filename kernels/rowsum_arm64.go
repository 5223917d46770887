package kernels

import "unsafe"

//go:noescape
func rowSumNEONF32(m, n int, a *float32, lda int, s *float32)

//go:noescape
func rowSumNEONF64(m, n int, a *float64, lda int, s *float64)

// rowSumPiece sums m rows of at most a segment. It is not inlined, so that the runtime can stop a long call between two pieces.
//
//go:noinline
func rowSumPiece[T Float](isa ISA, _ rowOrder, m, n int, a []T, lda int, s []T) {
	pa, ps := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(s))
	switch {
	case isa != NEON:
		rowSumEach(isa, m, n, a, lda, s)
	case is32[T]():
		rowSumNEONF32(m, n, (*float32)(pa), lda, (*float32)(ps))
	default:
		rowSumNEONF64(m, n, (*float64)(pa), lda, (*float64)(ps))
	}
}
