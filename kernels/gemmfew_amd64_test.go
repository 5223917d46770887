package kernels

import "testing"

// TestGemmFewColumns: a few columns of float32 by lanes and by tiles on any processor: every height up to four strips more than the least, rows that overlap, B packed
// and in place.
func TestGemmFewColumns(t *testing.T) {
	p := avx512Pool(t)
	was, line := fewByLanes, stackedLine
	t.Cleanup(func() { fewByLanes, stackedLine = was, line })
	stackedLine = 0 // which is asked first
	setThreeChains(t, threeChains, 1<<30)
	for _, fewByLanes = range []bool{true, false} {
		r := gemmNoise(23)
		g := newGemmGuards[float32](t, 150_000)
		for m := 4*fewHeight - 1; m <= 8*fewHeight+3; m++ {
			if testing.Short() && m%4 != 3 {
				continue
			}
			for i, s := range gemmScalarCases {
				n := 4 + (m+i)%6
				// Longer sums than those that go without the driver.
				k := []int{ChunkK + 1, ChunkK + 9, ChunkK + 16, 2 * ChunkK, 1, 15, 16, 17, 31, 40}[(m+i*3)%10]
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
