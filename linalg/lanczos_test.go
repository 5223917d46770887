package linalg

import (
	"errors"
	"math"
	"testing"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// constrainedDense returns the eigenvalues, descending, of N·A·Nᵀ with orthonormal rows N that span {x : Cᵀx = 0}: what
// Lanczos must find, by other means.
func constrainedDense(t testing.TB, a *CSR[float64], c Matrix[float64]) []float64 {
	n := a.Rows
	full := NewMatrix[float64](n, n)
	a.Dense(full)
	nt := NewMatrix[float64](n, n) // columns
	nt.Identity()
	if c.Cols > 0 {
		// The eigenvectors of CCᵀ beyond its rank.
		cc, s := NewMatrix[float64](n, n), NewSymEig[float64](n)
		unitCols := c.Clone()
		for j := range c.Cols {
			var f float64
			for i := range n {
				f = math.Hypot(f, c.At(i, j))
			}
			for i := range n {
				unitCols.Set(i, j, c.At(i, j)/max(f, 1e-300))
			}
		}
		Gram(nil, cc, kernels.NoTrans, 1, unitCols, 0)
		must(t, s.Factorize(cc))
		rank := 0
		for rank < n && s.Values()[rank] > 1e-10 {
			rank++
		}
		nt = s.Vectors().Slice(0, rank, n, n-rank).Clone()
	}
	d := nt.Cols
	x, b, s := NewMatrix[float64](n, d), NewMatrix[float64](d, d), NewSymEig[float64](d)
	MatMul(nil, x, full, nt)
	MatMulTN(nil, b, nt, x)
	must(t, s.Factorize(b))
	return append([]float64(nil), s.Values()...)
}

// neumann returns the constraint columns Σ_{y∈S, y~x} (f(x) − f(y)) = 0 for the boundary nodes x of a graph
// with Laplacian a; inner says which nodes are in S.
func neumann[T kernels.Float](a *CSR[T], boundary []int, inner func(v int) bool) Matrix[T] {
	c := NewMatrix[T](a.Rows, len(boundary))
	for j, x := range boundary {
		for k := a.Start[x]; k < a.Start[x+1]; k++ {
			if y := int(a.Col[k]); y != x && inner(y) {
				c.Set(x, j, c.At(x, j)+1)
				c.Set(y, j, -1)
			}
		}
	}
	return c
}

func constraintOf[T kernels.Float](t testing.TB, c Matrix[T], opts ...Option) *Constraint[T] {
	s := NewConstraint[T](c.Rows, c.Cols, opts...)
	must(t, s.Factorize(c))
	return s
}

// violation returns max|CᵀV| / ‖C‖_F.
func violation[T kernels.Float](c, rows Matrix[T]) float64 {
	v := 0.0
	for i := range rows.Rows {
		for j := range c.Cols {
			var s float64
			for l := range c.Rows {
				s += float64(c.At(l, j)) * float64(rows.At(i, l))
			}
			v = max(v, math.Abs(s))
		}
	}
	return v / max(FrobeniusNorm(nil, c), 1e-300)
}

func rowOrthogonality[T kernels.Float](rows Matrix[T]) float64 {
	return diff64(mul64(dense64(rows, false), dense64(rows, true), rows.Rows, rows.Cols, rows.Rows), eye64(rows.Rows))
}

func TestConstraint(t *testing.T) { both(t, testConstraint[float32], testConstraint[float64]) }

func testConstraint[T kernels.Float](t *testing.T) {
	r := newRandom(7)
	eps := epsilon[T]()
	for _, d := range [][3]int{{0, 0, 0}, {3, 0, 0}, {1, 1, 1}, {5, 2, 2}, {40, 7, 7}, {40, 9, 4}, {6, 9, 6}, {100, 30, 11}} {
		n, l, rank := d[0], d[1], d[2]
		c := NewMatrix[T](n, l)
		for j := range l {
			for i := range n {
				if j < rank {
					c.Set(i, j, T(r.Normal()))
				}
			}
			if j >= rank && rank > 0 { // a combination of those before, on another scale
				for k := range rank {
					f := r.Normal()
					for i := range n {
						c.Set(i, j, c.At(i, j)+T(1e-6*f)*c.At(i, k))
					}
				}
			}
		}
		s := constraintOf(t, c)
		if s.Rank() != rank {
			t.Errorf("%v: rank %d", d, s.Rank())
		}
		if o := rowOrthogonality(s.Basis()); o > 4*float64(l+1)*eps {
			t.Errorf("%v: basis %v from orthonormal", d, o)
		}
		x := randomMatrix[T](r, 1, n, 0)
		s.Project(x.Data)
		if v := violation(c, x); v > 8*math.Sqrt(float64(n*l))*eps {
			t.Errorf("%v: violation %v after Project", d, v)
		}
		y := x.Clone()
		s.Project(y.Data)
		if e := diff64(dense64(x, false), dense64(y, false)); e > 8*math.Sqrt(float64(n))*eps {
			t.Errorf("%v: a second projection moves by %v", d, e)
		}
		noAllocs(t, "Constraint", func() {
			must(t, s.Factorize(c))
			s.Project(x.Data)
		})
		if n*l == 0 {
			continue
		}
		// A failed call changes nothing; scales mean nothing.
		keep := s.Basis().Clone()
		bad := c.Clone()
		bad.Set(n-1, l-1, T(math.NaN()))
		if s.Factorize(bad) == nil || s.Rank() != rank || bits.Diff(keep.Data, s.Basis().Clone().Data) != "" {
			t.Errorf("%v: NaN", d)
		}
		for _, f := range []float64{0x1p-140, 0x1p100} {
			g := NewMatrix[T](n, l)
			for i, v := range c.Data {
				g.Data[i] = T(float64(v) * f)
			}
			if f < 1 && is32[T]() { // subnormal: digits are lost, columns remain
				if s := constraintOf(t, g.Slice(0, 0, n, 1)); s.Rank() != 1 {
					t.Errorf("%v: rank of a subnormal column %d", d, s.Rank())
				}
				continue
			}
			if s := constraintOf(t, g); s.Rank() != rank {
				t.Errorf("%v, times %v: rank %d", d, f, s.Rank())
			}
		}
	}
}

// Sixty-four steps on graphs of a thousand nodes: the promise of the reference.
func TestLanczosSteps(t *testing.T) {
	const n, steps = 1000, 64
	grid := laplacian[float64](t, n, gridEdges(25, 40))
	boundary := []int{}
	for v := range n {
		if v%40 == 0 {
			boundary = append(boundary, v)
		}
	}
	c := neumann(grid, boundary, func(v int) bool { return v%40 > 0 })
	for name, con := range map[string]*Constraint[float64]{"": nil, "constrained": constraintOf(t, c)} {
		l := NewLanczos[float64](n, steps, steps)
		l.Constrain(con)
		must(t, l.Run(grid, nil, 1, steps))
		if o := rowOrthogonality(l.VectorsT()); o > 1e-12 {
			t.Errorf("%s: orthogonality %v", name, o)
		}
		if con != nil {
			if v := violation(c, l.VectorsT()); v > 1e-12 {
				t.Errorf("violation %v", v)
			}
		}
		checkResiduals(t, name, grid, con, l)
		if !slow() {
			noAllocs(t, "Run", func() { must(t, l.Run(grid, nil, 1, steps)) })
		}
	}
}

// checkResiduals compares the residuals that the recurrence has with those of the products.
func checkResiduals[T kernels.Float](t *testing.T, name string, a Operator[T], c *Constraint[T], l *Lanczos[T]) {
	t.Helper()
	r := make([]T, a.Dim())
	const big = 16 // at least the norm of the Laplacian of a graph with degrees up to 8
	for i, v := range l.Values() {
		x := l.VectorsT().Row(i)
		a.MulVec(nil, r, x)
		if c != nil {
			c.Project(r)
		}
		kernels.Axpy(nil, -v, x, r)
		if got, want := float64(kernels.Nrm2(nil, r)), l.Residuals()[i]; math.Abs(got-want) > 1e-2*want+float64(a.Dim())*epsilon[T]()*big {
			t.Errorf("%s: residual %d is %v, reported %v", name, i, got, want)
		}
	}
}

// TestLanczosSolve compares both ends with the dense solution on graphs with multiple eigenvalues, with and without
// constraints, and asks that dependent columns change nothing.
func TestLanczosSolve(t *testing.T) {
	type graph struct {
		name   string
		n      int
		edges  [][2]int
		border func(v int) bool
	}
	r := newRandom(3)
	random := [][2]int{}
	for i := range 120 {
		for range 3 {
			if j := r.Intn(120); j != i {
				random = append(random, [2]int{i, j})
			}
		}
	}
	graphs := []graph{
		{"square grid", 100, gridEdges(10, 10), func(v int) bool { return v%10 == 0 }},
		{"path", 60, gridEdges(1, 60), func(v int) bool { return v == 0 || v == 59 }},
		{"three paths", 90, append(append(gridEdges(1, 30), shift(gridEdges(1, 30), 30)...), shift(gridEdges(1, 30), 60)...), func(v int) bool { return v%30 == 0 }},
		{"random", 120, random, func(v int) bool { return v < 6 }},
	}
	if testing.Short() {
		graphs = graphs[1:3]
	}
	if slow() {
		graphs = graphs[1:]
	}
	for _, g := range graphs {
		a := laplacian[float64](t, g.n, g.edges)
		var border []int
		for v := range g.n {
			if g.border(v) {
				border = append(border, v)
			}
		}
		c := neumann(a, border, func(v int) bool { return !g.border(v) })
		twice := NewMatrix[float64](g.n, 2*c.Cols+1) // every column twice, and one of zeros
		for i := range g.n {
			for j := range c.Cols {
				twice.Set(i, j, c.At(i, j))
				twice.Set(i, 2*c.Cols-j, -3*c.At(i, j))
			}
		}
		ones := NewMatrix[float64](g.n, 1)
		for i := range g.n {
			ones.Set(i, 0, 1)
		}
		for name, c := range map[string]Matrix[float64]{"free": NewMatrix[float64](g.n, 0), "Neumann": c, "Neumann twice": twice, "ones": ones} {
			want := constrainedDense(t, a, c)
			for _, goal := range []LanczosGoal[float64]{{K: 1}, {K: 6}, {K: 6, End: Largest}, {K: 3, Seed: 9}} {
				l := NewLanczos[float64](g.n, 6, 30)
				con := constraintOf(t, c)
				l.Constrain(con)
				rep, err := l.Solve(a, goal)
				if err != nil {
					t.Errorf("%s, %s, %+v: %v", g.name, name, goal, err)
					continue
				}
				w := want[:goal.K]
				if goal.End == Smallest {
					w = want[len(want)-goal.K:]
				}
				for i, v := range l.Values() {
					if math.Abs(v-w[i]) > 1e-10 {
						t.Errorf("%s, %s, %+v: value %d is %v, want %v (%+v)", g.name, name, goal, i, v, w[i], rep)
					}
				}
				if o := rowOrthogonality(l.VectorsT()); o > 1e-12 {
					t.Errorf("%s, %s: orthogonality %v", g.name, name, o)
				}
				if v := violation(c, l.VectorsT()); v > 1e-12 {
					t.Errorf("%s, %s: violation %v", g.name, name, v)
				}
				checkResiduals(t, g.name+", "+name, a, con, l)
			}
		}
	}
}

func shift(edges [][2]int, by int) [][2]int {
	out := make([][2]int, len(edges))
	for i, e := range edges {
		out[i] = [2]int{e[0] + by, e[1] + by}
	}
	return out
}

func TestLanczosSmall(t *testing.T) { both(t, testLanczosSmall[float32], testLanczosSmall[float64]) }

// Orders from 1, all pairs: the dense solution. Identity, zero, low rank: invariant subspaces at every step.
func testLanczosSmall[T kernels.Float](t *testing.T) {
	r := newRandom(11)
	for _, n := range []int{1, 2, 3, 5, 12, 33} {
		for kind := range 4 {
			a := NewMatrix[T](n, n)
			switch kind {
			case 0:
				a = castTo[T](gram(r, n, n+2), 1)
			case 1:
				a.Identity()
			case 3:
				a = castTo[T](gram(r, n, 2), 1)
			}
			s := NewSymEig[T](n)
			must(t, s.Factorize(a))
			for _, k := range []int{1, min(2, n), n} {
				for _, m := range []int{min(n, k+3), n} {
					l := NewLanczos[T](n, k, m)
					for _, end := range []End{Smallest, Largest} {
						if _, err := l.Solve(&Symmetric[T]{a}, LanczosGoal[T]{K: k, End: end, Seed: uint64(n)}); err != nil {
							t.Errorf("n = %d, kind %d, k = %d, m = %d: %v", n, kind, k, m, err)
							continue
						}
						want := s.Values()[:k]
						if end == Smallest {
							want = s.Values()[n-k:]
						}
						for i, v := range l.Values() {
							if math.Abs(float64(v-want[i])) > 4*float64(n)*epsilon[T]()*math.Abs(float64(s.Values()[0])) {
								t.Errorf("n = %d, kind %d, k = %d of %d, m = %d: value %d is %v, want %v", n, kind, k, end, m, i, v, want[i])
							}
						}
						if o := rowOrthogonality(l.VectorsT()); o > 4*float64(n)*epsilon[T]() {
							t.Errorf("n = %d, kind %d, k = %d, m = %d: orthogonality %v", n, kind, k, m, o)
						}
					}
				}
			}
		}
	}
}

// The filter of a spectral network: V·f(R)·Vᵀ with f(λ) = λ^½ on all pairs is the root of the matrix.
func TestLanczosFilter(t *testing.T) {
	const n = 12
	a := castTo[float64](gram(newRandom(2), n, n+2), 1)
	l := NewLanczos[float64](n, n, n)
	must(t, l.Run(&Symmetric[float64]{a}, nil, 0, n))
	s := Spectral[float64]{Basis: l.Ritz(), D: l.Values()}
	x := NewMatrix[float64](n, n)
	x.Identity()
	work := make([]float64, s.Work(n))
	s.Apply(nil, x, x, Filter{Power: 0.5}, work)
	sq := NewMatrix[float64](n, n)
	MatMul(nil, sq, x, x)
	if e := diff64(dense64(sq, false), dense64(a, false)) / norm64(dense64(a, false)); e > 1e-13 {
		t.Errorf("the square of the root differs by %v", e)
	}
	// A part of the pairs: the complement is dropped, Q·Qᵀ is a projection.
	must(t, l.Run(&Symmetric[float64]{a}, nil, 0, 5))
	b := l.Ritz()
	v, y, z := randomVector[float64](newRandom(3), n), make([]float64, b.Len()), make([]float64, n)
	b.Forward(nil, y, v, nil)
	b.Inverse(nil, z, y, nil)
	y2 := make([]float64, b.Len())
	b.Forward(nil, y2, z, nil)
	for i := range y {
		if math.Abs(y[i]-y2[i]) > 1e-14 {
			t.Errorf("coordinate %d: %v, then %v", i, y[i], y2[i])
		}
	}
}

type badOperator struct{ n, at int }

func (b *badOperator) Dim() int { return b.n }
func (b *badOperator) MulVec(_ *kernels.Pool, y, x []float64) {
	copy(y, x)
	if b.at--; b.at < 0 {
		y[2] = math.NaN()
	}
}

func TestLanczosErrors(t *testing.T) {
	const n = 20
	a := laplacian[float64](t, n, gridEdges(4, 5))
	l := NewLanczos[float64](n, 4, 10)
	_, err := l.Solve(a, LanczosGoal[float64]{K: 3})
	must(t, err)
	values, rows := append([]float64(nil), l.Values()...), l.VectorsT().Clone()
	same := func(what string) {
		t.Helper()
		if bits.Diff(values, l.Values()) != "" || bits.Diff(rows.Data, l.VectorsT().Clone().Data) != "" {
			t.Errorf("%s: a failed call changed the result", what)
		}
	}
	var nan *NotFiniteError
	if err := l.Run(&badOperator{n, 0}, nil, 0, 4); !errors.As(err, &nan) || nan.Row != 0 || nan.Col != 2 {
		t.Errorf("NaN in a product: %v", err)
	}
	same("NaN in a product")
	start := make([]float64, n)
	start[3] = math.Inf(1)
	if err := l.Run(a, start, 0, 4); !errors.As(err, &nan) || nan.Col != 3 {
		t.Errorf("Inf in the start: %v", err)
	}
	var limit *LanczosError
	if _, err := l.Solve(a, LanczosGoal[float64]{K: 4, Restarts: 1, Tol: 1e-15}); !errors.As(err, &limit) || limit.Wanted != 4 {
		t.Errorf("too few restarts: %v", err)
	}
	same("too few restarts")
	ones := NewMatrix[float64](n, 1)
	for i := range n {
		ones.Set(i, 0, 1)
		start[i] = 1
	}
	l.Constrain(constraintOf(t, ones))
	if err := l.Run(a, start, 0, 4); !errors.Is(err, errStart) {
		t.Errorf("a start outside the constraints: %v", err)
	}
	all := NewMatrix[float64](n, n)
	all.Identity()
	for i := n - 3; i < n; i++ {
		all.Set(i, i, 0)
	}
	l.Constrain(constraintOf(t, all))
	var dim *LanczosDimensionError
	if err := l.Run(a, nil, 0, 4); !errors.As(err, &dim) || dim.Rank != n-3 {
		t.Errorf("3 dimensions: %v", err)
	}
	same("3 dimensions")
	must(t, l.Run(a, nil, 0, 3))
	for what, f := range map[string]func(){
		"k > m": func() { NewLanczos[float64](5, 4, 3) }, "m > n": func() { NewLanczos[float64](5, 4, 6) },
		"steps": func() { _ = l.Run(a, nil, 0, 5) }, "K": func() { _, _ = l.Solve(a, LanczosGoal[float64]{}) },
		"order": func() { _ = l.Run(&badOperator{3, 0}, nil, 0, 1) }, "start": func() { _ = l.Run(a, start[1:], 0, 1) },
		"result": func() { NewLanczos[float64](5, 1, 1).Values() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			f()
		}()
	}
}

func TestLanczosWorkers(t *testing.T) {
	if slow() {
		t.Skip("-short: workers are the same in every tier, and for the products alone package kernels has them")
	}
	// Large enough for the products and, from the 27th vector on, the Gram–Schmidt passes to be cut for workers.
	const n, steps = 10000, 32
	a := laplacian[float64](t, n, gridEdges(100, 100))
	c := NewMatrix[float64](n, 30)
	for i := range n {
		c.Set(i, i%30, 1)
	}
	run := func(p *kernels.Pool) []float64 {
		l := NewLanczos[float64](n, steps, steps, WithPool(p))
		l.Constrain(constraintOf(t, c, WithPool(p)))
		must(t, l.Run(a, nil, 1, steps))
		return append(append([]float64(nil), l.Values()...), l.VectorsT().Clone().Data...)
	}
	want := run(nil)
	for w := 2; w <= 3; w++ {
		p := kernels.NewPool(w)
		if s := bits.Diff(want, run(p)); s != "" {
			t.Errorf("%d workers: %s", w, s)
		}
		p.Close()
	}
}

func TestLanczosSolveAllocs(t *testing.T) {
	a := laplacian[float32](t, 100, gridEdges(10, 10))
	l := NewLanczos[float32](100, 4, 20)
	goal := LanczosGoal[float32]{K: 4}
	noAllocs(t, "Solve", func() {
		_, err := l.Solve(a, goal)
		must(t, err)
	})
}
