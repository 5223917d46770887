package kernels

import (
	"math"
	"unsafe"
)

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
	mix        int            // not 0: C is read, and the sums are what the tiles leave in acc
}

// turns reports whether the product is computed so: where k is long enough to pay for turning C (for a multiple of half a tile's width it costs more than for one of the
// whole), both operands are read in place, and C is not read, but on Zen 5, the only processor where that was measured. Parts of vectors and of four columns of C would need masks.
func (g *blockCall) turns() bool {
	shape := &tileShapes[g.kind]
	if g.ra != g.size || g.ca == g.size || g.rb != g.size || g.cb == g.size || g.kind > tile64AVX512 || g.want.uplo != 0 {
		return false
	}
	if g.k < g.leastTurned() || g.k > ChunkK || g.n%4 != 0 || g.m%(shape.nr/2) != 0 || g.tile.readsC() && !zen5 {
		return false
	}
	p := blockCall{kind: g.kind, m: g.n, n: g.m, k: g.k, size: g.size, b: g.a, ra: g.cb, ca: g.rb, rb: g.ca, cb: g.ra}
	a, b := p.packs(shape)
	return a == inPlace && b == inPlace
}

// leastTurned is the least k that pays for turning C. On Zen 5 that is more for float32 where the 32 rows of C that a tile has fall into one or two sets of the first-level cache: each sixth of the
// turn then waits for the second level, and has to be far enough from the one before.
func (g *blockCall) leastTurned() int {
	switch {
	case zen5 && g.size == 4 && g.rc%4096 == 0:
		return 160
	case g.m%tileShapes[g.kind].nr != 0:
		return 128
	case zen5 && g.size == 4 && g.rc%2048 == 0:
		return 96
	}
	return 64
}

// turned computes the product so if that is for the better, and reports whether it did.
func (g *blockCall) turned() bool {
	if !g.turns() {
		return false
	}
	ar := g.arena // of chunks before, which went another way
	if ar == nil {
		ar = takeArena()
	}
	shape := &tileShapes[g.kind]
	var t turnedCall
	t.kind, t.a, t.b, t.c, t.rc, t.acc = g.kind, g.b, g.a, g.c, g.rc, ar.edge()
	t.tile = g.tile
	t.tile.ra, t.tile.ca, t.tile.rb, t.tile.rc, t.tile.k, t.tile.next = g.cb, g.size, g.ca, triangleRow, g.k, uintptr(t.acc)
	if t.tile.readsC() {
		if t.tile.mode == modeAdd {
			t.tile.beta = one(g.size) // which it is not in a later chunk
		}
		t.mix, t.tile.mode = 1, modePut
	}
	for i := 0; i < g.n; {
		rows := turnedRows(g.n - i)
		for j := 0; j < g.m; j += stripTiles * shape.nr {
			t.strip(i, rows, j, min(g.m, j+stripTiles*shape.nr))
		}
		i += rows
	}
	t.store()
	if g.arena == nil {
		giveArena(ar)
	}
	return true
}

// one is 1 in the bits of an element.
func one(size uintptr) uint64 {
	if size == 4 {
		return uint64(math.Float32bits(1))
	}
	return math.Float64bits(1)
}

// lowestTurned is the height of the lowest tiles that turn others while they run. Those of 8 rows were measured on Zen 5 alone.
func lowestTurned() int {
	if zen5 {
		return 8
	}
	return 12
}

// turnedRows is the height of the next tiles of left rows, a multiple of four: at best none is lower than lowestTurned.
func turnedRows(left int) int {
	if left == 16 && zen5 {
		return 8
	}
	return min(12, left)
}

// strip computes at most stripTiles tiles of rows [i, i+rows) of Cᵀ. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (t *turnedCall) strip(i, rows, lo, hi int) {
	size := t.tile.ca
	nr := tileShapes[t.kind].nr
	a := unsafe.Add(t.a, uintptr(i)*t.tile.ra)
	for j := lo; j < hi; j += nr {
		cols := min(nr, hi-j)
		b, c := unsafe.Add(t.b, uintptr(j)*size), unsafe.Add(t.c, uintptr(j)*t.rc+uintptr(i)*size)
		turns := t.rows / 2
		switch {
		case t.last == nil || min(t.rows, rows) < lowestTurned() || min(t.cols, cols) < nr:
			t.store()
			runTile(t.kind, &t.tile, a, b, t.acc, rows, cols)
		case t.kind == tile32AVX512:
			gemmTurnTile32AVX512(&t.tile, a, b, t.acc, t.last, t.rc, t.tile.k/4/turns, t.tile.k/4%turns, turns, rows, t.mix)
		default:
			gemmTurnTile64AVX512(&t.tile, a, b, t.acc, t.last, t.rc, t.tile.k/4/turns, t.tile.k/4%turns, turns, rows, t.mix)
		}
		t.last, t.rows, t.cols = c, rows, cols
	}
}

// store turns the sums of the last tile alone.
func (t *turnedCall) store() {
	switch {
	case t.last == nil:
	case t.kind == tile32AVX512:
		gemmTurn32AVX512(&t.tile, t.last, t.rc, t.acc, t.rows, t.cols, t.mix)
	default:
		gemmTurn64AVX512(&t.tile, t.last, t.rc, t.acc, t.rows, t.cols, t.mix)
	}
	t.last = nil
}

//go:noescape
func gemmTurnTile32AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest, turns, rows, mix int)

//go:noescape
func gemmTurnTile64AVX512(t *tileCall, a, b, acc, c unsafe.Pointer, rc uintptr, each, rest, turns, rows, mix int)

//go:noescape
func gemmTurn32AVX512(t *tileCall, c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, mix int)

//go:noescape
func gemmTurn64AVX512(t *tileCall, c unsafe.Pointer, rc uintptr, acc unsafe.Pointer, rows, cols, mix int)
