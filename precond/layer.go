package precond

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Layer is a linear layer or convolution of which ObserveLayer sees inputs a and gradients g at the output: z = W·a + b. K-FAC
// preconditions [W, b] as one matrix.
type Layer struct {
	Weight string // name of the parameter, out×in, or out×c×h×w, whose last axes count as in
	Bias   string // name of the parameter of length out; empty if there is none
	// Transposed says that the weight is stored in×out.
	Transposed bool
}

// owner is a layer that owns parameters.
type owner struct {
	weight, bias int // parameters; −1 for no bias
	transposed   bool
	layout       layout
}

func (c *Config) checkLayers() error {
	switch s := &c.Shape; {
	case (len(c.Layers) > 0) != (c.Factors.Of == FactorsLayer):
		return &ConfigError{"Layers", c.Layers, "layers with Factors.Of FactorsLayer, none without"}
	case len(c.Layers) > 0 && (s.Block != 0 || s.Merge != MergeNone || len(s.Axes) != 0 || s.MaxDim != 0):
		return &ConfigError{"Shape", fmt.Sprintf("%+v", *s), "nothing that cuts, merges or leaves out axes: a layer is one matrix with two factors"}
	}
	return nil
}

// resolve finds the parameters of the layers. It returns an owner, or nil, for each parameter.
func (c *Config) resolve(names []string, shapes [][]int) ([]*owner, error) {
	owners := make([]*owner, len(names))
	find := func(field, name string) (int, error) {
		for i, n := range names {
			switch {
			case n != name:
			case owners[i] != nil:
				return 0, &ConfigError{field, name, "a parameter of one layer only"}
			default:
				return i, nil
			}
		}
		return 0, &ConfigError{field, name, "the name of a parameter"}
	}
	if len(names) == 0 {
		return owners, nil
	}
	for i, l := range c.Layers {
		field := fmt.Sprintf("Layers[%d]", i)
		w, err := find(field+".Weight", l.Weight)
		if err != nil {
			return nil, err
		}
		shape := shapes[w]
		if len(shape) < 2 || l.Transposed && len(shape) != 2 {
			return nil, &ConfigError{field + ".Weight", l.Weight, fmt.Sprintf("of order 2, or more where it is not Transposed; its shape is %v", shape)}
		}
		out, in := shape[0], 1
		for _, d := range shape[1:] {
			in *= d
		}
		o := &owner{weight: w, bias: -1, transposed: l.Transposed}
		if l.Transposed {
			out, in = in, out
		}
		owners[w] = o
		if l.Bias != "" {
			b, err := find(field+".Bias", l.Bias)
			if err != nil {
				return nil, err
			}
			if len(shapes[b]) != 1 || shapes[b][0] != out {
				return nil, &ConfigError{field + ".Bias", l.Bias, fmt.Sprintf("of shape [%d], not %v", out, shapes[b])}
			}
			owners[b], o.bias = o, b
			in++
		}
		dims := []int{out, in}
		if l.Transposed {
			dims = []int{in, out}
		}
		power := c.Diagonal.Power
		if power == 0 {
			power = -1.0 / 4
		}
		o.layout = layout{merged: dims, blocks: []cut{{lo: []int{0, 0}, dims: dims, on: []bool{true, true}, power: []float64{power, power}}}}
	}
	return owners, nil
}

// equalRules refuses rules that treat weight and bias of a layer differently, and such as take it its basis.
func (c *Config) equalRules(rules []int, owners []*owner) error {
	for i, o := range owners {
		if o == nil {
			continue
		}
		if r := rules[i]; r >= 0 && (c.Rules[r].Axes || c.Rules[r].Stack+c.Rules[r].Split > 0) {
			return &ConfigError{fmt.Sprintf("Rules[%d].Axes", r), c.Rules[r].Axes, "false for a parameter of a layer, and no Stack or Split"}
		}
		if o.bias != i || rules[i] == rules[o.weight] {
			continue
		}
		var lr, decay [2]float64
		for j, k := range [2]int{o.weight, i} {
			lr[j], decay[j] = 1, 1
			if r := rules[k]; r >= 0 {
				lr[j], decay[j] = c.Rules[r].multipliers()
			}
		}
		if lr[0] != lr[1] || decay[0] != decay[1] {
			return &ConfigError{"Rules", fmt.Sprintf("%+v", c.Rules), "the same learning rate and decay for weight and bias of a layer, which are one matrix"}
		}
	}
	return nil
}

