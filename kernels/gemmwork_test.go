//go:build amd64 || arm64

package kernels

import (
	"fmt"
	"testing"
)

// TestGemmWork computes from the loop bounds what one call of assembly, and what runs between two stack checks, can
// take: 50 µs and 100 µs on the slowest core of each tier, as flops per call (half in float64).
func TestGemmWork(t *testing.T) {
	for _, isa := range Supported() {
		if isa == Portable {
			continue
		}
		for _, size := range []uintptr{4, 8} {
			shape := tileShapes[kindOf(isa, size)]
			limit := callLimit(isa, int(size))
			tile := 2 * shape.mr * shape.nr * ChunkK
			if tile > limit {
				t.Errorf("%v, %d-byte elements: a tile is %d flop, more than %d", isa, size, tile, limit)
			}
			if stripTiles*tile > 2*limit {
				t.Errorf("%v, %d-byte elements: a strip is %d flop, more than %d", isa, size, stripTiles*tile, 2*limit)
			}
			// Packing a panel moves at most this many bytes; 2 GB/s is slow.
			if bytes := max(shape.mr, shape.nr) * ChunkK * int(size); bytes > 100_000 {
				t.Errorf("%v, %d-byte elements: packing a panel moves %d bytes", isa, size, bytes)
			}
			if bytes := shape.mr * shape.nr * int(size); bytes > tileBytes || bytes > arenaEdge {
				t.Errorf("tileBytes or arenaEdge holds no %d×%d tile", shape.mr, shape.nr)
			}
		}
	}
}

func TestBlockSizes(t *testing.T) {
	for _, c := range [][2]int{{-1, -1}, {0, 0}, {1 << 20, 32 << 20}, {1, 1}, {1 << 40, 1 << 40}, {256 << 10, 0}, {2 << 20, 512 << 20}} {
		a, b, _ := blockSizes(c[0], c[1])
		if a < 48<<10 || a > bandA-arenaSlack || b < 128<<10 || b > arenaPackB-arenaSlack {
			t.Errorf("caches %v: blocks of %d and %d bytes", c, a, b)
		}
	}
}

// TestGemmBlocks runs the loops over packed blocks with caches so small that every loop goes round.
func TestGemmBlocks(t *testing.T) {
	a, b, inPlace := cacheA, cacheB, cacheInPlace
	defer func() { cacheA, cacheB, cacheInPlace = a, b, inPlace }()
	cacheA, cacheB, cacheInPlace = 3000, 6000, 0
	t.Run("float32", testGemmBlocks[float32])
	t.Run("float64", testGemmBlocks[float64])
	if !forceNarrowL1(t) {
		return
	}
	t.Run("float32 narrow", testGemmBlocks[float32])
	t.Run("float64 narrow", testGemmBlocks[float64])
}

func testGemmBlocks[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		if p.ISA() == Portable {
			return // which has no blocks: TestGemm and TestSyrk have it
		}
		r := gemmNoise(9)
		g := newGemmGuards[T](t, 120_000)
		for _, tA := range gemmFlags {
			for _, tB := range gemmFlags {
				testGemmShape(t, p, g, &r, tA, tB, 67, 131, 17, 1, gemmScalars{-1, 0})
				testGemmShape(t, p, g, &r, tA, tB, 101, 70, 40, 0, gemmScalars{0.5, 1})
				testGemmShape(t, p, g, &r, tA, tB, 26, 80, 400, 2, gemmScalars{1, 2})
				// More rows than read B in place.
				testGemmShape(t, p, g, &r, tA, tB, 149, 50, 21, 1, gemmScalars{1, -1})
				// Rows of A, or of its transpose, a power of two apart.
				testGemmShape(t, p, g, &r, tA, tB, 40, 35, 40, 1024-40, gemmScalars{1, 2})
			}
		}
	})
	testSyrkIn[T](t, Supported()[1:])
}

// TestSyrkShared: triangles whose both sides are read from one packed copy, whole and in the bands of workers, against Gemm.
func TestSyrkShared(t *testing.T) {
	t.Run("float32", testSyrkShared[float32])
	t.Run("float64", testSyrkShared[float64])
}

// Panels of the whole triangle, the last one not full, that just do not fit the arena's room for packed columns of A: they are 1376 columns wide; or that for A where tiles copy them, 2048 columns.
func TestSyrkSharedNearLimit(t *testing.T) {
	testSyrkSharedNearLimit(t, 1362)
	testSyrkSharedNearLimit(t, 2034)
	testSyrkSharedNearLimit(t, 2050) // would run over the sums of tiles behind
}

func testSyrkSharedNearLimit(t *testing.T, n int) {
	const k = 384
	r := gemmNoise(12)
	x, c := gemmMatrix[float64](&r, k, n, n), make([]float64, n*n)
	for _, isa := range Supported() {
		if isa == Portable {
			continue
		}
		p := NewPool(1, WithISA(isa))
		want := make([]float64, n*n)
		Gemm(p, Trans, NoTrans, n, n, k, 1, x, n, x, n, 0, want, n)
		Syrk(p, Lower, Trans, n, k, 1, x, n, 0, c, n)
		for i := range n {
			for j := range i + 1 {
				if want[i*n+j] != c[i*n+j] {
					t.Fatalf("%v: element %d, %d is %v, want %v", isa, i, j, c[i*n+j], want[i*n+j])
				}
			}
		}
	}
}

func testSyrkShared[T Float](t *testing.T) {
	a, b, inPlace := cacheA, cacheB, cacheInPlace
	defer func() { cacheA, cacheB, cacheInPlace = a, b, inPlace }()
	cacheB, cacheInPlace = 50_000, 0
	r := gemmNoise(11)
	const n, k, ld = 203, 397, 512
	for _, p := range gemmPools(t) {
		if p.ISA() == Portable {
			continue
		}
		for _, tr := range gemmFlags {
			rows, cols := gemmShape(tr, n, k)
			x, c := gemmMatrix[T](&r, rows, cols, ld), gemmMatrix[T](&r, n, n, n)
			flipped := Trans
			if tr == Trans {
				flipped = NoTrans
			}
			full := append([]T(nil), c...)
			Gemm(p, tr, flipped, n, n, k, 0.5, x, ld, x, ld, -1, full, n)
			for _, uplo := range []Uplo{Lower, Upper} {
				want, got := append([]T(nil), c...), append([]T(nil), c...)
				for i := range n {
					lo, hi := region{uplo: uplo}.columns(i, i+1, n)
					copy(want[i*n+lo:i*n+hi], full[i*n+lo:i*n+hi])
				}
				Syrk(p, uplo, tr, n, k, 0.5, x, ld, -1, got, n)
				gemmSame(t, want, got, fmt.Sprintf("%v, %d workers, %c%c", p.ISA(), p.Workers(), uplo, tr))
			}
		}
	}
}
