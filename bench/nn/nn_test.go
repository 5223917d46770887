package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// differentiate compares gradients with central differences of f, element by element:
// |analytic − numeric| ≤ tol·(1 + |numeric|).
func differentiate(t *testing.T, what string, f func() float64, value, grad []float64) {
	t.Helper()
	const h, tol = 1e-5, 1e-6
	for i, v := range value {
		value[i] = v + h
		up := f()
		value[i] = v - h
		down := f()
		value[i] = v
		numeric := (up - down) / (2 * h)
		if math.Abs(grad[i]-numeric) > tol*(1+math.Abs(numeric)) {
			t.Fatalf("%s: element %d: gradient %g, central difference %g", what, i, grad[i], numeric)
		}
	}
}

func random(rows, cols int, g *rnd.Source) linalg.Matrix[float64] {
	m := linalg.NewMatrix[float64](rows, cols)
	Normal(m.Data, 1, g)
	return m
}

func TestLayerGradients(t *testing.T) {
	const rows, context = 12, 6
	type layer struct {
		name    string
		in, out int
		build   func(s *Store[float64]) Layer[float64]
	}
	for _, c := range []layer{
		{"linear", 5, 7, func(s *Store[float64]) Layer[float64] { return NewLinear(s, "w", 5, 7, rows, true) }},
		{"stacked", 5, 9, func(s *Store[float64]) Layer[float64] { return newStacked(s, []string{"a", "b", "c"}, 5, 3, rows) }},
		{"relu", 6, 6, func(*Store[float64]) Layer[float64] { return NewReLU[float64](rows, 6) }},
		{"relu2", 6, 6, func(*Store[float64]) Layer[float64] { return NewReLU2[float64](rows, 6) }},
		{"gelu", 6, 6, func(*Store[float64]) Layer[float64] { return NewGELU[float64](rows, 6) }},
		{"rmsnorm", 6, 6, func(s *Store[float64]) Layer[float64] { return NewRMSNorm(s, "g", rows, 6) }},
		{"residual", 6, 6, func(s *Store[float64]) Layer[float64] {
			return NewResidual[float64](NewLinear(s, "w", 6, 6, rows, false), rows, 6)
		}},
		{"attention", 12, 4, func(*Store[float64]) Layer[float64] { return NewAttention[float64](2, 2, context, rows) }},
		{"sequential", 5, 4, func(s *Store[float64]) Layer[float64] {
			return Sequential[float64]{NewLinear(s, "w1", 5, 8, rows, true), NewGELU[float64](rows, 8), NewLinear(s, "w2", 8, 4, rows, true)}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := rnd.New(1)
			var s Store[float64]
			l := c.build(&s)
			for _, p := range s.Params() {
				Normal(p.Value, 1, g)
			}
			x, dy := random(rows, c.in, g), random(rows, c.out, g)
			for i, v := range x.Data {
				if math.Abs(v) < 1e-3 { // stay off the kink of ReLU
					x.Data[i] = 0.5
				}
			}
			f := func() float64 {
				sum := 0.0
				y := l.Forward(nil, x)
				for i := range rows {
					for j, v := range y.Row(i) {
						sum += v * dy.At(i, j)
					}
				}
				return sum
			}
			f()
			dx := l.Backward(nil, dy)
			differentiate(t, "input", f, x.Data, append([]float64(nil), dx.Data...))
			for _, p := range s.Params() {
				differentiate(t, p.Name, f, p.Value, p.Grad)
			}
			// Gradients accumulate.
			f()
			l.Backward(nil, dy)
			for _, p := range s.Params() {
				for i := range p.Grad {
					p.Grad[i] /= 2
				}
				differentiate(t, p.Name+" twice", f, p.Value, p.Grad)
			}
		})
	}
}

