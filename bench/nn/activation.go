package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// unary is what the elementwise layers share: the latest input and two buffers.
type unary[T kernels.Float] struct {
	x, y, dx linalg.Matrix[T]
}

func newUnary[T kernels.Float](rows, width int) unary[T] {
	return unary[T]{y: linalg.NewMatrix[T](rows, width), dx: linalg.NewMatrix[T](rows, width)}
}

// ReLU is y = max(x, 0).
type ReLU[T kernels.Float] struct{ unary[T] }

// NewReLU returns the layer for inputs of at most rows×width.
func NewReLU[T kernels.Float](rows, width int) *ReLU[T] {
	return &ReLU[T]{newUnary[T](rows, width)}
}

func (l *ReLU[T]) Forward(_ *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	l.x = x
	y := top(l.y, x.Rows)
	for i := 0; i < y.Rows; i++ {
		r := y.Row(i)
		for j, v := range x.Row(i)[:len(r)] {
			r[j] = max(v, 0)
		}
	}
	return y
}

// Backward uses the derivative 0 at x = 0.
func (l *ReLU[T]) Backward(_ *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(l.dx, dy.Rows)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		x := l.x.Row(i)[:len(r)]
		for j, d := range dy.Row(i)[:len(r)] {
			if !(x[j] > 0) {
				d = 0
			}
			r[j] = d
		}
	}
	return dx
}

// ReLU2 is y = max(x, 0)² (So et al. 2021, "Primer").
type ReLU2[T kernels.Float] struct {
	unary[T]
	d linalg.Matrix[T] // dy/dx = 2·max(x, 0)
}

// NewReLU2 returns the layer for inputs of at most rows×width.
func NewReLU2[T kernels.Float](rows, width int) *ReLU2[T] {
	return &ReLU2[T]{newUnary[T](rows, width), linalg.NewMatrix[T](rows, width)}
}

func (l *ReLU2[T]) Forward(_ *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	y := top(l.y, x.Rows)
	for i := 0; i < y.Rows; i++ {
		r := y.Row(i)
		d := l.d.Row(i)[:len(r)]
		for j, v := range x.Row(i)[:len(r)] {
			// max compiles to straight-line code; a branch on the sign would be
			// mispredicted every other time.
			v = max(v, 0)
			r[j], d[j] = v*v, v+v
		}
	}
	return y
}

func (l *ReLU2[T]) Backward(_ *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(l.dx, dy.Rows)
	for i := 0; i < dx.Rows; i++ {
		kernels.Hadamard(nil, l.d.Row(i), dy.Row(i), dx.Row(i))
	}
	return dx
}

// GELU is the tanh form of Hendrycks and Gimpel 2016,
// y = x/2·(1 + tanh u), u = √(2/π)·(x + 0.044715·x³),
// evaluated as x·s with s = 1/(1 + exp(−2u)).
type GELU[T kernels.Float] struct {
	unary[T]
	s linalg.Matrix[T]
}

// NewGELU returns the layer for inputs of at most rows×width.
func NewGELU[T kernels.Float](rows, width int) *GELU[T] {
	return &GELU[T]{newUnary[T](rows, width), linalg.NewMatrix[T](rows, width)}
}

const (
	geluA = -1.5957691216057307118 // −2·√(2/π)
	geluB = 0.044715
)

func (l *GELU[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	l.x = x
	y := top(l.y, x.Rows)
	for i := 0; i < y.Rows; i++ {
		r := y.Row(i)
		in, s := x.Row(i)[:len(r)], l.s.Row(i)[:len(r)]
		for j, v := range in {
			s[j] = geluA * (v * (1 + T(geluB*T(v*v))))
		}
		kernels.Exp(p, s, s)
		for j, v := range in {
			s[j] = 1 / (1 + s[j])
			r[j] = v * s[j]
		}
	}
	return y
}

func (l *GELU[T]) Backward(_ *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(l.dx, dy.Rows)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		x, s := l.x.Row(i)[:len(r)], l.s.Row(i)[:len(r)]
		for j, d := range dy.Row(i)[:len(r)] {
			// y' = s + x·s·(1−s)·2u'
			v := x[j]
			u := -geluA * (1 + T(3*geluB*T(v*v)))
			r[j] = d * (s[j] + T(T(v*s[j])*T((1-s[j])*u)))
		}
	}
	return dx
}
