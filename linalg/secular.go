package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// The secular equation: the eigenvalues of diag(d) + ρ·z·zᵀ, ρ > 0, d_0 < d_1 < … < d_{k−1}, z_j ≠ 0, are the roots of
//
//	f(λ) = 1/ρ + Σ_j z_j²/(d_j − λ),
//
// one in each interval (d_i, d_{i+1}) and one in (d_{k−1}, d_{k−1} + ρ‖z‖²]. A root is found as its distance τ
// from the nearer pole, so that all differences d_j − λ are known to full relative accuracy.
//
// Each step interpolates f by c + s/(d_i − λ) + S/(d_{i+1} − λ): with the weight of the nearer pole fixed, or,
// when that gains less than a digit, with both slopes matched (the middle way; Li, LAPACK
// working note 89). A bracket guards every step; where the interpolation leaves it, it is halved.

const (
	// secularSteps bounds the steps of one root; three or four are usual. A bracket that has been
	// halved that often is as good as a point.
	secularSteps = 200
	ulp64        = 0x1p-53
)

// secularRoot finds root i. It writes d_j − λ to delta and returns λ.
func secularRoot(pool *kernels.Pool, i int, rho float64, d, z, delta []float64) float64 {
	k := len(d)
	if k == 1 {
		tau := float64(rho * float64(z[0]*z[0]))
		delta[0] = -tau
		return d[0] + tau
	}
	inv := 1 / rho
	// The poles l and l+1 of the interpolation and the one from which τ counts.
	l, last := i, i == k-1
	if last {
		l = i - 1
	}
	var origin int
	var lo, hi, tau float64
	if last {
		// ρ‖z‖² bounds τ; half of it says in which half the root is.
		origin = i
		hi = float64(rho * kernels.SumSquares(pool, z))
		mid := float64(hi / 2)
		psi, _ := kernels.PoleSums(pool, d[:l+1], z[:l+1], d[origin], mid)
		phi, _ := kernels.PoleSums(pool, d[l+1:], z[l+1:], d[origin], mid)
		if inv+psi+phi <= 0 {
			lo = mid
			tau = mid + float64(mid/2)
		} else {
			hi = mid
			tau = mid / 2
		}
	} else {
		gap := d[i+1] - d[i]
		mid := float64(gap / 2)
		psi, _ := kernels.PoleSums(pool, d[:l], z[:l], d[i], mid)
		phi, _ := kernels.PoleSums(pool, d[l+2:], z[l+2:], d[i], mid)
		// The rest of f, taken as constant, and the two poles give the first guess.
		c := inv + psi + phi
		zl, zr := float64(z[i]*z[i]), float64(z[i+1]*z[i+1])
		if f := c + (zr-zl)/mid; f >= 0 {
			origin, hi = i, mid
			a := math.FMA(c, gap, zl+zr)
			b := float64(zl * gap)
			tau = quadratic(a, b, c)
		} else {
			origin, lo = i+1, -mid
			a := math.FMA(c, gap, -(zl + zr))
			b := -float64(zr * gap)
			tau = quadratic(a, b, c)
		}
	}
	if !(tau > lo && tau < hi) {
		tau = middle(lo, hi)
	}
	fixed, before := true, math.Inf(1)
	o := d[origin]
	for step := 0; step < secularSteps; step++ {
		psi, dpsi := kernels.PoleSums(pool, d[:l+1], z[:l+1], o, tau)
		phi, dphi := kernels.PoleSums(pool, d[l+1:], z[l+1:], o, tau)
		f, df := inv+psi+phi, dpsi+dphi
		// The rounding error of f, about.
		noise := math.FMA(math.Abs(tau), df, float64(8*(math.Abs(psi)+math.Abs(phi)))+inv)
		if math.Abs(f) <= float64(ulp64*noise) {
			break
		}
		if f < 0 {
			lo = tau
		} else {
			hi = tau
		}
		if step > 0 && math.Abs(f) > float64(0.1*before) {
			fixed = !fixed
		}
		before = math.Abs(f)
		dl, dr := (d[l]-o)-tau, (d[l+1]-o)-tau
		var c float64
		switch {
		case last || !fixed:
			c = math.FMA(-dr, dphi, math.FMA(-dl, dpsi, f))
			if last {
				c = math.Abs(c)
			}
		case origin == l:
			w := z[l] / dl
			c = math.FMA(d[l+1]-d[l], float64(w*w), math.FMA(-dr, df, f))
		default:
			w := z[l+1] / dr
			c = math.FMA(d[l]-d[l+1], float64(w*w), math.FMA(-dl, df, f))
		}
		b := float64(float64(dl*dr) * f)
		a := math.FMA(dl+dr, f, -float64(float64(dl*dr)*df))
		var eta float64
		if last {
			// The root beyond both poles.
			r := math.Sqrt(math.Abs(math.FMA(a, a, -float64(4*float64(b*c)))))
			if a >= 0 {
				eta = (a + r) / float64(2*c)
			} else {
				eta = 2 * b / (a - r)
			}
		} else {
			eta = quadratic(a, b, c)
		}
		if !(float64(f*eta) < 0) {
			eta = -f / df
		}
		next := tau + eta
		if !(next > lo && next < hi) {
			next = middle(lo, hi)
			if !(next > lo && next < hi) {
				break
			}
		}
		if next == tau {
			break
		}
		tau = next
	}
	for j, v := range d {
		delta[j] = (v - o) - tau
	}
	return o + tau
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
