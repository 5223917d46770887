package stepbench

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/bench/kernelbench"
	"github.com/seed-4885aa59/eigenbasis/bench/machine"
	"github.com/seed-4885aa59/eigenbasis/bench/timing"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// never is a period that no run reaches.
const never = 1 << 30

// runner steps one optimizer on gradients of its own.
type runner[T kernels.Float] struct {
	opt    *precond.Optimizer[T]
	params []*precond.Param[T]
	plan   precond.Plan
}

// newRunner makes the parameters of m and takes the steps that differ from those after: the first, and that of the
// first basis.
func newRunner[T kernels.Float](c precond.Config, m model, every int, pool *kernels.Pool) (*runner[T], error) {
	if c.Basis.Kind != precond.Axes {
		c.Basis.Every, c.Basis.Start = every, min(c.Basis.Start, 1)
		c.Basis.Stagger = c.Basis.Stagger && every != never // of blocks that never refresh nothing is spread
	}
	c, ok := layered(c, m)
	if !ok {
		return nil, errNoLayer
	}
	r := &runner[T]{}
	seed := uint64(1)
	for i, shape := range m.shapes {
		n := count([][]int{shape})
		p := &precond.Param[T]{Name: names(m)[i], Shape: shape, Value: make([]T, n), Grad: make([]T, n)}
		fill(p.Value, &seed)
		fill(p.Grad, &seed)
		r.params = append(r.params, p)
	}
	var err error
	if r.opt, err = precond.New(c, r.params, pool); err != nil {
		return nil, fmt.Errorf("%s on %s: %w", c.Name, m.name, err)
	}
	r.plan = r.opt.Plan()
	if err := r.observe(c, &seed); err != nil {
		return nil, fmt.Errorf("%s on %s: %w", c.Name, m.name, err)
	}
	r.steps(3)
	return r, nil
}

// errNoLayer says that an optimizer of layers has nothing to do on a model.
var errNoLayer = errors.New("no matrix to be a layer")

// observe gives the optimizer what its steps need besides gradients: a frame, a curvature, the inputs and output gradients of layers. It is
// not measured.
func (r *runner[T]) observe(c precond.Config, seed *uint64) error {
	if c.Frame.Kind != precond.FrameNone {
		if err := r.opt.Survey(1); err != nil {
			return err
		}
	}
	const rows = 32
	for _, l := range c.Layers {
		for _, p := range r.params {
			if p.Name != l.Weight {
				continue
			}
			a, g := linalg.NewMatrix[T](rows, p.Shape[1]), linalg.NewMatrix[T](rows, p.Shape[0])
			fill(a.Data, seed)
			fill(g.Data, seed)
			if err := r.opt.ObserveLayer(l, a, g, 1, 1); err != nil {
				return err
			}
		}
	}
	if c.Diagonal.Of != precond.DiagonalCurvature || len(c.Layers) > 0 {
		return nil
	}
	for i, p := range r.params {
		g := linalg.MatrixOf(1, len(p.Grad), p.Grad)
		if err := r.opt.Observe(i, g, g, 1); err != nil {
			return err
		}
	}
	return nil
}

// fill writes numbers of a normal distribution, about.
func fill[T kernels.Float](x []T, seed *uint64) {
	for i := range x {
		s := 0.0
		for range 4 {
			*seed = *seed*6364136223846793005 + 1442695040888963407
			s += float64(*seed>>40)/(1<<24) - 0.5
		}
		x[i] = T(s * math.Sqrt(3))
	}
}

func (r *runner[T]) steps(n int) {
	for range n {
		if _, err := r.opt.Step(1); err != nil {
			panic(err) // the gradients are finite
		}
	}
}

// sampleTime is how many seconds one sample takes at least.
var sampleTime = 0.02

// timer measures with the clock that a number of workers needs.
type timer struct{ wall bool }

// time returns the seconds of one call, over reps calls.
func (t timer) time(reps int, f func()) float64 {
	return timing.Clock(t.wall).Sample(timing.Repeat(f), reps)
}

// reps is how many calls fill sampleTime.
func (t timer) reps(f func()) int {
	t.time(1, f)
	for n := 1; ; n *= 4 {
		if s := t.time(n, f); s*float64(n) > sampleTime/8 {
			return max(1, int(sampleTime/s))
		}
	}
}

// products multiplies as a step on an m×n matrix does: m×m by m×n and m×n by n×n.
type products[T kernels.Float] struct {
	m, n    int
	a, b    []T // square
	x, y, z []T
	pool    *kernels.Pool
}

