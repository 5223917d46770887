package diffusion

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
)

// The closed forms of the paper. Every mode k of the data covariance, with variance λ, is by itself: w(σ, τ) is the weight of the
// denoiser of noise σ on the mode after training time τ by gradient flow with rate η, from the weight Q.

func exp(x float64) float64 { return elem.Exp(x) }
func log(x float64) float64 { return elem.Log(x) }

// expIntegral returns E₁(x) = ∫_x^∞ e⁻ᵗ/t dt for x > 0; Ei(−x) = −E₁(x).
func expIntegral(x float64) float64 {
	const gamma = 0.57721566490153286061
	if x <= 1 {
		sum, term := 0.0, 1.0
		for k := 1; k < 30; k++ {
			term *= -x / float64(k)
			sum -= term / float64(k)
		}
		return sum - gamma - log(x)
	}
	if x > 740 {
		return 0
	}
	// The continued fraction e⁻ˣ/(x + 1 − 1²/(x + 3 − 2²/(x + 5 − …))), by the method of Lentz.
	b := x + 1
	c := math.Inf(1)
	d := 1 / b
	h := d
	for k := 1; k < 400; k++ {
		a := -float64(k * k)
		b += 2
		d = 1 / (float64(a*d) + b)
		c = b + a/c
		step := float64(c * d)
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return h * exp(-x)
}

// optimum is the weight w* = λ/(λ + σ²) of the best linear denoiser.
func optimum(lambda, sigma float64) float64 { return lambda / (lambda + float64(sigma*sigma)) }

// model is one of the denoisers whose training the paper solves.
type model struct {
	name   string
	weight func(lambda, sigma, q, tau float64) float64
	// lnPhi is ln Φ(σ), for which the variance that the probability-flow ODE generates is λ̃ = σ_T²·Φ²(σ_0)/Φ²(σ_T).
	lnPhi func(lambda, sigma, q, tau float64) float64
}

// oneLayer is D_σ(x) = W_σ·x: each mode decays to w* with the rate 2η(σ² + λ); η = 1.
var oneLayer = model{
	name: "one layer",
	weight: func(lambda, sigma, q, tau float64) float64 {
		w := optimum(lambda, sigma)
		return w + float64((q-w)*exp(-2*tau*(float64(sigma*sigma)+lambda)))
	},
	lnPhi: func(lambda, sigma, q, tau float64) float64 {
		s := float64(sigma * sigma)
		return float64(0.5*log(lambda+s)) - float64(0.5*(1-q)*expIntegral(2*tau*s)*exp(-2*tau*lambda)) + float64(0.5*expIntegral(2*tau*(s+lambda)))
	},
}

// twoLayers is D_σ(x) = P·Pᵀ·x, aligned with the modes: ẇ = 8ηw(λ − (λ + σ²)w).
var twoLayers = model{
	name: "two layers",
	weight: func(lambda, sigma, q, tau float64) float64 {
		w := optimum(lambda, sigma)
		return w * q / (float64((w-q)*exp(-8*lambda*tau)) + q)
	},
	lnPhi: func(lambda, sigma, q, tau float64) float64 {
		e := exp(-8 * lambda * tau)
		den := q + float64((1-q)*e)
		inner := float64(lambda*e) + float64(q*(1-e)*(lambda+float64(sigma*sigma)))
		return float64((1-q)*e/den*log(sigma)) + float64(q/(2*den)*log(inner))
	},
}

// The noise levels between which samples are made.
const (
	sigma0 = 0.002
	sigmaT = 80
)

// variance is the generated variance λ̃ in closed form.
func (m model) variance(lambda, q, tau float64) float64 {
	return sigmaT * sigmaT * exp(2*(m.lnPhi(lambda, sigma0, q, tau)-m.lnPhi(lambda, sigmaT, q, tau)))
}

// integrated is the same by Simpson's rule for the probability-flow ODE, d ln x/d ln σ = 1 − w(σ), on a logarithmic grid of
// an even number of intervals.
func integrated(weight func(sigma float64) float64, low, high float64, intervals int) float64 {
	h := log(high/low) / float64(intervals)
	sum := 0.0
	for i := 0; i <= intervals; i++ {
		f := weight(low*exp(h*float64(i))) - 1
		switch {
		case i == 0 || i == intervals:
		case i%2 == 1:
			f *= 4
		default:
			f *= 2
		}
		sum += f
	}
	return high * high * exp(2*sum*h/3)
}

// rungeKutta is the same once more by the classical method of order four on x itself, from σ_T down.
func rungeKutta(weight func(sigma float64) float64, low, high float64, steps int) float64 {
	h := -log(high/low) / float64(steps)
	half := float64(h / 2)
	at := func(t float64) float64 { return 1 - weight(high*exp(t)) } // dx/dt = (1 − w)·x, t = ln(σ/σ_T)
	x := high
	for i := range steps {
		t := float64(h * float64(i))
		k1 := float64(at(t) * x)
		k2 := float64(at(t+half) * (x + float64(half*k1)))
		k3 := float64(at(t+half) * (x + float64(half*k2)))
		k4 := float64(at(t+h) * (x + float64(h*k3)))
		x += float64(h / 6 * (k1 + float64(2*k2) + float64(2*k3) + k4))
	}
	return x * x
}

// initial and final are the limits of λ̃ for τ → 0, where the closed form of one layer is a difference of infinities, and τ → ∞.
func initial(q float64) float64 { return sigmaT * sigmaT * exp(2*(1-q)*log(sigma0/sigmaT)) }

func final(lambda float64) float64 {
	return sigmaT * sigmaT * (lambda + sigma0*sigma0) / (lambda + sigmaT*sigmaT)
}

// A mean of the first and the last value of a curve: where it is crossed, a mode has emerged.
type mean struct {
	name string
	of   func(a, b float64) float64
}

var (
	geometric = mean{"geometric", func(a, b float64) float64 { return math.Sqrt(a * b) }}
	harmonic  = mean{"harmonic", func(a, b float64) float64 { return 2 / (1/a + 1/b) }}
)

// crossing returns the first τ of [low, high] at which f(τ) crosses level, on a logarithmic grid and then by bisection; NaN if
// there is none.
func crossing(f func(tau float64) float64, level, low, high float64) float64 {
	const points = 400
	step := log(high/low) / points
	last := low
	below := f(low) < level
	for i := 1; i <= points; i++ {
		tau := low * exp(step*float64(i))
		if (f(tau) < level) == below {
			last = tau
			continue
		}
		a, b := last, tau
		for range 100 {
			m := math.Sqrt(a * b)
			if (f(m) < level) == below {
				a = m
			} else {
				b = m
			}
		}
		return math.Sqrt(a * b)
	}
	return math.NaN()
}

// slope fits ln y = a + b·ln x by least squares and returns b and R².
func slope(x, y []float64) (b, r2 float64) {
	n := float64(len(x))
	var sx, sy, sxx, sxy, syy float64
	for i := range x {
		u, v := log(x[i]), log(y[i])
		sx += u
		sy += v
		sxx += float64(u * u)
		sxy += float64(u * v)
		syy += float64(v * v)
	}
	cxy, cxx, cyy := sxy-sx*sy/n, sxx-sx*sx/n, syy-sy*sy/n
	return cxy / cxx, cxy * cxy / (cxx * cyy)
}
