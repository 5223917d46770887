package linalg

import (
	"math"
	"slices"
	"unsafe"

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
	row   []float64
	// The cosine and sine of a rotation, in either type.
	turn64 [2]float64
	turn32 [2]float32
	task   secularTask
	leaves leaves

	product64 combination[float64]
	product32 combination[float32]
}

const (
	leftOnly int8 = iota
	bothHalves
	rightOnly
)

func newDivide(n int) *divide {
	return &divide{
		leaves: newLeaves(kernels.TridiagLeaf, kernels.TridiagLanes, kernels.TridiagLeaf),
		index:  make([]int, n), order: make([]int, n), live: make([]int, 0, n), dead: make([]int, 0, n),
		kind: make([]int8, n), place: make([]int, n), z: make([]float64, n), row: make([]float64, n),
		task: newSecularTask(n),
	}
}

// partLeast is the least order of a part.
const partLeast = 128

// A part is one of the halves, quarters … of a tridiagonal matrix, equal but for a row, a power of two of them and at least one for each worker, which are solved side by side, each with all merges inside of it. It works on
// the rows and the lists of the whole; for what does not go by rows it has memory of its own, or a share of that of the whole, which is free until then.
type part struct {
	tridiagonal
	lo, hi int
	ok     bool
}

// cut appends count parts of [lo, hi), a power of two, to t.parts: those that divide and conquer makes anyway.
func (t *tridiagonal) cut(lo, hi, count int) {
	if count > 1 {
		m := middle(lo, hi)
		t.cut(lo, m, count/2)
		t.cut(m, hi, count/2)
		return
	}
	c := *t.dc
	c.live, c.dead, c.place, c.row = c.live[lo:lo:hi], c.dead[lo:lo:hi], c.place[lo:hi], c.row[lo:hi]
	c.task = newSecularTask(hi - lo)
	c.leaves = c.leaves.another()
	t.parts = append(t.parts, part{tridiagonal{dc: &c}, lo, hi, false})
}

// partCount is the number of parts of a matrix of order n, at least one for each worker if they are large enough.
func partCount(n, workers int) int {
	count := 1
	for count < workers && n/(2*count) >= partLeast {
		count *= 2
	}
	return count
}

// Do solves part i of t, up to its last merge.
func (t *tridiagonal) Do(i int) {
	p := &t.parts[i]
	c, lo, hi := p.dc, p.lo, p.hi
	p.tridiagonal = *t
	p.dc, p.parts, p.alone = c, nil, true
	p.u, p.w = lend(t.u, i, len(t.parts), groups(hi-lo)), lend(t.w, i, len(t.parts), hi-lo)
	if t.z32.Data != nil {
		p.u32, p.w32 = lend(t.u32, i, len(t.parts), hi-lo), lend(t.w32, i, len(t.parts), hi-lo)
	}
	if t.first != nil {
		p.nextFirst, p.nextLast, p.packed = t.nextFirst[lo:hi], t.nextLast[lo:hi], t.packed[2*lo:2*hi]
	}
	p.ok = p.subtree(lo, hi)
}

// partsBytes is the memory of the parts of a matrix of order n.
func partsBytes(n, workers int) (bytes int64) {
	count := partCount(n, workers)
	if count == 1 {
		return 0
	}
	// The largest part has n/count rows, rounded up.
	m := (n + count - 1) / count
	return int64(count) * (int64(unsafe.Sizeof(part{})+unsafe.Sizeof(divide{})) + leafBytes + 64*int64(groups(m)) + int64(shares(m))*int64(unsafe.Sizeof(kernels.SecularBlock{})))
}

// lend returns a matrix of order n in the i-th of parts shares of m's memory.
func lend[T kernels.Float](m Matrix[T], i, parts, n int) Matrix[T] {
	const line = 16
	ld := padded[T](n)
	return Matrix[T]{Rows: n, Cols: n, Stride: ld, Data: m.Data[len(m.Data)/parts*i/line*line:][:n*ld]}
}

