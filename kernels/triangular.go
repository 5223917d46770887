package kernels

import "unsafe"

// A triangle is one call of Trmm or Trsm. op(A) is halved recursively; the blocks off the
// diagonal are products on the serial path of Gemm. Rows (side = Right) or columns (Left) of B are
// independent, so a Pool gets ranges of them and no rounding depends on the cut.
//
// side = Right is B·op(A) = (op(A)ᵀ·Bᵀ)ᵀ: each sum has the same terms in the same order. Products between the blocks on the diagonal take B as it is. In
// those vectors would run across the few columns of a leaf: float32 takes them with transposed strips of B's columns in an arena, as does float64
// where no kernel transposes a leaf in registers; a leaf of float32 is half as wide as the tile of products, which cost more than the copies.
type triangle[T Float] struct {
	isa    ISA
	solve  bool
	left   bool
	first  bool // op(A) (transposed for side = Right) is lower: later indices depend on earlier ones
	unit   bool
	alpha  T
	order  int
	a, b   []T
	ra, ca int // op(A)(i, j), transposed for side = Right, is a[i*ra+j*ca]
	ldb    int
	other  int // the dimension of B that op(A) does not touch
	pieces int
	leaves []T // for side = Right: the packed leaves of a block
	strip  []T // and memory for a transposed strip
}

var (
	triangles32 freeList[triangle[float32]]
	triangles64 freeList[triangle[float64]]
)

func triangles[T Float]() *freeList[triangle[T]] {
	if is32[T]() {
		return (*freeList[triangle[T]])(unsafe.Pointer(&triangles32))
	}
	return (*freeList[triangle[T]])(unsafe.Pointer(&triangles64))
}

// runTriangle checks the arguments of Trmm and Trsm and does the work.
func runTriangle[T Float](p *Pool, solve bool, side Side, uplo Uplo, tr Transpose, diag Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) {
	if tr != NoTrans && tr != Trans {
		panic(badTranspose)
	}
	if diag != Unit && diag != NonUnit {
		panic(badDiag)
	}
	order, other := m, n
	if side == Right {
		order, other = n, m
	}
	checkSide(side, uplo, m, n, order, lda, ldb)
	if m == 0 || n == 0 {
		return
	}
	if short(len(a), order, order, lda) {
		panic(shortA)
	}
	if short(len(b), m, n, ldb) {
		panic(shortB)
	}
	if overlaps2(b, m, n, ldb, a, order, order, lda) {
		panic(overlap)
	}
	if alpha == 0 {
		scaleBlock(m, n, 0, b, ldb)
		return
	}
	switch {
	case diag == NonUnit:
		raceReadTri(uplo, order, a, lda)
	case order > 1 && uplo == Lower:
		raceReadTri(uplo, order-1, a[lda:], lda)
	case order > 1:
		raceReadTri(uplo, order-1, a[1:], lda)
	}
	raceWriteMat(m, n, b, ldb)
	t := triangles[T]().take()
	if t == nil {
		t = new(triangle[T])
	}
	lower := (uplo == Lower) == (tr == NoTrans)
	*t = triangle[T]{isa: p.ISA(), solve: solve, left: side == Left, first: lower == (side == Left), unit: diag == Unit,
		alpha: alpha, order: order, a: a, b: b, ra: lda, ca: 1, ldb: ldb, other: other, pieces: 1}
	if (tr == Trans) != (side == Right) {
		t.ra, t.ca = 1, lda
	}
	if p.Workers() > 1 && worthwhile[T](t.isa, order, order, other) {
		t.pieces = p.Workers()
	}
	p.Run(t.pieces, t)
	*t = triangle[T]{}
	triangles[T]().give(t)
}

// Do computes one range of the independent rows or columns of B.
func (t *triangle[T]) Do(i int) {
	mr, nr := tileSize[T](t.isa)
	unit := mr
	if t.left {
		unit = nr
	}
	lo, hi := cut(t.other, t.pieces, unit, i)
	if lo >= hi {
		return
	}
	part := *t
	part.other = hi - lo
	if t.left {
		part.b = t.b[lo:]
		part.compute(t.order, hi-lo)
		return
	}
	ar := takeArena()
	mem := scratch[T](ar)
	part.b, part.leaves, part.strip = t.b[lo*t.ldb:], mem[:triangleBlock*triangleLeaf], mem[triangleBlock*triangleLeaf:]
	part.compute(hi-lo, t.order)
	giveArena(ar)
}

