package linalg

import (
	"math/bits"

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

// maxFactors bounds the number of factors that are not the identity; axes number up to 256.
const maxFactors = 64

// kronPlan walks over the passes of a Kronecker product, one per factor that is not the
// identity, in the order that keeps the intermediate tensors small: the pass of an m×n factor
// turns E elements into E·m/n at a cost of 2·E·m, and by exchanging neighbours the best
// order is that of descending 1/m − 1/n (equal ones from the first axis to the last). The
// order depends on the shapes only.
type kronPlan[T kernels.Float] struct {
	factors []Factor[T]
	t       kernels.Transpose
	before  int    // elements in front of the first axis
	after   int    // elements behind the last
	todo    uint64 // passes that are left
	index   [maxFactors]uint8
}

func (k *kronPlan[T]) init(t kernels.Transpose, factors []Factor[T], before, after int) {
	if t != kernels.NoTrans && t != kernels.Trans {
		panic(badTrans)
	}
	k.factors, k.t, k.before, k.after, k.todo = factors, t, before, after, 0
	n := 0
	for i := range factors {
		f := &factors[i]
		if f.A.Rows < 0 || f.A.Cols < 0 {
			panic(negDim)
		}
		if f.identity() {
			continue
		}
		f.A.check()
		if n == maxFactors || i > 255 {
			panic(manyFactors)
		}
		k.index[n] = uint8(i)
		k.todo |= 1 << n
		n++
	}
}

func (k *kronPlan[T]) passes() int { return bits.OnesCount64(k.todo) }

// next removes the next pass from the plan and returns its axis.
func (k *kronPlan[T]) next() int {
	best := -1
	var bm, bn int
	for s := k.todo; s != 0; s &= s - 1 {
		j := bits.TrailingZeros64(s)
		m, n := k.factors[k.index[j]].shape(k.t)
		// 1/m − 1/n > 1/bm − 1/bn without division.
		if best < 0 || float64(n-m)*float64(bm)*float64(bn) > float64(bn-bm)*float64(m)*float64(n) {
			best, bm, bn = j, m, n
		}
	}
	k.todo &^= 1 << best
	return int(k.index[best])
}

// dim is the current length of axis i: contracted already or not.
func (k *kronPlan[T]) dim(i int, todo uint64) int {
	m, n := k.factors[i].shape(k.t)
	if k.factors[i].identity() {
		return n
	}
	for s := todo; s != 0; s &= s - 1 {
		if int(k.index[bits.TrailingZeros64(s)]) == i {
			return n
		}
	}
	return m
}

// around returns the elements before and behind axis i before its pass, which todo includes.
func (k *kronPlan[T]) around(i int, todo uint64) (left, right int) {
	left, right = k.before, k.after
	for j := range k.factors {
		switch {
		case j < i:
			left *= k.dim(j, todo)
		case j > i:
			right *= k.dim(j, todo)
		}
	}
	return left, right
}

// work returns the lengths of the two buffers for intermediate tensors. Intermediates alternate
// between the destination, of length ny, and the first buffer so that the last pass ends in
// the destination; those that do not fit into the destination go to the second buffer.
func (k kronPlan[T]) work(ny int) (w0, w1 int) {
	for total, done := k.passes(), 1; done < total; done++ {
		todo := k.todo
		i := k.next()
		l, r := k.around(i, todo)
		m, _ := k.factors[i].shape(k.t)
		size := l * m * r
		if (total-done)%2 == 1 {
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
	total := k.passes()
	if total == 0 {
		copy(y, x)
		return
	}
	src := x
	for done := 1; done <= total; done++ {
		todo := k.todo
		i := k.next()
		l, r := k.around(i, todo)
		f := &k.factors[i]
		m, n := f.shape(k.t)
		size := l * m * r
		var dst []T
		switch {
		case done == total:
			dst = y
		case (total-done)%2 == 1:
			dst = b0[:size]
		case size > len(y):
			dst = b1[:size]
		default:
			dst = y[:size]
		}
		axisMul(p, dst, f, k.t, m, n, l, r, src)
		src = dst
	}
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
// cost is one product per factor over the whole tensor, no transposition and no copy.
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
