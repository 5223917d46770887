package elem

import (
	"math"
	"unsafe"
)

// ExpTable holds the constants of Exp for one type, in the order in which the assembly of
// package kernels reads them.
type ExpTable[T Float] struct {
	Max, Min   T // arguments beyond give Inf and 0 as Max and Min themselves do
	Log2E      T
	Magic      T // 1.5·2^(p−1) + 2·bias: adding it rounds to an integer and biases its bits
	NLn2Hi     T // −ln 2 rounded
	NLn2Lo     T // the rest
	Polynomial [12]T
	Terms      int // of Polynomial, highest power first, ending in 1, 1
}

// Exp32 and Exp64 are the tables of the two types. Without the two leading ones the polynomials are
// minimax in relative error for |r| ≤ ½ ln 2, their coefficients rounded one by one from
// the lowest power with the others fitted again: 2⁻²⁸·² and 2⁻⁵⁷·⁰.
var (
	Exp32 = ExpTable[float32]{
		Max: 89, Min: -104,
		Log2E: 0x1.715476p+0, Magic: 0x1.8p23 + 2*127,
		NLn2Hi: -0x1.62e43p-1, NLn2Lo: 0x1.05c61p-29,
		Polynomial: [12]float32{
			0x1.6ac74cp-10, 0x1.123dep-7, 0x1.555858p-5, 0x1.55548cp-3, 0x1.fffffcp-2, 1, 1,
		},
		Terms: 7,
	}
	Exp64 = ExpTable[float64]{
		Max: 710, Min: -746,
		Log2E: 0x1.71547652b82fep+0, Magic: 0x1.8p52 + 2*1023,
		NLn2Hi: -0x1.62e42fefa39efp-1, NLn2Lo: -0x1.abc9e3b39803fp-56,
		Polynomial: [12]float64{
			0x1.aecaab942b60cp-26, 0x1.28a91b497bfffp-22, 0x1.71de363b265abp-19, 0x1.a0199dea4a83ap-16,
			0x1.a01a019bc0196p-13, 0x1.6c16c1833b3bdp-10, 0x1.1111111114dbep-7, 0x1.5555555550969p-5,
			0x1.555555555551cp-3, 0x1.000000000000ap-1, 1, 1,
		},
		Terms: 12,
	}
)

// Table returns the constants of Exp for T.
func Table[T Float]() *ExpTable[T] {
	var z T
	if unsafe.Sizeof(z) == 4 {
		return (*ExpTable[T])(unsafe.Pointer(&Exp32))
	}
	return (*ExpTable[T])(unsafe.Pointer(&Exp64))
}

// Exp returns eˣ with an error below 1 ulp, subnormal results included: at most 0.892 ulp over all float32, 0.855 ulp
// over 400,000 random float64. Exp(NaN) is NaN, Exp(+Inf) is +Inf, Exp(−Inf) is +0.
//
// x = n·ln 2 + r with n the nearest integer to x·log₂e, eʳ by Horner's rule, every step one FMA;
// then two multiplications by powers of two, 2^⌊n/2⌋ and 2^⌈n/2⌉, of which only the second can round.
func Exp[T Float](x T) T {
	c := Table[T]()
	// NaN passes both comparisons.
	if x > c.Max {
		x = c.Max
	}
	if x < c.Min {
		x = c.Min
	}
	t := FMA(x, c.Log2E, c.Magic)
	n := t - c.Magic
	r := FMA(n, c.NLn2Lo, FMA(n, c.NLn2Hi, x))
	p := c.Polynomial[0]
	for _, k := range c.Polynomial[1:c.Terms] {
		p = FMA(p, r, k)
	}
	return scale(p, t)
}

// scale returns p·2ⁿ where the low bits of t hold n plus twice the exponent bias.
func scale[T Float](p, t T) T {
	if unsafe.Sizeof(p) == 4 {
		u := math.Float32bits(float32(t))
		h := u >> 1
		return T(float32(p) * math.Float32frombits(h<<23) * math.Float32frombits((u-h)<<23))
	}
	u := math.Float64bits(float64(t))
	h := u >> 1
	return T(float64(p) * math.Float64frombits(h<<52) * math.Float64frombits((u-h)<<52))
}
