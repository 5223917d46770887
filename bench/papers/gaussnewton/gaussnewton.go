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
	g := rnd.New(r.Seed)
	r.Progress("second moments")
	if err := moments(r, g); err != nil {
		return err
	}
	if err := blocks(r); err != nil {
		return err
	}
	r.Progress("saturated logistic loss")
	if err := saturated(r); err != nil {
		return err
	}
	if err := estimators(r, g); err != nil {
		return err
	}
	return grid(r, g)
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

// grid tunes every cell over the same rates and decays.
func grid(r *paper.Run, g *rnd.Source) error {
	bases := []basisKind{identity, between, kronecker, eigenbasis}
	diagonals := []diagonal{adam, gnInverse, gnRoot}
	lr := rates(r.Quick)
	for _, t := range tasks(g, r.Quick, regression.Rotation) {
		first := make([]linalg.Matrix[float64], len(bases))
		for i, b := range bases {
			q, err := t.model().basis(b, t.start)
			if err != nil {
				return err
			}
			first[i] = q
		}
		type key struct {
			b    int
			full bool
			d    diagonal
		}
		best := map[key]*cell{}
		for _, full := range []bool{true, false} {
			for i, b := range bases {
				for _, d := range diagonals {
					var runs cells
					for _, rate := range lr {
						for _, dec := range []decay{straight, geometric} {
							runs = append(runs, &cell{t: t, kind: b, full: full, d: d, rate: rate, decay: dec, seed: r.Seed, first: first[i], loss: math.Inf(1)})
						}
					}
					r.Progress("%s: %v, %v, full batch %t", t.name, b, d, full)
					r.Pool.Run(len(runs), runs)
					k := key{i, full, d}
					for _, c := range runs {
						if c.err != nil {
							return c.err
						}
						if best[k] == nil || c.loss < best[k].loss {
							best[k] = c
						}
					}
				}
			}
		}
		var rows [][]string
		heat := make([][]float64, 0, 6)
		var names []string
		for _, full := range []bool{true, false} {
			for _, d := range diagonals {
				batch := map[bool]string{true: "full", false: fmt.Sprint(t.batch)}[full]
				row := []string{batch, d.String()}
				line := []float64{}
				for i := range bases {
					c := best[key{i, full, d}]
					row = append(row, fmt.Sprintf("%.2e (%.3g)", c.loss, c.rate))
					line = append(line, math.Log10(max(c.loss, 1e-30)))
				}
				rows = append(rows, row)
				heat = append(heat, line)
				names = append(names, batch+" "+d.String())
			}
		}
		var columns []string
		for _, b := range bases {
			columns = append(columns, b.String())
		}
		r.Table(t.name+": loss after "+fmt.Sprint(t.steps)+" steps (best rate); every cell over the same rates and two decays", append([]string{"batch", "diagonal"}, columns...), rows)
		if err := r.HeatMap(t.name+": log₁₀ of the loss", columns, names, heat); err != nil {
			return err
		}
		last := len(bases) - 1
		loss := func(b int, full bool, d diagonal) float64 { return best[key{b, full, d}].loss }
		if t.name == "quadratic" {
			a := loss(last, true, gnInverse)
			r.Claim("quadratic, eigenbasis, full batch: GN⁻¹ over the better of the others", a/min(loss(last, true, adam), loss(last, true, gnRoot)), "≤ 1: it is optimal there", paper.If(a <= min(loss(last, true, adam), loss(last, true, gnRoot))*(1+1e-9)))
		}
		q := loss(0, false, adam) / loss(0, false, gnRoot)
		r.Claim(t.name+", identity, stochastic: Adam's loss over that of GN⁻½", q, "near 1: within a factor 2", paper.If(q <= 2 && q >= 0.5))
		r.Calibrated(t.name+", identity, stochastic: log₁₀ of Adam's loss over that of GN⁻½", math.Log10(q))
		b := loss(last, true, adam) / loss(0, true, adam)
		r.Claim(t.name+", full batch: Adam's loss in the eigenbasis over the identity", b, "< 1: the basis helps", paper.If(b < 1))
	}
	return nil
}
