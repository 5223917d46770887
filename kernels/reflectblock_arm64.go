package kernels

import "unsafe"

//go:noescape
func reflectBlock64NEON(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)

//go:noescape
func reflectBlock32NEON(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)

// reflectStep is the number of columns of a call of assembly.
func reflectStep[T Float](ISA) int { return ReflectColumns[T]() / 6 }

// The assembly cannot be preempted; these calls can, at their prologue.
//
//go:noinline
func reflectBlockCall[T Float](_ ISA, rows int, v *T, rsv, csv int, t, c *T, ldc int, sums *T, part int) {
	s := unsafe.Pointer(sums)
	x, y, z := unsafe.Pointer(v), unsafe.Pointer(t), unsafe.Pointer(c)
	if is32[T]() {
		reflectBlock32NEON(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc, (*float32)(s), part)
	} else {
		reflectBlock64NEON(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc, (*float64)(s), part)
	}
}
