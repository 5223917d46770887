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

// qrContests are square and tall matrices, with Q formed, R alone, and R with column pivoting; CholeskyQR on the tall ones against Householder's.
func qrContests[T kernels.Float](s *settings, n int) []contest {
	var all []contest
	for _, m := range []int{n, 4 * n} {
		a64 := normal(m, n)
		a := narrow[T](a64)
		col := transposed(a)
		fm, fn := float64(m), float64(n)
		flopsR := 2*fm*fn*fn - 2*fn*fn*fn/3
		errors := func(a, q, r linalg.Matrix[T]) (float64, float64) {
			qr, q64 := linalg.NewMatrix[float64](m, n), wide(q)
			linalg.MatMul(nil, qr, q64, wide(r))
			return distance(wide(a), qr) / (fm * epsOf[T]()), orthogonality(q64) / (math.Sqrt(fn) * fm * epsOf[T]())
		}
		householder := func(withQ bool) func(*kernels.Pool) entry {
			return func(p *kernels.Pool) entry {
				qr, q := linalg.NewQR[T](m, n, linalg.WithPool(p)), linalg.NewMatrix[T](m, n)
				return entry{
					run: func() {
						must(qr.Factorize(a))
						if withQ {
							qr.QTo(q)
						}
					},
					check: func() (float64, float64) {
						qr.QTo(q)
						return errors(a, q, qr.R())
					},
				}
			}
		}
		name := fmt.Sprintf("%d×%d", m, n)
		all = append(all,
			contest{what: name + " Q", flops: 2 * flopsR, make: householder(true), peers: func() []peer { return qrPeers(s, m, n, col, a64, true) }},
			contest{what: name + " R", flops: flopsR, make: householder(false), peers: func() []peer { return qrPeers(s, m, n, col, a64, false) }})
		all = append(all, contest{what: name + " pivoted", flops: flopsR,
			make: func(p *kernels.Pool) entry {
				qr := linalg.NewPivotedQR[T](m, n, linalg.WithPool(p))
				return entry{func() { must(qr.Factorize(a)) }, func() (float64, float64) {
					q, permuted := linalg.NewMatrix[T](m, n), linalg.NewMatrix[T](m, n)
					qr.QTo(q)
					for i := range m {
						for j, c := range qr.Perm() {
							permuted.Set(i, j, a.At(i, c))
						}
					}
					return errors(permuted, q, qr.R())
				}}
			},
			peers: func() []peer { return pivotedPeers(s, m, n, col) }})
		if m > n {
			all = append(all, contest{what: name + " Q Cholesky",
				make: func(p *kernels.Pool) entry {
					qr := linalg.NewCholeskyQR[T](m, n, linalg.WithPool(p))
					return entry{func() { must(qr.Factorize(a)) }, func() (float64, float64) { return errors(a, qr.Q(), qr.R()) }}
				},
				peers: func() []peer { return qrPeers(s, m, n, col, a64, true) }})
		}
	}
	return all
}

// qrPeers factorize an m×n matrix, col its column-major elements, and form Q if asked for.
func qrPeers[T kernels.Float](s *settings, m, n int, col []T, a64 linalg.Matrix[float64], withQ bool) []peer {
	work, tau := make([]T, m*n), make([]T, n)
	var all []peer
	for _, l := range s.libraries.Libraries {
		name := " geqrf"
		c := peers.Copy(work, col).Then(peers.Geqrf(l, m, n, work, m, tau))
		if withQ {
			name += ", orgqr"
			c = c.Then(peers.Orgqr(l, m, n, n, work, m, tau))
		}
		if c != nil {
			all = append(all, peer{l.Name + name, c.Run})
		}
	}
	if s.libraries.Gonum && n <= s.gonumMost && epsOf[T]() == epsOf[float64]() {
		dense := mat.NewDense(m, n, a64.Data)
		all = append(all, peer{"gonum", timing.Repeat(func() {
			var qr mat.QR
			qr.Factorize(dense)
			if withQ {
				var q mat.Dense
				qr.QTo(&q)
			}
		})})
	}
	return all
}

// pivotedPeers is qrPeers with column pivoting.
func pivotedPeers[T kernels.Float](s *settings, m, n int, col []T) []peer {
	work, tau, jpvt, free := make([]T, m*n), make([]T, n), make([]int32, n), make([]int32, n)
	var all []peer
	for _, l := range s.libraries.Libraries {
		if c := peers.Sequence(peers.Copy(work, col), peers.Copy(jpvt, free), peers.Geqp3(l, m, n, work, m, jpvt, tau)); c != nil {
			all = append(all, peer{l.Name + " geqp3", c.Run})
		}
	}
	return all
}
