// Package graph holds the graphs of the experiments with Lanczos, their Laplacians and their constraint columns.
package graph

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Graph is undirected, without loops; neighbours ascend.
type Graph struct {
	Name string
	adj  [][]int
}

// New returns a graph of n nodes without edges.
func New(name string, n int) *Graph { return &Graph{Name: name, adj: make([][]int, n)} }

// Size returns the number of nodes.
func (g *Graph) Size() int { return len(g.adj) }

// Neighbours returns those of u, ascending.
func (g *Graph) Neighbours(u int) []int { return g.adj[u] }

// Has reports whether there is the edge u–v.
func (g *Graph) Has(u, v int) bool {
	_, ok := slices.BinarySearch(g.adj[u], v)
	return ok
}

// Link adds the edge u–v unless it is there.
func (g *Graph) Link(u, v int) {
	if u == v || g.Has(u, v) {
		return
	}
	g.insert(u, v)
	g.insert(v, u)
}

func (g *Graph) insert(u, v int) {
	i, _ := slices.BinarySearch(g.adj[u], v)
	g.adj[u] = slices.Insert(g.adj[u], i, v)
}

// Unlink removes the edge u–v.
func (g *Graph) Unlink(u, v int) {
	for range 2 {
		i, ok := slices.BinarySearch(g.adj[u], v)
		if ok {
			g.adj[u] = slices.Delete(g.adj[u], i, i+1)
		}
		u, v = v, u
	}
}

// Edges returns each edge once, the smaller node first.
func (g *Graph) Edges() [][2]int {
	var es [][2]int
	for u, vs := range g.adj {
		for _, v := range vs {
			if u < v {
				es = append(es, [2]int{u, v})
			}
		}
	}
	return es
}

// Laplacian returns D − A.
func (g *Graph) Laplacian() *linalg.CSR[float64] {
	a := &linalg.CSR[float64]{Rows: g.Size(), Cols: g.Size(), Start: []int{0}}
	for u, vs := range g.adj {
		placed := false
		diagonal := func() {
			a.Col, a.Val = append(a.Col, int32(u)), append(a.Val, float64(len(vs)))
			placed = true
		}
		for _, v := range vs {
			if v > u && !placed {
				diagonal()
			}
			a.Col, a.Val = append(a.Col, int32(v)), append(a.Val, -1)
		}
		if !placed {
			diagonal()
		}
		a.Start = append(a.Start, len(a.Val))
	}
	return a
}

// Cycle is the cycle of n nodes.
func Cycle(n int) *Graph {
	g := New(fmt.Sprintf("cycle of %d", n), n)
	for i := range n {
		g.Link(i, (i+1)%n)
	}
	return g
}

// Path is the path of n nodes.
func Path(n int) *Graph {
	g := New(fmt.Sprintf("path of %d", n), n)
	for i := range n - 1 {
		g.Link(i, i+1)
	}
	return g
}

// Lattice is a grid, or a torus if its borders are linked; node i·cols + j is at (i, j).
func Lattice(rows, cols int, torus bool) *Graph {
	g := New(fmt.Sprintf("grid %d×%d", rows, cols), rows*cols)
	if torus {
		g.Name = fmt.Sprintf("torus %d×%d", rows, cols)
	}
	for i := range rows {
		for j := range cols {
			if torus || j+1 < cols {
				g.Link(i*cols+j, i*cols+(j+1)%cols)
			}
			if torus || i+1 < rows {
				g.Link(i*cols+j, (i+1)%rows*cols+j)
			}
		}
	}
	return g
}

// Circulant links every i with i ± each jump.
func Circulant(n int, jumps ...int) *Graph {
	g := New(fmt.Sprintf("circulant of %d, jumps %v", n, jumps), n)
	for i := range n {
		for _, j := range jumps {
			g.Link(i, (i+j)%n)
		}
	}
	return g
}

// Rook is the 4×4 rook's graph: cells of a row or a column are linked.
func Rook() *Graph {
	g := New("rook 4×4", 16)
	for a := range 16 {
		for b := range a {
			if a/4 == b/4 || a%4 == b%4 {
				g.Link(a, b)
			}
		}
	}
	return g
}

// Shrikhande is the other strongly regular graph with these parameters: cells of a 4×4 torus at (0, ±1), (±1, 0), ±(1, 1).
func Shrikhande() *Graph {
	g := New("Shrikhande", 16)
	for a := range 16 {
		for _, d := range [][2]int{{0, 1}, {1, 0}, {1, 1}} {
			g.Link(a, (a/4+d[0])%4*4+(a%4+d[1])%4)
		}
	}
	return g
}

// BlockModel is a stochastic block model with equal blocks; inside and outside are mean degrees.
func BlockModel(r *rnd.Source, n, blocks, inside, outside int) *Graph {
	g := New(fmt.Sprintf("block model of %d", n), n)
	for range n * (inside + outside) / 2 {
		in := r.Intn(inside+outside) < inside
		u, v := r.Intn(n), r.Intn(n)
		for in != (u*blocks/n == v*blocks/n) || u == v || g.Has(u, v) {
			u, v = r.Intn(n), r.Intn(n)
		}
		g.Link(u, v)
	}
	return g
}

