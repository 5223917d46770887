package precond

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// streams names the variants that have a parameter of several chunks with -short, too: between them they take every way
// through a block without a basis. That parameter is what most of the time of these tests goes into.
var streams = map[string]bool{
	"AdamW": true, "AMSGrad": true, "SGD": true, "RMSProp": true, "Sophia": true, "AdamW limits, L2, heavy": true,
	"SOAP": true, "SOAP factorized, square": true, "SOAP limits": true, "SOAP unit": true, "EShampoo graft, blocks, tol": true,
}

// shapesFor covers matrices, a vector, a scalar, orders 3 and 4, axes of length 1, and, where it gets no basis, a
// parameter of several chunks.
func shapesFor(c Config) [][]int { return shapesOf(c, !testing.Short() || streams[c.Name]) }

func shapesOf(c Config, long bool) [][]int {
	s := [][]int{{12, 20}, {7}, {}, {4, 3, 5}, {4, 3, 2, 2}, {1, 6}, {9, 1}, {1, 1}}
	if long && (c.Basis.Kind == Axes || !c.Shape.Vectors && c.Shape.Block == 0) {
		s = append(s, []int{chunk + 77})
	}
	return s
}

// problem is a set of parameters with gradients made from the values and noise, the same for equal seeds.
type problem[T kernels.Float] struct {
	params []*Param[T]
	source *rnd.Source
	target [][]T
	scale  float64
}

func newProblem[T kernels.Float](seed uint64, shapes ...[]int) *problem[T] {
	p := &problem[T]{source: rnd.New(seed), scale: 1}
	for i, shape := range shapes {
		n := 1
		for _, d := range shape {
			n *= d
		}
		p.params = append(p.params, &Param[T]{
			Name: fmt.Sprintf("p%d", i), Shape: shape, Value: make([]T, n), Grad: make([]T, n),
		})
		p.target = append(p.target, make([]T, n))
		for _, x := range [][]T{p.params[i].Value, p.target[i]} {
			for j, v := range normal(p.source, n) {
				x[j] = T(v)
			}
		}
	}
	return p
}

// normals remembers what normal made, by the source before.
var normals struct {
	made map[normalsKey]normalsMade
	size int
}

type normalsKey struct {
	before rnd.Source
	n      int
}

type normalsMade struct {
	x     []float64
	after rnd.Source
}

// normal returns the next n normal values of s, to be read only. All variants of a test have the same seed, and making the same values again
// took more time than the steps with them.
func normal(s *rnd.Source, n int) []float64 {
	key := normalsKey{*s, n}
	m, ok := normals.made[key]
	if !ok {
		m.x = rnd.Normal(s, make([]float64, n))
		m.after = *s
		if normals.size += n; normals.made == nil || normals.size > 1<<21 {
			normals.made, normals.size = map[normalsKey]normalsMade{}, n
		}
		normals.made[key] = m
	}
	*s = m.after
	return m.x
}

// gradients computes the gradients of the next step.
func (p *problem[T]) gradients() {
	for i, q := range p.params {
		noise := normal(p.source, len(q.Value))
		for j, v := range q.Value {
			q.Grad[j] = T(p.scale * (float64(v) - float64(p.target[i][j]) + float64(0.1*noise[j])))
		}
	}
}

func (p *problem[T]) copy() *problem[T] {
	s := *p.source
	c := &problem[T]{source: &s, target: p.target, scale: p.scale}
	for _, q := range p.params {
		c.params = append(c.params, &Param[T]{Name: q.Name, Shape: q.Shape, Value: slices.Clone(q.Value), Grad: slices.Clone(q.Grad)})
	}
	return c
}

func (p *problem[T]) same(t *testing.T, other *problem[T], what string) {
	t.Helper()
	for i := range p.params {
		bits.Same(t, p.params[i].Value, other.params[i].Value, "%s: %s", what, p.params[i].Name)
	}
}

func (p *problem[T]) finite(t *testing.T, what string) {
	t.Helper()
	for _, q := range p.params {
		require.True(t, kernels.Finite(nil, q.Value), "%s: %s is not finite", what, q.Name)
	}
}

// quick makes refreshes frequent enough for short tests.
func quick(c Config) Config {
	if c.Basis.Kind != Axes {
		c.Basis.Every = 3
		if c.Basis.Start > 0 {
			c.Basis.Start = 4
		}
	}
	return c
}

