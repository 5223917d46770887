// Package soap reproduces "SOAP: Improving and Stabilizing Shampoo using Adam" (Vyas et al. 2024) at the size of a
// workstation: how many steps and how much time SOAP and Shampoo need for AdamW's loss, by the frequency of refreshes.
package soap

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strings"

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
	Data: "a text for the language model",
	CheckData: func(name string) error {
		if _, err := train.Text(name); err != nil {
			return errors.New(strings.ReplaceAll(err.Error(), "-text", "-data"))
		}
		return nil
	},
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

// quadratics compares on the matrix regression, exact and stochastic, turned and with the axes of the coordinates.
func quadratics(r *paper.Run) error {
	steps, seeds := 800, 2
	if r.Quick {
		steps, seeds = 200, 1
	}
	const n, batch = 16, 256
	adam := adamW()
	adam.Decay.Rate = 0
	all := methods()
	lossHead, speedHead := []string{"optimizer"}, []string{"optimizer"}
	losses, speed := make([][]string, len(all)+2), make([][]string, len(all)+1)
	losses[0], losses[1], speed[0] = []string{"AdamW"}, []string{"AdamW, axis-aligned"}, []string{"AdamW"}
	configs := []precond.Config{adam}
	for i := range all {
		all[i].cfg.Decay.Rate = 0
		configs = append(configs, all[i].cfg)
		losses[i+2], speed[i+1] = []string{all[i].name}, []string{all[i].name}
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
			micros, err := speeds(turned[0], configs, b)
			if err != nil {
				return err
			}
			lossHead, speedHead = append(lossHead, label), append(speedHead, label)
			losses[0] = append(losses[0], fmt.Sprintf("%.1e at rate %.3g", base, rate))
			losses[1] = append(losses[1], fmt.Sprintf("%.1e", easy))
			speed[0] = append(speed[0], fmt.Sprintf("1 (%.0f µs)", micros[0]))
			part := map[string]float64{}
			for i, m := range all {
				r.Progress("regression, %s: %s", label, m.name)
				ends := make([]float64, len(budgets))
				for k, p := range budgets {
					if ends[k], _, err = regression.Tuned(r.Pool, turned, m.cfg, int(p*float64(steps)), b); err != nil {
						return err
					}
				}
				at := reach(ends, base)
				part[m.name] = at
				last := ends[len(ends)-1]
				losses[i+2] = append(losses[i+2], fmt.Sprintf("%.1e, %s", last, share(at, " T", "never")))
				speed[i+1] = append(speed[i+1], fmt.Sprintf("%s (%.0f µs)", share(at*micros[i+1]/micros[0], "", "never"), micros[i+1]))
				if m.name != "SOAP, every 10" {
					continue
				}
				gap := elem.Log(ends[asked]/base) / math.Ln10
				r.Calibrated(fmt.Sprintf("log₁₀ of SOAP's loss after 0.6 T over AdamW's after T, %s", label), gap)
				if a == 2 {
					r.Claim("SOAP's loss after 0.6 of the steps against AdamW's after all, log₁₀, "+label, gap, "< 0: 40 % fewer steps", paper.If(gap < 0))
				} else {
					r.Control("mild conditioning, "+label+": the same", gap, "> 0: nothing to gain", gap > 0)
				}
			}
			if a == 2 {
				families(r, label, part)
			}
		}
	}
	r.Table(fmt.Sprintf("Loss of the matrix regression after T = %d steps, and the part of them that gives AdamW's loss, each budget with a schedule of its own; best rate, geometric mean of %d seeds", steps, seeds), lossHead, losses)
	r.Table("Time to AdamW's loss over AdamW's time, and of one step; with matrices of order 16 a step is little but the optimizer's work", speedHead, speed)
	return nil
}

// share prints a part, or none where it is NaN.
func share(x float64, unit, none string) string {
	if x != x {
		return none
	}
	if x == budgets[0] { // the first budget is enough
		return fmt.Sprintf("≤ %.2f%s", x, unit)
	}
	return fmt.Sprintf("%.2f%s", x, unit)
}

// families compares the parts of AdamW's steps that the methods need.
func families(r *paper.Run, label string, part map[string]float64) {
	at := func(family string, f int) float64 { return part[fmt.Sprintf("%s, every %d", family, f)] }
	worst := 0.0
	for _, f := range frequencies {
		for _, family := range []string{soap, shampoo} {
			x := at(family, f)
			if x != x {
				x = math.Inf(1)
			}
			worst = max(worst, x)
		}
	}
	r.Claim(label+": steps of SOAP and Shampoo at every frequency, the largest, AdamW = 1", worst, "< 1: all beat AdamW", paper.If(worst < 1))
	versus(r, label+": SOAP's steps over Shampoo's, every 10", at(soap, 10), at(shampoo, 10), "≤ 0.9: 10 … 20 % fewer", 0.9)
	versus(r, label+": one-sided SOAP's steps over SOAP's, every 10", at(oneSided, 10), at(soap, 10), "≤ 1.25: slightly more", 1.25)
	versus(r, label+": factorised SOAP's steps over SOAP's, every 10", at(factorised, 10), at(soap, 10), "≤ 1.1: a very small loss", 1.1)
	versus(r, label+": steps of SOAP with both over AdamW's, every 10", at(both, 10), 1, "< 1: still beats AdamW", 1)
	slower(r, label, at)
}

