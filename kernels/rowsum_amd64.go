package kernels

import "unsafe"

//go:noescape
func rowSumAVX512F32(m, n int, a *float32, lda int, s *float32)

//go:noescape
func rowSumAVX512F64(m, n int, a *float64, lda int, s *float64)

//go:noescape
func rowSumAloneAVX512F32(m, n int, a *float32, lda int, s *float32, ahead int)

//go:noescape
func rowSumAloneAVX512F64(m, n int, a *float64, lda int, s *float64, ahead int)

//go:noescape
func rowSumAVX2F32(m, n int, a *float32, lda int, s *float32, ahead int)

//go:noescape
func rowSumAVX2F64(m, n int, a *float64, lda int, s *float64, ahead int)

// rowSumPiece sums m rows of at most a segment. It is not inlined, so that the runtime can stop a long call between two pieces.
//
//go:noinline
func rowSumPiece[T Float](isa ISA, order rowOrder, m, n int, a []T, lda int, s []T) {
	pa, ps := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(s))
	switch {
	case isa == Portable:
		rowSumEach(isa, m, n, a, lda, s)
	case isa == AVX2 && is32[T](): // rows are always alone
		rowSumAVX2F32(m, n, (*float32)(pa), lda, (*float32)(ps), int(order)/int(rowsStreamed))
	case isa == AVX2:
		rowSumAVX2F64(m, n, (*float64)(pa), lda, (*float64)(ps), int(order)/int(rowsStreamed))
	case order != rowsTogether && is32[T]():
		rowSumAloneAVX512F32(m, n, (*float32)(pa), lda, (*float32)(ps), int(order)/int(rowsStreamed))
	case order != rowsTogether:
		rowSumAloneAVX512F64(m, n, (*float64)(pa), lda, (*float64)(ps), int(order)/int(rowsStreamed))
	case is32[T]():
		rowSumAVX512F32(m, n, (*float32)(pa), lda, (*float32)(ps))
	default:
		rowSumAVX512F64(m, n, (*float64)(pa), lda, (*float64)(ps))
	}
}
