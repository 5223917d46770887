package warmbench

import (
	"fmt"
	"math"
	"time"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// policies are the rows of the table; the first is what the others are compared with.
var policies = []struct {
	name    string
	rotated bool // the statistic is kept in the basis, as gradients are that an optimizer has rotated
	policy  linalg.RefreshPolicy
	budget  float64 // n³ operations
}{
	{name: "cold solves"},
	{name: "τ 0.1 keep or solve", policy: linalg.RefreshPolicy{Tol: 0.1}},
	{name: "τ 0.1 iterate", policy: linalg.RefreshPolicy{Tol: 0.1, Steps: 1}},
	{name: "τ 0.1 refine", policy: linalg.RefreshPolicy{Tol: 0.1, Refine: 2}},
	{name: "τ 0.1 partial", policy: linalg.RefreshPolicy{Tol: 0.1, Partial: true}},
	{name: "τ 0.1 partial, rotated", rotated: true, policy: linalg.RefreshPolicy{Tol: 0.1, Partial: true}},
	{name: "τ 0.01 keep or solve", policy: linalg.RefreshPolicy{Tol: 0.01}},
	{name: "τ 0.01 iterate", policy: linalg.RefreshPolicy{Tol: 0.01, Steps: 1}},
	{name: "τ 0.01 partial", policy: linalg.RefreshPolicy{Tol: 0.01, Partial: true}},
	{name: "τ 0.01 partial, rotated", rotated: true, policy: linalg.RefreshPolicy{Tol: 0.01, Partial: true}},
	{name: "τ 0.001 partial, rotated", rotated: true, policy: linalg.RefreshPolicy{Tol: 0.001, Partial: true}},
	{name: "iterate once (SOAP)", policy: linalg.RefreshPolicy{Steps: 1}},
	{name: "every 3rd", policy: linalg.RefreshPolicy{Every: 3}},
	{name: "never", policy: linalg.RefreshPolicy{Every: linalg.Never}},
	{name: "τ 0.01 partial, budget 4", policy: linalg.RefreshPolicy{Tol: 0.01, Partial: true}, budget: 4},
}

// betas are those of the averages.
var betas = [...]float64{0.9, 0.99, 0.999}

// row is what a policy did.
type row struct {
	eig       *linalg.SymEig[float32]
	b         linalg.Matrix[float32] // of rotated
	kinds     [5]int
	seconds   float64
	flops     float64
	sum, most float64
	calls     int
}

func (g *gradients) table(p *kernels.Pool, every int) error {
	total := make([][len(betas) + 1]float64, len(policies)) // by β, and of all
	most := make([]float64, len(policies))
	for _, s := range sides {
		steps := g.steps[s.param]
		if len(steps) == 0 {
			return fmt.Errorf("the model has no parameter %q", s.param)
		}
		shape := g.shape[s.param]
		n := shape[0]
		if s.t == kernels.Trans {
			n = shape[1]
		}
		for k, beta := range betas {
			rows, err := g.sequence(p, steps, shape, n, s.t, beta, every)
			if err != nil {
				return err
			}
			fmt.Printf("\n%s, β = %v, %d refreshes\n", s.name, beta, rows[0].calls)
			fmt.Printf("%-24s %6s %7s %8s %8s %6s %10s %10s %8s %8s %6s\n", "policy", "kept", "partial", "refined", "iterated", "solved", "mean", "largest", "n³", "ms", "ratio")
			for i, r := range rows {
				total[i][k] += r.seconds
				total[i][len(betas)] += r.seconds
				most[i] = math.Max(most[i], r.most)
				fmt.Printf("%-24s %6d %7d %8d %8d %6d %10.1e %10.1e %8.1f %8.2f %6.2f\n", policies[i].name, r.kinds[linalg.Kept], r.kinds[linalg.Partial], r.kinds[linalg.Refined], r.kinds[linalg.Iterated], r.kinds[linalg.Solved],
					r.sum/float64(r.calls), r.most, r.flops/float64(n*n*n), r.seconds*1e3, r.seconds/rows[0].seconds)
			}
		}
	}
	fmt.Printf("\nall together: time as a ratio to that of cold solves\n%-24s %10s %8s", "policy", "largest", "ms")
	for _, beta := range betas {
		fmt.Printf(" %8s", fmt.Sprintf("β %v", beta))
	}
	fmt.Printf(" %8s\n", "all")
	for i, q := range policies {
		fmt.Printf("%-24s %10.1e %8.2f", q.name, most[i], total[i][len(betas)]*1e3)
		for k, t := range total[i] {
			fmt.Printf(" %8.2f", t/total[0][k])
		}
		fmt.Println()
	}
	return nil
}

// sequence gives every policy the same matrices, one refresh after another.
func (g *gradients) sequence(p *kernels.Pool, steps [][]float32, shape []int, n int, t kernels.Transpose, beta float64, every int) ([]row, error) {
	rows := make([]row, len(policies))
	for i, q := range policies {
		q.policy.Budget = q.budget * float64(n*n*n)
		rows[i].eig = linalg.NewSymEig[float32](n, linalg.WithPool(p), linalg.WithRefresh(q.policy))
	}
	v := average{beta: beta, a: linalg.NewMatrix[float32](n, n), out: linalg.NewMatrix[float32](n, n)}
	w, b := linalg.NewMatrix[float32](n, n), linalg.NewMatrix[float32](n, n)
	turned := linalg.NewMatrix[float32](shape[0], shape[1])
	for step, grad := range steps {
		g := linalg.MatrixOf(shape[0], shape[1], grad)
		v.add(p, t, g)
		for i := range rows {
			if r := &rows[i]; r.b.Rows > 0 {
				// An optimizer has rotated the gradient already.
				if t == kernels.NoTrans {
					linalg.MatMul(p, turned, r.eig.VectorsT(), g)
				} else {
					linalg.MatMulNT(p, turned, g, r.eig.VectorsT())
				}
				linalg.Gram(p, r.b, t, float32(1-beta), turned, float32(beta))
			}
		}
		if (step+1)%every != 0 {
			continue
		}
		a := v.corrected()
		for i := range rows {
			r := &rows[i]
			var u linalg.Refresh
			var err error
			start := time.Now()
			if r.b.Rows > 0 {
				u, err = r.eig.UpdateRotated(r.b)
			} else {
				u, err = r.eig.Update(a)
			}
			elapsed := time.Since(start).Seconds()
			if err != nil {
				return nil, err
			}
			if step+1 == every { // the first: cold for all
				if policies[i].rotated {
					r.b = linalg.NewMatrix[float32](n, n)
					for j, x := range r.eig.Values() {
						r.b.Set(j, j, x*float32(v.bias))
					}
				}
				continue
			}
			// Measured anew, for every policy alike.
			c := linalg.Criterion(p, r.eig.Vectors(), a, w, b)
			r.calls++
			r.kinds[u.Kind]++
			r.seconds += elapsed
			r.flops += u.Flops
			r.sum += c
			r.most = math.Max(r.most, c)
		}
	}
	return rows, nil
}
