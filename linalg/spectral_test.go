package linalg

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

func TestBasis(t *testing.T) { both(t, testBasis[float32], testBasis[float64]) }

func orthonormal[T kernels.Float](r *random, m, n int) Matrix[T] {
	q := NewQR[T](m, n)
	if err := q.Factorize(randomMatrix[T](r, m, n, 0)); err != nil {
		panic(err)
	}
	a := NewMatrix[T](m, n)
	q.QTo(a)
	return a
}

func bases[T kernels.Float](r *random) map[string]Basis[T] {
	return map[string]Basis[T]{
		"identity": Identity[T]{N: 7},
		"dense":    Dense[T]{Q: orthonormal[T](r, 9, 9)},
		"ritz":     Dense[T]{Q: orthonormal[T](r, 9, 4)},
		"kron": Kron[T]{Factors: []Factor[T]{{A: orthonormal[T](r, 5, 5)}, IdentityFactor[T](3),
			{A: orthonormal[T](r, 4, 4), Trans: true}}},
		"kron2":   Kron[T]{Factors: []Factor[T]{{A: orthonormal[T](r, 6, 3)}, {A: orthonormal[T](r, 5, 5)}}},
		"lowrank": LowRank[T]{V: orthonormal[T](r, 11, 3)},
		"block": Block[T]{Parts: []Basis[T]{Dense[T]{Q: orthonormal[T](r, 4, 4)}, Identity[T]{N: 2}, LowRank[T]{V: orthonormal[T](r, 5, 2)},
			Kron[T]{Factors: []Factor[T]{{A: orthonormal[T](r, 2, 2)}, {A: orthonormal[T](r, 3, 3)}}}}},
	}
}

func testBasis[T kernels.Float](t *testing.T) {
	tol := 60 * epsilon[T]()
	r := newRandom(11)
	for name, b := range bases[T](r) {
		d, l := b.Dim(), b.Len()
		// The columns of Q by Inverse of unit vectors; Forward must be its transpose.
		q := eye64(d)
		for i := range q {
			q[i] = make([]float64, l)
		}
		work := nanSlice[T](b.Work())
		for j := 0; j < l; j++ {
			e, x := make([]T, l), nanSlice[T](d)
			e[j] = 1
			b.Inverse(nil, x, e, work)
			for i := range x {
				q[i][j] = float64(x[i])
			}
		}
		for i := 0; i < d; i++ {
			e, y := make([]T, d), nanSlice[T](l)
			e[i] = 1
			b.Forward(nil, y, e, work)
			for j := range y {
				if math.Abs(float64(y[j])-q[i][j]) > tol {
					t.Fatalf("%s: Forward is not the transpose of Inverse at (%d,%d): %v %v", name, i, j, y[j], q[i][j])
				}
			}
		}
		if l >= d {
			// Q·Qᵀ = I
			x, y, z := randomVector[T](r, d), nanSlice[T](l), nanSlice[T](d)
			b.Forward(nil, y, x, work)
			b.Inverse(nil, z, y, work)
			for i := range x {
				if math.Abs(float64(x[i]-z[i])) > tol {
					t.Fatalf("%s: Inverse does not undo Forward", name)
				}
			}
		}
		// Rows of a matrix, with and without gaps, are the vectors bit for bit.
		for _, gap := range []int{0, 3} {
			n := 5
			x := randomMatrix[T](r, n, d, gap)
			y, z := randomMatrix[T](r, n, l, gap), randomMatrix[T](r, n, d, gap)
			w := nanSlice[T](WorkRows(b, n))
			ForwardRows(nil, b, y, x, w)
			InverseRows(nil, b, z, y, w)
			for i := 0; i < n; i++ {
				yi, zi := nanSlice[T](l), nanSlice[T](d)
				b.Forward(nil, yi, x.Row(i), work)
				b.Inverse(nil, zi, yi, work)
				for j := range yi {
					if yi[j] != y.At(i, j) {
						t.Fatalf("%s gap %d: row %d differs from its vector", name, gap, i)
					}
				}
				for j := range zi {
					if zi[j] != z.At(i, j) {
						t.Fatalf("%s gap %d: inverse of row %d differs from its vector", name, gap, i)
					}
				}
			}
		}
	}
}

func TestSpectral(t *testing.T) { both(t, testSpectral[float32], testSpectral[float64]) }