func newProducts[T kernels.Float](shape []int, pool *kernels.Pool) *products[T] {
	m, n := shape[0], count([][]int{shape[1:]})
	p := &products[T]{m: m, n: n, a: make([]T, m*m), b: make([]T, n*n), x: make([]T, m*n), y: make([]T, m*n), z: make([]T, m*n), pool: pool}
	seed := uint64(2)
	for _, v := range [][]T{p.a, p.b, p.x} {
		fill(v, &seed)
	}
	return p
}

func (p *products[T]) run() {
	kernels.Gemm(p.pool, kernels.Trans, kernels.NoTrans, p.m, p.n, p.m, 1, p.a, p.m, p.x, p.n, 0, p.y, p.n)
	kernels.Gemm(p.pool, kernels.NoTrans, kernels.NoTrans, p.m, p.n, p.n, 1, p.y, p.n, p.b, p.n, 0, p.z, p.n)
}

func (p *products[T]) flops() float64 { return 2 * float64(p.m) * float64(p.n) * float64(p.m+p.n) }

// row is what was measured of one preset on one model: seconds.
type row struct {
	step, refresh, adamw float64
	gemm                 float64 // flops per second of the products of the run, 0 for models of several shapes
	stepGemm             float64 // time of a step in units of its flops at that rate
	ratio                float64 // step to AdamW's
	average              float64 // with a refresh every so many steps
	speedup              float64 // over one worker: of a step, and of one with a refresh
	speedupFresh         float64
}

// measure takes interleaved samples: products, AdamW, steps without refresh, steps with one each.
func measure[T kernels.Float](s settings, c precond.Config, m model, pool *kernels.Pool) (r row, err error) {
	t := timer{s.workers > 1}
	if need, have := memory[T](s, c, m), available(); have > 0 && need > have {
		return r, &memoryError{need, have}
	}
	quiet, err := newRunner[T](c, m, never, pool)
	if err != nil {
		return r, err
	}
	adamw, err := newRunner[T](precond.AdamW(), m, never, pool)
	if err != nil {
		return r, err
	}
	var fresh *runner[T]
	if c.Basis.Kind != precond.Axes {
		if fresh, err = newRunner[T](c, m, 1, pool); err != nil {
			return r, err
		}
	}
	var solo, soloFresh *runner[T]
	if s.workers > 1 {
		if solo, err = newRunner[T](c, m, never, nil); err != nil {
			return r, err
		}
		if fresh != nil {
			if soloFresh, err = newRunner[T](c, m, 1, nil); err != nil {
				return r, err
			}
		}
	}
	one := func(r *runner[T]) func() { return func() { r.steps(1) } }
	nq, na, nf, np := t.reps(one(quiet)), t.reps(one(adamw)), 0, 0
	if fresh != nil {
		nf = t.reps(one(fresh))
	}
	// Of equal tensors the products are known; of others a rate would be a mixture.
	var p *products[T]
	if same(m.shapes) && len(m.shapes[0]) > 1 {
		p = newProducts[T](m.shapes[0], pool)
		np = t.reps(p.run)
	}
	var steps, refreshes, adamws, gemms, ratios, units, speedups, speedupsFresh []float64
	for range s.rounds {
		gemm := math.Inf(1)
		if p != nil {
			gemm = t.time(np, p.run)
		}
		a, q := t.time(na, one(adamw)), t.time(nq, one(quiet))
		if p != nil {
			// On both sides of the sample: the clock drifts.
			gemm = min(gemm, t.time(np, p.run))
			rate := p.flops() / gemm
			gemms = append(gemms, rate)
			units = append(units, q*rate/float64(max(1, quiet.plan.ProductFlops)))
		}
		if solo != nil {
			speedups = append(speedups, t.time(nq, one(solo))/q)
		}
		if fresh != nil {
			f := t.time(nf, one(fresh))
			refreshes = append(refreshes, f-q)
			if soloFresh != nil {
				speedupsFresh = append(speedupsFresh, t.time(nf, one(soloFresh))/f)
			}
		}
		steps, adamws, ratios = append(steps, q), append(adamws, a), append(ratios, q/a)
	}
	r = row{step: median(steps), adamw: median(adamws), refresh: median(refreshes), gemm: median(gemms), ratio: median(ratios), stepGemm: median(units)}
	if quiet.plan.ProductFlops == 0 {
		r.stepGemm = 0
	}
	r.speedup, r.speedupFresh = median(speedups), median(speedupsFresh)
	r.average = r.step + r.refresh/float64(s.every)
	return r, nil
}

// available is the memory that there is, but for tests.
var available = machine.Available