// leaves is a group of matrices of at most that order which are solved side by side, one in each lane, with so many columns that turn into parts of their eigenvectors.
type leaves struct {
	order, lanes, cols int
	n                  int // how many there are
	lo, hi             [kernels.SymLanes]int
	d, e, z            []float64
}

func newLeaves(order, lanes, cols int) leaves {
	list := func(n int) []float64 { return make([]float64, n) }
	return leaves{order: order, lanes: lanes, cols: cols, d: list(order * lanes), e: list(order * lanes), z: list(order * cols * lanes)}
}

// another returns the same with memory of its own.
func (g *leaves) another() leaves { return newLeaves(g.order, g.lanes, g.cols) }

// leafBytes is the memory of newLeaves for vectors.
const leafBytes = 8 * kernels.TridiagLanes * kernels.TridiagLeaf * (2 + kernels.TridiagLeaf)

// valuesLeaf is the order of leaves without vectors: such that lanes are filled. Then only the ends of their vectors are turned, in the shadow of the chain that finds
// the rotations, and a leaf costs less than the merges that it spares.
func valuesLeaf(n int) int {
	return min(max((n+kernels.SymLanes-1)/kernels.SymLanes, kernels.TridiagLeaf), kernels.TridiagValuesLeaf)
}

// conquer solves the tridiagonal matrix. Off-diagonals up to small are taken as zero by the leaves.
func (t *tridiagonal) conquer(small float64) bool {
	t.small = small
	if len(t.parts) == 0 {
		return t.subtree(0, t.n)
	}
	t.tearParts(0, t.n, len(t.parts))
	t.pool.Run(len(t.parts), t)
	for i := range t.parts {
		if !t.parts[i].ok {
			return false
		}
	}
	return t.joinParts(0, t.n, len(t.parts))
}

// subtree solves rows and columns [lo, hi).
func (t *tridiagonal) subtree(lo, hi int) bool {
	t.dc.leaves.n = 0
	return t.tear(lo, hi) && t.flush() && t.join(lo, hi)
}

// middle is where [lo, hi) is torn.
func middle(lo, hi int) int { return lo + (hi-lo)/2 }

// tearAt subtracts the rank-one matrix that ties m−1 to m.
func (t *tridiagonal) tearAt(m int) {
	rho := math.Abs(t.e[m-1])
	t.d[m-1] -= rho
	t.d[m] -= rho
}

// tearParts cuts [lo, hi) into so many parts.
func (t *tridiagonal) tearParts(lo, hi, parts int) {
	if parts > 1 {
		m := middle(lo, hi)
		t.tearAt(m)
		t.tearParts(lo, m, parts/2)
		t.tearParts(m, hi, parts/2)
	}
}

// joinParts puts the parts of [lo, hi) together.
func (t *tridiagonal) joinParts(lo, hi, parts int) bool {
	if parts == 1 {
		return true
	}
	m := middle(lo, hi)
	return t.joinParts(lo, m, parts/2) && t.joinParts(m, hi, parts/2) && t.merge(lo, m, hi, t.e[m-1])
}

// tear cuts rows and columns [lo, hi) into leaves, and solves full groups of them.
func (t *tridiagonal) tear(lo, hi int) bool {
	g := &t.dc.leaves
	if hi-lo <= g.order {
		g.lo[g.n], g.hi[g.n] = lo, hi
		g.n++
		return g.n < g.lanes || t.flush()
	}
	m := middle(lo, hi)
	t.tearAt(m)
	return t.tear(lo, m) && t.tear(m, hi)
}

