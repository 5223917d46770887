package linalg

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// byBand makes s reduce by way of a band, whatever its order.
func byBand[T kernels.Float](s *SymEig[T]) *SymEig[T] {
	s.band = newBandReduction[T](s.pool, s.n)
	return s
}

func TestBandReduction(t *testing.T) {
	both(t, testBandReduction[float32], testBandReduction[float64])
}

// The values are those of the solver with vectors, to within the bound of both: for all families, where the last panel is full, narrow and
// absent, at the ends of the range.
func testBandReduction[T kernels.Float](t *testing.T) {
	scales := []float64{1, 1e-30, 1e30}
	if !is32[T]() {
		scales = []float64{1, 1e-150, 1e150}
	}
	for _, n := range []int{64, 65, 66, 67, 95, 96, 97, 98, 128, 131, 193} {
		if testing.Short() && n != 65 {
			continue
		}
		s, full := byBand(NewSymEig[T](n, WithValuesOnly())), NewSymEig[T](n)
		for _, f := range eigFamilies {
			for _, scale := range scales {
				if slow() && scale != 1 {
					continue
				}
				a := castTo[T](f.make(newRandom(n), n), scale)
				sameValues(t, fmt.Sprintf("%s, n = %d, scale %g", f.name, n, scale), s, full, a)
			}
		}
	}
}

// At the orders from which it is used.
func TestBandReductionLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: matrices of order 1000 are for the full run")
	}
	testBandReductionLarge[float32](t, bandOrder32)
	testBandReductionLarge[float64](t, bandOrder64)
}

func testBandReductionLarge[T kernels.Float](t *testing.T, least int) {
	if NewSymEig[T](least-1, WithValuesOnly()).band != nil || NewSymEig[T](least).band != nil {
		t.Errorf("two stages below order %d or with vectors", least)
	}
	s, full := NewSymEig[T](least, WithValuesOnly()), NewSymEig[T](least)
	if s.band == nil {
		t.Fatalf("no two stages at order %d", least)
	}
	for _, f := range eigFamilies {
		switch f.name {
		case "wishart", "clustered", "graded up", "glued wilkinson", "rank n/3":
			sameValues(t, fmt.Sprintf("%s, n = %d", f.name, least), s, full, castTo[T](f.make(newRandom(least), least), 1))
		}
	}
}

func TestBandReductionBits(t *testing.T) {
	both(t, testBandReductionBits[float32], testBandReductionBits[float64])
}

// d and e have the same bits in every tier and for any number of workers, every time, and the same trace and norm as the matrix.
func testBandReductionBits[T kernels.Float](t *testing.T) {
	for _, n := range []int{64, 70, 131, 600} {
		if testing.Short() && n == 131 || slow() && n > 131 {
			continue
		}
		a := castTo[T](gram(newRandom(n), n, n/2+1), 1)
		var trace, squares float64
		for i := range n {
			for j := range n {
				v := float64(a.At(i, j))
				squares += v * v
				if i == j {
					trace += v
				}
			}
		}
		var want []float64
		for _, isa := range kernels.Supported() {
			if isa == kernels.Portable && n > 131 {
				continue
			}
			for workers := 1; workers <= 3; workers++ {
				p := kernels.NewPool(workers, kernels.WithISA(isa))
				b, w := newBandReduction[T](p, n), NewMatrix[T](n, n)
				got := make([]float64, 2*n)
				reduce := func() {
					Copy(w, a)
					b.reduce(w, got[:n], got[n:])
				}
				rounds := 3
				if workers == 1 {
					rounds = 1 // nothing is left to chance
				}
				for range rounds {
					reduce()
					if want == nil {
						want = append(want, got...)
					}
					bits.Same(t, want, got, "n = %d, %v, %d workers", n, isa, workers)
				}
				if !testing.Short() {
					noAllocs(t, "reduction", reduce)
				}
				p.Close()
			}
		}
		if want == nil {
			continue // nothing but the portable twin here
		}
		for i, v := range want {
			if i < n {
				trace -= v
				squares -= v * v
			} else {
				squares -= 2 * v * v
			}
		}
		norm := float64(FrobeniusNorm(nil, a))
		if limit := float64(n) * epsilon[T]() * norm; math.Abs(trace) > limit || math.Abs(squares) > limit*norm {
			t.Errorf("n = %d: trace off by %g, squared norm by %g", n, trace, squares)
		}
	}
}
