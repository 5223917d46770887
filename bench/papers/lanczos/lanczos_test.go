package lanczos

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The gradient of the network is that of differences.
func TestGradient(t *testing.T) {
	r := rnd.New(3)
	var links []link
	for i := range 5 {
		l := link{make([]spectrum, 3), i%2 == 0}
		for k := range l.spectra {
			for range 4 {
				l.spectra[k] = append(l.spectra[k], struct{ lambda, cross, diag float64 }{r.Float64(), r.Normal(), r.Float64()})
			}
		}
		links = append(links, l)
	}
	b := newBatch(links, []int{2, 0})
	n := newNetwork([]int{2, 0}, b.most(), r)
	loss := func() float64 {
		sum := 0.0
		for i, z := range n.logits(b) {
			if !b.edge[i] {
				z = -z
			}
			sum += math.Log1p(math.Exp(-z)) / float64(len(links))
		}
		return sum
	}
	for _, p := range n.params() {
		for i := range p.Value {
			const h = 1e-6
			n.gradient(b)
			g := p.Grad[i]
			at := p.Value[i]
			p.Value[i] = at + h
			up := loss()
			p.Value[i] = at - h
			down := loss()
			p.Value[i] = at
			require.InDelta(t, (up-down)/(2*h), g, 1e-7, "%s, element %d", p.Name, i)
		}
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
