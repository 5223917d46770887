package kernels

import (
	"math"
	"unsafe"
)

// The inner loops of the secular equation 1/ρ + Σ_j w_j/(d_j − λ) = 0 of divide and conquer. They exist for float64
// only, in which linalg solves tridiagonal problems of either type.
//
// A root λ is given by an origin o, one of the poles, and the distance τ from it: (d_j − o) − τ is accurate however close
// λ is to o. Four reciprocals are made by one division: with
//
//	p = δ_0·δ_1,  q = δ_2·δ_3,  r = 1/(p·q),  u = r·q,  v = r·p
//
// they are r_0 = u·δ_1, r_1 = u·δ_0, r_2 = v·δ_3, r_3 = v·δ_2. The caller sees to it that no product of four differences
// leaves the range of float64. Lists are padded to whole groups with poles at SecularPad and weights 0.

// SecularLanes is the number of roots of one SecularBlock.
const SecularLanes = 16

// SecularBlock holds as many evaluations of the secular function, and their results; and, for SecularGuess and SecularStep, the state of the search
// for as many roots.
type SecularBlock struct {
	Origin, Tau, Split           [SecularLanes]float64
	Psi, Phi, D1, D2             [SecularLanes]float64
	Right, Lo, Hi, Before, Steps [SecularLanes]float64
	WLeft, WRight                [SecularLanes]float64
}

// SecularSums evaluates, for each lane of b,
//
//	Psi = Σ w_j/δ_j over the poles d_j ≤ Split,   Phi = the same over the others,
//	D1 = Σ w_j/δ_j²,   D2 = Σ w_j/δ_j³ over all,   δ_j = (d_j − Origin) − Tau.
//
// Poles before index lo are known to be at most Split in every lane, poles from hi on to be beyond it. d and w have equal lengths,
// a multiple of SecularGroup, and must not overlap b.
//
// Order: poles in groups of four, with the reciprocals r_c above, t_c = w_c·r_c and q_c = t_c·r_c. A group adds
// (t_0 + t_1) + (t_2 + t_3), with +0 for what is on the other side of Split, (q_0 + q_1) + (q_2 + q_3), and
// fma(q_1, r_1, q_0·r_0) + fma(q_3, r_3, q_2·r_2).
func SecularSums(p *Pool, d, w []float64, lo, hi int, b *SecularBlock) {
	if len(d) != len(w) || len(d)%SecularGroup != 0 {
		panic(badLen)
	}
	block := unsafe.Slice(&b.Origin[0], unsafe.Sizeof(*b)/8)
	if overlaps(block, len(block), d, len(d)) || overlaps(block, len(block), w, len(w)) {
		panic(overlap)
	}
	lo, hi = min(max(0, lo)&^3, len(d)), (min(max(0, hi), len(d))+3)&^3
	raceRead(d)
	raceRead(w)
	raceWrite(block)
	secularSums(p.ISA(), d, w, lo, max(lo, hi), b)
}

// SecularProducts sets y_j = Π_i ((x_j − o_i) − t_i)/(x_j − d_i), where a denominator 0 is replaced by 1. x and y have equal lengths,
// as have d, o and t, multiples of SecularGroup; y must not overlap the others.
//
// Order: y starts at 1; for each four i, y = y·((n_0·n_1)·(n_2·n_3)/((e_0·e_1)·(e_2·e_3))).
func SecularProducts(p *Pool, x, d, o, t, y []float64) {
	m, n := len(x), len(d)
	if len(y) != m || len(o) != n || len(t) != n || m%SecularGroup != 0 || n%SecularGroup != 0 {
		panic(badLen)
	}
	if overlaps(y, m, x, m) || overlaps(y, m, d, n) || overlaps(y, m, o, n) || overlaps(y, m, t, n) {
		panic(overlap)
	}
	if m > 0 {
		raceRead(x)
		raceRead(d)
		raceRead(o)
		raceRead(t)
		raceWrite(y)
		secularProducts(p.ISA(), x, d, o, t, y)
	}
}

// SecularVectors computes four eigenvectors as rows of x: x_rj = z_j/((d_j − o_r) − t_r), scaled to norm 1. d and z have equal
// lengths n, a multiple of SecularGroup, which is the length of the rows; o and t have length four. x must not overlap the others.
//
// Order: the reciprocals are those of the four rows; squares of the products with z go to lane j mod 8 by fma(x, x, s), lanes combine by
// halves, and each row is multiplied by 1/√s.
func SecularVectors(p *Pool, d, z, o, t, x []float64, ldx int) {
	n := len(d)
	if len(z) != n || len(o) != 4 || len(t) != 4 || n%SecularGroup != 0 {
		panic(badLen)
	}
	if ldx < max(1, n) {
		panic(badLdX)
	}
	if n == 0 {
		return
	}
	if short(len(x), 4, n, ldx) {
		panic(shortX)
	}
	m := span(4, n, ldx)
	if overlaps(x, m, d, n) || overlaps(x, m, z, n) || overlaps(x, m, o, 4) || overlaps(x, m, t, 4) {
		panic(overlap)
	}
	raceRead(d)
	raceRead(z)
	raceRead(o)
	raceRead(t)
	raceWriteMat(4, n, x, ldx)
	secularVectors(p.ISA(), d, z, (*[4]float64)(unsafe.Pointer(&o[0])), (*[4]float64)(unsafe.Pointer(&t[0])), x, ldx)
}

