package kernels

import "unsafe"

//go:noescape
func reflectBlock64AVX512(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)

//go:noescape
func reflectBlock32AVX512(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)

//go:noescape
func reflectBlock64AVX2(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)

//go:noescape
func reflectBlock32AVX2(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)

// reflectStep is the number of columns of a call of assembly.
func reflectStep[T Float](isa ISA) int {
	if isa == AVX512 {
		return ReflectColumns[T]()
	}
	return ReflectColumns[T]() / 6
}

// The assembly cannot be preempted; these calls can, at their prologue.
//
//go:noinline
func reflectBlockCall[T Float](isa ISA, rows int, v *T, rsv, csv int, t, c *T, ldc int, sums *T, part int) {
	s := unsafe.Pointer(sums)
	x, y, z := unsafe.Pointer(v), unsafe.Pointer(t), unsafe.Pointer(c)
	switch {
	case is32[T]() && isa == AVX512:
		reflectBlock32AVX512(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc, (*float32)(s), part)
	case is32[T]():
		reflectBlock32AVX2(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc, (*float32)(s), part)
	case isa == AVX512:
		reflectBlock64AVX512(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc, (*float64)(s), part)
	default:
		reflectBlock64AVX2(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc, (*float64)(s), part)
	}
}
