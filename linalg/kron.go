package linalg

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Factor is one factor of a Kronecker product: A, or Aᵀ where Trans is set. A Factor without
// elements (A.Data nil, A.Rows = A.Cols) is the identity of that order: its axis costs nothing.
type Factor[T kernels.Float] struct {
	A     Matrix[T]
	Trans bool
}

// IdentityFactor returns the identity of order n as a Factor without elements.
func IdentityFactor[T kernels.Float](n int) Factor[T] {
	return Factor[T]{A: Matrix[T]{Rows: n, Cols: n, Stride: n}}
}

func (f *Factor[T]) identity() bool { return f.A.Data == nil && f.A.Rows == f.A.Cols }

// shape is the shape of f, or of fᵀ.
func (f *Factor[T]) shape(t kernels.Transpose) (m, n int) {
	if f.Trans != (t == kernels.Trans) {
		return f.A.Cols, f.A.Rows
	}
	return f.A.Rows, f.A.Cols
}

// flag says how A enters a product in which f stands, or fᵀ.
func (f *Factor[T]) flag(t kernels.Transpose) kernels.Transpose {
	if f.Trans != (t == kernels.Trans) {
		return kernels.Trans
	}
	return kernels.NoTrans
}

// maxAxes bounds the number of factors.
const maxAxes = 64

// kronSlab is the number of bytes of a slab of the tensor that a group of three passes or more takes at a time, half of it for two, and kronBlock that of a block, whose lines lie far apart: with
// its source, its result and two intermediates a slab is about as large as a second-level cache, and one that is not in it is in the next, where the tensor would be at best. (Two passes gain nothing
// from more on Zen 5.) They move no rounding.
const kronSlab, kronBlock = 256 << 10, 128 << 10

// kronLarge is the number of bytes of a tensor that is taken to be larger than a last-level cache. It moves no rounding. (A variable for tests.)
var kronLarge = 32 << 20

// kronLine is the number of bytes of a row that a block takes at least: two vectors, or two cache lines.
const kronLine = 128

// kronTerms is the number of terms up to which a pass joins a block: one of more is bound by arithmetic, has no walk over memory to save, and would leave the others narrow
// blocks. Memory takes 10 bytes a cycle, of which a float32 that is read, fetched and written has 12, and two products a cycle take 32 terms meanwhile with AVX-512, 16 with
// half the vector; float64 has twice of both. With AVX-512 48 were as fast as 32, and are in use. They move no rounding.
const kronTerms, kronTerms512 = 16, 48

// kronPlan walks over the passes of a Kronecker product, one per factor that is not the
// identity, in the order that keeps the intermediate tensors small: the pass of an m×n factor
// turns E elements into E·m/n at a cost of 2·E·m, and by exchanging neighbours the best
// order is that of descending 1/m − 1/n, equal ones from the last axis to the first. The
// order depends on the shapes only.
type kronPlan[T kernels.Float] struct {
	factors []Factor[T]
	t       kernels.Transpose
	before  int // elements in front of the first axis
	after   int // elements behind the last
	passes  int
	size    int            // elements of the tensor before the first pass
	square  bool           // all factors are
	room    int            // elements of memory for blocks
	terms   int            // of a pass that joins a block, at most
	pos     int            // the next pass
	order   [maxAxes]uint8 // the axis of each pass
	dims    [maxAxes]int   // the current length of each axis
}

func (k *kronPlan[T]) init(t kernels.Transpose, factors []Factor[T], before, after int) {
	if t != kernels.NoTrans && t != kernels.Trans {
		panic(badTrans)
	}
	if len(factors) > maxAxes {
		panic(manyFactors)
	}
	k.factors, k.t, k.before, k.after, k.passes, k.pos, k.size, k.square = factors, t, before, after, 0, 0, before*after, true
	for i := len(factors) - 1; i >= 0; i-- {
		f := &factors[i]
		if f.A.Rows < 0 || f.A.Cols < 0 {
			panic(negDim)
		}
		_, k.dims[i] = f.shape(t)
		k.size *= k.dims[i]
		if f.identity() {
			continue
		}
		f.A.check()
		k.square = k.square && f.A.Rows == f.A.Cols
		// Insertion into the passes found so far, behind equal ones.
		at := k.passes
		for ; at > 0 && k.sooner(i, int(k.order[at-1])); at-- {
			k.order[at] = k.order[at-1]
		}
		k.order[at] = uint8(i)
		k.passes++
	}
}

