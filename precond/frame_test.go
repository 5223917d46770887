package precond

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// quadratic is f(x) = ½(x − x*)ᵀH(x − x*) with H = Q·diag(h)·Qᵀ.
type quadratic struct {
	h    linalg.Matrix[float64]
	star []float64
}

func newQuadratic(t *testing.T, src *rnd.Source, n int, h func(int) float64) *quadratic {
	q := orthogonal[float64](t, src, n)
	scaled := q.Clone()
	for i := range n {
		for j := range n {
			scaled.Set(i, j, q.At(i, j)*h(j))
		}
	}
	m := linalg.NewMatrix[float64](n, n)
	linalg.MatMulNT(nil, m, scaled, q)
	return &quadratic{m, rnd.Normal(src, make([]float64, n))}
}

// at returns the value and sets the gradient.
func (q *quadratic) at(x, grad []float64) float64 {
	d := make([]float64, len(x))
	for i := range d {
		d[i] = x[i] - q.star[i]
	}
	f := 0.0
	for i := range d {
		grad[i] = 0
		for j := range d {
			grad[i] += q.h.At(i, j) * d[j]
		}
		f += d[i] * grad[i] / 2
	}
	return f
}

// descend surveys at m points of N(0, I), starts at 0 and returns the loss after n steps over that at the start.
func (q *quadratic) descend(t *testing.T, c Config, shape []int, m, n int) (loss float64, x []float64) {
	t.Helper()
	src := rnd.New(80)
	p := &Param[float64]{Name: "x", Shape: shape, Value: make([]float64, len(q.star)), Grad: make([]float64, len(q.star))}
	o, err := New(c, []*Param[float64]{p}, nil)
	require.NoError(t, err)
	if c.Frame.Kind != FrameNone {
		for range m {
			q.at(rnd.Normal(src, p.Value), p.Grad)
			require.NoError(t, o.Survey(1/float64(m)))
		}
	}
	clear(p.Value)
	first := q.at(p.Value, p.Grad)
	for range n {
		q.at(p.Value, p.Grad)
		_, err := o.Step(1)
		require.NoError(t, err)
	}
	return q.at(p.Value, p.Grad) / first, p.Value
}

// best is the least loss over a range of learning rates.
func (q *quadratic) best(t *testing.T, c Config, m, n int) float64 {
	least := math.Inf(1)
	for _, lr := range []float64{0.01, 0.03, 0.1, 0.3, 1, 3} {
		c.LR = lr
		loss, _ := q.descend(t, c, []int{len(q.star)}, m, n)
		least = min(least, loss)
	}
	return least
}

// TestEGOP: in the frame of an ill-conditioned rotated quadratic Adagrad is thousands of times better than
// without, with full rank and with a tenth of it; where the spectrum is flat the frame changes nothing. Gradient descent
// does not see a frame at all.
func TestEGOP(t *testing.T) {
	const n = 40
	steps := 300
	if testing.Short() {
		steps = 100
	}
	src := rnd.New(81)
	steep := newQuadratic(t, src, n, func(k int) float64 { return math.Pow(float64(k+1), -4) })
	plain := steep.best(t, Adagrad(), 0, steps)
	full := steep.best(t, EGOP(Adagrad()), 2*n, steps)
	low := EGOP(Adagrad())
	low.Frame = Frame{Kind: FrameLowRank, Rank: n / 4}
	part := steep.best(t, low, 2*n, steps)
	t.Logf("relative loss after %d steps: Adagrad %.2g, in the frame %.2g, in one of rank %d %.2g", steps, plain, full, n/4, part)
	require.Less(t, full, plain/1e3)
	require.Less(t, part, plain/10)

	// H = 3·I: the basis is arbitrary. AdamW's first step is a sign in any basis, so compare what is left after tuning.
	flat := newQuadratic(t, src, n, func(int) float64 { return 3 })
	a, b := flat.best(t, Adagrad(), 0, steps), flat.best(t, EGOP(Adagrad()), 2*n, steps)
	require.Less(t, math.Max(a, b), 1e-10)

	sgd := SGD()
	sgd.LR, sgd.Decay.Rate = 0.3, 0.01
	_, want := steep.descend(t, sgd, []int{8, 5}, 0, 60)
	for _, f := range []Frame{{Kind: FrameDense}, {Kind: FrameDense, Block: 7}, {Kind: FrameKron}, {Kind: FrameLowRank, Rank: 6}} {
		c := EGOP(sgd)
		c.Frame = f
		_, got := steep.descend(t, c, []int{8, 5}, 50, 60)
		require.Less(t, apart(got, want), 1e-10, "%+v", f)
		adam := EGOP(AdamW())
		adam.Frame = f
		_, got = steep.descend(t, adam, []int{8, 5}, 50, 60)
		_, other := steep.descend(t, AdamW(), []int{8, 5}, 0, 60)
		require.Greater(t, apart(got, other), 1e-4, "%+v", f)
	}
}

