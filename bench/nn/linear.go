package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond/influence"
)

// Linear is y = x·Wᵀ + b, W out×in; b is optional.
type Linear[T kernels.Float] struct {
	w, dw  linalg.Matrix[T]
	b, db  []T // nil without bias
	affine bool
	wb     linalg.Matrix[T] // of an affine layer: [W, b], and its gradient
	dwb    linalg.Matrix[T]
	at     int // of the first weight in the Store's order

	x, dy linalg.Matrix[T] // the latest input and output gradient
	y, dx linalg.Matrix[T]

	dot     linalg.Matrix[T] // the latest tangent of the input
	ydot    linalg.Matrix[T] // made when first needed
	dxdot   linalg.Matrix[T]
	scratch []T
}

// NewLinear returns the layer for at most rows rows. Its parameters are name, out×in, and with bias
// name.bias; they start at zero.
func NewLinear[T kernels.Float](s *Store[T], name string, in, out, rows int, bias bool) *Linear[T] {
	l := newStacked(s, []string{name}, in, out, rows)
	if bias {
		q := s.param(name+".bias", out)
		l.b, l.db = q.Value, q.Grad
	}
	return l
}

// NewAffine returns a layer with bias whose parameter name is one out×(in+1) matrix [W, b], the form of K-FAC's
// factors (influence.Layer).
func NewAffine[T kernels.Float](s *Store[T], name string, in, out, rows int) *Linear[T] {
	at := s.Size()
	q := s.param(name, out, in+1)
	wb, dwb := linalg.MatrixOf(out, in+1, q.Value), linalg.MatrixOf(out, in+1, q.Grad)
	return &Linear[T]{
		w: wb.Slice(0, 0, out, in), dw: dwb.Slice(0, 0, out, in),
		b: make([]T, out), db: make([]T, out), affine: true, wb: wb, dwb: dwb, at: at,
		y: linalg.NewMatrix[T](rows, out), dx: linalg.NewMatrix[T](rows, in),
	}
}

// newStacked returns a Linear whose weight is a stack of one out×in parameter per name; its
// output has the outputs of all side by side.
func newStacked[T kernels.Float](s *Store[T], names []string, in, out, rows int) *Linear[T] {
	at := s.Size()
	v, g := s.stack(names, out, in)
	n := out * len(names)
	return &Linear[T]{
		w: linalg.MatrixOf(n, in, v), dw: linalg.MatrixOf(n, in, g), at: at,
		y: linalg.NewMatrix[T](rows, n), dx: linalg.NewMatrix[T](rows, in),
	}
}

// Input returns the input of the latest Forward.
func (l *Linear[T]) Input() linalg.Matrix[T] { return l.x }

// OutputGradient returns dL/dy of the latest Backward, valid until the next layer's next Backward.
func (l *Linear[T]) OutputGradient() linalg.Matrix[T] { return l.dy }

// Shape returns the layer's shape.
func (l *Linear[T]) Shape() influence.Layer {
	return influence.Layer{In: l.w.Cols, Out: l.w.Rows, Bias: l.b != nil}
}

