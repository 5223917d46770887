package precond

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

func TestVariantsMoveAndStayFinite(t *testing.T) {
	each(t, moves[float32], moves[float64])
}

func moves[T kernels.Float](t *testing.T, c Config) {
	p := newProblem[T](1, shapesFor(c)...)
	before := p.copy()
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 14)
	p.finite(t, "after 14 steps")
	for i, q := range p.params {
		require.NotEqual(t, before.params[i].Value, q.Value)
	}
	require.NotEmpty(t, o.Explain())
}

// TestWorkers: the bits do not depend on the number of workers or on the tier.
func TestWorkers(t *testing.T) {
	each(t, workers[float32], workers[float64])
}

func workers[T kernels.Float](t *testing.T, c Config) {
	p := newProblem[T](2, shapesFor(c)...)
	start := p.copy()
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 9)
	for _, n := range []int{2, 3} {
		pool := kernels.NewPool(n)
		q := start.copy()
		o, err := New(c, q.params, pool)
		require.NoError(t, err)
		steps(t, o, q, 9)
		p.same(t, q, fmt.Sprint(n, " workers"))
		pool.Close()
	}
	for _, isa := range kernels.Supported() {
		if testing.Short() {
			break
		}
		pool := kernels.NewPool(1, kernels.WithISA(isa))
		q := start.copy()
		o, err := New(c, q.params, pool)
		require.NoError(t, err)
		steps(t, o, q, 9)
		p.same(t, q, isa.String())
	}
}

// TestAllocations: a step allocates nothing, refreshes included. testing.AllocsPerRun would set
// GOMAXPROCS to 1, so the counters are read here.
func TestAllocations(t *testing.T) {
	each(t, allocations[float32], allocations[float64])
}

func allocations[T kernels.Float](t *testing.T, c Config) {
	kernels.Reserve(8)
	for _, n := range []int{1, 2} {
		pool := kernels.NewPool(n)
		p := newProblem[T](3, shapesFor(c)...)
		o, err := New(c, p.params, pool)
		require.NoError(t, err)
		steps(t, o, p, 7)
		// Another goroutine of the run-time may allocate now and then: the least of three counts.
		least := uint64(math.MaxUint64)
		for range 3 {
			if least == 0 {
				break
			}
			gc := debug.SetGCPercent(-1)
			var before, after runtime.MemStats
			p.gradients()
			runtime.ReadMemStats(&before)
			for range 6 {
				if _, err := o.Step(0.5); err != nil {
					t.Fatal(err)
				}
				o.GradSumSquares()
			}
			runtime.ReadMemStats(&after)
			debug.SetGCPercent(gc)
			least = min(least, after.Mallocs-before.Mallocs)
		}
		require.Zero(t, least, "%d workers", n)
		pool.Close()
	}
}

// TestScale: scaled gradients with the inverse scale are the same step up to rounding, and exactly the
// same for a power of two.
func TestScale(t *testing.T) {
	for name, c := range variants() {
		p := newProblem[float32](4, shapesFor(c)...)
		q := p.copy()
		a, err := New(c, p.params, nil)
		require.NoError(t, err)
		b, err := New(c, q.params, nil)
		require.NoError(t, err)
		q.scale = 1024
		for range 8 {
			p.gradients()
			q.gradients()
			survey(t, a, p)
			survey(t, b, q)
			_, err := a.Step(1)
			require.NoError(t, err)
			_, err = b.Step(1.0 / 1024)
			require.NoError(t, err)
		}
		p.same(t, q, name)
	}
}

