package precond

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestChangedGradient: a gradient that becomes unusable between GradSumSquares and Step enters no state, and Step says
// so. Each variant meets one bad number with one or three workers.
func TestChangedGradient(t *testing.T) {
	v := variants()
	for i, name := range slices.Sorted(maps.Keys(v)) {
		if testing.Short() && !streams[name] && name != "SOAP blocks" { // whose long parameter is not streamed
			continue
		}
		c := v[name]
		if c.Shape.Vectors {
			// Long vectors would have a basis.
			if c.Diagonal.Of == DiagonalEigenvalues && c.Graft.Of == GraftNone {
				continue
			}
			c.Rules = []Rule{{MaxOrder: 1, MinLen: chunk, Axes: true}}
		}
		bad := [...]float32{float32(math.NaN()), float32(math.Inf(-1)), 3e38}[i%3]
		t.Run(name, func(t *testing.T) { changedGradient(t, c, 1+i%2*2, bad) })
	}
}

func changedGradient(t *testing.T, c Config, workers int, bad float32) {
	pool := kernels.NewPool(workers)
	defer pool.Close()
	p := newProblem[float32](27, []int{6, 5}, []int{3*chunk + 77}, []int{2 * chunk})
	o, err := New(c, p.params, pool)
	require.NoError(t, err)
	steps(t, o, p, 4)
	p.gradients()
	o.GradSumSquares()
	p.params[1].Grad[2*chunk+5] = bad
	p.params[2].Grad[chunk] = bad
	before := p.copy()
	r, err := o.Step(1)
	var e *GradientError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "p1", e.Param)
	require.Equal(t, bad == 3e38, e.Index < 0)
	if o.state[1].streamed {
		require.True(t, e.Changed)
		require.Contains(t, e.Error(), "after GradSumSquares")
		require.Equal(t, 3, r.Params)
		lo, hi := 2*chunk, 3*chunk
		if o.prog.fusedFlat {
			lo, hi = 2*chunk+5, 2*chunk+6
			require.NotEqual(t, before.params[1].Value[2*chunk:lo], p.params[1].Value[2*chunk:lo])
			require.NotEqual(t, before.params[1].Value[hi:3*chunk], p.params[1].Value[hi:3*chunk])
		}
		bits.Same(t, before.params[1].Value[lo:hi], p.params[1].Value[lo:hi], "the part")
		require.NotEqual(t, before.params[1].Value[3*chunk:], p.params[1].Value[3*chunk:])
		require.NotEqual(t, before.params[0].Value, p.params[0].Value)
	} else {
		require.False(t, e.Changed) // read once more, before anything is written
		before.same(t, p, "refused")
	}
	p.finite(t, "after the bad step")
	require.True(t, kernels.Finite(nil, o.memory))
	steps(t, o, p, 2)
	p.finite(t, "later")
}

// TestZeroAfterGradSumSquares: NaN that GradSumSquares has seen is no change; policy Zero replaces it in long gradients, too.
func TestZeroAfterGradSumSquares(t *testing.T) {
	for _, from := range []func() Config{AdamW, Adagrad, SOAP} {
		c := from()
		c.NonFinite = Zero
		p := newProblem[float32](28, []int{2*chunk + 9})
		q := p.copy()
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		u, err := New(c, q.params, nil)
		require.NoError(t, err)
		steps(t, o, p, 3)
		steps(t, u, q, 3)
		p.gradients()
		q.gradients()
		p.params[0].Grad[chunk+1], q.params[0].Grad[chunk+1] = float32(math.NaN()), 0
		require.True(t, math.IsNaN(o.GradSumSquares()))
		r, err := o.Step(1)
		require.NoError(t, err)
		require.Equal(t, 1, r.Params)
		_, err = u.Step(1)
		require.NoError(t, err)
		p.same(t, q, c.Name)
	}
}

// TestSumOverflows: where a plain sum of squares would overflow, an element keeps what it has, and that is no error; with and without
// GradSumSquares before.
func TestSumOverflows(t *testing.T) {
	for _, sums := range []bool{false, true} {
		p := newProblem[float32](29, []int{2*chunk + 9})
		o, err := New(Adagrad(), p.params, nil)
		require.NoError(t, err)
		g := p.params[0].Grad
		for step := range 6 {
			p.gradients()
			g[chunk+3] = 1.2e19 // its square is 1.4e38
			if sums {
				o.GradSumSquares()
			}
			before := p.params[0].Value[chunk+3]
			r, err := o.Step(1)
			require.NoError(t, err)
			require.Equal(t, 1, r.Params)
			require.Equal(t, step < 2, before != p.params[0].Value[chunk+3], "step %d", step)
			require.True(t, kernels.Finite(nil, o.memory))
		}
	}
}
