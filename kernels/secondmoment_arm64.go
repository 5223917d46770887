package kernels

import "unsafe"

//go:noescape
func secondMoment32NEON(n int, c *AdamCoef[float32], v, grad *float32)

//go:noescape
func precondition32NEON(n int, c *AdamCoef[float32], u, m, v *float32)

//go:noescape
func axpby32NEON(n int, c *AdamCoef[float32], z, x, y *float32)

//go:noescape
func preconditionSquares32NEON(n int, c *AdamCoef[float32], m, v, acc *float32) float32

//go:noescape
func secondMoment64NEON(n int, c *AdamCoef[float64], v, grad *float64)

//go:noescape
func precondition64NEON(n int, c *AdamCoef[float64], u, m, v *float64)

//go:noescape
func axpby64NEON(n int, c *AdamCoef[float64], z, x, y *float64)

//go:noescape
func preconditionSquares64NEON(n int, c *AdamCoef[float64], m, v, acc *float64) float64

// preconditionSquaresSIMD is preconditionSquares in assembly; isa is not Portable.
func preconditionSquaresSIMD[T Float](_ ISA, c *AdamCoef[T], m, v []T, acc *[Lanes32]T) T {
	n := len(m)
	pm, pv := unsafe.Pointer(unsafe.SliceData(m)), unsafe.Pointer(unsafe.SliceData(v))
	if is32[T]() {
		return T(preconditionSquares32NEON(n, (*AdamCoef[float32])(unsafe.Pointer(c)), (*float32)(pm), (*float32)(pv), (*float32)(unsafe.Pointer(acc))))
	}
	return T(preconditionSquares64NEON(n, (*AdamCoef[float64])(unsafe.Pointer(c)), (*float64)(pm), (*float64)(pv), (*float64)(unsafe.Pointer(acc))))
}
