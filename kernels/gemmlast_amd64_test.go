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
	g := newGemmGuards[T](t, 320_000)
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
	// So many rows that strips of one height would leave fewer than a group.
	m := 3655
	if is32[T]() {
		m = 14479
	}
	testGemmShape(t, p, g, &r, NoTrans, NoTrans, m, 2, 17, 3, gemmScalars{1, 0.5})
}

// TestColumnWork: what one call of the kernels of few columns takes at most.
func TestColumnWork(t *testing.T) {
	const _ = uint(arenaEdge - lastGroups*256) // the sums of lastGroups vectors for four columns
	for _, size := range []int{4, 8} {
		lanes := 64 / size
		if flop := lastGroups * lanes * lastCols[kindOf(AVX512, uintptr(size))] * 2 * ChunkK; flop > callLimit(AVX512, size) {
			t.Errorf("gemmLast…, %d-byte elements: %d flop", size, flop)
		}
		if flop := tallStrip * (96 / size) * 2 * ChunkK; flop > callLimit(AVX2, size) { // a panel and half a one
			t.Errorf("gemmTriple…, %d-byte elements: %d flop", size, flop)
		}
		rows := lanes // of a strip; of float64 eight, on AVX2 too
		if bytes := chainTimes * rows * 3 * ChunkK * size; bytes > 524288 || chainStrips*rows > chainSums {
			t.Errorf("gemmChains…, %d-byte elements: %d bytes", size, bytes)
		}
	}
}
