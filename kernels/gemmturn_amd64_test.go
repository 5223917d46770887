package kernels

import (
	"fmt"
	"testing"
	"unsafe"
)

// TestGemmTurned: products of two transposed operands by tiles that are turned, whole and half wide, with rows of tiles of 4, 8 and 12 columns of C, more than a strip,
// and every remainder of k; on Zen 5 with C read too.
func TestGemmTurned(t *testing.T) {
	for _, is := range []bool{false, true} {
		t.Run(fmt.Sprintf("zen5=%v", is), func(t *testing.T) {
			setZen5(t, is)
			t.Run("float32", testGemmTurned[float32])
			t.Run("float64", testGemmTurned[float64])
		})
	}
}

func testGemmTurned[T Float](t *testing.T) {
	p := tierPool(t, AVX512)
	r := gemmNoise(12)
	g := newGemmGuards[T](t, 60_000)
	_, nr := tileSize[T](AVX512)
	turned := func(m, n, k, gap int, s gemmScalars) bool {
		size := unsafe.Sizeof(T(0))
		g := blockCall{kind: kindOf(AVX512, size), m: m, n: n, k: k, size: size, ra: size, ca: uintptr(m+gap) * size, rb: size, cb: uintptr(k+2*gap) * size, rc: uintptr(n+gap) * size}
		setScalars(&g.tile, T(s.alpha), T(s.beta))
		return g.turns()
	}
	for _, s := range []gemmScalars{{1, 0}, {-0.75, 0}, {1, 1}, {-0.75, 1}, {1.5, 0.5}} {
		for i, m := range []int{nr, 2 * nr, nr / 2, 3 * nr / 2, 9 * nr} {
			for j, n := range []int{4, 8, 12, 28, 24, 16, 36} {
				k := 128 + (i+j)%5
				if m%nr == 0 {
					k = 64 + (i+j)%29
				}
				if is := turned(m, n, k, j%3, s); is != (s.beta == 0 || zen5) {
					t.Fatalf("%d×%d×%d, beta %g turned: %v", m, n, k, s.beta, is)
				}
				testGemmShape(t, p, g, &r, Trans, Trans, m, n, k, j%3, s)
			}
		}
		testGemmShape(t, p, g, &r, Trans, Trans, 2*nr, 24, ChunkK, 1, s)
		testGemmShape(t, p, g, &r, Trans, Trans, nr, 16, 2*ChunkK+9, 1, s) // chunk by chunk
	}
	for _, c := range []struct{ n, gap, k, of32 int }{{24, 1000, 130, 160}, {24, 488, 70, 96}, {24, 1, 64, 0}} { // rows of C that collide
		want := !zen5 || !is32[T]() || c.k >= c.of32
		if is := turned(nr, c.n, c.k, c.gap, gemmScalars{1, 0}); is != want {
			t.Errorf("k = %d, rows of C of %d elements, turned: %v", c.k, c.n+c.gap, is)
		}
	}
	for _, c := range []struct {
		m, n, k int
		beta    float64
	}{{nr, 12, 63, 0}, {nr, 12, ChunkK + 1, 0}, {nr, 13, 64, 0}, {nr + 1, 12, 128, 0}, {nr / 2, 12, 64, 0}} {
		s := gemmScalars{1, c.beta}
		if turned(c.m, c.n, c.k, 1, s) {
			t.Errorf("%d×%d×%d, beta %g is turned", c.m, c.n, c.k, c.beta)
		}
		testGemmShape(t, p, g, &r, Trans, Trans, c.m, c.n, c.k, 1, s)
	}
}
