package precond

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestAddRemove: what is added and removed again leaves no trace in the others, whose bits are those of an optimizer that
// never had it; what is added goes the way of one that starts at that moment.
func TestAddRemove(t *testing.T) {
	each(t, addRemove[float32], addRemove[float64])
}

func addRemove[T kernels.Float](t *testing.T, c Config) {
	if len(c.Layers) > 0 || c.Basis.Stagger || c.Basis.Budget > 0 || c.Limit.KL != 0 || c.Frame.Kind != FrameNone {
		// Layers come and go whole; spread refreshes fall on other steps: TestAddStaggered; a bound on all parameters together
		// ties them; a frame is surveyed once.
		return
	}
	p := newProblem[T](60, shapesOf(c, !testing.Short())...)
	q := p.copy()
	plain, err := New(c, p.params, nil)
	require.NoError(t, err)
	o, err := New(c, q.params, nil)
	require.NoError(t, err)
	steps(t, plain, p, 5)
	steps(t, o, q, 5)

	extra := newProblem[T](61, []int{6, 10}, []int{4})
	extra.params[0].Name, extra.params[1].Name = "x", "y"
	mirror := extra.copy()
	alone, err := New(c, mirror.params, nil)
	require.NoError(t, err)
	require.NoError(t, o.Add(extra.params...))
	if n, _ := inLanes(o); n > 0 {
		return // with more factors of equal length, more take lanes, whose bits are others
	}
	both := func(n int, o *Optimizer[T]) {
		for range n {
			p.gradients()
			q.gradients()
			extra.gradients()
			mirror.gradients()
			for _, u := range []*Optimizer[T]{plain, alone, o} {
				_, err := u.Step(1)
				require.NoError(t, err)
			}
		}
	}
	both(7, o)
	p.same(t, q, "the others")
	extra.same(t, mirror, "the added ones")
	require.NoError(t, o.Remove("x"))
	require.Error(t, o.Remove("x"))
	require.NoError(t, o.Remove("y"))
	value := slices.Clone(extra.params[0].Value)
	both(5, o)
	p.same(t, q, "after Remove")
	bits.Same(t, value, extra.params[0].Value, "removed")
	require.Equal(t, state(plain), state(o))
	require.Equal(t, plain.Plan(), o.Plan())
	require.Equal(t, plain.Explain(), o.Explain())
}

// TestAddStaggered: all that the others have is kept, whatever the steps of their refreshes.
func TestAddStaggered(t *testing.T) {
	p := newProblem[float32](62, []int{6, 5}, []int{8, 8})
	o, err := New(Improved(quick(SOAP())), p.params, nil)
	require.NoError(t, err)
	o.Watch(true)
	steps(t, o, p, 6)
	before := state(o)
	x := &Param[float32]{Name: "x", Shape: []int{9, 9}, Value: make([]float32, 81), Grad: make([]float32, 81)}
	require.NoError(t, o.Add(x))
	after := state(o)
	for _, name := range slices.Collect(maps.Keys(before)) {
		require.Equal(t, before[name], after[name], name)
	}
	require.Equal(t, 6.0-1, o.Diagnose(0).Steps)
	require.Zero(t, o.Diagnose(2).Steps)
	p.params = append(p.params, x)
	p.target = append(p.target, make([]float32, 81))
	steps(t, o, p, 8)
	require.NotNil(t, o.moved)
	require.Positive(t, o.Diagnose(2).UpdateRMS+1)
	p.finite(t, "after Add")
}

// TestAddRemoveErrors: nothing changes where New would refuse.
func TestAddRemoveErrors(t *testing.T) {
	c := quick(SOAP())
	c.Rules = []Rule{{Name: "p1", LR: 0.5}}
	p := newProblem[float32](63, []int{6, 5}, []int{4})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 3)
	before, values := state(o), p.copy()
	require.Error(t, o.Add(p.params[0]))
	require.Error(t, o.Add(nil))
	require.Error(t, o.Add(&Param[float32]{Name: "z", Shape: []int{3}, Value: make([]float32, 2)}))
	require.Error(t, o.Remove("p9"))
	var e *ConfigError
	require.ErrorAs(t, o.Remove("p1"), &e)
	require.Equal(t, "Rules[0]", e.Field)
	require.Equal(t, before, state(o))
	values.same(t, p, "refused")
	require.NoError(t, o.Remove("p0"))
	require.Equal(t, 1, o.Blocks())
	require.NoError(t, o.Add())
}

// TestAddToFrame: a frame that is fixed takes nobody in any more.
func TestAddToFrame(t *testing.T) {
	p := newProblem[float32](64, []int{6, 5})
	extra := newProblem[float32](65, []int{4, 3})
	extra.params[0].Name = "x"
	o, err := New(EGOP(AdamW()), p.params, nil)
	require.NoError(t, err)
	require.NoError(t, o.Add(extra.params...))
	require.NoError(t, o.Remove("x"))
	steps(t, o, p, 2)
	require.ErrorContains(t, o.Add(extra.params...), "is fixed")
}
