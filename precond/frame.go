package precond

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// frame is the fixed coordinates of one block, with the statistic from which they are made in the same memory.
type frame[T kernels.Float] struct {
	n, len int // elements of the parameter, coordinates
	basis  linalg.Basis[T]

	// Square frames: the axes of a tensor with their matrices, in kron, or one axis for each part of a vector.
	axes  []axis[T] // q is the sum of outer products, then their eigenvectors
	kron  linalg.Kron[T]
	parts linalg.Block[T]

	// Low rank: up to 2·rank gradients as rows, compressed to rank rows when they are full.
	rank, gram int
	rows       linalg.Matrix[T]
	low        linalg.LowRank[T]
	// of is the frame of whose columns this one is the complement, for the second of the two blocks of a tensor with bases.
	of *frame[T]
}

// columns is the first half of the coordinates of linalg.LowRank, Vᵀx.
type columns[T kernels.Float] struct{ low *linalg.LowRank[T] }

func (b columns[T]) Dim() int  { return b.low.V.Rows }
func (b columns[T]) Len() int  { return b.low.V.Cols }
func (b columns[T]) Work() int { return 0 }

func (b columns[T]) Forward(p *kernels.Pool, y, x, _ []T) {
	v := &b.low.V
	kernels.Gemv(p, kernels.Trans, v.Rows, v.Cols, 1, v.Data, v.Stride, x, 0, y)
}

func (b columns[T]) Inverse(p *kernels.Pool, x, y, _ []T) {
	v := &b.low.V
	kernels.Gemv(p, kernels.NoTrans, v.Rows, v.Cols, 1, v.Data, v.Stride, y, 0, x)
}

// complement is the second half, what the columns leave over: x − V·Vᵀx.
type complement[T kernels.Float] struct{ low *linalg.LowRank[T] }

func (b complement[T]) Dim() int  { return b.low.V.Rows }
func (b complement[T]) Len() int  { return b.low.V.Rows }
func (b complement[T]) Work() int { return b.low.V.Cols }

func (b complement[T]) Forward(p *kernels.Pool, y, x, work []T) {
	v, c := &b.low.V, work[:b.low.V.Cols]
	kernels.Gemv(p, kernels.Trans, v.Rows, v.Cols, 1, v.Data, v.Stride, x, 0, c)
	copy(y, x)
	kernels.Gemv(p, kernels.NoTrans, v.Rows, v.Cols, -1, v.Data, v.Stride, c, 1, y)
}

// Inverse is the same projection.
func (b complement[T]) Inverse(p *kernels.Pool, x, y, work []T) { b.Forward(p, x, y, work) }

func (c *Config) checkFrame() error {
	f := &c.Frame
	switch {
	case f.Kind == FrameNone && *f != Frame{}:
		return &ConfigError{"Frame", fmt.Sprintf("%+v", *f), "no other field than Kind: FrameNone has none"}
	case f.Rank < 0 || (f.Rank > 0) != (f.Kind == FrameLowRank):
		return &ConfigError{"Frame.Rank", f.Rank, "at least 1 for FrameLowRank, 0 for others"}
	case f.Block < 0 || f.Block > 0 && f.Kind != FrameDense:
		return &ConfigError{"Frame.Block", f.Block, "at least 0, and 0 unless Kind is FrameDense"}
	case f.MaxDim < 0 || f.MaxDim > 0 && f.Kind == FrameLowRank:
		return &ConfigError{"Frame.MaxDim", f.MaxDim, "at least 0, and 0 for FrameLowRank"}
	case f.Kind != FrameNone && c.Shape.Block != 0:
		return &ConfigError{"Frame.Kind", f.Kind, "FrameNone with Shape.Block: a frame is that of a whole parameter"}
	}
	return nil
}

