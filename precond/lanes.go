package precond

import (
	"math"
	"slices"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Many small factors of equal order are decomposed side by side, each in a lane of the vectors (linalg.SymEigBatch; linalg.QRBatch for a step of orthogonal
// iteration), in two to three times less time than one by one. Then a step has two parts: blocks with such factors stop before their Refresh, all factors are decomposed, and
// these blocks go on. Which factors take lanes depends on the Config and the shapes of all parameters, since eight lanes that are nearly
// empty cost more than single solvers; the bits of lanes are not those of SymEig and QR.

// lanesOrder is the largest order that SymEigBatch and QRBatch take in lanes.
const lanesOrder = 32

// lane is the result for one axis.
type lane[T kernels.Float] struct {
	block, axis int
	rows        linalg.Matrix[T] // the factor, or factor times basis, then the columns of the new basis as rows
	values      []T              // of Eigh
	perm        []int            // of PowerQR
	solved      bool             // in this step, and not taken yet
	spent       time.Duration
}

// laneSlot is the memory of a worker.
type laneSlot[T kernels.Float] struct {
	eig map[int]*linalg.SymEigBatch[T]
	qr  map[int]*linalg.QRBatch[T]
	in  [kernels.SymLanes]linalg.Matrix[T]
	of  [kernels.SymLanes]*lane[T]
}

// lanesAt returns the place of Refresh where a step can be cut there, else −1: nothing but the state of the block goes on from the stages
// before, or there is nothing to do afterwards.
func (p *program) lanesAt(c *Config) int {
	at := slices.Index(p.stages, Refresh)
	if c.Basis.Kind == Axes || c.Basis.By != Eigh && c.Basis.By != PowerQR || c.Basis.Tol != 0 || c.Basis.Start < 0 || p.half > 0 && at >= p.half {
		return -1
	}
	for _, s := range p.stages[:at] {
		if s != Statistics && !(s == WeightDecay && c.Decay.Kind == L2) && at < len(p.stages)-1 {
			return -1
		}
	}
	return at
}

// takeLanes marks the axes of which enough of equal length are due at a time to fill all lanes.
func (r *built[T]) takeLanes(c *Config) {
	if p := c.compile(); c.Factors.Of == FactorsNone || p.lanesAt(c) < 0 {
		return
	}
	count := map[int]int{}
	each := func(f func(a *axis[T])) {
		for i := range r.blocks {
			for k := range r.blocks[i].axes {
				if a := &r.blocks[i].axes[k]; a.on && a.d > 1 && a.d <= lanesOrder {
					f(a)
				}
			}
		}
	}
	each(func(a *axis[T]) { count[a.d]++ })
	period := 1
	if c.Basis.Stagger || c.Basis.Budget > 0 {
		period = max(1, r.plan.Every)
	}
	each(func(a *axis[T]) { a.laned = count[a.d]/period >= kernels.SymLanes })
}

// makeLanes gives the axes that were marked their memory, and lists them by length.
func (o *Optimizer[T]) makeLanes(memory []T, perms []int) {
	m := arena[T]{mem: memory}
	for i := range o.blocks {
		for k := range o.blocks[i].axes {
			a := &o.blocks[i].axes[k]
			if !a.laned {
				continue
			}
			a.lane = &lane[T]{block: i, axis: k, rows: linalg.MatrixOf(a.d, a.d, m.take(a.d*a.d))}
			if o.cfg.Basis.By == PowerQR {
				a.lane.perm, perms = perms[:a.d:a.d], perms[a.d:]
			} else {
				a.lane.values = m.take(a.d)
			}
			o.lanes = append(o.lanes, a.lane)
		}
	}
	slices.SortStableFunc(o.lanes, func(a, b *lane[T]) int { return a.rows.Rows - b.rows.Rows })
	o.due, o.groups = make([]*lane[T], 0, len(o.lanes)), make([]int, 0, len(o.lanes)+1)
}

// dueLanes lists the axes whose refresh is due, in groups of equal length, and reports whether there are any.
func (o *Optimizer[T]) dueLanes() bool {
	o.due, o.groups = o.due[:0], append(o.groups[:0], 0)
	for _, l := range o.lanes {
		b := &o.blocks[l.block]
		if l.solved = false; !o.state[b.param].active || !b.coef.fresh || l.perm != nil && !b.axes[l.axis].set {
			continue // the first basis is one of Eigh
		}
		from := o.groups[len(o.groups)-1]
		if n := len(o.due); n > from && (n-from == kernels.SymLanes || o.due[from].rows.Rows != l.rows.Rows) {
			o.groups = append(o.groups, n)
		}
		o.due = append(o.due, l)
		b.split = true
	}
	if len(o.due) == 0 {
		return false
	}
	o.groups = append(o.groups, len(o.due))
	return true
}

// laneTask is an Optimizer as the task of decomposing groups of factors.
type laneTask[T kernels.Float] Optimizer[T]

// Do decomposes group i. What has no finite factor, or perhaps no finite eigenvalues, is left to the ladder.
func (t *laneTask[T]) Do(i int) {
	o := (*Optimizer[T])(t)
	s := <-o.slots
	defer func() { o.slots <- s }()
	w, n := &s.lanes, 0
	start := time.Time{}
	if o.moved != nil {
		start = time.Now()
	}
	for _, l := range o.due[o.groups[i]:o.groups[i+1]] {
		b := &o.blocks[l.block]
		p := pass[T]{o: o, b: b, c: &b.coef, s: s, p: o.pool}
		if p.loadLane(l) {
			w.in[n], w.of[n] = l.rows, l
			n++
		}
	}
	if n == 0 {
		return
	}
	for k := n; k < len(w.in); k++ {
		w.in[k] = w.in[0]
	}
	if w.solve(n) != nil {
		return // no finite matrix known to us comes here
	}
	for _, l := range w.of[:n] {
		l.solved = true
		if o.moved != nil {
			l.spent = time.Since(start) / time.Duration(n)
		}
	}
}

// solve decomposes the matrices that are in, of which the first n count.
func (w *laneSlot[T]) solve(n int) error {
	d := w.in[0].Rows
	if q := w.qr[d]; q != nil {
		if err := q.Factorize(w.in[:]); err != nil {
			return err
		}
		for k, l := range w.of[:n] {
			linalg.Copy(l.rows, q.QT(k))
		}
		return nil
	}
	e := w.eig[d]
	if err := e.Factorize(w.in[:]); err != nil {
		return err
	}
	for k, l := range w.of[:n] {
		copy(l.values, e.Values(k))
		linalg.Copy(l.rows, e.VectorsT(k))
	}
	return nil
}

// loadLane copies the factor that is to be decomposed, and reports whether it is finite and so small that its eigenvalues are; for PowerQR it
// multiplies it by the basis and sorts the columns.
func (p *pass[T]) loadLane(l *lane[T]) bool {
	d, a := l.rows.Rows, &p.b.axes[l.axis]
	c := p.factor(a)
	if l.perm != nil {
		linalg.SymMul(p.p, l.rows, c, a.q)
		linalg.SortByQuotients(a.q, l.rows, p.s.sum[:d], l.perm)
		return p.usable(l.rows)
	}
	ridge := 0.0
	if p.o.cfg.Basis.Kind == Root && p.o.cfg.Diagonal.EpsAt == EpsAtFactor {
		ridge = p.o.cfg.Diagonal.Eps
	}
	trace := 0.0
	for i := range d {
		row := l.rows.Row(i)
		copy(row[:i+1], c.Row(i)[:i+1])
		clear(row[i+1:])
		row[i] += T(ridge)
		trace += math.Abs(float64(row[i]))
	}
	return trace < p.o.largest/4 && linalg.Finite(p.p, l.rows)
}

// laneRoot forms Σ φ(λ_i)·v_i·v_iᵀ = WᵀW, the rows of W being √φ(λ_i)·v_i, and reports whether that is finite.
func (p *pass[T]) laneRoot(a *axis[T]) bool {
	l, d := a.lane, &p.o.cfg.Diagonal
	low := float64(slices.Min(l.values))
	for i, v := range l.values {
		kernels.Scal(p.p, T(math.Sqrt(d.lifted(float64(v), low, a.power))), l.rows.Row(i))
	}
	x := p.scratch(2, a.d)
	linalg.Syrk(p.p, x, kernels.Lower, kernels.Trans, 1, l.rows, 0)
	linalg.Mirror(p.p, kernels.Lower, x)
	if !linalg.Finite(p.p, x) {
		return false
	}
	linalg.Copy(a.q, x)
	return true
}
