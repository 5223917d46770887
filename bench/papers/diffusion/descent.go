package diffusion

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// descent compares gradient descent on the loss of samples, E‖W(x + σz) − x‖² with the mean over z taken exactly, with the
// closed form W(τ) = W* + Σ_k (W(0) − W*)·u_k·u_kᵀ·exp(−2τ(σ² + λ_k)), plain and preconditioned by (Σ + σ²I)⁻¹.
func descent(r *paper.Run) error {
	const d = 16
	src := rnd.New(r.Seed)
	x, err := data(src, 2000, logSpaced(0.05, 5, d))
	if err != nil {
		return err
	}
	s := covariance(x)
	eig := linalg.NewSymEig[float64](d)
	if err := eig.Factorize(s); err != nil {
		return err
	}
	basis := linalg.Spectral[float64]{Basis: linalg.Dense[float64]{Q: eig.Vectors()}, D: eig.Values()}
	work := make([]float64, basis.Work(d))
	start := linalg.NewMatrix[float64](d, d) // not aligned with the modes
	rnd.Normal(src, start.Data)
	kernels.Scal(nil, 0.1, start.Data)
	var worst, worstPre float64
	steps := 4000
	if r.Quick {
		steps = 1000
	}
	for _, sigma := range []float64{0.05, 0.5, 2} {
		s2 := float64(sigma * sigma)
		rate := 1e-3 / (eig.Values()[0] + s2)
		for _, precondition := range []bool{false, true} {
			if precondition {
				rate = 1e-3
			}
			w, g, y := start.Clone(), linalg.NewMatrix[float64](d, d), linalg.NewMatrix[float64](d, d)
			for range steps {
				// ∇ = 2W(Σ + σ²I) − 2Σ.
				linalg.MatMul(nil, g, w, s)
				for i, v := range w.Data {
					g.Data[i] = 2 * (g.Data[i] + float64(s2*v) - s.Data[i])
				}
				if precondition {
					basis.Apply(nil, g, g, linalg.Filter{Power: -1, Shift: s2}, work)
				}
				kernels.Axpy(nil, -rate, g.Data, w.Data)
			}
			// The closed form, mode by mode from the right: (W(0) − W*)·U·e^{…}·Uᵀ + W*.
			best, phi := linalg.NewMatrix[float64](d, d), make([]float64, d)
			best.Identity()
			for k, l := range eig.Values() {
				phi[k] = l / (l + s2)
			}
			basis.Scale(nil, best, best, phi, work)
			for i, v := range start.Data {
				y.Data[i] = v - best.Data[i]
			}
			for k, l := range eig.Values() {
				phi[k] = exp(-2 * rate * float64(steps) * (s2 + l))
				if precondition {
					phi[k] = exp(-2 * rate * float64(steps))
				}
			}
			basis.Scale(nil, y, y, phi, work)
			kernels.Axpy(nil, 1, best.Data, y.Data)
			norm := linalg.FrobeniusNorm(nil, y)
			kernels.Axpy(nil, -1, w.Data, y.Data)
			if e := linalg.FrobeniusNorm(nil, y) / norm; precondition {
				worstPre = max(worstPre, e)
			} else {
				worst = max(worst, e)
			}
		}
	}
	r.AtMost(fmt.Sprintf("W(τ) by gradient descent, %d steps of η(λ+σ²) ≤ 1e-3, against the closed form", steps), worst, 1e-3)
	r.AtMost("the same, preconditioned by (Σ+σ²I)⁻¹", worstPre, 1e-3)
	return nil
}

// trained trains linear denoisers by stochastic gradient descent on samples, one for each noise level, generates with
// them, and fits the emergence time of the modes: plain, and with gradients times (Σ + σ²I)⁻¹.
func trained(r *paper.Run) error {
	lambdas, taus, err := emergence(r, false)
	if err != nil {
		return err
	}
	r.AtLeast("modes of the trained denoiser that emerge, of 32", float64(len(lambdas)), 20)
	b, r2 := slope(lambdas, taus)
	r.Calibrated("trained by SGD: exponent α of τ* ∝ λ^-α", -b)
	r.Calibrated("trained by SGD: R²", r2)
	r.Claim("trained by SGD: α", -b, "about 1 (0.9 … 1.15)", paper.If(-b >= 0.9 && -b <= 1.15))
	r.Claim("trained by SGD: R²", r2, "> 0.98", paper.If(r2 > 0.98))
	same, at, err := emergence(r, true)
	if err != nil {
		return err
	}
	spread := slices.Max(at) / slices.Min(at)
	r.Calibrated("trained by SGD, preconditioned: largest τ* over least", spread)
	r.Claim("trained by SGD, preconditioned: largest τ* over least", spread, fmt.Sprintf("< 2; %.0f without", slices.Max(taus)/slices.Min(taus)), paper.If(spread < 2))
	return r.Lines("emergence of modes in samples of denoisers trained by SGD", paper.Axes{X: "λ", Y: "τ*", LogX: true, LogY: true},
		paper.Series{Name: "plain", X: lambdas, Y: taus, Points: true}, paper.Series{Name: "preconditioned", X: same, Y: at, Points: true})
}

