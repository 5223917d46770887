// Package elem holds the elementary functions of eigenbasis: computed from
// correctly rounded +, −, ×, ÷, √ and fused multiply-add only, so that they
// give the same bits on every architecture.
package elem

import (
	"math"
	"unsafe"
)

// Float is the element type of every kernel.
type Float interface{ float32 | float64 }

// FMA returns x·y + z with one rounding, for either type.
func FMA[T Float](x, y, z T) T {
	if unsafe.Sizeof(x) == 4 {
		return T(FMA32(float32(x), float32(y), float32(z)))
	}
	return T(math.FMA(float64(x), float64(y), float64(z)))
}

// FMA32 returns x·y + z with one rounding to float32.
//
// The product of two float32 values is exact in float64; the sum is not, and rounding it to float64
// and then to float32 rounds twice. That matters only where the float64 sum is the midpoint of
// two float32 values, or where the result is subnormal and the midpoints lie elsewhere; everything else
// takes the short way.
func FMA32(x, y, z float32) float32 {
	s := float64(float64(x)*float64(y)) + float64(z)
	if u := math.Float64bits(s); u&(1<<29-1) != 1<<28 && u<<1 >= 897<<53 {
		return float32(s)
	}
	return roundOnce(x, y, z)
}

// roundOnce is FMA32 for every case. The sum is rounded to odd: the error of the addition (TwoSum) moves
// an even significand one step towards the exact value. With 53 ≥ 2·24 + 2 bits the second
// rounding is then correct (Boldo and Melquiond 2008), subnormal results included.
func roundOnce(x, y, z float32) float32 {
	p := float64(float64(x) * float64(y))
	c := float64(z)
	s := p + c
	b := s - p
	e := (p - (s - b)) + (c - b)
	if e != 0 {
		u := math.Float64bits(s)
		// An infinite or NaN s makes e NaN; its bits must stay as they are.
		if u&1 == 0 && u>>52&0x7ff != 0x7ff {
			// s is even and inexact: step towards the exact sum.
			if (e > 0) == (s > 0) {
				u++
			} else {
				u--
			}
			s = math.Float64frombits(u)
		}
	}
	return float32(s)
}

// Sqrt returns the correctly rounded square root.
func Sqrt[T Float](x T) T {
	// The double rounding float64 → float32 of a square root is innocuous: 53 ≥ 2·24 + 2.
	return T(math.Sqrt(float64(x)))
}
