package kernels

import (
	"fmt"
	"testing"
)

// Batches of products at most one vector wide, which a loop in assembly takes: every height and width, both layouts of A, gaps, rows of operands and products against
// forbidden pages, near and, as it were, from beyond the second-level cache.
func TestGemmBatchTogether(t *testing.T) {
	half, coming, two := cacheHalf, fetchComing, twoPermutes
	defer func() { cacheHalf, fetchComing, twoPermutes = half, coming, two }()
	for _, far := range []bool{false, true} {
		fetchComing, twoPermutes = far, far
		if far {
			cacheHalf = 0
		}
		t.Run(fmt.Sprintf("float32 far=%v", far), testBatchTogether[float32])
		t.Run(fmt.Sprintf("float64 far=%v", far), testBatchTogether[float64])
	}
}

func testBatchTogether[T Float](t *testing.T) {
	const batch = 3
	gemmTiers(t, func(t *testing.T, p *Pool) {
		r := gemmNoise(21)
		g := newGemmGuards[T](t, 20_000)
		for m := 1; m <= batchRows+1; m++ {
			for n := 1; n <= 17; n++ {
				k := []int{1, 2, 4, 7, 8, 16, 33}[r.intn(7)]
				if n == 8 && m%4 == 0 {
					k = m
				}
				s := gemmScalarCases[r.intn(len(gemmScalarCases))]
				tA, gap := gemmFlags[r.intn(2)], r.intn(3)
				testBatchShape(t, p, g, &r, tA, m, n, k, gap, batch, s)
			}
		}
		for _, n := range []int{4, 8, 16} {
			for _, s := range gemmScalarCases {
				testBatchShape(t, p, g, &r, NoTrans, n, n, n, 0, batch, s)
				testBatchShape(t, p, g, &r, NoTrans, n, n, n, 0, 2*batch+1, s)
			}
		}
		testBatchShape(t, p, g, &r, NoTrans, 5, 7, ChunkK, 1, batch, gemmScalars{0.5, 2})
	})
}

func testBatchShape[T Float](t *testing.T, p *Pool, g *gemmGuards[T], r *gemmNoise, tA Transpose, m, n, k, gap, batch int, s gemmScalars) {
	t.Helper()
	ar, ac := gemmShape(tA, m, k)
	lda, ldb, ldc := ac+gap, n+gap, n+2*gap
	a, b := gemmMatrix[T](r, batch*ar, ac, lda), gemmMatrix[T](r, batch*k, n, ldb)
	want := gemmMatrix[T](r, batch*m, n, ldc)
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
		chainGemm(tA, NoTrans, m, n, k, T(s.alpha), a[i*ar*lda:], lda, b[i*k*ldb:], ldb, T(s.beta), want[i*m*ldc:], ldc)
	}
	GemmBatch(p, tA, NoTrans, m, n, k, T(s.alpha), a, lda, ar*lda, b, ldb, k*ldb, T(s.beta), got, ldc, m*ldc, batch)
	gemmSame(t, want, got, fmt.Sprintf("%c m=%d n=%d k=%d gap=%d batch=%d %v", tA, m, n, k, gap, batch, s))
	g.a.Check()
	g.b.Check()
	g.c.Check()
}

// One call of assembly takes at most 50 µs: 3 Mflop in float32, half of it in float64, and what it moves at 3 GB/s.
func TestBatchWork(t *testing.T) {
	if 2*batchWork > 3_000_000 || batchBytes > 150_000 {
		t.Errorf("%d flop, %d bytes", 2*batchWork, batchBytes)
	}
	if flop := 2 * batchRows * 16 * ChunkK; flop > 2*batchWork {
		t.Errorf("one product is %d flop", flop)
	}
	// AVX2 takes order 8 at most, of 3·8² elements: half as many flop.
	if flop := batchBytes / (3 * 8 * 8 * 4) * 2 * 8 * 8 * 8; flop > 1_500_000 {
		t.Errorf("order 8 in float32 is %d flop", flop)
	}
}
