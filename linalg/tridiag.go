package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// reduction turns a symmetric matrix into a tridiagonal one, A = Q·T·Qᵀ, and has what multiplies by Q.
//
// Q = H_0·H_1 ⋯ H_{n−3}, H_j = I − τ_j·v_j·v_jᵀ with v_j zero up to index j and one at j+1. Blocks of
// kernels.TridiagBlock columns are reduced together (Dongarra, Hammarling and Sorensen 1989; LAPACK's
// latrd): inside a block the trailing matrix stays as it is and each column is corrected by the
// vectors v and w of the columns before it; at its end A ← A − V·Wᵀ − W·Vᵀ in one rank-2k update. Half of the
// 4/3·n³ operations are the products A·v, the other half is that update.
type reduction[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	a    Matrix[T] // upper triangle: A, then the vectors v_j in row j from column j+1 on
	p    Matrix[T] // rows 2i and 2i+1: v and w of column i of the block
	c    []T       // 2·TridiagBlock coefficients
	tau  []T
	back *carry[T] // for orders beyond smallOrder
}

func newReduction[T kernels.Float](p *kernels.Pool, n int) reduction[T] {
	const nb = kernels.TridiagBlock
	r := reduction[T]{
		pool: p, n: n, a: reductionMatrix[T](n), p: paddedMatrix[T](2*nb, n), c: make([]T, 2*nb), tau: make([]T, n),
	}
	if n > smallOrder {
		r.back = newCarry(p, r.a, r.tau)
	}
	return r
}

// reductionLen is the number of elements of newReduction.
func reductionLen[T kernels.Float](n int) int {
	const nb = kernels.TridiagBlock
	size := n*max(padded[T](n), groups(n)) + 2*nb*padded[T](n) + 2*nb + n
	if n > smallOrder {
		size += carryLen(n)
	}
	return size
}

// reductionMatrix returns an n×n matrix whose rows hold whole groups of columns, as kernels.TridiagColumn wants them.
func reductionMatrix[T kernels.Float](n int) Matrix[T] {
	ld := max(padded[T](n), groups(n))
	return Matrix[T]{Rows: n, Cols: n, Stride: ld, Data: hugepage.Make[T](n * ld)}
}

// reduceColumns does what reduce does column by column, each in one pass over the matrix: for small ones. Both triangles of
// r.a are read.
func reduceColumns(r *reduction[float64], d, e []float64) {
	n := r.n
	m := groups(n)
	v, w, y := r.p.Data[:m], r.p.Data[m:2*m], r.p.Data[2*m:3*m]
	clear(r.p.Data[:3*m])
	for j := 0; j < n-2; j++ {
		d[j], e[j], r.tau[j] = kernels.TridiagColumn(r.pool, n, j, r.a.Data, r.a.Stride, v, w, y)
		v = r.a.Data[j*r.a.Stride : j*r.a.Stride+m]
		w, y = y, w
	}
	last := func(i, j int) float64 {
		return math.FMA(-w[i], v[j], math.FMA(-v[i], w[j], r.a.At(i, j)))
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
// e (n−1) of T. The last columnOrder columns of float64 are reduced one by one.
func (r *reduction[T]) reduce(d, e []T) {
	const nb = kernels.TridiagBlock
	n := r.n
	for j0 := 0; j0 < n-2; j0 += nb {
		if r64, ok := any(r).(*reduction[float64]); ok && n-j0 <= columnOrder {
			rest := *r64
			rest.n, rest.tau = n-j0, r64.tau[j0:]
			rest.a = Matrix[float64]{Rows: rest.n, Cols: rest.n, Stride: r64.a.Stride, Data: r64.a.Data[j0*r64.a.Stride+j0:]}
			Mirror(r.pool, kernels.Upper, rest.a)
			reduceColumns(&rest, same64(d[j0:]), same64(e[j0:]))
			return
		}
		w := min(nb, n-2-j0)
		for i := 0; i < w; i++ {
			j := j0 + i
			d[j], e[j] = r.column(i, j)
		}
		if m := n - j0 - w; m > 0 {
			k := j0 + w
			ld := r.p.Stride
			kernels.Syr2k(r.pool, kernels.Upper, kernels.Trans, m, w, -1, r.p.Data[k:], 2*ld, r.p.Data[ld+k:], 2*ld,
				1, r.a.Data[k*r.a.Stride+k:], r.a.Stride)
		}
	}
	if n > 1 {
		d[n-2], e[n-2] = r.a.At(n-2, n-2), r.a.At(n-2, n-1)
	}
	if n > 0 {
		d[n-1] = r.a.At(n-1, n-1)
	}
}

// same64 is x, which is known to be a slice of float64.
func same64[T kernels.Float](x []T) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// column reduces column j, number i of its block.
func (r *reduction[T]) column(i, j int) (d, e T) {
	row := r.a.Row(j)
	p, ld := r.p.Data, r.p.Stride
	c := r.c[:2*i]
	if i > 0 {
		for l := range c {
			c[l] = p[(l^1)*ld+j]
		}
		kernels.Gemv(r.pool, kernels.Trans, 2*i, r.n-j, -1, p[j:], ld, c, 1, row[j:])
	}
	m := r.n - j - 1
	u := row[j+1:]
	e, tau := reflector(r.pool, u)
	r.tau[j] = tau
	v, y := r.p.Row(2 * i)[j+1:], r.p.Row(2*i + 1)[j+1:]
	copy(v, u)
	// y = τ·(A − VWᵀ − WVᵀ)·v, then w = y − ½τ(yᵀv)·v.
	kernels.Symv(r.pool, kernels.Upper, m, tau, r.a.Data[(j+1)*r.a.Stride+j+1:], r.a.Stride, v, 0, y)
	if i > 0 {
		kernels.Gemv(r.pool, kernels.NoTrans, 2*i, m, 1, p[j+1:], ld, v, 0, c)
		for l := 0; l < len(c); l += 2 {
			c[l], c[l+1] = c[l+1], c[l]
		}
		kernels.Gemv(r.pool, kernels.Trans, 2*i, m, -tau, p[j+1:], ld, c, 1, y)
	}
	kernels.Axpy(r.pool, T(T(-0.5*tau)*kernels.Dot(r.pool, y, v)), v, y)
	return row[j], e
}