// join copies weight and bias into the matrix of a layer, or back.
func (b *block[T]) join(m, weight, bias []T, back bool) {
	row, part, last := b.dims[1], b.dims[1]-1, bias
	if b.transposed {
		row, part, last = b.n, b.n-b.dims[1], nil
	}
	for i := 0; i*row < len(m); i++ {
		r, w := m[i*row:][:row], weight[i*part:][:part]
		switch {
		case back && last == nil:
			copy(w, r)
			copy(bias, r[part:])
		case back:
			copy(w, r)
			last[i] = r[part]
		case last == nil:
			copy(r, w)
			copy(r[part:], bias)
		default:
			copy(r, w)
			r[part] = last[i]
		}
	}
}

// pair makes a layer absent of which weight or bias has no usable gradient, and returns how many parameters became so.
func (o *Optimizer[T]) pair() (absent int) {
	for i := range o.blocks {
		b := &o.blocks[i]
		if b.bias < 0 {
			continue
		}
		if w, bias := &o.state[b.param], &o.state[b.bias]; w.active != bias.active {
			w.active, bias.active = false, false
			absent++
		}
	}
	return absent
}

// ObserveLayer adds to the factors of a layer, from inputs a (rows×in) and gradients g of the loss with respect to its outputs
// (rows×out), both before the weights of a step. positions consecutive rows are one sample: 1 for a plain
// layer, the length of a sequence, the pixels of a convolution's output (its inputs are then patches).
//
//	A ← Beta·A + (1−Beta)·Σ_r ā_r·ā_rᵀ·s_A,  ā = [a; 1] if the layer has a bias
//	B ← Beta·B + (1−Beta)·Σ_r g_r·g_rᵀ·s_B·w,  s as Factors.Share says
//
// With DiagonalCurvature the diagonal is averaged as well (EK-FAC, George et al. 2018), with Carry Product once there is a basis, else in the
// axes until then:
//
//	D ← β·D + (1−β)·w/samples·Σ_n (Q_Bᵀ·G_n·Q_A)²,  G_n = Σ_positions g·āᵀ
//
// Gradients of the mean loss over N samples are 1/N of those of the samples: w = N² undoes that. Gradients for labels
// drawn from the model give the Gauss–Newton matrix, those of the data the empirical Fisher matrix. It allocates nothing. On
// error (wrong shape, NaN, Inf or squares that overflow, unknown layer) nothing has changed.
func (o *Optimizer[T]) ObserveLayer(l Layer, a, g linalg.Matrix[T], positions int, w float64) error {
	b := o.layer(l)
	if b == nil {
		return fmt.Errorf("precond: ObserveLayer: Config.Layers has no %+v", l)
	}
	side := 0 // axis of the outputs
	if b.transposed {
		side = 1
	}
	out, in := b.dims[side], b.dims[1-side]
	if b.bias >= 0 {
		in--
	}
	if a.Cols != in || g.Cols != out || a.Rows != g.Rows || a.Rows == 0 || positions < 1 || a.Rows%positions != 0 {
		return fmt.Errorf("precond: ObserveLayer: layer %q takes inputs of %d columns and gradients of %d with as many rows, a multiple of positions; not %d×%d and %d×%d with %d positions",
			l.Weight, in, out, a.Rows, a.Cols, g.Rows, g.Cols, positions)
	}
	if !(w >= 0) || math.IsInf(w, 1) {
		return fmt.Errorf("precond: ObserveLayer: weight is %g, want a finite number that is not negative", w)
	}
	na, ng := linalg.FrobeniusNorm(o.pool, a), linalg.FrobeniusNorm(o.pool, g)
	na = math.Sqrt(float64(na*na) + float64(a.Rows))
	if d := float64(na * ng); !(max(float64(na*na), float64(ng*ng), float64(w*ng)*ng, float64(d*d), float64(w*d)*d) <= o.largest) {
		return fmt.Errorf("precond: ObserveLayer: inputs or gradients of layer %q hold NaN or Inf, or their squares overflow (norms %g and %g, weight %g)", l.Weight, na, ng, w)
	}
	s := <-o.slots
	defer func() { o.slots <- s }()
	p := pass[T]{o: o, b: b, s: s, p: o.pool, v: b.v}
	if c := &o.cfg; c.Diagonal.Of == DiagonalCurvature && (c.Basis.Carry != Product || b.axes[0].set && b.axes[1].set) {
		p.correct(&b.axes[1-side], &b.axes[side], a, g, positions, w)
	}
	p.second(&b.axes[1-side], a, p.share(a.Rows, positions, false), b.bias >= 0)
	p.second(&b.axes[side], g, p.share(a.Rows, positions, true)*w, false)
	b.clock.layered++
	b.clock.factor = float64(b.clock.factor * o.cfg.Factors.Beta)
	return nil
}

