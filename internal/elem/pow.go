package elem

import "math"

// Pow returns xʸ with an error below 1 ulp (float64) or 0.51 ulp (float32). The special cases are those
// of math.Pow. The logarithm carries two words, so large exponents lose nothing.
func Pow[T Float](x, y T) T { return T(pow(float64(x), float64(y))) }

func pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	}
	odd := false
	if x < 0 || x == 0 && math.Float64bits(x) != 0 {
		integer := isInt(y)
		if x < 0 && !integer && x >= -math.MaxFloat64 && math.Abs(y) <= math.MaxFloat64 {
			return math.NaN()
		}
		odd = integer && isOdd(y)
		x = -x
	}
	z := powPositive(x, y)
	if odd {
		return -z
	}
	return z
}

// powPositive is pow for x ≥ 0, y ≠ 0.
func powPositive(x, y float64) float64 {
	switch {
	case x == 1:
		return 1
	case math.Abs(y) > math.MaxFloat64:
		if (x > 1) == (y > 0) {
			return math.Inf(1)
		}
		return 0
	case x == 0 || x > math.MaxFloat64:
		if (x == 0) == (y < 0) {
			return math.Inf(1)
		}
		return 0
	}
	h, l := logParts(x)
	e := y * h
	if e > Exp64.Max {
		return math.Inf(1)
	}
	if e < Exp64.Min {
		return 0
	}
	l = math.FMA(y, h, -e) + float64(y*l)

	c := &Exp64
	t := math.FMA(e, c.Log2E, c.Magic)
	n := t - c.Magic
	r := math.FMA(n, c.NLn2Lo, math.FMA(n, c.NLn2Hi, e)+l)
	p := c.Polynomial[0]
	for _, k := range c.Polynomial[1:c.Terms] {
		p = math.FMA(p, r, k)
	}
	return scale(p, t)
}

// isInt reports whether y, finite or infinite, has no fraction.
func isInt(y float64) bool {
	y = math.Abs(y)
	return y >= 1<<52 || y == float64(int64(y))
}

// isOdd reports whether the integer y is odd.
func isOdd(y float64) bool {
	y = math.Abs(y)
	return y < 1<<53 && int64(y)&1 == 1
}
