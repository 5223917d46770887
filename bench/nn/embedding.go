package nn

import (
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Embedding maps token i of a sequence to token[id] + position[i]. Rows are
// sequences of context tokens, one after another.
type Embedding[T kernels.Float] struct {
	token, position *Param[T]
	width, context  int
	ids             []byte
	y               linalg.Matrix[T]
}

// NewEmbedding returns the layer for at most rows tokens. Its parameters are
// name.token, vocabulary×width, and name.position, context×width.
func NewEmbedding[T kernels.Float](s *Store[T], name string, vocabulary, width, context, rows int) *Embedding[T] {
	return &Embedding[T]{
		token:    s.param(name+".token", vocabulary, width),
		position: s.param(name+".position", context, width),
		width:    width, context: context,
		y: linalg.NewMatrix[T](rows, width),
	}
}

// Forward returns one row per token; ids is kept until Backward.
func (e *Embedding[T]) Forward(ids []byte) linalg.Matrix[T] {
	e.ids = ids
	y := top(e.y, len(ids))
	for i, id := range ids {
		r := y.Row(i)
		t := e.token.Value[int(id)*e.width:][:len(r)]
		q := e.position.Value[i%e.context*e.width:][:len(r)]
		for j := range r {
			r[j] = t[j] + q[j]
		}
	}
	return y
}

// Backward adds dL/dy to the gradients of the tokens and positions.
func (e *Embedding[T]) Backward(dy linalg.Matrix[T]) {
	for i, id := range e.ids {
		d := dy.Row(i)
		kernels.Axpy(nil, 1, d, e.token.Grad[int(id)*e.width:][:e.width])
		kernels.Axpy(nil, 1, d, e.position.Grad[i%e.context*e.width:][:e.width])
	}
}
