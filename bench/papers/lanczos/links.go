package lanczos

import (
	"fmt"

	"github.com/seed-4885aa59/eigenbasis/bench/graph"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
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
			out[kind] = append(out[kind], struct{ lambda, cross, diag float64 }{lambda / 8, x[0] * x[1], (x[0]*x[0] + x[1]*x[1]) / 2})
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

// prediction hides edges of a graph and predicts them: the table of areas and hits for each kind of constraints.
func prediction(r *paper.Run, g *graph.Graph, s sizes) (auc []float64, err error) {
	src := rnd.New(r.Seed ^ 0x5eed)
	edges := g.Edges()
	s.test = min(s.test, len(edges)/4)
	s.train = min(s.train, len(edges)/2)
	if free := g.Size()*(g.Size()-1)/2 - len(edges); s.test+s.train > free { // as many links that are none as there are
		s.test, s.train = free/4, free-free/4
	}
	for i, j := range permutation(src, len(edges)) {
		if j > i {
			edges[i], edges[j] = edges[j], edges[i]
		}
	}
	hidden, seen := edges[:s.test], edges[s.test:][:s.train]
	var none [][2]int
	taken := map[[2]int]bool{}
	for len(none) < s.test+s.train {
		u, v := src.Intn(g.Size()), src.Intn(g.Size())
		if u != v && !g.Has(u, v) && !taken[[2]int{u, v}] {
			taken[[2]int{u, v}], taken[[2]int{v, u}] = true, true
			none = append(none, [2]int{u, v})
		}
	}
	for _, e := range hidden {
		g.Unlink(e[0], e[1])
	}
	defer func() {
		for _, e := range hidden {
			g.Link(e[0], e[1])
		}
	}()
	samples := func(yes, no [][2]int) ([]link, error) {
		var out []link
		for i, e := range append(append([][2]int(nil), yes...), no...) {
			r.Progress("%s: link %d of %d", g.Name, i+1, len(yes)+len(no))
			x, err := describe(g, e[0], e[1], src)
			if err != nil {
				return nil, fmt.Errorf("%s, link %v: %w", g.Name, e, err)
			}
			out = append(out, link{x, i < len(yes)})
		}
		return out, nil
	}
	learn, err := samples(seen, none[s.test:])
	if err != nil {
		return nil, err
	}
	test, err := samples(hidden, none[:s.test])
	if err != nil {
		return nil, err
	}
	var table [][]string
	for _, row := range rows {
		r.Progress("%s: filter for %s", g.Name, row.name)
		n, err := train(learn, row.kinds, s.epochs, r.Seed)
		if err != nil {
			return nil, err
		}
		a, h := score(n, test, s.hits)
		auc = append(auc, a)
		table = append(table, []string{row.name, fmt.Sprintf("%.3f", a), fmt.Sprintf("%.3f", h)})
	}
	r.Table(fmt.Sprintf("%s: %d hidden edges among as many links that are none, learned from %d", g.Name, s.test, s.train), []string{"constraints", "AUC", fmt.Sprintf("hits@%d", s.hits)}, table)
	return auc, nil
}

// automorphic predicts links of graphs whose nodes are all alike. Whatever is computed for single nodes is the same for all
// of them, so that its scores tie; Ritz values under constraints that single out the ends of a link depend on how the ends lie to
// each other.
func automorphic(r *paper.Run, epochs int) error {
	graphs := []*graph.Graph{graph.Cycle(30), graph.Lattice(6, 6, true), graph.Circulant(32, 1, 5)}
	if r.Quick {
		graphs = graphs[:2]
	}
	src := rnd.New(r.Seed)
	var table [][]string
	for _, g := range graphs {
		var samples []link
		l := g.Laplacian()
		solver := linalg.NewLanczos[float64](g.Size(), 6, min(g.Size(), 30))
		n := g.Size()
		edges := g.Edges()
		for i := 0; i < 2*len(edges); i++ {
			r.Progress("%s: link %d of %d", g.Name, i+1, 2*len(edges))
			u, v := 0, 0
			if i < len(edges) {
				u, v = edges[i][0], edges[i][1]
			} else {
				for u == v || g.Has(u, v) {
					u, v = src.Intn(n), src.Intn(n)
				}
			}
			// Of the single nodes: Ritz values of Lanczos started at each.
			var nodes, pair spectrum
			solver.Constrain(nil)
			for _, x := range []int{u, v} {
				start := make([]float64, n)
				start[x] = 1
				if err := solver.Run(l, start, 0, 5); err != nil {
					return err
				}
				for _, lambda := range solver.Values() {
					nodes = append(nodes, struct{ lambda, cross, diag float64 }{lambda / 8, 0, 0})
				}
			}
			// Of the pair: the ends are the boundary of the rest.
			con, err := constraint(g.Neumann([]int{u, v}, func(y int) bool { return y != u && y != v }))
			if err != nil {
				return err
			}
			solver.Constrain(con)
			if _, err := solver.Solve(l, linalg.LanczosGoal[float64]{K: 6}); err != nil {
				return err
			}
			for _, lambda := range solver.Values() {
				pair = append(pair, struct{ lambda, cross, diag float64 }{lambda, 0, 0})
			}
			samples = append(samples, link{[]spectrum{nodes, pair}, i < len(edges)})
		}
		// Half of the links to learn from, every other one.
		var learn, test []link
		for i, s := range samples {
			if i%2 == 0 {
				learn = append(learn, s)
			} else {
				test = append(test, s)
			}
		}
		auc := make([]float64, 2)
		for kind := range auc {
			net, err := train(learn, []int{kind}, epochs, r.Seed)
			if err != nil {
				return err
			}
			auc[kind], _ = score(net, test, 10)
		}
		r.Near(fmt.Sprintf("%s: AUC of features of single nodes, which are all alike", g.Name), auc[0], 0.5, 1e-12)
		r.AtLeast(fmt.Sprintf("%s: AUC of Ritz values under Neumann constraints at the ends", g.Name), auc[1], 0.9)
		table = append(table, []string{g.Name, fmt.Sprint(len(test)), fmt.Sprintf("%.3f", auc[0]), fmt.Sprintf("%.3f", auc[1])})
	}
	r.Table("links between automorphic nodes", []string{"graph", "test links", "AUC, nodes", "AUC, constraints"}, table)
	return nil
}
