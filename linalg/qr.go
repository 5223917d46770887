package linalg

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// QR is the Householder factorization A = Q·R of an m×n matrix, k = min(m, n): Q has
// orthonormal columns, R is upper trapezoidal with r_jj ≥ 0. The sign rule makes the factors
// of a matrix of full rank unique and continuous: a basis that is refreshed from a nearby
// one keeps its signs.
//
// The reflections H_j = I − τ·v·vᵀ of a panel of columns are kept as one block reflection
// I − V·T·Vᵀ (compact WY, Schreiber and Van Loan 1989), T upper triangular, so that all but the
// panels are matrix products. The panel itself is halved recursively (Elmroth and Gustavson
// 2000) down to kernels.QRLeaf columns, which are transposed into rows of unit stride. v is scaled
// by a rounded reciprocal. An r_jj beyond the largest number, the norm of a column, is an infinity. For m ≥ 4,
// ‖A − QR‖_F ≤ m·eps·‖A‖_F and ‖QᵀQ − I‖_F ≤ √k·m·eps for any A,
// rank deficient or not; matrices whose rounding errors do not all point the same way come
// nearer to √m in place of m.
type QR[T kernels.Float] struct {
	reflections[T]
	n int
	r Matrix[T] // first the working copy of A, then R
	x []T       // QRLeaf columns, transposed
}

// NewQR returns a solver for m×n matrices.
func NewQR[T kernels.Float](m, n int, opts ...Option) *QR[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	return newQR[T](m, n, kernels.QRBlock(min(m, n)), opts...)
}

// newQR is NewQR with panels of nb columns.
func newQR[T kernels.Float](m, n, nb int, opts ...Option) *QR[T] {
	return &QR[T]{
		reflections: newReflections[T](gather(opts).pool, m, min(m, n), n, nb), n: n,
		r: paddedMatrix[T](m, n), x: make([]T, kernels.QRLeaf*padded[T](m)),
	}
}

// QRBytes returns the memory of a solver for m×n matrices.
func QRBytes[T kernels.Float](m, n int) int64 {
	var z T
	return int64(m*padded[T](n)+kernels.QRLeaf*padded[T](m)+reflectionsLen[T](m, min(m, n), n)) * int64(unsafe.Sizeof(z))
}

// Factorize computes the factors of a, which is copied and not written. NaN or Inf in a is a
// *NotFiniteError; earlier factors then stay valid.
func (q *QR[T]) Factorize(a Matrix[T]) error {
	if a.Rows != q.m || a.Cols != q.n {
		panic(badShape)
	}
	a.check()
	big, err := largestOf(q.pool, "QR", a)
	if err != nil {
		return err
	}
	q.ok = true
	if q.k == 0 {
		return nil
	}
	scale := scaleFor(big)
	kernels.Omatcopy(q.pool, kernels.NoTrans, q.m, q.n, scale, a.Data, a.ld(), q.r.Data, q.r.ld())
	for j, b := 0, 0; j < q.k; j, b = j+q.nb, b+1 {
		v, t := q.panel(b)
		w := v.Cols
		Copy(v, q.r.Slice(j, j, q.m-j, w))
		t.Zero()
		q.factor(v, t, q.r.Slice(j, j, w, w))
		if j+w < q.n {
			q.reflect(v, t, kernels.Trans, q.r.Slice(j, j+w, q.m-j, q.n-j-w))
		}
	}
	for i := 0; i < q.k; i++ {
		row := q.r.Row(i)
		clear(row[:i])
		q.sign[i] = 1
		s := 1 / scale // a power of two in the normal range, like scale
		if row[i] < 0 {
			q.sign[i] = -1
			s = -s
		}
		if s != 1 {
			kernels.Scal(q.pool, s, row[i:])
		}
	}
	return nil
}

// factor factorizes the columns of v, which become the reflection vectors, and writes T and the
// triangle R.
func (q *QR[T]) factor(v, t, r Matrix[T]) {
	if v.Cols <= kernels.QRLeaf {
		q.leaf(v, t, r)
		return
	}
	m, w := v.Rows, v.Cols
	h := (w/2 + kernels.QRLeaf - 1) / kernels.QRLeaf * kernels.QRLeaf
	v1, v2 := v.Slice(0, 0, m, h), v.Slice(0, h, m, w-h)
	t1, t2 := t.Slice(0, 0, h, h), t.Slice(h, h, w-h, w-h)
	q.factor(v1, t1, r.Slice(0, 0, h, h))
	q.reflect(v1, t1, kernels.Trans, v2)
	// The first h rows of v2 are finished rows of R; in V they are zeros.
	top := v.Slice(0, h, h, w-h)
	Copy(r.Slice(0, h, h, w-h), top)
	top.Zero()
	low1, low2 := v.Slice(h, 0, m-h, h), v.Slice(h, h, m-h, w-h)
	q.factor(low2, t2, r.Slice(h, h, w-h, w-h))
	// I − V·T·Vᵀ is the product of the two block reflections: T₁₂ = −T₁·(V₁ᵀV₂)·T₂.
	g := MatrixOf(h, w-h, q.w)
	g2 := MatrixOf(h, w-h, q.w2)
	MatMulTN(q.pool, g, low1, low2)
	MatMul(q.pool, g2, t1, g)
	MatMulAdd(q.pool, t.Slice(0, h, h, w-h), kernels.NoTrans, kernels.NoTrans, -1, g2, t2, 0)
}

