package precond

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// sequence feeds gradients that do not depend on the values and returns the steps' displacements.
func sequence(t *testing.T, c Config, n int, shapes ...[]int) (moves [][][]float64) {
	t.Helper()
	p := newProblem[float64](40, shapes...)
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	src := rnd.New(41)
	for range n {
		before := p.copy()
		for _, q := range p.params {
			rnd.Normal(src, q.Grad)
			for i := range q.Grad {
				q.Grad[i] *= 1 / float64(1+i%5)
			}
		}
		_, err := o.Step(1)
		require.NoError(t, err)
		var m [][]float64
		for i, q := range p.params {
			d := make([]float64, len(q.Value))
			for j, v := range q.Value {
				d[j] = v - before.params[i].Value[j]
			}
			m = append(m, d)
		}
		moves = append(moves, m)
	}
	return moves
}

func norm(x []float64) float64 {
	n := 0.0
	for _, v := range x {
		n = math.Hypot(n, v)
	}
	return n
}

func apart(x, y []float64) float64 {
	n := 0.0
	for i, v := range x {
		n = math.Hypot(n, v-y[i])
	}
	return n / norm(y)
}

// TestGraftNorm: every step of each block has the length that the other optimizer's step has, before
// the first basis it is that step.
func TestGraftNorm(t *testing.T) {
	for name, g := range map[string]Graft{
		"SGD": GraftSGD(), "Adagrad": GraftAdagrad(1e-8), "RMSProp": GraftRMSProp(0.9, 1e-8), "Adam": GraftAdam(0.95, 1e-8),
	} {
		for _, from := range []func() Config{Shampoo, EShampoo} {
			c := from()
			c.Graft, c.Decay.Rate, c.Basis.Start, c.Basis.Every = g, 0, 4, 2
			if c.Diagonal.Of == DiagonalEigenvalues {
				c.Diagonal.Eps = 1e-6
			}
			alone := c
			alone.Basis.Start = 1000
			a := sequence(t, c, 10, []int{5, 7}, []int{3, 2, 4})
			b := sequence(t, alone, 10, []int{5, 7}, []int{3, 2, 4})
			for step := range a {
				for i := range a[step] {
					if step+1 < 4 {
						require.Less(t, apart(a[step][i], b[step][i]), 1e-12, "%s, %s, step %d", c.Name, name, step+1)
					} else {
						require.InEpsilon(t, norm(b[step][i]), norm(a[step][i]), 1e-9, "%s, %s, step %d", c.Name, name, step+1)
						require.Greater(t, apart(a[step][i], b[step][i]), 1e-3)
					}
				}
			}
		}
	}
}

// TestRootsEqualEigenvalues: Shampoo by inverse roots, by eigenvalues at use and by Newton's iteration are one
// optimizer.
func TestRootsEqualEigenvalues(t *testing.T) {
	c := quick(Shampoo())
	c.Graft, c.Diagonal.Eps = Graft{}, 1e-2
	want := sequence(t, c, 9, []int{6, 4}, []int{3, 2, 4}, []int{5})
	eigen := c
	eigen.Basis.Kind = Eigen
	eigen.Order = []Stage{Statistics, Refresh, FirstMoment, Rotate, Precondition, Grafting, WeightDecay, HeavyBall, Update}
	inside := eigen
	inside.Order = []Stage{Statistics, Refresh, Rotate, FirstMoment, Precondition, Grafting, WeightDecay, HeavyBall, Update}
	newton := c
	newton.Basis.By = Newton
	for name, x := range map[string]struct {
		c   Config
		bar float64
	}{"eigen": {eigen, 1e-11}, "moment in the basis": {inside, 1e-11}, "Newton": {newton, 1e-5}} {
		got := sequence(t, x.c, 9, []int{6, 4}, []int{3, 2, 4}, []int{5})
		for step := range want {
			for i := range want[step] {
				require.Less(t, apart(got[step][i], want[step][i]), x.bar, "%s, step %d", name, step+1)
			}
		}
	}
}

// TestMomentumInBasis: the first moment kept in the basis and re-expressed when that moves is the first
// moment of the original axes.
func TestMomentumInBasis(t *testing.T) {
	c := quick(SOAP())
	c.First, c.Basis.Start = First{}, 1
	outside := c
	outside.Order = []Stage{FirstMoment, Rotate, SecondMoment, Precondition, Update, WeightDecay, Statistics, Refresh}
	a, b := sequence(t, c, 14, []int{6, 4}, []int{3, 2, 4}), sequence(t, outside, 14, []int{6, 4}, []int{3, 2, 4})
	for step := range a {
		for i := range a[step] {
			require.Less(t, apart(a[step][i], b[step][i]), 1e-11, "step %d", step+1)
		}
	}
}

