package solverbench

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"gonum.org/v1/gonum/mat"
)

// svdContests are the thin singular value decompositions of a square and a tall normal matrix, and of a square one whose singular values decay.
func svdContests[T kernels.Float](s *settings, n int) []contest {
	var all []contest
	for _, x := range []struct {
		name string
		a    linalg.Matrix[float64]
	}{{"normal", normal(n, n)}, {"normal", normal(4*n, n)}, {"decaying", graded(n)}} {
		m, a64 := x.a.Rows, x.a
		a := narrow[T](a64)
		all = append(all, contest{
			what: fmt.Sprintf("%d×%d %s", m, n, x.name),
			make: func(p *kernels.Pool) entry {
				svd := linalg.NewSVD[T](m, n, linalg.WithPool(p))
				return entry{
					run: func() { must(svd.Factorize(a)) },
					check: func() (float64, float64) {
						us, u, v := wide(svd.U()), wide(svd.U()), wide(svd.V())
						for i := range m {
							for j, sigma := range svd.Values() {
								us.Set(i, j, us.At(i, j)*float64(sigma))
							}
						}
						back := linalg.NewMatrix[float64](m, n)
						linalg.MatMulNT(nil, back, us, v)
						unit := float64(m) * epsOf[T]()
						return distance(wide(a), back) / unit, max(orthogonality(u), orthogonality(v)) / (math.Sqrt(float64(n)) * unit)
					},
				}
			},
			peers: func() []peer { return svdPeers(s, a, a64) },
		})
	}
	return all
}

// graded is a normal matrix with columns scaled by k⁻².
func graded(n int) linalg.Matrix[float64] {
	a := normal(n, n)
	for j := range n {
		for i := range n {
			a.Set(i, j, a.At(i, j)/float64((j+1)*(j+1)))
		}
	}
	return a
}

func svdPeers[T kernels.Float](s *settings, a linalg.Matrix[T], a64 linalg.Matrix[float64]) []peer {
	m, n := a.Rows, a.Cols
	col, work, sigma, u, vt := transposed(a), make([]T, m*n), make([]T, n), make([]T, m*n), make([]T, n*n)
	var all []peer
	for _, l := range s.libraries.Libraries {
		add := func(name string, c *peers.Call) {
			if c = peers.Copy(work, col).Then(c); c != nil {
				all = append(all, peer{l.Name + " " + name, c.Run})
			}
		}
		add("gesdd", peers.Gesdd(l, m, n, work, m, sigma, u, m, vt, n))
		add("gesvd", peers.Gesvd(l, m, n, work, m, sigma, u, m, vt, n))
	}
	if s.libraries.Gonum && n <= s.gonumMost && epsOf[T]() == epsOf[float64]() {
		dense := mat.NewDense(m, n, a64.Data)
		all = append(all, peer{"gonum", timing.Repeat(func() {
			var svd mat.SVD
			svd.Factorize(dense, mat.SVDThin)
		})})
	}
	return all
}
