package linalg

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/families"
	"github.com/seed-4885aa59/eigenbasis/internal/oracle"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// withSpectrum returns Q·diag(λ)·Qᵀ, exactly symmetric.
func withSpectrum(r *random, n int, lambda func(i int) float64) Matrix[float64] {
	return MatrixOf(n, n, families.WithSpectrum(r.Source, n, lambda))
}

func tridiagonalMatrix(n int, d, e func(i int) float64) Matrix[float64] {
	return MatrixOf(n, n, families.Tridiagonal(n, d, e))
}

// gram returns G·Gᵀ for an n×k random G.
func gram(r *random, n, k int) Matrix[float64] {
	return MatrixOf(n, n, families.Gram(r.Source, n, k))
}

// eigFamilies are the hard matrices of the literature.
var eigFamilies = func() (all []eigFamily) {
	for _, f := range families.All {
		all = append(all, eigFamily{f.Name, func(r *random, n int) Matrix[float64] { return MatrixOf(n, n, f.Make(r.Source, n)) }})
	}
	return all
}()

type eigFamily struct {
	name string
	make func(r *random, n int) Matrix[float64]
}

// castTo rounds a to T and scales it by a power of two near scale.
func castTo[T kernels.Float](a Matrix[float64], scale float64) Matrix[T] {
	_, e := math.Frexp(scale)
	b := NewMatrix[T](a.Rows, a.Cols)
	for i, v := range a.Data {
		b.Data[i] = T(math.Ldexp(v, e))
	}
	return b
}

// eigErrors measures a decomposition of a in units of n·eps.
func eigErrors[T kernels.Float](a Matrix[T], values []T, q Matrix[T]) families.Errors {
	smallest := 0x1p-1022
	if is32[T]() {
		smallest = 0x1p-126
	}
	values64 := make([]float64, len(values))
	kernels.Convert(nil, values64, values)
	return families.Measure(a.Rows, widened(a).Data, values64, widened(q).Data, epsilon[T](), smallest)
}

// widened is a compact copy in float64.
func widened[T kernels.Float](a Matrix[T]) Matrix[float64] {
	b := NewMatrix[float64](a.Rows, a.Cols)
	for i := range a.Rows {
		kernels.Convert(nil, b.Row(i), a.Row(i))
	}
	return b
}

func eigSizes() []int {
	if slow() {
		return []int{0, 1, 2, 3, 5, 17, 32, 33, 65}
	}
	s := []int{0, 1, 2, 3, 4, 5, 8, 17, 31, 32, 33, 34, 35, 64, 65, 66, 127, 128}
	if !testing.Short() {
		s = append(s, 130, 257)
	}
	return s
}

func testSymEigFamilies[T kernels.Float](t *testing.T) {
	for _, n := range eigSizes() {
		s := NewSymEig[T](n)
		for _, f := range eigFamilies {
			r := newRandom(n)
			a := castTo[T](f.make(r, n), 1)
			checkEig(t, fmt.Sprintf("%s, n = %d", f.name, n), s, a)
		}
	}
	scales := []float64{1e-30, 1e30, 1e-37, 1e35, 1e-43}
	if !is32[T]() {
		scales = []float64{1e-150, 1e150, 1e-300, 1e300, 1e-320, 1e-30}
	}
	for _, scale := range scales {
		for _, n := range []int{1, 2, 5, 33, 40} {
			if testing.Short() && n == 40 {
				continue
			}
			s := NewSymEig[T](n)
			for i, f := range eigFamilies {
				if slow() && n == 33 && i%3 != 0 {
					continue
				}
				r := newRandom(n)
				checkEig(t, fmt.Sprintf("%s, n = %d, scale %g", f.name, n, scale), s, castTo[T](f.make(r, n), scale))
			}
		}
	}
}

// A power of two, also one that takes two factors to undo, changes the values by it and nothing else.
func TestSymEigPowers(t *testing.T) {
	both(t, testSymEigPowers[float32], testSymEigPowers[float64])
}

func testSymEigPowers[T kernels.Float](t *testing.T) {
	exps := []int{-20, 90, -90}
	if !is32[T]() {
		exps = []int{-20, 900, -900}
	}
	const n = 2*mirrorBlock + 3
	a := castTo[T](gram(newRandom(n), n, 2*n), 1)
	s := NewSymEig[T](n)
	if err := s.Factorize(a); err != nil {
		t.Fatal(err)
	}
	values, rows := slices.Clone(s.Values()), s.VectorsT().Clone()
	for _, exp := range exps {
		b := a.Clone()
		for i, v := range b.Data {
			b.Data[i] = T(math.Ldexp(float64(v), exp))
		}
		if err := s.Factorize(b); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if want := T(math.Ldexp(float64(v), exp)); s.Values()[i] != want {
				t.Fatalf("2^%d: value %d is %v, want %v", exp, i, s.Values()[i], want)
			}
		}
		bits.Same(t, rows.Data, s.VectorsT().Clone().Data, "vectors, 2^%d", exp)
	}
}

