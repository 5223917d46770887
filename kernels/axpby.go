package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Axpby computes z = alpha·x + beta·y, each element as fma(alpha, x, beta·y) with beta·y rounded. It is
// the averages and updates of an optimizer: an exponential average (alpha = 1 − β, beta = β, z = y), the same read
// without being stored, momentum, a step with decoupled decay (alpha = −lr, beta = 1 − lr·wd, z = y), L2 decay.
// x and y are read, z is written: 12 bytes per element in float32.
//
// beta = 0 is no exception: y is read. z may be x or y itself; otherwise it must not overlap them. x and y
// are only read and may overlap.
func Axpby[T Float](p *Pool, alpha T, x []T, beta T, y, z []T) {
	if len(x) != len(z) || len(y) != len(z) {
		panic(badLen)
	}
	if !same(z, x) && clash(z, x) || !same(z, y) && clash(z, y) {
		panic(overlap)
	}
	if len(z) == 0 {
		return
	}
	elementwise(p, opAxpby, &AdamCoef[T]{Weight1: alpha, Beta1: beta}, len(z), unsafe.SliceData(z), unsafe.SliceData(x), unsafe.SliceData(y), nil)
}

func axpbyPortable[T Float](c *AdamCoef[T], z, x, y []T) {
	x, y = x[:len(z)], y[:len(z)]
	for i, xi := range x {
		z[i] = elem.FMA(c.Weight1, xi, T(c.Beta1*y[i]))
	}
}
