package linalg

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Factor is one factor of a Kronecker product: A, or Aᵀ where Trans is set. A Factor without
// elements (A.Data nil, A.Rows = A.Cols) is the identity of that order: its axis costs nothing.
type Factor[T kernels.Float] struct {
	A     Matrix[T]
	Trans bool
}

// IdentityFactor returns the identity of order n as a Factor without elements.
func IdentityFactor[T kernels.Float](n int) Factor[T] {
	return Factor[T]{A: Matrix[T]{Rows: n, Cols: n, Stride: n}}
}

func (f Factor[T]) identity() bool { return f.A.Data == nil && f.A.Rows == f.A.Cols }

// shape is the shape of f, or of fᵀ.
func (f Factor[T]) shape(t kernels.Transpose) (m, n int) {
	if f.Trans != (t == kernels.Trans) {
		return f.A.Cols, f.A.Rows
	}
	return f.A.Rows, f.A.Cols
}

// flag says how A enters a product in which f stands, or fᵀ.
func (f Factor[T]) flag(t kernels.Transpose) kernels.Transpose {
	if f.Trans != (t == kernels.Trans) {
		return kernels.Trans
	}
	return kernels.NoTrans
}

// maxAxes bounds the number of factors.
const maxAxes = 64

// kronSlab is the number of bytes of a slab of the tensor that a group of passes takes at a time: with its source, its
// result and two intermediates it stays in a second-level cache. It moves no rounding.
const kronSlab = 128 << 10

// kronPlan walks over the passes of a Kronecker product, one per factor that is not the
// identity, in the order that keeps the intermediate tensors small: the pass of an m×n factor
// turns E elements into E·m/n at a cost of 2·E·m, and by exchanging neighbours the best
// order is that of descending 1/m − 1/n, equal ones from the last axis to the first. The
// order depends on the shapes only.
type kronPlan[T kernels.Float] struct {
	factors []Factor[T]
	t       kernels.Transpose
	before  int // elements in front of the first axis
	after   int // elements behind the last
	passes  int
	pos     int            // the next pass
	order   [maxAxes]uint8 // the axis of each pass
	dims    [maxAxes]int   // the current length of each axis
}

func (k *kronPlan[T]) init(t kernels.Transpose, factors []Factor[T], before, after int) {
	if t != kernels.NoTrans && t != kernels.Trans {
		panic(badTrans)
	}
	if len(factors) > maxAxes {
		panic(manyFactors)
	}
	k.factors, k.t, k.before, k.after, k.passes, k.pos = factors, t, before, after, 0, 0
	for i := len(factors) - 1; i >= 0; i-- {
		f := &factors[i]
		if f.A.Rows < 0 || f.A.Cols < 0 {
			panic(negDim)
		}
		_, k.dims[i] = f.shape(t)
		if f.identity() {
			continue
		}
		f.A.check()
		// Insertion into the passes found so far, behind equal ones.
		at := k.passes
		for ; at > 0 && k.sooner(i, int(k.order[at-1])); at-- {
			k.order[at] = k.order[at-1]
		}
		k.order[at] = uint8(i)
		k.passes++
	}
}

// sooner reports 1/m − 1/n of axis a > that of axis b, without division.
func (k *kronPlan[T]) sooner(a, b int) bool {
	m, n := k.factors[a].shape(k.t)
	p, q := k.factors[b].shape(k.t)
	return float64(n-m)*float64(p)*float64(q) > float64(q-p)*float64(m)*float64(n)
}

// next describes the next pass, y[l][m][r] from x[l][n][r], and moves on.
func (k *kronPlan[T]) next() (axis, m, n, l, r int) {
	axis = int(k.order[k.pos])
	m, n = k.factors[axis].shape(k.t)
	l, r = k.before, k.after
	for i := range k.factors {
		switch {
		case i < axis:
			l *= k.dims[i]
		case i > axis:
			r *= k.dims[i]
		}
	}
	k.dims[axis] = m
	k.pos++
	return axis, m, n, l, r
}

// work returns the lengths of the two buffers for intermediate tensors. Intermediates alternate
// between the destination, of length ny, and the first buffer so that the last pass ends in
// the destination; those that do not fit into the destination go to the second buffer.
func (k kronPlan[T]) work(ny int) (w0, w1 int) {
	for k.pos < k.passes-1 {
		_, m, _, l, r := k.next()
		size := l * m * r
		if (k.passes-k.pos)%2 == 1 {
			w0 = max(w0, size)
		} else if size > ny {
			w1 = max(w1, size)
		}
	}
	return w0, w1
}

func kronShape[T kernels.Float](t kernels.Transpose, factors []Factor[T]) (m, n int) {
	m, n = 1, 1
	for i := range factors {
		r, c := factors[i].shape(t)
		m *= r
		n *= c
	}
	return m, n
}

