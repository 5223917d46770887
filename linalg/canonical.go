package linalg

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// canon is the workspace for canonical results of order n.
type canon[T kernels.Float] struct {
	pool   *kernels.Pool
	work   []T       // 2n
	e, old Matrix[T] // n×n
}

// canonical fixes what an eigen-decomposition leaves free: signs, and the basis of the numerical null
// space. The documentation of SymEig states the rules. values descend; rows holds the eigenvectors.
func (s canon[T]) canonical(values []T, rows Matrix[T]) {
	lo, hi := nullCluster(values, s.work[:len(values)])
	fixSigns(s.pool, rows, 0, rows.Rows, lo, hi)
	s.nullBasis(rows, lo, hi)
}

// fixSigns fixes the signs of rows from … to−1 outside of the null cluster [lo, hi).
func fixSigns[T kernels.Float](p *kernels.Pool, rows Matrix[T], from, to, lo, hi int) {
	for i := from; i < to; i++ {
		if i < lo || i >= hi {
			fixSign(p, rows.Row(i))
		}
	}
}

// nullBasis makes rows lo … hi−1, if there are any and they are there, the canonical basis of their span.
func (s canon[T]) nullBasis(rows Matrix[T], lo, hi int) {
	if hi > lo && hi <= rows.Rows {
		b := rows.Slice(lo, 0, hi-lo, rows.Cols)
		s.echelon(b)
		s.polish(b)
	}
}

// polish makes almost orthonormal rows orthonormal to working precision by one step of Newton
// and Schulz, B + ½(I − BBᵀ)B: what many reflections or rotations have drifted is squared.
func (s canon[T]) polish(b Matrix[T]) {
	k := b.Rows
	e, old := s.e.Slice(0, 0, k, k), s.old.Slice(0, 0, k, b.Cols)
	Syrk(s.pool, e, kernels.Lower, kernels.NoTrans, 1, b, 0)
	Mirror(s.pool, kernels.Lower, e)
	for i := 0; i < k; i++ {
		// The chain of a product loses digits where one component dominates; lanes do not.
		e.Data[i*e.Stride+i] = kernels.SumSquares(s.pool, b.Row(i)) - 1
	}
	Copy(old, b)
	MatMulAdd(s.pool, b, kernels.NoTrans, kernels.NoTrans, -0.5, e, old, 1)
}

// fixSign makes the first component of at least 7/8 of the largest magnitude positive. The margin makes
// exact ties, which rounding would decide, unlikely to matter.
func fixSign[T kernels.Float](p *kernels.Pool, x []T) {
	if signOf(p, x) < 0 {
		kernels.Scal(p, -1, x)
	}
}

// signOf returns the sign, ±1, of the component that fixSign makes positive.
func signOf[T kernels.Float](p *kernels.Pool, x []T) T {
	limit := kernels.MaxAbs(p, x) * 0.875
	const block = 64
	for len(x) > block && kernels.MaxAbs(p, x[:block]) < limit {
		x = x[block:]
	}
	for _, v := range x {
		if v >= limit {
			return 1
		}
		if v <= -limit {
			return -1
		}
	}
	return 1
}

// nullCluster returns the range [lo, hi) of descending values that are numerically zero.
// The base limit is θ = ½·√n·eps·‖A‖_F; the cluster ends at the largest gap, as a ratio, between
// neighbouring magnitudes inside [θ/4, 4θ]. work has the length of values.
func nullCluster[T kernels.Float](values, work []T) (lo, hi int) {
	n := len(values)
	var f float64 // the values are those of a matrix scaled to about 1: no overflow
	for _, v := range values {
		f = math.FMA(float64(v), float64(v), f)
	}
	theta := 0.5 * math.Sqrt(float64(n)) * epsilon[T]() * math.Sqrt(f)
	floor, ceil := theta/4, 4*theta
	in := work[:0]
	for _, v := range values {
		if x := math.Abs(float64(v)); x > floor && x < ceil {
			in = append(in, T(x))
		}
	}
	slices.Sort(in)
	cut, gap := floor, 0.0
	prev := floor
	for _, v := range in {
		if x := float64(v); x > float64(prev*gap) {
			cut, gap = prev, x/prev
		}
		prev = float64(v)
	}
	if ceil > float64(prev*gap) {
		cut = prev
	}
	for lo = 0; lo < n && float64(values[lo]) > cut; lo++ {
	}
	for hi = n; hi > lo && float64(values[hi-1]) < -cut; hi-- {
	}
	return lo, hi
}

