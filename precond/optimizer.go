package precond

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Optimizer is a Config at work on parameters.
type Optimizer[T kernels.Float] struct {
	cfg    Config
	plan   Plan
	prog   program
	params []*Param[T]
	state  []paramState
	blocks []block[T]
	pool   *kernels.Pool
	memory []T // of all blocks
	lr     float64

	slots   chan *slot[T]
	spare   *spare[T]
	ladder  sync.Mutex // on spare
	items   []item     // all pieces of work, most expensive first
	now     []item     // of this step
	bunches []int      // where bunches of them begin and the last ends; those before the first run alone, with all workers on each
	part    part       // of this step
	limit   float64    // of the directions in the part afterLimit
	lanes   []*lane[T] // by length
	due     []*lane[T] // of them in this step
	groups  []int      // where groups of due begin
	parts   int        // of summing short gradients
	summed  bool       // the sums of squares in state belong to the gradients of the next Step
	largest float64
	moved   [][]T         // the parameters before this step, if Watch asks for it
	scale   float64       // of this step
	changed atomic.Int64  // 1 + the first parameter whose gradient became unusable after GradSumSquares; 0: none
	bad     GradientError // the last one returned
}

// paramState is what the optimizer knows about a parameter.
type paramState struct {
	n         int
	shape     []int
	lr, decay float64 // multipliers
	peak      float64 // first learning rate

	rms      float64 // of the last change of the parameter, if Watch asks for it
	streamed bool    // one flat block of several chunks: too long for the cache

	active, clean bool // in this step: has a usable gradient; NaN and Inf must be cleared
	trusted       bool // in this step: sum is that of GradSumSquares
	sum           float64
	grad          uintptr // address of the gradient to which sum belongs
}

// item is a piece of work: a range of a flat block or a whole block.
type item struct {
	block, lo, hi int
	flops         int64
}

// New returns an optimizer for the parameters. It keeps the pointers. pool may be nil: serial.
// It returns a *ConfigError if cfg is wrong, and an error that names the parameter if one of
// them is. All memory is allocated here.
func New[T kernels.Float](cfg Config, params []*Param[T], pool *kernels.Pool) (*Optimizer[T], error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := checkEps[T](&cfg); err != nil {
		return nil, err
	}
	cfg = cfg.clone()
	names, shapes, err := inspect(params)
	if err != nil {
		return nil, err
	}
	b, err := build[T](&cfg, names, shapes)
	if err != nil {
		return nil, err
	}
	o := &Optimizer[T]{
		cfg: cfg, plan: b.plan, prog: cfg.compile(), params: slices.Clone(params), blocks: b.blocks, pool: pool,
		memory: newMemory[T](b.state), lr: cfg.LR,
	}
	a := arena[T]{mem: o.memory}
	for i := range o.blocks {
		o.blocks[i].state(&o.cfg, &a)
		o.blocks[i].reset(&o.cfg)
	}
	for i, p := range params {
		s := paramState{n: len(p.Value), shape: shapes[i], lr: 1, decay: 1, peak: cfg.LR}
		if r := b.rules[i]; r >= 0 {
			s.lr, s.decay = cfg.Rules[r].multipliers()
		}
		o.state = append(o.state, s)
	}
	var z T
	o.largest = math.MaxFloat64
	if unsafe.Sizeof(z) == 4 {
		o.largest = math.MaxFloat32
	}
	if err := o.scratch(b); err != nil {
		return nil, err
	}
	o.makeLanes(o.spare.lanes, o.spare.perms)
	for i := range o.blocks {
		bl := &o.blocks[i]
		if bl.second {
			continue
		}
		step := bl.n
		if bl.flat {
			step = chunk
		}
		o.state[bl.param].streamed = bl.flat && bl.n > chunk
		for lo := 0; lo < bl.n; lo += step {
			hi := min(bl.n, lo+step)
			o.items = append(o.items, item{i, lo, hi, b.plan.pair(i) * int64(hi-lo) / int64(bl.n)})
		}
	}
	slices.SortStableFunc(o.items, func(a, b item) int { return cmp.Compare(b.flops, a.flops) })
	o.now, o.bunches = make([]item, 0, len(o.items)), make([]int, 0, len(o.items)+1)
	return o, nil
}

// checkEps refuses an ε that is 0 in type T.
func checkEps[T kernels.Float](c *Config) error {
	for _, e := range []struct {
		field string
		value float64
	}{{"Diagonal.Eps", c.Diagonal.Eps}, {"Graft.Eps", c.Graft.Eps}, {"Diagonal.Init", c.Diagonal.Init}, {"Factors.Ridge", c.Factors.Ridge},
		{"Factors.Init", c.Factors.Init}, {"Diagonal.Damping", c.Diagonal.Damping}, {"Diagonal.Scale", c.Diagonal.Scale}, {"Diagonal.Clip", c.Diagonal.Clip}} {
		if t := T(e.value); e.value != 0 && (t == 0 || math.IsInf(float64(t), 0)) {
			return &ConfigError{e.field, e.value, fmt.Sprintf("within the range of %T", t)}
		}
	}
	return nil
}

