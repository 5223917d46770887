package nn

import (
	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// RMSNorm is y = g∘x / √(mean(x²) + eps) for every row (Zhang and Sennrich 2019).
type RMSNorm[T kernels.Float] struct {
	unary[T]
	gain *Param[T]
	r    []T // 1/√(mean(x²) + eps) of each row
	u    []T // one row: dy∘g
}

const normEps = 1e-6

// NewRMSNorm returns the layer for inputs of at most rows×width. Its parameter is name, width
// gains that start at one.
func NewRMSNorm[T kernels.Float](s *Store[T], name string, rows, width int) *RMSNorm[T] {
	l := &RMSNorm[T]{unary: newUnary[T](rows, width), gain: s.param(name, width), r: make([]T, rows), u: make([]T, width)}
	if s.master == nil {
		for i := range l.gain.Value {
			l.gain.Value[i] = 1
		}
	}
	return l
}

func (l *RMSNorm[T]) Forward(_ *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	l.x = x
	y := top(l.y, x.Rows)
	for i := 0; i < y.Rows; i++ {
		in := x.Row(i)
		r := 1 / elem.Sqrt(kernels.SumSquares(nil, in)/T(len(in))+normEps)
		l.r[i] = r
		out, g := y.Row(i)[:len(in)], l.gain.Value[:len(in)]
		for j, v := range in {
			out[j] = T(v*r) * g[j]
		}
	}
	return y
}

// Backward: with u = dy∘g, dx = r·u − x·(r³/n)·⟨u, x⟩ and dg += dy∘x·r.
func (l *RMSNorm[T]) Backward(_ *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(l.dx, dy.Rows)
	n := T(dx.Cols)
	for i := 0; i < dx.Rows; i++ {
		r, out := l.r[i], dx.Row(i)
		x, d := l.x.Row(i)[:len(out)], dy.Row(i)[:len(out)]
		g, dg, u := l.gain.Value[:len(out)], l.gain.Grad[:len(out)], l.u[:len(out)]
		for j, v := range x {
			dg[j] += T(d[j] * T(v*r))
			u[j] = d[j] * g[j]
		}
		c := T(r*r) * T(r*kernels.Dot(nil, u, x)) / n
		for j, v := range x {
			out[j] = T(u[j]*r) - T(v*c)
		}
	}
	return dx
}
