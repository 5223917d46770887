package kernels

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// DivideCoef are the scalars of Divide. The zero value divides by nothing but 0.
type DivideCoef[T Float] struct {
	Scale   T // of the numerator
	Gain    T // of the diagonal
	Damping T // added to it
	Root    bool
	Eps     T // added to the divisor
	Clip    T // bound of the quotient; 0 is none
}

// Divide divides by a damped diagonal, or by its root,
//
//	u = Scale·m/(x + Eps),  x = max(Gain·d, 0) + Damping, its root with Root;  −Clip ≤ u ≤ Clip
//
// which is a step by the inverse of a curvature (Sophia, Gauss–Newton, K-FAC); negative estimates of d count as 0. m and d are read, u is
// written: 12 bytes per element in float32.
//
// Roundings: every operation is rounded. NaN stays NaN. Damping must not be −0.
//
// u may be m itself; otherwise u must not overlap m or d. m and d are only read and may overlap.
func Divide[T Float](p *Pool, c DivideCoef[T], m, d, u []T) {
	if len(m) != len(u) || len(d) != len(u) {
		panic(badLen)
	}
	if !same(u, m) && clash(u, m) || clash(u, d) {
		panic(overlap)
	}
	if len(u) == 0 {
		return
	}
	op := opDivide
	if c.Root {
		op = opDivideRoot
	}
	clip := c.Clip
	if clip == 0 {
		clip = T(math.Inf(1))
	}
	k := &AdamCoef[T]{Scale: c.Scale, L2: c.Gain, Beta1: c.Damping, Eps: c.Eps, Step: clip, Decay: -clip} // a value would be copied by words that were just stored in parts, 10 ns
	elementwise(p, op, k, len(u), unsafe.SliceData(u), unsafe.SliceData(m), unsafe.SliceData(d), nil)
}

func dividePortable[T Float](c *AdamCoef[T], root bool, u, m, d []T) {
	m, d = m[:len(u)], d[:len(u)]
	for i, mi := range m {
		x := T(c.L2 * d[i])
		if x < 0 {
			x = 0
		}
		x += c.Beta1
		if root {
			x = elem.Sqrt(x)
		}
		y := T(c.Scale*mi) / (x + c.Eps)
		if y > c.Step {
			y = c.Step
		}
		if y < c.Decay {
			y = c.Decay
		}
		u[i] = y
	}
}
