package kernels

import "unsafe"

// tallTiles: columns beside whole panels on AVX2 go with the last panel by tiles of three vectors, or alone by tiles of one vector and tallRows rows, if they are half a panel at most, else by common tiles whose second
// vector overlaps the first (order 13 in float64 139 to 117 ns, which were two passes of masked vectors). Nothing but Zen 5 was measured.
var tallTiles = zen5

// tallRows is how many rows such a tile has at most, tallLeast how many a product has at least: two tiles of fewer are as fast.
const tallRows, tallLeast = 12, 9

// tallStrip is how many rows one call of tallColumns or tripleColumns has at most.
const tallStrip = 4 * tallRows

// tallLast returns the number of last columns of a product of m rows and n columns that go so: half a panel at most.
func tallLast(kind tileKind, m, n int) int {
	if kind <= tile64AVX512 || m < tallLeast || !tallTiles {
		return 0
	}
	last := n & (tileShapes[kind].nr - 1)
	if 2*last > tileShapes[kind].nr {
		return 0
	}
	return last
}

// tallTiles is runTiles with the last columns so.
func (t *tileCall) tallTiles(kind tileKind, a, b, c unsafe.Pointer, m, n, last int, size uintptr) {
	if n == last {
		t.tallColumns(kind, a, b, c, m, n)
		return
	}
	last += tileShapes[kind].nr
	n -= last
	off := uintptr(n) * size
	t.tripleColumns(kind, a, unsafe.Add(b, off), unsafe.Add(c, off), m, last)
	if n > 0 {
		runTiles(kind, t, a, b, c, m, n, size)
	}
}

// tripleRows is how many rows a tile of three vectors has at most; the others have one less.
const tripleRows = 4

// tripleColumns computes n columns, a panel and up to half a one, of m ≥ tallLeast rows. It is not inlined for the reason of tallColumns.
//
//go:noinline
func (t *tileCall) tripleColumns(kind tileKind, a, b, c unsafe.Pointer, m, n int) {
	for tiles := (uint(m) + tripleRows - 1) / tripleRows; ; tiles-- {
		rows := int(uint(m) / tiles)
		if kind == tile32AVX2 {
			gemmTripleTile32AVX2(t, a, b, c, rows, n)
		} else {
			gemmTripleTile64AVX2(t, a, b, c, rows, n)
		}
		if m -= rows; m == 0 {
			return
		}
		a, c = unsafe.Add(a, uintptr(rows)*t.ra), unsafe.Add(c, uintptr(rows)*t.rc) // never behind the operands
	}
}

// tallColumns computes n columns, at most a vector. It is not inlined, so that the runtime can stop a goroutine between two such calls.
//
//go:noinline
func (t *tileCall) tallColumns(kind tileKind, a, b, c unsafe.Pointer, m, n int) {
	for {
		rows := min(tallRows, m)
		switch {
		case rows <= tileShapes[kind].mr:
			runTile(kind, t, a, b, c, rows, n)
		case kind == tile32AVX2:
			gemmTallTile32AVX2(t, a, b, c, rows, n)
		default:
			gemmTallTile64AVX2(t, a, b, c, rows, n)
		}
		if m -= rows; m == 0 {
			return
		}
		a, c = unsafe.Add(a, uintptr(rows)*t.ra), unsafe.Add(c, uintptr(rows)*t.rc) // never behind the operands
	}
}

// tallFew is lastFew on AVX2, and counts the last panel in: of operands that are read in place and whose rows do not share a set of the first level, since each tile meets all rows of B.
func (g *blockCall) tallFew() int {
	few := tallLast(g.kind, g.m, g.n)
	if few == 0 || g.cb != g.size || g.want.uplo != 0 || (g.ra+32)%2048 <= 64 || (g.rb+32)%2048 <= 64 || max(g.m, g.n) > cacheHalf/int(g.size)/g.k {
		return 0
	}
	if g.n > few {
		few += tileShapes[g.kind].nr // with the last panel
	}
	return few
}

//go:noescape
func gemmTallTile32AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTallTile64AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTripleTile32AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)

//go:noescape
func gemmTripleTile64AVX2(t *tileCall, a, b, c unsafe.Pointer, rows, cols int)
