package purifying

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The exact part of the paper holds for other seeds.
func TestIdentities(t *testing.T) {
	for seed := uint64(2); seed < 4; seed++ {
		r := &paper.Run{Paper: Paper, Quick: true, Seed: seed}
		g := rnd.New(seed)
		for _, f := range []func(*paper.Run, *rnd.Source) error{criterion, rule, columnOrder, law, graft} {
			require.NoError(t, f(r, g))
		}
		require.Greater(t, len(r.Checks), 8)
		for _, c := range r.Checks {
			require.False(t, c.Failed, "%s: %v", c.Name, c.Value)
		}
	}
}
