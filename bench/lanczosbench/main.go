// Package lanczosbench checks and times linalg.Lanczos on Laplacians of graphs, free and with linear constraints:
// feasibility and orthogonality after 64 steps, Ritz values after restarts against the dense solution, and the time of a
// step beside that of its product with the matrix.
package lanczosbench

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The bounds that decide the exit status.
const (
	maxViolation = 1e-12 // of max|CᵀV| / ‖C‖_F
	maxOrth      = 1e-12 // of ‖VᵀV − I‖_F
	maxError     = 1e-10 // of a Ritz value, relative to the largest eigenvalue
)

const (
	steps   = 64 // of the feasibility check
	pairs   = 8  // of the comparison with the dense solution, at each end
	columns = 20 // constraints
)

// Main runs the command and returns the exit status.
func Main(args []string) int {
	fs := flag.NewFlagSet("lanczos", flag.ContinueOnError)
	n := fs.Int("n", 1000, "nodes of each graph, at least 100")
	basis := fs.Int("basis", 64, "vectors of the basis between restarts")
	workers := fs.Int("workers", 1, "workers of the pool")
	dense := fs.Int("dense", 2000, "largest order at which the dense solution is computed")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if fs.NArg() > 0 || *n < 100 || *workers < 1 || *basis < steps || *basis > *n {
		fmt.Fprintf(os.Stderr, "lanczos: -n at least 100, -workers at least 1, -basis between %d and n, no arguments\n", steps)
		return 2
	}
	pool := kernels.NewPool(*workers)
	defer pool.Close()
	fmt.Printf("Lanczos on Laplacians, float64, tier %v, %d workers; %d steps, then %d pairs at each end with a basis of %d\n", pool.ISA(), *workers, steps, pairs, *basis)
	fmt.Println("violation max|CᵀV|/‖C‖_F and orthogonality ‖VᵀV−I‖_F after the steps; error of the Ritz values after restarts, relative to the largest eigenvalue;")
	fmt.Println("change: of the Ritz values by columns given twice; products with the matrix at the lower, upper end; time of a step of the first 64, of its product alone")
	fmt.Printf("%-22s %6s %7s %-9s %4s %10s %10s %10s %10s %12s %9s %9s\n", "graph", "nodes", "edges", "columns", "rank", "violation", "orth.", "error", "change", "products", "µs/step", "µs/prod.")
	ok := true
	for _, c := range cases(*n) {
		ok = c.run(pool, *basis, *dense) && ok
	}
	if !ok {
		fmt.Fprintln(os.Stderr, "lanczos: a bound was not met")
		return 1
	}
	return 0
}

func (g *problem) run(p *kernels.Pool, basis, dense int) bool {
	a := g.Laplacian()
	n := a.Rows
	ok := true
	for _, kind := range []string{"none", "ones", "Neumann"} {
		var c linalg.Matrix[float64]
		switch kind {
		case "none":
			c = linalg.NewMatrix[float64](n, 0)
		case "ones":
			c = linalg.NewMatrix[float64](n, 1)
			for i := range n {
				c.Set(i, 0, 1)
			}
		default:
			c = g.Neumann(g.boundary, func(y int) bool { return !slices.Contains(g.boundary, y) })
		}
		con := constraint(p, c)
		l := linalg.NewLanczos[float64](n, steps, basis, linalg.WithPool(p))
		l.Constrain(con)
		step := math.Inf(1)
		for range 5 {
			step = min(step, seconds(func() { check(l.Run(a, nil, 1, steps)) })/steps)
		}
		violation, orth := violation(c, l.VectorsT()), orthogonality(l.VectorsT())
		x, y := slices.Clone(l.VectorsT().Row(0)), make([]float64, n)
		product := math.Inf(1)
		for range 5 {
			product = min(product, seconds(func() { a.MulVec(p, y, x) }))
		}
		low, stepsLow := solve(l, a, linalg.Smallest)
		high, stepsHigh := solve(l, a, linalg.Largest)
		errText, change := "-", 0.0
		if n <= dense {
			e := compare(a, con, low, high)
			ok = ok && e <= maxError
			errText = fmt.Sprintf("%.1e", e)
		}
		if c.Cols > 0 {
			l.Constrain(constraint(p, twice(c)))
			again, _ := solve(l, a, linalg.Smallest)
			for i, v := range again {
				change = max(change, math.Abs(v-low[i])/high[0])
			}
			ok = ok && change <= maxError
		}
		ok = ok && violation <= maxViolation && orth <= maxOrth
		fmt.Printf("%-22s %6d %7d %-9s %4d %10.1e %10.1e %10s %10.1e %6d,%5d %9.2f %9.2f\n", g.Name, n, len(g.Edges()), kind, con.Rank(), violation, orth, errText, change, stepsLow, stepsHigh, step*1e6, product*1e6)
	}
	return ok
}

