package lanczos

import (
	"github.com/seed-4885aa59/eigenbasis/bench/graph"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The kinds of constraints whose Ritz pairs a link has.
const (
	plain         = iota // none
	neumannKind          // of the two-hop nodes
	vertexDeleted        // of up to ten random nodes
	kinds
)

// rows of the table: which kinds a network sees.
var rows = []struct {
	name  string
	kinds []int
}{
	{"none", []int{plain}},
	{"Neumann", []int{plain, neumannKind}},
	{"vertex-deleted", []int{plain, vertexDeleted}},
	{"both", []int{plain, neumannKind, vertexDeleted}},
}

const (
	ritzPairs = 10 // as in the paper: at most ten eigenpairs
	columns   = 10 // vertex-deleted columns
	mostNodes = 120
)

// describe returns the spectra of the link u–v: Lanczos on its enclosing subgraph, started with u and v, from ritzPairs steps.
func describe(g *graph.Graph, u, v int, r *rnd.Source) ([]spectrum, error) {
	s, depth := g.Enclosing(u, v, 2, mostNodes)
	l := s.Laplacian()
	n := s.Size()
	var border, some []int
	for x, d := range depth {
		if d == 2 {
			border = append(border, x)
		}
	}
	for _, x := range permutation(r, n) {
		if len(some) < min(columns, n/2) {
			some = append(some, x)
		}
	}
	start := make([]float64, n)
	for i := range start {
		start[i] = 0.1
	}
	start[0], start[1] = 1, 1
	out := make([]spectrum, kinds)
	solver := linalg.NewLanczos[float64](n, min(n, ritzPairs), min(n, ritzPairs))
	for kind := range kinds {
		c := linalg.NewMatrix[float64](n, 0)
		switch kind {
		case neumannKind:
			c = s.Neumann(border, func(y int) bool { return depth[y] < 2 })
		case vertexDeleted:
			c = s.VertexDeleted(some)
		}
		con, err := constraint(c)
		if err != nil {
			return nil, err
		}
		solver.Constrain(con)
		k := min(ritzPairs, n-con.Rank())
		if err := solver.Run(l, start, 0, k); err != nil {
			return nil, err
		}
		for i, lambda := range solver.Values() {
			x := solver.VectorsT().Row(i)
			out[kind] = append(out[kind], struct{ lambda, cross, diag float64 }{lambda / 8, x[0] * x[1], (float64(x[0]*x[0]) + float64(x[1]*x[1])) / 2})
		}
	}
	return out, nil
}

func permutation(r *rnd.Source, n int) []int {
	p := make([]int, n)
	for i := range p {
		j := r.Intn(i + 1)
		p[i], p[j] = p[j], i
	}
	return p
}

// sizes of an experiment.
type sizes struct {
	train, test int // edges, and as many links that are none
	epochs      int
	hits        int
}
