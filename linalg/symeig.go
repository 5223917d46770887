package linalg

import (
	"errors"
	"math"
	"slices"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// SymEig is the eigen-decomposition A = Q·diag(λ)·Qᵀ of a symmetric n×n matrix, Q orthogonal.
//
// The eigenvalues are in descending order (LAPACK, gonum and numpy ascend), because the warm
// refinements need it: orthogonal iteration converges to descending order and diverges from any
// other. The result is canonical. The first component of each eigenvector whose magnitude is at least
// 7/8 of the largest is positive. Eigenvalues below ½·√n·eps·‖A‖_F are numerically zero: together with what no clear
// gap separates from them they form one cluster, whose basis is that of the echelon form: the
// projections of the coordinate axes, made orthonormal in ascending order, an axis being skipped when less than
// 1/√(2n) of it is new. So a rank-deficient matrix has a reproducible basis as well.
//
// Method: A is scaled by a power of two and reduced to tridiagonal form by Householder reflections
// in blocks; the tridiagonal problem is solved in float64 for either type; the eigenvectors are
// carried back by block reflections. ‖AQ − QΛ‖_F ≤ n·eps·‖A‖_F and ‖QᵀQ − I‖_F ≤ n·eps, usually by
// a wide margin. Should the tridiagonal iteration not converge, Jacobi's method solves the matrix.
// The bits do not depend on the tier or on the number of workers.
//
// All memory is allocated by NewSymEig. Results are committed on success: after an error the
// values, the vectors and the basis that Update starts from are those of before.
type SymEig[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	red  reduction[T]
	d, e []T
	tri  tridiagonal
	perm []int
	work []T // 2n, for canonical

	values, nextValues []T
	rows, nextRows     Matrix[T] // eigenvectors as rows
	cols               Matrix[T] // as columns
	colsOK, ok         bool

	warm warm[T]
}

// NewSymEig returns a solver for n×n matrices.
func NewSymEig[T kernels.Float](n int, opts ...Option) *SymEig[T] {
	if n < 0 {
		panic(negDim)
	}
	o := gather(opts)
	return &SymEig[T]{
		pool: o.pool, n: n, red: newReduction[T](o.pool, n), d: make([]T, n), e: make([]T, n),
		tri: newTridiagonal(o.pool, n), perm: make([]int, n), work: make([]T, 2*n),
		values: make([]T, n), nextValues: make([]T, n),
		rows: paddedMatrix[T](n, n), nextRows: paddedMatrix[T](n, n), cols: paddedMatrix[T](n, n),
		warm: newWarm[T](n, o),
	}
}

// SymEigBytes returns the memory of a solver for n×n matrices.
func SymEigBytes[T kernels.Float](n int) int64 {
	var z T
	size := int64(unsafe.Sizeof(z))
	return size*int64(reductionLen[T](n)+6*n+3*n*padded[T](n)) + tridiagonalBytes(n) + warmBytes[T](n) +
		int64(n)*int64(unsafe.Sizeof(0))
}

// errNoConvergence cannot be provoked by any input known to us.
var errNoConvergence = errors.New("linalg: SymEig: no method converged; please report the matrix")

// errOverflow is for matrices whose largest eigenvalue exceeds the largest number.
var errOverflow = errors.New("linalg: SymEig: an eigenvalue overflows; scale the matrix down")

// Order returns n.
func (s *SymEig[T]) Order() int { return s.n }

// Factorize decomposes a, of which only the lower triangle, diagonal included, is read. NaN or Inf
// there is a *NotFiniteError.
func (s *SymEig[T]) Factorize(a Matrix[T]) error {
	exp, err := s.load(a)
	if err != nil {
		return err
	}
	return s.solve(exp)
}

// load checks a and copies its lower triangle, scaled by 2^-exp to a largest magnitude in [1, 2), to
// both triangles of s.red.a.
func (s *SymEig[T]) load(a Matrix[T]) (exp int, err error) {
	if a.Rows != s.n || a.Cols != s.n {
		panic(badShape)
	}
	a.check()
	if err := finite(s.pool, "SymEig", a, true); err != nil {
		return 0, err
	}
	w := s.red.a
	big := float64(maxAbs(s.pool, a, true))
	if big != 0 {
		_, exp = math.Frexp(big)
		exp--
	}
	// Two factors: the reciprocal of a subnormal number may overflow.
	f1, f2 := T(math.Ldexp(1, -(exp/2))), T(math.Ldexp(1, -(exp-exp/2)))
	for i := 0; i < s.n; i++ {
		row := w.Row(i)[:i+1]
		copy(row, a.Row(i))
		if f2 != 1 {
			kernels.Scal(s.pool, f1, row)
			kernels.Scal(s.pool, f2, row)
		}
	}
	Mirror(s.pool, kernels.Lower, w)
	return exp, nil
}

// solve decomposes s.red.a, commits the result and scales the eigenvalues by 2^exp.
func (s *SymEig[T]) solve(exp int) error {
	if !s.direct() {
		return errNoConvergence
	}
	f1, f2 := T(math.Ldexp(1, exp/2)), T(math.Ldexp(1, exp-exp/2))
	s.canonical(s.nextValues, s.nextRows)
	for i, v := range s.nextValues {
		v *= f1
		v *= f2
		if v-v != 0 {
			return errOverflow
		}
		s.nextValues[i] = v
	}
	s.commit()
	return nil
}

func (s *SymEig[T]) commit() {
	s.values, s.nextValues = s.nextValues, s.values
	s.rows, s.nextRows = s.nextRows, s.rows
	s.colsOK, s.ok = false, true
}

// direct reduces, solves the tridiagonal problem and carries its vectors back.
func (s *SymEig[T]) direct() bool {
	s.red.reduce(s.d, s.e)
	for i := range s.d {
		s.tri.d[i] = float64(s.d[i])
	}
	for i := 0; i < s.n-1; i++ {
		s.tri.e[i] = float64(s.e[i])
	}
	if !s.tri.solve() {
		return false
	}
	s.order(s.tri.d)
	for i, from := range s.perm {
		s.nextValues[i] = T(s.tri.d[from])
		kernels.Convert(s.pool, s.nextRows.Row(i), s.tri.z.Row(from))
	}
	s.red.mulRows(s.nextRows)
	return true
}

// order makes perm the indices of d in descending order of value, equal values in ascending
// order of index.
func (s *SymEig[T]) order(d []float64) {
	for i := range s.perm {
		s.perm[i] = i
	}
	slices.SortFunc(s.perm, func(i, j int) int {
		switch {
		case d[i] > d[j]:
			return -1
		case d[i] < d[j]:
			return 1
		}
		return i - j
	})
}

// Values returns the eigenvalues in descending order: a view, valid until the next call.
func (s *SymEig[T]) Values() []T {
	s.check()
	return s.values
}

// VectorsT returns the eigenvectors as rows, in the order of Values: a view, valid until the next
// call.
func (s *SymEig[T]) VectorsT() Matrix[T] {
	s.check()
	return s.rows
}

// Vectors returns the eigenvectors as columns, in the order of Values: a view, valid until the
// next Factorize or Update. The first call after one of those transposes VectorsT.
func (s *SymEig[T]) Vectors() Matrix[T] {
	s.check()
	if !s.colsOK {
		if s.n > 0 {
			TransposeTo(s.pool, s.cols, s.rows)
		}
		s.colsOK = true
	}
	return s.cols
}

func (s *SymEig[T]) check() {
	if !s.ok {
		panic(unfactored)
	}
}
