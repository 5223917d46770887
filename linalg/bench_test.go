package linalg

import (
	"fmt"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Rates in GFLOP/s with the usual counts of operations, on one core.

func benchSizes(b *testing.B, f func(b *testing.B, n int)) {
	for _, n := range []int{16, 32, 64, 128, 256, 512, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { f(b, n) })
	}
}

func rate(b *testing.B, flops float64) {
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

func BenchmarkQR(b *testing.B) {
	b.Run("float32", benchQR[float32])
	b.Run("float64", benchQR[float64])
}

// benchQR includes forming Q: 8/3·n³ operations.
func benchQR[T kernels.Float](b *testing.B) {
	benchSizes(b, func(b *testing.B, n int) {
		a := randomMatrix[T](newRandom(n), n, n, 0)
		q := NewQR[T](n, n)
		dst := paddedMatrix[T](n, n)
		for b.Loop() {
			_ = q.Factorize(a)
			q.QTo(dst)
		}
		f := float64(n)
		rate(b, 8.0/3*f*f*f)
	})
}

func BenchmarkCholesky(b *testing.B) {
	b.Run("float32", benchCholesky[float32])
	b.Run("float64", benchCholesky[float64])
}

func benchCholesky[T kernels.Float](b *testing.B) {
	benchSizes(b, func(b *testing.B, n int) {
		x := randomMatrix[T](newRandom(n), n, 2*n, 0)
		a := NewMatrix[T](n, n)
		Gram(nil, a, kernels.NoTrans, 1, x, 0)
		c := NewCholesky[T](n)
		for b.Loop() {
			if err := c.Factorize(a); err != nil {
				b.Fatal(err)
			}
		}
		f := float64(n)
		rate(b, f*f*f/3)
	})
}

func BenchmarkCholeskyQR(b *testing.B) {
	b.Run("float32", benchCholeskyQR[float32])
	b.Run("float64", benchCholeskyQR[float64])
}

// benchCholeskyQR is one pass on nearly orthogonal columns: 7/3·n³ operations.
func benchCholeskyQR[T kernels.Float](b *testing.B) {
	benchSizes(b, func(b *testing.B, n int) {
		a := orthonormal[T](newRandom(n), n, n)
		for i := range a.Data {
			a.Data[i] += T(0.02 / float64(n) * float64(i%7-3))
		}
		c := NewCholeskyQR[T](n, n)
		for b.Loop() {
			if err := c.Factorize(a); err != nil {
				b.Fatal(err)
			}
		}
		if c.Passes() != 1 {
			b.Fatal("not one pass")
		}
		f := float64(n)
		rate(b, 7.0/3*f*f*f)
	})
}

func BenchmarkMatMul(b *testing.B) {
	b.Run("float32", benchMatMul[float32])
	b.Run("float64", benchMatMul[float64])
}

func benchMatMul[T kernels.Float](b *testing.B) {
	benchSizes(b, func(b *testing.B, n int) {
		r := newRandom(n)
		x, y, z := randomMatrix[T](r, n, n, 0), randomMatrix[T](r, n, n, 0), NewMatrix[T](n, n)
		for b.Loop() {
			MatMul(nil, z, x, y)
		}
		f := float64(n)
		rate(b, 2*f*f*f)
	})
}

func BenchmarkRotateTwoSides(b *testing.B) {
	b.Run("float32", benchRotate[float32])
	b.Run("float64", benchRotate[float64])
}

// benchRotate is Q₁ᵀ·G·Q₂, the step of SOAP: 4·n³ operations.
func benchRotate[T kernels.Float](b *testing.B) {
	benchSizes(b, func(b *testing.B, n int) {
		r := newRandom(n)
		k := Kron[T]{Factors: []Factor[T]{{A: randomMatrix[T](r, n, n, 0)}, {A: randomMatrix[T](r, n, n, 0)}}}
		x, y, w := randomVector[T](r, n*n), make([]T, n*n), make([]T, k.Work())
		for b.Loop() {
			k.Forward(nil, y, x, w)
		}
		f := float64(n)
		rate(b, 4*f*f*f)
	})
}
