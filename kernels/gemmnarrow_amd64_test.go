package kernels

import (
	"slices"
	"testing"
	"unsafe"
)

// forceNarrowL1 packs rows of A that are pages apart, as on processors with eight ways, and reports that there is such a difference.
func forceNarrowL1(t *testing.T) bool {
	was := narrowL1
	narrowL1 = true
	t.Cleanup(func() { narrowL1 = was })
	return true
}

// TestPackWork: what a call of a copying packer moves, from the bounds of packPanels; 2 GB/s is slow, and 50 µs the aim.
func TestPackWork(t *testing.T) {
	for kind, s := range tileShapes {
		size := 4 << (kind & 1) // tile32…, tile64… in turn
		for _, full := range []int{s.mr * lineTiles[kind], s.nr} {
			line := full * size
			group := max(1, packWidth/line) * line
			if lines := max(1, packBytes/group); lines*group > 100_000 {
				t.Errorf("tile kind %d: %d lines of %d bytes in a call", kind, lines, group)
			}
		}
	}
}

// setCaches replaces the sizes that steer packing until the test ends.
func setCaches(t *testing.T, b, inPlace, half int) {
	wasA, wasB, wasInPlace, wasHalf := cacheA, cacheB, cacheInPlace, cacheHalf
	cacheA, cacheB, cacheInPlace, cacheHalf = b/2, b, inPlace, half
	t.Cleanup(func() { cacheA, cacheB, cacheInPlace, cacheHalf = wasA, wasB, wasInPlace, wasHalf })
}

// TestPacksCollidingRows: how a small B is read whose rows share few sets of the second-level cache, and who takes the product.
func TestPacksCollidingRows(t *testing.T) {
	const stride = 1024
	setCaches(t, 16*stride, 64*stride, 16*stride)
	for kind := tile32AVX512; kind <= tile64AVX2; kind++ {
		s := &tileShapes[kind]
		wide := kind <= tile64AVX512
		for _, c := range []struct {
			m, n, k int
			rb      uintptr
			want    packing // of the wide tiles; the narrow ones read B in place
		}{
			// More than half of the cache.
			{s.mr, 40, 17, stride, inPlace},
			{s.mr + 1, 40, 17, stride, fetched},
			{4 * s.mr, 40, 17, stride, fetched},
			{4*s.mr + 1, 40, 17, stride, packed},
			{4*s.mr + 1, 40, 9, 3 * 2 * stride, packed}, // a multiple of the power of two
			{40 * s.mr, s.nr, 17, stride, inPlace},
			// Half of it.
			{4 * s.mr, 40, 16, stride, inPlace},
			{24 * s.mr, 40, 16, stride, inPlace},
			{24*s.mr + 1, 40, 16, stride, packed},
			// Less.
			{40 * s.mr, 40, 15, stride, inPlace},
			{40 * s.mr, 40, 17, stride + 64, inPlace},
		} {
			if !wide && c.rb%2048 == 0 {
				continue // packed by another rule
			}
			size := uintptr(4) << (kind & 1)
			g := blockCall{kind: kind, m: c.m, n: c.n, k: c.k, size: size, ra: uintptr(c.k) * size, ca: size, rb: c.rb, cb: size}
			want := c.want
			if !wide {
				want = inPlace
			}
			a, b := g.packs(s)
			if a != inPlace || b != want {
				t.Errorf("tile kind %d, %d×%d×%d, rows of B %d bytes apart: A %d, B %d, want %d, %d", kind, c.m, c.n, c.k, c.rb, a, b, inPlace, want)
			}
			near := c.m*c.k*int(size) <= cacheInPlace
			if got := g.panelwise(a, b); got != (want == packed && near) {
				t.Errorf("tile kind %d, %d×%d×%d: by panel %v", kind, c.m, c.n, c.k, got)
			}
		}
	}
}

