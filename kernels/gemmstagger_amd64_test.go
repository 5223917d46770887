package kernels

import "testing"

// TestGemmStaggered: columns of rows that collide in the first level, by halves of three chunks, on any processor: whole groups and rows that are left, one call and several, one to three times three chunks.
func TestGemmStaggered(t *testing.T) {
	p := tierPool(t, AVX512)
	setThreeChains(t, true, 1<<30)
	r := gemmNoise(37)
	g := newGemmGuards[float32](t, 700_000)
	shape := func(m, k, ld int, s gemmScalars) {
		t.Helper()
		if !staggers[float32](AVX512, m, k, 4*ld) {
			t.Fatalf("k = %d, rows %d apart: not staggered", k, ld)
		}
		testGemmShape(t, p, g, &r, NoTrans, Trans, 1, m, k, (ld-k)/2, s)
	}
	for m := 64; m <= 82; m++ {
		for i, s := range gemmScalarCases {
			shape(m, []int{2*ChunkK + 8, 800, 1000, 1016, 1024, 3*ChunkK - 128}[(m+i)%6], 1024, s)
		}
	}
	for i, k := range []int{3*ChunkK - 8, 3 * ChunkK, 5*ChunkK + 8, 2040, 2048} {
		shape(64+i, k, 2048, gemmScalarCases[i%len(gemmScalarCases)])
	}
	shape(64, 9*ChunkK, 4096, gemmScalars{-0.75, 0.3})
	for _, m := range []int{staggerRows * (staggerGroups + 1), staggerRows*(staggerGroups+2) + 5} {
		shape(m, 1024, 1024, gemmScalars{1.5, 0.5})
		testGemmShape(t, p, g, &r, NoTrans, Trans, m, 1, 1024, 0, gemmScalars{-0.75, 0.3})
	}
}

// TestStaggers: which products are.
func TestStaggers(t *testing.T) {
	for _, c := range []struct {
		isa      ISA
		m, k, ra int
		want     bool
	}{
		{AVX512, 64, 1024, 4096, true},
		{AVX512, 64, 1024, 8192, true},
		{AVX512, 63, 1024, 4096, false},
		{AVX2, 64, 1024, 4096, false},
		{AVX512, 64, 1024, 4096 + 64, false},
		{AVX512, 64, 1020, 4096, false},       // not whole eights
		{AVX512, 64, 2 * ChunkK, 4096, false}, // two chunks
		{AVX512, 64, 4 * ChunkK, 8192, false},
		{AVX512, 64, 6 * ChunkK, 12288, true},
	} {
		if got := staggers[float32](c.isa, c.m, c.k, c.ra); got != c.want {
			t.Errorf("%v, %d rows of %d terms, %d bytes apart: %v", c.isa, c.m, c.k, c.ra, got)
		}
	}
	if staggers[float64](AVX512, 64, 1024, 8192) {
		t.Error("float64 is staggered")
	}
	// Halves that both lie in the last chunk, at most ChunkK/16 blocks long.
	for k := 8; k <= 100*ChunkK; k += 8 {
		if chunk := ChunkLen(k); staggers[float32](AVX512, 64, k, 4096) && ((chunk+15)/16 > ChunkK/16 || (k-1)%chunk+1 < (chunk+15)/16*8) {
			t.Fatalf("k = %d", k)
		}
	}
}

// TestStaggerWork: a call of the kernel reads no more than other calls do (see testVectorCallsAreShort).
func TestStaggerWork(t *testing.T) {
	if bytes := staggerGroups * staggerRows * 3 * ChunkK * 4; bytes > 524288 || staggerGroups < 8 {
		t.Errorf("%d groups, %d bytes", staggerGroups, bytes)
	}
}
