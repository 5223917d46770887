// Package soap reproduces "SOAP: Improving and Stabilizing Shampoo using Adam" (Vyas et al. 2024) at the size of a
// workstation: how many steps and how much time SOAP and Shampoo need for AdamW's loss, by the frequency of refreshes.
package soap

import (
	"context"
	_ "embed"
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/bench/scaling"
	"github.com/seed-4885aa59/eigenbasis/bench/train"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "soap", Title: "SOAP: Adam in the eigenbasis of Shampoo (Vyas et al. 2024)", Run: run, Calibration: calibration,
}

func run(r *paper.Run) error {
	if err := identities(r); err != nil {
		return err
	}
	if err := quadratics(r); err != nil {
		return err
	}
	if r.Quick || r.Calibrating {
		r.Note("The language model is left out of quick runs.")
		return nil
	}
	return language(r)
}

var frequencies = []int{1, 10, 50, 100}

// budgets are the parts of AdamW's steps after which runs with a schedule of their own end.
var budgets = []float64{0.25, 0.375, 0.5, 0.625, 0.75, 1}

// method is an optimizer of the comparison.
type method struct {
	name string
	cfg  precond.Config
}

// methods returns SOAP and Shampoo with Adam's graft at every frequency, and SOAP's variants at 10.
func methods() []method {
	var out []method
	for _, f := range frequencies {
		c := precond.SOAP()
		c.Basis.Every = f
		out = append(out, method{fmt.Sprintf("SOAP, every %d", f), c})
	}
	out = append(out,
		method{"SOAP one-sided, every 10", precond.OneSided(precond.SOAP())},
		method{"SOAP factorised, every 10", precond.Factorized(precond.SOAP())},
		method{"SOAP both, every 10", precond.Factorized(precond.OneSided(precond.SOAP()))})
	for _, f := range frequencies {
		c := precond.Shampoo()
		c.Basis.Start, c.Basis.Every = f, f
		out = append(out, method{fmt.Sprintf("Shampoo, every %d", f), c})
	}
	return out
}

// quadratics compares on the matrix regression, exact and stochastic, turned and with the axes of the coordinates.
func quadratics(r *paper.Run) error {
	steps, seeds := 800, 2
	if r.Quick {
		steps, seeds = 200, 1
	}
	const n, batch = 16, 256
	adam := precond.AdamW()
	adam.Decay.Rate, adam.Moment.Beta = 0, 0.95
	head := []string{"optimizer"}
	all := methods()
	cells := make([][]string, len(all)+2)
	cells[0], cells[1] = []string{"AdamW"}, []string{"AdamW, axis-aligned"}
	for i, m := range all {
		cells[i+2] = []string{m.name}
	}
	for _, a := range []float64{2, 1} {
		for _, b := range []int{0, batch} {
			label := fmt.Sprintf("a = %g, %s", a, map[int]string{0: "full batch", batch: "batch 256"}[b])
			var turned, aligned []*regression.Problem
			for s := range seeds {
				seed := r.Seed*1000 + uint64(s)
				turned = append(turned, regression.New(n, a, true, b*steps, seed))
				aligned = append(aligned, regression.New(n, a, false, b*steps, seed))
			}
			r.Progress("regression, %s: AdamW", label)
			base, rate, err := regression.Tuned(r.Pool, turned, adam, steps, b)
			if err != nil {
				return err
			}
			easy, _, err := regression.Tuned(r.Pool, aligned, adam, steps, b)
			if err != nil {
				return err
			}
			head = append(head, label)
			cells[0] = append(cells[0], fmt.Sprintf("%.1e at rate %.3g", base, rate))
			cells[1] = append(cells[1], fmt.Sprintf("%.1e", easy))
			for i, m := range all {
				m.cfg.Decay.Rate = 0
				r.Progress("regression, %s: %s", label, m.name)
				reached, last := 0.0, 0.0
				for _, part := range budgets {
					loss, _, err := regression.Tuned(r.Pool, turned, m.cfg, int(part*float64(steps)), b)
					if err != nil {
						return err
					}
					if reached == 0 && loss <= base {
						reached = part
					}
					last = loss
					if m.name == "SOAP, every 10" && part == 0.625 {
						gap := elem.Log(loss/base) / math.Ln10
						name := fmt.Sprintf("log₁₀ of SOAP's loss after 0.625 T over AdamW's after T, %s", label)
						r.Calibrated(name, gap)
						switch {
						case a == 2:
							r.Claim("SOAP reaches AdamW's loss in 0.625 of the steps, "+label, gap, "< 0", paper.If(gap < 0))
						default:
							r.Control("mild conditioning, "+label+": SOAP at 0.625 T against AdamW at T", gap, "> 0: nothing to gain", gap > 0)
						}
					}
				}
				mark := fmt.Sprintf("%.1e, never", last)
				if reached > 0 {
					mark = fmt.Sprintf("%.1e, %.3g T", last, reached)
				}
				cells[i+2] = append(cells[i+2], mark)
			}
		}
	}
	r.Table(fmt.Sprintf("Loss of the matrix regression after T = %d steps, and the first budget with a schedule of its own that reaches AdamW's loss; best rate, geometric mean of %d seeds", steps, seeds), head, cells)
	return nil
}

