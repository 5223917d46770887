package precond

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// program is what the order of the stages means for their execution.
type program struct {
	stages []Stage
	decay  decayPlace
	// inBasis: the first moment is kept in the basis.
	inBasis bool
	// fused: the moments are updated and divided in one pass, on flat blocks together with the
	// parameter. The bits are the same.
	fused     bool
	fusedFlat bool
	// half is the number of stages up to the one for which all blocks must have come as far, 0 if there is none.
	half int
	// refresh is the place of Refresh where a step can be cut there, else −1.
	refresh int
}

// decayPlace says how WeightDecay acts.
type decayPlace uint8

const (
	decayNone      decayPlace = iota
	decayL2                   // in the gradient
	decayDirection            // in the direction, which may enter the heavy ball
	decayBefore               // x ← (1−lr·d)·x − step
	decayAfter                // x ← (1−lr·d)·(x − step)
)

// compile turns a valid Config into a program.
func (c *Config) compile() program {
	p := program{stages: c.Order, inBasis: c.Basis.Kind == Eigen && c.keptInBasis()}
	if !p.inBasis && c.Basis.Kind == Eigen && c.firstInBasis() {
		// The same moment, in the original axes.
		p.stages = slices.DeleteFunc(slices.Clone(c.Order), func(s Stage) bool { return s == FirstMoment })
		p.stages = slices.Insert(p.stages, slices.Index(p.stages, Rotate), FirstMoment)
	}
	place := func(s Stage) int {
		for i, x := range c.Order {
			if x == s {
				return i
			}
		}
		return -1
	}
	if c.Limit.KL != 0 {
		p.half = place(Limiting) + 1
	}
	d := place(WeightDecay)
	switch {
	case c.Decay.Rate == 0 || d < 0:
	case c.Decay.Kind == L2:
		p.decay = decayL2
	case d > place(Update):
		p.decay = decayAfter
	case d < place(HeavyBall):
		p.decay = decayDirection
	default:
		p.decay = decayBefore
	}
	plain := c.Diagonal.Of == DiagonalGradient && c.Diagonal.plain() && !c.Diagonal.Max && c.Moment.Ahead == 0
	p.fused = plain && p.inBasis
	p.refresh = p.lanesAt(c)
	p.fusedFlat = (plain || c.Diagonal.Of == DiagonalRankOne && c.Diagonal.plain() && c.Moment.Ahead == 0) && c.Moment.Heavy == 0 && c.Graft.Of == GraftNone && c.Limit == Limit{}
	return p
}

// pass is one piece of work on its way through the stages.
type pass[T kernels.Float] struct {
	o *Optimizer[T]
	b *block[T]
	c *coef[T]
	s *slot[T]
	p *kernels.Pool

	x                       []T // parameter
	m, v, top, graft, heavy []T
	g                       []T // gradient, in the original axes
	cur                     []T // gradient, in the basis once Rotate has run
	f0, f                   []T // filtered gradient likewise
	u                       []T // direction; the true one is us·u
	us                      float64
	own                     bool // u is a buffer of ours
}

// piece performs item i of this step.
func (o *Optimizer[T]) piece(i int) {
	s := <-o.slots
	defer func() { o.slots <- s }()
	it := &o.now[i]
	if stages, takes := o.partOf(&o.blocks[it.block]); takes {
		o.through(s, it.block, it.lo, it.hi, stages)
	}
	if k := it.block + 1; k < len(o.blocks) && o.blocks[k].second {
		if stages, takes := o.partOf(&o.blocks[k]); takes {
			o.through(s, k, 0, o.blocks[k].n, stages)
		}
	}
}

