package soap

import (
	"math"
	"time"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// adamW is what the others are compared with.
func adamW() precond.Config {
	c := precond.AdamW()
	c.Moment.Beta = 0.95
	return c
}

// speeds returns the microseconds of a step of every configuration on the problem, gradients included: the best of some rounds
// that take turns.
func speeds(p *regression.Problem, all []precond.Config, batch int) ([]float64, error) {
	const rounds, steps = 7, 200 // refreshes every 100 steps are in all rounds
	best := make([]float64, len(all))
	for round := range rounds {
		for i, c := range all {
			j := &regression.Job{Problem: p, Config: c, Steps: steps, Batch: batch}
			start := time.Now()
			j.Run()
			if j.Err != nil {
				return nil, j.Err
			}
			us := float64(time.Since(start).Nanoseconds()) / 1000 / steps
			if round == 0 || us < best[i] {
				best[i] = us
			}
		}
	}
	return best, nil
}

// reach reads from the losses of runs that end at the budgets the part of the steps that gives a loss: between two budgets in
// the logarithm of the loss; the first budget where that is enough already, NaN where the last one is not.
func reach(losses []float64, target float64) float64 {
	for i, l := range losses {
		if l > target {
			continue
		}
		if i == 0 {
			return budgets[0]
		}
		a, b := elem.Log(losses[i-1]/target), elem.Log(l/target)
		return budgets[i-1] + (budgets[i]-budgets[i-1])*a/(a-b)
	}
	return math.NaN()
}

// budgets are the parts of AdamW's steps after which runs with a schedule of their own end.
var budgets = []float64{0.25, 0.375, 0.5, 0.6, 0.75, 1}

// asked is the budget at which the paper's saving of 40 % is asked for.
const asked = 3
