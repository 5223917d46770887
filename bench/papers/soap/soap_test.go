package soap

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
)

// The exact part of the paper holds for other seeds.
func TestIdentities(t *testing.T) {
	for seed := uint64(2); seed < 5; seed++ {
		r := &paper.Run{Paper: Paper, Quick: true, Seed: seed}
		require.NoError(t, identities(r))
		require.Greater(t, len(r.Checks), 10)
		for _, c := range r.Checks {
			require.False(t, c.Failed, "%s: %v", c.Name, c.Value)
			require.NotEqual(t, "not as expected", c.Status, c.Name)
		}
	}
}

func TestReach(t *testing.T) {
	// Between the budgets in the logarithm: half of the way from 1e-2 to 1e-4 is 1e-3.
	require.InDelta(t, (0.375+0.5)/2, reach([]float64{1, 1e-2, 1e-4, 1e-4, 1e-4, 1e-4}, 1e-3), 1e-12)
	require.Equal(t, 0.25, reach([]float64{1, 1, 1, 1, 1, 1}, 2))
	require.True(t, math.IsNaN(reach([]float64{1, 1, 1, 1, 1, 1}, 0.5)))
}
