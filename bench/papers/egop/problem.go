package egop

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/digits"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// problem is an objective on R^n with the distribution ρ from which initial points come.
type problem struct {
	name   string
	shapes [][]int // of its parts, which together are θ
	n      int
	floor  float64 // the least loss, or a lower bound
	draw   func(g *rnd.Source, theta []float64)
	build  func() objective // an instance of its own for every run
	sgd    int              // steps of the equivariance control
}

// objective evaluates a problem.
type objective interface {
	loss(theta []float64) float64
	gradient(dst, theta []float64)
}

// quadratic is ½(θ−θ*)ᵀH(θ−θ*).
type quadratic struct {
	h    linalg.Matrix[float64]
	star []float64
	d, w []float64
}

func (q *quadratic) loss(theta []float64) float64 {
	q.gradient(q.w, theta)
	return kernels.Dot(nil, q.w, q.d) / 2
}

func (q *quadratic) gradient(dst, theta []float64) {
	for i, v := range theta {
		q.d[i] = v - q.star[i]
	}
	linalg.MatVec(nil, dst, kernels.NoTrans, 1, q.h, q.d, 0)
}

// newQuadratic draws a quadratic of order n with spectrum k^(−a) in random axes; ρ = N(0, I).
func newQuadratic(g *rnd.Source, n int, a float64) *problem {
	h, _ := regression.Spectrum(n, a, g)
	star := make([]float64, n)
	nn.Normal(star, 1, g)
	return &problem{
		name: fmt.Sprintf("quadratic, spectrum k^−%g", a), shapes: [][]int{{n}}, n: n, sgd: 300,
		draw:  func(g *rnd.Source, theta []float64) { nn.Normal(theta, 1, g) },
		build: func() objective { return &quadratic{h, star, make([]float64, n), make([]float64, n)} },
	}
}

// logSumExp is log Σ_i exp(a_iᵀθ) over rows ±a_i, least at 0, where it is log of their number.
type logSumExp struct {
	a    linalg.Matrix[float64]
	z, p []float64
}

func (f *logSumExp) loss(theta []float64) float64 {
	linalg.MatVec(nil, f.z, kernels.NoTrans, 1, f.a, theta, 0)
	top := math.Inf(-1)
	for _, v := range f.z {
		top = max(top, v)
	}
	sum := 0.0
	for i, v := range f.z {
		f.p[i] = elem.Exp(v - top)
		sum += f.p[i]
	}
	for i := range f.p {
		f.p[i] /= sum
	}
	return top + elem.Log(sum)
}

func (f *logSumExp) gradient(dst, theta []float64) {
	f.loss(theta)
	linalg.MatVec(nil, dst, kernels.Trans, 1, f.a, f.p, 0)
}

func newLogSumExp(g *rnd.Source, n int) *problem {
	const rows = 60
	turn := regression.Rotation(n, g)
	raw, a := linalg.NewMatrix[float64](rows, n), linalg.NewMatrix[float64](2*rows, n)
	nn.Normal(raw.Data, 1, g)
	for k := range n {
		d := elem.Pow(float64(k+1), -1.5)
		for i := range rows {
			raw.Set(i, k, raw.At(i, k)*d)
		}
	}
	linalg.MatMulNT(nil, a.Slice(0, 0, rows, n), raw, turn)
	for i := range rows {
		for j := range n {
			a.Set(rows+i, j, -a.At(i, j))
		}
	}
	return &problem{
		name: "log-sum-exp", shapes: [][]int{{n}}, n: n, floor: elem.Log(2.0 * rows), sgd: 300,
		draw:  func(g *rnd.Source, theta []float64) { nn.Normal(theta, 1, g) },
		build: func() objective { return &logSumExp{a, make([]float64, 2*rows), make([]float64, 2*rows)} },
	}
}

// network is the mean loss of a network over all samples.
type network struct {
	net *nn.Network[float64]
	x   linalg.Matrix[float64]
	y   []byte                 // classes, or …
	z   linalg.Matrix[float64] // targets
	ce  *nn.CrossEntropy[float64]
	se  *nn.SquaredError[float64]
}

func (f *network) forward(theta []float64) linalg.Matrix[float64] {
	f.net.Store.SetValues(theta)
	return f.net.Forward(nil, f.x)
}

func (f *network) loss(theta []float64) float64 {
	out := f.forward(theta)
	if f.y != nil {
		return f.ce.Loss(nil, out, f.y) / float64(f.x.Rows)
	}
	return f.se.Loss(out, f.z) / float64(f.x.Rows)
}

func (f *network) gradient(dst, theta []float64) {
	out := f.forward(theta)
	w := 1 / float64(f.x.Rows)
	if f.y != nil {
		f.net.Backward(nil, f.ce.Grad(nil, out, f.y, w))
	} else {
		f.net.Backward(nil, f.se.Grad(out, f.z, w))
	}
	f.net.Store.Gather(dst)
}

// newNetwork is a problem on the weights of a network; ρ is Xavier's: N(0, 2/(in+out)).
func newNetwork(name string, widths []int, act nn.Activation, bias bool, x linalg.Matrix[float64], y []byte, z linalg.Matrix[float64]) *problem {
	out := widths[len(widths)-1]
	build := func() *network {
		return &network{nn.NewMLP[float64](widths, act, bias, x.Rows), x, y, z, nn.NewCrossEntropy[float64](x.Rows, out), nn.NewSquaredError[float64](x.Rows, out)}
	}
	p := &problem{name: name, sgd: 50, build: func() objective { return build() }}
	for _, q := range build().net.Store.Params() {
		p.shapes = append(p.shapes, q.Shape)
		p.n += len(q.Value)
	}
	p.draw = func(g *rnd.Source, theta []float64) {
		at := 0
		for _, s := range p.shapes {
			n := s[0] * s[1]
			nn.Normal(theta[at:at+n], math.Sqrt(2/float64(s[0]+s[1])), g)
			at += n
		}
	}
	return p
}

// newLinear is the linear network of the paper's sweep: inputs A with singular values k^(−α), targets A·M*.
func newLinear(g *rnd.Source, widths []int, alpha float64, samples int) *problem {
	in, out := widths[0], widths[len(widths)-1]
	raw, a := linalg.NewMatrix[float64](samples, in), linalg.NewMatrix[float64](samples, in)
	nn.Normal(raw.Data, 1, g)
	qr := linalg.NewQR[float64](samples, in)
	if err := qr.Factorize(raw); err != nil {
		panic(err) // normal values are finite
	}
	qr.QTo(raw)
	scale := math.Sqrt(float64(samples))
	for k := range in {
		d := scale * elem.Pow(float64(k+1), -alpha)
		for i := range samples {
			raw.Set(i, k, raw.At(i, k)*d)
		}
	}
	linalg.MatMulNT(nil, a, raw, regression.Rotation(in, g))
	m := linalg.NewMatrix[float64](in, out)
	nn.Normal(m.Data, 1, g)
	y := linalg.NewMatrix[float64](samples, out)
	linalg.MatMul(nil, y, a, m)
	return newNetwork(fmt.Sprintf("linear network, α = %g", alpha), widths, nn.Straight, false, a, nil, y)
}

// newDigits is a small classifier.
func newDigits(g *rnd.Source, hidden, samples int) *problem {
	x, y := digits.Draw(g, samples, 0)
	wide := linalg.NewMatrix[float64](samples, 64)
	kernels.Convert(nil, wide.Data, x.Data)
	return newNetwork("MLP on digits", []int{64, hidden, 10}, nn.Rectify, true, wide, y, linalg.Matrix[float64]{})
}
