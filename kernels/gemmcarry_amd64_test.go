package kernels

import (
	"slices"
	"testing"
)

// TestGemmCarry computes products whose tiles copy rows of A and panels of B, whole, in part, or too few to finish a copy, over several chunks, blocks and bands.
func TestGemmCarry(t *testing.T) {
	setZen5(t, true)
	t.Run("float32", testGemmCarry[float32])
	t.Run("float64", testGemmCarry[float64])
}

func testGemmCarry[T Float](t *testing.T) {
	gemmTiers(t, func(t *testing.T, p *Pool) {
		if p.ISA() != AVX512 {
			return
		}
		r := gemmNoise(23)
		g := newGemmGuards[T](t, 600_000)
		for _, s := range []struct{ cache, m, n, k, gap int }{
			{48 << 10, 70, 530, 64, 448},         // rows of A a multiple of 2 KiB apart; the last panel of B is a part
			{96 << 10, 130, 512, 67, 445},        // k no multiple of four
			{96 << 10, 130, 512, 108, 404},       // segments of one step and many of them
			{150 << 10, 60, 400, 200, 312},       // the last segment is short
			{96 << 10, 60, 416, ChunkK, 128},     // few panels: copies that do not get finished
			{300 << 10, 72, 700, ChunkK, 128},    // the longest segments
			{96 << 10, 130, 512, 100, 411},       // rows of A nearly a multiple of 2 KiB apart
			{300 << 10, 49, 640, ChunkK + 8, 96}, // two chunks, only B: a part of the next chunk's first block
			{300 << 10, 130, 640, 748, 20},       // all of it, whose panels are lower
		} {
			setCaches(t, s.cache, 0, 64)
			testGemmShape(t, p, g, &r, NoTrans, NoTrans, s.m, s.n, s.k, s.gap, gemmScalars{-0.75, 0.3})
			testGemmShape(t, p, g, &r, Trans, NoTrans, s.m, s.n, s.k, s.gap, gemmScalars{2, 1})
			testGemmShape(t, p, g, &r, NoTrans, Trans, s.m, s.n, s.k, s.gap, gemmScalars{1, 1})
		}
	})
}

// TestGemmCarryBands: more rows or columns of A than an arena keeps, and triangles, which keep those that later blocks of B meet, against the driver that copies nothing.
func TestGemmCarryBands(t *testing.T) {
	if !slices.Contains(Supported(), AVX512) {
		t.Skip("tier avx512 is missing on this machine")
	}
	t.Run("float32", testGemmCarryBands[float32])
	t.Run("float64", testGemmCarryBands[float64])
}

func testGemmCarryBands[T Float](t *testing.T) {
	const ld = 512
	r := gemmNoise(29)
	size := 4
	if !is32[T]() {
		size = 8
	}
	setCaches(t, 60<<10, 0, 64)
	p := NewPool(1, WithISA(AVX512))
	k := 64
	m := arenaPackA/int(keptLine(k, uintptr(size))) + 100
	n := 300
	a, b, c := gemmMatrix[T](&r, m, k, ld), gemmMatrix[T](&r, k, n, ld), gemmMatrix[T](&r, m, n, n)
	product := func(is bool, tA Transpose, lda int) []T {
		setZen5(t, is)
		got := append([]T(nil), c...)
		Gemm(p, tA, NoTrans, m, n, k, 0.5, a, lda, b, ld, -1, got, n)
		return got
	}
	gemmSame(t, product(false, NoTrans, ld), product(true, NoTrans, ld), "bands")
	gemmSame(t, product(false, Trans, m), product(true, Trans, m), "packed bands")
	k, n = 100, 509
	a, c = gemmMatrix[T](&r, n, k, ld), gemmMatrix[T](&r, n, n, n)
	for _, uplo := range []Uplo{Lower, Upper} {
		for _, workers := range []int{1, 2, 3} {
			p := NewPool(workers, WithISA(AVX512))
			triangle := func(is bool) []T {
				setZen5(t, is)
				got := append([]T(nil), c...)
				Syrk(p, uplo, NoTrans, n, k, 0.5, a, ld, -1, got, n)
				return got
			}
			gemmSame(t, triangle(false), triangle(true), "triangle")
			p.Close()
		}
	}
}
