package linalg

import (
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// QRBatch finds the orthogonal factors of many square matrices, A = Q·R with r_jj ≥ 0: those of the small bases of which an optimizer has hundreds, when they
// are refreshed by orthogonal iteration. Orders 2 to 32 are taken in groups of kernels.SymLanes, each matrix in its own lane of every vector, by Householder
// reflections in float64 for either type; other orders by a QR for each matrix. Workers take a group, or a matrix, each. The factors have the
// bounds of those of QR, but in lanes not the same bits. They depend on the matrix alone, not on its place in the batch, the size of that, or the number of
// workers. R, which is QᵀA, is not kept. In lanes a column whose norm is below 2^-450 of the largest element counts as zero.
type QRBatch[T kernels.Float] struct {
	batch[T]
	solvers []*QR[T]     // one per worker, unless there are lanes
	lanes   []laneMemory // one per worker, or none
}

// qrParts is the number of pieces of work of a batch, and whether it is taken in lanes.
func qrParts(n, batch int) (parts int, lanes bool) {
	if n < 2 || n > lanesOrder {
		return batch, false
	}
	return (batch + kernels.SymLanes - 1) / kernels.SymLanes, true
}

// NewQRBatch returns a solver for batch matrices n×n.
func NewQRBatch[T kernels.Float](n, batch int, opts ...Option) *QRBatch[T] {
	if n < 0 || batch < 0 {
		panic(negDim)
	}
	o := gather(opts)
	parts, lanes := qrParts(n, batch)
	s := &QRBatch[T]{batch: newBatch[T](o.pool, n, batch)}
	for range min(parts, o.pool.Workers()) {
		if lanes {
			s.lanes = append(s.lanes, newLaneMemory(n))
		} else {
			s.solvers = append(s.solvers, NewQR[T](n, n, WithPool(o.pool)))
		}
	}
	return s
}

// QRBatchBytes returns the memory of a solver for batch matrices n×n on a Pool with that many workers.
func QRBatchBytes[T kernels.Float](n, batch, workers int) int64 {
	parts, lanes := qrParts(n, batch)
	each := QRBytes[T](n, n) + int64(unsafe.Sizeof(uintptr(0)))
	if lanes {
		each = laneBytes(n)
	}
	return int64(min(parts, max(1, workers)))*each + batchBytes[T](n, batch)
}

// Factorize factorizes the matrices a, one for each of the batch. If some hold NaN or Inf, the first error is returned with the index of its
// matrix; their results are those of before, all others are new. It allocates nothing if there is no error.
func (s *QRBatch[T]) Factorize(a []Matrix[T]) error {
	return s.run(a, max(len(s.solvers), len(s.lanes)), s)
}

// Do factorizes the share of one worker.
func (s *QRBatch[T]) Do(worker int) {
	if s.lanes != nil {
		const w = kernels.SymLanes
		for lo := w * worker; lo < len(s.in); lo += w * len(s.lanes) {
			s.group(&s.lanes[worker], lo, min(lo+w, len(s.in)))
		}
		return
	}
	q := s.solvers[worker]
	for i := worker; i < len(s.in); i += len(s.solvers) {
		if s.errs[i] = q.Factorize(s.in[i]); s.errs[i] == nil {
			q.QTo(s.slot(i))
			s.slot(i).transpose()
			s.done[i] = true
		}
	}
}

// transpose exchanges rows and columns of a square matrix.
func (a Matrix[T]) transpose() {
	for i := range a.Rows {
		for j := range i {
			x, y := a.At(i, j), a.At(j, i)
			a.Set(i, j, y)
			a.Set(j, i, x)
		}
	}
}

// group factorizes matrices lo … hi−1 in lanes: Aᵀ = Rᵀ·Qᵀ by reflections of its rows.
func (s *QRBatch[T]) group(g *laneMemory, lo, hi int) {
	p, n := s.pool, s.n
	t := MatrixOf(n, n, g.z[:n*n])
	for i := lo; i < hi; i++ {
		dst := MatrixOf(n, n, g.flat[(i-lo)*n*n:(i-lo+1)*n*n])
		if a := s.in[i]; a.Stride == n {
			kernels.Convert(p, t.Data, a.span())
		} else {
			for j := range n {
				kernels.Convert(p, t.Row(j), a.Row(j))
			}
		}
		_, s.errs[i] = scaleLane(p, t, "QRBatch", s.in[i], false)
		TransposeTo(p, dst, t)
	}
	g.interleave(p, n, hi-lo)
	kernels.LanesLQ(p, n, g.a, g.d, g.t, g.z)
	g.separate(p, n)
	for i := lo; i < hi; i++ {
		if s.errs[i] != nil {
			continue
		}
		l := i - lo
		rows := MatrixOf(n, n, g.flat[l*n*n:(l+1)*n*n])
		for j := range n {
			if g.d[j*kernels.SymLanes+l] < 0 {
				kernels.Scal(p, -1, rows.Row(j))
			}
		}
		kernels.Convert(p, s.slot(i).Data, rows.Data)
		s.done[i] = true
	}
}

// QT returns Qᵀ of matrix i, the columns of Q as rows: a view, valid until the next Factorize.
func (s *QRBatch[T]) QT(i int) Matrix[T] {
	s.check(i)
	return s.slot(i)
}
