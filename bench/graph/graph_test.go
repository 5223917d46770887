package graph

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
)

// The graphs are what their names say: regular, strongly regular, and Laplacians are valid.
func TestGraphs(t *testing.T) {
	for _, g := range []*Graph{Rook(), Shrikhande()} {
		for u := range g.Size() {
			require.Len(t, g.Neighbours(u), 6)
			for v := range u {
				common := 0
				for _, w := range g.Neighbours(u) {
					if g.Has(v, w) {
						common++
					}
				}
				require.Equal(t, 2, common, "%s: %d, %d", g.Name, u, v)
			}
		}
	}
	regular := RandomRegular(rnd.New(1), 40, 4)
	for u := range 40 {
		require.Len(t, regular.Neighbours(u), 4)
	}
	block := BlockModel(rnd.New(2), 60, 6, 5, 2)
	inside := 0
	for _, e := range block.Edges() {
		if e[0]/10 == e[1]/10 {
			inside++
		}
	}
	require.Len(t, block.Edges(), 210)
	require.InDelta(t, 150, inside, 30) // 5 of 7
	for _, g := range []*Graph{regular, block, Path(5), Cycle(7), Lattice(3, 4, false), Lattice(3, 4, true), Circulant(9, 1, 3)} {
		l := g.Laplacian()
		require.NoError(t, l.Check())
		require.True(t, l.IsSymmetric())
		for u := range g.Size() {
			sum := 0.0
			for v := range g.Size() {
				sum += l.At(u, v)
			}
			require.Zero(t, sum)
		}
	}
	require.Len(t, Lattice(3, 4, false).Edges(), 17)
	require.Len(t, Lattice(3, 4, true).Edges(), 24)
	g := Cycle(5)
	g.Unlink(0, 4)
	require.Equal(t, Path(5).adj, g.adj)
}

// The enclosing subgraph has the nodes within two hops, nearest first, and not the link itself.
func TestEnclosing(t *testing.T) {
	g := Path(9)
	s, depth := g.Enclosing(3, 4, 2, 100)
	require.Equal(t, []int{0, 0, 1, 1, 2, 2}, depth)
	require.False(t, s.Has(0, 1))
	require.Equal(t, [][2]int{{0, 2}, {1, 3}, {2, 4}, {3, 5}}, s.Edges())
	s, _ = g.Enclosing(3, 4, 2, 4)
	require.Equal(t, 4, s.Size())
	// Neumann and vertex-deleted columns on a path of three with the ends outside.
	c := Path(3).Neumann([]int{0, 2}, func(y int) bool { return y == 1 })
	require.Equal(t, []float64{1, 0, -1, -1, 0, 1}, c.Data)
	require.Equal(t, []float64{0, 1, 1}, Path(3).VertexDeleted([]int{0}).Data)
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
	g, err := ReadEdges(name)
	require.NoError(t, err)
	require.Len(t, g.Edges(), 60)
	write("a b\nc\n")
	_, err = ReadEdges(name)
	require.ErrorContains(t, err, "line 2")
	write("a b\n")
	_, err = ReadEdges(name)
	require.ErrorContains(t, err, "50")
	_, err = ReadEdges(name + "x")
	require.ErrorContains(t, err, "pass a readable file")
	// A complete graph has no pair to tell from its edges.
	b.Reset()
	for i := range 12 {
		for j := range i {
			fmt.Fprintln(&b, i, j)
		}
	}
	write(b.String())
	_, err = ReadEdges(name)
	require.ErrorContains(t, err, "0 pairs of nodes without an edge")
}