// A context longer than a block of queries crosses every branch of attention.
func TestAttentionBlocks(t *testing.T) {
	const context = 2*attentionRows + 3
	g := rnd.New(2)
	l := NewAttention[float64](1, 2, context, context)
	x, dy := random(context, 6, g), random(context, 2, g)
	f := func() float64 {
		sum := 0.0
		for i, v := range l.Forward(nil, x).Data[:len(dy.Data)] {
			sum += v * dy.Data[i]
		}
		return sum
	}
	f()
	differentiate(t, "input", f, x.Data, append([]float64(nil), l.Backward(nil, dy).Data...))

	// No token sees a later one.
	before := append([]float64(nil), l.Forward(nil, x).Data...)
	Normal(x.Row(40), 1, g)
	after := l.Forward(nil, x)
	require.Equal(t, before[:40*2], after.Data[:40*2])
	require.NotEqual(t, before[40*2:], after.Data[40*2:])
}

func TestLossGradients(t *testing.T) {
	const rows = 5
	g := rnd.New(3)
	x := random(rows, 7, g)
	t.Run("cross-entropy", func(t *testing.T) {
		target := []byte{0, 6, 3, 3, 1}
		c := NewCrossEntropy[float64](rows, 7)
		f := func() float64 { return 0.3 * c.Loss(nil, x, target) }
		differentiate(t, "logits", f, x.Data, c.Grad(nil, x, target, 0.3).Data)
	})
	t.Run("squared error", func(t *testing.T) {
		want := random(rows, 7, g)
		c := NewSquaredError[float64](rows, 7)
		f := func() float64 { return 0.3 * c.Loss(x, want) }
		differentiate(t, "prediction", f, x.Data, c.Grad(x, want, 0.3).Data)
	})
}

var tiny = TransformerConfig{Width: 8, Layers: 2, Heads: 2, MLP: 12, Context: 6}

func tinyBatch(sequences, context int) Batch {
	g := rnd.New(4)
	b := Batch{make([]byte, sequences*context), make([]byte, sequences*context)}
	for i := range b.In {
		b.In[i], b.Target[i] = byte(g.Uint64()), byte(g.Uint64())
	}
	return b
}

func TestTransformerGradient(t *testing.T) {
	m := NewLM[float64](tiny)
	m.Init(5)
	for _, p := range m.Params()[:2] {
		Normal(p.Value, 1, rnd.New(8)) // small embeddings would need a small step of the differences
	}
	b := tinyBatch(3, tiny.Context)
	loss := m.Gradient(nil, b)
	require.InDelta(t, math.Log(Vocabulary), loss, 0.7)
	require.Equal(t, loss, m.Loss(nil, b))
	f := func() float64 { return m.Loss(nil, b) }
	count := 40
	if testing.Short() {
		count = 5 // software FMA is slow
	}
	for _, p := range m.Params() {
		// Some elements of each parameter are enough: the layers are checked in full above.
		n := min(len(p.Value), count)
		differentiate(t, p.Name, f, p.Value[:n], p.Grad[:n])
	}
	tail := m.Params()[len(m.Params())-1]
	require.Equal(t, "head", tail.Name)
}

// Every number of workers and every tier gives the same bits, and a step allocates nothing.
func TestTransformerDeterminism(t *testing.T) {
	gradient := func(p *kernels.Pool, sequences int) []float32 {
		m := NewLM[float32](tiny)
		m.Init(6)
		out := []float32{float32(m.Gradient(p, tinyBatch(sequences, tiny.Context)))}
		for _, q := range m.Params() {
			out = append(out, q.Grad...)
		}
		return out
	}
	sizes := []int{1, 35} // fewer than the lanes; more than they hold at once
	if testing.Short() {
		sizes[1] = 9
	}
	for _, sequences := range sizes {
		want := gradient(nil, sequences)
		for _, isa := range kernels.Supported() {
			for workers := 1; workers <= 3; workers++ {
				p := kernels.NewPool(workers, kernels.WithISA(isa))
				require.Equal(t, want, gradient(p, sequences), "%v, %d workers, %d sequences", isa, workers, sequences)
				p.Close()
			}
		}
	}
}

func TestTransformerAllocations(t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	m := NewLM[float32](tiny)
	m.Init(7)
	b := tinyBatch(9, tiny.Context)
	require.Zero(t, testing.AllocsPerRun(5, func() { m.Gradient(p, b) }))
}

func TestReplicaMustMatch(t *testing.T) {
	var s Store[float32]
	NewLinear(&s, "w", 2, 3, 4, false)
	require.Panics(t, func() { NewLinear(s.Replica(), "w", 2, 4, 4, false) })
}
