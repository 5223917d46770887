package scaling

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCrossing(t *testing.T) {
	law := func(a, b, beta float64) []Endpoint {
		var e []Endpoint
		for _, n := range []int{300, 450, 600} {
			e = append(e, Endpoint{n, a + b*math.Pow(float64(n), -beta)})
		}
		return e
	}
	for _, c := range []struct{ a, b, beta float64 }{{1.2, 40, 0.8}, {0, 5, 0.2}, {1, 1e5, 2}, {3, -1e-3, -1}} {
		for _, n := range []float64{200, 300, 377, 600, 900} {
			got, ok := Crossing(law(c.a, c.b, c.beta), c.a+c.b*math.Pow(n, -c.beta))
			require.True(t, ok)
			require.InEpsilon(t, n, got.Steps, 1e-6, "%+v", c)
			if n != 300 && n != 600 { // at an end rounding decides
				require.Equal(t, n < 300 || n > 600, got.Extrapolated)
			}
		}
	}
	// A logarithm is the limit β → 0.
	var logs []Endpoint
	for _, n := range []int{300, 450, 600} {
		logs = append(logs, Endpoint{n, 5 - math.Log(float64(n))})
	}
	got, ok := Crossing(logs, 5-math.Log(500))
	require.True(t, ok)
	require.InEpsilon(t, 500, got.Steps, 1e-4)

	// Two Endpoints, Endpoints that do not fall, a loss below the asymptote.
	got, ok = Crossing(law(1, 100, 1)[:2], 1+100./375)
	require.True(t, ok)
	require.InEpsilon(t, 375, got.Steps, 1e-9)
	_, ok = Crossing([]Endpoint{{300, 2}, {450, 2.1}, {600, 2.2}}, 2)
	require.False(t, ok)
	_, ok = Crossing(law(1.2, 40, 0.8), 1.1)
	require.False(t, ok)
	_, ok = Crossing(nil, 1)
	require.False(t, ok)

	// A bump in the middle, and a fall faster than any power kept: still an answer.
	for _, e := range [][]Endpoint{{{300, 2}, {450, 2.1}, {600, 1.5}}, {{300, 2}, {450, 1.5}, {600, 1.6}}} {
		got, ok = Crossing(e, 1.8)
		require.True(t, ok)
		require.False(t, math.IsNaN(got.Steps))
	}
}