// language compares on the language model of the train command.
func language(r *paper.Run) error {
	corpus, err := train.Text("")
	if err != nil {
		return err
	}
	t := &train.Trial{Corpus: corpus, Pool: r.Pool, Seed: r.Seed, Steps: 300, Batch: 32}
	r.Note("Language model of `train` on %s: 0.48 million parameters, 4096 tokens per batch, %d steps, learning rates of the committed sweep; the paper has 360 and 660 million parameters and 2 million tokens. Ratios come from a fit through runs that end at half, three quarters and all of the steps, each with its own decay.", corpus.Source, t.Steps)
	ctx := context.Background()
	trial := func(name string, cfg precond.Config) ([]scaling.Endpoint, float64, error) {
		rate, err := train.Swept(name)
		if err != nil {
			return nil, 0, err
		}
		cfg.LR = rate
		return t.Run(ctx, name, cfg)
	}
	r.Progress("language model, AdamW")
	adam, base, err := trial("adamw", precond.AdamW())
	if err != nil {
		return err
	}
	target := adam[len(adam)-1].Loss
	rows := [][]string{{"AdamW", fmt.Sprintf("%.4f", target), "1", "1", fmt.Sprintf("%.1f", base)}}
	steps := map[string]paper.Series{"SOAP": {Name: "SOAP"}, "Shampoo": {Name: "Shampoo, Adam graft"}}
	ratio := map[string]float64{}
	for _, family := range []string{"SOAP", "Shampoo"} {
		for _, f := range frequencies {
			name, cfg := "soap", precond.SOAP()
			if family == "Shampoo" {
				name, cfg = "shampoo", precond.Shampoo()
				cfg.Basis.Start = f
			}
			cfg.Basis.Every = f
			r.Progress("language model, %s, every %d", family, f)
			ends, ms, err := trial(name, cfg)
			if err != nil {
				return err
			}
			label := fmt.Sprintf("%s, every %d", family, f)
			row := []string{label, fmt.Sprintf("%.4f", ends[len(ends)-1].Loss)}
			c, ok := scaling.Crossing(ends, target)
			if !ok {
				rows = append(rows, append(row, "–", "–", fmt.Sprintf("%.1f", ms)))
				continue
			}
			x := c.Steps / float64(t.Steps)
			mark := ""
			if c.Extrapolated {
				mark = "*"
			}
			ratio[label] = x
			s := steps[family]
			s.X, s.Y = append(s.X, float64(f)), append(s.Y, x)
			steps[family] = s
			rows = append(rows, append(row, fmt.Sprintf("%.2f%s", x, mark), fmt.Sprintf("%.2f%s", x*ms/base, mark), fmt.Sprintf("%.1f", ms)))
			if family == "SOAP" && f == 10 {
				r.Claim("steps to AdamW's loss, "+label, x, "≤ 0.60", paper.If(x <= 0.6))
				r.Claim("time to AdamW's loss, "+label, x*ms/base, "≤ 0.65", paper.If(x*ms/base <= 0.65))
			}
		}
	}
	r.Table("Language model: validation loss, steps and time to AdamW's loss (* extrapolated)", []string{"optimizer", "loss", "steps", "time", "ms/step"}, rows)
	if a, b := ratio["SOAP, every 10"], ratio["SOAP, every 100"]; a > 0 && b > 0 {
		c, d := ratio["Shampoo, every 10"], ratio["Shampoo, every 100"]
		verdict := paper.Unclear
		if c > 0 && d > 0 {
			verdict = paper.If(b/a < d/c)
		}
		r.Claim("SOAP loses less than Shampoo from every 10 to every 100 (ratio of its steps)", b/a, fmt.Sprintf("< %.3f, Shampoo's", d/c), verdict)
	}
	return r.Lines("Steps to AdamW's loss by frequency of refreshes", paper.Axes{X: "steps between refreshes", Y: "steps, AdamW = 1", LogX: true}, steps["SOAP"], steps["Shampoo"])
}
