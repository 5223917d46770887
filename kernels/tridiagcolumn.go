package kernels

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// TridiagColumn reduces one column of a small symmetric matrix to tridiagonal form and multiplies the rest by the new reflection,
// in one pass over the triangle.
//
// a is n×n with leading dimension lda, its upper triangle stored; n rounded up to a multiple of g = TridiagGroup elements of each row are accessible
// and zero from n on. v and w (that length, zero from n on) are those of column j−1, or zero: the pending update
//
//	a_il = fma(−w_i, v_l, fma(−v_i, w_l, a_il)),   l ≥ i,
//
// of rows i ≥ j is made here. With u the updated row j from column j+1 on, σ = Σ u_l² (lane l mod g, fused, combined by halves), α = u_{j+1},
//
//	e = −sign(α)·√σ,   τ = (e − α)/e,   v'_l = u_l·(1/(α − e)),   v'_{j+1} = 1,
//
// so that H = I − τ·v'·v'ᵀ maps u to e times the first unit vector; if σ is below 2^-900, in float32 2^-90, then e = τ = v'_l = 0 (l > j+1). With
// y_l = τ·(c_l + r_l), c_l = Σ_{i≤l} a_il·v'_i, i ascending from j+1, one fused chain from +0, r_l = Σ_{i>l} a_li·v'_i (lane i mod g, fused, combined by halves), and
// γ = Σ y_l·v'_l (in lanes like σ), w'_l = fma((−½τ)·γ, v'_l, y_l). Row j of a becomes v' and y becomes w', with zeros from the last multiple of g up to j+1 on to j. d is the updated a_jj.
// Elements of v', y and a further left are not used; those of a in a group of columns with an element of the diagonal may be read and written back as they are.
//
// j < n−1. v may lie in rows of a before row j, as row j−1 does; otherwise a and y must not overlap the others.
func TridiagColumn[T Float](p *Pool, n, j int, a []T, lda int, v, w, y []T) (d, e, tau T) {
	if n < 0 || j < 0 {
		panic(negDim)
	}
	m := roundUp(n, TridiagGroup[T]())
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
	if overlaps(y, m, a, span(n, m, lda)) || overlaps(y, m, v, m) || overlaps(y, m, w, m) || overlaps(w, m, a, span(n, m, lda)) ||
		overlaps(v, m, a[j*lda:], span(n-j, m, lda)) {
		panic(overlap)
	}
	first := (j + 1) / TridiagGroup[T]() * TridiagGroup[T]()
	raceRead(v[:m])
	raceRead(w[:m])
	raceWrite(y[first:m])
	raceWriteMat(n-j, m-first, a[j*lda+first:], lda)
	return tridiagColumn(p.ISA(), n, j, a, lda, v[:m], w[:m], y[:m])
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }

// tridiagColumnTiny is below the square of any number whose loss matters in a matrix of norm about 1.
func tridiagColumnTiny[T Float]() T {
	if is32[T]() {
		return 0x1p-90
	}
	tiny := tridiagTiny
	return T(tiny)
}

func tridiagColumnPortable[T Float](n, j int, a []T, lda int, v, w, y []T) (d, e, tau T) {
	unit := TridiagGroup[T]()
	m := roundUp(n, unit)
	k := j + 1
	first := k / unit * unit
	u := a[j*lda : j*lda+m]
	d = elem.FMA(-w[j], v[j], elem.FMA(-v[j], w[j], u[j]))
	var lanes [16]T
	s := lanes[:unit]
	for l := k; l < m; l++ {
		u[l] = elem.FMA(-w[j], v[l], elem.FMA(-v[j], w[l], u[l]))
		s[l%unit] = elem.FMA(u[l], u[l], s[l%unit])
	}
	var f T
	if sigma := fold(s); sigma >= tridiagColumnTiny[T]() {
		e = -T(math.Copysign(math.Sqrt(float64(sigma)), float64(u[k])))
		f = 1 / (u[k] - e)
		tau = (e - u[k]) / e
	}
	for l := first; l < m; l++ {
		switch {
		case l < k:
			u[l], y[l] = 0, 0
		case l == k:
			u[l], y[l] = 1, 0
		default:
			u[l], y[l] = T(u[l]*f), 0
		}
	}
	for i := k; i < n; i++ {
		row := a[i*lda : i*lda+m]
		clear(s)
		for l := i; l < m; l++ {
			row[l] = elem.FMA(-w[i], v[l], elem.FMA(-v[i], w[l], row[l]))
			y[l] = elem.FMA(u[i], row[l], y[l])
			if l > i {
				s[l%unit] = elem.FMA(u[l], row[l], s[l%unit])
			}
		}
		y[i] += fold(s)
	}
	clear(s)
	for l := k; l < m; l++ {
		y[l] = T(y[l] * tau)
		s[l%unit] = elem.FMA(y[l], u[l], s[l%unit])
	}
	g := T(T(-0.5*tau) * fold(s))
	for l := k; l < m; l++ {
		y[l] = elem.FMA(g, u[l], y[l])
	}
	return d, e, tau
}