// newFrame returns the frame of a parameter, nil if it has none by its Config.
func newFrame[T kernels.Float](c *Config, shape []int, l *layout, axes bool) *frame[T] {
	if c.Frame.Kind == FrameNone || axes {
		return nil
	}
	n := 1
	for _, d := range shape {
		n *= d
	}
	f := &frame[T]{n: n, len: n}
	fits := func(d int) bool { return c.Frame.MaxDim == 0 || d <= c.Frame.MaxDim }
	add := func(d, left, right int) {
		f.axes = append(f.axes, axis[T]{d: d, left: left, right: right, on: d > 1 && fits(d), q: linalg.Matrix[T]{Rows: d, Cols: d, Stride: d}})
	}
	switch c.Frame.Kind {
	case FrameLowRank:
		f.rank = min(c.Frame.Rank, n)
		f.len, f.gram = n+f.rank, 2*f.rank
		f.low.V = linalg.Matrix[T]{Rows: n, Cols: f.rank, Stride: f.rank}
		f.basis = f.low
		return f
	case FrameKron:
		dims := l.merged
		if len(dims) == 1 && len(shape) > 1 { // flat: the basis has no axes, but the frame has
			dims = shape
		}
		left := 1
		for _, d := range dims {
			add(d, left, n/left/d)
			left *= d
		}
	default:
		step := n
		if c.Frame.Block > 0 {
			step = c.Frame.Block
		}
		for lo := 0; lo < n; lo += step {
			add(min(step, n-lo), 1, 1)
		}
	}
	some := false
	for i := range f.axes {
		a := &f.axes[i]
		some = some || a.on
		f.kron.Factors = append(f.kron.Factors, linalg.IdentityFactor[T](a.d))
		if c.Frame.Kind == FrameDense {
			f.parts.Parts = append(f.parts.Parts, linalg.Identity[T]{N: a.d})
		}
	}
	if !some {
		return nil
	}
	f.basis = f.kron
	if f.parts.Parts != nil {
		f.basis = f.parts
	}
	f.shape()
	return f
}

// divide makes a low-rank frame that of its columns alone and returns that of the complement.
func (f *frame[T]) divide() *frame[T] {
	f.len, f.basis = f.rank, columns[T]{&f.low}
	return &frame[T]{n: f.n, len: f.n, rank: f.rank, of: f, basis: complement[T]{&f.low}}
}

// shape makes the bases refer to the matrices.
func (f *frame[T]) shape() {
	for i := range f.axes {
		switch a := &f.axes[i]; {
		case !a.on:
		case f.parts.Parts != nil:
			f.parts.Parts[i] = linalg.Dense[T]{Q: a.q}
		default:
			f.kron.Factors[i].A = a.q
		}
	}
}

// state gives the frame its arrays.
func (f *frame[T]) state(a *arena[T]) {
	if f.of != nil {
		return
	}
	if f.rank > 0 {
		f.rows = linalg.Matrix[T]{Rows: f.gram, Cols: f.n, Stride: f.n, Data: a.take(f.gram * f.n)}
		f.low.V.Data = a.take(f.n * f.rank)
		if f.basis = f.low; f.len == f.rank {
			f.basis = columns[T]{&f.low}
		}
		return
	}
	for i := range f.axes {
		if x := &f.axes[i]; x.on {
			x.q.Data = a.take(x.d * x.d)
		}
	}
	f.shape()
}

// tensors yields the arrays under their names.
func (f *frame[T]) tensors(block string, yield func(string, Tensor) bool) bool {
	if f.of != nil {
		return true
	}
	if f.rank > 0 {
		return yield(block+"/frame.rows", view(f.rows.Data, f.gram, f.n)) && yield(block+"/frame.columns", view(f.low.V.Data, f.n, f.rank))
	}
	for i := range f.axes {
		if a := &f.axes[i]; a.on && !yield(fmt.Sprintf("%s/frame.%d", block, i), view(a.q.Data, a.d, a.d)) {
			return false
		}
	}
	return true
}

