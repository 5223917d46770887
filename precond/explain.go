package precond

import (
	"fmt"
	"slices"
	"strings"
)

// Explain says in words what the optimizer does to each parameter: which rule matches, how it is cut, which axes
// have a basis and how that is found, why others have none, and what it costs.
func (o *Optimizer[T]) Explain() string {
	c := &o.cfg
	var s strings.Builder
	fmt.Fprintf(&s, "%s: learning rate %g, %d parameters in %d blocks\n", c.Name, o.lr, len(o.params), len(o.blocks))
	fmt.Fprintf(&s, "stages:")
	for _, st := range c.Order {
		fmt.Fprintf(&s, " %v", st)
	}
	s.WriteByte('\n')
	if c.Basis.Kind != Axes {
		fmt.Fprintf(&s, "basis: %s\n", c.basisString(o.plan.Every))
	}
	switch f := c.Frame; {
	case f.Kind == FrameNone:
	case slices.ContainsFunc(o.blocks, func(b block[T]) bool { return b.frame != nil }):
		fmt.Fprintf(&s, "frame: %v, fixed at the first step from what Survey has seen\n", f.Kind)
	default:
		fmt.Fprintf(&s, "frame: %v, but no parameter has one\n", f.Kind)
	}
	p := o.plan
	fmt.Fprintf(&s, "state %s, scratch %s per worker and %s for all; %s flops per step, about %s per refresh\n",
		bytesString(p.StateBytes), bytesString(p.ScratchBytes), bytesString(p.SpareBytes), flopsString(p.StepFlops), flopsString(p.RefreshFlops))
	next := 0
	for i, param := range o.params {
		first := next
		for next < len(o.blocks) && o.blocks[next].param == i {
			next++
		}
		st := &o.state[i]
		fmt.Fprintf(&s, "%s %v: ", param.Name, st.shape)
		if first == next {
			s.WriteString("the bias of a layer\n")
			continue
		}
		if r := p.Blocks[first].Rule; r >= 0 {
			fmt.Fprintf(&s, "rule %d %s, ", r, c.Rules[r].describe())
		}
		o.explainBlocks(&s, st.shape, first, next)
		s.WriteByte('\n')
	}
	return s.String()
}

// explainBlocks describes the blocks first … next−1, which are those of one parameter.
func (o *Optimizer[T]) explainBlocks(s *strings.Builder, shape []int, first, next int) {
	c, blocks := &o.cfg, o.plan.Blocks[first:next]
	one := 0 // the block that stands for all
	switch {
	case len(blocks) == 1:
		fmt.Fprintf(s, "one block %s", axesString(blocks[0].Dims, blocks[0].On))
	case o.blocks[first+1].second:
		one = 1
		fmt.Fprintf(s, "2 blocks: coordinates %s of the columns, what they leave over %s", axesString(blocks[0].Dims, blocks[0].On), axesString(blocks[1].Dims, blocks[1].On))
	default:
		fmt.Fprintf(s, "%d blocks", len(blocks))
		for i, b := range blocks[:min(len(blocks), 4)] {
			fmt.Fprintf(s, "%s %s", map[bool]string{true: ":", false: ","}[i == 0], axesString(b.Dims, b.On))
		}
		if len(blocks) > 4 {
			s.WriteString(", …")
		}
	}
	// The axes of the first block stand for all: those cut off at the end are shorter at most.
	var with []string
	for k, on := range blocks[one].On {
		if on {
			with = append(with, fmt.Sprint(k))
		} else if why := c.without(shape, &blocks[one], k); why != "" {
			fmt.Fprintf(s, "; axis %d as it is: %s", k, why)
		}
	}
	if len(with) > 0 {
		kind := "eigenvectors"
		if c.Basis.Kind == Root {
			kind = "inverse roots"
		}
		fmt.Fprintf(s, "; %s of axis %s by %v", kind, strings.Join(with, ", "), c.Basis.By)
		if slices.ContainsFunc(o.blocks[first+one].axes, func(a axis[T]) bool { return a.lane != nil }) {
			s.WriteString(", together with others of equal order")
		}
	}
	var bytes, step, fresh int64
	for _, b := range blocks {
		bytes, step, fresh = bytes+b.StateBytes, step+b.StepFlops, fresh+b.RefreshFlops
	}
	fmt.Fprintf(s, "; state %s, %s flops per step", bytesString(bytes), flopsString(step))
	if fresh > 0 {
		fmt.Fprintf(s, ", %s per refresh", flopsString(fresh))
	}
}

// basisString says when bases are computed, after the first time every so many steps.
func (c *Config) basisString(every int) string {
	b := &c.Basis
	if b.Start < 0 {
		return fmt.Sprintf("%v, set by SetBasis only", b.Kind)
	}
	s := fmt.Sprintf("%v by %v, first at step %d", b.Kind, b.By, b.Start)
	if every > 0 {
		s += fmt.Sprintf(", then every %d steps", every)
	}
	if b.Budget > 0 {
		s += fmt.Sprintf(", which costs at most %s flops per step", flopsString(b.Budget))
	}
	if b.Tol > 0 {
		s += fmt.Sprintf(", kept while the off-diagonal norm is at most %g of the whole", b.Tol)
	}
	if b.Stagger || b.Budget > 0 {
		s += ", staggered over the blocks"
	}
	return s
}

// without says why axis k of a block has no basis; empty where no axis of any block has one.
func (c *Config) without(shape []int, b *PlanBlock, k int) string {
	d := b.Dims[k]
	switch {
	case c.Basis.Kind == Axes:
		return ""
	case b.Rule >= 0 && c.Rules[b.Rule].Axes:
		return fmt.Sprintf("Rules[%d].Axes", b.Rule)
	case c.Factors.Of == FactorsLayer:
		return "it belongs to no layer"
	case len(shape) <= 1 && !c.Shape.Vectors:
		return "vectors have no basis, Shape.Vectors is not set"
	case c.Shape.MaxDim > 0 && d > c.Shape.MaxDim:
		return fmt.Sprintf("longer than Shape.MaxDim %d", c.Shape.MaxDim)
	case d == 1:
		return "of length 1"
	case c.Shape.OneSided || c.Shape.Large == LargeOneSided:
		return "only the shortest axis has a basis"
	case c.Shape.Large == LargeTensor:
		return fmt.Sprintf("an axis is longer than Shape.MaxDim %d", c.Shape.MaxDim)
	case len(b.Dims) < len(shape) && len(b.Dims) == 1:
		return "no axis is to have a basis"
	}
	return "Shape.Axes"
}

// describe writes what a rule asks for.
func (r *Rule) describe() string {
	var s []string
	add := func(on bool, format string, args ...any) {
		if on {
			s = append(s, fmt.Sprintf(format, args...))
		}
	}
	add(r.Name != "", "name %q", r.Name)
	add(r.MinOrder != 0 || r.MaxOrder != 0, "order %d … %d", r.MinOrder, r.MaxOrder)
	add(r.MinLen != 0, "at least %d elements", r.MinLen)
	lr, decay := r.multipliers()
	add(lr != 1, "learning rate × %g", lr)
	add(decay != 1, "decay × %g", decay)
	add(r.Axes, "no basis")
	add(r.Stack > 0, "stack of %d axes", r.Stack)
	add(r.Split > 0, "axis %d split in %d", r.SplitAxis, r.Split)
	return "(" + strings.Join(s, ", ") + ")"
}
