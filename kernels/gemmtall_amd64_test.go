package kernels

import "testing"

// TestGemmTall: columns beside whole panels on AVX2 by tall tiles and by others on any processor: every width, heights up to three tiles and all parts of one.
func TestGemmTall(t *testing.T) {
	was := tallTiles
	t.Cleanup(func() { tallTiles = was })
	for _, tallTiles = range []bool{true, false} {
		t.Run("float32", testGemmTall[float32])
		t.Run("float64", testGemmTall[float64])
	}
}

func testGemmTall[T Float](t *testing.T) {
	p := tierPool(t, AVX2)
	r := gemmNoise(41)
	g := newGemmGuards[T](t, 20_000)
	_, nr := tileSize[T](AVX2)
	for m := tallLeast - 1; m <= 3*tallRows+tallLeast; m++ {
		if testing.Short() && m%3 != 0 {
			continue
		}
		for n := 2; n < 2*nr; n++ {
			for i, k := range []int{1, 2, 7, 70} {
				testGemmShape(t, p, g, &r, gemmFlags[(m+n)%2], NoTrans, m, n, k, (m+i)%3, gemmScalarCases[(m+n+i)%len(gemmScalarCases)])
			}
		}
	}
	testGemmShape(t, p, g, &r, NoTrans, NoTrans, 27, nr+3, ChunkK+5, 1, gemmScalars{1.5, 0.5})
}
