package linalg

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestQR(t *testing.T) { both(t, testQR[float32], testQR[float64]) }

// qrFamilies are the matrices on which QR must be accurate.
var qrFamilies = map[string]func(r *random, i, j, m, n int) float64{
	"random":   func(r *random, i, j, m, n int) float64 { return r.uniform() },
	"zero":     func(r *random, i, j, m, n int) float64 { return 0 },
	"identity": func(r *random, i, j, m, n int) float64 { return b2f(i == j) },
	"negative": func(r *random, i, j, m, n int) float64 { return -b2f(i == j) },
	"ones":     func(r *random, i, j, m, n int) float64 { return 1 },
	"rank1":    func(r *random, i, j, m, n int) float64 { return float64(i+1) * float64(j-n/2) },
	"zero columns": func(r *random, i, j, m, n int) float64 {
		return r.uniform() * b2f(j%3 != 1)
	},
	"upper":     func(r *random, i, j, m, n int) float64 { return r.uniform() * b2f(i <= j) },
	"graded":    func(r *random, i, j, m, n int) float64 { return r.uniform() * math.Pow(10, -float64(j)) },
	"graded up": func(r *random, i, j, m, n int) float64 { return r.uniform() * math.Pow(10, -float64(min(n-j, 30))) },
	"rows graded": func(r *random, i, j, m, n int) float64 {
		return r.uniform() * math.Pow(10, -float64(i%25))
	},
	"huge":    func(r *random, i, j, m, n int) float64 { return r.uniform() },
	"tiny":    func(r *random, i, j, m, n int) float64 { return r.uniform() },
	"hilbert": func(r *random, i, j, m, n int) float64 { return 1 / float64(i+j+1) },
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// familyMatrix returns a matrix of a family, with NaN between its rows, and the size of its largest elements.
func familyMatrix[T kernels.Float](r *random, name string, m, n int) (a Matrix[T], s float64) {
	a, s = randomMatrix[T](r, m, n, 3), 1
	switch {
	case name == "huge" && is32[T]():
		s = math.Ldexp(1, 120)
	case name == "huge":
		s = math.Ldexp(1, 1010)
	case name == "tiny" && is32[T]():
		s = math.Ldexp(1, -125)
	case name == "tiny":
		s = math.Ldexp(1, -1020)
	}
	for i := 0; i < m; i++ {
		for j := 0; j < n; j++ {
			a.Set(i, j, T(qrFamilies[name](r, i, j, m, n)*s))
		}
	}
	return a, s
}

// unscaled64 is a copy of a in float64, in units of s.
func unscaled64[T kernels.Float](a Matrix[T], s float64) [][]float64 {
	x := dense64(a, false)
	for i := range x {
		for j := range x[i] {
			x[i][j] /= s
		}
	}
	return x
}

func testQR[T kernels.Float](t *testing.T) {
	eps := epsilon[T]()
	sizes := [][2]int{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 5}, {5, 1}, {2, 2}, {3, 7}, {7, 3}, {8, 8}, {9, 9}, {16, 8}, {17, 16},
		{31, 32}, {33, 33}, {40, 70}, {64, 64}, {65, 33}, {100, 37}, {128, 127}}
	for name := range qrFamilies {
		for _, sz := range sizes {
			m, n := sz[0], sz[1]
			if tooLarge(m * n) {
				continue
			}
			r := newRandom(m*1000 + n)
			a, s := familyMatrix[T](r, name, m, n)
			q := NewQR[T](m, n)
			a = guarded(t, a, n%2 == 0)
			if err := q.Factorize(a); err != nil {
				t.Fatal(err)
			}
			k := min(m, n)
			qm := guarded(t, randomMatrix[T](r, m, k, 2), n%2 == 1)
			q.QTo(qm)
			// Sums of equal terms round the same way at every step.
			orth, bad := 2*float64(k)*eps, 2*math.Sqrt(float64(max(m, n, 1)))*eps
			if name == "ones" {
				orth, bad = math.Sqrt(float64(k))*float64(m)*eps, float64(max(m, n))*eps
			}
			label := fmt.Sprintf("%s %d×%d", name, m, n)
			if o := orthogonality(qm); !(o <= orth) {
				t.Errorf("%s: ‖QᵀQ−I‖ = %.3g eps·k", label, o/eps/float64(k))
			}
			rm := q.R()
			for i := 0; i < k; i++ {
				if !(rm.At(i, i) >= 0) || math.Signbit(float64(rm.At(i, i))) {
					t.Errorf("%s: r[%d,%d] = %v", label, i, i, rm.At(i, i))
				}
				for j := 0; j < min(i, n); j++ {
					if rm.At(i, j) != 0 {
						t.Errorf("%s: r[%d,%d] = %v below the diagonal", label, i, j, rm.At(i, j))
					}
				}
			}
			// In units of s, so that float64 holds the squares.
			a64, r64 := unscaled64(a, s), unscaled64(rm, s)
			res := diff64(mul64(dense64(qm, false), r64, m, k, n), a64)
			bound := bad * norm64(a64)
			if name == "tiny" {
				bound += float64(m*n) * eps // the elements themselves are subnormal
			}
			if !(res <= bound) {
				t.Errorf("%s: ‖A−QR‖ = %.3g, bound %.3g", label, res, bound)
			}
			// Qᵀ·Q_thin through MulQT is the identity; MulQ undoes MulQT.
			c := qm.Clone()
			q.MulQT(c)
			e := NewMatrix[T](m, k)
			e.Identity()
			if d := diff64(dense64(c, false), dense64(e, false)); !(d <= 2*orth) {
				t.Errorf("%s: MulQT: %g", label, d)
			}
			q.MulQ(c)
			if d := diff64(dense64(c, false), dense64(qm, false)); !(d <= 4*orth) {
				t.Errorf("%s: MulQ: %g", label, d)
			}
		}
	}
}

