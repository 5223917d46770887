package lanczos

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// graph is undirected, without loops; neighbours ascend.
type graph struct {
	name string
	adj  [][]int
}

func newGraph(name string, n int) *graph { return &graph{name: name, adj: make([][]int, n)} }

func (g *graph) size() int { return len(g.adj) }

func (g *graph) has(u, v int) bool {
	_, ok := slices.BinarySearch(g.adj[u], v)
	return ok
}

// link adds the edge u–v unless it is there.
func (g *graph) link(u, v int) {
	if u == v || g.has(u, v) {
		return
	}
	g.insert(u, v)
	g.insert(v, u)
}

func (g *graph) insert(u, v int) {
	i, _ := slices.BinarySearch(g.adj[u], v)
	g.adj[u] = slices.Insert(g.adj[u], i, v)
}

// unlink removes the edge u–v.
func (g *graph) unlink(u, v int) {
	for range 2 {
		i, ok := slices.BinarySearch(g.adj[u], v)
		if ok {
			g.adj[u] = slices.Delete(g.adj[u], i, i+1)
		}
		u, v = v, u
	}
}

func (g *graph) edges() [][2]int {
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

// laplacian returns D − A.
func (g *graph) laplacian() *linalg.CSR[float64] {
	a := &linalg.CSR[float64]{Rows: g.size(), Cols: g.size(), Start: []int{0}}
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

func cycle(n int) *graph {
	g := newGraph(fmt.Sprintf("cycle of %d", n), n)
	for i := range n {
		g.link(i, (i+1)%n)
	}
	return g
}

func path(n int) *graph {
	g := newGraph(fmt.Sprintf("path of %d", n), n)
	for i := range n - 1 {
		g.link(i, i+1)
	}
	return g
}

func lattice(rows, cols int, torus bool) *graph {
	g := newGraph(fmt.Sprintf("grid %d×%d", rows, cols), rows*cols)
	if torus {
		g.name = fmt.Sprintf("torus %d×%d", rows, cols)
	}
	for i := range rows {
		for j := range cols {
			if torus || j+1 < cols {
				g.link(i*cols+j, i*cols+(j+1)%cols)
			}
			if torus || i+1 < rows {
				g.link(i*cols+j, (i+1)%rows*cols+j)
			}
		}
	}
	return g
}

// circulant links every i with i ± each jump.
func circulant(n int, jumps ...int) *graph {
	g := newGraph(fmt.Sprintf("circulant of %d, jumps %v", n, jumps), n)
	for i := range n {
		for _, j := range jumps {
			g.link(i, (i+j)%n)
		}
	}
	return g
}

// rook is the 4×4 rook's graph: cells of a row or a column are linked.
func rook() *graph {
	g := newGraph("rook 4×4", 16)
	for a := range 16 {
		for b := range a {
			if a/4 == b/4 || a%4 == b%4 {
				g.link(a, b)
			}
		}
	}
	return g
}

// shrikhande is the other strongly regular graph with these parameters: cells of a 4×4 torus at (0, ±1), (±1, 0), ±(1, 1).
func shrikhande() *graph {
	g := newGraph("Shrikhande", 16)
	for a := range 16 {
		for _, d := range [][2]int{{0, 1}, {1, 0}, {1, 1}} {
			g.link(a, (a/4+d[0])%4*4+(a%4+d[1])%4)
		}
	}
	return g
}

// blockModel is a stochastic block model with equal blocks; inside and outside are mean degrees.
func blockModel(r *rnd.Source, n, blocks, inside, outside int) *graph {
	g := newGraph(fmt.Sprintf("block model of %d", n), n)
	for made := 0; made < n*(inside+outside)/2; {
		u, v := r.Intn(n), r.Intn(n)
		if in := r.Intn(inside+outside) < inside; in != (u*blocks/n == v*blocks/n) || u == v || g.has(u, v) {
			continue
		}
		g.link(u, v)
		made++
	}
	return g
}

// edgeList reads a graph from a file: two names of nodes on a line, anything behind them is ignored, lines that begin with # or %
// are comments.
func edgeList(name string) (*graph, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	g := newGraph(name, 0)
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
			return nil, fmt.Errorf("%s, line %d: an edge is two names of nodes", name, line)
		}
		g.link(node(w[0]), node(w[1]))
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	if n := len(g.edges()); n < 50 {
		return nil, fmt.Errorf("%s has %d edges; link prediction needs 50", name, n)
	}
	return g, nil
}

// enclosing returns the subgraph of the nodes at most hops edges from u or v, without the link u–v, which would tell the answer,
// and the distance of each node; u is node 0 and v node 1. At most most nodes are taken, the nearest first.
func (g *graph) enclosing(u, v, hops, most int) (*graph, []int) {
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
	s := newGraph("", len(nodes))
	for i, x := range nodes {
		for _, w := range g.adj[x] {
			if j, ok := number[w]; ok && i < j && !(i == 0 && j == 1) {
				s.link(i, j)
			}
		}
	}
	return s, depth
}

// neumann returns a column for each node x of the boundary, Σ (f(x) − f(y)) over its neighbours y inside: S is where inner holds.
func (g *graph) neumann(boundary []int, inner func(v int) bool) linalg.Matrix[float64] {
	c := linalg.NewMatrix[float64](g.size(), len(boundary))
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

// vertexDeleted returns a column for each node x: the degrees that the others have without it, and 0 in its place.
func (g *graph) vertexDeleted(nodes []int) linalg.Matrix[float64] {
	c := linalg.NewMatrix[float64](g.size(), len(nodes))
	for j, x := range nodes {
		for y, vs := range g.adj {
			d := len(vs)
			if g.has(y, x) {
				d--
			}
			if y != x {
				c.Set(y, j, float64(d))
			}
		}
	}
	return c
}
