package elem

import (
	"math"
	"math/bits"
)

// Sin returns the sine of x with an error below 1 ulp; Sin(±Inf) and Sin(NaN) are NaN.
func Sin[T Float](x T) T {
	if x == 0 {
		return x
	}
	q, r, l := reduce(float64(x))
	return T(quadrant(q, r, l))
}

// Cos returns the cosine of x with an error below 1 ulp; Cos(±Inf) and Cos(NaN) are NaN.
func Cos[T Float](x T) T {
	q, r, l := reduce(float64(x))
	return T(quadrant(q+1, r, l))
}

// quadrant returns sin(q·π/2 + r + l).
func quadrant(q int, r, l float64) float64 {
	var y float64
	if q&1 == 0 {
		y = sinSmall(r, l)
	} else {
		y = cosSmall(r, l)
	}
	if q&2 != 0 {
		return -y
	}
	return y
}

// sinSmall returns sin(r + l) for |r| ≤ π/4: r + (l − l·r²/2 + r³·S(r²)).
func sinSmall(r, l float64) float64 {
	z := float64(r * r)
	p := math.FMA(z, 1.58969099521155010221e-10, -2.50507602534068634195e-08)
	p = math.FMA(p, z, 2.75573137070700676789e-06)
	p = math.FMA(p, z, -1.98412698298579493134e-04)
	p = math.FMA(p, z, 8.33333333332248946124e-03)
	p = math.FMA(p, z, -1.66666666666666324348e-01)
	c := math.FMA(-0.5*z, l, l)
	return r + math.FMA(float64(r*z), p, c)
}

// cosSmall returns cos(r + l) for |r| ≤ π/4: 1 − r²/2 in two words, then r⁴·C(r²) − r·l.
func cosSmall(r, l float64) float64 {
	z := float64(r * r)
	p := math.FMA(z, -1.13596475577881948265e-11, 2.08757232129817482790e-09)
	p = math.FMA(p, z, -2.75573143513906633035e-07)
	p = math.FMA(p, z, 2.48015872894767294178e-05)
	p = math.FMA(p, z, -1.38888888888741095749e-03)
	p = math.FMA(p, z, 4.16666666666666019037e-02)
	h := float64(0.5 * z)
	w := 1 - h
	return w + (1 - w - h + math.FMA(float64(z*z), p, -float64(r*l)))
}

// π/2 in three parts; the products of the first two with integers below 2²⁰ are exact.
const (
	halfPi1 = 0x1.921fb544p+0
	halfPi2 = 0x1.0b4611a6p-34
	halfPi3 = 0x1.3198a2e037073p-69

	halfPiHi = 0x1.921fb54442d18p+0
	halfPiLo = 0x1.1a62633145c07p-54
)

// reduce returns q and r + l with x = q·π/2 + r + l up to a multiple of 2π, |r| ≤ π/4 or slightly above.
func reduce(x float64) (q int, r, l float64) {
	if !(math.Abs(x) <= math.MaxFloat64) {
		return 0, math.NaN(), math.NaN()
	}
	if math.Abs(x) > 1<<19 {
		return reduceLarge(x)
	}
	const magic = 0x1.8p52
	n := math.FMA(x, 2/math.Pi, magic) - magic
	a := math.FMA(n, -halfPi1, x) // exact
	w := float64(n * halfPi2)     // exact
	r = a - w
	b := a - r
	l = (b - w) - float64(n*halfPi3)
	// Where a is smaller than w the difference above is not the exact error; it is then exact
	// with the roles exchanged.
	if math.Abs(a) < math.Abs(w) {
		l = (a - (r + w)) - float64(n*halfPi3)
	}
	s := r + l
	l = r - s + l
	return int(n), s, l
}

// twoOverPi holds 2/π = Σ twoOverPi[i]·2^(−64(i+1)).
var twoOverPi = [20]uint64{
	0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
	0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
	0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
	0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
}

// reduceLarge is reduce for any |x| > 1 (Payne and Hanek 1983): of x·2/π only the two integer bits that
// name the quadrant and 190 bits of fraction are computed, in integers.
func reduceLarge(x float64) (q int, r, l float64) {
	u := math.Float64bits(x)
	m := u&(1<<52-1) | 1<<52
	e := int(u>>52&0x7ff) - 1023 - 52 // |x| = m·2^e, e ≥ −52
	// Bits of 2/π from weight 2^(1−e) downwards: products of earlier bits with m·2^e are multiples of 4.
	// With first = e−2 the window starts at weight 2^(−first−1) = 2^(1−e).
	first := e - 2
	word := func(i int) uint64 { // 64 bits starting at bit position first + 64i after the point
		p := first + 64*i
		if p <= -64 {
			return 0
		}
		if p < 0 {
			return twoOverPi[0] >> uint(-p)
		}
		w, s := p/64, uint(p%64)
		v := twoOverPi[w] << s
		if s > 0 {
			v |= twoOverPi[w+1] >> (64 - s)
		}
		return v
	}
	// f = m·(w0 + w1·2⁻⁶⁴ + w2·2⁻¹²⁸) modulo 2⁶⁴, in units of 2⁻⁶².
	w0, w1, w2 := word(0), word(1), word(2)
	h2, _ := bits.Mul64(m, w2)
	h1, l1 := bits.Mul64(m, w1)
	lo, c := bits.Add64(l1, h2, 0)
	hi := m*w0 + h1 + c
	q = int(hi >> 62)
	// The fraction as a signed number of 126 bits; a half or more goes to the next quadrant.
	a, b := hi<<2|lo>>62, lo<<2
	neg := int64(a) < 0
	if neg {
		q++
		a, b = ^a, -b
		if b == 0 {
			a++
		}
	}
	// Normalise: the leading 53 bits, then the next.
	s := bits.LeadingZeros64(a)
	if a == 0 {
		s = 64 + bits.LeadingZeros64(b)
		a, b = b<<uint(s-64), 0
	} else if s > 0 {
		a, b = a<<uint(s)|b>>uint(64-s), b<<uint(s)
	}
	unit := math.Float64frombits(uint64(1023-64-s) << 52)
	fh := float64(a>>11) * 2048 * unit
	fe := (float64(a&2047) + float64(float64(b>>32)*0x1p-32)) * unit
	if neg {
		fh, fe = -fh, -fe
	}
	r = float64(fh * halfPiHi)
	l = math.FMA(fh, halfPiHi, -r) + math.FMA(fh, halfPiLo, float64(fe*halfPiHi))
	t := r + l
	l = r - t + l
	if x < 0 {
		return -q, -t, -l
	}
	return q, t, l
}
