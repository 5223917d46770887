// Package purifying reproduces "Purifying Shampoo: Investigating Shampoo's Heuristics by Decomposing its Preconditioner"
// (Eschenhagen et al. 2025): grafting makes up for stale and wrongly scaled eigenvalues; correcting them makes it
// superfluous, and a criterion says when a basis needs to be computed anew.
package purifying

import (
	_ "embed"
	"fmt"
	"math"
	"time"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "purifying", Title: "Purifying Shampoo: eigenvalue correction and adaptive refreshes (Eschenhagen et al. 2025)",
	Run: run, Calibration: calibration,
}

func run(r *paper.Run) error {
	g := rnd.New(r.Seed)
	for _, f := range []func(*paper.Run, *rnd.Source) error{criterion, order, law, graft, staleness, transfer, adaptive} {
		if err := f(r, g); err != nil {
			return err
		}
	}
	return nil
}

const order16 = 16

// eshampoo is eigenvalue-corrected Shampoo, refreshed every f steps; the eigenvectors descend (see order).
func eshampoo(f int) precond.Config {
	c := precond.EShampoo()
	c.Basis.Start, c.Basis.Every, c.Basis.Ascending, c.Decay.Rate = f, f, false, 0
	return c
}

// shampoo is Shampoo with exponent −¼, refreshed every f steps, with a graft or none.
func shampoo(f int, graft precond.Graft) precond.Config {
	c := precond.Shampoo()
	c.Basis.Start, c.Basis.Every, c.Graft, c.Decay.Rate = f, f, graft, 0
	return c
}

// staleness compares how much each rule loses when the basis is refreshed every 50 steps instead of every 10.
func staleness(r *paper.Run, g *rnd.Source) error {
	steps := 400
	if r.Quick {
		steps = 200
	}
	problems := []*regression.Problem{regression.New(order16, 1.5, true, 0, g.Uint64())}
	for !r.Quick && len(problems) < 6 {
		problems = append(problems, regression.New(order16, 1.5, true, 0, g.Uint64()))
	}
	ratio := map[string]float64{}
	var rows [][]string
	for _, m := range []struct {
		name string
		cfg  func(f int) precond.Config
	}{
		{"eigenvalue-corrected", eshampoo},
		{"Adam graft", func(f int) precond.Config { return shampoo(f, precond.GraftAdam(0.95, 1e-8)) }},
		{"no graft", func(f int) precond.Config { return shampoo(f, precond.Graft{}) }},
	} {
		var loss [2]float64
		for i, f := range []int{10, 50} {
			r.Progress("staleness: %s, every %d", m.name, f)
			var err error
			if loss[i], _, err = regression.Tuned(r.Pool, problems, m.cfg(f), steps, 0); err != nil {
				return err
			}
		}
		ratio[m.name] = loss[1] / loss[0]
		rows = append(rows, []string{m.name, fmt.Sprintf("%.2e", loss[0]), fmt.Sprintf("%.2e", loss[1]), fmt.Sprintf("%.2f", ratio[m.name])})
	}
	r.Table(fmt.Sprintf("Loss after %d full-batch steps of the regression with a = 1.5, geometric mean of %d instances", steps, len(problems)), []string{"Shampoo", "every 10", "every 50", "ratio"}, rows)
	r.Claim("eigenvalue correction: loss every 50 over every 10", ratio["eigenvalue-corrected"], "≤ 2", paper.If(ratio["eigenvalue-corrected"] <= 2))
	r.Claim("without graft: loss every 50 over every 10", ratio["no graft"], "≥ 10", paper.If(ratio["no graft"] >= 10))
	r.Claim("with Adam's graft: between the two", ratio["Adam graft"], "more than corrected, less than without graft",
		paper.If(ratio["Adam graft"] > ratio["eigenvalue-corrected"] && ratio["Adam graft"] < ratio["no graft"]))
	for name, v := range ratio {
		r.Calibrated("log₁₀ of the ratio, "+name, math.Log10(v))
	}
	return nil
}

// transfer compares the best learning rates of Adam and of eigenvalue-corrected Shampoo.
func transfer(r *paper.Run, g *rnd.Source) error {
	steps := 400
	if r.Quick {
		steps = 200
	}
	const batch = 64
	problems := []*regression.Problem{regression.New(order16, 1.5, true, batch*steps, g.Uint64())}
	adam := precond.AdamW()
	adam.Decay.Rate = 0
	r.Progress("transfer of the learning rate")
	var rate [3]float64
	var rows [][]string
	for i, m := range []struct {
		name string
		cfg  precond.Config
	}{{"Adam", adam}, {"eigenvalue-corrected", eshampoo(10)}, {"no graft", shampoo(10, precond.Graft{})}} {
		loss, best, err := regression.Tuned(r.Pool, problems, m.cfg, steps, batch)
		if err != nil {
			return err
		}
		rate[i] = best
		rows = append(rows, []string{m.name, fmt.Sprintf("%.3g", best), fmt.Sprintf("%.2e", loss)})
	}
	r.Table("Best learning rate, batch 64", []string{"optimizer", "rate", "loss"}, rows)
	r.Claim("best rate of eigenvalue-corrected Shampoo over Adam's", rate[1]/rate[0], "within a factor 3.2", paper.If(rate[1]/rate[0] <= 3.2 && rate[0]/rate[1] <= 3.2))
	return nil
}