// through takes elements lo … hi of a block through stages.
func (o *Optimizer[T]) through(s *slot[T], k, lo, hi int, stages []Stage) {
	b := &o.blocks[k]
	p := pass[T]{o: o, b: b, c: &b.coef, s: s, p: o.pool}
	cut := func(x []T) []T {
		if x == nil {
			return nil
		}
		return x[lo:hi]
	}
	p.m, p.v, p.top, p.graft, p.heavy = cut(b.m), cut(b.v), cut(b.top), cut(b.graft), cut(b.heavy)
	param := o.params[b.param]
	switch {
	case b.bias >= 0:
		bias := o.params[b.bias]
		p.x, p.g = s.buf[bufX][:b.n], s.buf[bufG][:b.n]
		b.join(p.x, param.Value, bias.Value, false)
		b.join(p.g, param.Grad, bias.Grad, false)
	case b.off == nil && b.frame != nil:
		p.x, p.g = param.Value, param.Grad
	case b.off == nil:
		p.x, p.g = param.Value[lo:hi], param.Grad[lo:hi]
	default:
		p.x, p.g = s.buf[bufX][:b.size()], s.buf[bufG][:b.size()]
		b.move(param.Value, p.x, false)
		b.move(param.Grad, p.g, false)
	}
	trusted := o.state[b.param].trusted
	if b.flat && o.prog.fusedFlat && !b.coef.skip {
		p.adam(trusted)
		return
	}
	if trusted && o.changes(b.param, p.g) {
		return
	}
	p.gradient()
	if o.part == afterLimit && !b.coef.skip {
		p.u, p.us = b.dir, 1
		if !b.bare {
			p.us = o.limit
		}
	}
	for _, stage := range stages {
		p.stage(stage)
	}
	switch {
	case b.coef.skip || o.prog.half > 0 && o.part != afterLimit:
	case b.bias >= 0:
		b.join(p.x, param.Value, o.params[b.bias].Value, true)
	case b.off != nil:
		b.move(param.Value, p.x, true)
	}
}

// clean copies the gradient with 0 in place of NaN and Inf, if that is wanted.
func (p *pass[T]) clean() {
	if b := p.b; !p.o.state[b.param].clean && (b.bias < 0 || !p.o.state[b.bias].clean) {
		return
	}
	buf := p.s.buf[bufG][:len(p.g)]
	for i, g := range p.g {
		if g-g != 0 {
			g = 0
		}
		buf[i] = g
	}
	p.g = buf
}

// adam performs all stages of a flat block in one pass, which looks at a trusted gradient as it goes.
func (p *pass[T]) adam(trusted bool) {
	p.clean()
	c := p.c
	step, shrink := c.lr*c.filter*c.raise, 1.0
	switch p.o.prog.decay {
	case decayBefore, decayDirection:
		shrink = c.shrink
	case decayAfter:
		step, shrink = step*c.shrink, c.shrink
	}
	finite := kernels.AdamFinite(p.p, kernels.AdamCoef[T]{
		Scale: c.scale, L2: c.l2, Beta1: c.beta1, Weight1: c.weight1, Beta2: c.beta2, Weight2: c.weight2,
		Eps: c.eps, Step: T(step), Decay: T(shrink),
	}, p.x, p.g, p.m, p.v)
	if trusted && !finite {
		// Either that, or a sum of squares has grown too large over time, which is no fault of this gradient.
		p.o.changes(p.b.param, p.g)
	}
}

// gradient makes p.g the gradient of this step: scaled, with its L2 term.
func (p *pass[T]) gradient() {
	p.clean()
	buf := p.s.buf[bufG][:len(p.g)]
	switch {
	case p.c.l2 != 0:
		kernels.Axpby(p.p, p.c.l2, p.x, p.c.scale, p.g, buf)
		p.g = buf
	case p.c.scale != 1 && len(p.g) > 0 && &p.g[0] == &buf[0]:
		kernels.Scal(p.p, p.c.scale, buf)
	case p.c.scale != 1:
		kernels.Omatcopy(p.p, kernels.NoTrans, 1, len(buf), p.c.scale, p.g, len(buf), buf, len(buf))
		p.g = buf
	}
	if f := p.b.frame; f != nil {
		if p.b.clock.fixed == 0 {
			p.fix()
		}
		y := p.s.buf[bufH][:p.b.n]
		f.basis.Forward(p.p, y, p.g, p.s.buf[bufW])
		p.g = y
	}
	p.cur, p.f0, p.f, p.u, p.us = p.g, p.g, p.g, p.g, 1
}

