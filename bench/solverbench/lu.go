package solverbench

import (
	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"gonum.org/v1/gonum/mat"
)

func luContests[T kernels.Float](s *settings, n int) []contest {
	a64 := normal(n, n)
	a := narrow[T](a64)
	return []contest{{
		what: "normal", flops: 2 * cube(n) / 3,
		make: func(p *kernels.Pool) entry {
			lu := linalg.NewLU[T](n, linalg.WithPool(p))
			return entry{
				run: func() { must(lu.Factorize(a)) },
				check: func() (float64, float64) {
					l, u, permuted := linalg.NewMatrix[T](n, n), linalg.NewMatrix[T](n, n), linalg.NewMatrix[float64](n, n)
					lu.LTo(l)
					lu.UTo(u)
					for i, r := range lu.Perm() {
						kernels.Convert(nil, permuted.Row(i), a.Row(r))
					}
					l64, u64, product := wide(l), wide(u), linalg.NewMatrix[float64](n, n)
					linalg.MatMul(nil, product, l64, u64)
					growth := linalg.FrobeniusNorm(nil, l64) * linalg.FrobeniusNorm(nil, u64) / linalg.FrobeniusNorm(nil, permuted)
					return distance(permuted, product) / (float64(n) * epsOf[T]() * growth), -1
				},
			}
		},
		peers: func() []peer {
			col, work, ipiv := transposed(a), make([]T, n*n), make([]int32, n)
			var all []peer
			for _, l := range s.libraries.Libraries {
				if c := peers.Copy(work, col).Then(peers.Getrf(l, n, n, work, n, ipiv)); c != nil {
					all = append(all, peer{l.Name + " getrf", c.Run})
				}
			}
			if s.libraries.Gonum && n <= s.gonumMost && epsOf[T]() == epsOf[float64]() {
				dense := mat.NewDense(n, n, a64.Data)
				all = append(all, peer{"gonum", timing.Repeat(func() {
					var lu mat.LU
					lu.Factorize(dense)
				})})
			}
			return all
		},
	}}
}
