package kernels

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// setShort has products of up to most rows computed, and B in place fetched, as on processors where that pays, until the test ends.
func setShort(t *testing.T, most int) {
	wasMost, wasNext := shortMost, fetchNext
	shortMost, fetchNext = most, true
	t.Cleanup(func() { shortMost, fetchNext = wasMost, wasNext })
}

// A shortProduct is one of the two ways to compute a product of few rows.
type shortProduct[T Float] func(m, n, k int, alpha T, a []T, ra, ca int, b []T, rb int, beta T, c []T, ldc int)

// shortWays runs f for each of them that the machine has.
func shortWays[T Float](t *testing.T, f func(t *testing.T, shape shortShape, by shortProduct[T])) {
	for _, isa := range []ISA{AVX2, AVX512} {
		if !slices.Contains(Supported(), isa) {
			continue
		}
		kind := kindOf(isa, unsafe.Sizeof(T(0)))
		t.Run(fmt.Sprint("sums ", isa), func(t *testing.T) {
			f(t, sumsShape(kind, sumsShapes[kind].mr, int(unsafe.Sizeof(T(0)))), func(m, n, k int, alpha T, a []T, ra, ca int, b []T, rb int, beta T, c []T, ldc int) {
				multiplySums(isa, kind, m, n, k, alpha, a, ra, ca, b, rb, beta, c, ldc)
			})
		})
		if isa != AVX512 {
			continue
		}
		t.Run("strips", func(t *testing.T) {
			f(t, stripShapes[kind], func(m, n, k int, alpha T, a []T, ra, ca int, b []T, rb int, beta T, c []T, ldc int) {
				multiplyStrips(kind, m, n, k, alpha, a, ra, ca, b, rb, beta, c, ldc)
			})
		})
	}
}

// TestGemmShort: products of few rows at every size up to two tiles and three, several calls wide and several chunks deep.
func TestGemmShort(t *testing.T) {
	t.Run("float32", testGemmShort[float32])
	t.Run("float64", testGemmShort[float64])
}

func testGemmShort[T Float](t *testing.T) {
	shortWays(t, func(t *testing.T, shape shortShape, by shortProduct[T]) {
		r := gemmNoise(21)
		g := newGemmGuards[T](t, 200_000)
		small := newGemmGuards[T](t, 20_000)
		check := func(g *gemmGuards[T], tA Transpose, m, n, k, gap int, s gemmScalars) {
			t.Helper()
			testGemmBy(t, g, &r, tA, NoTrans, m, n, k, gap, s, func(a []T, lda int, b []T, ldb int, c []T, ldc int) {
				ra, ca := lda, 1
				if tA == Trans {
					ra, ca = ca, ra
				}
				by(m, n, k, T(s.alpha), a, ra, ca, b, ldb, T(s.beta), c, ldc)
			})
		}
		scalars := []gemmScalars{{1, 0}, {1, 1}, {-0.75, 0.3}, {2, 0}, {1.5, -1}} // alpha is not 0
		ks := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 33}
		step := 1
		if testing.Short() {
			step = 5
		}
		for _, tA := range gemmFlags {
			for m := 1; m <= 2*shape.mr+3; m++ {
				for n := 1 + m%step; n <= 2*shape.nr+3; n += step {
					check(small, tA, m, n, ks[r.intn(len(ks))], r.intn(3), scalars[r.intn(len(scalars))])
				}
			}
			for i, k := range []int{383, 384, 385, 769} {
				check(g, tA, shape.mr+i, shape.nr+7, k, i%2, scalars[i])
			}
			check(g, tA, shape.mr+1, 2*shape.cols+shape.nr+1, 21, 1, scalars[2])
		}
		check(g, NoTrans, 2, vecPiece+5, 9, 0, scalars[2]) // more columns than there is room for sums
	})
}

// TestGemmShortSpecialValues: infinities, NaN, zeros of both signs and subnormal numbers.
func TestGemmShortSpecialValues(t *testing.T) {
	t.Run("float32", testGemmShortSpecial[float32])
	t.Run("float64", testGemmShortSpecial[float64])
}

func testGemmShortSpecial[T Float](t *testing.T) {
	shortWays(t, func(t *testing.T, _ shortShape, by shortProduct[T]) {
		src := rnd.New(8)
		for range 40 {
			m, n, k := 1+src.Intn(20), 1+src.Intn(110), 1+src.Intn(20)
			a, b := rnd.Special(src, make([]T, m*k)), rnd.Special(src, make([]T, k*n))
			c := rnd.Special(src, make([]T, m*n))
			s := rnd.Special(src, make([]T, 2))
			if s[0] == 0 {
				continue // Gemm sees to that
			}
			want := append([]T(nil), c...)
			chainGemm(NoTrans, NoTrans, m, n, k, s[0], a, k, b, n, s[1], want, n)
			by(m, n, k, s[0], a, k, 1, b, n, s[1], c, n)
			gemmSame(t, want, c, fmt.Sprint(m, n, k, s))
		}
	})
}

