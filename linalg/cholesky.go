package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Cholesky is the factorization A = Uᵀ·U = L·Lᵀ of a symmetric positive definite matrix, U upper
// triangular with positive diagonal, L = Uᵀ.
//
// The upper factor is the natural one for row-major storage: with A split into halves,
// U₁₂ = U₁₁⁻ᵀ·A₁₂ combines rows, and A₂₂ − U₁₂ᵀ·U₁₂ is a Syrk on columns that lie
// side by side. The halving goes down to kernels.TriLeaf. Rows are scaled by the rounded
// reciprocal of the pivot.
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
	if err := finite(c.pool, "Cholesky", a, true); err != nil {
		return err
	}
	scale := scaleFor(maxAbs(c.pool, a, true))
	// An even power of two, so that U scales by its root.
	if _, e := math.Frexp(float64(scale)); e&1 == 0 {
		scale *= 0.5
	}
	transposeLower(c.pool, c.w, a, scale)
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

// LogDet returns log det A, computed in float64 from the exponents and significands of the pivots.
func (c *Cholesky[T]) LogDet() float64 {
	u := c.U()
	e, f := 0, 1.0
	for i := 0; i < c.n; i++ {
		g, x := math.Frexp(float64(u.Data[i*u.Stride+i]))
		f, e = float64(f*g), e+x
		if f < 0x1p-500 {
			g, x = math.Frexp(f)
			f, e = g, e+x
		}
	}
	return 2 * (elem.Log(f) + float64(float64(e)*math.Ln2))
}

// transposeLower sets the upper triangle of u to alpha times the transposed lower triangle of
// a, and the lower triangle of u to zero.
func transposeLower[T kernels.Float](p *kernels.Pool, u, a Matrix[T], alpha T) {
	n := a.Rows
	for i := 0; i < n; i += mirrorBlock {
		ib := min(mirrorBlock, n-i)
		for r := i; r < i+ib; r++ {
			row := a.Row(r)
			clear(u.Row(r)[:r])
			for c := i; c <= r; c++ {
				u.Data[c*u.Stride+r] = T(alpha * row[c])
			}
		}
		if i > 0 {
			// Rows i … of a, left of the diagonal block, become columns of u above it.
			kernels.Omatcopy(p, kernels.Trans, i, ib, alpha, a.Data[i*a.Stride:], a.ld(), u.Data[i:], u.ld())
		}
	}
}

// cholesky factorizes u in place, reading and writing its upper triangle. It returns −1, or the
// first pivot that is not positive and leaves its value on the diagonal.
func cholesky[T kernels.Float](p *kernels.Pool, u Matrix[T]) int {
	n := u.Rows
	if n <= kernels.TriLeaf {
		return choleskyLeaf(u)
	}
	h := triHalf(n)
	u11, u12, u22 := u.Slice(0, 0, h, h), u.Slice(0, h, h, n-h), u.Slice(h, h, n-h, n-h)
	if k := cholesky(p, u11); k >= 0 {
		return k
	}
	solveUT(p, u11, u12)
	Syrk(p, u22, kernels.Upper, kernels.Trans, -1, u12, 1)
	if k := cholesky(p, u22); k >= 0 {
		return h + k
	}
	return -1
}

func choleskyLeaf[T kernels.Float](u Matrix[T]) int {
	n, ld, d := u.Rows, u.Stride, u.Data
	for k := 0; k < n; k++ {
		row := d[k*ld+k : k*ld+n]
		piv := row[0]
		// Not: piv <= 0, which a NaN passes. A pivot with an overflowing reciprocal is none.
		if !(piv > 0) || math.IsInf(float64(piv), 1) {
			return k
		}
		s := T(math.Sqrt(float64(piv)))
		row[0] = s
		inv := 1 / s
		row = row[1:]
		for j := range row {
			row[j] *= inv
		}
		for i := range row {
			f := row[i]
			dst := d[(k+1+i)*ld+k+1+i:][:len(row)-i]
			for j, x := range row[i:] {
				dst[j] -= T(f * x)
			}
		}
	}
	return -1
}
