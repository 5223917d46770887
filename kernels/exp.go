package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Exp computes y = eˣ element by element with an error below 1 ulp, subnormal results included (internal/elem
// has the algorithm; the largest error over all float32 is 0.892 ulp). Exp(NaN) is NaN, Exp(+Inf) is
// +Inf, Exp(−Inf) is +0. y may be x itself; otherwise they must not overlap. The lengths must be equal.
func Exp[T Float](p *Pool, x, y []T) {
	if len(x) != len(y) {
		panic(badLen)
	}
	if !same(x, y) && clash(x, y) {
		panic(overlap)
	}
	n, to, from := len(y), unsafe.SliceData(y), unsafe.SliceData(x)
	if isa := p.ISA(); uint(n)-1 < elementShort && isa != Portable {
		raceElementwise(opExp, n, to, from, nil, nil)
		expSIMD(isa, n, to, from)
		return
	}
	expLong(p, n, to, from)
}

// expLong is not inlined: its coefficients would be cleared in every Exp.
//
//go:noinline
func expLong[T Float](p *Pool, n int, y, x *T) {
	if n > 0 {
		raceElementwise(opExp, n, y, x, nil, nil)
		elementLong(p, opExp, &AdamCoef[T]{}, n, y, x, nil, nil)
	}
}

func expPortable[T Float](y, x []T) {
	for i, xi := range x[:len(y)] {
		y[i] = elem.Exp(xi)
	}
}
