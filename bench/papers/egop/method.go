package egop

import (
	"bytes"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// form is a way to reparameterise.
type form struct {
	name  string
	whole bool // one tensor of all parameters in place of one for each layer
	frame precond.Frame
	// samples is the number M of gradients for a number of parameters.
	samples func(n int) int
}

var none = form{name: "original"}

// dense is the eigenbasis of the whole EGOP matrix, from 2n gradients.
var dense = form{name: "EGOP", whole: true, frame: precond.Frame{Kind: precond.FrameDense}, samples: func(n int) int { return 2 * n }}

// with returns the optimizer of a form around an inner one.
func (f form) with(inner precond.Config) precond.Config {
	if f.frame.Kind == precond.FrameNone {
		return inner
	}
	c := precond.EGOP(inner)
	c.Frame = f.frame
	return c
}

// job is one run from a point of ρ.
type job struct {
	p     *problem
	f     form
	cfg   precond.Config
	steps int
	seed  uint64
	decay bool   // linear to 0; without, the rate is constant
	frame []byte // state of an optimizer with the frame; nil is one that the job makes itself

	trace  []float64 // loss after every step
	values []float64 // θ at the end
	err    error
}

// params cuts θ into the tensors of a form.
func (j *job) params(theta, grad []float64) []*precond.Param[float64] {
	shapes := j.p.shapes
	if j.f.whole {
		shapes = [][]int{{j.p.n}}
	}
	var out []*precond.Param[float64]
	at := 0
	for i, s := range shapes {
		n := 1
		for _, d := range s {
			n *= d
		}
		out = append(out, &precond.Param[float64]{Name: string(rune('a' + i)), Shape: s, Value: theta[at : at+n], Grad: grad[at : at+n]})
		at += n
	}
	return out
}

// survey makes the optimizer of a job and, if it has a frame, estimates that from gradients at points of ρ.
func (j *job) survey(g *rnd.Source, f objective, theta, grad []float64) (*precond.Optimizer[float64], error) {
	o, err := precond.New(j.f.with(j.cfg), j.params(theta, grad), nil)
	if err != nil || j.f.frame.Kind == precond.FrameNone {
		return o, err
	}
	if j.frame != nil {
		return o, o.Load(bytes.NewReader(j.frame), int64(len(j.frame)))
	}
	m := j.f.samples(j.p.n)
	for range m {
		j.p.draw(g, theta)
		f.gradient(grad, theta)
		if err := o.Survey(1 / float64(m)); err != nil {
			return nil, err
		}
	}
	return o, o.FixFrames()
}

// prepare returns the state with the frame that the runs of a form share.
func (f form) prepare(p *problem, cfg precond.Config, seed uint64) ([]byte, error) {
	if f.frame.Kind == precond.FrameNone {
		return nil, nil
	}
	j := &job{p: p, f: f, cfg: cfg}
	o, err := j.survey(rnd.New(seed+1), p.build(), make([]float64, p.n), make([]float64, p.n))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = o.Save(&b)
	return b.Bytes(), err
}

func (j *job) run() {
	n := j.p.n
	theta, start, grad := make([]float64, n), make([]float64, n), make([]float64, n)
	j.p.draw(rnd.New(j.seed), start)
	f := j.p.build()
	o, err := j.survey(rnd.New(j.seed+1), f, theta, grad)
	if err != nil {
		j.err = err
		return
	}
	o.SetLR(j.cfg.LR)
	copy(theta, start) // the same start in the new coordinates: θ̃₀ = Vᵀθ₀
	for t := range j.steps {
		f.gradient(grad, theta)
		if j.decay {
			o.SetLR(j.cfg.LR * float64(j.steps-t) / float64(j.steps))
		}
		if _, err := o.Step(1); err != nil {
			break
		}
		l := f.loss(theta) - j.p.floor
		if !(l <= math.MaxFloat64) {
			break
		}
		j.trace = append(j.trace, l)
	}
	j.values = theta
}

// final is the loss at the end, not less than can be told from 0; +Inf where the run broke off.
func (j *job) final() float64 {
	if len(j.trace) < j.steps {
		return math.Inf(1)
	}
	if j.p.floor != 0 { // a difference
		return max(j.trace[j.steps-1], 1e-15)
	}
	return max(j.trace[j.steps-1], 1e-30)
}

// reaches returns the first step at which the loss is at most target; 0 if none.
func (j *job) reaches(target float64) int {
	for t, l := range j.trace {
		if l <= target {
			return t + 1
		}
	}
	return 0
}

type jobs []*job

func (j jobs) Do(i int) { j[i].run() }

// inner are the optimizers that are reparameterised, without decay and momentum of a second kind.
func inner(name string) precond.Config {
	var c precond.Config
	switch name {
	case "Adagrad":
		c = precond.Adagrad()
	case "Adam":
		c = precond.Adam()
	default:
		c = precond.SGD()
	}
	c.Decay.Rate = 0
	c.Shape.Vectors = true
	return c
}

// tuned runs a form over a grid of rates a factor √10 apart, extended while the best is at an edge, and returns the best run.
func tuned(pool *kernels.Pool, p *problem, f form, cfg precond.Config, steps int, seed uint64) (*job, error) {
	rates := []float64{0.003, 0.01, 0.0316, 0.1, 0.316, 1}
	frame, err := f.prepare(p, cfg, seed)
	if err != nil {
		return nil, err
	}
	run := func(rates []float64) (jobs, error) {
		var all jobs
		for _, lr := range rates {
			c := cfg
			c.LR = lr
			all = append(all, &job{p: p, f: f, cfg: c, steps: steps, seed: seed, decay: true, frame: frame})
		}
		pool.Run(len(all), all)
		for _, j := range all {
			if j.err != nil {
				return nil, j.err
			}
		}
		return all, nil
	}
	all, err := run(rates)
	if err != nil {
		return nil, err
	}
	for {
		best := 0
		for i, j := range all {
			if j.final() < all[best].final() {
				best = i
			}
		}
		last := len(all) - 1
		if best != 0 && best != last || len(all) >= 11 || math.IsInf(all[best].final(), 1) {
			return all[best], nil
		}
		next, at := all[0].cfg.LR/math.Sqrt(10), 0
		if best == last {
			next, at = all[last].cfg.LR*math.Sqrt(10), last+1
		}
		more, err := run([]float64{next})
		if err != nil {
			return nil, err
		}
		all = slices.Insert(all, at, more[0])
	}
}

func log10(x float64) float64 { return elem.Log(x) / math.Ln10 }