// memory is what the optimizers of measure take together, with parameters and gradients; 0 where there is none.
func memory[T kernels.Float](s settings, c precond.Config, m model) int64 {
	var z T
	each := func(c precond.Config, workers int) int64 {
		c, ok := layered(c, m)
		if !ok {
			return 0
		}
		p, err := precond.PlanForNamed[T](c, names(m), m.shapes)
		if err != nil {
			return 0
		}
		return p.Bytes(workers) + 2*int64(count(m.shapes))*int64(unsafe.Sizeof(z))
	}
	runners := int64(1) // without refresh, and with one each step
	if c.Basis.Kind != precond.Axes {
		runners = 2
	}
	need := each(precond.AdamW(), s.workers) + runners*each(c, s.workers)
	if s.workers > 1 {
		need += runners * each(c, 1)
	}
	return need
}

// memoryError says that a row does not fit.
type memoryError struct{ need, have int64 }

func (e *memoryError) Error() string {
	return fmt.Sprintf("not measured: the optimizers to compare take %.1f GiB, and %.1f are available", float64(e.need)/(1<<30), float64(e.have)/(1<<30))
}

func same(shapes [][]int) bool {
	for _, s := range shapes {
		if !slices.Equal(s, shapes[0]) {
			return false
		}
	}
	return true
}

// median of no values is 0.
func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// table measures every preset on every model.
func table[T kernels.Float](s settings) error {
	pool := kernels.NewPool(s.workers)
	defer pool.Close()
	head[T](s, pool)
	fmt.Printf("step: without refresh; average: with one every %d steps; products: their part of a step at the rate of the products of the same\n", s.every)
	fmt.Println("rounds, and that rate; limit: time of moving AdamW's vectors without arithmetic in the same rounds")
	fmt.Printf("%-12s %-20s %10s %10s %10s %9s %9s %9s %10s\n", "model", "preset", "step ms", "refresh ms", "average ms", "products", "GFLOP/s", "× AdamW", map[bool]string{false: "of limit", true: "speed-up, and with refresh"}[s.workers > 1])
	for _, m := range s.models {
		for _, c := range s.presets {
			r, err := measure[T](s, c, m, pool)
			var large *memoryError
			if err == errNoLayer || errors.As(err, &large) {
				fmt.Printf("%-12s %-20s %v\n", m.name, c.Name+":", err)
				continue
			}
			if err != nil {
				return err
			}
			fmt.Printf("%-12s %-20s %10.4g", m.name, c.Name, r.step*1e3)
			if c.Basis.Kind == precond.Axes {
				fmt.Printf(" %10s %10.4g", "-", r.average*1e3)
			} else {
				fmt.Printf(" %10.4g %10.4g", r.refresh*1e3, r.average*1e3)
			}
			if r.stepGemm > 0 {
				fmt.Printf(" %8.1f%% %9.1f", 100/r.stepGemm, r.gemm/1e9)
			} else {
				fmt.Printf(" %9s %9s", "-", "-")
			}
			fmt.Printf(" %9.2f", r.ratio)
			if c.Name == "AdamW" && s.workers == 1 && len(m.shapes) == 1 {
				if part := streamed[T](s, m, pool); part > 0 {
					fmt.Printf(" %9.1f%%", 100*part)
				}
			}
			if s.workers > 1 {
				fmt.Printf(" %9.2f %9.2f", r.speedup, r.speedupFresh)
			}
			fmt.Println()
		}
	}
	return nil
}

// streamed is the time of moving the vectors of an AdamW step as its kernel does, in units of the step. GradSumSquares has
// run before each step, as for a clip, so that the step needs no pass of its own to find NaN; its time is left out.
func streamed[T kernels.Float](s settings, m model, pool *kernels.Pool) float64 {
	t := timer{}
	r, err := newRunner[T](precond.AdamW(), m, never, pool)
	if err != nil {
		return 0
	}
	var z T
	n := len(r.params[0].Value) * int(unsafe.Sizeof(z)) / 64 * 64 / int(unsafe.Sizeof(z))
	if n == 0 {
		return 0
	}
	mem := func() []T { return make([]T, n) }
	move := kernelbench.AdamStream(pool.ISA(), mem(), mem(), mem(), mem())
	if move == nil {
		return 0
	}
	b := t.reps(move)
	var parts []float64
	for range s.rounds {
		l := t.time(b, move)
		x := 0.0
		for range b {
			r.opt.GradSumSquares()
			x += t.time(1, func() { r.steps(1) }) / float64(b)
		}
		parts = append(parts, min(l, t.time(b, move))/x)
	}
	return median(parts)
}