// variants are the configurations that the tests of the engine run through.
func variants() map[string]Config {
	v := map[string]Config{}
	for name, f := range presets {
		c := quick(f())
		c.Name = name
		v[name] = c
	}
	edit := func(name string, from func() Config, f func(*Config)) {
		c := quick(from())
		f(&c)
		c.Name = name
		v[name] = c
	}
	edit("AMSGrad", AdamW, func(c *Config) { c.Diagonal.Max = true })
	edit("GaussNewton in the eigenbasis", SOAP, func(c *Config) {
		c.Diagonal = Diagonal{Of: DiagonalCurvature, Beta: 0.9, Debias: true, Power: -0.5, Damping: 1e-2, Clip: 5}
		c.Shape.Block = 7
	})
	edit("Adam power, damping", AdamW, func(c *Config) { c.Diagonal.Power, c.Diagonal.Damping, c.Diagonal.EpsAt = -0.75, 1e-3, EpsAtValues })
	edit("KFAC split", presets["KFAC"], func(c *Config) { c.Diagonal.Split = true })
	edit("KFAC each", presets["KFAC"], func(c *Config) {
		c.Diagonal.Damping, c.Diagonal.Eps, c.Diagonal.EpsAt = 0, 1e-2, EpsAtFactor
	})
	edit("KFAC roots", presets["KFAC"], func(c *Config) {
		c.Basis.Kind = Root
		c.Diagonal.Damping, c.Diagonal.Eps, c.Diagonal.EpsAt = 0, 1e-2, EpsAtFactor
	})
	edit("Adam in the basis of K-FAC", presets["KFAC"], func(c *Config) {
		c.Diagonal, c.Moment, c.Limit = AdamW().Diagonal, Moment{Beta: 0.9}, Limit{}
		c.Order = []Stage{Refresh, Rotate, FirstMoment, SecondMoment, Precondition, Update}
	})
	edit("EKFAC relative", presets["EKFAC"], func(c *Config) { c.Diagonal.Relative, c.Diagonal.Damping = true, 0.1 })
	edit("EGOP AdamW", AdamW, func(c *Config) { *c = EGOP(*c); c.Frame.MaxDim = 100 })
	edit("EGOP Adagrad block", Adagrad, func(c *Config) { *c = EGOP(*c); c.Frame.Block = 8 })
	edit("EGOP SOAP kron", SOAP, func(c *Config) { *c = quick(EGOP(*c)); c.Frame = Frame{Kind: FrameKron, MaxDim: 13} })
	edit("EGOP Shampoo kron", Shampoo, func(c *Config) { *c = quick(EGOP(*c)); c.Frame = Frame{Kind: FrameKron}; c.Shape.Block = 0 })
	edit("EGOP Sophia low rank", Sophia, func(c *Config) { *c = EGOP(*c); c.Frame = Frame{Kind: FrameLowRank, Rank: 3} })
	edit("EGOP SGD low rank", SGD, func(c *Config) { *c = EGOP(*c); c.Frame = Frame{Kind: FrameLowRank, Rank: 2} })
	edit("EGOP SOAP low rank", SOAP, func(c *Config) { *c = quick(EGOP(*c)); c.Frame = Frame{Kind: FrameLowRank, Rank: 3} })
	edit("EGOP Shampoo low rank", Shampoo, func(c *Config) {
		*c = quick(EGOP(*c))
		c.Frame, c.Shape.Block, c.Limit.KL = Frame{Kind: FrameLowRank, Rank: 4}, 0, 1e-4
		c.Order = []Stage{Statistics, Refresh, FirstMoment, Precondition, Grafting, Limiting, WeightDecay, HeavyBall, Update}
	})
	edit("EGOP KFAC", presets["KFAC"], func(c *Config) { *c = EGOP(*c) })
	edit("SOAP scatter", SOAP, func(c *Config) { c.Basis.Carry = Scatter })
	edit("SOAP square", SOAP, func(c *Config) { c.Basis.Carry = Square })
	edit("SOAP QR algorithm", SOAP, func(c *Config) { c.Basis.By, c.Basis.Iterations, c.Basis.Tol = QRAlgorithm, 3, 0.01 })
	edit("SOAP refine", SOAP, func(c *Config) { c.Basis.By, c.Basis.Carry = Refine, Square })
	edit("SOAP budget", SOAP, func(c *Config) { c.Basis.Every, c.Basis.Budget = 0, 30000 })
	edit("SOAP factorized, square", SOAP, func(c *Config) { *c = Factorized(*c); c.Basis.Carry = Square })
	edit("EShampoo QR ascending", EShampoo, func(c *Config) { c.Basis.By = QRAlgorithm })
	edit("SOAP limits", SOAP, func(c *Config) {
		c.Limit = Limit{RMS: 0.5, KL: 1e-4}
		c.Order = []Stage{Rotate, FirstMoment, SecondMoment, Precondition, Limiting, Update, WeightDecay, Statistics, Refresh}
	})
	edit("AdamW limits, L2, heavy", Adam, func(c *Config) {
		c.Limit, c.Moment.Heavy, c.Decay.Rate = Limit{RMS: 0.5, KL: 1e-4}, 0.5, 0.01
		c.Order = []Stage{WeightDecay, FirstMoment, SecondMoment, Precondition, Limiting, HeavyBall, Update}
	})
	edit("SOAP large blocks", SOAP, func(c *Config) { c.Shape.MaxDim, c.Shape.Large = 7, LargeBlock })
	edit("SOAP large tensor", SOAP, func(c *Config) { c.Shape.MaxDim, c.Shape.Large = 13, LargeTensor })
	edit("SOAP large one-sided", SOAP, func(c *Config) { c.Shape.MaxDim, c.Shape.Large = 13, LargeOneSided })
	edit("SOAP tol", SOAP, func(c *Config) { c.Basis.Tol = 0.05 })
	edit("SOAP every step", SOAP, func(c *Config) { c.Basis.Every = 1 })
	edit("SOAP one-sided", SOAP, func(c *Config) { c.Shape.MaxDim = 13 })
	edit("SOAP blocks", SOAP, func(c *Config) { c.Shape.Block = 5 })
	edit("SOAP merged", SOAP, func(c *Config) { c.Shape.Merge, c.Shape.MergeMax, c.Shape.ChannelsLast = MergeLeft, 12, true })
	edit("SOAP vectors", SOAP, func(c *Config) { c.Shape.Vectors, c.Shape.MaxDim = true, 100 })
	edit("SOAP moment outside", SOAP, func(c *Config) {
		c.Order = []Stage{FirstMoment, Rotate, SecondMoment, Precondition, Update, WeightDecay, Statistics, Refresh}
	})
	edit("SOAP ahead, max", SOAP, func(c *Config) { c.Moment.Ahead, c.Diagonal.Max = 0.8, true })
	edit("SOAP unit", SOAP, func(c *Config) {
		c.Graft = Graft{Of: GraftUnit}
		c.Order = []Stage{Rotate, FirstMoment, SecondMoment, Precondition, Grafting, Update, WeightDecay, Statistics, Refresh}
	})
	edit("Shampoo SGD graft", Shampoo, func(c *Config) { c.Graft = GraftSGD() })
	edit("Shampoo no graft", Shampoo, func(c *Config) { c.Graft = Graft{}; c.Diagonal.Eps = 1e-3 })
	edit("Shampoo Newton", Shampoo, func(c *Config) { c.Basis.By, c.Diagonal.Eps = Newton, 1e-2 })
	edit("Shampoo order 3", Shampoo, func(c *Config) { c.Basis.By, c.Diagonal.Eps = HigherOrder, 1e-2 })
	edit("Shampoo one-sided", Shampoo, func(c *Config) { c.Shape.MaxDim = 13; c.Shape.Vectors = false })
	edit("Shampoo momentum", Shampoo, func(c *Config) { c.Moment.Heavy, c.Moment.Nesterov, c.Moment.Dampen = 0.5, true, 0.1 })
	edit("Shampoo L2 sum", Shampoo, func(c *Config) {
		c.Factors.Beta, c.Factors.Debias = 1, false
		c.Graft = GraftAdagrad(1e-8)
		*c = l2First(*c)
	})
	edit("Shampoo eigen", Shampoo, func(c *Config) {
		c.Basis.Kind, c.Diagonal.Eps = Eigen, 1e-6
		c.Order = []Stage{Statistics, Refresh, FirstMoment, Rotate, Precondition, Grafting, WeightDecay, HeavyBall, Update}
	})
	edit("EShampoo graft, blocks, tol", EShampoo, func(c *Config) { c.Graft, c.Shape.Block, c.Basis.Tol = GraftAdam(0.9, 1e-8), 5, 0.1 })
	edit("EShampoo lanes", EShampoo, func(c *Config) { c.Shape.Block = 4 })
	edit("EShampoo lanes, staggered", EShampoo, func(c *Config) { *c = Improved(*c); c.Shape.Block, c.Basis.Every = 4, 2 })
	edit("Shampoo lanes", Shampoo, func(c *Config) { c.Shape.Block, c.Diagonal.Eps = 4, 1e-6 })
	edit("Shampoo lanes, values", Shampoo, func(c *Config) { c.Shape.Block, c.Diagonal.Eps, c.Diagonal.EpsAt = 4, 1e-6, EpsAtValues })
	edit("SOAP power lanes", SOAP, func(c *Config) { c.Shape.Block = 4 })
	edit("SOAP power lanes, scatter", SOAP, func(c *Config) { c.Shape.Block, c.Basis.Carry = 4, Scatter })
	edit("SOAP lanes", SOAP, func(c *Config) { c.Shape.Block, c.Basis.By, c.Basis.Carry = 4, Eigh, Square })
	edit("KFAC lanes", presets["KFAC"], func(c *Config) {
		c.Factors, c.Layers, c.Shape.Block = Factors{Of: FactorsGradient, Beta: 0.9, Init: 1}, nil, 4
		c.Order = []Stage{Statistics, Refresh, Rotate, Precondition, Limiting, WeightDecay, HeavyBall, Update}
	})
	edit("EShampoo no moment", EShampoo, func(c *Config) { c.Moment = Moment{} })
	edit("EShampoo no moment, graft", EShampoo, func(c *Config) { c.Moment, c.Graft = Moment{}, GraftAdam(0.9, 1e-8) })
	edit("Shampoo no moment", Shampoo, func(c *Config) { c.Moment = Moment{} })
	return v
}