// Some families at large orders: a power of two, its neighbour, a prime. `bench eigen -accuracy` takes all of them.
func TestSymEigLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: orders of 1000 are tested by the full run")
	}
	both(t, testSymEigLarge[float32], testSymEigLarge[float64])
}

func testSymEigLarge[T kernels.Float](t *testing.T) {
	orders := map[string]int{"glued wilkinson": 2048, "graded up": 2047, "rank n/3": 1024, "decaying": 1021, "exact splits": 1023, "clustered": 512}
	for _, f := range eigFamilies {
		if n := orders[f.name]; n > 0 {
			checkEig(t, fmt.Sprintf("%s, n = %d", f.name, n), NewSymEig[T](n), castTo[T](f.make(newRandom(n), n), 1))
		}
	}
}

func checkEig[T kernels.Float](t *testing.T, what string, s *SymEig[T], a Matrix[T]) {
	t.Helper()
	// The upper triangle is not read.
	b := a.Clone()
	for i := 0; i < b.Rows; i++ {
		for j := i + 1; j < b.Cols; j++ {
			b.Set(i, j, T(math.NaN()))
		}
	}
	if err := s.Factorize(b); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	values, q := s.Values(), s.Vectors()
	for i := 1; i < len(values); i++ {
		if !(values[i] <= values[i-1]) {
			t.Errorf("%s: values ascend at %d: %v, %v", what, i, values[i-1], values[i])
		}
	}
	if e := eigErrors(a, values, q); !(e.Worst() <= 1) {
		t.Errorf("%s: %.3g in units of n·eps", what, e)
	}
	for i := range values {
		for j := range values {
			if x, y := s.VectorsT().At(i, j), q.At(j, i); x != y {
				t.Fatalf("%s: VectorsT(%d, %d) = %v, Vectors %v", what, i, j, x, y)
			}
		}
	}
}

func TestSymEigFamilies(t *testing.T) {
	both(t, testSymEigFamilies[float32], testSymEigFamilies[float64])
}

func TestSymEigOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "symmetric_eigen") {
		var items struct {
			Items []struct {
				Index, N  int
				Family    string
				Norm2     float64
				Tolerance float64 `json:"tolerance_in_units_of_eps_norm"`
			}
		}
		c.Decode(t, &items)
		for _, it := range items.Items {
			a := MatrixOf(it.N, it.N, oracle.Values[float64](t, c, fmt.Sprintf("A%d", it.Index), oracle.None, oracle.None))
			w := oracle.Values[float64](t, c, fmt.Sprintf("w%d", it.Index), oracle.None, oracle.None)
			wlo := oracle.Values[float64](t, c, fmt.Sprintf("wlo%d", it.Index), oracle.None, oracle.None)
			s := NewSymEig[float64](it.N)
			if err := s.Factorize(a); err != nil {
				t.Errorf("%s: %v", it.Family, err)
				continue
			}
			unit := max(0x1p-52*it.Norm2, math.SmallestNonzeroFloat64)
			for i, v := range s.Values() {
				j := it.N - 1 - i // they ascend
				if d := math.Abs(v-w[j]-wlo[j]) / unit; !(d <= it.Tolerance) {
					t.Errorf("%s, n = %d: value %d is off by %.3g units, tolerance %v", it.Family, it.N, i, d, it.Tolerance)
				}
			}
			checkEig(t, "oracle "+it.Family, s, a)
		}
	}
}

// The same bits in every tier and for any number of workers.
func testSymEigBits[T kernels.Float](t *testing.T) {
	sizes := []int{5, 20, 33, 70, 130, columnOrder + 1}
	if !testing.Short() {
		sizes = append(sizes, columnOrder+kernels.TridiagBlock+2)
	}
	for _, n := range sizes {
		if slow() && n > 130 { // in blocks, see TestDigests
			continue
		}
		for _, name := range []string{"wishart", "rank n/3", "graded up"} {
			var a Matrix[T]
			for _, f := range eigFamilies {
				if f.name == name {
					a = castTo[T](f.make(newRandom(n), n), 1)
				}
			}
			var want *SymEig[T]
			for _, isa := range kernels.Supported() {
				if isa == kernels.Portable && n > 70 && testing.Short() {
					continue
				}
				for workers := 1; workers <= 3; workers++ {
					p := kernels.NewPool(workers, kernels.WithISA(isa))
					s := NewSymEig[T](n, WithPool(p))
					if err := s.Factorize(a); err != nil {
						t.Fatal(err)
					}
					if want == nil {
						want = s
					}
					bits.Same(t, want.Values(), s.Values(), "values, n = %d, %s, %v, %d workers", n, name, isa, workers)
					bits.Same(t, want.VectorsT().Data, s.VectorsT().Data, "vectors, n = %d, %s, %v, %d workers", n, name, isa, workers)
					p.Close()
				}
			}
		}
	}
}