// flush solves the leaves of the group. The rows of each are then in ascending order of value.
func (t *tridiagonal) flush() bool {
	g := &t.dc.leaves
	w, m := g.lanes, 0
	for l := range g.n {
		m = max(m, g.hi[l]-g.lo[l])
	}
	cols := min(g.cols, max(m, 2))
	clear(g.d)
	clear(g.e)
	z := g.z[:m*cols*w]
	clear(z)
	for l := range g.n {
		lo, n := g.lo[l], g.hi[l]-g.lo[l]
		for i := range n {
			g.d[i*w+l] = t.d[lo+i]
			if i < n-1 {
				g.e[i*w+l] = t.e[lo+i]
			}
			if !t.valuesOnly {
				z[(i*cols+i)*w+l] = 1
			}
		}
		if t.valuesOnly && n > 0 { // column 0 becomes the first components of the vectors, column 1 the last ones
			z[l], z[((n-1)*cols+1)*w+l] = 1, 1
		}
	}
	leaves := g.n
	g.n = 0
	if kernels.TridiagQR(t.pool, w, m, cols, g.d, g.e, z, t.small, qrSweepsPerValue*m) != 0 {
		return false
	}
	for l := range leaves {
		lo, n := g.lo[l], g.hi[l]-g.lo[l]
		index := t.dc.index[lo : lo+n]
		for i := range n {
			// Insertion keeps the order of equal values.
			j := i
			for ; j > 0 && g.d[index[j-1]*w+l] > g.d[i*w+l]; j-- {
				index[j] = index[j-1]
			}
			index[j] = i
		}
		for i, from := range index {
			t.d[lo+i] = g.d[from*w+l]
			row := z[from*cols*w+l:]
			if t.first != nil {
				end := n - 1
				if t.valuesOnly {
					end = 1
				}
				t.first[lo+i], t.last[lo+i] = row[0], row[end*w]
			}
			switch {
			case t.valuesOnly:
			case t.z32.Data != nil:
				to := t.z32.Row(lo + i)[lo : lo+n]
				for j, k := 0, 0; j < len(to); j, k = j+1, k+w {
					to[j] = float32(row[k])
				}
			default:
				to := t.z.Row(lo + i)[lo : lo+n]
				for j, k := 0, 0; j < len(to); j, k = j+1, k+w {
					to[j] = row[k]
				}
			}
			index[i] = lo + i
		}
	}
	return true
}

// join puts the parts of [lo, hi) together.
func (t *tridiagonal) join(lo, hi int) bool {
	if hi-lo <= t.dc.leaves.order {
		return true
	}
	m := middle(lo, hi)
	return t.join(lo, m) && t.join(m, hi) && t.merge(lo, m, hi, t.e[m-1])
}

// merge puts the solved parts [lo, m) and [m, hi) together.
func (t *tridiagonal) merge(lo, m, hi int, rho float64) bool {
	c := t.dc
	// T = diag(T₁, T₂) + |ρ|·v·vᵀ, v = (0 … 0 1 ±1 0 … 0): z = Qv, scaled to norm 1.
	sign := math.Copysign(math.Sqrt2/2, rho)
	for r := lo; r < m; r++ {
		x := &t.z.Data[r*t.z.Stride+m-1]
		if t.first != nil {
			x = &t.last[r]
		}
		c.z[r], c.kind[r] = float64(math.Sqrt2/2**x), leftOnly
	}
	for r := m; r < hi; r++ {
		x := &t.z.Data[r*t.z.Stride+m]
		if t.first != nil {
			x = &t.first[r]
		}
		c.z[r], c.kind[r] = float64(sign**x), rightOnly
	}
	if t.first != nil {
		clear(t.last[lo:m])
		clear(t.first[m:hi])
	}
	k, rho := t.prepare(lo, m, hi, rho)
	if k == 0 {
		return true
	}
	k1, k2 := t.group(k)
	root := hi-lo == t.n // the last merge: nobody needs its ends
	if t.first != nil && !root {
		firsts, lasts := t.packed[:k], t.packed[len(t.packed)/2:][:k]
		for i, r := range c.live {
			firsts[c.place[i]], lasts[c.place[i]] = t.first[r], t.last[r]
		}
		c.task.ends(firsts, lasts, t.nextFirst[:k], t.nextLast[:k])
	} else {
		c.task.ends(nil, nil, nil, nil)
	}
	c.task.u32, c.task.alone = t.u32, t.alone || t.pool.Workers() == 1
	switch {
	case t.valuesOnly && root:
		c.task.roots(t.pool, rho, k)
	case t.valuesOnly:
		c.task.solve(t.pool, rho, k, c.place[:k], t.u, nil)
	case t.z32.Data != nil:
		c.product32.begin(t, t.z32, t.w32, t.u32, lo, m, hi, k, k1, k2)
		c.task.solve(t.pool, rho, k, c.place[:k], t.u, &c.product32)
		c.product32.end()
	default:
		c.product64.begin(t, t.z, t.w, t.u, lo, m, hi, k, k1, k2)
		c.task.solve(t.pool, rho, k, c.place[:k], t.u, &c.product64)
		c.product64.end()
	}
	for i, r := range c.dead {
		c.row[i] = t.d[r]
		if t.first != nil {
			t.nextFirst[k+i], t.nextLast[k+i] = t.first[r], t.last[r]
		}
	}
	copy(t.d[lo:], c.task.values[:k])
	copy(t.d[lo+k:hi], c.row)
	if t.first != nil && !root {
		copy(t.first[lo:hi], t.nextFirst)
		copy(t.last[lo:hi], t.nextLast)
	}
	t.reorder(lo, hi, k)
	return true
}

