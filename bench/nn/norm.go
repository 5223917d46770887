package nn

import (
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// RMSNorm is y = g∘z with z = x·r, r = 1/√(mean(x²) + eps), for every row (Zhang and Sennrich 2019).
type RMSNorm[T kernels.Float] struct {
	gain     *Param[T]
	y, z, dx linalg.Matrix[T]
	r        []T
}

const normEps = 1e-6

// NewRMSNorm returns the layer for inputs of at most rows×width. Its parameter is name, width
// gains that start at one.
func NewRMSNorm[T kernels.Float](s *Store[T], name string, rows, width int) *RMSNorm[T] {
	l := &RMSNorm[T]{
		gain: s.param(name, width), r: make([]T, rows),
		y: linalg.NewMatrix[T](rows, width), z: linalg.NewMatrix[T](rows, width), dx: linalg.NewMatrix[T](rows, width),
	}
	if s.master == nil {
		for i := range l.gain.Value {
			l.gain.Value[i] = 1
		}
	}
	return l
}

func (l *RMSNorm[T]) Forward(_ *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	y := top(l.y, x.Rows)
	for i := 0; i < y.Rows; i++ {
		in := x.Row(i)
		r := 1 / elem.Sqrt(kernels.SumSquares(nil, in)/T(len(in))+normEps)
		l.r[i] = r
		out, z, g := y.Row(i)[:len(in)], l.z.Row(i)[:len(in)], l.gain.Value[:len(in)]
		for j, v := range in {
			v *= r
			z[j], out[j] = v, v*g[j]
		}
	}
	return y
}

// Backward: with u = dy∘g, dx = r·(u − z·⟨u, z⟩/n) and dg += dy∘z.
func (l *RMSNorm[T]) Backward(_ *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(l.dx, dy.Rows)
	n := T(dx.Cols)
	dg := l.gain.Grad
	for i := 0; i < dx.Rows; i++ {
		d, z, u := dy.Row(i)[:len(dg)], l.z.Row(i)[:len(dg)], dx.Row(i)
		for j := range dg {
			dg[j] += T(d[j] * z[j])
		}
		kernels.Hadamard(nil, d, l.gain.Value, u)
		kernels.Axpy(nil, -kernels.Dot(nil, u, z)/n, z, u)
		kernels.Scal(nil, l.r[i], u)
	}
	return dx
}
