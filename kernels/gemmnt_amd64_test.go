package kernels

import (
	"testing"
	"unsafe"
)

// TestGemmTransposing: products A·Bᵀ whose panels of B are transposed by their first tiles: of few tiles and by panel, whole panels and parts, the fewest terms, several chunks, one tile of rows and
// more, batches that share B or not, in each mode; and which products are taken so.
func TestGemmTransposing(t *testing.T) {
	t.Run("float32", testGemmTransposing[float32])
	t.Run("float64", testGemmTransposing[float64])
}

func testGemmTransposing[T Float](t *testing.T) {
	p := tierPool(t, AVX512)
	was := transposesB
	t.Cleanup(func() { transposesB = was })
	transposesB = true
	size := unsafe.Sizeof(T(0))
	kind := kindOf(AVX512, size)
	mr, nr := tileShapes[kind].mr, tileShapes[kind].nr
	r := gemmNoise(37)
	g := newGemmGuards[T](t, 60_000)
	for i, s := range gemmScalarCases {
		for _, m := range []int{mr, mr + 1, 2*mr + 5, 70} {
			for j, n := range []int{nr, nr + 3, 3 * nr} {
				k := []int{4, 8, 32, 60, 64}[(i+j+m)%5]
				testGemmShape(t, p, g, &r, NoTrans, Trans, m, n, k, (i+j)%4, s)
			}
		}
		testGemmShape(t, p, g, &r, NoTrans, Trans, mr+i, 2*nr+i, ChunkK, 1, s)
		testGemmShape(t, p, g, &r, NoTrans, Trans, mr+i, nr, 2*ChunkK+8, i%3, s)
	}
	const batch = 3
	m, n, k := 2*mr+1, 2*nr, 20
	a, b, c := gemmMatrix[T](&r, batch, m*k, m*k), gemmMatrix[T](&r, batch, n*k, n*k), gemmMatrix[T](&r, batch, m*n, m*n)
	for _, n := range []int{n, nr} {
		for _, strideB := range []int{0, n * k} {
			want, got := append([]T(nil), c...), append([]T(nil), c...)
			for i := range batch {
				chainGemm(NoTrans, Trans, m, n, k, T(1.5), a[i*m*k:], k, b[i*strideB:], k, T(0.5), want[i*m*n:], n)
			}
			GemmBatch(p, NoTrans, Trans, m, n, k, T(1.5), a, k, m*k, b, k, strideB, T(0.5), got, n, m*n, batch)
			gemmSame(t, want, got, "batch")
		}
	}
	for _, c := range []struct {
		m, n, k int
		cb      uintptr
		want    bool
	}{
		{mr, nr, 4, 256, true}, {mr - 1, nr, 4, 256, false}, {mr, nr - 1, 4, 256, false}, {mr, nr, 6, 256, false}, {mr, nr, 4, 1024, true}, {mr, nr, 4, 2048, false}, {mr, nr, 4, 8192, false},
	} {
		if got := transposes(kind, c.m, c.n, c.k, c.cb); got != c.want {
			t.Errorf("%v: %v", c, got)
		}
		if transposes(kind+2, c.m, c.n, c.k, c.cb) {
			t.Errorf("%v in AVX2's tiles", c)
		}
	}
}
