// Package nn is the small engine on which every experiment of bench trains its
// models: layers with hand-written backward passes on the kernels of eigenbasis.
//
// A Layer owns its output and its input gradient, allocated once for a largest
// number of rows; a training step allocates nothing. Matrices are row-major,
// one row per sample or token. Weights are stored as out×in, so that y = x·Wᵀ.
//
// The arithmetic keeps the contract of kernels: the order of evaluation is fixed
// and only correctly rounded operations are used, so a run gives the same bits on every tier
// and machine and for any number of workers. The same source runs in float32
// for training and in float64 for the finite-difference checks.
package nn

import (
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond"
)

// Param is a parameter tensor with its gradient.
type Param[T kernels.Float] = precond.Param[T]

// Layer is a differentiable function of the rows of a matrix.
type Layer[T kernels.Float] interface {
	// Forward returns the output for x. The result belongs to the layer and is valid
	// until its next Forward. The layer keeps x until Backward: the caller must not
	// change it in between.
	Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T]

	// Backward takes dL/dy for the latest Forward, adds dL/dθ to the gradients of the
	// parameters and returns dL/dx, which belongs to the layer. dy is not changed.
	Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T]
}

// Dual is a layer that can be differentiated twice: along a direction θ̇ of all parameters (a vector in the order of the
// Store, see Store.Gather) and ẋ of its input. An ẋ without elements is zero, as at a model's input.
type Dual[T kernels.Float] interface {
	Layer[T]

	// Tangent returns ẏ = ∂y/∂x·ẋ + ∂y/∂θ·θ̇ at the latest Forward. It belongs to the layer; ẋ is kept until
	// BackwardTangent.
	Tangent(p *kernels.Pool, dot linalg.Matrix[T], dir []T) linalg.Matrix[T]

	// BackwardTangent differentiates the latest Backward along the latest Tangent: it takes the derivative of
	// dL/dy, adds that of dL/dθ to hv (in the order of the Store) and returns that of dL/dx, which belongs to the layer.
	BackwardTangent(p *kernels.Pool, ddy linalg.Matrix[T], dir, hv []T) linalg.Matrix[T]
}

// Store creates and holds the parameters of a model. A replica of a Store hands out
// the same values in the same order with gradients of its own, so that replicas of
// a model built on it can work on parts of a batch at the same time.
type Store[T kernels.Float] struct {
	params []*Param[T]
	tensor [][]T     // the values in the order in which layers asked for them
	master *Store[T] // of a replica
}

// Params returns the parameters in the order of their creation.
func (s *Store[T]) Params() []*Param[T] { return s.params }

// Size returns the number of elements of all parameters.
func (s *Store[T]) Size() int {
	n := 0
	for _, p := range s.params {
		n += len(p.Value)
	}
	return n
}

// Gather copies the gradients to dst, one parameter after another: the order of a model's parameters as one vector.
func (s *Store[T]) Gather(dst []T) {
	for _, p := range s.params {
		dst = dst[copy(dst, p.Grad):]
	}
}

// GatherValues copies the values to dst in the order of Gather.
func (s *Store[T]) GatherValues(dst []T) {
	for _, p := range s.params {
		dst = dst[copy(dst, p.Value):]
	}
}

// SetValues copies a vector in the order of Gather to the values.
func (s *Store[T]) SetValues(src []T) {
	for _, p := range s.params {
		src = src[copy(p.Value, src):]
	}
}

// Replica returns a Store for another instance of the model that s holds.
func (s *Store[T]) Replica() *Store[T] { return &Store[T]{master: s} }

// ZeroGrad sets every gradient to zero.
func (s *Store[T]) ZeroGrad() {
	for _, p := range s.params {
		clear(p.Grad)
	}
}

// param creates a parameter of zeros.
func (s *Store[T]) param(name string, shape ...int) *Param[T] {
	s.stack([]string{name}, shape...)
	return s.params[len(s.params)-1]
}

// stack creates one parameter of zeros per name, all of the given shape, one after
// another in memory, and returns the values and gradients of all. Products can then run
// over all of them at once while each is optimized by itself.
func (s *Store[T]) stack(names []string, shape ...int) (value, grad []T) {
	size := 1
	for _, d := range shape {
		size *= d
	}
	grad = make([]T, size*len(names))
	if s.master == nil {
		value = make([]T, size*len(names))
	} else {
		k := len(s.tensor)
		if k >= len(s.master.tensor) || len(s.master.tensor[k]) != len(grad) {
			panic("nn: a replica must be built like its master")
		}
		value = s.master.tensor[k]
	}
	s.tensor = append(s.tensor, value)
	for i, n := range names {
		lo, hi := i*size, (i+1)*size
		s.params = append(s.params, &Param[T]{Name: n, Shape: shape, Value: value[lo:hi:hi], Grad: grad[lo:hi:hi]})
	}
	return value, grad
}

