package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestLU(t *testing.T) { both(t, testLU[float32], testLU[float64]) }

func testLU[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	for _, name := range []string{"random", "identity", "negative", "upper", "graded", "graded up", "rows graded", "huge", "tiny", "hilbert"} {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, 65, 100} {
			if tooLarge(2 * n * n) {
				continue
			}
			r := newRandom(n)
			a, s := familyMatrix[T](r, name, n, n)
			a = guarded(t, a, n%2 == 0)
			f := NewLU[T](n)
			if err := f.Factorize(a); err != nil {
				// A column of the graded families may underflow to zero, and rounding makes a Hilbert matrix singular.
				var sing *SingularError
				if name != "graded" && name != "graded up" && name != "hilbert" && name != "tiny" || !errors.As(err, &sing) {
					t.Errorf("%s n=%d: %v", name, n, err)
				}
				continue
			}
			label := fmt.Sprintf("%s n=%d", name, n)
			l, u := guarded(t, randomMatrix[T](r, n, n, 1), true), guarded(t, randomMatrix[T](r, n, n, 2), false)
			f.LTo(l)
			f.UTo(u)
			l64, u64, a64 := dense64(l, false), unscaled64(u, s), unscaled64(a, s)
			pa := make([][]float64, n)
			for i, from := range f.Perm() {
				pa[i] = a64[from]
				for j := range n {
					if math.Abs(l64[i][j]) > 1+4*eps || j > i && l64[i][j] != 0 || j == i && l64[i][j] != 1 || j < i && u64[i][j] != 0 {
						t.Fatalf("%s: L[%d,%d] = %v, U = %v", label, i, j, l64[i][j], u64[i][j])
					}
				}
			}
			bound := 2 * math.Sqrt(float64(n)) * eps * norm64(l64) * norm64(u64)
			if name == "tiny" {
				bound += float64(n*n) * eps // the elements themselves are subnormal
			}
			if d := diff64(mul64(l64, u64, n, n, n), pa); !(d <= bound) {
				t.Errorf("%s: ‖PA−LU‖ = %.3g, bound %.3g", label, d, bound)
			}
			if name != "random" && name != "huge" && name != "tiny" {
				continue
			}
			// The backward error of a solution: ‖AX − B‖ ≤ c·n·eps·‖L‖‖U‖‖X‖.
			for _, trans := range []bool{false, true} {
				b := guarded(t, randomMatrix[T](r, n, 5, 1), !trans)
				b64 := dense64(b, false)
				op := a64
				if trans {
					f.SolveT(b)
					op = transposed64(a64)
				} else {
					f.Solve(b)
				}
				x64 := unscaled64(b, 1/s)
				res := diff64(mul64(op, x64, n, n, 5), b64)
				if bound := 2 * math.Sqrt(float64(n)) * eps * norm64(l64) * norm64(u64) * norm64(x64); !(res <= bound) && name != "tiny" {
					t.Errorf("%s: solve (transposed %v): residual %.3g, bound %.3g", label, trans, res, bound)
				}
			}
			if name == "random" {
				inv := randomMatrix[T](r, n, n, 1)
				f.InverseTo(inv)
				x64 := dense64(inv, false)
				if d := diff64(mul64(a64, x64, n, n, n), eye64(n)); !(d <= 2*math.Sqrt(float64(n))*eps*norm64(l64)*norm64(u64)*norm64(x64)) {
					t.Errorf("%s: ‖A·A⁻¹−I‖ = %.3g", label, d)
				}
			}
			log, sign := f.LogDet()
			want, wantSign := 0.0, permSign(f.Perm())
			for i := range u64 {
				want += math.Log(math.Abs(u64[i][i])) + math.Log(s)
				wantSign *= math.Copysign(1, u64[i][i])
			}
			if name == "tiny" {
				log = want // UTo rounds to subnormal numbers
			}
			if math.Abs(log-want) > 1e-13*float64(n+1)*math.Max(1, math.Abs(math.Log(s))) || sign != wantSign {
				t.Errorf("%s: LogDet %v %v, want %v %v", label, log, sign, want, wantSign)
			}
		}
	}
}

func transposed64(a [][]float64) [][]float64 {
	b := eye64(len(a))
	for i := range a {
		for j := range a {
			b[j][i] = a[i][j]
		}
	}
	return b
}

// permSign is −1 if the number of inversions is odd.
func permSign(perm []int) float64 {
	s := 1.0
	for i := range perm {
		for j := range i {
			if perm[j] > perm[i] {
				s = -s
			}
		}
	}
	return s
}

func TestLUErrors(t *testing.T) {
	const n = 20
	r := newRandom(3)
	a := randomMatrix[float64](r, n, n, 1)
	f := NewLU[float64](n)
	mustPanic(t, "too early", unfactored, func() { f.Perm() })
	must(t, f.Factorize(a))
	x := randomMatrix[float64](r, n, 2, 0)
	before := x.Clone()
	f.Solve(before)
	same := func(what string) {
		t.Helper()
		y := x.Clone()
		f.Solve(y)
		if diff64(dense64(y, false), dense64(before, false)) != 0 {
			t.Errorf("%s changed the factors", what)
		}
	}
	b := a.Clone()
	b.Set(7, 3, math.NaN())
	var nf *NotFiniteError
	if err := f.Factorize(b); !errors.As(err, &nf) || nf.Row != 7 || nf.Col != 3 {
		t.Errorf("NaN: %v", err)
	}
	same("NaN")
	var sing *SingularError
	for _, c := range []int{0, 5, 8, 19} {
		b = a.Clone()
		for i := range n {
			b.Set(i, c, 0)
		}
		if err := f.Factorize(b); !errors.As(err, &sing) || sing.Pivot != c {
			t.Errorf("column %d is zero: %v", c, err)
		}
		same("a singular matrix")
	}
	if err := NewLU[float32](3).Factorize(NewMatrix[float32](3, 3)); !errors.As(err, &sing) || sing.Pivot != 0 {
		t.Errorf("zero matrix: %v", err)
	}
	mustPanic(t, "shape", badShape, func() { f.Solve(NewMatrix[float64](n-1, 1)) })
	inv := NewMatrix[float64](n, n)
	noAllocs(t, "LU", func() {
		_ = f.Factorize(a)
		f.Solve(x)
		f.SolveT(x)
		f.InverseTo(inv)
		f.LogDet()
	})
}

// Growth of 2^(n−1), and beyond what float32 holds: an error, not an infinity.
func TestLUGrowth(t *testing.T) {
	for _, n := range []int{30, 150} {
		a := NewMatrix[float32](n, n)
		for i := range n {
			for j := range n {
				switch {
				case i == j || j == n-1:
					a.Set(i, j, 1)
				case j < i:
					a.Set(i, j, -1)
				}
			}
		}
		f := NewLU[float32](n)
		err := f.Factorize(a)
		if n == 150 {
			var sing *SingularError
			if !errors.As(err, &sing) {
				t.Errorf("overflow: %v", err)
			}
			continue
		}
		u := NewMatrix[float32](n, n)
		must(t, err)
		f.UTo(u)
		if got := u.At(n-1, n-1); got != float32(math.Ldexp(1, n-1)) {
			t.Errorf("u = %v", got)
		}
	}
}
