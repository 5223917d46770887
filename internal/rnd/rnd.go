// Package rnd is the generator of test inputs: a few lines whose output is fixed for good, the
// same on every architecture and in every Go version, since committed digests depend on it.
package rnd

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Source is splitmix64 (Steele, Lea and Flood 2014). The zero value is the source of seed 0.
type Source struct{ state uint64 }

// New returns the source of a seed.
func New(seed uint64) *Source { return &Source{seed} }

// Uint64 returns 64 random bits.
func (s *Source) Uint64() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Intn returns an integer in [0, n), n > 0. The bias is below n/2⁶⁴.
func (s *Source) Intn(n int) int { return int(s.Uint64() % uint64(n)) }

// Float64 returns a uniform multiple of 2⁻⁵³ in [0, 1).
func (s *Source) Float64() float64 {
	return float64(float64(s.Uint64()>>11) / (1 << 53)) // the division is a product to compilers that fuse
}

// Normal returns a value with mean 0 and variance 1 whose distribution is nearly normal: the centred sum of
// twelve uniform values, exact in float64, hence the same everywhere. It never exceeds 6.
func (s *Source) Normal() float64 {
	sum := int64(0)
	for range 12 {
		sum += int64(s.Uint64() >> 16) // 48 bits, so that twelve of them stay below 2⁵²
	}
	return float64(sum-6<<48) / (1 << 48)
}

// Uniform fills x with uniform values in [-1, 1).
func Uniform[T elem.Float](s *Source, x []T) []T {
	for i := range x {
		if unsafe.Sizeof(x[i]) == 4 {
			x[i] = T(int64(s.Uint64()>>39)-1<<24) / (1 << 24) // 25 bits: exact in float32
		} else {
			x[i] = T(2*s.Float64() - 1)
		}
	}
	return x
}

// Normal fills x with values of Source.Normal.
func Normal[T elem.Float](s *Source, x []T) []T {
	for i := range x {
		x[i] = T(s.Normal())
	}
	return x
}

// Wide fills x with values of either sign whose exponents are uniform over the whole range of T, subnormal
// numbers included.
func Wide[T elem.Float](s *Source, x []T) []T {
	for i := range x {
		x[i] = wide[T](s)
	}
	return x
}

func wide[T elem.Float](s *Source) T {
	var x T
	if unsafe.Sizeof(x) == 4 {
		u := uint32(s.Uint64())
		if u>>23&0xff == 0xff {
			u ^= 1 << 30
		}
		return T(math.Float32frombits(u))
	}
	u := s.Uint64()
	if u>>52&0x7ff == 0x7ff {
		u ^= 1 << 62
	}
	return T(math.Float64frombits(u))
}

// Special fills x with uniform values among which about every fourth is one that breaks careless code: ±0, ±Inf, NaN,
// subnormal, tiny, huge, ±1, or one with a random exponent.
func Special[T elem.Float](s *Source, x []T) []T {
	Uniform(s, x)
	for i := range x {
		if s.Intn(4) == 0 {
			x[i] = special[T](s)
		}
	}
	return x
}

// Finite fills x as Special does, without NaN and Inf.
func Finite[T elem.Float](s *Source, x []T) []T {
	Special(s, x)
	for i := range x {
		if x[i]-x[i] != 0 {
			x[i] = wide[T](s)
		}
	}
	return x
}

func special[T elem.Float](s *Source) T {
	least, normal, most := T(math.SmallestNonzeroFloat32), T(0x1p-126), T(math.MaxFloat32)
	if unsafe.Sizeof(least) == 8 {
		// Through variables: as constants these would not convert to float32.
		l, n, m := math.SmallestNonzeroFloat64, 0x1p-1022, math.MaxFloat64
		least, normal, most = T(l), T(n), T(m)
	}
	v := [...]T{0, T(math.Inf(1)), T(math.NaN()), least, normal, normal - least, most, 1, wide[T](s)}
	x := v[s.Intn(len(v))]
	if s.Uint64()&1 == 0 {
		x = -x
	}
	return x
}