// versus claims that a/b is at most a limit; unclear where one of them is unknown.
func versus(r *paper.Run, name string, a, b float64, want string, limit float64) {
	q := a / b
	v := paper.Unclear
	if q == q {
		v = paper.If(q <= limit)
	}
	r.Claim(name, q, want, v)
}

// slower claims that SOAP loses less than Shampoo when refreshes become rare.
func slower(r *paper.Run, label string, at func(family string, f int) float64) {
	s, h := at(soap, 100)/at(soap, 10), at(shampoo, 100)/at(shampoo, 10)
	v := paper.Unclear
	if s == s && h == h {
		v = paper.If(s < h)
	}
	r.Claim(label+": SOAP's steps every 100 over every 10", s, fmt.Sprintf("< %.3f, Shampoo's", h), v)
}

// language compares on the language model of the train command. AdamW runs first and last: its losses must be equal to the bit,
// and how far its times are apart says how far times of this run can be trusted.
func language(r *paper.Run) error {
	corpus, err := train.Text(r.Data)
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
	adam, first, err := trial("adamw", precond.AdamW())
	if err != nil {
		return err
	}
	target := adam[len(adam)-1].Loss
	type line struct {
		method
		loss, part, ms float64
		extrapolated   bool
	}
	var lines []line
	for _, m := range methods() {
		name := "soap"
		if m.family == shampoo {
			name = "shampoo"
		}
		r.Progress("language model, %s", m.name)
		ends, ms, err := trial(name, m.cfg)
		if err != nil {
			return err
		}
		l := line{method: m, loss: ends[len(ends)-1].Loss, part: math.NaN(), ms: ms}
		if c, ok := scaling.Crossing(ends, target); ok {
			l.part, l.extrapolated = c.Steps/float64(t.Steps), c.Extrapolated
		}
		lines = append(lines, l)
	}
	r.Progress("language model, AdamW again")
	again, last, err := trial("adamw", precond.AdamW())
	if err != nil {
		return err
	}
	r.AtMost("language model: AdamW's loss a second time less the first", math.Abs(again[len(again)-1].Loss-target), 0)
	base := (first + last) / 2
	r.Note("A step of AdamW took %.1f ms before the others and %.1f ms after them; a verdict on time that depends on which of the two counts is “unclear”.", first, last)

	rows := [][]string{{"AdamW", fmt.Sprintf("%.4f", target), "1", "1", fmt.Sprintf("%.1f", base)}}
	part := map[string]float64{}
	curves := map[string]*paper.Series{soap: {Name: soap}, shampoo: {Name: "Shampoo, Adam graft"}}
	for _, l := range lines {
		part[l.name] = l.part
		mark := ""
		if l.extrapolated {
			mark = "*"
		}
		rows = append(rows, []string{l.name, fmt.Sprintf("%.4f", l.loss), share(l.part, mark, "–"), share(l.part*l.ms/base, mark, "–"), fmt.Sprintf("%.1f", l.ms)})
		if s := curves[l.family]; s != nil && l.part == l.part {
			s.X, s.Y = append(s.X, float64(l.every)), append(s.Y, l.part)
		}
		if l.name != "SOAP, every 10" {
			continue
		}
		versus(r, "language model, SOAP every 10: steps to AdamW's loss", l.part, 1, "≤ 0.60", 0.6)
		low, high := l.part*l.ms/max(first, last), l.part*l.ms/min(first, last)
		v := paper.Unclear
		if high <= 0.65 || low > 0.65 {
			v = paper.If(high <= 0.65)
		}
		r.Claim("language model, SOAP every 10: time to AdamW's loss", l.part*l.ms/base, "≤ 0.65", v)
	}
	r.Table("Language model: validation loss, steps and time to AdamW's loss (* extrapolated)", []string{"optimizer", "loss", "steps", "time", "ms/step"}, rows)
	families(r, "language model", part)
	return r.Lines("Language model: steps to AdamW's loss by frequency of refreshes", paper.Axes{X: "steps between refreshes", Y: "steps, AdamW = 1", LogX: true}, *curves[soap], *curves[shampoo])
}