// TestEGOPAroundEveryPreset: any optimizer runs in any frame that has its coordinates, and a frame that is the identity is none.
func TestEGOPAroundEveryPreset(t *testing.T) {
	for name, f := range presets {
		for _, kind := range []Frame{{Kind: FrameDense}, {Kind: FrameDense, Block: 7}, {Kind: FrameKron}, {Kind: FrameLowRank, Rank: 3}} {
			inner := quick(f())
			if inner.Layers != nil {
				continue // TestEGOPAroundLayers
			}
			c := EGOP(inner)
			c.Frame = kind
			p := newProblem[float64](84, []int{5, 4}, []int{6})
			q := p.copy()
			o, err := New(c, p.params, nil)
			require.NoError(t, err, name)
			steps(t, o, p, 9)
			p.finite(t, name)
			if kind.Kind == FrameLowRank {
				continue
			}
			// Sums with eigenvectors that are the axes: diagonal, descending.
			o, err = New(c, q.params, nil)
			require.NoError(t, err)
			plain := q.copy()
			inner.Shape.Block = 0
			u, err := New(inner, plain.params, nil)
			require.NoError(t, err)
			q.gradients()
			require.NoError(t, o.Survey(1))
			for i := range o.blocks {
				for k := range o.blocks[i].frame.axes {
					a := &o.blocks[i].frame.axes[k]
					clear(a.q.Data)
					for j := range a.d {
						a.q.Set(j, j, float64(a.d-j))
					}
				}
			}
			for range 9 {
				q.gradients()
				for i, x := range q.params {
					copy(plain.params[i].Grad, x.Grad)
				}
				if c.Diagonal.Of == DiagonalCurvature && o.blocks[0].clock.fixed != 0 {
					for i, x := range q.params {
						g := linalg.MatrixOf(1, len(x.Grad), x.Grad)
						require.NoError(t, o.Observe(i, g, g, 1))
						require.NoError(t, u.Observe(i, g, g, 1))
					}
				}
				_, err = o.Step(1)
				require.NoError(t, err)
				_, err = u.Step(1)
				require.NoError(t, err)
			}
			for i, x := range q.params {
				require.Less(t, apart(x.Value, plain.params[i].Value), 1e-12, "%s, %+v", name, kind)
			}
		}
	}
}

// TestEGOPAroundLayers: K-FAC and EK-FAC do not see a frame, and run as without.
func TestEGOPAroundLayers(t *testing.T) {
	for _, name := range []string{"KFAC", "EKFAC"} {
		for _, kind := range []Frame{{Kind: FrameDense}, {Kind: FrameLowRank, Rank: 3}} {
			inner := quick(presets[name]())
			c := EGOP(inner)
			c.Frame = kind
			p := newProblem[float64](85, shapesOf(c, true)...)
			q := p.copy()
			o, err := New(c, p.params, nil)
			require.NoError(t, err)
			plain, err := New(inner, q.params, nil)
			require.NoError(t, err)
			require.NoError(t, o.Survey(1))
			require.Contains(t, o.Explain(), "no parameter has one")
			steps(t, o, p, 9)
			steps(t, plain, q, 9)
			p.same(t, q, name)
		}
	}
}

// TestLowRankHalves: a tensor with bases in a low-rank frame goes the way of two parameters without one, w_r and w_d of
// W = V·w_r + (I − V·Vᵀ)·w_d, of which the second has the shape of W.
func TestLowRankHalves(t *testing.T) {
	const m, n, r = 6, 5, 4
	for name, f := range presets {
		inner := quick(f())
		if inner.Layers != nil || inner.Basis.Kind == Axes || inner.Diagonal.Of == DiagonalCurvature {
			continue
		}
		inner.Shape.Block = 0
		c := EGOP(inner)
		c.Frame = Frame{Kind: FrameLowRank, Rank: r}
		p := newProblem[float64](86, []int{m, n})
		x := p.params[0]
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		require.Len(t, o.blocks, 2)
		require.Contains(t, o.Explain(), "2 blocks", name)
		for range 9 {
			p.gradients()
			require.NoError(t, o.Survey(1))
		}
		require.NoError(t, o.FixFrames())
		v := o.blocks[0].frame.low.V
		// V·a + s·(b − V·Vᵀb)
		split := func(low, rest, src []float64) {
			for j := range r {
				low[j] = 0
				for i := range m * n {
					low[j] += v.At(i, j) * src[i]
				}
			}
			for i := range m * n {
				rest[i] = src[i]
				for j := range r {
					rest[i] -= v.At(i, j) * low[j]
				}
			}
		}
		q := []*Param[float64]{
			{Name: "low", Shape: []int{r}, Value: make([]float64, r), Grad: make([]float64, r)},
			{Name: "rest", Shape: []int{m, n}, Value: make([]float64, m*n), Grad: make([]float64, m*n)},
		}
		split(q[0].Value, q[1].Value, x.Value)
		two, err := New(inner, q, nil)
		require.NoError(t, err)
		var a [r]float64
		b := make([]float64, m*n)
		for range 12 {
			p.gradients()
			split(q[0].Grad, q[1].Grad, x.Grad)
			_, err = o.Step(1)
			require.NoError(t, err)
			_, err = two.Step(1)
			require.NoError(t, err)
			split(a[:], b, q[1].Value)
			for i := range b {
				for j := range r {
					b[i] += v.At(i, j) * q[0].Value[j]
				}
			}
			require.Less(t, apart(x.Value, b), 1e-9, name)
		}
	}
}