// Sequential applies layers one after another.
type Sequential[T kernels.Float] []Layer[T]

func (s Sequential[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	for _, l := range s {
		x = l.Forward(p, x)
	}
	return x
}

func (s Sequential[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	for i := len(s) - 1; i >= 0; i-- {
		dy = s[i].Backward(p, dy)
	}
	return dy
}

// Tangent requires every layer to be a Dual.
func (s Sequential[T]) Tangent(p *kernels.Pool, dot linalg.Matrix[T], dir []T) linalg.Matrix[T] {
	for _, l := range s {
		dot = dual(l).Tangent(p, dot, dir)
	}
	return dot
}

func (s Sequential[T]) BackwardTangent(p *kernels.Pool, ddy linalg.Matrix[T], dir, hv []T) linalg.Matrix[T] {
	for i := len(s) - 1; i >= 0; i-- {
		ddy = dual(s[i]).BackwardTangent(p, ddy, dir, hv)
	}
	return ddy
}

func dual[T kernels.Float](l Layer[T]) Dual[T] {
	d, ok := l.(Dual[T])
	if !ok {
		panic("nn: a layer has no second derivative")
	}
	return d
}

// Residual is y = x + f(x).
type Residual[T kernels.Float] struct {
	f           Layer[T]
	y, dx       linalg.Matrix[T]
	ydot, dxdot linalg.Matrix[T] // made by the first Tangent
}

// NewResidual returns the layer for inputs of at most rows×width.
func NewResidual[T kernels.Float](f Layer[T], rows, width int) *Residual[T] {
	return &Residual[T]{f: f, y: linalg.NewMatrix[T](rows, width), dx: linalg.NewMatrix[T](rows, width)}
}

func (r *Residual[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	y := top(r.y, x.Rows)
	add(y, x, r.f.Forward(p, x))
	return y
}

func (r *Residual[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(r.dx, dy.Rows)
	add(dx, dy, r.f.Backward(p, dy))
	return dx
}

// Tangent requires f to be a Dual.
func (r *Residual[T]) Tangent(p *kernels.Pool, dot linalg.Matrix[T], dir []T) linalg.Matrix[T] {
	if r.ydot.Data == nil {
		r.ydot, r.dxdot = linalg.NewMatrix[T](r.y.Rows, r.y.Cols), linalg.NewMatrix[T](r.y.Rows, r.y.Cols)
	}
	f := dual(r.f).Tangent(p, dot, dir)
	if dot.Data == nil {
		return f
	}
	y := top(r.ydot, f.Rows)
	add(y, dot, f)
	return y
}

func (r *Residual[T]) BackwardTangent(p *kernels.Pool, ddy linalg.Matrix[T], dir, hv []T) linalg.Matrix[T] {
	dx := top(r.dxdot, ddy.Rows)
	add(dx, ddy, dual(r.f).BackwardTangent(p, ddy, dir, hv))
	return dx
}

// add sets z = x + y.
func add[T kernels.Float](z, x, y linalg.Matrix[T]) {
	if z.Stride == z.Cols && x.Stride == z.Cols && y.Stride == z.Cols {
		n := z.Rows * z.Cols
		copy(z.Data[:n], x.Data)
		kernels.Axpy(nil, 1, y.Data[:n], z.Data[:n])
		return
	}
	for i := 0; i < z.Rows; i++ {
		copy(z.Row(i), x.Row(i))
		kernels.Axpy(nil, 1, y.Row(i), z.Row(i))
	}
}

// top returns the first rows rows of a buffer.
func top[T kernels.Float](m linalg.Matrix[T], rows int) linalg.Matrix[T] {
	if rows > m.Rows {
		panic("nn: more rows than the layer was made for")
	}
	return m.Slice(0, 0, rows, m.Cols)
}

// Normal fills x with independent values of mean 0 and standard deviation sigma, nearly
// normal (see rnd.Source).
func Normal[T kernels.Float](x []T, sigma float64, g *rnd.Source) {
	for i := range x {
		x[i] = T(sigma * g.Normal())
	}
}
