package linalg

import (
	"math"
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
// by a rounded reciprocal. ‖A − QR‖_F ≤ m·eps·‖A‖_F and ‖QᵀQ − I‖_F ≤ √k·m·eps for any A,
// rank deficient or not; matrices whose rounding errors do not all point the same way come
// nearer to √m in place of m.
type QR[T kernels.Float] struct {
	pool    *kernels.Pool
	m, n, k int
	nb      int       // columns of a panel
	r       Matrix[T] // first the working copy of A, then R
	v       []T       // panel by panel, each (m−j)×w with ones and zeros in place
	t       []T       // an nb×nb block for each panel
	sign    []T       // ±1: what made r_jj ≥ 0
	x       []T       // QRLeaf columns, transposed
	w, w2   []T       // nb×wide: VᵀC and T·VᵀC
	wide    int
	ok      bool
}

// NewQR returns a solver for m×n matrices.
func NewQR[T kernels.Float](m, n int, opts ...Option) *QR[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	k := min(m, n)
	s := qrSizes[T](m, n)
	return &QR[T]{
		pool: gather(opts).pool, m: m, n: n, k: k, nb: s.nb,
		r: paddedMatrix[T](m, n), v: make([]T, s.v), t: make([]T, s.t), sign: make([]T, k),
		x: make([]T, s.x), w: make([]T, s.w), w2: make([]T, s.w), wide: s.wide,
	}
}

type qrSize struct{ nb, v, t, x, w, wide int }

func qrSizes[T kernels.Float](m, n int) qrSize {
	k := min(m, n)
	s := qrSize{nb: kernels.QRBlock, x: kernels.QRLeaf * padded[T](m), wide: max(n, 64)}
	if k >= kernels.QRWide {
		s.nb = kernels.QRWideBlock
	}
	for j := 0; j < k; j += s.nb {
		s.v += (m - j) * min(s.nb, k-j)
		s.t += s.nb * s.nb
	}
	s.w = min(s.nb, k) * s.wide
	return s
}

// QRBytes returns the memory of a solver for m×n matrices.
func QRBytes[T kernels.Float](m, n int) int64 {
	var z T
	s := qrSizes[T](m, n)
	return int64(m*padded[T](n)+s.v+s.t+s.x+2*s.w+min(m, n)) * int64(unsafe.Sizeof(z))
}

// Factorize computes the factors of a, which is copied and not written. NaN or Inf in a is a
// *NotFiniteError; earlier factors then stay valid.
func (q *QR[T]) Factorize(a Matrix[T]) error {
	if a.Rows != q.m || a.Cols != q.n {
		panic(badShape)
	}
	a.check()
	if err := finite(q.pool, "QR", a, false); err != nil {
		return err
	}
	q.ok = true
	if q.k == 0 {
		return nil
	}
	scale := scaleFor(maxAbs(q.pool, a, false))
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

// panel returns V and T of panel b. T has the stride nb.
func (q *QR[T]) panel(b int) (v, t Matrix[T]) {
	nb := q.nb
	j := b * nb
	w := min(nb, q.k-j)
	// Panels before b are full: Σ (m − i·nb)·nb.
	off := nb * (b*q.m - nb*b*(b-1)/2)
	v = MatrixOf(q.m-j, w, q.v[off:off+(q.m-j)*w])
	t = Matrix[T]{Rows: w, Cols: w, Stride: nb, Data: q.t[b*nb*nb : (b+1)*nb*nb]}
	return v, t
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

// leaf factorizes a few columns one by one, as rows of x.
func (q *QR[T]) leaf(v, t, r Matrix[T]) {
	p := q.pool
	m, w := v.Rows, v.Cols
	ld := padded[T](m)
	x := Matrix[T]{Rows: w, Cols: m, Stride: ld, Data: q.x[:w*ld]}
	kernels.Omatcopy(p, kernels.Trans, w, m, 1, v.Data, v.ld(), x.Data, ld)
	dots := q.w[:w]
	for i := 0; i < w; i++ {
		u := x.Row(i)[i:]
		beta, tau := reflector(p, u)
		r.Data[i*r.Stride+i] = beta
		if n := w - i - 1; n > 0 {
			rest := x.Data[(i+1)*ld+i:]
			kernels.Gemv(p, kernels.NoTrans, n, len(u), 1, rest, ld, u, 0, dots[:n])
			kernels.Ger(p, n, len(u), -tau, dots[:n], u, rest, ld)
		}
		// Column i of T: −τ·T·(Vᵀv_i), from the rows above, whose heads are finished.
		kernels.Gemv(p, kernels.NoTrans, i, len(u), 1, x.Data[i:], ld, u, 0, dots[:i])
		for a := 0; a < i; a++ {
			var s T
			for b := a; b < i; b++ {
				s += T(t.Data[a*t.Stride+b] * dots[b])
			}
			t.Data[a*t.Stride+i] = -T(tau * s)
		}
		t.Data[i*t.Stride+i] = tau
	}
	for i := 0; i < w; i++ {
		row := x.Row(i)
		for j := 0; j < i; j++ {
			r.Data[j*r.Stride+i] = row[j]
			row[j] = 0
		}
	}
	kernels.Omatcopy(p, kernels.Trans, m, w, 1, x.Data, ld, v.Data, v.ld())
}

// reflector replaces u by v, v₀ = 1, and returns β and τ with (I − τ·v·vᵀ)·u = β·e₀ and
// |β| = ‖u‖. β has the sign opposite to u₀, so that nothing cancels. For u = 0, τ = 0.
func reflector[T kernels.Float](p *kernels.Pool, u []T) (beta, tau T) {
	nrm := float64(kernels.Nrm2(p, u))
	if nrm == 0 {
		u[0] = 1
		return 0, 0
	}
	// The scale of u does not matter for v and τ, but the reciprocal must not overflow nor nrm
	// be a rounded subnormal.
	back := 1.0
	for lim := math.Ldexp(1, -safeExp[T]()); nrm < lim; {
		kernels.Scal(p, T(1/lim), u)
		back *= lim
		nrm = float64(kernels.Nrm2(p, u))
	}
	alpha := float64(u[0])
	b := -math.Copysign(nrm, alpha)
	kernels.Scal(p, T(1/(alpha-b)), u)
	u[0] = 1
	return T(float64(b * back)), T((b - alpha) / b)
}

// reflect computes C ← (I − V·op(T)·Vᵀ)·C, a few columns at a time.
func (q *QR[T]) reflect(v, t Matrix[T], tt kernels.Transpose, c Matrix[T]) {
	w := v.Cols
	for j := 0; j < c.Cols; j += q.wide {
		cj := c.Slice(0, j, c.Rows, min(q.wide, c.Cols-j))
		y, y2 := MatrixOf(w, cj.Cols, q.w), MatrixOf(w, cj.Cols, q.w2)
		MatMulTN(q.pool, y, v, cj)
		MatMulAdd(q.pool, y2, tt, kernels.NoTrans, 1, t, y, 0)
		MatMulAdd(q.pool, cj, kernels.NoTrans, kernels.NoTrans, -1, v, y2, 1)
	}
}

func (q *QR[T]) check() {
	if !q.ok {
		panic(unfactored)
	}
}

// R returns the k×n upper trapezoidal factor, zeros below the diagonal, r_jj ≥ 0. It is a
// view, valid until the next Factorize.
func (q *QR[T]) R() Matrix[T] {
	q.check()
	return q.r.Slice(0, 0, q.k, q.n)
}

// QTo writes the m×k matrix Q with orthonormal columns to dst, which must not overlap memory
// of the solver.
func (q *QR[T]) QTo(dst Matrix[T]) {
	q.check()
	if dst.Rows != q.m || dst.Cols != q.k {
		panic(badShape)
	}
	dst.check()
	// Backward accumulation: before block b, columns from j on are the identity in rows < j+w, so
	// each step works only on the lower right block.
	for b := (q.k - 1) / q.nb; b >= 0 && q.k > 0; b-- {
		j := b * q.nb
		v, t := q.panel(b)
		m, w := v.Rows, v.Cols
		v1, v2 := v.Slice(0, 0, w, w), v.Slice(w, 0, m-w, w)
		if c := q.k - j - w; c > 0 {
			low := dst.Slice(j+w, j+w, m-w, c)
			y, y2 := MatrixOf(w, c, q.w), MatrixOf(w, c, q.w2)
			MatMulTN(q.pool, y, v2, low)
			MatMul(q.pool, y2, t, y)
			MatMulAdd(q.pool, dst.Slice(j, j+w, w, c), kernels.NoTrans, kernels.NoTrans, -1, v1, y2, 0)
			MatMulAdd(q.pool, low, kernels.NoTrans, kernels.NoTrans, -1, v2, y2, 1)
		}
		// The panel's own columns: (I − V·T·V₁ᵀ)·D, D the signs.
		s := MatrixOf(w, w, q.w)
		MatMulNT(q.pool, s, t, v1)
		kernels.ColScale(q.pool, w, w, q.sign[j:j+w], s.Data, s.ld())
		own := dst.Slice(j, j, m, w)
		MatMulAdd(q.pool, own, kernels.NoTrans, kernels.NoTrans, -1, v, s, 0)
		for i := 0; i < w; i++ {
			own.Data[i*own.Stride+i] += q.sign[j+i]
		}
		dst.Slice(0, j, j, w).Zero()
	}
}

// MulQ computes C ← Q·C in place, where Q is the full m×m orthogonal factor; C has m rows. The
// first k columns of the full Q are those of QTo.
func (q *QR[T]) MulQ(c Matrix[T]) {
	q.check()
	if c.Rows != q.m {
		panic(badShape)
	}
	if q.k == 0 || c.Cols == 0 {
		return
	}
	kernels.RowScale(q.pool, q.k, c.Cols, q.sign, c.Data, c.ld())
	for b := (q.k - 1) / q.nb; b >= 0; b-- {
		v, t := q.panel(b)
		q.reflect(v, t, kernels.NoTrans, c.Slice(q.m-v.Rows, 0, v.Rows, c.Cols))
	}
}

// MulQT computes C ← Qᵀ·C in place, where Q is the full m×m orthogonal factor; C has m rows.
// The first k rows of the result are the product with the thin Q.
func (q *QR[T]) MulQT(c Matrix[T]) {
	q.check()
	if c.Rows != q.m {
		panic(badShape)
	}
	if q.k == 0 || c.Cols == 0 {
		return
	}
	for b := 0; b*q.nb < q.k; b++ {
		v, t := q.panel(b)
		q.reflect(v, t, kernels.Trans, c.Slice(q.m-v.Rows, 0, v.Rows, c.Cols))
	}
	kernels.RowScale(q.pool, q.k, c.Cols, q.sign, c.Data, c.ld())
}