// TestGemmShortTaken: which products are computed so, and that Gemm has the same bits then, by any number of workers and without allocations.
func TestGemmShortTaken(t *testing.T) {
	t.Run("float32", testGemmShortTaken[float32])
	t.Run("float64", testGemmShortTaken[float64])
}

func testGemmShortTaken[T Float](t *testing.T) {
	size := int(unsafe.Sizeof(T(0)))
	setCaches(t, 64<<10, 32<<10, 64<<10)
	setShort(t, 40)
	line := 4096 / size
	for _, isa := range []ISA{AVX2, AVX512} {
		if !slices.Contains(Supported(), isa) {
			continue
		}
		wide := isa == AVX512
		for _, c := range []struct {
			m, n, k, gap int
			want         bool
		}{
			{2, line, 9, 0, true},
			{2, line, 8, 0, false}, // fits
			{1, line, 9, 0, false},
			{6, line, 9, 5, true},
			{7, line, 9, 0, true},
			{8, line / 2, 40, 0, true},
			{8, line, 9, 5, !wide}, // rows of B do not collide
			{9, line, 9, 0, !wide}, // one tile high
			{12, line, 9, 0, !wide},
			{13, line, 9, 0, true},
			{40, line, 9, 0, true},
			{41, line, 9, 0, false},
			// In the cache, where only rows that collide matter.
			{8, 40, 32, line - 40, true},
			{8, 40, 32, line - 39, false},
			{8, 40, 24, line - 40, false},
			{8, 128/size + 1, 32, line/2 - 128/size - 1, true},
			{8, 128 / size, 32, line - 128/size, false},
		} {
			r := gemmNoise(22)
			a, b, x := gemmMatrix[T](&r, c.m, c.k, c.k), gemmMatrix[T](&r, c.k, c.n, c.n+c.gap), make([]T, c.m*c.n)
			if got := multiplyShort(isa, false, c.m, c.n, c.k, 1, a, c.k, 1, b, c.n+c.gap, 1, 0, x, c.n); got != c.want {
				t.Errorf("%v: %d×%d×%d, rows of B %d bytes apart: %v", isa, c.m, c.n, c.k, (c.n+c.gap)*size, got)
			}
			want := make([]T, c.m*c.n)
			chainGemm(NoTrans, NoTrans, c.m, c.n, c.k, 1, a, c.k, b, c.n+c.gap, 0, want, c.n)
			for w := 1; w <= 3; w++ {
				p := NewPool(w, WithISA(isa))
				clear(x)
				Gemm(p, NoTrans, NoTrans, c.m, c.n, c.k, 1, a, c.k, b, c.n+c.gap, 0, x, c.n)
				gemmSame(t, want, x, fmt.Sprintf("%v, %d workers: %d×%d×%d", isa, w, c.m, c.n, c.k))
				if got := testing.AllocsPerRun(3, func() {
					Gemm(p, NoTrans, NoTrans, c.m, c.n, c.k, 1, a, c.k, b, c.n+c.gap, 0, x, c.n)
				}); w == 1 && got != 0 {
					t.Errorf("%v: %d×%d×%d allocates", isa, c.m, c.n, c.k)
				}
				p.Close()
			}
		}
		// Columns of A near each other and far apart; columns of B.
		a, b, x := make([]T, 9*1024), make([]T, 9*line), make([]T, 4*line)
		for _, c := range []struct {
			ca, rb, cb int
			want       bool
		}{{512 / size, line, 1, true}, {512/size + 1, line, 1, false}, {4, 1, 9, false}} {
			if got := multiplyShort(isa, false, 4, line, 9, 1, a, 1, c.ca, b, c.rb, c.cb, 0, x, line); got != c.want {
				t.Errorf("%v: columns of A %d apart, of B %d: %v", isa, c.ca, c.cb, got)
			}
		}
	}
}

// TestShortWork: what one call computes and reads of B at most, as TestGemmWork.
func TestShortWork(t *testing.T) {
	for kind := range sumsShapes {
		size, limit := 4<<(kind&1), 3_000_000>>(kind/2) // tile32…, tile64… in turn, AVX-512 first
		shapes := []shortShape{}
		if kind < len(stripShapes) {
			shapes = append(shapes, stripShapes[kind])
		}
		for m := 1; m <= 48; m++ {
			shapes = append(shapes, sumsShape(tileKind(kind), m, size))
		}
		for _, s := range shapes {
			if flop := 2 * s.mr * s.cols * s.depth; flop > limit*4/size {
				t.Errorf("tile kind %d: %d flop in a call", kind, flop)
			}
			if bytes := s.cols * s.depth * size; bytes > gemvPiece {
				t.Errorf("tile kind %d: %d bytes of B in a call", kind, bytes)
			}
		}
	}
}
