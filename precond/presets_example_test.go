package precond_test

import (
	"fmt"
	"log"

	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// model is f(W) = ½‖A·(W − W*)·B‖² with ill-conditioned A and B whose eigenvectors lie between the axes; W is 6×4.
type model struct {
	w          *precond.Param[float64]
	a, b, x, y linalg.Matrix[float64]
	// As a layer it has the columns of B as inputs, and A² is the curvature of the loss with respect to its outputs.
	inputs, drawn linalg.Matrix[float64]
}

func newModel() *model {
	m := &model{
		w: &precond.Param[float64]{Name: "w", Shape: []int{6, 4}, Value: make([]float64, 24), Grad: make([]float64, 24)},
		a: mixed(6), b: mixed(4), x: linalg.NewMatrix[float64](6, 4), y: linalg.NewMatrix[float64](6, 4),
		inputs: linalg.NewMatrix[float64](24, 4), drawn: linalg.NewMatrix[float64](24, 6),
	}
	for i := range 24 {
		copy(m.inputs.Row(i), m.b.Row(i%4))
		copy(m.drawn.Row(i), m.a.Row(i/4))
	}
	return m
}

// mixed has the elements 0.8^|i−j|.
func mixed(n int) linalg.Matrix[float64] {
	m := linalg.NewMatrix[float64](n, n)
	for i := range n {
		m.Set(i, i, 1)
		for j := i + 1; j < n; j++ {
			m.Set(i, j, 0.8*m.At(i, j-1))
			m.Set(j, i, m.At(i, j))
		}
	}
	return m
}

// backward computes the loss and the gradient A²·(W − W*)·B².
func (m *model) backward() (loss float64) {
	for i, v := range m.w.Value {
		m.x.Data[i] = v - float64(i*i%5-2)
	}
	linalg.MatMul(nil, m.y, m.a, m.x)
	linalg.MatMul(nil, m.x, m.y, m.b)
	for _, v := range m.x.Data {
		loss += v * v / 2
	}
	linalg.MatMul(nil, m.y, m.a, m.x)
	linalg.MatMul(nil, linalg.MatrixOf(6, 4, m.w.Grad), m.y, m.b)
	return loss
}

// train makes steps and prints the loss before and after.
func (m *model) train(cfg precond.Config, steps int, before func(*precond.Optimizer[float64], int)) {
	opt, err := precond.New(cfg, []*precond.Param[float64]{m.w}, nil)
	if err != nil {
		log.Fatal(err)
	}
	first := m.backward()
	for step := range steps {
		m.backward()
		if before != nil {
			before(opt, step)
		}
		if _, err := opt.Step(1); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%s: %.3f → %.1e\n", cfg.Name, first, m.backward())
}

func ExampleSGD() {
	cfg := precond.SGD()
	cfg.LR = 0.003
	cfg.Moment.Nesterov = true
	newModel().train(cfg, 200, nil)
	// Output: SGD: 14.345 → 6.8e-01
}

func ExampleAdagrad() {
	cfg := precond.Adagrad()
	cfg.LR = 0.3
	newModel().train(cfg, 200, nil)
	// Output: Adagrad: 14.345 → 1.3e+00
}

func ExampleRMSProp() {
	cfg := precond.RMSProp()
	cfg.Moment.Heavy = 0.5
	newModel().train(cfg, 200, nil)
	// Output: RMSProp: 14.345 → 7.9e-01
}

func ExampleAdam() {
	cfg := precond.Adam()
	cfg.LR = 0.03
	newModel().train(cfg, 200, nil)
	// Output: Adam: 14.345 → 6.7e-01
}

func ExampleAdamW() {
	cfg := precond.AdamW()
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	// No decay for vectors: biases and normalisation. A rule that matches nothing would be an error.
	// cfg.Rules = []precond.Rule{{MaxOrder: 1, NoDecay: true}}
	newModel().train(cfg, 200, nil)
	// Output: AdamW: 14.345 → 1.3e-01
}

func ExampleSOAP() {
	cfg := precond.SOAP()
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	cfg.Shape.MaxDim, cfg.Shape.Large = 4096, precond.LargeOneSided // embeddings: one side only
	newModel().train(cfg, 200, nil)
	// Output: SOAP: 14.345 → 2.0e-03
}

func ExampleOneSided() {
	cfg := precond.OneSided(precond.SOAP())
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	newModel().train(cfg, 200, nil)
	// Output: OneSided(SOAP): 14.345 → 3.2e-02
}

func ExampleFactorized() {
	cfg := precond.Factorized(precond.SOAP())
	cfg.LR, cfg.Decay.Rate = 0.01, 0
	newModel().train(cfg, 200, nil)
	// Output: Factorized(SOAP): 14.345 → 3.5e+00
}

func ExampleShampoo() {
	cfg := precond.Shampoo()
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	cfg.Graft = precond.GraftRMSProp(0.95, 1e-8) // GraftSGD, GraftAdagrad, GraftAdam
	newModel().train(cfg, 200, nil)
	// Output: Shampoo: 14.345 → 7.6e-02
}

func ExampleShampooSquared() {
	cfg := precond.ShampooSquared()
	cfg.LR, cfg.Decay.Rate, cfg.Diagonal.Eps = 0.03, 0, 1e-3
	newModel().train(cfg, 200, nil)
	// Output: ShampooSquared: 14.345 → 5.7e-04
}

func ExampleEShampoo() {
	cfg := precond.EShampoo()
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	cfg.Basis.Every, cfg.Basis.Tol = 1, 0.1 // a new basis whenever the old one does not fit any more
	newModel().train(cfg, 200, nil)
	// Output: EShampoo: 14.345 → 7.3e-02
}

func ExampleAdafactor() {
	cfg := precond.Adafactor()
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	newModel().train(cfg, 200, nil)
	// Output: Adafactor: 14.345 → 2.5e-03
}

func ExampleImproved() {
	cfg := precond.Improved(precond.EShampoo())
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	newModel().train(cfg, 200, nil)
	// Output: Improved(EShampoo): 14.345 → 1.3e-01
}

// Sophia-G averages the curvature at every tenth step, from the gradient for labels that are drawn from the model. Here the
// gradient stands for it.
func ExampleSophia() {
	cfg := precond.Sophia()
	cfg.LR, cfg.Decay.Rate = 0.03, 0
	const samples = 32
	m := newModel()
	m.train(cfg, 200, func(opt *precond.Optimizer[float64], step int) {
		if step%10 != 0 {
			return
		}
		drawn := linalg.MatrixOf(1, 24, m.w.Grad)
		if err := opt.Observe(0, drawn, drawn, samples); err != nil {
			log.Fatal(err)
		}
	})
	// Output: Sophia: 14.345 → 4.0e-01
}

// The Gauss–Newton matrix of this model is A²⊗B²: the rows of A⊗B are a factor of it. In its eigenbasis one step of Newton's method
// arrives.
func ExampleGaussNewton() {
	cfg := precond.GaussNewton(-1)
	cfg.LR = 1
	cfg.Basis = precond.BasisRule{Kind: precond.Eigen, Start: -1} // leave it out for the diagonal in the axes
	m := newModel()
	rows := linalg.NewMatrix[float64](24, 24)
	linalg.KronProduct(nil, rows, m.a, m.b)
	m.train(cfg, 1, func(opt *precond.Optimizer[float64], _ int) {
		for axis, side := range []linalg.Matrix[float64]{m.a, m.b} {
			e := linalg.NewSymEig[float64](side.Rows)
			if err := e.Factorize(side); err != nil {
				log.Fatal(err)
			}
			if err := opt.SetBasis(0, axis, e.Vectors()); err != nil {
				log.Fatal(err)
			}
		}
		if err := opt.Observe(0, rows, rows, 1); err != nil {
			log.Fatal(err)
		}
	})
	// Output: GaussNewton: 14.345 → 4.9e-13
}

// Before a step ObserveLayer sees what went into the layer and gradients at what came out, for labels drawn from the model. Here
// K-FAC is exact, and one step arrives.
func ExampleKFAC() {
	layer := precond.Layer{Weight: "w"} // Bias: "b" where there is one
	cfg := precond.KFAC(layer)
	cfg.LR, cfg.Diagonal.Damping, cfg.Moment, cfg.Limit = 1, 1e-9, precond.Moment{}, precond.Limit{}
	cfg.Factors.Init, cfg.Factors.Debias = 0, true // an average of what was seen in place of one that starts at the identity
	m := newModel()
	m.train(cfg, 1, func(opt *precond.Optimizer[float64], _ int) {
		if err := opt.ObserveLayer(layer, m.inputs, m.drawn, 1, 24); err != nil {
			log.Fatal(err)
		}
	})
	// Output: KFAC: 14.345 → 4.9e-15
}

func ExampleEKFAC() {
	layer := precond.Layer{Weight: "w"}
	cfg := precond.EKFAC(layer)
	cfg.LR, cfg.Diagonal.Damping, cfg.Limit = 0.1, 1e-3, precond.Limit{}
	m := newModel()
	m.train(cfg, 100, func(opt *precond.Optimizer[float64], _ int) {
		// Two positions per sample: a sequence, or the pixels of a convolution's output.
		if err := opt.ObserveLayer(layer, m.inputs, m.drawn, 2, 24); err != nil {
			log.Fatal(err)
		}
	})
	// Output: EKFAC: 14.345 → 1.6e-03
}

// Gradients at points of the distribution of initialisations make the frame; the first Step fixes it.
func ExampleEGOP() {
	cfg := precond.EGOP(precond.Adagrad())
	cfg.LR = 0.3
	m := newModel()
	m.train(cfg, 200, func(opt *precond.Optimizer[float64], step int) {
		if step > 0 {
			return
		}
		start := append([]float64(nil), m.w.Value...)
		for i := range 48 {
			for j := range m.w.Value {
				m.w.Value[j] = float64((i*i+7*j*j+i*j)%13)/6 - 1 // draw from your initialisation here
			}
			m.backward()
			if err := opt.Survey(1); err != nil {
				log.Fatal(err)
			}
		}
		copy(m.w.Value, start)
		m.backward()
	})
	// Output: EGOP(Adagrad): 14.345 → 2.3e-04
}
