package precond

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// stale is an optimizer whose factor of axis 0 is H with eigenvalues 1/k, in a basis that is off by a small rotation, and a refresh that
// is due at the next step. Its gradient is 0, so that β = 1 keeps the factor.
func stale(t *testing.T, c Config, n int, angle float64) (o *Optimizer[float64], h linalg.Matrix[float64]) {
	t.Helper()
	src := rnd.New(90)
	c.Factors.Beta, c.Factors.Debias = 1, false
	c.Basis.Every, c.First = 1, First{}
	c.Basis.Start = 1
	c.Shape.Vectors = true
	p := &Param[float64]{Name: "x", Shape: []int{n}, Value: make([]float64, n), Grad: make([]float64, n)}
	o, err := New(c, []*Param[float64]{p}, nil)
	require.NoError(t, err)
	_, err = o.Step(1) // the first basis: zero factor, identity
	require.NoError(t, err)
	q := orthogonal[float64](t, src, n)
	scaled := q.Clone()
	for i := range n {
		for j := range n {
			scaled.Set(i, j, q.At(i, j)/float64(j+1))
		}
	}
	h = linalg.NewMatrix[float64](n, n)
	linalg.MatMulNT(nil, h, scaled, q)
	require.NoError(t, o.SetTensor("x/factor.0", view(h.Data, n, n)))
	turn := linalg.NewMatrix[float64](n, n)
	for i := range n {
		turn.Set(i, i, 1)
		for j := range i {
			x := angle * src.Normal()
			turn.Set(i, j, x)
			turn.Set(j, i, -x)
		}
	}
	qr := linalg.NewQR[float64](n, n)
	require.NoError(t, qr.Factorize(turn))
	qr.QTo(turn)
	near := linalg.NewMatrix[float64](n, n)
	linalg.MatMul(nil, near, q, turn)
	require.NoError(t, o.SetBasis(0, 0, near))
	return o, h
}

func staleness(o *Optimizer[float64], h linalg.Matrix[float64]) float64 {
	n := h.Rows
	w, b := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	return linalg.Criterion(nil, o.Basis(0, 0), h, w, b)
}

// TestWarmRefresh: each method brings a basis that is a little stale nearer to the eigenvectors, the QR algorithm with one step exactly as far
// as orthogonal iteration, refinement quadratically; columns stay orthonormal.
func TestWarmRefresh(t *testing.T) {
	for _, n := range []int{8, 32, 100} {
		if testing.Short() && n > 32 {
			continue
		}
		after := map[Method]float64{}
		for _, by := range []Method{PowerQR, QRAlgorithm, Refine, Eigh} {
			c := SOAP()
			c.Basis.By, c.Basis.Carry = by, Keep
			o, h := stale(t, c, n, 2e-3/math.Sqrt(float64(n)))
			before := staleness(o, h)
			r, err := o.Step(1)
			require.NoError(t, err)
			require.Equal(t, 1, r.Refreshed)
			after[by] = staleness(o, h)
			require.Less(t, after[by], before/2, "%v, n = %d", by, n)
			q, gram := o.Basis(0, 0), linalg.NewMatrix[float64](n, n)
			linalg.MatMulTN(nil, gram, q, q)
			for i := range n {
				gram.Set(i, i, gram.At(i, i)-1)
			}
			require.Less(t, linalg.FrobeniusNorm(nil, gram), 1e-13*float64(n))
			if by == Refine {
				require.Less(t, after[by], 30*before*before*math.Sqrt(float64(n)))
			}
		}
		require.InEpsilon(t, after[PowerQR], after[QRAlgorithm], 1e-6)
	}
}

// TestQRAlgorithm: with a tolerance it stops as soon as the basis fits, keeps what fits already, and is bounded by Iterations.
func TestQRAlgorithm(t *testing.T) {
	c := SOAP()
	c.Basis.By, c.Basis.Carry, c.Basis.Iterations, c.Basis.Tol = QRAlgorithm, Keep, 50, 1e-6
	o, h := stale(t, c, 12, 1e-3)
	r, err := o.Step(1)
	require.NoError(t, err)
	require.Equal(t, 1, r.Refreshed)
	require.LessOrEqual(t, staleness(o, h), 1e-6)
	r, err = o.Step(1)
	require.NoError(t, err)
	require.Equal(t, 1, r.Kept)
	c.Basis.Iterations = 2
	o, h = stale(t, c, 12, 1e-3)
	_, err = o.Step(1)
	require.NoError(t, err)
	require.Greater(t, staleness(o, h), 1e-6)
}

