package kernels

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"
)

// TestGemmRelay: panels that are copied while the one before is at work, by their own first tile, or beforehand: every height, several depths, whole panels and a rest, operands against
// forbidden pages.
func TestGemmRelay(t *testing.T) {
	tierPool(t, AVX512)
	t.Run("float32", func(t *testing.T) { testGemmRelay[float32](t, tile32AVX512) })
	t.Run("float64", func(t *testing.T) { testGemmRelay[float64](t, tile64AVX512) })
}

func testGemmRelay[T Float](t *testing.T, kind tileKind) {
	r := gemmNoise(33)
	nr, page := tileShapes[kind].nr, 4096/int(unsafe.Sizeof(T(0)))
	g := newGemmGuards[T](t, (relayDepth+8)*(page+16))
	ks := []int{4, 5, 6, 7, 8, 12, 33, 36, 62, 64, 67, relayDepth - 1, relayDepth}
	for m := relayRows; m <= 2*relayRows+12; m++ {
		for i, s := range gemmScalarCases {
			if s.alpha == 0 {
				continue // Gemm sees to that
			}
			k, n := ks[r.intn(len(ks))], max(nr, r.intn(5*nr))
			gap := (page - n%page) / 2 // B's rows a page apart, or as many elements more; or without such gaps
			if i/2%2 == 1 {
				gap = 0
			}
			testGemmBy(t, g, &r, NoTrans, NoTrans, m, n, k, gap+i%2*3, s, func(a []T, lda int, b []T, ldb int, c []T, ldc int) {
				relayPanels(kind, m, n, k, T(s.alpha), a, lda, b, ldb, T(s.beta), c, ldc)
			})
		}
	}
}

// TestGemmRelayTaken: which products are computed so, and that Gemm has the same bits then, by any number of workers and without allocations.
func TestGemmRelayTaken(t *testing.T) {
	t.Run("float32", testGemmRelayTaken[float32])
	t.Run("float64", testGemmRelayTaken[float64])
}

func testGemmRelayTaken[T Float](t *testing.T) {
	was := relayMost
	t.Cleanup(func() { relayMost = was })
	relayMost = 128
	size := int(unsafe.Sizeof(T(0)))
	page := 4096 / size
	for _, isa := range []ISA{AVX2, AVX512} {
		if !slices.Contains(Supported(), isa) {
			continue
		}
		for _, c := range []struct {
			m, n, k, gap int
			want         bool
		}{
			{32, page, 32, 0, true},
			{128, page, 32, 0, true},
			{129, page, 32, 0, false},
			{24, page, 32, 0, false},
			{32, page, 28, 0, false},
			{32, page, 31, 0, false},
			{32, page, 34, 0, true},
			{33, page, 127, 0, true},
			{32, page, 128, 0, true},
			{32, page, 129, 0, false},
			{32, page / 2, 32, 0, false},
			{32, page, 32, 1, false}, // rows that do not collide
			{32, 65, 32, page - 65, true},
			{26, 65, 32, page - 65, !packPages || 2*65 > page},
			{28, 128 / size, 32, page - 128/size, packPages}, // one panel
			{27, 128 / size, 32, page - 128/size, false},
			{32, 128/size + 1, 32, page - 128/size - 1, false},
		} {
			r := gemmNoise(34)
			ld := c.n + c.gap
			a, b, x := gemmMatrix[T](&r, c.m, c.k, c.k), gemmMatrix[T](&r, c.k, c.n, ld), make([]T, c.m*ld)
			if got := multiplyRelay(isa, false, c.m, c.n, c.k, 1, a, c.k, 1, b, ld, 1, 0, x, ld); got != (c.want && isa == AVX512) {
				t.Errorf("%v: %d×%d×%d, rows of B %d bytes apart: %v", isa, c.m, c.n, c.k, ld*size, got)
			}
			if got := multiplyRelay(isa, true, c.m, c.n, c.k, 1, a, c.k, 1, b, ld, 1, 0, x, ld); got != (c.want && c.m >= relayPassing && isa == AVX512) {
				t.Errorf("%v: %d×%d×%d of a batch that passes: %v", isa, c.m, c.n, c.k, got)
			}
			want := make([]T, c.m*ld)
			chainGemm(NoTrans, NoTrans, c.m, c.n, c.k, 1, a, c.k, b, ld, 0, want, ld)
			for w := 1; w <= 3; w++ {
				p := NewPool(w, WithISA(isa))
				clear(x)
				product := func() { Gemm(p, NoTrans, NoTrans, c.m, c.n, c.k, 1, a, c.k, b, ld, 0, x, ld) }
				product()
				gemmSame(t, want, x, fmt.Sprintf("%v, %d workers: %d×%d×%d", isa, w, c.m, c.n, c.k))
				if got := testing.AllocsPerRun(3, product); w == 1 && got != 0 {
					t.Errorf("%v: %d×%d×%d allocates", isa, c.m, c.n, c.k)
				}
				p.Close()
			}
		}
	}
}

// TestRelayWork: what one call computes at most, as TestGemmWork: a panel.
func TestRelayWork(t *testing.T) {
	for kind := tile32AVX512; kind <= tile64AVX512; kind++ {
		if flop := 2 * 128 * tileShapes[kind].nr * relayDepth; flop > callLimit(AVX512, 4<<kind) {
			t.Errorf("tile kind %d: %d flop in a panel", kind, flop)
		}
	}
}
