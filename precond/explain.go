package precond

import (
	"fmt"
	"strings"
)

// Explain says in words what the optimizer does to each parameter: which rule matches, how it is cut, which axes
// have a basis, what that costs.
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
		fmt.Fprintf(&s, "basis: first at step %d, then every %d steps", c.Basis.Start, c.Basis.Every)
		if c.Basis.Tol > 0 {
			fmt.Fprintf(&s, ", kept while the off-diagonal norm is at most %g of the whole", c.Basis.Tol)
		}
		if c.Basis.Stagger {
			s.WriteString(", staggered over the blocks")
		}
		s.WriteByte('\n')
	}
	fmt.Fprintf(&s, "state %d bytes, scratch %d bytes per worker, %.4g flops per step, about %.4g per refresh\n",
		o.plan.StateBytes, o.plan.ScratchBytes, float64(o.plan.StepFlops), float64(o.plan.RefreshFlops))
	for i, p := range o.params {
		st := &o.state[i]
		fmt.Fprintf(&s, "%s %v:", p.Name, p.Shape)
		if st.lr != 1 || st.decay != 1 {
			fmt.Fprintf(&s, " learning rate × %g, decay × %g;", st.lr, st.decay)
		}
		var flops int64
		n, parts := 0, []string{}
		for j := range o.blocks {
			b := &o.blocks[j]
			if b.param != i {
				continue
			}
			n++
			flops += b.flops
			if len(parts) < 4 {
				on := make([]bool, len(b.axes))
				for k := range b.axes {
					on[k] = b.axes[k].on
				}
				parts = append(parts, axesString(b.dims, on))
			} else if len(parts) == 4 {
				parts = append(parts, "…")
			}
		}
		switch {
		case n == 0:
			s.WriteString(" the bias of a layer")
		case n == 1 && o.blocksOf(i).flat:
			s.WriteString(" no basis")
		case n == 1:
			fmt.Fprintf(&s, " one block %s", parts[0])
		default:
			fmt.Fprintf(&s, " %d blocks %s", n, strings.Join(parts, ", "))
		}
		fmt.Fprintf(&s, ", %.4g flops per step\n", float64(flops))
	}
	return s.String()
}

// blocksOf returns the first block of a parameter.
func (o *Optimizer[T]) blocksOf(param int) *block[T] {
	for i := range o.blocks {
		if o.blocks[i].param == param {
			return &o.blocks[i]
		}
	}
	return nil
}
