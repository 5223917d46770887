package nn

import (
	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// CrossEntropy is the softmax cross-entropy: for each row the loss
// logsumexp(x) − x[target], in nats.
type CrossEntropy[T kernels.Float] struct {
	dx  linalg.Matrix[T]
	ddx linalg.Matrix[T] // made by the first Hessian or Sample
	lse []T
}

// NewCrossEntropy returns the loss for logits of at most rows×classes.
func NewCrossEntropy[T kernels.Float](rows, classes int) *CrossEntropy[T] {
	return &CrossEntropy[T]{dx: linalg.NewMatrix[T](rows, classes), lse: make([]T, rows)}
}

// Loss returns the sum of the losses of the rows, added in float64 in the order of the rows.
// target[i] < x.Cols is the class of row i.
func (c *CrossEntropy[T]) Loss(p *kernels.Pool, x linalg.Matrix[T], target []byte) float64 {
	lse := c.lse[:x.Rows]
	kernels.LogSumExp(p, x.Rows, x.Cols, x.Data, x.Stride, lse)
	sum := 0.0
	for i, l := range lse {
		sum += float64(l - x.At(i, int(target[i])))
	}
	return sum
}

// Grad returns weight times the gradient of the sum of the losses with respect to x,
// weight·(softmax(x) − onehot(target)). It belongs to c.
func (c *CrossEntropy[T]) Grad(p *kernels.Pool, x linalg.Matrix[T], target []byte, weight T) linalg.Matrix[T] {
	dx := top(c.dx, x.Rows)
	kernels.Softmax(p, x.Rows, x.Cols, x.Data, x.Stride, dx.Data, dx.Stride)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		r[target[i]]--
		kernels.Scal(nil, weight, r)
	}
	return dx
}

// Hessian returns the derivative of Grad along ẋ, weight·(diag π − π·πᵀ)·ẋ for every row with π = softmax(x): what the
// Gauss–Newton matrix has in its middle. It belongs to c and leaves Grad's result as it is.
func (c *CrossEntropy[T]) Hessian(p *kernels.Pool, x, dot linalg.Matrix[T], weight T) linalg.Matrix[T] {
	dx := c.probabilities(p, x)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		d := dot.Row(i)[:len(r)]
		mean := kernels.Dot(nil, r, d)
		for j, v := range d {
			r[j] *= T(weight * (v - mean))
		}
	}
	return dx
}

// probabilities returns softmax(x) in ddx.
func (c *CrossEntropy[T]) probabilities(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	if c.ddx.Data == nil {
		c.ddx = linalg.NewMatrix[T](c.dx.Rows, c.dx.Cols)
	}
	y := top(c.ddx, x.Rows)
	kernels.Softmax(p, x.Rows, x.Cols, x.Data, x.Stride, y.Data, y.Stride)
	return y
}

// Sample draws a class for every row from the model's own distribution softmax(x): labels of the Fisher matrix that is
// the Gauss–Newton matrix, not of the empirical one.
func (c *CrossEntropy[T]) Sample(p *kernels.Pool, x linalg.Matrix[T], g *rnd.Source, target []byte) {
	prob := c.probabilities(p, x)
	for i := 0; i < x.Rows; i++ {
		u, sum := g.Float64(), 0.0
		r := prob.Row(i)
		k := 0
		for ; k < len(r)-1; k++ {
			if sum += float64(r[k]); u < sum {
				break
			}
		}
		target[i] = byte(k)
	}
}

// SquaredError is the loss ½‖x − t‖² of each row.
type SquaredError[T kernels.Float] struct {
	dx  linalg.Matrix[T]
	ddx linalg.Matrix[T] // made by the first Hessian
}

// NewSquaredError returns the loss for predictions of at most rows×width.
func NewSquaredError[T kernels.Float](rows, width int) *SquaredError[T] {
	return &SquaredError[T]{dx: linalg.NewMatrix[T](rows, width)}
}

// Loss returns the sum of the losses of the rows, added in float64 in the order of the elements.
func (*SquaredError[T]) Loss(x, t linalg.Matrix[T]) float64 {
	sum := 0.0
	for i := 0; i < x.Rows; i++ {
		a := x.Row(i)
		b := t.Row(i)[:len(a)]
		for j := range a {
			d := float64(a[j] - b[j])
			sum += float64(d * d)
		}
	}
	return sum / 2
}

// Grad returns weight·(x − t), which belongs to s.
func (s *SquaredError[T]) Grad(x, t linalg.Matrix[T], weight T) linalg.Matrix[T] {
	dx := top(s.dx, x.Rows)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		a, b := x.Row(i)[:len(r)], t.Row(i)[:len(r)]
		for j := range r {
			r[j] = weight * (a[j] - b[j])
		}
	}
	return dx
}

// Hessian returns weight·ẋ, which belongs to s.
func (s *SquaredError[T]) Hessian(dot linalg.Matrix[T], weight T) linalg.Matrix[T] {
	if s.ddx.Data == nil {
		s.ddx = linalg.NewMatrix[T](s.dx.Rows, s.dx.Cols)
	}
	dx := top(s.ddx, dot.Rows)
	for i := 0; i < dx.Rows; i++ {
		r := dx.Row(i)
		for j, v := range dot.Row(i)[:len(r)] {
			r[j] = weight * v
		}
	}
	return dx
}