// run applies all passes to x and leaves the result in y.
func (k *kronPlan[T]) run(p *kernels.Pool, y, x, work []T) {
	w0, w1 := k.work(len(y))
	if len(work) < w0+w1 {
		panic(shortWork)
	}
	if overlaps(y, x) || overlaps(work[:w0+w1], x) || overlaps(work[:w0+w1], y) {
		panic(overlap)
	}
	b0, b1 := work[:w0], work[w0:w0+w1]
	if k.passes == 0 {
		copy(y, x)
		return
	}
	src := x
	for k.pos < k.passes {
		g := 1
		if k.pos == 0 && p.Workers() == 1 {
			g = k.group(y, b0)
		}
		if g > 1 {
			src = k.slabs(p, g, y, b0, b1, x)
			continue
		}
		axis, m, n, l, r := k.next()
		dst := k.target(k.pos, l*m*r, y, b0, b1)
		axisMul(p, dst, &k.factors[axis], k.t, m, n, l, r, src)
		src = dst
	}
}

// target is where the result of pass number pos goes, counted from 1.
func (k *kronPlan[T]) target(pos, size int, y, b0, b1 []T) []T {
	switch {
	case pos == k.passes:
		return y
	case (k.passes-pos)%2 == 1:
		return b0[:size]
	case size > len(y):
		return b1[:size]
	}
	return y[:size]
}

// A slabShape says how the first passes of a plan go slab by slab: axes from first on belong to a slab.
type slabShape struct {
	first   int
	count   int // slabs
	in, out int // elements of one before and after the passes
	most    int // elements of the largest intermediate
}

// slab describes the first g passes.
func (k kronPlan[T]) slab(g int) slabShape {
	s := slabShape{first: len(k.factors), count: k.before, in: k.after}
	for _, a := range k.order[:g] {
		s.first = min(s.first, int(a))
	}
	for i := range k.factors {
		if i < s.first {
			s.count *= k.dims[i]
		} else {
			s.in *= k.dims[i]
		}
	}
	for range g {
		s.most = max(s.most, s.out) // of the pass before
		_, m, _, l, r := k.next()
		s.out = l * m * r / s.count
	}
	return s
}

// group returns how many of the first passes can be done together on slabs that stay in the cache: each slab is
// a contiguous part of the tensor, over all axes from the first one concerned. 1 means that it does not pay.
func (k *kronPlan[T]) group(y, b0 []T) int {
	size := 8
	if is32[T]() {
		size = 4
	}
	best := 1
	for g := 2; g <= k.passes; g++ {
		s := k.slab(g)
		if max(s.in, s.most, s.out)*size > kronSlab {
			break
		}
		if s.count > 1 && 2*s.most <= len(k.scratch(g, y, b0)) && s.count*s.in*size > 2*kronSlab {
			best = g
		}
	}
	return best
}

// scratch is memory that does not take the result of the first g passes.
func (k *kronPlan[T]) scratch(g int, y, b0 []T) []T {
	if (k.passes-g)%2 == 0 {
		return b0
	}
	return y
}

// slabs does the first g passes slab by slab and returns the result.
func (k *kronPlan[T]) slabs(p *kernels.Pool, g int, y, b0, b1, x []T) []T {
	s := k.slab(g)
	dst := k.target(g, s.count*s.out, y, b0, b1)
	w := k.scratch(g, y, b0)
	part := kronPlan[T]{factors: k.factors[s.first:], t: k.t, before: 1, after: k.after, passes: g}
	for i := range g {
		part.order[i] = k.order[i] - uint8(s.first)
	}
	copy(part.dims[:], k.dims[s.first:])
	for i := range s.count {
		one := part
		src := x[i*s.in : (i+1)*s.in]
		for one.pos < g {
			axis, m, n, l, r := one.next()
			to := dst[i*s.out : (i+1)*s.out]
			if one.pos < g {
				to = w[one.pos%2*s.most:][:l*m*r]
			}
			axisMul(p, to, &one.factors[axis], k.t, m, n, l, r, src)
			src = to
		}
	}
	for range g {
		k.next()
	}
	return dst
}

// axisMul multiplies axis 1 of the tensor x[l][n][r] by the m×n matrix op(f): y[l][m][r]. The
// contracted axis is taken where it lies: nothing is transposed or copied first.
func axisMul[T kernels.Float](p *kernels.Pool, y []T, f *Factor[T], t kernels.Transpose, m, n, l, r int, x []T) {
	flag := f.flag(t)
	ld := f.A.ld()
	switch {
	case r == 1:
		// y[l][m] = x[l][n]·op(f)ᵀ
		other := kernels.Trans
		if flag == kernels.Trans {
			other = kernels.NoTrans
		}
		kernels.Gemm(p, kernels.NoTrans, other, l, m, n, 1, x, max(1, n), f.A.Data, ld, 0, y, max(1, m))
	case l == 1:
		kernels.Gemm(p, flag, kernels.NoTrans, m, r, n, 1, f.A.Data, ld, x, max(1, r), 0, y, max(1, r))
	default:
		kernels.GemmBatch(p, flag, kernels.NoTrans, m, r, n, 1, f.A.Data, ld, 0, x, max(1, r), n*r, 0, y, max(1, r), m*r, l)
	}
}

