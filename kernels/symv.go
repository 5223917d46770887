package kernels

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Symv computes y = alpha·A·x + beta·y for a symmetric n×n matrix A of which only the triangle named by uplo is read.
//
// x and y have at least n elements; y must overlap neither x nor A. y is not read if beta is 0. If alpha is 0,
// neither A nor x is read and y = beta·y.
//
// Numeric order. The rows are cut into P(n) panels of equal area (symvCuts: 1 below n = 256, 2 to 767, 8 to 4095, 16 above).
// A panel starts with v = +0 and takes its rows i in ascending order:
//
//	s   = Σ a_ij·x_j over the stored part of row i, diagonal included, in lane order, where the lane and the
//	      segment of an element are those of its column index j (not of its place in the row)
//	v_i = v_i + s
//	v_j = fma(a_ij, x_i, v_j) for every stored j ≠ i
//
// The panels' vectors are added in ascending order, each over the indices that it reaches (Lower: j below its last row;
// Upper: j from its first row on); the first is taken as it is, +0 where it does not reach. With t the sum,
// y = alpha·t if beta is 0, else fma(alpha, t, beta·y) with beta·y rounded.
func Symv[T Float](p *Pool, uplo Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	if uplo != Upper && uplo != Lower {
		panic(badUplo)
	}
	if n < 0 {
		panic(negDim)
	}
	if lda < max(1, n) {
		panic(badLdA)
	}
	if n == 0 {
		return
	}
	switch {
	case short(len(a), n, n, lda):
		panic(shortA)
	case len(x) < n:
		panic(shortX)
	case len(y) < n:
		panic(shortY)
	}
	if overlaps(y, n, x, n) || overlaps(y, n, a, span(n, n, lda)) {
		panic(overlap)
	}
	x, y = x[:n], y[:n]
	if alpha == 0 {
		scaleBeta(beta, y)
		return
	}
	raceReadTri(uplo, n, a, lda)
	raceRead(x)
	raceWrite(y)
	switch {
	case n <= symvNear/2:
		symvOnStack(p.ISA(), uplo, n, alpha, a, lda, x, beta, y)
		return
	case n <= symvNear:
		symvOnStack2(p.ISA(), uplo, n, alpha, a, lda, x, beta, y)
		return
	}
	list := symvTasks[T]()
	t := list.take()
	if t == nil {
		t = new(symvTask[T])
	}
	t.isa, t.uplo, t.n, t.a, t.lda, t.x = p.ISA(), uplo, n, a, lda, x
	t.panels = symvCuts(uplo, n, &t.cuts)
	t.stride = (n + symvPad - 1) &^ (symvPad - 1)
	t.sum, t.v = grow(t.sum, t.stride), grow(t.v, (t.panels-1)*t.stride)
	t.lanes = t.lanes[:0]
	if symvStripped[T](t.isa, n) {
		t.lanes = grow(t.lanes, t.panels*symvBlockLanes[T]())
	}
	t.back = !t.back
	if n*n < symvParallel/int(unsafe.Sizeof(alpha)) {
		p = nil
	}
	p.run(t.panels, p.Workers(), t.back, t)
	for k := 1; k < t.panels; k++ {
		t.add(k, t.v[(k-1)*t.stride:k*t.stride])
	}
	for i := 0; i < n; i += vecPiece {
		e := min(i+vecPiece, n)
		updateVec(t.isa, alpha, t.sum[i:e], beta, y[i:e])
	}
	t.a, t.x = nil, nil
	list.give(t)
}

// symvNear is the largest order whose one panel has its vector on the stack: a workspace to take, cut and give back takes as long as a product of order 32. Half of that order has
// a vector of its own, since Go clears all of one.
const symvNear = 128

// symvOnStack is Symv up to order symvNear/2, symvOnStack2 up to symvNear.
func symvOnStack[T Float](isa ISA, uplo Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	var room [symvNear/2 + 64/4]T
	symvOnePanel(isa, uplo, n, alpha, a, lda, x, beta, y, room[:])
}

func symvOnStack2[T Float](isa ISA, uplo Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
	var room [symvNear + 64/4]T
	symvOnePanel(isa, uplo, n, alpha, a, lda, x, beta, y, room[:])
}

