package kernels

import "math"

// Batches of small symmetric matrices, SymLanes side by side: element (i, j) of lane l of an n×n matrix is a[(i·n+j)·8+l], element i of a vector
// x[8i+l]. Every operation is one of whole vectors; there are no tails and no shuffles, and a lane knows nothing of the others.

// SymLanesMost is the largest order of LanesReduce and LanesBasis.
const SymLanesMost = 64

// LanesReduce reduces symmetric matrices to tridiagonal form, A = Q·T·Qᵀ, Q = H_0·H_1 ⋯ H_{n−3}, H_j = I − τ_j·v_j·v_jᵀ with v_j zero up to index j and one at
// j+1. It reads the lower triangles of a, which are destroyed, and writes v_j into row j of a from column j+1 on, τ_j, the diagonal d and the
// off-diagonal e of T (n rows each, the last of e being 0; n−2 rows of tau). work has 3·n rows. The matrices have norms of about 1.
//
// Order, for each column j < n−2, with v and w those of the column before it, or zero: all elements (i, l) with i ≥ l ≥ j become
//
//	a_il = fma(−w_i, v_l, fma(−v_i, w_l, a_il));
//
// d_j = a_jj; with u_i = a_ij, i = j+1 … n−1, σ = Σ u_i² (one fused chain from +0, i ascending) and α = u_{j+1},
//
//	e_j = −sign(α)·√σ,   τ_j = (e_j − α)/e_j,   v'_i = u_i·(1/(α − e_j)),   v'_{j+1} = 1,
//
// but e_j = τ_j = 0 and v'_i = ±0 for i > j+1 if σ is below 2^-900; y_i = Σ_l a_il·v'_l, l ascending from j+1, one fused chain from +0, multiplied by τ_j; γ =
// Σ y_i·v'_i, a fused chain like σ; w'_i = fma((−½·τ_j)·γ, v'_i, y_i). The last two columns are updated only.
func LanesReduce(p *Pool, n int, a, d, e, tau, work []float64) {
	const w = SymLanes
	checkLanes(n, a)
	switch {
	case len(d) < w*n:
		panic(shortD)
	case len(e) < w*n:
		panic(shortE)
	case len(tau) < w*(n-2):
		panic(shortTau)
	case len(work) < 3*w*n:
		panic(shortW)
	}
	na, nt := w*n*n, w*max(0, n-2)
	if overlaps(a, na, d, w*n) || overlaps(a, na, e, w*n) || overlaps(a, na, tau, nt) || overlaps(a, na, work, 3*w*n) ||
		overlaps(d, w*n, e, w*n) || overlaps(d, w*n, tau, nt) || overlaps(d, w*n, work, 3*w*n) ||
		overlaps(e, w*n, tau, nt) || overlaps(e, w*n, work, 3*w*n) || overlaps(tau, nt, work, 3*w*n) {
		panic(overlap)
	}
	if n == 0 {
		return
	}
	raceWrite(a[:na])
	raceWrite(d[:w*n])
	raceWrite(e[:w*n])
	raceWrite(tau[:nt])
	raceWrite(work[:3*w*n])
	isa := p.ISA()
	v, v2, y := work[:w*n], work[w*n:2*w*n], work[2*w*n:3*w*n]
	clear(work[:2*w*n])
	for j := range n - 2 {
		lanesColumn(isa, n, j, a, v, v2, y, d[w*j:w*j+w], e[w*j:w*j+w], tau[w*j:w*j+w])
		v = a[w*j*n : w*(j+1)*n]
		v2, y = y, v2
	}
	last := func(i, j, l int) float64 {
		return math.FMA(-v2[w*i+l], v[w*j+l], math.FMA(-v[w*i+l], v2[w*j+l], a[w*(i*n+j)+l]))
	}
	for l := range w {
		if n > 1 {
			d[w*(n-2)+l], e[w*(n-2)+l] = last(n-2, n-2, l), last(n-1, n-2, l)
		}
		d[w*(n-1)+l], e[w*(n-1)+l] = last(n-1, n-1, l), 0
	}
}

