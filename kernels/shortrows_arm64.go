package kernels

import "unsafe"

//go:noescape
func gerShortNEONF32(m, n int, alpha float32, x, y, a *float32, lda int)

//go:noescape
func scaleShortNEONF32(m, n int, d *float32, step int, a *float32, lda int, b *float32, ldb int)

//go:noescape
func mulShortNEONF32(m, n int, d, a *float32, lda int)

//go:noescape
func gerShortNEONF64(m, n int, alpha float64, x, y, a *float64, lda int)

//go:noescape
func scaleShortNEONF64(m, n int, d *float64, step int, a *float64, lda int, b *float64, ldb int)

//go:noescape
func mulShortNEONF64(m, n int, d, a *float64, lda int)

// hasShortRows reports whether the tier has kernels for short rows.
func hasShortRows(isa ISA) bool { return isa == NEON }

// gerShort is m rows of Ger.
//
//go:noinline
func gerShort[T Float](_ ISA, m, n int, alpha T, x, y, a []T, lda int) {
	px, py, pa := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y)), unsafe.Pointer(unsafe.SliceData(a))
	if is32[T]() {
		gerShortNEONF32(m, n, float32(alpha), (*float32)(px), (*float32)(py), (*float32)(pa), lda)
	} else {
		gerShortNEONF64(m, n, float64(alpha), (*float64)(px), (*float64)(py), (*float64)(pa), lda)
	}
}

// scaleShort is b_ij = d[i·step]·a_ij for m rows; B may be A.
//
//go:noinline
func scaleShort[T Float](_ ISA, m, n int, d []T, step int, a []T, lda int, b []T, ldb int) {
	pd, pa, pb := unsafe.Pointer(unsafe.SliceData(d)), unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b))
	if is32[T]() {
		scaleShortNEONF32(m, n, (*float32)(pd), step, (*float32)(pa), lda, (*float32)(pb), ldb)
	} else {
		scaleShortNEONF64(m, n, (*float64)(pd), step, (*float64)(pa), lda, (*float64)(pb), ldb)
	}
}

// mulShort is m rows of ColScale.
//
//go:noinline
func mulShort[T Float](_ ISA, m, n int, d, a []T, lda int) {
	pd, pa := unsafe.Pointer(unsafe.SliceData(d)), unsafe.Pointer(unsafe.SliceData(a))
	if is32[T]() {
		mulShortNEONF32(m, n, (*float32)(pd), (*float32)(pa), lda)
	} else {
		mulShortNEONF64(m, n, (*float64)(pd), (*float64)(pa), lda)
	}
}