// TestCarry compares what becomes of the diagonal with its definition: slots kept, permuted by the order of qᵀCq, kept by putting columns
// back, multiplied by the squares of the rotation.
func TestCarry(t *testing.T) {
	const n = 9
	for _, carry := range []Carry{Keep, Permute, Scatter, Square} {
		c := SOAP()
		c.Basis.Carry = carry
		o, h := stale(t, c, n, 1e-3)
		// The basis in another order.
		perm := []int{3, 0, 7, 1, 2, 8, 5, 4, 6}
		q := linalg.NewMatrix[float64](n, n)
		for i := range n {
			for j, k := range perm {
				q.Set(i, j, o.Basis(0, 0).At(i, k))
			}
		}
		require.NoError(t, o.SetBasis(0, 0, q))
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(1 + i)
		}
		require.NoError(t, o.SetTensor("x/v", view(v, n)))
		o.SetLR(0)
		_, err := o.Step(1)
		require.NoError(t, err)
		got, now := o.blocks[0].v, o.Basis(0, 0)
		for j := range n {
			want := v[j]
			switch carry {
			case Permute:
				for i, k := range perm { // slot i of the old basis holds eigenvector k, which is slot k now
					if k == j {
						want = v[i]
					}
				}
			case Square:
				want = 0
				for i := range n {
					r := 0.0
					for k := range n {
						r += q.At(k, i) * now.At(k, j)
					}
					want += r * r * v[i]
				}
			}
			require.InDelta(t, 0.95*want, got[j], 1e-12, "%v", carry) // decayed by β once
			if carry == Scatter {
				dot := 0.0
				for k := range n {
					dot += q.At(k, j) * now.At(k, j)
				}
				require.Greater(t, math.Abs(dot), 0.99, "a column left its slot")
			}
		}
		require.Less(t, staleness(o, h), 1e-2)
	}
}

// TestAdafactorIsShampoo: Adafactor in the eigenbasis is Shampoo with exponent −½ on the factors and the trace correction,
// for matrices and tensors of order 3, as the rotated gradient has the eigenvalues as its sums.
func TestAdafactorIsShampoo(t *testing.T) {
	for _, shape := range [][]int{{2, 2}, {7, 7}, {24, 24}, {3, 4, 5}} {
		a := Adafactor()
		a.Basis.Start, a.Basis.Every, a.Decay.Rate, a.Limit = 1, 0, 0, Limit{}
		a.Diagonal.Eps, a.Factors.Ridge = 1e-290, 1e-290
		s := ShampooSquared()
		s.Moment, s.Decay.Rate, s.Diagonal.Eps = Moment{}, 0, 1e-290
		x, y := sequence(t, a, 1, shape), sequence(t, s, 1, shape)
		require.Less(t, apart(x[0][0], y[0][0]), 1e-10, "%v", shape)
	}
}

// TestFactorizedExact: where the second moment has rank one, the factorised one is the second moment.
func TestFactorizedExact(t *testing.T) {
	c := SOAP()
	c.Basis = BasisRule{Kind: Eigen, Start: -1}
	c.Factors, c.First = Factors{}, First{}
	moves := map[bool][]float64{}
	for _, factorized := range []bool{false, true} {
		d := c
		if factorized {
			d = Factorized(c)
		}
		p := newProblem[float64](91, []int{3, 4, 5})
		o, err := New(d, p.params, nil)
		require.NoError(t, err)
		src := rnd.New(92)
		require.NoError(t, o.SetBasis(0, 1, orthogonal[float64](t, src, 4)))
		for range 4 {
			// Outer products in the basis with fixed magnitudes, so that squares are one outer product.
			g := p.params[0].Grad
			y := make([]float64, 60)
			for i := range y {
				y[i] = 1 / (float64(1+i/20) * float64(1+i/5%4) * float64(1+i%5))
				if src.Float64() < 0.5 {
					y[i] = -y[i]
				}
			}
			linalg.KronMul(nil, kernels.NoTrans, o.blocks[0].factors, g, y, make([]float64, 60))
			_, err := o.Step(1)
			require.NoError(t, err)
		}
		moves[factorized] = p.params[0].Value
	}
	require.Less(t, apart(moves[true], moves[false]), 1e-12)
}

