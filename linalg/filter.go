package linalg

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Place says where the ε of a Filter or a Root is added.
type Place uint8

const (
	// EpsInside adds ε to the value under the root: (d + ε)^p.
	EpsInside Place = iota
	// EpsOutside adds ε to the root: 1/(d^|p| + ε) for p < 0, d^p + ε else. Adam's place.
	EpsOutside
	// EpsBefore adds ε to the matrix before it is decomposed: the eigenvalues are those of A + εI.
	// In a Filter, whose values are given, it is the same as EpsInside.
	EpsBefore
)

// Negative says what becomes of values below zero, which rounding makes of semidefinite
// matrices and indefinite Hessians have in earnest.
type Negative uint8

const (
	// NegativeZero replaces d by max(d, 0).
	NegativeZero Negative = iota
	// NegativeAbs replaces d by |d|.
	NegativeAbs
	// NegativeDrop leaves such directions out: φ = 0.
	NegativeDrop
	// NegativeKeep takes d as it is; a root of a negative number is then NaN.
	NegativeKeep
	// NegativeLift subtracts the least value from all values if it is negative.
	NegativeLift
)

// Filter is a function φ of the values of a diagonal, as data. In this order:
//
//	d ← rule for d < 0            Negative
//	φ = 0 where d ≤ Cut·max D      if Cut > 0 (pseudo-inverse)
//	d ← d + Shift                  damping δ
//	ε ← Eps, or Eps·max D           if Relative
//	φ = (d + ε)^Power               EpsInside
//	φ = d^Power + ε, or 1/(d^−Power + ε) for Power < 0     EpsOutside
//	φ ← min(φ, Clip)                if Clip > 0
//
// max D is the largest element of D, at least 0. The zero Filter is φ = 1.
type Filter struct {
	Power    float64
	Shift    float64
	Eps      float64
	EpsAt    Place
	Relative bool
	Negative Negative
	Cut      float64
	Clip     float64
}

// Phi sets phi_i = φ(d_i). phi may be d itself. Values are computed in float64 and rounded
// once to T. NaN in D gives NaN in the same place.
func Phi[T kernels.Float](f Filter, phi, d []T) {
	if len(phi) != len(d) {
		panic(badLen)
	}
	if len(d) == 0 {
		return
	}
	lo, hi := float64(d[0]), float64(d[0])
	for _, v := range d[1:] {
		lo, hi = min(lo, float64(v)), max(hi, float64(v))
	}
	if hi != hi {
		// One NaN must not reach its neighbours through the extremes.
		lo, hi = extremes(d)
	}
	lift := 0.0
	if f.Negative == NegativeLift {
		lift = -min(lo, 0)
		hi += lift
	}
	hi = max(hi, 0)
	eps := f.Eps
	if f.Relative {
		eps = float64(eps * hi)
	}
	cut := math.Inf(-1)
	if f.Cut > 0 {
		cut = float64(f.Cut * hi)
	}
	for i, v := range d {
		x := float64(v) + lift
		if x < 0 {
			switch f.Negative {
			case NegativeZero:
				x = 0
			case NegativeAbs:
				x = -x
			case NegativeDrop:
				phi[i] = 0
				continue
			}
		}
		if x <= cut {
			phi[i] = 0
			continue
		}
		x += f.Shift
		var y float64
		switch {
		case f.EpsAt != EpsOutside:
			y = pow(x+eps, f.Power)
		case f.Power < 0:
			y = 1 / (pow(x, -f.Power) + eps)
		default:
			y = pow(x, f.Power) + eps
		}
		if f.Clip > 0 && y > f.Clip {
			y = f.Clip
		}
		phi[i] = T(y)
	}
}

// extremes returns the least and the largest element that is a number; NaN if there is none.
func extremes[T kernels.Float](d []T) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	for _, v := range d {
		x := float64(v)
		if x != x {
			continue
		}
		if lo != lo {
			lo, hi = x, x
		}
		lo, hi = min(lo, x), max(hi, x)
	}
	return lo, hi
}

// pow returns x^p: the exponents of optimizers by square roots, products and quotients, the others
// by elem.Pow. The root of a negative number is NaN.
func pow(x, p float64) float64 {
	if p < 0 {
		return 1 / pow(x, -p)
	}
	switch p {
	case 0:
		return 1
	case 0.125:
		return math.Sqrt(math.Sqrt(math.Sqrt(x)))
	case 0.25:
		return math.Sqrt(math.Sqrt(x))
	case 0.5:
		return math.Sqrt(x)
	case 0.75:
		r := math.Sqrt(x)
		return float64(r * math.Sqrt(r)) // the conversion keeps a caller's addition from fusing
	case 1:
		return x
	case 2:
		return float64(x * x)
	}
	return elem.Pow(x, p)
}
