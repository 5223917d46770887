package kernels

import "unsafe"

//go:noescape
func reflectBlock64NEON(rows int, v *float64, rsv, csv int, t, c *float64, ldc int, sums *float64, part int)

//go:noescape
func reflectBlock32NEON(rows int, v *float32, rsv, csv int, t, c *float32, ldc int, sums *float32, part int)

func reflectBlock[T Float](isa ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	if isa == Portable {
		reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
		return
	}
	step := ReflectColumns[T]() / 6
	if rows <= reflectBlockRows {
		for j := 0; j < cols; j += step {
			reflectBlockCall(rows, &v[0], rsv, csv, &t[0], &c[j], ldc, nil, 3)
		}
		return
	}
	var sums [ReflectGroup * 8]T
	for j := 0; j < cols; j += step {
		clear(sums[:])
		for part := 1; part <= 2; part++ {
			for r := 0; r < rows; r += reflectBlockRows {
				reflectBlockCall(min(reflectBlockRows, rows-r), &v[r*rsv], rsv, csv, &t[0], &c[r*ldc+j], ldc, &sums[0], part)
			}
		}
	}
}

// The assembly cannot be preempted; these calls can, at their prologue.
//
//go:noinline
func reflectBlockCall[T Float](rows int, v *T, rsv, csv int, t, c *T, ldc int, sums *T, part int) {
	s := unsafe.Pointer(sums)
	x, y, z := unsafe.Pointer(v), unsafe.Pointer(t), unsafe.Pointer(c)
	if is32[T]() {
		reflectBlock32NEON(rows, (*float32)(x), rsv, csv, (*float32)(y), (*float32)(z), ldc, (*float32)(s), part)
	} else {
		reflectBlock64NEON(rows, (*float64)(x), rsv, csv, (*float64)(y), (*float64)(z), ldc, (*float64)(s), part)
	}
}
