package precond

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

const badRanks = "precond: the number of ranks must be at least 1"

// Plan says what an optimizer costs before anything is allocated. Flops count a fused multiply-add as two.
type Plan struct {
	StateBytes   int64 // what a checkpoint holds: moments, factors, bases
	ScratchBytes int64 // per worker: buffers and solvers
	SpareBytes   int64 // for factors whose basis cannot be computed as usual, or that are decomposed together
	StepFlops    int64 // of a step without refresh
	ProductFlops int64 // of those, in matrix products
	RefreshFlops int64 // of refreshing everything once, about
	Every        int   // steps from one refresh to the next; 0: only the first one, or none
	Blocks       []PlanBlock
}

// PlanBlock is one block of a Plan: a part of a parameter with a state of its own.
type PlanBlock struct {
	Param        int
	Rule         int    // index into Config.Rules, −1 where none matches
	From         []int  // where it begins in the parameter after merging, or in its part
	Base         int    // offset of its part in the parameter (Rule.Stack, Rule.Split)
	Dims         []int  // axes of the block
	On           []bool // axes with a basis
	Offset       int    // of its refreshes within a period (Stagger)
	StateBytes   int64
	StepFlops    int64
	ProductFlops int64
	RefreshFlops int64

	second bool // done right after the block before, by the same owner
}

// Bytes is the memory of an optimizer on a Pool of that many workers.
func (p Plan) Bytes(workers int) int64 {
	return p.StateBytes + int64(max(1, workers))*p.ScratchBytes + p.SpareBytes
}

// Cost is what block i costs in a step on average, in flops: the step and its share of a refresh.
func (p Plan) Cost(i int) int64 {
	b := &p.Blocks[i]
	if p.Every == 0 {
		return b.StepFlops
	}
	return b.StepFlops + b.RefreshFlops/int64(p.Every)
}

// PlanFor returns the plan of an optimizer with the given tensor shapes. Rules that match by name see
// empty names.
func PlanFor[T kernels.Float](cfg Config, shapes [][]int) (Plan, error) {
	return PlanForNamed[T](cfg, make([]string, len(shapes)), shapes)
}

// PlanForNamed is PlanFor for parameters with names, which Rules and Layers go by.
func PlanForNamed[T kernels.Float](cfg Config, names []string, shapes [][]int) (Plan, error) {
	if err := cfg.validate(); err != nil {
		return Plan{}, err
	}
	if len(names) != len(shapes) {
		return Plan{}, fmt.Errorf("precond: %d names for %d shapes", len(names), len(shapes))
	}
	b, err := build[T](&cfg, names, shapes)
	if err != nil {
		return Plan{}, err
	}
	return b.plan, nil
}

// Owners divides the blocks among ranks that each keep the state of their own and send the others the result: block
// after block, the most expensive first, to the rank with the least to do. owner holds the rank of each
// block, load the cost of each rank. The division depends on the plan only. An optimizer that is given the parameters of one rank alone has fewer
// small factors of one order than one of all, and so may differ from it in roundings (see Eigh). It panics if ranks is not positive.
func (p Plan) Owners(ranks int) (owner []int, load []int64) {
	if ranks < 1 {
		panic(badRanks)
	}
	order := make([]int, len(p.Blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p.pair(b), p.pair(a)) })
	owner, load = make([]int, len(p.Blocks)), make([]int64, ranks)
	for _, i := range order {
		if p.Blocks[i].second {
			continue
		}
		r := least(load)
		owner[i] = r
		load[r] += p.pair(i)
		if k := i + 1; k < len(p.Blocks) && p.Blocks[k].second {
			owner[k] = r
		}
	}
	return owner, load
}

// pair is the cost of block i and of the one done right after it, if there is one.
func (p Plan) pair(i int) int64 {
	if k := i + 1; k < len(p.Blocks) && p.Blocks[k].second {
		return p.Cost(i) + p.Cost(k)
	}
	return p.Cost(i)
}

// least is the index of the smallest element, the first of equals.
func least(x []int64) int {
	at := 0
	for i, v := range x {
		if v < x[at] {
			at = i
		}
	}
	return at
}

