package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestPolar(t *testing.T) { both(t, testPolar[float32], testPolar[float64]) }

func testPolar[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	for _, sz := range [][2]int{{0, 0}, {1, 1}, {5, 5}, {9, 4}, {4, 9}, {33, 20}, {40, 40}} {
		for _, cond := range []float64{1, 10, 1e3, 1e4} {
			for _, scale := range []float64{1, 0x1p100, 0x1p-100} {
				m, n := sz[0], sz[1]
				k := min(m, n)
				if tooLarge(4 * m * n) {
					continue
				}
				r := newRandom(m + 10*n)
				// A = V·Σ·Wᵀ with known factors.
				v, w := dense64(orthonormal[float64](r, m, k), false), dense64(orthonormal[float64](r, n, k), true)
				want := mul64(v, w, m, k, n)
				for j := 0; j < k; j++ {
					for i := range v {
						v[i][j] *= math.Pow(cond, -float64(j)/math.Max(1, float64(k-1))) * scale
					}
				}
				a64 := mul64(v, w, m, k, n)
				a := randomMatrix[T](r, m, n, 1)
				for i := range a64 {
					for j := range a64[i] {
						a.Set(i, j, T(a64[i][j]))
					}
				}
				s := NewPolar[T](m, n)
				for _, method := range []PolarMethod{PolarExpress, PolarNewtonSchulz} {
					label := fmt.Sprintf("%d×%d κ=%g scale %g method %d", m, n, cond, scale, method)
					x := randomMatrix[T](r, m, n, 2)
					res, err := s.Compute(guarded(t, x, true), a, method, 0, 0)
					if err != nil {
						t.Fatal(label, err)
					}
					if _, err = s.Compute(x, a, method, 0, 0); err != nil {
						t.Fatal(label, err)
					}
					if k == 0 {
						continue
					}
					if !res.Converged {
						t.Errorf("%s: %+v", label, res)
					}
					// The factor moves by the rounding of A over its least singular value.
					if d := diff64(dense64(x, false), want); !(d <= 20*math.Sqrt(float64(k))*eps*cond) {
						t.Errorf("%s: off by %g eps", label, d/eps)
					}
					if method == PolarExpress && res.Iterations > 14 {
						t.Errorf("%s: %d iterations", label, res.Iterations)
					}
					y := a.Clone()
					if _, err := s.Compute(y, y, method, 0, 0); err != nil || diff64(dense64(y, false), dense64(x, false)) != 0 {
						t.Errorf("%s: in place: %v", label, err)
					}
				}
				if k == 0 {
					continue
				}
				x := NewMatrix[T](m, n)
				res, err := s.Compute(x, a, PolarFixed, 0, 0)
				if err != nil || res.Iterations != 5 {
					t.Errorf("PolarFixed: %+v %v", res, err)
				}
				if cond == 1 && k > 1 && !(res.Residual < 0.8) {
					t.Errorf("PolarFixed: residual %g", res.Residual)
				}
			}
		}
	}
}

// The polynomials of PolarExpress bring every singular value in [1e-3, 1] to 1.
func TestExpressSteps(t *testing.T) {
	for i := 0; i <= 2000; i++ {
		x := math.Pow(10, -3*float64(i)/2000)
		for _, c := range expressSteps {
			q := x * x
			x *= c[0] + q*(c[1]+q*c[2])
		}
		if math.Abs(x-1) > 1e-5 {
			t.Fatalf("σ = 10^%g goes to %.12g", -3*float64(i)/2000, x)
		}
	}
}

func TestPolarErrors(t *testing.T) {
	s := NewPolar[float64](4, 3)
	x, a := NewMatrix[float64](4, 3), NewMatrix[float64](4, 3)
	x.Set(0, 0, 7)
	var pe *PolarError
	if _, err := s.Compute(x, a, PolarExpress, 0, 0); !errors.As(err, &pe) || x.At(0, 0) != 7 {
		t.Errorf("zero: %v", err)
	}
	a.Set(2, 1, math.Inf(-1))
	var nf *NotFiniteError
	if _, err := s.Compute(x, a, PolarExpress, 0, 0); !errors.As(err, &nf) || nf.Row != 2 || nf.Col != 1 || x.At(0, 0) != 7 {
		t.Errorf("infinity: %v", err)
	}
	// Rank 1: one singular value is 1, the others stay 0.
	for i := 0; i < 4; i++ {
		for j := 0; j < 3; j++ {
			a.Set(i, j, 0.5/math.Sqrt(3))
		}
	}
	res, err := s.Compute(x, a, PolarNewtonSchulz, 0, 0)
	if err != nil || res.Converged || !(res.Residual < 1.1) {
		t.Errorf("rank 1: %+v %v", res, err)
	}
	if d := diff64(dense64(x, false), dense64(a, false)); !(d < 1e-12) {
		t.Errorf("rank 1: off by %g", d)
	}
	mustPanic(t, "steps", badPolar, func() { _, _ = s.Compute(x, a, PolarExpress, 0, -1) })
	r := newRandom(1)
	b := randomMatrix[float64](r, 4, 3, 0)
	noAllocs(t, "Polar", func() { _, _ = s.Compute(x, b, PolarExpress, 0, 0) })
}
