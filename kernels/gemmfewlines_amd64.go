package kernels

import "unsafe"

// linesPay reports whether gemmFewLines32AVX512 takes the few columns: rows of A of 128 elements and more that share two sets of the first level or one, or that make A larger than the second level and not than half of the
// third. Elsewhere gemmFew32AVX512 is up to 7 % faster, or the tile.
func (g *blockCall) linesPay() bool {
	ra := int(g.ra)
	return g.k >= 128 && (ra%2048 == 0 && g.m > cacheInPlace/2/ra || g.m > 2*cacheInPlace/ra && g.m <= chainsNear/ra)
}

// A fewLines is one to three chunks of a product of fewHeight rows for gemmFewLines32AVX512. The assembly knows its layout.
type fewLines struct {
	a, b   unsafe.Pointer
	sums   unsafe.Pointer // fewUnit bytes a chunk
	ra     uintptr
	blocks int    // of 16 steps
	mask   uint32 // of the steps after the blocks
	rest   int    // their number
	halves [3]int // of blocks, in each chunk; in the last more than there are
}

// stripsByLines adds up to three chunks of the product.
func (g *blockCall) stripsByLines(u *fewSums, chunk int, a, b, sums unsafe.Pointer) {
	t := fewLines{b: b, sums: sums, ra: g.ra, blocks: g.k / 16, rest: g.k % 16, halves: [3]int{chunk / 8, chunk / 8, chunk / 8}}
	t.mask = 1<<t.rest - 1
	t.halves[u.chunks-1] = g.k
	for i := 0; i < g.m; i += fewHeight {
		t.a = unsafe.Add(a, uintptr(min(i, g.m-fewHeight))*g.ra)
		t.run()
		g.addSums(u, i, sums)
	}
}

// run computes the sums of one strip. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (t *fewLines) run() { gemmFewLines32AVX512(t) }

//go:noescape
func gemmFewLines32AVX512(t *fewLines)
