package kernels

import (
	"slices"
	"testing"
)

// Pairs and fours of rows and strips of columns at orders that would take another of them.
func TestSymvWays(t *testing.T) {
	defer func(fours, far, far512 int) { symvFoursBytes, symvFarAVX2, symvFarAVX512 = fours, far, far512 }(symvFoursBytes, symvFarAVX2, symvFarAVX512)
	for _, way := range []struct {
		isa        ISA
		fours, far int
	}{{AVX2, 0, 0}, {AVX2, 512, 0}, {AVX2, 2 << 10, 0}, {AVX2, 8 << 10, 0}, {AVX2, 0, 1}, {AVX512, 0, 0}, {AVX512, 0, 1}} {
		if !slices.Contains(Supported(), way.isa) {
			t.Log("no ", way.isa)
			continue
		}
		pool := NewPool(1, WithISA(way.isa))
		defer pool.Close()
		symvFoursBytes, symvFarAVX2, symvFarAVX512 = way.fours, way.far, way.far
		testSymv[float32](t, pool)
		testSymv[float64](t, pool)
		testSymvZeros[float32](t, pool)
		testSymvZeros[float64](t, pool)
		testSymvWorkers[float32](t, pool)
		testSymvWorkers[float64](t, pool)
	}
}
