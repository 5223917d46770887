package linalg

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestInvRoot(t *testing.T) { both(t, testInvRoot[float32], testInvRoot[float64]) }

func testInvRoot[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	roots := []Root{
		{P: 1}, {P: 2}, {P: 3}, {P: 4}, {P: 6}, {P: 8}, {P: 4, Q: 3}, {P: 1, Q: 2},
		{P: 4, Method: RootNewton}, {P: 3, Method: RootNewton}, {P: 2, Method: RootHigherOrder, Order: 5},
		{P: 3, Q: 2, Method: RootHigherOrder, Order: 2},
	}
	for _, n := range []int{0, 1, 2, 3, 9, 17, 40} {
		for _, o := range roots {
			for _, scale := range []float64{1, 0x1p60, 0x1p-60} {
				if tooLarge(4 * n * n) {
					continue
				}
				o.Verify = o.Method == RootEigen
				if o.Method == RootNewton && !is32[T]() {
					o.Tol = 1e-12
				}
				r := newRandom(n)
				a := guarded(t, spd[T](r, n, 1, scale), true) // NaN above the diagonal
				s, err := NewInvRoot[T](n, o)
				if err != nil {
					t.Fatal(err)
				}
				x := randomMatrix[T](r, n, n, 2)
				res, err := s.Compute(x, a)
				label := fmt.Sprintf("n=%d %+v scale %g: %+v", n, o, scale, res)
				if err != nil {
					t.Errorf("%s: %v", label, err)
					continue
				}
				// X^P·A^Q = I, in units of the scale.
				p, q := o.P, max(o.Q, 1)
				unit := math.Pow(scale, -float64(q)/float64(p))
				x64 := symmetric64(x, unit)
				m := eye64(n)
				for range p {
					m = mul64(m, x64, n, n, n)
				}
				a64 := symmetric64(a, scale)
				for range q {
					m = mul64(m, a64, n, n, n)
				}
				// Eigenvalues are ≥ 1 and ≤ ‖A‖: errors of X grow by ‖X‖^(p−1)·‖A‖^q.
				bound := 8 * float64(p*q) * float64(n+4) * eps * math.Pow(norm64(a64)+1, float64(q))
				if o.Method != RootEigen {
					// An iteration ends when max|M−I| ≤ Tol, and X^P·A^Q takes the Q-th power of M.
					bound += 2 * float64(n+1) * float64(q) * max(res.Residual, eps)
				}
				if d := diff64(m, eye64(n)); !(d <= bound) {
					t.Errorf("%s: ‖X^P·A^Q−I‖ = %.3g, bound %.3g", label, d, bound)
				}
				for i := 0; i < n; i++ {
					for j := 0; j < i; j++ {
						if x.At(i, j) != x.At(j, i) {
							t.Fatalf("%s: not symmetric", label)
						}
					}
				}
				if n > 0 && !(res.Residual <= bound) || n > 0 && !res.Converged && o.Method == RootEigen {
					t.Errorf("%s: residual, bound %.3g", label, bound)
				}
				// In place.
				y := a.Clone()
				if _, err := s.Compute(y, y); err != nil {
					t.Fatal(err)
				}
				if d := diff64(dense64(x, false), dense64(y, false)); d != 0 {
					t.Errorf("%s: in place differs by %g", label, d)
				}
			}
		}
	}
}