// compute applies or solves for the m×n block t.b.
func (t *triangle[T]) compute(m, n int) {
	if t.alpha != 1 {
		scaleBlock(m, n, t.alpha, t.b, t.ldb)
	}
	t.halves(0, t.order)
}

// forward reports whether lower indices go first: to solve, those that others depend on; to multiply, which is in place, those that nobody
// else needs.
func (t *triangle[T]) forward() bool { return t.first == t.solve }

// halves applies or solves with the diagonal block of op(A) of n indices from i on. Where panels or columns take it, they do the same to each element in the same order.
func (t *triangle[T]) halves(i, n int) {
	if t.panels(i, n) {
		return
	}
	if copiesColumns && t.left && n > columnLeast && n <= columnOrder && t.ldb*int(unsafe.Sizeof(t.alpha))%4096 == 0 {
		t.columns(i, n)
		return
	}
	if n <= triangleBlock {
		if t.left {
			t.block(i, n)
		} else {
			t.strips(i, n)
		}
		return
	}
	h := (n/2 + triangleLeaf - 1) / triangleLeaf * triangleLeaf
	if t.forward() {
		t.halves(i, h)
		t.between(i, h, n-h)
		t.halves(i+h, n-h)
	} else {
		t.halves(i+h, n-h)
		t.between(i, h, n-h)
		t.halves(i, h)
	}
}

// stripBytes is what a transposed strip takes of the second-level cache, stripRows how many rows of B go through a block together where they are not
// transposed.
const stripBytes, stripRows = 128 << 10, 192

// copiesColumns: on Zen 5 order 128 of 1024 columns takes 117 µs in place, 70 where rows do not collide. (Server Intel has not been asked: strips without copies gained nothing there.)
var copiesColumns = zen5

// columnLeast and columnOrder bound what columns takes, columnBytes the elements of the strip it copies, which with a line between rows is up to 272 KiB and which the second-level cache has to hold
// beside the triangle.
const columnLeast, columnOrder, columnBytes = 64, 256, 256 << 10

// columns takes the n indices from i on for side = Left where rows of B lie pages apart: 12 lines of a column of it fill a set of the first-level cache, so that each leaf meets B in the
// second again. Strips of columns are copied to where rows do not collide.
func (t *triangle[T]) columns(i, n int) {
	u := *t
	line := 64 / int(unsafe.Sizeof(t.alpha))
	w := columnBytes / columnOrder / int(unsafe.Sizeof(t.alpha))
	ar := takeArena()
	u.a, u.b, u.ldb = t.a[i*(t.ra+t.ca):], scratch[T](ar), w+line
	for j := 0; j < t.other; j += w {
		u.other = min(w, t.other-j)
		b := t.b[i*t.ldb+j:]
		Omatcopy(nil, NoTrans, n, u.other, 1, b, t.ldb, u.b, u.ldb)
		u.halves(0, n)
		Omatcopy(nil, NoTrans, n, u.other, 1, u.b, u.ldb, b, t.ldb)
	}
	giveArena(ar)
}

// strips takes the block of n indices from i on for side = Right.
func (t *triangle[T]) strips(i, n int) {
	u := *t
	if rightLeaves[T](t.isa) {
		clear(t.leaves)
		for s := 0; s < n; s += triangleLeaf {
			t.pack(t.packed(s), i+s, min(triangleLeaf, n-s))
		}
		for r := 0; r < t.other; r += stripRows {
			u.other, u.b = min(stripRows, t.other-r), t.b[r*t.ldb:]
			u.block(i, n)
		}
		return
	}
	line := 64 / int(unsafe.Sizeof(t.alpha)) // between rows, which would collide in the caches if they were a power of two apart
	w := min(t.other, stripBytes/int(unsafe.Sizeof(t.alpha))/triangleBlock)
	u.left, u.a, u.b, u.ldb = true, t.a[i*(t.ra+t.ca):], t.strip, w+line
	for r := 0; r < t.other; r += w {
		u.other = min(w, t.other-r)
		b := t.b[r*t.ldb+i:]
		Omatcopy(nil, Trans, n, u.other, 1, b, t.ldb, u.b, u.ldb)
		u.block(0, n)
		Omatcopy(nil, Trans, u.other, n, 1, u.b, u.ldb, b, t.ldb)
	}
}

