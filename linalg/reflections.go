package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// reflections is the orthogonal factor of a QR factorization with m rows as the product of k reflections, in panels of
// nb columns: panel b, which begins in row and column j = b·nb, is the block reflection I − V·T·Vᵀ.
type reflections[T kernels.Float] struct {
	pool  *kernels.Pool
	m, k  int
	nb    int // columns of a panel
	v     []T // panel by panel, each (m−j)×w with ones and zeros in place, rows padded[T](nb) apart
	t     []T // an nb×nb block for each panel
	sign  []T // ±1: what made r_jj ≥ 0
	w, w2 []T // nb×padded[T](wide): VᵀC and T·VᵀC
	wide  int
	task  reflection[T]
	ok    bool
}

type reflectionSizes struct{ v, t, w, wide int }

func sizeReflections[T kernels.Float](m, k, n, nb int) reflectionSizes {
	s := reflectionSizes{wide: max(n, 64)}
	for j := 0; j < k; j += nb {
		s.v += (m - j) * padded[T](nb)
		s.t += nb * nb
	}
	s.w = min(nb, k) * padded[T](s.wide)
	return s
}

// newReflections returns memory for k reflections of m rows in panels of nb columns, which are applied to n columns at a time.
func newReflections[T kernels.Float](p *kernels.Pool, m, k, n, nb int) reflections[T] {
	s := sizeReflections[T](m, k, n, nb)
	return reflections[T]{
		pool: p, m: m, k: k, nb: nb, v: hugepage.Make[T](s.v), t: make([]T, s.t), sign: make([]T, k),
		w: hugepage.Make[T](s.w), w2: hugepage.Make[T](s.w), wide: s.wide,
	}
}

// reflectionsLen is the number of elements that newReflections allocates for panels of QRBlock columns.
func reflectionsLen[T kernels.Float](m, k, n int) int {
	s := sizeReflections[T](m, k, n, kernels.QRBlock(k))
	return s.v + s.t + k + 2*s.w
}

// panel returns V and T of panel b. T has the stride nb.
func (q *reflections[T]) panel(b int) (v, t Matrix[T]) {
	nb := q.nb
	j := b * nb
	w := min(nb, q.k-j)
	// Panels before b: Σ (m − i·nb) rows.
	ld := padded[T](nb)
	off := ld * (b*q.m - nb*b*(b-1)/2)
	v = Matrix[T]{Rows: q.m - j, Cols: w, Stride: ld, Data: q.v[off : off+(q.m-j)*ld]}
	t = Matrix[T]{Rows: w, Cols: w, Stride: nb, Data: q.t[b*nb*nb : (b+1)*nb*nb]}
	return v, t
}

