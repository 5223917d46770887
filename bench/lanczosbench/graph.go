package lanczosbench

import (
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// graph is undirected and has each edge once.
type graph struct {
	name     string
	n        int
	edges    [][2]int
	boundary []int // nodes of the Neumann columns
}

// graphs are those of the table, of about n nodes.
func graphs(n int) []graph {
	rows := int(math.Sqrt(float64(n) * 5 / 8))
	cols := n / rows
	grid := graph{name: "grid", n: rows * cols}
	for v := range grid.n {
		if (v+1)%cols > 0 {
			grid.edges = append(grid.edges, [2]int{v, v + 1})
		}
		if v+cols < grid.n {
			grid.edges = append(grid.edges, [2]int{v, v + cols})
		}
	}
	for i := range min(columns, rows) {
		grid.boundary = append(grid.boundary, i*cols)
	}
	sbm := blockModel(n, 4, 12, 2)
	regular := randomRegular(n, 4)
	for i := range columns {
		sbm.boundary = append(sbm.boundary, i*n/columns)
		regular.boundary = append(regular.boundary, i*n/columns)
	}
	return []graph{grid, sbm, regular}
}

// blockModel is a stochastic block model with equal blocks and the given mean degrees inside and outside of a block.
func blockModel(n, blocks, inside, outside int) graph {
	g := graph{name: "block model", n: n}
	r := rnd.New(1)
	seen := map[[2]int]bool{}
	for len(g.edges) < n*(inside+outside)/2 {
		i, j := r.Intn(n), r.Intn(n)
		// An edge inside is drawn with probability inside/(inside+outside).
		if in := r.Intn(inside+outside) < inside; in != (i*blocks/n == j*blocks/n) || i == j {
			continue
		}
		e := [2]int{min(i, j), max(i, j)}
		if !seen[e] {
			seen[e] = true
			g.edges = append(g.edges, e)
		}
	}
	return g
}

// randomRegular gives each node d edges: d/2 cycles through all nodes in random orders, without doubles.
func randomRegular(n, d int) graph {
	g := graph{name: "random regular", n: n}
	r := rnd.New(2)
	seen := map[[2]int]bool{}
	order := make([]int, n)
	for range d / 2 {
	draw:
		for i := range order {
			order[i] = i
			j := r.Intn(i + 1)
			order[i], order[j] = order[j], order[i]
		}
		cycle := make([][2]int, 0, n)
		for i, v := range order {
			w := order[(i+1)%n]
			cycle = append(cycle, [2]int{min(v, w), max(v, w)})
		}
		// Repair doubles by exchanging two ends; they are few.
		for i, e := range cycle {
			for seen[e] {
				k := r.Intn(n)
				f := cycle[k]
				a, b := [2]int{min(e[0], f[0]), max(e[0], f[0])}, [2]int{min(e[1], f[1]), max(e[1], f[1])}
				if k == i || a[0] == a[1] || b[0] == b[1] || seen[a] || seen[b] || slices.Contains(cycle, a) || slices.Contains(cycle, b) {
					continue
				}
				cycle[i], cycle[k], e = a, b, a
			}
		}
		for _, e := range cycle {
			if seen[e] {
				goto draw // an exchange reached an edge that had been looked at
			}
		}
		for _, e := range cycle {
			seen[e] = true
		}
		g.edges = append(g.edges, cycle...)
	}
	return g
}

// laplacian returns D − A.
func (g graph) laplacian() *linalg.CSR[float64] {
	var es []linalg.Entry[float64]
	for _, e := range g.edges {
		i, j := e[0], e[1]
		es = append(es, linalg.Entry[float64]{Row: i, Col: i, Val: 1}, linalg.Entry[float64]{Row: j, Col: j, Val: 1},
			linalg.Entry[float64]{Row: i, Col: j, Val: -1}, linalg.Entry[float64]{Row: j, Col: i, Val: -1})
	}
	a, err := linalg.NewCSR(g.n, g.n, es)
	check(err)
	return a
}

// neumann returns a column for each node x of the boundary: Σ (f(x) − f(y)) over its neighbours y inside.
func neumann(a *linalg.CSR[float64], boundary []int) linalg.Matrix[float64] {
	c := linalg.NewMatrix[float64](a.Rows, len(boundary))
	for j, x := range boundary {
		for k := a.Start[x]; k < a.Start[x+1]; k++ {
			if y := int(a.Col[k]); y != x && !slices.Contains(boundary, y) {
				c.Set(x, j, c.At(x, j)+1)
				c.Set(y, j, -1)
			}
		}
	}
	return c
}

// twice returns the columns of c and after them the same again, from the last to the first, times −3.
func twice(c linalg.Matrix[float64]) linalg.Matrix[float64] {
	d := linalg.NewMatrix[float64](c.Rows, 2*c.Cols)
	for i := range c.Rows {
		for j, v := range c.Row(i) {
			d.Set(i, j, v)
			d.Set(i, 2*c.Cols-1-j, -3*v)
		}
	}
	return d
}
