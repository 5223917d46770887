package lanczos

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The gradient of the network is that of differences.
func TestGradient(t *testing.T) {
	r := rnd.New(3)
	n := newNetwork(2, r)
	l := link{spectra: make([]spectrum, 3)}
	for k := range l.spectra {
		for range 4 {
			l.spectra[k] = append(l.spectra[k], struct{ lambda, cross, diag float64 }{r.Float64(), r.Normal(), r.Float64()})
		}
	}
	which := []int{2, 0}
	n.logit(l, which, 1)
	for i, g := range n.grad {
		const h = 1e-6
		n.theta[i] += h
		up := n.logit(l, which, 0)
		n.theta[i] -= 2 * h
		down := n.logit(l, which, 0)
		n.theta[i] += h
		require.InDelta(t, (up-down)/(2*h), g, 1e-7)
	}
}

func TestScores(t *testing.T) {
	require.Equal(t, 0.5, rank([]float64{1, 1}, []float64{1, 1, 1}))
	require.Equal(t, 1.0, rank([]float64{2, 3}, []float64{1}))
	require.Equal(t, 0.25, rank([]float64{1, 3}, []float64{2, 3.5}))
	require.Equal(t, 0.5, above([]float64{1, 3}, []float64{2, 3.5}, 2))
	require.Equal(t, 0.0, above([]float64{1, 3}, []float64{2, 3.5}, 1))
}

// The exact part of the paper holds.
func TestIdentities(t *testing.T) {
	r := &paper.Run{Paper: Paper, Quick: true, Seed: 5}
	require.NoError(t, innerSolvers(r))
	require.NoError(t, spectra(r))
	require.Greater(t, len(r.Checks), 20)
	for _, c := range r.Checks {
		require.False(t, c.Failed, "%s: %v", c.Name, c.Value)
	}
}
