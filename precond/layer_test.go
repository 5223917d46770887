package precond

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/bits"
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// layered is a layer of 3 outputs and 4 inputs with a bias, stored either way, after one observation and one refresh.
func layered(t *testing.T, c func(...Layer) Config, edit func(*Config), transposed bool, positions, rows int, src *rnd.Source) (o *Optimizer[float64], a, g linalg.Matrix[float64]) {
	t.Helper()
	l := Layer{Weight: "w", Bias: "b", Transposed: transposed}
	shape := []int{3, 4}
	if transposed {
		shape = []int{4, 3}
	}
	cfg := c(l)
	cfg.LR, cfg.Moment, cfg.Factors.Init, cfg.Factors.Beta, cfg.Basis.Every, cfg.Limit = 1, Moment{}, 0, 1, 0, Limit{}
	cfg.Factors.Share = ShareRows
	if cfg.Diagonal.Of == DiagonalCurvature {
		cfg.Diagonal.Beta = 0
	}
	if edit != nil {
		edit(&cfg)
	}
	params := []*Param[float64]{
		{Name: "w", Shape: shape, Value: make([]float64, 12), Grad: rnd.Normal(src, make([]float64, 12))},
		{Name: "b", Shape: []int{3}, Value: make([]float64, 3), Grad: rnd.Normal(src, make([]float64, 3))},
	}
	o, err := New(cfg, params, nil)
	require.NoError(t, err)
	a, g = linalg.MatrixOf(rows, 4, rnd.Normal(src, make([]float64, 4*rows))), linalg.MatrixOf(rows, 3, rnd.Normal(src, make([]float64, 3*rows)))
	require.NoError(t, o.ObserveLayer(l, a, g, positions, 1))
	_, err = o.Step(1)
	require.NoError(t, err)
	require.NoError(t, o.ObserveLayer(l, a, g, positions, 1)) // now in a basis
	return o, a, g
}