// TestFrames compares the frames with dense eigenvectors of the sums: projectors of the leading columns are equal, columns are
// orthonormal.
func TestFrames(t *testing.T) {
	const n, m = 12, 30
	grads := make([][]float64, m)
	src := rnd.New(82)
	for i := range grads {
		grads[i] = rnd.Normal(src, make([]float64, n))
		for j := range grads[i] {
			grads[i][j] /= float64((1 + j) * (1 + j))
		}
	}
	fixed := func(f Frame) *frame[float64] {
		c := EGOP(AdamW())
		c.Frame = f
		p := &Param[float64]{Name: "x", Shape: []int{4, 3}, Value: make([]float64, n)}
		o, err := New(c, []*Param[float64]{p}, nil)
		require.NoError(t, err)
		for _, g := range grads {
			p.Grad = g
			require.NoError(t, o.Survey(2))
		}
		_, err = o.Step(1)
		require.NoError(t, err)
		return o.blocks[0].frame
	}
	leading := func(q linalg.Matrix[float64], r int) linalg.Matrix[float64] {
		v, w := q.Slice(0, 0, q.Rows, r), linalg.NewMatrix[float64](q.Rows, q.Rows)
		linalg.MatMulNT(nil, w, v, v)
		return w
	}
	eigen := func(sum func(c linalg.Matrix[float64], g []float64), d int) linalg.Matrix[float64] {
		c := linalg.NewMatrix[float64](d, d)
		for _, g := range grads {
			sum(c, g)
		}
		e := linalg.NewSymEig[float64](d)
		require.NoError(t, e.Factorize(c))
		return e.Vectors().Clone()
	}
	near := func(want, got linalg.Matrix[float64], bar float64) {
		t.Helper()
		for i := range want.Rows {
			for j := range want.Cols {
				require.InDelta(t, want.At(i, j), got.At(i, j), bar)
			}
		}
	}
	dense := eigen(func(c linalg.Matrix[float64], g []float64) {
		kernels.Ger(nil, n, n, 1, g, g, c.Data, n)
	}, n)
	f := fixed(Frame{Kind: FrameDense})
	for r := 1; r <= 4; r++ {
		near(leading(dense, r), leading(f.axes[0].q, r), 1e-9)
	}
	f = fixed(Frame{Kind: FrameDense, Block: 5})
	require.Equal(t, []int{5, 5, 2}, []int{f.axes[0].d, f.axes[1].d, f.axes[2].d})
	last := eigen(func(c linalg.Matrix[float64], g []float64) { kernels.Ger(nil, 2, 2, 1, g[10:], g[10:], c.Data, 2) }, 2)
	near(leading(last, 1), leading(f.axes[2].q, 1), 1e-9)
	f = fixed(Frame{Kind: FrameKron})
	left := eigen(func(c linalg.Matrix[float64], g []float64) {
		kernels.Syrk(nil, kernels.Lower, kernels.NoTrans, 4, 3, 1, g, 3, 1, c.Data, 4)
	}, 4)
	right := eigen(func(c linalg.Matrix[float64], g []float64) {
		kernels.Syrk(nil, kernels.Lower, kernels.Trans, 3, 4, 1, g, 3, 1, c.Data, 3)
	}, 3)
	near(leading(left, 2), leading(f.axes[0].q, 2), 1e-9)
	near(leading(right, 2), leading(f.axes[1].q, 2), 1e-9)

	// Low rank: compressed several times on the way; exact where the rank holds all gradients.
	f = fixed(Frame{Kind: FrameLowRank, Rank: 6})
	near(leading(dense, 1), leading(f.low.V, 1), 1e-6)
	gram := linalg.NewMatrix[float64](6, 6)
	linalg.MatMulTN(nil, gram, f.low.V, f.low.V)
	for i := range 6 {
		gram.Set(i, i, gram.At(i, i)-1)
	}
	require.Less(t, linalg.FrobeniusNorm(nil, gram), 1e-13)
	f = fixed(Frame{Kind: FrameLowRank, Rank: n})
	near(leading(dense, 3), leading(f.low.V, 3), 1e-9)

	// Forward and Inverse of the low-rank form against V·Vᵀ formed densely.
	f = fixed(Frame{Kind: FrameLowRank, Rank: 2})
	x := grads[3]
	y, back := make([]float64, n+2), make([]float64, n)
	f.basis.Forward(nil, y, x, make([]float64, f.basis.Work()))
	f.basis.Inverse(nil, back, y, make([]float64, f.basis.Work()))
	vv := leading(f.low.V, 2)
	for i := range n {
		rest := x[i]
		for j := range n {
			rest -= vv.At(i, j) * x[j]
		}
		require.InDelta(t, rest, y[2+i], 1e-14)
		require.InDelta(t, x[i], back[i], 1e-14)
	}
}