func (l *Linear[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	l.x = x
	y := top(l.y, x.Rows)
	gemm(p, kernels.NoTrans, kernels.Trans, 1, x, l.w, 0, y)
	if l.affine {
		last := l.wb.Cols - 1
		for i := range l.b {
			l.b[i] = l.wb.Data[i*l.wb.Stride+last]
		}
	}
	if l.b != nil {
		addRows(y, l.b)
	}
	return y
}

// addRows adds b to every row of y.
func addRows[T kernels.Float](y linalg.Matrix[T], b []T) {
	for i := 0; i < y.Rows; i++ {
		r := y.Row(i)[:len(b)]
		for j, v := range b {
			r[j] += v
		}
	}
}

// sumRows adds every row of y to s.
func sumRows[T kernels.Float](s []T, y linalg.Matrix[T]) {
	for i := 0; i < y.Rows; i++ {
		for j, v := range y.Row(i)[:len(s)] {
			s[j] += v
		}
	}
}

func (l *Linear[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	l.Accumulate(p, dy)
	dx := top(l.dx, dy.Rows)
	gemm(p, kernels.NoTrans, kernels.NoTrans, 1, dy, l.w, 0, dx)
	return dx
}

// Accumulate is Backward without dL/dx, for a first layer.
func (l *Linear[T]) Accumulate(p *kernels.Pool, dy linalg.Matrix[T]) {
	l.dy = dy
	gemm(p, kernels.Trans, kernels.NoTrans, 1, dy, l.x, 1, l.dw)
	if l.b == nil {
		return
	}
	if !l.affine {
		sumRows(l.db, dy)
		return
	}
	clear(l.db)
	sumRows(l.db, dy)
	last := l.dwb.Cols - 1
	for i, v := range l.db {
		l.dwb.Data[i*l.dwb.Stride+last] += v
	}
}

// part returns the layer's weights, and its bias if it has one, in a vector in the order of the Store.
func (l *Linear[T]) part(v []T) (w linalg.Matrix[T], b []T) {
	m, n := l.w.Rows, l.w.Cols
	v = v[l.at:]
	if !l.affine {
		if l.b != nil {
			b = v[m*n:][:m]
		}
		return linalg.MatrixOf(m, n, v), b
	}
	return linalg.MatrixOf(m, n+1, v).Slice(0, 0, m, n), nil
}

// Tangent: ẏ = ẋ·Wᵀ + x·Ẇᵀ + ḃ.
func (l *Linear[T]) Tangent(p *kernels.Pool, dot linalg.Matrix[T], dir []T) linalg.Matrix[T] {
	if l.ydot.Data == nil {
		l.ydot, l.dxdot = linalg.NewMatrix[T](l.y.Rows, l.y.Cols), linalg.NewMatrix[T](l.dx.Rows, l.dx.Cols)
		l.scratch = make([]T, l.w.Rows)
	}
	l.dot = dot
	w, b := l.part(dir)
	y := top(l.ydot, l.x.Rows)
	gemm(p, kernels.NoTrans, kernels.Trans, 1, l.x, w, 0, y)
	if dot.Data != nil {
		gemm(p, kernels.NoTrans, kernels.Trans, 1, dot, l.w, 1, y)
	}
	if l.affine {
		b = l.scratch
		for i := range b {
			b[i] = dir[l.at+(i+1)*(w.Cols+1)-1]
		}
	}
	if b != nil {
		addRows(y, b)
	}
	return y
}

// BackwardTangent: with δ = dL/dy, d(dL/dW) = δ̇ᵀ·x + δᵀ·ẋ, d(dL/db) = Σ δ̇, d(dL/dx) = δ̇·W + δ·Ẇ.
func (l *Linear[T]) BackwardTangent(p *kernels.Pool, ddy linalg.Matrix[T], dir, hv []T) linalg.Matrix[T] {
	w, b := l.part(hv)
	gemm(p, kernels.Trans, kernels.NoTrans, 1, ddy, l.x, 1, w)
	if l.dot.Data != nil {
		gemm(p, kernels.Trans, kernels.NoTrans, 1, l.dy, l.dot, 1, w)
	}
	if l.affine {
		s := l.scratch
		clear(s)
		sumRows(s, ddy)
		for i, v := range s {
			hv[l.at+(i+1)*(w.Cols+1)-1] += v
		}
	}
	if b != nil {
		sumRows(b, ddy)
	}
	dx := top(l.dxdot, ddy.Rows)
	wdot, _ := l.part(dir)
	gemm(p, kernels.NoTrans, kernels.NoTrans, 1, ddy, l.w, 0, dx)
	gemm(p, kernels.NoTrans, kernels.NoTrans, 1, l.dy, wdot, 1, dx)
	return dx
}

// gemm sets C = α·op(A)·op(B) + β·C.
func gemm[T kernels.Float](p *kernels.Pool, ta, tb kernels.Transpose, alpha T, a, b linalg.Matrix[T], beta T, c linalg.Matrix[T]) {
	k := a.Cols
	if ta == kernels.Trans {
		k = a.Rows
	}
	kernels.Gemm(p, ta, tb, c.Rows, c.Cols, k, alpha, a.Data, a.Stride, b.Data, b.Stride, beta, c.Data, c.Stride)
}
