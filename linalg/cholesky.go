package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Cholesky is the factorization A = Uᵀ·U = L·Lᵀ of a symmetric positive definite matrix, U upper
// triangular with positive diagonal, L = Uᵀ.
//
// The upper factor is the natural one for row-major storage: U₁₂ = U₁₁⁻ᵀ·A₁₂ combines rows, and A₂₂ − U₁₂ᵀ·U₁₂ is a product of
// columns that lie side by side. kernels.CholeskyBlock rows are finished at a time, from all rows above them. A row of U is
// multiplied by the rounded reciprocal of its pivot, but for the blocks on the diagonal, where it is divided.
type Cholesky[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	u    Matrix[T] // the committed factor
	w    Matrix[T] // the factor in the making
	ok   bool
}

// NewCholesky returns a solver for n×n matrices.
func NewCholesky[T kernels.Float](n int, opts ...Option) *Cholesky[T] {
	if n < 0 {
		panic(negDim)
	}
	return &Cholesky[T]{pool: gather(opts).pool, n: n, u: paddedMatrix[T](n, n), w: paddedMatrix[T](n, n)}
}

// CholeskyBytes returns the memory of a solver for n×n matrices.
func CholeskyBytes[T kernels.Float](n int) int64 {
	var z T
	return 2 * int64(n*padded[T](n)) * int64(unsafe.Sizeof(z))
}

// Factorize computes the factor of a, of which it reads the lower triangle. A matrix that is not
// positive definite to working precision is a *NotPositiveError that names the pivot; NaN
// or Inf is a *NotFiniteError. After an error the factor of the last success is still there.
func (c *Cholesky[T]) Factorize(a Matrix[T]) error {
	if a.Rows != c.n || a.Cols != c.n {
		panic(badShape)
	}
	a.check()
	big := transposeLower(c.pool, c.w, a)
	if !(float64(big) <= maxFinite[T]()) {
		return finite(c.pool, "Cholesky", a, true)
	}
	scale := scaleFor(big)
	// An even power of two, so that U scales by its root.
	if _, e := math.Frexp(float64(scale)); e&1 == 0 {
		scale *= 0.5
	}
	if scale != 1 {
		for i := 0; i < c.n; i++ {
			kernels.Scal(c.pool, scale, c.w.Row(i)[i:])
		}
	}
	if k := cholesky(c.pool, c.w); k >= 0 {
		return &NotPositiveError{Pivot: k, Value: float64(c.w.Data[k*c.w.Stride+k]) / float64(scale)}
	}
	if scale != 1 {
		s := T(1 / math.Sqrt(float64(scale)))
		for i := 0; i < c.n; i++ {
			kernels.Scal(c.pool, s, c.w.Row(i)[i:])
		}
	}
	c.u, c.w = c.w, c.u
	c.ok = true
	return nil
}

// U returns the upper triangular factor with zeros below the diagonal: a view, valid until the
// next but one successful Factorize.
func (c *Cholesky[T]) U() Matrix[T] {
	if !c.ok {
		panic(unfactored)
	}
	return c.u
}

// LTo writes L = Uᵀ, zeros above the diagonal, to dst.
func (c *Cholesky[T]) LTo(dst Matrix[T]) {
	TransposeTo(c.pool, dst, c.U())
}

// Solve computes B ← A⁻¹·B in place.
func (c *Cholesky[T]) Solve(b Matrix[T]) {
	u := c.U()
	if b.Rows != c.n {
		panic(badShape)
	}
	b.check()
	solveUT(c.pool, u, b)
	solveU(c.pool, u, b)
}

// InverseTo writes A⁻¹ = U⁻¹·U⁻ᵀ, exactly symmetric, to dst: 2/3·n³ operations. dst must not overlap memory of the solver. To
// apply the inverse, Solve is cheaper and more accurate. A pivot so small that its inverse overflows gives infinities.
func (c *Cholesky[T]) InverseTo(dst Matrix[T]) {
	Copy(dst, c.U())
	if dst.Rows == 0 {
		return
	}
	invertTriangle(c.pool, kernels.Upper, kernels.NonUnit, dst)
	multiplyUUT(c.pool, dst)
	Mirror(c.pool, kernels.Upper, dst)
}

// LogDet returns log det A, computed in float64 from the exponents and significands of the pivots.
func (c *Cholesky[T]) LogDet() float64 {
	log, _ := logDiagonal(c.U(), 0)
	return 2 * log
}

// transposeLower sets the upper triangle of u to the transposed lower triangle of a, and the lower triangle of the blocks on the
// diagonal to zero; what is below them in u must be zero already. It returns max|a_ij|.
func transposeLower[T kernels.Float](p *kernels.Pool, u, a Matrix[T]) T {
	n := a.Rows
	big := T(0)
	for i := 0; i < n; i += mirrorBlock {
		// Rows i … of a, up to the end of their diagonal block, become columns of u.
		w := min(mirrorBlock, n-i)
		for r := i; r < i+w; r++ {
			big = max(big, kernels.MaxAbs(p, a.Row(r)[:r+1]))
		}
		TransposeTo(p, u.Slice(0, i, i+w, w), a.Slice(i, 0, w, i+w))
		for r := i + 1; r < i+w; r++ {
			clear(u.Data[r*u.Stride+i : r*u.Stride+r])
		}
	}
	return big
}

// cholesky factorizes u in place, reading its upper triangle and writing it and zeros below, in the blocks on the diagonal. It
// returns −1, or the first pivot that is not positive and leaves its value on the diagonal.
//
// It looks to the left: a row of blocks takes off all that the finished rows give it in one product, so that C is met once and
// the contracted index is long, and is then solved with its diagonal block.
func cholesky[T kernels.Float](p *kernels.Pool, u Matrix[T]) int {
	n := u.Rows
	for i := 0; i < n; i += kernels.CholeskyBlock {
		w := min(kernels.CholeskyBlock, n-i)
		diag, right := u.Slice(i, i, w, w), u.Slice(i, i+w, w, n-i-w)
		if i > 0 {
			above := u.Slice(0, i, i, w)
			Syrk(p, diag, kernels.Upper, kernels.Trans, -1, above, 1)
			MatMulAdd(p, right, kernels.Trans, kernels.NoTrans, -1, above, u.Slice(0, i+w, i, n-i-w), 1)
		}
		if k := choleskyBlock(p, diag); k >= 0 {
			return i + k
		}
		solveUT(p, diag, right)
	}
	return -1
}

// choleskyBlock is cholesky for one block on the diagonal, in the same way with rows of CholeskyLeaf.
func choleskyBlock[T kernels.Float](p *kernels.Pool, u Matrix[T]) int {
	n := u.Rows
	for i := 0; i < n; i += kernels.CholeskyLeaf {
		w := min(kernels.CholeskyLeaf, n-i)
		if i > 0 {
			MatMulAdd(p, u.Slice(i, i, w, n-i), kernels.Trans, kernels.NoTrans, -1, u.Slice(0, i, i, w), u.Slice(0, i, i, n-i), 1)
			for r := 1; r < w; r++ {
				clear(u.Row(i + r)[i : i+r])
			}
		}
		diag := u.Slice(i, i, w, w)
		if k := kernels.CholeskyTile(p, w, diag.Data, u.Stride); k >= 0 {
			return i + k
		}
		if i+w < n {
			solveUT(p, diag, u.Slice(i, i+w, w, n-i-w))
		}
	}
	return -1
}
