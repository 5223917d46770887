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