// samples are the gradients of single samples, as vectors of the layer's matrix out×(in+1).
func samples(a, g linalg.Matrix[float64], positions int) [][]float64 {
	var out [][]float64
	for lo := 0; lo < a.Rows; lo += positions {
		s := make([]float64, 15)
		for r := lo; r < lo+positions; r++ {
			for i := range 3 {
				for j := range 5 {
					x := 1.0
					if j < 4 {
						x = a.At(r, j)
					}
					s[i*5+j] += g.At(r, i) * x
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// TestLayerCurvature compares the diagonal of EK-FAC with diag(QᵀFQ) of the dense Fisher matrix F of the layer, with
// one and with several positions, stored either way; and checks the theorem of Pythagoras between F, EK-FAC and K-FAC:
// the EK-FAC diagonal is the nearest one in its basis.
func TestLayerCurvature(t *testing.T) {
	for _, transposed := range []bool{false, true} {
		for _, positions := range []int{1, 2, 7} {
			src := rnd.New(70)
			o, a, g := layered(t, EKFAC, nil, transposed, positions, 14, src)
			b := &o.blocks[0]
			grads := samples(a, g, positions)
			at := func(i, j int) int { // place of element i, j of out×(in+1) in the block
				if transposed {
					return j*3 + i
				}
				return i*5 + j
			}
			q := make([][]float64, 15) // columns of Q_B ⊗ Q_A
			values := make([]float64, 15)
			qb, qa := &b.axes[0], &b.axes[1]
			if transposed {
				qb, qa = qa, qb
			}
			for i := range 3 {
				for j := range 5 {
					col := make([]float64, 15)
					for k := range 3 {
						for l := range 5 {
							col[k*5+l] = qb.q.At(k, i) * qa.q.At(l, j)
						}
					}
					q[i*5+j], values[i*5+j] = col, qb.values[i]*qa.values[j]
				}
			}
			fisher := make([][]float64, 15)
			for i := range fisher {
				fisher[i] = make([]float64, 15)
				for j := range fisher {
					for _, s := range grads {
						fisher[i][j] += s[i] * s[j] / float64(len(grads))
					}
				}
			}
			dense := func(d []float64) [][]float64 {
				m := make([][]float64, 15)
				for i := range m {
					m[i] = make([]float64, 15)
					for j := range m {
						for k := range d {
							m[i][j] += q[k][i] * d[k] * q[k][j]
						}
					}
				}
				return m
			}
			ek := make([]float64, 15)
			trace, sum := 0.0, 0.0
			for i := range 3 {
				for j := range 5 {
					k := i*5 + j
					for x := range 15 {
						for y := range 15 {
							ek[k] += q[k][x] * fisher[x][y] * q[k][y]
						}
					}
					require.InDelta(t, ek[k], b.v[at(i, j)], 1e-12)
					trace += fisher[k][k]
					sum += b.v[at(i, j)]
				}
			}
			require.InDelta(t, trace, sum, 1e-11)
			between := func(x, y [][]float64) float64 {
				n := 0.0
				for i := range x {
					for j := range x {
						n += (x[i][j] - y[i][j]) * (x[i][j] - y[i][j])
					}
				}
				return n
			}
			k, e := dense(values), dense(ek)
			require.InEpsilon(t, between(fisher, k), between(fisher, e)+between(e, k), 1e-10)
			require.Positive(t, between(e, k))
		}
	}
}

// TestLayerDamping compares the step of each kind of damping with the solution of the dense system, stored either way.
func TestLayerDamping(t *testing.T) {
	const delta = 0.3
	kinds := map[string]func(*Config){
		"exact": func(c *Config) { c.Diagonal.Damping = delta },
		"split": func(c *Config) { c.Diagonal.Damping, c.Diagonal.Split = delta, true },
		"each": func(c *Config) {
			c.Diagonal = Diagonal{Of: DiagonalEigenvalues, Power: -1, Eps: delta, EpsAt: EpsAtFactor}
		},
		"each, roots": func(c *Config) {
			c.Basis.Kind = Root
			c.Diagonal = Diagonal{Of: DiagonalEigenvalues, Power: -1, Eps: delta, EpsAt: EpsAtFactor}
		},
		"relative": func(c *Config) { c.Diagonal.Damping, c.Diagonal.Relative = 0.1, true },
	}
	for name, edit := range kinds {
		for _, transposed := range []bool{false, true} {
			o, _, _ := layered(t, KFAC, edit, transposed, 1, 14, rnd.New(71))
			b := &o.blocks[0]
			if o.cfg.Factors.Beta == 1 { // the second observation has doubled the sums
				kernels.Scal(nil, 0.5, b.axes[0].c.Data)
				kernels.Scal(nil, 0.5, b.axes[1].c.Data)
			}
			qb, qa := &b.axes[0], &b.axes[1]
			if transposed {
				qb, qa = qa, qb
			}
			full := func(x *axis[float64]) (linalg.Matrix[float64], float64) {
				m := linalg.NewMatrix[float64](x.d, x.d)
				linalg.Copy(m, x.c)
				linalg.Mirror(nil, kernels.Lower, m)
				tr := 0.0
				for i := range x.d {
					tr += m.At(i, i)
				}
				return m, tr / float64(x.d)
			}
			mb, nb := full(qb)
			ma, na := full(qa)
			db, da, exact := 0.0, 0.0, 0.0
			switch name {
			case "exact":
				exact = delta
			case "split":
				pi := math.Sqrt(na / nb)
				da, db = math.Sqrt(delta)*pi, math.Sqrt(delta)/pi
			case "relative":
				exact = 0.1 * na * nb
			default:
				da, db = delta, delta
			}
			// (B + d_B)·U·(A + d_A) + exact·U must be the gradient; U is what Value moved by.
			u, grad := linalg.NewMatrix[float64](3, 5), linalg.NewMatrix[float64](3, 5)
			for i := range 3 {
				for j := range 5 {
					p, k := o.params[1], i
					if j < 4 {
						p, k = o.params[0], i*4+j
						if transposed {
							k = j*3 + i
						}
					}
					u.Set(i, j, -p.Value[k])
					grad.Set(i, j, p.Grad[k])
				}
			}
			for i := range 3 {
				mb.Set(i, i, mb.At(i, i)+db)
			}
			for i := range 5 {
				ma.Set(i, i, ma.At(i, i)+da)
			}
			bu, bua := linalg.NewMatrix[float64](3, 5), linalg.NewMatrix[float64](3, 5)
			linalg.MatMul(nil, bu, mb, u)
			linalg.MatMul(nil, bua, bu, ma)
			for i := range bua.Data {
				require.InDelta(t, grad.Data[i], bua.Data[i]+exact*u.Data[i], 1e-10, "%s, transposed %v", name, transposed)
			}
		}
	}
}

// TestLayerShares: the weights of rows in the factors, and that more rows than a group and more positions than a group
// change nothing.
func TestLayerShares(t *testing.T) {
	for share, want := range map[Share][2]float64{ // of A and B, times rows 14, with 7 positions
		ShareMean: {1.0 / 49, 1.0 / 49}, ShareRows: {1, 1}, ShareExpand: {1, 7},
	} {
		o, a, g := layered(t, KFAC, func(c *Config) { c.Factors.Share = share }, false, 7, 14, rnd.New(72))
		for i := range 4 {
			s := 0.0
			for r := range 14 {
				s += a.At(r, i) * a.At(r, 0)
			}
			require.InDelta(t, 2*s*want[0]/14, o.blocks[0].axes[1].c.At(max(i, 0), 0), 1e-12)
		}
		require.InDelta(t, 2*want[0], o.blocks[0].axes[1].c.At(4, 4), 1e-12)
		s := 0.0
		for r := range 14 {
			s += g.At(r, 2) * g.At(r, 1)
		}
		require.InDelta(t, 2*s*want[1]/14, o.blocks[0].axes[0].c.At(2, 1), 1e-12)
	}
}

// TestLayerWorkers: the bits of steps with a bias and several positions do not depend on the number of workers, the checkpoint brings
// them back, and nothing is allocated.
func TestLayerWorkers(t *testing.T) {
	for _, f := range []func(...Layer) Config{KFAC, EKFAC} {
		layers := []Layer{{Weight: "p0", Bias: "p1"}, {Weight: "p2", Bias: "p3", Transposed: true}}
		c := quick(f(layers...))
		run := func(pool *kernels.Pool) *problem[float32] {
			p := newProblem[float32](73, []int{6, 5}, []int{6}, []int{7, 8}, []int{8}, []int{3})
			o, err := New(c, p.params, pool)
			require.NoError(t, err)
			src := rnd.New(74)
			m := func(r, c int) linalg.Matrix[float32] {
				return linalg.MatrixOf(r, c, rnd.Normal(src, make([]float32, r*c)))
			}
			a0, g0, a1, g1 := m(20, 5), m(20, 6), m(9, 7), m(9, 8)
			one := func() {
				if o.ObserveLayer(layers[0], a0, g0, 10, 1) != nil || o.ObserveLayer(layers[1], a1, g1, 1, 0.5) != nil {
					panic("ObserveLayer")
				}
				if _, err := o.Step(1); err != nil {
					panic(err)
				}
			}
			for range 8 {
				p.gradients()
				one()
			}
			if pool == nil {
				require.Zero(t, testing.AllocsPerRun(4, one))
				return nil
			}
			return p
		}
		run(nil)
		var first *problem[float32]
		for _, n := range []int{1, 2, 3} {
			pool := kernels.NewPool(n)
			p := run(pool)
			pool.Close()
			if first == nil {
				first = p
			}
			first.same(t, p, c.Name)
		}
	}
}

// TestLayerErrors: what is refused leaves the state alone; a layer without one of its gradients is absent.
func TestLayerErrors(t *testing.T) {
	l := Layer{Weight: "w", Bias: "b"}
	param := func(name string, shape ...int) *Param[float64] {
		n := 1
		for _, d := range shape {
			n *= d
		}
		return &Param[float64]{Name: name, Shape: shape, Value: make([]float64, n), Grad: make([]float64, n)}
	}
	params := []*Param[float64]{param("w", 3, 2), param("b", 3)}
	c := EKFAC(l)
	c.Factors.Init = 0
	o, err := New(c, params, nil)
	require.NoError(t, err)
	_, err = o.Step(1)
	require.ErrorContains(t, err, "ObserveLayer")
	m := func(r, c int, v float64) linalg.Matrix[float64] {
		x := linalg.NewMatrix[float64](r, c)
		for i := range x.Data {
			x.Data[i] = v
		}
		return x
	}
	require.NoError(t, o.ObserveLayer(l, m(4, 2, 1), m(4, 3, 1), 2, 1))
	before := state(o)
	for _, f := range []func() error{
		func() error { return o.ObserveLayer(Layer{Weight: "w"}, m(4, 2, 1), m(4, 3, 1), 2, 1) },
		func() error { return o.ObserveLayer(l, m(4, 3, 1), m(4, 3, 1), 2, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1), m(3, 3, 1), 1, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1), m(4, 3, 1), 3, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1), m(4, 3, 1), 0, 1) },
		func() error { return o.ObserveLayer(l, m(0, 2, 1), m(0, 3, 1), 1, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, math.NaN()), m(4, 3, 1), 2, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1), m(4, 3, math.Inf(1)), 2, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1e200), m(4, 3, 1), 2, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1e100), m(4, 3, 1e100), 2, 1) },
		func() error { return o.ObserveLayer(l, m(4, 2, 1), m(4, 3, 1), 2, -1) },
		func() error { return o.Observe(0, m(1, 6, 1), m(1, 6, 1), 1) },
	} {
		require.Error(t, f())
		require.Equal(t, before, state(o))
	}
	params[1].Grad = nil
	params[0].Value[0] = 7
	r, err := o.Step(1)
	require.NoError(t, err)
	require.Equal(t, Report{Absent: 2}, r)
	bits.Same(t, []float64{7, 0, 0, 0, 0, 0}, params[0].Value, "absent")

	for _, x := range []struct {
		field  string
		layers []Layer
		rules  []Rule
	}{
		{"Layers[0].Weight", []Layer{{Weight: "x"}}, nil},
		{"Layers[0].Weight", []Layer{{Weight: "b"}}, nil},
		{"Layers[0].Weight", []Layer{{Weight: "c", Transposed: true}}, nil},
		{"Layers[0].Bias", []Layer{{Weight: "w", Bias: "x"}}, nil},
		{"Layers[0].Bias", []Layer{{Weight: "w", Bias: "b", Transposed: true}}, nil},
		{"Layers[1].Weight", []Layer{{Weight: "w"}, {Weight: "w"}}, nil},
		{"Layers[0].Bias", []Layer{{Weight: "w", Bias: "w"}}, nil},
		{"Rules", []Layer{l}, []Rule{{MaxOrder: 1, NoDecay: true}}},
		{"Rules[0].Axes", []Layer{l}, []Rule{{Name: "w", Axes: true}}},
	} {
		c := KFAC(x.layers...)
		c.Rules = x.rules
		_, err := New(c, []*Param[float64]{param("w", 3, 2), param("b", 3), param("c", 3, 2, 2)}, nil)
		var e *ConfigError
		require.ErrorAs(t, err, &e)
		require.Equal(t, x.field, e.Field)
	}
	o, err = New(KFAC(l), []*Param[float64]{param("w", 3, 2), param("b", 3)}, nil)
	require.NoError(t, err)
	require.Contains(t, o.Explain(), "the bias of a layer")
}