// LanesBasis sets z to Qᵀ of LanesReduce, n×n, from the vectors in a and tau: from the identity on, for j = n−3 … 0, each row r > j becomes
//
//	s = Σ_l z_rl·v_jl  (l ascending from j+1, one fused chain from +0),   t = τ_j·s,   z_rl = fma(−t, v_jl, z_rl).
//
// z must not overlap the others.
func LanesBasis(p *Pool, n int, a, tau, z []float64) {
	const w = SymLanes
	checkLanes(n, a)
	switch {
	case len(tau) < w*(n-2):
		panic(shortTau)
	case len(z) < w*n*n:
		panic(shortZ)
	}
	if overlaps(z, w*n*n, a, w*n*n) || overlaps(z, w*n*n, tau, w*max(0, n-2)) {
		panic(overlap)
	}
	raceRead(a[:w*n*n])
	raceRead(tau[:w*max(0, n-2)])
	lanesIdentity(n, z)
	isa := p.ISA()
	for j := n - 3; j >= 0; j-- {
		lanesReflect(isa, n-1-j, n-1-j, n, a[w*(j*n+j+1):], tau[w*j:w*j+w], z[w*(j*n+n+j+1):])
	}
}

// LanesLQ factorizes square matrices, A = L·Q, L lower triangular, by reflections of the rows: Q = H_{n−1} ⋯ H_0, H_j = I − τ_j·v_j·v_jᵀ, v_j zero before index j and one
// there. It writes Q to z, which must not overlap the others, and the diagonal of L to d; a is destroyed, tau has n rows. So the rows of z are the
// columns of the orthogonal factor of Aᵀ = QᵀLᵀ, the triangle of which has d for its diagonal. The matrices have norms of about 1.
//
// Order, for each row j < n−1: with u_i = a_ji, i = j … n−1, σ, e_j = d_j, τ_j and v_j are those of LanesReduce, and all rows below are reflected as by
// LanesBasis, from index j on; d_{n−1} = a_{n−1,n−1}. Then z is multiplied by H_j for j = n−2 … 0, rows from j on, from the identity on.
func LanesLQ(p *Pool, n int, a, d, tau, z []float64) {
	const w = SymLanes
	checkLanes(n, a)
	switch {
	case len(d) < w*n:
		panic(shortD)
	case len(tau) < w*n:
		panic(shortTau)
	case len(z) < w*n*n:
		panic(shortZ)
	}
	if overlaps(z, w*n*n, a, w*n*n) || overlaps(z, w*n*n, tau, w*n) || overlaps(z, w*n*n, d, w*n) ||
		overlaps(a, w*n*n, tau, w*n) || overlaps(a, w*n*n, d, w*n) || overlaps(tau, w*n, d, w*n) {
		panic(overlap)
	}
	if n == 0 {
		return
	}
	raceWrite(a[:w*n*n])
	raceWrite(d[:w*n])
	raceWrite(tau[:w*n])
	isa := p.ISA()
	for j := range n - 1 {
		v, t := a[w*(j*n+j):], tau[w*j:w*j+w]
		lanesRow(isa, n-j, v, d[w*j:w*j+w], t)
		lanesReflect(isa, n-1-j, n-j, n, v, t, a[w*(j*n+n+j):])
	}
	copy(d[w*(n-1):w*n], a[w*(n*n-1):w*n*n])
	clear(tau[w*(n-1) : w*n])
	lanesIdentity(n, z)
	for j := n - 2; j >= 0; j-- {
		at := w * (j*n + j)
		lanesReflect(isa, n-j, n-j, n, a[at:], tau[w*j:w*j+w], z[at:])
	}
}

