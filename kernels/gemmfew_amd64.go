package kernels

import (
	"math"
	"unsafe"
)

// fewByLanes: products of a few columns of float32 go to gemmFew32AVX512 and gemmFewLines32AVX512. On Intel they have little to gain by their ports; nothing but Zen 5 was measured.
var fewByLanes = zen5

// lowTiles: tiles of one vector of columns have lowRows rows where those of A share a set of the first level, of twelve ways on Zen 5, float64 only, since float32 goes by lanes: with twelve, the lines that the hardware fetches push
// out those at work. Eight and ten rows gain less, eleven half of it; from memory all lose.
var lowTiles = zen5

const lowRows = 9

// low reports whether the chunk goes by such tiles.
func (g *blockCall) low() bool {
	return lowTiles && g.kind == tile64AVX512 && g.n <= 8 && g.m > 4*lowRows && g.ra%4096 == 0 && g.m <= chainsNear/int(g.ra)
}

// fewHeight is how many rows gemmFew32AVX512 takes in each of its two places, fewWidth how many columns.
const fewHeight, fewWidth = 16, 8

// fewUnit is the bytes of the sums of one place.
const fewUnit = fewHeight * fewWidth * 4

// fewBuffer is the memory for the sums of two strips and three chunks, after which two blocks of A follow.
const fewBuffer = 2 * 3 * fewUnit

// A fewCall is two products of fewHeight rows for gemmFew32AVX512, whose rows lie in two places. The assembly knows its layout.
type fewCall struct {
	a      [2]unsafe.Pointer
	b      [2]unsafe.Pointer
	sums   [2]unsafe.Pointer
	rest   [2]int // steps after the blocks
	blocks int    // of 16 steps
	ra, rb uintptr
	blockA unsafe.Pointer
	mask   [2]uint32 // of the first 16 steps after the blocks
	//lint:ignore U1000 of the assembly, which keeps there where it is in the second place after the blocks
	at [3]uintptr
}

// byLanes computes the product if it is of a few columns and rows of A and high enough, and reports whether it did: by lines where those pay, else of five columns or more that are not from memory, where the tile is as fast.
// B is packed if it has fewer columns than the kernels take, or contiguous ones, or, by lines, rows that are not beside each other. Sums are computed for two strips of rows (by lines one) and three chunks, and then applied in order.
// The last strip overlaps the one before, with the same sums.
func (g *blockCall) byLanes() bool {
	if !fewByLanes || g.kind != tile32AVX512 || g.want.uplo != 0 || g.n > fewWidth || g.m < 4*fewHeight || g.ca != g.size {
		return false
	}
	lines := g.linesPay()
	if !lines && (g.n <= fewWidth/2 || g.m > chainsNear/int(g.size)/g.k) {
		return false
	}
	ar := takeArena()
	sums := ar.packA()
	u := fewSums{rc: g.rc, unit: fewUnit, mask: 1<<g.n - 1, alpha: uint32(g.tile.alpha), beta: uint32(g.tile.beta)}
	switch g.tile.mode {
	case modeMix:
		u.read = 1
	case modeAdd:
		u.read, u.beta = 1, math.Float32bits(1)
	}
	k := g.k
	chunk := ChunkLen(k)
	for l := 0; l < k; l += 3 * chunk {
		g.k = min(3*chunk, k-l)
		a, b, rb := unsafe.Add(g.a, uintptr(l)*g.ca), unsafe.Add(g.b, uintptr(l)*g.rb), g.rb
		if g.n < fewWidth || g.cb != g.size || lines && rb != fewWidth*g.size {
			g.packPanels(ar.packB(), b, g.cb, g.rb, g.n, fewWidth)
			b, rb = ar.packB(), fewWidth*g.size
		}
		u.chunks = (g.k + chunk - 1) / chunk
		if lines {
			g.stripsByLines(&u, chunk, a, b, sums)
		} else {
			g.stripsByLanes(&u, chunk, a, b, rb, sums)
		}
		u.read, u.beta = 1, math.Float32bits(1)
	}
	g.k = k
	giveArena(ar)
	return true
}

// stripsByLanes adds up to three chunks of the product, two of the sums of two strips at a time.
func (g *blockCall) stripsByLanes(u *fewSums, chunk int, a, b unsafe.Pointer, rb uintptr, sums unsafe.Pointer) {
	t := fewCall{ra: g.ra, rb: rb, blockA: unsafe.Add(sums, fewBuffer)}
	for i := 0; i < g.m; i += 2 * fewHeight {
		strips := min(2, (g.m-i+fewHeight-1)/fewHeight)
		n := 0
		for s := range strips {
			r := min(i+s*fewHeight, g.m-fewHeight)
			for q := range u.chunks {
				at := uintptr(q * chunk)
				t.a[n], t.b[n] = unsafe.Add(a, uintptr(r)*g.ra+at*g.size), unsafe.Add(b, at*rb)
				t.sums[n], t.rest[n] = unsafe.Add(sums, (s*u.chunks+q)*fewUnit), min(chunk, g.k-q*chunk)
				if n++; n == 2 {
					t.run()
					n = 0
				}
			}
		}
		if n > 0 {
			// The last one again for that which is missing.
			t.a[1], t.b[1], t.sums[1], t.rest[1] = t.a[0], t.b[0], t.sums[0], t.rest[0]
			t.run()
		}
		for s := range strips {
			g.addSums(u, i+s*fewHeight, unsafe.Add(sums, s*u.chunks*fewUnit))
		}
	}
}

// addSums updates the strip of rows of C from row i on. Sums are of the last rows where it has fewer.
func (g *blockCall) addSums(u *fewSums, i int, sums unsafe.Pointer) {
	done := max(0, i+fewHeight-g.m)
	u.c, u.rows, u.sums = unsafe.Add(g.c, uintptr(i)*g.rc), fewHeight-done, unsafe.Add(sums, done*fewWidth*4)
	gemmFewSums32AVX512(u)
}

// run computes two products, whose steps are in rest. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (t *fewCall) run() {
	t.blocks = min(t.rest[0], t.rest[1]) / 16
	for p := range t.rest {
		t.rest[p] -= t.blocks * 16
		t.mask[p] = 1<<min(t.rest[p], 16) - 1
	}
	gemmFew32AVX512(t)
}

// A fewSums is an update of rows of C by the sums of one to three chunks. The assembly knows its layout.
type fewSums struct {
	c      unsafe.Pointer
	rc     uintptr
	sums   unsafe.Pointer
	unit   int // bytes between the sums of two chunks
	rows   int
	chunks int
	mask   uint32 // columns
	read   uint32 // whether C is read
	alpha  uint32 // bits
	beta   uint32
}

//go:noescape
func gemmFew32AVX512(t *fewCall)

//go:noescape
func gemmFewSums32AVX512(u *fewSums)
