package precond

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// GradSumSquares returns Σ g² over all parameters that have a gradient: each parameter's sum in lane
// order, the sums added in float64 in the order of the parameters. Its root is the norm for a global
// clip; several optimizers add their sums. It is NaN or Inf if a gradient is.
//
// The next Step relies on the sums of gradients whose slices have not been exchanged since, in place of
// reading long ones once more: do not change them in between, use Step's scale. Should one have become unusable all the
// same, Step leaves out the part that holds NaN or Inf, or the elements alone where one pass does all (AdamW and its like), so
// that no state takes them up, and returns a *GradientError that says Changed.
func (o *Optimizer[T]) GradSumSquares() float64 {
	for i := range o.state {
		o.state[i].trusted = false
	}
	o.sums()
	total := 0.0
	for i, p := range o.params {
		s := &o.state[i]
		s.grad = 0
		if p.Grad != nil {
			s.grad = address(p.Grad)
			total += s.sum
		}
	}
	o.summed = true
	return total
}

const (
	// longSum is the length from which a sum of squares takes all workers.
	longSum = 1 << 17
	// shareSums is the number of elements of shorter gradients that are worth more than one worker.
	shareSums = 1 << 15
	// sumParts is the number of pieces for each worker.
	sumParts = 4
)

// sums computes the sums of squares of all gradients that are there and not trusted: of long ones one after the other, with all workers on
// each, of the others side by side. The bits do not depend on that.
func (o *Optimizer[T]) sums() {
	short := 0
	for i, p := range o.params {
		switch n := len(p.Grad); {
		case p.Grad == nil || o.state[i].trusted:
		case n >= longSum:
			o.state[i].sum = o.sumSquares(p.Grad)
		default:
			short += n
		}
	}
	o.parts = 1
	if w := o.pool.Workers(); w > 1 && short >= shareSums {
		o.parts = sumParts * w
	}
	o.pool.Run(o.parts, (*sumTask[T])(o))
}

// sumTask is an Optimizer as the task of summing short gradients, every parts-th of them.
type sumTask[T kernels.Float] Optimizer[T]

// Do performs part i.
func (t *sumTask[T]) Do(i int) {
	o := (*Optimizer[T])(t)
	for ; i < len(o.params); i += o.parts {
		if g := o.params[i].Grad; g != nil && len(g) < longSum && !o.state[i].trusted {
			o.state[i].sum = o.sumSquares(g)
		}
	}
}

// sumSquares returns Σ g² in float64, which holds what overflows in float32.
func (o *Optimizer[T]) sumSquares(g []T) float64 {
	s := float64(kernels.SumSquares(o.pool, g))
	if s <= o.largest && s > 0 {
		return s
	}
	// Overflow, underflow, or NaN: Nrm2 tells.
	n := float64(kernels.Nrm2(o.pool, g))
	return float64(n * n)
}

// Step moves the parameters by one step with the gradients times scale: a factor for clipping, for
// accumulation (1/count) and for an undone loss scale (1/scale) in one. It allocates nothing if
// there is no error. On error nothing has changed, but for what GradientError.Changed says.
//
// A call in which no parameter has a gradient changes nothing.
func (o *Optimizer[T]) Step(scale float64) (Report, error) {
	var r Report
	if err := o.inspect(scale); err != nil {
		return r, err
	}
	for i, p := range o.params {
		s := &o.state[i]
		s.trusted = p.Grad != nil && o.summed && s.streamed && s.grad == address(p.Grad)
		s.grad = 0
	}
	o.sums()
	for i := range o.params {
		s := &o.state[i]
		s.active, s.clean = false, false
		if o.params[i].Grad == nil {
			r.Absent++
			continue
		}
		// The scaled gradient is finite, and its squares can be added.
		if s.active = s.sum*scale*scale <= o.largest; s.active {
			continue
		}
		switch o.cfg.NonFinite {
		case Fail:
			o.summed = false
			return Report{}, o.gradientError(i, scale)
		case SkipStep:
			o.summed = false
			return Report{Absent: r.Absent, Skipped: 1, StepSkipped: true}, nil
		case Zero:
			s.clean, s.trusted, s.active = true, false, o.usableCleaned(i, scale)
		}
		if !s.active {
			r.Skipped++
		}
	}
	o.summed = false
	o.changed.Store(0)
	o.scale = scale
	r.Absent += o.pair()
	o.remember()
	o.run(scale)
	o.compare()
	for i := range o.state {
		if o.state[i].active {
			r.Params++
		}
	}
	for i := range o.blocks {
		b := &o.blocks[i]
		if o.state[b.param].active {
			s := &b.status
			r.Refreshed += s.refreshed
			r.Kept += s.kept
			r.Rescued += s.rescued
			r.Failed += s.failed
			r.Lost += s.lost
			b.total.add(s)
		}
	}
	if i := int(o.changed.Load()) - 1; i >= 0 {
		err := o.gradientError(i, scale)
		err.Changed = true
		return r, err
	}
	return r, nil
}

