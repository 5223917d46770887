package linalg

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestSymEigBatch(t *testing.T) { both(t, testSymEigBatch[float32], testSymEigBatch[float64]) }

func testSymEigBatch[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 20, 32, 33} {
		if slow() && n == 20 {
			continue
		}
		all, values, rows := make([]Matrix[T], 19), make([][]T, 19), make([]Matrix[T], 19)
		for i := range all {
			all[i] = castTo[T](gram(newRandom(i), n, n+i), 1)
			values[i], rows[i] = alone(t, all[i])
		}
		other := castTo[T](gram(newRandom(99), n, n), 1)
		otherValues, _ := alone(t, other)
		for _, batch := range []int{0, 1, 7, 19} {
			for workers := 1; workers <= 3; workers++ {
				if slow() && (workers == 2 || n > 5 && batch == 7) {
					continue
				}
				p := kernels.NewPool(workers)
				s := NewSymEigBatch[T](n, batch, WithPool(p))
				a := slices.Clone(all[:batch])
				if err := s.Factorize(a); err != nil {
					t.Fatal(err)
				}
				for i := range a {
					bits.Same(t, values[i], s.Values(i), "values of matrix %d", i)
					bits.Same(t, rows[i].Data, s.VectorsT(i).Data, "vectors of matrix %d", i)
				}
				if n > 0 && batch > 2 {
					// One bad matrix: its result stays, the others are new.
					old := append([]T(nil), s.Values(2)...)
					a[2] = a[2].Clone()
					a[2].Set(0, 0, T(math.NaN()))
					a[1] = other
					var bad *NotFiniteError
					if err := s.Factorize(a); !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), "matrix 2 ") {
						t.Errorf("NaN: %v", err)
					}
					bits.Same(t, old, s.Values(2), "values after an error")
					bits.Same(t, otherValues, s.Values(1), "values beside an error")
					a[2] = a[0]
				}
				if workers == 1 && !(slow() && n > 5 && batch > 1) {
					noAllocs(t, "SymEigBatch", func() {
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

// alone decomposes one matrix by what a batch of its order does: in the first lane with seven empty ones, or by SymEig.
func alone[T kernels.Float](t *testing.T, a Matrix[T]) (values []T, rows Matrix[T]) {
	t.Helper()
	if _, lanes := batchParts[T](a.Rows, 1); lanes {
		s := NewSymEigBatch[T](a.Rows, 1)
		must(t, s.Factorize([]Matrix[T]{a}))
		return s.Values(0), s.VectorsT(0).Clone()
	}
	s := NewSymEig[T](a.Rows)
	must(t, s.Factorize(a))
	return s.Values(), s.VectorsT().Clone()
}

func TestSymEigBatchFamilies(t *testing.T) {
	both(t, testSymEigBatchFamilies[float32], testSymEigBatchFamilies[float64])
}

// The families of hard matrices side by side, at every order of the lanes and in every tier.
func testSymEigBatchFamilies[T kernels.Float](t *testing.T) {
	scales := []float64{1, 1e-30, 1e30, 1e-43}
	if !is32[T]() {
		scales = []float64{1, 1e-150, 1e150, 1e-320}
	}
	for n := 2; n <= lanesOrder; n++ {
		if slow() && n > 8 && n%5 != 0 && n != lanesOrder {
			continue
		}
		scale := scales[n%len(scales)]
		var a []Matrix[T]
		for _, f := range eigFamilies {
			m := castTo[T](f.make(newRandom(n), n), scale)
			for i := range n {
				for j := i + 1; j < n; j++ {
					m.Set(i, j, T(math.NaN())) // is not read
				}
			}
			a = append(a, m)
		}
		var want *SymEigBatch[T]
		for _, isa := range kernels.Supported() {
			p := kernels.NewPool(1, kernels.WithISA(isa))
			s := NewSymEigBatch[T](n, len(a), WithPool(p))
			must(t, s.Factorize(a))
			if want == nil {
				want = s
				for i, f := range eigFamilies {
					q := NewMatrix[T](n, n)
					TransposeTo(nil, q, s.VectorsT(i))
					if e := eigErrors(a[i], s.Values(i), q); !(e.Worst() <= 1) {
						t.Errorf("%s, n = %d, scale %g: %.3g in units of n·eps", f.name, n, scale, e)
					}
					for j := 1; j < n; j++ {
						if !(s.Values(i)[j] <= s.Values(i)[j-1]) {
							t.Errorf("%s, n = %d: values ascend at %d", f.name, n, j)
						}
					}
				}
			}
			bits.Same(t, want.values.Data, s.values.Data, "values, n = %d, %v", n, isa)
			bits.Same(t, want.rows, s.rows, "vectors, n = %d, %v", n, isa)
			p.Close()
		}
	}
}

// What the Bytes functions promise is what New allocates, within what the allocator rounds up.
func TestSymEigBytes(t *testing.T) {
	measure := func(what string, want int64, f func() any) {
		t.Helper()
		checkBytes(t, what, want, f)
	}
	for _, n := range []int{20, 100, 300} {
		measure("SymEig float32", SymEigBytes[float32](n), func() any { return NewSymEig[float32](n) })
		measure("SymEig float64", SymEigBytes[float64](n), func() any { return NewSymEig[float64](n) })
		measure("SymEig with Update", SymEigBytes[float64](n)+SymEigUpdateBytes[float64](n, RefreshPolicy{}), func() any {
			return NewSymEig[float64](n, WithRefresh(RefreshPolicy{Tol: 1}))
		})
		measure("SymEig with partial Update", SymEigBytes[float32](n)+SymEigUpdateBytes[float32](n, RefreshPolicy{Partial: true}), func() any {
			return NewSymEig[float32](n, WithRefresh(RefreshPolicy{Tol: 1, Partial: true}))
		})
		measure("Tridiagonal", TridiagonalBytes[float32](n), func() any { return NewTridiagonal[float32](n) })
		measure("Lanczos", LanczosBytes[float32](4*n, n/4, n), func() any { return NewLanczos[float32](4*n, n/4, n) })
		measure("Constraint", ConstraintBytes[float64](4*n, n), func() any { return NewConstraint[float64](4*n, n) })
		measure("SymEigBatch", SymEigBatchBytes[float32](n, 5, 1), func() any { return NewSymEigBatch[float32](n, 5) })
		two := kernels.NewPool(2)
		measure("SymEigBatch of two", SymEigBatchBytes[float32](n, 5, 2), func() any { return NewSymEigBatch[float32](n, 5, WithPool(two)) })
		two.Close()
		measure("QRBatch", QRBatchBytes[float32](n, 5, 1), func() any { return NewQRBatch[float32](n, 5) })
	}
}
