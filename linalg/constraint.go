package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Constraint is the subspace {x : Cᵀx = 0} of R^n that ℓ homogeneous linear constraints leave, the columns of C.
//
// Only the directions of the columns matter: each is scaled to norm 1 before a rank-revealing QR factorization with
// column pivoting (PivotedQR), so that neither a column given twice, nor one that others imply, nor
// one of zeros changes anything. A column counts as implied by others if less than 4·√(nℓ)·eps of it is new.
type Constraint[T kernels.Float] struct {
	pool  *kernels.Pool
	n, l  int
	q, qw Matrix[T] // orthonormal basis of the columns, as rows: committed, in the making
	cols  Matrix[T] // n×ℓ
	qr    *PivotedQR[T]
	rank  int
	h     []T // coefficients
	ok    bool
}

// NewConstraint returns a solver for ℓ constraints on vectors of n elements.
func NewConstraint[T kernels.Float](n, l int, opts ...Option) *Constraint[T] {
	if n < 0 || l < 0 {
		panic(negDim)
	}
	return &Constraint[T]{
		pool: gather(opts).pool, n: n, l: l, q: paddedMatrix[T](l, n), qw: paddedMatrix[T](l, n), cols: paddedMatrix[T](n, l),
		qr: NewPivotedQR[T](n, l, opts...), h: make([]T, l),
	}
}

// ConstraintBytes returns the memory of a solver for ℓ constraints on vectors of n elements.
func ConstraintBytes[T kernels.Float](n, l int) int64 {
	var z T
	return int64(l*(2*padded[T](n)+1)+n*padded[T](l))*int64(unsafe.Sizeof(z)) + PivotedQRBytes[T](n, l)
}

// Factorize takes the columns of c, n×ℓ, as constraints. NaN or Inf is a *NotFiniteError; the constraints are then
// those of before.
func (c *Constraint[T]) Factorize(a Matrix[T]) error {
	if a.Rows != c.n || a.Cols != c.l {
		panic(badShape)
	}
	a.check()
	if err := finite(c.pool, "Constraint", a, false); err != nil {
		return err
	}
	if c.n == 0 || c.l == 0 {
		c.ok = true
		return nil
	}
	p := c.pool
	TransposeTo(p, c.qw, a)
	for i := range c.l {
		unit(p, c.qw.Row(i))
	}
	TransposeTo(p, c.cols, c.qw)
	if err := c.qr.Factorize(c.cols); err != nil {
		return err
	}
	c.rank = c.qr.Rank(4 * math.Sqrt(float64(c.n)*float64(c.l)) * epsilon[T]())
	k := min(c.n, c.l)
	q := c.cols.Slice(0, 0, c.n, k)
	c.qr.QTo(q)
	TransposeTo(p, c.qw.Slice(0, 0, k, c.n), q)
	c.q, c.qw, c.ok = c.qw, c.q, true
	return nil
}

// Rank returns the number of independent constraints.
func (c *Constraint[T]) Rank() int { c.check(); return c.rank }

// Basis returns an orthonormal basis of the span of the constraints, Rank×n, as rows: a view, valid until the next but
// one successful Factorize.
func (c *Constraint[T]) Basis() Matrix[T] { c.check(); return c.q.Slice(0, 0, c.rank, c.n) }

// Project replaces x by its orthogonal projection on the subspace, in two passes, the second of which removes what
// cancellation left of a vector that lay close to the span of C.
func (c *Constraint[T]) Project(x []T) {
	c.check()
	if len(x) != c.n {
		panic(badLen)
	}
	c.project(x)
	c.project(x)
}

func (c *Constraint[T]) project(x []T) {
	subtractRows(c.pool, c.q.Slice(0, 0, c.rank, c.n), x, c.h)
}

func (c *Constraint[T]) check() {
	if !c.ok {
		panic(unfactored)
	}
}

// subtractRows sets x ← x − Qᵀ(Q·x), one pass of classical Gram–Schmidt against the orthonormal rows of q, and h = Q·x.
func subtractRows[T kernels.Float](p *kernels.Pool, q Matrix[T], x, h []T) {
	if q.Rows == 0 || q.Cols == 0 {
		return
	}
	h = h[:q.Rows]
	kernels.Gemv(p, kernels.NoTrans, q.Rows, q.Cols, 1, q.Data, q.Stride, x, 0, h)
	kernels.Gemv(p, kernels.Trans, q.Rows, q.Cols, -1, q.Data, q.Stride, h, 1, x)
}

// unit scales x to norm 1 and returns the norm that it had; zero stays.
func unit[T kernels.Float](p *kernels.Pool, x []T) float64 {
	// Powers of two first, two of them: the reciprocal of a subnormal number overflows.
	_, e := math.Frexp(float64(kernels.MaxAbs(p, x)))
	if -safeExp[T]() <= e && e <= safeExp[T]() {
		e = 0
	} else {
		kernels.Scal(p, T(math.Ldexp(1, -(e/2))), x)
		kernels.Scal(p, T(math.Ldexp(1, -(e-e/2))), x)
	}
	r := kernels.Nrm2(p, x)
	if r != 0 {
		kernels.Scal(p, 1/r, x)
	}
	return math.Ldexp(float64(r), e)
}
