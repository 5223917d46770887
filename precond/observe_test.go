package precond

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// orthogonal returns a random orthogonal matrix.
func orthogonal[T kernels.Float](t *testing.T, s *rnd.Source, n int) linalg.Matrix[T] {
	t.Helper()
	q := linalg.NewQR[T](n, n)
	require.NoError(t, q.Factorize(linalg.MatrixOf(n, n, rnd.Normal(s, make([]T, n*n)))))
	m := linalg.NewMatrix[T](n, n)
	q.QTo(m)
	return m
}

// TestObserve compares the averaged diagonal with its definition: D ← β·D + (1−β)·w·Σ_r (Qᵀx_r)⊙(Qᵀy_r) with Q formed
// densely, in cut blocks, in a basis of the caller's own, and in the axes over several chunks.
func TestObserve(t *testing.T) {
	src := rnd.New(60)
	c := GaussNewton(-1)
	c.Basis = BasisRule{Kind: Eigen, Start: -1}
	c.Diagonal.Beta, c.Diagonal.Debias = 0.75, false
	p := newProblem[float64](61, []int{4, 3})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	l, r := orthogonal[float64](t, src, 4), orthogonal[float64](t, src, 3)
	require.NoError(t, o.SetBasis(0, 0, l))
	require.NoError(t, o.SetBasis(0, 1, r))
	q := linalg.NewMatrix[float64](12, 12)
	linalg.KronProduct(nil, q, l, r)
	want := make([]float64, 12)
	for range 3 {
		x, y := linalg.MatrixOf(5, 12, rnd.Normal(src, make([]float64, 60))), linalg.MatrixOf(5, 12, rnd.Normal(src, make([]float64, 60)))
		require.NoError(t, o.Observe(0, x, y, 2))
		require.NoError(t, o.Observe(0, x, x, 2))
		for _, z := range []linalg.Matrix[float64]{y, x} {
			for j := range want {
				sum := 0.0
				for i := range 5 {
					a, b := 0.0, 0.0
					for k := range 12 {
						a += q.At(k, j) * x.At(i, k)
						b += q.At(k, j) * z.At(i, k)
					}
					sum += a * b
				}
				want[j] = 0.75*want[j] + 0.25*2*sum
			}
		}
		for j, v := range o.blocks[0].v {
			require.InDelta(t, want[j], v, 1e-12)
		}
	}
	require.EqualValues(t, 6, o.blocks[0].clock.observed)

	// A matrix with gaps between its rows, blocks with remainders, and chunks of a long vector.
	n := chunk + 77
	c = clipped(GaussNewton(-0.5))
	c.Diagonal.Beta, c.Diagonal.Debias = 1, false
	for _, block := range []int{0, 5} {
		if block != 0 {
			c.Basis, c.Shape.Block = BasisRule{Kind: Eigen, Start: -1}, block
			n = 7 * 9
		}
		p = newProblem[float64](62, []int{n / 7, 7})
		n = n / 7 * 7
		o, err = New(c, p.params, nil)
		require.NoError(t, err)
		big := rnd.Normal(src, make([]float64, 2*(n+3)))
		x := linalg.Matrix[float64]{Rows: 2, Cols: n, Stride: n + 3, Data: big}
		require.NoError(t, o.Observe(0, x, x, 0.5))
		got := make([]float64, n)
		for i := range o.blocks {
			if b := &o.blocks[i]; b.off == nil {
				copy(got, b.v)
			} else {
				b.move(got, b.v, true)
			}
		}
		for j, v := range got {
			require.InDelta(t, 0.5*(big[j]*big[j]+big[n+3+j]*big[n+3+j]), v, 1e-12)
		}
	}
}

