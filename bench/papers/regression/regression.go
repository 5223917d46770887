// Package regression is the ill-conditioned matrix regression on which the experiments with SOAP and Shampoo run in
// seconds: the loss ½·tr(EᵀAEB), E = W − W*, with spectra k^(−a) of A and B in random axes or in those of the coordinates.
package regression

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// Problem is one instance. It is the expected loss of the model y = xᵀ·W·z with x ~ N(0, A) and z ~ N(0, B): samples give
// stochastic gradients (xᵀEz − ξ)·x·zᵀ with label noise ξ.
type Problem struct {
	N          int
	A, B, Star linalg.Matrix[float64]
	x, z       linalg.Matrix[float64] // samples as rows
	noise      []float64
}

// LabelNoise is the standard deviation of ξ.
const LabelNoise = 0.01

// New draws an instance of order n with spectra k^(−a), in random axes if rotated, and as many samples for stochastic
// gradients, none if 0.
func New(n int, a float64, rotated bool, samples int, seed uint64) *Problem {
	g := rnd.New(seed)
	p := &Problem{N: n, Star: linalg.NewMatrix[float64](n, n)}
	nn.Normal(p.Star.Data, 1, g)
	var roots [2]linalg.Matrix[float64]
	for i, m := range []*linalg.Matrix[float64]{&p.A, &p.B} {
		q := linalg.NewMatrix[float64](n, n)
		q.Identity()
		if rotated {
			q = Rotation(n, g)
		}
		*m, roots[i] = linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
		scaled := q.Clone()
		for half := range 2 {
			for k := range n {
				d := elem.Pow(float64(k+1), -a)
				if half == 1 {
					d = math.Sqrt(d)
				}
				for r := range n {
					scaled.Set(r, k, q.At(r, k)*d)
				}
			}
			linalg.MatMulNT(nil, []linalg.Matrix[float64]{*m, roots[i]}[half], scaled, q)
		}
	}
	if samples > 0 {
		raw := linalg.NewMatrix[float64](samples, n)
		p.x, p.z = linalg.NewMatrix[float64](samples, n), linalg.NewMatrix[float64](samples, n)
		for i, m := range []linalg.Matrix[float64]{p.x, p.z} {
			nn.Normal(raw.Data, 1, g)
			linalg.MatMul(nil, m, raw, roots[i])
		}
		p.noise = make([]float64, samples)
		nn.Normal(p.noise, LabelNoise, g)
	}
	return p
}

// Rotation draws an orthogonal matrix: the factor Q of a matrix of normal values.
func Rotation(n int, g *rnd.Source) linalg.Matrix[float64] {
	m := linalg.NewMatrix[float64](n, n)
	nn.Normal(m.Data, 1, g)
	qr := linalg.NewQR[float64](n, n)
	if err := qr.Factorize(m); err != nil {
		panic(err) // normal values are finite
	}
	q := linalg.NewMatrix[float64](n, n)
	qr.QTo(q)
	return q
}

// Spectrum draws a symmetric matrix with eigenvalues k^(−a) in random axes, and returns its eigenvectors as well.
func Spectrum(n int, a float64, g *rnd.Source) (m, q linalg.Matrix[float64]) {
	q = Rotation(n, g)
	scaled := q.Clone()
	for k := range n {
		d := elem.Pow(float64(k+1), -a)
		for i := range n {
			scaled.Set(i, k, q.At(i, k)*d)
		}
	}
	m = linalg.NewMatrix[float64](n, n)
	linalg.MatMulNT(nil, m, scaled, q)
	return m, q
}

// Work is the memory of one run.
type Work struct{ e, ae, g, xe linalg.Matrix[float64] }

// NewWork returns memory for gradients of batches of at most batch samples.
func (p *Problem) NewWork(batch int) *Work {
	n := p.N
	return &Work{linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](max(1, batch), n)}
}

func (p *Problem) error(w *Work, x []float64) {
	for i, v := range x {
		w.e.Data[i] = v - p.Star.Data[i]
	}
}

// Loss returns the loss at x.
func (p *Problem) Loss(w *Work, x []float64) float64 {
	p.error(w, x)
	linalg.MatMul(nil, w.ae, p.A, w.e)
	linalg.MatMul(nil, w.g, w.ae, p.B)
	return kernels.Dot(nil, w.e.Data, w.g.Data) / 2
}

// Gradient sets dst to the gradient at x: A·E·B with batch = 0, else that of batch samples from number first on, which
// wraps around.
func (p *Problem) Gradient(w *Work, dst, x []float64, first, batch int) {
	p.error(w, x)
	out := linalg.MatrixOf(p.N, p.N, dst)
	if batch == 0 {
		linalg.MatMul(nil, w.ae, p.A, w.e)
		linalg.MatMul(nil, out, w.ae, p.B)
		return
	}
	first %= p.x.Rows - batch + 1
	xs, zs := p.x.Slice(first, 0, batch, p.N), p.z.Slice(first, 0, batch, p.N)
	xe := w.xe.Slice(0, 0, batch, p.N)
	linalg.MatMul(nil, xe, xs, w.e)
	for i := range batch {
		r := (kernels.Dot(nil, xe.Row(i), zs.Row(i)) - p.noise[first+i]) / float64(batch)
		for j, v := range zs.Row(i) {
			xe.Set(i, j, r*v)
		}
	}
	linalg.MatMulTN(nil, out, xs, xe)
}

