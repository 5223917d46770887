package latency

import (
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// A load is what runs while the world is stopped.
type load struct {
	name, typ string
	prepare   func() func()
}

func loads(p *kernels.Pool) []load {
	idle := load{"none (a Go loop)", "-", func() func() {
		return func() {
			for i := range 1000 {
				spin(i)
			}
		}
	}}
	return append(append([]load{idle}, loadsOf[float32]("float32", p)...), loadsOf[float64]("float64", p)...)
}

//go:noinline
func spin(int) {}

func loadsOf[T kernels.Float](typ string, p *kernels.Pool) []load {
	random := func(m, n int) linalg.Matrix[T] {
		r, a := rnd.New(uint64(n)), linalg.NewMatrix[T](m, n)
		for i := range a.Data {
			a.Data[i] = T(2*r.Float64() - 1)
		}
		return a
	}
	// definite is AAᵀ/n + 1, symmetric.
	definite := func(n int) linalg.Matrix[T] {
		a, c := random(n, n), linalg.NewMatrix[T](n, n)
		linalg.Gram(p, c, kernels.NoTrans, 1/T(n), a, 0)
		for i := range n {
			c.Set(i, i, c.At(i, i)+1)
		}
		return c
	}
	// fixed makes a load of a factorization of a matrix that it can do.
	fixed := func(f func() error) func() {
		return func() {
			if err := f(); err != nil {
				panic(err)
			}
		}
	}
	return []load{
		{"product 2048", typ, func() func() {
			const n = 2048
			a, b, c := random(n, n), random(n, n), linalg.NewMatrix[T](n, n)
			return func() { linalg.MatMul(p, c, a, b) }
		}},
		{"symmetric eigen 1024", typ, func() func() {
			e, a := linalg.NewSymEig[T](1024, linalg.WithPool(p)), definite(1024)
			return fixed(func() error { return e.Factorize(a) })
		}},
		{"QR 1024", typ, func() func() {
			q, a, dst := linalg.NewQR[T](1024, 1024, linalg.WithPool(p)), random(1024, 1024), linalg.NewMatrix[T](1024, 1024)
			return fixed(func() error {
				err := q.Factorize(a)
				q.QTo(dst)
				return err
			})
		}},
		{"Cholesky 2048", typ, func() func() {
			c, a := linalg.NewCholesky[T](2048, linalg.WithPool(p)), definite(2048)
			return fixed(func() error { return c.Factorize(a) })
		}},
		{"softmax 64×32768", typ, func() func() {
			a, b := random(64, 32768), linalg.NewMatrix[T](64, 32768)
			return func() { kernels.Softmax(p, 64, 32768, a.Data, 32768, b.Data, 32768) }
		}},
		{"matrix times vector 4096", typ, func() func() {
			a, x, y := random(4096, 4096), random(1, 4096), make([]T, 4096)
			return func() { kernels.Gemv(p, kernels.NoTrans, 4096, 4096, 1, a.Data, 4096, x.Data, 0, y) }
		}},
		{"vector update 2²³", typ, func() func() {
			const n = 1 << 23
			x, g, m, v := make([]T, n), random(1, n).Data, make([]T, n), make([]T, n)
			c := kernels.AdamCoef[T]{Scale: 1, Beta1: 0.9, Weight1: 0.1, Beta2: 0.99, Weight2: 0.01, Eps: 1e-6, Step: 1e-6, Decay: 1}
			return func() { kernels.Adam(p, c, x, g, m, v) }
		}},
	}
}
