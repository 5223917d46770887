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
	for step := max(1, len(part.b)/t.order); lo < hi; lo += step {
		w := min(step, hi-lo)
		part.other, part.ldb = w, w
		rows := t.b[lo*t.ldb:]
		Omatcopy(nil, Trans, t.order, w, 1, rows, t.ldb, part.b, w)
		part.compute()
		Omatcopy(nil, Trans, w, t.order, 1, part.b, w, rows, t.ldb)
	}
	giveArena(ar)
}

// compute applies or solves for the t.order×t.other block t.b.
func (t *triangle[T]) compute() {
	if !t.solve {
		t.multiplyRange(0, t.order)
		return
	}
	if t.alpha != 1 {
		scaleBlock(t.order, t.other, t.alpha, t.b, t.ldb)
	}
	t.solveRange(0, t.order)
}

// half returns where multiplyRange cuts a range of that length.
func half(n int) int { return (n/2 + triangleLeaf - 1) / triangleLeaf * triangleLeaf }

// apply adds to (or, beta = 0, replaces) rows dst of B: alpha times the block of op(A) between them and rows
// src. dst may be the last or first row of src if it is a single one: each tile of the product is
// complete before it is stored, and tiles are independent along the columns.
func (t *triangle[T]) apply(alpha, beta T, dst, nd, src, ns int) {
	multiplyBlock(t.isa, region{}, nd, t.other, ns, alpha, t.a[dst*t.ra+src*t.ca:], t.ra, t.ca,
		t.b[src*t.ldb:], t.ldb, 1, beta, t.b[dst*t.ldb:], t.ldb)
}

// multiplyRange applies the diagonal block of op(A) of n indices from i on.
func (t *triangle[T]) multiplyRange(i, n int) {
	if n <= triangleLeaf {
		// In place: with first, the last index depends on all before it and is written first.
		for s := 0; s < n; s++ {
			at, from, count := i+s, i+s, n-s
			if t.first {
				at = i + n - 1 - s
				from, count = i, n-s
			}
			t.multiplyOne(at, from, count)
		}
		return
	}
	h := half(n)
	if t.first {
		t.multiplyRange(i+h, n-h)
		t.apply(t.alpha, 1, i+h, n-h, i, h)
		t.multiplyRange(i, h)
	} else {
		t.multiplyRange(i, h)
		t.apply(t.alpha, 1, i, h, i+h, n-h)
		t.multiplyRange(i+h, n-h)
	}
}

// multiplyOne computes index at of B from the count indices starting at from, at among them.
func (t *triangle[T]) multiplyOne(at, from, count int) {
	if !t.unit {
		t.apply(t.alpha, 0, at, 1, from, count)
		return
	}
	// The diagonal is 1 and not read: b ← alpha·b, then the rest is added.
	if t.alpha != 1 {
		t.scaleOne(at)
	}
	if from == at {
		from++
	}
	if count > 1 {
		t.apply(t.alpha, 1, at, 1, from, count-1)
	}
}

func (t *triangle[T]) scaleOne(at int) {
	scaleBlock(1, t.other, t.alpha, t.b[at*t.ldb:], t.ldb)
}

// solveRange solves with the diagonal block of op(A) of n indices from i on.
func (t *triangle[T]) solveRange(i, n int) {
	if n <= solveBlock {
		t.solveBlock(i, n)
		return
	}
	h := (n/2 + solveLeafSize - 1) / solveLeafSize * solveLeafSize
	if t.first {
		t.solveRange(i, h)
		t.apply(-1, 1, i+h, n-h, i, h)
		t.solveRange(i+h, n-h)
	} else {
		t.solveRange(i+h, n-h)
		t.apply(-1, 1, i, h, i+h, n-h)
		t.solveRange(i, h)
	}
}

// solveBlock takes off each leaf all that was solved before it, and solves with it.
func (t *triangle[T]) solveBlock(i, n int) {
	if t.first {
		for s := 0; s < n; s += solveLeafSize {
			w := min(solveLeafSize, n-s)
			if s > 0 {
				t.apply(-1, 1, i+s, w, i, s)
			}
			t.solveLeaf(i+s, w)
		}
		return
	}
	for s := (n - 1) / solveLeafSize * solveLeafSize; s >= 0; s -= solveLeafSize {
		w := min(solveLeafSize, n-s)
		if e := s + w; e < n {
			t.apply(-1, 1, i+s, w, i+e, n-e)
		}
		t.solveLeaf(i+s, w)
	}
}

// solveLeaf packs the diagonal block of op(A) of n indices from i on, in the order in which they are solved for, with reciprocals
// on the diagonal (ones where it is not read), for the kernel of the tier.
func (t *triangle[T]) solveLeaf(i, n int) {
	var tri [solveLeafSize * solveLeafSize]T
	at, step := i, 1
	if !t.first {
		at, step = i+n-1, -1
	}
	ra, ca := step*t.ra, step*t.ca
	for r := range n {
		from := at*(t.ra+t.ca) + r*ra
		row := tri[r*solveLeafSize:][:r+1]
		for c := range r {
			row[c] = t.a[from+c*ca]
		}
		row[r] = 1
		if !t.unit {
			row[r] = 1 / t.a[from+r*ca]
		}
	}
	solveLeaf(t.isa, n, &tri, t.b, at*t.ldb, step*t.ldb, t.other)
}