// layer returns the block of a layer.
func (o *Optimizer[T]) layer(l Layer) *block[T] {
	for _, known := range o.cfg.Layers {
		if known != l {
			continue
		}
		for i := range o.blocks {
			if b := &o.blocks[i]; b.layer && o.params[b.param].Name == l.Weight {
				return b
			}
		}
	}
	return nil
}

// share is the weight of a row in a factor.
func (p *pass[T]) share(rows, positions int, gradient bool) float64 {
	switch s := p.o.cfg.Factors.Share; {
	case s == ShareMean:
		return 1 / float64(float64(rows)*float64(positions)*float64(positions))
	case s == ShareExpand && gradient:
		return float64(positions) / float64(rows)
	}
	return 1 / float64(rows)
}

// second averages the second moments of the rows of x, of [x, 1] with ones, into a factor.
func (p *pass[T]) second(a *axis[T], x linalg.Matrix[T], weight float64, ones bool) {
	beta := p.o.cfg.Factors.Beta
	w := T(averageWeight(beta) * weight)
	kernels.Syrk(p.p, kernels.Lower, kernels.Trans, x.Cols, x.Rows, w, x.Data, max(1, x.Stride), T(beta), a.c.Data, a.d)
	if !ones {
		return
	}
	sum := p.s.buf[bufF][:x.Cols]
	kernels.ColSum(p.p, x.Rows, x.Cols, x.Data, max(1, x.Stride), sum)
	row := a.c.Row(x.Cols)
	kernels.Axpby(p.p, w, sum, T(beta), row[:x.Cols], row[:x.Cols])
	row[x.Cols] = T(beta*float64(row[x.Cols])) + T(float64(w)*float64(x.Rows))
}

// correct averages the squares of rotated gradients of samples into the diagonal. Rows are taken in groups that fit
// into a buffer. Where every row is a sample, the squares of g·aᵀ are products of squares, so that no gradient is formed.
func (p *pass[T]) correct(in, out *axis[T], a, g linalg.Matrix[T], positions int, w float64) {
	d := &p.o.cfg.Diagonal
	group := min(in.d, out.d)
	sum, one := p.s.buf[bufG][:p.b.n], p.s.buf[bufZ][:p.b.n]
	clear(sum)
	for lo := 0; lo < a.Rows; {
		end := a.Rows
		if positions > 1 {
			end = lo - lo%positions + positions
		}
		n := min(group, end-lo)
		ra := p.rotateRows(p.s.buf[bufX], in, a.Slice(lo, 0, n, a.Cols))
		rg := p.rotateRows(p.s.buf[bufY], out, g.Slice(lo, 0, n, g.Cols))
		if positions == 1 {
			kernels.Hadamard(p.p, ra.Data, ra.Data, ra.Data)
			kernels.Hadamard(p.p, rg.Data, rg.Data, rg.Data)
			p.outer(sum, ra, rg, 1)
		} else {
			beta := T(1)
			if lo%positions == 0 {
				beta = 0
			}
			p.outer(one, ra, rg, beta)
			if lo+n == end {
				kernels.SecondMoment(p.p, 1, 1, 1, one, sum)
			}
		}
		lo += n
	}
	weight := T(averageWeight(d.Beta) * w * float64(positions) / float64(a.Rows))
	kernels.Axpby(p.p, weight, sum, T(d.Beta), p.v, p.v)
	p.b.clock.observed++
	p.b.clock.diagonal = float64(p.b.clock.diagonal * d.Beta)
}

// rotateRows computes x·Q, of [x, 1] where Q has one row more than x columns.
func (p *pass[T]) rotateRows(buf []T, a *axis[T], x linalg.Matrix[T]) linalg.Matrix[T] {
	y := linalg.MatrixOf(x.Rows, a.d, buf[:x.Rows*a.d])
	beta := T(0)
	if a.d > x.Cols {
		beta = 1
		for i := range y.Rows {
			copy(y.Row(i), a.q.Row(x.Cols))
		}
	}
	linalg.MatMulAdd(p.p, y, kernels.NoTrans, kernels.NoTrans, 1, x, a.q.Slice(0, 0, x.Cols, a.d), beta)
	return y
}

// outer computes y = beta·y + Σ_rows g·aᵀ in the layout of the block.
func (p *pass[T]) outer(y []T, a, g linalg.Matrix[T], beta T) {
	if p.b.transposed {
		a, g = g, a
	}
	linalg.MatMulAdd(p.p, linalg.MatrixOf(p.b.dims[0], p.b.dims[1], y), kernels.Trans, kernels.NoTrans, 1, g, a, beta)
}