// String prints the plan as a table, equal blocks that follow each other on one line.
func (p Plan) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "state %s, scratch %s per worker and %s for all; %s flops per step, %s per refresh", bytesString(p.StateBytes), bytesString(p.ScratchBytes), bytesString(p.SpareBytes),
		flopsString(p.StepFlops), flopsString(p.RefreshFlops))
	if p.Every > 0 && p.RefreshFlops > 0 {
		fmt.Fprintf(&s, " every %d steps", p.Every)
	}
	var total int64
	for i := range p.Blocks {
		total += p.Cost(i)
	}
	fmt.Fprintf(&s, "\n%6s %6s %5s  %-24s %10s %10s %10s %7s %6s\n", "param", "block", "×", "axes, (without basis)", "state", "step", "refresh", "share", "offset")
	for i := 0; i < len(p.Blocks); {
		b := &p.Blocks[i]
		n := 1
		for i+n < len(p.Blocks) && b.equal(&p.Blocks[i+n]) {
			n++
		}
		fmt.Fprintf(&s, "%6d %6d %5d  %-24s %10s %10s %10s %6.2f%% %6d\n", b.Param, i, n, axesString(b.Dims, b.On), bytesString(b.StateBytes),
			flopsString(b.StepFlops), flopsString(b.RefreshFlops), 100*float64(int64(n)*p.Cost(i))/float64(max(1, total)), b.Offset)
		i += n
	}
	return s.String()
}

// equal reports whether two blocks differ in their place only.
func (b *PlanBlock) equal(c *PlanBlock) bool {
	return b.Param == c.Param && b.Offset == c.Offset && slices.Equal(b.Dims, c.Dims) && slices.Equal(b.On, c.On)
}

// bytesString writes 12.3 MiB.
func bytesString(n int64) string {
	return scaled(float64(n), 1024, "B", "KiB", "MiB", "GiB", "TiB")
}

// flopsString writes 12.3 G.
func flopsString(n int64) string { return scaled(float64(n), 1000, "", "k", "M", "G", "T", "P") }

func scaled(x, unit float64, names ...string) string {
	i := 0
	for x >= unit && i < len(names)-1 {
		x /= unit
		i++
	}
	return strings.TrimSpace(fmt.Sprintf("%.4g %s", x, names[i]))
}

// axesString writes 8×(40) for an axis of 8 with a basis and one of 40 without.
func axesString(dims []int, on []bool) string {
	var s []string
	for k, d := range dims {
		if on[k] {
			s = append(s, fmt.Sprint(d))
		} else {
			s = append(s, fmt.Sprintf("(%d)", d))
		}
	}
	return strings.Join(s, "×")
}

// built is what New and PlanFor make of a Config and shapes.
type built[T kernels.Float] struct {
	blocks []block[T]
	rules  []int // per parameter, −1 for none
	buf    [roles]int
	dim    int // longest axis with a basis
	eig    map[int]bool
	qr     map[int]bool
	roots  map[rootKey]linalg.Root
	lanes  map[int]bool
	spare  spareNeeds
	state  int // elements of the arena
	plan   Plan
}

