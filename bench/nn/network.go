package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
	"github.com/seed-4885aa59/eigenbasis/precond/influence"
)

// Network is a model of linear layers and elementwise functions whose parameters are also one vector θ, in the order of
// its Store, with the derivatives that influence functions, Gauss–Newton diagonals and reparameterisations need. The loss
// is the caller's: with y = Forward(x), dy = loss.Grad(y) and v a direction,
//
//	Backward(dy)                            the gradient, in the parameters' Grad
//	PerSample(dst)                          the gradient of each sample, after Backward
//	ydot := Tangent(v)                      J·v
//	VJP(dst, u)                             Jᵀ·u
//	VJP(dst, loss.Hessian(ydot))            the Gauss–Newton matrix times v
//	HessianVector(dst, v, loss.Hessian(ydot))  the Hessian times v, after Backward(dy) and Tangent(v)
type Network[T kernels.Float] struct {
	Store  Store[T]
	Body   Sequential[T]
	Layers []WeightLayer[T] // those with parameters, in the order of the Store
}

// WeightLayer is a layer [W, b] of which K-FAC has factors; a Conv has several positions per sample.
type WeightLayer[T kernels.Float] interface {
	Dual[T]
	Shape() influence.Layer
	Positions() int
	Input() linalg.Matrix[T]
	OutputGradient() linalg.Matrix[T]
}

// Positions is 1.
func (l *Linear[T]) Positions() int { return 1 }

// Activation is an elementwise function of a Network.
type Activation uint8

const (
	Straight Activation = iota // y = x: a linear network
	Rectify                    // ReLU
	RectifySquared
	Gauss // GELU
)

// NewMLP returns the network widths[0] → widths[1] → … with an activation between the layers, for at most rows samples,
// and with bias or without. Its parameters start at zero (Init).
func NewMLP[T kernels.Float](widths []int, act Activation, bias bool, rows int) *Network[T] {
	n := &Network[T]{}
	for i := 1; i < len(widths); i++ {
		name := "layer" + string(rune('0'+i))
		if bias {
			n.Add(NewAffine(&n.Store, name, widths[i-1], widths[i], rows))
		} else {
			n.Add(NewLinear(&n.Store, name, widths[i-1], widths[i], rows, false))
		}
		if i == len(widths)-1 {
			break
		}
		switch act {
		case Rectify:
			n.Add(NewReLU[T](rows, widths[i]))
		case RectifySquared:
			n.Add(NewReLU2[T](rows, widths[i]))
		case Gauss:
			n.Add(NewGELU[T](rows, widths[i]))
		}
	}
	return n
}

// Add appends a layer. One with parameters must have taken them from n.Store, in this order.
func (n *Network[T]) Add(l Layer[T]) {
	n.Body = append(n.Body, l)
	if w, ok := l.(WeightLayer[T]); ok {
		n.Layers = append(n.Layers, w)
	}
}

// Size is the number of parameters.
func (n *Network[T]) Size() int { return n.Store.Size() }

// Forward returns the outputs for the rows of x.
func (n *Network[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	return n.Body.Forward(p, x)
}

// Backward sets the gradients of the parameters from dL/dy.
func (n *Network[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) {
	n.Store.ZeroGrad()
	for i := len(n.Body) - 1; i > 0; i-- {
		dy = n.Body[i].Backward(p, dy)
	}
	if l, ok := n.Body[0].(*Linear[T]); ok {
		l.Accumulate(p, dy) // nobody needs the gradient of the input
		return
	}
	n.Body[0].Backward(p, dy)
}

// PerSample sets row i of dst to the gradient of sample i's part of the loss of the latest Backward: of its own loss where
// dL/dy was weighted by 1.
func (n *Network[T]) PerSample(p *kernels.Pool, dst linalg.Matrix[T]) {
	at := 0
	for _, l := range n.Layers {
		s := l.Shape()
		influence.Gradients(p, s, dst.Slice(0, at, dst.Rows, s.Dim()), l.Input(), l.OutputGradient(), l.Positions())
		at += s.Dim()
	}
}

// VJP sets dst to Jᵀ·u for the latest Forward, u of the shape of the outputs. It changes the gradients.
func (n *Network[T]) VJP(p *kernels.Pool, dst []T, u linalg.Matrix[T]) {
	n.Backward(p, u)
	n.Store.Gather(dst)
}

// Tangent returns J·dir at the latest Forward, a row per sample.
func (n *Network[T]) Tangent(p *kernels.Pool, dir []T) linalg.Matrix[T] {
	return n.Body.Tangent(p, linalg.Matrix[T]{}, dir)
}

// HessianVector sets dst to the Hessian times dir, for the loss of the latest Backward; ddy is the derivative of dL/dy along
// the latest Tangent(dir) (Pearlmutter 1994).
func (n *Network[T]) HessianVector(p *kernels.Pool, dst, dir []T, ddy linalg.Matrix[T]) {
	clear(dst)
	n.Body.BackwardTangent(p, ddy, dir, dst)
}
