package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Divide and conquer for eigenvalues alone. A merge needs no more of the eigenvectors of its halves than the last component on the
// left and the first on the right; so each part keeps both ends of its vectors, and the products shrink to two of a matrix
// and a vector: O(n²) in all. The last merge needs the roots alone.

// solveValues overwrites t.d with the eigenvalues. It is solve without t.z, which it uses as scratch.
func (t *tridiagonal) solveValues() bool {
	small := t.begin()
	t.dc.leaves.n = 0
	if !t.noDivide && t.tear(0, t.n, small) && t.flush(small) && t.joinEnds(0, t.n) {
		t.ordered = true
		return true
	}
	copy(t.d, t.save)
	copy(t.e, t.save[t.n:])
	none := t.z.Slice(0, 0, t.n, 0)
	return !t.noQR && t.qr.run(t.d, t.e, none, small) || t.jacobi(small)
}

func (t *tridiagonal) joinEnds(lo, hi int) bool {
	if hi-lo <= kernels.TridiagLeaf {
		for r := lo; r < hi; r++ {
			row := t.z.Data[r*t.z.Stride:]
			t.first[r], t.last[r] = row[lo], row[hi-1]
		}
		return true
	}
	m := lo + (hi-lo)/2
	return t.joinEnds(lo, m) && t.joinEnds(m, hi) && t.mergeEnds(lo, m, hi, t.e[m-1])
}

// mergeEnds is merge for the ends of the eigenvectors.
func (t *tridiagonal) mergeEnds(lo, m, hi int, rho float64) bool {
	c := &t.dc
	sign := math.Copysign(math.Sqrt2/2, rho)
	for r := lo; r < m; r++ {
		c.z[r], t.last[r], c.kind[r] = float64(math.Sqrt2/2*t.last[r]), 0, leftOnly
	}
	for r := m; r < hi; r++ {
		c.z[r], t.first[r], c.kind[r] = float64(sign*t.first[r]), 0, rightOnly
	}
	k, rho := t.prepare(lo, m, hi, rho)
	if k == 0 {
		return true
	}
	for i := range k {
		c.place[i] = i
	}
	values := c.task.values[:k]
	first, last := t.ends[:hi-lo], t.ends[t.n:t.n+hi-lo]
	if hi-lo == t.n {
		c.task.roots(t.pool, rho, k)
	} else {
		c.task.solve(t.pool, rho, k, c.place[:k], t.u)
		for i, r := range c.live {
			c.row[i], c.z[i] = t.first[r], t.last[r]
		}
		kernels.Gemv(t.pool, kernels.NoTrans, k, k, 1, t.u.Data, t.u.Stride, c.row, 0, first[:k])
		kernels.Gemv(t.pool, kernels.NoTrans, k, k, 1, t.u.Data, t.u.Stride, c.z, 0, last[:k])
	}
	for i, r := range c.dead {
		c.row[i], first[k+i], last[k+i] = t.d[r], t.first[r], t.last[r]
	}
	copy(t.d[lo:], values)
	copy(t.d[lo+k:hi], c.row)
	copy(t.first[lo:hi], first)
	copy(t.last[lo:hi], last)
	t.reorder(lo, hi, k)
	return true
}
