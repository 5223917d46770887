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

func reflectBlock[T Float](isa ISA, rows, cols int, v []T, rsv, csv int, t *[ReflectGroup * ReflectGroup]T, c []T, ldc int) {
	if isa == Portable {
		reflectBlockPortable(rows, cols, v, rsv, csv, t, c, ldc)
		return
	}
	step := reflectStep[T](isa)
	if rows <= reflectBlockRows {
		for j := 0; j < cols; j += step {
			reflectBlockCall(isa, rows, &v[0], rsv, csv, &t[0], &c[j], ldc, nil, 3)
		}
		return
	}
	var sums [ReflectGroup * 192 / 4]T
	for j := 0; j < cols; j += step {
		clear(sums[:])
		for part := 1; part <= 2; part++ {
			for r := 0; r < rows; r += reflectBlockRows {
				reflectBlockCall(isa, min(reflectBlockRows, rows-r), &v[r*rsv], rsv, csv, &t[0], &c[r*ldc+j], ldc, &sums[0], part)
			}
		}
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
