package influence

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/bench/nn"
	"github.com/seed-4885aa59/eigenbasis/bench/papers/paper"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond/influence"
)

// identities checks what must hold exactly: on a linear model with squared error all rungs are one matrix, and scores
// with the exact Hessian predict leaving samples out of a ridge regression.
func identities(r *paper.Run) error {
	const samples, in, out = 40, 6, 3
	g := rnd.New(r.Seed)
	net := nn.NewMLP[float64]([]int{in, out}, nn.Straight, true, samples)
	theta := make([]float64, net.Size())
	nn.Normal(theta, 1, g)
	net.Store.SetValues(theta)
	x, target := linalg.NewMatrix[float64](samples, in), linalg.NewMatrix[float64](samples, out)
	nn.Normal(x.Data, 1, g)
	nn.Normal(target.Data, 1, g)
	se := nn.NewSquaredError[float64](samples, out)
	w := 1.0 / samples

	n := net.Size()
	h := linalg.NewMatrix[float64](n, n)
	net.Backward(r.Pool, se.Grad(net.Forward(r.Pool, x), target, w))
	dir := make([]float64, n)
	for i := range n {
		dir[i] = 1
		net.HessianVector(r.Pool, h.Row(i), dir, se.Hessian(net.Tangent(r.Pool, dir), w))
		dir[i] = 0
	}
	// The Hessian of the loss is I: its root has the unit vectors for columns.
	layer := net.Layers[0]
	f := influence.NewFactors[float64](r.Pool, layer.Shape(), samples)
	net.Forward(r.Pool, x)
	f.AddInputs(layer.Input())
	unit := linalg.NewMatrix[float64](samples, out)
	column := func(k int) linalg.Matrix[float64] {
		unit.Zero()
		for i := range samples {
			unit.Set(i, k, math.Sqrt(out)) // the mean over columns is to be their sum
		}
		return unit
	}
	gn := linalg.NewMatrix[float64](n, n)
	rows := linalg.NewMatrix[float64](samples, n)
	for k := range out {
		f.AddGradients(column(k))
		influence.Gradients(r.Pool, layer.Shape(), rows, layer.Input(), column(k), 1)
		influence.Rows(r.Pool, gn, rows, 1.0/(samples*out))
	}
	if err := f.Factorize(); err != nil {
		return err
	}
	for k := range out {
		f.AddSquares(layer.Input(), column(k), 1)
	}
	norm := linalg.FrobeniusNorm(r.Pool, h)
	low := 0.0 // of the lower triangles, which is what Rows fills
	for i := range n {
		for j := 0; j <= i; j++ {
			d := h.At(i, j) - gn.At(i, j)
			low += float64(d * d)
		}
	}
	r.AtMost("one linear layer, squared error: ‖H − GGN‖/‖H‖", math.Sqrt(low)/norm, 1e-10)
	r.AtMost("one linear layer, squared error: ‖H − EKFAC‖/‖H‖", distance(r, h, f.EKFAC())/norm, 1e-10)
	r.AtMost("one linear layer, squared error: ‖H − KFAC‖/‖H‖", distance(r, h, f.KFAC())/norm, 1e-10)

	if err := deep(r); err != nil {
		return err
	}
	rho, err := leaveOneOut(r, g)
	if err != nil {
		return err
	}
	r.AtLeast("ridge regression: Spearman of scores and refits without a sample", rho, 0.99)
	return nil
}