func (p *pass[T]) stage(s Stage) {
	if p.c.skip && s != Statistics && s != Refresh {
		return
	}
	switch s {
	case Statistics:
		p.statistics()
	case Refresh:
		p.refresh()
	case Rotate:
		p.rotate()
	case FirstMoment:
		p.firstMoment()
	case SecondMoment:
		p.secondMoment()
	case Precondition:
		p.precondition()
	case Grafting:
		p.grafting()
	case Limiting:
		p.limiting()
	case WeightDecay:
		p.decay()
	case HeavyBall:
		p.heavyBall()
	case Update:
		p.update()
	}
}

// statistics updates the factors.
func (p *pass[T]) statistics() {
	if p.o.cfg.Factors.Of != FactorsGradient {
		return
	}
	for k := range p.b.axes {
		if a := &p.b.axes[k]; a.on {
			p.gram(a, p.c.weightF, p.g, p.c.betaF, a.c)
		}
	}
}

// gram computes the lower triangle of c = w·G_k·G_kᵀ + beta·c. Axis k of a tensor [left][d][right] is the rows of a
// d×(left·right) matrix G_k: the tensor itself, its transpose, or a permuted copy.
func (p *pass[T]) gram(a *axis[T], w T, g []T, beta T, c linalg.Matrix[T]) {
	rest := a.left * a.right
	switch {
	case a.left == 1:
		kernels.Syrk(p.p, kernels.Lower, kernels.NoTrans, a.d, rest, w, g, rest, beta, c.Data, a.d)
	case a.right == 1:
		kernels.Syrk(p.p, kernels.Lower, kernels.Trans, a.d, rest, w, g, a.d, beta, c.Data, a.d)
	default:
		t := p.s.buf[bufW][:len(g)]
		for i := range a.d {
			for l := range a.left {
				copy(t[i*rest+l*a.right:][:a.right], g[(l*a.d+i)*a.right:])
			}
		}
		kernels.Syrk(p.p, kernels.Lower, kernels.NoTrans, a.d, rest, w, t, rest, beta, c.Data, a.d)
	}
}

// into takes src into the basis, or applies the roots.
func (p *pass[T]) into(dst, src []T) {
	linalg.KronMul(p.p, kernels.Trans, p.b.factors, dst, src, p.s.buf[bufW])
}

// outOf takes src back to the original axes.
func (p *pass[T]) outOf(dst, src []T) {
	linalg.KronMul(p.p, kernels.NoTrans, p.b.factors, dst, src, p.s.buf[bufW])
}

// rotates reports whether Rotate does something to this block.
func (p *pass[T]) rotates() bool {
	return p.o.cfg.Basis.Kind == Eigen && !p.b.flat && p.b.ready()
}

func (p *pass[T]) rotate() {
	if !p.rotates() {
		return
	}
	filtered := &p.f[0] != &p.g[0]
	if p.o.cfg.Diagonal.Of == DiagonalGradient || !filtered {
		p.cur = p.s.buf[bufY][:p.b.n]
		p.into(p.cur, p.g)
	}
	if !filtered {
		p.f = p.cur
		return
	}
	p.f = p.s.buf[bufZ][:p.b.n]
	p.into(p.f, p.f0)
}

func (p *pass[T]) firstMoment() {
	if p.m == nil || p.o.prog.fused && !p.b.flat {
		return
	}
	c := p.c
	if p.o.cfg.Moment.Ahead != 0 {
		p.f = p.s.buf[bufF][:len(p.m)]
		kernels.Axpby(p.p, c.weightA, p.cur, c.ahead, p.m, p.f)
		kernels.Axpby(p.p, c.weight1, p.cur, c.beta1, p.m, p.m)
	} else {
		kernels.Axpby(p.p, c.weight1, p.cur, c.beta1, p.m, p.m)
		p.f = p.m
	}
	p.us = c.filter
	p.f0, p.u = p.f, p.f
}

