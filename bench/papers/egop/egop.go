// Package egop reproduces "Faster Adaptive Optimization via Expected Gradient Outer Product Reparameterization" (DePavia et al.
// 2025): adaptive methods in the eigenbasis of E[∇f∇fᵀ] over the distribution of initial points.
package egop

import (
	_ "embed"
	"fmt"
	"math"
	"time"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "egop", Title: "EGOP: adaptive methods in the eigenbasis of the gradient's outer product (DePavia et al. 2025)", Run: run, Calibration: calibration,
}

func run(r *paper.Run) error {
	g := rnd.New(r.Seed)
	steps, widths, samples, hidden, points := 300, []int{10, 24, 16, 10}, 200, 16, 300
	if r.Quick {
		steps, widths, samples, hidden, points = 100, []int{10, 12, 10}, 60, 4, 60
	}
	decaying := newQuadratic(g, 40, 4)
	flat := newQuadratic(g, 40, 0)
	lse := newLogSumExp(g, 20)
	mlp := newDigits(g, hidden, points)
	if err := lowRank(r, g); err != nil {
		return err
	}
	linear := newLinear(g, widths, 2, samples)
	seed := g.Uint64()
	if r.Calibrating {
		if err := gains(r, decaying, flat, lse, mlp, steps); err != nil {
			return err
		}
		return sweep(r, seed, widths, samples, steps)
	}
	for _, p := range []*problem{decaying, lse, linear, mlp} {
		if err := equivariance(r, p); err != nil {
			return err
		}
	}
	if err := gains(r, decaying, flat, lse, mlp, steps); err != nil {
		return err
	}
	if err := sweep(r, seed, widths, samples, steps); err != nil {
		return err
	}
	return forms(r, linear, steps)
}

// lowRank checks the form W = V·w_r + (I − V·Vᵀ)·w_d: the way in and out is the identity.
func lowRank(r *paper.Run, g *rnd.Source) error {
	const n, rank = 30, 5
	raw := linalg.NewMatrix[float64](n, rank)
	nn.Normal(raw.Data, 1, g)
	qr := linalg.NewQR[float64](n, rank)
	if err := qr.Factorize(raw); err != nil {
		return err
	}
	qr.QTo(raw)
	b := linalg.LowRank[float64]{V: raw}
	x, y, back := make([]float64, n), make([]float64, b.Len()), make([]float64, n)
	nn.Normal(x, 1, g)
	work := make([]float64, b.Work())
	b.Forward(nil, y, x, work)
	b.Inverse(nil, back, y, work)
	r.AtMost("low rank: distance of W from V·w_r + (I − VVᵀ)·w_d at the start", distance(x, back), 1e-12)
	// Against the dense formula, for coordinates that are no image of anything.
	nn.Normal(y, 1, g)
	b.Inverse(nil, back, y, work)
	want := append([]float64(nil), y[rank:]...)
	for k := range rank {
		c := y[k]
		for i := range n {
			c -= float64(raw.At(i, k) * y[rank+i])
		}
		for i := range n {
			want[i] += float64(raw.At(i, k) * c)
		}
	}
	r.AtMost("low rank: distance from the dense formula", distance(want, back), 1e-12)
	return nil
}

func distance(a, b []float64) float64 {
	var d, n float64
	for i, v := range a {
		d += float64((v - b[i]) * (v - b[i]))
		n += float64(v * v)
	}
	return math.Sqrt(d / n)
}

// equivariance: gradient descent with momentum takes the same way in every orthogonal frame; Adagrad and Adam do not.
func equivariance(r *paper.Run, p *problem) error {
	for _, name := range []string{"SGD", "Adagrad", "Adam"} {
		cfg := inner(name)
		cfg.LR = 0.01
		all := jobs{{p: p, f: none, cfg: cfg, steps: p.sgd, seed: r.Seed}, {p: p, f: dense, cfg: cfg, steps: p.sgd, seed: r.Seed}}
		r.Pool.Run(len(all), all)
		for _, j := range all {
			if j.err != nil {
				return j.err
			}
		}
		d := distance(all[0].values, all[1].values)
		if name == "SGD" {
			r.AtMost(fmt.Sprintf("%s: SGD with and without the frame after %d steps", p.name, p.sgd), d, 1e-10)
			continue
		}
		r.Control(fmt.Sprintf("%s: %s with and without the frame", p.name, name), d, "> 1e-3: not equivariant", d > 1e-3)
	}
	return nil
}

