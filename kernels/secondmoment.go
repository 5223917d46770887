package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// SecondMoment updates an average of squares, v = beta·v + w·(scale·g)². With beta = β, w = 1 − β it is the
// exponential average of Adam, with beta = w = 1 the sum of Adagrad. g is read, v read and written:
// 12 bytes per element in float32.
//
// Roundings: ĝ = scale·g, v = fma(w, ĝ·ĝ, beta·v).
//
// The vectors must have the same length and must not overlap, else SecondMoment panics.
func SecondMoment[T Float](p *Pool, beta, w, scale T, g, v []T) {
	if len(g) != len(v) {
		panic(badLen)
	}
	if clash(g, v) {
		panic(overlap)
	}
	if len(v) == 0 {
		return
	}
	elementwise(p, opSecondMoment, &AdamCoef[T]{Scale: scale, Beta2: beta, Weight2: w}, len(v), unsafe.SliceData(v), unsafe.SliceData(g), nil, nil)
}

func secondMomentPortable[T Float](c *AdamCoef[T], v, g []T) {
	g = g[:len(v)]
	for i, vi := range v {
		u := T(c.Scale * g[i])
		v[i] = elem.FMA(c.Weight2, T(u*u), T(c.Beta2*vi))
	}
}

// Precondition scales by the inverse root of a second moment, u = scale·m/(√v + eps): the grafted direction of
// Shampoo, the eigenvalue-corrected one. m and v are read, u is written: 12 bytes per element in
// float32. A bias correction of v by b, that is √(v/b) + ε, is scale = √b, eps = ε·√b.
//
// Roundings: u = (scale·m)/(√v + eps), each operation rounded.
//
// u may be m itself; otherwise u must not overlap m or v. m and v are only read and may overlap.
func Precondition[T Float](p *Pool, scale, eps T, m, v, u []T) {
	if len(m) != len(u) || len(v) != len(u) {
		panic(badLen)
	}
	if !same(u, m) && clash(u, m) || clash(u, v) {
		panic(overlap)
	}
	if len(u) == 0 {
		return
	}
	elementwise(p, opPrecondition, &AdamCoef[T]{Scale: scale, Eps: eps}, len(u), unsafe.SliceData(u), unsafe.SliceData(m), unsafe.SliceData(v), nil)
}

func preconditionPortable[T Float](c *AdamCoef[T], u, m, v []T) {
	m, v = m[:len(u)], v[:len(u)]
	for i, mi := range m {
		u[i] = T(c.Scale*mi) / (elem.Sqrt(v[i]) + c.Eps)
	}
}

// PreconditionSumSquares returns Σ (scale·m/(√v + eps))², the squared norm of what Precondition
// would write, without writing it: the grafting norm of Shampoo at 8 bytes read per element
// in float32. The quotients are those of Precondition, their squares are summed in lane order
// (order.go). The sum of nothing is +0.
func PreconditionSumSquares[T Float](p *Pool, scale, eps T, m, v []T) T {
	if len(m) != len(v) {
		panic(badLen)
	}
	raceRead(m)
	raceRead(v)
	isa := p.ISA()
	piece := pieceElements[T](isa)
	c := AdamCoef[T]{Scale: scale, Eps: eps}
	var sum T
	for len(m) > 0 {
		n := min(len(m), Segment)
		var acc [Lanes32]T
		var s T
		for i := 0; i < n; i += piece {
			j := min(i+piece, n)
			s = preconditionSquares(isa, &c, m[i:j], v[i:j], &acc)
		}
		sum += s
		m, v = m[n:], v[n:]
	}
	return sum
}

// preconditionSquares adds one piece of a segment to the lanes and returns their sum.
//
//go:noinline
func preconditionSquares[T Float](isa ISA, c *AdamCoef[T], m, v []T, acc *[Lanes32]T) T {
	if isa == Portable {
		return preconditionSquaresPortable(c, m, v, acc)
	}
	return preconditionSquaresSIMD(isa, c, m, v, acc)
}

func preconditionSquaresPortable[T Float](c *AdamCoef[T], m, v []T, acc *[Lanes32]T) T {
	v = v[:len(m)]
	mask := lanes[T]() - 1
	for i, mi := range m {
		u := T(c.Scale*mi) / (elem.Sqrt(v[i]) + c.Eps)
		acc[i&mask] = elem.FMA(u, u, acc[i&mask])
	}
	sums := *acc
	return fold(sums[:lanes[T]()])
}
