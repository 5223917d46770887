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
		if fromOthers(rows.Cols, hi-lo) {
			s.complete(rows, lo, hi)
			return
		}
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

// fromOthers reports whether the basis of a null space of dimension k comes from the vectors that are not in it, and not from any basis of
// it: if it is more than half of the space. Its vectors need not be computed at all then, and the basis is closer to orthonormal
// (docs/experiments.md, "The basis of a null space").
func fromOthers(n, k int) bool { return n > smallOrder && 2*k > n }

// complete fills rows lo … hi−1 with the basis in echelon form, in the sense of echelon, of the complement of all other rows, which are orthonormal.
//
// W, m orthonormal rows, spans what the basis vectors still to come must be orthogonal to, of the axes without pivots so far; at first these are the other rows. Of
// a window of axes with the columns C of W, I − CᵀC = L·Lᵀ has the squares of the pivots, and the basis vectors are X = L⁻¹(I − Cᵀ·W), with L the
// transpose of X on the window. The orthogonal transformation from the left that makes the window of [X; W] the identity above
// zeros makes the rest of it the next W,
//
//	W ← W − C·(I + Lᵀ)⁻¹·(X + I),
//
// where I has rows for the axes of the window. 8mkn operations at most for k vectors, all in products. X is projected, and made orthonormal, twice:
// then W is no less orthonormal than it was, however small the pivots are.
func (s canon[T]) complete(rows Matrix[T], lo, hi int) {
	n, k := rows.Cols, hi-lo
	m := n - k
	basis := rows.Slice(lo, 0, k, n)
	if m == 0 {
		basis.Identity()
		return
	}
	w := s.e.Slice(0, 0, m, n)
	Copy(w.Slice(0, 0, lo, n), rows.Slice(0, 0, lo, n))
	Copy(w.Slice(lo, 0, m-lo, n), rows.Slice(hi, 0, m-lo, n))
	block := min(kernels.ComplementBlock, max(1, n/4))
	mem := s.old.Data
	take := func(r, c int) Matrix[T] {
		x := MatrixOf(r, c, mem[:r*c])
		mem = mem[r*c:]
		return x
	}
	windows, factor, inverse := take(block, m), take(block, block), take(block, block)
	products := take(block, m)
	var list [kernels.ComplementBlock]int
	first := n // the first axis that is skipped: from there on columns still change
	for r, axis := 0, 0; r < k; {
		c := windows.Slice(0, 0, min(block, n-axis), m)
		TransposeTo(s.pool, c, w.Slice(0, axis, m, c.Rows))
		Syrk(s.pool, factor.Slice(0, 0, c.Rows, c.Rows), kernels.Lower, kernels.NoTrans, 1, c, 0)
		from := min(axis, first)
		axes, next := s.pivots(list[:0], c, factor, inverse, n, axis, k-r)
		for i := axis; i < min(next, first); i++ {
			if i-axis >= len(axes) || axes[i-axis] != i {
				first = i
			}
		}
		axis = next
		p := len(axes)
		if p == 0 {
			continue
		}
		c = c.Slice(0, 0, p, m)
		l, y := factor.Slice(0, 0, p, p), products.Slice(0, 0, p, m)
		basis.Slice(r, 0, p, from).Zero()
		x, rest := basis.Slice(r, from, p, n-from), w.Slice(0, from, m, n-from)
		MatMul(s.pool, y, inverse.Slice(0, 0, p, p), c)
		MatMulAdd(s.pool, x, kernels.NoTrans, kernels.NoTrans, -1, y, rest, 0)
		for i := range p {
			for j, a := range axes {
				x.Data[i*x.Stride+a-from] = l.Data[j*l.Stride+i] // zero above the diagonal
			}
		}
		y = MatrixOf(m, p, products.Data[:m*p])
		MatMulNT(s.pool, y, rest, x) // not its transpose, for which all of W would have to be transposed
		MatMulAdd(s.pool, x, kernels.Trans, kernels.NoTrans, -1, y, rest, 1)
		// L was that of W's rows as if they were orthonormal: what it differs by from the right one is lower triangular.
		s.orthonormal(x, inverse.Slice(0, 0, p, p))
		for i := range p {
			for j, a := range axes {
				v := &x.Data[i*x.Stride+a-from]
				if j < i {
					*v = 0
				}
				l.Data[j*l.Stride+i] = *v
			}
		}
		r += p
		if r == k {
			return
		}
		addDiagonal(l, 1)
		kernels.Trsm(s.pool, kernels.Left, kernels.Lower, kernels.NoTrans, kernels.NonUnit, p, m, 1, l.Data, l.ld(), c.Data, c.ld())
		MatMulAdd(s.pool, rest, kernels.Trans, kernels.NoTrans, -1, c, x, 1)
		for i := range m {
			row := w.Row(i)
			for _, a := range axes {
				row[a] = 0
			}
		}
	}
}