// sooner reports 1/m − 1/n of axis a > that of axis b, without division.
func (k *kronPlan[T]) sooner(a, b int) bool {
	return k.factors[a].sooner(&k.factors[b], k.t)
}

func (f *Factor[T]) sooner(g *Factor[T], t kernels.Transpose) bool {
	m, n := f.shape(t)
	p, q := g.shape(t)
	return float64(n-m)*float64(p)*float64(q) > float64(q-p)*float64(m)*float64(n)
}

// next describes the next pass, y[l][m][r] from x[l][n][r], and moves on.
func (k *kronPlan[T]) next() (axis, m, n, l, r int) {
	axis = int(k.order[k.pos])
	m, n = k.factors[axis].shape(k.t)
	l, r = k.before, k.after
	for i := range k.factors {
		switch {
		case i < axis:
			l *= k.dims[i]
		case i > axis:
			r *= k.dims[i]
		}
	}
	k.dims[axis] = m
	k.pos++
	return axis, m, n, l, r
}

// work returns the lengths of the two buffers for intermediate tensors and of that for blocks. Intermediates alternate
// between the destination, of length ny, and the first buffer so that the last pass ends in
// the destination; those that do not fit into the destination go to the second buffer.
func (k *kronPlan[T]) work(ny int) (w0, w1, w2 int) {
	if k.square && !k.large() {
		if k.passes > 1 {
			w0 = ny
		}
		return w0, 0, 0
	}
	for rest := *k; rest.pos < rest.passes-1; {
		w2 = max(w2, rest.block(kronTerms).work(), rest.block(kronTerms512).work())
		_, m, _, l, r := rest.next()
		size := l * m * r
		if (rest.passes-rest.pos)%2 == 1 {
			w0 = max(w0, size)
		} else if size > ny {
			w1 = max(w1, size)
		}
	}
	return w0, w1, w2
}

// large reports whether the tensor is so large that there may be blocks: with 1 MiB of second-level cache, on Zen 5, they gain 0 to 3 % at .8 MB and 4 % at 1.2. It moves no rounding.
func (k *kronPlan[T]) large() bool { return k.size*elementSize[T]() > 4*kronBlock }

func kronShape[T kernels.Float](t kernels.Transpose, factors []Factor[T]) (m, n int) {
	m, n = 1, 1
	for i := range factors {
		r, c := factors[i].shape(t)
		m *= r
		n *= c
	}
	return m, n
}

// run applies all passes to x and leaves the result in y.
func (k *kronPlan[T]) run(p *kernels.Pool, y, x, work []T) {
	w0, w1, w2 := k.work(len(y))
	if len(work) < w0+w1 {
		panic(shortWork)
	}
	work = work[:min(len(work), w0+w1+w2)]
	if overlaps(y, x) || overlaps(work, x) || overlaps(work, y) {
		panic(overlap)
	}
	b0, b1, b2 := work[:w0], work[w0:w0+w1], work[w0+w1:]
	k.room, k.terms = len(b2), kronTerms
	if p.ISA() == kernels.AVX512 {
		k.terms = kronTerms512
	}
	if k.passes == 0 {
		copy(y, x)
		return
	}
	// With square factors results alternate between b0 and y by steps, not by passes, and end in y. A small tensor stays in a cache anyway.
	spare, left, serial := min(len(y), len(b0)), 0, p.Workers() == 1 && len(x)*elementSize[T]() > 2*kronBlock
	if serial && k.square {
		var s kronStep
		for rest := *k; rest.pos < rest.passes; rest.skip(s.passes) {
			if s = rest.step(spare, s); !s.inPlace {
				left++
			}
		}
	}
	src, s := x, kronStep{passes: 1}
	for k.pos < k.passes {
		if serial {
			s = k.step(spare, s)
		}
		var dst []T
		switch {
		case !serial || !k.square:
			if s.passes > 1 {
				dst = k.target(s.passes, y, b0, b1)
			}
		case s.inPlace:
			dst = src
		default:
			dst = y
			if left--; left%2 == 1 {
				dst = b0
			}
		}
		switch {
		case s.slabs:
			scratch := b0
			if &dst[0] == &b0[0] {
				scratch = y
			}
			k.slabs(p, s, dst, x, scratch)
		case s.block.passes > 1:
			k.blocks(p, s, dst, src, b2)
		default:
			axis, m, n, l, r := k.next()
			if dst == nil {
				dst = k.place(l*m*r, y, b0, b1)
			}
			axisMul(p, dst, &k.factors[axis], k.t, m, n, l, r, src)
		}
		src = dst
	}
}

