package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

//go:noescape
func softmaxRows32NEON(rows, n int, x *float32, ldx int, y *float32, ldy int, acc, table *float32)

//go:noescape
func expSumRows32NEON(rows, n int, x *float32, ldx int, out, acc, table *float32)

//go:noescape
func rowMax32NEON(n int, x *float32) float32

//go:noescape
func expSum32NEON(n int, x, acc, table *float32, shift float32) float32

//go:noescape
func expSumStore32NEON(n int, y, x, acc, table *float32, shift float32) float32

//go:noescape
func softmaxRows64NEON(rows, n int, x *float64, ldx int, y *float64, ldy int, acc, table *float64)

//go:noescape
func expSumRows64NEON(rows, n int, x *float64, ldx int, out, acc, table *float64)

//go:noescape
func rowMax64NEON(n int, x *float64) float64

//go:noescape
func expSum64NEON(n int, x, acc, table *float64, shift float64) float64

//go:noescape
func expSumStore64NEON(n int, y, x, acc, table *float64, shift float64) float64

// softmaxRowsSIMD is softmaxRows in assembly; isa is not Portable, n ≤ rowPiece.
func softmaxRowsSIMD[T Float](_ ISA, m, n int, a *T, lda int, b *T, ldb int) {
	pa, pb := unsafe.Pointer(a), unsafe.Pointer(b)
	if is32[T]() {
		var acc [Lanes32]float32
		softmaxRows32NEON(m, n, (*float32)(pa), lda, (*float32)(pb), ldb, &acc[0], &elem.Exp32.Max)
		return
	}
	var acc [Lanes64]float64
	softmaxRows64NEON(m, n, (*float64)(pa), lda, (*float64)(pb), ldb, &acc[0], &elem.Exp64.Max)
}

// expSumRowsSIMD is expSumRows in assembly; isa is not Portable, n ≤ rowPiece.
func expSumRowsSIMD[T Float](_ ISA, m, n int, a *T, lda int, out *[2 * rowGroup]T) {
	pa, po := unsafe.Pointer(a), unsafe.Pointer(out)
	if is32[T]() {
		var acc [Lanes32]float32
		expSumRows32NEON(m, n, (*float32)(pa), lda, (*float32)(po), &acc[0], &elem.Exp32.Max)
		return
	}
	var acc [Lanes64]float64
	expSumRows64NEON(m, n, (*float64)(pa), lda, (*float64)(po), &acc[0], &elem.Exp64.Max)
}

// rowMaxSIMD is the largest element of x, which is not empty; isa is not Portable.
func rowMaxSIMD[T Float](_ ISA, x []T) T {
	p := unsafe.Pointer(unsafe.SliceData(x))
	if is32[T]() {
		return T(rowMax32NEON(len(x), (*float32)(p)))
	}
	return T(rowMax64NEON(len(x), (*float64)(p)))
}

// expSumSIMD is expSumPiece in assembly; isa is not Portable.
func expSumSIMD[T Float](_ ISA, x, y []T, shift T, acc *[Lanes32]T) T {
	n := len(x)
	px, py := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(y))
	if is32[T]() {
		s := (*float32)(unsafe.Pointer(acc))
		if py == nil {
			return T(expSum32NEON(n, (*float32)(px), s, &elem.Exp32.Max, float32(shift)))
		}
		return T(expSumStore32NEON(n, (*float32)(py), (*float32)(px), s, &elem.Exp32.Max, float32(shift)))
	}
	s := (*float64)(unsafe.Pointer(acc))
	if py == nil {
		return T(expSum64NEON(n, (*float64)(px), s, &elem.Exp64.Max, float64(shift)))
	}
	return T(expSumStore64NEON(n, (*float64)(py), (*float64)(px), s, &elem.Exp64.Max, float64(shift)))
}
