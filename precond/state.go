package precond

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/hugepage"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// chunk is the number of elements of a flat block that are taken through all stages at a time, so that
// they stay in the cache. Flat blocks are elementwise, so it moves no rounding.
const chunk = 16384

// block is a part of a parameter with a state of its own.
type block[T kernels.Float] struct {
	param int
	rule  int    // of the parameter, −1 for none
	name  string // of its tensors in checkpoints
	n     int
	from  []int // where it begins in the parameter after merging, or in its part
	base  int   // of that part
	dims  []int
	// flat blocks have no basis and no norm: all stages are elementwise.
	flat bool
	// bare blocks have no basis in an optimizer that knows no other diagonal: a graft acts alone.
	bare bool
	// layer blocks have the factors of a layer; bias is the parameter that is their last column, or row where the weight
	// is stored transposed, −1 if there is none.
	layer, transposed bool
	bias              int
	// off holds the offset into the parameter of each index of each axis; nil where the block is
	// the parameter in its own order. run says that the last axis is contiguous.
	off [][]int
	run bool
	// second blocks are done right after the one before, with which they share the parameter.
	second bool

	frame *frame[T] // nil for none; n counts its coordinates then

	axes    []axis[T]
	factors []linalg.Factor[T] // bases or roots, identities where there is none (yet)
	work    int                // elements of scratch that products with factors need

	m, v, top, graft, heavy []T
	clock                   clock
	offset                  int // of its refreshes within a period

	dir []T     // direction between the two halves of a step with Limit.KL; derived
	dot float64 // lr²·⟨u, g⟩

	coef   coef[T]
	status status
	total  status  // since New
	ratio  float64 // of the graft's norm to that of the direction, in the last step
	watch  *watch  // nil unless Watch asks for it
	split  bool    // this step is cut before Refresh, for axes in lanes

	flops    int64 // of a step without refresh
	products int64 // of those, in matrix products
	fresh    int64 // of a refresh
}

// axis is one axis of a block with its factor and basis.
type axis[T kernels.Float] struct {
	d, left, right int // length, elements before and behind
	on             bool
	set            bool // q is in use
	power          float64
	c              linalg.Matrix[T] // factor, lower triangle
	q              linalg.Matrix[T] // basis, or inverse root
	values         []T              // eigenvalues, for DiagonalEigenvalues with Eigen
	phi            []T              // their powers; derived
	marginal       []T              // sums of the second moment over the other axes, for DiagonalRankOne
	laned          bool             // its eigenproblems are solved in lanes
	lane           *lane[T]
}

// clock is what a block counts. Powers are running products, so that no power function is needed
// and a resumed run has the same bits.
type clock struct {
	t                                float64 // steps made, −1 before a call that First.Skip skips
	factor, first, diagonal, grafted float64 // βᵗ
	observed, layered                float64 // calls that count in the diagonal and in the factors of a layer
	surveyed, fixed                  float64 // calls that count in the frame; 1 once that is fixed
}

const (
	clockLen    = 9
	clockPowers = 4 // of them, after t
)

func (c *clock) fields() [clockLen]*float64 {
	return [clockLen]*float64{&c.t, &c.factor, &c.first, &c.diagonal, &c.grafted, &c.observed, &c.layered, &c.surveyed, &c.fixed}
}

// status is what happened to a block in a step.
type status struct {
	refreshed, kept, rescued, failed, lost int
}

// add counts what happened in a step.
func (s *status) add(t *status) {
	s.refreshed += t.refreshed
	s.kept += t.kept
	s.rescued += t.rescued
	s.failed += t.failed
	s.lost += t.lost
}

// slot is the scratch memory of one worker.
type slot[T kernels.Float] struct {
	memory []T // of buf and mat
	old    []T // bases before a refresh, if Watch asks for it
	buf    [roles][]T
	mat    [4][]T
	sum    []float64
	perm   []int
	eig    map[int]*linalg.SymEig[T]
	qr     map[int]*linalg.QR[T]
	roots  map[rootKey]*linalg.InvRoot[T]
	lanes  laneSlot[T]
}

type rootKey struct{ d, p, q int }

// The roles of scratch tensors.
const (
	bufG = iota // gradient: scaled, gathered, with L2
	bufX        // parameter, where it must be gathered
	bufF        // filtered gradient, where it is not the first moment
	bufY        // rotated gradient
	bufZ        // rotated first moment, direction
	bufW        // of products
	bufH        // gradient in the frame
	bufV        // direction out of the frame, parameter in it
	roles
)

// arena hands out memory. Without memory it only counts.
type arena[T kernels.Float] struct {
	mem  []T
	used int
}

// take returns n elements on a boundary of 64 bytes.
func (a *arena[T]) take(n int) []T {
	from := a.used
	a.used += (n + 15) / 16 * 16
	if a.mem == nil {
		return nil
	}
	return a.mem[from : from+n : from+n]
}

// newMemory returns n zeros on a boundary of 64 bytes, in huge pages where it is large and the system has them.
func newMemory[T kernels.Float](n int) []T {
	var z T
	size := int(unsafe.Sizeof(z))
	mem := hugepage.Make[T](n + 64/size)
	skip := 0
	if at := uintptr(unsafe.Pointer(unsafe.SliceData(mem))) % 64; at != 0 {
		skip = int(64-at) / size
	}
	return mem[skip : skip+n : skip+n]
}