func TestSymEigBits(t *testing.T) { both(t, testSymEigBits[float32], testSymEigBits[float64]) }

// When divide and conquer gives up QR takes over, and then Jacobi's method.
func TestSymEigFallback(t *testing.T) {
	both(t, testSymEigFallback[float32], testSymEigFallback[float64])
}

func testSymEigFallback[T kernels.Float](t *testing.T) {
	for _, n := range []int{10, 33, 70} {
		for _, method := range []string{"QR", "Jacobi"} {
			s := NewSymEig[T](n)
			s.tri.noDivide, s.tri.noQR = true, method == "Jacobi"
			if slow() && n == 70 {
				continue
			}
			for i, f := range eigFamilies {
				if testing.Short() && i%4 != 0 {
					continue
				}
				checkEig(t, fmt.Sprintf("%s, %s, n = %d", method, f.name, n), s, castTo[T](f.make(newRandom(n), n), 1))
			}
		}
	}
}

func TestSymEigAllocations(t *testing.T) {
	both(t, testSymEigAllocations[float32], testSymEigAllocations[float64])
}

func testSymEigAllocations[T kernels.Float](t *testing.T) {
	for _, n := range []int{0, 1, 4, 20, 40, 100, 150, columnOrder + 1} {
		if slow() && n > 100 {
			continue
		}
		s := NewSymEig[T](n)
		a, low := castTo[T](gram(newRandom(n), n, 2*n), 1), castTo[T](gram(newRandom(n), n, 2), 1)
		noAllocs(t, fmt.Sprintf("Factorize, n = %d", n), func() {
			if s.Factorize(a) != nil || s.Factorize(low) != nil {
				t.Fatal("failed")
			}
			s.Vectors()
		})
	}
}

// What the null space of a singular matrix is does not depend on rounding: a disturbance of some
// units in the last place moves the basis by as little.
func TestSymEigNullSpaceIsCanonical(t *testing.T) {
	const n, rank = 30, 11
	r := newRandom(3)
	a := gram(r, n, rank)
	b := a.Clone()
	for i := range b.Data {
		b.Data[i] *= 1 + 0x1p-50*r.uniform()
	}
	Mirror(nil, kernels.Lower, b)
	s, u := NewSymEig[float64](n), NewSymEig[float64](n)
	if s.Factorize(a) != nil || u.Factorize(b) != nil {
		t.Fatal("failed")
	}
	x, y := s.VectorsT(), u.VectorsT()
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			if d := math.Abs(x.At(i, j) - y.At(i, j)); d > 1e-11 {
				t.Fatalf("vector %d, component %d: %v and %v", i, j, x.At(i, j), y.At(i, j))
			}
		}
	}
	// Echelon form: the last null vector has no leading components.
	for i := rank; i < n; i++ {
		for j := 0; j < i-rank; j++ {
			if v := x.At(i, j); math.Abs(v) > 1e-14 {
				t.Errorf("null vector %d has component %d: %v", i-rank, j, v)
			}
		}
		if !(x.At(i, i-rank) > 0) {
			t.Errorf("pivot %d is %v", i-rank, x.At(i, i-rank))
		}
	}
}

func TestEchelon(t *testing.T) { both(t, testEchelon[float32], testEchelon[float64]) }

