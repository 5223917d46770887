package solverbench

import (
	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"gonum.org/v1/gonum/mat"
)

func choleskyContests[T kernels.Float](s *settings, n int) []contest {
	a64 := gram(n, 2*n)
	for i := range n {
		a64.Set(i, i, a64.At(i, i)+1)
	}
	a := narrow[T](a64)
	return []contest{{
		what: "wishart + 1", flops: cube(n) / 3,
		make: func(p *kernels.Pool) entry {
			c := linalg.NewCholesky[T](n, linalg.WithPool(p))
			return entry{
				run: func() { must(c.Factorize(a)) },
				check: func() (float64, float64) {
					u, uu := wide(c.U()), linalg.NewMatrix[float64](n, n)
					for i := range n {
						clear(u.Row(i)[:i])
					}
					linalg.MatMulTN(nil, uu, u, u)
					return distance(wide(a), uu) / (float64(n) * epsOf[T]()), -1
				},
			}
		},
		peers: func() []peer {
			work := make([]T, n*n)
			var all []peer
			for _, l := range s.libraries.Libraries {
				// Either triangle of the symmetric matrix; column-major lower is what LAPACK's users take.
				if c := peers.Copy(work, a.Data).Then(peers.Potrf(l, kernels.Upper, n, work, n)); c != nil {
					all = append(all, peer{l.Name + " potrf", c.Run})
				}
			}
			if s.libraries.Gonum && n <= s.gonumMost && epsOf[T]() == epsOf[float64]() {
				sym := mat.NewSymDense(n, a64.Data)
				all = append(all, peer{"gonum", timing.Repeat(func() {
					var c mat.Cholesky
					c.Factorize(sym)
				})})
			}
			return all
		},
	}}
}
