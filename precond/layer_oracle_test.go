package precond

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/oracle"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// TestKFACOracle compares factors and preconditioned gradients with those of kfac-pytorch.
func TestKFACOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "kfac") {
		t.Run(c.Name, func(t *testing.T) { kfacCase[float32](t, c) })
	}
}

func kfacCase[T kernels.Float](t *testing.T, c *oracle.Case) {
	var f struct {
		Method  string
		Steps   int
		Options struct {
			Decay   float64 `json:"factor_decay"`
			Damping float64
			Bias    bool
			Micro   int `json:"micro_batches"`
			Conv    *struct{ Kernel, Stride, Padding, Size int }
		}
	}
	c.Decode(t, &f)
	l := Layer{Weight: "w"}
	shape := c.ParamShapes[0]
	n := 1
	for _, d := range shape {
		n *= d
	}
	params := []*Param[T]{{Name: "w", Shape: shape, Value: make([]T, n)}}
	if f.Options.Bias {
		l.Bias = "b"
		params = append(params, &Param[T]{Name: "b", Shape: []int{shape[0]}, Value: make([]T, shape[0])})
	}
	cfg := KFAC(l)
	cfg.LR, cfg.Moment, cfg.Basis.Every, cfg.Factors.Beta, cfg.Limit = 1, Moment{}, 1, f.Options.Decay, Limit{}
	cfg.Diagonal.Damping = f.Options.Damping
	if f.Method == "inverse" {
		cfg.Basis.Kind = Root
		cfg.Diagonal = Diagonal{Of: DiagonalEigenvalues, Power: -1, Eps: f.Options.Damping, EpsAt: EpsAtFactor}
	}
	o, err := New(cfg, params, nil)
	require.NoError(t, err)
	out, in := shape[0], n/shape[0]
	factors, _ := c.Bar("factors")
	bar, _ := c.Bar("preconditioned")
	seen := 0
	for step := 1; step <= f.Steps; step++ {
		// Micro batches are averaged: of equal size, they are the rows of one.
		var a, g []T
		positions := 1
		for m := range f.Options.Micro {
			x := oracle.Values[T](t, c, "activations"+string(rune('0'+m)), step, 0)
			y := oracle.Values[T](t, c, "output_grads"+string(rune('0'+m)), step, 0)
			if v := f.Options.Conv; v != nil {
				require.Equal(t, 1, v.Stride)
				positions = v.Size * v.Size
				x = patches(x, shape[1], v.Size, v.Kernel, v.Padding)
				y = channelsLast(y, out, positions)
			}
			a, g = append(a, x...), append(g, y...)
		}
		rows := len(g) / out
		require.NoError(t, o.ObserveLayer(l, linalg.MatrixOf(rows, in, a), linalg.MatrixOf(rows, out, g), positions, 1))
		if _, ok := c.Find("preconditioned", step, 0); !ok {
			continue
		}
		seen++
		for k, name := range []string{"G", "A"} {
			x := &o.blocks[0].axes[k]
			full := linalg.NewMatrix[T](x.d, x.d)
			linalg.Copy(full, x.c)
			linalg.Mirror(nil, kernels.Lower, full)
			require.LessOrEqual(t, oracle.Relative(full.Data, oracle.Values[T](t, c, name, step, 0)), factors, name)
		}
		for i, name := range []string{"weight_grad", "bias_grad"}[:len(params)] {
			params[i].Grad = oracle.Values[T](t, c, name, step, 0)
			clear(params[i].Value)
		}
		_, err := o.Step(1)
		require.NoError(t, err)
		got := make([]T, o.blocks[0].n)
		if l.Bias != "" {
			o.blocks[0].join(got, params[0].Value, params[1].Value, false)
		} else {
			copy(got, params[0].Value)
		}
		kernels.Scal(nil, -1, got)
		e := oracle.Relative(got, oracle.Values[T](t, c, "preconditioned", step, 0))
		require.LessOrEqual(t, e, bar)
		t.Logf("step %d: %.2f of the bar", step, e/bar)
	}
	require.Positive(t, seen)
}

