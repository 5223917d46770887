package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Linear is y = x·Wᵀ + b, W out×in; b is optional.
type Linear[T kernels.Float] struct {
	w, dw linalg.Matrix[T]
	bias  *Param[T]

	x     linalg.Matrix[T] // the latest input
	y, dx linalg.Matrix[T]
}

// NewLinear returns the layer for at most rows rows. Its parameters are name, out×in, and with bias
// name.bias; they start at zero.
func NewLinear[T kernels.Float](s *Store[T], name string, in, out, rows int, bias bool) *Linear[T] {
	l := newStacked(s, []string{name}, in, out, rows)
	if bias {
		l.bias = s.param(name+".bias", out)
	}
	return l
}

// newStacked returns a Linear whose weight is a stack of one out×in parameter per name; its
// output has the outputs of all side by side.
func newStacked[T kernels.Float](s *Store[T], names []string, in, out, rows int) *Linear[T] {
	v, g := s.stack(names, out, in)
	n := out * len(names)
	return &Linear[T]{
		w: linalg.MatrixOf(n, in, v), dw: linalg.MatrixOf(n, in, g),
		y: linalg.NewMatrix[T](rows, n), dx: linalg.NewMatrix[T](rows, in),
	}
}

func (l *Linear[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	l.x = x
	y := top(l.y, x.Rows)
	gemm(p, kernels.NoTrans, kernels.Trans, 1, x, l.w, 0, y)
	if l.bias != nil {
		for i := 0; i < y.Rows; i++ {
			kernels.Axpy(nil, 1, l.bias.Value, y.Row(i))
		}
	}
	return y
}

func (l *Linear[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	l.Accumulate(p, dy)
	dx := top(l.dx, dy.Rows)
	gemm(p, kernels.NoTrans, kernels.NoTrans, 1, dy, l.w, 0, dx)
	return dx
}

// Accumulate is Backward without dL/dx, for a first layer.
func (l *Linear[T]) Accumulate(p *kernels.Pool, dy linalg.Matrix[T]) {
	gemm(p, kernels.Trans, kernels.NoTrans, 1, dy, l.x, 1, l.dw)
	if l.bias != nil {
		for i := 0; i < dy.Rows; i++ {
			kernels.Axpy(nil, 1, dy.Row(i), l.bias.Grad)
		}
	}
}

// gemm sets C = α·op(A)·op(B) + β·C.
func gemm[T kernels.Float](p *kernels.Pool, ta, tb kernels.Transpose, alpha T, a, b linalg.Matrix[T], beta T, c linalg.Matrix[T]) {
	k := a.Cols
	if ta == kernels.Trans {
		k = a.Rows
	}
	kernels.Gemm(p, ta, tb, c.Rows, c.Cols, k, alpha, a.Data, a.Stride, b.Data, b.Stride, beta, c.Data, c.Stride)
}
