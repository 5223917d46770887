package kernels

import (
	"testing"
	"unsafe"
)

// TestGemmStreamed: products of a small A with a B that passes by once, of one to three groups of panels, with and without parts of panels, rows of B that collide or not, in each mode; and
// which products are taken so.
func TestGemmStreamed(t *testing.T) {
	t.Run("float32", testGemmStreamed[float32])
	t.Run("float64", testGemmStreamed[float64])
}

func testGemmStreamed[T Float](t *testing.T) {
	p := tierPool(t, AVX512)
	size := int(unsafe.Sizeof(T(0)))
	was := streamsB
	t.Cleanup(func() { streamsB = was })
	streamsB = true
	kind := kindOf(AVX512, uintptr(size))
	nr := tileShapes[kind].nr
	setCaches(t, 130*130*size, 64, 1<<20)
	r := gemmNoise(31)
	g := newGemmGuards[T](t, 180_000)
	for i, s := range gemmScalarCases {
		n := (7+i%3*10)*nr + []int{0, 1, nr - 1}[i%3]
		testGemmShape(t, p, g, &r, NoTrans, NoTrans, 64+i, n, 64+i%2, i%2*3, s)
		testGemmShape(t, p, g, &r, NoTrans, NoTrans, 90+i, 14*nr, 80+i, 0, s)
		testGemmShape(t, p, g, &r, NoTrans, NoTrans, 130, 128+i, ChunkK+1+i, 0, s)
	}
	for _, c := range []struct {
		m, n, k int
		want    bool
	}{
		{64, 1 << 10, 64, true}, {64, 1 << 10, 63, false}, {63, 1 << 10, 64, false}, {128, 1 << 10, 128, true}, {131, 1 << 10, 130, false},
		{128, 1 << 10, 64, true}, {132, 1 << 10, 64, true}, {133, 1 << 10, 64, false}, {64, 1, 64, true}, {64, 0, 64, false},
	} {
		b := blockCall{kind: kind, m: c.m, n: max(1, c.n), k: c.k, size: uintptr(size), ra: 4096 + 64, ca: uintptr(size), cb: uintptr(size)}
		if c.n == 0 {
			b.cb *= 2 // columns
		}
		if got := b.streamed(); got != c.want {
			t.Errorf("%d×%d×%d: %v", c.m, c.n, c.k, got)
		}
		if b.ra = 4096; b.streamed() != (c.want && 2*c.m*c.k <= 130*130) {
			t.Errorf("%d×%d×%d, rows of A a page apart", c.m, c.n, c.k)
		}
		b.ra += 64
		if b.kind += 2; b.streamed() {
			t.Errorf("%d×%d×%d in AVX2's tiles", c.m, c.n, c.k)
		}
	}
	setCaches(t, 130*130*size, 64*64*size, 1<<20)
	if streamedShape(64, 64, 64, size) || !streamedShape(64, 65, 64, size) {
		t.Error("B that the second-level cache holds")
	}
}