// symvOnePanel is Symv of one panel, with zeros as its workspace.
func symvOnePanel[T Float](isa ISA, uplo Uplo, n int, alpha T, a []T, lda int, x []T, beta T, y, room []T) {
	v := room[-uintptr(unsafe.Pointer(unsafe.SliceData(room)))&63/unsafe.Sizeof(alpha):][:(n+symvPad-1)&^(symvPad-1)] // from the start of a cache line on
	if !symvShort(isa, uplo, n, a, lda, x, v) {
		symvPanel(isa, uplo, 0, n, n, a, lda, x, v)
	}
	updateVec(isa, alpha, v[:n], beta, y)
}

// symvParallel is the size of A in bytes, both triangles, from which workers are called: with AVX-512 that from which they share a rank-2k update of A
// with k = 16, of which each then finds its rows in its own cache, where their number divides that of the panels. symvPad is what the length of the workspace is a multiple of: kernels write
// whole vectors of 64 bytes.
const (
	symvParallel = 512 << 10
	symvPad      = 16
)

// symvTask is a Symv cut into panels, with its workspace: the vector of the first panel, which becomes the sum, and the
// vectors of the others, stride elements apart.
type symvTask[T Float] struct {
	isa    ISA
	uplo   Uplo
	n, lda int
	a, x   []T
	panels int
	cuts   [symvLargePanels + 1]int
	stride int
	sum, v []T
	lanes  []T  // of a block of rows, for each panel; empty where columns are not taken in strips
	back   bool // the last call took the panels from the end
}

// Do computes panel i in a vector of its own. Calls take the panels back and forth in turn: in a reduction each but the first begins with what the
// one before has left in the cache (where several run at once they may swap tasks, and some then begin at the other end).
func (t *symvTask[T]) Do(i int) { t.panel(i, t.v[max(i-1, 0)*t.stride:]) }

// reach is the range of indices that panel k touches.
func (t *symvTask[T]) reach(k int) (lo, hi int) {
	if t.uplo == Upper {
		return t.cuts[k], t.n
	}
	return 0, t.cuts[k+1]
}

// panel computes the vector of panel k, in v or, the first, in t.sum.
func (t *symvTask[T]) panel(k int, v []T) {
	if k == 0 {
		v = t.sum
		if symvShort(t.isa, t.uplo, t.n, t.a, t.lda, t.x, v) {
			return
		}
		clear(v)
	} else {
		lo, hi := t.reach(k)
		clear(v[lo:hi])
	}
	i, end := t.cuts[k], t.cuts[k+1]
	if len(t.lanes) > 0 {
		size := symvBlockLanes[T]()
		i = symvBlocks(t.uplo, i, end, t.n, t.a, t.lda, t.x, v, t.lanes[k*size:(k+1)*size])
	}
	symvPanel(t.isa, t.uplo, i, end, t.n, t.a, t.lda, t.x, v)
}

// add adds the vector of panel k to the sum.
func (t *symvTask[T]) add(k int, v []T) {
	if k == 0 {
		return
	}
	lo, hi := t.reach(k)
	for ; lo < hi; lo += vecPiece {
		e := min(lo+vecPiece, hi)
		axpyPiece(t.isa, 1, v[lo:e], t.sum[lo:e]) // 1·v is exact
	}
}

var (
	symvTasks32 freeList[symvTask[float32]]
	symvTasks64 freeList[symvTask[float64]]
)

func symvTasks[T Float]() *freeList[symvTask[T]] {
	if is32[T]() {
		return (*freeList[symvTask[T]])(unsafe.Pointer(&symvTasks32))
	}
	return (*freeList[symvTask[T]])(unsafe.Pointer(&symvTasks64))
}

// symvPanels is P(n).
func symvPanels(n int) int {
	switch {
	case n < symvSmall:
		return 1
	case n < symvMid:
		return symvSmallPanels
	case n < symvLarge:
		return symvMidPanels
	}
	return symvLargePanels
}

