package train

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSchedule(t *testing.T) {
	s := newSchedule(600, 600)
	require.Equal(t, schedule{30, 420, 600}, s)
	require.InDelta(t, 1./30, s.at(0), 1e-15)
	require.Equal(t, 1.0, s.at(29))
	require.Equal(t, 1.0, s.at(420))
	require.InDelta(t, 1./180, s.at(599), 1e-15)
	require.Equal(t, []int{300, 450}, branchEnds(600))
	require.Equal(t, schedule{30, 210, 300}, newSchedule(600, 300))
	for n := 1; n < 700; n++ {
		s := newSchedule(n, n)
		for i := range n {
			require.Greater(t, s.at(i), 0.0)
			require.LessOrEqual(t, s.at(i), 1.0)
		}
		// Branches share the trunk up to their fork.
		for _, e := range branchEnds(n) {
			b := newSchedule(n, e)
			for i := range b.decay {
				require.Equal(t, s.at(i), b.at(i))
			}
		}
	}
}