// deep checks on deep linear networks with cross-entropy, layer by layer and for three draws, that EK-FAC is what it says: the diagonal
// of the Gauss–Newton block in K-FAC's basis, with the block's trace, and so never further from the block than K-FAC. They are equally
// far where the block is a Kronecker product, as with one and the same input for all samples.
func deep(r *paper.Run) error {
	const samples, classes = 60, 3
	worst, diagonal, trace, product := 0.0, 0.0, 0.0, 0.0
	for draw := range 4 {
		g := rnd.New(r.Seed + 100 + uint64(draw))
		f := &fitted{
			p: &problem{classes: classes}, pool: r.Pool, ce: nn.NewCrossEntropy[float64](samples, classes),
			net: nn.NewMLP[float64]([]int{6, 5, 4, classes}, nn.Straight, true, samples), x: linalg.NewMatrix[float64](samples, 6),
		}
		theta := make([]float64, f.net.Size())
		nn.Normal(theta, 0.6, g)
		f.net.Store.SetValues(theta)
		nn.Normal(f.x.Data, 1, g)
		same := draw == 3
		for i := 1; same && i < samples; i++ {
			copy(f.x.Row(i), f.x.Row(0))
		}
		gn := f.gaussNewton()
		factors, err := f.factors()
		if err != nil {
			return err
		}
		at := 0
		for _, x := range factors {
			n := x.Layer.Dim()
			block := gn.Slice(at, at, n, n)
			at += n
			ek, k := x.EKFAC(), x.KFAC()
			size := linalg.FrobeniusNorm(r.Pool, block)
			de, dk := distance(r, block, ek), distance(r, block, k)
			if same {
				product = max(product, de/size, dk/size)
				continue
			}
			worst = max(worst, de/dk)
			sum := 0.0
			for i, v := range rotated(r, block, ek.Blocks[0].Basis) {
				diagonal = max(diagonal, math.Abs(v-ek.Blocks[0].D[i])/size)
				sum += ek.Blocks[0].D[i] - block.At(i, i)
			}
			trace = max(trace, math.Abs(sum)/size)
		}
	}
	// Less than 1 by more than rounding: no block is a Kronecker product.
	r.AtMost("deep linear network, cross-entropy: largest ‖GGN−EKFAC‖/‖GGN−KFAC‖ of three draws and layers", worst, 1-1e-6)
	r.AtMost("the same with one input for all samples, where all are: ‖GGN−EKFAC‖/‖GGN‖ and ‖GGN−KFAC‖/‖GGN‖", product, 1e-10)
	r.AtMost("EK-FAC's diagonal by products of squares against diag(Qᵀ·GGN·Q), over ‖GGN‖", diagonal, 1e-12)
	r.AtMost("|tr EKFAC − tr GGN|/‖GGN‖", trace, 1e-12)
	return nil
}

// leaveOneOut returns the least correlation over some queries.
func leaveOneOut(r *paper.Run, g *rnd.Source) (float64, error) {
	const n, d, queries, ridge = 200, 5, 4, 0.1
	x, y := linalg.NewMatrix[float64](n+queries, d), make([]float64, n+queries)
	nn.Normal(x.Data, 1, g)
	for i := range y {
		y[i] = x.At(i, 0) - float64(2*x.At(i, 1)) + float64(g.Normal()/2)
	}
	chol := linalg.NewCholesky[float64](d)
	h := linalg.NewMatrix[float64](d, d)
	fit := func(without int) (linalg.Matrix[float64], error) {
		h.Zero()
		b := linalg.NewMatrix[float64](d, 1)
		for i := range n {
			if i == without {
				continue
			}
			influence.Rows(r.Pool, h, x.Slice(i, 0, 1, d), 1.0/n)
			for j := range d {
				b.Data[j] += x.At(i, j) * y[i] / n
			}
		}
		for j := range d {
			h.Data[j*d+j] += ridge
		}
		if err := chol.Factorize(h); err != nil {
			return b, err
		}
		chol.Solve(b)
		return b, nil
	}
	residual := func(theta linalg.Matrix[float64], i int) float64 {
		s := -y[i]
		for j, v := range theta.Data {
			s += float64(v * x.At(i, j))
		}
		return s
	}
	theta, err := fit(-1)
	if err != nil {
		return 0, err
	}
	c, err := influence.Dense(r.Pool, h)
	if err != nil {
		return 0, err
	}
	grads := linalg.NewMatrix[float64](n+queries, d)
	for i := range n + queries {
		for j := range d {
			grads.Set(i, j, residual(theta, i)*x.At(i, j))
		}
	}
	s, err := influence.NewSolver(r.Pool, c, influence.Damping{}, n)
	if err != nil {
		return 0, err
	}
	scores := linalg.NewMatrix[float64](queries, n)
	influence.NewQueries(s, grads.Slice(n, 0, queries, d), n).Scores(scores, grads.Slice(0, 0, n, d))
	rise := linalg.NewMatrix[float64](queries, n)
	for i := range n {
		without, err := fit(i)
		if err != nil {
			return 0, err
		}
		for q := range queries {
			a, b := residual(without, n+q), residual(theta, n+q)
			rise.Set(q, i, (float64(a*a)-float64(b*b))/2)
		}
	}
	least := 1.0
	for q := range queries {
		least = min(least, influence.Spearman(scores.Row(q), rise.Row(q)))
	}
	return least, nil
}
