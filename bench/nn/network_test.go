package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// networks are the models of the tests, with the width of their input.
func networks(rows int) map[string]struct {
	n  *Network[float64]
	in int
} {
	type network = struct {
		n  *Network[float64]
		in int
	}
	conv := func(c ConvShape) network {
		n := &Network[float64]{}
		l := NewConv(&n.Store, "conv1", c, 3, rows)
		n.Add(l)
		h, w := c.Out()
		n.Add(NewGELU[float64](rows, h*w*3))
		d := ConvShape{H: h, W: w, C: 3, KH: 2, KW: 1}
		n.Add(NewConv(&n.Store, "conv2", d, 2, rows))
		h, w = d.Out()
		n.Add(NewGELU[float64](rows, h*w*2))
		n.Add(NewAffine(&n.Store, "head", h*w*2, 4, rows))
		return network{n, c.H * c.W * c.C}
	}
	residual := &Network[float64]{}
	residual.Add(NewAffine(&residual.Store, "in", 5, 6, rows))
	inner := NewAffine(&residual.Store, "block", 6, 6, rows)
	residual.Add(NewResidual[float64](Sequential[float64]{inner, NewGELU[float64](rows, 6)}, rows, 6))
	residual.Add(NewLinear(&residual.Store, "out", 6, 4, rows, true))
	return map[string]network{
		"linear":       {NewMLP[float64]([]int{5, 4}, Straight, true, rows), 5},
		"deep linear":  {NewMLP[float64]([]int{5, 3, 4}, Straight, false, rows), 5},
		"relu":         {NewMLP[float64]([]int{5, 7, 4}, Rectify, true, rows), 5},
		"relu squared": {NewMLP[float64]([]int{5, 7, 6, 4}, RectifySquared, true, rows), 5},
		"gelu":         {NewMLP[float64]([]int{5, 7, 6, 4}, Gauss, true, rows), 5},
		"residual":     {residual, 5},
		"conv":         conv(ConvShape{H: 4, W: 3, C: 2, KH: 3, KW: 2, Pad: 1}),
		"circular":     conv(ConvShape{H: 5, W: 4, C: 1, KH: 2, KW: 3, Pad: 1, Stride: 2, Circular: true}),
	}
}

// Every derivative of a network is that of finite differences.
func TestNetworkDerivatives(t *testing.T) {
	const rows, classes = 6, 4
	const h, tol = 1e-6, 2e-7
	for name, m := range networks(rows) {
		t.Run(name, func(t *testing.T) {
			n := m.n
			g := rnd.New(11)
			size := n.Size()
			theta, v, grad := make([]float64, size), make([]float64, size), make([]float64, size)
			Normal(theta, 0.7, g)
			Normal(v, 1, g)
			x := random(rows, m.in, g)
			target := []byte{0, 3, 1, 2, 2, 0}
			ce := NewCrossEntropy[float64](rows, classes)
			se := NewSquaredError[float64](rows, classes)
			want := random(rows, classes, g)
			shift := func(by float64) {
				moved := append([]float64(nil), theta...)
				for i, d := range v {
					moved[i] += by * d
				}
				n.Store.SetValues(moved)
			}
			outputs := func(by float64) []float64 {
				shift(by)
				y := n.Forward(nil, x)
				return append([]float64(nil), y.Data[:rows*classes]...)
			}
			difference := func(f func(by float64) []float64) []float64 {
				up, down := f(h), f(-h)
				shift(0)
				for i := range up {
					up[i] = (up[i] - down[i]) / (2 * h)
				}
				return up
			}
			near := func(what string, want, got []float64) {
				t.Helper()
				require.Len(t, got, len(want))
				scale := 1.0
				for _, w := range want {
					scale = max(scale, math.Abs(w))
				}
				for i, w := range want {
					require.InDelta(t, w, got[i], tol*scale, "%s, element %d", what, i)
				}
			}
			shift(0)
			back := make([]float64, size)
			n.Store.GatherValues(back)
			require.Equal(t, theta, back)

			// J·v, and Jᵀ·u as its adjoint.
			n.Forward(nil, x)
			ydot := append([]float64(nil), n.Tangent(nil, v).Data[:rows*classes]...)
			near("J·v", difference(outputs), ydot)
			n.Forward(nil, x)
			u := random(rows, classes, g)
			n.VJP(nil, grad, u)
			left, right := 0.0, 0.0
			for i, d := range grad {
				left += d * v[i]
			}
			for i, d := range u.Data {
				right += d * ydot[i]
			}
			require.InDelta(t, right, left, 1e-10*(1+math.Abs(right)))

			// The Hessian times v, for both losses.
			for _, loss := range []struct {
				name    string
				grad    func(y linalg.Matrix[float64]) linalg.Matrix[float64]
				hessian func(y, dot linalg.Matrix[float64]) linalg.Matrix[float64]
			}{
				{"cross-entropy",
					func(y linalg.Matrix[float64]) linalg.Matrix[float64] { return ce.Grad(nil, y, target, 0.5) },
					func(y, dot linalg.Matrix[float64]) linalg.Matrix[float64] { return ce.Hessian(nil, y, dot, 0.5) }},
				{"squared error",
					func(y linalg.Matrix[float64]) linalg.Matrix[float64] { return se.Grad(y, want, 0.5) },
					func(_, dot linalg.Matrix[float64]) linalg.Matrix[float64] { return se.Hessian(dot, 0.5) }},
			} {
				gradient := func(by float64) []float64 {
					shift(by)
					n.Backward(nil, loss.grad(n.Forward(nil, x)))
					out := make([]float64, size)
					n.Store.Gather(out)
					return out
				}
				numeric := difference(gradient)
				y := n.Forward(nil, x)
				n.Backward(nil, loss.grad(y))
				hv := make([]float64, size)
				n.HessianVector(nil, hv, v, loss.hessian(y, n.Tangent(nil, v)))
				near("H·v, "+loss.name, numeric, hv)
			}

			// Each row of PerSample is the gradient of a batch of one; their sum is the gradient.
			y := n.Forward(nil, x)
			n.Backward(nil, ce.Grad(nil, y, target, 1))
			n.Store.Gather(grad)
			if name != "residual" { // its inner layer is no layer of the network
				each := linalg.NewMatrix[float64](rows, size)
				n.PerSample(nil, each)
				sum := make([]float64, size)
				one := make([]float64, size)
				for i := 0; i < rows; i++ {
					y := n.Forward(nil, x.Slice(i, 0, 1, m.in))
					n.Backward(nil, ce.Grad(nil, y, target[i:i+1], 1))
					n.Store.Gather(one)
					near("sample", one, each.Row(i))
					for j, d := range one {
						sum[j] += d
					}
				}
				near("sum of samples", sum, grad)
			}
		})
	}
}

