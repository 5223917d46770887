package influence

import (
	"iter"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// Queries are the preconditioned gradients of queries, P = (C + δI)⁻¹·q_j as rows: what training gradients are met with.
type Queries[T kernels.Float] struct {
	p    *kernels.Pool
	dims []int // of the blocks
	pre  linalg.Matrix[T]

	rows int
	z    []T // one layer's products of a tile
}

// NewQueries preconditions the rows of q, which it copies. The solver is not needed afterwards. rows is the largest number
// of rows that Scores, AddLayer and Stream get at once.
func NewQueries[T kernels.Float](s *Solver[T], q linalg.Matrix[T], rows int) *Queries[T] {
	if rows < 1 {
		panic(badRows)
	}
	if q.Cols != s.dim {
		panic(badShape)
	}
	x := &Queries[T]{p: s.p, rows: rows, pre: linalg.NewMatrix[T](q.Rows, q.Cols)}
	for _, b := range s.c.Blocks {
		x.dims = append(x.dims, b.Basis.Dim())
	}
	s.Apply(x.pre, q)
	return x
}

// Preconditioned returns the rows (C + δI)⁻¹·q_j as a view.
func (q *Queries[T]) Preconditioned() linalg.Matrix[T] { return q.pre }

// Scores sets dst_ji = q_jᵀ·(C + δI)⁻¹·g_i for the rows g_i of x: one row per query, one column per sample.
func (q *Queries[T]) Scores(dst, x linalg.Matrix[T]) {
	if x.Cols != q.pre.Cols || dst.Rows != q.pre.Rows || dst.Cols != x.Rows {
		panic(badShape)
	}
	linalg.MatMulNT(q.p, dst, q.pre, x)
}

// AddLayer adds the part of one block to the scores, from a layer's inputs and output gradients (see Layer) instead of
// the samples' gradients, which are never formed: Σ gᵀ·P_j·[a, 1] over the positions of a sample. dst starts at zero, and
// has a row per query and a column per sample.
func (q *Queries[T]) AddLayer(dst linalg.Matrix[T], block int, l Layer, a, g linalg.Matrix[T], positions int) {
	n := samples(l, a, g, positions)
	if block < 0 || block >= len(q.dims) || q.dims[block] != l.Dim() {
		panic(badBlock)
	}
	if dst.Rows != q.pre.Rows || dst.Cols != n {
		panic(badShape)
	}
	if a.Rows > q.rows {
		panic(manyRows)
	}
	at := 0
	for _, d := range q.dims[:block] {
		at += d
	}
	if need := q.rows * l.Cols(); len(q.z) < need {
		q.z = make([]T, need) // at the first call for the widest layer only
	}
	z := linalg.MatrixOf(g.Rows, l.Cols(), q.z)
	for j := 0; j < dst.Rows; j++ {
		w := linalg.MatrixOf(l.Out, l.Cols(), q.pre.Row(j)[at:at+l.Dim()])
		linalg.MatMul(q.p, z, g, w)
		row := dst.Row(j)
		for r := 0; r < a.Rows; r++ {
			v := kernels.Dot(nil, z.Row(r)[:l.In], a.Row(r))
			if l.Bias {
				v += z.At(r, l.In)
			}
			row[r/positions] += v
		}
	}
}

// Stream meets training gradients tile by tile: tiles yields the index of a tile's first sample and the gradients of its
// samples, at most rows of them, and f gets the scores of the tile, which are valid until it returns. It stops at f's
// first error. Nothing larger than a tile is kept: a data set may be larger than memory.
func (q *Queries[T]) Stream(tiles iter.Seq2[int, linalg.Matrix[T]], f func(first int, scores linalg.Matrix[T]) error) error {
	buf := make([]T, q.pre.Rows*q.rows)
	for first, x := range tiles {
		if x.Rows > q.rows {
			panic(manyRows)
		}
		s := linalg.MatrixOf(q.pre.Rows, x.Rows, buf)
		q.Scores(s, x)
		if err := f(first, s); err != nil {
			return err
		}
	}
	return nil
}

// Top keeps the k samples of the highest scores for each query, of the lowest with Lowest. Equal scores rank by
// index; NaN never ranks. Samples may come in any order of tiles: the result is the same.
type Top[T kernels.Float] struct {
	Lowest bool
	k      int
	count  []int
	index  []int
	score  []T
}

// NewTop returns an empty list of k for each of queries queries.
func NewTop[T kernels.Float](queries, k int) *Top[T] {
	if k < 1 {
		panic(badK)
	}
	if queries < 0 {
		panic(badShape)
	}
	return &Top[T]{k: k, count: make([]int, queries), index: make([]int, queries*k), score: make([]T, queries*k)}
}

// Add ranks the scores of a tile whose first sample has index first.
func (t *Top[T]) Add(first int, scores linalg.Matrix[T]) {
	if scores.Rows != len(t.count) {
		panic(badShape)
	}
	for j := range t.count {
		for i, v := range scores.Row(j) {
			t.insert(j, first+i, v)
		}
	}
}

func (t *Top[T]) insert(query, index int, v T) {
	if v != v {
		return
	}
	lo, n := query*t.k, t.count[query]
	if n == t.k && !t.before(v, index, lo+n-1) {
		return
	}
	at := lo + n
	if n == t.k {
		at--
	} else {
		t.count[query]++
	}
	for ; at > lo && t.before(v, index, at-1); at-- {
		t.score[at], t.index[at] = t.score[at-1], t.index[at-1]
	}
	t.score[at], t.index[at] = v, index
}

// before reports whether a sample ranks before the entry at.
func (t *Top[T]) before(v T, index, at int) bool {
	w := t.score[at]
	if v == w {
		return index < t.index[at]
	}
	return v > w != t.Lowest
}

// Best returns the samples of a query and their scores, best first, as views.
func (t *Top[T]) Best(query int) (index []int, score []T) {
	lo := query * t.k
	hi := lo + t.count[query]
	return t.index[lo:hi:hi], t.score[lo:hi:hi]
}
