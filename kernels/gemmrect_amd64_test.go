package kernels

import (
	"slices"
	"testing"
	"unsafe"
)

// TestGemmTiled: small products in one call of assembly, with every kind of last row and last column of tiles, and which products are.
func TestGemmTiled(t *testing.T) {
	t.Run("float32", testGemmTiled[float32])
	t.Run("float64", testGemmTiled[float64])
}

func testGemmTiled[T Float](t *testing.T) {
	if !slices.Contains(Supported(), AVX512) {
		t.Skip("no AVX-512")
	}
	p := NewPool(1, WithISA(AVX512))
	defer p.Close()
	r := gemmNoise(13)
	g := newGemmGuards[T](t, 20_000)
	for i, m := range []int{2, 12, 13, 25, 37, 48, 63, 64} {
		for j, n := range []int{2, 17, 32, 33, 41, 63, 64} {
			s := gemmScalarCases[(i+j)%len(gemmScalarCases)]
			testGemmShape(t, p, g, &r, NoTrans, NoTrans, m, n, 1+(7*i+5*j)%70, j%3, s)
			testGemmShape(t, p, g, &r, Trans, NoTrans, m, n, 1+(5*i+7*j)%70, j%2, s)
		}
	}
	kind := kindOf(AVX512, unsafe.Sizeof(T(0)))
	const s = 1 << 10
	setCaches(t, 64*s, 64*s, 64*s)
	for _, c := range []struct {
		m, n, k    int
		ra, ca, rb uintptr
		want       bool
	}{
		{64, 64, 64, s + 64, 8, s, true},
		{64, 64, 65, s + 64, 8, s, false}, // rows of B share sets
		{64, 64, 65, s + 64, 8, s + 64, true},
		{64, 64, 183, s + 64, 8, s + 64, true},
		{64, 64, 384, s + 64, 8, s + 64, false}, // long
		{65, 64, 8, s, 8, s, false},
		{64, 65, 8, s, 8, s, false},
		{1, 64, 8, s, 8, s, false},
		{64, 1, 8, s, 8, s, false},
		{64, 64, 8, 8, 4096, s, false}, // columns pages apart
		{64, 64, 8, 8, 4096 - 64, s, true},
	} {
		call := tileCall{ra: c.ra, ca: c.ca, rb: c.rb, k: c.k}
		if got := call.tiled(kind, c.m, c.n); got != c.want {
			t.Errorf("%d×%d×%d, A %d and %d, B %d bytes apart: %v", c.m, c.n, c.k, c.ra, c.ca, c.rb, got)
		}
		if call.tiled(kind+2, c.m, c.n) {
			t.Errorf("%d×%d×%d in AVX2's tiles", c.m, c.n, c.k)
		}
	}
	// 50 µs a call, as TestGemmWork says of tiles.
	if flops := 2 * rectWork[kind] * int(unsafe.Sizeof(T(0))); flops > 3_000_000*4 {
		t.Errorf("%d flop of float32 in a call", flops/4)
	}
	forceNarrowL1(t)
	if call := (tileCall{ra: 4096, ca: 8, rb: s, k: 8}); call.tiled(kind, 64, 64) {
		t.Error("rows of A that collide")
	}
}
