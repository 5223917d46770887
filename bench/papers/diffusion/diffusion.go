// Package diffusion reproduces "An Analytical Theory of Spectral Bias in the Learning Dynamics of Diffusion Models" (Wang and
// Pehlevan 2025): a linear denoiser trained by gradient descent learns the modes of the data covariance one after another, the time
// at which a mode emerges in the samples being about the inverse of its variance, and what preconditioning does to that.
package diffusion

import (
	_ "embed"
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "diffusion", Title: "Spectral bias of diffusion models (Wang and Pehlevan 2025)",
	Run: run, Calibration: calibration,
}

func run(r *paper.Run) error {
	closedForms(r)
	if err := slopes(r); err != nil {
		return err
	}
	for _, f := range []func(*paper.Run) error{descent, withMean, convolution, trained} {
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}

// closedForms compares the formulas for the generated variance with the integrated ODE, and their limits.
func closedForms(r *paper.Run) {
	worst := func(a, b float64) float64 { return math.Abs(a/b - 1) }
	for _, m := range []model{oneLayer, twoLayers} {
		simpson, rk := 0.0, 0.0
		for _, lambda := range []float64{0.05, 1, 8} {
			for _, tau := range []float64{0.02, 0.3, 5} {
				for _, q := range []float64{0.1, 0.5} {
					if m.name == oneLayer.name && q == 0.5 {
						q = 0 // of two layers, 0 is a fixed point
					}
					w := func(sigma float64) float64 { return m.weight(lambda, sigma, q, tau) }
					v := m.variance(lambda, q, tau)
					simpson = max(simpson, worst(integrated(w, sigma0, sigmaT, 2000), v))
					rk = max(rk, worst(rungeKutta(w, sigma0, sigmaT, 1000), v))
				}
			}
		}
		r.AtMost(m.name+": closed form against Simpson's rule, 3 λ × 3 τ × 2 Q, relative", simpson, 1e-6)
		r.AtMost(m.name+": closed form against Runge–Kutta", rk, 1e-6)
	}
	late, early := 0.0, 0.0
	for _, lambda := range []float64{0.01, 1, 10} {
		late = max(late, worst(oneLayer.variance(lambda, 0.1, 1e9), final(lambda)), worst(twoLayers.variance(lambda, 0.1, 1e6), final(lambda)))
		early = max(early, worst(oneLayer.variance(lambda, 0.1, 1e-9), initial(0.1)))
	}
	r.AtMost("limits for τ → ∞", late, 1e-9)
	r.AtMost("one layer: limit for τ → 0", early, 1e-4) // τ = 1e-9 is not 0 at σ = 80
	weight := 0.0
	for _, lambda := range []float64{0.01, 0.3, 10} {
		for _, sigma := range []float64{0.01, 1} {
			for _, q := range []float64{0.001, 0.004} {
				level := harmonic.of(q, optimum(lambda, sigma))
				tau := crossing(func(tau float64) float64 { return twoLayers.weight(lambda, sigma, q, tau) }, level, 1e-4, 1e4)
				weight = max(weight, worst(tau, math.Ln2/(8*lambda)))
			}
		}
	}
	r.AtMost("two layers: weight emerges at ln 2/(8ηλ) for every σ and Q", weight, 1e-9)
}

// slopes fits the emergence time against the variance, in closed form.
func slopes(r *paper.Run) error {
	lambdas := logSpaced(0.01, 10, 16)
	var table [][]string
	var series []paper.Series
	for _, t := range []struct {
		m    model
		q    float64
		mean mean
		want float64
	}{
		{oneLayer, 0, geometric, -0.987}, {oneLayer, 0, harmonic, -1.076},
		{oneLayer, 0.1, geometric, -1.016}, {oneLayer, 0.1, harmonic, -1.175},
		{twoLayers, 0.1, geometric, -1.010}, {twoLayers, 0.1, harmonic, -1.129},
	} {
		taus := make([]float64, len(lambdas))
		for i, lambda := range lambdas {
			first := initial(t.q)
			if t.m.name == twoLayers.name {
				first = t.m.variance(lambda, t.q, 0)
			}
			level := t.mean.of(first, final(lambda))
			taus[i] = crossing(func(tau float64) float64 { return t.m.variance(lambda, t.q, tau) }, level, 1e-7, 1e6)
		}
		b, r2 := slope(lambdas, taus)
		name := fmt.Sprintf("%s, Q = %v, %s mean", t.m.name, t.q, t.mean.name)
		r.Near("d ln τ*/d ln λ: "+name, b, t.want, 0.02)
		r.AtLeast("R² of the fit: "+name, r2, 0.999)
		table = append(table, []string{t.m.name, fmt.Sprint(t.q), t.mean.name, fmt.Sprintf("%.3f", b), fmt.Sprintf("%.5f", r2)})
		series = append(series, paper.Series{Name: name, X: lambdas, Y: taus})
	}
	spread, extra := preconditioned(r, lambdas, &series)
	table = append(table, extra...)
	r.Table("exponent of the emergence time, closed forms, λ from 0.01 to 10; preconditioned is by (Σ+σ²I)⁻¹ per σ", []string{"denoiser", "Q", "mean", "slope", "R²"}, table)
	if err := r.Lines("emergence time against variance", paper.Axes{X: "λ", Y: "τ*", LogX: true, LogY: true}, series...); err != nil {
		return err
	}
	var curves []paper.Series
	for _, lambda := range []float64{0.01, 0.1, 1, 10} {
		tau := logSpaced(1e-4, 1e4, 200)
		v := make([]float64, len(tau))
		for i, x := range tau {
			v[i] = oneLayer.variance(lambda, 0.1, x)
		}
		curves = append(curves, paper.Series{Name: fmt.Sprintf("λ = %v", lambda), X: tau, Y: v})
	}
	r.Claim("τ* ∝ λ^-α: spread of τ* over modes without preconditioning", spread, "of the order of the spread of λ, 1000", paper.If(spread > 300 && spread < 3000))
	return r.Lines("generated variance, one layer, Q = 0.1", paper.Axes{X: "τ", Y: "λ̃", LogX: true, LogY: true}, curves...)
}

// preconditioned asks for the spread of τ* when the gradient of each noise level is multiplied by (Σ + σ²I)⁻¹: all weights of one layer
// then decay at the rate 2η. Of two layers, ẇ = 8ηw(w* − w): the rate keeps the factor w* = λ/(λ+σ²). It returns the spread of one
// layer without, and rows of the table.
func preconditioned(r *paper.Run, lambdas []float64, series *[]paper.Series) (float64, [][]string) {
	var rows [][]string
	spread := func(name string, q float64, first func(lambda float64) float64, variance func(lambda, tau float64) float64) float64 {
		low, high := math.Inf(1), 0.0
		taus := make([]float64, len(lambdas))
		for i, lambda := range lambdas {
			taus[i] = crossing(func(tau float64) float64 { return variance(lambda, tau) }, geometric.of(first(lambda), final(lambda)), 1e-7, 1e6)
			low, high = min(low, taus[i]), max(high, taus[i])
		}
		if name != "" {
			b, _ := slope(lambdas, taus)
			rows = append(rows, []string{name, fmt.Sprint(q), geometric.name, fmt.Sprintf("%.3f", b), "flat"})
			*series = append(*series, paper.Series{Name: name, X: lambdas, Y: taus, Points: true})
		}
		return high / low
	}
	const q = 0.1
	zero := func(float64) float64 { return initial(0) }
	before := spread("", 0, zero, func(lambda, tau float64) float64 { return oneLayer.variance(lambda, 0, tau) })
	after := spread("one layer, preconditioned", 0, zero, func(lambda, tau float64) float64 {
		return integrated(func(sigma float64) float64 { return optimum(lambda, sigma) * (1 - exp(-2*tau)) }, sigma0, sigmaT, 400)
	})
	start := func(lambda float64) float64 { return twoLayers.variance(lambda, q, 0) }
	twoBefore := spread("", q, start, func(lambda, tau float64) float64 { return twoLayers.variance(lambda, q, tau) })
	two := spread("two layers, preconditioned", q, start, func(lambda, tau float64) float64 {
		return integrated(func(sigma float64) float64 {
			w := optimum(lambda, sigma)
			return w * q / (float64((w-q)*exp(-8*w*tau)) + q)
		}, sigma0, sigmaT, 400)
	})
	r.AtMost("spread of τ* over modes, λ over 1000×, preconditioned by (Σ+σ²I)⁻¹ per σ", after, 2)
	r.AtLeast("spread without", before, 500)
	r.Claim("two layers: spread of τ* preconditioned", two, fmt.Sprintf("< 2 as with one layer; %.0f without", twoBefore), paper.If(two < 2))
	return before, rows
}