func build[T kernels.Float](c *Config, names []string, shapes [][]int) (*built[T], error) {
	r := &built[T]{eig: map[int]bool{}, qr: map[int]bool{}, roots: map[rootKey]linalg.Root{}, lanes: map[int]bool{}}
	used := make([]bool, len(c.Rules))
	seen := map[string]bool{}
	layers, err := c.resolve(names, shapes)
	if err != nil {
		return nil, err
	}
	for i, shape := range shapes {
		n, err := checkDims(names[i], shape)
		if err != nil {
			return nil, err
		}
		rule := c.ruleFor(names[i], len(shape), n)
		r.rules = append(r.rules, rule)
		axes := c.Factors.Of == FactorsLayer
		if rule >= 0 {
			used[rule] = true
			axes = axes || c.Rules[rule].Axes
			if c.Rules[rule].Axes && c.Diagonal.Of == DiagonalEigenvalues && c.Graft.Of == GraftNone {
				return nil, &ConfigError{fmt.Sprintf("Rules[%d].Axes", rule), true, "false, or a Graft: without basis there is no diagonal"}
			}
		}
		how := Rule{Axes: axes}
		if rule >= 0 {
			how = c.Rules[rule]
			how.Axes = axes
			if err := how.checkShape(rule, names[i], shape); err != nil {
				return nil, err
			}
		}
		l := c.layoutOf(shape, how)
		if c.Frame.Kind != FrameNone && len(l.blocks) > 1 {
			return nil, &ConfigError{"Frame.Kind", c.Frame.Kind, fmt.Sprintf("FrameNone, or one block for each parameter: %q is cut", names[i])}
		}
		if owner := layers[i]; owner != nil {
			if owner.weight != i {
				continue // the layer's block has it
			}
			l = owner.layout
		}
		if c.Frame.Kind == FrameLowRank && layers[i] == nil && !axes && l.anyOn() {
			if err := r.halves(c, i, rule, names[i], shape, &l); err != nil {
				return nil, err
			}
			continue
		}
		for j := range l.blocks {
			name := names[i]
			if len(l.blocks) > 1 {
				name = fmt.Sprintf("%s/block.%d", name, j)
			}
			if seen[name] && names[i] != "" {
				return nil, fmt.Errorf("precond: parameter %q has the name of a block of another parameter", name)
			}
			seen[name] = true
			b := newBlock[T](c, i, name, shape, &l, &l.blocks[j], layers[i], axes)
			b.rule = rule
			r.blocks = append(r.blocks, b)
		}
	}
	if err := c.equalRules(r.rules, layers); err != nil {
		return nil, err
	}
	for i, u := range used {
		if !u && len(shapes) > 0 {
			return nil, &ConfigError{fmt.Sprintf("Rules[%d]", i), fmt.Sprintf("%+v", c.Rules[i]), "to match a parameter that no earlier rule matches"}
		}
	}
	r.stagger(c)
	r.takeLanes(c)
	r.measure(c)
	return r, nil
}

// halves adds the two blocks of a tensor with bases in a low-rank frame W = V·w_r + (I − V·Vᵀ)·w_d: w_r counts as a vector, w_d as a tensor of the
// shape of W, as if they were parameters (DePavia et al. 2025).
func (r *built[T]) halves(c *Config, param, rule int, name string, shape []int, l *layout) error {
	f := newFrame[T](c, shape, l, false)
	low := c.layoutOf([]int{f.rank}, Rule{})
	if len(low.blocks) > 1 {
		return &ConfigError{"Frame.Rank", c.Frame.Rank, "at most Shape.MaxDim, where longer axes are cut into blocks"}
	}
	rest := newBlock[T](c, param, name+"/complement", shape, l, &l.blocks[0], nil, true)
	b := newBlock[T](c, param, name+"/columns", []int{f.rank}, &low, &low.blocks[0], nil, true)
	b.off, b.run = rest.off, rest.run
	rest.second = true
	b.rule, rest.rule = rule, rule
	rest.setFrame(c, f.divide())
	b.setFrame(c, f)
	r.blocks = append(r.blocks, b, rest)
	return nil
}

func newBlock[T kernels.Float](c *Config, param int, name string, shape []int, l *layout, u *cut, layer *owner, axes bool) block[T] {
	b := block[T]{param: param, bias: -1, name: name, n: 1, from: u.lo, base: u.base, dims: u.dims, flat: c.Graft.Of == GraftNone && c.Limit == Limit{}, factors: make([]linalg.Factor[T], len(u.dims))}
	for _, d := range u.dims {
		b.n *= d
	}
	left := 1
	for k, d := range u.dims {
		b.axes = append(b.axes, axis[T]{d: d, left: left, right: b.n / left / d, on: u.on[k], power: u.power[k]})
		left *= d
		b.flat = b.flat && !u.on[k]
	}
	if layer != nil {
		b.layer, b.transposed, b.bias = true, layer.transposed, layer.bias
	} else {
		n := 1
		for _, d := range shape {
			n *= d
		}
		b.offsets(l, u, n)
	}
	b.flat = b.flat && b.off == nil
	b.bare = c.Diagonal.Of == DiagonalEigenvalues && !slices.Contains(u.on, true) ||
		c.Factors.Of == FactorsLayer && !b.layer && c.Diagonal.Of == DiagonalCurvature
	b.setFrame(c, newFrame[T](c, shape, l, axes))
	return b
}

// setFrame gives a block its frame, or none, and counts the cost.
func (b *block[T]) setFrame(c *Config, f *frame[T]) {
	if b.frame = f; f != nil {
		b.flat = false
		if f.len != b.n { // LowRank, whose coordinates are a vector
			b.n, b.dims = f.len, []int{f.len}
			b.axes[0].d = f.len
		}
	}
	b.cost(c)
}