// TestSurveyErrors: what is refused changes nothing; a frame is made once; nothing is allocated; zero gradients and one gradient
// are enough for a frame.
// A frame that FixFrames has fixed is that of the first Step, to the bit, and goes along with Save.
func TestFixFrames(t *testing.T) {
	q := newQuadratic(t, rnd.New(81), 12, func(i int) float64 { return 1 / float64(1+i*i) })
	for _, f := range []Frame{{Kind: FrameDense}, {Kind: FrameKron}, {Kind: FrameLowRank, Rank: 3}} {
		c := EGOP(Adam())
		c.Frame = f
		run := func(prepare func(o *Optimizer[float64]) *Optimizer[float64]) []float64 {
			src := rnd.New(82)
			p := &Param[float64]{Name: "x", Shape: []int{3, 4}, Value: make([]float64, 12), Grad: make([]float64, 12)}
			o, err := New(c, []*Param[float64]{p}, nil)
			require.NoError(t, err)
			require.ErrorContains(t, o.FixFrames(), "call Survey first")
			for range 20 {
				q.at(rnd.Normal(src, p.Value), p.Grad)
				require.NoError(t, o.Survey(0.05))
			}
			o = prepare(o)
			clear(p.Value)
			for range 5 {
				q.at(p.Value, p.Grad)
				_, err := o.Step(1)
				require.NoError(t, err)
			}
			return p.Value
		}
		want := run(func(o *Optimizer[float64]) *Optimizer[float64] { return o })
		require.Equal(t, want, run(func(o *Optimizer[float64]) *Optimizer[float64] {
			require.NoError(t, o.FixFrames())
			require.NoError(t, o.FixFrames()) // fixed ones stay
			require.ErrorContains(t, o.Survey(1), "is fixed")
			var b bytes.Buffer
			require.NoError(t, o.Save(&b))
			next, err := New(c, o.params, nil)
			require.NoError(t, err)
			require.NoError(t, next.Load(bytes.NewReader(b.Bytes()), int64(b.Len())))
			return next
		}))
	}
	o, err := New(Adam(), []*Param[float64]{{Name: "x", Shape: []int{2}, Value: make([]float64, 2)}}, nil)
	require.NoError(t, err)
	require.ErrorContains(t, o.FixFrames(), "nothing to fix")
}

func TestSurveyErrors(t *testing.T) {
	p := newProblem[float32](83, []int{3, 4}, []int{5})
	for _, f := range []Frame{{Kind: FrameDense}, {Kind: FrameKron}, {Kind: FrameLowRank, Rank: 2}} {
		c := EGOP(AdamW())
		c.Frame = f
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		p.gradients()
		_, err = o.Step(1)
		require.ErrorContains(t, err, "call Survey first")
		before := state(o)
		require.Error(t, o.Survey(-1))
		require.Error(t, o.Survey(math.NaN()))
		p.params[1].Grad[2] = float32(math.Inf(1))
		require.Error(t, o.Survey(1))
		p.params[1].Grad[2] = 1e25
		require.Error(t, o.Survey(1))
		require.Equal(t, before, state(o))
		clear(p.params[0].Grad)
		p.params[1].Grad[2] = 1
		require.Zero(t, testing.AllocsPerRun(9, func() {
			if o.Survey(1) != nil {
				panic("Survey")
			}
		}))
		for range 3 {
			_, err = o.Step(1)
			require.NoError(t, err)
		}
		p.finite(t, "after few gradients")
		require.ErrorContains(t, o.Survey(1), "fixed")
	}
	o, err := New(AdamW(), p.params, nil)
	require.NoError(t, err)
	require.ErrorContains(t, o.Survey(1), "FrameNone")
}
