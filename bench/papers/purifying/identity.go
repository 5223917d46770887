package purifying

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// columnOrder compares one orthogonal iteration from a good basis in descending and in ascending order of the eigenvalues.
func columnOrder(r *paper.Run, g *rnd.Source) error {
	sizes := []int{8, 16, 32, 64, 128, 256}
	if r.Quick {
		sizes = sizes[:4]
	}
	var rows [][]string
	worst, rest, best := 0.0, 0.0, math.Inf(1)
	for _, n := range sizes {
		m, q := regression.Spectrum(n, 1, g)
		start, before, err := nearly(m, q, g)
		if err != nil {
			return err
		}
		w, b := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
		qr := linalg.NewQR[float64](n, n)
		step := func(q linalg.Matrix[float64]) (float64, error) {
			linalg.MatMul(nil, w, m, q)
			if err := qr.Factorize(w); err != nil {
				return 0, err
			}
			next := linalg.NewMatrix[float64](n, n)
			qr.QTo(next)
			return linalg.Criterion(nil, next, m, w, b), nil
		}
		down, err := step(start)
		if err != nil {
			return err
		}
		up, err := step(reversed(start))
		if err != nil {
			return err
		}
		worst, best = max(worst, down/before), min(best, up/before)
		if n > sizes[0] {
			rest = max(rest, down/before)
		}
		rows = append(rows, []string{fmt.Sprint(n), fmt.Sprintf("%.4f", before), fmt.Sprintf("%.5f", down), fmt.Sprintf("%.4f", up)})
	}
	r.Table("Criterion before and after one orthogonal iteration, eigenvalues 1/k", []string{"n", "before", "descending", "ascending"}, rows)
	r.AtMost("one iteration in descending order multiplies the criterion by at most", worst, 1)
	r.Claim(fmt.Sprintf("the same: at most a quarter, from n = %d", sizes[0]), worst, "≤ 0.25", paper.If(worst <= 0.25))
	r.Claim(fmt.Sprintf("the same: at most a quarter, from n = %d", sizes[1]), rest, "≤ 0.25", paper.If(rest <= 0.25))
	r.Control("one iteration in ascending order multiplies the criterion by at least", best, "> 1: it moves away from the eigenvectors", best > 1)
	return nil
}

// criterion checks the measure of staleness against its dense definition, and after a full decomposition.
func criterion(r *paper.Run, g *rnd.Source) error {
	worst, fresh := 0.0, 0.0
	for _, n := range []int{3, 16, 50} {
		m, _ := regression.Spectrum(n, 1, g)
		q := regression.Rotation(n, g)
		w, b := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
		c := linalg.Criterion(nil, q, m, w, b)
		// ‖A − Q·diag(B)·Qᵀ‖/‖A‖
		scaled := q.Clone()
		for i := range n {
			for j := range n {
				scaled.Set(i, j, q.At(i, j)*b.At(j, j))
			}
		}
		rest := linalg.NewMatrix[float64](n, n)
		linalg.MatMulNT(nil, rest, scaled, q)
		for i := range rest.Data {
			rest.Data[i] -= m.Data[i]
		}
		worst = max(worst, math.Abs(c-linalg.FrobeniusNorm(nil, rest)/linalg.FrobeniusNorm(nil, m)))
		e := linalg.NewSymEig[float64](n)
		if err := e.Factorize(m); err != nil {
			return err
		}
		fresh = max(fresh, linalg.Criterion(nil, e.Vectors(), m, w, b))
	}
	r.AtMost("criterion against ‖A − Q·diag(B)·Qᵀ‖/‖A‖", worst, 1e-10)
	r.AtMost("criterion after a full decomposition", fresh, 1e-12)
	return nil
}

// rule: with a tolerance τ a factor is decomposed at exactly the steps where the criterion of its last basis is above τ.
func rule(r *paper.Run, g *rnd.Source) error {
	const n, steps, tol = 12, 120, 0.1
	cfg := eshampoo(1)
	cfg.Basis.Tol, cfg.LR = tol, 0.03
	p := regression.New(n, 1.5, true, 32*steps, g.Uint64())
	a, w, b := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	var old [2]linalg.Matrix[float64]
	wrong, refreshed := 0, 0
	job := &regression.Job{Problem: p, Config: cfg, Steps: steps, Batch: 32}
	job.Watch = func(int, precond.Report) {
		factors := [2][]float64{}
		for name, t := range job.Opt.Tensors() {
			for k := range factors {
				if name == fmt.Sprintf("w/factor.%d", k) {
					factors[k] = t.F64
				}
			}
		}
		for k := range old {
			now := job.Opt.Basis(0, k).Clone()
			changed := !slices.Equal(old[k].Data, now.Data)
			if old[k].Rows > 0 {
				linalg.Copy(a, linalg.MatrixOf(n, n, factors[k]))
				linalg.Mirror(nil, kernels.Lower, a)
				if (linalg.Criterion(nil, old[k], a, w, b) > tol) != changed {
					wrong++
				}
				if changed {
					refreshed++
				}
			}
			old[k] = now
		}
	}
	if job.Run(); job.Err != nil {
		return job.Err
	}
	r.AtMost(fmt.Sprintf("steps at which a factor is decomposed although its criterion is at most τ, or is not although it is above (%d decompositions in %d steps)", refreshed, steps), float64(wrong), 0)
	return nil
}