// A kronStep is one walk over the tensor.
type kronStep struct {
	passes  int
	slabs   bool       // slab by slab
	tiles   blockShape // if that has passes, the slabs' results are left in the order of those blocks
	block   blockShape // if that has passes, block by block
	tiled   bool       // from tiles
	inPlace bool       // the result takes the place of its source
}

// step describes the walk after prev in a serial call with spare elements for intermediates of slabs.
func (k *kronPlan[T]) step(spare int, prev kronStep) kronStep {
	if k.pos == 0 {
		if g := k.group(spare); g > 1 {
			return kronStep{passes: g, slabs: true, tiles: k.tiles(g)}
		}
	}
	b, tiled := k.fitting(), prev.tiles.passes > 1
	return kronStep{passes: b.passes, block: b, tiled: tiled, inPlace: b.passes > 1 && k.pos > 0 && !tiled}
}

// skip moves on over passes.
func (k *kronPlan[T]) skip(passes int) {
	for range passes {
		k.next()
	}
}

// target is where the result of the next passes goes.
func (k *kronPlan[T]) target(passes int, y, b0, b1 []T) []T {
	rest := *k
	rest.skip(passes - 1)
	_, m, _, l, r := rest.next()
	return rest.place(l*m*r, y, b0, b1)
}

// place is where the result of the pass before goes: see work.
func (k *kronPlan[T]) place(size int, y, b0, b1 []T) []T {
	switch {
	case k.pos == k.passes:
		return y
	case (k.passes-k.pos)%2 == 1:
		return b0[:size]
	case size > len(y):
		return b1[:size]
	}
	return y[:size]
}

// A slabShape says how the first passes of a plan go slab by slab: axes from first on belong to a slab.
type slabShape struct {
	first   int
	count   int // slabs
	in, out int // elements of one before and after the passes
	most    int // elements of the largest intermediate
}

// slab describes the first g passes.
func (k kronPlan[T]) slab(g int) slabShape {
	s := slabShape{first: len(k.factors), count: k.before, in: k.after}
	for _, a := range k.order[:g] {
		s.first = min(s.first, int(a))
	}
	for i := range k.factors {
		if i < s.first {
			s.count *= k.dims[i]
		} else {
			s.in *= k.dims[i]
		}
	}
	for range g {
		s.most = max(s.most, s.out) // of the pass before
		_, m, _, l, r := k.next()
		s.out = l * m * r / s.count
	}
	return s
}

// group returns how many of the first passes can be done together on slabs that stay in the cache: each slab is
// a contiguous part of the tensor, over all axes from the first one concerned. 1 means that it does not pay.
func (k *kronPlan[T]) group(spare int) int {
	size := elementSize[T]()
	best := 1
	for g := 2; g <= k.passes; g++ {
		s := k.slab(g)
		bytes := max(s.in, s.most, s.out) * size
		if bytes > kronSlab {
			break
		}
		if s.count > 1 && 2*s.most <= spare && (g > 2 || bytes <= kronSlab/2) {
			best = g
		}
	}
	return best
}

// tiles is the block that the passes after the first g take, if the slabs' results are better written in the order of blocks, one whole block after the other, since the tensor is
// larger than a cache: lines that are a power of two apart would drive each other out. Two passes do not repay it.
func (k kronPlan[T]) tiles(g int) blockShape {
	s := k.slab(g)
	k.skip(g)
	if k.pos == k.passes || s.count*s.out*elementSize[T]() < kronLarge {
		return blockShape{}
	}
	b := k.fitting()
	if b.passes < 3 || b.outer*b.lines != s.count || s.out%b.width != 0 {
		return blockShape{}
	}
	return b
}

// slabs does the first passes slab by slab, with 2·most elements of scratch. Each slab is a line of the tiles, if there are any.
func (k *kronPlan[T]) slabs(p *kernels.Pool, step kronStep, dst, x, scratch []T) {
	g, tiles := step.passes, step.tiles
	s := k.slab(g)
	part := kronPlan[T]{factors: k.factors[s.first:], t: k.t, before: 1, after: k.after, passes: g}
	for i := range g {
		part.order[i] = k.order[i] - uint8(s.first)
	}
	copy(part.dims[:], k.dims[s.first:])
	for i := range s.count {
		one := part
		src := x[i*s.in : (i+1)*s.in]
		for one.pos < g {
			axis, m, n, l, r := one.next()
			f := &one.factors[axis]
			switch {
			case one.pos < g:
				to := scratch[one.pos%2*s.most:][:l*m*r]
				axisMul(p, to, f, one.t, m, n, l, r, src)
				src = to
			case tiles.passes > 1:
				lines, w := tiles.lines, tiles.width
				last := scratch[one.pos%2*s.most:][:s.out]
				axisMul(p, last, f, one.t, m, n, l, r, src)
				kernels.StreamCopy(p, s.out/w, w, last, w, dst[i/lines*lines*s.out+i%lines*w:], lines*w)
			default:
				axisMul(p, dst[i*s.out:(i+1)*s.out], f, one.t, m, n, l, r, src)
			}
		}
	}
	k.skip(g)
}

