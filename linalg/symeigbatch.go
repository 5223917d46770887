package linalg

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// SymEigBatch decomposes many symmetric n×n matrices: the small blocks of which an optimizer has hundreds. From n = 2 (float32) or 9 (float64) to 32 they are taken in groups of
// kernels.SymLanes, each matrix in its own lane of every vector, reduced to tridiagonal form and solved by QR in float64 for either type; other orders by a
// SymEig for each matrix. Workers take a group, or a matrix, each. The results are canonical like those of SymEig and have its bounds, but in lanes
// not the same bits. They depend on the matrix alone, not on its place in the batch, the size of that, or the number of workers.
type SymEigBatch[T kernels.Float] struct {
	batch[T]
	solvers []*SymEig[T] // one per worker
	lanes   []laneMemory // one per worker, or none
	values  Matrix[T]    // batch×n
}

// lanesOrder is the largest order of matrices that are taken in lanes.
const lanesOrder = 32

// batch is what decompositions of many n×n matrices have in common: an n×n result for each.
type batch[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	rows []T // the results
	done []bool
	errs []error
	in   []Matrix[T]
}

func newBatch[T kernels.Float](p *kernels.Pool, n, size int) batch[T] {
	return batch[T]{pool: p, n: n, rows: make([]T, size*n*n), done: make([]bool, size), errs: make([]error, size)}
}

// batchBytes is the memory of a batch.
func batchBytes[T kernels.Float](n, size int) int64 {
	var z T
	return int64(size) * (int64(n*n)*int64(unsafe.Sizeof(z)) + int64(unsafe.Sizeof(error(nil))) + 1)
}

// run hands the matrices a to parts of t and returns the first error, with the index of its matrix.
func (b *batch[T]) run(a []Matrix[T], parts int, t kernels.Task) error {
	if len(a) != len(b.done) {
		panic(badLen)
	}
	for _, m := range a {
		if m.Rows != b.n || m.Cols != b.n {
			panic(badShape)
		}
		m.check()
	}
	b.in = a
	b.pool.Run(parts, t)
	b.in = nil
	for i, err := range b.errs {
		if err != nil {
			clear(b.errs)
			return fmt.Errorf("matrix %d of the batch: %w", i, err)
		}
	}
	return nil
}

func (b *batch[T]) slot(i int) Matrix[T] {
	return MatrixOf(b.n, b.n, b.rows[i*b.n*b.n:(i+1)*b.n*b.n])
}

func (b *batch[T]) check(i int) {
	if i < 0 || i >= len(b.done) {
		panic(badView)
	}
	if !b.done[i] {
		panic(unfactored)
	}
}

// laneMemory is that of one group of matrices.
type laneMemory struct {
	flat         []float64 // matrix by matrix
	a, z         []float64 // lanes interleaved
	d, e, t, tmp []float64
	exp          [kernels.SymLanes]int
}

// laneBytes is the size of laneMemory and of what it refers to.
func laneBytes(n int) int64 { return 8*int64(laneMemoryLen(n)) + int64(unsafe.Sizeof(laneMemory{})) }

// laneMemoryLen is the number of float64 in laneMemory.
func laneMemoryLen(n int) int { return kernels.SymLanes * (3*n*n + 6*n) }

func newLaneMemory(n int) laneMemory {
	const w = kernels.SymLanes
	x := make([]float64, laneMemoryLen(n))
	cut := func(n int) []float64 {
		y := x[:n:n]
		x = x[n:]
		return y
	}
	return laneMemory{flat: cut(w * n * n), a: cut(w * n * n), z: cut(w * n * n), d: cut(w * n), e: cut(w * n), t: cut(w * n), tmp: cut(3 * w * n)}
}

// batchParts is the number of pieces of work of a batch, and whether it is taken in lanes.
func batchParts[T kernels.Float](n, batch int) (parts int, lanes bool) {
	least := 2
	if !is32[T]() {
		// In float64 n·eps is too little for the roundings of QR at smaller orders, for which SymEig has Jacobi's method.
		least = tinyOrder + 1
	}
	if n < least || n > lanesOrder {
		return batch, false
	}
	return (batch + kernels.SymLanes - 1) / kernels.SymLanes, true
}

// NewSymEigBatch returns a solver for batch matrices n×n.
func NewSymEigBatch[T kernels.Float](n, batch int, opts ...Option) *SymEigBatch[T] {
	if n < 0 || batch < 0 {
		panic(negDim)
	}
	o := gather(opts)
	parts, lanes := batchParts[T](n, batch)
	s := &SymEigBatch[T]{
		batch: newBatch[T](o.pool, n, batch), solvers: make([]*SymEig[T], min(parts, o.pool.Workers())), values: NewMatrix[T](batch, n),
	}
	for i := range s.solvers {
		s.solvers[i] = NewSymEig[T](n, WithPool(o.pool))
		if lanes {
			s.lanes = append(s.lanes, newLaneMemory(n))
		}
	}
	return s
}

// SymEigBatchBytes returns the memory of a solver for batch matrices n×n on a Pool with that many workers.
func SymEigBatchBytes[T kernels.Float](n, batch, workers int) int64 {
	var z T
	parts, lanes := batchParts[T](n, batch)
	each := SymEigBytes[T](n) + partsBytes(n, workers) + int64(unsafe.Sizeof(uintptr(0)))
	if lanes {
		each += laneBytes(n)
	}
	return int64(min(parts, max(1, workers)))*each + int64(batch*n)*int64(unsafe.Sizeof(z)) + batchBytes[T](n, batch)
}

// Factorize decomposes the matrices a, one for each of the batch, of which only the lower triangles are read. If some
// fail, the first error is returned with the index of its matrix; their results are those of before, all
// others are new.
func (s *SymEigBatch[T]) Factorize(a []Matrix[T]) error { return s.run(a, len(s.solvers), s) }

