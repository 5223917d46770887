package gaussnewton

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
	"github.com/seed-4885aa59/eigenbasis/precond/influence"
)

// basisKind is the coordinates of a cell of the grid.
type basisKind int

const (
	identity basisKind = iota
	between            // part of the way from the identity to the eigenbasis
	kronecker
	eigenbasis
)

func (b basisKind) String() string {
	return [...]string{"identity", "between", "Kronecker", "eigenbasis"}[b]
}

// diagonal is what divides in those coordinates.
type diagonal int

const (
	adam diagonal = iota
	gnInverse
	gnRoot
)

func (d diagonal) String() string { return [...]string{"Adam", "GN⁻¹", "GN⁻½"}[d] }

// exactDamping is next to none, for models whose curvature has no directions without it. A network has many: its diagonal
// gets a hundredth of its mean.
const (
	exactDamping   = 1e-6
	networkDamping = 0.01
)

// config returns a cell's optimizer: no momentum, no weight decay, nothing but the diagonal in the caller's basis. Full-batch
// Adam has no average, 1/|g|: sign descent.
func (d diagonal) config(full bool) precond.Config {
	c := precond.Config{
		Name: d.String(), LR: 1,
		Basis: precond.BasisRule{Kind: precond.Eigen, Start: -1},
		Shape: precond.Shape{Vectors: true},
		Order: []precond.Stage{precond.Rotate, precond.SecondMoment, precond.Precondition, precond.Update},
	}
	switch d {
	case adam:
		c.Diagonal = precond.Diagonal{Of: precond.DiagonalGradient, Beta: 0.95, Debias: true, Eps: 1e-10}
		if full {
			c.Diagonal.Beta, c.Diagonal.Debias = 0, false
		}
	default:
		g := precond.GaussNewton(map[diagonal]float64{gnInverse: -1, gnRoot: -0.5}[d])
		c.Diagonal = g.Diagonal
		c.Diagonal.Beta, c.Diagonal.Debias, c.Diagonal.Damping = 0, false, exactDamping
		c.Order = []precond.Stage{precond.Rotate, precond.Precondition, precond.Update}
	}
	return c
}

// basis computes the coordinates of a kind at theta.
func (m *model) basis(kind basisKind, theta []float64) (linalg.Matrix[float64], error) {
	n := len(theta)
	q := linalg.NewMatrix[float64](n, n)
	q.Identity()
	switch kind {
	case identity:
		return q, nil
	case kronecker:
		return m.kronecker(theta)
	}
	rows, samples := m.jacobian(theta, nil, nil)
	h := linalg.NewMatrix[float64](n, n)
	influence.Rows(nil, h, rows, 1/float64(samples))
	e := linalg.NewSymEig[float64](n)
	if err := e.Factorize(h); err != nil {
		return q, err
	}
	if kind == eigenbasis {
		linalg.Copy(q, e.Vectors())
		return q, nil
	}
	return halfway(q, e.Vectors())
}

// part of the way from one basis to another, a little less than half: at ½ an eigenvalue −1 of u₀ᵀu₁ would leave a singular mean.
const part = 0.4

// halfway is the orthogonal matrix nearest to (1−t)·u₀ + t·u₁ with t = part, once the columns of u₁ are matched with those of u₀ and
// have their signs.
func halfway(u0, u1 linalg.Matrix[float64]) (linalg.Matrix[float64], error) {
	n := u0.Rows
	match := linalg.NewMatrix[float64](n, n)
	linalg.MatMulTN(nil, match, u0, u1)
	mean := linalg.NewMatrix[float64](n, n)
	taken := make([]bool, n)
	for j := range n { // each column of u₀ takes what fits it best of those left
		best := -1
		for k := range n {
			if !taken[k] && (best < 0 || math.Abs(match.At(j, k)) > math.Abs(match.At(j, best))) {
				best = k
			}
		}
		taken[best] = true
		sign := 1.0
		if match.At(j, best) < 0 {
			sign = -1
		}
		for i := range n {
			mean.Set(i, j, float64((1-part)*u0.At(i, j))+float64(part*sign*u1.At(i, best)))
		}
	}
	p := linalg.NewPolar[float64](n, n)
	out := linalg.NewMatrix[float64](n, n)
	_, err := p.Compute(out, mean, linalg.PolarExpress, 1e-12, 60)
	return out, err
}

// kronecker is the direct sum over the layers of Q_S ⊗ Q_A, the eigenvectors of K-FAC's factors.
func (m *model) kronecker(theta []float64) (linalg.Matrix[float64], error) {
	n := len(theta)
	q := linalg.NewMatrix[float64](n, n)
	var fs []*influence.Factors[float64]
	for _, l := range m.net.Layers {
		fs = append(fs, influence.NewFactors[float64](nil, l.Shape(), m.t.x.Rows))
	}
	m.jacobian(theta, nil, func(k int) {
		for i, l := range m.net.Layers {
			if k == 0 {
				fs[i].AddInputs(l.Input())
			}
			fs[i].AddGradients(l.OutputGradient())
		}
	})
	at := 0
	for _, f := range fs {
		if err := f.Factorize(); err != nil {
			return q, err
		}
		b := f.Basis()
		d := f.Layer.Dim()
		linalg.KronProduct(nil, q.Slice(at, at, d, d), b.Factors[0].A, b.Factors[1].A)
		at += d
	}
	return q, nil
}