// inspect checks what the caller has set.
func (o *Optimizer[T]) inspect(scale float64) error {
	if !(scale >= 0) || math.IsInf(scale, 1) {
		return fmt.Errorf("precond: Step: scale is %g, want a finite number that is not negative", scale)
	}
	if !(o.lr >= 0) || math.IsInf(o.lr, 1) {
		return fmt.Errorf("precond: learning rate is %g, want a finite number that is not negative", o.lr)
	}
	for i, p := range o.params {
		n := o.state[i].n
		if p.Grad == nil {
			continue
		}
		if len(p.Value) != n || len(p.Grad) != n {
			return fmt.Errorf("precond: parameter %q has %d elements, but Value has %d and Grad %d", p.Name, n, len(p.Value), len(p.Grad))
		}
		size := uintptr(n) * unsafe.Sizeof(p.Grad[0])
		if v, g := address(p.Value), address(p.Grad); v < g+size && g < v+size {
			return fmt.Errorf("precond: parameter %q: Value and Grad share memory", p.Name)
		}
	}
	if err := o.framed(); err != nil {
		return err
	}
	return o.observed()
}

// changes reports whether a part of a gradient is unusable although the sum of all of it was not, and remembers the first
// parameter of which that is true. The part is in the cache now, or will be needed there.
func (o *Optimizer[T]) changes(i int, g []T) bool {
	if o.sumSquares(g)*o.scale*o.scale <= o.largest {
		return false
	}
	for {
		first := o.changed.Load()
		if first != 0 && first <= int64(i)+1 || o.changed.CompareAndSwap(first, int64(i)+1) {
			return true
		}
	}
}

// usableCleaned reports whether a gradient whose NaN and Inf count as 0 can be used.
func (o *Optimizer[T]) usableCleaned(i int, scale float64) bool {
	sum := 0.0
	for _, g := range o.params[i].Grad {
		if x := float64(float64(g) * scale); x-x == 0 {
			sum += float64(x * x)
		}
	}
	return sum <= o.largest
}

// gradientError says what is wrong with a gradient, in memory that the optimizer keeps for it.
func (o *Optimizer[T]) gradientError(i int, scale float64) *GradientError {
	p := o.params[i]
	o.bad = GradientError{Param: p.Name, Index: -1, Value: math.Sqrt(o.sumSquares(p.Grad)) * scale}
	for j, g := range p.Grad {
		if g-g != 0 {
			o.bad.Index, o.bad.Value = j, float64(g)
			break
		}
	}
	return &o.bad
}

// run does the work of a step on all active parameters.
func (o *Optimizer[T]) run(scale float64) {
	for i := range o.blocks {
		if b := &o.blocks[i]; o.state[b.param].active {
			o.tick(b, scale)
		}
	}
	o.part = first
	more := o.dueLanes()
	o.work()
	if more {
		o.pool.Run(len(o.groups)-1, (*laneTask[T])(o))
		o.part = fromRefresh
		o.work()
	}
	if o.prog.half == 0 {
		return
	}
	sum := 0.0
	for i := range o.blocks {
		if b := &o.blocks[i]; o.state[b.param].active && !b.coef.skip {
			sum += b.dot
		}
	}
	o.limit = klLimit(o.cfg.Limit.KL, sum)
	o.part = afterLimit
	o.work()
}

// part is a part of a step between points to which all blocks must have come.
type part uint8

const (
	first       part = iota // up to the Refresh of split blocks, and to where Limit.KL is known
	fromRefresh             // of split blocks
	afterLimit
)

// partOf returns the stages of a block in this part of the step, and whether it takes part.
func (o *Optimizer[T]) partOf(b *block[T]) ([]Stage, bool) {
	s, end := o.prog.stages, len(o.prog.stages)
	if o.prog.half > 0 {
		end = o.prog.half
	}
	switch {
	case o.part == afterLimit:
		return s[end:], true
	case o.part == fromRefresh:
		return s[o.prog.refresh:end], b.split
	case b.split:
		return s[:o.prog.refresh], true
	}
	return s[:end], true
}

// work performs all pieces of a step, or of half of one.
func (o *Optimizer[T]) work() {
	o.now = o.now[:0]
	var total int64
	for _, it := range o.items {
		b := &o.blocks[it.block]
		_, takes := o.partOf(b)
		if k := it.block + 1; !takes && k < len(o.blocks) && o.blocks[k].second {
			_, takes = o.partOf(&o.blocks[k])
		}
		if takes && o.state[b.param].active {
			o.now = append(o.now, it)
			total += it.flops
		}
	}
	// Work that would keep one worker busy for more than its share runs first, with all
	// workers on each piece.
	workers := o.pool.Workers()
	alone := 0
	if workers > 1 {
		share := total / int64(workers)
		for alone < len(o.now) && o.now[alone].flops > share/2 && o.now[alone].flops > 1<<20 {
			o.piece(alone)
			alone++
		}
	}
	// Small pieces are handed out in bunches: enough of them to even out, and few enough that handing out does not cost more than the work.
	least := int64(0)
	for _, it := range o.now[alone:] {
		least += it.flops
	}
	least /= int64(16 * workers)
	o.bunches = append(o.bunches[:0], alone)
	sum := int64(0)
	for k, it := range o.now[alone:] {
		if sum += it.flops; sum >= least || alone+k+1 == len(o.now) {
			o.bunches = append(o.bunches, alone+k+1)
			sum = 0
		}
	}
	o.pool.RunInOrder(len(o.bunches)-1, (*task[T])(o)) // the largest first
}

// task is an Optimizer as a kernels.Task, out of sight of its users.
type task[T kernels.Float] Optimizer[T]

// Do performs bunch i of the pieces that share the workers.
func (t *task[T]) Do(i int) {
	for k := t.bunches[i]; k < t.bunches[i+1]; k++ {
		(*Optimizer[T])(t).piece(k)
	}
}

// address tells gradients apart.
func address[T kernels.Float](g []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(g))) }
