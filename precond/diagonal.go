package precond

import (
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
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
	if T(delta) == 0 {
		return // relative to nothing: no factor has an eigenvalue
	}
	last := &b.axes[len(b.axes)-1]
	k := kernels.DivideCoef[T]{Scale: 1, Damping: T(delta), Root: power == -0.5}
	for lo := 0; lo < len(x); lo += last.d {
		outer := 1.0
		for k := range len(b.axes) - 1 {
			a := &b.axes[k]
			outer = float64(outer * a.value(lo/a.right%a.d))
		}
		row := x[lo:][:last.d]
		if last.set && (power == -1 || power == -0.5) {
			k.Gain = T(outer)
			kernels.Divide(p.p, k, row, last.values, row)
			continue
		}
		for i := range row {
			l := float64(outer*last.value(i)) + delta
			row[i] = T(float64(row[i]) * elem.Pow(l, power))
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

// relate makes damping relative to the mean of the averaged diagonal. Where a refresh may set that, it comes after the refresh; flat
// blocks have none, and many hands.
func (b *block[T]) relate(d *Diagonal, p *kernels.Pool) {
	b.coef.damping = T(d.Damping * float64(b.coef.gain*kernels.Sum(p, b.v)) / float64(b.n))
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
	k := kernels.DivideCoef[T]{Scale: T(p.c.filter), Gain: p.c.gain, Damping: p.c.damping, Eps: p.c.eps, Clip: T(d.Clip)}
	p.us = 1
	power := -d.Power
	if power == 0 {
		power = 0.5
	}
	if d.EpsAt == EpsAtValues {
		k.Damping, k.Eps = k.Damping+k.Eps, 0
	}
	if power == 1 || power == 0.5 {
		k.Root = power == 0.5
		kernels.Divide(p.p, k, f, v, u)
		return
	}
	f, v = f[:len(u)], v[:len(u)]
	for i := range u {
		x := T(k.Gain * v[i])
		if x < 0 {
			x = 0
		}
		x = T(elem.Pow(float64(x+k.Damping), power))
		y := T(k.Scale*f[i]) / (x + k.Eps)
		if k.Clip != 0 {
			y = min(max(y, -k.Clip), k.Clip)
		}
		u[i] = y
	}
}
