package precond

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// summing is a Config whose factors are plain sums, which overflow.
func summing(c Config) Config {
	c = quick(c)
	c.Factors.Beta, c.Factors.Debias = 1, false
	return c
}

// huge makes every gradient x·(1 + noise).
func huge(p *problem[float32], x float64) {
	for _, q := range p.params {
		for j := range q.Grad {
			q.Grad[j] = float32(x * (1 + float64(0.1*p.source.Normal())))
		}
	}
}

// TestRescueByJacobi: entries of the factor that a float32 holds, an eigenvalue that it does not. The basis comes from
// Jacobi's method then, and is an eigenbasis.
func TestRescueByJacobi(t *testing.T) {
	for _, workers := range []int{1, 2} {
		pool := kernels.NewPool(workers)
		var first *problem[float32]
		for _, by := range []Method{Eigh, PowerQR} {
			c := summing(SOAP())
			c.Basis.By, c.Basis.Carry, c.Basis.Every = by, Keep, 1
			p := newProblem[float32](50, []int{12, 9}, []int{8, 8})
			if first == nil {
				first = p
			}
			o, err := New(c, p.params, pool)
			require.NoError(t, err)
			rescued := 0
			for range 8 {
				huge(p, 1.3e18) // 108·(1.3e18)² = 1.8e38
				r, err := o.Step(1)
				require.NoError(t, err)
				require.Zero(t, r.Lost)
				require.Zero(t, r.Failed)
				rescued += r.Rescued
				p.finite(t, "rescued")
				for i := range o.Blocks() {
					for axis := range 2 {
						q := o.Basis(i, axis)
						a := &o.blocks[i].axes[axis]
						// ‖CQ − QΛ‖ is small beside ‖C‖; the factor is scaled so that nothing overflows.
						scaled, w, b := a.c.Clone(), linalg.NewMatrix[float32](a.d, a.d), linalg.NewMatrix[float32](a.d, a.d)
						for j := range scaled.Data {
							scaled.Data[j] *= 1e-30
						}
						if by == Eigh {
							require.Less(t, linalg.Criterion(nil, q, scaled, w, b), 1e-5)
						}
						linalg.MatMulTN(nil, b, q, q)
						for j := range a.d {
							b.Data[j*a.d+j]--
						}
						require.Less(t, linalg.FrobeniusNorm(nil, b), 1e-5)
					}
				}
			}
			require.Positive(t, rescued, "%v", by)
			d := o.Diagnose(0)
			require.Positive(t, d.Rescued)
		}
		pool.Close()
	}
}

// TestRescuedRoots: where an iteration finds no root, the eigenvalues give it, and Jacobi's method gives the same.
func TestRescuedRoots(t *testing.T) {
	for _, by := range []Method{Newton, HigherOrder} {
		c := quick(Shampoo())
		c.Basis.By, c.Basis.Start, c.Basis.Every, c.Diagonal.Eps = by, 1, 1, 1e-30
		p := newProblem[float32](51, []int{10, 7})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		rescued := 0
		for range 4 {
			p.gradients()
			for j := range p.params[0].Grad {
				p.params[0].Grad[j] = p.params[0].Grad[j]*1e-6 + 1
			}
			r, err := o.Step(1)
			require.NoError(t, err)
			require.Zero(t, r.Failed+r.Lost)
			rescued += r.Rescued
			p.finite(t, by.String())
		}
		require.Positive(t, rescued, "%v", by)
	}

	// The rungs agree.
	for _, at := range []EpsAt{EpsAtFactor, EpsAtValues} {
		c := quick(Shampoo())
		c.Diagonal.EpsAt, c.Diagonal.Eps = at, 1e-3
		p := newProblem[float64](52, []int{10, 7}, []int{5}, []int{3, 4, 5})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		steps(t, o, p, 5)
		for i := range o.blocks {
			b := &o.blocks[i]
			pass := pass[float64]{o: o, b: b, c: &b.coef, s: <-o.slots}
			for k := range b.axes {
				a := &b.axes[k]
				require.True(t, pass.root(a))
				want := a.q.Clone()
				require.True(t, pass.jacobi(o.spare, a))
				for j, x := range want.Data {
					require.InDelta(t, x, a.q.Data[j], 1e-12*float64(a.d)*norm(want.Data))
				}
			}
			o.slots <- pass.s
		}
	}
}

