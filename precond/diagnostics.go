package precond

import (
	"math"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Diagnostics is what Diagnose finds out about a block.
type Diagnostics struct {
	Block string  // its name in checkpoints
	Steps float64 // made
	// UpdateRMS is the root mean square of the last change of the parameter, decay included; NaN before Watch and a step.
	UpdateRMS float64
	// GraftRatio is the norm that the graft gave the last direction, by the norm that it had; 0 without a graft.
	GraftRatio float64
	// Since New, as in Report.
	Refreshed, Kept, Rescued, Failed, Lost int
	// RefreshTime is the time that refreshes have taken since Watch.
	RefreshTime time.Duration
	Axes        []AxisDiagnostics
}

// AxisDiagnostics is what Diagnose finds out about an axis that has a factor; the zero value stands for others.
type AxisDiagnostics struct {
	// OffDiagonal is ‖B − diag B‖_F / ‖B‖_F with B = QᵀCQ: how stale the basis is. NaN where there is none, and for Kind
	// Root.
	OffDiagonal float64
	// Condition is λ_max/λ_min of the factor, +Inf if it is singular, StableRank its trace by λ_max: the number of
	// directions that count. Both are NaN for a factor that is 0.
	Condition, StableRank float64
	// Turn is the root mean square of the sines of the angles between the columns of the last two bases: 0 if none
	// moved, 1 if all did by a right angle. NaN before Watch and a refresh, and for Kind Root.
	Turn float64
}

// watch is what a block remembers for Diagnose.
type watch struct {
	time  time.Duration
	turns []float64
	old   int // elements of all bases
}

// Watch makes steps record what Diagnose tells about changes: the size of updates, the time of refreshes and the turn of
// bases, for which it keeps copies of parameters and bases. The results of steps do not change, nor does it allocate after
// this call. Watch(false) forgets all of it.
func (o *Optimizer[T]) Watch(on bool) {
	o.moved = nil
	most := 0
	for i := range o.blocks {
		b := &o.blocks[i]
		b.watch = nil
		if !on {
			continue
		}
		b.watch = &watch{turns: make([]float64, len(b.axes))}
		for k := range b.axes {
			b.watch.turns[k] = math.NaN()
			b.watch.old += len(b.axes[k].q.Data)
		}
		most = max(most, b.watch.old)
	}
	for range cap(o.slots) {
		s := <-o.slots
		s.old = nil
		if on {
			s.old = make([]T, most)
		}
		o.slots <- s
	}
	for i := range o.state {
		o.state[i].rms = math.NaN()
		if on {
			o.moved = append(o.moved, make([]T, o.state[i].n))
		}
	}
}

// remember copies the parameters before a step.
func (o *Optimizer[T]) remember() {
	for i, x := range o.moved {
		if o.state[i].active {
			copy(x, o.params[i].Value)
		}
	}
}

// compare finds out by how much a step has changed the parameters.
func (o *Optimizer[T]) compare() {
	for i, x := range o.moved {
		if s := &o.state[i]; s.active {
			kernels.Axpby(o.pool, 1, o.params[i].Value, -1, x, x)
			s.rms = float64(kernels.Nrm2(o.pool, x)) / math.Sqrt(float64(s.n))
		}
	}
}

// watched is renew with a watch.
func (p *pass[T]) watched() {
	old := p.s.old[:0]
	for k := range p.b.axes {
		old = append(old, p.b.axes[k].q.Data...)
	}
	start := time.Now()
	p.renew()
	p.b.watch.time += time.Since(start)
	for k := range p.b.axes {
		if l := p.b.axes[k].lane; l != nil {
			p.b.watch.time += l.spent
			l.spent = 0
		}
	}
	for k := range p.b.axes {
		a := &p.b.axes[k]
		n := len(a.q.Data)
		if a.set && p.o.cfg.Basis.Kind == Eigen {
			p.b.watch.turns[k] = turn(old[:n], a.q.Data, a.d)
		}
		old = old[n:]
	}
}

// turn is the root mean square of the sines of the angles between the columns of two orthogonal d×d matrices.
func turn[T kernels.Float](p, q []T, d int) float64 {
	sum := 0.0
	for j := range d {
		c := 0.0
		for i := range d {
			c += float64(float64(p[i*d+j]) * float64(q[i*d+j]))
		}
		sum += max(0, 1-float64(c*c))
	}
	return math.Sqrt(sum / float64(d))
}

// Diagnose looks at block i: how well its bases fit its factors, and what its steps did. It solves an eigenproblem for each
// factor and allocates; ask now and then. It panics if there is no such block.
func (o *Optimizer[T]) Diagnose(i int) Diagnostics {
	b := &o.blocks[i]
	d := Diagnostics{
		Block: b.name, Steps: max(0, b.clock.t), UpdateRMS: math.NaN(), GraftRatio: b.ratio,
		Refreshed: b.total.refreshed, Kept: b.total.kept, Rescued: b.total.rescued, Failed: b.total.failed, Lost: b.total.lost,
		Axes: make([]AxisDiagnostics, len(b.axes)),
	}
	if b.watch != nil {
		d.UpdateRMS, d.RefreshTime = o.state[b.param].rms, b.watch.time
	}
	for k := range b.axes {
		a := &b.axes[k]
		if a.c.Data == nil {
			continue
		}
		nan := math.NaN()
		x := &d.Axes[k]
		*x = AxisDiagnostics{nan, nan, nan, nan}
		if b.watch != nil {
			x.Turn = b.watch.turns[k]
		}
		if a.set && o.cfg.Basis.Kind == Eigen {
			w, t := linalg.NewMatrix[T](a.d, a.d), linalg.NewMatrix[T](a.d, a.d)
			x.OffDiagonal = linalg.Criterion(o.pool, a.q, a.c, w, t)
		}
		x.Condition, x.StableRank = spectrum(o.pool, a.c)
	}
	return d
}

// spectrum returns condition and stable rank of a factor.
func spectrum[T kernels.Float](p *kernels.Pool, c linalg.Matrix[T]) (condition, rank float64) {
	e := linalg.NewSymEig[T](c.Rows, linalg.WithPool(p))
	if e.Factorize(c) != nil {
		return math.NaN(), math.NaN()
	}
	values := e.Values()
	most, least := float64(values[0]), float64(values[len(values)-1])
	if !(most > 0) {
		return math.NaN(), math.NaN()
	}
	for _, v := range values {
		rank += max(0, float64(v)) / most
	}
	// What is below the accuracy of the eigenvalues counts as 0.
	eps := 0x1p-52
	if T(1)+T(0x1p-30) == 1 {
		eps = 0x1p-23
	}
	if least <= float64(len(values))*eps*most {
		return math.Inf(1), rank
	}
	return most / least, rank
}
