package precond

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// TestChangedGradient: a gradient that becomes unusable between GradSumSquares and Step enters no state, whatever the
// policy, the number of workers and the place, and Step says so.
func TestChangedGradient(t *testing.T) {
	turn := 0
	for name, c := range variants() {
		for _, workers := range []int{1, 3} {
			pool := kernels.NewPool(workers)
			for i, bad := range []float32{float32(math.NaN()), float32(math.Inf(-1)), 3e38} {
				if turn++; (turn+i)%3 != 0 { // one of the three for each variant and number of workers
					continue
				}
				p := newProblem[float32](27, []int{6, 5}, []int{3*chunk + 77}, []int{2 * chunk})
				if c.Shape.Vectors {
					// Long vectors would have a basis.
					c.Rules = []Rule{{MaxOrder: 1, MinLen: chunk, Axes: true}}
					if c.Diagonal.Of == DiagonalEigenvalues && c.Graft.Of == GraftNone {
						continue
					}
				}
				o, err := New(c, p.params, pool)
				require.NoError(t, err, name)
				steps(t, o, p, 4)
				p.gradients()
				o.GradSumSquares()
				p.params[1].Grad[2*chunk+5] = bad
				p.params[2].Grad[chunk] = bad
				before := p.copy()
				r, err := o.Step(1)
				var e *GradientError
				require.ErrorAs(t, err, &e, name)
				require.Equal(t, "p1", e.Param)
				require.Equal(t, bad == 3e38, e.Index < 0)
				if o.state[1].streamed {
					require.True(t, e.Changed)
					require.Contains(t, e.Error(), "after GradSumSquares")
					require.Equal(t, 3, r.Params)
					bits.Same(t, before.params[1].Value[2*chunk:3*chunk], p.params[1].Value[2*chunk:3*chunk], "%s: the part", name)
					require.NotEqual(t, before.params[1].Value[3*chunk:], p.params[1].Value[3*chunk:])
					require.NotEqual(t, before.params[0].Value, p.params[0].Value)
				} else {
					require.False(t, e.Changed) // read once more, before anything is written
					before.same(t, p, name)
				}
				p.finite(t, name)
				require.True(t, kernels.Finite(nil, o.memory), name)
				steps(t, o, p, 2)
				p.finite(t, name)
			}
			pool.Close()
		}
	}
}