// each runs f for every variant in both types.
func each(t *testing.T, f32 func(*testing.T, Config), f64 func(*testing.T, Config)) {
	for name, c := range variants() {
		t.Run(name+"/float32", func(t *testing.T) { f32(t, c) })
		t.Run(name+"/float64", func(t *testing.T) { f64(t, c) })
	}
}

// survey makes the frame, if one is wanted and there is none.
func survey[T kernels.Float](t *testing.T, o *Optimizer[T], p *problem[T]) {
	t.Helper()
	if slices.ContainsFunc(o.blocks, func(b block[T]) bool { return b.frame != nil && b.clock.fixed == 0 }) {
		for range 9 {
			require.NoError(t, o.Survey(0.5))
			p.gradients()
		}
	}
}

// feed makes the frame and gives a curvature diagonal something to average at every other step.
func feed[T kernels.Float](t *testing.T, o *Optimizer[T], p *problem[T]) {
	t.Helper()
	survey(t, o, p)
	for _, l := range o.cfg.Layers {
		b := o.layer(l)
		a := rnd.Normal(p.source, make([]T, 6*b.dims[1]))
		g := rnd.Normal(p.source, make([]T, 6*b.dims[0]))
		require.NoError(t, o.ObserveLayer(l, linalg.MatrixOf(6, b.dims[1], a), linalg.MatrixOf(6, b.dims[0], g), 2, 1))
	}
	if o.cfg.Diagonal.Of != DiagonalCurvature || o.cfg.Layers != nil || int(o.blocks[0].clock.t)%2 != 0 {
		return
	}
	for i, q := range p.params {
		if b := o.blockOf(i); b.frame != nil && b.clock.fixed == 0 {
			continue
		}
		g := linalg.MatrixOf(1, len(q.Grad), q.Grad)
		require.NoError(t, o.Observe(i, g, g, 3))
	}
}

// steps makes n steps with gradients of p.
func steps[T kernels.Float](t *testing.T, o *Optimizer[T], p *problem[T], n int) {
	t.Helper()
	for range n {
		p.gradients()
		feed(t, o, p)
		_, err := o.Step(1)
		require.NoError(t, err)
	}
}

// blockOf returns the first block of a parameter; nil for the bias of a layer.
func (o *Optimizer[T]) blockOf(param int) *block[T] {
	for i := range o.blocks {
		if o.blocks[i].param == param {
			return &o.blocks[i]
		}
	}
	return nil
}
