package elem

import (
	"math"
	"math/big"
)

// References in big.Float arithmetic with prec bits: slow, plain series.

const prec = 400

func bf(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }
func nf() *big.Float          { return new(big.Float).SetPrec(prec) }

var bigLn2 = func() *big.Float { return atanhSeries(new(big.Float).SetPrec(prec).Quo(bf(1), bf(3))) }()

// atanhSeries returns 2·atanh(s).
func atanhSeries(s *big.Float) *big.Float {
	z := nf().Mul(s, s)
	t, sum := nf().Set(s), nf().Set(s)
	for k := 3.0; t.Sign() != 0 && t.MantExp(nil) > sum.MantExp(nil)-prec; k += 2 {
		t.Mul(t, z)
		sum.Add(sum, nf().Quo(t, bf(k)))
	}
	return sum.Mul(sum, bf(2))
}

func bigExp(x *big.Float) *big.Float {
	q, _ := nf().Quo(x, bigLn2).Float64()
	n := math.Round(q)
	r := nf().Sub(x, nf().Mul(bf(n), bigLn2))
	r.SetMantExp(r, -20)
	t, sum := bf(1), bf(1)
	for k := 1.0; t.Sign() != 0 && t.MantExp(nil) > -prec; k++ {
		t.Mul(t, r)
		t.Quo(t, bf(k))
		sum.Add(sum, t)
	}
	for range 20 {
		sum.Mul(sum, sum)
	}
	return nf().SetMantExp(sum, int(n))
}

func bigLog(x *big.Float) *big.Float {
	m := nf()
	k := x.MantExp(m)
	s := nf().Quo(nf().Sub(m, bf(1)), nf().Add(m, bf(1)))
	return nf().Add(atanhSeries(s), nf().Mul(bf(float64(k)), bigLn2))
}

// bigPi by Machin's formula, with enough bits to reduce the largest float64.
var bigPi = func() *big.Float {
	const p = 1600
	arccot := func(x float64) *big.Float {
		t := new(big.Float).SetPrec(p).Quo(bf(1).SetPrec(p), bf(x).SetPrec(p))
		sum := new(big.Float).SetPrec(p).Set(t)
		sign := -1.0
		for k := 3.0; t.MantExp(nil) > -p; k += 2 {
			t.Quo(t, bf(x*x).SetPrec(p))
			u := new(big.Float).SetPrec(p).Quo(t, bf(k).SetPrec(p))
			sum.Add(sum, u.Mul(u, bf(sign).SetPrec(p)))
			sign = -sign
		}
		return sum
	}
	a, b := arccot(5), arccot(239)
	a.Mul(a, bf(16).SetPrec(p))
	return a.Sub(a, b.Mul(b, bf(4).SetPrec(p)))
}()

// bigSinCos returns sin x and cos x.
func bigSinCos(x float64) (s, c *big.Float) {
	const p = 1600
	half := new(big.Float).SetPrec(p).Quo(bigPi, bf(2))
	v := bf(x).SetPrec(p)
	q := new(big.Float).SetPrec(p).Quo(v, half)
	n, _ := q.Add(q, bf(math.Copysign(0.5, x))).Int(nil)
	r := new(big.Float).SetPrec(p).SetInt(n)
	v.Sub(v, r.Mul(r, half))
	r = nf().Set(v)
	z := nf().Mul(r, r)
	z.Neg(z)
	s, c = nf().Set(r), bf(1)
	t, u := nf().Set(r), bf(1)
	for k := 1.0; k < 200; k += 2 {
		u.Mul(u, z)
		u.Quo(u, bf(k*(k+1)))
		c.Add(c, u)
		t.Mul(t, z)
		t.Quo(t, bf((k+1)*(k+2)))
		s.Add(s, t)
	}
	switch new(big.Int).And(n, big.NewInt(3)).Int64() {
	case 1:
		return c, s.Neg(s)
	case 2:
		return s.Neg(s), c.Neg(c)
	case 3:
		return c.Neg(c), s
	}
	return s, c
}

// ulps returns |got − want| in units of the last place of T at want.
func ulps[T Float](got T, want *big.Float) float64 {
	bitsT, emin := 53, -1074
	if is32(got) {
		bitsT, emin = 24, -149
	}
	e := max(want.MantExp(nil)-bitsT, emin)
	if math.IsInf(float64(got), 0) {
		// Right if want rounds past the largest finite number.
		top := nf().SetMantExp(bf(1), map[bool]int{true: 128, false: 1024}[is32(got)])
		d := nf().Sub(top, nf().Abs(want))
		v, _ := d.SetMantExp(d, -e).Float64()
		return max(v, 0)
	}
	d := nf().Sub(bf(float64(got)), want)
	v, _ := d.SetMantExp(d, -e).Float64()
	return math.Abs(v)
}

func is32[T Float](x T) bool {
	_, ok := any(x).(float32)
	return ok
}