// Job is one run: an optimizer from W = 0, with 5 % of warm-up and then linear decay to 0.
type Job struct {
	Problem *Problem
	Config  precond.Config // LR is the peak
	Steps   int
	Batch   int // 0 is the exact gradient

	// What Run sets. A run that diverges has the loss +Inf.
	Loss    float64
	Refresh int                                                                  // factors decomposed
	Trace   []float64                                                            // of the losses, every Every steps
	Every   int                                                                  // 0 keeps no trace
	Watch   func(step int, report precond.Report)                                // after every step
	Opt     *precond.Optimizer[float64]                                          // the optimizer, at the end
	Err     error                                                                // a configuration that New refuses
	Prepare func(o *precond.Optimizer[float64], p *precond.Param[float64]) error // before the first step
}

// Run does the job.
func (j *Job) Run() {
	p := j.Problem
	n := p.N * p.N
	q := &precond.Param[float64]{Name: "w", Shape: []int{p.N, p.N}, Value: make([]float64, n), Grad: make([]float64, n)}
	o, err := precond.New(j.Config, []*precond.Param[float64]{q}, nil)
	if err != nil {
		j.Err = err
		return
	}
	j.Opt = o
	w := p.NewWork(j.Batch)
	if j.Prepare != nil {
		if j.Err = j.Prepare(o, q); j.Err != nil {
			return
		}
	}
	for t := range j.Steps {
		p.Gradient(w, q.Grad, q.Value, t*j.Batch, j.Batch)
		o.SetLR(j.Config.LR * Schedule(t, j.Steps))
		r, err := o.Step(1)
		if err != nil {
			j.Loss = math.Inf(1)
			return
		}
		j.Refresh += r.Refreshed
		if j.Watch != nil {
			j.Watch(t, r)
		}
		if j.Every > 0 && (t+1)%j.Every == 0 {
			j.Trace = append(j.Trace, p.Loss(w, q.Value))
		}
	}
	if j.Loss = p.Loss(w, q.Value); !(j.Loss <= math.MaxFloat64) {
		j.Loss = math.Inf(1)
	}
}

// Schedule is the factor of the learning rate at step t of steps.
func Schedule(t, steps int) float64 {
	warm := max(1, steps/20)
	return min(float64(t+1)/float64(warm), float64(steps-t)/float64(max(1, steps-warm)))
}

// Jobs are run side by side as a Task of a Pool.
type Jobs []*Job

// Do runs one job.
func (j Jobs) Do(i int) { j[i].Run() }

// Run runs all on the pool and returns the first configuration error.
func (j Jobs) Run(pool *kernels.Pool) error {
	pool.Run(len(j), j)
	for _, x := range j {
		if x.Err != nil {
			return x.Err
		}
	}
	return nil
}

// Rates is the grid of learning rates that Tuned starts with, a factor √10 apart.
var Rates = []float64{0.003, 0.01, 0.0316, 0.1, 0.316}

// most bounds the rates that Tuned tries.
const most = 11

// Tuned runs cfg at every rate on every problem and returns the least geometric mean of the losses and its rate. The grid is
// extended while the best rate is at an edge.
func Tuned(pool *kernels.Pool, problems []*Problem, cfg precond.Config, steps, batch int) (loss, rate float64, err error) {
	means := func(rates []float64) ([]float64, error) {
		var jobs Jobs
		for _, lr := range rates {
			for _, p := range problems {
				c := cfg
				c.LR = lr
				jobs = append(jobs, &Job{Problem: p, Config: c, Steps: steps, Batch: batch})
			}
		}
		if err := jobs.Run(pool); err != nil {
			return nil, err
		}
		out := make([]float64, len(rates))
		for i := range rates {
			for k := range problems {
				out[i] += elem.Log(jobs[i*len(problems)+k].Loss) / float64(len(problems))
			}
		}
		return out, nil
	}
	rates := slices.Clone(Rates)
	logs, err := means(rates)
	if err != nil {
		return 0, 0, err
	}
	for {
		best := 0
		for i, l := range logs {
			if l < logs[best] {
				best = i
			}
		}
		last := len(rates) - 1
		if best != 0 && best != last || len(rates) >= most || math.IsInf(logs[best], 1) {
			return elem.Exp(logs[best]), rates[best], nil
		}
		next, at := rates[0]/math.Sqrt(10), 0
		if best == last {
			next, at = rates[last]*math.Sqrt(10), last+1
		}
		l, err := means([]float64{next})
		if err != nil {
			return 0, 0, err
		}
		rates, logs = slices.Insert(rates, at, next), slices.Insert(logs, at, l[0])
	}
}