// TestRelativeDampingOfNothing: where all curvature is 0, so is damping relative to it, and a step is one of the gradient.
func TestRelativeDampingOfNothing(t *testing.T) {
	zero := func(r, c int) linalg.Matrix[float32] { return linalg.NewMatrix[float32](r, c) }
	for _, f := range []func(...Layer) Config{KFAC, EKFAC} {
		c := f(Layer{Weight: "p0"})
		c.Factors.Init, c.Moment, c.Limit, c.LR = 0, Moment{}, Limit{}, 1
		c.Diagonal.Relative = true
		p := newProblem[float32](75, []int{3, 4})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		require.NoError(t, o.ObserveLayer(c.Layers[0], zero(5, 4), zero(5, 3), 1, 1))
		p.gradients()
		before := p.copy()
		_, err = o.Step(1)
		require.NoError(t, err)
		for i, v := range p.params[0].Value {
			require.InDelta(t, before.params[0].Value[i]-p.params[0].Grad[i], v, 1e-5)
		}
	}
	c := GaussNewton(-1)
	c.Diagonal.Relative, c.LR = true, 1
	p := newProblem[float32](76, []int{5})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	require.NoError(t, o.Observe(0, zero(1, 5), zero(1, 5), 1))
	p.gradients()
	_, err = o.Step(1)
	require.NoError(t, err)
	p.finite(t, "relative to nothing")
}

