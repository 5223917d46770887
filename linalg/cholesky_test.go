package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestCholesky(t *testing.T) { both(t, testCholesky[float32], testCholesky[float64]) }

// spd returns BᵀB + shift·I with NaN above the diagonal and in the gap.
func spd[T kernels.Float](r *random, n int, shift, scale float64) Matrix[T] {
	b := make([][]float64, n)
	for i := range b {
		b[i] = make([]float64, n)
		for j := range b[i] {
			b[i][j] = r.uniform()
		}
	}
	a := randomMatrix[T](r, n, n, 2)
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			s := shift * b2f(i == j)
			for k := range b {
				s += b[k][i] * b[k][j]
			}
			if j > i {
				s = math.NaN()
			}
			a.Set(i, j, T(s*scale))
		}
	}
	return a
}

func symmetric64[T kernels.Float](a Matrix[T], scale float64) [][]float64 {
	n := a.Rows
	s := eye64(n)
	for i := range s {
		for j := 0; j <= i; j++ {
			s[i][j] = float64(a.At(i, j)) / scale
			s[j][i] = s[i][j]
		}
	}
	return s
}

func testCholesky[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	big := math.Ldexp(1, 101)
	if !is32[T]() {
		big = math.Ldexp(1, 901)
	}
	for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 31, 33, 64, 65, 97, 130} {
		for _, scale := range []float64{1, big, 1 / big} {
			r := newRandom(n)
			a := spd[T](r, n, 0.01, scale)
			c := NewCholesky[T](n)
			if err := c.Factorize(a); err != nil {
				t.Fatal(err)
			}
			label := fmt.Sprintf("n=%d scale %g", n, scale)
			u := dense64(c.U(), false)
			for i := range u {
				for j := range u[i] {
					if j < i && u[i][j] != 0 {
						t.Fatalf("%s: U[%d,%d] = %v", label, i, j, u[i][j])
					}
					u[i][j] /= math.Sqrt(scale)
				}
			}
			ut := eye64(n)
			for i := range u {
				for j := range u {
					ut[i][j] = u[j][i]
				}
			}
			a64 := symmetric64(a, scale)
			if d := diff64(mul64(ut, u, n, n, n), a64); !(d <= 2*math.Sqrt(float64(n))*eps*norm64(a64)) {
				t.Errorf("%s: residual %g eps‖A‖", label, d/eps/norm64(a64))
			}
			l := randomMatrix[T](r, n, n, 1)
			c.LTo(l)
			for i := 0; i < n; i++ {
				for j := 0; j < n; j++ {
					if l.At(i, j) != c.U().At(j, i) {
						t.Fatal("L is not Uᵀ")
					}
				}
			}
			if scale != 1 {
				continue
			}
			x := randomMatrix[T](r, n, 5, 1)
			b := mul64(a64, dense64(x, false), n, n, 5)
			y := randomMatrix[T](r, n, 5, 3)
			for i := range b {
				for j := range b[i] {
					y.Set(i, j, T(b[i][j]))
				}
			}
			c.Solve(y)
			// κ ≤ ‖A‖/0.01, and the right-hand side was rounded.
			if d := diff64(dense64(y, false), dense64(x, false)); !(d <= 4*eps*norm64(a64)/0.01*norm64(dense64(x, false))) {
				t.Errorf("%s: solve: %g", label, d)
			}
			var ld float64
			for i := range u {
				ld += 2 * math.Log(u[i][i])
			}
			if d := math.Abs(ld - c.LogDet()); !(d <= 1e-12*float64(n+1)) {
				t.Errorf("%s: LogDet off by %g", label, d)
			}
		}
	}
}

// Nested blocks of every level, checked by a product in float64.
func TestCholeskyNested(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: matrices of order 1000 are for the full run")
	}
	both(t, testCholeskyNested[float32], testCholeskyNested[float64])
}

