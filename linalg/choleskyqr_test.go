package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestCholeskyQR(t *testing.T) { both(t, testCholeskyQR[float32], testCholeskyQR[float64]) }

func testCholeskyQR[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	for _, sz := range [][2]int{{0, 0}, {3, 0}, {1, 1}, {2, 2}, {9, 4}, {33, 33}, {64, 64}, {100, 37}, {150, 130}} {
		m, n := sz[0], sz[1]
		if tooLarge(m * n) {
			continue
		}
		for _, c := range []struct {
			name   string
			cond   float64 // of the columns after scaling
			graded float64 // each column is smaller by this
			scale  float64
			most   int
		}{
			{"orthonormal", 1, 1, 1, 1},
			{"graded", 1, 0.5, 1, 1},
			{"steep", 1, 0.125, 1, 1},
			{"random", 0, 1, 1, 2},
			{"κ=0.01/√eps", 0.01 / math.Sqrt(eps), 1, 1, 2},
			{"κ=1/√eps", 1 / math.Sqrt(eps), 1, 1, 4},
			{"κ=0.01/eps", 0.01 / eps, 1, 1, 5},
			{"huge", 1, 1, 0x1p100, 1},
			{"tiny", 1, 1, 0x1p-100, 1},
		} {
			if n > 40 && c.cond > 1/math.Sqrt(eps) && is32[T]() {
				continue // n·κ·eps > 1
			}
			r := newRandom(m + n)
			var a Matrix[T]
			if c.cond == 0 {
				a = randomMatrix[T](r, m, n, 2)
			} else {
				// U·diag(1 … 1/κ)·Vᵀ
				u, v := dense64(orthonormal[float64](r, m, n), false), dense64(orthonormal[float64](r, n, n), true)
				for i := range u {
					for j := range u[i] {
						u[i][j] *= math.Pow(c.cond, -float64(j)/math.Max(1, float64(n-1)))
					}
				}
				a64 := mul64(u, v, m, n, n)
				if c.graded != 1 {
					a64 = u
				}
				a = randomMatrix[T](r, m, n, 2)
				for i := range a64 {
					for j := range a64[i] {
						a.Set(i, j, T(a64[i][j]*math.Pow(c.graded, math.Min(float64(j), 40))*c.scale))
					}
				}
			}
			label := fmt.Sprintf("%d×%d %s", m, n, c.name)
			s := NewCholeskyQR[T](m, n)
			if err := s.Factorize(guarded(t, a, false)); err != nil {
				if c.cond == 0 && m == n {
					continue // a random square matrix may be too ill-conditioned
				}
				t.Errorf("%s: %v", label, err)
				continue
			}
			if n > 0 && c.cond != 0 && s.Passes() > c.most {
				t.Errorf("%s: %d passes", label, s.Passes())
			}
			q, rr := s.Q(), s.R()
			if o := orthogonality(q); !(o <= 4*float64(n)*eps) {
				t.Errorf("%s: ‖QᵀQ−I‖ = %.3g n·eps", label, o/eps/float64(n))
			}
			for i := 0; i < n; i++ {
				if !(rr.At(i, i) > 0) {
					t.Errorf("%s: r[%d,%d] = %v", label, i, i, rr.At(i, i))
				}
				for j := 0; j < i; j++ {
					if rr.At(i, j) != 0 {
						t.Errorf("%s: r[%d,%d] = %v", label, i, j, rr.At(i, j))
					}
				}
			}
			// Column by column: the scaling keeps small columns accurate.
			qr, a64 := mul64(dense64(q, false), dense64(rr, false), m, n, n), dense64(a, false)
			for j := 0; j < n; j++ {
				var num, den float64
				for i := 0; i < m; i++ {
					num = math.Hypot(num, qr[i][j]-a64[i][j])
					den = math.Hypot(den, a64[i][j])
				}
				if !(num <= 4*math.Sqrt(float64(n))*float64(s.Passes())*eps*den) {
					t.Errorf("%s: column %d of A−QR: %.3g eps", label, j, num/den/eps)
				}
			}
		}
	}
}

func TestCholeskyQRErrors(t *testing.T) {
	mustPanic(t, "wide", notTall, func() { NewCholeskyQR[float32](3, 4) })
	r := newRandom(9)
	c := NewCholeskyQR[float32](20, 8)
	a := randomMatrix[float32](r, 20, 8, 0)
	if err := c.Factorize(a); err != nil {
		t.Fatal(err)
	}
	q := c.Q().Clone()
	b := a.Clone()
	for i := 0; i < 20; i++ {
		b.Set(i, 3, 0)
	}
	var np *NotPositiveError
	if err := c.Factorize(b); !errors.As(err, &np) || np.Pivot != 3 {
		t.Errorf("zero column: %v", err)
	}
	b = a.Clone()
	for i := 0; i < 20; i++ {
		b.Set(i, 5, b.At(i, 2))
	}
	deficient := func(what string) {
		t.Helper()
		err := c.Factorize(b)
		if err == nil {
			if o := orthogonality(c.Q()); !(o <= 1e-5) {
				t.Errorf("%s: no error, and ‖QᵀQ−I‖ = %g", what, o)
			}
			if d := diff64(mul64(dense64(c.Q(), false), dense64(c.R(), false), 20, 8, 8), dense64(b, false)); !(d <= 1e-5*norm64(dense64(b, false))) {
				t.Errorf("%s: no error, and ‖A−QR‖ = %g", what, d)
			}
		} else if !errors.As(err, &np) {
			t.Errorf("%s: %v", what, err)
		}
	}
	deficient("equal columns")
	for i := 0; i < 20; i++ {
		for j := 0; j < 8; j++ {
			b.Set(i, j, float32((i+1)*(j+1)))
		}
	}
	deficient("rank 1")
	if err := c.Factorize(a); err != nil {
		t.Fatal(err)
	}
	b.Set(7, 1, float32(math.Inf(1)))
	var nf *NotFiniteError
	if err := c.Factorize(b); !errors.As(err, &nf) || nf.Row != 7 || nf.Col != 1 {
		t.Errorf("infinity: %v", err)
	}
	if diff64(dense64(q, false), dense64(c.Q(), false)) != 0 {
		t.Error("a failed Factorize changed Q")
	}
	noAllocs(t, "CholeskyQR", func() { _ = c.Factorize(a) })
}