// TestMomentumWithEveryBasis: with a new basis in every step the moment is kept in the original axes, which is the moment
// in the basis up to roundings; a criterion that keeps nothing makes it stay in the basis.
func TestMomentumWithEveryBasis(t *testing.T) {
	c := SOAP()
	c.First, c.Basis.Start, c.Basis.Every = First{}, 1, 1
	require.False(t, c.compile().inBasis)
	inside := c
	inside.Basis.Tol = 1e-300
	require.True(t, inside.compile().inBasis)
	a, b := sequence(t, c, 14, []int{6, 4}, []int{3, 2, 4}), sequence(t, inside, 14, []int{6, 4}, []int{3, 2, 4})
	for step := range a {
		for i := range a[step] {
			require.Less(t, apart(a[step][i], b[step][i]), 1e-11, "step %d", step+1)
		}
	}
	at, err := PlanFor[float32](c, [][]int{{300, 500}})
	require.NoError(t, err)
	in, err := PlanFor[float32](inside, [][]int{{300, 500}})
	require.NoError(t, err)
	require.EqualValues(t, 2*300*500*(300+500), at.StepFlops-in.StepFlops)
	require.EqualValues(t, 4*300*500*(300+500), in.RefreshFlops-at.RefreshFlops)
}

// TestOrderOfColumns: permuting a basis together with its moments changes nothing but roundings.
func TestOrderOfColumns(t *testing.T) {
	c := SOAP()
	c.Basis.Every = 100
	p := newProblem[float64](42, []int{5, 4})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 4)
	q := p.copy()
	u, err := New(c, q.params, nil)
	require.NoError(t, err)
	u.copyState(o)
	perm := []int{3, 0, 4, 1, 2}
	from, to := &o.blocks[0], &u.blocks[0]
	for i, k := range perm {
		for j := range 4 {
			to.m[i*4+j], to.v[i*4+j] = from.m[k*4+j], from.v[k*4+j]
		}
		for r := range 5 {
			to.axes[0].q.Set(r, i, from.axes[0].q.At(r, k))
		}
	}
	before := p.copy()
	steps(t, o, p, 1)
	steps(t, u, q, 1)
	d := make([]float64, 20)
	for i := range d {
		d[i] = p.params[0].Value[i] - before.params[0].Value[i]
		require.InDelta(t, p.params[0].Value[i], q.params[0].Value[i], 4*5*0x1p-52*math.Max(1, norm(before.params[0].Value)))
	}
	require.NotZero(t, norm(d))
}

// A slot of a direction without gradient so far, and so without second moment, must not become that of one with momentum: with Carry Square
// the step that turns the basis is as large as those before, with Keep (EShampoo as published, the same but for Carry) 4.57 times that.
func TestFirstBasis(t *testing.T) {
	// Rows 4 to 7 are never seen, like tokens of a vocabulary; in ascending order their slots become those of the directions that are.
	largest := func(c Config) (before, turned float64) {
		c.LR, c.Decay.Rate, c.Basis.Start = 1, 0, 6
		p := newProblem[float64](44, []int{8, 6})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		x := rnd.New(45)
		for k := 1; k <= 6; k++ {
			old := slices.Clone(p.params[0].Value)
			for i := range p.params[0].Grad {
				p.params[0].Grad[i] = 0
				if i < 4*6 {
					p.params[0].Grad[i] = 1 + x.Normal()
				}
			}
			_, err := o.Step(1)
			require.NoError(t, err)
			before, turned = max(before, turned), 0
			for i, v := range p.params[0].Value {
				turned = max(turned, math.Abs(v-old[i]))
			}
		}
		return before, turned
	}
	c := EShampoo()
	before, turned := largest(c)
	require.Greater(t, turned, 4*before)
	c.Basis.Carry = Square
	before, turned = largest(c)
	require.Less(t, turned, 2*before)
}

// TestImproved: the improved presets follow their originals where nothing refreshes apart, and have
// descending eigenvalues.
func TestImproved(t *testing.T) {
	c := Improved(EShampoo())
	c.Basis.Every, c.Basis.Start = 2, 2
	p := newProblem[float64](43, []int{6, 6})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 8)
	for axis := range 2 {
		a := &o.blocks[0].axes[axis]
		last := math.Inf(1)
		for k := range 6 {
			// The Rayleigh quotient of column k.
			r := 0.0
			for i := range 6 {
				for j := range 6 {
					x := a.c.At(max(i, j), min(i, j))
					r += a.q.At(i, k) * x * a.q.At(j, k)
				}
			}
			require.Less(t, r, last*(1+1e-6))
			last = r
		}
	}
	require.Equal(t, AdamW(), Improved(AdamW()))
	require.Equal(t, Permute, Improved(SOAP()).Basis.Carry)
	require.Equal(t, Keep, Improved(KFAC()).Basis.Carry)
	require.Equal(t, Square, Improved(EShampoo()).Basis.Carry)
	require.Equal(t, Square, Improved(Adafactor()).Basis.Carry)
}
