package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestTridiagonal(t *testing.T) { both(t, testTridiagonal[float32], testTridiagonal[float64]) }

func testTridiagonal[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 10, 32, 33, 65, 100} {
		s := NewTridiagonal[T](n)
		for _, f := range eigFamilies {
			for _, scale := range []float64{1, 1e-35, 1e33} {
				if testing.Short() && (n > 65 || n > 33 && scale != 1) {
					continue
				}
				full := f.make(newRandom(n), n)
				d, e := make([]T, n), make([]T, max(0, n-1))
				a := castTo[T](full, scale)
				for i := range d {
					for j := range d {
						if i-j > 1 || j-i > 1 {
							a.Set(i, j, 0)
						}
					}
					d[i] = a.At(i, i)
					if i+1 < n {
						e[i] = a.At(i+1, i)
					}
				}
				if err := s.Factorize(d, e); err != nil {
					t.Fatalf("%s, n = %d: %v", f.name, n, err)
				}
				what := fmt.Sprintf("%s, n = %d, scale %g", f.name, n, scale)
				// The matrix is only read, and both layouts agree.
				for i, v := range d {
					if v != a.At(i, i) {
						t.Fatalf("%s: the input changed", what)
					}
					for j := range d {
						if s.Vectors().At(i, j) != s.VectorsT().At(j, i) {
							t.Fatalf("%s: Vectors and VectorsT differ", what)
						}
					}
				}
				for i := 1; i < n; i++ {
					if s.Values()[i] > s.Values()[i-1] {
						t.Errorf("%s: values ascend", what)
					}
				}
				if e := eigErrors(a, s.Values(), s.Vectors()); !(e.Worst() <= 1) {
					t.Errorf("%s: %.3g in units of n·eps", what, e)
				}
			}
		}
		if n < 2 {
			continue
		}
		d, e := make([]T, n), make([]T, n-1)
		noAllocs(t, "Tridiagonal", func() {
			for i := range e {
				d[i], e[i] = T(i), 1
			}
			if s.Factorize(d, e) != nil {
				t.Fatal("failed")
			}
		})
		v := s.Values()[0]
		e[n-2] = T(math.Inf(-1))
		var bad *NotFiniteError
		if err := s.Factorize(d, e); !errors.As(err, &bad) || bad.Row != n-1 || bad.Col != n-2 {
			t.Errorf("Inf: %v", err)
		}
		if s.Values()[0] != v {
			t.Error("a failed call changed the values")
		}
	}
}

// What workers solve by themselves: the same bits, in halves and in quarters, even and odd, with and without vectors, with much deflation and with none,
// and more workers than parts.
func TestTridiagonalParts(t *testing.T) {
	for _, c := range []struct{ n, workers, parts int }{
		{2*partLeast - 1, 2, 1}, {2 * partLeast, 2, 2}, {2*partLeast + 45, 2, 2}, {4*partLeast + 3, 3, 4}, {4 * partLeast, 8, 4},
	} {
		if got := partCount(c.n, c.workers); got != c.parts {
			t.Fatalf("n = %d, %d workers: %d parts", c.n, c.workers, got)
		}
		if slow() && c.n != 2*partLeast+45 {
			continue
		}
		p := kernels.NewPool(c.workers)
		one, some := newTridiagonal(nil, c.n), newTridiagonal(p, c.n)
		oneValues, someValues := newTridiagonal(nil, c.n), newTridiagonal(p, c.n)
		for _, v := range []*tridiagonal{&oneValues, &someValues} {
			v.withoutVectors()
		}
		one32, some32 := newTridiagonal(nil, c.n), newTridiagonal(p, c.n)
		for _, v := range []*tridiagonal{&one32, &some32} {
			v.narrow()
			v.z32 = paddedMatrix[float32](c.n, c.n)
		}
		r := newRandom(c.n)
		for _, what := range []string{"random", "random again", "toeplitz", "split", "zero"} {
			if slow() && what != "random" && what != "split" {
				continue
			}
			load := func(s *tridiagonal) {
				copy(s.d, one.save)
				copy(s.e, one.save[c.n:])
			}
			for i := range c.n {
				d, e := r.uniform(), r.uniform()
				switch what {
				case "toeplitz":
					d, e = 2, 1
				case "split":
					if i%7 == 0 {
						e = 0
					}
				case "zero":
					d, e = 0, 0
				}
				one.d[i], one.e[i] = d, e
			}
			copy(one.save, one.d)
			copy(one.save[c.n:], one.e)
			for _, s := range []*tridiagonal{&some, &oneValues, &someValues, &one32, &some32} {
				load(s)
			}
			where := fmt.Sprintf("%s, n = %d, %d workers", what, c.n, c.workers)
			if !one.solve() || !some.solve() || !oneValues.solveValues() || !someValues.solveValues() || !some.ordered {
				t.Fatal(where)
			}
			bits.Same(t, one.d, some.d, "values, %s", where)
			bits.Same(t, one.z.Data, some.z.Data, "vectors, %s", where)
			if !one32.solve() || !some32.solve() || !some32.narrowed {
				t.Fatal(where)
			}
			bits.Same(t, one32.d, some32.d, "values beside float32, %s", where)
			bits.Same(t, one32.z32.Data, some32.z32.Data, "vectors in float32, %s", where)
			bits.Same(t, oneValues.d, someValues.d, "values alone, %s", where)
		}
		p.Close()
	}
}
