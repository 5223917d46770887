package kernels

import (
	"math"
	"unsafe"
)

// The steps towards the roots of the secular equation, in lanes. A lane of a SecularBlock is a root in the interval between the poles Split and
// Right; only this file knows the fields beside those of SecularSums. The last root, which has no pole above it, is one of an interval like all others if
// Right is beyond it: a pole of weight 0.

// secularSteps bounds the steps of one root; two or three are usual. A bracket that has been halved that often is as good as a point.
const secularSteps = 200

// SecularGuess moves Origin and Tau of each lane of b from the middle of its interval, where Tau = h = (Right − Split)/2 from the origin Split and the sums have been taken, to a first
// approximation of the root of f = inv + Psi + Phi + …, which is measured from the nearer pole: Origin is Split and Tau in (0, h) if f(h) ≥ 0, otherwise Right and in (−h, 0).
// WLeft and WRight are the weights of both poles.
//
// The rest of f without the two poles is a parabola of the distance from the middle, known by the sums. Twice it is replaced by its
// tangent, and the root taken by the fixed-weight method of Ren-Cang Li (LAPACK working note 89): with t = |Tau|, the near weight wn as it is, the far one wf raised by the slope r1 of
// the rest, u = 2h − t and the value r0 of the rest,
//
//	S = wf + r1·u²,   c = r0 − r1·u,   c·t² − (2h·c + wn + S)·t + 2h·wn = 0.
//
// What leaves (0, h) becomes h/64.
func SecularGuess(p *Pool, inv float64, b *SecularBlock) {
	raceWrite(unsafe.Slice(b, 1))
	secularGuess(p.ISA(), inv, b)
}

// SecularStep takes the sums of the lanes, a set of bits, of b and moves Tau of each by a step; it returns those whose root is found: Tau is final
// then. Lo and Hi bracket Tau, and shrink; Before is |f| at the step before, +Inf at first; Steps counts, from 0.
//
// A step interpolates f by c + s/(Split − λ) + S/(Right − λ) with equal value and first and second derivative, which
// converges cubically (Borges and Gragg 1993); where that does not go downhill it is one of Newton's, and where it leaves the bracket that is halved.
// A root is found where |f| is at most unit/2 times its rounding error, about; where f has fallen a hundredfold and the step is at most step·|Tau|, after it; or where the bracket has no number inside.
func SecularStep(p *Pool, inv, unit, step float64, lanes uint32, b *SecularBlock) (found uint32) {
	raceWrite(unsafe.Slice(b, 1))
	return secularStep(p.ISA(), inv, unit, step, lanes&(1<<SecularLanes-1), b)
}

func secularGuessPortable(inv float64, b *SecularBlock) {
	for l := range SecularLanes {
		h, left, right := b.Tau[l], b.Split[l], b.Right[l]
		wn, wf, sign, o := b.WLeft[l], b.WRight[l], 1.0, left
		f := inv + b.Psi[l] + b.Phi[l]
		if f < 0 {
			wn, wf, sign, o = wf, wn, -1, right
		}
		// The parabola c0 + c1·z + c2·z², z = t − h, mirrored if the origin is.
		gap, ih := right-left, 1/h
		ih2 := float64(ih * ih)
		diff := float64((wf - wn) * ih)
		c0 := math.Abs(f) - diff
		c1 := math.FMA(-(wf + wn), ih2, b.D1[l])
		c2 := math.FMA(-diff, ih2, float64(sign*b.D2[l]))
		b0 := float64(wn * gap)
		t := secularTangent(c0, c1, gap-h, gap, wn, wf, b0)
		if !(t > 0) {
			t = 0
		}
		if t > h {
			t = h
		}
		z := t - h
		t = secularTangent(math.FMA(z, math.FMA(z, c2, c1), c0), math.FMA(c2+c2, z, c1), gap-t, gap, wn, wf, b0)
		if !(t > 0 && t < h) {
			t = float64(h * 0x1p-6)
		}
		b.Origin[l], b.Tau[l] = o, float64(sign*t)
	}
}

// secularTangent is one pass of SecularGuess; b0 is wn·gap.
func secularTangent(r0, r1, u, gap, wn, wf, b0 float64) float64 {
	e := float64(r1 * u)
	c := r0 - e
	return secularQuadratic(math.FMA(c, gap, wn+math.FMA(e, u, wf)), b0, c)
}

// secularQuadratic returns the root of c·x² − a·x + b of smaller magnitude.
func secularQuadratic(a, b, c float64) float64 {
	r := math.Sqrt(math.Abs(math.FMA(a, a, -float64(4*float64(b*c)))))
	switch {
	case a > 0:
		return float64(2*b) / (a + r)
	case c == 0:
		return b / a
	}
	return (a - r) / float64(2*c)
}

func secularStepPortable(inv, unit, step float64, lanes uint32, b *SecularBlock) (found uint32) {
	for l := range SecularLanes {
		if lanes>>l&1 != 0 && secularStepLane(inv, unit, step, b, l) {
			found |= 1 << l
		}
	}
	return found
}

func secularStepLane(inv, unit, step float64, b *SecularBlock, l int) bool {
	tau, o := b.Tau[l], b.Origin[l]
	psi, phi, df := b.Psi[l], b.Phi[l], b.D1[l]
	f := inv + psi + phi
	noise := math.FMA(math.Abs(tau), df, float64(8*(math.Abs(psi)+math.Abs(phi)))+inv)
	quick := math.Abs(f) <= float64(0.01*b.Before[l])
	b.Before[l] = math.Abs(f)
	if b.Steps[l]++; math.Abs(f) <= float64(float64(unit/2)*noise) || b.Steps[l] > secularSteps {
		return true
	}
	if f < 0 {
		b.Lo[l] = tau
	} else {
		b.Hi[l] = tau
	}
	lo, hi := b.Lo[l], b.Hi[l]
	dl, dr := (b.Split[l]-o)-tau, (b.Right[l]-o)-tau
	product, sum := float64(dl*dr), dl+dr
	c := math.FMA(product, b.D2[l], math.FMA(-sum, df, f))
	eta := secularQuadratic(math.FMA(sum, f, -float64(product*df)), float64(product*f), c)
	if !(float64(f*eta) < 0) {
		eta = -f / df
	}
	next := tau + eta
	if !(next > lo && next < hi) {
		// Next to the pole itself, where roots may lie at any scale, halving goes there faster.
		switch {
		case lo == 0:
			next = float64(hi * 0x1p-6)
		case hi == 0:
			next = float64(lo * 0x1p-6)
		default:
			next = lo + float64((hi-lo)*0.5)
		}
		quick = false
		if !(next > lo && next < hi) {
			return true
		}
	}
	b.Tau[l] = next
	return next == tau || quick && math.Abs(eta) <= float64(step*math.Abs(next))
}
