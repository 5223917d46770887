package kernels

import "unsafe"

//go:noescape
func reflectBlock64NEON(rows int, v *float64, rsv, csv int, t, c *float64, ldc int)

//go:noescape
func reflectBlock32NEON(rows int, v *float32, rsv, csv int, t, c *float32, ldc int)

func reflectBlock[T Float](isa ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	if isa == Portable {
		reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
		return
	}
	step := ReflectColumns[T]() / 6
	for j := 0; j < cols; j += step {
		reflectBlockCall(rows, &v[0], rsv, csv, &t[0], &c[j], ldc)
	}
}

// The assembly cannot be preempted; these calls can, at their prologue.
//
//go:noinline
func reflectBlockCall[T Float](rows int, v *T, rsv, csv int, t, c *T, ldc int) {
	x, y, z := unsafe.Pointer(v), unsafe.Pointer(t), unsafe.Pointer(c)
	if is32[T]() {
		reflectBlock32NEON(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc)
	} else {
		reflectBlock64NEON(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc)
	}
}
