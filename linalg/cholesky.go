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
// columns that lie side by side. kernels.CholeskyBlock rows are finished at a time, from all rows above them, in their diagonal block half as
// many, and so on down to kernels.CholeskyLast. A row of U is
// multiplied by the rounded reciprocal of its pivot, but for the blocks on the diagonal, where it is divided.
type Cholesky[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	u    Matrix[T] // the committed factor
	w    Matrix[T] // the factor in the making
	t    lowerTransposed[T]
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
	p := c.pool
	// The largest element of a positive definite matrix is on its diagonal, and one off it that is not finite makes the pivot below it so.
	big := T(0)
	for i := range c.n {
		if d := abs(a.Data[i*(a.Stride+1)]); d > big { // signs and order are predicted: no element below 0 if a is what it should be; the built-in max takes 5 ns each
			big = d
		}
	}
	scale := squareScale(big)
	k := c.factor(a, scale)
	if k >= 0 {
		big = maxAbs(p, a, true)
		if !(float64(big) <= maxFinite[T]()) {
			return finite(p, "Cholesky", a, true)
		}
		if s := squareScale(big); s != scale {
			scale = s
			k = c.factor(a, scale)
		}
	}
	if k >= 0 {
		return &NotPositiveError{Pivot: k, Value: float64(c.w.Data[k*c.w.Stride+k]) / float64(scale)}
	}
	if scale != 1 {
		s := T(1 / math.Sqrt(float64(scale)))
		for i := 0; i < c.n; i++ {
			kernels.Scal(p, s, c.w.Row(i)[i:])
		}
	}
	c.u, c.w = c.w, c.u
	c.ok = true
	return nil
}

// factor computes the factor of scale·a in w.
func (c *Cholesky[T]) factor(a Matrix[T], scale T) int {
	c.t = lowerTransposed[T]{pool: c.pool, u: c.w, a: a, scale: scale}
	c.t.run()
	c.t = lowerTransposed[T]{} // without the caller's slices
	return cholesky(c.pool, c.w, kernels.CholeskyBlock)
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

// squareScale is scaleFor with an even power of two, so that the factor scales by its root.
func squareScale[T kernels.Float](big T) T {
	scale := scaleFor(big)
	if _, e := math.Frexp(float64(scale)); e&1 == 0 {
		scale *= 0.5
	}
	return scale
}

// A lowerTransposed writes scale·aᵀ, of which the lower triangle is read, to the upper triangle of u; below it, elements of a beside those of
// the triangle reach the leaves on the diagonal. It goes by strips of CholeskyLeaf rows of a, which are read from end to end.
type lowerTransposed[T kernels.Float] struct {
	pool  *kernels.Pool
	u, a  Matrix[T]
	scale T
}

func (t *lowerTransposed[T]) run() {
	strips := (t.a.Rows + kernels.CholeskyLeaf - 1) / kernels.CholeskyLeaf
	if strips >= 32 { // fewer are sooner done than handed out
		t.pool.Run(strips, t)
		return
	}
	for i := range strips {
		t.Do(i)
	}
}

// Do transposes strip i.
func (t *lowerTransposed[T]) Do(i int) {
	j := i * kernels.CholeskyLeaf
	h := min(kernels.CholeskyLeaf, t.a.Rows-j)
	u, a := t.u.Slice(0, j, j+h, h), t.a.Slice(j, 0, h, j+h)
	kernels.Omatcopy(t.pool, kernels.Trans, j+h, h, t.scale, a.Data, a.ld(), u.Data, u.ld())
}

// cholesky replaces the upper triangle of u by its factor, and what is below it in the leaves on the diagonal by zeros; what is below those
// must be zero already. It returns −1, or the first pivot that is not positive and finite, and leaves its value on the diagonal.
//
// It looks to the left: step rows take off all that the finished ones give them in one product, so that C is met once and
// the contracted index is long, and are then solved with their diagonal block, which is factorized in the same way by half the step.
func cholesky[T kernels.Float](p *kernels.Pool, u Matrix[T], step int) int {
	n := u.Rows
	for step > kernels.CholeskyLast && step/2 >= n {
		step /= 2
	}
	for i := 0; i < n; i += step {
		w := min(step, n-i)
		diag, right := u.Slice(i, i, w, w), u.Slice(i, i+w, w, n-i-w)
		if i > 0 {
			above := u.Slice(0, i, i, w)
			Syrk(p, diag, kernels.Upper, kernels.Trans, -1, above, 1)
			MatMulAdd(p, right, kernels.Trans, kernels.NoTrans, -1, above, u.Slice(0, i+w, i, n-i-w), 1)
		}
		k := -1
		if step > kernels.CholeskyLast {
			k = cholesky(p, diag, step/2)
		} else {
			k = choleskyBlock(p, diag)
		}
		if k >= 0 {
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
		rows, diag := u.Slice(i, i, w, n-i), u.Slice(i, i, w, w)
		if i > 0 {
			MatMulAdd(p, rows, kernels.Trans, kernels.NoTrans, -1, u.Slice(0, i, i, w), u.Slice(0, i, i, n-i), 1)
		}
		for r := 1; r < w; r++ {
			clear(diag.Row(r)[:r])
		}
		if k := kernels.CholeskyTile(p, w, diag.Data, u.Stride); k >= 0 {
			return i + k
		}
		if i+w < n {
			solveUT(p, diag, u.Slice(i, i+w, w, n-i-w))
		}
	}
	return -1
}
