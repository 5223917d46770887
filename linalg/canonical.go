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
	for i := range rows.Rows {
		if i < lo || i >= hi {
			fixSign(s.pool, rows.Row(i))
		}
	}
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
	MatMulNT(s.pool, e, b, b)
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
// Each pivot costs one Householder reflection of the remaining rows: 2k²n operations for k rows.
func (s canon[T]) echelon(b Matrix[T]) {
	k, n := b.Rows, b.Cols
	limit := T(1 / float64(2*n))
	for r, axis := 0, 0; r < k && axis < n; axis++ {
		v := s.work[:k-r]
		for i := range v {
			v[i] = b.Data[(r+i)*b.Stride+axis]
		}
		if len(v) == 1 {
			// The last row: every axis it still has is new.
			if T(v[0]*v[0]) <= limit {
				continue
			}
			if v[0] < 0 {
				kernels.Scal(s.pool, -1, b.Row(r))
			}
			return
		}
		if kernels.SumSquares(s.pool, v) <= limit {
			continue
		}
		beta, tau := reflector(s.pool, v)
		rest := b.Slice(r, 0, k-r, n)
		y := s.work[n : 2*n]
		kernels.Gemv(s.pool, kernels.Trans, k-r, n, 1, rest.Data, rest.Stride, v, 0, y)
		kernels.Ger(s.pool, k-r, n, -tau, v, y, rest.Data, rest.Stride)
		for i := 1; i < k-r; i++ {
			rest.Data[i*rest.Stride+axis] = 0
		}
		rest.Data[axis] = beta
		if beta < 0 {
			kernels.Scal(s.pool, -1, rest.Row(0))
		}
		r++
	}
}