// reciprocals4 returns the reciprocals of four numbers.
func reciprocals4(d0, d1, d2, d3 float64) (r0, r1, r2, r3 float64) {
	p, q := d0*d1, d2*d3
	r := 1 / (p * q)
	u, v := r*q, r*p
	return u * d1, u * d0, v * d3, v * d2
}

func secularSumsPortable(d, w []float64, lo, hi int, b *SecularBlock) {
	for l := range SecularLanes {
		o, t, split := b.Origin[l], b.Tau[l], b.Split[l]
		var psi, phi, d1, d2 float64
		for j := 0; j < len(d); j += 4 {
			d, w := d[j:j+4], w[j:j+4]
			r0, r1, r2, r3 := reciprocals4((d[0]-o)-t, (d[1]-o)-t, (d[2]-o)-t, (d[3]-o)-t)
			t0, t1, t2, t3 := float64(w[0]*r0), float64(w[1]*r1), float64(w[2]*r2), float64(w[3]*r3)
			q0, q1, q2, q3 := float64(t0*r0), float64(t1*r1), float64(t2*r2), float64(t3*r3)
			d1 += (q0 + q1) + (q2 + q3)
			d2 += math.FMA(q1, r1, float64(q0*r0)) + math.FMA(q3, r3, float64(q2*r2))
			switch {
			case j < lo:
				psi += (t0 + t1) + (t2 + t3)
			case j >= hi:
				phi += (t0 + t1) + (t2 + t3)
			default:
				psi += (keep(d[0] <= split, t0) + keep(d[1] <= split, t1)) + (keep(d[2] <= split, t2) + keep(d[3] <= split, t3))
				phi += (keep(!(d[0] <= split), t0) + keep(!(d[1] <= split), t1)) + (keep(!(d[2] <= split), t2) + keep(!(d[3] <= split), t3))
			}
		}
		b.Psi[l], b.Phi[l], b.D1[l], b.D2[l] = psi, phi, d1, d2
	}
}

func keep(cond bool, x float64) float64 {
	if cond {
		return x
	}
	return 0
}

func secularProductsPortable(x, d, o, t, y []float64) {
	for j, v := range x {
		s := 1.0
		for i := 0; i < len(d); i += 4 {
			d, o, t := d[i:i+4], o[i:i+4], t[i:i+4]
			n := (((v - o[0]) - t[0]) * ((v - o[1]) - t[1])) * (((v - o[2]) - t[2]) * ((v - o[3]) - t[3]))
			e := (poleGap(v, d[0]) * poleGap(v, d[1])) * (poleGap(v, d[2]) * poleGap(v, d[3]))
			s *= n / e
		}
		y[j] = s
	}
}

// poleGap is x − y, or 1 if that is 0.
func poleGap(x, y float64) float64 {
	if e := x - y; e != 0 {
		return e
	}
	return 1
}

func secularVectorsPortable(d, z []float64, o, t *[4]float64, x []float64, ldx int) {
	n := len(d)
	x0, x1, x2, x3 := x[:n], x[ldx:ldx+n], x[2*ldx:2*ldx+n], x[3*ldx:3*ldx+n]
	var s [4][8]float64
	for j, v := range d {
		r0, r1, r2, r3 := reciprocals4((v-o[0])-t[0], (v-o[1])-t[1], (v-o[2])-t[2], (v-o[3])-t[3])
		x0[j], x1[j], x2[j], x3[j] = z[j]*r0, z[j]*r1, z[j]*r2, z[j]*r3
		l := j % 8
		s[0][l] = math.FMA(x0[j], x0[j], s[0][l])
		s[1][l] = math.FMA(x1[j], x1[j], s[1][l])
		s[2][l] = math.FMA(x2[j], x2[j], s[2][l])
		s[3][l] = math.FMA(x3[j], x3[j], s[3][l])
	}
	for r := range 4 {
		f := 1 / math.Sqrt(fold(s[r][:]))
		row := x[r*ldx : r*ldx+n]
		for j := range row {
			row[j] *= f
		}
	}
}
