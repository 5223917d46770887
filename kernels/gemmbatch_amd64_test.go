package kernels

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/guard"
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
		g := newGemmGuards[T](t, 80_000)
		for m := 1; m <= batchRows+1; m++ {
			for n := 1; n <= 17; n++ {
				k := []int{1, 2, 4, 7, 8, 16, 33}[r.intn(7)]
				if n == 8 && m%4 == 0 {
					k = m
				}
				s := gemmScalarCases[r.intn(len(gemmScalarCases))]
				tA, gap := gemmFlags[r.intn(2)], r.intn(3)
				testBatchShape(t, p, g, &r, tA, m, n, k, [3]int{gap, gap, 2 * gap}, batch, s)
			}
		}
		for _, n := range []int{4, 8, 16, 32} {
			for _, s := range gemmScalarCases {
				testBatchShape(t, p, g, &r, NoTrans, n, n, n, [3]int{}, batch, s)
				testBatchShape(t, p, g, &r, NoTrans, n, n, n, [3]int{}, 2*batch+1, s)
				testBatchShape(t, p, g, &r, NoTrans, n, n, n, [3]int{}, 2*batch, s)
			}
		}
		for _, k := range []int{2, 3, 6, 32, ChunkK} {
			testBatchShape(t, p, g, &r, NoTrans, 16, 16, k, [3]int{1, 2, 3}, batch, gemmScalars{0.5, 2})
		}
		// One operand with gaps is not dense.
		for _, n := range []int{4, 8, 16, 32} {
			for i := range 8 {
				for _, tA := range gemmFlags {
					testBatchShape(t, p, g, &r, tA, n, n, n, [3]int{i & 1, i >> 1 & 1, i >> 2}, batch, gemmScalars{0.5, 2})
				}
			}
		}
		testBatchShape(t, p, g, &r, NoTrans, 5, 7, ChunkK, [3]int{1, 1, 2}, batch, gemmScalars{0.5, 2})
		// More products than two calls compute.
		size := unsafe.Sizeof(T(0))
		for _, c := range [][4]int{{4, 4, 4, 0}, {8, 8, 8, 0}, {16, 16, 16, 0}, {32, 32, 32, 0}, {16, 8, 16, 0}, {1, 2, 2, 1}, {5, 7, 3, 1}, {16, 8, ChunkK, 0}} {
			m, n, k, gap := c[0], c[1], c[2], c[3]
			line := uintptr(n+gap) * size
			many := 2*(&tileCall{ra: uintptr(k+gap) * size, ca: size, rb: line, rc: line, k: k}).batchCount(m, n, size) + 1
			testBatchShape(t, p, g, &r, NoTrans, m, n, k, [3]int{gap, gap, gap}, many, gemmScalars{0.5, 2})
		}
	})
}

func testBatchShape[T Float](t *testing.T, p *Pool, g *gemmGuards[T], r *gemmNoise, tA Transpose, m, n, k int, gaps [3]int, batch int, s gemmScalars) {
	t.Helper()
	ar, ac := gemmShape(tA, m, k)
	lda, ldb, ldc := ac+gaps[0], n+gaps[1], n+gaps[2]
	a, b := gemmMatrix[T](r, batch*ar, ac, lda), gemmMatrix[T](r, batch*k, n, ldb)
	want := gemmMatrix[T](r, batch*m, n, ldc)
	if s.beta == 0 {
		for i := range want {
			want[i] = T(0) / (want[0] - want[0])
		}
	}
	place := (*guard.Buffer[T]).EndCopy
	if r.intn(2) == 0 {
		place = (*guard.Buffer[T]).StartCopy
	}
	a, b, got := place(g.a, a), place(g.b, b), place(g.c, want)
	for i := range batch {
		chainGemm(tA, NoTrans, m, n, k, T(s.alpha), a[i*ar*lda:], lda, b[i*k*ldb:], ldb, T(s.beta), want[i*m*ldc:], ldc)
	}
	GemmBatch(p, tA, NoTrans, m, n, k, T(s.alpha), a, lda, ar*lda, b, ldb, k*ldb, T(s.beta), got, ldc, m*ldc, batch)
	gemmSame(t, want, got, fmt.Sprintf("%c m=%d n=%d k=%d gaps=%v batch=%d %v", tA, m, n, k, gaps, batch, s))
	g.a.Check()
	g.b.Check()
	g.c.Check()
}

// One call of assembly takes at most 50 µs: 3 Mflop in float32, half of it in float64, and what it moves at 3 GB/s, of which rows that lie apart are a cache line each at least and a whole operand
// without gaps is.
func TestBatchWork(t *testing.T) {
	if 2*batchWork > 3_000_000 || batchBytes > 150_000 {
		t.Errorf("%d flop, %d bytes", 2*batchWork, batchBytes)
	}
	lines := func(rows, cols int, size uintptr, gap bool) int {
		if gap {
			return rows * max(64, cols*int(size))
		}
		return max(64, rows*cols*int(size))
	}
	for _, size := range []uintptr{4, 8} {
		for _, order := range []int{16, 32} {
			line := uintptr(order) * size
			c := tileCall{ra: line, ca: size, rb: line, rc: line, k: order}
			count := c.batchCount(order, order, size)
			if flop, bytes := count*2*order*order*order*int(size)/4, count*3*order*order*int(size); flop > 3_000_000 || bytes > 150_000 {
				t.Errorf("%d-byte elements, order %d: %d products, %d flop, %d bytes", size, order, count, flop, bytes)
			}
		}
		for m := 1; m <= batchRows; m++ {
			for n := 1; uintptr(n)*size <= 64; n++ {
				for k := 1; k <= ChunkK; k++ {
					for i := range 16 {
						trans, gapA, gapB, gapC := i&1 != 0, i&2 != 0, i&4 != 0, i&8 != 0
						line := func(n int, gap bool) uintptr {
							if gap {
								return 4096
							}
							return uintptr(n) * size
						}
						c := tileCall{ra: line(k, gapA), ca: size, rb: line(n, gapB), rc: line(n, gapC), k: k}
						a := lines(m, k, size, gapA)
						if trans {
							c.ra, c.ca, a = size, line(m, gapA), lines(k, m, size, gapA)
						}
						count := c.batchCount(m, n, size)
						flop := count * 2 * m * n * k * int(size) / 4
						bytes := count * (a + lines(k, n, size, gapB) + lines(m, n, size, gapC))
						if count < 1 || flop > 3_000_000 || bytes > 150_000 {
							t.Fatalf("%d-byte elements, m=%d n=%d k=%d, layout %d: %d products, %d flop, %d bytes", size, m, n, k, i, count, flop, bytes)
						}
						if order := m; m == n && m == k && (order == 4 || order == 8) && flop > 1_500_000 {
							t.Fatalf("%d-byte elements, order %d on AVX2: %d flop", size, order, flop)
						}
					}
				}
			}
		}
	}
}
