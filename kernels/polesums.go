package kernels

import "math"

// The inner loops of the secular equation 1/ρ + Σ z_j²/(d_j − λ) = 0 of divide and conquer. They
// exist for float64 only, in which linalg solves tridiagonal problems of either type.
//
// Where they sum, element j goes to lane j mod 16, lanes start at +0, a lane with no element left keeps its
// value, and the lanes combine by halves.
const poleLanes = 16

// PoleSums evaluates the rational function with the poles d and the residues z², and its derivative, at the
// distance t from o:
//
//	Δ_j = (d_j − o) − t,   q_j = z_j/Δ_j,   s = Σ_j z_j·q_j,   ds = Σ_j q_j²,
//
// with s = fma(z, q, s) and ds = fma(q, q, ds). With o the nearest pole Δ_j keeps its relative
// accuracy. d and z have equal lengths.
func PoleSums(p *Pool, d, z []float64, o, t float64) (s, ds float64) {
	if len(d) != len(z) {
		panic(badLen)
	}
	if len(d) == 0 {
		return 0, 0
	}
	raceRead(d)
	raceRead(z)
	return poleSums(p.ISA(), d, z, o, t)
}

// PoleProducts sets y_j = y_j·(u_j/(d_j − x)). u, d and y have equal lengths; y must not overlap the others.
func PoleProducts(p *Pool, u, d []float64, x float64, y []float64) {
	if len(u) != len(y) || len(d) != len(y) {
		panic(badLen)
	}
	if overlaps(y, len(y), u, len(u)) || overlaps(y, len(y), d, len(d)) {
		panic(overlap)
	}
	raceRead(u)
	raceRead(d)
	raceWrite(y)
	if len(y) > 0 {
		poleProducts(p.ISA(), u, d, x, y)
	}
}

// PoleVector sets x_j = z_j/u_j and returns Σ_j x_j², by fma(x, x, s). z, u and x have equal lengths; x must not overlap
// the others.
func PoleVector(p *Pool, z, u, x []float64) float64 {
	if len(z) != len(x) || len(u) != len(x) {
		panic(badLen)
	}
	if overlaps(x, len(x), z, len(z)) || overlaps(x, len(x), u, len(u)) {
		panic(overlap)
	}
	if len(x) == 0 {
		return 0
	}
	raceRead(z)
	raceRead(u)
	raceWrite(x)
	return poleVector(p.ISA(), z, u, x)
}

func poleSumsPortable(d, z []float64, o, t float64) (s, ds float64) {
	var u, v [poleLanes]float64
	poleSumsTail(d, z, o, t, &u, &v)
	return foldPoles(&u), foldPoles(&v)
}

// poleSumsTail adds the elements to the lanes, beginning with lane 0.
func poleSumsTail(d, z []float64, o, t float64, u, v *[poleLanes]float64) {
	for i := range d {
		l := i % poleLanes
		q := z[i] / ((d[i] - o) - t)
		u[l] = math.FMA(z[i], q, u[l])
		v[l] = math.FMA(q, q, v[l])
	}
}

func poleProductsPortable(u, d []float64, x float64, y []float64) {
	for i := range y {
		y[i] *= u[i] / (d[i] - x)
	}
}

func poleVectorPortable(z, u, x []float64) float64 {
	var s [poleLanes]float64
	poleVectorTail(z, u, x, &s)
	return foldPoles(&s)
}

func poleVectorTail(z, u, x []float64, s *[poleLanes]float64) {
	for i := range x {
		l := i % poleLanes
		q := z[i] / u[i]
		x[i] = q
		s[l] = math.FMA(q, q, s[l])
	}
}

func foldPoles(u *[poleLanes]float64) float64 {
	for h := poleLanes / 2; h > 0; h /= 2 {
		for i := 0; i < h; i++ {
			u[i] += u[i+h]
		}
	}
	return u[0]
}