// echelon replaces the orthonormal rows of b by the basis of their span that is in echelon form
// with positive pivots: row r has its pivot at axis a_r, a_0 < a_1 < …, and all later rows are zero
// there. An axis is skipped when less than 1/√(2n) of it lies outside the span of the rows so far; since the squares
// of the projections of all axes sum to the dimension, the axes suffice.
//
// It is a QR factorization that leaves out columns: kernels.EchelonBlock pivots together find theirs in columns that are brought up
// to date one by one, and then all of b is, in products; 2k²n operations for k rows.
func (s canon[T]) echelon(b Matrix[T]) {
	k, n := b.Rows, b.Cols
	if n == 1 {
		fixSign(s.pool, b.Row(0))
		return
	}
	limit := T(1 / float64(2*n))
	skipped := n // the first of them, from which on columns still change
	for r, axis := 0, 0; r < k && axis < n; {
		rest, h := b.Slice(r, 0, k-r, n), k-r
		w := min(kernels.EchelonBlock, h, n/2)
		v, t := s.e.Slice(0, 0, w, h), s.e.Slice(w, 0, w, w)
		t.Zero()
		x, y := s.work[:h], s.work[n:]
		var axes [kernels.EchelonBlock]int
		var beta [kernels.EchelonBlock]T
		from, p := axis, 0
		for ; p < w && axis < n; axis++ {
			for i := range x {
				x[i] = rest.Data[i*rest.Stride+axis]
			}
			if p > 0 {
				// Hp−1⋯H0 = I − VᵀTᵀV, V the vectors as rows.
				kernels.Gemv(s.pool, kernels.NoTrans, p, h, 1, v.Data, v.Stride, x, 0, y)
				for j := p - 1; j >= 0; j-- {
					var q T
					for i := 0; i <= j; i++ {
						q += T(t.Data[i*t.Stride+j] * y[i])
					}
					y[j] = q
				}
				kernels.Gemv(s.pool, kernels.Trans, p, h, -1, v.Data, v.Stride, y, 1, x)
			}
			if kernels.SumSquares(s.pool, x[p:]) <= limit {
				skipped = min(skipped, axis)
				continue
			}
			var tau T
			beta[p], tau = reflector(s.pool, x[p:])
			clear(x[:p])
			copy(v.Row(p), x)
			if p > 0 {
				kernels.Gemv(s.pool, kernels.NoTrans, p, h, 1, v.Data, v.Stride, x, 0, y)
			}
			growT(t, p, tau, y)
			axes[p] = axis
			p++
		}
		if p == 0 {
			return
		}
		v, t = v.Slice(0, 0, p, h), t.Slice(0, 0, p, p)
		from = min(from, skipped)
		late := rest.Slice(0, from, h, n-from)
		vb, tvb := s.old.Slice(0, 0, p, n-from), s.old.Slice(p, 0, p, n-from)
		MatMul(s.pool, vb, v, late)
		MatMulTN(s.pool, tvb, t, vb)
		MatMulAdd(s.pool, late, kernels.Trans, kernels.NoTrans, -1, v, tvb, 1)
		for i, a := range axes[:p] {
			rest.Data[i*rest.Stride+a] = beta[i]
			for l := i + 1; l < h; l++ {
				rest.Data[l*rest.Stride+a] = 0
			}
			if beta[i] < 0 {
				kernels.Scal(s.pool, -1, rest.Row(i))
			}
		}
		r += p
	}
}
