package lanczosbench

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/graph"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// problem is a graph with the nodes of its Neumann columns.
type problem struct {
	*graph.Graph
	boundary []int
}

// cases are those of the table, graphs of about n nodes.
func cases(n int) []*problem {
	rows := int(math.Sqrt(float64(n) * 5 / 8))
	cols := n / rows
	grid := &problem{Graph: graph.Lattice(rows, cols, false)}
	for i := range min(columns, rows) {
		grid.boundary = append(grid.boundary, i*cols)
	}
	model := &problem{Graph: graph.BlockModel(rnd.New(1), n, 4, 12, 2)}
	regular := &problem{Graph: graph.RandomRegular(rnd.New(2), n, 4)}
	for i := range columns {
		model.boundary = append(model.boundary, i*n/columns)
		regular.boundary = append(regular.boundary, i*n/columns)
	}
	return []*problem{grid, model, regular}
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
