package kernels

import (
	"testing"
)

// setThreeChains lets multiplyChains take columns, or leave them to one chain, until the test ends.
func setThreeChains(t *testing.T, on bool, near int) {
	was, wasNear := threeChains, chainsNear
	threeChains, chainsNear = on, near
	t.Cleanup(func() { threeChains, chainsNear = was, wasNear })
}

// TestGemmChains: columns by three chains and by one on any processor: whole and overlapping strips, blocks that leave less than one strip, one chunk to five.
func TestGemmChains(t *testing.T) {
	t.Run("float32", testGemmChains[float32])
	t.Run("float64", testGemmChains[float64])
}

func testGemmChains[T Float](t *testing.T) {
	for _, isa := range Supported() {
		if isa != Portable {
			t.Run(isa.String(), func(t *testing.T) { testGemmChainsOf[T](t, isa) })
		}
	}
}

func testGemmChainsOf[T Float](t *testing.T, isa ISA) {
	p := NewPool(1, WithISA(isa))
	t.Cleanup(p.Close)
	was := chainsAVX2
	t.Cleanup(func() { chainsAVX2 = was })
	chainsAVX2 = true
	for _, three := range []bool{true, false} {
		setThreeChains(t, three, 1<<30)
		r := gemmNoise(19)
		g := newGemmGuards[T](t, 520_000)
		strip := chainStrip[T](isa, 64)
		for m := 48; m <= 10*strip+3; m++ {
			for i, s := range gemmScalarCases {
				k := []int{1, 7, 8, 15, 16, 17, 33, 64, 100}[(m+i)%9]
				testGemmShape(t, p, g, &r, NoTrans, Trans, m, 1, k, i%2*3, s)
				testGemmShape(t, p, g, &r, NoTrans, Trans, 1, m, k, i%2*3, s)
			}
		}
		for _, m := range []int{48, 61, 9 * strip, 9*strip + 1, 19*strip - 1} {
			for i, k := range []int{ChunkK - 1, ChunkK, ChunkK + 1, 2*ChunkK + 1, 1000, 3*ChunkK + 1, 4*ChunkK + 9} {
				testGemmShape(t, p, g, &r, NoTrans, Trans, m, 1, k, i%2, gemmScalarCases[i%len(gemmScalarCases)])
				testGemmShape(t, p, g, &r, NoTrans, Trans, 1, m, k, i%2, gemmScalarCases[i%len(gemmScalarCases)])
			}
			// Rows that collide in the first level.
			for i, k := range []int{ChunkK + 2, 500, 512, 2*ChunkK - 2} {
				testGemmShape(t, p, g, &r, NoTrans, Trans, 1, m, k, (1024-k)/2, gemmScalarCases[i%len(gemmScalarCases)])
			}
		}
	}
}

// TestChainsPay: who takes a column.
func TestChainsPay(t *testing.T) {
	setThreeChains(t, true, 1<<20)
	for _, c := range []struct {
		m, k, size, ra int
		want           bool
	}{
		{48, 64, 4, 256, true},
		{47, 64, 4, 256, false},
		{256, 1024, 4, 4096, true},
		{257, 1024, 4, 4096, false}, // more than the cache
		{128, 1024, 8, 8192, true},
		{129, 1024, 8, 8192, false},
		{64, ChunkK, 4, 4096, false}, // one chunk, rows that collide
		{64, ChunkK, 4, 4096 + 64, true},
		{64, ChunkK + 1, 4, 4096, true},
	} {
		if got := chainsPay(AVX512, c.m, c.k, c.size, c.ra); got != c.want {
			t.Errorf("%d rows of %d elements of %d bytes, %d apart: %v", c.m, c.k, c.size, c.ra, got)
		}
	}
	if chainsPay(AVX2, 64, 23, 4, 92) || !chainsPay(AVX2, 64, 24, 4, 96) {
		t.Error("on AVX2 rows of less than 24 elements take one chain, others three")
	}
	if threeChains = false; chainsPay(AVX512, 48, 64, 4, 256) {
		t.Error("three chains where one is wanted")
	}
}

// TestGemmChainAVX2: columns by the chain of AVX2 and by its tile on any processor.
func TestGemmChainAVX2(t *testing.T) {
	t.Run("float32", testGemmChainAVX2[float32])
	t.Run("float64", testGemmChainAVX2[float64])
}

func testGemmChainAVX2[T Float](t *testing.T) {
	p := tierPool(t, AVX2)
	was := chainsAVX2
	defer func() { chainsAVX2 = was }()
	for _, chainsAVX2 = range []bool{true, false} {
		r := gemmNoise(29)
		g := newGemmGuards[T](t, 60_000)
		for m := 13; m <= 50; m++ {
			for i, s := range gemmScalarCases {
				for _, k := range []int{1 + m%9, 8 + (m+i)%17, ChunkK + 1 + m} {
					testGemmShape(t, p, g, &r, NoTrans, gemmFlags[i%2], m, 1, k, i%3, s)
					testGemmShape(t, p, g, &r, gemmFlags[i%2], Trans, 1, m, k, i%3, s)
				}
			}
		}
	}
}