// TestObserveErrors: what is refused leaves the state alone.
func TestObserveErrors(t *testing.T) {
	p := newProblem[float32](63, []int{3, 2})
	o, err := New(GaussNewton(-1), p.params, nil)
	require.NoError(t, err)
	p.gradients()
	_, err = o.Step(1)
	require.ErrorContains(t, err, "call Observe")
	row := func(v ...float32) linalg.Matrix[float32] { return linalg.MatrixOf(len(v)/6, 6, v) }
	good := row(1, 2, 3, 4, 5, 6)
	require.NoError(t, o.Observe(0, good, good, 1))
	before := slices.Clone(o.blocks[0].v)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, f := range []func() error{
		func() error { return o.Observe(1, good, good, 1) },
		func() error { return o.Observe(-1, good, good, 1) },
		func() error { return o.Observe(0, row(), row(), 1) },
		func() error { return o.Observe(0, good, row(1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6), 1) },
		func() error { return o.Observe(0, linalg.MatrixOf(1, 5, make([]float32, 5)), good, 1) },
		func() error { return o.Observe(0, row(1, 2, nan, 4, 5, 6), good, 1) },
		func() error { return o.Observe(0, good, row(1, 2, inf, 4, 5, 6), 1) },
		func() error { return o.Observe(0, row(1e30, 0, 0, 0, 0, 0), row(1e30, 0, 0, 0, 0, 0), 1) },
		func() error { return o.Observe(0, good, good, -1) },
		func() error { return o.Observe(0, good, good, math.NaN()) },
		func() error { return o.Observe(0, good, good, 1e38) },
	} {
		require.Error(t, f())
		bits.Same(t, before, o.blocks[0].v, "after an error")
	}
	_, err = o.Step(1)
	require.NoError(t, err)

	a, err := New(AdamW(), p.params, nil)
	require.NoError(t, err)
	require.ErrorContains(t, a.Observe(0, good, good, 1), "DiagonalCurvature")
}

// TestGaussNewtonStep: one step is x − lr·(D+δ)^power·g, and on a quadratic in its eigenbasis the power −1 arrives at once.
func TestGaussNewtonStep(t *testing.T) {
	const n = 6
	src := rnd.New(64)
	q := orthogonal[float64](t, src, n)
	// f = ½(x−x*)ᵀH(x−x*), H = Q·diag(1, ½, …)·Qᵀ; rows √λ·q are an exact factor of H.
	rows := linalg.NewMatrix[float64](n, n)
	for i := range n {
		for j := range n {
			rows.Set(i, j, q.At(j, i)/math.Sqrt(float64(i+1)))
		}
	}
	star := rnd.Normal(src, make([]float64, n))
	for _, power := range []float64{-1, -0.5} {
		c := GaussNewton(power)
		c.LR, c.Diagonal.Damping, c.Diagonal.Eps = 1, 0, 1e-300
		c.Basis, c.Shape.Vectors = BasisRule{Kind: Eigen, Start: -1}, true
		p := newProblem[float64](65, []int{n})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		require.NoError(t, o.SetBasis(0, 0, q))
		require.NoError(t, o.Observe(0, rows, rows, 1))
		for i, v := range o.blocks[0].v {
			require.InDelta(t, 0.05/float64(i+1), v, 1e-14) // (1 − β)·λ
		}
		x := p.params[0].Value
		before := slices.Clone(x)
		e := make([]float64, n)
		for i := range e {
			for j := range e {
				for k := range n {
					e[i] += rows.At(k, i) * rows.At(k, j) * (x[j] - star[j])
				}
			}
		}
		copy(p.params[0].Grad, e)
		_, err = o.Step(1)
		require.NoError(t, err)
		for i := range x {
			want := star[i]
			if power == -0.5 { // x − H^½(x−x*)
				want = before[i]
				for j := range n {
					for k := range n {
						want -= q.At(i, k) * q.At(j, k) / math.Sqrt(float64(k+1)) * (before[j] - star[j])
					}
				}
			}
			require.InDelta(t, want, x[i], 1e-12)
		}
	}
}

// TestSampledLabels: the mean of squared gradients with drawn labels goes to the exact diagonal at 1/√S, with the data's labels it
// does not. The model is logistic regression; per sample H = p(1−p)·a·aᵀ.
func TestSampledLabels(t *testing.T) {
	const n, samples, draws = 5, 40, 400
	src := rnd.New(66)
	theta := rnd.Normal(src, make([]float64, n))
	exact, data := make([]float64, n), make([]float64, n)
	c := GaussNewton(-1)
	c.Diagonal.Beta, c.Diagonal.Debias = 1, false
	p := newProblem[float64](67, []int{n})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	for range samples {
		a := rnd.Normal(src, make([]float64, n))
		z := 0.0
		for i := range a {
			z += a[i] * theta[i]
		}
		prob := 1 / (1 + math.Exp(-z))
		rows := linalg.NewMatrix[float64](draws, n)
		for r := range draws {
			y := 0.0
			if src.Float64() < prob {
				y = 1
			}
			for i := range a {
				rows.Set(r, i, (prob-y)*a[i])
			}
		}
		require.NoError(t, o.Observe(0, rows, rows, 1.0/draws/samples))
		for i := range a {
			exact[i] += prob * (1 - prob) * a[i] * a[i] / samples
			data[i] += prob * prob * a[i] * a[i] / samples // every label 0
		}
	}
	worst, empirical := 0.0, 0.0
	for i, v := range o.blocks[0].v {
		worst = max(worst, math.Abs(v/exact[i]-1))
		empirical = max(empirical, math.Abs(data[i]/exact[i]-1))
	}
	require.Less(t, worst, 4/math.Sqrt(draws))
	require.Greater(t, empirical, 0.2)
}

