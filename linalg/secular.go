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
// Each step interpolates f by c + s/(d_i − λ) + S/(d_{i+1} − λ) with equal value and first and second derivative, which
// converges cubically (Borges and Gragg 1993). A bracket guards every step; where the interpolation leaves it, it is halved.
//
// kernels.SecularLanes roots advance together, each by the program it would run alone.

const (
	// secularSteps bounds the steps of one root; three or four are usual. A bracket that has been
	// halved that often is as good as a point.
	secularSteps = 200
)

// secularRoot is the state of one root between evaluations.
type secularRoot struct {
	index, l int // the poles of the interpolation are l and l+1
	last     bool
	steps    int
	lo, hi   float64 // the bracket of τ
	before   float64 // |f| at the step before
}

// findRoots finds the roots lo … hi−1: origin, tau and values. As soon as one is found the next takes its lane.
func (s *secularTask) findRoots(lo, hi int) {
	if len(s.z) == 1 {
		s.found(0, s.d[0], float64(s.rho*float64(s.z[0]*s.z[0])))
		return
	}
	var b kernels.SecularBlock
	var roots [kernels.SecularLanes]secularRoot
	active := uint32(0)
	for i := range roots {
		if hi > lo {
			hi--
			roots[i].start(s, hi, &b, i)
			active |= 1 << i
		} else {
			b.Origin[i], b.Tau[i], b.Split[i] = b.Origin[0], b.Tau[0], b.Split[0]
		}
	}
	for active != 0 {
		below, beyond := len(s.z), 0
		for set := active; set != 0; set &= set - 1 {
			l := roots[bits.TrailingZeros32(set)].l
			below, beyond = min(below, l+1), max(beyond, l+1)
		}
		kernels.SecularSums(s.pool, s.d, s.w, below, beyond, &b)
		for set := active; set != 0; set &= set - 1 {
			i := bits.TrailingZeros32(set)
			r := &roots[i]
			if !r.step(s, &b, i) {
				continue
			}
			s.found(r.index, b.Origin[i], b.Tau[i])
			if hi > lo {
				hi--
				r.start(s, hi, &b, i)
			} else {
				active &^= 1 << i
			}
		}
	}
}

func (s *secularTask) found(i int, origin, tau float64) {
	s.origin[i], s.tau[i], s.values[i] = origin, tau, origin+tau
}

// start puts root i, in lane at, in the middle of its interval.
func (r *secularRoot) start(s *secularTask, i int, b *kernels.SecularBlock, at int) {
	k := len(s.z)
	*r = secularRoot{index: i, l: min(i, k-2), last: i == k-1, before: math.Inf(1)}
	width := s.reach // ρ‖z‖² bounds τ of the last one
	if !r.last {
		width = s.d[i+1] - s.d[i]
	}
	r.hi = width
	b.Origin[at], b.Tau[at], b.Split[at] = s.d[i], width/2, s.d[r.l]
}

// step takes the sums of lane at and moves τ. It reports whether the root has been found; τ is then final.
func (r *secularRoot) step(s *secularTask, b *kernels.SecularBlock, at int) bool {
	tau, o := b.Tau[at], b.Origin[at]
	psi, phi, df := b.Psi[at], b.Phi[at], b.D1[at]
	inv := s.inv
	f := inv + psi + phi
	if r.steps++; r.steps == 1 {
		b.Tau[at], b.Origin[at] = r.guess(s, tau, f)
		return false
	}
	// The rounding error of f, about.
	noise := math.FMA(math.Abs(tau), df, float64(8*(math.Abs(psi)+math.Abs(phi)))+inv)
	if math.Abs(f) <= float64(s.unit/2*noise) || r.steps > secularSteps {
		return true
	}
	if f < 0 {
		r.lo = tau
	} else {
		r.hi = tau
	}
	quick := math.Abs(f) <= float64(0.01*r.before)
	r.before = math.Abs(f)
	dl, dr := (s.d[r.l]-o)-tau, (s.d[r.l+1]-o)-tau
	c := math.FMA(float64(dl*dr), b.D2[at], math.FMA(-(dl+dr), df, f))
	if r.last {
		c = math.Abs(c)
	}
	q := float64(float64(dl*dr) * f)
	a := math.FMA(dl+dr, f, -float64(float64(dl*dr)*df))
	var eta float64
	if r.last {
		// The root beyond both poles.
		root := math.Sqrt(math.Abs(math.FMA(a, a, -float64(4*float64(q*c)))))
		if a >= 0 {
			eta = (a + root) / float64(2*c)
		} else {
			eta = 2 * q / (a - root)
		}
	} else {
		eta = quadratic(a, q, c)
	}
	if !(float64(f*eta) < 0) {
		eta = -f / df
	}
	next := tau + eta
	if !(next > r.lo && next < r.hi) {
		next, quick = middle(r.lo, r.hi), false
		if !(next > r.lo && next < r.hi) {
			return true
		}
	}
	b.Tau[at] = next
	return next == tau || quick && math.Abs(eta) <= float64(s.step*math.Abs(next))
}

// guess returns the first τ, and its origin, from f in the middle of the interval.
func (r *secularRoot) guess(s *secularTask, mid, f float64) (tau, origin float64) {
	l := r.l
	switch {
	case r.last:
		origin = s.d[l+1]
		if f <= 0 {
			r.lo = mid
			tau = mid + float64(mid/2)
		} else {
			r.hi = mid
			tau = mid / 2
		}
	default:
		// The rest of f, taken as constant, and the two poles.
		gap := s.d[l+1] - s.d[l]
		wl, wr := s.w[l], s.w[l+1]
		c := f - (wr-wl)/mid
		if f >= 0 {
			origin, r.hi = s.d[l], mid
			tau = quadratic(math.FMA(c, gap, wl+wr), float64(wl*gap), c)
		} else {
			origin, r.lo, r.hi = s.d[l+1], -mid, 0
			tau = quadratic(math.FMA(-c, gap, wl+wr), -float64(wr*gap), c)
		}
	}
	if !(tau > r.lo && tau < r.hi) {
		tau = middle(r.lo, r.hi)
	}
	return tau, origin
}

// quadratic returns the root of c·x² − a·x + b of smaller magnitude.
func quadratic(a, b, c float64) float64 {
	r := math.Sqrt(math.Abs(math.FMA(a, a, -float64(4*float64(b*c)))))
	if a > 0 {
		return 2 * b / (a + r)
	}
	if c == 0 {
		return b / a
	}
	return (a - r) / float64(2*c)
}

// middle halves a bracket; next to the pole itself, where roots may lie at any scale, it goes there
// faster.
func middle(lo, hi float64) float64 {
	switch {
	case lo == 0:
		return hi * 0x1p-6
	case hi == 0:
		return lo * 0x1p-6
	}
	return lo + float64((hi-lo)/2)
}
