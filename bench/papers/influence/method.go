package influence

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
	"github.com/seed-4885aa59/eigenbasis/precond/influence"
)

// sizes are those of an experiment.
type sizes struct {
	train, test     int
	hidden          int
	masks, repeats  int // subsets to retrain on, and retrainings of each
	epochs          int
	batch           int
	rate, momentum  float64
	draws           int // of the bootstrap
	fraction        float64
	dampingsPerStep int
}

func sizesOf(quick bool) sizes {
	s := sizes{train: 600, test: 100, hidden: 16, masks: 100, repeats: 5, epochs: 60, batch: 32, rate: 0.05, momentum: 0.9, draws: 1000, fraction: 0.5, dampingsPerStep: 2}
	if quick {
		s.test, s.masks, s.repeats, s.draws, s.dampingsPerStep = 50, 24, 2, 200, 1
	}
	return s
}

// trainer is a network with the optimizer that fits it.
type trainer struct {
	net *nn.Network[float32]
	ce  *nn.CrossEntropy[float32]
	opt *precond.Optimizer[float32]
	x   linalg.Matrix[float32]
	y   []byte
}

func network[T kernels.Float](p *problem, s sizes, rows int) *nn.Network[T] {
	return nn.NewMLP[T]([]int{p.train.x.Cols, s.hidden, p.classes}, nn.Gauss, true, rows)
}