func TestInvRootPlaces(t *testing.T) {
	// diag(9, 1, 0): every place of ε has its own closed form.
	a := NewMatrix[float64](3, 3)
	a.Set(0, 0, 9)
	a.Set(1, 1, 1)
	cases := []struct {
		o    Root
		want [3]float64
		rank int
	}{
		{Root{P: 2, Eps: 0.25}, [3]float64{1 / math.Sqrt(9.25), 1 / math.Sqrt(1.25), 2}, 3},
		{Root{P: 2, Eps: 0.25, EpsAt: EpsBefore}, [3]float64{1 / math.Sqrt(9.25), 1 / math.Sqrt(1.25), 2}, 3},
		{Root{P: 2, Eps: 0.25, EpsAt: EpsOutside}, [3]float64{1 / 3.25, 1 / 1.25, 4}, 3},
		{Root{P: 2, Eps: 0.01, Relative: true}, [3]float64{1 / math.Sqrt(9.09), 1 / math.Sqrt(1.09), 1 / math.Sqrt(0.09)}, 3},
		{Root{P: 2, Eps: 0.01, Relative: true, EpsAt: EpsBefore}, [3]float64{1 / math.Sqrt(9.09), 1 / math.Sqrt(1.09), 1 / math.Sqrt(0.09)}, 3},
		{Root{P: 2, Pseudo: true}, [3]float64{1.0 / 3, 1, 0}, 2},
		{Root{P: 2, Pseudo: true, RankRel: 0.5}, [3]float64{1.0 / 3, 0, 0}, 1},
		{Root{P: 2, Pseudo: true, RankAbs: 2}, [3]float64{1.0 / 3, 0, 0}, 1},
		{Root{Power: math.Pi, Eps: 1}, [3]float64{math.Pow(10, -math.Pi), math.Pow(2, -math.Pi), 1}, 3},
		{Root{Power: 0.3, Eps: 0.5, EpsAt: EpsOutside}, [3]float64{1 / (math.Pow(9, 0.3) + 0.5), 1 / 1.5, 2}, 3},
		{Root{Power: -0.5}, [3]float64{3, 1, 0}, 3},
		{Root{Power: -2, Pseudo: true}, [3]float64{81, 1, 0}, 2},
	}
	for i, c := range cases {
		r, err := NewInvRoot[float64](3, c.o)
		if err != nil {
			t.Fatal(err)
		}
		x := NewMatrix[float64](3, 3)
		res, err := r.Compute(x, a)
		if err != nil || res.Rank != c.rank {
			t.Errorf("case %d: %+v %v", i, res, err)
		}
		for k := range c.want {
			if math.Abs(x.At(k, k)-c.want[k]) > 1e-13 {
				t.Errorf("case %d: %v, want %v", i, x.At(k, k), c.want[k])
			}
		}
	}
}

func TestInvRootErrors(t *testing.T) {
	for _, c := range []struct {
		o    Root
		want string
	}{
		{Root{}, "P and Q"},
		{Root{P: -1}, "P and Q"},
		{Root{P: 2, Method: 9}, "Method"},
		{Root{P: 2, EpsAt: 9}, "EpsAt"},
		{Root{P: 2, Eps: -1}, "Eps"},
		{Root{P: 2, Eps: math.NaN()}, "Eps"},
		{Root{P: 2, Q: 3, Method: RootNewton}, "Q = 1"},
		{Root{P: 2, Pseudo: true, Eps: 1}, "Pseudo"},
		{Root{P: 2, Method: RootNewton, EpsAt: EpsOutside}, "EpsOutside"},
		{Root{P: 2, Method: RootHigherOrder, Order: 1}, "Order"},
		{Root{P: 2, Verify: true, Pseudo: true}, "Verify"},
		{Root{P: 2, EpsFloor: 1}, "EpsFloor"},
		{Root{P: 2, Power: 1}, "Power"},
		{Root{Power: math.Inf(1)}, "Power"},
		{Root{Power: 1, Verify: true}, "Power"},
		{Root{Power: -1, EpsAt: EpsOutside}, "Power"},
		{Root{Power: 1, Method: RootNewton}, "Power"},
	} {
		if _, err := NewInvRoot[float32](2, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	r := newRandom(4)
	for _, o := range []Root{{P: 2}, {Power: 0.7}, {P: 4, Method: RootNewton}, {P: 4, Method: RootHigherOrder}} {
		s, err := NewInvRoot[float64](6, o)
		if err != nil {
			t.Fatal(err)
		}
		a := spd[float64](r, 6, 1, 1)
		x := randomMatrix[float64](r, 6, 6, 0)
		keep := x.Clone()
		a.Set(4, 2, math.NaN())
		var nf *NotFiniteError
		if _, err := s.Compute(x, a); !errors.As(err, &nf) || nf.Row != 4 || nf.Col != 2 {
			t.Errorf("%+v: NaN: %v", o, err)
		}
		// A zero matrix has no inverse root.
		var re *RootError
		if _, err := s.Compute(x, NewMatrix[float64](6, 6)); !errors.As(err, &re) {
			t.Errorf("%+v: zero: %v", o, err)
		}
		if diff64(dense64(x, false), dense64(keep, false)) != 0 {
			t.Errorf("%+v: a failed Compute wrote", o)
		}
		a = spd[float64](r, 6, 1, 1)
		noAllocs(t, "Compute", func() { _, _ = s.Compute(x, a) })
	}
}
