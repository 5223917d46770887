package diffusion

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// affine is the denoiser D_σ(x) = W·x + b of data with mean μ and covariance Σ at one noise level. With z = (x + σε, 1) its loss is
// E‖[W b]·z − x‖², whose gradient is 2([W b]·M − C), M = E[z·zᵀ] and C = E[x·zᵀ]: a mean couples W and b, so that modes with
// u_kᵀμ ≠ 0 do not follow the law of the others.
type affine struct {
	d      int
	m      linalg.Matrix[float64] // (d+1)×(d+1)
	c      linalg.Matrix[float64] // d×(d+1)
	best   linalg.Matrix[float64] // C·M⁻¹
	modes  linalg.Spectral[float64]
	work   []float64
	factor []float64
}

func newAffine(cov linalg.Matrix[float64], mu []float64, sigma float64) (*affine, error) {
	d := len(mu)
	a := &affine{d: d, m: linalg.NewMatrix[float64](d+1, d+1), c: linalg.NewMatrix[float64](d, d+1), best: linalg.NewMatrix[float64](d, d+1), factor: make([]float64, d+1)}
	for i := range d {
		for j := range d {
			v := cov.At(i, j) + float64(mu[i]*mu[j])
			a.c.Set(i, j, v)
			if i == j {
				v += float64(sigma * sigma)
			}
			a.m.Set(i, j, v)
		}
		a.c.Set(i, d, mu[i])
		a.m.Set(i, d, mu[i])
		a.m.Set(d, i, mu[i])
	}
	a.m.Set(d, d, 1)
	e := linalg.NewSymEig[float64](d + 1)
	if err := e.Factorize(a.m); err != nil {
		return nil, err
	}
	a.modes = linalg.Spectral[float64]{Basis: linalg.Dense[float64]{Q: e.Vectors().Clone()}, D: append([]float64(nil), e.Values()...)}
	a.work = make([]float64, a.modes.Work(d))
	a.modes.Apply(nil, a.best, a.c, linalg.Filter{Power: -1}, a.work)
	return a, nil
}

// at sets w to [W b] after training for τ at rate 1 by gradient flow from start: best + (start − best)·e^(−2τM).
func (a *affine) at(w, start linalg.Matrix[float64], tau float64) {
	for i, v := range start.Data {
		w.Data[i] = v - a.best.Data[i]
	}
	for k, l := range a.modes.D {
		a.factor[k] = exp(-2 * tau * l)
	}
	a.modes.Scale(nil, w, w, a.factor, a.work)
	kernels.Axpy(nil, 1, a.best.Data, w.Data)
}

