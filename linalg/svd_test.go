package linalg

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestSVD(t *testing.T) { both(t, testSVD[float32], testSVD[float64]) }

func testSVD[T kernels.Float](t *testing.T) {
	sizes := [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 5}, {5, 1}, {2, 2}, {3, 7}, {7, 3}, {8, 8}, {17, 16}, {33, 33}, {30, 70}, {65, 33}, {90, 40}, {64, 64}}
	for name := range qrFamilies {
		for _, sz := range sizes {
			m, n := sz[0], sz[1]
			if tooLarge(m * n) {
				continue
			}
			r := newRandom(m*1000 + n)
			a, s := familyMatrix[T](r, name, m, n)
			a = guarded(t, a, n%2 == 0)
			d := NewSVD[T](m, n)
			label := fmt.Sprintf("%s %d×%d", name, m, n)
			if err := d.Factorize(a); err != nil {
				t.Errorf("%s: %v", label, err)
				continue
			}
			checkSVD(t, label, d, a, s, name == "tiny")
			rank := map[string]int{"zero": 0, "identity": min(m, n), "ones": min(1, m, n), "rank1": min(1, m, n)}
			if want, ok := rank[name]; ok && (name != "rank1" || n > 1) && d.Rank(-1) != want {
				t.Errorf("%s: rank %d of %v", label, d.Rank(-1), d.Values())
			}
		}
	}
}

// checkSVD asserts the bounds that SVD promises; a is given in units of s.
func checkSVD[T kernels.Float](t *testing.T, label string, d *SVD[T], a Matrix[T], s float64, subnormal bool) {
	t.Helper()
	m, n := a.Rows, a.Cols
	k, eps := min(m, n), epsilon[T]()
	u, v, a64 := dense64(d.U(), false), dense64(d.V(), true), unscaled64(a, s)
	limit := 4 * math.Sqrt(float64(k)) * eps
	if strings.HasPrefix(label, "ones") {
		limit = float64(max(m, n)) * eps // sums of equal terms round the same way at every step of QR
	}
	for i, o := range []float64{orthogonality(d.U()), orthogonality(d.V())} {
		if !(o <= math.Sqrt(float64(k))*limit) {
			t.Errorf("%s: orthogonality of %c %.3g k·eps", label, "UV"[i], o/eps/float64(k))
		}
	}
	for i := range u {
		for j := range u[i] {
			u[i][j] *= float64(d.Values()[j]) / s
		}
	}
	bound := limit * norm64(a64)
	if subnormal {
		bound += float64(m*n) * eps
	}
	if e := diff64(mul64(u, v, m, k, n), a64); !(e <= bound) {
		t.Errorf("%s: ‖A−UΣVᵀ‖ = %.3g √k·eps‖A‖", label, e/norm64(a64)/eps/math.Sqrt(float64(k)))
	}
	for i, x := range d.Values() {
		if !(x >= 0) || i > 0 && x > d.Values()[i-1] {
			t.Errorf("%s: singular values %v", label, d.Values())
			break
		}
	}
}

// Known singular values: graded over the whole range of the type, clustered, with a gap, repeated.
func TestSVDValues(t *testing.T) { both(t, testSVDValues[float32], testSVDValues[float64]) }

func testSVDValues[T kernels.Float](t *testing.T) {
	const m, n = 45, 30
	spectra := map[string]func(i int) float64{
		"graded":    func(i int) float64 { return math.Ldexp(1, -2*i) },
		"clustered": func(i int) float64 { return 1 + 1e-7*float64(n-i) },
		"gap":       func(i int) float64 { return 1 - b2f(i > 9)*(1-1e-5) },
		"equal":     func(i int) float64 { return 3 },
		"linear":    func(i int) float64 { return float64(n - i) },
		"deficient": func(i int) float64 { return b2f(i < 11) * float64(n-i) },
	}
	for name, sigma := range spectra {
		for _, wide := range []bool{false, true} {
			r := newRandom(len(name))
			x, y := dense64(orthonormal[float64](r, m, n), false), dense64(orthonormal[float64](r, n, n), true)
			for i := range x {
				for j := range x[i] {
					x[i][j] *= sigma(j)
				}
			}
			a64 := mul64(x, y, m, n, n)
			a := NewMatrix[T](m, n)
			for i := range a64 {
				for j, v := range a64[i] {
					a.Set(i, j, T(v))
				}
			}
			if wide {
				b := NewMatrix[T](n, m)
				TransposeTo(nil, b, a)
				a = b
			}
			d := NewSVD[T](a.Rows, a.Cols)
			must(t, d.Factorize(a))
			label := fmt.Sprintf("%s wide %v", name, wide)
			checkSVD(t, label, d, a, 1, false)
			for i, got := range d.Values() {
				if e := math.Abs(float64(got) - sigma(i)); !(e <= 4*math.Sqrt(n)*epsilon[T]()*sigma(0)) {
					t.Errorf("%s: σ_%d = %v, want %v", label, i, got, sigma(i))
				}
			}
			if name == "deficient" && d.Rank(-1) != 11 {
				t.Errorf("%s: rank %d", label, d.Rank(-1))
			}
		}
	}
}

