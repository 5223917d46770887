// Package scaling reads from runs of several lengths, each with a learning-rate decay of its own, how many steps reach a
// loss: the step ratio of the SOAP paper.
package scaling

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// Endpoint is the validation loss of a run that ended, with its own full decay, at a step.
type Endpoint struct {
	Steps int     `json:"steps"`
	Loss  float64 `json:"loss"`
}

// Point is the number of steps after which an optimizer reaches a loss.
type Point struct {
	Steps        float64 `json:"steps"`
	Extrapolated bool    `json:"extrapolated"` // outside the steps that were run
}

// Crossing reads from loss(N) = a + b·N^(−β), fitted through the Endpoints, the N with loss
// target. It reports false if the Endpoints do not fall with N or the fit never gets to target.
//
// Three Endpoints fix a, b and β: (l₁−l₂)/(l₂−l₃) = (N₁^−β − N₂^−β)/(N₂^−β − N₃^−β), whose right side
// rises with β. β is kept within [−1, 8] (−1 is a straight line); at the border, and with
// two endpoints (β = 1), a and b are the least-squares fit.
func Crossing(ends []Endpoint, target float64) (Point, bool) {
	n := len(ends)
	if n < 2 || !(ends[0].Loss > ends[n-1].Loss) {
		return Point{}, false
	}
	beta := 1.0
	if n == 3 {
		want := (ends[0].Loss - ends[1].Loss) / (ends[1].Loss - ends[2].Loss)
		lo, hi := -1.0, 8.0
		if ends[1].Loss <= ends[2].Loss {
			lo = hi
		}
		for i := 0; i < 60 && lo < hi; i++ {
			beta = (lo + hi) / 2
			x0, x1, x2 := power(ends[0], beta), power(ends[1], beta), power(ends[2], beta)
			if (x0-x1)/(x1-x2) < want {
				lo = beta
			} else {
				hi = beta
			}
		}
		beta = (lo + hi) / 2
	}
	var sx, sl, sxx, sxl float64
	for _, e := range ends {
		x := power(e, beta)
		sx += x
		sl += e.Loss
		sxx += float64(x * x)
		sxl += float64(x * e.Loss)
	}
	k := float64(n)
	b := (float64(k*sxl) - float64(sx*sl)) / (float64(k*sxx) - float64(sx*sx))
	a := (sl - float64(b*sx)) / k
	x := (target - a) / b
	var steps float64
	if math.Abs(beta) < betaZero {
		steps = elem.Exp(x)
	} else {
		if !(x > 0) {
			return Point{}, false
		}
		steps = elem.Pow(x, -1/beta)
	}
	if math.IsNaN(steps) || math.IsInf(steps, 0) {
		return Point{}, false
	}
	return Point{steps, steps < float64(ends[0].Steps) || steps > float64(ends[n-1].Steps)}, true
}

// betaZero is where N^(−β) can no longer be told from its limit form log N.
const betaZero = 1e-6

func power(e Endpoint, beta float64) float64 {
	if math.Abs(beta) < betaZero {
		return elem.Log(float64(e.Steps))
	}
	return elem.Pow(float64(e.Steps), -beta)
}