// A blockShape says how the next passes of a plan go block by block: some columns behind the axes concerned.
type blockShape struct {
	passes  int // 1: no blocks
	outer   int // tensors in front of the axes
	lines   int // elements of the axes together
	columns int // behind the axes
	width   int // of a block
}

// work is the number of elements of the intermediates: one or two, which also serve blocks in the order of tiles, of three passes at least.
func (b blockShape) work() int { return min(2, b.passes-1) * b.lines * b.width }

// block returns how many of the next passes can be done together on blocks of columns that stay in the cache: axes that follow each other towards the first, of square
// factors of at most so many terms.
func (k *kronPlan[T]) block(terms int) blockShape {
	b := blockShape{passes: 1}
	if !k.square || !k.large() {
		return b
	}
	size := elementSize[T]()
	last := int(k.order[k.pos])
	b.columns = k.after
	for i := last + 1; i < len(k.factors); i++ {
		b.columns *= k.dims[i]
	}
	lines := 1
	for g := 1; k.pos+g <= k.passes; g++ {
		axis := last - g + 1
		if int(k.order[k.pos+g-1]) != axis || k.dims[axis] > terms {
			break
		}
		lines *= k.dims[axis]
		if width := kronBlock / (lines * size) / (kronLine / size) * (kronLine / size); width == 0 || width >= b.columns {
			break
		} else if g > 1 {
			b.passes, b.lines, b.width = g, lines, width
		}
	}
	if b.passes > 1 {
		b.outer = k.size / (b.lines * b.columns)
	}
	return b
}

// fitting is block where there is memory for it.
func (k *kronPlan[T]) fitting() blockShape {
	b := k.block(k.terms)
	if b.work() > k.room {
		return blockShape{passes: 1}
	}
	return b
}

// blocks does the next passes block by block; work holds the intermediates.
func (k *kronPlan[T]) blocks(p *kernels.Pool, step kronStep, dst, src, work []T) {
	b, tiles := step.block, step.tiled
	first := int(k.order[k.pos])
	whole := b.lines * b.columns
	for o := range b.outer {
		from, to := src[o*whole:(o+1)*whole], dst[o*whole:(o+1)*whole]
		for j := 0; j < b.columns; j += b.width {
			w := min(b.width, b.columns-j)
			size := b.lines * w
			l, r := b.lines, w
			in := from[j:]
			if tiles {
				in = from[j*b.lines:][:size]
			}
			for g := range b.passes {
				f := &k.factors[first-g]
				n := k.dims[first-g]
				l /= n
				if g == b.passes-1 && !tiles {
					kernels.GemmBatch(p, f.flag(k.t), kernels.NoTrans, n, w, n, 1, f.A.Data, f.A.ld(), 0, in, r, w, 0, to[j:], r/w*b.columns, b.columns, r/w)
					continue
				}
				out := work[g%2*b.lines*b.width:][:size]
				if g == 0 && !tiles {
					kernels.GemmBatch(p, f.flag(k.t), kernels.NoTrans, n, w, n, 1, f.A.Data, f.A.ld(), 0, in, b.columns, n*b.columns, 0, out, w, n*w, l)
				} else {
					axisMul(p, out, f, k.t, n, n, l, r, in)
				}
				in = out
				r *= n
			}
			if tiles {
				kernels.StreamCopy(p, b.lines, w, in, w, to[j:], b.columns)
			}
		}
	}
	k.skip(b.passes)
}