// divergence is how many times the loss of the start ends a run as one that diverged.
const divergence = 100

// cell is one run: a task in coordinates with a diagonal, a peak rate and a decay.
type cell struct {
	t     *task
	kind  basisKind
	full  bool
	d     diagonal
	rate  float64
	decay decay
	seed  uint64
	first linalg.Matrix[float64] // the basis at the start, shared

	loss float64 // +Inf where the run diverged
	err  error
}

// decay is a schedule of the learning rate.
type decay int

const (
	straight  decay = iota // linear to 0
	geometric              // by a constant factor to 10⁻³ of the peak
)

func (d decay) String() string { return [...]string{"l", "g"}[d] }

func (d decay) at(t, steps int) float64 {
	if d == straight {
		return float64(steps-t) / float64(steps)
	}
	return elem.Pow(1e-3, float64(t)/float64(steps))
}

func (c *cell) run() {
	m := c.t.model()
	theta := append([]float64(nil), c.t.start...)
	n := len(theta)
	p := &precond.Param[float64]{Name: "theta", Shape: []int{n}, Value: theta, Grad: make([]float64, n)}
	cfg := c.d.config(c.full)
	if c.t.renew > 0 && c.d != adam {
		cfg.Diagonal.Damping, cfg.Diagonal.Relative = networkDamping, true
	}
	o, err := precond.New(cfg, []*precond.Param[float64]{p}, nil)
	if err != nil {
		c.err = err
		return
	}
	g := rnd.New(c.seed)
	c.loss = math.Inf(1)
	var index []int
	if !c.full {
		index = make([]int, c.t.batch)
	}
	sample := make([]int, c.t.rows)
	limit := divergence * m.loss(theta)
	for t := range c.t.steps {
		if t > 0 && t%30 == 0 && !(m.loss(theta) <= limit) {
			return
		}
		if t == 0 && c.kind != identity {
			if c.err = o.SetBasis(0, 0, c.first); c.err != nil {
				return
			}
		}
		if c.t.renew > 0 && t > 0 && t%c.t.renew == 0 && c.kind != identity {
			q, err := m.basis(c.kind, theta)
			if err != nil {
				return // a run that left the finite numbers
			}
			if c.err = o.SetBasis(0, 0, q); c.err != nil {
				return
			}
		}
		if c.d != adam && t%c.t.observe == 0 {
			// A batch of its own, as in the paper.
			use := sample
			for i := range use {
				use[i] = g.Intn(c.t.x.Rows)
			}
			if c.full {
				use = nil
			}
			rows, samples := m.jacobian(theta, use, nil)
			if err := o.Observe(0, rows, rows, 1/float64(samples)); err != nil {
				return
			}
		}
		for i := range index {
			index[i] = g.Intn(c.t.x.Rows)
		}
		m.gradient(p.Grad, theta, index)
		o.SetLR(c.rate * c.decay.at(t, c.t.steps))
		if _, err := o.Step(1); err != nil {
			return
		}
	}
	if l := m.loss(theta); l <= math.MaxFloat64 {
		c.loss = l
	}
}

// cells run side by side as a Task.
type cells []*cell

func (c cells) Do(i int) { c[i].run() }

// rates are, with the two decays, the grid over which every cell of a task is tuned. Networks leave out the least, which no cell of
// theirs likes best.
func (t *task) rates(quick bool) []float64 {
	all := []float64{1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3}
	switch {
	case quick:
		return []float64{0.003, 0.03, 0.3, 1}
	case t.renew > 0:
		return all[2:]
	}
	return all
}

// steps counts the steps of cfg until done, at the best of the rates and factors of geometric decay: limit if none gets
// there. diverged reports per rate at factor 1 whether the run grew beyond a thousand times its start.
func steps(cfg precond.Config, n int, start []float64, rates, factors []float64, limit int,
	gradient func(dst, theta []float64), curvature func(theta []float64) linalg.Matrix[float64],
	distance func(theta []float64) float64, tol float64) (best int, rate float64, diverged map[float64]bool, err error) {
	best, diverged = limit, map[float64]bool{}
	for _, lr := range rates {
		for _, f := range factors {
			theta := append([]float64(nil), start...)
			p := &precond.Param[float64]{Name: "theta", Shape: []int{n}, Value: theta, Grad: make([]float64, n)}
			o, err := precond.New(cfg, []*precond.Param[float64]{p}, nil)
			if err != nil {
				return 0, 0, nil, err
			}
			at := lr
			for t := 1; t <= limit; t++ {
				if curvature != nil {
					j := curvature(theta)
					if err := o.Observe(0, j, j, 1); err != nil {
						break
					}
				}
				gradient(p.Grad, theta)
				o.SetLR(at)
				if _, err := o.Step(1); err != nil {
					break
				}
				at *= f
				d := distance(theta)
				if !(d <= 1e3*distance(start)) {
					if f == 1 {
						diverged[lr] = true
					}
					break
				}
				if d <= tol {
					if t < best {
						best, rate = t, lr
					}
					break
				}
			}
		}
	}
	return best, rate, diverged, nil
}

// norm is the largest |x_i|.
func norm(x []float64) float64 { return float64(kernels.MaxAbs(nil, x)) }