// adaptive counts the decompositions by the tolerance of the criterion.
func adaptive(r *paper.Run, g *rnd.Source) error {
	steps := 600
	n := 32
	if r.Quick {
		steps, n = 200, 16
	}
	const batch = 64
	p := regression.New(n, 1.5, true, batch*steps, g.Uint64())
	r.Progress("refreshes: learning rate")
	_, rate, err := regression.Tuned(r.Pool, []*regression.Problem{p}, eshampoo(1), steps, batch)
	if err != nil {
		return err
	}
	type line struct {
		name   string
		tol    float64
		every  int
		job    *regression.Job
		factor [2]int
		at     []float64
		ms     float64
		old    [2][]float64
	}
	var lines []*line
	for _, f := range []int{1, 10, 100} {
		lines = append(lines, &line{name: fmt.Sprintf("every %d", f), every: f})
	}
	for _, tol := range []float64{0.003, 0.01, 0.03, 0.1, 0.3} {
		lines = append(lines, &line{name: fmt.Sprintf("every 1, τ = %g", tol), tol: tol, every: 1})
	}
	var rows [][]string
	for _, l := range lines {
		r.Progress("refreshes: %s", l.name)
		c := eshampoo(l.every)
		c.LR, c.Basis.Tol = rate, l.tol
		l.job = &regression.Job{Problem: p, Config: c, Steps: steps, Batch: batch}
		l.job.Watch = func(t int, rep precond.Report) {
			if rep.Refreshed == 0 {
				return
			}
			for k := range l.old {
				// The optimizer's own basis tells which factor it was.
				q := l.job.Opt.Basis(0, k)
				now := flat(q)
				if l.old[k] == nil || !equal(l.old[k], now) {
					l.factor[k]++
				}
				l.old[k] = now
			}
			for range rep.Refreshed {
				l.at = append(l.at, float64(t))
			}
		}
		start := time.Now()
		l.job.Run()
		if l.job.Err != nil {
			return l.job.Err
		}
		l.ms = float64(time.Since(start).Microseconds()) / 1000 / float64(steps)
		early := 0
		for _, t := range l.at {
			if t < float64(steps)/4 {
				early++
			}
		}
		share := "–"
		if len(l.at) > 0 {
			share = fmt.Sprintf("%.0f %%", 100*float64(early)/float64(len(l.at)))
		}
		rows = append(rows, []string{l.name, fmt.Sprint(l.job.Refresh), fmt.Sprintf("%d, %d", l.factor[0], l.factor[1]), share, fmt.Sprintf("%.3e", l.job.Loss), fmt.Sprintf("%.3f", l.ms)})
	}
	r.Table(fmt.Sprintf("Decompositions of two factors of order %d in %d steps at rate %.3g, the best with one at every step; loss, and milliseconds per step", n, steps, rate),
		[]string{"refresh", "decompositions", "by factor", "in the first quarter", "loss", "ms/step"}, rows)
	all := lines[0]
	last := math.MaxInt
	monotone := true
	differ := false
	for _, l := range lines[3:] {
		monotone = monotone && l.job.Refresh <= last
		last = l.job.Refresh
		differ = differ || l.factor[0] != l.factor[1]
	}
	r.Claim("decompositions fall with τ", float64(last), "monotone", paper.If(monotone))
	r.Claim("factors are decomposed independently of each other", float64(lines[5].factor[0]-lines[5].factor[1]), "counts differ for some τ", paper.If(differ))
	tenth := lines[6]
	r.Claim("τ = 0.1: part of the decompositions of every step", float64(tenth.job.Refresh)/float64(all.job.Refresh), "< 0.5", paper.If(2*tenth.job.Refresh < all.job.Refresh))
	r.Claim("τ = 0.1: loss over that of a decomposition at every step", tenth.job.Loss/all.job.Loss, "≤ 1.05", paper.If(tenth.job.Loss/all.job.Loss <= 1.05))
	r.Calibrated("τ = 0.1: part of the decompositions", float64(tenth.job.Refresh)/float64(all.job.Refresh))
	early := 0.0
	for _, t := range lines[5].at {
		if t < float64(steps)/4 {
			early++
		}
	}
	early /= max(1, float64(len(lines[5].at)))
	r.Claim("τ = 0.03: share of the decompositions in the first quarter of the steps", early, "> 0.25: concentrated early", paper.If(early > 0.25))
	return r.Histogram("When factors are decomposed, τ = 0.03", "step", 30, lines[5].at)
}

func flat(q linalg.Matrix[float64]) []float64 {
	var out []float64
	for i := range q.Rows {
		out = append(out, q.Row(i)...)
	}
	return out
}

func equal(a, b []float64) bool {
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}
