package kernels

import (
	"testing"
	"unsafe"
)

// TestGemmTiled: small products without the driver, with every kind of last row and last column of tiles, and which products are.
func TestGemmTiled(t *testing.T) {
	t.Run("float32", testGemmTiled[float32])
	t.Run("float64", testGemmTiled[float64])
}

func testGemmTiled[T Float](t *testing.T) {
	p := tierPool(t, AVX512)
	r := gemmNoise(13)
	g := newGemmGuards[T](t, 20_000)
	was := wideColumns
	t.Cleanup(func() { wideColumns = was })
	wideColumns = true
	for i, m := range []int{2, 12, 13, 25, 37, 48, 63, 64} {
		for j, n := range []int{2, 17, 32, 33, 41, 63, 64} {
			s := gemmScalarCases[(i+j)%len(gemmScalarCases)]
			testGemmShape(t, p, g, &r, NoTrans, NoTrans, m, n, 1+(7*i+5*j)%70, j%3, s)
			testGemmShape(t, p, g, &r, Trans, NoTrans, m, n, 1+(5*i+7*j)%70, j%2, s)
			testGemmShape(t, p, g, &r, NoTrans, Trans, m, n, 1+(3*i+7*j)%70, j%2, s)
		}
	}
	kind := kindOf(AVX512, unsafe.Sizeof(T(0)))
	const s = 1 << 10
	setCaches(t, 64*s, 64*s, 64*s)
	narrow := narrowL1
	narrowL1 = false
	defer func() { narrowL1 = narrow }()
	for _, c := range []struct {
		m, n, k  int
		lda, ldb uintptr
		columns  bool
		want     bool
	}{
		{64, 64, 64, s, s, false, true},
		{64, 64, 65, s, s, false, false}, // rows of B share sets
		{64, 64, 65, s, s + 64, false, true},
		{64, 64, 183, s, s + 64, false, true},
		{64, 64, 384, s, s + 64, false, false}, // long
		{2, 2, ChunkK + 1, s, s + 64, false, false},
		{65, 64, 8, s, s, false, false},
		{64, 65, 8, s, s, false, false},
		{1, 64, 8, s, s, false, false},
		{64, 1, 8, s, s, false, false},
		{64, 64, 8, 4096, s, true, false}, // columns pages apart
		{64, 64, 8, 4096 - 64, s, true, true},
		{64, 64, 8, 4096, s, false, true},
	} {
		if got := tiled(kind, c.m, c.n, c.k, c.lda, c.ldb, c.columns); got != c.want {
			t.Errorf("%d×%d×%d, A %d, B %d bytes apart, columns %v: %v", c.m, c.n, c.k, c.lda, c.ldb, c.columns, got)
		}
		if tiled(kind+2, c.m, c.n, c.k, c.lda, c.ldb, c.columns) {
			t.Errorf("%d×%d×%d in AVX2's tiles", c.m, c.n, c.k)
		}
	}
	// 50 µs a product, as TestGemmWork says of tiles.
	if flops := 2 * tiledWork[kind] * int(unsafe.Sizeof(T(0))); flops > 3_000_000*4 {
		t.Errorf("%d flop of float32 in a product", flops/4)
	}
	forceNarrowL1(t)
	if tiled(kind, 64, 64, 8, 4096, s, false) {
		t.Error("rows of A that collide")
	}
}
