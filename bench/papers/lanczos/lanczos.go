// Package lanczos reproduces "Link Prediction with Lanczos under Linear Constraints" (LLwLC; Azizi, Kriege and Bischof
// 2024): eigenpairs of a graph's Laplacian on the null space of linear constraints tell apart what plain spectra and features of
// single nodes do not.
package lanczos

import (
	_ "embed"
	"fmt"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/graph"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

//go:embed calibration.json
var calibration []byte

// Paper is the reproduction.
var Paper = &paper.Paper{
	Name: "lanczos", Title: "LLwLC: link prediction by Lanczos with linear constraints (Azizi, Kriege and Bischof 2024)",
	Run: run, Calibration: calibration,
	Data: "an edge list, two names of nodes on a line",
	CheckData: func(name string) error {
		_, err := graph.ReadEdges(name)
		return err
	},
}

func run(r *paper.Run) error {
	for _, f := range []func(*paper.Run) error{feasibility, spectra, innerSolvers, stronglyRegular} {
		if err := f(r); err != nil {
			return err
		}
	}
	s := sizes{train: 500, test: 150, epochs: 600, hits: 20}
	if r.Quick {
		s = sizes{train: 80, test: 40, epochs: 400, hits: 10}
	}
	if err := automorphic(r, s.epochs); err != nil {
		return err
	}
	graphs := []*graph.Graph{graph.BlockModel(rnd.New(r.Seed), 300, 15, 8, 1), graph.Lattice(20, 20, false)}
	if r.Data != "" {
		g, err := graph.ReadEdges(r.Data)
		if err != nil {
			return err
		}
		graphs = append(graphs, g)
	}
	for i, g := range graphs {
		auc, err := prediction(r, g, s)
		if err != nil {
			return err
		}
		best := slices.Max(auc[1:])
		r.Claim(fmt.Sprintf("%s: AUC with constraints less AUC without", g.Name), best-auc[0], "> 0", paper.If(best > auc[0]))
		if i < 2 {
			r.Calibrated(fmt.Sprintf("%s: AUC without constraints", g.Name), auc[0])
			r.Calibrated(fmt.Sprintf("%s: AUC with both kinds", g.Name), auc[3])
		}
	}
	r.Note("The subgraph around a link is taken without the link itself, at most %d nodes; λ enters the filter as λ/8. The links of a block model do not depend on their Neumann columns, so no gain is asserted there.", mostNodes)
	return nil
}

// feasibility is the state after 64 steps on a graph of 1000 nodes, and the memory of a step.
func feasibility(r *paper.Run) error {
	const steps = 64
	g := graph.Lattice(25, 40, false)
	var border []int
	for v := 0; v < g.Size(); v += 40 {
		border = append(border, v)
	}
	c := g.Neumann(border, func(y int) bool { return y%40 > 0 })
	con, err := constraint(c)
	if err != nil {
		return err
	}
	l := g.Laplacian()
	s := linalg.NewLanczos[float64](g.Size(), steps, steps)
	s.Constrain(con)
	if err := s.Run(l, nil, r.Seed, steps); err != nil {
		return err
	}
	v := s.VectorsT()
	x, gram := linalg.NewMatrix[float64](steps, c.Cols), linalg.NewMatrix[float64](steps, steps)
	linalg.MatMul(nil, x, v, c)
	linalg.MatMulNT(nil, gram, v, v)
	worst := 0.0
	for _, e := range x.Data {
		worst = max(worst, math.Abs(e))
	}
	for i := range steps {
		gram.Set(i, i, gram.At(i, i)-1)
	}
	r.AtMost("‖CᵀV‖_max/‖C‖ after 64 steps on 1000 nodes", worst/linalg.FrobeniusNorm(nil, c), 1e-12)
	r.AtMost("‖VᵀV − I‖ there", linalg.FrobeniusNorm(nil, gram), 1e-12)
	var failed error
	least := paper.Allocations(func() {
		if err := s.Run(l, nil, r.Seed, steps); err != nil {
			failed = err
		}
	})
	if failed != nil {
		return failed
	}
	r.AtMost("allocations of 64 steps", least, 0)
	return nil
}

// spectra compares constrained Ritz values with dense solutions on graphs with Neumann constraints.
func spectra(r *paper.Run) error {
	var table [][]string
	for _, t := range []struct {
		g      *graph.Graph
		border []int
	}{{graph.Path(60), []int{0, 59}}, {graph.Cycle(60), []int{0, 20, 40}}, {graph.Lattice(8, 9, false), []int{0, 9, 18, 27, 36, 45, 54, 63}}} {
		l := t.g.Laplacian()
		n := t.g.Size()
		c := t.g.Neumann(t.border, func(y int) bool { return !slices.Contains(t.border, y) })
		twice := linalg.NewMatrix[float64](n, 2*c.Cols)
		ones := linalg.NewMatrix[float64](n, 1)
		for i := range n {
			for j := range c.Cols {
				twice.Set(i, j, c.At(i, j))
				twice.Set(i, 2*c.Cols-1-j, -3*c.At(i, j))
			}
			ones.Set(i, 0, 1)
		}
		least := map[string]float64{}
		second, repeated := 0.0, 0.0
		var neumann []float64
		for _, k := range []struct {
			name string
			c    linalg.Matrix[float64]
		}{{"free", linalg.NewMatrix[float64](n, 0)}, {"Neumann", c}, {"Neumann twice", twice}, {"ones", ones}} {
			con, err := constraint(k.c)
			if err != nil {
				return err
			}
			want, err := dense(l, con)
			if err != nil {
				return err
			}
			s := linalg.NewLanczos[float64](n, 4, 30)
			s.Constrain(con)
			worst := 0.0
			var both [2][]float64
			for i, end := range []linalg.End{linalg.Smallest, linalg.Largest} {
				if _, err := s.Solve(l, linalg.LanczosGoal[float64]{K: 4, End: end, Seed: r.Seed}); err != nil {
					return err
				}
				both[i] = slices.Clone(s.Values())
				for j, v := range both[i] {
					w := want[j]
					if end == linalg.Smallest {
						w = want[len(want)-4+j]
					}
					worst = max(worst, math.Abs(v-w))
				}
			}
			r.AtMost(fmt.Sprintf("%s, %s: extreme Ritz values against the dense solution", t.g.Name, k.name), worst, 1e-10)
			least[k.name] = both[0][3]
			switch k.name {
			case "free":
				second = both[0][2]
				// Constraints of no columns are no constraints, to the bit.
				s.Constrain(nil)
				if _, err := s.Solve(l, linalg.LanczosGoal[float64]{K: 4, Seed: r.Seed}); err != nil {
					return err
				}
				differ := 0.0
				for j, v := range s.Values() {
					differ = max(differ, math.Abs(v-both[0][j]))
				}
				r.AtMost(t.g.Name+": constraints without columns against none", differ, 0)
			case "Neumann":
				neumann = both[0]
			case "Neumann twice":
				for j, v := range both[0] {
					repeated = max(repeated, math.Abs(v-neumann[j]))
				}
			}
			table = append(table, []string{t.g.Name, k.name, fmt.Sprint(con.Rank()), fmt.Sprintf("%.6f", both[0][3]), fmt.Sprintf("%.6f", both[0][2]), fmt.Sprintf("%.6f", both[1][0])})
		}
		r.AtMost(t.g.Name+": change by columns given twice", repeated, 1e-10)
		r.AtMost(t.g.Name+": λ₁ under the constraint of ones against λ₂ without", math.Abs(least["ones"]-second), 1e-10)
	}
	r.Table("constrained spectra", []string{"graph", "constraints", "rank", "least", "next", "largest"}, table)
	return nil
}

// innerSolvers compares the tridiagonal matrices of the two inner solvers, and the Ritz values with those of linalg.Lanczos.
func innerSolvers(r *paper.Run) error {
	const steps = 20
	g := graph.Lattice(12, 15, false)
	var border []int
	for v := 0; v < g.Size(); v += 15 {
		border = append(border, v)
	}
	c := g.Neumann(border, func(y int) bool { return y%15 > 0 })
	con, err := constraint(c)
	if err != nil {
		return err
	}
	l := g.Laplacian()
	start := make([]float64, g.Size())
	rnd.Uniform(rnd.New(r.Seed), start)
	a1, b1 := outer(l, byQR(con), start, steps)
	var failed error
	a2, b2 := outer(l, byLSQR(c, 1e-10, &failed), start, steps)
	if failed != nil {
		return failed
	}
	worst := 0.0
	for i := range a1 {
		worst = max(worst, math.Abs(a1[i]-a2[i]), math.Abs(b1[i]-b2[i]))
	}
	r.AtMost("T by inner LSQR at 1e-10 against T by inner QR, 20 steps", worst, 1e-8)
	t := linalg.NewTridiagonal[float64](steps)
	if err := t.Factorize(a1, b1[:steps-1]); err != nil {
		return err
	}
	s := linalg.NewLanczos[float64](g.Size(), steps, steps)
	s.Constrain(con)
	if err := s.Run(l, start, 0, steps); err != nil {
		return err
	}
	worst = 0
	for i, v := range s.Values() {
		worst = max(worst, math.Abs(v-t.Values()[i]))
	}
	r.AtMost("Ritz values of linalg.Lanczos against the listing", worst, 1e-10)
	return nil
}

// stronglyRegular counts the constrained spectra of the rook's graph and the Shrikhande graph over all sets of one to four
// vertex-deleted columns. They depend on the subgraph that the chosen vertices induce, so it takes the complete one of four,
// which the Shrikhande graph has not, to tell them apart.
func stronglyRegular(r *paper.Run) error {
	a, b := graph.Rook(), graph.Shrikhande()
	want := [][2]int{{1, 1}, {2, 2}, {4, 4}, {9, 10}}
	var table [][]string
	apart := 0 // spectra that only one of them has, up to 3 columns
	for size := 1; size <= 4; size++ {
		sa, err := distinct(r, a, size)
		if err != nil {
			return err
		}
		sb, err := distinct(r, b, size)
		if err != nil {
			return err
		}
		common := 0
		for _, x := range sa {
			if slices.ContainsFunc(sb, func(y []float64) bool { return same(x, y) }) {
				common++
			}
		}
		r.Near(fmt.Sprintf("distinct spectra of the rook's graph, %d columns", size), float64(len(sa)), float64(want[size-1][0]), 0)
		r.Near(fmt.Sprintf("distinct spectra of the Shrikhande graph, %d columns", size), float64(len(sb)), float64(want[size-1][1]), 0)
		if size < 4 {
			apart += len(sa) + len(sb) - 2*common
		}
		table = append(table, []string{fmt.Sprint(size), fmt.Sprint(len(sa)), fmt.Sprint(len(sb)), fmt.Sprint(common)})
		if size == 4 {
			r.Claim("spectra of 4 columns that only one of the two has", float64(len(sa)+len(sb)-2*common), "> 0", paper.If(len(sa)+len(sb) > 2*common))
			r.Near("spectra of up to 3 columns that only one of the two has", float64(apart), 0, 0)
		}
	}
	r.Table("distinct spectra of P·L·P over all sets of vertex-deleted columns", []string{"columns", "rook", "Shrikhande", "in common"}, table)
	all := make([]int, 16)
	for i := range all {
		all[i] = i
	}
	con, err := constraint(a.VertexDeleted(all))
	if err != nil {
		return err
	}
	r.Near("rank of all 16 columns: nothing is left", float64(con.Rank()), 16, 0)
	return nil
}

func same(x, y []float64) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if math.Abs(x[i]-y[i]) > 1e-8 {
			return false
		}
	}
	return true
}

// distinct returns the different spectra over all sets of that many vertex-deleted columns, by Lanczos to the end of the space.
func distinct(r *paper.Run, g *graph.Graph, size int) ([][]float64, error) {
	l := g.Laplacian()
	n := g.Size()
	s := linalg.NewLanczos[float64](n, n, n)
	var out [][]float64
	set := make([]int, size)
	for i := range set {
		set[i] = i
	}
	for {
		con, err := constraint(g.VertexDeleted(set))
		if err != nil {
			return nil, err
		}
		s.Constrain(con)
		if _, err := s.Solve(l, linalg.LanczosGoal[float64]{K: n - con.Rank(), Seed: r.Seed}); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(x []float64) bool { return same(x, s.Values()) }) {
			out = append(out, slices.Clone(s.Values()))
		}
		// The next set in lexicographic order.
		i := size - 1
		for i >= 0 && set[i] == n-size+i {
			i--
		}
		if i < 0 {
			return out, nil
		}
		set[i]++
		for j := i + 1; j < size; j++ {
			set[j] = set[j-1] + 1
		}
	}
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
