package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// unary is what the elementwise layers share: the latest input and output gradient, and buffers.
type unary[T kernels.Float] struct {
	x, dy, y, dx linalg.Matrix[T]

	// Made by the first Tangent.
	dot, ydot, dxdot linalg.Matrix[T]
	slope, bend      linalg.Matrix[T] // y' and y" at x
}

func newUnary[T kernels.Float](rows, width int) unary[T] {
	return unary[T]{y: linalg.NewMatrix[T](rows, width), dx: linalg.NewMatrix[T](rows, width)}
}

// curve is an elementwise function with two derivatives.
type curve[T kernels.Float] interface{ derivatives(x, slope, bend []T) }

// tangent is ẏ = y'(x)∘ẋ.
func (u *unary[T]) tangent(f curve[T], dot linalg.Matrix[T]) linalg.Matrix[T] {
	if u.ydot.Data == nil {
		for _, m := range []*linalg.Matrix[T]{&u.ydot, &u.dxdot, &u.slope, &u.bend} {
			*m = linalg.NewMatrix[T](u.y.Rows, u.y.Cols)
		}
	}
	u.dot = dot
	y := top(u.ydot, u.x.Rows)
	for i := 0; i < y.Rows; i++ {
		slope := u.slope.Row(i)
		f.derivatives(u.x.Row(i), slope, u.bend.Row(i))
		if dot.Data == nil {
			clear(y.Row(i))
			continue
		}
		kernels.Hadamard(nil, slope, dot.Row(i), y.Row(i))
	}
	return y
}

// BackwardTangent is d(dL/dx) = y"(x)∘ẋ∘δ + y'(x)∘δ̇ with δ = dL/dy.
func (u *unary[T]) BackwardTangent(_ *kernels.Pool, ddy linalg.Matrix[T], _, _ []T) linalg.Matrix[T] {
	dx := top(u.dxdot, ddy.Rows)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		kernels.Hadamard(nil, u.slope.Row(i), ddy.Row(i), r)
		if u.dot.Data == nil {
			continue
		}
		bend, dot, dy := u.bend.Row(i)[:len(r)], u.dot.Row(i)[:len(r)], u.dy.Row(i)[:len(r)]
		for j := range r {
			r[j] += T(T(bend[j]*dot[j]) * dy[j])
		}
	}
	return dx
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
	l.dy = dy
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

func (l *ReLU[T]) Tangent(_ *kernels.Pool, dot linalg.Matrix[T], _ []T) linalg.Matrix[T] {
	return l.tangent(l, dot)
}

func (*ReLU[T]) derivatives(x, slope, bend []T) {
	clear(bend)
	for j, v := range x {
		slope[j] = 0
		if v > 0 {
			slope[j] = 1
		}
	}
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
	l.x = x
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
	l.dy = dy
	dx := top(l.dx, dy.Rows)
	for i := 0; i < dx.Rows; i++ {
		kernels.Hadamard(nil, l.d.Row(i), dy.Row(i), dx.Row(i))
	}
	return dx
}

func (l *ReLU2[T]) Tangent(_ *kernels.Pool, dot linalg.Matrix[T], _ []T) linalg.Matrix[T] {
	return l.tangent(l, dot)
}

func (*ReLU2[T]) derivatives(x, slope, bend []T) {
	for j, v := range x {
		v = max(v, 0)
		slope[j], bend[j] = v+v, 0
		if v > 0 {
			bend[j] = 2
		}
	}
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
	l.dy = dy
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

func (l *GELU[T]) Tangent(_ *kernels.Pool, dot linalg.Matrix[T], _ []T) linalg.Matrix[T] {
	return l.tangent(l, dot)
}

// With q = 2u': y' = s + x·s·(1−s)·q and y" = s·(1−s)·(2q + x·((1−2s)·q² + q')).
func (l *GELU[T]) derivatives(x, slope, bend []T) {
	for j, v := range x {
		s := geluA * (v * (1 + T(geluB*T(v*v))))
		slope[j] = s
	}
	kernels.Exp(nil, slope, slope)
	for j, v := range x {
		s := 1 / (1 + slope[j])
		q := T(-geluA * (1 + T(3*geluB*T(v*v))))
		dq := T(T(-geluA*6*geluB) * v)
		t := s * (1 - s)
		slope[j] = s + T(T(v*t)*q)
		bend[j] = t * (T(2*q) + T(v*(T(T((1-T(2*s))*q)*q)+dq)))
	}
}
