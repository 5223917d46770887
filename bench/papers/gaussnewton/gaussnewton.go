// Package gaussnewton reproduces "Adam or Gauss–Newton? A Comparative Study In Terms of Basis Alignment and SGD Noise" (Liu et
// al. 2025): diagonal preconditioners in a chosen basis, Adam's and the Gauss–Newton diagonal to the powers −1 and −½, with full and
// with stochastic gradients.
package gaussnewton

import (
	_ "embed"
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "gaussnewton", Title: "Adam or Gauss–Newton: diagonals in a chosen basis (Liu et al. 2025)", Run: run, Calibration: calibration,
}

func run(r *paper.Run) error {
	// A source for each part, so that none depends on how much the others draw.
	source := func(part uint64) *rnd.Source { return rnd.New(r.Seed + part<<32) }
	if !r.Calibrating {
		r.Progress("second moments")
		if err := moments(r, source(1)); err != nil {
			return err
		}
		if err := blocks(r); err != nil {
			return err
		}
		r.Progress("saturated logistic loss")
		if err := saturated(r); err != nil {
			return err
		}
		if err := estimators(r, source(2)); err != nil {
			return err
		}
	}
	return grid(r, source(3))
}

// newton returns what is left in the range of H after one step of GN⁻¹ at rate 1 in the basis q.
func newton(q linalg.Matrix[float64], n int, start []float64, gradient func(dst, theta []float64), jac linalg.Matrix[float64]) (float64, error) {
	p := &precond.Param[float64]{Name: "theta", Shape: []int{n}, Value: append([]float64(nil), start...), Grad: make([]float64, n)}
	cfg := gnInverse.config(true)
	o, err := precond.New(cfg, []*precond.Param[float64]{p}, nil)
	if err != nil {
		return 0, err
	}
	if err := o.SetBasis(0, 0, q); err != nil {
		return 0, err
	}
	if err := o.Observe(0, jac, jac, 1); err != nil {
		return 0, err
	}
	gradient(p.Grad, p.Value)
	if _, err := o.Step(1); err != nil {
		return 0, err
	}
	gradient(p.Grad, p.Value)
	return norm(p.Grad), nil
}

// key names a cell of the grid.
type key struct {
	b    basisKind
	full bool
	d    diagonal
}

// rounding is a mean loss that cannot be told from 0.
const rounding = 1e-16

// tune returns the best run of every cell that is asked for, over the rates and decays of the task.
func tune(r *paper.Run, t *task, keys []key) (map[key]*cell, error) {
	first := map[basisKind]linalg.Matrix[float64]{}
	best := map[key]*cell{}
	for _, k := range keys {
		if _, ok := first[k.b]; !ok {
			q, err := t.model().basis(k.b, t.start)
			if err != nil {
				return nil, err
			}
			first[k.b] = q
		}
		var runs cells
		for _, rate := range t.rates(r.Quick) {
			for _, dec := range []decay{straight, geometric} {
				runs = append(runs, &cell{t: t, kind: k.b, full: k.full, d: k.d, rate: rate, decay: dec, seed: r.Seed, first: first[k.b], loss: math.Inf(1)})
			}
		}
		r.Progress("%s: %v, %v, full batch %t", t.name, k.b, k.d, k.full)
		r.Pool.Run(len(runs), runs)
		for _, c := range runs {
			if c.err != nil {
				return nil, c.err
			}
			if best[k] == nil || c.loss < best[k].loss {
				best[k] = c
			}
		}
	}
	return best, nil
}

// grid tunes every cell over the same rates and decays.
func grid(r *paper.Run, g *rnd.Source) error {
	bases := []basisKind{identity, between, kronecker, eigenbasis}
	diagonals := []diagonal{adam, gnInverse, gnRoot}
	for _, t := range tasks(g, r.Quick, regression.Rotation) {
		var keys []key
		for _, full := range []bool{true, false} {
			for _, b := range bases {
				for _, d := range diagonals {
					keys = append(keys, key{b, full, d})
				}
			}
		}
		if r.Calibrating { // the cells of the calibrated numbers, which do not depend on others
			keys = []key{{identity, false, adam}, {identity, false, gnRoot}}
		}
		best, err := tune(r, t, keys)
		if err != nil {
			return err
		}
		loss := func(b basisKind, full bool, d diagonal) float64 { return max(best[key{b, full, d}].loss, rounding) }
		q := loss(identity, false, adam) / loss(identity, false, gnRoot)
		r.Calibrated(t.name+", identity, stochastic: log₁₀ of Adam's loss over that of GN⁻½", log10(q))
		if r.Calibrating {
			continue
		}
		r.Claim(t.name+", identity, stochastic: Adam's loss over that of GN⁻½", q, "near 1: within a factor 2", paper.If(q <= 2 && q >= 0.5))
		if t.name == "quadratic" {
			for _, full := range []bool{true, false} {
				a, b := loss(eigenbasis, full, gnInverse), min(loss(eigenbasis, full, adam), loss(eigenbasis, full, gnRoot))
				r.Claim("quadratic, eigenbasis, "+batchName(t, full)+": loss of GN⁻¹ over the better of the others", a/b, "≤ 1: it is optimal there", paper.If(a <= b*(1+1e-9)))
			}
		}
		if t.renew > 0 {
			q := loss(identity, false, gnInverse) / loss(identity, false, adam)
			r.Control(t.name+", identity, stochastic: loss of GN⁻¹ over Adam's", q, "< 1 in the paper's own figure, against its thesis", q < 1)
		}
		for _, d := range diagonals {
			q := loss(eigenbasis, true, d) / loss(identity, true, d)
			r.Claim(fmt.Sprintf("%s, full batch: loss of %v in the eigenbasis over the identity", t.name, d), q, "< 1: the basis helps", paper.If(q < 1))
		}
		if err := show(r, t, bases, diagonals, best); err != nil {
			return err
		}
	}
	return nil
}

func batchName(t *task, full bool) string {
	if full {
		return "full batch"
	}
	return fmt.Sprintf("batch %d", t.batch)
}

// show makes a table and a heat map of the grid of a task.
func show(r *paper.Run, t *task, bases []basisKind, diagonals []diagonal, best map[key]*cell) error {
	var rows [][]string
	var heat [][]float64
	var columns, names []string
	for _, b := range bases {
		columns = append(columns, b.String())
	}
	for _, full := range []bool{true, false} {
		for _, d := range diagonals {
			row := []string{batchName(t, full), d.String()}
			var line []float64
			for _, b := range bases {
				c := best[key{b, full, d}]
				row = append(row, fmt.Sprintf("%.2e (%.3g %v)", c.loss, c.rate, c.decay))
				line = append(line, log10(max(c.loss, rounding)))
			}
			rows, heat = append(rows, row), append(heat, line)
			names = append(names, batchName(t, full)+", "+d.String())
		}
	}
	r.Table(fmt.Sprintf("%s: loss after %d steps, and the best rate and decay; every cell over the same %d rates and two decays, linear to 0 (l) and geometric (g)", t.name, t.steps, len(t.rates(r.Quick))),
		append([]string{"batch", "diagonal"}, columns...), rows)
	return r.HeatMap(t.name+": log₁₀ of the loss", columns, names, heat)
}

func log10(x float64) float64 { return elem.Log(x) / math.Ln10 }