// emergence returns the variances of modes and the times at which they emerge.
func emergence(r *paper.Run, precondition bool) (lambdas, taus []float64, err error) {
	const (
		d          = 32
		low, high  = 0.02, 5.0
		batch      = 32
		growth     = 1.15 // of the time between checkpoints
		levelCount = 16
	)
	rate, steps := 0.01, 6000
	samples := 2000
	if r.Quick {
		steps = 1500
	}
	if precondition { // all modes emerge within one unit of time
		rate, steps = 0.002, steps/6
	}
	src := rnd.New(r.Seed + 77)
	x, err := data(src, samples, logSpaced(0.03, 3, d))
	if err != nil {
		return nil, nil, err
	}
	eig := linalg.NewSymEig[float64](d)
	if err := eig.Factorize(covariance(x)); err != nil {
		return nil, nil, err
	}
	basis := linalg.Spectral[float64]{Basis: linalg.Dense[float64]{Q: eig.Vectors()}, D: eig.Values()}
	work := make([]float64, basis.Work(d))
	levels := logSpaced(low, high, levelCount+1)
	// A linear network for every noise level, from 0, and plain gradient descent.
	nets, opts := make([]*nn.Network[float64], len(levels)), make([]*precond.Optimizer[float64], len(levels))
	w := make([]linalg.Matrix[float64], len(levels))
	for i := range nets {
		nets[i] = nn.NewMLP[float64]([]int{d, d}, nn.Straight, false, batch)
		sgd := precond.SGD()
		sgd.LR, sgd.Moment = rate, precond.Moment{}
		if opts[i], err = precond.New(sgd, nets[i].Store.Params(), nil); err != nil {
			return nil, nil, err
		}
		w[i] = linalg.MatrixOf(d, d, nets[i].Store.Params()[0].Value)
	}
	se := nn.NewSquaredError[float64](batch, d)
	y, clean := linalg.NewMatrix[float64](batch, d), linalg.NewMatrix[float64](batch, d)
	noise := make([]float64, batch*d)
	var times []float64
	variances := make([][]float64, d)
	next := 1.0
	for step := 1; step <= steps; step++ {
		r.Progress("training linear denoisers, step %d of %d", step, steps)
		for i := range batch {
			copy(clean.Row(i), x.Row(src.Intn(samples)))
		}
		rnd.Normal(src, noise)
		for i, sigma := range levels {
			kernels.Axpby(nil, 1, clean.Data, sigma, noise, y.Data)
			nets[i].Backward(nil, se.Grad(nets[i].Forward(nil, y), clean, 2.0/batch)) // of ‖W·y − x‖², not of half of it
			if g := linalg.MatrixOf(d, d, nets[i].Store.Params()[0].Grad); precondition {
				basis.Apply(nil, g, g, linalg.Filter{Power: -1, Shift: sigma * sigma}, work)
			}
			if _, err := opts[i].Step(1); err != nil {
				return nil, nil, err
			}
		}
		if float64(step) < next && step < steps {
			continue
		}
		next = max(next+1, next*growth)
		times = append(times, rate*float64(step))
		out := generate(levels, w)
		// The variance along mode k: ‖row k of Uᵀ·M‖²·σ_T².
		m := linalg.NewMatrix[float64](d, d)
		linalg.MatMul(nil, m, eig.VectorsT(), out)
		for k := range d {
			variances[k] = append(variances[k], high*high*kernels.SumSquares(nil, m.Row(k)))
		}
	}
	for k, l := range eig.Values() {
		first := low * low
		last := high * high * (l + low*low) / (l + high*high)
		level := math.Sqrt(first * last)
		for i, v := range variances[k] {
			if v < level {
				continue
			}
			if i > 0 { // between two checkpoints, in logarithms
				a, b := log(variances[k][i-1]/level), log(v/level)
				lambdas, taus = append(lambdas, l), append(taus, times[i-1]*exp(log(times[i]/times[i-1])*a/(a-b)))
			}
			break
		}
	}
	return lambdas, taus, nil
}

// generate returns the matrix M of the probability flow x(σ_0) = M·x(σ_T), by Heun's method between the noise levels:
// dx/d ln σ = x − W_σ·x.
func generate(levels []float64, w []linalg.Matrix[float64]) linalg.Matrix[float64] {
	d := w[0].Rows
	m, k1, k2, x := linalg.NewMatrix[float64](d, d), linalg.NewMatrix[float64](d, d), linalg.NewMatrix[float64](d, d), linalg.NewMatrix[float64](d, d)
	m.Identity()
	field := func(dst, w, x linalg.Matrix[float64]) {
		linalg.Copy(dst, x)
		linalg.MatMulAdd(nil, dst, kernels.NoTrans, kernels.NoTrans, -1, w, x, 1)
	}
	for i := len(levels) - 1; i > 0; i-- {
		h := log(levels[i-1] / levels[i])
		field(k1, w[i], m)
		kernels.Axpby(nil, 1, m.Data, h, k1.Data, x.Data)
		field(k2, w[i-1], x)
		kernels.Axpy(nil, h/2, k1.Data, m.Data)
		kernels.Axpy(nil, h/2, k2.Data, m.Data)
	}
	return m
}