func (p *pass[T]) secondMoment() {
	// Where the graft acts alone, no pass over the moments follows.
	if p.o.cfg.Diagonal.Of == DiagonalRankOne && p.v == nil {
		p.marginals()
		return
	}
	if p.v == nil || p.o.cfg.Diagonal.Of == DiagonalCurvature || p.o.prog.fused && !p.b.flat && !p.early() {
		return
	}
	kernels.SecondMoment(p.p, p.c.beta2, p.c.weight2, 1, p.cur, p.v)
	if p.top == nil {
		return
	}
	for i, v := range p.v {
		if v > p.top[i] {
			p.top[i] = v
		}
	}
}

// precondition divides by the diagonal and rotates back, or applies the roots.
func (p *pass[T]) precondition() {
	c := p.c
	if p.early() {
		return
	}
	y, z := p.s.buf[bufY], p.s.buf[bufZ][:len(p.g)]
	if !p.b.flat {
		y = y[:len(p.g)]
	}
	switch p.o.cfg.Diagonal.Of {
	case DiagonalGradient, DiagonalCurvature, DiagonalRankOne:
		rankOne := p.b.axes[0].marginal != nil
		if p.v == nil && !rankOne || p.o.cfg.Basis.Carry == Product && !p.b.ready() {
			return
		}
		if d := &p.o.cfg.Diagonal; d.Relative {
			if !p.b.flat {
				p.b.relate(d, p.p)
			}
			if c.damping == 0 {
				return // no curvature at all: the gradient
			}
		}
		p.us = c.filter * c.raise
		v := p.v
		switch {
		case p.top != nil:
			v = p.top
		case rankOne:
			v = p.expand()
		}
		rotated := p.rotates()
		if !p.o.cfg.Diagonal.plain() || p.o.cfg.Diagonal.Of == DiagonalCurvature {
			p.u = z
			p.divide(p.u, p.f, v)
		} else if p.o.prog.fused && !p.b.flat {
			// cur is either the gradient itself or bufY.
			p.u = y
			kernels.AdamDirection(p.p, kernels.AdamCoef[T]{
				Scale: 1, Beta1: c.beta1, Weight1: c.weight1, Beta2: c.beta2, Weight2: c.weight2, Eps: c.eps,
			}, p.u, p.cur, p.m, p.v)
		} else {
			p.u = z
			kernels.Precondition(p.p, 1, c.eps, p.f, v, p.u)
		}
		if rotated {
			back := z
			if &p.u[0] == &z[0] {
				back = y
			}
			p.outOf(back, p.u)
			p.u = back
		}
	case DiagonalEigenvalues:
		if p.b.flat || !p.b.ready() {
			return
		}
		if p.o.cfg.Basis.Kind == Root {
			p.u = z
			p.into(p.u, p.f)
			break
		}
		// f may be the gradient's buffer y or z; both are scratch by now, but the moment is not.
		w := z
		if &p.f[0] == &y[0] {
			w = y
		} else if &p.f[0] != &z[0] {
			copy(z, p.f)
		}
		if d := &p.o.cfg.Diagonal; d.Damping > 0 && !d.Split {
			p.scaleProduct(w)
		} else {
			p.scaleAxes(w)
		}
		p.u = y
		if &w[0] == &y[0] {
			p.u = z
		}
		p.outOf(p.u, w)
	default:
		return
	}
	p.own = true
}

// early reports whether the graft acts alone because there is no basis yet.
func (p *pass[T]) early() bool {
	return p.c.early && (p.o.cfg.Graft.Of == GraftGradient || p.o.cfg.Graft.Of == GraftSecondMoment)
}

// scaleAxes multiplies x by the powers of the eigenvalues of every axis with a basis.
func (p *pass[T]) scaleAxes(x []T) {
	for k := range p.b.axes {
		a := &p.b.axes[k]
		switch {
		case !a.set:
		case a.right == 1:
			kernels.ColScale(p.p, a.left, a.d, a.phi, x, a.d)
		default:
			for l := range a.left {
				kernels.RowScale(p.p, a.d, a.right, a.phi, x[l*a.d*a.right:][:a.d*a.right], a.right)
			}
		}
	}
}

