package families

import (
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// Known decompositions: the bounds are zero for an exact one, and see what is wrong with others.
func TestMeasure(t *testing.T) {
	const n, eps = 6, 0x1p-52
	a := Tridiagonal(n, func(i int) float64 { return float64(n - i) }, func(int) float64 { return 0 })
	values, q := make([]float64, n), Tridiagonal(n, func(int) float64 { return 1 }, func(int) float64 { return 0 })
	for i := range values {
		values[i] = float64(n - i)
	}
	if e := Measure(n, a, values, q, eps, 0x1p-1022); e.Worst() != 0 {
		t.Errorf("exact: %v", e)
	}
	// One value off by 3 units of ‖A‖₂·n·eps: the residual in ‖A‖₂ and its bound are exactly that.
	values[2] += 3 * n * n * eps
	e := Measure(n, a, values, q, eps, 0x1p-1022)
	if !(e.Values >= 3 && e.Values < 3.001) || !(e.Residual > 1 && e.Residual < 3) || e.Orthogonality != 0 {
		t.Errorf("a wrong value: %v", e)
	}
	values[2] = n - 2
	q[1] = 1e-3
	if e := Measure(n, a, values, q, eps, 0x1p-1022); !(e.Orthogonality > 1e10) || !(e.Values > 1e10) {
		t.Errorf("a wrong vector: %v", e)
	}
	q[1] = math.NaN()
	if e := Measure(n, a, values, q, eps, 0x1p-1022); e.Worst() <= 1 {
		t.Errorf("NaN: %v", e)
	}
}

// normAbove bounds the 2-norm from above, closely: of a diagonal matrix it is known.
func TestNormAbove(t *testing.T) {
	for _, n := range []int{1, 2, 10, 310} {
		for _, scale := range []float64{1e-200, 1, 1e200} {
			r := Tridiagonal(n, func(i int) float64 { return scale / float64(1+i/2) }, func(int) float64 { return 0 })
			got := normAbove(n, r) / scale
			if !(got >= 1-1e-12) || got > math.Pow(2.5, 0.125) {
				t.Errorf("n = %d, scale %g: %v, want 1", n, scale, got)
			}
		}
	}
	if normAbove(3, make([]float64, 9)) != 0 {
		t.Error("zero")
	}
}

// Every family is symmetric and finite, at every order from 0 on.
func TestFamilies(t *testing.T) {
	for _, f := range All {
		for n := range 25 {
			a := f.Make(rnd.New(uint64(n)), n)
			if len(a) != n*n {
				t.Fatalf("%s: %d elements for n = %d", f.Name, len(a), n)
			}
			for i := range n {
				for j := range n {
					if v := a[i*n+j]; v != a[j*n+i] || v-v != 0 {
						t.Fatalf("%s, n = %d: element %d, %d is %v, its mirror image %v", f.Name, n, i, j, v, a[j*n+i])
					}
				}
			}
		}
	}
	// The spectrum of WithSpectrum: trace and Frobenius norm.
	const n = 40
	a := WithSpectrum(rnd.New(1), n, func(i int) float64 { return float64(i) })
	var trace, squares float64
	for i := range n {
		trace += a[i*n+i]
		for j := range n {
			squares += a[i*n+j] * a[i*n+j]
		}
	}
	if math.Abs(trace-n*(n-1)/2) > 1e-11 || math.Abs(squares-(n-1)*n*(2*n-1)/6) > 1e-9 {
		t.Errorf("trace %v, squares %v", trace, squares)
	}
}