// state gives the block its arrays.
func (b *block[T]) state(c *Config, a *arena[T]) {
	vector := func(want bool) []T {
		if !want {
			return nil
		}
		return a.take(b.n)
	}
	if b.frame != nil {
		b.frame.state(a)
	}
	b.m = vector(c.Moment.Beta != 0)
	rankOne := c.Diagonal.Of == DiagonalRankOne && !b.flat && len(b.axes) > 1
	b.v = vector(c.Diagonal.averaged() && !b.bare && !rankOne)
	b.top = vector(c.Diagonal.Max)
	b.graft = vector(c.Graft.Of == GraftSecondMoment)
	b.heavy = vector(c.Moment.Heavy != 0)
	b.dir = vector(c.Limit.KL != 0)
	for k := range b.axes {
		x := &b.axes[k]
		if rankOne {
			x.marginal = a.take(x.d)
		}
		if !x.on {
			continue
		}
		square := func() linalg.Matrix[T] {
			return linalg.Matrix[T]{Rows: x.d, Cols: x.d, Stride: x.d, Data: a.take(x.d * x.d)}
		}
		if c.Factors.Of != FactorsNone {
			x.c = square()
		}
		x.q = square()
		if c.Basis.Kind == Eigen && c.Diagonal.Of == DiagonalEigenvalues {
			x.values, x.phi = a.take(x.d), a.take(x.d)
		}
		if c.Basis.Carry == Product {
			x.values = a.take(x.d)
		}
	}
}

// reset sets the start values.
func (b *block[T]) reset(c *Config) {
	b.clock = clock{factor: 1, first: 1, diagonal: 1, grafted: 1}
	if c.First.Skip {
		b.clock.t = -1
	}
	if c.Diagonal.Init != 0 {
		for i := range b.v {
			b.v[i] = T(c.Diagonal.Init)
		}
	}
	for k := range b.axes {
		x := &b.axes[k]
		x.set = false
		if x.on {
			x.q.Identity()
			for i := range x.values {
				x.values[i] = 1
			}
			for i := range x.phi {
				x.phi[i] = 1
			}
			if c.Factors.Init != 0 {
				for i := range x.d {
					x.c.Set(i, i, T(c.Factors.Init))
				}
			}
		}
		b.link(k)
	}
}

// link makes products use the basis of axis k, or nothing.
func (b *block[T]) link(k int) {
	x := &b.axes[k]
	b.factors[k] = linalg.IdentityFactor[T](x.d)
	if x.on && x.set {
		b.factors[k].A = x.q
	}
}

// ready reports whether any axis has a basis.
func (b *block[T]) ready() bool {
	for k := range b.axes {
		if b.axes[k].set {
			return true
		}
	}
	return false
}

// size is the number of elements of the parameter that the block sees.
func (b *block[T]) size() int {
	if b.frame != nil {
		return b.frame.n
	}
	return b.n
}

// move copies the block out of a parameter-shaped array into buf, or back.
func (b *block[T]) move(param, buf []T, back bool) {
	var at [maxOrder]int
	last := len(b.off) - 1
	inner := b.off[last]
	for i := 0; i < b.size(); i += len(inner) {
		base := 0
		for k := range last {
			base += b.off[k][at[k]]
		}
		row := buf[i : i+len(inner)]
		switch {
		case b.run && back:
			copy(param[base+inner[0]:], row)
		case b.run:
			copy(row, param[base+inner[0]:])
		case back:
			for j, o := range inner {
				param[base+o] = row[j]
			}
		default:
			for j, o := range inner {
				row[j] = param[base+o]
			}
		}
		for k := last - 1; k >= 0; k-- {
			if at[k]++; at[k] < len(b.off[k]) {
				break
			}
			at[k] = 0
		}
	}
}

// offsets fills b.off for a block of a parameter.
func (b *block[T]) offsets(l *layout, c *cut, n int) {
	shape, stride := l.shape, l.strides
	if l.perm == nil {
		size := 1
		for _, d := range c.dims {
			size *= d
		}
		whole := size == n
		for k, d := range c.dims {
			whole = whole && d == l.merged[k]
		}
		if whole {
			return
		}
	}
	// The axes in the order of merged, each with its stride in the parameter.
	var dims, strides []int
	for k := range shape {
		o := k
		if l.perm != nil {
			o = l.perm[k]
		}
		dims, strides = append(dims, shape[o]), append(strides, stride[o])
	}
	b.off = make([][]int, len(c.dims))
	from := 0
	for k, d := range l.merged {
		// Merged axis k consists of the axes from … to−1.
		to, size := from, 1
		for to < len(dims) && (size < d || dims[to] == 1) {
			size *= dims[to]
			to++
		}
		b.off[k] = make([]int, c.dims[k])
		for i := range b.off[k] {
			rest := c.lo[k] + i
			for j := to - 1; j >= from; j-- {
				b.off[k][i] += rest % dims[j] * strides[j]
				rest /= dims[j]
			}
		}
		from = to
	}
	for i := range b.off[0] {
		b.off[0][i] += c.base
	}
	inner := b.off[len(b.off)-1]
	b.run = true
	for i, o := range inner {
		b.run = b.run && o == inner[0]+i
	}
}
