package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// The implicitly shifted QR algorithm for a symmetric tridiagonal matrix, in float64 for either
// element type of the dense matrix: its cost is small, and it removes most trouble of float32.
//
// The rotations of up to qrSweeps sweeps are collected and applied to the rows of Z by
// kernels.Rotate; the sweeps themselves need only d and e.

const (
	// qrSweeps is the number of sweeps that are applied together.
	qrSweeps = 32
	// qrSweepsPerValue bounds the sweeps of a matrix; 2 to 2.5 are usual.
	qrSweepsPerValue = 30
	eps64            = 0x1p-52
)

// qrIteration is the state of one call, and its memory.
type qrIteration struct {
	pool *kernels.Pool
	d, e []float64
	z    Matrix[float64]
	c, s []float64 // qrSweeps rows of ld rotations
	ld   int

	small  float64 // off-diagonals up to this are zero
	lo, hi int     // the block the pending rotations belong to
	k      int     // their number of sweeps
}

// qrLen is the number of float64 that a qrIteration for matrices up to n owns.
func qrLen(n int) int { return 2 * qrSweeps * max(1, n-1) }

func newQRIteration(p *kernels.Pool, n int) qrIteration {
	ld := max(1, n-1)
	return qrIteration{pool: p, c: make([]float64, qrSweeps*ld), s: make([]float64, qrSweeps*ld), ld: ld}
}

// run finds the eigenvalues of the tridiagonal matrix with diagonal d and off-diagonal e
// (len(e) ≥ len(d)−1) and overwrites d with them, in no particular order. Every rotation of rows i and
// i+1 of T is applied to rows i and i+1 of z, so that with z = I row i becomes the eigenvector of
// d[i]. z must have len(d) rows. e is destroyed. Off-diagonals up to small are taken as zero. It returns
// false, with d, e and z still similar to the input, after qrSweepsPerValue·n sweeps.
func (q *qrIteration) run(d, e []float64, z Matrix[float64], small float64) bool {
	n := len(d)
	q.d, q.e, q.z, q.small, q.k, q.lo, q.hi = d, e, z, small, 0, -1, -1
	sweeps := 0
	for hi := n - 1; hi > 0; {
		if q.deflate(hi - 1) {
			hi--
			continue
		}
		lo := hi - 1
		for lo > 0 && !q.deflate(lo-1) {
			lo--
		}
		if lo != q.lo || q.k == qrSweeps {
			q.flush()
		}
		if lo != q.lo {
			q.lo = lo
			if math.Abs(d[hi]) > math.Abs(d[lo]) {
				q.flip(lo, hi)
			}
		}
		if q.k == 0 {
			q.hi = hi
		}
		if sweeps == qrSweepsPerValue*n {
			q.flush()
			return false
		}
		sweeps++
		q.sweep(lo, hi)
	}
	q.flush()
	return true
}

// deflate reports whether e[i] is negligible, and clears it: absolutely, or against the
// geometric mean of its neighbours on the diagonal, which keeps small eigenvalues of graded matrices.
func (q *qrIteration) deflate(i int) bool {
	x := math.Abs(q.e[i])
	// The matrix is scaled, so that the squares of what exceeds small are normal numbers.
	if x > q.small && float64(x*x) > float64(eps64*eps64*math.Abs(float64(q.d[i]*q.d[i+1]))) {
		return false
	}
	q.e[i] = 0
	return true
}

// flip turns the block upside down, so that it is graded from large to small: the shifts work
// from its end.
func (q *qrIteration) flip(lo, hi int) {
	for i, j := lo, hi; i < j; i, j = i+1, j-1 {
		q.d[i], q.d[j] = q.d[j], q.d[i]
		x, y := q.z.Row(i), q.z.Row(j)
		for l, v := range x {
			x[l], y[l] = y[l], v
		}
	}
	for i, j := lo, hi-1; i < j; i, j = i+1, j-1 {
		q.e[i], q.e[j] = q.e[j], q.e[i]
	}
}

// sweep performs one implicit QR step with Wilkinson's shift on rows lo … hi and keeps its rotations. The
// form is that of LAPACK's steqr: differences from the shift, two products less than the direct one.
func (q *qrIteration) sweep(lo, hi int) {
	d, e := q.d, q.e
	row := q.k * q.ld
	cs, sn := q.c[row:row+q.ld], q.s[row:row+q.ld]
	g := (d[hi-1] - d[hi]) / float64(2*e[hi-1])
	r := math.Sqrt(math.FMA(g, g, 1))
	g = d[lo] - d[hi] + e[hi-1]/(g+math.Copysign(r, g))
	c, s, p := 1.0, 1.0, 0.0
	for i := lo; i < hi; i++ {
		f := float64(s * e[i])
		b := float64(c * e[i])
		c, s, r = givens(g, f)
		if i > lo {
			e[i-1] = r
		}
		g = d[i] - p
		r = math.FMA(d[i+1]-g, s, float64(2*float64(c*b)))
		p = float64(s * r)
		d[i] = g + p
		g = math.FMA(c, r, -b)
		cs[i], sn[i] = c, s
	}
	d[hi] -= p
	e[hi-1] = g
	for i := hi; i < q.hi; i++ {
		cs[i], sn[i] = 1, 0
	}
	q.k++
}

// flush applies the rotations that are pending.
func (q *qrIteration) flush() {
	if q.k > 0 && q.hi > q.lo && q.z.Cols > 0 {
		kernels.Rotate(q.pool, q.hi-q.lo+1, q.z.Cols, q.k, q.c[q.lo:], q.s[q.lo:], q.ld, q.z.Data[q.lo*q.z.Stride:], q.z.Stride)
	}
	q.k = 0
}

// givens returns c, s and r with c·g + s·f = r, c·f − s·g = 0, c² + s² = 1.
func givens(g, f float64) (c, s, r float64) {
	switch {
	case f == 0:
		return 1, 0, g
	case g == 0:
		return 0, 1, f
	}
	h := math.FMA(g, g, float64(f*f))
	if h > 0x1p-960 && h < 0x1p1000 {
		r = math.Sqrt(h)
		return g / r, f / r, r
	}
	// The squares leave the range: scale by a power of two first.
	scale := 0x1p500
	if h >= 1 {
		scale = 0x1p-600
	}
	g1, f1 := g*scale, f*scale
	h = math.FMA(g1, g1, float64(f1*f1))
	for h < 0x1p-960 {
		scale *= 0x1p500
		g1, f1 = g1*0x1p500, f1*0x1p500
		h = math.FMA(g1, g1, float64(f1*f1))
	}
	r = math.Sqrt(h)
	return g1 / r, f1 / r, r / scale
}
