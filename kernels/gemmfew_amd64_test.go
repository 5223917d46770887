package kernels

import (
	"testing"
)

// TestGemmFewColumns: a few columns of float32 by lines, by lanes and by tiles on any processor: every height up to four strips more than the least, rows that overlap, B packed
// and in place.
func TestGemmFewColumns(t *testing.T) {
	p := tierPool(t, AVX512)
	was, line, inPlace := fewByLanes, stackedLine, cacheInPlace
	t.Cleanup(func() { fewByLanes, stackedLine, cacheInPlace = was, line, inPlace })
	stackedLine = 0 // which is asked first
	setThreeChains(t, threeChains, 1<<30)
	for i := range 3 {
		fewByLanes, cacheInPlace = i < 2, inPlace
		if i == 0 {
			cacheInPlace = 0 // so that lines pay
		}
		r := gemmNoise(23)
		g := newGemmGuards[float32](t, 150_000)
		for m := 4*fewHeight - 1; m <= 8*fewHeight+3; m++ {
			if testing.Short() && m%4 != 3 {
				continue
			}
			for i, s := range gemmScalarCases {
				n := 2 + (m+i)%8
				// Longer sums than those that go without the driver.
				k := []int{ChunkK + 1, ChunkK + 9, ChunkK + 16, 2 * ChunkK, 1, 15, 16, 17, 31, 40, 1000 + m%24}[(m+i*3)%11]
				for _, tB := range gemmFlags {
					testGemmShape(t, p, g, &r, NoTrans, tB, m, n, k, i%2*3, s)
				}
			}
		}
		for k := 1; k <= 50; k++ {
			testGemmShape(t, p, g, &r, NoTrans, NoTrans, 5*fewHeight+3, fewWidth, k, 0, gemmScalars{-0.75, 0.3})
		}
		testGemmShape(t, p, g, &r, NoTrans, NoTrans, 5*fewHeight, fewWidth, 3*ChunkK+1, 1, gemmScalars{1, 0})
	}
}

// TestLinesPay: who takes a few columns.
func TestLinesPay(t *testing.T) {
	was := cacheInPlace
	t.Cleanup(func() { cacheInPlace = was })
	cacheInPlace = 1 << 19
	setThreeChains(t, threeChains, 1<<24)
	for _, c := range []struct {
		m, k, ra int
		want     bool
	}{
		{64, 128, 4096, false},
		{65, 128, 4096, true},
		{65, 127, 4096, false},
		{1 << 20, 128, 4096, true}, // from memory
		{128, 128, 2048, false},
		{129, 128, 2048, true},
		{400, 400, 1600, false},
		{656, 128, 1600, true},
		{656, 127, 1600, false},
		{1 << 20, 128, 1600, false},
	} {
		g := blockCall{m: c.m, k: c.k, ra: uintptr(c.ra)}
		if got := g.linesPay(); got != c.want {
			t.Errorf("%d rows of %d elements, %d bytes apart: %v", c.m, c.k, c.ra, got)
		}
	}
}

// TestGemmTwelveRows: a few columns of float32 on AVX2 by twelve rows at a time and by tiles on any processor: every height up to three strips more than the least, B packed and in place.
func TestGemmTwelveRows(t *testing.T) {
	p := tierPool(t, AVX2)
	was := twelveRows
	t.Cleanup(func() { twelveRows = was })
	for _, twelveRows = range []bool{true, false} {
		r := gemmNoise(31)
		g := newGemmGuards[float32](t, 100_000)
		for m := 2*rowsHeight - 1; m <= 5*rowsHeight+3; m++ {
			for i, s := range gemmScalarCases {
				n := 1 + (m+i)%9
				// Longer sums than those that go without the driver.
				k := []int{ChunkK + 1, ChunkK + 9, 2 * ChunkK, 1, 15, 16, 17, 31, 40}[(m+i*3)%9]
				for _, tB := range gemmFlags {
					testGemmShape(t, p, g, &r, NoTrans, tB, m, n, k, i%2*3, s)
				}
			}
		}
		for n := 1; n <= fewWidth; n++ {
			for k := 1; k <= 13; k++ {
				for _, s := range gemmScalarCases {
					testGemmShape(t, p, g, &r, NoTrans, NoTrans, 3*rowsHeight+n, n, k, n%3, s)
				}
			}
		}
		testGemmShape(t, p, g, &r, NoTrans, NoTrans, 5*rowsHeight, fewWidth, 3*ChunkK+1, 1, gemmScalars{1, 0})
	}
}

// TestGemmLowTiles: a few columns of float64, rows of A a multiple of 4 KiB apart, by tiles of nine rows and of twelve on any processor.
func TestGemmLowTiles(t *testing.T) {
	p := tierPool(t, AVX512)
	was := lowTiles
	t.Cleanup(func() { lowTiles = was })
	setThreeChains(t, threeChains, 1<<30)
	for _, lowTiles = range []bool{true, false} {
		r := gemmNoise(41)
		g := newGemmGuards[float64](t, 120_000)
		for m := 4*lowRows - 1; m <= 6*lowRows+1; m++ {
			n, k := 2+m%8, []int{17, ChunkK, ChunkK + 9, 512}[m%4]
			s := gemmScalarCases[m%len(gemmScalarCases)]
			testGemmShape(t, p, g, &r, NoTrans, gemmFlags[m%2], m, n, k, 512-k, s)
		}
	}
}