// combination multiplies the k secular eigenvectors in u by the live rows of z, and writes the result and the deflated rows to z.
type combination[T kernels.Float] struct {
	t                  *tridiagonal
	z, u               Matrix[T] // z: what the merge touches
	left, right, still Matrix[T] // the rows that are multiplied, packed, and the deflated ones, out of the way
	lo, m, k1          int
}

// packRows is the number of live rows that a worker packs at a time.
const packRows = 64

// begin packs the rows into w.
func (b *combination[T]) begin(t *tridiagonal, z, w, u Matrix[T], lo, m, hi, k, k1, k2 int) {
	n, n1, dead := hi-lo, m-lo, t.dc.dead
	b.t, b.u, b.lo, b.m, b.k1 = t, u.Slice(0, 0, k, k), lo, m, k1
	b.z = Matrix[T]{Rows: n, Cols: n, Stride: z.Stride, Data: z.Data[lo*z.Stride+lo:]}
	b.left = MatrixOf(k1+k2, n1, w.Data)
	b.right = MatrixOf(k-k1, n-n1, w.Data[len(b.left.Data):])
	b.still = MatrixOf(len(dead), n, w.Data[len(b.left.Data)+len(b.right.Data):])
	t.pool.Run((k+packRows-1)/packRows, b)
	for i, r := range dead {
		copy(b.still.Row(i), b.z.Row(r-lo))
	}
}

// Do packs live rows.
func (b *combination[T]) Do(i int) {
	c := b.t.dc
	for i, end := i*packRows, min((i+1)*packRows, b.u.Rows); i < end; i++ {
		row := b.z.Row(c.live[i] - b.lo)
		if p := c.place[i]; p < b.left.Rows {
			copy(b.left.Row(p), row)
		}
		if p := c.place[i] - b.k1; p >= 0 {
			copy(b.right.Row(p), row[b.m-b.lo:])
		}
	}
}

// rows writes rows lo … hi−1 of the result.
func (b *combination[T]) rows(lo, hi int) {
	n1 := b.left.Cols
	MatMul(b.t.pool, b.z.Slice(lo, 0, hi-lo, n1), b.u.Slice(lo, 0, hi-lo, b.left.Rows), b.left)
	MatMul(b.t.pool, b.z.Slice(lo, n1, hi-lo, b.right.Cols), b.u.Slice(lo, b.k1, hi-lo, b.right.Rows), b.right)
}

// end writes the deflated rows.
func (b *combination[T]) end() {
	for i := range b.still.Rows {
		copy(b.z.Row(b.u.Rows+i), b.still.Row(i))
	}
}

