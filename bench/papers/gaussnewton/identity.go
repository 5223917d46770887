package gaussnewton

import (
	"fmt"
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/regression"
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// moments compares the closed form of the second moment of a mini-batch gradient, for y = xᵀθ* + ξ with x ~ N(0, Σ), in any
// orthogonal basis U, with a Monte Carlo mean:
//
//	E[(u_iᵀg_B)²] = (c²·h_i + (B+1)·(u_iᵀΣδ)²)/B,  h_i = u_iᵀΣu_i,  c² = δᵀΣδ + σ²,  δ = θ − θ*
//
// so that √E[g_i²]/√h_i varies over i by at most √(B+2): with one sample Adam is GN^(−½) up to a factor √3, in every basis.
func moments(r *paper.Run, g *rnd.Source) error {
	const n = 12
	sigma2 := 0.1
	draws, tol := 4000000, 0.01
	if r.Quick {
		draws, tol = 400000, 0.03
	}
	turn := regression.Rotation(n, g)
	delta := make([]float64, n)
	nn.Normal(delta, 1, g)
	root := linalg.NewMatrix[float64](n, n) // Σ = root·rootᵀ
	for k := range n {
		d := elem.Pow(float64(k+1), -1.0)
		for i := range n {
			root.Set(i, k, turn.At(i, k)*d)
		}
	}
	cov := linalg.NewMatrix[float64](n, n)
	linalg.MatMulNT(nil, cov, root, root)
	sd := make([]float64, n) // Σδ
	linalg.MatVec(nil, sd, kernels.NoTrans, 1, cov, delta, 0)
	c2 := kernels.Dot(nil, sd, delta) + sigma2

	closed := func(u linalg.Matrix[float64], b int) (second, h []float64) {
		for i := range n {
			col := make([]float64, n)
			for k := range n {
				col[k] = u.At(k, i)
			}
			t := make([]float64, n)
			linalg.MatVec(nil, t, kernels.NoTrans, 1, cov, col, 0)
			hi, p := kernels.Dot(nil, t, col), kernels.Dot(nil, col, sd)
			h = append(h, hi)
			second = append(second, (float64(c2*hi)+float64(float64(b+1)*p*p))/float64(b))
		}
		return second, h
	}

	worst := 0.0
	bases := []linalg.Matrix[float64]{regression.Rotation(n, g), regression.Rotation(n, g), regression.Rotation(n, g), turn}
	const block = 1000 // gradients at a time
	grads, u := linalg.NewMatrix[float64](block, n), linalg.NewMatrix[float64](block, n)
	noise := make([]float64, block)
	for _, b := range []int{1, 4} {
		r.Progress("second moments, batch %d", b)
		z, x := linalg.NewMatrix[float64](block*b, n), linalg.NewMatrix[float64](block*b, n)
		sums := make([][]float64, len(bases))
		for i := range sums {
			sums[i] = make([]float64, n)
		}
		batches := draws / block * block
		for range batches / block {
			grads.Zero()
			gaussian(z.Data, 1, g)
			linalg.MatMulNT(nil, x, z, root)
			for k := range b {
				gaussian(noise, math.Sqrt(sigma2), g)
				for i := range block {
					row := x.Row(i*b + k)
					kernels.Axpy(nil, (kernels.Dot(nil, row, delta)+noise[i])/float64(b), row, grads.Row(i))
				}
			}
			for i, q := range bases {
				linalg.MatMul(nil, u, grads, q)
				for k := range block {
					kernels.SecondMoment(nil, 1, 1/float64(batches), 1, u.Row(k), sums[i])
				}
			}
		}
		for i, q := range bases {
			want, _ := closed(q, b)
			for k, v := range want {
				worst = max(worst, math.Abs(sums[i][k]/v-1))
			}
		}
	}
	// The standard error of such a mean is up to 3.3 over the root of the number of gradients: 0.17 %, 0.5 % in a quick run.
	r.AtMost(fmt.Sprintf("second moment of the gradient in three random bases and that of Σ: Monte Carlo (%.1g gradients) against the closed form", float64(draws)), worst, tol)

	// The spread over i of √E[g_i²]/√h_i.
	identity := linalg.NewMatrix[float64](n, n)
	identity.Identity()
	var curve paper.Series
	curve.Name = "identity basis"
	over, last, rising := 0.0, 0.0, true
	for b := 1; b <= 4096; b *= 4 {
		second, h := closed(identity, b)
		lo, hi := math.Inf(1), 0.0
		for i, v := range second {
			q := math.Sqrt(v / h[i])
			lo, hi = min(lo, q), max(hi, q)
		}
		over = max(over, hi/lo/math.Sqrt(float64(b+2)))
		rising = rising && hi/lo >= last
		last = hi / lo
		curve.X, curve.Y = append(curve.X, float64(b)), append(curve.Y, hi/lo)
	}
	r.AtMost("spread of √E[g²]/√h over the coordinates, relative to √(B+2)", over, 1)
	r.AtLeast("the spread rises with the batch (1 is yes)", map[bool]float64{true: 1}[rising], 1)
	return r.Lines("How far Adam is from GN^(−½): spread of √E[g_i²]/√h_i over the coordinates by the size of the batch", paper.Axes{X: "batch", Y: "largest over smallest", LogX: true}, curve)
}

// gaussian fills x, of even length, with normal values of standard deviation sigma by the method of Box and Muller. The closed form
// rests on fourth moments, and nn.Normal, a sum of uniform values, has 2.9 in place of 3.
func gaussian(x []float64, sigma float64, g *rnd.Source) {
	for i := 0; i < len(x); i += 2 {
		r := sigma * math.Sqrt(-2*elem.Log(1-g.Float64()))
		a := 2 * math.Pi * g.Float64()
		x[i], x[i+1] = r*elem.Cos(a), r*elem.Sin(a)
	}
}

// blocks is the full-batch instance in the identity basis where Adam wins: a block 11ᵀ of order k, with eigenvalue k, beside
// the identity, started at 1. The Gauss–Newton diagonal is constant, so both powers are gradient descent; Adam rescales each
// block. In the eigenbasis GN⁻¹ needs one step.
func blocks(r *paper.Run) error {
	const k, limit, tol = 32, 2000, 1e-4
	n := 2 * k
	gradient := func(dst, theta []float64) {
		sum := 0.0
		for _, v := range theta[:k] {
			sum += v
		}
		for i := range k {
			dst[i], dst[k+i] = sum, theta[k+i]
		}
	}
	jac := linalg.NewMatrix[float64](k+1, n) // rows: 1 over the first block, unit vectors over the second
	for i := range k {
		jac.Set(0, i, 1)
		jac.Set(1+i, k+i, 1)
	}
	curvature := func([]float64) linalg.Matrix[float64] { return jac }
	start := make([]float64, n)
	for i := range start {
		start[i] = 1
	}
	var grid []float64
	for lr := 1e-3; lr < 4; lr *= 1.1 {
		grid = append(grid, lr)
	}
	a, _, _, err := steps(adam.config(true), n, start, grid, []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1}, limit, gradient, nil, norm, tol)
	if err != nil {
		return err
	}
	least := limit
	for _, d := range []diagonal{gnInverse, gnRoot} {
		s, _, _, err := steps(d.config(true), n, start, grid, []float64{0.9, 1}, limit, gradient, curvature, norm, tol)
		if err != nil {
			return err
		}
		least = min(least, s)
	}
	r.Claim(fmt.Sprintf("identity basis, full batch, 11ᵀ ⊕ I of order %d: Adam's steps (%d) over the better power of GN (%d)", k, a, least), float64(a)/float64(least), "≤ 0.2", paper.If(5*a <= least))

	// In the eigenbasis of H: one step of length 1.
	h := linalg.NewMatrix[float64](n, n)
	linalg.Gram(nil, h, kernels.Trans, 1, jac, 0)
	e := linalg.NewSymEig[float64](n)
	if err := e.Factorize(h); err != nil {
		return err
	}
	one, err := newton(e.Vectors(), n, start, gradient, jac)
	if err != nil {
		return err
	}
	r.AtMost("the same in the eigenbasis: distance after one step of GN⁻¹ at rate 1, in the range of H", one, 1e-4)
	return nil
}

