package precond

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Observe adds to the curvature diagonal of parameter i, D ← Beta·D + (1−Beta)·w·Σ_r (Qᵀx_r) ⊙ (Qᵀy_r) in the basis of
// the day, over the rows of x and y, each a tensor of the parameter's shape, flattened. What that is an
// estimate of is the caller's choice:
//
//	exact Gauss–Newton   x = y, the rows √p_c·Jᵀ(…) of the factor S of H_ℓ = S·Sᵀ, w = 1/samples
//	sampled labels       x = y, gradients of single samples with labels drawn from the model, w = 1/samples
//	Sophia-G             x = y, one row: the gradient of the mean loss with drawn labels, w = samples
//	Hutchinson           x = z with independent signs, y = H·z, w = 1/rows
//
// Labels of the data in place of drawn ones give the empirical Fisher matrix, which is another one. x and y may be the
// same matrix. It allocates nothing. On error (no curvature diagonal, wrong shape, NaN, Inf or squares that overflow, bad w)
// nothing has changed.
func (o *Optimizer[T]) Observe(i int, x, y linalg.Matrix[T], w float64) error {
	if o.cfg.Diagonal.Of != DiagonalCurvature {
		return fmt.Errorf("precond: Observe: Config.Diagonal.Of is %v, want DiagonalCurvature", o.cfg.Diagonal.Of)
	}
	if i < 0 || i >= len(o.params) {
		return fmt.Errorf("precond: Observe: there is no parameter %d, the optimizer has %d", i, len(o.params))
	}
	name, n := o.params[i].Name, o.state[i].n
	if x.Cols != n || y.Cols != n || x.Rows != y.Rows || x.Rows == 0 {
		return fmt.Errorf("precond: Observe: parameter %q takes rows of %d elements, as many in x as in y, not %d×%d and %d×%d", name, n, x.Rows, x.Cols, y.Rows, y.Cols)
	}
	if !(w >= 0) || math.IsInf(w, 1) {
		return fmt.Errorf("precond: Observe: weight is %g, want a finite number that is not negative", w)
	}
	// No element of D exceeds w·‖x‖·‖y‖, whatever the basis.
	a, b := linalg.FrobeniusNorm(o.pool, x), linalg.FrobeniusNorm(o.pool, y)
	if !(max(a, b, float64(a*b), float64(float64(w*a)*b)) <= o.largest) {
		return fmt.Errorf("precond: Observe: the rows for parameter %q hold NaN or Inf, or their products overflow (norms %g and %g, weight %g)", name, a, b, w)
	}
	s := <-o.slots
	defer func() { o.slots <- s }()
	seen := false
	for j := range o.blocks {
		bl := &o.blocks[j]
		if bl.param != i || bl.v == nil {
			continue
		}
		if bl.bias >= 0 {
			return fmt.Errorf("precond: Observe: parameter %q belongs to a layer with a bias, which has ObserveLayer", name)
		}
		if bl.frame != nil && bl.clock.fixed == 0 {
			return fmt.Errorf("precond: Observe: the frame of parameter %q is not fixed yet; the first Step does that", name)
		}
		seen = true
		o.observe(bl, s, x, y, w)
	}
	if !seen {
		return fmt.Errorf("precond: Observe: parameter %q has no diagonal by its Config", name)
	}
	return nil
}

// observed refuses a step that would divide by a curvature of which nothing is known. A clipped step is one of
// sign descent then, as Sophia's is.
func (o *Optimizer[T]) observed() error {
	c := &o.cfg
	diagonal := c.Diagonal.Of == DiagonalCurvature && c.Diagonal.Clip == 0 && c.Basis.Carry != Product
	factors := c.Factors.Of == FactorsLayer && c.Factors.Init == 0
	if !diagonal && !factors {
		return nil
	}
	for i := range o.blocks {
		b := &o.blocks[i]
		name := o.params[b.param].Name
		switch {
		case o.params[b.param].Grad == nil:
		case diagonal && b.v != nil && b.clock.observed == 0:
			return fmt.Errorf("precond: Step: the curvature of parameter %q is unknown: call Observe or ObserveLayer first, or set Config.Diagonal.Clip", name)
		case factors && b.layer && b.clock.layered == 0:
			return fmt.Errorf("precond: Step: the factors of layer %q are unknown: call ObserveLayer first, or set Config.Factors.Init", name)
		}
	}
	return nil
}