// law measures ‖U‖ of each rule over Adam's on a fresh gradient of independent entries, with statistics averaged over many
// draws (lemma of the paper): (mn)^(−¼) for Shampoo, 1 for the others.
func law(r *paper.Run, g *rnd.Source) error {
	draws := 2000
	if r.Quick {
		draws = 1000
	}
	var rows [][]string
	worst := map[string]float64{}
	for _, s := range [][2]int{{8, 8}, {16, 24}, {32, 8}, {48, 64}} {
		m, n := s[0], s[1]
		seed := g.Uint64()
		l, rr := linalg.NewMatrix[float64](m, m), linalg.NewMatrix[float64](n, n)
		x := linalg.NewMatrix[float64](m, n)
		d := make([]float64, m*n)
		w := 1 / float64(draws)
		h := rnd.New(seed)
		for range draws {
			nn.Normal(x.Data, 1, h)
			linalg.Gram(nil, l, kernels.NoTrans, w, x, 1)
			linalg.Gram(nil, rr, kernels.Trans, w, x, 1)
			kernels.SecondMoment(nil, 1, w, 1, x.Data, d)
		}
		el, er := linalg.NewSymEig[float64](m), linalg.NewSymEig[float64](n)
		if err := el.Factorize(l); err != nil {
			return err
		}
		if err := er.Factorize(rr); err != nil {
			return err
		}
		basis := linalg.Kron[float64]{Factors: []linalg.Factor[float64]{{A: el.Vectors()}, {A: er.Vectors()}}}
		work := make([]float64, basis.Work())
		y := make([]float64, m*n)
		corrected := make([]float64, m*n)
		h = rnd.New(seed) // the same draws again
		for range draws {
			nn.Normal(x.Data, 1, h)
			basis.Forward(nil, y, x.Data, work)
			kernels.SecondMoment(nil, 1, w, 1, y, corrected)
		}
		// The eigenvalues of the Kronecker product of roots, λ^(−p)·μ^(−p).
		kron := func(power float64) []float64 {
			out := make([]float64, 0, m*n)
			for _, a := range el.Values() {
				for _, b := range er.Values() {
					out = append(out, elem.Pow(a*b, power))
				}
			}
			return out
		}
		root := make([]float64, m*n)
		for i, v := range corrected {
			root[i] = 1 / math.Sqrt(v)
		}
		trace := 0.0
		for _, v := range el.Values() {
			trace += v
		}
		nn.Normal(x.Data, 1, h) // fresh
		basis.Forward(nil, y, x.Data, work)
		norm := func(phi []float64) float64 {
			z := make([]float64, m*n)
			kernels.Hadamard(nil, phi, y, z)
			return kernels.Nrm2(nil, z)
		}
		adam := 0.0
		for i, v := range x.Data {
			adam += v * v / d[i]
		}
		adam = math.Sqrt(adam)
		mn := float64(m * n)
		quarter := float64(norm(kron(-0.25)) / adam * math.Sqrt(math.Sqrt(mn)))
		half := math.Sqrt(trace) * norm(kron(-0.5)) / adam
		es := norm(root) / adam
		rows = append(rows, []string{fmt.Sprintf("%d×%d", m, n), fmt.Sprintf("%.4f", quarter), fmt.Sprintf("%.4f", half), fmt.Sprintf("%.4f", es)})
		worst["Shampoo, times (mn)^¼"] = max(worst["Shampoo, times (mn)^¼"], math.Abs(quarter-1))
		worst["Shampoo² with trace"] = max(worst["Shampoo² with trace"], math.Abs(half-1))
		worst["eigenvalue correction"] = max(worst["eigenvalue correction"], math.Abs(es-1))
	}
	r.Table(fmt.Sprintf("‖U‖/‖U_Adam‖ on a fresh gradient, statistics of %d draws", draws), []string{"shape", "Shampoo × (mn)^¼", "Shampoo² × √tr", "EShampoo"}, rows)
	for _, k := range []string{"Shampoo, times (mn)^¼", "Shampoo² with trace", "eigenvalue correction"} {
		r.AtMost("‖U‖/‖U_Adam‖ − 1, "+k, worst[k], 0.02)
	}
	return nil
}

// graft checks that a grafted step has exactly the size of the other optimizer's: Shampoo with Adam's graft against Adam.
func graft(r *paper.Run, g *rnd.Source) error {
	const m, n, steps = 12, 9, 20
	run := func(cfg precond.Config, grads []float64) ([]float64, error) {
		cfg.LR, cfg.Decay.Rate = 1, 0
		q := &precond.Param[float64]{Name: "w", Shape: []int{m, n}, Value: make([]float64, m*n)}
		o, err := precond.New(cfg, []*precond.Param[float64]{q}, nil)
		if err != nil {
			return nil, err
		}
		var norms []float64
		for i := range steps {
			clear(q.Value)
			q.Grad = grads[i*m*n : (i+1)*m*n]
			if _, err := o.Step(1); err != nil {
				return nil, err
			}
			norms = append(norms, kernels.Nrm2(nil, q.Value))
		}
		return norms, nil
	}
	grads := make([]float64, steps*m*n)
	nn.Normal(grads, 1, g)
	sh := precond.Shampoo()
	sh.Basis.Start, sh.Basis.Every, sh.Moment = 1, 1, precond.Moment{}
	adam := precond.AdamW()
	adam.Moment = precond.Moment{}
	a, err := run(sh, grads)
	if err != nil {
		return err
	}
	b, err := run(adam, grads)
	if err != nil {
		return err
	}
	worst := 0.0
	for i := range a {
		worst = max(worst, math.Abs(a[i]/b[i]-1))
	}
	r.AtMost("‖U‖/‖P_graft‖ − 1 for Shampoo with Adam's graft", worst, 1e-12)
	return nil
}
