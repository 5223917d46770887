package kernels

import "math"

// TridiagColumn reduces one column of a small symmetric matrix to tridiagonal form and multiplies the rest by the new reflection,
// in one pass over the matrix.
//
// a is n×n with leading dimension lda, both triangles stored, n+7 rounded down to a multiple of 8 elements of each row being accessible
// and zero from n on. v and w (that length, zero from n on) are those of column j−1, or zero: the pending update
//
//	a_il = fma(−w_i, v_l, fma(−v_i, w_l, a_il))
//
// of rows i ≥ j is made here, in row j from column j on, in the others from the last multiple of 8 up to j+1 on. With u the updated row j from column j+1 on, σ = Σ u_l² (lane l mod 8, fused, combined by halves), α = u_{j+1},
//
//	e = −sign(α)·√σ,   τ = (e − α)/e,   v'_l = u_l·(1/(α − e)),   v'_{j+1} = 1,
//
// so that H = I − τ·v'·v'ᵀ maps u to e times the first unit vector; if σ is below 2^-900 then e = τ = v'_l = 0 (l > j+1). With
// y_l = Σ_i a_il·v'_i, i ascending from j+1, one fused chain from +0, multiplied by τ, and γ = Σ y_l·v'_l (in lanes like σ),
// w'_l = fma((−½τ)·γ, v'_l, y_l). Row j of a becomes v' and y becomes w', with zeros from that multiple to j. d is the updated a_jj.
// Elements of v', y and a further left are neither read nor written.
//
// j < n−1. v may be row j−1 of a; y must not overlap the others.
func TridiagColumn(p *Pool, n, j int, a []float64, lda int, v, w, y []float64) (d, e, tau float64) {
	if n < 0 || j < 0 {
		panic(negDim)
	}
	m := (n + 7) &^ 7
	if lda < max(1, m) {
		panic(badLdA)
	}
	if j >= n-1 {
		panic(badLen)
	}
	switch {
	case short(len(a), n, m, lda):
		panic(shortA)
	case len(v) < m:
		panic(shortV)
	case len(w) < m:
		panic(shortW)
	case len(y) < m:
		panic(shortY)
	}
	if overlaps(y, m, a, span(n, m, lda)) || overlaps(y, m, v, m) || overlaps(y, m, w, m) || overlaps(w, m, a, span(n, m, lda)) {
		panic(overlap)
	}
	return tridiagColumn(p.ISA(), n, j, a, lda, v[:m], w[:m], y[:m])
}

func tridiagColumnPortable(n, j int, a []float64, lda int, v, w, y []float64) (d, e, tau float64) {
	m := (n + 7) &^ 7
	k := j + 1
	u := a[j*lda : j*lda+m]
	d = math.FMA(-w[j], v[j], math.FMA(-v[j], w[j], u[j]))
	var s [8]float64
	for l := k; l < m; l++ {
		u[l] = math.FMA(-w[j], v[l], math.FMA(-v[j], w[l], u[l]))
		s[l&7] = math.FMA(u[l], u[l], s[l&7])
	}
	var f float64
	if sigma := fold(s[:]); sigma >= tridiagTiny {
		e = -math.Copysign(math.Sqrt(sigma), u[k])
		f = 1 / (u[k] - e)
		tau = (e - u[k]) / e
	}
	for l := k &^ 7; l < m; l++ {
		switch {
		case l < k:
			u[l], y[l] = 0, 0
		case l == k:
			u[l], y[l] = 1, 0
		default:
			u[l], y[l] = u[l]*f, 0
		}
	}
	for i := k; i < n; i++ {
		row := a[i*lda : i*lda+m]
		for l := k &^ 7; l < m; l++ {
			row[l] = math.FMA(-w[i], v[l], math.FMA(-v[i], w[l], row[l]))
			if l >= k {
				y[l] = math.FMA(u[i], row[l], y[l])
			}
		}
	}
	s = [8]float64{}
	for l := k; l < m; l++ {
		y[l] *= tau
		s[l&7] = math.FMA(y[l], u[l], s[l&7])
	}
	g := float64(float64(-0.5*tau) * fold(s[:]))
	for l := k; l < m; l++ {
		y[l] = math.FMA(g, u[l], y[l])
	}
	return d, e, tau
}