// TestStepSizeLaw: for gradients of independent normal entries and factors that are exact averages, a step of ungrafted Shampoo is (mn)^(−¼)
// times Adam's, one of Shampoo² with the trace correction and one of EShampoo as large as Adam's.
func TestStepSizeLaw(t *testing.T) {
	draws := 1000
	bar := 0.03
	if testing.Short() {
		draws, bar = 300, 0.06
	}
	for _, shape := range [][]int{{4, 9}, {12, 6}} {
		size := func(c Config) float64 {
			c.Moment, c.Decay.Rate, c.Graft, c.LR = Moment{}, 0, Graft{}, 1
			c.Factors.Beta, c.Factors.Debias = 1, false
			if c.Diagonal.averaged() {
				c.Diagonal.Beta, c.Diagonal.Debias = 1, false
			}
			if c.Basis.Kind != Axes {
				c.Basis.Start, c.Basis.Every = draws+1, 0
			} else {
				c.Factors = Factors{}
			}
			moves := normalSequence(t, c, draws+20, shape)
			sum := 0.0
			for _, m := range moves[draws:] {
				sum += norm(m) / 20
			}
			return sum
		}
		adam := size(AdamW())
		mn := float64(shape[0] * shape[1])
		// Sums over n draws in place of averages: Shampoo's roots and Adam's both go with n^(−½).
		require.InEpsilon(t, math.Pow(mn, -0.25), size(Shampoo())/adam, bar)
		require.InEpsilon(t, 1, size(ShampooSquared())/adam, bar)
		require.InEpsilon(t, 1, size(EShampoo())/adam, bar)
	}
}

// normalSequence feeds independent normal gradients and returns the displacements.
func normalSequence(t *testing.T, c Config, n int, shape []int) (moves [][]float64) {
	t.Helper()
	p := newProblem[float64](93, shape)
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	src := rnd.New(94)
	x := p.params[0].Value
	for range n {
		rnd.Normal(src, p.params[0].Grad)
		clear(x)
		_, err := o.Step(1)
		require.NoError(t, err)
		moves = append(moves, append([]float64(nil), x...))
	}
	return moves
}

// TestBudget: the period is the least with which refreshes cost no more than the budget on average, and they are spread.
func TestBudget(t *testing.T) {
	shapes := [][]int{{20, 30}, {40, 10}, {16, 16}, {7}}
	c := SOAP()
	free, err := PlanFor[float64](c, shapes)
	require.NoError(t, err)
	for _, budget := range []int64{1, 1000, free.RefreshFlops / 7, free.RefreshFlops, 10 * free.RefreshFlops} {
		c.Basis.Every, c.Basis.Budget = 0, budget
		plan, err := PlanFor[float64](c, shapes)
		require.NoError(t, err)
		require.Positive(t, plan.Every)
		require.LessOrEqual(t, (plan.RefreshFlops-1)/int64(plan.Every), budget)
		if plan.Every > 1 {
			require.Greater(t, plan.RefreshFlops, budget*int64(plan.Every-1))
		}
	}
	c.Basis.Budget = free.RefreshFlops / 7
	p := newProblem[float64](95, shapes...)
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	require.Contains(t, o.Explain(), fmt.Sprintf("then every %d steps, which costs at most %s flops per step, staggered over the blocks", o.plan.Every, flopsString(c.Basis.Budget)))
	steps(t, o, p, 1)
	var counts []int
	for range 2 * o.plan.Every {
		p.gradients()
		r, err := o.Step(1)
		require.NoError(t, err)
		counts = append(counts, r.Refreshed)
	}
	total := 0
	for _, n := range counts {
		require.LessOrEqual(t, n, 2)
		total += n
	}
	require.Equal(t, 2*6, total)
}
