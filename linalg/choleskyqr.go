package linalg

import (
	"errors"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// CholeskyQR is the factorization A = Q·R of a tall m×n matrix of full rank by way of its Gram
// matrix: AᵀA = RᵀR, Q = A·R⁻¹, all matrix products. r_jj > 0, so that Q and R are those of QR
// up to rounding.
//
// The columns are first scaled by powers of two to norms in [½, 1), which costs no rounding
// and makes the method safe for graded columns such as those of A·Q for a nearly converged
// basis. A pass leaves ‖QᵀQ − I‖ near κ(A)²·eps; passes are repeated on Q (CholeskyQR2, Yamamoto
// et al. 2015) until one started from columns whose cosines are at most ½ in the Frobenius norm: its
// result is orthonormal to working precision. Columns that are nearly orthogonal take one pass. Where the Gram matrix
// is not positive definite to working precision a pass is made with a shifted one
// (Fukaya et al. 2020), which divides the condition number by about 1/√(n·eps). What is returned is
// orthonormal to working precision and reproduces A, or there is an error: beyond κ ≈ 1/(n·eps) the
// passes may, and for a column of zeros they will, end in a *NotPositiveError; then use QR.
type CholeskyQR[T kernels.Float] struct {
	pool   *kernels.Pool
	m, n   int
	q      Matrix[T] // Q, committed
	qw     Matrix[T] // Q in the making
	g      Matrix[T] // Gram matrix, then its factor
	r, rw  Matrix[T]
	r2     Matrix[T]
	d      []float64 // the scales of the columns
	s      []T       // those of one step
	passes int
	ok     bool
}

// NewCholeskyQR returns a solver for m×n matrices, m ≥ n.
func NewCholeskyQR[T kernels.Float](m, n int, opts ...Option) *CholeskyQR[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	if m < n {
		panic(notTall)
	}
	return &CholeskyQR[T]{
		pool: gather(opts).pool, m: m, n: n,
		q: paddedMatrix[T](m, n), qw: paddedMatrix[T](m, n), g: paddedMatrix[T](n, n),
		r: paddedMatrix[T](n, n), rw: paddedMatrix[T](n, n), r2: paddedMatrix[T](n, n),
		d: make([]float64, n), s: make([]T, n),
	}
}

// CholeskyQRBytes returns the memory of a solver for m×n matrices.
func CholeskyQRBytes[T kernels.Float](m, n int) int64 {
	var z T
	return (int64(2*m+4*n)*int64(padded[T](n))+int64(n))*int64(unsafe.Sizeof(z)) + 8*int64(n)
}

// maxPasses bounds the passes: two with a shift, then those of CholeskyQR2.
const maxPasses = 6

// Factorize computes the factors of a. Errors: *NotFiniteError for NaN or Inf, *NotPositiveError
// with a column that depends on those before it where the method does not reach. After an error the factors of the last success are still there.
func (c *CholeskyQR[T]) Factorize(a Matrix[T]) error { return c.factorize(a, false) }

// errPasses says that a factorization in one pass takes more.
var errPasses = errors.New("linalg: CholeskyQR: the columns are not nearly orthogonal")

// factorize is Factorize, or once ends with errPasses after the Gram matrix if that shows that one pass is not enough.
func (c *CholeskyQR[T]) factorize(a Matrix[T], once bool) error {
	if a.Rows != c.m || a.Cols != c.n {
		panic(badShape)
	}
	a.check()
	p := c.pool
	if err := finite(p, "CholeskyQR", a, false); err != nil {
		return err
	}
	scale := scaleFor(maxAbs(p, a, false))
	if c.m > 0 && c.n > 0 {
		kernels.Omatcopy(p, kernels.NoTrans, c.m, c.n, scale, a.Data, a.ld(), c.qw.Data, c.qw.ld())
	}
	Syrk(p, c.g, kernels.Upper, kernels.Trans, 1, c.qw, 0)
	if err := c.equilibrate(); err != nil {
		return err
	}
	passes := 0
	for done := false; !done; {
		done = correlation(p, c.g) <= 0.5
		switch {
		case once && !done:
			return errPasses
		case passes == maxPasses:
			return &NotPositiveError{Pivot: c.n - 1}
		}
		passes++
		shifted, err := c.factorGram()
		if err != nil {
			return err
		}
		if done = done && !shifted; once && !done {
			return errPasses
		}
		solveRightU(p, c.qw, c.g)
		if passes == 1 {
			// R of the equilibrated matrix times D⁻¹.
			for i := 0; i < c.n; i++ {
				row, src := c.rw.Row(i), c.g.Row(i)
				clear(row[:i])
				for j := i; j < c.n; j++ {
					row[j] = T(float64(src[j]) / c.d[j]) // by a power of two
				}
			}
		} else {
			mulUpper(p, c.r2, c.g, c.rw)
			c.rw, c.r2 = c.r2, c.rw
		}
		if !done {
			Syrk(p, c.g, kernels.Upper, kernels.Trans, 1, c.qw, 0)
		}
	}
	if scale != 1 {
		for i := 0; i < c.n; i++ {
			kernels.Scal(p, 1/scale, c.rw.Row(i)[i:])
		}
	}
	c.q, c.qw = c.qw, c.q
	c.r, c.rw = c.rw, c.r
	c.passes, c.ok = passes, true
	return nil
}

// equilibrate scales the columns of qw, and g with them, to norms in [½, 1).
func (c *CholeskyQR[T]) equilibrate() error {
	for j := range c.d {
		c.d[j] = 1
	}
	if !c.scalesFromGram() {
		// A square may have lost its digits to underflow: first scale by the largest elements.
		if j := c.scalesFromColumns(); j >= 0 {
			return &NotPositiveError{Pivot: j}
		}
		kernels.ColScale(c.pool, c.m, c.n, c.s, c.qw.Data, c.qw.ld())
		Syrk(c.pool, c.g, kernels.Upper, kernels.Trans, 1, c.qw, 0)
		for j, s := range c.s {
			c.d[j] *= float64(s)
		}
		c.scalesFromGram()
	}
	kernels.ColScale(c.pool, c.m, c.n, c.s, c.qw.Data, c.qw.ld())
	for i, s := range c.s {
		c.d[i] *= float64(s)
		row := c.g.Row(i)
		for j := i; j < c.n; j++ {
			row[j] = T(row[j]*s) * c.s[j]
		}
	}
	return nil
}

// scalesFromGram sets s to the powers of two that bring the roots of the diagonal of g to
// [½, 1). It returns false if an element is too small to be exact.
func (c *CholeskyQR[T]) scalesFromGram() bool {
	low := T(math.Ldexp(1, -safeExp[T]()))
	for j := range c.s {
		g := c.g.Data[j*c.g.Stride+j]
		if !(g >= low) {
			return false
		}
		_, e := math.Frexp(math.Sqrt(float64(g)))
		c.s[j] = T(math.Ldexp(1, -e))
	}
	return true
}

// scalesFromColumns sets s to powers of two by the largest element of each column of qw. It returns
// −1, or the first column of zeros.
func (c *CholeskyQR[T]) scalesFromColumns() int {
	clear(c.s)
	for i := 0; i < c.m; i++ {
		for j, v := range c.qw.Row(i) {
			c.s[j] = max(c.s[j], v, -v)
		}
	}
	limit := 1022
	if is32[T]() {
		limit = 126
	}
	for j, v := range c.s {
		if v == 0 {
			return j
		}
		_, e := math.Frexp(float64(v))
		c.s[j] = T(math.Ldexp(1, min(-e, limit)))
	}
	return -1
}

// factorGram replaces the upper triangle of g by its Cholesky factor, of g + shift·I if need be: then the pass is not the last.
func (c *CholeskyQR[T]) factorGram() (shifted bool, err error) {
	// g is needed again if its factorization fails.
	copyUpper(c.r2, c.g)
	norm := 0.0
	for i := 0; i < c.n; i++ {
		norm += float64(c.g.Data[i*c.g.Stride+i])
	}
	shift := (math.Sqrt(float64(c.m)) + float64(c.n)) * epsilon[T]() * norm
	k := cholesky(c.pool, c.g, Matrix[T]{}, 1)
	for try := 0; k >= 0 || !c.wellPivoted(); try++ {
		if try == 3 {
			if k < 0 {
				k = c.n - 1
			}
			return true, &NotPositiveError{Pivot: k, Value: float64(c.r2.Data[k*c.r2.Stride+k])}
		}
		shifted = true
		copyUpper(c.g, c.r2)
		addDiagonal(c.g, T(shift))
		shift *= 16
		k = cholesky(c.pool, c.g, Matrix[T]{}, 1)
	}
	return shifted, nil
}

// wellPivoted reports whether the pivots of the factor in g are larger than their rounding
// errors: below that, Q would not only be far from orthonormal but noise.
func (c *CholeskyQR[T]) wellPivoted() bool {
	low := float64(c.n) * epsilon[T]()
	for j := 0; j < c.n; j++ {
		if r := float64(c.g.Data[j*c.g.Stride+j]); float64(r*r) < low {
			return false
		}
	}
	return true
}

// R returns the n×n upper triangular factor, zeros below the diagonal: a view, valid until the
// next but one successful Factorize.
func (c *CholeskyQR[T]) R() Matrix[T] { c.check(); return c.r }

// Q returns the m×n factor with orthonormal columns: a view as R.
func (c *CholeskyQR[T]) Q() Matrix[T] { c.check(); return c.q }

// Passes returns how many passes the last success took.
func (c *CholeskyQR[T]) Passes() int { c.check(); return c.passes }

func (c *CholeskyQR[T]) check() {
	if !c.ok {
		panic(unfactored)
	}
}

func copyUpper[T kernels.Float](dst, a Matrix[T]) {
	for i := 0; i < a.Rows; i++ {
		copy(dst.Row(i)[i:], a.Row(i)[i:])
	}
}

// correlation bounds ‖D^-½·G·D^-½ − I‖_F from above, D the diagonal of the symmetric matrix with the
// upper triangle g: how far the columns are from orthogonal, whatever their norms.
func correlation[T kernels.Float](p *kernels.Pool, g Matrix[T]) float64 {
	var s float64
	least := math.Inf(1)
	for i := 0; i < g.Rows; i++ {
		row := g.Row(i)[i:]
		least = min(least, float64(row[0]))
		s += float64(2 * float64(kernels.SumSquares(p, row[1:])))
	}
	return math.Sqrt(s) / least
}