// prepare deflates the merge of [lo, m) and [m, hi), whose z is in t.dc.z, and fills the secular problem with what is left: k rows,
// and its ρ. If all is deflated, k is 0.
func (t *tridiagonal) prepare(lo, m, hi int, rho float64) (k int, scaled float64) {
	c := t.dc
	var dmax, zmax float64
	for r := lo; r < hi; r++ {
		dmax, zmax = max(dmax, math.Abs(t.d[r])), max(zmax, math.Abs(c.z[r]))
	}
	rho = math.Abs(2 * rho)
	mergeIndex(c.order[lo:hi], c.index[lo:m], c.index[m:hi], t.d)
	tol := 4 * t.unit * max(dmax, zmax)
	if float64(rho*zmax) <= tol {
		copy(c.index[lo:hi], c.order[lo:hi])
		for r := lo; r < hi; r++ {
			t.widen(lo, m, hi, r)
		}
		return 0, rho
	}
	t.deflate(lo, m, hi, rho, tol)
	c.task.accuracy = t.accuracy
	for i, r := range c.live {
		c.task.d[i], c.task.zs[i] = t.d[r], c.z[r]
	}
	return len(c.live), rho
}

// reorder makes index the order of [lo, hi), whose first k values ascend, as do the rest.
func (t *tridiagonal) reorder(lo, hi, k int) {
	c := t.dc
	for i := lo; i < hi; i++ {
		c.order[i] = i
	}
	mergeIndex(c.index[lo:hi], c.order[lo:lo+k], c.order[lo+k:hi], t.d)
}

// widen clears the half of row r in which there is nothing yet, since products read and write it only for rows that are live.
func (t *tridiagonal) widen(lo, m, hi, r int) {
	from, to := lo, m
	switch t.dc.kind[r] {
	case bothHalves:
		return
	case leftOnly:
		from, to = m, hi
	}
	switch {
	case t.valuesOnly:
	case t.z32.Data != nil:
		clear(t.z32.Row(r)[from:to])
	default:
		clear(t.z.Row(r)[from:to])
	}
}

// deflate sorts the rows lo … hi−1 into live and dead ones, both in ascending order of value.
func (t *tridiagonal) deflate(lo, m, hi int, rho, tol float64) {
	c := t.dc
	c.live, c.dead = c.live[:0], c.dead[:0]
	prev := -1
	for _, r := range c.order[lo:hi] {
		switch {
		case float64(rho*math.Abs(c.z[r])) <= tol:
			t.widen(lo, m, hi, r)
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
			t.widen(lo, m, hi, prev)
			t.widen(lo, m, hi, r)
			c.z[r], c.z[prev] = tau, 0
			if c.kind[r] != c.kind[prev] {
				c.kind[r] = bothHalves
			}
			if t.first != nil {
				rotatePair(&t.first[prev], &t.first[r], cs, s)
				rotatePair(&t.last[prev], &t.last[r], cs, s)
			}
			switch {
			case t.valuesOnly:
			case t.z32.Data != nil:
				rotateRows(t.pool, &c.turn32, t.z32.Slice(0, lo, t.n, hi-lo), prev, r, cs, s)
			default:
				rotateRows(t.pool, &c.turn64, t.z.Slice(0, lo, t.n, hi-lo), prev, r, cs, s)
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

// rotatePair sets x = c·x + s·y and y = c·y − s·x.
func rotatePair(x, y *float64, c, s float64) {
	*x, *y = math.FMA(c, *x, float64(s**y)), math.FMA(c, *y, -float64(s**x))
}

// rotateRows does that with rows i and j of z. turn is scratch.
func rotateRows[T kernels.Float](p *kernels.Pool, turn *[2]T, z Matrix[T], i, j int, c, s float64) {
	if i > j {
		i, j, s = j, i, -s
	}
	turn[0], turn[1] = T(c), T(s)
	kernels.Rotate(p, 2, z.Cols, 1, turn[:1], turn[1:], 1, z.Data[i*z.Stride:], (j-i)*z.Stride)
}

// group fills place: live row i becomes row place[i] of the products, left-only rows first, right-only
// ones last. It returns the number of left-only and of mixed rows.
func (t *tridiagonal) group(k int) (k1, k2 int) {
	c := t.dc
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

func compare(x, y float64, i, j int) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return i - j
}