// pivots appends to axes the pivots among the axes from axis on whose columns of W are the rows of c: at most rows of them, which are what is still wanted. factor
// has the lower triangle of c·cᵀ; L, lower triangular with zeros above, replaces it, and inverse becomes its inverse. The rows of c
// that belong to pivots move to its beginning. n is the number of all axes; next is the axis where to go on, which is before the end of c if more pivots
// made L worse conditioned than the smallest pivot alone could: rounding grows with ‖L⁻¹‖.
func (s canon[T]) pivots(axes []int, c, factor, inverse Matrix[T], n, axis, rows int) (_ []int, next int) {
	limit, worst := T(1/float64(2*n)), T(8*n)
	x, ld := s.work[:c.Rows], factor.Stride
	var norm T // ‖L⁻¹‖_F²
	for j := range c.Rows {
		p, a := len(axes), axis+j
		if p == rows {
			return axes, a
		}
		l, y := factor.Row(p), inverse.Row(p)
		for i, b := range axes {
			x[i] = -factor.Data[j*ld+b-axis]
		}
		clear(l)
		kernels.Gemv(s.pool, kernels.NoTrans, p, p, 1, inverse.Data, ld, x, 0, l)
		left := 1 - kernels.SumSquares(s.pool, c.Row(j)) - kernels.SumSquares(s.pool, l[:p])
		// Where all that is left is needed, rounding must not decide otherwise.
		if left <= limit && n-a > rows-p {
			continue
		}
		pivot := T(math.Sqrt(float64(max(left, limit))))
		clear(y)
		kernels.Gemv(s.pool, kernels.Trans, p, p, -1/pivot, inverse.Data, ld, l, 0, y)
		l[p], y[p] = pivot, 1/pivot
		if norm += kernels.SumSquares(s.pool, y[:p+1]); p > 0 && norm > worst {
			return axes, a
		}
		copy(c.Row(p), c.Row(j))
		axes = append(axes, a)
	}
	return axes, axis + c.Rows
}

// orthonormal replaces x, whose rows are almost orthonormal, by L⁻¹·x with x·xᵀ = L·Lᵀ, L lower triangular, in l.
func (s canon[T]) orthonormal(x, l Matrix[T]) {
	Syrk(s.pool, l, kernels.Lower, kernels.NoTrans, 1, x, 0)
	for i := range x.Rows {
		row := l.Row(i)[:i+1]
		for j := range i {
			to := l.Row(j)
			row[j] = (row[j] - kernels.Dot(s.pool, row[:j], to[:j])) / to[j]
		}
		// The chain of a product loses digits where one component dominates; lanes do not.
		row[i] = T(math.Sqrt(float64(kernels.SumSquares(s.pool, x.Row(i)) - kernels.SumSquares(s.pool, row[:i]))))
	}
	kernels.Trsm(s.pool, kernels.Left, kernels.Lower, kernels.NoTrans, kernels.NonUnit, x.Rows, x.Cols, 1, l.Data, l.ld(), x.Data, x.ld())
}