// TestPanelwise: what goes panel by panel.
func TestPanelwise(t *testing.T) {
	const line = 64
	setZen5(t, false)
	setCaches(t, 128*line, 64*line, 128*line)
	for _, c := range []struct {
		m, n int
		ra   uintptr
		uplo Uplo
		a, b packing
		want bool
	}{
		{64, 128, 4096, 0, inPlace, packed, true},
		{65, 128, 64, 0, inPlace, packed, false},
		{128, 64, 64, 0, inPlace, packed, true},
		{128, 64, 4096, 0, inPlace, packed, false}, // rows that are copied
		{8, 129, 64, 0, inPlace, packed, false},
		{8, 8, 64, 0, inPlace, inPlace, false},
		{8, 8, 64, 0, inPlace, fetched, false},
		{8, 8, 64, 0, byTile, packed, false},
		{127, 127, 4096, Lower, inPlace, packed, true},
		{128, 127, 64, Lower, inPlace, packed, false},
		{127, 128, 64, Upper, inPlace, packed, false},
		{127, 127, 64, Lower, inPlace, fetched, false},
		{500, 500, 64, Lower, inPlace, inPlace, true}, // packs has seen to B
		{8, 8, 64, Upper, packed, inPlace, false},
	} {
		g := blockCall{kind: tile64AVX512, m: c.m, n: c.n, k: line / 8, size: 8, ra: c.ra, want: region{uplo: c.uplo}}
		if got := g.panelwise(c.a, c.b); got != c.want {
			t.Errorf("%d×%d, rows of A %d bytes apart, uplo %d, A %d, B %d: by panel %v", c.m, c.n, c.ra, c.uplo, c.a, c.b, got)
		}
	}
	// On zen5 a triangle of float32 may fill the share of B, of float64 twice as much but for the last line.
	setZen5(t, true)
	for _, c := range []struct {
		kind tileKind
		n    int
		want bool
	}{{tile32AVX512, 128, true}, {tile32AVX512, 129, false}, {tile64AVX512, 255, true}, {tile64AVX512, 256, false}} {
		size := 4 << (c.kind & 1)
		g := blockCall{kind: c.kind, m: c.n, n: c.n, k: line / size, size: uintptr(size), ra: 64, want: region{uplo: Lower}}
		if got := g.panelwise(inPlace, packed); got != c.want {
			t.Errorf("zen5, kind %d, order %d: by panel %v", c.kind, c.n, got)
		}
	}
}

// TestPacksAcrossLines: a small B is packed by wide tiles where most of its rows lie across cache lines, and pays for it.
func TestPacksAcrossLines(t *testing.T) {
	room := heapArena(128)
	for kind := tile32AVX512; kind <= tile64AVX2; kind++ {
		s := &tileShapes[kind]
		m, n := 7*s.mr+1, s.nr+1
		for _, c := range []struct {
			m, n, k int
			off, rb uintptr
			across  bool
		}{
			{m, n, 64, 0, 16 * 99, true},
			{m, n, 64, 32, 64 * 9, true},
			{m, n, 64, 16, 32 * 9, true},
			{m, n, 64, 0, 64 * 9, false},
			{m, n, 64, 0, 32 * 9, false}, // half of the rows
			{m, n, 64, 32, 32 * 9, false},
			{m - 1, n, 64, 0, 16 * 99, false},
			{m, n - 1, 64, 0, 16 * 99, false},
			{m, n, 63, 0, 16 * 99, false},
		} {
			size := uintptr(4) << (kind & 1)
			g := blockCall{kind: kind, m: c.m, n: c.n, k: c.k, size: size, ra: 4096 + 64, ca: size, rb: c.rb, cb: size, b: unsafe.Pointer(&room[c.off])}
			want := inPlace
			if c.across && kind <= tile64AVX512 {
				want = packed
			}
			if _, b := g.packs(s); b != want {
				t.Errorf("tile kind %d, %d×%d×%d, rows %d bytes apart from %d on: B %d, want %d", kind, c.m, c.n, c.k, c.rb, c.off, b, want)
			}
			columns := g
			columns.ra, columns.ca = size, 4096+64
			for i, want := range []packing{inPlace, want} {
				columns.m = 12*s.mr - 1 + i
				if _, b := columns.packs(s); c.m == m && b != want {
					t.Errorf("tile kind %d, %d×%d×%d, columns of A: B %d, want %d", kind, columns.m, c.n, c.k, b, want)
				}
			}
			g.want.uplo = Upper
			if _, b := g.packs(s); b != inPlace {
				t.Errorf("tile kind %d, %d×%d×%d, a triangle: B %d", kind, c.m, c.n, c.k, b)
			}
		}
	}
}