// saturated is the full-batch instance in the eigenbasis where Adam wins: Σ softplus(a_iθ_i) − ½·a_iθ_i, started where the
// logistic function is flat, a_iθ_i = 8. A Newton step is then a thousand times too long, so that its rate must be small, and
// small it stays; Adam's step knows no curvature.
func saturated(r *paper.Run) error {
	const n, limit, tol = 6, 20000, 1e-4
	a := make([]float64, n)
	start := make([]float64, n)
	for i := range a {
		a[i] = elem.Pow(2.0, float64(i-2)/2)
		start[i] = 8 / a[i]
	}
	logistic := func(x float64) float64 { return 1 / (1 + elem.Exp(-x)) }
	gradient := func(dst, theta []float64) {
		for i, t := range theta {
			dst[i] = a[i] * (logistic(a[i]*t) - 0.5)
		}
	}
	jac := linalg.NewMatrix[float64](n, n)
	curvature := func(theta []float64) linalg.Matrix[float64] {
		for i, t := range theta {
			s := logistic(a[i] * t)
			jac.Set(i, i, a[i]*math.Sqrt(s*(1-s)))
		}
		return jac
	}
	distance := func(theta []float64) float64 {
		worst := 0.0
		for i, t := range theta {
			worst = max(worst, math.Abs(a[i]*t)/8)
			if t != t {
				return math.NaN()
			}
		}
		return worst
	}
	var grid []float64
	for lr := 1e-3; lr < 20; lr *= 1.25 {
		grid = append(grid, lr)
	}
	ad, _, _, err := steps(adam.config(true), n, start, grid, []float64{0.5, 0.6, 0.7, 0.8, 0.9, 0.95}, limit, gradient, nil, distance, tol)
	if err != nil {
		return err
	}
	gn, rate, diverged, err := steps(gnInverse.config(true), n, start, grid, []float64{1}, limit, gradient, curvature, distance, tol)
	if err != nil {
		return err
	}
	r.Claim(fmt.Sprintf("eigenbasis, full batch, saturated logistic loss: Adam's steps (%d) over those of GN⁻¹ (%d)", ad, gn), float64(ad)/float64(gn), "≤ 0.2", paper.If(5*ad <= gn))
	bad := true
	for _, lr := range grid {
		if lr >= 4*rate {
			bad = bad && diverged[lr]
		}
	}
	r.Claim("GN⁻¹ diverges at four times its best rate", rate, "diverges at all such rates", paper.If(bad))
	return nil
}