// TestHutchinson: z ⊙ Hz averages to the diagonal of H at 1/√S, and negative estimates count as 0.
func TestHutchinson(t *testing.T) {
	const n, draws = 6, 4000
	src := rnd.New(69)
	q := newQuadratic(t, src, n, func(k int) float64 { return float64(1 + k) })
	c := GaussNewton(-1)
	c.Diagonal.Beta, c.Diagonal.Debias = 1, false
	p := newProblem[float64](70, []int{n})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	z, hz := linalg.NewMatrix[float64](draws, n), linalg.NewMatrix[float64](draws, n)
	for i := range z.Data {
		z.Data[i] = float64(2*src.Intn(2) - 1)
	}
	linalg.MatMul(nil, hz, z, q.h)
	require.NoError(t, o.Observe(0, z, hz, 1.0/draws))
	for i, v := range o.blocks[0].v {
		off := 0.0
		for j := range n {
			if j != i {
				off = math.Hypot(off, q.h.At(i, j))
			}
		}
		require.InDelta(t, q.h.At(i, i), v, 4*off/math.Sqrt(draws))
	}

	// One draw is negative somewhere: there the step is g over the damping, clipped.
	c.Diagonal.Damping, c.Diagonal.Clip = 0.5, 1e3
	c.LR = 1
	o, err = New(c, p.params, nil)
	require.NoError(t, err)
	x := linalg.MatrixOf(1, n, []float64{1, 1, 1, 1, 1, 1})
	y := linalg.MatrixOf(1, n, []float64{-3, 2, 0, 1, -1, 4})
	require.NoError(t, o.Observe(0, x, y, 1))
	copy(p.params[0].Value, make([]float64, n))
	copy(p.params[0].Grad, []float64{1, 1, 1, 1, 1, 1e9})
	_, err = o.Step(1)
	require.NoError(t, err)
	for i, want := range []float64{-2, -1 / 2.5, -2, -1 / 1.5, -2, -1e3} {
		require.InDelta(t, want, p.params[0].Value[i], 1e-12)
	}
}

// TestObserveAllocations: observing allocates nothing.
func TestObserveAllocations(t *testing.T) {
	for name, c := range variants() {
		if c.Diagonal.Of != DiagonalCurvature || c.Layers != nil || c.Frame.Kind != FrameNone {
			continue
		}
		p := newProblem[float32](68, shapesFor(c)...)
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		p.gradients()
		one := func() {
			for i, q := range p.params {
				g := linalg.MatrixOf(1, len(q.Grad), q.Grad)
				if o.Observe(i, g, g, 1) != nil {
					panic("observe")
				}
			}
		}
		one()
		require.Zero(t, testing.AllocsPerRun(5, one), name)
	}
}

// TestObserveRows: many rows, which go through the basis in groups, have the bits of one row after the other, for one to three workers: in dense
// and Kronecker bases, in cut blocks, in frames, with x and y the same or not, with gaps between the rows.
func TestObserveRows(t *testing.T) {
	t.Run("float32", observeRows[float32])
	if !testing.Short() || kernels.Active() != kernels.Portable {
		t.Run("float64", observeRows[float64])
	}
}

