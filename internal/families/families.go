// Package families are symmetric matrices on which eigen-solvers are known to fail, and what is measured of a
// decomposition. Tests of package linalg and `bench eigen -accuracy` share them.
package families

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// A Family makes a matrix of any order, n×n row after row, exactly symmetric, with elements near 1 unless its name
// says otherwise.
type Family struct {
	Name string
	Make func(r *rnd.Source, n int) []float64
}

// All are the families.
var All = []Family{
	{"zero", func(_ *rnd.Source, n int) []float64 { return make([]float64, n*n) }},
	{"identity", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(int) float64 { return 1 }, func(int) float64 { return 0 })
	}},
	{"diagonal", func(r *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(int) float64 { return uniform(r) }, func(int) float64 { return 0 })
	}},
	{"random", func(r *rnd.Source, n int) []float64 {
		return Graded(r, n, func(int) float64 { return 1 })
	}},
	{"wishart", func(r *rnd.Source, n int) []float64 { return Gram(r, n, 2*n) }},
	{"rank one", func(r *rnd.Source, n int) []float64 { return Gram(r, n, 1) }},
	{"rank n/3", func(r *rnd.Source, n int) []float64 { return Gram(r, n, (n+2)/3) }},
	{"clustered", func(r *rnd.Source, n int) []float64 {
		return WithSpectrum(r, n, func(i int) float64 { return 1 + float64(i)*1e-15 })
	}},
	{"two clusters", func(r *rnd.Source, n int) []float64 {
		return WithSpectrum(r, n, func(i int) float64 { return float64(i%2)*2 - 1 + float64(i)*1e-14 })
	}},
	{"decaying", func(r *rnd.Source, n int) []float64 {
		return WithSpectrum(r, n, func(i int) float64 { return 1 / float64((i+1)*(i+1)) })
	}},
	{"graded down", func(r *rnd.Source, n int) []float64 {
		return Graded(r, n, func(i int) float64 { return math.Pow(10, -20*float64(i)/float64(n)) })
	}},
	{"graded up", func(r *rnd.Source, n int) []float64 {
		return Graded(r, n, func(i int) float64 { return math.Pow(10, -20*float64(n-1-i)/float64(n)) })
	}},
	{"wilkinson", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(i int) float64 { return math.Abs(float64(n-1)/2 - float64(i)) }, func(int) float64 { return 1 })
	}},
	{"glued wilkinson", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(i int) float64 { return math.Abs(10 - float64(i%21)) }, func(i int) float64 {
			if i%21 == 20 {
				return 1e-8
			}
			return 1
		})
	}},
	{"toeplitz", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(int) float64 { return 2 }, func(int) float64 { return -1 })
	}},
	{"hilbert", func(_ *rnd.Source, n int) []float64 {
		a := make([]float64, n*n)
		for i := range a {
			a[i] = 1 / float64(i/n+i%n+1)
		}
		return a
	}},
	{"arrowhead", func(r *rnd.Source, n int) []float64 {
		a := make([]float64, n*n)
		for i := range n {
			v := uniform(r)
			a[i*n], a[i] = v, v
			a[i*n+i] = float64(i % 7)
		}
		return a
	}},
	{"exact splits", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(i int) float64 { return float64(i % 5) }, func(i int) float64 {
			if i%4 == 3 {
				return 0
			}
			return 1
		})
	}},
	{"off-diagonals whose squares vanish", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(i int) float64 { return float64(i % 3) }, func(int) float64 { return 1e-165 })
	}},
	{"elements whose squares vanish", func(_ *rnd.Source, n int) []float64 {
		return Tridiagonal(n, func(i int) float64 { return float64(i%3) * 1e-165 }, func(int) float64 { return 1e-163 })
	}},
	{"ones", func(_ *rnd.Source, n int) []float64 {
		a := make([]float64, n*n)
		for i := range a {
			a[i] = 1
		}
		return a
	}},
}

func uniform(r *rnd.Source) float64 { return 2*r.Float64() - 1 }

// Tridiagonal returns the matrix with diagonal d(0) … d(n−1) and off-diagonal e(0) … e(n−2).
func Tridiagonal(n int, d, e func(i int) float64) []float64 {
	a := make([]float64, n*n)
	for i := range n {
		a[i*n+i] = d(i)
		if i+1 < n {
			v := e(i)
			a[i*n+i+1], a[(i+1)*n+i] = v, v
		}
	}
	return a
}

// Gram returns G·Gᵀ for a normal n×k matrix G.
func Gram(r *rnd.Source, n, k int) []float64 {
	a, g := make([]float64, n*n), rnd.Normal(r, make([]float64, n*k))
	kernels.Syrk(nil, kernels.Lower, kernels.NoTrans, n, k, 1, g, max(1, k), 0, a, max(1, n))
	mirror(n, a)
	return a
}

// Graded returns D·R·D, R uniform and D the diagonal of f.
func Graded(r *rnd.Source, n int, f func(i int) float64) []float64 {
	a, d := make([]float64, n*n), make([]float64, n)
	for i := range n {
		d[i] = f(i)
		for j := range i + 1 {
			v := uniform(r) * d[i] * d[j]
			a[i*n+j], a[j*n+i] = v, v
		}
	}
	return a
}

// WithSpectrum returns Q·diag(λ)·Qᵀ, Q being the product of n−1 random reflections, of vectors of 2 to n elements: uniformly distributed but
// for signs (Stewart 1980).
func WithSpectrum(r *rnd.Source, n int, lambda func(i int) float64) []float64 {
	a := Tridiagonal(n, lambda, func(int) float64 { return 0 })
	for k := n - 2; k >= 0; k-- {
		// A ← H·A·H on the last n−k rows and columns: A − v·wᵀ − w·vᵀ with w = τ·(A·v − ½τ(vᵀAv)·v).
		m := n - k
		v, w := rnd.Normal(r, make([]float64, m)), make([]float64, m)
		tau := 2 / kernels.SumSquares(nil, v)
		low := a[k*n+k:]
		kernels.Symv(nil, kernels.Lower, m, tau, low, n, v, 0, w)
		kernels.Axpy(nil, -tau/2*kernels.Dot(nil, v, w), v, w)
		kernels.Syr2(nil, kernels.Lower, m, -1, v, w, low, n)
	}
	mirror(n, a)
	return a
}

// mirror copies the lower triangle to the upper one.
func mirror(n int, a []float64) {
	for i := range n {
		for j := range i {
			a[j*n+i] = a[i*n+j]
		}
	}
}