// estimators compares ways to estimate the diagonal of the Gauss–Newton matrix: with labels drawn from the model the error falls
// like the root of their number, with the data's labels it does not.
func estimators(r *paper.Run, g *rnd.Source) error {
	const samples, in, classes = 64, 6, 4
	net := nn.NewMLP[float64]([]int{in, classes}, nn.Straight, false, samples)
	theta := make([]float64, net.Size())
	nn.Normal(theta, 0.7, g)
	net.Store.SetValues(theta)
	x := linalg.NewMatrix[float64](samples, in)
	nn.Normal(x.Data, 1, g)
	y := make([]byte, samples)
	for i := range y {
		y[i] = byte(g.Intn(classes))
	}
	t := &task{build: func(int) *nn.Network[float64] { return net }, x: x, classes: y, outputs: classes}
	m := t.model()
	n := net.Size()
	exact := make([]float64, n)
	rows, _ := m.jacobian(theta, nil, nil)
	for i := range rows.Rows {
		kernels.SecondMoment(nil, 1, 1.0/samples, 1, rows.Row(i), exact)
	}
	ce := nn.NewCrossEntropy[float64](samples, classes)
	each := linalg.NewMatrix[float64](samples, n)
	add := func(d []float64, labels []byte, w float64) {
		out := net.Forward(nil, x)
		net.Backward(nil, ce.Grad(nil, out, labels, 1))
		net.PerSample(nil, each)
		for i := range samples {
			kernels.SecondMoment(nil, 1, w/samples, 1, each.Row(i), d)
		}
	}
	gap := func(d []float64) float64 {
		e, s := 0.0, 0.0
		for i, v := range exact {
			e += float64((d[i] - v) * (d[i] - v))
			s += float64(v * v)
		}
		return math.Sqrt(e / s)
	}
	var curve paper.Series
	curve.Name = "labels of the model"
	labels := make([]byte, samples)
	var first, last float64
	draws := []int{4, 16, 64, 256, 1024}
	const repeats = 8 // the error of a single run is itself random
	for _, s := range draws {
		mean := 0.0
		for range repeats {
			d := make([]float64, n)
			for range s {
				ce.Sample(nil, net.Forward(nil, x), g, labels)
				add(d, labels, 1/float64(s))
			}
			mean += float64(gap(d) / repeats)
		}
		if first == 0 {
			first = mean
		}
		last = mean
		curve.X, curve.Y = append(curve.X, float64(s)), append(curve.Y, mean)
	}
	empirical := make([]float64, n)
	add(empirical, y, 1)
	slope := elem.Log(last/first) / elem.Log(float64(draws[len(draws)-1])/float64(draws[0]))
	r.Near("error of the sampled diagonal against the number of draws: exponent", slope, -0.5, 0.1)
	r.AtLeast("error of the empirical Fisher diagonal, over the sampled one's at 1024 draws", gap(empirical)/last, 3)
	flatX, flatY := []float64{4, 1024}, []float64{gap(empirical), gap(empirical)}
	return r.Lines("Error of the Gauss–Newton diagonal", paper.Axes{X: "draws of labels", Y: "relative error", LogX: true, LogY: true},
		curve, paper.Series{Name: "labels of the data", X: flatX, Y: flatY})
}