func TestQRNotFinite(t *testing.T) {
	q := NewQR[float32](5, 4)
	r := newRandom(1)
	a := randomMatrix[float32](r, 5, 4, 1)
	if err := q.Factorize(a); err != nil {
		t.Fatal(err)
	}
	before := q.R().Clone()
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a.Set(3, 2, float32(v))
		err := q.Factorize(a)
		var e *NotFiniteError
		if !errors.As(err, &e) || e.Row != 3 || e.Col != 2 {
			t.Errorf("%v: %v", v, err)
		}
		if diff64(dense64(before, false), dense64(q.R(), false)) != 0 {
			t.Error("a failed Factorize changed R")
		}
	}
}

func TestQRAllocations(t *testing.T) {
	q := NewQR[float64](90, 70)
	r := newRandom(2)
	a := randomMatrix[float64](r, 90, 70, 0)
	qm := NewMatrix[float64](90, 70)
	noAllocs(t, "QR", func() {
		_ = q.Factorize(a)
		q.QTo(qm)
		q.MulQ(qm)
		q.MulQT(qm)
	})
}

// Panels of every width, the last one narrower, checked by products in float64.
func TestQRPanels(t *testing.T) { both(t, testQRPanels[float32], testQRPanels[float64]) }

func testQRPanels[T kernels.Float](t *testing.T) {
	m, n, widths := 290, 275, []int{1, 384, 896, 3072}
	if testing.Short() {
		widths = []int{1, 3072}
	}
	if slow() {
		m, n, widths = 150, 139, []int{1, 384}
	}
	a := randomMatrix[T](newRandom(5), m, n, 1)
	wide := func(a Matrix[T]) Matrix[float64] {
		b := NewMatrix[float64](a.Rows, a.Cols)
		for i := range a.Rows {
			kernels.Convert(nil, b.Row(i), a.Row(i))
		}
		return b
	}
	eps := epsilon[T]()
	for _, k := range widths {
		nb := kernels.QRBlock(k)
		q := newQR[T](m, n, nb)
		if err := q.Factorize(a); err != nil {
			t.Fatal(err)
		}
		qm := randomMatrix[T](newRandom(6), m, n, 0) // all of it must be written
		q.QTo(qm)
		q64, r64, d := wide(qm), wide(q.R()), wide(a)
		g := NewMatrix[float64](n, n)
		MatMulTN(nil, g, q64, q64)
		addDiagonal(g, -1)
		if o := FrobeniusNorm(nil, g); !(o <= float64(n)*eps) {
			t.Errorf("panels of %d: ‖QᵀQ−I‖ = %.3g n·eps", nb, o/eps/float64(n))
		}
		norm := FrobeniusNorm(nil, d)
		MatMulAdd(nil, d, kernels.NoTrans, kernels.NoTrans, -1, q64, r64, 1)
		if e := FrobeniusNorm(nil, d); !(e <= 2*math.Sqrt(float64(m))*eps*norm) {
			t.Errorf("panels of %d: ‖A−QR‖ = %.3g eps·‖A‖", nb, e/eps/norm)
		}
		c := qm.Clone()
		q.MulQT(c)
		addDiagonal(c.Slice(0, 0, n, n), -1)
		if e := FrobeniusNorm(nil, c); !(e <= float64(n)*eps) {
			t.Errorf("panels of %d: ‖QᵀQ−I‖ = %.3g n·eps by MulQT", nb, e/eps/float64(n))
		}
	}
}
