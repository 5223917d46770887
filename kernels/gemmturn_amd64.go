package kernels

import "unsafe"

// A turnedCall is a product of two transposed operands, C = Aᵀ·Bᵀ, computed as Cᵀ = B·A on AVX-512: both are then read as they are stored, in the way that suits
// the tiles best, and what is transposed is C, from the sums of its tiles. Otherwise B would have to be packed, and A's columns in place leave the first-level cache.
type turnedCall struct {
	tile       tileCall
	kind       tileKind
	a, b, c    unsafe.Pointer // a: rows of B as stored, b: those of A
	rc         uintptr
	acc        unsafe.Pointer // the sums of the last tile, rows of triangleRow bytes
	last       unsafe.Pointer // its place in C, nil if it is there
	rows, cols int            // of it
}

// turns reports whether the product is computed so: where k is long enough to pay for turning C (a multiple of half a tile's width costs more than one of the
// whole), C is not read, and both operands are read in place. Parts of vectors and of four columns of C would need masks.
func (g *blockCall) turns() bool {
	shape := &tileShapes[g.kind]
	if g.ra != g.size || g.ca == g.size || g.rb != g.size || g.cb == g.size || g.kind > tile64AVX512 || g.want.uplo != 0 {
		return false
	}
	if g.k < 64 || g.k > ChunkK || g.n%4 != 0 || g.m%(shape.nr/2) != 0 || g.m%shape.nr != 0 && g.k < 128 || g.tile.mode == modeMix || g.tile.mode == modeAdd {
		return false
	}
	p := blockCall{kind: g.kind, m: g.n, n: g.m, k: g.k, size: g.size, b: g.a, ra: g.cb, ca: g.rb, rb: g.ca, cb: g.ra}
	a, b := p.packs(shape)
	return a == inPlace && b == inPlace
}

// turned computes the product so if that is for the better, and reports whether it did.
func (g *blockCall) turned() bool {
	if !g.turns() {
		return false
	}
	ar := takeArena()
	var t turnedCall
	t.kind, t.a, t.b, t.c, t.rc, t.acc = g.kind, g.b, g.a, g.c, g.rc, ar.edge()
	t.tile = g.tile
	t.tile.ra, t.tile.ca, t.tile.rb, t.tile.rc, t.tile.k, t.tile.next = g.cb, g.size, g.ca, triangleRow, g.k, uintptr(t.acc)
	mr, nr := tileShapes[g.kind].mr, tileShapes[g.kind].nr
	for i := 0; i < g.n; i += mr {
		for j := 0; j < g.m; j += stripTiles * nr {
			t.strip(i, min(mr, g.n-i), j, min(g.m, j+stripTiles*nr))
		}
	}
	t.store()
	giveArena(ar)
	return true
}

// strip computes at most stripTiles tiles of rows [i, i+rows) of Cᵀ. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (t *turnedCall) strip(i, rows, lo, hi int) {
	size := t.tile.ca
	mr, nr := tileShapes[t.kind].mr, tileShapes[t.kind].nr
	a := unsafe.Add(t.a, uintptr(i)*t.tile.ra)
	for j := lo; j < hi; j += nr {
		cols := min(nr, hi-j)
		b, c := unsafe.Add(t.b, uintptr(j)*size), unsafe.Add(t.c, uintptr(j)*t.rc+uintptr(i)*size)
		each, rest := t.tile.k/4/6, t.tile.k/4%6
		switch {
		case t.last == nil || t.rows < mr || t.cols < nr || rows < mr || cols < nr:
			t.store()
			runTile(t.kind, &t.tile, a, b, t.acc, rows, cols)
		case t.kind == tile32AVX512:
			gemmTurnTile32AVX512(&t.tile, a, b, t.acc, t.last, t.rc, each, rest)
		default:
			gemmTurnTile64AVX512(&t.tile, a, b, t.acc, t.last, t.rc, each, rest)
		}
		t.last, t.rows, t.cols = c, rows, cols
	}
}

// store turns the sums of the last tile alone.
func (t *turnedCall) store() {
	switch {
	case t.last == nil:
	case t.kind == tile32AVX512:
		gemmTurn32AVX512(t.last, t.rc, t.acc, t.rows, t.cols)
	default:
		gemmTurn64AVX512(t.last, t.rc, t.acc, t.rows, t.cols)
	}
	t.last = nil
}

//go:noescape
func gemmTurnTile32AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest int)

//go:noescape
func gemmTurnTile64AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest int)

//go:noescape
func gemmTurn32AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTurn64AVX512(c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols int)
