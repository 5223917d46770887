package gaussnewton

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// task is a training problem.
type task struct {
	name    string
	build   func(rows int) *nn.Network[float64]
	x       linalg.Matrix[float64]
	classes []byte                 // targets of cross-entropy …
	target  linalg.Matrix[float64] // … or of the squared error
	outputs int
	start   []float64
	batch   int // of the stochastic half of the grid
	steps   int
	renew   int // steps between bases; 0 is one basis for the run
	observe int // steps between Gauss–Newton diagonals
	rows    int // samples for one, of the stochastic half
}

// model is an instance of a task with memory of its own.
type model struct {
	t   *task
	net *nn.Network[float64]
	ce  *nn.CrossEntropy[float64]
	se  *nn.SquaredError[float64]
	x   linalg.Matrix[float64]
	y   []byte
	z   linalg.Matrix[float64]
	gn  linalg.Matrix[float64] // rows of the Gauss–Newton matrix
}

func (t *task) model() *model {
	n := t.x.Rows
	return &model{
		t: t, net: t.build(n), ce: nn.NewCrossEntropy[float64](n, t.outputs), se: nn.NewSquaredError[float64](n, t.outputs),
		x: linalg.NewMatrix[float64](n, t.x.Cols), y: make([]byte, n), z: linalg.NewMatrix[float64](n, t.outputs),
	}
}

// pick gathers samples; all of them where index is nil.
func (m *model) pick(index []int) (x linalg.Matrix[float64], y []byte, z linalg.Matrix[float64]) {
	if index == nil {
		return m.t.x, m.t.classes, m.t.target
	}
	for k, i := range index {
		copy(m.x.Row(k), m.t.x.Row(i))
		if m.t.classes != nil {
			m.y[k] = m.t.classes[i]
		} else {
			copy(m.z.Row(k), m.t.target.Row(i))
		}
	}
	n := len(index)
	return m.x.Slice(0, 0, n, m.x.Cols), m.y[:n], m.z.Slice(0, 0, n, m.z.Cols)
}

// loss returns the mean loss over all samples.
func (m *model) loss(theta []float64) float64 {
	m.net.Store.SetValues(theta)
	x, y, z := m.pick(nil)
	out := m.net.Forward(nil, x)
	if m.t.classes != nil {
		return m.ce.Loss(nil, out, y) / float64(x.Rows)
	}
	return m.se.Loss(out, z) / float64(x.Rows)
}

// gradient sets dst to the gradient of the mean loss over the samples of index.
func (m *model) gradient(dst, theta []float64, index []int) {
	m.net.Store.SetValues(theta)
	x, y, z := m.pick(index)
	out := m.net.Forward(nil, x)
	w := 1 / float64(x.Rows)
	if m.t.classes != nil {
		m.net.Backward(nil, m.ce.Grad(nil, out, y, w))
	} else {
		m.net.Backward(nil, m.se.Grad(out, z, w))
	}
	m.net.Store.Gather(dst)
}

// columns is the number of columns of a root S of the loss's Hessian, S·Sᵀ = diag π − π·πᵀ or I. That of two classes has rank one:
// S = √(π₀π₁)·(1, −1)ᵀ.
func (t *task) columns() int {
	if t.classes != nil && t.outputs == 2 {
		return 1
	}
	return t.outputs
}

// jacobian returns rows whose sum of outer products, over the number of samples, is the Gauss–Newton matrix at theta over the
// samples of index: for each column of S the gradients of all samples for it, S = I for the squared error,
// √π_k·(e_k − π) for cross-entropy. do, if not nil, is called after every backward pass.
func (m *model) jacobian(theta []float64, index []int, do func(k int)) (rows linalg.Matrix[float64], samples int) {
	m.net.Store.SetValues(theta)
	x, _, _ := m.pick(index)
	n, outputs, columns := x.Rows, m.t.outputs, m.t.columns()
	if len(m.gn.Data) < n*columns*m.net.Size() {
		m.gn = linalg.NewMatrix[float64](n*columns, m.net.Size())
	}
	rows = m.gn.Slice(0, 0, n*columns, m.net.Size())
	out := m.net.Forward(nil, x)
	prob := linalg.NewMatrix[float64](n, outputs)
	if m.t.classes != nil {
		kernels.Softmax(nil, n, outputs, out.Data, out.Stride, prob.Data, prob.Stride)
	}
	dy := linalg.NewMatrix[float64](n, outputs)
	for k := range columns {
		for i := range n {
			if columns < outputs {
				root := math.Sqrt(prob.At(i, 0) * prob.At(i, 1))
				dy.Set(i, 0, root)
				dy.Set(i, 1, -root)
				continue
			}
			for j := range outputs {
				d := 0.0
				if j == k {
					d = 1
				}
				if m.t.classes != nil {
					d = math.Sqrt(prob.At(i, k)) * (d - prob.At(i, j))
				}
				dy.Set(i, j, d)
			}
		}
		m.net.Backward(nil, dy)
		m.net.PerSample(nil, rows.Slice(k*n, 0, n, rows.Cols))
		if do != nil {
			do(k)
		}
	}
	return rows, n
}

