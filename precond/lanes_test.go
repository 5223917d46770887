package precond

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// small are the Configs whose refreshes take lanes, with blocks of order 4.
func small() map[string]Config {
	m := map[string]Config{}
	for _, name := range []string{"EShampoo lanes", "EShampoo lanes, staggered", "Shampoo lanes", "Shampoo lanes, values", "SOAP lanes", "SOAP power lanes", "SOAP power lanes, scatter", "KFAC lanes"} {
		m[name] = variants()[name]
	}
	return m
}

// inLanes counts the axes in lanes, and all with a basis.
func inLanes[T kernels.Float](o *Optimizer[T]) (lanes, all int) {
	for i := range o.blocks {
		for k := range o.blocks[i].axes {
			if a := &o.blocks[i].axes[k]; a.on {
				all++
				if a.lane != nil {
					lanes++
				}
			}
		}
	}
	return lanes, all
}

// TestLanes: with all factors in lanes and no other solver at hand an optimizer goes the way of one that decomposes them one by one,
// and reports the same.
func TestLanes(t *testing.T) {
	for name, c := range small() {
		if c.Diagonal.averaged() {
			c.Basis.Carry = Square // the sign of a column, or the order of near ones, does not matter then
		}
		p := newProblem[float64](100, []int{8, 12}, []int{4, 4, 4}, []int{16, 4})
		q := p.copy()
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		lanes, all := inLanes(o)
		require.Equal(t, all, lanes, name)
		s := <-o.slots
		if c.Basis.By == PowerQR { // the first basis is not that of a lane
			clear(s.qr)
		} else {
			clear(s.eig)
		}
		clear(s.roots)
		o.slots <- s
		one, err := New(c, q.params, nil)
		require.NoError(t, err)
		for _, l := range one.lanes {
			one.blocks[l.block].axes[l.axis].lane = nil
		}
		one.lanes = nil
		refreshed := 0
		for range 11 {
			p.gradients()
			q.gradients()
			r, err := o.Step(1)
			require.NoError(t, err)
			want, err := one.Step(1)
			require.NoError(t, err)
			require.Equal(t, want, r, name)
			refreshed += r.Refreshed
		}
		require.Greater(t, refreshed, all, name)
		require.Contains(t, o.Explain(), fmt.Sprintf("by %v, together with others of equal order; state", c.Basis.By), name)
		require.NotContains(t, one.Explain(), "together")
		for i := range p.params {
			require.Less(t, apart(p.params[i].Value, q.params[i].Value), 1e-9, "%s: %s", name, p.params[i].Name)
		}
	}
}

// TestLanesNeedMany: axes take lanes from eight of equal length on that are due together.
func TestLanesNeedMany(t *testing.T) {
	for _, x := range []struct {
		shapes [][]int
		edit   func(*Config)
		want   int
	}{
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6}}, nil, 0},
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6, 6}}, nil, 8},
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6, 6}, {33, 33}, {33, 33}, {33, 33}, {33, 33}, {5, 1}}, nil, 8},
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6, 6}}, func(c *Config) { c.Basis.Stagger, c.Basis.Every = true, 2 }, 0},
		{[][]int{{4, 6, 6}, {4, 6, 6}}, func(c *Config) { c.Basis.Stagger, c.Basis.Every, c.Rules = true, 2, []Rule{{Stack: 1}} }, 16},
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6, 6}}, func(c *Config) { c.Basis.Tol = 0.1 }, 0},
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6, 6}}, func(c *Config) { c.Basis.Ascending, c.Basis.By = false, Refine }, 0},
		// The filtered gradient of the stages before would be lost.
		{[][]int{{6, 6}, {6, 6}, {6, 6}, {6, 6}}, func(c *Config) {
			c.Order = []Stage{FirstMoment, Statistics, Refresh, Rotate, SecondMoment, Precondition, WeightDecay, Update}
		}, 0},
	} {
		c := EShampoo()
		if x.edit != nil {
			x.edit(&c)
		}
		p := newProblem[float32](101, x.shapes...)
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		lanes, _ := inLanes(o)
		require.Equal(t, x.want, lanes, "%v, %+v", x.shapes, c.Basis)
		steps(t, o, p, 12)
		p.finite(t, "after twelve steps")
	}
}

// TestLanesLadder: factors that have no place in a lane, since their eigenvalues or they themselves are not finite, go down the ladder alone, as they
// do without lanes; nothing is allocated, and the bits do not depend on the number of workers.
func TestLanesLadder(t *testing.T) {
	kernels.Reserve(8)
	for name, c := range small() {
		c = summing(c)
		c.Basis.Every, c.Basis.Start = 1, min(c.Basis.Start, 1)
		if c.Diagonal.Of == DiagonalEigenvalues {
			c.Limit, c.Diagonal.Damping = Limit{}, 0
			c.Diagonal.Eps, c.Diagonal.EpsAt = 1e-6, max(c.Diagonal.EpsAt, EpsAtFactor)
		}
		var first *problem[float32]
		for workers := 1; workers <= 3; workers++ {
			pool := kernels.NewPool(workers)
			p := newProblem[float32](102, []int{8, 12}, []int{4, 4, 4}, []int{16, 4})
			o, err := New(c, p.params, pool)
			require.NoError(t, err)
			lanes, all := inLanes(o)
			require.Equal(t, all, lanes, name)
			var total Report
			// The run-time allocates now and then where three workers wait for each other on two cores: the least of many rounds counts, as many for any
			// number of workers.
			least := ^uint64(0)
			for range 12 {
				gc := debug.SetGCPercent(-1)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for step := range 12 {
					huge(p, 1)
					if step > 3 { // one parameter of three
						for j := range p.params[1].Grad {
							p.params[1].Grad[j] *= 2e18
						}
					}
					r, err := o.Step(1)
					if err != nil {
						t.Fatal(err)
					}
					total.Refreshed += r.Refreshed
					total.Lost += r.Lost
					total.Rescued += r.Rescued
				}
				runtime.ReadMemStats(&after)
				debug.SetGCPercent(gc)
				least = min(least, after.Mallocs-before.Mallocs)
			}
			require.Zero(t, least, "%s, %d workers", name, workers)
			require.Positive(t, total.Lost, name)
			require.Positive(t, total.Refreshed, name)
			p.finite(t, name)
			require.True(t, kernels.Finite(nil, o.memory), name)
			if first == nil {
				first = p
			}
			first.same(t, p, name)
			pool.Close()
		}
	}
}
