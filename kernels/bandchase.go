package kernels

import "math"

// BandReflector replaces u by the vector v, v_0 = 1, of the reflection H = I − τ·v·vᵀ that maps u to e times the first unit vector:
// with σ = Σ u_l² (lane l mod 8, the first term a rounded product, the others fused, combined by halves) and α = u_0,
//
//	e = −sign(α)·√σ,   τ = (e − α)/e,   v_l = u_l·(1/(α − e)).
//
// If σ is below 2^-900 then e = τ = v_l = 0 (l > 0): u is meant to be part of a matrix of norm about 1.
func BandReflector(u *[BandWidth]float64) (e, tau float64) {
	var f float64
	if sigma := bandDot(u[:], u[:]); sigma >= tridiagTiny {
		e = -math.Copysign(math.Sqrt(sigma), u[0])
		f = 1 / (u[0] - e)
		tau = (e - u[0]) / e
	}
	for l := range u {
		u[l] *= f
	}
	u[0] = 1
	return e, tau
}

// BandWork is scratch of BandChase.
type BandWork [7*BandWidth + 1]float64

// BandChase makes one step of reducing a symmetric matrix of half-bandwidth b = BandWidth to tridiagonal form: it applies a reflection H = I − τ·v·vᵀ
// to the b rows and columns where it acts, and finds the next one, which clears the first column of the bulge that this makes below.
//
// a is the corner of the matrix from the first of those rows and columns on: D, the block on the diagonal, in rows and
// columns 0 to b−1, and B below it, in rows b to 2b−1. D is stored whole, B is not repeated to the right of D but for its first row: column b of
// a. The result is
//
//	D ← H·D·H,   B ← G·B·H,   G = I − γ·u·uᵀ
//
// where u and γ, which is returned, are the vector and the factor of BandReflector for the first column of B·H. Rows and columns beyond the end of the matrix
// are zeros, and stay zeros.
//
// Order, for B:
//
//	y_r = τ·Σ_c B_rc·v_c     in lanes c mod 8 like σ of BandReflector
//	s = Σ_r u_r·y_r          likewise
//	x_c = γ·fma(−s, v_c, Σ_r B_rc·u_r)     even rows and odd ones a fused chain from +0 each, then added
//	B_rc = fma(−u_r, x_c, fma(−y_r, v_c, B_rc))
//
// The first column of B·H is B_r0 − y_r. At the end B_00 becomes e of BandReflector, and row 0 of B from column 1 on is copied to
// column b of a from row 1 on. The other elements of column 0 of B, zero but for rounding, are left as they are. For D:
//
//	w_c = τ·Σ_r D_rc·v_r     like Σ_r B_rc·u_r
//	f = (Σ_c v_c·w_c)·(−½τ)  in lanes
//	w_c = fma(f, v_c, w_c),   n = Σ_c w_c·w_c     in lanes
//	p_c = fma(1/σ, w_c, σ·v_c),   q_c = fma(−1/σ, w_c, σ·v_c)
//	D_rc = fma(½q_r, q_c, fma(−½p_r, p_c, D_rc))
//
// which is D − v·wᵀ − w·vᵀ and keeps D symmetric to the last bit. σ is the power of two whose exponent is a quarter, rounded down, of that of n, so that
// σ·v and w/σ are of about one size, and the rounding errors no larger than those of v·wᵀ.
//
// work is scratch. a, v, u and work must not overlap.
//
// Source: B. Lang, "A parallel algorithm for reducing symmetric banded matrices to tridiagonal form", SIAM J. Sci. Comput. 14 (1993).
func BandChase(p *Pool, a []float64, lda int, v *[BandWidth]float64, tau float64, u *[BandWidth]float64, work *BandWork) (gamma float64) {
	if lda <= BandWidth {
		panic(badLdA)
	}
	if short(len(a), 2*BandWidth, BandWidth, lda) {
		panic(shortA)
	}
	m := span(2*BandWidth, BandWidth, lda)
	if overlaps(a, m, v[:], BandWidth) || overlaps(a, m, u[:], BandWidth) || overlaps(v[:], BandWidth, u[:], BandWidth) ||
		overlaps(work[:], len(work), a, m) || overlaps(work[:], len(work), v[:], BandWidth) || overlaps(work[:], len(work), u[:], BandWidth) {
		panic(overlap)
	}
	raceRead(v[:])
	raceWrite(u[:])
	raceWrite(work[:])
	raceWriteMat(BandWidth, BandWidth, a, lda)
	raceWriteMat(BandWidth-1, 1, a[lda+BandWidth:], lda) // column b
	raceWriteMat(BandWidth, BandWidth, a[BandWidth*lda:], lda)
	return bandChase(p.ISA(), a, lda, v, tau, u, work)
}