// A group of rows goes through the basis as one product, as many as groupRows and groupLen elements allow. That moves no rounding.
const (
	groupRows = 32
	groupLen  = 1 << 16
)

// group is the number of rows that Observe takes through the basis of a block at a time. Layers have ObserveLayer.
func (b *block[T]) group() int {
	if b.layer {
		return 1
	}
	return max(1, min(groupRows, groupLen/b.n))
}

// observe is Observe for one block, flat ones in pieces that fit into the cache, others a group of rows at a time.
func (o *Optimizer[T]) observe(b *block[T], s *slot[T], x, y linalg.Matrix[T], w float64) {
	p := pass[T]{o: o, b: b, s: s, p: o.pool}
	square := x.Rows == 1 || x.Stride == y.Stride
	square = square && len(x.Data) > 0 && len(y.Data) > 0 && &x.Data[0] == &y.Data[0]
	step, group := b.n, b.group()
	if b.flat {
		step, group = chunk, x.Rows
	}
	beta, weight := T(o.cfg.Diagonal.Beta), T(averageWeight(o.cfg.Diagonal.Beta)*w)
	for lo := 0; lo < b.n; lo += step {
		hi := min(b.n, lo+step)
		sum := s.buf[bufG][:hi-lo]
		clear(sum)
		for r := 0; r < x.Rows; r += group {
			n := min(group, x.Rows-r)
			u := p.rows(bufY, x.Slice(r, 0, n, x.Cols), lo, hi)
			if square {
				for i := range n {
					kernels.SecondMoment(p.p, 1, 1, 1, u.Row(i), sum)
				}
				continue
			}
			v := p.rows(bufF, y.Slice(r, 0, n, y.Cols), lo, hi)
			prod := s.buf[bufZ][:hi-lo]
			for i := range n {
				kernels.Hadamard(p.p, u.Row(i), v.Row(i), prod)
				kernels.Axpby(p.p, 1, prod, 1, sum, sum)
			}
		}
		v := b.v[lo:hi]
		kernels.Axpby(p.p, weight, sum, beta, v, v)
	}
	b.clock.observed++
	b.clock.diagonal = float64(b.clock.diagonal * o.cfg.Diagonal.Beta)
}

// rows takes elements lo … hi of vectors of the parameter's shape into the coordinates of the diagonal. The result
// may be a part of x itself.
func (p *pass[T]) rows(role int, x linalg.Matrix[T], lo, hi int) linalg.Matrix[T] {
	b, rotates := p.b, p.rotates()
	buf := func(role, cols int) linalg.Matrix[T] {
		return linalg.MatrixOf(x.Rows, cols, p.s.buf[role][:x.Rows*cols])
	}
	last := func(before int) int { // the buffer of a stage, before another or not
		if rotates {
			return before
		}
		return role
	}
	if b.off != nil {
		to := last(bufX)
		n := b.n
		if b.frame != nil {
			to, n = bufX, b.frame.n
		}
		t := buf(to, n)
		for i := range x.Rows {
			b.move(x.Row(i), t.Row(i), false)
		}
		x = t
	} else if b.frame == nil {
		x = x.Slice(0, lo, x.Rows, hi-lo)
	}
	if b.frame != nil {
		t := buf(last(bufV), b.n)
		linalg.ForwardRows(p.p, b.frame.basis, t, x, p.s.buf[bufW])
		x = t
	}
	if !rotates {
		return x
	}
	t := buf(role, b.n)
	linalg.KronMulRight(p.p, t, x, kernels.NoTrans, b.factors, p.s.buf[bufW])
	return t
}