// The terms that keep a direction of norm 0 finite, as the originals have them.
const (
	tinyNorm = 1e-16 // Distributed Shampoo
	tinyRMS  = 1e-30 // nikhilvyas/SOAP
)

func (p *pass[T]) grafting() {
	c := p.c
	if p.b.flat {
		return
	}
	switch p.o.cfg.Graft.Of {
	case GraftUnit:
		rms := float64(kernels.Nrm2(p.p, p.u)) / math.Sqrt(float64(len(p.u)))
		p.us /= tinyRMS + rms
	case GraftGradient:
		if p.c.early {
			return // the filtered gradient is the direction
		}
		p.resize(float64(kernels.Nrm2(p.p, p.f0)) * c.filter)
	case GraftSecondMoment:
		kernels.SecondMoment(p.p, c.betaG, c.weightG, 1, p.g, p.graft)
		if p.c.early {
			p.u = p.s.buf[bufZ][:len(p.g)]
			kernels.Precondition(p.p, 1, c.epsG, p.f0, p.graft, p.u)
			p.us, p.own = c.filter*c.raiseG, true
			return
		}
		n := float64(kernels.PreconditionSumSquares(p.p, 1, c.epsG, p.f0, p.graft))
		p.resize(math.Sqrt(n) * c.filter * c.raiseG)
	}
}

// resize gives the direction the norm n.
func (p *pass[T]) resize(n float64) {
	p.b.ratio = n / (float64(float64(kernels.Nrm2(p.p, p.u))*math.Abs(p.us)) + tinyNorm)
	p.us *= p.b.ratio
}

// decay adds the parameter to a direction that may enter the heavy ball. It also saves the rounding of
// 1 − lr·decay, which would pull all one way. The other kinds of decay are part of gradient and update.
func (p *pass[T]) decay() {
	if p.o.prog.decay != decayDirection {
		return
	}
	dst, x := p.writable(), p.x
	if f := p.b.frame; f != nil {
		x = p.s.buf[bufV][:p.b.n]
		f.basis.Forward(p.p, x, p.x, p.s.buf[bufW])
	}
	kernels.Axpby(p.p, T(p.c.decay), x, T(p.us), p.u, dst)
	p.u, p.us = dst, 1
}

// writable is the buffer of the direction, or one that its successor may use.
func (p *pass[T]) writable() []T {
	if !p.own {
		p.own = true
		return p.s.buf[bufZ][:len(p.u)]
	}
	return p.u
}

func (p *pass[T]) heavyBall() {
	if p.heavy == nil {
		return
	}
	h := &p.o.cfg.Moment
	weight := p.us * (1 - h.Dampen)
	if h.Undamped && p.c.first {
		weight = p.us
	}
	kernels.Axpby(p.p, T(weight), p.u, T(h.Heavy), p.heavy, p.heavy)
	if !h.Nesterov {
		p.u, p.us, p.own = p.heavy, 1, false
		return
	}
	dst := p.writable()
	kernels.Axpby(p.p, T(p.us*(1-h.Dampen)), p.u, T(h.Heavy), p.heavy, dst)
	p.u, p.us = dst, 1
}

func (p *pass[T]) update() {
	step, shrink := p.c.lr*p.us, 1.0
	switch p.o.prog.decay {
	case decayBefore:
		shrink = p.c.shrink
	case decayAfter:
		step, shrink = step*p.c.shrink, p.c.shrink
	}
	if p.b.second {
		shrink = 1 // the first half has seen to it
	}
	u := p.u
	if f := p.b.frame; f != nil {
		u = p.s.buf[bufV][:len(p.x)]
		f.basis.Inverse(p.p, u, p.u, p.s.buf[bufW])
	}
	kernels.Axpby(p.p, T(-step), u, T(shrink), p.x, p.x)
}