// gains compares the loss after a fixed number of steps.
func gains(r *paper.Run, decaying, flat, lse, mlp *problem, steps int) error {
	var rows [][]string
	var curves []paper.Series
	for _, p := range []*problem{decaying, flat, lse, mlp} {
		var sgd float64
		for _, name := range []string{"SGD", "Adagrad", "Adam"} {
			r.Progress("%s, %s", p.name, name)
			a, err := tuned(r.Pool, p, none, inner(name), steps, r.Seed)
			if err != nil {
				return err
			}
			if name == "SGD" {
				sgd = a.final()
				rows = append(rows, []string{p.name, name, fmt.Sprintf("%.2e", sgd), "equivariant", ""})
				continue
			}
			b, err := tuned(r.Pool, p, dense, inner(name), steps, r.Seed)
			if err != nil {
				return err
			}
			gain := log10(a.final() / b.final())
			rows = append(rows, []string{p.name, name, fmt.Sprintf("%.2e", a.final()), fmt.Sprintf("%.2e", b.final()), fmt.Sprintf("10^%.1f", gain)})
			label := p.name + ", " + name
			switch p {
			case decaying:
				if name == "Adagrad" {
					r.Claim(label+": log₁₀ of the gain in loss", gain, "≥ 3", paper.If(gain >= 3))
				}
				curves = append(curves, curve(a, name), curve(b, "EGOP "+name))
				r.Calibrated(label+": log₁₀ of the gain in loss, at most 12", min(gain, 12))
			case flat:
				ratio := b.final() / a.final()
				same := math.Abs(ratio-1) <= 0.05 || max(a.final(), b.final()) < 1e-12
				r.Control(label+": loss with the frame over without", ratio, "1 ± 0.05, or both below 1e-12: nothing to gain", same)
			default:
				r.Claim(label+": log₁₀ of the gain in loss", gain, "> 0", paper.If(gain > 0))
				r.Calibrated(label+": log₁₀ of the gain in loss", gain)
				r.Claim(label+": EGOP's loss over SGD's", b.final()/sgd, "< 1", paper.If(b.final() < sgd))
			}
		}
	}
	r.Table(fmt.Sprintf("Loss above its least value after %d steps, best rate", steps), []string{"problem", "optimizer", "original", "EGOP", "gain"}, rows)
	return r.Lines(decaying.name+": loss", paper.Axes{X: "step", Y: "loss", LogY: true}, curves...)
}

func curve(j *job, name string) paper.Series {
	s := paper.Series{Name: name}
	for t, l := range j.trace {
		s.X, s.Y = append(s.X, float64(t+1)), append(s.Y, max(l, 1e-30))
	}
	return s
}

// sweep measures on linear networks how many times fewer steps the frame needs, by the decay of the data's spectrum.
func sweep(r *paper.Run, seed uint64, widths []int, samples, steps int) error {
	alphas := []float64{0, 0.5, 1, 1.5, 2, 3}
	if r.Quick || r.Calibrating {
		alphas = []float64{0, 3}
	}
	rows := make([][]string, len(alphas))
	var series []paper.Series
	for _, name := range []string{"Adagrad", "Adam"} {
		s := paper.Series{Name: name}
		rising := true
		for i, a := range alphas {
			p := newLinear(rnd.New(seed), widths, a, samples)
			r.Progress("%s, %s", p.name, name)
			base, err := tuned(r.Pool, p, none, inner(name), steps, r.Seed)
			if err != nil {
				return err
			}
			with, err := tuned(r.Pool, p, dense, inner(name), steps, r.Seed)
			if err != nil {
				return err
			}
			x := speedUp(base, with)
			rising = rising && (i == 0 || x >= s.Y[i-1])
			s.X, s.Y = append(s.X, a), append(s.Y, x)
			if rows[i] == nil {
				rows[i] = []string{fmt.Sprint(a)}
			}
			rows[i] = append(rows[i], fmt.Sprintf("%.2e", base.final()), fmt.Sprintf("%.2e", with.final()), fmt.Sprintf("%.2f", x))
		}
		series = append(series, s)
		first, last := s.Y[0], s.Y[len(s.Y)-1]
		r.Calibrated("linear networks, "+name+": log₁₀ of the speed-up at α = 3", log10(last))
		r.Claim("linear networks, "+name+": speed-up at α = 0", first, "1 ± 0.25", paper.If(math.Abs(first-1) <= 0.25))
		r.Claim("linear networks, "+name+": speed-up at α = 3 over that at α = 0", last/first, "> 1: it rises with the decay of the spectrum", paper.If(last > first))
		if len(alphas) > 2 {
			r.Claim("linear networks, "+name+": speed-up at α = 3, rising at every α before", last, "rises at every α", paper.If(rising))
		}
	}
	r.Table(fmt.Sprintf("Linear networks %v: loss after %d steps, and the original's steps over those with the frame to the larger of the two losses, or to %.0e", widths, steps, solved),
		[]string{"α", "Adagrad", "with EGOP", "speed-up", "Adam", "with EGOP", "speed-up"}, rows)
	return r.Lines("Linear networks: fewer steps by the decay of the spectrum", paper.Axes{X: "α", Y: "speed-up", LogY: true}, series...)
}

