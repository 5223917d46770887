package kernels

import "math"

// Reflect multiplies z, n×cols, by H_0·H_1 ⋯ H_{k−1} from the left, the last first, H_j = I − τ_j·v_j·v_jᵀ, k = len(tau) < n. Row j of
// v holds v_j from column j+1 on, where it has its one, up to n−1; nothing else of v is read. It is for small matrices, where blocks do not pay.
//
// Order: for each column r of z, s = Σ_l v_jl·z_lr, l ascending from j+1, one fused chain from +0; t = τ_j·s; z_lr = fma(−v_jl, t, z_lr).
//
// cols is a multiple of 8. z must not overlap the others.
func Reflect(p *Pool, n, cols int, v []float64, ldv int, tau, z []float64, ldz int) {
	k := len(tau)
	switch {
	case n < 0 || cols < 0:
		panic(negDim)
	case k > 0 && k >= n || cols%8 != 0:
		panic(badLen)
	case ldv < max(1, n):
		panic(badLdV)
	case ldz < max(1, cols):
		panic(badLdZ)
	case k == 0 || cols == 0:
		return
	case short(len(v), k, n, ldv):
		panic(shortV)
	case short(len(z), n, cols, ldz):
		panic(shortZ)
	}
	m := span(n, cols, ldz)
	if overlaps(z, m, v, span(k, n, ldv)) || overlaps(z, m, tau, k) {
		panic(overlap)
	}
	for j := range raceCalls(k) {
		raceRead(v[j*ldv+j+1 : j*ldv+n])
	}
	raceRead(tau)
	raceWriteMat(n-1, cols, z[ldz:], ldz)
	reflect(p.ISA(), n, cols, v, ldv, tau, z, ldz)
}

func reflectPortable(n, cols int, v []float64, ldv int, tau, z []float64, ldz int) {
	for c := 0; c < cols; c += 8 {
		for j := len(tau) - 1; j >= 0; j-- {
			var s [8]float64
			u := v[j*ldv : j*ldv+n]
			for l := j + 1; l < n; l++ {
				row := z[l*ldz+c : l*ldz+c+8]
				for r, x := range row {
					s[r] = math.FMA(u[l], x, s[r])
				}
			}
			for r := range s {
				s[r] *= tau[j]
			}
			for l := j + 1; l < n; l++ {
				row := z[l*ldz+c : l*ldz+c+8]
				for r, x := range row {
					row[r] = math.FMA(-u[l], s[r], x)
				}
			}
		}
	}
}
