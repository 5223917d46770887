package linalg

import (
	"fmt"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// SymEigBatch decomposes many symmetric n×n matrices, workers taking one matrix each: for the small blocks
// of which an optimizer has hundreds that is the better cut. The results are those of SymEig bit for bit.
type SymEigBatch[T kernels.Float] struct {
	pool    *kernels.Pool
	n       int
	solvers []*SymEig[T] // one per worker
	values  Matrix[T]    // batch×n
	rows    []T          // batch matrices n×n
	done    []bool
	errs    []error
	in      []Matrix[T]
}

// NewSymEigBatch returns a solver for batch matrices n×n.
func NewSymEigBatch[T kernels.Float](n, batch int, opts ...Option) *SymEigBatch[T] {
	if n < 0 || batch < 0 {
		panic(negDim)
	}
	o := gather(opts)
	s := &SymEigBatch[T]{
		pool: o.pool, n: n, solvers: make([]*SymEig[T], min(batch, o.pool.Workers())),
		values: NewMatrix[T](batch, n), rows: make([]T, batch*n*n), done: make([]bool, batch), errs: make([]error, batch),
	}
	for i := range s.solvers {
		s.solvers[i] = NewSymEig[T](n, WithPool(o.pool))
	}
	return s
}

// SymEigBatchBytes returns the memory of a solver for batch matrices n×n on a Pool with that many workers.
func SymEigBatchBytes[T kernels.Float](n, batch, workers int) int64 {
	var z T
	return int64(min(batch, max(1, workers)))*SymEigBytes[T](n) + int64(batch)*(int64(n*n+n)*int64(unsafe.Sizeof(z))+17)
}

// Factorize decomposes the matrices a, one for each of the batch, of which only the lower triangles are read. If some
// fail, the first error is returned with the index of its matrix; their results are those of before, all
// others are new.
func (s *SymEigBatch[T]) Factorize(a []Matrix[T]) error {
	if len(a) != s.values.Rows {
		panic(badLen)
	}
	for _, m := range a {
		if m.Rows != s.n || m.Cols != s.n {
			panic(badShape)
		}
		m.check()
	}
	s.in = a
	s.pool.Run(len(s.solvers), s)
	s.in = nil
	for i, err := range s.errs {
		if err != nil {
			clear(s.errs)
			return fmt.Errorf("matrix %d of the batch: %w", i, err)
		}
	}
	return nil
}

// Do decomposes the share of one worker.
func (s *SymEigBatch[T]) Do(worker int) {
	e := s.solvers[worker]
	for i := worker; i < len(s.in); i += len(s.solvers) {
		if s.errs[i] = e.Factorize(s.in[i]); s.errs[i] != nil {
			continue
		}
		copy(s.values.Row(i), e.Values())
		Copy(s.slot(i), e.VectorsT())
		s.done[i] = true
	}
}

func (s *SymEigBatch[T]) slot(i int) Matrix[T] {
	return MatrixOf(s.n, s.n, s.rows[i*s.n*s.n:(i+1)*s.n*s.n])
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

func (s *SymEigBatch[T]) check(i int) {
	if i < 0 || i >= len(s.done) {
		panic(badView)
	}
	if !s.done[i] {
		panic(unfactored)
	}
}