// solved is a loss of the linear networks that needs no comparison any more.
const solved = 1e-10

// speedUp is the steps of base to a loss that both reach, over those of with: the final loss of the slower one, or solved.
func speedUp(base, with *job) float64 {
	target := max(base.final(), with.final(), solved)
	return float64(base.reaches(target)) / float64(with.reaches(target))
}

// forms compares the frames that scale and their cost.
func forms(r *paper.Run, p *problem, steps int) error {
	biggest := 0
	for _, s := range p.shapes {
		biggest = max(biggest, s[0]*s[1])
	}
	rank := p.n / 8
	all := []form{
		none, dense,
		{"EGOP, a quarter of the gradients", true, dense.frame, func(n int) int { return n / 2 }},
		{"block: one frame per layer", false, precond.Frame{Kind: precond.FrameDense}, func(int) int { return 2 * biggest }},
		{"Kronecker: one frame per axis", false, precond.Frame{Kind: precond.FrameKron}, func(int) int { return 100 }},
		{fmt.Sprintf("low rank: %d columns and the complement", rank), true, precond.Frame{Kind: precond.FrameLowRank, Rank: rank}, func(int) int { return 2 * rank }},
	}
	var rows [][]string
	var losses []float64
	theta, grad := make([]float64, p.n), make([]float64, p.n)
	f := p.build()
	p.draw(rnd.New(r.Seed), theta)
	unit := timed(200, func() { f.gradient(grad, theta) })
	for _, x := range all {
		r.Progress("%s: %s", p.name, x.name)
		cfg := inner("Adagrad")
		best, err := tuned(r.Pool, p, x, cfg, steps, r.Seed)
		if err != nil {
			return err
		}
		losses = append(losses, best.final())
		m := 0
		survey := 0.0
		o, err := precond.New(x.with(cfg), (&job{p: p, f: x}).params(theta, grad), nil)
		if err != nil {
			return err
		}
		if x.frame.Kind != precond.FrameNone {
			m = x.samples(p.n)
			survey = timed(1, func() {
				for range m {
					f.gradient(grad, theta)
					if err == nil {
						err = o.Survey(1 / float64(m))
					}
				}
				if err == nil {
					_, err = o.Step(1)
				}
			})
			if err != nil {
				return err
			}
		}
		step := timed(100, func() { _, err = o.Step(1) })
		if err != nil {
			return err
		}
		rows = append(rows, []string{x.name, fmt.Sprintf("%.2e", best.final()), fmt.Sprint(m), fmt.Sprintf("%.0f", survey/unit), fmt.Sprintf("%.2f", step/unit), fmt.Sprint(o.StateBytes() / 8)})
	}
	r.Table(p.name+", Adagrad: the forms of the frame and their cost in gradients (a gradient takes "+fmt.Sprintf("%.0f µs)", unit*1e6),
		[]string{"form", "loss", "M", "estimate and frame", "step", "numbers of state"}, rows)
	for i, name := range []string{"block", "Kronecker", "low rank"} {
		r.Claim(p.name+", "+name+" frame: loss over the original's", losses[i+3]/losses[0], "< 1", paper.If(losses[i+3] < losses[0]))
	}
	return nil
}

// timed returns the seconds of one of n calls.
func timed(n int, f func()) float64 {
	start := time.Now()
	for range n {
		f()
	}
	return time.Since(start).Seconds() / float64(n)
}
