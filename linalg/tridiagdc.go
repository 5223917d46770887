package linalg

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Divide and conquer for the symmetric tridiagonal eigenproblem (Cuppen 1981, with the stable
// eigenvectors of Gu and Eisenstat 1995; LAPACK's stedc): the matrix is torn in two halves by a
// rank-one modification, each half is solved, and the halves are put together by the eigenproblem of
// diag(d) + ρ·z·zᵀ. Eigenvalues that the modification leaves alone (z_j negligible, or two poles so close that a
// rotation clears one z_j) are deflated: they cost next to nothing. All else is products.
//
// Eigenvectors are rows here. Before a merge the rows of the left half vanish on the columns of the right
// one and conversely, except where a deflating rotation has mixed them; rows are grouped accordingly, which
// halves the product.

// divide is the memory of the method.
type divide struct {
	index []int // by row: the rows of each solved part in ascending order of value
	order []int // of a merge: both halves in ascending order
	live  []int // rows that are not deflated, ascending
	dead  []int // deflated rows
	kind  []int8
	place []int     // where column j of the secular eigenvectors goes in the grouping
	z     []float64 // by row
	dl, w []float64 // poles and z of the live rows
	zh    []float64 // Gu and Eisenstat's z
	row   []float64
	task  secularTask
}

const (
	leftOnly int8 = iota
	bothHalves
	rightOnly
)

func newDivide(n int) divide {
	return divide{
		index: make([]int, n), order: make([]int, n), live: make([]int, 0, n), dead: make([]int, 0, n),
		kind: make([]int8, n), place: make([]int, n), z: make([]float64, n), dl: make([]float64, n),
		w: make([]float64, n), zh: make([]float64, n), row: make([]float64, n),
	}
}

// conquer solves rows and columns [lo, hi) of the tridiagonal matrix. Off-diagonals up to small are taken as zero by the
// leaves.
func (t *tridiagonal) conquer(lo, hi int, small float64) bool {
	if hi-lo <= kernels.TridiagLeaf {
		z := t.z.Slice(lo, lo, hi-lo, hi-lo)
		d := t.d[lo:hi]
		if !t.qr.run(d, t.e[lo:], z, small) {
			return false
		}
		t.polish(z)
		index := t.dc.index[lo:hi]
		ascending(index, d)
		for i := range index {
			index[i] += lo
		}
		return true
	}
	m := lo + (hi-lo)/2
	rho := t.e[m-1]
	t.d[m-1] -= math.Abs(rho)
	t.d[m] -= math.Abs(rho)
	return t.conquer(lo, m, small) && t.conquer(m, hi, small) && t.merge(lo, m, hi, rho)
}

// merge puts the solved parts [lo, m) and [m, hi) together.
func (t *tridiagonal) merge(lo, m, hi int, rho float64) bool {
	c := &t.dc
	// T = diag(T₁, T₂) + |ρ|·v·vᵀ, v = (0 … 0 1 ±1 0 … 0): z = Qv, scaled to norm 1.
	sign := math.Copysign(math.Sqrt2/2, rho)
	var dmax, zmax float64
	for r := lo; r < hi; r++ {
		if r < m {
			c.z[r] = float64(math.Sqrt2 / 2 * t.z.Data[r*t.z.Stride+m-1])
			c.kind[r] = leftOnly
		} else {
			c.z[r] = float64(sign * t.z.Data[r*t.z.Stride+m])
			c.kind[r] = rightOnly
		}
		dmax, zmax = max(dmax, math.Abs(t.d[r])), max(zmax, math.Abs(c.z[r]))
	}
	rho = math.Abs(2 * rho)
	mergeIndex(c.order[lo:hi], c.index[lo:m], c.index[m:hi], t.d)
	tol := 8 * ulp64 * max(dmax, zmax)
	if float64(rho*zmax) <= tol {
		copy(c.index[lo:hi], c.order[lo:hi])
		return true
	}
	t.deflate(lo, hi, rho, tol)
	k := len(c.live)
	dl, w := c.dl[:k], c.w[:k]
	for i, r := range c.live {
		dl[i], w[i] = t.d[r], c.z[r]
	}
	u := t.u.Slice(0, 0, k, k)
	values := c.row[:k]
	k1, k2 := t.group(k)
	c.task = secularTask{pool: t.pool, rho: rho, d: dl, z: w, zh: c.zh[:k], u: u, values: values, place: c.place, x: t.w.Slice(0, 0, k, k)}
	c.task.run(findRoots)
	c.task.run(findZ)
	c.task.run(findVectors)
	// The rows that are multiplied, packed, and the deflated ones, out of the way.
	n, n1 := hi-lo, m-lo
	left := MatrixOf(k1+k2, n1, t.w.Data)
	right := MatrixOf(k-k1, n-n1, t.w.Data[len(left.Data):])
	still := MatrixOf(len(c.dead), n, t.w.Data[len(left.Data)+len(right.Data):])
	for i, r := range c.live {
		row := t.z.Data[r*t.z.Stride:]
		if p := c.place[i]; p < k1+k2 {
			copy(left.Row(p), row[lo:m])
		}
		if p := c.place[i] - k1; p >= 0 {
			copy(right.Row(p), row[m:hi])
		}
	}
	for i, r := range c.dead {
		copy(still.Row(i), t.z.Data[r*t.z.Stride+lo:r*t.z.Stride+hi])
		c.zh[i] = t.d[r]
	}
	MatMul(t.pool, t.z.Slice(lo, lo, k, n1), u.Slice(0, 0, k, k1+k2), left)
	MatMul(t.pool, t.z.Slice(lo, m, k, n-n1), u.Slice(0, k1, k, k-k1), right)
	copy(t.d[lo:], values)
	for i := range c.dead {
		copy(t.z.Data[(lo+k+i)*t.z.Stride+lo:], still.Row(i))
		t.d[lo+k+i] = c.zh[i]
	}
	for i := range c.order[lo:hi] {
		c.order[lo+i] = lo + i
	}
	mergeIndex(c.index[lo:hi], c.order[lo:lo+k], c.order[lo+k:hi], t.d)
	return true
}

// deflate sorts the rows lo … hi−1 into live and dead ones, both in ascending order of value.
func (t *tridiagonal) deflate(lo, hi int, rho, tol float64) {
	c := &t.dc
	c.live, c.dead = c.live[:0], c.dead[:0]
	prev := -1
	for _, r := range c.order[lo:hi] {
		switch {
		case float64(rho*math.Abs(c.z[r])) <= tol:
			c.dead = append(c.dead, r)
			continue
		case prev >= 0:
			// Rotate z_prev away if that disturbs the diagonal by no more than tol.
			s, cs := -c.z[prev], c.z[r]
			tau := math.Sqrt(math.FMA(cs, cs, float64(s*s)))
			cs, s = cs/tau, s/tau
			gap := t.d[r] - t.d[prev]
			if math.Abs(float64(float64(gap*cs)*s)) > tol {
				c.live = append(c.live, prev)
				break
			}
			c.z[r], c.z[prev] = tau, 0
			if c.kind[r] != c.kind[prev] {
				c.kind[r] = bothHalves
			}
			x := t.z.Data[prev*t.z.Stride+lo : prev*t.z.Stride+hi]
			y := t.z.Data[r*t.z.Stride+lo : r*t.z.Stride+hi]
			for i, v := range x {
				x[i] = math.FMA(cs, v, float64(s*y[i]))
				y[i] = math.FMA(cs, y[i], -float64(s*v))
			}
			// d_prev·c² + d_r·s² and the converse.
			ss := float64(s * s)
			t.d[prev], t.d[r] = math.FMA(gap, ss, t.d[prev]), math.FMA(-gap, ss, t.d[r])
			c.dead = append(c.dead, prev)
		}
		prev = r
	}
	c.live = append(c.live, prev)
	slices.SortFunc(c.dead, func(i, j int) int { return compare(t.d[i], t.d[j], i, j) })
}

// group fills place: live row i becomes row place[i] of the products, left-only rows first, right-only
// ones last. It returns the number of left-only and of mixed rows.
func (t *tridiagonal) group(k int) (k1, k2 int) {
	c := &t.dc
	for _, r := range c.live {
		switch c.kind[r] {
		case leftOnly:
			k1++
		case bothHalves:
			k2++
		}
	}
	next := [3]int{leftOnly: 0, bothHalves: k1, rightOnly: k1 + k2}
	for i, r := range c.live {
		c.place[i] = next[c.kind[r]]
		next[c.kind[r]]++
	}
	return k1, k2
}

// secularTask solves one rank-one problem diag(d) + ρ·z·zᵀ in three stages, each of which workers share.
type secularTask struct {
	pool   *kernels.Pool
	stage  secularStage
	rho    float64
	d, z   []float64
	zh     []float64
	u      Matrix[float64]
	values []float64
	place  []int
	x      Matrix[float64] // scratch, as large as u
}

type secularStage uint8

const (
	// findRoots fills values with the λ_i and row i of u with d_j − λ_i.
	findRoots secularStage = iota
	// findZ computes ẑ_j = sign(z_j)·√|Π_i (d_j − λ_i) / Π_{i≠j} (d_j − d_i)|, the vector for which the computed λ
	// are exact (Gu and Eisenstat): so the eigenvectors are orthogonal however close the λ are.
	findZ
	// findVectors turns the rows of u into the eigenvectors ẑ_j/(d_j − λ_i), scaled to norm 1, columns placed
	// by place.
	findVectors
)

// The numbers of roots or vectors, and of elements of ẑ, of one piece of work.
const (
	secularRows = 16
	secularCols = 128
)

func (s *secularTask) run(stage secularStage) {
	s.stage = stage
	size := secularRows
	if stage == findZ {
		size = secularCols
	}
	s.pool.Run((len(s.d)+size-1)/size, s)
}

// Do performs one piece of the stage.
func (s *secularTask) Do(b int) {
	k := len(s.d)
	if s.stage == findZ {
		s.columns(b*secularCols, min(k, (b+1)*secularCols))
		return
	}
	for i := b * secularRows; i < min(k, (b+1)*secularRows); i++ {
		row := s.u.Row(i)
		if s.stage == findRoots {
			s.values[i] = secularRoot(s.pool, i, s.rho, s.d, s.z, row)
			continue
		}
		x := s.x.Row(i)
		norm := math.Sqrt(kernels.PoleVector(s.pool, s.zh, row, x))
		for j, v := range x {
			row[s.place[j]] = v / norm
		}
	}
}

// columns computes elements lo … hi−1 of ẑ.
func (s *secularTask) columns(lo, hi int) {
	for j := lo; j < hi; j++ {
		s.zh[j] = 1
	}
	for i := range s.d {
		row := s.u.Row(i)
		// All but element i, whose factor has no pole.
		if m := min(i, hi); m > lo {
			kernels.PoleProducts(s.pool, row[lo:m], s.d[lo:m], s.d[i], s.zh[lo:m])
		}
		if i >= lo && i < hi {
			s.zh[i] *= row[i]
		}
		if m := max(i+1, lo); m < hi {
			kernels.PoleProducts(s.pool, row[m:hi], s.d[m:hi], s.d[i], s.zh[m:hi])
		}
	}
	for j := lo; j < hi; j++ {
		s.zh[j] = math.Copysign(math.Sqrt(math.Abs(s.zh[j])), s.z[j])
	}
}

// mergeIndex merges two lists of indices in ascending order of value into dst; equal values keep the first list first.
func mergeIndex(dst, x, y []int, d []float64) {
	for i := range dst {
		if len(y) == 0 || len(x) > 0 && d[x[0]] <= d[y[0]] {
			dst[i], x = x[0], x[1:]
		} else {
			dst[i], y = y[0], y[1:]
		}
	}
}

// ascending makes index the indices of d in ascending order of value.
func ascending(index []int, d []float64) {
	for i := range index {
		index[i] = i
	}
	slices.SortFunc(index, func(i, j int) int { return compare(d[i], d[j], i, j) })
}

func compare(x, y float64, i, j int) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return i - j
}
