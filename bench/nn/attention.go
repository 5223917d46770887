package nn

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Attention is causal multi-head self-attention without its projections. A row of the
// input holds a token's queries, keys and values, 3·heads·size wide; a row of the output its
// heads·size mixed values. Every context rows are one sequence.
//
// Queries are taken in blocks: a block of rows [r₀, r₁) meets the keys [0, r₁) and no
// others, so that little of the masked half is computed.
type Attention[T kernels.Float] struct {
	heads, size, context int

	qkv, y, dx linalg.Matrix[T]
	prob       []T // softmax of every block, context×context for each head and sequence
	dp         []T // one block
}

// attentionRows is the number of queries of a block.
const attentionRows = 32

// NewAttention returns the layer for at most rows tokens.
func NewAttention[T kernels.Float](heads, size, context, rows int) *Attention[T] {
	sequences := (rows + context - 1) / context
	return &Attention[T]{
		heads: heads, size: size, context: context,
		y: linalg.NewMatrix[T](rows, heads*size), dx: linalg.NewMatrix[T](rows, 3*heads*size),
		prob: make([]T, sequences*heads*context*context),
		dp:   make([]T, attentionRows*context),
	}
}

// part returns a head's columns of rows [r0, r1) of sequence s: of the queries (which = 0),
// keys (1) or values (2).
func (a *Attention[T]) part(m linalg.Matrix[T], s, r0, r1, head, which int) linalg.Matrix[T] {
	return m.Slice(s*a.context+r0, (which*a.heads+head)*a.size, r1-r0, a.size)
}

// block returns the probabilities of queries [r0, r1) over keys [0, r1).
func (a *Attention[T]) block(s, head, r0, r1 int) linalg.Matrix[T] {
	c := a.context
	o := (s*a.heads+head)*c*c + r0*c
	return linalg.Matrix[T]{Rows: r1 - r0, Cols: r1, Stride: c, Data: a.prob[o : o+(r1-r0)*c]}
}

// scale is 1/√size.
func (a *Attention[T]) scale() T { return 1 / elem.Sqrt(T(a.size)) }

// Forward requires x.Rows to be a multiple of context.
func (a *Attention[T]) Forward(p *kernels.Pool, x linalg.Matrix[T]) linalg.Matrix[T] {
	a.qkv = x
	y := top(a.y, x.Rows)
	masked := T(math.Inf(-1))
	for s := 0; s < x.Rows/a.context; s++ {
		for h := 0; h < a.heads; h++ {
			for r0 := 0; r0 < a.context; r0 += attentionRows {
				r1 := min(r0+attentionRows, a.context)
				w := a.block(s, h, r0, r1)
				gemm(p, kernels.NoTrans, kernels.Trans, a.scale(), a.part(x, s, r0, r1, h, 0), a.part(x, s, 0, r1, h, 1), 0, w)
				for i := 0; i < w.Rows; i++ {
					future := w.Row(i)[r0+i+1:]
					for j := range future {
						future[j] = masked
					}
				}
				kernels.Softmax(p, w.Rows, w.Cols, w.Data, w.Stride, w.Data, w.Stride)
				gemm(p, kernels.NoTrans, kernels.NoTrans, 1, w, a.part(x, s, 0, r1, h, 2), 0, a.part(y, s, r0, r1, h, 0))
			}
		}
	}
	return y
}

// Backward: with P the probabilities and dP = dy·Vᵀ, the scores have the gradient
// dS = P∘(dP − rowsum(P∘dP)), and dV = Pᵀ·dy, dQ = dS·K/√size, dK = dSᵀ·Q/√size.
func (a *Attention[T]) Backward(p *kernels.Pool, dy linalg.Matrix[T]) linalg.Matrix[T] {
	dx := top(a.dx, dy.Rows)
	x, c := a.qkv, a.context
	last := (c - 1) / attentionRows * attentionRows
	for s := 0; s < x.Rows/c; s++ {
		for h := 0; h < a.heads; h++ {
			// The last block comes first: it alone reaches every key, so it sets the gradients
			// of keys and values and the others add to them.
			var beta T
			for r0 := last; r0 >= 0; r0 -= attentionRows {
				r1 := min(r0+attentionRows, c)
				w, d := a.block(s, h, r0, r1), a.part(dy, s, r0, r1, h, 0)
				gemm(p, kernels.Trans, kernels.NoTrans, 1, w, d, beta, a.part(dx, s, 0, r1, h, 2))
				ds := linalg.Matrix[T]{Rows: r1 - r0, Cols: r1, Stride: c, Data: a.dp[:(r1-r0)*c]}
				gemm(p, kernels.NoTrans, kernels.Trans, 1, d, a.part(x, s, 0, r1, h, 2), 0, ds)
				for i := 0; i < ds.Rows; i++ {
					g := ds.Row(i)
					q := w.Row(i)[:len(g)]
					sum := kernels.Dot(nil, g, q)
					for j := range g {
						g[j] = q[j] * (g[j] - sum)
					}
				}
				gemm(p, kernels.NoTrans, kernels.NoTrans, a.scale(), ds, a.part(x, s, 0, r1, h, 1), 0, a.part(dx, s, r0, r1, h, 0))
				gemm(p, kernels.Trans, kernels.NoTrans, a.scale(), ds, a.part(x, s, r0, r1, h, 0), beta, a.part(dx, s, 0, r1, h, 1))
				beta = 1
			}
		}
	}
	return dx
}
