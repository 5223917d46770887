package solverbench

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// normal returns an m×n matrix of nearly normal numbers: the same everywhere.
func normal(m, n int) linalg.Matrix[float64] {
	r, a := rnd.New(uint64(m)<<32|uint64(n)), linalg.NewMatrix[float64](m, n)
	for i := range a.Data {
		v := -3.0
		for range 6 {
			v += r.Float64()
		}
		a.Data[i] = v * math.Sqrt2
	}
	return a
}

// gram is X·Xᵀ/k for a normal n×k matrix.
func gram(n, k int) linalg.Matrix[float64] {
	a := linalg.NewMatrix[float64](n, n)
	linalg.Gram(nil, a, kernels.NoTrans, 1/float64(k), normal(n, k), 0)
	return a
}

// symmetric mirrors the lower triangle of a normal matrix.
func symmetric(n int) linalg.Matrix[float64] {
	a := normal(n, n)
	linalg.Mirror(nil, kernels.Lower, a)
	return a
}

// spectra are symmetric matrices that occur, and that solvers find easy or hard.
var spectra = []struct {
	name string
	make func(n int) linalg.Matrix[float64]
}{
	{"wishart", func(n int) linalg.Matrix[float64] { return gram(n, 2*n) }},
	{"goe", symmetric},
	{"decaying k⁻²", func(n int) linalg.Matrix[float64] {
		// Q·diag(k⁻²)·Qᵀ with the vectors of a normal matrix.
		qr, q, b := linalg.NewQR[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
		must(qr.Factorize(normal(n, n)))
		qr.QTo(q)
		for i := range n {
			for j := range n {
				b.Set(i, j, q.At(i, j)/float64((j+1)*(j+1)))
			}
		}
		a := linalg.NewMatrix[float64](n, n)
		linalg.MatMulNT(nil, a, b, q)
		linalg.Mirror(nil, kernels.Lower, a)
		return a
	}},
	{"identity + noise", func(n int) linalg.Matrix[float64] {
		a := symmetric(n)
		kernels.Scal(nil, 1e-3/math.Sqrt(float64(n)), a.Data)
		for i := range n {
			a.Set(i, i, a.At(i, i)+1)
		}
		return a
	}},
	{"rank n/2", func(n int) linalg.Matrix[float64] { return gram(n, (n+1)/2) }},
}

// transposed is the memory of a in column-major order.
func transposed[T kernels.Float](a linalg.Matrix[T]) []T {
	t := linalg.NewMatrix[T](a.Cols, a.Rows)
	linalg.TransposeTo(nil, t, a)
	return t.Data
}