// KronMul computes y = op(F₁ ⊗ F₂ ⊗ … ⊗ F_N)·x without forming the product. x is the row-major
// tensor with one axis per factor, flattened: F_i contracts axis i. With two factors and X
// the n₁×n₂ matrix of x that is Y = F₁·X·F₂ᵀ. Factors may be rectangular, transposed or the
// identity; op transposes all of them (the order stays).
//
// len(x) and len(y) are the products of the columns and of the rows of the op(F_i). y, x and
// work must not overlap. work holds at least KronMulWork elements and is overwritten. The
// cost is one product per factor over the whole tensor, no transposition and no copy; a serial call takes the passes over
// the last axes together, slab by slab, where the tensor is larger than a cache.
// Each pass is a product in chain order; rectangular factors are applied in the order that
// costs least, which depends on the shapes only.
func KronMul[T kernels.Float](p *kernels.Pool, t kernels.Transpose, factors []Factor[T], y, x, work []T) {
	kronMul(p, t, factors, 1, 1, y, x, work)
}

// KronMulWork returns the length of work that KronMul needs; for KronMulLeft and
// KronMulRight cols is the number of columns, or rows, of the other operand, else 1.
func KronMulWork[T kernels.Float](t kernels.Transpose, factors []Factor[T], cols int) int {
	m, _ := kronShape(t, factors)
	var k kronPlan[T]
	k.init(t, factors, 1, cols)
	w0, w1 := k.work(m * cols)
	return w0 + w1
}

// KronMulLeft computes dst = op(F₁ ⊗ … ⊗ F_N)·x for a matrix x, column by column what KronMul
// computes. dst and x must be compact (Stride = Cols) unless there is a single factor.
func KronMulLeft[T kernels.Float](p *kernels.Pool, dst Matrix[T], t kernels.Transpose, factors []Factor[T], x Matrix[T], work []T) {
	m, n := kronShape(t, factors)
	if x.Rows != n || dst.Rows != m || dst.Cols != x.Cols {
		panic(badShape)
	}
	if len(factors) == 1 && !factors[0].identity() {
		MatMulAdd(p, dst, factors[0].flag(t), kernels.NoTrans, 1, factors[0].A, x, 0)
		return
	}
	dst.check()
	x.check()
	if !dst.compact() || !x.compact() {
		panic(notCompact)
	}
	kronMul(p, t, factors, 1, x.Cols, dst.span(), x.span(), work)
}

// KronMulRight computes dst = x·op(F₁ ⊗ … ⊗ F_N) for a matrix x: each row of x is a tensor with
// one axis per factor. Compact matrices (Stride = Cols) are one batch; others go row by row,
// with the same bits.
func KronMulRight[T kernels.Float](p *kernels.Pool, dst, x Matrix[T], t kernels.Transpose, factors []Factor[T], work []T) {
	m, n := kronShape(t, factors)
	if x.Cols != m || dst.Cols != n || dst.Rows != x.Rows {
		panic(badShape)
	}
	if len(factors) == 1 && !factors[0].identity() {
		MatMulAdd(p, dst, kernels.NoTrans, factors[0].flag(t), 1, x, factors[0].A, 0)
		return
	}
	dst.check()
	x.check()
	// A row vector times K is Kᵀ times the column.
	kronRows(p, flip(t), factors, dst, x, work)
}

// kronRows applies op(⊗F) to every row of x.
func kronRows[T kernels.Float](p *kernels.Pool, t kernels.Transpose, factors []Factor[T], dst, x Matrix[T], work []T) {
	if dst.compact() && x.compact() {
		kronMul(p, t, factors, x.Rows, 1, dst.span(), x.span(), work)
		return
	}
	if overlaps(dst.span(), x.span()) {
		panic(overlap)
	}
	for i := 0; i < x.Rows; i++ {
		kronMul(p, t, factors, 1, 1, dst.Row(i), x.Row(i), work)
	}
}

func flip(t kernels.Transpose) kernels.Transpose {
	switch t {
	case kernels.NoTrans:
		return kernels.Trans
	case kernels.Trans:
		return kernels.NoTrans
	}
	panic(badTrans)
}

func kronMul[T kernels.Float](p *kernels.Pool, t kernels.Transpose, factors []Factor[T], before, after int, y, x, work []T) {
	m, n := kronShape(t, factors)
	if len(x) != before*n*after || len(y) != before*m*after {
		panic(badLen)
	}
	var k kronPlan[T]
	k.init(t, factors, before, after)
	if len(y) == 0 {
		return
	}
	if len(x) == 0 {
		clear(y) // a sum over nothing
		return
	}
	k.run(p, y, x, work)
}

// KronProduct forms C = A ⊗ B: dst is A.Rows·B.Rows × A.Cols·B.Cols and element
// (i·B.Rows+k, j·B.Cols+l) is a_ij·b_kl, one rounded product. dst must not overlap a or b.
func KronProduct[T kernels.Float](p *kernels.Pool, dst, a, b Matrix[T]) {
	if dst.Rows != a.Rows*b.Rows || dst.Cols != a.Cols*b.Cols {
		panic(badShape)
	}
	kernels.Kron(p, a.Rows, a.Cols, a.Data, a.ld(), b.Rows, b.Cols, b.Data, b.ld(), dst.Data, dst.ld())
}