func bandChasePortable(a []float64, lda int, v *[BandWidth]float64, tau float64, u *[BandWidth]float64) float64 {
	low := a[BandWidth*lda:]
	// What is needed of B before D is changed: its part of a follows D's.
	var y, p, q [BandWidth]float64
	for r := range y {
		y[r] = float64(tau * bandDot(low[r*lda:r*lda+BandWidth], v[:]))
		u[r] = low[r*lda] - y[r]
	}
	e, gamma := BandReflector(u)
	x := bandSums(low, lda, u)
	s := bandDot(u[:], y[:])
	for c := range x {
		x[c] = float64(gamma * math.FMA(-s, v[c], x[c]))
	}
	bandUpdate(low, lda, &y, v, u, &x)
	low[0] = e
	for c := 1; c < BandWidth; c++ {
		a[c*lda+BandWidth] = low[c]
	}

	w := bandSums(a, lda, v)
	for c := range w {
		w[c] *= tau
	}
	f := float64(bandDot(v[:], w[:]) * float64(-0.5*tau))
	for c := range w {
		w[c] = math.FMA(f, v[c], w[c])
	}
	// ‖v‖ is from 1 to √2.
	exp := (int(math.Float64bits(bandDot(w[:], w[:]))>>52) - 1023) >> 2
	scale, back := math.Ldexp(1, exp), math.Ldexp(1, -exp)
	for c := range w {
		vc := float64(scale * v[c])
		p[c], q[c] = math.FMA(back, w[c], vc), math.FMA(-back, w[c], vc)
		y[c], x[c] = 0.5*p[c], -0.5*q[c]
	}
	bandUpdate(a, lda, &y, &p, &x, &q)
	return gamma
}

// bandSums is Σ_r M_rc·g_r: even rows, plus odd ones.
func bandSums(m []float64, ld int, g *[BandWidth]float64) (x [BandWidth]float64) {
	var odd [BandWidth]float64
	for r := 0; r < BandWidth; r += 2 {
		row, next := m[r*ld:r*ld+BandWidth], m[(r+1)*ld:(r+1)*ld+BandWidth]
		for c := range x {
			x[c] = math.FMA(row[c], g[r], x[c])
			odd[c] = math.FMA(next[c], g[r+1], odd[c])
		}
	}
	for c := range x {
		x[c] += odd[c]
	}
	return x
}

// bandUpdate sets M ← M − f·wᵀ − h·aᵀ.
func bandUpdate(m []float64, ld int, f, w, h, a *[BandWidth]float64) {
	for r := range f {
		row := m[r*ld : r*ld+BandWidth]
		for c := range row {
			row[c] = math.FMA(-h[r], a[c], math.FMA(-f[r], w[c], row[c]))
		}
	}
}

// bandDot is Σ x_l·y_l in eight lanes.
func bandDot(x, y []float64) float64 {
	var s [8]float64
	for l := range s {
		s[l] = float64(x[l] * y[l])
	}
	for l := len(s); l < BandWidth; l += len(s) {
		for i := range s {
			s[i] = math.FMA(x[l+i], y[l+i], s[i])
		}
	}
	return fold(s[:])
}
