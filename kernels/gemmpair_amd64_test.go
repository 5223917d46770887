package kernels

import (
	"fmt"
	"testing"
)

// Batches of products one vector wide that share A, two at a time: every height, depths of one to three chunks, even and odd batches, gaps between products and between rows of C and A, operands
// against forbidden pages.
func TestGemmBatchPairs(t *testing.T) {
	p := tierPool(t, AVX512)
	was := pairs
	t.Cleanup(func() { pairs = was })
	pairs = true
	t.Run("float32", func(t *testing.T) { testGemmPairs[float32](t, p, 16) })
	t.Run("float64", func(t *testing.T) { testGemmPairs[float64](t, p, 8) })
}

func testGemmPairs[T Float](t *testing.T, p *Pool, n int) {
	r := gemmNoise(29)
	g := newGemmGuards[T](t, 160_000)
	for m := batchRows - 1; m <= 64; m++ {
		for i, s := range gemmScalarCases {
			k := []int{1, 2, 3, 4, 5, 16, 33, 63, 64, 65, 130}[r.intn(11)]
			testPairShape(t, p, g, &r, m, n, k, i%2*3, r.intn(2)*5, 2+r.intn(4), s)
		}
	}
	for _, k := range []int{ChunkK, ChunkK + 1, 2*ChunkK + 7} {
		for _, s := range gemmScalarCases {
			testPairShape(t, p, g, &r, 29, n, k, 1, 3, 3, s)
		}
	}
}

func testPairShape[T Float](t *testing.T, p *Pool, g *gemmGuards[T], r *gemmNoise, m, n, k, gap, more, batch int, s gemmScalars) {
	t.Helper()
	lda, ldc := k+gap, n+2*gap
	sb, sc := k*n+more, m*ldc+more
	a, b, want := gemmMatrix[T](r, m, k, lda), gemmMatrix[T](r, 1, (batch-1)*sb+k*n, 1<<20), gemmMatrix[T](r, 1, (batch-1)*sc+span(m, n, ldc), 1<<20)
	if s.beta == 0 {
		for i := range want {
			want[i] = T(0) / (want[0] - want[0])
		}
	}
	a, b, got := g.a.EndCopy(a), g.b.EndCopy(b), g.c.EndCopy(want)
	if r.intn(2) == 0 {
		a, b, got = g.a.StartCopy(a), g.b.StartCopy(b), g.c.StartCopy(want)
	}
	for i := range batch {
		chainGemm(NoTrans, NoTrans, m, n, k, T(s.alpha), a, lda, b[i*sb:], n, T(s.beta), want[i*sc:], ldc)
	}
	GemmBatch(p, NoTrans, NoTrans, m, n, k, T(s.alpha), a, lda, 0, b, n, sb, T(s.beta), got, ldc, sc, batch)
	gemmSame(t, want, got, fmt.Sprintf("m=%d n=%d k=%d gap=%d more=%d batch=%d %v", m, n, k, gap, more, batch, s))
	g.a.Check()
	g.b.Check()
	g.c.Check()
}