// packed returns the packed leaf at index s of a block.
func (t *triangle[T]) packed(s int) *[triangleLeaf * triangleLeaf]T {
	return (*[triangleLeaf * triangleLeaf]T)(t.leaves[s*triangleLeaf:])
}

// block takes leaf after leaf. What is left to add to a leaf comes from the indices of the block that its rows depend on, all of them at once: before the leaf is
// solved for, after it is multiplied.
func (t *triangle[T]) block(i, n int) {
	leaves := (n + triangleLeaf - 1) / triangleLeaf
	for l := range leaves {
		s := l * triangleLeaf
		if !t.forward() {
			s = (leaves - 1 - l) * triangleLeaf
		}
		w := min(triangleLeaf, n-s)
		if !t.solve {
			t.leaf(i, s, w)
		}
		if t.first {
			t.add(i+s, w, i, s)
		} else {
			t.add(i+s, w, i+s+w, n-s-w)
		}
		if t.solve {
			t.leaf(i, s, w)
		}
	}
}

// between adds to one half, of h indices from i on and n after them, what comes from the other.
func (t *triangle[T]) between(i, h, n int) {
	if t.first {
		t.add(i+h, n, i, h)
	} else {
		t.add(i, h, i+h, n)
	}
}

// add adds to rows (side = Right: columns) dst of B the product of the block of op(A) between them and those at src, to solve subtracts it.
func (t *triangle[T]) add(dst, nd, src, ns int) {
	if ns == 0 {
		return
	}
	alpha := T(1)
	if t.solve {
		alpha = -1
	}
	a := t.a[dst*t.ra+src*t.ca:]
	if t.left {
		multiplyAny(t.isa, nd, t.other, ns, alpha, a, t.ra, t.ca, t.b[src*t.ldb:], t.ldb, 1, 1, t.b[dst*t.ldb:], t.ldb)
	} else {
		multiplyAny(t.isa, t.other, nd, ns, alpha, t.b[src:], t.ldb, 1, a, t.ca, t.ra, 1, t.b[dst:], t.ldb)
	}
}

// multiplyAny is a product of any size on one core.
func multiplyAny[T Float](isa ISA, m, n, k int, alpha T, a []T, ra, ca int, b []T, rb, cb int, beta T, c []T, ldc int) {
	if !multiplyTiles(isa, m, n, k, alpha, a, ra, ca, 0, b, rb, cb, 0, beta, c, ldc, 0, 1) {
		multiplyBlock(isa, region{}, false, m, n, k, alpha, a, ra, ca, b, rb, cb, beta, c, ldc)
	}
}

// leaf takes the n indices from i+s on of the block at i.
func (t *triangle[T]) leaf(i, s, n int) {
	at, step := i+s, 1
	if !t.first {
		at, step = i+s+n-1, -1
	}
	if t.left {
		var tri [triangleLeaf * triangleLeaf]T
		t.pack(&tri, i+s, n)
		applyLeaf(t.isa, t.solve, n, &tri, t.b, at*t.ldb, step*t.ldb, t.other)
		return
	}
	applyRight(t.solve, !t.first, n, t.packed(s), t.b[i+s:], t.ldb, t.other)
}

// pack packs the diagonal block of op(A) of n indices from i on, later indices depending on earlier ones, as triangleLeafPortable wants it, ones on the
// diagonal where it is not read. tri must hold zeros.
func (t *triangle[T]) pack(tri *[triangleLeaf * triangleLeaf]T, i, n int) {
	at, step, skip := i, 1, 0
	if !t.first {
		at, step = i+n-1, -1
		if !t.left {
			skip = triangleLeaf - n // applyRight has columns in its registers in their order
		}
	}
	ra, ca := step*t.ra, step*t.ca
	for r := range n {
		from := at*(t.ra+t.ca) + r*ra
		row := tri[(skip+r)*triangleLeaf+skip:][:r+1]
		for c := range r {
			row[c] = t.a[from+c*ca]
			if !t.solve {
				row[c] = -row[c]
			}
		}
		row[r] = 1
		if !t.unit {
			row[r] = t.a[from+r*ca]
			if t.solve {
				row[r] = 1 / row[r]
			}
		}
	}
}
