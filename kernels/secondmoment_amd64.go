package kernels

import "unsafe"

//lint:ignore U1000 updateCall jumps there
//go:noescape
func secondMoment32AVX512(n int, c, v, grad, _, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func precondition32AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func axpby32AVX512(n int, c, z, x, y, _ unsafe.Pointer, kind uintptr)

//go:noescape
func preconditionSquares32AVX512(n int, c *AdamCoef[float32], m, v, acc *float32) float32

//lint:ignore U1000 updateCall jumps there
//go:noescape
func secondMoment32AVX2(n int, c, v, grad, _, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func precondition32AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func axpby32AVX2(n int, c, z, x, y, _ unsafe.Pointer, kind uintptr)

//go:noescape
func preconditionSquares32AVX2(n int, c *AdamCoef[float32], m, v, acc *float32) float32

//lint:ignore U1000 updateCall jumps there
//go:noescape
func secondMoment64AVX512(n int, c, v, grad, _, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func precondition64AVX512(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func axpby64AVX512(n int, c, z, x, y, _ unsafe.Pointer, kind uintptr)

//go:noescape
func preconditionSquares64AVX512(n int, c *AdamCoef[float64], m, v, acc *float64) float64

//lint:ignore U1000 updateCall jumps there
//go:noescape
func secondMoment64AVX2(n int, c, v, grad, _, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func precondition64AVX2(n int, c, u, m, v, _ unsafe.Pointer, kind uintptr)

//lint:ignore U1000 updateCall jumps there
//go:noescape
func axpby64AVX2(n int, c, z, x, y, _ unsafe.Pointer, kind uintptr)

//go:noescape
func preconditionSquares64AVX2(n int, c *AdamCoef[float64], m, v, acc *float64) float64

// preconditionSquaresSIMD is preconditionSquares in assembly; isa is not Portable.
func preconditionSquaresSIMD[T Float](isa ISA, c *AdamCoef[T], m, v []T, acc *[Lanes32]T) T {
	n := len(m)
	pm, pv := unsafe.Pointer(unsafe.SliceData(m)), unsafe.Pointer(unsafe.SliceData(v))
	if is32[T]() {
		k, s := (*AdamCoef[float32])(unsafe.Pointer(c)), (*float32)(unsafe.Pointer(acc))
		if isa == AVX512 {
			return T(preconditionSquares32AVX512(n, k, (*float32)(pm), (*float32)(pv), s))
		}
		return T(preconditionSquares32AVX2(n, k, (*float32)(pm), (*float32)(pv), s))
	}
	k, s := (*AdamCoef[float64])(unsafe.Pointer(c)), (*float64)(unsafe.Pointer(acc))
	if isa == AVX512 {
		return T(preconditionSquares64AVX512(n, k, (*float64)(pm), (*float64)(pv), s))
	}
	return T(preconditionSquares64AVX2(n, k, (*float64)(pm), (*float64)(pv), s))
}
