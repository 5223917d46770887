package diffusion

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// filter is a denoiser of periodic signals of n samples by one convolution with k taps, D(x)_i = Σ_j w_j·x_{i+j−k/2}. Every position
// sees the same patch statistics, so that the gradient of the loss is n times that of one position: 2n((Σ_patch + σ²I)w − Σ_patch·e_0).
type filter struct {
	n, k  int
	patch linalg.Matrix[float64] // Σ_patch, k×k
	eig   *linalg.SymEig[float64]
}

// newFilter takes the covariance of neighbours, c_i = E[x_j·x_{j+i}].
func newFilter(c []float64, k int) (*filter, error) {
	f := &filter{n: len(c), k: k, patch: linalg.NewMatrix[float64](k, k), eig: linalg.NewSymEig[float64](k)}
	for i := range k {
		for j := range k {
			f.patch.Set(i, j, c[(i-j+len(c))%len(c)])
		}
	}
	return f, f.eig.Factorize(f.patch)
}

// centre is the tap e_0 of the sample itself.
func (f *filter) centre() int { return f.k / 2 }

// at returns the taps after training from zero for time τ: w* − exp(−2nτ(σ²I + Σ_patch))·w*, w* = (σ²I + Σ_patch)⁻¹·Σ_patch·e_0.
func (f *filter) at(w []float64, sigma, tau float64) {
	clear(w)
	for m, l := range f.eig.Values() {
		row := f.eig.VectorsT().Row(m)
		s := l + float64(sigma*sigma)
		kernels.Axpy(nil, l/s*(1-exp(-2*float64(f.n)*tau*s))*row[f.centre()], row, w)
	}
}

// preconditioned returns the taps when the gradient is multiplied by (Σ_patch + σ²I)⁻¹: (1 − e^(−2nτ))·w*.
func (f *filter) preconditioned(w []float64, sigma, tau float64) {
	clear(w)
	for m, l := range f.eig.Values() {
		row := f.eig.VectorsT().Row(m)
		kernels.Axpy(nil, l/(l+float64(sigma*sigma))*(1-exp(-2*float64(f.n)*tau))*row[f.centre()], row, w)
	}
}

// response is the weight of the filter on the Fourier mode m of the signal, real since the taps are symmetric.
func (f *filter) response(w []float64, m int) float64 {
	s := 0.0
	for j, v := range w {
		s += float64(v * elem.Cos(2*math.Pi*float64(m*(j-f.centre()))/float64(f.n)))
	}
	return s
}

