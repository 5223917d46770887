package kernels

import (
	"math"
	"unsafe"
)

// twelveRows: products of a few columns of float32 go to gemmFew32AVX2. Nothing but Zen 5 was measured.
var twelveRows = zen5

// rowsHeight is how many rows gemmFew32AVX2 takes, fewWidth how many columns.
const rowsHeight = 12

// byRows computes the product if it is of a few columns and rows of A, on AVX2, and reports whether it did. B is packed if it has fewer columns than the kernel takes, or contiguous
// ones.
func (g *blockCall) byRows() bool {
	if !twelveRows || g.kind != tile32AVX2 || g.want.uplo != 0 || g.n > fewWidth || g.m < 2*rowsHeight || g.ca != g.size {
		return false
	}
	ar := takeArena()
	t, k := &g.tile, g.k
	chunk := ChunkLen(k)
	for l := 0; l < k; l += chunk {
		g.k = min(chunk, k-l)
		a, b := unsafe.Add(g.a, uintptr(l)*g.ca), unsafe.Add(g.b, uintptr(l)*g.rb)
		t.ra, t.ca, t.rb, t.k = g.ra, g.ca, g.rb, g.k
		if g.n < fewWidth || g.cb != g.size {
			g.packPanels(ar.packB(), b, g.cb, g.rb, g.n, fewWidth)
			b, t.rb = ar.packB(), fewWidth*g.size
		}
		for i := 0; i < g.m; i += rowsHeight {
			g.twelve(min(rowsHeight, g.m-i), unsafe.Add(a, uintptr(i)*g.ra), b, unsafe.Add(g.c, uintptr(i)*g.rc))
		}
		t.mode, t.beta = modeAdd, uint64(math.Float32bits(1)) // which the kernel takes for mix
	}
	giveArena(ar)
	return true
}

// twelve computes up to twelve rows. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (g *blockCall) twelve(rows int, a, b, c unsafe.Pointer) {
	if rows == rowsHeight {
		gemmFew32AVX2(&g.tile, a, b, c, g.n)
		return
	}
	const half = rowsHeight / 2
	if rows > half {
		runTile(g.kind, &g.tile, a, b, c, half, g.n)
		a, c, rows = unsafe.Add(a, half*g.ra), unsafe.Add(c, half*g.rc), rows-half
	}
	runTile(g.kind, &g.tile, a, b, c, rows, g.n)
}

//go:noescape
func gemmFew32AVX2(t *tileCall, a, b, c unsafe.Pointer, cols int)