// flops of the way into the frame and out of it.
func (f *frame[T]) flops() int64 {
	switch {
	case f.rank > 0 && f.len == f.rank:
		return 4 * int64(f.n) * int64(f.rank)
	case f.rank > 0:
		return 8 * int64(f.n) * int64(f.rank)
	}
	total := int64(0)
	for i := range f.axes {
		a := &f.axes[i]
		if !a.on {
			continue
		}
		n := f.n
		if f.parts.Parts != nil {
			n = a.d
		}
		total += 4 * int64(n) * int64(a.d)
	}
	return total
}

// needs says which eigensolvers fixing takes.
func (f *frame[T]) needs(eig map[int]bool) {
	if f.gram > 0 {
		eig[f.gram] = true
	}
	for i := range f.axes {
		if a := &f.axes[i]; a.on {
			eig[a.d] = true
		}
	}
}

// Survey adds w·g·gᵀ of the current gradients to the sums from which the frames are made; parameters with no gradient are left out.
// The first Step fixes the frames, and Survey is an error from then on. It allocates nothing. On error (no
// frame, NaN, Inf or squares that overflow, bad w) nothing has changed.
func (o *Optimizer[T]) Survey(w float64) error {
	if o.cfg.Frame.Kind == FrameNone {
		return fmt.Errorf("precond: Survey: Config.Frame.Kind is FrameNone, so there is nothing to survey for")
	}
	if !(w >= 0) || math.IsInf(w, 1) {
		return fmt.Errorf("precond: Survey: weight is %g, want a finite number that is not negative", w)
	}
	for i := range o.blocks {
		b := &o.blocks[i]
		p := o.params[b.param]
		if b.frame == nil || p.Grad == nil {
			continue
		}
		if b.clock.fixed != 0 {
			return fmt.Errorf("precond: Survey: the frame of parameter %q is fixed since its first Step", p.Name)
		}
		if len(p.Grad) != b.frame.n {
			return fmt.Errorf("precond: parameter %q has %d elements, but Grad %d", p.Name, b.frame.n, len(p.Grad))
		}
		if s := o.sumSquares(p.Grad); !(s <= o.largest && s*w <= o.largest) {
			return fmt.Errorf("precond: Survey: the gradient of %q holds NaN or Inf, or its squares overflow (norm %g, weight %g)", p.Name, math.Sqrt(s), w)
		}
	}
	s := <-o.slots
	defer func() { o.slots <- s }()
	for i := range o.blocks {
		b := &o.blocks[i]
		g := o.params[b.param].Grad
		if b.frame == nil || g == nil {
			continue
		}
		if b.clock.surveyed++; b.frame.of != nil {
			continue // its first half has it
		}
		if b.off != nil {
			b.move(g, s.buf[bufX][:b.frame.n], false)
			g = s.buf[bufX][:b.frame.n]
		}
		p := pass[T]{o: o, b: b, s: s, p: o.pool}
		p.survey(g, w)
	}
	return nil
}

func (p *pass[T]) survey(g []T, w float64) {
	f := p.b.frame
	if f.rank > 0 {
		before := int(p.b.clock.surveyed) - 1
		r := before
		if r >= f.gram { // once full, rank rows are left and rank gradients fit in
			r = f.rank + (r-f.gram)%f.rank
		}
		if r == f.rank && before >= f.gram {
			p.compress()
		}
		row := f.rows.Row(r)
		kernels.Omatcopy(p.p, kernels.NoTrans, 1, f.n, T(math.Sqrt(w)), g, f.n, row, f.n)
		return
	}
	at := 0
	for i := range f.axes {
		a := &f.axes[i]
		x := g
		if f.parts.Parts != nil {
			x = g[at:][:a.d]
			at += a.d
		}
		if a.on {
			p.gram(a, T(w), x, 1, a.q)
		}
	}
}