// TestEKFACOracle runs the damped solves of kronfluence, whose basis and diagonal are given, as steps: with damping of a fixed
// size and with a tenth of the mean of the diagonal.
func TestEKFACOracle(t *testing.T) {
	for _, c := range oracle.Cases(t, "ekfac_precondition") {
		t.Run(c.Name, func(t *testing.T) {
			if c.Dtype == "float64" {
				ekfacCase[float64](t, c)
			} else {
				ekfacCase[float32](t, c)
			}
		})
	}
}

func ekfacCase[T kernels.Float](t *testing.T, c *oracle.Case) {
	var f struct {
		Count float64
		Items []struct {
			Array, Strategy string
			Damping         *float64
			Tolerance       float64
		}
	}
	c.Decode(t, &f)
	shape := c.ParamShapes[0]
	n, seen := shape[0]*shape[1], 0
	read := func(name string) []T { return oracle.Values[T](t, c, name, oracle.None, oracle.None) }
	for _, it := range f.Items {
		if it.Strategy == "kfac" { // whose eigenvalues are no function of factors here; linalg runs it
			continue
		}
		seen++
		cfg := GaussNewton(-1)
		cfg.LR, cfg.Diagonal.Debias, cfg.Diagonal.Beta = 1, false, 0
		if it.Damping != nil {
			cfg.Diagonal.Damping = *it.Damping
		} else {
			cfg.Diagonal.Damping, cfg.Diagonal.Relative = 0.1, true
		}
		if it.Strategy == "ekfac" {
			cfg.Basis = BasisRule{Kind: Eigen, Start: -1}
		}
		p := &Param[T]{Name: "w", Shape: shape, Value: make([]T, n)}
		o, err := New(cfg, []*Param[T]{p}, nil)
		require.NoError(t, err)
		if it.Strategy == "ekfac" {
			require.NoError(t, o.SetBasis(0, 0, linalg.MatrixOf(shape[0], shape[0], read("QG"))))
			require.NoError(t, o.SetBasis(0, 1, linalg.MatrixOf(shape[1], shape[1], read("QA"))))
		}
		one := linalg.NewMatrix[T](1, n)
		require.NoError(t, o.Observe(0, one, one, 1)) // something is known now
		v := read("Lambda_sum")
		for i := range v {
			v[i] /= T(f.Count)
		}
		require.NoError(t, o.SetTensor("w/v", view(v, o.blocks[0].dims...)))
		g, want := read("grad"), read(it.Array)
		for s := 0; s < len(g); s += n {
			p.Grad = g[s:][:n]
			clear(p.Value)
			_, err := o.Step(1)
			require.NoError(t, err)
			kernels.Scal(nil, -1, p.Value)
			require.LessOrEqual(t, oracle.Relative(p.Value, want[s:][:n]), it.Tolerance, it.Array)
		}
	}
	require.Positive(t, seen)
}

// patches unfolds images n×c×s×s: a row for every pixel of the output, stride 1.
func patches[T kernels.Float](x []T, c, s, k, pad int) []T {
	var out []T
	for n := 0; n < len(x); n += c * s * s {
		for i := range s {
			for j := range s {
				for ch := range c {
					for u := range k {
						for v := range k {
							y, z := i+u-pad, j+v-pad
							if y < 0 || y >= s || z < 0 || z >= s {
								out = append(out, 0)
							} else {
								out = append(out, x[n+(ch*s+y)*s+z])
							}
						}
					}
				}
			}
		}
	}
	return out
}

func channelsLast[T kernels.Float](x []T, c, pixels int) []T {
	var out []T
	for n := 0; n < len(x); n += c * pixels {
		for i := range pixels {
			for ch := range c {
				out = append(out, x[n+ch*pixels+i])
			}
		}
	}
	return out
}
