package train

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCrossing(t *testing.T) {
	law := func(a, b, beta float64) []endpoint {
		var e []endpoint
		for _, n := range []int{300, 450, 600} {
			e = append(e, endpoint{n, a + b*math.Pow(float64(n), -beta)})
		}
		return e
	}
	for _, c := range []struct{ a, b, beta float64 }{{1.2, 40, 0.8}, {0, 5, 0.2}, {1, 1e5, 2}, {3, -1e-3, -1}} {
		for _, n := range []float64{200, 300, 377, 600, 900} {
			got, ok := crossing(law(c.a, c.b, c.beta), c.a+c.b*math.Pow(n, -c.beta))
			require.True(t, ok)
			require.InEpsilon(t, n, got.Steps, 1e-6, "%+v", c)
			if n != 300 && n != 600 { // at an end rounding decides
				require.Equal(t, n < 300 || n > 600, got.Extrapolated)
			}
		}
	}
	// A logarithm is the limit β → 0.
	var logs []endpoint
	for _, n := range []int{300, 450, 600} {
		logs = append(logs, endpoint{n, 5 - math.Log(float64(n))})
	}
	got, ok := crossing(logs, 5-math.Log(500))
	require.True(t, ok)
	require.InEpsilon(t, 500, got.Steps, 1e-4)

	// Two endpoints, endpoints that do not fall, a loss below the asymptote.
	got, ok = crossing(law(1, 100, 1)[:2], 1+100./375)
	require.True(t, ok)
	require.InEpsilon(t, 375, got.Steps, 1e-9)
	_, ok = crossing([]endpoint{{300, 2}, {450, 2.1}, {600, 2.2}}, 2)
	require.False(t, ok)
	_, ok = crossing(law(1.2, 40, 0.8), 1.1)
	require.False(t, ok)
	_, ok = crossing(nil, 1)
	require.False(t, ok)

	// A bump in the middle, and a fall faster than any power kept: still an answer.
	for _, e := range [][]endpoint{{{300, 2}, {450, 2.1}, {600, 1.5}}, {{300, 2}, {450, 1.5}, {600, 1.6}}} {
		got, ok = crossing(e, 1.8)
		require.True(t, ok)
		require.False(t, math.IsNaN(got.Steps))
	}
}

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
