package linalg

import (
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// reduction turns a symmetric matrix into a tridiagonal one, A = Q·T·Qᵀ, and has what multiplies by Q.
//
// Q = H_0·H_1 ⋯ H_{n−3}, H_j = I − τ_j·v_j·v_jᵀ with v_j zero up to index j and one at j+1. Blocks of
// kernels.TridiagBlock columns are reduced together (Dongarra, Hammarling and Sorensen 1989; LAPACK's
// latrd): inside a block the trailing matrix stays as it is and each column is corrected by the
// vectors v and w of the columns before it; at its end A ← A − V·Wᵀ − W·Vᵀ as one product, [V W]·[W V]ᵀ. Half of the
// 4/3·n³ operations are the products A·v, the other half is that update.
type reduction[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	a    Matrix[T] // upper triangle: A, then the vectors v_j in row j from column j+1 on
	p    Matrix[T] // rows 2i and 2i+1: v and w of column i of the block; the same in another matrix behind it: w and v
	c    []T       // 2·TridiagBlock coefficients
	tau  []T
	back *carry[T] // for orders beyond smallOrder
}

func newReduction[T kernels.Float](p *kernels.Pool, n int) reduction[T] {
	const nb = kernels.TridiagBlock
	r := reduction[T]{
		pool: p, n: n, a: reductionMatrix[T](n), p: paddedMatrix[T](4*nb, n), c: make([]T, 2*nb), tau: make([]T, n),
	}
	if n > smallOrder {
		r.back = newCarry(p, r.a, r.tau)
	}
	return r
}

// reductionLen is the number of elements of newReduction.
func reductionLen[T kernels.Float](n int) int {
	const nb = kernels.TridiagBlock
	size := n*reductionStride[T](n) + 4*nb*padded[T](n) + 2*nb + n
	if n > smallOrder {
		size += carryLen(n)
	}
	return size
}

func reductionStride[T kernels.Float](n int) int {
	return max(padded[T](n), columnGroups[T](n))
}

// columnGroups is n rounded up to whole groups of columns.
func columnGroups[T kernels.Float](n int) int {
	unit := kernels.TridiagGroup[T]()
	return (n + unit - 1) / unit * unit
}

// reductionMatrix returns an n×n matrix whose rows hold whole groups of columns, as kernels.TridiagColumn wants them.
func reductionMatrix[T kernels.Float](n int) Matrix[T] {
	ld := reductionStride[T](n)
	return Matrix[T]{Rows: n, Cols: n, Stride: ld, Data: hugepage.Make[T](n * ld)}
}

// reduceColumns does what reduce does column by column, each in one pass over the triangle: for small ones.
func reduceColumns[T kernels.Float](r *reduction[T], d, e []T) {
	n := r.n
	m := columnGroups[T](n)
	v, w, y := r.p.Data[:m], r.p.Data[m:2*m], r.p.Data[2*m:3*m]
	clear(r.p.Data[:3*m])
	for j := 0; j < n-2; j++ {
		d[j], e[j], r.tau[j] = kernels.TridiagColumn(r.pool, n, j, r.a.Data, r.a.Stride, v, w, y)
		v = r.a.Data[j*r.a.Stride : j*r.a.Stride+m]
		w, y = y, w
	}
	last := func(i, j int) T {
		return elem.FMA(-w[i], v[j], elem.FMA(-v[i], w[j], r.a.At(i, j)))
	}
	if n > 1 {
		d[n-2], e[n-2] = last(n-2, n-2), last(n-2, n-1)
	}
	if n > 0 {
		d[n-1] = last(n-1, n-1)
	}
}

// reflectRows does what carry does, reflection by reflection, for small matrices of at most r.n rows. u is scratch of groups(r.n) rows and
// columns.
func reflectRows(r *reduction[float64], z, u Matrix[float64]) {
	if r.n < 3 {
		return
	}
	cols := u.Slice(0, 0, r.n, z.Rows)
	TransposeTo(r.pool, cols, z)
	kernels.Reflect(r.pool, r.n, groups(z.Rows), r.a.Data, r.a.Stride, r.tau[:r.n-2], u.Data, u.Stride)
	TransposeTo(r.pool, z, cols)
}

// reduce reads the upper triangle of r.a and writes the diagonal d (n) and the off-diagonal
// e (n−1) of T. The last columnOrder columns are reduced one by one.
func (r *reduction[T]) reduce(d, e []T) {
	const nb = kernels.TridiagBlock
	n := r.n
	j0 := 0
	for ; n-j0 > columnOrder; j0 += nb {
		for i := range nb {
			d[j0+i], e[j0+i] = r.column(i, j0+i)
		}
		k, ld := j0+nb, r.p.Stride
		kernels.Gemmt(r.pool, kernels.Upper, kernels.Trans, kernels.NoTrans, n-k, 2*nb, -1, r.p.Data[k:], ld, r.p.Data[2*nb*ld+k:], ld,
			1, r.a.Data[k*r.a.Stride+k:], r.a.Stride)
	}
	rest := *r
	rest.n, rest.tau = n-j0, r.tau[j0:]
	rest.a = Matrix[T]{Rows: rest.n, Cols: rest.n, Stride: r.a.Stride, Data: r.a.Data[j0*r.a.Stride+j0:]}
	reduceColumns(&rest, d[j0:], e[j0:])
}

// column reduces column j, number i of its block. Vectors and the trailing matrix begin where a cache line does, up to 15 columns early, since loads across two lines
// take twice as long: v is zero there, and nobody reads what becomes of the others.
func (r *reduction[T]) column(i, j int) (d, e T) {
	unit := kernels.TridiagGroup[T]()
	row := r.a.Row(j)
	p, ld := r.p.Data, r.p.Stride
	c := r.c[:2*i]
	if i > 0 {
		for l := range c {
			c[l] = p[(l^1)*ld+j]
		}
		from := j / unit * unit
		kernels.Gemv(r.pool, kernels.Trans, 2*i, r.n-from, -1, p[from:], ld, c, 1, row[from:])
	}
	u := row[j+1:]
	e, tau := reflector(r.pool, u)
	r.tau[j] = tau
	from := (j + 1) / unit * unit
	m := r.n - from
	v, y := r.p.Row(2 * i)[from:], r.p.Row(2*i + 1)[from:]
	clear(v[:j+1-from])
	copy(v[j+1-from:], u)
	// y = τ·(A − VWᵀ − WVᵀ)·v, then w = y − ½τ(yᵀv)·v.
	kernels.Symv(r.pool, kernels.Upper, m, tau, r.a.Data[from*r.a.Stride+from:], r.a.Stride, v, 0, y)
	if i > 0 {
		kernels.Gemv(r.pool, kernels.NoTrans, 2*i, m, 1, p[from:], ld, v, 0, c)
		for l := 0; l < len(c); l += 2 {
			c[l], c[l+1] = c[l+1], c[l]
		}
		kernels.Gemv(r.pool, kernels.Trans, 2*i, m, -tau, p[from:], ld, c, 1, y)
	}
	kernels.Axpy(r.pool, T(T(-0.5*tau)*kernels.Dot(r.pool, y, v)), v, y)
	copy(r.p.Row(2*kernels.TridiagBlock + 2*i)[from:], y)
	copy(r.p.Row(2*kernels.TridiagBlock + 2*i + 1)[from:], v)
	return row[j], e
}