// TestGradientIsNotWritten also covers parameters without a gradient.
func TestGradientIsNotWrittenAndMayBeAbsent(t *testing.T) {
	for name, c := range variants() {
		p := newProblem[float64](5, shapesFor(c)...)
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		p.gradients()
		survey(t, o, p)
		for step := range 8 {
			p.gradients()
			absent := p.params[step%2]
			grad, value := absent.Grad, slices.Clone(absent.Value)
			absent.Grad = nil
			before := p.copy()
			r, err := o.Step(0.5)
			require.NoError(t, err)
			require.Equal(t, 1, r.Absent, name)
			require.Equal(t, len(p.params)-1, r.Params)
			bits.Same(t, value, absent.Value, "%s: absent", name)
			for i, q := range p.params {
				bits.Same(t, before.params[i].Grad, q.Grad, "%s: gradient", name)
			}
			absent.Grad = grad
		}
		require.EqualValues(t, 8, o.blocks[len(o.blocks)-1].clock.t+b2f(c.First.Skip))
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// TestFusedEqualsUnfused: the moments in one pass and stage by stage are the same bits.
func TestFusedEqualsUnfused(t *testing.T) {
	fused := 0
	for name, c := range variants() {
		p := newProblem[float32](6, shapesFor(c)...)
		q := p.copy()
		a, err := New(c, p.params, nil)
		require.NoError(t, err)
		b, err := New(c, q.params, nil)
		require.NoError(t, err)
		if b.prog.fused || b.prog.fusedFlat {
			fused++
		}
		b.prog.fused = false
		if b.prog.decay != decayDirection { // which a fused pass folds into the factor of the parameter
			b.prog.fusedFlat = false
		}
		steps(t, a, p, 8)
		steps(t, b, q, 8)
		p.same(t, q, name)
		require.Equal(t, state(a), state(b), name)
	}
	require.Greater(t, fused, 10)
}

func TestBadGradients(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, c := range variants() {
		for _, bad := range []float32{nan, inf, -inf, 3e38} {
			for _, policy := range []NonFinite{Fail, SkipParam, SkipStep, Zero} {
				c.NonFinite = policy
				p := newProblem[float32](7, []int{6, 5}, []int{4}, []int{3, 2, 4})
				o, err := New(c, p.params, nil)
				require.NoError(t, err)
				steps(t, o, p, 5)
				p.gradients()
				p.params[0].Grad[7] = bad
				p.params[2].Grad[20] = bad
				before, values := state(o), p.copy()
				if bad != bad || bad > math.MaxFloat32/2 {
					o.GradSumSquares() // its sums are used; both ways must agree
				}
				r, err := o.Step(1)
				switch policy {
				case Fail:
					var e *GradientError
					require.ErrorAs(t, err, &e)
					require.Equal(t, "p0", e.Param)
					require.Equal(t, bad == 3e38, e.Index < 0)
					require.Equal(t, before, state(o))
					values.same(t, p, name)
				case SkipStep:
					require.NoError(t, err)
					require.True(t, r.StepSkipped)
					require.Equal(t, before, state(o))
					values.same(t, p, name)
				case SkipParam:
					require.NoError(t, err)
					require.Equal(t, Report{Params: 1, Skipped: 2, Refreshed: r.Refreshed, Kept: r.Kept}, r)
					bits.Same(t, values.params[0].Value, p.params[0].Value, "%s", name)
				case Zero:
					require.NoError(t, err)
					want := 0
					if bad == 3e38 {
						want = 2
					}
					require.Equal(t, want, r.Skipped)
				}
				p.finite(t, name)
				for _, b := range o.blocks {
					for _, x := range [][]float32{b.m, b.v, b.top, b.graft, b.heavy} {
						require.True(t, kernels.Finite(nil, x), name)
					}
				}
				steps(t, o, p, 4)
				p.finite(t, name)
			}
		}
	}
}

// state is a copy of everything that Save writes.
func state[T kernels.Float](o *Optimizer[T]) map[string]Tensor {
	m := map[string]Tensor{}
	for name, t := range o.Tensors() {
		m[name] = Tensor{slices.Clone(t.Shape), slices.Clone(t.F32), slices.Clone(t.F64)}
	}
	return m
}

// TestExtremes: gradients that break others.
func TestExtremes(t *testing.T) {
	each(t, extremes[float32], extremes[float64])
}

func extremes[T kernels.Float](t *testing.T, c Config) {
	_, wide := any(T(0)).(float64)
	multiply := func(q *Param[T], x float64) {
		for j := range q.Grad {
			q.Grad[j] = T(float64(q.Grad[j]) * x)
		}
	}
	for kind, f := range map[string]func(q *Param[T], step int){
		"zero": func(q *Param[T], step int) { clear(q.Grad) },
		"zero at times": func(q *Param[T], step int) {
			if step%4 != 3 {
				clear(q.Grad)
			}
		},
		"rank one": func(q *Param[T], step int) {
			for j := range q.Grad {
				q.Grad[j] = 1
			}
		},
		"tiny":     func(q *Param[T], step int) { multiply(q, 1e-30) },
		"denormal": func(q *Param[T], step int) { multiply(q, 1e-43) },
		"spike": func(q *Param[T], step int) {
			if step == 5 {
				multiply(q, 1e15)
			}
		},
		"huge":         func(q *Param[T], step int) { multiply(q, 1e30) },
		"huge, scaled": func(q *Param[T], step int) { multiply(q, 1e30) },
	} {
		p := newProblem[T](8, []int{6, 5}, []int{4}, []int{3, 2, 4}, []int{1, 1})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		p.gradients()
		scale := 1.0
		if kind == "huge, scaled" {
			scale = 1e-30
		}
		start := p.copy()
		for step := range 12 {
			if kind == "huge" { // a step of gradient descent would raise the next one to 1e60
				for i, q := range p.params {
					copy(q.Value, start.params[i].Value)
				}
			}
			p.gradients()
			feed(t, o, p)
			for _, q := range p.params {
				f(q, step)
			}
			before, values := state(o), p.copy()
			r, err := o.Step(scale)
			if kind == "huge" && !wide { // their squares have no place in a float32
				var e *GradientError
				require.ErrorAs(t, err, &e)
				require.Equal(t, before, state(o))
				values.same(t, p, kind)
				continue
			}
			require.NoError(t, err, kind)
			if !c.Basis.By.root() { // an iteration may find no root; the one before stays
				require.Zero(t, r.Failed, "%s, step %d", kind, step)
			}
		}
		p.finite(t, kind)
		require.True(t, kernels.Finite(nil, o.memory), kind)
	}
}

// TestPlainSums: averages with β = 1 are sums that only grow, for every diagonal and every factor.
func TestPlainSums(t *testing.T) {
	seen := 0
	for name, c := range variants() {
		d := &c.Diagonal
		if !d.averaged() && c.Factors.Of == FactorsNone {
			continue
		}
		if d.averaged() {
			d.Beta, d.Debias = 1, false
		}
		if c.Factors.Of != FactorsNone {
			c.Factors.Beta, c.Factors.Debias = 1, false
		}
		p := newProblem[float64](34, []int{6, 5}, []int{4}, []int{3, 2, 4}, []int{1, 1})
		o, err := New(c, p.params, nil)
		require.NoError(t, err, name)
		trace := make([]float64, 2*len(o.blocks))
		for range 9 {
			steps(t, o, p, 1)
			for i := range o.blocks {
				b := &o.blocks[i]
				if c.Basis.Kind == Axes && c.Frame.Kind == FrameNone { // no basis moves the slots
					require.GreaterOrEqual(t, kernels.Sum(nil, b.v), trace[2*i], name)
				}
				trace[2*i] = kernels.Sum(nil, b.v)
				sum := 0.0
				for k := range b.axes {
					for j := range b.axes[k].c.Rows {
						sum += b.axes[k].c.At(j, j)
					}
				}
				if len(b.axes) > 0 && b.axes[0].c.Data != nil {
					require.GreaterOrEqual(t, sum, trace[2*i+1], name)
					seen++
				}
				trace[2*i+1] = sum
			}
		}
		p.finite(t, name)
		require.True(t, kernels.Finite(nil, o.memory), name)
	}
	require.Greater(t, seen, 100)
	c := AdamW()
	c.Diagonal.Beta = 1
	var e *ConfigError
	require.ErrorAs(t, c.validate(), &e)
	require.Equal(t, "Diagonal.Debias", e.Field)
}

// TestRefusedStepAllocatesNothing: the error of a bad gradient is kept in the Optimizer and written out by Error alone.
func TestRefusedStepAllocatesNothing(t *testing.T) {
	for _, f := range []func() Config{AdamW, SOAP, EShampoo} {
		p := newProblem[float32](35, []int{6, 5}, []int{4})
		o, err := New(quick(f()), p.params, nil)
		require.NoError(t, err)
		steps(t, o, p, 5)
		p.params[1].Grad[2] = float32(math.NaN())
		require.Zero(t, testing.AllocsPerRun(5, func() {
			if _, err := o.Step(1); err == nil {
				panic("NaN")
			}
		}))
		_, err = o.Step(1)
		require.EqualError(t, err, `precond: the gradient of "p1" is NaN at element 2; nothing was changed; set Config.NonFinite to skip such steps`)
	}
}

func TestLearningRateZero(t *testing.T) {
	for name, c := range variants() {
		p := newProblem[float32](9, shapesFor(c)...)
		before := p.copy()
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		o.SetLR(0)
		steps(t, o, p, 6)
		before.same(t, p, name)
	}
	c := AdamW()
	c.LR = 0
	_, err := New[float32](c, nil, nil)
	require.NoError(t, err)
}

func TestStepErrors(t *testing.T) {
	p := newProblem[float64](10, []int{3, 4})
	o, err := New(AdamW(), p.params, nil)
	require.NoError(t, err)
	before := p.copy()
	for _, f := range []func() error{
		func() error { _, err := o.Step(math.NaN()); return err },
		func() error { _, err := o.Step(-1); return err },
		func() error { _, err := o.Step(math.Inf(1)); return err },
		func() error { o.SetLR(-1); defer o.SetLR(1); _, err := o.Step(1); return err },
		func() error { o.SetLR(math.NaN()); defer o.SetLR(1); _, err := o.Step(1); return err },
		func() error {
			g := p.params[0].Grad
			defer func() { p.params[0].Grad = g }()
			p.params[0].Grad = g[1:]
			_, err := o.Step(1)
			return err
		},
		func() error {
			g := p.params[0].Grad
			defer func() { p.params[0].Grad = g }()
			p.params[0].Grad = p.params[0].Value
			_, err := o.Step(1)
			return err
		},
	} {
		require.Error(t, f())
		before.same(t, p, "after an error")
	}
	for _, params := range [][]*Param[float64]{
		{nil},
		{{Shape: []int{1}, Value: make([]float64, 1)}},
		{{Name: "\xff", Shape: []int{1}, Value: make([]float64, 1)}},
		{{Name: "a", Shape: []int{2}, Value: make([]float64, 1)}},
		{{Name: "a", Shape: []int{1}, Value: make([]float64, 1)}, {Name: "a", Shape: []int{1}, Value: make([]float64, 1)}},
	} {
		_, err := New(AdamW(), params, nil)
		require.Error(t, err)
	}
	c := AdamW()
	c.Diagonal.Eps = 1e-300
	_, err = New[float64](c, nil, nil)
	require.NoError(t, err)
	_, err = New[float32](c, nil, nil)
	var e *ConfigError
	require.True(t, errors.As(err, &e) && e.Field == "Diagonal.Eps")
}

// TestFirstSteps: what a first step is, by hand.
func TestFirstSteps(t *testing.T) {
	// Shampoo on a vector with an Adam graft is Adam.
	p := newProblem[float64](11, []int{9})
	q := p.copy()
	c := Shampoo()
	c.Decay.Rate = 0
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 1)
	a := AdamW()
	a.LR, a.Decay.Rate = c.LR, 0
	b, err := New(a, q.params, nil)
	require.NoError(t, err)
	steps(t, b, q, 1)
	for i := range p.params[0].Value {
		require.InDelta(t, q.params[0].Value[i], p.params[0].Value[i], 1e-12)
	}

	// SOAP's first call moves nothing; its second moves by lr·Q·sign(G')·Qᵀ, of norm lr·√(mn).
	s := newProblem[float64](12, []int{8, 8})
	c = SOAP()
	c.Decay.Rate = 0
	o, err = New(c, s.params, nil)
	require.NoError(t, err)
	before := s.copy()
	steps(t, o, s, 1)
	before.same(t, s, "first call")
	steps(t, o, s, 1)
	norm := 0.0
	for i, v := range s.params[0].Value {
		norm = math.Hypot(norm, v-before.params[0].Value[i])
	}
	require.InDelta(t, c.LR*8, norm, 1e-4*c.LR*8) // ε is not 0
}

// TestRotationEquivariance: SOAP, the original with orthogonal iteration and one with full decompositions, on P·W·Sᵀ with rotated gradients
// walks the rotated path; AdamW does not. It is a property of square factors of full rank whose eigenvalues lie apart, relatively by 1e-2 at
// least, which is asserted at every step.
func TestRotationEquivariance(t *testing.T) {
	const n, calls = 6, 50
	src := rnd.New(13)
	left, right := orthogonal[float64](t, src, n), orthogonal[float64](t, src, n)
	work := linalg.NewMatrix[float64](n, n)
	rotate := func(dst, x []float64) {
		linalg.MatMul(nil, work, left, linalg.MatrixOf(n, n, x))
		linalg.MatMulNT(nil, linalg.MatrixOf(n, n, dst), work, right)
	}
	// Gradients A·N·B with normal N and A, B of singular values 2, 1, ½, … keep the eigenvalues of the factors apart.
	spread := func() linalg.Matrix[float64] {
		u, v, m := orthogonal[float64](t, src, n), orthogonal[float64](t, src, n), linalg.NewMatrix[float64](n, n)
		for i := range n {
			kernels.Scal(nil, math.Ldexp(2, -i), u.Row(i))
		}
		linalg.MatMulTN(nil, m, u, v)
		return m
	}
	a, b := spread(), spread()
	eig, narrow := linalg.NewSymEig[float64](n), math.Inf(1)
	distance := func(c Config) float64 {
		p := newProblem[float64](14, []int{n, n})
		q := p.copy()
		rotate(q.params[0].Value, p.params[0].Value)
		plain, err := New(c, p.params, nil)
		require.NoError(t, err)
		turned, err := New(c, q.params, nil)
		require.NoError(t, err)
		before := p.copy()
		src := rnd.New(15)
		for range calls {
			g := linalg.MatrixOf(n, n, p.params[0].Grad)
			linalg.MatMul(nil, work, a, linalg.MatrixOf(n, n, rnd.Normal(src, make([]float64, n*n))))
			linalg.MatMul(nil, g, work, b)
			rotate(q.params[0].Grad, g.Data)
			_, err = plain.Step(1)
			require.NoError(t, err)
			_, err = turned.Step(1)
			require.NoError(t, err)
			for k := range plain.blocks[0].axes {
				x := &plain.blocks[0].axes[k]
				if !x.on {
					continue
				}
				require.NoError(t, eig.Factorize(x.c))
				values := eig.Values()
				require.Positive(t, values[n-1])
				for i, v := range values[1:] {
					narrow = min(narrow, 1-v/values[i])
				}
			}
		}
		move, want, got := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
		rotate(got, before.params[0].Value)
		for i := range move {
			move[i], got[i] = p.params[0].Value[i]-before.params[0].Value[i], q.params[0].Value[i]-got[i]
		}
		rotate(want, move)
		return apart(got, want)
	}
	all := SOAP()
	all.Basis.Every, all.Basis.By, all.Basis.Carry = 1, Eigh, Keep
	for _, c := range []Config{SOAP(), all} {
		require.Less(t, distance(c), 1e-11, "%v every %d", c.Basis.By, c.Basis.Every)
	}
	t.Logf("least relative gap: %.3f", narrow)
	require.True(t, narrow >= 1e-2 && narrow < 1)
	require.Greater(t, distance(AdamW()), 0.1)
}

// TestCriterion compares the decision with ‖A − Q·diag(B)·Qᵀ‖ ≤ Tol·‖A‖ computed densely.
func TestCriterion(t *testing.T) {
	c := quick(EShampoo())
	c.Basis.Every, c.Basis.Tol, c.Factors.Debias, c.Factors.Ridge = 1, 0.02, false, 0
	p := newProblem[float64](15, []int{7, 7})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	seen := map[bool]int{}
	for range 40 {
		p.gradients()
		a := &o.blocks[0].axes[0]
		q := slices.Clone(a.q.Data)
		set := a.set
		_, err := o.Step(1)
		require.NoError(t, err)
		if !set {
			continue
		}
		full, b := linalg.NewMatrix[float64](7, 7), linalg.NewMatrix[float64](7, 7)
		linalg.Copy(full, a.c)
		linalg.Mirror(nil, kernels.Lower, full)
		old := linalg.MatrixOf(7, 7, q)
		linalg.MatMul(nil, b, full, old)
		d := linalg.NewMatrix[float64](7, 7)
		linalg.MatMulTN(nil, d, old, b)
		off, all := 0.0, 0.0
		for i := range 7 {
			for j := range 7 {
				if all = math.Hypot(all, d.At(i, j)); i != j {
					off = math.Hypot(off, d.At(i, j))
				}
			}
		}
		kept := slices.Equal(q, a.q.Data)
		require.Equal(t, off <= 0.02*all, kept)
		seen[kept]++
	}
	require.Positive(t, seen[true])
	require.Positive(t, seen[false])
}

// TestStaggeredRefresh: in a period every block refreshes once, and not all in one step.
func TestStaggeredRefresh(t *testing.T) {
	c := Improved(SOAP())
	c.Basis.Every = 4
	p := newProblem[float32](16, []int{5, 5}, []int{5, 5}, []int{5, 5}, []int{5, 5})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 1)
	for range 12 {
		p.gradients()
		r, err := o.Step(1)
		require.NoError(t, err)
		require.Equal(t, 2, r.Refreshed)
	}
}

