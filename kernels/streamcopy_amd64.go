package kernels

import (
	"math"
	"unsafe"
)

// streams reports whether the tier has stores past the caches.
func streams(isa ISA) bool { return isa != Portable }

// copyStream is the size of A in bytes from which Omatcopy copies past the caches: on Zen 5 the third level, from where on a copy and a reading of B are faster so; smaller ones would be 15 to 25 % slower together,
// though the copy alone is 1.2 times as fast from 12 MiB on. Elsewhere never: not measured.
var copyStream = func() int {
	if _, l3 := cacheSizes(); zen5 && l3 > 0 {
		return l3
	}
	return math.MaxInt
}()

// streamBlock is B = alpha·A of rows of whole cache lines. It is not inlined, so that the runtime can stop a long copy between two calls.
//
//go:noinline
func streamBlock[T Float](isa ISA, alpha T, rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr) {
	switch {
	case alpha == 1 && isa == AVX512:
		streamBlockAVX512(rows, lines, a, ra, b, rb)
	case alpha == 1:
		streamBlockAVX2(rows, lines, a, ra, b, rb)
	case isa == AVX512 && is32[T]():
		streamScaleAVX512F32(rows, lines, a, ra, b, rb, float32(alpha))
	case isa == AVX512:
		streamScaleAVX512F64(rows, lines, a, ra, b, rb, float64(alpha))
	case is32[T]():
		streamScaleAVX2F32(rows, lines, a, ra, b, rb, float32(alpha))
	default:
		streamScaleAVX2F64(rows, lines, a, ra, b, rb, float64(alpha))
	}
}

//go:noescape
func streamBlockAVX512(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr)

//go:noescape
func streamScaleAVX512F32(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float32)

//go:noescape
func streamScaleAVX512F64(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float64)

//go:noescape
func streamBlockAVX2(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr)

//go:noescape
func streamScaleAVX2F32(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float32)

//go:noescape
func streamScaleAVX2F64(rows, lines int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, alpha float64)