// What K-FAC's factors are made of: a layer's output gradient is that of differences in its bias, for a batch of one, and with its
// input makes the gradient of the weights.
func TestLayerStatistics(t *testing.T) {
	const h, classes = 1e-6, 4
	n := NewMLP[float64]([]int{5, 7, 6, classes}, Gauss, true, 1)
	g := rnd.New(21)
	theta, grad := make([]float64, n.Size()), make([]float64, n.Size())
	Normal(theta, 0.7, g)
	ce := NewCrossEntropy[float64](1, classes)
	x := random(1, 5, g)
	loss := func(at []float64) float64 {
		n.Store.SetValues(at)
		return ce.Loss(nil, n.Forward(nil, x), []byte{2})
	}
	loss(theta)
	n.Backward(nil, ce.Grad(nil, n.Forward(nil, x), []byte{2}, 1))
	n.Store.Gather(grad)
	type statistic struct{ in, out []float64 }
	var all []statistic
	for _, l := range n.Layers {
		all = append(all, statistic{slices.Clone(l.Input().Row(0)), slices.Clone(l.OutputGradient().Row(0))})
	}
	at := 0
	for _, s := range all {
		in, out := len(s.in), len(s.out)
		for i := range out {
			bias := at + i*(in+1) + in // rows of [W, b]
			up, down := slices.Clone(theta), slices.Clone(theta)
			up[bias] += h
			down[bias] -= h
			require.InDelta(t, (loss(up)-loss(down))/(2*h), s.out[i], 1e-8)
			for j, a := range s.in {
				require.InDelta(t, s.out[i]*a, grad[at+i*(in+1)+j], 1e-12)
			}
		}
		at += out * (in + 1)
	}
	require.Equal(t, n.Size(), at)
}

// The Gauss–Newton matrix is Jᵀ·H·J, and the Hessian of a linear model.
func TestGaussNewton(t *testing.T) {
	const rows = 5
	g := rnd.New(3)
	n := NewMLP[float64]([]int{4, 3}, Straight, true, rows)
	theta, v := make([]float64, n.Size()), make([]float64, n.Size())
	Normal(theta, 1, g)
	Normal(v, 1, g)
	n.Store.SetValues(theta)
	x := random(rows, 4, g)
	target := []byte{0, 1, 2, 0, 1}
	c := NewCrossEntropy[float64](rows, 3)
	y := n.Forward(nil, x)
	n.Backward(nil, c.Grad(nil, y, target, 1))
	ddy := c.Hessian(nil, y, n.Tangent(nil, v), 1)
	hv, ggn := make([]float64, n.Size()), make([]float64, n.Size())
	n.HessianVector(nil, hv, v, ddy)
	n.VJP(nil, ggn, ddy)
	require.InDeltaSlice(t, hv, ggn, 1e-12)
}