func observeRows[T kernels.Float](t *testing.T) {
	own := func(c Config) Config {
		c.Basis, c.Shape.Vectors = BasisRule{Kind: Eigen, Start: -1}, true
		return c
	}
	block := func(c Config) Config {
		c.Shape.Block = 5
		return c
	}
	frame := func(c Config, f Frame) Config {
		c = EGOP(c)
		c.Frame = f
		return c
	}
	gn := clipped(GaussNewton(-1))
	last := own(gn)
	last.Shape.Merge, last.Shape.MergeMax, last.Shape.ChannelsLast = MergeLeft, 12, true
	for name, x := range map[string]struct {
		c     Config
		shape []int
	}{
		"axes": {gn, []int{7, 9}}, "dense": {own(gn), []int{61}}, "dense, one a group": {own(gn), []int{2, groupLen/2 + 1}}, "matrix": {own(gn), []int{6, 11}},
		"order 3": {own(gn), []int{3, 4, 5}}, "blocks": {block(own(gn)), []int{12, 7}}, "channels last": {last, []int{2, 3, 3, 2}},
		"dense frame": {frame(gn, Frame{Kind: FrameDense}), []int{5, 6}}, "parts": {frame(gn, Frame{Kind: FrameDense, Block: 7}), []int{5, 6}},
		"low rank": {frame(gn, Frame{Kind: FrameLowRank, Rank: 3}), []int{5, 6}}, "frame and basis": {frame(own(gn), Frame{Kind: FrameKron}), []int{5, 6}},
		"frame and basis, channels last": {frame(last, Frame{Kind: FrameKron}), []int{2, 3, 3, 2}}, "one element": {own(gn), []int{1}},
	} {
		n := 1
		for _, d := range x.shape {
			n *= d
		}
		if n > 1000 { // its long axis has no basis
			x.c.Shape.MaxDim = 100
		}
		rows := 2*groupRows + 7
		src := rnd.New(71)
		big := rnd.Normal(src, make([]T, 2*rows*(n+3)))
		a, b := linalg.Matrix[T]{Rows: rows, Cols: n, Stride: n + 3, Data: big[:rows*(n+3)]}, linalg.Matrix[T]{Rows: rows, Cols: n, Stride: n + 3, Data: big[rows*(n+3):]}
		var first []T
		for workers := 1; workers <= 3; workers++ {
			pool := kernels.NewPool(workers)
			p := newProblem[T](72, x.shape)
			o, err := New(x.c, p.params, pool)
			require.NoError(t, err)
			p.gradients()
			if x.c.Frame.Kind != FrameNone {
				survey(t, o, p)
				require.NoError(t, o.FixFrames())
			}
			src := rnd.New(73)
			for i := range o.blocks {
				for k := range o.blocks[i].axes {
					if ax := &o.blocks[i].axes[k]; ax.on {
						require.NoError(t, o.SetBasis(i, k, orthogonal[T](t, src, ax.d)))
					}
				}
			}
			o.blocks[0].v[0] = 3
			for _, pair := range [][2]linalg.Matrix[T]{{a, a}, {a, b}} {
				want := oneByOne(o, pair[0], pair[1], 0.25)
				require.NoError(t, o.Observe(0, pair[0], pair[1], 0.25))
				for i := range o.blocks {
					bits.Same(t, want[i], o.blocks[i].v, "%s, %d workers, block %d", name, workers, i)
				}
			}
			if first == nil {
				first = slices.Clone(o.memory)
			}
			bits.Same(t, first, o.memory, "%s, %d workers", name, workers)
			if workers == 1 {
				require.Zero(t, testing.AllocsPerRun(3, func() {
					if o.Observe(0, a, b, 1) != nil {
						panic("observe")
					}
				}), name)
			}
			pool.Close()
		}
	}
}

// oneByOne is what Observe makes of the diagonals of parameter 0, row after row.
func oneByOne[T kernels.Float](o *Optimizer[T], x, y linalg.Matrix[T], w float64) (all [][]T) {
	beta := o.cfg.Diagonal.Beta
	for i := range o.blocks {
		b := &o.blocks[i]
		rotate := func(row []T) []T {
			if b.off != nil {
				n := b.n
				if b.frame != nil {
					n = b.frame.n
				}
				t := make([]T, n)
				b.move(row, t, false)
				row = t
			}
			if b.frame != nil {
				t := make([]T, b.n)
				b.frame.basis.Forward(nil, t, row, make([]T, b.frame.basis.Work()))
				row = t
			}
			if !b.ready() {
				return row
			}
			t := make([]T, b.n)
			linalg.KronMul(nil, kernels.Trans, b.factors, t, row, make([]T, b.n))
			return t
		}
		sum, prod := make([]T, b.n), make([]T, b.n)
		for r := range x.Rows {
			if &x.Data[0] == &y.Data[0] {
				kernels.SecondMoment(nil, 1, 1, 1, rotate(x.Row(r)), sum)
				continue
			}
			kernels.Hadamard(nil, rotate(x.Row(r)), rotate(y.Row(r)), prod)
			kernels.Axpby(nil, 1, prod, 1, sum, sum)
		}
		v := slices.Clone(b.v)
		kernels.Axpby(nil, T((1-beta)*w), sum, T(beta), v, v)
		all = append(all, v)
	}
	return all
}
