package solverbench

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// rootContests are A^(-1/4), as Shampoo takes it, by each of our methods, against the same from LAPACK's eigen-decomposition.
func rootContests[T kernels.Float](s *settings, n int) []contest {
	a64 := gram(n, 2*n)
	a := narrow[T](a64)
	eig := linalg.NewSymEig[T](n)
	must(eig.Factorize(a))
	values := append([]T(nil), eig.Values()...)
	condition := float64(values[0]) / float64(values[n-1])
	tol := float64(n) * epsOf[T]() // the defaults are for float32
	var all []contest
	for _, m := range []struct {
		name   string
		method linalg.RootMethod
	}{{"A^(-1/4) eigen", linalg.RootEigen}, {"A^(-1/4) Newton", linalg.RootNewton}, {"A^(-1/4) higher order", linalg.RootHigherOrder}} {
		all = append(all, contest{
			what: m.name,
			make: func(p *kernels.Pool) entry {
				solver, err := linalg.NewInvRoot[T](n, linalg.Root{P: 4, Q: 1, Method: m.method, Tol: tol}, linalg.WithPool(p))
				must(err)
				x := linalg.NewMatrix[T](n, n)
				return entry{
					run: func() {
						_, err := solver.Compute(x, a)
						must(err)
					},
					check: func() (float64, float64) {
						x2, x4, x4a := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
						linalg.MatMul(nil, x2, wide(x), wide(x))
						linalg.MatMul(nil, x4, x2, x2)
						linalg.MatMul(nil, x4a, x4, wide(a))
						for i := range n {
							x4a.Set(i, i, x4a.At(i, i)-1)
						}
						return linalg.FrobeniusNorm(nil, x4a) / (float64(max(n, 8)) * epsOf[T]() * condition), -1
					},
				}
			},
			peers: func() []peer { return rootPeers(s, a, values) },
		})
	}
	return all
}

// rootPeers are syevd or syevr, the vectors scaled by λ^(-1/8), and the product with their transpose by syrk. The scale factors are known
// beforehand, which spares the libraries n powers.
func rootPeers[T kernels.Float](s *settings, a linalg.Matrix[T], values []T) []peer {
	n := a.Rows
	work, w, z, x := make([]T, n*n), make([]T, n), make([]T, n*n), make([]T, n*n)
	var all []peer
	for _, l := range s.libraries.Libraries {
		add := func(name string, c *peers.Call, vectors []T) {
			calls := []*peers.Call{peers.Copy(work, a.Data), c}
			for i := range n {
				// Vectors are the rows of this memory, values ascend.
				phi := math.Pow(float64(values[n-1-i]), -0.125)
				calls = append(calls, peers.Scal(l, T(phi), vectors[i*n:(i+1)*n]))
			}
			calls = append(calls, peers.Syrk(l, kernels.Lower, kernels.Trans, n, n, 1, vectors, n, 0, x, n))
			if c := peers.Sequence(calls...); c != nil {
				all = append(all, peer{l.Name + " " + name, c.Run})
			}
		}
		add("syevd, syrk", peers.Syevd(l, true, kernels.Lower, n, work, n, w), work)
		add("syevr, syrk", peers.Syevr(l, true, kernels.Lower, n, work, n, w, z, n), z)
		add("syev, syrk", peers.Syev(l, true, kernels.Lower, n, work, n, w), work)
	}
	return all
}
