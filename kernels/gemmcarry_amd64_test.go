package kernels

import (
	"fmt"
	"runtime"
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
	tierPool(t, AVX512)
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
	// Triangles, of rows and of columns: of these also with segments that are not all as long, and panels that blocks are too narrow to have copied.
	for _, s := range []struct{ n, k, cache int }{{509, 100, 60 << 10}, {330, 344, 90 << 10}, {400, 384, 400 << 10}} {
		setCaches(t, s.cache, 0, 64)
		n, k := s.n, s.k
		a, c := gemmMatrix[T](&r, max(n, k), max(n, k), ld), gemmMatrix[T](&r, n, n, n)
		for _, trans := range []Transpose{NoTrans, Trans} {
			for _, uplo := range []Uplo{Lower, Upper} {
				for _, workers := range []int{1, 2, 3} {
					p := NewPool(workers, WithISA(AVX512))
					triangle := func(is bool) []T {
						setZen5(t, is)
						got := append([]T(nil), c...)
						Syrk(p, uplo, trans, n, k, 0.5, a, ld, -1, got, n)
						return got
					}
					gemmSame(t, triangle(false), triangle(true), fmt.Sprint("triangle ", n, trans, uplo, workers))
					p.Close()
				}
			}
		}
	}
}

// TestGemmCarryStale: panels that were copied for a last chunk, which went another way, are forgotten: the next product's B begins where that chunk's did, with other contents.
func TestGemmCarryStale(t *testing.T) {
	p, ref := tierPool(t, AVX512), tierPool(t, AVX2)
	setZen5(t, true)
	r := gemmNoise(5)
	const n, k, last = 2000, 3768, 3456
	b := gemmMatrix[float32](&r, k+200, n, n)
	for i, c := range []struct{ m, off, k int }{{400, 0, k}, {1200, last, 384}, {1200, last, k - last}} {
		for j := range b {
			b[j] = float32(r.next())
		}
		a := gemmMatrix[float32](&r, c.m, c.k, c.k)
		got, want := make([]float32, c.m*n), make([]float32, c.m*n)
		Gemm(p, NoTrans, NoTrans, c.m, n, c.k, 1, a, c.k, b[c.off*n:], n, 0, got, n)
		Gemm(ref, NoTrans, NoTrans, c.m, n, c.k, 1, a, c.k, b[c.off*n:], n, 0, want, n)
		gemmSame(t, want, got, fmt.Sprint("product ", i))
	}
}

// TestGemmCarryFits: with a larger cache the blocks of a short last chunk are wider than what its panels are copied to.
func TestGemmCarryFits(t *testing.T) {
	p := tierPool(t, AVX512)
	a0, b0, in, half := cacheA, cacheB, cacheInPlace, cacheHalf
	defer func() { cacheA, cacheB, cacheInPlace, cacheHalf = a0, b0, in, half }()
	const l2 = 5 << 19
	cacheA, cacheB, cacheInPlace = blockSizes(l2, 0)
	cacheHalf = halfCache(l2, 0)
	r := gemmNoise(3)
	const m, n, k = 1200, 2500, 760
	a, b, c := gemmMatrix[float32](&r, m, k, k), gemmMatrix[float32](&r, k, n, n), gemmMatrix[float32](&r, m, n, n)
	run := func(is bool) []float32 {
		setZen5(t, is)
		got := append([]float32(nil), c...)
		Gemm(p, NoTrans, NoTrans, m, n, k, 0.5, a, k, b, n, -1, got, n)
		return got
	}
	gemmSame(t, run(false), run(true), "wider blocks")
}

// TestReserveTurned: a product whose last chunk is turned takes one arena.
func TestReserveTurned(t *testing.T) {
	p := tierPool(t, AVX512)
	setZen5(t, true)
	const m, n, k = 352, 64, 3768
	a, b, c := make([]float32, k*m), make([]float32, n*k), make([]float32, m*n)
	var held []*arena
	for a, _ := arenas.takeFrom(); a != nil; a, _ = arenas.takeFrom() {
		held = append(held, a)
	}
	defer func() {
		for _, a := range held {
			arenas.give(a)
		}
	}()
	Reserve(1)
	Gemm(p, Trans, Trans, m, n, k, 1, a, m, b, k, 0, c, n)
	one, _ := arenas.takeFrom()
	more, _ := arenas.takeFrom()
	if one == nil || more != nil {
		t.Error("not one arena")
	}
	arenas.give(one)
}

// TestGemmCarryInside: what tiles leave in a carriage points into the operand, also behind the last line of the last panel: the garbage collector meets it, and memory behind the operand may be free.
func TestGemmCarryInside(t *testing.T) {
	p := tierPool(t, AVX512)
	setZen5(t, true)
	const n, k = 1024, 384
	c := make([]float32, n*n)
	for range 4 {
		var xs [9][]float32
		for i := range xs {
			xs[i] = make([]float32, n*k)
		}
		a := xs[4]
		xs = [9][]float32{}
		runtime.GC()
		runtime.GC() // what lay beside a is free
		stop, done := make(chan int), make(chan int)
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				default:
					runtime.GC()
				}
			}
		}()
		for range 10 {
			Syrk(p, Upper, Trans, n, k, 1, a, n, 0, c, n)
		}
		close(stop)
		<-done
	}
}
