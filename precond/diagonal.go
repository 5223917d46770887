package precond

import (
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// averaged reports whether the diagonal is a tensor of averages, one per element of the block.
func (d *Diagonal) averaged() bool {
	return d.Of == DiagonalGradient || d.Of == DiagonalCurvature || d.Of == DiagonalRankOne
}

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

// scaleProduct multiplies x by (λ_1i·λ_2j⋯ + δ)^power, the product of the eigenvalues of all axes: damping that no
// factors have. Negative eigenvalues count as 0.
func (p *pass[T]) scaleProduct(x []T) {
	b, d := p.b, &p.o.cfg.Diagonal
	delta, power := d.Damping, d.Power
	if power == 0 {
		power = -1 / float64(2*len(b.dims))
	}
	if d.Relative {
		for k := range b.axes {
			delta = float64(delta * b.axes[k].mean())
		}
	}
	last := &b.axes[len(b.axes)-1]
	for lo := 0; lo < len(x); lo += last.d {
		outer := 1.0
		for k := range len(b.axes) - 1 {
			a := &b.axes[k]
			outer = float64(outer * a.value(lo/a.right%a.d))
		}
		row := x[lo:][:last.d]
		for i := range row {
			l := float64(outer*last.value(i)) + delta
			if power == -1 {
				row[i] = T(float64(row[i]) / l)
			} else {
				row[i] = T(float64(row[i]) * elem.Pow(l, power))
			}
		}
	}
}

// value is eigenvalue i, 1 on an axis without basis.
func (a *axis[T]) value(i int) float64 {
	if !a.set {
		return 1
	}
	return max(float64(a.values[i]), 0)
}

// mean is the mean of the eigenvalues, 1 on an axis without basis.
func (a *axis[T]) mean() float64 {
	if !a.set {
		return 1
	}
	sum := 0.0
	for i := range a.values {
		sum += a.value(i)
	}
	return sum / float64(a.d)
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
	filter, gain, damping, eps, clip := T(p.c.filter), p.c.gain, p.c.damping, p.c.eps, T(d.Clip)
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
