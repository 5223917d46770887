package linalg

import (
	"math"
	"math/bits"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// The secular equation: the eigenvalues of diag(d) + ρ·z·zᵀ, ρ > 0, d_0 < d_1 < … < d_{k−1}, z_j ≠ 0, are the roots of
//
//	f(λ) = 1/ρ + Σ_j z_j²/(d_j − λ),
//
// one in each interval (d_i, d_{i+1}) and one in (d_{k−1}, d_{k−1} + ρ‖z‖²]. A root is found as its distance τ
// from the nearer pole, so that all differences d_j − λ are known to full relative accuracy.
//
// kernels.SecularGuess and SecularStep say how it is sought. kernels.SecularLanes roots advance together, each by the program it would run alone.

// A rowsTask does something with rows lo … hi−1.
type rowsTask interface{ rows(lo, hi int) }

// secularTask solves rank-one problems diag(d) + ρ·z·zᵀ in three stages, each of which workers share. All lists are padded
// to whole groups of the kernels.
type secularTask struct {
	pool     *kernels.Pool
	stage    secularStage
	rho, inv float64 // ρ, 1/ρ
	accuracy
	reach       float64 // ρ‖z‖²
	d, w        []float64
	zs, z       []float64 // z_j; z has their number
	origin, tau []float64 // of root i
	values      []float64
	blocks      []kernels.SecularBlock // one for each piece of stageRoots
	piece       int                    // rows of one of stageVectors
	alone       bool                   // no other worker takes part
	then        rowsTask
	dg, zg      []float64 // d and ẑ, grouped
	u           Matrix[float64]
	u32         Matrix[float32] // the vectors in float32, if they are wanted so; u is scratch then

	// u times two vectors, if they are wanted.
	first, last, nextFirst, nextLast []float64
}

type secularStage uint8

const (
	// stageRoots finds the λ_i.
	stageRoots secularStage = iota
	// stageZ computes ẑ_j² = |Π_i (d_j − λ_i) / Π_{i≠j} (d_j − d_i)|, ẑ being the vector for which the computed λ
	// are exact (Gu and Eisenstat): so the eigenvectors are orthogonal however close the λ are.
	stageZ
	// stageVectors fills the rows of u, or of u32, with the eigenvectors ẑ_j/(d_j − λ_i), scaled to norm 1, and multiplies them by first and last.
	stageVectors
)

// The number of roots, of elements of ẑ, and of vectors, of one piece of work; of vectors at least and at most, if they are multiplied at once.
const (
	secularRoots = 8 * kernels.SecularLanes
	secularCols  = 128
	secularRows  = 16
	productLeast = 64
	productRows  = 256
)

// shares is the number of pieces that n roots are found in.
func shares(n int) int { return (n + secularRoots - 1) / secularRoots }

// groups is n rounded up to whole groups of the kernels.
func groups(n int) int { return (n + kernels.SecularGroup - 1) &^ (kernels.SecularGroup - 1) }

func newSecularTask(n int) secularTask {
	list := func() []float64 { return make([]float64, groups(n)) }
	return secularTask{d: list(), w: list(), zs: list(), origin: list(), tau: list(), values: list(), dg: list(), zg: list(),
		blocks: make([]kernels.SecularBlock, shares(n))}
}

// solve solves the problem of order k in s.d, ascending, and s.zs: values, ascending, and the eigenvectors as rows of u,
// component j in column place[j]. u has groups(k) rows and columns. Then it calls then, unless that is nil, for all rows, or for those that a worker has just
// written, which are in its cache.
func (s *secularTask) solve(pool *kernels.Pool, rho float64, k int, place []int, u Matrix[float64], then rowsTask) {
	full := s.begin(pool, rho, k)
	s.u = u
	m := len(s.d)
	s.run(stageRoots, k, secularRoots)
	s.run(stageZ, m, secularCols)
	for j := range m {
		s.dg[j], s.zg[j] = kernels.SecularPad, 0
	}
	for j, p := range place {
		s.dg[p], s.zg[p] = s.d[j], math.Copysign(math.Sqrt(math.Abs(s.w[j])), s.z[j])
	}
	for j := k; j < m; j++ {
		s.origin[j] = 2 * kernels.SecularPad // at a distance from the padding of dg
	}
	s.piece = secularRows
	if then != nil && !s.alone {
		// The workers may all be busy elsewhere: then pieces cost packing.
		w := pool.Workers()
		s.then, s.piece = then, min(max((k+w*secularRows-1)/(w*secularRows)*secularRows, productLeast), productRows)
	}
	s.run(stageVectors, k, s.piece)
	if then != nil && s.alone {
		then.rows(0, k)
	}
	*s = full
}

// ends makes solve set nextFirst = U·first and nextLast = U·last, U the matrix of the eigenvectors as rows, or not, if they are nil.
func (s *secularTask) ends(first, last, nextFirst, nextLast []float64) {
	s.first, s.last, s.nextFirst, s.nextLast = first, last, nextFirst, nextLast
}

// roots is solve for the values alone.
func (s *secularTask) roots(pool *kernels.Pool, rho float64, k int) {
	full := s.begin(pool, rho, k)
	s.run(stageRoots, k, secularRoots)
	*s = full
}

// begin cuts the lists to the order k, pads them, and returns s with the full lists.
func (s *secularTask) begin(pool *kernels.Pool, rho float64, k int) (full secularTask) {
	full = *s
	m := groups(k)
	s.pool, s.rho, s.inv = pool, rho, 1/rho
	s.d, s.w, s.z, s.origin, s.tau, s.dg, s.zg = s.d[:m], s.w[:m], s.zs[:k], s.origin[:m], s.tau[:m], s.dg[:m], s.zg[:m]
	for j, v := range s.z {
		s.w[j] = float64(v * v)
	}
	for j := k; j < m; j++ {
		s.d[j], s.w[j], s.origin[j], s.tau[j] = kernels.SecularPad, 0, kernels.SecularPad, 0
	}
	s.reach = float64(rho * kernels.SumSquares(pool, s.z))
	return full
}

func (s *secularTask) run(stage secularStage, n, size int) {
	s.stage = stage
	s.pool.Run((n+size-1)/size, s)
}

// Do performs one piece of the stage.
func (s *secularTask) Do(b int) {
	switch s.stage {
	case stageRoots:
		s.findRoots(b*secularRoots, min(len(s.z), (b+1)*secularRoots))
	case stageZ:
		lo, hi := b*secularCols, min(len(s.d), (b+1)*secularCols)
		kernels.SecularProducts(s.pool, s.d[lo:hi], s.d, s.origin, s.tau, s.w[lo:hi])
	case stageVectors:
		lo, hi := b*s.piece, min(len(s.z), (b+1)*s.piece)
		for i := lo; i < hi; i += 4 {
			at := i
			if s.u32.Data != nil && s.first == nil {
				at = i / secularRows * 4 // rows that stay in the first-level cache
			}
			kernels.SecularVectors(s.pool, s.dg, s.zg, s.origin[i:i+4], s.tau[i:i+4], s.u.Data[at*s.u.Stride:], s.u.Stride)
			if s.u32.Data != nil {
				for j := i; j < min(i+4, hi); j++ {
					kernels.Convert(s.pool, s.u32.Row(j)[:len(s.z)], s.u.Data[(at+j-i)*s.u.Stride:][:len(s.z)])
				}
			}
		}
		if s.first != nil {
			kernels.Gemv(s.pool, kernels.NoTrans, hi-lo, len(s.z), 1, s.u.Data[lo*s.u.Stride:], s.u.Stride, s.first, 0, s.nextFirst[lo:hi])
			kernels.Gemv(s.pool, kernels.NoTrans, hi-lo, len(s.z), 1, s.u.Data[lo*s.u.Stride:], s.u.Stride, s.last, 0, s.nextLast[lo:hi])
		}
		if s.then != nil {
			s.then.rows(lo, hi)
		}
	}
}

// findRoots finds the roots lo … hi−1: origin, tau and values. First all of them are approximated, block by block; then, as soon as one is found, the next
// takes its lane.
func (s *secularTask) findRoots(lo, hi int) {
	k := len(s.z)
	if k == 1 {
		s.found(0, s.d[0], float64(s.rho*float64(s.z[0]*s.z[0])))
		return
	}
	b := &s.blocks[lo/secularRoots] // on the stack its vectors would lie across two cache lines, or not, as it happens
	for i := lo; i < hi; i += kernels.SecularLanes {
		end := min(hi, i+kernels.SecularLanes)
		inner := min(end, k-1)
		copy(b.Split[:], s.d[i:inner])
		copy(b.WLeft[:], s.w[i:inner])
		copy(b.Right[:], s.d[i+1:inner+1])
		copy(b.WRight[:], s.w[i+1:inner+1])
		for at := inner - i; at < kernels.SecularLanes; at++ {
			s.interval(b, at, end-1)
		}
		for at := range kernels.SecularLanes {
			b.Origin[at], b.Tau[at] = b.Split[at], (b.Right[at]-b.Split[at])/2
		}
		kernels.SecularSums(s.pool, s.d, s.w, i+1, end, b)
		kernels.SecularGuess(s.pool, s.inv, b)
		copy(s.origin[i:end], b.Origin[:])
		copy(s.tau[i:end], b.Tau[:])
	}
	var index [kernels.SecularLanes]int
	active := uint32(0)
	next := lo
	for at := range index {
		if next < hi {
			active |= 1 << at
			s.start(b, at, next)
			index[at] = next
			next++
		} else {
			s.start(b, at, lo)
			index[at] = lo
		}
	}
	for active != 0 {
		below, beyond := hi, lo
		for _, i := range index {
			below, beyond = min(below, i), max(beyond, i)
		}
		kernels.SecularSums(s.pool, s.d, s.w, below+1, beyond+1, b)
		for done := kernels.SecularStep(s.pool, s.inv, s.unit, s.step, active, b); done != 0; done &= done - 1 {
			at := bits.TrailingZeros32(done)
			s.found(index[at], b.Origin[at], b.Tau[at])
			if next < hi {
				s.start(b, at, next)
				index[at] = next
				next++
			} else {
				active &^= 1 << at
			}
		}
	}
}

func (s *secularTask) found(i int, origin, tau float64) {
	s.origin[i], s.tau[i], s.values[i] = origin, tau, origin+tau
}

// interval gives lane at of b the poles on both sides of root i. Beyond the last one, which is at most ρ‖z‖² from its pole, stands one of weight 0 at
// twice that distance.
func (s *secularTask) interval(b *kernels.SecularBlock, at, i int) {
	b.Split[at], b.WLeft[at] = s.d[i], s.w[i]
	if i+1 < len(s.z) {
		b.Right[at], b.WRight[at] = s.d[i+1], s.w[i+1]
	} else {
		b.Right[at], b.WRight[at] = s.d[i]+float64(2*s.reach), 0
	}
}

// start puts root i, of which there is an approximation, into lane at.
func (s *secularTask) start(b *kernels.SecularBlock, at, i int) {
	s.interval(b, at, i)
	tau := s.tau[i]
	b.Origin[at], b.Tau[at] = s.origin[i], tau
	h := math.Copysign((b.Right[at]-b.Split[at])/2, tau)
	b.Lo[at], b.Hi[at] = min(h, 0), max(h, 0)
	b.Before[at], b.Steps[at] = math.Inf(1), 0
}