// symvCuts writes the P+1 ascending row indices that cut a triangle into panels and returns P. For Lower, cut k is the
// smallest r with r(r+1)·P ≥ k·n(n+1), rows 0 … r−1 being the ones before it, rounded down to a multiple of symvCutUnit. Upper is its mirror
// image: n − cut(P−k) before the rounding, then rounded down.
func symvCuts(uplo Uplo, n int, cuts *[symvLargePanels + 1]int) int {
	panels := symvPanels(n)
	area := uint64(n) * uint64(n+1)
	cuts[0], cuts[panels] = 0, n
	for k := 1; k < panels; k++ {
		part := k
		if uplo == Upper {
			part = panels - k
		}
		lo, hi := 0, n
		for lo < hi {
			r := (lo + hi) / 2
			if uint64(r)*uint64(r+1)*uint64(panels) >= uint64(part)*area {
				hi = r
			} else {
				lo = r + 1
			}
		}
		if uplo == Upper {
			lo = n - lo
		}
		cuts[k] = lo &^ (symvCutUnit - 1)
	}
	return panels
}

// symvGroup is the number of rows that a kernel takes at a time; the first must be a multiple of it.
const symvGroup = 4

// symvPanel adds rows r0 … r1−1 to v.
func symvPanel[T Float](isa ISA, uplo Uplo, r0, r1, n int, a []T, lda int, x, v []T) {
	i := r0
	if symvGroups(isa) && n <= Segment && r0%symvGroup == 0 {
		for i+symvGroup <= r1 {
			long := n - i
			if uplo == Lower {
				long = r1
			}
			g := min((r1-i)/symvGroup, gemvRows[T](long, symvGroup)/symvGroup)
			symvPiece4(isa, uplo, i, g, n, a[i*lda:], lda, x, v)
			i += g * symvGroup
		}
	}
	for ; i < r1; i++ {
		symvRow(isa, uplo, i, n, a[i*lda:], x, v)
	}
}

// symvBlockLanes is the number of lanes of a block: of as many rows as there are lanes.
func symvBlockLanes[T Float]() int { return lanes[T]() * lanes[T]() }

// symvBlocks adds rows r0 … r1−1 to v in blocks, as many whole groups as there are, and returns the first row that is left.
func symvBlocks[T Float](uplo Uplo, r0, r1, n int, a []T, lda int, x, v, room []T) int {
	l := lanes[T]()
	for r0+symvGroup <= r1 {
		groups := (min(r0-r0%l+l, r1) - r0) / symvGroup
		symvBlock(uplo, r0, groups, n, a[r0*lda:], lda, x, v, room)
		r0 += groups * symvGroup
	}
	return r0
}

// symvRow adds row i to v.
func symvRow[T Float](isa ISA, uplo Uplo, i, n int, row, x, v []T) {
	lo, hi := 0, i+1
	if uplo == Upper {
		lo, hi = i, n
	}
	if hi <= Segment {
		// The kernels treat the diagonal as any element of v; what it did to v_i is replaced.
		vi := v[i]
		v[i] = vi + symvRowPiece(isa, lo, row[:hi], x[:hi], v[:hi], x[i])
		return
	}
	v[i] += symvDot(lo, hi, row, x)
	axpyRow(isa, x[i], row[lo:i], v[lo:i])
	axpyRow(isa, x[i], row[i+1:hi], v[i+1:hi])
}

// symvRowPortable returns the sum of row_j·x_j from column lo on, in the lanes of the columns, and adds xi times the row to v.
func symvRowPortable[T Float](lo int, row, x, v []T, xi T) T {
	s := symvDot(lo, len(row), row, x)
	axpyPortable(xi, row[lo:], v[lo:])
	return s
}

// symvDot is Σ row_j·x_j over lo ≤ j < hi, lo < hi, with lanes and segments counted from column 0.
func symvDot[T Float](lo, hi int, row, x []T) T {
	var total T
	l := lanes[T]()
	for j := lo; j < hi; {
		var acc [Lanes32]T
		end := min(hi, (j/Segment+1)*Segment)
		first := j == lo
		for ; j < end; j++ {
			k := j & (l - 1)
			acc[k] = elem.FMA(row[j], x[j], acc[k])
		}
		s := fold(acc[:l])
		if first {
			total = s
		} else {
			total += s
		}
	}
	return total
}

// grow returns a slice of length n, s itself if its capacity allows. The contents are not kept.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