// TestLayerTolerance: with a tolerance the first basis is computed all the same, and a basis that is kept has the eigenvalues of the day.
func TestLayerTolerance(t *testing.T) {
	c := KFAC(Layer{Weight: "p0"})
	c.Basis.Every, c.Basis.Tol, c.Factors.Beta, c.Limit = 1, 0.99, 0.5, Limit{}
	p := newProblem[float64](77, []int{3, 4})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	src := rnd.New(78)
	for step := range 3 {
		a, g := linalg.MatrixOf(8, 4, rnd.Normal(src, make([]float64, 32))), linalg.MatrixOf(8, 3, rnd.Normal(src, make([]float64, 24)))
		require.NoError(t, o.ObserveLayer(c.Layers[0], a, g, 1, 1))
		p.gradients()
		r, err := o.Step(1)
		require.NoError(t, err)
		if step == 0 {
			require.Equal(t, 2, r.Refreshed)
			continue
		}
		require.Equal(t, 2, r.Kept)
		x := &o.blocks[0].axes[1]
		for j, v := range x.values {
			want := 0.0
			for i := range 4 {
				for k := range 4 {
					want += x.q.At(i, j) * x.c.At(max(i, k), min(i, k)) * x.q.At(k, j)
				}
			}
			require.InDelta(t, want, v, 1e-12)
		}
	}
}