// TestRescueIsCanonical: Jacobi's method and SymEig find the same basis, signs and order included, where there is one.
func TestRescueIsCanonical(t *testing.T) {
	for _, ascending := range []bool{false, true} {
		c := quick(Shampoo())
		c.Basis.Kind, c.Basis.Ascending, c.Diagonal.Eps = Eigen, ascending, 1e-6
		c.Order = []Stage{Statistics, Refresh, FirstMoment, Rotate, Precondition, Grafting, WeightDecay, HeavyBall, Update}
		p := newProblem[float64](53, []int{6, 40})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		steps(t, o, p, 5)
		b := &o.blocks[0]
		pass := pass[float64]{o: o, b: b, c: &b.coef, s: <-o.slots}
		a := &b.axes[0]
		require.True(t, pass.eigh(a))
		want, values := a.q.Clone(), append([]float64(nil), a.values...)
		clear(a.q.Data)
		require.True(t, pass.jacobi(o.spare, a))
		for i := range values {
			require.InEpsilon(t, values[i], a.values[i], 1e-12)
		}
		for j, x := range want.Data {
			require.InDelta(t, x, a.q.Data[j], 1e-10)
		}
	}
}

// TestLostFactor: a sum that has overflowed starts again, its axis without a basis; the optimizer goes on, nothing is poisoned,
// with the same bits for any number of workers.
func TestLostFactor(t *testing.T) {
	for _, c := range []Config{summing(SOAP()), summing(EShampoo()), summing(Shampoo())} {
		var first *problem[float32]
		for _, workers := range []int{1, 2, 3} {
			pool := kernels.NewPool(workers)
			p := newProblem[float32](54, []int{6, 5}, []int{4, 4})
			o, err := New(c, p.params, pool)
			require.NoError(t, err)
			lost, again := 0, false
			for step := range 28 {
				x := 1.0
				if step >= 4 && step < 16 {
					x = 3e18 // 30·(3e18)² = 2.7e38: one such step is fine
				}
				huge(p, x)
				r, err := o.Step(1)
				require.NoError(t, err)
				lost += r.Lost
				again = again || lost > 0 && r.Refreshed > 0
				p.finite(t, c.Name)
			}
			require.GreaterOrEqual(t, lost, 2, c.Name)
			require.True(t, again, c.Name)
			for i := range o.Blocks() {
				require.NotZero(t, o.Basis(i, 0).Rows)
				require.True(t, kernels.Finite(nil, o.blocks[i].axes[0].c.Data))
			}
			require.Positive(t, o.Diagnose(0).Lost)
			if first == nil {
				first = p
			}
			first.same(t, p, c.Name)
			pool.Close()
		}
	}
}

// TestFailedKeeps: beyond the order of Jacobi's method the basis of before stays, and Report says so.
func TestFailedKeeps(t *testing.T) {
	c := summing(SOAP())
	c.Basis.By, c.Basis.Carry, c.Basis.Every = Eigh, Keep, 1
	c.Shape.MaxDim = rescueOrder + 44
	p := newProblem[float32](55, []int{rescueOrder + 44, 2})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 2)
	failed := 0
	for step := 0; step < 6 && failed < 2; step++ {
		before := o.Basis(0, 0).Clone()
		huge(p, 7e17) // λ = Σ g² = 2.9e38 a step
		r, err := o.Step(1)
		require.NoError(t, err)
		if r.Failed > 0 {
			bits.Same(t, before.Data, o.Basis(0, 0).Data, "the basis")
			failed += r.Failed
		}
		p.finite(t, "kept")
	}
	require.Positive(t, failed)
}

// TestRecoveryAllocatesNothing: neither a rescue nor a loss does.
func TestRecoveryAllocatesNothing(t *testing.T) {
	kernels.Reserve(4)
	for _, by := range []Method{Eigh, PowerQR, QRAlgorithm, Refine, Newton} {
		c := summing(SOAP())
		c.Basis.By, c.Basis.Carry, c.Basis.Every = by, Keep, 1
		if by == Newton {
			c = quick(Shampoo())
			c.Basis.By, c.Basis.Start, c.Basis.Every, c.Diagonal.Eps = by, 1, 1, 1e-30
		}
		p := newProblem[float32](56, []int{12, 9})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		total := Report{}
		least := uint64(math.MaxUint64)
		for range 5 {
			gc := debug.SetGCPercent(-1)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rescued, lost := total.Rescued, total.Lost
			for range 8 {
				if by == Newton {
					for j := range p.params[0].Grad {
						p.params[0].Grad[j] = 1 + float32(1e-6*p.source.Normal())
					}
				} else {
					huge(p, 1.7e18) // lost and found in eight steps
				}
				r, err := o.Step(1)
				if err != nil {
					t.Fatal(err)
				}
				total.Rescued += r.Rescued
				total.Lost += r.Lost
			}
			runtime.ReadMemStats(&after)
			debug.SetGCPercent(gc)
			if total.Rescued > rescued && (by == Newton || total.Lost > lost) {
				least = min(least, after.Mallocs-before.Mallocs)
			}
		}
		require.Zero(t, least, "%v: %+v", by, total)
	}
}

