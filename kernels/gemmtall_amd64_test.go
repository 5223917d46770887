package kernels

import "testing"

// TestGemmTall: columns beside whole panels on AVX2 by tiles of their own and by the common ones on any processor: widths to the third panel, heights up to three tiles and all parts of one, and of several strips.
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
	g := newGemmGuards[T](t, 60_000)
	_, nr := tileSize[T](AVX2)
	for m := tallLeast - 1; m <= 3*tallRows+tallLeast; m++ {
		if testing.Short() && m%3 != 0 {
			continue
		}
		for n := 2; n <= 2*nr+nr/2; n++ {
			for i, k := range []int{1, 2, 7, 70} {
				testGemmShape(t, p, g, &r, gemmFlags[(m+n)%2], NoTrans, m, n, k, (m+i)%3, gemmScalarCases[(m+n+i)%len(gemmScalarCases)])
			}
		}
	}
	for i, m := range []int{27, tallStrip + 1, 2*tallStrip + 1, 2*tallStrip + 25} {
		for _, n := range []int{1, nr/2 - 1, nr/2 + 1, nr + 3, 3*nr + nr/2} {
			testGemmShape(t, p, g, &r, NoTrans, NoTrans, m, n, ChunkK/(i+1)+5, 1, gemmScalars{1.5, 0.5})
		}
	}
}