// withMean checks the training of denoisers of data with a mean against the closed form, and what the mean changes.
func withMean(r *paper.Run) error {
	const d = 8
	src := rnd.New(r.Seed + 9)
	x, err := data(src, 2000, logSpaced(0.05, 5, d))
	if err != nil {
		return err
	}
	cov := covariance(x)
	mu, zero := make([]float64, d), make([]float64, d)
	rnd.Normal(src, mu)
	start := linalg.NewMatrix[float64](d, d+1)
	rnd.Normal(src, start.Data)
	kernels.Scal(nil, 0.1, start.Data)
	eig := linalg.NewSymEig[float64](d)
	if err := eig.Factorize(cov); err != nil {
		return err
	}
	basis := linalg.Spectral[float64]{Basis: linalg.Dense[float64]{Q: eig.Vectors()}, D: eig.Values()}
	work := make([]float64, basis.Work(d))
	steps := 4000
	if r.Quick {
		steps = 1000
	}
	var descent, limit, plain float64
	w, g := linalg.NewMatrix[float64](d, d+1), linalg.NewMatrix[float64](d, d+1)
	for _, sigma := range []float64{0.05, 0.5, 2} {
		s2 := float64(sigma * sigma)
		a, err := newAffine(cov, mu, sigma)
		if err != nil {
			return err
		}
		// Gradient descent.
		rate := 1e-3 / a.modes.D[0]
		y := start.Clone()
		for range steps {
			linalg.MatMul(nil, g, y, a.m)
			kernels.Axpy(nil, -1, a.c.Data, g.Data)
			kernels.Axpy(nil, -2*rate, g.Data, y.Data)
		}
		a.at(w, start, rate*float64(steps))
		descent = max(descent, relative(w.Data, y.Data))
		// The best one, W* = Σ(Σ+σ²I)⁻¹ and b* = (I − W*)·μ.
		phi := make([]float64, d)
		for k, l := range eig.Values() {
			phi[k] = l / (l + s2)
		}
		best := linalg.NewMatrix[float64](d, d)
		best.Identity()
		basis.Scale(nil, best, best, phi, work)
		want := linalg.NewMatrix[float64](d, d+1)
		linalg.Copy(want.Slice(0, 0, d, d), best)
		for i := range d {
			want.Set(i, d, mu[i]-kernels.Dot(nil, best.Row(i), mu))
		}
		limit = max(limit, relative(want.Data, a.best.Data))
		// Without a mean: b decays like e^(−2τ), W as in the closed form without b.
		if a, err = newAffine(cov, zero, sigma); err != nil {
			return err
		}
		const tau = 0.2
		a.at(w, start, tau)
		free := linalg.NewMatrix[float64](d, d)
		for i := range d {
			for j := range d {
				free.Set(i, j, start.At(i, j)-best.At(i, j))
			}
			want.Set(i, d, start.At(i, d)*exp(-2*tau))
		}
		for k, l := range eig.Values() {
			phi[k] = exp(-2 * tau * (s2 + l))
		}
		basis.Scale(nil, free, free, phi, work)
		for i := range d {
			for j := range d {
				want.Set(i, j, best.At(i, j)+free.At(i, j))
			}
		}
		plain = max(plain, relative(want.Data, w.Data))
	}
	r.AtMost(fmt.Sprintf("data with a mean: W(τ) and b(τ) by gradient descent, %d steps, against the closed form", steps), descent, 1e-3)
	r.AtMost("data with a mean: limit for τ → ∞ against W* = Σ(Σ+σ²I)⁻¹, b* = (I−W*)μ", limit, 1e-10)
	r.AtMost("mean 0: W and b against the closed form without coupling, b = b(0)·e^(−2τ)", plain, 1e-12)
	if err := overshoot(r); err != nil {
		return err
	}
	return coupled(r)
}

func relative(want, got []float64) float64 {
	var e, n float64
	for i, v := range want {
		e += float64((v - got[i]) * (v - got[i]))
		n += float64(v * v)
	}
	return math.Sqrt(e / n)
}

// overshoot puts the mean on one of two modes: the weight of that one rises above its end, since for a while it stands in for b, and the
// other one's does not.
func overshoot(r *paper.Run) error {
	const lambda, c, sigma = 0.1, 2.0, 1.0
	cov := linalg.NewMatrix[float64](2, 2)
	cov.Set(0, 0, lambda)
	cov.Set(1, 1, lambda)
	a, err := newAffine(cov, []float64{c, 0}, sigma)
	if err != nil {
		return err
	}
	w, start := linalg.NewMatrix[float64](2, 3), linalg.NewMatrix[float64](2, 3)
	along, across := paper.Series{Name: "mode along the mean"}, paper.Series{Name: "mode across the mean"}
	bias := paper.Series{Name: "bias along the mean"}
	var top, other float64
	for _, tau := range logSpaced(1e-3, 1e2, 300) {
		a.at(w, start, tau)
		x, y := w.At(0, 0)/a.best.At(0, 0), w.At(1, 1)/a.best.At(1, 1)
		top, other = max(top, x), max(other, y)
		along.X, along.Y = append(along.X, tau), append(along.Y, x)
		across.X, across.Y = append(across.X, tau), append(across.Y, y)
		bias.X, bias.Y = append(bias.X, tau), append(bias.Y, w.At(0, 2)/a.best.At(0, 2))
	}
	r.Claim("a mode along the mean overshoots: its largest weight over the final one", top, "> 1", paper.If(top > 1.001))
	r.AtMost("a mode across the mean does not: the same", other, 1+1e-12)
	return r.Lines("Weights on two modes of equal variance 0.1, σ = 1, mean of length 2 along one", paper.Axes{X: "τ", Y: "part of the final value", LogX: true}, along, across, bias)
}