// inspect checks the parameters.
func inspect[T kernels.Float](params []*Param[T]) (names []string, shapes [][]int, err error) {
	seen := make(map[string]bool, len(params))
	for i, p := range params {
		switch {
		case p == nil:
			return nil, nil, fmt.Errorf("precond: parameter %d is nil", i)
		case p.Name == "" || !utf8.ValidString(p.Name):
			return nil, nil, fmt.Errorf("precond: the name of parameter %d is %q, want UTF-8 that is not empty", i, p.Name)
		case seen[p.Name]:
			return nil, nil, fmt.Errorf("precond: two parameters are named %q", p.Name)
		}
		seen[p.Name] = true
		n, err := checkDims(p.Name, p.Shape)
		if err != nil {
			return nil, nil, err
		}
		if len(p.Value) != n {
			return nil, nil, fmt.Errorf("precond: parameter %q: Value has %d elements, shape %v has %d", p.Name, len(p.Value), p.Shape, n)
		}
		names, shapes = append(names, p.Name), append(shapes, slices.Clone(p.Shape))
	}
	return names, shapes, nil
}

// scratch makes a slot for every worker.
func (o *Optimizer[T]) scratch(b *built[T]) error {
	workers := o.pool.Workers()
	o.slots = make(chan *slot[T], workers)
	for range workers {
		s := &slot[T]{
			sum: make([]float64, b.dim), perm: make([]int, b.dim),
			eig: map[int]*linalg.SymEig[T]{}, qr: map[int]*linalg.QR[T]{}, roots: map[rootKey]*linalg.InvRoot[T]{},
			lanes: laneSlot[T]{eig: map[int]*linalg.SymEigBatch[T]{}, qr: map[int]*linalg.QRBatch[T]{}},
		}
		count := arena[T]{}
		carve := func(a *arena[T]) {
			for i, n := range b.buf {
				s.buf[i] = a.take(n)
			}
			if b.dim > 0 {
				for i := range o.cfg.mats() {
					s.mat[i] = a.take(b.dim * b.dim)
				}
			}
		}
		carve(&count)
		s.memory = newMemory[T](count.used)
		carve(&arena[T]{mem: s.memory})
		for d := range b.eig {
			s.eig[d] = linalg.NewSymEig[T](d, linalg.WithPool(o.pool))
		}
		for d := range b.qr {
			s.qr[d] = linalg.NewQR[T](d, d, linalg.WithPool(o.pool))
		}
		for k, root := range b.roots {
			r, err := linalg.NewInvRoot[T](k.d, root, linalg.WithPool(o.pool))
			if err != nil {
				return err
			}
			s.roots[k] = r
		}
		for d := range b.lanes {
			if o.cfg.Basis.By == PowerQR {
				s.lanes.qr[d] = linalg.NewQRBatch[T](d, kernels.SymLanes)
			} else {
				s.lanes.eig[d] = linalg.NewSymEigBatch[T](d, kernels.SymLanes)
			}
		}
		o.slots <- s
	}
	var err error
	o.spare, err = newSpare[T](&b.spare, o.pool)
	return err
}

// clone returns a copy that shares no slice with c.
func (c Config) clone() Config {
	c.Order = slices.Clone(c.Order)
	c.Rules = slices.Clone(c.Rules)
	c.Shape.Axes = slices.Clone(c.Shape.Axes)
	c.Layers = slices.Clone(c.Layers)
	return c
}

// json is the Config as checkpoints hold it. A validated Config holds finite numbers and strings only.
func (c Config) json() string { return jsonOf(c) }

// Config returns the configuration as given to New.
func (o *Optimizer[T]) Config() Config { return o.cfg.clone() }

// Plan returns what the optimizer costs.
func (o *Optimizer[T]) Plan() Plan { return o.plan }

// StateBytes returns the memory of moments, factors and bases.
func (o *Optimizer[T]) StateBytes() int64 { return o.plan.StateBytes }

// LR returns the learning rate.
func (o *Optimizer[T]) LR() float64 { return o.lr }

// SetLR sets the learning rate of the next steps. Schedules belong to the caller. A rate that is negative or not
// finite makes the next Step return an error.
func (o *Optimizer[T]) SetLR(lr float64) { o.lr = lr }

// Clone returns an independent optimizer in the same state, on the same parameters and pool: what
// a step of one does to its state the other does not see.
func (o *Optimizer[T]) Clone() *Optimizer[T] {
	c, err := New(o.cfg, o.params, o.pool)
	if err != nil {
		panic(err.Error()) // Value has another length than at New; Step says so too
	}
	c.copyState(o)
	return c
}

// copyState takes the state of an optimizer of the same build.
func (o *Optimizer[T]) copyState(from *Optimizer[T]) {
	copy(o.memory, from.memory)
	o.lr = from.lr
	for i := range o.blocks {
		b, f := &o.blocks[i], &from.blocks[i]
		b.clock = f.clock
		for k := range b.axes {
			b.axes[k].set = f.axes[k].set
			b.link(k)
		}
	}
}