// TestGemmAcrossLines computes such products.
func TestGemmAcrossLines(t *testing.T) {
	t.Run("float32", testGemmAcrossLines[float32])
	t.Run("float64", testGemmAcrossLines[float64])
}

func testGemmAcrossLines[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		r := gemmNoise(17)
		g := newGemmGuards[T](t, 60_000)
		for _, tA := range gemmFlags {
			testGemmShape(t, p, g, &r, tA, NoTrans, 145, 33, 65, 3, gemmScalars{-1, 0.5})
			for i, k := range []int{64, 65, 66, 67, ChunkK + 1} {
				for _, s := range []gemmScalars{{1, 0}, {1, 1}, {-0.75, 0.3}} { // each mode
					testGemmShape(t, p, g, &r, tA, NoTrans, 86, 65+i, k, 3, s)
				}
			}
		}
	})
}

// Half of a cache is what it is also where the arena holds less, and a block of B fits it.
func TestHalfCache(t *testing.T) {
	for l2, want := range map[int]int{0: 256 << 10, 1 << 40: 256 << 10, 1280 << 10: 640 << 10, 2 << 20: 1 << 20, 4 << 20: 2 << 20} {
		if got := halfCache(l2, 0); got != want {
			t.Errorf("a cache of %d bytes: half is %d, want %d", l2, got, want)
		}
		if _, b, _ := blockSizes(l2, 0); b > halfCache(l2, 0) {
			t.Errorf("a cache of %d bytes: blocks of B of %d", l2, b)
		}
	}
}

// TestGemmCollidingRows computes products of the kinds of TestPacksCollidingRows, from blocks (A too large to stay) and by panel.
func TestGemmCollidingRows(t *testing.T) {
	t.Run("float32", testGemmCollidingRows[float32])
	t.Run("float64", testGemmCollidingRows[float64])
}

func testGemmCollidingRows[T Float](t *testing.T) {
	const ldb, n = 128, 40
	var z T
	half := 16 * ldb * int(unsafe.Sizeof(z))
	for _, c := range []struct {
		name    string
		inPlace int
	}{{"blocks", 0}, {"by panel", 4 * half}} {
		t.Run(c.name, func(t *testing.T) {
			setCaches(t, half, c.inPlace, half)
			gemmTiers(t, func(t *testing.T, p *Pool) {
				r := gemmNoise(13)
				g := newGemmGuards[T](t, 60_000)
				for _, tA := range gemmFlags {
					for _, tB := range gemmFlags {
						for _, shape := range [][2]int{{12, 17}, {40, 17}, {61, 17}, {289, 16}} {
							testGemmShape(t, p, g, &r, tA, tB, shape[0], n, shape[1], (ldb-n)/2, gemmScalars{-1, 0.5})
						}
					}
				}
			})
		})
	}
}

// tierPool returns a serial Pool of a tier, without which the test is skipped: what it looks at are kernels that only that tier has.
func tierPool(t *testing.T, isa ISA) *Pool {
	if !slices.Contains(Supported(), isa) {
		t.Skipf("tier %v is missing on this machine", isa)
	}
	p := NewPool(1, WithISA(isa))
	t.Cleanup(p.Close)
	return p
}
