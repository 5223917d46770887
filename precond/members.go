package precond

import (
	"fmt"
	"slices"
)

// Add makes the optimizer take care of more parameters, which start as they would with New. The others keep their state, bit
// for bit; only where Basis spreads refreshes over the blocks may theirs fall on other steps, and where the number of small factors of one order
// rises above or falls below that from which they are decomposed together (Eigh, PowerQR), later steps differ in roundings. The error is that of New
// for all parameters together; nothing has changed then. Frames are surveyed before the first Step and not afterwards, so
// it is an error to add to one that has them. Memory is allocated anew.
func (o *Optimizer[T]) Add(params ...*Param[T]) error {
	for i := range o.blocks {
		if b := &o.blocks[i]; b.clock.fixed != 0 {
			return fmt.Errorf("precond: Add: the frame of %q is fixed since its first Step; add parameters before", b.name)
		}
	}
	return o.rebuild(append(slices.Clip(o.params), params...))
}

// Remove lets the optimizer forget a parameter and its state. Like Add otherwise: it is an error if there is none of that
// name, or if a Rule or Layer of the Config would be left without a parameter.
func (o *Optimizer[T]) Remove(name string) error {
	i := slices.IndexFunc(o.params, func(p *Param[T]) bool { return p.Name == name })
	if i < 0 {
		return fmt.Errorf("precond: Remove: there is no parameter %q", name)
	}
	return o.rebuild(slices.Delete(slices.Clone(o.params), i, i+1))
}

// rebuild makes an optimizer for other parameters and takes over the state of blocks that both have.
func (o *Optimizer[T]) rebuild(params []*Param[T]) error {
	n, err := New(o.cfg, params, o.pool)
	if err != nil {
		return err
	}
	old := make(map[string]*block[T], len(o.blocks))
	for i := range o.blocks {
		old[o.blocks[i].name] = &o.blocks[i]
	}
	for i := range n.blocks {
		b := &n.blocks[i]
		if from := old[b.name]; from != nil {
			b.takeOver(from, &n.cfg)
		}
	}
	watched := o.moved != nil
	o.plan, o.params, o.state, o.blocks, o.memory = n.plan, n.params, n.state, n.blocks, n.memory
	o.slots, o.spare, o.items, o.now, o.bunches, o.summed = n.slots, n.spare, n.items, n.now, n.bunches, false
	o.lanes, o.due, o.groups = n.lanes, n.due, n.groups
	if o.moved = nil; watched {
		o.Watch(true)
	}
	return nil
}

// takeOver copies the state of a block of the same name, which has the same Config and so the same arrays.
func (b *block[T]) takeOver(from *block[T], c *Config) {
	var arrays []Tensor
	from.tensors(func(_ string, t Tensor) bool {
		arrays = append(arrays, t)
		return true
	})
	i := 0
	b.tensors(func(_ string, t Tensor) bool {
		if i == 0 {
			b.setClock(arrays[0].F64) // a copy, not a view
		} else {
			copy(t.F32, arrays[i].F32)
			copy(t.F64, arrays[i].F64)
		}
		i++
		return true
	})
	b.powers(c)
	b.total, b.ratio = from.total, from.ratio
}
