package kernels

import "math"

// PoleSums evaluates a rational function with the poles d and the residues z² and its derivative, at the
// distance t from o:
//
//	Δ_j = (d_j − o) − t,   q_j = z_j/Δ_j,   s = Σ_j z_j·q_j,   ds = Σ_j q_j².
//
// It is the inner loop of the secular equation of divide and conquer, where o is the nearest pole and
// Δ_j must keep its relative accuracy, and exists for float64 only. d and z have equal lengths.
//
// Numeric order: element j goes to lane j mod 16 by s = fma(z, q, s) and ds = fma(q, q, ds); the lanes start at
// +0, a lane with no element left keeps its value, and they combine by halves.
func PoleSums(p *Pool, d, z []float64, o, t float64) (s, ds float64) {
	if len(d) != len(z) {
		panic(badLen)
	}
	if len(d) == 0 {
		return 0, 0
	}
	return poleSums(p.ISA(), d, z, o, t)
}

const poleLanes = 16

func poleSumsPortable(d, z []float64, o, t float64) (s, ds float64) {
	var u, v [poleLanes]float64
	for len(d) >= poleLanes {
		for i := range u {
			q := z[i] / ((d[i] - o) - t)
			u[i] = math.FMA(z[i], q, u[i])
			v[i] = math.FMA(q, q, v[i])
		}
		d, z = d[poleLanes:], z[poleLanes:]
	}
	for i := range d {
		q := z[i] / ((d[i] - o) - t)
		u[i] = math.FMA(z[i], q, u[i])
		v[i] = math.FMA(q, q, v[i])
	}
	for h := poleLanes / 2; h > 0; h /= 2 {
		for i := 0; i < h; i++ {
			u[i] += u[i+h]
			v[i] += v[i+h]
		}
	}
	return u[0], v[0]
}

func poleSums(_ ISA, d, z []float64, o, t float64) (s, ds float64) {
	return poleSumsPortable(d, z, o, t)
}