func TestSVDLeastSquares(t *testing.T) {
	for _, sz := range [][3]int{{30, 12, 12}, {30, 12, 5}, {12, 30, 12}, {12, 30, 4}, {6, 6, 0}} {
		m, n, rank := sz[0], sz[1], sz[2]
		r := newRandom(m)
		a := NewMatrix[float64](m, n)
		if rank > 0 {
			MatMul(nil, a, randomMatrix[float64](r, m, rank, 0), randomMatrix[float64](r, rank, n, 0))
		}
		d := NewSVD[float64](m, n)
		must(t, d.Factorize(a))
		b := randomMatrix[float64](r, m, 3, 0)
		x := randomMatrix[float64](r, n, 3, 1)
		if got := d.LeastSquares(x, b.Clone(), -1); got != rank {
			t.Errorf("%v: rank %d", sz, got)
		}
		// Aᵀ(AX − B) = 0, and X has no part outside the row space.
		MatMulAdd(nil, b, kernels.NoTrans, kernels.NoTrans, -1, a, x, 1)
		g := NewMatrix[float64](n, 3)
		MatMulTN(nil, g, a, b)
		if e := FrobeniusNorm(nil, g); e > 1e-11 {
			t.Errorf("%v: ‖Aᵀ(AX−B)‖ = %g", sz, e)
		}
		v := d.V().Slice(0, 0, n, rank)
		c, back := NewMatrix[float64](rank, 3), NewMatrix[float64](n, 3)
		MatMulTN(nil, c, v, x)
		MatMul(nil, back, v, c)
		if e := diff64(dense64(back, false), dense64(x, false)); e > 1e-12*(1+FrobeniusNorm(nil, x)) {
			t.Errorf("%v: %g of X is outside the row space", sz, e)
		}
	}
}

func TestSVDErrors(t *testing.T) {
	r := newRandom(2)
	a := randomMatrix[float64](r, 20, 13, 1)
	d := NewSVD[float64](20, 13)
	mustPanic(t, "too early", unfactored, func() { d.Values() })
	must(t, d.Factorize(a))
	before := d.V().Clone()
	b := a.Clone()
	b.Set(5, 4, math.NaN())
	var nf *NotFiniteError
	if err := d.Factorize(b); !errors.As(err, &nf) || nf.Row != 5 || nf.Col != 4 {
		t.Errorf("NaN: %v", err)
	}
	for i := range 20 {
		for j := range 13 {
			b.Set(i, j, math.MaxFloat64)
		}
	}
	if err := d.Factorize(b); err == nil {
		t.Error("a singular value beyond the largest number")
	}
	if diff64(dense64(before, false), dense64(d.V(), false)) != 0 {
		t.Error("a failed Factorize changed V")
	}
	x, y := NewMatrix[float64](13, 2), NewMatrix[float64](20, 2)
	mustPanic(t, "overlap", overlap, func() { d.LeastSquares(y.Slice(0, 0, 13, 2), y, 0) })
	noAllocs(t, "SVD", func() {
		_ = d.Factorize(a)
		d.LeastSquares(x, y, -1)
	})
}

// What the Bytes functions promise is what New allocates.
func TestFactorBytes(t *testing.T) {
	for _, sz := range [][2]int{{20, 20}, {130, 70}, {100, 300}} {
		m, n := sz[0], sz[1]
		checkBytes(t, "QR", QRBytes[float32](m, n), func() any { return NewQR[float32](m, n) })
		checkBytes(t, "PivotedQR", PivotedQRBytes[float32](m, n), func() any { return NewPivotedQR[float32](m, n) })
		checkBytes(t, "SVD", SVDBytes[float64](m, n), func() any { return NewSVD[float64](m, n) })
		checkBytes(t, "LU", LUBytes[float64](n), func() any { return NewLU[float64](n) })
		checkBytes(t, "Cholesky", CholeskyBytes[float32](n), func() any { return NewCholesky[float32](n) })
		checkBytes(t, "CholeskyQR", CholeskyQRBytes[float64](max(m, n), n), func() any { return NewCholeskyQR[float64](max(m, n), n) })
		checkBytes(t, "Polar", PolarBytes[float32](m, n), func() any { return NewPolar[float32](m, n) })
		for _, o := range []Root{{P: 2}, {P: 2, Verify: true}, {P: 4, Method: RootNewton}} {
			checkBytes(t, "InvRoot", InvRootBytes[float32](n, o), func() any {
				r, err := NewInvRoot[float32](n, o)
				must(t, err)
				return r
			})
		}
	}
}
