package soap

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// identities are the equations that the method rests on.
func identities(r *paper.Run) error {
	g := rnd.New(r.Seed)
	for _, s := range [][2]int{{7, 5}, {16, 24}, {64, 48}} {
		d64, err := adafactor[float64](s[0], s[1], g)
		if err != nil {
			return err
		}
		d32, err := adafactor[float32](s[0], s[1], g)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("√tr(L)·L^(−½)·G·R^(−½) = Adafactor in the eigenbasis, %d×%d", s[0], s[1])
		r.AtMost(name+", float64", d64, 1e-10)
		r.AtMost(name+", float32", d32, 1e-4)
	}

	same, err := equivariance(everyStep(), g)
	if err != nil {
		return err
	}
	// Over seeds rounding has grown to 2·10⁻¹⁰ … 3·10⁻⁸ by then.
	r.AtMost("SOAP on P·W·Sᵀ: distance of the trajectories over 50 steps", same, 1e-7)
	other, err := equivariance(precond.AdamW(), g)
	if err != nil {
		return err
	}
	r.Control("AdamW on P·W·Sᵀ: distance of the trajectories", other, "≥ 1e-2: AdamW has no such symmetry", other >= 1e-2)
	if err := firstSteps(r, g); err != nil {
		return err
	}
	if err := trajectory(r); err != nil {
		return err
	}
	return allocations(r, g)
}

// adafactor returns the relative distance of Shampoo with power ½ and trace correction, √tr(L)·L^(−½)·G·R^(−½), from Adafactor in
// the eigenbasis of L and R (Vyas et al. 2024, claim 1): V̂ = A·Cᵀ/ΣA with A, C the sums over rows and columns of E[G'∘G'],
// G' = Q_LᵀGQ_R, for the factors of a set of gradients.
func adafactor[T kernels.Float](m, n int, g *rnd.Source) (float64, error) {
	samples := 3 * max(m, n)
	l, rr := linalg.NewMatrix[T](m, m), linalg.NewMatrix[T](n, n)
	grads := make([]linalg.Matrix[T], samples)
	for i := range grads {
		grads[i] = linalg.NewMatrix[T](m, n)
		nn.Normal(grads[i].Data, 1, g)
		linalg.Gram(nil, l, kernels.NoTrans, 1/T(samples), grads[i], 1)
		linalg.Gram(nil, rr, kernels.Trans, 1/T(samples), grads[i], 1)
	}
	el, er := linalg.NewSymEig[T](m), linalg.NewSymEig[T](n)
	if err := el.Factorize(l); err != nil {
		return 0, err
	}
	if err := er.Factorize(rr); err != nil {
		return 0, err
	}
	ql, qr := el.Vectors(), er.Vectors()
	basis := linalg.Kron[T]{Factors: []linalg.Factor[T]{{A: ql}, {A: qr}}}
	work := make([]T, basis.Work())
	y := make([]T, m*n)
	rows, cols, total := make([]float64, m), make([]float64, n), 0.0
	for _, x := range grads {
		basis.Forward(nil, y, x.Data, work)
		for i := range m {
			for j := range n {
				q := float64(y[i*n+j]) * float64(y[i*n+j]) / float64(samples)
				rows[i] += q
				cols[j] += q
				total += q
			}
		}
	}
	// Adafactor's step for the last gradient.
	phi := make([]T, m*n)
	for i := range m {
		for j := range n {
			phi[i*n+j] = T(1 / math.Sqrt(rows[i]*cols[j]/total))
		}
	}
	s := linalg.Spectral[T]{Basis: basis}
	ada := linalg.NewMatrix[T](1, m*n)
	s.Scale(nil, ada, linalg.MatrixOf(1, m*n, grads[samples-1].Data), phi, make([]T, s.Basis.Len()+linalg.WorkRows[T](basis, 1)))

	// Shampoo's, by the roots of the factors.
	root := func(a linalg.Matrix[T]) (linalg.Matrix[T], error) {
		x, err := linalg.NewInvRoot[T](a.Rows, linalg.Root{P: 2})
		if err != nil {
			return a, err
		}
		out := linalg.NewMatrix[T](a.Rows, a.Rows)
		_, err = x.Compute(out, a)
		return out, err
	}
	ls, err := root(l)
	if err != nil {
		return 0, err
	}
	rs, err := root(rr)
	if err != nil {
		return 0, err
	}
	half, sh := linalg.NewMatrix[T](m, n), linalg.NewMatrix[T](m, n)
	linalg.MatMul(nil, half, ls, grads[samples-1])
	linalg.MatMul(nil, sh, half, rs)
	trace := 0.0
	for i := range m {
		trace += float64(l.At(i, i))
	}
	scale := math.Sqrt(trace)
	var e, norm float64
	for i, v := range sh.Data {
		d := float64(float64(v)*scale) - float64(ada.Data[i])
		e += float64(d * d)
		norm += float64(float64(ada.Data[i]) * float64(ada.Data[i]))
	}
	return math.Sqrt(e / norm), nil
}

