package kernels

import (
	"math"
	"unsafe"
)

// lastByLanes: the last columns of a product beside whole panels, or all if they are so few, go to gemmLast…. Nothing but Zen 5 was measured.
var lastByLanes = zen5

// lastGroups is the number of groups of rows, a vector each, that one call of gemmLast… takes at most.
const lastGroups = 8

// lastCols is the number of columns that it takes at most: float64 has a tile for four that is as fast.
var lastCols = [...]int{tile32AVX512: 4, tile64AVX512: 2, tile32AVX2: 0, tile64AVX2: 0}

// A lastCall is a product of one to lastCols columns for gemmLast…. The assembly knows its layout.
type lastCall struct {
	a, b, c        unsafe.Pointer
	ra, rb, cb, rc uintptr
	rows, k, cols  int
	alpha, beta    uint64
	read           int            // whether C is read
	sums           unsafe.Pointer // of the groups, 128 bytes each, 256 for three and four columns; cache lines
}

// lastFew returns how many of the few last columns of the chunk, beside whole panels, lastColumns takes: all, or 0 where the tile is as fast: sums of a few terms, rows of A that nearly share a set of the first level, since each line is met
// twice with many rows in between, and a large A, unless it passes by few panels: tiles of the last panel still find its rows near.
func (g *blockCall) lastFew(few int) int {
	if g.kind > tile64AVX512 {
		return g.tallFew()
	}
	if !lastByLanes || few > lastCols[g.kind] || few > 2 && g.cb != g.size || g.want.uplo != 0 || g.ca != g.size || g.m < 2*64/int(g.size) || g.k <= 16 ||
		(g.ra+32)%1024 <= 64 {
		return 0
	}
	if line := g.k * int(g.size); g.m > chainsNear/line || g.n > 2*tileShapes[g.kind].nr && g.m > cacheHalf/line {
		return 0
	}
	return few
}

// lastColumns computes them.
func (g *blockCall) lastColumns(few int) {
	if g.kind > tile64AVX512 {
		t, off := &g.tile, uintptr(g.n-few)*g.size
		t.ra, t.ca, t.rb, t.k, t.next, t.second, t.ahead = g.ra, g.ca, g.rb, g.k, uintptr(g.c), 0, 0
		strips := (g.m + tallStrip - 1) / tallStrip
		for s := range strips {
			i := s * g.m / strips
			rows, a, c := (s+1)*g.m/strips-i, unsafe.Add(g.a, uintptr(i)*g.ra), unsafe.Add(g.c, uintptr(i)*g.rc+off)
			if few > tileShapes[g.kind].nr {
				t.tripleColumns(g.kind, a, unsafe.Add(g.b, off), c, rows, few)
			} else {
				t.tallColumns(g.kind, a, unsafe.Add(g.b, off), c, rows, few)
			}
		}
		return
	}
	if g.arena == nil {
		g.arena = takeArena()
	}
	high := lastGroups * 64 / int(g.size)
	strips := (g.m + high - 1) / high
	for s := range strips {
		i := s * g.m / strips // strips of equal height: none is lower than a group
		g.lastStrip(i, (s+1)*g.m/strips-i, g.n-few, few)
	}
}

// lastStrip computes rows [i, i+rows) of the columns from j on. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (g *blockCall) lastStrip(i, rows, j, cols int) {
	t := lastCall{a: unsafe.Add(g.a, uintptr(i)*g.ra), b: unsafe.Add(g.b, uintptr(j)*g.cb), c: unsafe.Add(g.c, uintptr(i)*g.rc+uintptr(j)*g.size),
		ra: g.ra, rb: g.rb, cb: g.cb, rc: g.rc, rows: rows, k: g.k, cols: cols, alpha: g.tile.alpha, beta: g.tile.beta, sums: g.arena.edge()}
	if g.tile.readsC() {
		t.read = 1
	}
	if g.tile.mode == modeAdd {
		// beta is that of the first chunk.
		if t.beta = math.Float64bits(1); g.size == 4 {
			t.beta = uint64(math.Float32bits(1))
		}
	}
	if g.size == 4 {
		gemmLast32AVX512(&t)
	} else {
		gemmLast64AVX512(&t)
	}
}

//go:noescape
func gemmLast32AVX512(t *lastCall)

//go:noescape
func gemmLast64AVX512(t *lastCall)