// fit trains on the samples of index from a start and in an order that follow from seed: momentum SGD at a rate that
// falls to zero along half a cosine.
func fit(p *problem, s sizes, index []int, seed uint64) (*trainer, error) {
	t := &trainer{
		net: network[float32](p, s, s.batch), ce: nn.NewCrossEntropy[float32](s.batch, p.classes),
		x: linalg.NewMatrix[float32](s.batch, p.train.x.Cols), y: make([]byte, s.batch),
	}
	g := rnd.New(seed)
	for _, q := range t.net.Store.Params() {
		nn.Normal(q.Value, 1/math.Sqrt(float64(q.Shape[1])), g)
	}
	cfg := precond.SGD()
	cfg.LR, cfg.Moment.Heavy = s.rate, s.momentum
	var err error
	if t.opt, err = precond.New(cfg, t.net.Store.Params(), nil); err != nil {
		return nil, err
	}
	perEpoch := (len(index) + s.batch - 1) / s.batch
	steps := s.epochs * perEpoch
	for step := 0; step < steps; step += perEpoch {
		order := permutation(g, len(index))
		for b := range perEpoch {
			rows := order[b*s.batch : min(len(order), (b+1)*s.batch)]
			for k, i := range rows {
				copy(t.x.Row(k), p.train.x.Row(index[i]))
				t.y[k] = p.train.y[index[i]]
			}
			x, y := t.x.Slice(0, 0, len(rows), t.x.Cols), t.y[:len(rows)]
			out := t.net.Forward(nil, x)
			t.net.Backward(nil, t.ce.Grad(nil, out, y, 1/float32(len(rows))))
			t.opt.SetLR(s.rate * (1 + elem.Cos(math.Pi*float64(step+b)/float64(steps))) / 2)
			if _, err := t.opt.Step(1); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// retraining fits the model of every mask repeats times; loss is their mean loss of every query.
type retraining struct {
	p     *problem
	s     sizes
	masks [][]int
	seed  uint64
	loss  []linalg.Matrix[float64] // of each task, 1×queries
	err   []error
	done  func()
}

// Do is the Task of one mask and repeat.
func (r *retraining) Do(i int) {
	t, err := fit(r.p, r.s, r.masks[i/r.s.repeats], r.seed+uint64(i))
	if err != nil {
		r.err[i] = err
		return
	}
	net := network[float32](r.p, r.s, r.p.test.rows())
	theta := make([]float32, net.Size())
	t.net.Store.GatherValues(theta)
	net.Store.SetValues(theta)
	r.loss[i] = losses(net.Forward(nil, r.p.test.x), r.p.test.y)
	if r.done != nil {
		r.done()
	}
}

// losses returns the cross-entropy of every row.
func losses(logits linalg.Matrix[float32], y []byte) linalg.Matrix[float64] {
	out := linalg.NewMatrix[float64](1, logits.Rows)
	lse := make([]float32, logits.Rows)
	kernels.LogSumExp(nil, logits.Rows, logits.Cols, logits.Data, logits.Stride, lse)
	for i, l := range lse {
		out.Data[i] = float64(l - logits.At(i, int(y[i])))
	}
	return out
}

func accuracy(logits linalg.Matrix[float32], y []byte) float64 {
	right := 0
	for i := 0; i < logits.Rows; i++ {
		best := 0
		for j, v := range logits.Row(i) {
			if v > logits.At(i, best) {
				best = j
			}
		}
		if best == int(y[i]) {
			right++
		}
	}
	return float64(right) / float64(logits.Rows)
}

// fitted is the model of the whole training set in float64, with what its curvatures and scores need.
type fitted struct {
	p       *problem
	net     *nn.Network[float64]
	ce      *nn.CrossEntropy[float64]
	x       linalg.Matrix[float64]
	train   linalg.Matrix[float64] // gradients of the samples
	queries linalg.Matrix[float64]
	pool    *kernels.Pool
}

func newFitted(pool *kernels.Pool, p *problem, s sizes, theta []float32) *fitted {
	rows := max(p.train.rows(), p.test.rows())
	f := &fitted{p: p, pool: pool, net: network[float64](p, s, rows), ce: nn.NewCrossEntropy[float64](rows, p.classes), x: wide(p.train.x)}
	v := make([]float64, len(theta))
	kernels.Convert(nil, v, theta)
	f.net.Store.SetValues(v)
	f.queries = f.gradients(wide(p.test.x), p.test.y)
	f.train = f.gradients(f.x, p.train.y)
	return f
}

func wide(x linalg.Matrix[float32]) linalg.Matrix[float64] {
	y := linalg.NewMatrix[float64](x.Rows, x.Cols)
	for i := 0; i < x.Rows; i++ {
		kernels.Convert(nil, y.Row(i), x.Row(i))
	}
	return y
}

// gradients returns the gradient of every sample's loss.
func (f *fitted) gradients(x linalg.Matrix[float64], y []byte) linalg.Matrix[float64] {
	out := linalg.NewMatrix[float64](x.Rows, f.net.Size())
	logits := f.net.Forward(f.pool, x)
	f.net.Backward(f.pool, f.ce.Grad(f.pool, logits, y, 1))
	f.net.PerSample(f.pool, out)
	return out
}

// hessian returns the Hessian of the mean loss, column by column.
func (f *fitted) hessian(progress func(i, n int)) linalg.Matrix[float64] {
	n := f.net.Size()
	h := linalg.NewMatrix[float64](n, n)
	w := 1 / float64(f.x.Rows)
	logits := f.net.Forward(f.pool, f.x)
	f.net.Backward(f.pool, f.ce.Grad(f.pool, logits, f.p.train.y, w))
	dir := make([]float64, n)
	for i := range n {
		dir[i] = 1
		dot := f.net.Tangent(f.pool, dir)
		f.net.HessianVector(f.pool, h.Row(i), dir, f.ce.Hessian(f.pool, logits, dot, w))
		dir[i] = 0
		progress(i, n)
	}
	return h
}

// classes calls do for each class k with the model's gradients for the k-th column of S, S·Sᵀ = diag π − π·πᵀ: column k is
// √π_k·(e_k − π), the gradient of label k weighted by the root of its probability. All of them together are the Gauss–Newton
// matrix without sampling: E over labels of the model of g·gᵀ.
func (f *fitted) classes(scale float64, do func()) {
	logits := f.net.Forward(f.pool, f.x)
	s := linalg.NewMatrix[float64](logits.Rows, logits.Cols)
	prob := linalg.NewMatrix[float64](logits.Rows, logits.Cols)
	kernels.Softmax(f.pool, logits.Rows, logits.Cols, logits.Data, logits.Stride, prob.Data, prob.Stride)
	for k := range f.p.classes {
		for i := 0; i < s.Rows; i++ {
			root := math.Sqrt(prob.At(i, k)) * scale
			for j, v := range prob.Row(i) {
				if j == k {
					v--
				}
				s.Set(i, j, -root*v)
			}
		}
		f.net.Backward(f.pool, s)
		do()
	}
}

// gaussNewton returns the Gauss–Newton matrix of the mean loss.
func (f *fitted) gaussNewton() linalg.Matrix[float64] {
	n := f.net.Size()
	g := linalg.NewMatrix[float64](n, n)
	rows := linalg.NewMatrix[float64](f.x.Rows, n)
	f.classes(1, func() {
		f.net.PerSample(f.pool, rows)
		influence.Rows(f.pool, g, rows, 1/float64(f.x.Rows))
	})
	linalg.Mirror(f.pool, kernels.Lower, g)
	return g
}

// factors returns the Kronecker factors of the layers, with the exact expectation over the model's labels.
func (f *fitted) factors() ([]*influence.Factors[float64], error) {
	var out []*influence.Factors[float64]
	f.net.Forward(f.pool, f.x)
	for _, l := range f.net.Layers {
		x := influence.NewFactors[float64](f.pool, l.Shape(), f.x.Rows)
		x.AddInputs(l.Input())
		out = append(out, x)
	}
	// The mean over samples and classes of C gradients scaled by √C is the sum over classes.
	scale := math.Sqrt(float64(f.p.classes))
	f.classes(scale, func() {
		for i, l := range f.net.Layers {
			out[i].AddGradients(l.OutputGradient())
		}
	})
	for i, x := range out {
		if err := x.Factorize(); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
	}
	f.classes(scale, func() {
		for i, l := range f.net.Layers {
			out[i].AddSquares(l.Input(), l.OutputGradient(), 1)
		}
	})
	return out, nil
}

// rung is one curvature of the ladder.
type rung struct {
	name string
	c    influence.Curvature[float64]
	kind influence.DampingKind
	keep bool // indefinite: damping must exceed −λ_min
}

// predictions returns what the scores predict for every mask: the sum over its samples, queries × masks, or ok = false if
// the damping leaves the curvature indefinite.
func (f *fitted) predictions(r rung, delta float64, masks linalg.Matrix[float64]) (linalg.Matrix[float64], bool, error) {
	d := influence.Damping{Kind: r.kind, Value: delta}
	if r.keep {
		d.Negative = linalg.NegativeKeep
		if least, _ := r.c.Least(); delta <= -least {
			return linalg.Matrix[float64]{}, false, nil
		}
	}
	s, err := influence.NewSolver(f.pool, r.c, d, 64)
	if err != nil {
		return linalg.Matrix[float64]{}, false, err
	}
	scores := linalg.NewMatrix[float64](f.queries.Rows, f.train.Rows)
	influence.NewQueries(s, f.queries, f.train.Rows).Scores(scores, f.train)
	out := linalg.NewMatrix[float64](f.queries.Rows, masks.Rows)
	linalg.MatMulNT(f.pool, out, scores, masks)
	return out, true, nil
}
