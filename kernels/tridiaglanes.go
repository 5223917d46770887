package kernels

import "math"

const (
	// tridiagTiny is below the square of any number whose loss matters in a matrix of norm about 1.
	tridiagTiny = 0x1p-900
	tridiagEps  = 0x1p-104 // the square of 2^-52
)

// TridiagQR makes up to sweeps sweeps of the implicitly shifted QR algorithm on symmetric tridiagonal matrices of
// order m, w = TridiagLanes or SymLanes of them side by side, each as it would go alone, and returns the lanes that are not diagonal yet as bits: call
// again to go on.
//
// Element i of lane l is d[w·i+l] on the diagonal and e[w·i+l] beside it (i < m−1; e has m rows, too). Row i of lane l of z, m rows of cols
// elements, has its element j at z[(i·cols+j)·w+l]; every rotation of rows i and i+1 of the matrix is applied
// to them, so that from the identity they become eigenvectors. Off-diagonals up to small, or up to 2^-52 of the geometric mean of their
// neighbours, become zero. The matrices have norms of about 1.
//
// Order of one sweep of one lane, on the last block lo … hi without a zero e: with Wilkinson's shift
//
//	h = (d_{hi−1} − d_hi)/(2·e_{hi−1}),   g = (d_lo − d_hi) + e_{hi−1}/(h + sign(h)·√fma(h, h, 1)),   c = s = 1, p = 0,
//
// for i = lo … hi−1: f = s·e_i, b = c·e_i, r = √fma(g, g, f·f), c = g/r, s = f/r (or r = g, c = 1, s = 0 where the sum is below 2^-900);
// e_{i−1} = r unless i = lo; g = d_i − p, r = fma(d_{i+1} − g, s, 2·(c·b)), p = s·r, d_i = g + p, g = fma(c, r, −b); at the end d_hi −= p and
// e_{hi−1} = g. Rows x and y of z become fma(c, x, s·y) and fma(c, y, −(s·x)). Zeros in z are positive.
func TridiagQR(p *Pool, w, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	if m < 0 || cols < 0 || sweeps < 0 {
		panic(negDim)
	}
	switch {
	case w != TridiagLanes && w != SymLanes:
		panic(badLanes)
	case len(d)/w < m:
		panic(shortD)
	case len(e)/w < m:
		panic(shortE)
	case cols > 0 && m > 0 && len(z)/w/cols < m:
		panic(shortZ)
	}
	nd, nz := w*m, w*m*cols
	if overlaps(d, nd, e, nd) || overlaps(d, nd, z, nz) || overlaps(e, nd, z, nz) {
		panic(overlap)
	}
	if m == 0 {
		return 0
	}
	raceWrite(d[:nd])
	raceWrite(e[:nd])
	raceWrite(z[:nz])
	return tridiagQR(p.ISA(), w, m, cols, d[:nd], e[:nd], z[:nz], small, sweeps)
}

func tridiagQRPortable(w, m, cols int, d, e, z []float64, small float64, sweeps int) (active uint) {
	for l := range w {
		if !tridiagQRLane(w, m, cols, d[l:], e[l:], z[min(l, len(z)):], small, sweeps) {
			active |= 1 << l
		}
	}
	for i, v := range z {
		z[i] = v + 0
	}
	return active
}

// tridiagQRLane solves the lane, one of w, that starts at d, e and z and reports whether it is diagonal.
func tridiagQRLane(w, m, cols int, d, e, z []float64, small float64, sweeps int) bool {
	for ; ; sweeps-- {
		hi, lo := 0, 0
		for i, open := m-2, false; i >= 0; i-- {
			x := math.Abs(e[i*w])
			if !(x > small && float64(x*x) > float64(tridiagEps*math.Abs(float64(d[i*w]*d[i*w+w])))) {
				e[i*w] = 0
				open = false
				continue
			}
			if hi == 0 {
				hi, open = i+1, true
			}
			if open {
				lo = i
			}
		}
		if hi == 0 || sweeps == 0 {
			return hi == 0
		}
		dh, eh := d[hi*w], e[hi*w-w]
		h := (d[hi*w-w] - dh) / float64(2*eh)
		g := (d[lo*w] - dh) + eh/(h+math.Copysign(math.Sqrt(math.FMA(h, h, 1)), h))
		c, s, p := 1.0, 1.0, 0.0
		for i := lo; i < hi; i++ {
			f, b := float64(s*e[i*w]), float64(c*e[i*w])
			r := g
			if h := math.FMA(g, g, float64(f*f)); h < tridiagTiny {
				c, s = 1, 0
			} else {
				r = math.Sqrt(h)
				c, s = g/r, f/r
			}
			if i > lo {
				e[i*w-w] = r
			}
			g = d[i*w] - p
			r = math.FMA(d[i*w+w]-g, s, float64(2*float64(c*b)))
			p = float64(s * r)
			d[i*w] = g + p
			g = math.FMA(c, r, -b)
			x, y := z[min(len(z), i*cols*w):], z[min(len(z), (i+1)*cols*w):]
			for j := 0; j < cols*w; j += w {
				x[j], y[j] = math.FMA(c, x[j], float64(s*y[j])), math.FMA(c, y[j], -float64(s*x[j]))
			}
		}
		d[hi*w] -= p
		e[hi*w-w] = g
	}
}
