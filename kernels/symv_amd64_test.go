package kernels

import (
	"slices"
	"testing"
)

// Pairs and fours of rows and strips of columns at orders that would take another of them.
func TestSymvAVX2Ways(t *testing.T) {
	if !slices.Contains(Supported(), AVX2) {
		t.Skip("no AVX2")
	}
	defer func(fours, strips int) { symvFoursBytes, symvStripsBytes = fours, strips }(symvFoursBytes, symvStripsBytes)
	pool := NewPool(1, WithISA(AVX2))
	defer pool.Close()
	for _, way := range []struct{ fours, strips int }{{0, 0}, {512, 0}, {2 << 10, 0}, {8 << 10, 0}, {0, 1}} {
		symvFoursBytes, symvStripsBytes = way.fours, way.strips
		testSymv[float32](t, pool)
		testSymv[float64](t, pool)
		testSymvZeros[float32](t, pool)
		testSymvZeros[float64](t, pool)
		testSymvWorkers[float32](t, pool)
		testSymvWorkers[float64](t, pool)
	}
}
