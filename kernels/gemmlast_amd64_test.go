package kernels

import "testing"

// TestGemmLastColumns: the last columns of products, and products of so few, by lanes and by tiles on any processor: every height up to two calls and a group, every remainder of k.
func TestGemmLastColumns(t *testing.T) {
	was := lastByLanes
	t.Cleanup(func() { lastByLanes = was })
	for _, lastByLanes = range []bool{true, false} {
		t.Run("float32", testGemmLastColumns[float32])
		t.Run("float64", testGemmLastColumns[float64])
	}
}

func testGemmLastColumns[T Float](t *testing.T) {
	p := tierPool(t, AVX512)
	r := gemmNoise(37)
	g := newGemmGuards[T](t, 150_000)
	_, nr := tileSize[T](AVX512)
	for m := nr - 1; m <= 9*nr; m++ {
		if testing.Short() && m%3 != 0 {
			continue
		}
		for i, s := range gemmScalarCases {
			n, k := 2*nr+1+(m+i)%5, 1+(5*m+3*i)%27
			if i%2 == 1 {
				n -= 2 * nr // alone, which the driver has beyond one chunk
				if k += ChunkK; n == 1 {
					n = 2
				}
			}
			testGemmShape(t, p, g, &r, NoTrans, gemmFlags[m%2], m, n, k, i%2*3, s)
		}
	}
}
