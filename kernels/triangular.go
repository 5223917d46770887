package kernels

import "unsafe"

// A triangle is one call of Trmm or Trsm. op(A) is halved recursively; the blocks off the
// diagonal are products on the serial path of Gemm. Rows (side = Right) or columns (Left) of B are
// independent, so a Pool gets ranges of them and no rounding depends on the cut.
//
// side = Right works on transposed blocks of rows in an arena, B·op(A) = (op(A)ᵀ·Bᵀ)ᵀ: each sum has the same
// terms in the same order, and vectors run along B's rows instead of across a few columns.
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
	if t.left {
		part.other, part.b = hi-lo, t.b[lo:]
		part.compute()
		return
	}
	ar := takeArena()
	part.b = scratch[T](ar)
	line := 64 / int(unsafe.Sizeof(t.alpha)) // between rows, which would collide in the caches if they were a power of two apart
	for step := max(1, len(part.b)/t.order-line); lo < hi; lo += step {
		w := min(step, hi-lo)
		ld := min(w+line, len(part.b)/t.order)
		part.other, part.ldb = w, ld
		rows := t.b[lo*t.ldb:]
		Omatcopy(nil, Trans, t.order, w, 1, rows, t.ldb, part.b, ld)
		part.compute()
		Omatcopy(nil, Trans, w, t.order, 1, part.b, ld, rows, t.ldb)
	}
	giveArena(ar)
}

// compute applies or solves for the t.order×t.other block t.b.
func (t *triangle[T]) compute() {
	if t.alpha != 1 {
		scaleBlock(t.order, t.other, t.alpha, t.b, t.ldb)
	}
	t.halves(0, t.order)
}

// forward reports whether lower indices go first: to solve, those that others depend on; to multiply, which is in place, those that nobody
// else needs.
func (t *triangle[T]) forward() bool { return t.first == t.solve }

// halves applies or solves with the diagonal block of op(A) of n indices from i on.
func (t *triangle[T]) halves(i, n int) {
	if n <= triangleBlock {
		t.block(i, n)
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
			t.leaf(i+s, w)
		}
		if t.first {
			t.add(i+s, w, i, s)
		} else {
			t.add(i+s, w, i+s+w, n-s-w)
		}
		if t.solve {
			t.leaf(i+s, w)
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

// add adds to rows dst of B the product of the block of op(A) between them and rows src, to solve subtracts it.
func (t *triangle[T]) add(dst, nd, src, ns int) {
	if ns == 0 {
		return
	}
	alpha := T(1)
	if t.solve {
		alpha = -1
	}
	multiplyBlock(t.isa, region{}, nd, t.other, ns, alpha, t.a[dst*t.ra+src*t.ca:], t.ra, t.ca,
		t.b[src*t.ldb:], t.ldb, 1, 1, t.b[dst*t.ldb:], t.ldb)
}

// leaf packs the diagonal block of op(A) of n indices from i on, later indices depending on earlier ones, as triangleLeafRows wants it, ones on the
// diagonal where it is not read.
func (t *triangle[T]) leaf(i, n int) {
	var tri [triangleLeaf * triangleLeaf]T
	at, step := i, 1
	if !t.first {
		at, step = i+n-1, -1
	}
	ra, ca := step*t.ra, step*t.ca
	for r := range n {
		from := at*(t.ra+t.ca) + r*ra
		row := tri[r*triangleLeaf:][:r+1]
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
	applyLeaf(t.isa, t.solve, n, &tri, t.b, at*t.ldb, step*t.ldb, t.other)
}