// strip returns w rows of c elements in memory of the solver, no power of two apart.
func (q *reflections[T]) strip(mem []T, w, c int) Matrix[T] {
	return Matrix[T]{Rows: w, Cols: c, Stride: padded[T](c), Data: mem[:w*padded[T](c)]}
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

// growT writes column i of T, −τ·T·dots above τ, for one more reflection I − τ·v·vᵀ; dots is Vᵀv of the i vectors before.
func growT[T kernels.Float](t Matrix[T], i int, tau T, dots []T) {
	for a := 0; a < i; a++ {
		var s T
		for b := a; b < i; b++ {
			s += T(t.Data[a*t.Stride+b] * dots[b])
		}
		t.Data[a*t.Stride+i] = -T(tau * s)
	}
	t.Data[i*t.Stride+i] = tau
}

// A reflection is one block reflection of columns of C, (I − V·op(T)·Vᵀ)·C, or the step of QTo with it, cut into ranges of columns: each
// stays with one worker for all of the products. When indices went out one by one, each product gave a worker other parts of C.
type reflection[T kernels.Float] struct {
	q      *reflections[T]
	v, t   Matrix[T]
	tt     kernels.Transpose
	c      Matrix[T]
	grow   bool // a step of QTo: the first rows of C count as zero
	pieces int
}

// rangeLeast is the least number of columns of a range; narrower ones are left to the products, which cut rows as well.
const rangeLeast = 64

// apply runs r, whose C has at most q.wide columns.
func (q *reflections[T]) apply(r reflection[T]) {
	r.q, r.pieces = q, q.pool.Workers()
	if r.pieces == 1 || r.c.Cols < r.pieces*rangeLeast || float64(r.c.Rows)*float64(r.v.Cols)*float64(r.c.Cols) < 1<<20 {
		r.columns(0, r.c.Cols)
		return
	}
	q.task = r
	q.pool.Run(r.pieces, &q.task)
	q.task = reflection[T]{} // without the caller's slices
}

// Do computes range i.
func (r *reflection[T]) Do(i int) {
	const unit = 32
	units := (r.c.Cols + unit - 1) / unit
	lo, hi := units*i/r.pieces*unit, min(units*(i+1)/r.pieces*unit, r.c.Cols)
	r.columns(lo, hi-lo)
}

// columns computes n columns of C from lo on. Wide panels are taken in halves, which leave out half of the zeros in V and T.
func (r *reflection[T]) columns(lo, n int) {
	q, v, t := r.q, r.v, r.t
	p, m, w := q.pool, v.Rows, v.Cols
	h := q.half(w)
	c := r.c.Slice(0, lo, m, n)
	y, y2 := q.strip(q.w, w, r.c.Cols).Slice(0, lo, w, n), q.strip(q.w2, w, r.c.Cols).Slice(0, lo, w, n)
	top, low := c.Slice(0, 0, h, n), c.Slice(h, 0, m-h, n)
	v1, v2 := v.Slice(0, 0, h, h), v.Slice(h, 0, m-h, w)
	if r.grow {
		MatMulTN(p, y, v.Slice(w, 0, m-w, w), c.Slice(w, 0, m-w, n))
		q.mulT(y2, t, r.tt, y)
		MatMulAdd(p, top, kernels.NoTrans, kernels.NoTrans, -1, v1, y2.Slice(0, 0, h, n), 0)
		MatMulAdd(p, c.Slice(h, 0, w-h, n), kernels.NoTrans, kernels.NoTrans, -1, v.Slice(h, 0, w-h, w), y2, 0)
		MatMulAdd(p, c.Slice(w, 0, m-w, n), kernels.NoTrans, kernels.NoTrans, -1, v.Slice(w, 0, m-w, w), y2, 1)
		return
	}
	if h == w {
		MatMulTN(p, y, v, c)
	} else {
		MatMulTN(p, y, v2, low)
		MatMulAdd(p, y.Slice(0, 0, h, n), kernels.Trans, kernels.NoTrans, 1, v1, top, 1)
	}
	q.mulT(y2, t, r.tt, y)
	MatMulAdd(p, top, kernels.NoTrans, kernels.NoTrans, -1, v1, y2.Slice(0, 0, h, n), 1)
	MatMulAdd(p, low, kernels.NoTrans, kernels.NoTrans, -1, v2, y2, 1)
}

// reflect computes C ← (I − V·op(T)·Vᵀ)·C, a few columns at a time.
func (q *reflections[T]) reflect(v, t Matrix[T], tt kernels.Transpose, c Matrix[T]) {
	for j := 0; j < c.Cols; j += q.wide {
		q.apply(reflection[T]{v: v, t: t, tt: tt, c: c.Slice(0, j, v.Rows, min(q.wide, c.Cols-j))})
	}
}

// half returns where a panel of w columns is cut: nowhere, if it is narrow.
func (q *reflections[T]) half(w int) int {
	if w <= 32 {
		return w
	}
	return w / 2
}

// mulT computes y2 = op(T)·y.
func (q *reflections[T]) mulT(y2, t Matrix[T], tt kernels.Transpose, y Matrix[T]) {
	w, n := y.Rows, y.Cols
	h := q.half(w)
	top, low := y2.Slice(0, 0, h, n), y2.Slice(h, 0, w-h, n)
	if tt == kernels.Trans {
		MatMulTN(q.pool, top, t.Slice(0, 0, h, h), y.Slice(0, 0, h, n))
		MatMulTN(q.pool, low, t.Slice(0, h, w, w-h), y)
		return
	}
	MatMul(q.pool, top, t.Slice(0, 0, h, w), y)
	MatMul(q.pool, low, t.Slice(h, h, w-h, w-h), y.Slice(h, 0, w-h, n))
}

func (q *reflections[T]) check() {
	if !q.ok {
		panic(unfactored)
	}
}

// QTo writes the m×k matrix Q with orthonormal columns to dst, which must not overlap memory
// of the solver.
func (q *reflections[T]) QTo(dst Matrix[T]) {
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
		h := q.half(w)
		top, mid := v.Slice(0, 0, h, h), v.Slice(h, 0, w-h, w)
		if c := q.k - j - w; c > 0 {
			q.apply(reflection[T]{v: v, t: t, tt: kernels.NoTrans, c: dst.Slice(j, j+w, m, c), grow: true})
		}
		// The panel's own columns: D − V·S, D the signs and S = T·V₁ᵀ·D upper triangular. What is above them later steps write.
		s := q.strip(q.w, w, w)
		MatMulNT(q.pool, s.Slice(0, 0, h, h), t.Slice(0, 0, h, h), top)
		MatMulNT(q.pool, s.Slice(0, h, w, w-h), t, mid)
		kernels.ColScale(q.pool, w, w, q.sign[j:j+w], s.Data, s.ld())
		own := dst.Slice(j, j, m, w)
		MatMulAdd(q.pool, own.Slice(0, 0, m, h), kernels.NoTrans, kernels.NoTrans, -1, v.Slice(0, 0, m, h), s.Slice(0, 0, h, h), 0)
		MatMulAdd(q.pool, own.Slice(0, h, m, w-h), kernels.NoTrans, kernels.NoTrans, -1, v, s.Slice(0, h, w, w-h), 0)
		for i := 0; i < w; i++ {
			own.Data[i*own.Stride+i] += q.sign[j+i]
		}
	}
}

// MulQ computes C ← Q·C in place, where Q is the full m×m orthogonal factor; C has m rows. The
// first k columns of the full Q are those of QTo.
func (q *reflections[T]) MulQ(c Matrix[T]) {
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
func (q *reflections[T]) MulQT(c Matrix[T]) {
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