// cost counts flops. A product of the block with one basis is 2·n·d, a factor update n·d.
func (b *block[T]) cost(c *Config) {
	n := int64(b.n)
	b.products, b.fresh = 0, 0
	if b.frame != nil {
		b.products = b.frame.flops()
	}
	rotations := int64(1) // roots: once
	switch {
	case c.Basis.Kind == Eigen && c.keptInBasis():
		rotations = 2
	case c.Basis.Kind == Eigen:
		rotations = 3
	}
	for _, x := range b.axes {
		if !x.on {
			continue
		}
		d := int64(x.d)
		b.products += 2 * rotations * n * d
		if c.Factors.Of == FactorsGradient {
			b.products += n * d
		}
		switch {
		case c.Basis.By == PowerQR:
			b.fresh += 5 * d * d * d
		case c.Basis.By == QRAlgorithm:
			b.fresh += (4 + 7*int64(max(1, c.Basis.Iterations))) * d * d * d
		case c.Basis.By == Refine:
			b.fresh += 8 * d * d * d
		default:
			b.fresh += 14 * d * d * d
		}
		if c.Moment.Beta != 0 && c.keptInBasis() {
			b.fresh += 4 * n * d
		}
	}
	b.flops = b.products + 12*n
}

// keptInBasis reports whether the first moment is kept in the basis, or there is none. Where the basis moves with every step, a moment
// in the basis would be rotated out and in each time; in the original axes, it is rotated in.
func (c *Config) keptInBasis() bool {
	return c.firstInBasis() && (c.Moment.Beta == 0 || c.Basis.Every != 1 || c.Basis.Tol != 0)
}

// firstInBasis reports whether the Config averages the gradient in the basis, or not at all.
func (c *Config) firstInBasis() bool {
	return c.Moment.Beta == 0 || slices.Index(c.Order, FirstMoment) > slices.Index(c.Order, Rotate)
}

// stagger gives every block that refreshes an offset in the period: largest first, each to the step with
// the least work.
func (r *built[T]) stagger(c *Config) {
	r.plan.Every = c.Basis.Every
	if c.Basis.Budget > 0 {
		var total int64
		for i := range r.blocks {
			total += r.blocks[i].fresh
		}
		r.plan.Every = int(max(1, min((total+c.Basis.Budget-1)/c.Basis.Budget, math.MaxInt32)))
	}
	if !c.Basis.Stagger && c.Basis.Budget == 0 {
		return
	}
	var order []int
	for i := range r.blocks {
		if r.blocks[i].fresh > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.blocks[b].fresh, r.blocks[a].fresh) })
	load := make([]int64, min(r.plan.Every, len(order)))
	for _, i := range order {
		at := least(load)
		load[at] += r.blocks[i].fresh
		// Spread over the whole period also where there are fewer blocks than steps.
		r.blocks[i].offset = at * r.plan.Every / len(load)
	}
}

// measure counts the memory.
func (r *built[T]) measure(c *Config) {
	var z T
	size := int64(unsafe.Sizeof(z))
	var a arena[T]
	for i := range r.blocks {
		b := &r.blocks[i]
		before := a.used
		b.state(c, &a)
		r.needs(c, b)
		r.plan.StepFlops += b.flops
		r.plan.ProductFlops += b.products
		r.plan.RefreshFlops += b.fresh
		pb := PlanBlock{
			Param: b.param, Rule: b.rule, From: b.from, Base: b.base, Dims: b.dims, Offset: b.offset,
			StateBytes: int64(a.used-before) * size, StepFlops: b.flops, ProductFlops: b.products, RefreshFlops: b.fresh,
			second: b.second,
		}
		for _, x := range b.axes {
			pb.On = append(pb.On, x.on)
		}
		r.plan.Blocks = append(r.plan.Blocks, pb)
	}
	r.state = a.used
	r.plan.StateBytes = int64(a.used) * size
	s := arena[T]{}
	for _, n := range r.buf {
		s.take(n)
	}
	if r.dim > 0 {
		for range c.mats() {
			s.take(r.dim * r.dim)
		}
	}
	r.plan.ScratchBytes = int64(s.used)*size + int64(r.dim)*int64(8+unsafe.Sizeof(0))
	for d := range r.eig {
		r.plan.ScratchBytes += linalg.SymEigBytes[T](d)
	}
	for d := range r.qr {
		r.plan.ScratchBytes += linalg.QRBytes[T](d, d)
	}
	for d := range r.lanes {
		if c.Basis.By == PowerQR {
			r.plan.ScratchBytes += linalg.QRBatchBytes[T](d, kernels.SymLanes, 1)
		} else {
			r.plan.ScratchBytes += linalg.SymEigBatchBytes[T](d, kernels.SymLanes, 1)
		}
	}
	for k, root := range r.roots {
		r.plan.ScratchBytes += linalg.InvRootBytes[T](k.d, root)
	}
	r.plan.SpareBytes = spareBytes[T](&r.spare)
}

