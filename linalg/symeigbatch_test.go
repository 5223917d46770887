package linalg

import (
	"errors"
	"math"

	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestSymEigBatch(t *testing.T) { both(t, testSymEigBatch[float32], testSymEigBatch[float64]) }

func testSymEigBatch[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 5, 33} {
		for _, batch := range []int{0, 1, 7} {
			for workers := 1; workers <= 3; workers++ {
				p := kernels.NewPool(workers)
				s := NewSymEigBatch[T](n, batch, WithPool(p))
				a := make([]Matrix[T], batch)
				for i := range a {
					a[i] = castTo[T](gram(newRandom(i), n, n+i), 1)
				}
				if err := s.Factorize(a); err != nil {
					t.Fatal(err)
				}
				one := NewSymEig[T](n)
				for i := range a {
					if err := one.Factorize(a[i]); err != nil {
						t.Fatal(err)
					}
					bits.Same(t, one.Values(), s.Values(i), "values of matrix %d", i)
					bits.Same(t, one.VectorsT().Clone().Data, s.VectorsT(i).Data, "vectors of matrix %d", i)
				}
				if n > 0 && batch > 2 {
					// One bad matrix: its result stays, the others are new.
					old := append([]T(nil), s.Values(2)...)
					a[2] = a[2].Clone()
					a[2].Set(0, 0, T(math.NaN()))
					a[1] = castTo[T](gram(newRandom(99), n, n), 1)
					var bad *NotFiniteError
					if err := s.Factorize(a); !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), "matrix 2 ") {
						t.Errorf("NaN: %v", err)
					}
					bits.Same(t, old, s.Values(2), "values after an error")
					if one.Factorize(a[1]) != nil {
						t.Fatal("failed")
					}
					bits.Same(t, one.Values(), s.Values(1), "values beside an error")
					a[2] = a[0]
				}
				if workers == 1 {
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
	}
}