func testSpectral[T kernels.Float](t *testing.T) {
	r := newRandom(12)
	f := Filter{Power: -0.5, Shift: 0.5}
	for name, b := range bases[T](r) {
		d, l := b.Dim(), b.Len()
		s := Spectral[T]{Basis: b, D: make([]T, l)}
		for i := range s.D {
			s.D[i] = T(r.uniform() + 1)
		}
		n := 4
		x, y := randomMatrix[T](r, n, d, 0), NewMatrix[T](n, d)
		work := nanSlice[T](s.Work(n))
		s.Apply(nil, y, x, f, work)
		for i := 0; i < n; i++ {
			c, z := make([]T, l), make([]T, d)
			w := nanSlice[T](b.Work())
			b.Forward(nil, c, x.Row(i), w)
			for j := range c {
				c[j] *= T(1 / math.Sqrt(float64(s.D[j])+0.5))
			}
			b.Inverse(nil, z, c, w)
			for j := range z {
				if math.Abs(float64(z[j]-y.At(i, j))) > 10*epsilon[T]() {
					t.Fatalf("%s: row %d differs", name, i)
				}
			}
		}
		noAllocs(t, name, func() { s.Apply(nil, y, x, f, work) })
		s.Apply(nil, x, x, f, work)
		if diff64(dense64(x, false), dense64(y, false)) != 0 {
			t.Errorf("%s: in place differs", name)
		}
	}
}

func TestFilter(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	cases := []struct {
		f    Filter
		d    []float64
		want []float64
	}{
		{Filter{}, []float64{3, -2, 0}, []float64{1, 1, 1}},
		{Filter{Power: 1}, []float64{3, -2, 0}, []float64{3, 0, 0}},
		{Filter{Power: -1}, []float64{4, 0.5}, []float64{0.25, 2}},
		{Filter{Power: -0.5, Eps: 3}, []float64{1, 6}, []float64{0.5, 1.0 / 3}},
		{Filter{Power: -0.5, Eps: 3, EpsAt: EpsOutside}, []float64{1, 4}, []float64{0.25, 0.2}},
		{Filter{Power: 0.5, Eps: 3, EpsAt: EpsOutside}, []float64{1, 4}, []float64{4, 5}},
		{Filter{Power: -0.25, Eps: 0.5, Relative: true}, []float64{30, 2}, []float64{math.Pow(45, -0.25), math.Pow(17, -0.25)}},
		{Filter{Power: -1, Shift: 1}, []float64{-5, 1}, []float64{1, 0.5}},
		{Filter{Power: -1, Shift: 1, Negative: NegativeAbs}, []float64{-3, 1}, []float64{0.25, 0.5}},
		{Filter{Power: -1, Shift: 1, Negative: NegativeKeep}, []float64{-3, 1}, []float64{-0.5, 0.5}},
		{Filter{Power: -1, Shift: 1, Negative: NegativeDrop}, []float64{-3, 1}, []float64{0, 0.5}},
		{Filter{Power: -1, Shift: 1, Negative: NegativeLift}, []float64{-3, 0}, []float64{1, 0.25}},
		{Filter{Power: -0.5, Cut: 0.1}, []float64{100, 10, 9, 16, 0}, []float64{0.1, 0, 0, 0.25, 0}},
		{Filter{Power: -1, Clip: 3}, []float64{1, 0.1, 0}, []float64{1, 3, 3}},
		{Filter{Power: -1}, []float64{0}, []float64{inf}},
		{Filter{Power: -0.5, Eps: 1, Relative: true}, []float64{nan, 2, 14}, []float64{nan, 0.25, 1 / math.Sqrt(28)}},
		{Filter{Power: -0.5, Negative: NegativeKeep}, []float64{-1}, []float64{nan}},
		{Filter{Power: 2}, []float64{3}, []float64{9}},
		{Filter{Power: -0.125}, []float64{256}, []float64{0.5}},
		{Filter{Power: -0.75}, []float64{16}, []float64{0.125}},
		{Filter{Power: -1.0 / 3}, []float64{27}, []float64{1.0 / 3}},
	}
	for i, c := range cases {
		phi := make([]float64, len(c.d))
		Phi(c.f, phi, c.d)
		if s, w := fmt.Sprintf("%.15g", phi), fmt.Sprintf("%.15g", c.want); s != w {
			t.Errorf("case %d: %v, want %v", i, s, w)
		}
	}
}