// leaf factorizes a few columns one by one, as rows of x, looking to the left: each is read once for the reflections before it, and nothing
// behind it is written.
func (q *QR[T]) leaf(v, t, r Matrix[T]) {
	p := q.pool
	m, w := v.Rows, v.Cols
	ld := padded[T](m)
	x := Matrix[T]{Rows: w, Cols: m, Stride: ld, Data: q.x[:w*ld]}
	kernels.Omatcopy(p, kernels.Trans, w, m, 1, v.Data, v.ld(), x.Data, ld)
	dots, coef := q.w[:w], q.w2[:w]
	for i := 0; i < w; i++ {
		u := x.Row(i)
		if i > 0 {
			// What the columns before do to this one: u − V·(Tᵀ·Vᵀu).
			kernels.Gemv(p, kernels.NoTrans, i, m, 1, x.Data, ld, u, 0, dots[:i])
			for a := range i {
				var s T
				for b := 0; b <= a; b++ {
					s += T(t.Data[b*t.Stride+a] * dots[b])
				}
				coef[a] = s
			}
			kernels.Gemv(p, kernels.Trans, i, m, -1, x.Data, ld, coef[:i], 1, u)
		}
		beta, tau := reflector(p, u[i:])
		for j, e := range u[:i] {
			r.Data[j*r.Stride+i] = e
		}
		r.Data[i*r.Stride+i] = beta
		clear(u[:i])
		// Column i of T needs Vᵀv_i.
		kernels.Gemv(p, kernels.NoTrans, i, m, 1, x.Data, ld, u, 0, dots[:i])
		growT(t, i, tau, dots)
	}
	kernels.Omatcopy(p, kernels.Trans, m, w, 1, x.Data, ld, v.Data, v.ld())
}

// R returns the k×n upper trapezoidal factor, zeros below the diagonal, r_jj ≥ 0. It is a
// view, valid until the next Factorize.
func (q *QR[T]) R() Matrix[T] {
	q.check()
	return q.r.Slice(0, 0, q.k, q.n)
}

// LeastSquares sets X, n×c, to the minimizer of ‖A·X − B‖_F for the m×c right-hand sides B, m ≥ n: X = R⁻¹·(QᵀB). B is
// overwritten with QᵀB, of which the rows from n on hold the residual in another basis: their norm is that of
// A·X − B. X must not overlap B. If an r_jj is zero the error is a *SingularError, and X and B are unchanged.
//
// It is backward stable: each column of X is the exact minimizer for a matrix within m·n·eps·‖A‖_F of A (Higham
// 2002, theorem 20.3).
func (q *QR[T]) LeastSquares(x, b Matrix[T]) error {
	q.checkSystem(x, b, q.n, q.m)
	if err := regular("QR.LeastSquares", q.R()); err != nil {
		return err
	}
	q.MulQT(b)
	Copy(x, b.Slice(0, 0, q.n, b.Cols))
	solveU(q.pool, q.R(), x)
	return nil
}

// LeastNorm sets X, m×c, to the solution of AᵀX = B of least norm, for the n×c right-hand sides B, m ≥ n: X = Q·R⁻ᵀB. (So it
// is Aᵀ, the wide matrix, whose system is solved; Factorize takes A.) X must not overlap B, which is not written. If an
// r_jj is zero the error is a *SingularError and X is unchanged.
func (q *QR[T]) LeastNorm(x, b Matrix[T]) error {
	q.checkSystem(x, b, q.m, q.n)
	if err := regular("QR.LeastNorm", q.R()); err != nil {
		return err
	}
	top := x.Slice(0, 0, q.n, x.Cols)
	Copy(top, b)
	solveUT(q.pool, q.R(), top)
	x.Slice(q.n, 0, q.m-q.n, x.Cols).Zero()
	q.MulQ(x)
	return nil
}

// checkSystem panics unless the factors are there, A is tall and x and b have the given numbers of rows.
func (q *QR[T]) checkSystem(x, b Matrix[T], xRows, bRows int) {
	q.check()
	if q.m < q.n {
		panic(notTall)
	}
	if x.Rows != xRows || b.Rows != bRows || x.Cols != b.Cols {
		panic(badShape)
	}
	x.check()
	b.check()
	if overlaps(x.span(), b.span()) {
		panic(overlap)
	}
}