// convolution checks the gradient of the loss of a filter on samples, gradient descent against the closed form, the factor n against a
// dense matrix, and fits exponents.
func convolution(r *paper.Run) error {
	const n = 32
	lambdas := powerLaw(n)
	c := neighbours(lambdas)
	if err := filterGradient(r); err != nil {
		return err
	}
	var worst float64
	for _, k := range []int{3, 7, n} {
		f, err := newFilter(c, k)
		if err != nil {
			return err
		}
		for _, sigma := range []float64{0.1, 1} {
			w, g, want := make([]float64, k), make([]float64, k), make([]float64, k)
			rate := 1e-3 / (float64(n) * (f.eig.Values()[0] + float64(sigma*sigma)))
			const steps = 2000
			for range steps {
				linalg.MatVec(nil, g, kernels.NoTrans, 1, f.patch, w, 0)
				for i := range g {
					g[i] = 2 * n * (g[i] + float64(sigma*sigma*w[i]) - f.patch.At(i, f.centre()))
				}
				kernels.Axpy(nil, -rate, g, w)
			}
			f.at(want, sigma, rate*steps)
			norm := kernels.Nrm2(nil, want)
			kernels.Axpy(nil, -1, w, want)
			worst = max(worst, kernels.Nrm2(nil, want)/norm)
		}
	}
	r.AtMost("taps of a filter by gradient descent against the closed form, 3, 7 and all taps", worst, 1e-3)

	// Full width: the modes are the Fourier modes, and each is n times as fast as with a dense matrix.
	full, err := newFilter(c, n)
	if err != nil {
		return err
	}
	w := make([]float64, n)
	ratio := 0.0
	for _, sigma := range []float64{0.1, 1} {
		for _, m := range []int{0, 3, n / 2} {
			level := optimum(lambdas[m], sigma) / 2
			conv := crossing(func(tau float64) float64 {
				full.at(w, sigma, tau)
				return full.response(w, m)
			}, level, 1e-7, 1e3)
			dense := crossing(func(tau float64) float64 { return oneLayer.weight(lambdas[m], sigma, 0, tau) }, level, 1e-6, 1e4)
			ratio = max(ratio, math.Abs(dense/conv-n))
		}
	}
	r.AtMost(fmt.Sprintf("speed-up of a full-width filter over a dense matrix less n = %d", n), ratio, 1e-6)

	var table [][]string
	var series []paper.Series
	for _, k := range []int{3, 7, n} {
		f, err := newFilter(c, k)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%d taps", k)
		var spread [2]float64
		for i, at := range []func(w []float64, sigma, tau float64){f.at, f.preconditioned} {
			var x, taus []float64
			w := make([]float64, k)
			low, high := math.Inf(1), 0.0
			for m := 0; m <= n/2; m++ {
				r.Progress("filters, %d taps, mode %d", k, m)
				variance := func(tau float64) float64 {
					return integrated(func(sigma float64) float64 {
						at(w, sigma, tau)
						return f.response(w, m)
					}, sigma0, sigmaT, 120)
				}
				last := variance(1e9)
				tau := crossing(variance, geometric.of(initial(0), last), 1e-7, 1e4)
				if tau == tau {
					x, taus = append(x, lambdas[m]), append(taus, tau)
					low, high = min(low, tau), max(high, tau)
				}
			}
			spread[i] = high / low
			b, r2 := slope(x, taus)
			label, fit := name, fmt.Sprintf("%.3f", r2)
			if i == 1 {
				label, fit = label+", preconditioned", "flat"
			} else if k == n {
				r.Claim("full-width filter: α", -b, "about 1", paper.If(math.Abs(b+1) < 0.15))
			}
			table = append(table, []string{label, fmt.Sprint(len(x)), fmt.Sprintf("%.3f", math.Abs(b)), fit, fmt.Sprintf("%.1f", spread[i])})
			series = append(series, paper.Series{Name: label, X: x, Y: taus, Points: i == 1})
		}
		r.AtMost(name+": spread of τ* over Fourier modes, preconditioned by (Σ_patch+σ²I)⁻¹ per σ", spread[1], 2)
		r.AtLeast(name+": spread without over spread with", spread[0]/spread[1], 5)
	}
	r.Table(fmt.Sprintf("exponent α of τ* ∝ λ^-α, filters on periodic signals of %d samples", n), []string{"filter", "modes", "α", "R²", "largest τ* over least"}, table)
	r.Note("A filter with few taps learns the modes of patches, not those of the signal: the law of a mode's variance loosens (R² in the table).")
	return r.Lines("emergence time against variance, convolutional denoisers", paper.Axes{X: "λ", Y: "τ*", LogX: true, LogY: true}, series...)
}

// filterGradient compares the gradient by moments with that of a convolution of bench/nn on samples. A signal is an image of one
// row; the padding repeats it k times, so that each place counts k times.
func filterGradient(r *paper.Run) error {
	const n, k, samples = 12, 5, 40
	src := rnd.New(r.Seed + 5)
	x := linalg.NewMatrix[float64](samples, n)
	rnd.Normal(src, x.Data)
	w := make([]float64, k)
	rnd.Normal(src, w)
	var net nn.Network[float64]
	net.Add(nn.NewConv(&net.Store, "filter", nn.ConvShape{H: 1, W: n, C: 1, KH: 1, KW: k, Pad: k / 2, Circular: true}, 1, samples))
	p := net.Store.Params()[0] // the taps and a bias
	copy(p.Value, w)
	out := net.Forward(nil, x)
	want, c := linalg.NewMatrix[float64](samples, out.Cols), make([]float64, n)
	for s := range samples {
		row := x.Row(s)
		for i := range out.Cols {
			want.Set(s, i, row[i%n])
		}
		for i := range n {
			for j := range c {
				c[j] += row[i] * row[(i+j)%n] / (samples * n)
			}
		}
	}
	net.Backward(nil, nn.NewSquaredError[float64](samples, out.Cols).Grad(out, want, 2.0/(samples*k)))
	f, err := newFilter(c, k)
	if err != nil {
		return err
	}
	g := make([]float64, k)
	linalg.MatVec(nil, g, kernels.NoTrans, 1, f.patch, w, 0)
	worst := 0.0
	for j := range g { // the mean over the noise adds nσ²w
		worst = max(worst, math.Abs(float64(2*n*(g[j]-f.patch.At(j, f.centre())))-p.Grad[j]))
	}
	r.AtMost("gradient of a filter by patch moments against a convolution of samples", worst, 1e-11)
	return nil
}
