package elem

import (
	"math"
	"unsafe"
)

// ln 2 as a multiple of 2⁻⁴² plus the rest.
const (
	ln2Hi = 0x1.62e42fefa38p-1
	ln2Lo = 0x1.ef35793c7673p-45
)

// Log returns the natural logarithm with an error below 0.51 ulp. Log(0) is −Inf, Log of a negative number
// or NaN is NaN, Log(+Inf) is +Inf.
func Log[T Float](x T) T {
	v := float64(x)
	switch {
	case v != v || v > math.MaxFloat64:
		return x
	case v < 0:
		return T(math.NaN())
	case v == 0:
		return T(math.Inf(-1))
	}
	if unsafe.Sizeof(x) == 4 {
		return T(log32(v))
	}
	h, _ := logParts(v)
	return T(h)
}

// log32 returns ln x with a relative error below 2⁻³⁵ for a float32 x, positive and finite: logParts without a second word, for one is enough, and
// without a scaling of small numbers, since every float32 is a normal float64.
func log32(x float64) float64 {
	const offset = 0x3fe6955500000000
	u := math.Float64bits(x)
	d := u - offset
	k := float64(int64(d) >> 52)
	e := &logTable[d>>45&127]
	r := math.FMA(math.Float64frombits(u-d&(0xfff<<52)), e.c, -1)
	a := float64(r * r)
	p := math.FMA(a, math.FMA(r, 1./5, -1./4), math.FMA(r, 1./3, -1./2))
	return math.FMA(k, math.Ln2, e.hi) + math.FMA(a, p, r)
}

// logParts returns ln x as h + l, |l| ≤ ½ ulp(h), with a relative error below 2⁻⁶⁷. x is positive and finite.
//
// x = 2ᵏ·z, z in an interval with a tabulated c ≈ 1/z, r = z·c − 1 exactly, |r| < 2⁻⁷:
// ln x = k·ln 2 − ln c + (r − r²/2 + r³/3 − …), the first two terms of the series in two words.
func logParts(x float64) (h, l float64) {
	const offset = 0x3fe6955500000000
	u := math.Float64bits(x)
	var k float64
	if u < 1<<52 {
		u = math.Float64bits(x * (1 << 52))
		k = -52
	}
	d := u - offset
	k += float64(int64(d) >> 52)
	z := math.Float64frombits(u - d&(0xfff<<52))
	e := &logTable[d>>45&127]

	r := math.FMA(z, e.c, -1)
	t := float64(k*ln2Hi) + e.hi // exact
	s := t + r
	low := float64(k*ln2Lo) + e.lo + (t - s + r)
	a := float64(r * r)
	half := float64(0.5 * a)
	h = s - half
	// a's own rounding, the sum's, then the cubic and higher terms.
	low += (s - h - half) - float64(0.5*math.FMA(r, r, -a))
	p := math.FMA(r, 1./9, -1./8)
	p = math.FMA(p, r, 1./7)
	p = math.FMA(p, r, -1./6)
	p = math.FMA(p, r, 1./5)
	p = math.FMA(p, r, -1./4)
	p = math.FMA(p, r, 1./3)
	low = math.FMA(float64(r*a), p, low)
	l = h
	h += low
	l = l - h + low
	return h, l
}
