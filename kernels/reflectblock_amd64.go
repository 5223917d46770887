package kernels

import "unsafe"

//go:noescape
func reflectBlock64AVX512(rows int, v *float64, rsv, csv int, t, c *float64, ldc int)

//go:noescape
func reflectBlock32AVX512(rows int, v *float32, rsv, csv int, t, c *float32, ldc int)

//go:noescape
func reflectBlock64AVX2(rows int, v *float64, rsv, csv int, t, c *float64, ldc int)

//go:noescape
func reflectBlock32AVX2(rows int, v *float32, rsv, csv int, t, c *float32, ldc int)

func reflectBlock[T Float](isa ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	if isa == Portable {
		reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
		return
	}
	step := reflectStep[T](isa)
	for j := 0; j < cols; j += step {
		reflectBlockCall(isa, rows, &v[0], rsv, csv, &t[0], &c[j], ldc)
	}
}

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
func reflectBlockCall[T Float](isa ISA, rows int, v *T, rsv, csv int, t, c *T, ldc int) {
	x, y, z := unsafe.Pointer(v), unsafe.Pointer(t), unsafe.Pointer(c)
	switch {
	case is32[T]() && isa == AVX512:
		reflectBlock32AVX512(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc)
	case is32[T]():
		reflectBlock32AVX2(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc)
	case isa == AVX512:
		reflectBlock64AVX512(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc)
	default:
		reflectBlock64AVX2(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc)
	}
}
