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

// reflect computes C ← (I − V·op(T)·Vᵀ)·C, a few columns at a time. Wide panels are taken in halves, which leave out half of the zeros in
// V and T.
func (q *reflections[T]) reflect(v, t Matrix[T], tt kernels.Transpose, c Matrix[T]) {
	m, w := v.Rows, v.Cols
	h := q.half(w)
	for j := 0; j < c.Cols; j += q.wide {
		cj := c.Slice(0, j, m, min(q.wide, c.Cols-j))
		y, y2 := q.strip(q.w, w, cj.Cols), q.strip(q.w2, w, cj.Cols)
		if h == w {
			MatMulTN(q.pool, y, v, cj)
		} else {
			MatMulTN(q.pool, y, v.Slice(h, 0, m-h, w), cj.Slice(h, 0, m-h, cj.Cols))
			MatMulAdd(q.pool, y.Slice(0, 0, h, cj.Cols), kernels.Trans, kernels.NoTrans, 1, v.Slice(0, 0, h, h), cj.Slice(0, 0, h, cj.Cols), 1)
		}
		q.mulT(y2, t, tt, y)
		MatMulAdd(q.pool, cj.Slice(0, 0, h, cj.Cols), kernels.NoTrans, kernels.NoTrans, -1, v.Slice(0, 0, h, h), y2.Slice(0, 0, h, cj.Cols), 1)
		MatMulAdd(q.pool, cj.Slice(h, 0, m-h, cj.Cols), kernels.NoTrans, kernels.NoTrans, -1, v.Slice(h, 0, m-h, w), y2, 1)
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
		top, mid, low := v.Slice(0, 0, h, h), v.Slice(h, 0, w-h, w), v.Slice(w, 0, m-w, w)
		if c := q.k - j - w; c > 0 {
			rest := dst.Slice(j+w, j+w, m-w, c)
			y, y2 := q.strip(q.w, w, c), q.strip(q.w2, w, c)
			MatMulTN(q.pool, y, low, rest)
			q.mulT(y2, t, kernels.NoTrans, y)
			MatMulAdd(q.pool, dst.Slice(j, j+w, h, c), kernels.NoTrans, kernels.NoTrans, -1, top, y2.Slice(0, 0, h, c), 0)
			MatMulAdd(q.pool, dst.Slice(j+h, j+w, w-h, c), kernels.NoTrans, kernels.NoTrans, -1, mid, y2, 0)
			MatMulAdd(q.pool, rest, kernels.NoTrans, kernels.NoTrans, -1, low, y2, 1)
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