// coupled compares the probability flow of affine denoisers with its closed form, and the exponent of the emergence time for data with
// a mean in every mode with that without.
func coupled(r *paper.Run) error {
	const d = 16
	lambdas := logSpaced(0.01, 10, d)
	cov := linalg.NewMatrix[float64](d, d)
	for k, l := range lambdas {
		cov.Set(k, k, l)
	}
	levels := logSpaced(sigma0, sigmaT, 361)
	points := 240
	if r.Quick {
		points = 80
	}
	taus := logSpaced(1e-4, 1e5, points)
	var table [][]string
	var series []paper.Series
	for _, size := range []float64{0, 0.3, 1} {
		mu := make([]float64, d)
		for k, l := range lambdas {
			mu[k] = size * math.Sqrt(l)
		}
		all := make([]*affine, len(levels))
		w := make([]linalg.Matrix[float64], len(levels))
		for i, sigma := range levels {
			a, err := newAffine(cov, mu, sigma)
			if err != nil {
				return err
			}
			all[i], w[i] = a, linalg.NewMatrix[float64](d, d+1)
		}
		start := linalg.NewMatrix[float64](d, d+1)
		variance := func(tau float64) []float64 {
			for i, a := range all {
				a.at(w[i], start, tau)
			}
			m := flow(levels, w)
			v := make([]float64, d)
			for k := range v {
				v[k] = sigmaT * sigmaT * kernels.SumSquares(nil, m.Row(k)[:d])
			}
			return v
		}
		// After all of training the samples have the data's mean and variance, as far as the flow begins at σ_T and not at ∞.
		var shift, spread float64
		for i, a := range all {
			linalg.Copy(w[i], a.best)
		}
		m := flow(levels, w)
		for k, l := range lambdas {
			keep := math.Sqrt((l + sigma0*sigma0) / (l + sigmaT*sigmaT))
			spread = max(spread, math.Abs(m.At(k, k)/keep-1))
			if size > 0 {
				shift = max(shift, math.Abs(m.At(k, d)/(mu[k]*(1-keep))-1))
			}
		}
		r.AtMost(fmt.Sprintf("mean of size %g: flow of the best denoisers against its closed form, variances", size), spread, 1e-3)
		if size > 0 {
			r.AtMost(fmt.Sprintf("mean of size %g: the same, mean of the samples μ·(1 − √((λ+σ_0²)/(λ+σ_T²)))", size), shift, 1e-3)
		}
		curves := make([][]float64, len(taus))
		for i, tau := range taus {
			curves[i] = variance(tau)
		}
		var x, y []float64
		for k, l := range lambdas {
			level := geometric.of(initial(0), final(l))
			for i := range taus {
				if curves[i][k] < level {
					continue
				}
				if i > 0 { // between two times, in logarithms
					a, b := log(curves[i-1][k]/level), log(curves[i][k]/level)
					x, y = append(x, l), append(y, taus[i-1]*exp(log(taus[i]/taus[i-1])*a/(a-b)))
				}
				break
			}
		}
		b, r2 := slope(x, y)
		name := "no mean"
		if size > 0 {
			name = fmt.Sprintf("u_kᵀμ = %g·√λ_k", size)
			r.Claim("τ* ∝ λ^-α with a mean, "+name+": α", -b, "about 1 (0.9 … 1.15)", paper.If(-b >= 0.9 && -b <= 1.15))
		}
		table = append(table, []string{name, fmt.Sprint(len(x)), fmt.Sprintf("%.3f", -b), fmt.Sprintf("%.4f", r2)})
		series = append(series, paper.Series{Name: name, X: x, Y: y, Points: size > 0})
	}
	r.Table("exponent α of τ* ∝ λ^-α, one layer with bias from 0, data with a mean in every mode", []string{"mean", "modes", "α", "R²"}, table)
	return r.Lines("emergence time against variance, data with a mean", paper.Axes{X: "λ", Y: "τ*", LogX: true, LogY: true}, series...)
}

// flow returns the affine map of the probability flow from σ_T to σ_0, x ↦ M·x + m as [M m], for denoisers [W b] of every
// level, by Heun's method: dx/d ln σ = x − W·x − b.
func flow(levels []float64, w []linalg.Matrix[float64]) linalg.Matrix[float64] {
	d := w[0].Rows
	m := linalg.NewMatrix[float64](d, d+1)
	m.Slice(0, 0, d, d).Identity()
	k1, k2, x := m.Clone(), m.Clone(), m.Clone()
	field := func(dst, w, x linalg.Matrix[float64]) {
		linalg.Copy(dst, x)
		linalg.MatMulAdd(nil, dst, kernels.NoTrans, kernels.NoTrans, -1, w.Slice(0, 0, d, d), x, 1)
		for i := range d {
			dst.Set(i, d, dst.At(i, d)-w.At(i, d))
		}
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
