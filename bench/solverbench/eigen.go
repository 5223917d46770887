package solverbench

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/peers"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/internal/families"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"gonum.org/v1/gonum/mat"
)

func eigenContests[T kernels.Float](s *settings, n int) []contest {
	var all []contest
	for _, sp := range spectra {
		a64 := sp.make(n)
		a := narrow[T](a64)
		all = append(all, contest{
			what: sp.name,
			make: func(p *kernels.Pool) entry {
				eig := linalg.NewSymEig[T](n, linalg.WithPool(p))
				return entry{
					run:   func() { must(eig.Factorize(a)) },
					check: func() (float64, float64) { return eigenErrors(a, eig.Values(), eig.Vectors()) },
				}
			},
			peers: func() []peer { return eigenPeers(s, a, a64, true) },
		}, contest{
			what: sp.name + ", values",
			make: func(p *kernels.Pool) entry {
				eig := linalg.NewSymEig[T](n, linalg.WithPool(p), linalg.WithValuesOnly())
				return entry{
					run:   func() { must(eig.Factorize(a)) },
					check: func() (float64, float64) { return valueError(a, eig.Values()), -1 },
				}
			},
			peers: func() []peer { return eigenPeers(s, a, a64, false) },
		})
	}
	if n <= 32 {
		all = append(all, batchContest[T](s, n))
	}
	return all
}

// batchContest decomposes many Wishart matrices at once; its peer is a loop of SymEig.
func batchContest[T kernels.Float](s *settings, n int) contest {
	const batch = 256
	in := make([]linalg.Matrix[T], batch)
	for i := range in {
		in[i] = narrow[T](linalg.MatrixOf(n, n, families.Gram(rnd.New(uint64(i)), n, 2*n)))
	}
	return contest{
		what: fmt.Sprintf("%d wishart at once", batch),
		make: func(p *kernels.Pool) entry {
			eig := linalg.NewSymEigBatch[T](n, batch, linalg.WithPool(p))
			return entry{
				run: func() { must(eig.Factorize(in)) },
				check: func() (residual, orth float64) {
					q := linalg.NewMatrix[T](n, n)
					for i, a := range in {
						linalg.TransposeTo(nil, q, eig.VectorsT(i))
						r, o := eigenErrors(a, eig.Values(i), q)
						residual, orth = max(residual, r), max(orth, o)
					}
					return residual, orth
				},
			}
		},
		peers: func() []peer {
			eig, rows := linalg.NewSymEig[T](n, linalg.WithPool(s.pool)), linalg.NewMatrix[T](n, n)
			return []peer{{"one by one", timing.Repeat(func() {
				for _, a := range in {
					must(eig.Factorize(a))
					linalg.Copy(rows, eig.VectorsT())
				}
			})}}
		},
	}
}

// valueError returns the largest error of an eigenvalue, against those of the same matrix in float64 with vectors, in units of n·eps·‖A‖₂.
func valueError[T kernels.Float](a linalg.Matrix[T], values []T) float64 {
	eig := linalg.NewSymEig[float64](a.Rows)
	must(eig.Factorize(wide(a)))
	var worst, norm float64
	for i, v := range eig.Values() {
		worst = max(worst, math.Abs(v-float64(values[i])))
		norm = max(norm, math.Abs(v))
	}
	return worst / (float64(a.Rows) * epsOf[T]() * norm)
}

// eigenErrors returns the residual and the orthogonality in units of n·eps.
func eigenErrors[T kernels.Float](a linalg.Matrix[T], values []T, vectors linalg.Matrix[T]) (residual, orth float64) {
	n := a.Rows
	unit := float64(n) * epsOf[T]()
	a64, q := wide(a), wide(vectors)
	aq, ql := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	linalg.MatMul(nil, aq, a64, q)
	for i := range n {
		for j := range n {
			ql.Set(i, j, q.At(i, j)*float64(values[j]))
		}
	}
	// ‖AQ‖ = ‖A‖ for an orthogonal Q, and a Q that is not shows in the other number.
	return distance(aq, ql) / unit, orthogonality(q) / unit
}

// eigenPeers are LAPACK's three algorithms, Eigen's and gonum's, with a copy of the matrix, as ours copies it.
func eigenPeers[T kernels.Float](s *settings, a linalg.Matrix[T], a64 linalg.Matrix[float64], vectors bool) []peer {
	n := a.Rows
	work, w, z := make([]T, n*n), make([]T, n), make([]T, n*n)
	var all []peer
	for _, l := range s.libraries.Libraries {
		add := func(name string, c *peers.Call) {
			if c = peers.Copy(work, a.Data).Then(c); c != nil {
				all = append(all, peer{l.Name + " " + name, c.Run})
			}
		}
		add("syevd", peers.Syevd(l, vectors, kernels.Lower, n, work, n, w))
		add("syevr", peers.Syevr(l, vectors, kernels.Lower, n, work, n, w, z, n))
		add("syev", peers.Syev(l, vectors, kernels.Lower, n, work, n, w))
	}
	if s.libraries.Gonum && n <= s.gonumMost && epsOf[T]() == epsOf[float64]() {
		sym := mat.NewSymDense(n, a64.Data)
		all = append(all, peer{"gonum", timing.Repeat(func() {
			var e mat.EigenSym
			e.Factorize(sym, vectors)
		})})
	}
	return all
}