// kronBlocks is the number of bytes that linalg.KronMulWork asks for blocks at most, which it has for tensors of more than twice as many. Without them 3×3×256×256 took up to a sixth longer.
const kronBlocks = 256 << 10

// needs raises the scratch sizes to what block b takes.
func (r *built[T]) needs(c *Config, b *block[T]) {
	n, rows := b.n, 1 // rows at a time, of Observe
	switch {
	case b.flat:
		n = min(n, chunk)
	case c.Diagonal.Of == DiagonalCurvature:
		rows = b.group()
	}
	need := func(role, n int) { r.buf[role] = max(r.buf[role], n) }
	need(bufG, max(n, b.size()))
	if f := b.frame; f != nil {
		need(bufH, n)
		need(bufV, max(rows*n, f.n))
		need(bufX, rows*f.n)
		need(bufW, max(linalg.WorkRows(f.basis, rows), rows*n))
		f.needs(r.eig)
		r.dim = max(r.dim, f.gram)
	}
	if b.off != nil || b.layer {
		need(bufX, rows*n)
	}
	if c.Moment.Ahead != 0 {
		need(bufF, n)
	}
	need(bufZ, n)
	if b.flat {
		return
	}
	need(bufY, rows*n)
	if c.Diagonal.Of == DiagonalRankOne {
		need(bufV, n)
	}
	if c.Diagonal.Of == DiagonalCurvature || b.layer {
		need(bufF, rows*n)
	}
	middle, passes := false, 0
	for k := range b.axes {
		x := &b.axes[k]
		if !x.on {
			continue
		}
		passes++
		middle = middle || x.left > 1 && x.right > 1
		r.dim = max(r.dim, x.d)
		if c.Basis.Start < 0 {
			continue
		}
		r.spare.add(x.d)
		if x.laned {
			r.lanes[x.d] = true
			r.spare.addLane(x.d, c.Basis.By)
		}
		switch c.Basis.Kind {
		case Eigen:
			r.eig[x.d] = true
			if c.Basis.By.warm() {
				r.qr[x.d] = true
			}
		case Root:
			key, root := c.rootOf(x.d, x.power)
			r.roots[key] = root
			r.spare.addRoot(key, root)
		}
	}
	// Square factors need one tensor between passes. From three passes on some of a large one may go block by block, whatever the factors of the step are. (So may two with an axis behind them that has no
	// factor, which are not worth the memory.)
	if passes > 1 {
		b.work = n
	}
	if size := int(unsafe.Sizeof(*new(T))); passes > 2 && rows*n*size > 2*kronBlocks {
		need(bufW, rows*n+kronBlocks/size)
	}
	if passes > 1 || middle && c.Factors.Of != FactorsNone || c.Basis.Carry != Keep || c.Diagonal.Of == DiagonalRankOne {
		need(bufW, rows*n)
	}
}

// rootOf says which root an axis of length d needs.
func (c *Config) rootOf(d int, power float64) (rootKey, linalg.Root) {
	q, p, _ := ratio(power)
	root := linalg.Root{P: p, Q: q, Eps: c.Diagonal.Eps, EpsAt: linalg.EpsBefore}
	if c.Diagonal.EpsAt == EpsAtValues {
		root.EpsAt = linalg.EpsInside
	}
	switch c.Basis.By {
	case Newton:
		root.Method = linalg.RootNewton
	case HigherOrder:
		root.Method = linalg.RootHigherOrder
	}
	return rootKey{d, p, q}, root
}