func check(err error) {
	if err != nil {
		panic(err) // graphs are finite and the bound on restarts is generous
	}
}

func constraint(p *kernels.Pool, c linalg.Matrix[float64]) *linalg.Constraint[float64] {
	s := linalg.NewConstraint[float64](c.Rows, c.Cols, linalg.WithPool(p))
	check(s.Factorize(c))
	return s
}

func solve(l *linalg.Lanczos[float64], a *linalg.CSR[float64], end linalg.End) ([]float64, int) {
	rep, err := l.Solve(a, linalg.LanczosGoal[float64]{K: pairs, End: end, Restarts: 100000})
	check(err)
	return slices.Clone(l.Values()), rep.Steps
}

// compare returns the largest error of the values at both ends, relative to the largest eigenvalue, against the dense
// eigenvalues of P·A·P − 2‖A‖·(I − P) without its lowest, which are those of the constraints.
func compare(a *linalg.CSR[float64], con *linalg.Constraint[float64], low, high []float64) float64 {
	n := a.Rows
	full, x, p := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	a.Dense(full)
	norm := 0.0
	for i := range n {
		norm = max(norm, 2*full.At(i, i))
	}
	p.Identity()
	q := con.Basis()
	if q.Rows > 0 {
		linalg.MatMulAdd(nil, p, kernels.Trans, kernels.NoTrans, -1, q, q, 1)
	}
	linalg.MatMul(nil, x, full, p)
	linalg.MatMul(nil, full, p, x)
	for i := range n {
		for j, v := range p.Row(i) {
			full.Data[i*full.Stride+j] += 2 * norm * v
		}
		full.Data[i*full.Stride+i] -= 2 * norm
	}
	s := linalg.NewSymEig[float64](n)
	check(s.Factorize(full))
	want := s.Values()[:n-con.Rank()]
	e := 0.0
	for i, v := range high {
		e = max(e, math.Abs(v-want[i]))
	}
	for i, v := range low {
		e = max(e, math.Abs(v-want[len(want)-len(low)+i]))
	}
	return e / want[0]
}

func violation(c, rows linalg.Matrix[float64]) float64 {
	if c.Cols == 0 {
		return 0
	}
	x := linalg.NewMatrix[float64](rows.Rows, c.Cols)
	linalg.MatMul(nil, x, rows, c)
	return float64(kernels.MaxAbs(nil, x.Data)) / linalg.FrobeniusNorm(nil, c)
}

func orthogonality(rows linalg.Matrix[float64]) float64 {
	g := linalg.NewMatrix[float64](rows.Rows, rows.Rows)
	linalg.MatMulNT(nil, g, rows, rows)
	for i := range g.Rows {
		g.Set(i, i, g.At(i, i)-1)
	}
	return linalg.FrobeniusNorm(nil, g)
}

// seconds returns the time of one call of f, from as many calls as some milliseconds need.
func seconds(f func()) float64 {
	for calls := 1; ; calls *= 4 {
		start := time.Now()
		for range calls {
			f()
		}
		if d := time.Since(start); d > 4*time.Millisecond {
			return d.Seconds() / float64(calls)
		}
	}
}