// A convolution by hand.
func TestConv(t *testing.T) {
	g := rnd.New(5)
	for _, c := range []ConvShape{
		{H: 4, W: 5, C: 2, KH: 3, KW: 2}, {H: 4, W: 5, C: 2, KH: 3, KW: 2, Pad: 1, Stride: 2},
		{H: 1, W: 6, C: 1, KH: 1, KW: 6, Circular: true}, {H: 3, W: 3, C: 1, KH: 3, KW: 3, Pad: 1, Circular: true},
	} {
		var s Store[float64]
		l := NewConv(&s, "w", c, 2, 2)
		Normal(s.Params()[0].Value, 1, g)
		x := random(2, c.H*c.W*c.C, g)
		y := l.Forward(nil, x)
		h, w := c.Out()
		require.Equal(t, h*w, l.Positions())
		require.Equal(t, h*w*2, y.Cols)
		weights := s.Params()[0].Value
		for r := 0; r < 2; r++ {
			for i := 0; i < h; i++ {
				for j := 0; j < w; j++ {
					for o := 0; o < 2; o++ {
						row := weights[o*(c.Patch()+1):][:c.Patch()+1]
						want := row[c.Patch()]
						for a := 0; a < c.KH; a++ {
							for b := 0; b < c.KW; b++ {
								yy, xx := i*c.stride()-c.Pad+a, j*c.stride()-c.Pad+b
								if c.Circular {
									yy, xx = (yy+c.H)%c.H, (xx+c.W)%c.W
								} else if yy < 0 || yy >= c.H || xx < 0 || xx >= c.W {
									continue
								}
								for k := 0; k < c.C; k++ {
									want += row[(a*c.KW+b)*c.C+k] * x.At(r, (yy*c.W+xx)*c.C+k)
								}
							}
						}
						require.InDelta(t, want, y.At(r, (i*w+j)*2+o), 1e-12)
					}
				}
			}
		}
	}
}

// Sampled labels have the model's probabilities.
func TestSample(t *testing.T) {
	const rows = 4000
	c := NewCrossEntropy[float64](rows, 3)
	x := linalg.NewMatrix[float64](rows, 3)
	for i := range rows {
		copy(x.Row(i), []float64{math.Log(0.2), math.Log(0.5), math.Log(0.3)})
	}
	target := make([]byte, rows)
	c.Sample(nil, x, rnd.New(1), target)
	var count [3]float64
	for _, k := range target {
		count[k] += 1.0 / rows
	}
	require.InDeltaSlice(t, []float64{0.2, 0.5, 0.3}, count[:], 0.03)
	again := make([]byte, rows)
	c.Sample(nil, x, rnd.New(1), again)
	require.Equal(t, target, again)
}

// step is a training step of a small classifier with plain gradient descent.
func step(p *kernels.Pool, n *Network[float32], c *CrossEntropy[float32], x linalg.Matrix[float32], target []byte) {
	y := n.Forward(p, x)
	n.Backward(p, c.Grad(p, y, target, 1/float32(x.Rows)))
	for _, q := range n.Store.Params() {
		kernels.Axpy(p, -0.1, q.Grad, q.Value)
	}
}

func classifier(rows int) (*Network[float32], *CrossEntropy[float32], linalg.Matrix[float32], []byte) {
	g := rnd.New(9)
	n := NewMLP[float32]([]int{64, 16, 10}, Gauss, true, rows)
	for _, q := range n.Store.Params() {
		Normal(q.Value, 0.1, g)
	}
	x := linalg.NewMatrix[float32](rows, 64)
	Normal(x.Data, 1, g)
	target := make([]byte, rows)
	for i := range target {
		target[i] = byte(g.Intn(10))
	}
	return n, NewCrossEntropy[float32](rows, 10), x, target
}

func TestSmallStepAllocations(t *testing.T) {
	n, c, x, target := classifier(32)
	each := linalg.NewMatrix[float32](32, n.Size())
	v, hv := make([]float32, n.Size()), make([]float32, n.Size())
	v[3] = 1
	run := func() {
		step(nil, n, c, x, target)
		n.PerSample(nil, each)
		y := n.Forward(nil, x)
		n.Backward(nil, c.Grad(nil, y, target, 1))
		n.HessianVector(nil, hv, v, c.Hessian(nil, y, n.Tangent(nil, v), 1))
		n.VJP(nil, hv, c.Hessian(nil, y, n.Tangent(nil, v), 1))
	}
	run()
	require.Zero(t, testing.AllocsPerRun(5, run))
}

// BenchmarkSmallStep is what influence functions need more than a million of.
func BenchmarkSmallStep(b *testing.B) {
	n, c, x, target := classifier(32)
	for b.Loop() {
		step(nil, n, c, x, target)
	}
}