func TestSetBasis(t *testing.T) {
	p := newProblem[float64](17, []int{4, 3})
	o, err := New(SOAP(), p.params, nil)
	require.NoError(t, err)
	require.Zero(t, o.Basis(0, 0).Rows)
	steps(t, o, p, 3)
	q := o.Basis(0, 0).Clone()
	require.Equal(t, 4, q.Rows)
	// The same basis: the moment comes back.
	m := slices.Clone(o.blocks[0].m)
	require.NoError(t, o.SetBasis(0, 0, q))
	for i := range m {
		require.InDelta(t, m[i], o.blocks[0].m[i], 1e-14)
	}
	bad := q.Clone()
	bad.Set(0, 0, bad.At(0, 0)+1)
	require.Error(t, o.SetBasis(0, 0, bad))
	bad.Set(0, 0, math.NaN())
	require.Error(t, o.SetBasis(0, 0, bad))
	require.Error(t, o.SetBasis(0, 1, q))
	require.Error(t, o.SetBasis(0, 2, q))
	require.Error(t, o.SetBasis(1, 0, q))
	require.Error(t, o.SetBasis(-1, 0, q))

	// A basis of the caller's own, never refreshed.
	c := SOAP()
	c.Factors, c.First = Factors{}, First{}
	c.Basis = BasisRule{Kind: Eigen, Start: -1}
	u, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, u, p, 1)
	require.NoError(t, u.SetBasis(0, 0, q))
	steps(t, u, p, 3)
	require.Equal(t, q.Data, u.Basis(0, 0).Data)
	p.finite(t, "own basis")
}

// TestGradSumSquaresWorkers: many short gradients and a long one give the same sum for any number of workers, and the first bad one is
// found whichever worker meets it.
func TestGradSumSquaresWorkers(t *testing.T) {
	shapes := [][]int{{longSum + 3}, {7}, {}}
	for range 40 {
		shapes = append(shapes, []int{33, 41})
	}
	p := newProblem[float32](31, shapes...)
	p.gradients()
	var want float64
	for workers := 1; workers <= 3; workers++ {
		pool := kernels.NewPool(workers)
		o, err := New(AdamW(), p.params, pool)
		require.NoError(t, err)
		sum := o.GradSumSquares()
		if workers == 1 {
			want = sum
		}
		require.Equal(t, want, sum, "%d workers", workers)
		require.Equal(t, min(workers, 2) > 1, o.parts > 1)
		q := p.copy()
		u, err := New(AdamW(), q.params, pool)
		require.NoError(t, err)
		q.params[17].Grad[5] = float32(math.NaN())
		q.params[30].Grad[0] = float32(math.Inf(1))
		_, err = u.Step(1)
		var e *GradientError
		require.ErrorAs(t, err, &e)
		require.Equal(t, "p17", e.Param)
		p.same(t, q, "refused")
		pool.Close()
	}
}