// The basis in blocks against its definition, Gram and Schmidt on the projections of the axes: spans that leave axes out, ones that have
// axes twice (so that the second is skipped), and dimensions around the block.
func testEchelon[T kernels.Float](t *testing.T) {
	r := newRandom(3)
	for _, n := range []int{1, 2, 3, 17, 80, 130} {
		if slow() && n == 130 {
			continue
		}
		for _, k := range []int{1, 2, n / 2, 31, 32, 33, 65, n} {
			if k < 1 || k > n {
				continue
			}
			a := NewMatrix[T](k, n)
			for i := range k {
				for j := range n {
					switch {
					case j%5 == 3 && k <= 3*n/5:
						a.Set(i, j, 0)
					case j%5 == 4 && k <= 3*n/5:
						a.Set(i, j, a.At(i, j-2))
					default:
						a.Set(i, j, T(r.uniform()))
					}
				}
			}
			// Orthonormal rows: the Q of aᵀ.
			old, all := NewMatrix[T](k, n), NewMatrix[T](n, n)
			at := NewMatrix[T](n, n)
			TransposeTo(nil, at.Slice(0, 0, n, k), a)
			for i := range n {
				for j := k; j < n; j++ {
					at.Set(i, j, T(r.uniform()))
				}
			}
			qr, cols := NewQR[T](n, n), NewMatrix[T](n, n)
			must(t, qr.Factorize(at))
			qr.QTo(cols)
			TransposeTo(nil, all, cols)
			Copy(old, all.Slice(0, 0, k, n))
			c := canon[T]{nil, make([]T, 2*n), paddedMatrix[T](n, n), paddedMatrix[T](n, n)}
			b := old.Clone()
			c.echelon(b)
			// The other way needs the other rows alone, in two parts.
			lo := (n - k) / 3
			for i := range lo {
				copy(all.Row(i), all.Row(k+i))
			}
			completed := all.Slice(lo, 0, k, n)
			for i := range k {
				for j := range n {
					completed.Set(i, j, T(math.NaN()))
				}
			}
			c.complete(all, lo, lo+k)
			for i := range n {
				for j := range i + 1 {
					d := float64(kernels.Dot(nil, all.Row(i), all.Row(j)))
					if i == j {
						d--
					}
					if math.Abs(d) > 16*epsilon[T]() {
						t.Fatalf("n = %d, k = %d: rows %d and %d are orthonormal but for %v", n, k, i, j, d)
					}
				}
			}
			var want [][]float64
			for axis := 0; axis < n && len(want) < k; axis++ {
				// B·e_axis in coordinates of the old basis, without what the vectors before have of it, twice.
				x := make([]float64, k)
				for i := range x {
					x[i] = float64(old.At(i, axis))
				}
				for range 2 {
					for _, w := range want {
						var c float64
						for i := range x {
							c += w[i] * x[i]
						}
						for i := range x {
							x[i] -= c * w[i]
						}
					}
				}
				var sum float64
				for _, v := range x {
					sum += v * v
				}
				if sum <= 1/float64(2*n) {
					continue
				}
				for i := range x {
					x[i] /= math.Sqrt(sum)
				}
				want = append(want, x)
			}
			if len(want) != k {
				t.Fatalf("n = %d, k = %d: %d axes", n, k, len(want))
			}
			for l, w := range want {
				for j := range n {
					var v float64
					for i := range w {
						v += w[i] * float64(old.At(i, j))
					}
					// An axis of which 1/√(2n) is new magnifies errors by as much.
					for _, b := range [...]Matrix[T]{b, completed} {
						if d := math.Abs(v - float64(b.At(l, j))); !(d <= 64*math.Sqrt(float64(2*n))*float64(n)*epsilon[T]()) {
							t.Fatalf("n = %d, k = %d: row %d has component %d %v, want %v", n, k, l, j, b.At(l, j), v)
						}
					}
				}
			}
		}
	}
}

// A null space leaves nothing behind in the solver.
func TestSymEigReuse(t *testing.T) { both(t, testSymEigReuse[float32], testSymEigReuse[float64]) }

func testSymEigReuse[T kernels.Float](t *testing.T) {
	for _, n := range []int{3, 12, 33, 70, 100, columnOrder + kernels.TridiagBlock + 2} {
		if slow() && n > 100 {
			continue
		}
		a, half := castTo[T](gram(newRandom(n), n, 2*n), 1), castTo[T](gram(newRandom(n), n, n/2), 1)
		fresh, used := NewSymEig[T](n), NewSymEig[T](n)
		must(t, fresh.Factorize(a))
		must(t, used.Factorize(half))
		must(t, used.Factorize(a))
		bits.Same(t, fresh.Values(), used.Values(), "values, n = %d", n)
		bits.SameMatrix(t, n, n, fresh.VectorsT().Data, fresh.VectorsT().Stride, used.VectorsT().Data, used.VectorsT().Stride, "vectors, n = %d", n)
	}
}

func TestSymEigPanics(t *testing.T) {
	s := NewSymEig[float32](3)
	for name, f := range map[string]func(){
		badShape:   func() { _ = s.Factorize(NewMatrix[float32](3, 4)) },
		unfactored: func() { s.Values() },
		negDim:     func() { NewSymEig[float32](-1) },
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