// TestLayerCurvatureBeforeBasis: without a start at K-FAC's eigenvalues the diagonal is averaged from the first call on, in the axes until there is
// a basis, so that the first step has one; what becomes of it then Carry says.
func TestLayerCurvatureBeforeBasis(t *testing.T) {
	for _, carry := range []Carry{Keep, Square} {
		l := Layer{Weight: "p0", Bias: "p1"}
		c := EKFAC(l)
		c.Basis.Carry, c.Diagonal.Beta, c.Factors.Init = carry, 0.5, 0
		p := newProblem[float64](79, []int{3, 4}, []int{3})
		o, err := New(c, p.params, nil)
		require.NoError(t, err)
		p.gradients()
		_, err = o.Step(1)
		require.ErrorContains(t, err, "call Observe or ObserveLayer first")
		src := rnd.New(78)
		a, g := linalg.MatrixOf(8, 4, rnd.Normal(src, make([]float64, 32))), linalg.MatrixOf(8, 3, rnd.Normal(src, make([]float64, 24)))
		require.NoError(t, o.ObserveLayer(l, a, g, 2, 1))
		b := &o.blocks[0]
		for j, v := range b.v {
			want := 0.0
			for _, s := range samples(a, g, 2) {
				want += 0.5 * s[j] * s[j] / 4
			}
			require.InDelta(t, want, v, 1e-12)
		}
		before := slices.Clone(b.v)
		_, err = o.Step(1)
		require.NoError(t, err)
		require.True(t, b.axes[0].set && b.axes[1].set)
		require.Equal(t, carry == Keep, slices.Equal(before, b.v))
		require.NoError(t, o.ObserveLayer(l, a, g, 2, 1))
		_, err = o.Step(1)
		require.NoError(t, err)
		p.finite(t, carry.String())
	}
}

// TestLayerLeavesSecondMoment: a second moment of gradients in the basis of K-FAC takes nothing from ObserveLayer.
func TestLayerLeavesSecondMoment(t *testing.T) {
	c := variants()["Adam in the basis of K-FAC"]
	p := newProblem[float64](80, []int{3, 4}, []int{3})
	o, err := New(c, p.params, nil)
	require.NoError(t, err)
	steps(t, o, p, 3)
	v, clock := slices.Clone(o.blocks[0].v), o.blocks[0].clock
	feed(t, o, p)
	require.Equal(t, v, o.blocks[0].v)
	require.Equal(t, clock.layered+1, o.blocks[0].clock.layered)
	require.Equal(t, clock.diagonal, o.blocks[0].clock.diagonal)
}