// inputs draws rows from N(0, Σ) with eigenvalues k^(−a) in random axes.
func inputs(g *rnd.Source, rows, n int, a float64, turn linalg.Matrix[float64]) linalg.Matrix[float64] {
	x, y := linalg.NewMatrix[float64](rows, n), linalg.NewMatrix[float64](rows, n)
	nn.Normal(x.Data, 1, g)
	for k := range n {
		d := math.Sqrt(elem.Pow(float64(k+1), -a))
		for i := range rows {
			x.Set(i, k, x.At(i, k)*d)
		}
	}
	linalg.MatMulNT(nil, y, x, turn)
	return y
}

// signs draws rows of ±1.
func signs(g *rnd.Source, rows, n int) linalg.Matrix[float64] {
	x := linalg.NewMatrix[float64](rows, n)
	for i := range x.Data {
		x.Data[i] = 1
		if g.Uint64()>>63 == 1 {
			x.Data[i] = -1
		}
	}
	return x
}

// linear builds linear models without bias.
func linear(in, out int) func(rows int) *nn.Network[float64] {
	return func(rows int) *nn.Network[float64] {
		return nn.NewMLP[float64]([]int{in, out}, nn.Straight, false, rows)
	}
}

// tasks returns the four problems of the grid.
func tasks(g *rnd.Source, quick bool, rotation func(n int, g *rnd.Source) linalg.Matrix[float64]) []*task {
	samples, width, d, steps := 512, 32, 16, 300
	if quick {
		samples, width, d, steps = 128, 8, 8, 60
	}
	initial := func(n *nn.Network[float64], scale float64) []float64 {
		for _, q := range n.Store.Params() {
			nn.Normal(q.Value, scale/math.Sqrt(float64(q.Shape[1])), g)
		}
		theta := make([]float64, n.Size())
		n.Store.GatherValues(theta)
		return theta
	}
	mlp := func(width, out int) func(rows int) *nn.Network[float64] {
		return func(rows int) *nn.Network[float64] {
			return nn.NewMLP[float64]([]int{d, width, out}, nn.Gauss, true, rows)
		}
	}

	const in = 24
	quadratic := &task{name: "quadratic", build: linear(in, 1), outputs: 1, batch: 4, steps: steps, observe: steps, rows: samples}
	quadratic.x = inputs(g, samples, in, 2, rotation(in, g))
	teacher := make([]float64, in)
	nn.Normal(teacher, 1, g)
	quadratic.target = linalg.NewMatrix[float64](samples, 1)
	for i := range samples {
		quadratic.target.Set(i, 0, kernels.Dot(nil, quadratic.x.Row(i), teacher)+g.Normal()/10)
	}
	quadratic.start = make([]float64, in)

	logistic := &task{name: "logistic", build: linear(in/2, 3), outputs: 3, batch: 8, steps: steps, observe: 10, rows: samples / 4}
	logistic.x = inputs(g, samples, in/2, 2, rotation(in/2, g))
	logistic.classes = make([]byte, samples)
	w := linalg.NewMatrix[float64](3, in/2)
	nn.Normal(w.Data, 3, g)
	for i := range samples {
		best, top := 0, math.Inf(-1)
		for k := range 3 {
			if v := kernels.Dot(nil, logistic.x.Row(i), w.Row(k)) + float64(g.Normal()/2); v > top {
				best, top = k, v
			}
		}
		logistic.classes[i] = byte(best)
	}
	logistic.start = make([]float64, 3*in/2)

	parity := &task{name: "parity MLP", build: mlp(width, 2), outputs: 2, batch: 32, steps: steps, renew: 30, observe: 10, rows: samples / 4}
	parity.x = signs(g, samples, d)
	parity.classes = make([]byte, samples)
	for i := range samples {
		r := parity.x.Row(i)
		if r[0]*r[1]*r[2] > 0 {
			parity.classes[i] = 1
		}
	}
	parity.start = initial(parity.build(1), 1)

	stair := &task{name: "staircase MLP", build: mlp(width/2, 1), outputs: 1, batch: 32, steps: steps, renew: 30, observe: 10, rows: samples / 4}
	stair.x = signs(g, samples, d)
	stair.target = linalg.NewMatrix[float64](samples, 1)
	for i := range samples {
		r := stair.x.Row(i)
		stair.target.Set(i, 0, r[0]+float64(r[0]*r[1])+float64(r[0]*r[1]*r[2]))
	}
	stair.start = initial(stair.build(1), 1)
	return []*task{quadratic, logistic, parity, stair}
}
