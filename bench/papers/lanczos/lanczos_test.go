package lanczos

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The graphs are what their names say: regular, strongly regular, and Laplacians are valid.
func TestGraphs(t *testing.T) {
	for _, g := range []*graph{rook(), shrikhande()} {
		for u := range g.size() {
			require.Len(t, g.adj[u], 6)
			for v := range u {
				common := 0
				for _, w := range g.adj[u] {
					if g.has(v, w) {
						common++
					}
				}
				require.Equal(t, 2, common, "%s: %d, %d", g.name, u, v)
			}
		}
	}
	for _, g := range []*graph{path(5), cycle(7), lattice(3, 4, false), lattice(3, 4, true), circulant(9, 1, 3), blockModel(rnd.New(1), 40, 4, 4, 1)} {
		l := g.laplacian()
		require.NoError(t, l.Check())
		require.True(t, l.IsSymmetric())
		for u := range g.size() {
			sum := 0.0
			for v := range g.size() {
				sum += l.At(u, v)
			}
			require.Zero(t, sum)
		}
	}
	require.Len(t, lattice(3, 4, false).edges(), 17)
	require.Len(t, lattice(3, 4, true).edges(), 24)
	g := cycle(5)
	g.unlink(0, 4)
	require.Equal(t, path(5).adj, g.adj)
}

// The enclosing subgraph has the nodes within two hops, nearest first, and not the link itself.
func TestEnclosing(t *testing.T) {
	g := path(9)
	s, depth := g.enclosing(3, 4, 2, 100)
	require.Equal(t, []int{0, 0, 1, 1, 2, 2}, depth)
	require.False(t, s.has(0, 1))
	require.Equal(t, [][2]int{{0, 2}, {1, 3}, {2, 4}, {3, 5}}, s.edges())
	s, _ = g.enclosing(3, 4, 2, 4)
	require.Equal(t, 4, s.size())
	// Neumann and vertex-deleted columns on a path of three with the ends outside.
	c := path(3).neumann([]int{0, 2}, func(y int) bool { return y == 1 })
	require.Equal(t, []float64{1, 0, -1, -1, 0, 1}, c.Data)
	require.Equal(t, []float64{0, 1, 1}, path(3).vertexDeleted([]int{0}).Data)
}

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

func TestEdgeList(t *testing.T) {
	name := filepath.Join(t.TempDir(), "edges.txt")
	write := func(text string) { require.NoError(t, os.WriteFile(name, []byte(text), 0o644)) }
	var b strings.Builder
	b.WriteString("# a ring\n")
	for i := range 60 {
		b.WriteString(string(rune('A'+i)) + " " + string(rune('A'+(i+1)%60)) + " 1.5\n")
	}
	write(b.String())
	g, err := edgeList(name)
	require.NoError(t, err)
	require.Len(t, g.edges(), 60)
	write("a b\nc\n")
	_, err = edgeList(name)
	require.ErrorContains(t, err, "line 2")
	write("a b\n")
	_, err = edgeList(name)
	require.ErrorContains(t, err, "50")
	_, err = edgeList(name + "x")
	require.Error(t, err)
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