// FixFrames fixes the frames of all parameters that have been surveyed, as the first Step would: what Save and Clone hand on then has
// them ready, where several runs begin in the same frame. Frames that are fixed stay. It is an error where Config has no frame, or a
// parameter with one has not been surveyed; nothing has changed then.
func (o *Optimizer[T]) FixFrames() error {
	if o.cfg.Frame.Kind == FrameNone {
		return fmt.Errorf("precond: FixFrames: Config.Frame.Kind is FrameNone, so there is nothing to fix")
	}
	for i := range o.blocks {
		if b := &o.blocks[i]; b.frame != nil && b.clock.fixed == 0 && b.clock.surveyed == 0 {
			return fmt.Errorf("precond: FixFrames: the frame of parameter %q is unknown: call Survey first", o.params[b.param].Name)
		}
	}
	s := <-o.slots
	defer func() { o.slots <- s }()
	for i := range o.blocks {
		if b := &o.blocks[i]; b.frame != nil && b.clock.fixed == 0 {
			b.status = status{}
			p := pass[T]{o: o, b: b, s: s, p: o.pool}
			p.fix()
			b.total.add(&b.status)
		}
	}
	return nil
}

// framed refuses a step of a frame of which nothing is known.
func (o *Optimizer[T]) framed() error {
	for i := range o.blocks {
		if b := &o.blocks[i]; b.frame != nil && b.clock.fixed == 0 && b.clock.surveyed == 0 && o.params[b.param].Grad != nil {
			return fmt.Errorf("precond: Step: the frame of parameter %q is unknown: call Survey first", o.params[b.param].Name)
		}
	}
	return nil
}

// fix replaces the sums by their eigenvectors. What cannot be decomposed, because the sums have overflowed, becomes the identity.
func (p *pass[T]) fix() {
	f := p.b.frame
	if p.b.clock.fixed = 1; f.of != nil {
		return // the first half of the tensor comes first
	}
	if f.rank > 0 {
		p.compress()
		f.orthonormal(p.p)
		return
	}
	for i := range f.axes {
		a := &f.axes[i]
		if !a.on {
			continue
		}
		e := p.s.eig[a.d]
		if e.Factorize(a.q) != nil {
			p.b.status.failed++
			a.q.Identity()
			continue
		}
		p.b.status.refreshed++
		linalg.TransposeTo(p.p, a.q, e.VectorsT())
	}
}

// compress replaces the rows X by the first rank rows of Uᵀ·X, U the eigenvectors of X·Xᵀ: the best rows of that number.
func (p *pass[T]) compress() {
	f := p.b.frame
	g := p.scratch(0, f.gram)
	kernels.Syrk(p.p, kernels.Lower, kernels.NoTrans, f.gram, f.n, 1, f.rows.Data, f.n, 0, g.Data, f.gram)
	e := p.s.eig[f.gram]
	if e.Factorize(g) != nil {
		p.b.status.failed++
		f.rows.Zero()
		return
	}
	top := linalg.MatrixOf(f.rank, f.n, f.low.V.Data)
	linalg.MatMul(p.p, top, e.VectorsT().Slice(0, 0, f.rank, f.gram), f.rows)
	f.rows.Zero()
	linalg.Copy(f.rows.Slice(0, 0, f.rank, f.n), top)
}

// orthonormal makes the first rank rows orthonormal by Gram–Schmidt, twice, largest first, and V their transpose. Rows that
// are nothing but rounding become 0: their coordinates stay 0, and V·Vᵀ is still a projection.
func (f *frame[T]) orthonormal(p *kernels.Pool) {
	var eps T = 1
	for 1+eps > 1 {
		eps /= 2
	}
	first := float64(kernels.Nrm2(p, f.rows.Row(0)))
	for i := range f.rank {
		x := f.rows.Row(i)
		size := float64(kernels.Nrm2(p, x))
		if !(size > math.Sqrt(float64(f.gram)*float64(eps))*first) {
			clear(x)
			continue
		}
		for range 2 {
			for j := range i {
				y := f.rows.Row(j)
				kernels.Axpy(p, -kernels.Dot(p, x, y), y, x)
			}
			n := kernels.Nrm2(p, x)
			for k := range x {
				x[k] /= n
			}
		}
	}
	linalg.TransposeTo(p, f.low.V, f.rows.Slice(0, 0, f.rank, f.n))
}