// axisMul multiplies axis 1 of the tensor x[l][n][r] by the m×n matrix op(f): y[l][m][r]. The
// contracted axis is taken where it lies: nothing is transposed or copied first.
func axisMul[T kernels.Float](p *kernels.Pool, y []T, f *Factor[T], t kernels.Transpose, m, n, l, r int, x []T) {
	flag := f.flag(t)
	ld := f.A.ld()
	switch {
	case r == 1:
		// y[l][m] = x[l][n]·op(f)ᵀ
		other := kernels.Trans
		if flag == kernels.Trans {
			other = kernels.NoTrans
		}
		kernels.Gemm(p, kernels.NoTrans, other, l, m, n, 1, x, max(1, n), f.A.Data, ld, 0, y, max(1, m))
	case l == 1:
		kernels.Gemm(p, flag, kernels.NoTrans, m, r, n, 1, f.A.Data, ld, x, max(1, r), 0, y, max(1, r))
	default:
		kernels.GemmBatch(p, flag, kernels.NoTrans, m, r, n, 1, f.A.Data, ld, 0, x, max(1, r), n*r, 0, y, max(1, r), m*r, l)
	}
}

// KronMul computes y = op(F₁ ⊗ F₂ ⊗ … ⊗ F_N)·x without forming the product. x is the row-major
// tensor with one axis per factor, flattened: F_i contracts axis i. With two factors and X
// the n₁×n₂ matrix of x that is Y = F₁·X·F₂ᵀ. Factors may be rectangular, transposed or the
// identity; op transposes all of them (the order stays).
//
// len(x) and len(y) are the products of the columns and of the rows of the op(F_i). y, x and
// work must not overlap. work is overwritten; KronMulWork says how long it should be. The
// cost is one product per factor over the whole tensor, no transposition; where the tensor is larger than a cache, a serial call takes the passes over
// the last axes together, slab by slab, and those over short first axes block by block, some columns of all that lies behind them.
// Each pass is a product in chain order; rectangular factors are applied in the order that
// costs least, which depends on the shapes only.
func KronMul[T kernels.Float](p *kernels.Pool, t kernels.Transpose, factors []Factor[T], y, x, work []T) {
	m, n := kronShape(t, factors)
	kronMul(p, t, factors, m, n, 1, 1, y, x, work)
}

// KronMulWork returns the length of work for KronMul, KronMulLeft, where cols is the number of columns of the other operand, else 1, and, asked with the other
// t, KronMulRight, where it is that of rows. Up to 256 KiB of it are for blocks of large tensors: without them, with one tensor where all factors
// are square, calls have the same bits and are slower. Less panics.
func KronMulWork[T kernels.Float](t kernels.Transpose, factors []Factor[T], cols int) int {
	m, _ := kronShape(t, factors)
	var k kronPlan[T]
	k.init(t, factors, 1, cols)
	w0, w1, w2 := k.work(m * cols)
	return w0 + w1 + w2
}

// KronMulLeft computes dst = op(F₁ ⊗ … ⊗ F_N)·x for a matrix x, column by column what KronMul
// computes. dst and x must be compact (Stride = Cols) unless there is a single factor.
func KronMulLeft[T kernels.Float](p *kernels.Pool, dst Matrix[T], t kernels.Transpose, factors []Factor[T], x Matrix[T], work []T) {
	m, n := kronShape(t, factors)
	if x.Rows != n || dst.Rows != m || dst.Cols != x.Cols {
		panic(badShape)
	}
	if len(factors) == 1 && !factors[0].identity() {
		MatMulAdd(p, dst, factors[0].flag(t), kernels.NoTrans, 1, factors[0].A, x, 0)
		return
	}
	dst.check()
	x.check()
	if !dst.compact() || !x.compact() {
		panic(notCompact)
	}
	kronMul(p, t, factors, m, n, 1, x.Cols, dst.span(), x.span(), work)
}

// KronMulRight computes dst = x·op(F₁ ⊗ … ⊗ F_N) for a matrix x: each row of x is a tensor with
// one axis per factor. Compact matrices (Stride = Cols) are one batch, but for large rows on one core; others go row by row,
// with the same bits.
func KronMulRight[T kernels.Float](p *kernels.Pool, dst, x Matrix[T], t kernels.Transpose, factors []Factor[T], work []T) {
	m, n := kronShape(t, factors)
	if x.Cols != m || dst.Cols != n || dst.Rows != x.Rows {
		panic(badShape)
	}
	if len(factors) == 1 && !factors[0].identity() {
		MatMulAdd(p, dst, kernels.NoTrans, factors[0].flag(t), 1, x, factors[0].A, 0)
		return
	}
	dst.check()
	x.check()
	// A row vector times K is Kᵀ times the column.
	kronRows(p, flip(t), factors, dst, x, work)
}

