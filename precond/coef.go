package precond

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// coef are the scalars of one block for one step. They are computed in float64 and rounded to T once.
type coef[T kernels.Float] struct {
	skip    bool // first call: factors and basis only
	start   bool // the step of the first basis
	fresh   bool // a basis is due
	early   bool // before the first basis
	first   bool // first step that moves the parameter
	scale   T
	l2      T
	beta1   T
	weight1 T // 1 − β₁
	ahead   T
	weightA T // 1 − ahead
	beta2   T
	weight2 T
	eps     T
	gain    T // of the diagonal, before its power is taken
	damping T
	betaF   T
	weightF T
	betaG   T
	weightG T
	epsG    T

	// Pending factors of directions, in float64: the true direction is such a factor times what
	// the buffer holds.
	filter float64 // of the filtered gradient: 1/(1 − …)
	raise  float64 // √(1 − β₂ᵗ), of the direction divided by the second moment
	raiseG float64 // the same of the graft
	biasF  float64 // 1 − βᵗ of the factors

	lr     float64 // with the parameter's multiplier
	decay  float64 // what multiplies lr·x
	shrink float64 // 1 − lr·decay
}

// averageWeight is the weight of the new value: 1 for a plain sum.
func averageWeight(beta float64) float64 {
	if beta == 1 {
		return 1
	}
	return 1 - beta
}

// bias advances a running power and returns 1 − βᵗ, or 1 where nothing is to be corrected.
func bias(power *float64, beta float64, correct bool) float64 {
	*power = float64(*power * beta)
	if !correct {
		return 1
	}
	return 1 - *power
}

// tick advances the clock of a block and computes its scalars.
func (o *Optimizer[T]) tick(b *block[T], scale float64) {
	c, k, x := &o.cfg, &b.clock, &b.coef
	s := &o.state[b.param]
	*x = coef[T]{}
	b.status, b.split = status{}, false
	k.t++
	x.scale = T(scale)
	x.skip = c.First.Skip && k.t == 0
	x.first = k.t == 1
	x.betaF, x.weightF = T(c.Factors.Beta), T(averageWeight(c.Factors.Beta))
	switch correct := c.Factors.Debias && c.Factors.Beta < 1; {
	case c.Factors.Of == FactorsGradient:
		x.biasF = bias(&k.factor, c.Factors.Beta, correct)
	case correct && k.layered > 0:
		x.biasF = 1 - k.factor
	default:
		x.biasF = 1
	}
	if c.Basis.Start >= 0 {
		start := float64(c.Basis.Start)
		x.start = k.t == start
		x.early = k.t < start || b.bare
		x.fresh = x.start || k.t > start && o.plan.Every > 0 && (int64(k.t)+int64(b.offset))%int64(o.plan.Every) == 0
	}
	x.lr = o.lr * s.lr
	rate := c.Decay.Rate * s.decay
	if x.skip {
		// The L2 term belongs to the gradient.
		if c.Decay.Kind == L2 {
			x.l2 = T(rate)
		}
		return
	}

	m, d, g := &c.Moment, &c.Diagonal, &c.Graft
	x.filter = 1
	ahead := m.Beta
	if m.Ahead != 0 {
		ahead = m.Ahead
	}
	if m.Beta != 0 {
		if m.Debias {
			x.filter = 1 / (1 - float64(ahead*k.first))
		}
		k.first = float64(k.first * m.Beta)
	}
	x.beta1, x.weight1, x.ahead, x.weightA = T(m.Beta), T(1-m.Beta), T(ahead), T(1-ahead)
	x.beta2, x.weight2, x.eps, x.raise = T(d.Beta), T(averageWeight(d.Beta)), T(d.Eps), 1
	switch {
	case d.Of != DiagonalCurvature && d.averaged() && d.plain():
		x.raise = math.Sqrt(bias(&k.diagonal, d.Beta, d.Debias))
		if d.EpsAt == EpsAtRoot {
			x.eps = T(d.Eps * x.raise)
		}
	case d.Of == DiagonalGradient || d.Of == DiagonalRankOne:
		x.gain = T(d.scale() / bias(&k.diagonal, d.Beta, d.Debias))
	case d.Of == DiagonalCurvature:
		x.gain = T(d.scale())
		if d.Debias && k.observed > 0 {
			x.gain = T(d.scale() / (1 - k.diagonal))
		}
	}
	x.damping = T(d.Damping)
	if d.Relative && b.flat {
		b.relate(d, o.pool)
	}
	x.raiseG = 1
	if g.Of == GraftSecondMoment {
		x.betaG, x.weightG = T(g.Beta), T(averageWeight(g.Beta))
		x.raiseG = math.Sqrt(bias(&k.grafted, g.Beta, g.Debias))
		x.epsG = T(g.Eps * x.raiseG)
	}
	switch c.Decay.Kind {
	case L2:
		x.l2 = T(rate)
	case Decoupled:
		x.decay = rate
	case Corrected:
		x.decay = float64(rate*o.lr) / s.peak
	case Independent:
		x.decay = rate / float64(s.peak*s.lr)
	}
	x.shrink = 1 - float64(x.lr*x.decay)
}
