package linalg

import (
	"errors"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Tridiagonal is the eigen-decomposition of a symmetric tridiagonal matrix, given by its diagonal and
// off-diagonal. It is SymEig without the reduction: divide and conquer in float64 for either type, then
// QR, then Jacobi should one fail; values in descending order, the same canonical signs and null space, the same
// bounds and the same rule for failed calls.
type Tridiagonal[T kernels.Float] struct {
	pool *kernels.Pool
	n    int
	tri  tridiagonal
	perm []int
	work []T

	values, nextValues []T
	rows, nextRows     Matrix[T]
	cols, e            Matrix[T]
	colsOK, ok         bool
}

var errTridiagonal = errors.New("linalg: Tridiagonal: no method converged; please report the matrix")
var errTridiagonalOverflow = errors.New("linalg: Tridiagonal: an eigenvalue overflows; scale the matrix down")

// NewTridiagonal returns a solver for matrices of order n.
func NewTridiagonal[T kernels.Float](n int, opts ...Option) *Tridiagonal[T] {
	if n < 0 {
		panic(negDim)
	}
	o := gather(opts)
	return &Tridiagonal[T]{
		pool: o.pool, n: n, tri: newTridiagonal(o.pool, n), perm: make([]int, n), work: make([]T, 2*n),
		values: make([]T, n), nextValues: make([]T, n),
		rows: paddedMatrix[T](n, n), nextRows: paddedMatrix[T](n, n), cols: paddedMatrix[T](n, n), e: paddedMatrix[T](n, n),
	}
}

// TridiagonalBytes returns the memory of a solver for order n; several workers add to it as SymEigBytes says.
func TridiagonalBytes[T kernels.Float](n int) int64 {
	var z T
	return int64(4*n+4*n*padded[T](n))*int64(unsafe.Sizeof(z)) + tridiagonalBytes(n) + int64(n)*int64(unsafe.Sizeof(0))
}

// Factorize decomposes the matrix with diagonal d (length n) and off-diagonal e (length n−1, or 0 for
// n = 0). NaN or Inf is a *NotFiniteError, which names the element of the matrix.
func (s *Tridiagonal[T]) Factorize(d, e []T) error {
	n := s.n
	if len(d) != n || len(e) != max(0, n-1) {
		panic(badLen)
	}
	for i, v := range d {
		if v-v != 0 {
			return &NotFiniteError{Op: "Tridiagonal", Row: i, Col: i, Value: float64(v)}
		}
	}
	for i, v := range e {
		if v-v != 0 {
			return &NotFiniteError{Op: "Tridiagonal", Row: i + 1, Col: i, Value: float64(v)}
		}
	}
	big := float64(max(kernels.MaxAbs(s.pool, d), kernels.MaxAbs(s.pool, e)))
	exp := 0
	if big != 0 {
		_, exp = math.Frexp(big)
		exp--
	}
	// Two factors: the reciprocal of a subnormal number may overflow.
	f1, f2 := math.Ldexp(1, -(exp/2)), math.Ldexp(1, -(exp-exp/2))
	for i, v := range d {
		s.tri.d[i] = float64(v) * f1 * f2
	}
	for i, v := range e {
		s.tri.e[i] = float64(v) * f1 * f2
	}
	if !s.tri.solve() {
		return errTridiagonal
	}
	s.tri.descending(s.perm)
	for i, from := range s.perm {
		s.nextValues[i] = T(s.tri.d[from])
		kernels.Convert(s.pool, s.nextRows.Row(i), s.tri.z.Row(from))
	}
	s.colsOK = false
	c := canon[T]{s.pool, s.work, s.e, s.cols}
	if n <= polishOrder {
		c.polish(s.nextRows)
	}
	lo, hi := nullCluster(s.nextValues, s.work[:n])
	fixSigns(s.pool, s.nextRows, 0, n, lo, hi)
	c.nullBasis(s.nextRows, lo, hi)
	g1, g2 := T(math.Ldexp(1, exp/2)), T(math.Ldexp(1, exp-exp/2))
	for i, v := range s.nextValues {
		v = T(T(v*g1) * g2)
		if v-v != 0 {
			return errTridiagonalOverflow
		}
		s.nextValues[i] = v
	}
	s.values, s.nextValues = s.nextValues, s.values
	s.rows, s.nextRows = s.nextRows, s.rows
	s.ok = true
	return nil
}

// Values returns the eigenvalues in descending order: a view, valid until the next call.
func (s *Tridiagonal[T]) Values() []T {
	s.check()
	return s.values
}

// VectorsT returns the eigenvectors as rows, in the order of Values: a view, valid until the next
// call.
func (s *Tridiagonal[T]) VectorsT() Matrix[T] {
	s.check()
	return s.rows
}

// Vectors returns the eigenvectors as columns, in the order of Values: a view, valid until the
// next Factorize. The first call after one transposes VectorsT.
func (s *Tridiagonal[T]) Vectors() Matrix[T] {
	s.check()
	if !s.colsOK && s.n > 0 {
		TransposeTo(s.pool, s.cols, s.rows)
		s.colsOK = true
	}
	return s.cols
}

func (s *Tridiagonal[T]) check() {
	if !s.ok {
		panic(unfactored)
	}
}
