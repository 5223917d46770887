package precond

import (
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// averaged reports whether the diagonal is a tensor of averages, one per element of the block.
func (d *Diagonal) averaged() bool { return d.Of == DiagonalGradient || d.Of == DiagonalCurvature }

// plain reports whether the direction is f/(√v + ε), which the fused kernels compute.
func (d *Diagonal) plain() bool {
	return (d.Power == 0 || d.Power == -0.5) && d.EpsAt <= EpsAtRawRoot && d.scale() == 1 && d.Damping == 0 && d.Clip == 0
}

func (d *Diagonal) scale() float64 {
	if d.Scale == 0 {
		return 1
	}
	return d.Scale
}

// divide scales by a power of the diagonal, u = clip(f̂/x^−p) with x = Scale·v̂ + Damping:
//
//	x = gain·v, negative values as 0, + Damping     gain holds Scale and the bias correction of v
//	u = (filter·f)/(x^−p + ε)                       or (x + ε)^−p with EpsAtValues
//	u = −Clip … Clip                                if there is a Clip
//
// Each operation is rounded. Curvature estimates are negative where samples were few (Hutchinson). u may be
// f. Afterwards the direction is u itself: its pending factor is 1.
func (p *pass[T]) divide(u, f, v []T) {
	d := &p.o.cfg.Diagonal
	filter, gain, damping, eps, clip := T(p.c.filter), p.c.gain, T(d.Damping), p.c.eps, T(d.Clip)
	power := -d.Power
	if power == 0 {
		power = 0.5
	}
	inside := d.EpsAt == EpsAtValues
	if inside {
		damping, eps = damping+eps, 0
	}
	f, v = f[:len(u)], v[:len(u)]
	for i := range u {
		x := T(gain * v[i])
		if x < 0 {
			x = 0
		}
		x += damping
		switch power {
		case 1:
		case 0.5:
			x = elem.Sqrt(x)
		default:
			x = T(elem.Pow(float64(x), power))
		}
		y := T(filter*f[i]) / (x + eps)
		if clip != 0 {
			y = min(max(y, -clip), clip)
		}
		u[i] = y
	}
	p.us = 1
}