// kronRows applies op(⊗F) to every row of x.
func kronRows[T kernels.Float](p *kernels.Pool, t kernels.Transpose, factors []Factor[T], dst, x Matrix[T], work []T) {
	m, n := kronShape(t, factors)
	if dst.compact() && x.compact() && !singly(p, factors, x.Cols) {
		kronMul(p, t, factors, m, n, x.Rows, 1, dst.span(), x.span(), work)
		return
	}
	work = work[:min(len(work), KronMulWork(t, factors, 1))]
	if overlaps(dst.span(), x.span()) || overlaps(work, x.span()) || overlaps(work, dst.span()) {
		panic(overlap) // before the first row is written
	}
	for i := 0; i < x.Rows; i++ {
		kronMul(p, t, factors, m, n, 1, 1, dst.Row(i), x.Row(i), work)
	}
}

// singly reports whether rows of n elements are better multiplied one after the other: on one core, where the intermediates of one are all that the second-level cache
// holds, and no factor is so large that to pack it again for each row would count. It moves no rounding.
func singly[T kernels.Float](p *kernels.Pool, factors []Factor[T], n int) bool {
	if p.Workers() > 1 || len(factors) < 3 || n*elementSize[T]() < kronSlab {
		return false
	}
	for i := range factors {
		if f := &factors[i]; f.A.Rows > n/4/max(1, f.A.Cols) {
			return false
		}
	}
	return true
}

func flip(t kernels.Transpose) kernels.Transpose {
	switch t {
	case kernels.NoTrans:
		return kernels.Trans
	case kernels.Trans:
		return kernels.NoTrans
	}
	panic(badTrans)
}

// kronMul computes y = (I ⊗ op(⊗F) ⊗ I)·x for op(⊗F) of shape m×n and identities of order before and after.
func kronMul[T kernels.Float](p *kernels.Pool, t kernels.Transpose, factors []Factor[T], m, n, before, after int, y, x, work []T) {
	if len(x) != before*n*after || len(y) != before*m*after {
		panic(badLen)
	}
	if len(factors) == 2 && before == 1 && after == 1 && !factors[0].identity() && !factors[1].identity() {
		kronPair(p, t, &factors[0], &factors[1], y, x, work)
		return
	}
	var k kronPlan[T]
	k.init(t, factors, before, after)
	if len(y) == 0 {
		return
	}
	if len(x) == 0 {
		clear(y) // a sum over nothing
		return
	}
	k.run(p, y, x, work)
}

// kronPair is Y = op(F)·X·op(G)ᵀ as the plan has it, whose arithmetic would be a sixth of a product of order 32.
func kronPair[T kernels.Float](p *kernels.Pool, t kernels.Transpose, f, g *Factor[T], y, x, work []T) {
	if t != kernels.NoTrans && t != kernels.Trans {
		panic(badTrans)
	}
	if f.A.Rows < 0 || f.A.Cols < 0 || g.A.Rows < 0 || g.A.Cols < 0 {
		panic(negDim)
	}
	f.A.check()
	g.A.check()
	if len(y) == 0 {
		return
	}
	if len(x) == 0 {
		clear(y)
		return
	}
	m, n := f.shape(t)
	mg, ng := g.shape(t)
	first := f.sooner(g, t)
	size := n * mg
	if first {
		size = m * ng
	}
	if len(work) < size {
		panic(shortWork)
	}
	work = work[:size]
	if overlaps(y, x) || overlaps(work, x) || overlaps(work, y) {
		panic(overlap)
	}
	if first {
		axisMul(p, work, f, t, m, n, 1, ng, x)
		axisMul(p, y, g, t, mg, ng, m, 1, work)
	} else {
		axisMul(p, work, g, t, mg, ng, n, 1, x)
		axisMul(p, y, f, t, m, n, 1, mg, work)
	}
}

// KronProduct forms C = A ⊗ B: dst is A.Rows·B.Rows × A.Cols·B.Cols and element
// (i·B.Rows+k, j·B.Cols+l) is a_ij·b_kl, one rounded product. dst must not overlap a or b.
func KronProduct[T kernels.Float](p *kernels.Pool, dst, a, b Matrix[T]) {
	if dst.Rows != a.Rows*b.Rows || dst.Cols != a.Cols*b.Cols {
		panic(badShape)
	}
	kernels.Kron(p, a.Rows, a.Cols, a.Data, a.ld(), b.Rows, b.Cols, b.Data, b.ld(), dst.Data, dst.ld())
}
