package kernels

import "unsafe"

// fewByLanes: products of five to eight columns of float32 go to gemmFew32AVX512. On Intel it has little to gain by its ports; nothing but Zen 5 was measured.
var fewByLanes = zen5

// fewHeight is how many rows gemmFew32AVX512 takes, fewWidth how many columns.
const fewHeight, fewWidth = 16, 8

// byLanes computes the product if it is of a few columns and rows of A, high enough and not from memory, where the tile is as fast (float32 of 64 MiB 88 GFLOP/s, this 74), and
// reports whether it did. B is packed if it has fewer columns than the kernel takes, or contiguous ones.
func (g *blockCall) byLanes() bool {
	if !fewByLanes || g.kind != tile32AVX512 || g.want.uplo != 0 || g.n > fewWidth || g.n <= fewWidth/2 || g.m < 4*fewHeight || g.ca != g.size ||
		g.m > chainsNear/int(g.size)/g.k {
		return false
	}
	ar := takeArena()
	acc := ar.edge()
	k := g.k
	chunk := ChunkLen(k)
	for l := 0; l < k; l += chunk {
		g.k = min(chunk, k-l)
		a, b, rb := unsafe.Add(g.a, uintptr(l)*g.ca), unsafe.Add(g.b, uintptr(l)*g.rb), g.rb
		if g.n < fewWidth || g.cb != g.size {
			g.packPanels(ar.packB(), b, g.cb, g.rb, g.n, fewWidth)
			b, rb = ar.packB(), fewWidth*g.size
		}
		for i := 0; i < g.m; i += fewHeight {
			g.fewRows(min(i, g.m-fewHeight), max(0, i+fewHeight-g.m), a, b, rb, acc)
		}
		g.tile.mode = modeAdd
	}
	g.k = k
	giveArena(ar)
	return true
}

// fewRows computes rows from i on, of which the first are there already. Not inlined for the reason of blockCall.strip.
//
//go:noinline
func (g *blockCall) fewRows(i, first int, a, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer) {
	gemmFew32AVX512(g.k, unsafe.Add(a, uintptr(i)*g.ra), g.ra, b, rb, acc)
	gemmTriangle32AVX512(unsafe.Add(g.c, uintptr(i+first)*g.rc), g.rc, unsafe.Add(acc, first*triangleRow), fewHeight-first, g.n, g.n, 0, &g.tile)
}

//go:noescape
func gemmFew32AVX512(k int, a unsafe.Pointer, ra uintptr, b unsafe.Pointer, rb uintptr, acc unsafe.Pointer)