// lanesIdentity sets z to n×n identities.
func lanesIdentity(n int, z []float64) {
	const w = SymLanes
	z = z[:w*n*n]
	raceWrite(z)
	clear(z)
	for i := range n {
		for l := range w {
			z[w*(i*n+i)+l] = 1
		}
	}
}

func checkLanes(n int, a []float64) {
	switch {
	case n < 0:
		panic(negDim)
	case n > SymLanesMost:
		panic(badLen)
	case len(a) < SymLanes*n*n:
		panic(shortA)
	}
}

// lanesColumnPortable reduces column j; v and w are those of the column before, y becomes w'.
func lanesColumnPortable(n, j int, a, v, w, y, d, e, tau []float64) {
	const lanes = SymLanes
	k := j + 1
	x := a[lanes*j*n : lanes*(j+1)*n]
	for l := range lanes {
		update := func(i, c int) float64 {
			at := lanes*(i*n+c) + l
			return math.FMA(-w[lanes*i+l], v[lanes*c+l], math.FMA(-v[lanes*i+l], w[lanes*c+l], a[at]))
		}
		d[l] = update(j, j)
		sigma := 0.0
		for i := k; i < n; i++ {
			u := update(i, j)
			x[lanes*i+l] = u
			sigma = math.FMA(u, u, sigma)
		}
		ej, tj, f := lanesVector(sigma, x[lanes*k+l])
		e[l], tau[l] = ej, tj
		x[lanes*k+l] = 1
		for i := k + 1; i < n; i++ {
			x[lanes*i+l] *= f
		}
		for i := k; i < n; i++ {
			xi := x[lanes*i+l]
			s := 0.0
			for c := k; c <= i; c++ {
				u := update(i, c)
				a[lanes*(i*n+c)+l] = u
				s = math.FMA(u, x[lanes*c+l], s)
				if c < i {
					y[lanes*c+l] = math.FMA(u, xi, y[lanes*c+l])
				}
			}
			y[lanes*i+l] = s
		}
		gamma := 0.0
		for i := k; i < n; i++ {
			y[lanes*i+l] *= tj
			gamma = math.FMA(y[lanes*i+l], x[lanes*i+l], gamma)
		}
		g := float64(float64(-0.5*tj) * gamma)
		for i := k; i < n; i++ {
			y[lanes*i+l] = math.FMA(g, x[lanes*i+l], y[lanes*i+l])
		}
	}
}

// lanesRowPortable makes the reflection of n elements x, which v replaces.
func lanesRowPortable(n int, x, e, tau []float64) {
	const lanes = SymLanes
	for l := range lanes {
		sigma := 0.0
		for i := range n {
			u := x[lanes*i+l]
			sigma = math.FMA(u, u, sigma)
		}
		var f float64
		e[l], tau[l], f = lanesVector(sigma, x[l])
		x[l] = 1
		for i := 1; i < n; i++ {
			x[lanes*i+l] *= f
		}
	}
}

// lanesVector returns −sign(α)·√σ, τ and the factor of the elements of v behind the first.
func lanesVector(sigma, alpha float64) (e, tau, f float64) {
	if sigma >= tridiagTiny {
		e = -math.Copysign(math.Sqrt(sigma), alpha)
		f = 1 / (alpha - e)
		tau = (e - alpha) / e
	}
	return e, tau, f
}

// lanesReflectPortable multiplies the rows of z, cols elements of each, ld elements apart, by the reflection I − τ·v·vᵀ.
func lanesReflectPortable(rows, cols, ld int, v, tau, z []float64) {
	const lanes = SymLanes
	for r := range rows {
		row := z[lanes*r*ld:][:lanes*cols]
		for l := range lanes {
			s := 0.0
			for c := range cols {
				s = math.FMA(row[lanes*c+l], v[lanes*c+l], s)
			}
			t := tau[l] * s
			for c := range cols {
				row[lanes*c+l] = math.FMA(-t, v[lanes*c+l], row[lanes*c+l])
			}
		}
	}
}