// Do decomposes the share of one worker.
func (s *SymEigBatch[T]) Do(worker int) {
	e := s.solvers[worker]
	if s.lanes != nil {
		const w = kernels.SymLanes
		for lo := w * worker; lo < len(s.in); lo += w * len(s.solvers) {
			s.group(&s.lanes[worker], e, lo, min(lo+w, len(s.in)))
		}
		return
	}
	for i := worker; i < len(s.in); i += len(s.solvers) {
		if s.errs[i] = e.Factorize(s.in[i]); s.errs[i] == nil {
			s.keep(i, e.Values(), e.VectorsT())
		}
	}
}

// keep commits the result of matrix i.
func (s *SymEigBatch[T]) keep(i int, values []T, rows Matrix[T]) {
	copy(s.values.Row(i), values)
	Copy(s.slot(i), rows)
	s.done[i] = true
}

// group decomposes matrices lo … hi−1 in lanes.
func (s *SymEigBatch[T]) group(g *laneMemory, e *SymEig[T], lo, hi int) {
	const w = kernels.SymLanes
	p, n := s.pool, s.n
	for i := lo; i < hi; i++ {
		l := i - lo
		dst := MatrixOf(n, n, g.flat[l*n*n:(l+1)*n*n])
		for j := range n {
			row := dst.Row(j)
			kernels.Convert(p, row[:j+1], s.in[i].Row(j)[:j+1])
			clear(row[j+1:])
		}
		g.exp[l], s.errs[i] = scaleLane(p, dst, "SymEigBatch", s.in[i], true)
	}
	g.interleave(p, n, hi-lo)
	kernels.LanesReduce(p, n, g.a, g.d, g.e, g.t, g.tmp)
	kernels.LanesBasis(p, n, g.a, g.t, g.z)
	// Elements are at most 2 and the largest at least 1, so that the norm of every matrix is about 1 or more.
	open := kernels.TridiagQR(p, w, n, n, g.d, g.e, g.z, eps64/8, qrSweepsPerValue*n)
	g.separate(p, n)
	for i := lo; i < hi; i++ {
		l := i - lo
		switch {
		case s.errs[i] != nil:
		case open&(1<<l) != 0:
			// No matrix known to us comes here.
			if s.errs[i] = e.Factorize(s.in[i]); s.errs[i] == nil {
				s.keep(i, e.Values(), e.VectorsT())
			}
		default:
			if s.errs[i] = e.adopt(g.d[l:], w, MatrixOf(n, n, g.flat[l*n*n:(l+1)*n*n]), g.exp[l]); s.errs[i] == nil {
				s.keep(i, e.nextValues, e.nextRows)
			}
		}
	}
}

// interleave moves the first count matrices from flat to the lanes of a, and zero to the others.
func (g *laneMemory) interleave(p *kernels.Pool, n, count int) {
	const w = kernels.SymLanes
	clear(g.flat[count*n*n:])
	kernels.Omatcopy(p, kernels.Trans, n*n, w, 1, g.flat, n*n, g.a, w)
}

// separate moves the lanes of z to flat.
func (g *laneMemory) separate(p *kernels.Pool, n int) {
	const w = kernels.SymLanes
	kernels.Omatcopy(p, kernels.Trans, w, n*n, 1, g.z, w, g.flat, n*n)
}

// scaleLane scales dst, a copy of a or of its lower triangle, by 2^-exp to a largest magnitude in [1, 2). It becomes zero if there is an error.
func scaleLane[T kernels.Float](p *kernels.Pool, dst Matrix[float64], what string, a Matrix[T], lower bool) (exp int, err error) {
	big := kernels.MaxAbs(p, dst.Data)
	switch {
	case big-big != 0:
		dst.Zero()
		return 0, finite(p, what, a, lower)
	case big == 0:
		return 0, nil
	}
	_, exp = math.Frexp(big)
	exp--
	f1, f2 := math.Ldexp(1, -exp), 1.0
	if e := safeExp[float64](); exp < -e || exp > e {
		// Two factors: the reciprocal of a subnormal number may overflow.
		f1, f2 = math.Ldexp(1, -(exp/2)), math.Ldexp(1, -(exp-exp/2))
	}
	kernels.Scal(p, f1, dst.Data)
	if f2 != 1 {
		kernels.Scal(p, f2, dst.Data)
	}
	return exp, nil
}

// adopt makes the canonical decomposition of the values d, stride elements apart, and the rows z, their eigenvectors: in s.nextValues, scaled by 2^exp, and s.nextRows.
func (s *SymEig[T]) adopt(d []float64, stride int, z Matrix[float64], exp int) error {
	for i := range s.n {
		s.tri.d[i] = d[i*stride]
	}
	s.tri.ordered = false
	s.sorted(z)
	if !is32[T]() {
		s.canon().polish(s.nextRows)
	}
	fixSigns(s.pool, s.nextRows, 0, s.n, s.nullLo, s.nullHi)
	s.canon().nullBasis(s.nextRows, s.nullLo, s.nullHi)
	if !s.unscale(exp) {
		return errOverflow
	}
	return nil
}

// Values returns the eigenvalues of matrix i in descending order: a view, valid until the next
// Factorize.
func (s *SymEigBatch[T]) Values(i int) []T {
	s.check(i)
	return s.values.Row(i)
}

// VectorsT returns the eigenvectors of matrix i as rows, in the order of Values: a view, valid until
// the next Factorize.
func (s *SymEigBatch[T]) VectorsT(i int) Matrix[T] {
	s.check(i)
	return s.slot(i)
}