// equivariance runs an optimizer on a quadratic and on the same in turned coordinates, W' = P·W·Sᵀ, and returns the relative
// distance of the two after turning back. It holds for square gradients of full rank with separated eigenvalues.
func equivariance(cfg precond.Config, g *rnd.Source) (float64, error) {
	const n, steps = 8, 50
	cfg.LR, cfg.Decay.Rate = 0.01, 0
	p := regression.New(n, 1, true, 0, g.Uint64())
	left, right := regression.Rotation(n, g), regression.Rotation(n, g)
	run := func(turn bool) ([]float64, error) {
		q := &precond.Param[float64]{Name: "w", Shape: []int{n, n}, Value: make([]float64, n*n), Grad: make([]float64, n*n)}
		o, err := precond.New(cfg, []*precond.Param[float64]{q}, nil)
		if err != nil {
			return nil, err
		}
		w := p.NewWork(0)
		x, half, grad := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
		value, out := linalg.MatrixOf(n, n, q.Value), linalg.MatrixOf(n, n, q.Grad)
		back := func() { // x = Pᵀ·W'·S
			linalg.MatMulTN(nil, half, left, value)
			linalg.MatMul(nil, x, half, right)
		}
		for range steps {
			if !turn {
				p.Gradient(w, q.Grad, q.Value, 0, 0)
			} else {
				back()
				p.Gradient(w, grad.Data, x.Data, 0, 0)
				linalg.MatMul(nil, half, left, grad)
				linalg.MatMulNT(nil, out, half, right)
			}
			if _, err := o.Step(1); err != nil {
				return nil, err
			}
		}
		if turn {
			back()
			return x.Data, nil
		}
		return q.Value, nil
	}
	a, err := run(false)
	if err != nil {
		return 0, err
	}
	b, err := run(true)
	if err != nil {
		return 0, err
	}
	return distance(a, b), nil
}

// distance is ‖a − b‖/‖a‖.
func distance[T kernels.Float](a, b []T) float64 {
	var d, n float64
	for i, v := range a {
		e := float64(v) - float64(b[i])
		d += float64(e * e)
		n += float64(float64(v) * float64(v))
	}
	return math.Sqrt(d / n)
}

// allocations: steps with refreshes among them take no memory.
func allocations(r *paper.Run, g *rnd.Source) error {
	const m, n = 48, 32
	cfg := precond.SOAP()
	cfg.Basis.Every = 2
	q := &precond.Param[float64]{Name: "w", Shape: []int{m, n}, Value: make([]float64, m*n), Grad: make([]float64, m*n)}
	o, err := precond.New(cfg, []*precond.Param[float64]{q}, nil)
	if err != nil {
		return err
	}
	refreshes := 0
	count := paper.Allocations(func() {
		for range 4 {
			nn.Normal(q.Grad, 1, g)
			rep, e := o.Step(1)
			if e != nil {
				err = e
			}
			refreshes += rep.Refreshed
		}
	})
	if err != nil {
		return err
	}
	r.AtMost(fmt.Sprintf("allocations of 4 steps, with %d refreshes among 20 of them", refreshes), count, 0)
	return nil
}

// firstSteps: the first call changes nothing, and the second moves by the learning rate in every coordinate of the basis,
// ‖ΔW‖_F = lr·√(mn).
func firstSteps(r *paper.Run, g *rnd.Source) error {
	const m, n, lr = 12, 9, 0.01
	cfg := precond.SOAP()
	cfg.LR, cfg.Decay.Rate, cfg.Diagonal.Eps = lr, 0, 1e-12
	q := &precond.Param[float64]{Name: "w", Shape: []int{m, n}, Value: make([]float64, m*n), Grad: make([]float64, m*n)}
	o, err := precond.New(cfg, []*precond.Param[float64]{q}, nil)
	if err != nil {
		return err
	}
	for _, want := range []float64{0, lr * math.Sqrt(m*n)} {
		nn.Normal(q.Grad, 1, g)
		if _, err := o.Step(1); err != nil {
			return err
		}
		norm := float64(kernels.Nrm2(nil, q.Value))
		if want == 0 {
			r.AtMost("the first call moves W by", norm, 0)
			continue
		}
		r.Near("the second call moves W by lr·√(mn)", norm, want, 1e-6*want)
	}
	return nil
}
