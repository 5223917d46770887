package egop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The exact part of the paper holds for other seeds.
func TestIdentities(t *testing.T) {
	r := &paper.Run{Paper: Paper, Quick: true, Seed: 4}
	g := rnd.New(4)
	require.NoError(t, lowRank(r, g))
	for _, p := range []*problem{newQuadratic(g, 20, 2), newLogSumExp(g, 8), newLinear(g, []int{5, 6, 4}, 1, 30), newDigits(g, 3, 40)} {
		require.NoError(t, equivariance(r, p))
	}
	require.Equal(t, 14, len(r.Checks))
	for _, c := range r.Checks {
		require.False(t, c.Failed, "%s: %v", c.Name, c.Value)
		require.NotEqual(t, "not as expected", c.Status, c.Name)
	}
}

// Gradients of the problems are those of differences.
func TestGradients(t *testing.T) {
	g := rnd.New(5)
	for _, p := range []*problem{newQuadratic(g, 9, 2), newLogSumExp(g, 7), newLinear(g, []int{5, 6, 4}, 1, 30), newDigits(g, 3, 40)} {
		f := p.build()
		theta, grad := make([]float64, p.n), make([]float64, p.n)
		p.draw(g, theta)
		f.gradient(grad, theta)
		for i := 0; i < p.n; i += 1 + p.n/40 {
			const h = 1e-5
			at := theta[i]
			theta[i] = at + h
			up := f.loss(theta)
			theta[i] = at - h
			down := f.loss(theta)
			theta[i] = at
			require.InDelta(t, (up-down)/(2*h), grad[i], 1e-4*(1+abs(grad[i])), "%s, %d", p.name, i) // digits have kinks
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

// A run in a shared frame is the run that makes its own, to the bit.
func TestSharedFrame(t *testing.T) {
	p := newQuadratic(rnd.New(6), 12, 2)
	cfg := inner("Adam")
	cfg.LR = 0.1
	frame, err := dense.prepare(p, cfg, 9)
	require.NoError(t, err)
	a, b := &job{p: p, f: dense, cfg: cfg, steps: 20, seed: 9}, &job{p: p, f: dense, cfg: cfg, steps: 20, seed: 9, frame: frame}
	a.run()
	b.run()
	require.NoError(t, a.err)
	require.NoError(t, b.err)
	require.Equal(t, a.trace, b.trace)
	require.Equal(t, a.values, b.values)
}