// TestDiagnose checks what Diagnose says against its definition, and that watching changes no bit.
func TestDiagnose(t *testing.T) {
	for name, c := range variants() {
		if len(c.Layers) > 0 {
			continue // their factors come from ObserveLayer
		}
		p := newProblem[float64](57, shapesOf(c, !testing.Short())...)
		q := p.copy()
		plain, err := New(c, p.params, nil)
		require.NoError(t, err)
		o, err := New(c, q.params, nil)
		require.NoError(t, err)
		require.True(t, math.IsNaN(o.Diagnose(0).UpdateRMS))
		steps(t, plain, p, 1) // which surveys where a frame wants it
		steps(t, o, q, 1)
		o.Watch(true)
		turned := false
		for range 9 {
			p.gradients()
			q.gradients()
			_, err := plain.Step(1)
			require.NoError(t, err)
			before := q.copy()
			_, err = o.Step(1)
			require.NoError(t, err)
			for i := range o.blocks {
				d := o.Diagnose(i)
				j := o.blocks[i].param
				change := make([]float64, len(q.params[j].Value))
				for k, v := range q.params[j].Value {
					change[k] = v - before.params[j].Value[k]
				}
				require.InDelta(t, norm(change)/math.Sqrt(float64(len(change))), d.UpdateRMS, 1e-12*d.UpdateRMS, name)
				for k, a := range d.Axes {
					if o.blocks[i].axes[k].c.Data == nil {
						require.Zero(t, a)
						continue
					}
					turned = turned || a.Turn > 0
					require.False(t, a.Turn > 1+1e-9 || a.OffDiagonal > 1+1e-9 || a.Condition < 1-1e-9, "%s: %+v", name, a)
				}
				require.EqualValues(t, max(0, o.blocks[i].clock.t), d.Steps)
			}
		}
		p.same(t, q, name)
		require.Equal(t, c.Basis.Kind == Eigen && c.Factors.Of != FactorsNone, turned, name)
		o.Watch(false)
		require.Nil(t, o.moved)
		steps(t, o, q, 1)
	}
}

// TestWatchAllocations: steps that are watched allocate nothing either.
func TestWatchAllocations(t *testing.T) {
	kernels.Reserve(4)
	for name, c := range variants() {
		p := newProblem[float32](98, shapesOf(c, false)...)
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		o.Watch(true)
		steps(t, o, p, 7)
		require.Zero(t, testing.AllocsPerRun(6, func() {
			if _, err := o.Step(0.5); err != nil {
				panic(err)
			}
		}), name)
	}
}

// TestDiagnoseNumbers: a factor with known eigenvalues.
func TestDiagnoseNumbers(t *testing.T) {
	c := SOAP()
	c.Factors.Beta, c.Basis.Every = 1, 1
	p := newProblem[float64](58, []int{3, 3})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	o.Watch(true)
	copy(p.params[0].Grad, []float64{4, 0, 0, 0, 2, 0, 0, 0, 1})
	_, err = o.Step(1) // only the basis
	require.NoError(t, err)
	d := o.Diagnose(0)
	require.InDelta(t, 16, d.Axes[0].Condition, 1e-12)
	require.InDelta(t, 21.0/16, d.Axes[0].StableRank, 1e-12)
	require.InDelta(t, 0, d.Axes[0].OffDiagonal, 1e-12)
	require.Equal(t, 2, d.Refreshed)
	require.Positive(t, d.RefreshTime)
	// Two axes change places: those columns turn by a right angle.
	copy(p.params[0].Grad, []float64{0, 0, 0, 0, 100, 0, 0, 0, 0})
	_, err = o.Step(1)
	require.NoError(t, err)
	require.InDelta(t, math.Sqrt(2.0/3), o.Diagnose(0).Axes[0].Turn, 1e-12)
	require.Panics(t, func() { o.Diagnose(1) })

	// A graft's ratio: the norm of the step is ratio times that without the graft.
	g := quick(Shampoo())
	g.Basis.Start, g.Basis.Every, g.Decay.Rate, g.Diagonal.Eps = 1, 1, 0, 1e-3
	free := g
	free.Graft = Graft{}
	a, b := newProblem[float64](59, []int{4, 5}), newProblem[float64](59, []int{4, 5})
	x, err := New(g, a.params, nil)
	require.NoError(t, err)
	y, err := New(free, b.params, nil)
	require.NoError(t, err)
	x.Watch(true)
	y.Watch(true)
	steps(t, x, a, 1)
	steps(t, y, b, 1)
	require.InEpsilon(t, x.Diagnose(0).UpdateRMS/y.Diagnose(0).UpdateRMS, x.Diagnose(0).GraftRatio, 1e-9)
	require.Zero(t, y.Diagnose(0).GraftRatio)
}