func testCholeskyNested[T kernels.Float](t *testing.T) {
	n := kernels.CholeskyBlock + 26
	a := randomMatrix[T](newRandom(4), n, n, 3)
	a64 := NewMatrix[float64](n, n)
	for i := range n {
		a.Set(i, i, T(n))
		for j := range i + 1 {
			a64.Set(i, j, float64(a.At(i, j)))
			a64.Set(j, i, float64(a.At(i, j)))
		}
		for j := i + 1; j < n; j++ {
			a.Set(i, j, T(math.NaN()))
		}
	}
	c := NewCholesky[T](n)
	for range 3 { // both of its matrices, and one of them again
		must(t, c.Factorize(a))
		u, d := NewMatrix[float64](n, n), a64.Clone()
		for i := range n {
			kernels.Convert(nil, u.Row(i), c.U().Row(i))
			for j, v := range u.Row(i)[:i] {
				if v != 0 {
					t.Fatalf("U[%d,%d] = %v", i, j, v)
				}
			}
		}
		MatMulAdd(nil, d, kernels.Trans, kernels.NoTrans, -1, u, u, 1)
		if e := FrobeniusNorm(nil, d) / FrobeniusNorm(nil, a64); !(e <= 2*math.Sqrt(float64(n))*epsilon[T]()) {
			t.Errorf("residual %g eps‖A‖", e/epsilon[T]())
		}
	}
	// A pivot in the last block.
	a.Set(n-3, n-3, -1)
	var e *NotPositiveError
	if err := c.Factorize(a); !errors.As(err, &e) || e.Pivot != n-3 {
		t.Errorf("%v, not pivot %d", err, n-3)
	}
}

func TestCholeskyErrors(t *testing.T) {
	r := newRandom(3)
	a := spd[float64](r, 40, 1, 1)
	c := NewCholesky[float64](40)
	if err := c.Factorize(a); err != nil {
		t.Fatal(err)
	}
	before := c.U().Clone()
	for _, k := range []int{0, 3, 8, 20, 39} {
		b := a.Clone()
		b.Set(k, k, -1)
		var e *NotPositiveError
		if err := c.Factorize(b); !errors.As(err, &e) || e.Pivot != k || !(e.Value < 0) {
			t.Errorf("pivot %d: %v", k, err)
		}
		b.Set(k, 0, math.NaN())
		var f *NotFiniteError
		if err := c.Factorize(b); !errors.As(err, &f) || f.Row != k || f.Col != 0 {
			t.Errorf("NaN in row %d: %v", k, err)
		}
		if diff64(dense64(before, false), dense64(c.U(), false)) != 0 {
			t.Error("a failed Factorize changed the factor")
		}
	}
	var e *NotPositiveError
	var f *NotFiniteError
	// Far from the diagonal, in another row of blocks: not finite, and too large to be squared.
	n := 300
	if slow() {
		n = 180
	}
	large, row := spd[float64](r, n, 1, 1), n-20
	was, cl := large.At(row, 5), NewCholesky[float64](n)
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		large.Set(row, 5, x)
		if err := cl.Factorize(large); !errors.As(err, &f) || f.Row != row || f.Col != 5 {
			t.Errorf("%v in row %d: %v", x, row, err)
		}
	}
	large.Set(row, 5, 1e150)
	if err := cl.Factorize(large); !errors.As(err, &e) || e.Pivot != row || !(e.Value < -1e290) || math.IsInf(e.Value, 0) {
		t.Errorf("a large element in row %d: %v", row, err)
	}
	large.Set(row, 5, was)
	if err := cl.Factorize(large); err != nil {
		t.Errorf("after failures: %v", err)
	}
	zero := NewMatrix[float64](3, 3)
	if err := NewCholesky[float64](3).Factorize(zero); !errors.As(err, &e) || e.Pivot != 0 {
		t.Errorf("zero matrix: %v", err)
	}
	noAllocs(t, "Cholesky", func() { _ = c.Factorize(a) })
}