// RandomRegular gives each of n nodes d neighbours, d even: d/2 cycles through all nodes in random orders, drawn anew where one meets
// an edge of those before too often to be repaired by exchanging ends.
func RandomRegular(r *rnd.Source, n, d int) *Graph {
	g := New(fmt.Sprintf("random regular of %d", n), n)
	for range d / 2 {
		for !g.addCycle(r) {
		}
	}
	return g
}

// addCycle links all nodes in a cycle of random order, apart from a few exchanged ends, and reports whether that was possible.
func (g *Graph) addCycle(r *rnd.Source) bool {
	n := g.Size()
	order := make([]int, n)
	for i := range order {
		j := r.Intn(i + 1)
		order[i], order[j] = order[j], i
	}
	cycle := make([][2]int, n)
	for i, v := range order {
		cycle[i] = [2]int{v, order[(i+1)%n]}
	}
	count := func(e [2]int) int {
		k := 0
		for _, f := range cycle {
			if f == e || f == [2]int{e[1], e[0]} {
				k++
			}
		}
		return k
	}
	for i, e := range cycle {
		for try := 0; g.Has(e[0], e[1]); try++ {
			k := r.Intn(n)
			f := cycle[k]
			a, b := [2]int{e[0], f[0]}, [2]int{e[1], f[1]}
			if try == 100 {
				return false
			}
			if k != i && a[0] != a[1] && b[0] != b[1] && !g.Has(a[0], a[1]) && !g.Has(b[0], b[1]) && count(a)+count(b) == 0 {
				cycle[i], cycle[k], e = a, b, a
			}
		}
	}
	for _, e := range cycle {
		g.Link(e[0], e[1])
	}
	return true
}

// leastLinks is how many edges, and how many pairs without one, link prediction needs to learn anything.
const leastLinks = 50

// ReadEdges reads a graph from a file: two names of nodes on a line, anything behind them is ignored, lines that begin with # or %
// are comments.
func ReadEdges(name string) (*Graph, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w; pass a readable file", err)
	}
	defer f.Close()
	g := New(name, 0)
	number := map[string]int{}
	node := func(s string) int {
		i, ok := number[s]
		if !ok {
			i = len(g.adj)
			number[s] = i
			g.adj = append(g.adj, nil)
		}
		return i
	}
	s := bufio.NewScanner(f)
	for line := 1; s.Scan(); line++ {
		w := strings.Fields(s.Text())
		if len(w) == 0 || strings.HasPrefix(w[0], "#") || strings.HasPrefix(w[0], "%") {
			continue
		}
		if len(w) < 2 {
			return nil, fmt.Errorf("%s, line %d has one word; an edge is two names of nodes", name, line)
		}
		g.Link(node(w[0]), node(w[1]))
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w; pass a text file with an edge on each line", name, err)
	}
	n := len(g.Edges())
	if n < leastLinks {
		return nil, fmt.Errorf("%s has %d edges; link prediction needs %d", name, n, leastLinks)
	}
	if free := g.Size()*(g.Size()-1)/2 - n; free < leastLinks {
		return nil, fmt.Errorf("%s has %d pairs of nodes without an edge; link prediction needs %d", name, free, leastLinks)
	}
	return g, nil
}

// Enclosing returns the subgraph of the nodes at most hops edges from u or v, without the link u–v, which would tell the answer,
// and the distance of each node; u is node 0 and v node 1. At most most nodes are taken, the nearest first.
func (g *Graph) Enclosing(u, v, hops, most int) (*Graph, []int) {
	nodes, depth := []int{u, v}, []int{0, 0}
	number := map[int]int{u: 0, v: 1}
	for i := 0; i < len(nodes); i++ {
		if depth[i] == hops {
			break
		}
		for _, w := range g.adj[nodes[i]] {
			if _, ok := number[w]; !ok && len(nodes) < most {
				number[w] = len(nodes)
				nodes, depth = append(nodes, w), append(depth, depth[i]+1)
			}
		}
	}
	s := New("", len(nodes))
	for i, x := range nodes {
		for _, w := range g.adj[x] {
			if j, ok := number[w]; ok && i < j && !(i == 0 && j == 1) {
				s.Link(i, j)
			}
		}
	}
	return s, depth
}

// Neumann returns a column for each node x of the boundary, Σ (f(x) − f(y)) over its neighbours y inside: S is where inner holds.
func (g *Graph) Neumann(boundary []int, inner func(v int) bool) linalg.Matrix[float64] {
	c := linalg.NewMatrix[float64](g.Size(), len(boundary))
	for j, x := range boundary {
		for _, y := range g.adj[x] {
			if inner(y) {
				c.Set(x, j, c.At(x, j)+1)
				c.Set(y, j, -1)
			}
		}
	}
	return c
}

// VertexDeleted returns a column for each node x: the degrees that the others have without it, and 0 in its place.
func (g *Graph) VertexDeleted(nodes []int) linalg.Matrix[float64] {
	c := linalg.NewMatrix[float64](g.Size(), len(nodes))
	for j, x := range nodes {
		for y, vs := range g.adj {
			d := len(vs)
			if g.Has(y, x) {
				d--
			}
			if y != x {
				c.Set(y, j, float64(d))
			}
		}
	}
	return c
}
