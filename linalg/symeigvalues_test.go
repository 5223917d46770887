package linalg

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestSymEigValuesOnly(t *testing.T) {
	both(t, testSymEigValuesOnly[float32], testSymEigValuesOnly[float64])
}

// The values are those of the solver with vectors, to within the bound of both.
func testSymEigValuesOnly[T kernels.Float](t *testing.T) {
	for _, n := range eigSizes() {
		if testing.Short() && n > 66 {
			break // TestSymEigValuesOnlyBits goes further
		}
		s, full := NewSymEig[T](n, WithValuesOnly()), NewSymEig[T](n)
		for i, f := range eigFamilies {
			for _, scale := range []float64{1, 1e-30} {
				if slow() && scale != 1 && i%4 != 0 {
					continue
				}
				a := castTo[T](f.make(newRandom(n), n), scale)
				sameValues(t, fmt.Sprintf("%s, n = %d, scale %g", f.name, n, scale), s, full, a)
			}
		}
	}
	// Methods that back each other up.
	for _, noQR := range []bool{false, true} {
		s, full := NewSymEig[T](40, WithValuesOnly()), NewSymEig[T](40)
		s.tri.noDivide, s.tri.noQR = true, noQR
		for i, f := range eigFamilies {
			if slow() && i%4 != 0 {
				continue
			}
			sameValues(t, fmt.Sprintf("%s, without QR %v", f.name, noQR), s, full, castTo[T](f.make(newRandom(40), 40), 1))
		}
	}
}

func sameValues[T kernels.Float](t *testing.T, what string, s, full *SymEig[T], a Matrix[T]) {
	t.Helper()
	if err := s.Factorize(a); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := full.Factorize(a); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var norm float64
	for _, v := range full.Values() {
		norm = max(norm, math.Abs(float64(v)))
	}
	limit := max(float64(len(full.Values()))*epsilon[T]()*norm, 4*math.SmallestNonzeroFloat32)
	for i, v := range s.Values() {
		if d := math.Abs(float64(v) - float64(full.Values()[i])); !(d <= limit) {
			t.Errorf("%s: value %d is %v, with vectors %v", what, i, v, full.Values()[i])
		}
		if i > 0 && v > s.Values()[i-1] {
			t.Errorf("%s: values ascend at %d", what, i)
		}
	}
}

func TestSymEigValuesOnlyBits(t *testing.T) {
	both(t, testSymEigValuesOnlyBits[float32], testSymEigValuesOnlyBits[float64])
}

func testSymEigValuesOnlyBits[T kernels.Float](t *testing.T) {
	for _, n := range []int{5, 20, 70, 130, 257} {
		if n > 130 && testing.Short() {
			continue
		}
		a := castTo[T](gram(newRandom(n), n, n/2+1), 1)
		var want []T
		for _, isa := range kernels.Supported() {
			if isa == kernels.Portable && n > 70 && testing.Short() {
				continue
			}
			for workers := 1; workers <= 3; workers++ {
				p := kernels.NewPool(workers, kernels.WithISA(isa))
				s := NewSymEig[T](n, WithPool(p), WithValuesOnly())
				if err := s.Factorize(a); err != nil {
					t.Fatal(err)
				}
				if want == nil {
					want = s.Values()
				}
				bits.Same(t, want, s.Values(), "values, n = %d, %v, %d workers", n, isa, workers)
				if workers == 1 {
					noAllocs(t, "values only", func() {
						if s.Factorize(a) != nil {
							t.Fatal("failed")
						}
					})
				}
				p.Close()
			}
		}
	}
}

func TestSymEigValuesOnlyPanics(t *testing.T) {
	s := NewSymEig[float32](3, WithValuesOnly())
	a := NewMatrix[float32](3, 3)
	a.Identity()
	if _, err := s.Update(a); err != nil || s.Values()[2] != 1 {
		t.Errorf("Update: %v, %v", err, s.Values())
	}
	a.Set(1, 1, float32(math.Inf(1)))
	if s.Factorize(a) == nil || s.Values()[0] != 1 {
		t.Error("Inf is no error, or changed the values")
	}
	for name, f := range map[string]func(){
		noVectors:   func() { s.VectorsT() },
		partRefresh: func() { NewSymEig[float32](3, WithValuesOnly(), WithRefresh(RefreshPolicy{})) },
	} {
		func() {
			defer func() {
				if got := recover(); got != name {
					t.Errorf("panic %v, want %q", got, name)
				}
			}()
			f()
		}()
	}
}

func TestSymEigLargest(t *testing.T) {
	both(t, testSymEigLargest[float32], testSymEigLargest[float64])
}

// lowRankIndefinite has n/4 positive and n/6 negative values; the null space between them is more than half of the space.
func lowRankIndefinite(r *random, n int) Matrix[float64] {
	a, b := gram(r, n, n/4), gram(r, n, n/6)
	for i := range a.Data {
		a.Data[i] -= b.Data[i]
	}
	return a
}

// The largest pairs are the first of all, bit for bit, also where they end inside a null space.
func testSymEigLargest[T kernels.Float](t *testing.T) {
	for _, n := range []int{1, 2, 7, 20, 33, 70, 130} {
		full := NewSymEig[T](n)
		for _, k := range []int{1, n/3 + 1, n - 1, n, n + 5} {
			if k < 1 || testing.Short() && n > 70 && k != n/3+1 || slow() && (n > 70 || n == 70 && k != n/3+1) {
				continue
			}
			s := NewSymEig[T](n, WithLargest(k))
			values := NewSymEig[T](n, WithLargest(k), WithValuesOnly())
			for _, name := range []string{"wishart", "rank one", "rank n/3", "random", "zero", "low rank, indefinite"} {
				for _, f := range append(eigFamilies[:len(eigFamilies):len(eigFamilies)], eigFamily{"low rank, indefinite", lowRankIndefinite}) {
					if f.name != name {
						continue
					}
					a := castTo[T](f.make(newRandom(n), n), 1)
					if full.Factorize(a) != nil || s.Factorize(a) != nil || values.Factorize(a) != nil {
						t.Fatal("failed")
					}
					m := min(k, n)
					bits.Same(t, full.Values()[:m], s.Values(), "values, %s, n = %d, k = %d", name, n, k)
					bits.Same(t, full.VectorsT().Slice(0, 0, m, n).Clone().Data, s.VectorsT().Clone().Data, "rows, %s, n = %d, k = %d", name, n, k)
					bits.Same(t, full.Vectors().Slice(0, 0, n, m).Clone().Data, s.Vectors().Clone().Data, "columns, %s, n = %d, k = %d", name, n, k)
					if len(values.Values()) != m {
						t.Errorf("%d values, want %d", len(values.Values()), m)
					}
				}
			}
			a := castTo[T](gram(newRandom(n), n, n/2+1), 1)
			noAllocs(t, "largest", func() {
				if s.Factorize(a) != nil {
					t.Fatal("failed")
				}
				s.Vectors()
			})
		}
	}
}
