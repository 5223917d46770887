package linalg

import (
	"fmt"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Panic strings: mistakes of the calling program, raised before anything is written.
const (
	badShape    = "linalg: shapes do not match"
	badStride   = "linalg: bad stride"
	badView     = "linalg: view outside the matrix"
	negDim      = "linalg: negative dimension"
	shortData   = "linalg: insufficient length of Data"
	shortWork   = "linalg: insufficient length of work"
	badLen      = "linalg: vector of wrong length"
	notTall     = "linalg: fewer rows than columns"
	notSquare   = "linalg: matrix is not square"
	overlap     = "linalg: an output overlaps an input"
	notCompact  = "linalg: Stride must equal Cols"
	badUplo     = "linalg: bad Uplo"
	badTrans    = "linalg: bad Transpose"
	badDiag     = "linalg: bad Diag"
	badSide     = "linalg: bad Side"
	badPolar    = "linalg: Polar: bad method, tolerance or number of steps"
	badBasis    = "linalg: Lanczos: bad number of pairs, steps or basis vectors"
	noRefresh   = "linalg: SymEig: UpdateRotated without WithRefresh"
	manyFactors = "linalg: too many Kronecker factors"
	noVectors   = "linalg: SymEig: a solver made with WithValuesOnly has no vectors"
	partRefresh = "linalg: SymEig: WithRefresh needs the vectors that WithValuesOnly and WithLargest leave out"
	unfactored  = "linalg: no successful Factorize yet"
)

// overlaps reports whether the memory of x and y has a common element.
func overlaps[T kernels.Float](x, y []T) bool {
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	var z T
	s := unsafe.Sizeof(z)
	a := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	b := uintptr(unsafe.Pointer(unsafe.SliceData(y)))
	return a < b+uintptr(len(y))*s && b < a+uintptr(len(x))*s
}

// NotFiniteError says that an input holds NaN or an infinity. Nothing was computed; earlier
// results of the solver are still valid.
type NotFiniteError struct {
	Op       string // the solver
	Row, Col int    // the first such element, row by row
	Value    float64
}

func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("linalg: %s: element (%d, %d) of the input is %v", e.Op, e.Row, e.Col, e.Value)
}

// NotPositiveError says that a matrix is not positive definite to working precision: the
// factorization met a pivot that is not positive. Add a multiple of the identity, or use
// the eigenvalues.
type NotPositiveError struct {
	Pivot int     // from 0
	Value float64 // of the pivot, in the units of the matrix
}

func (e *NotPositiveError) Error() string {
	return fmt.Sprintf("linalg: matrix is not positive definite: pivot %d is %v; add a shift", e.Pivot, e.Value)
}

// SingularError says that a triangular factor has a zero on its diagonal: the matrix has no inverse, or too few independent
// columns for a least-squares problem. PivotedQR and SVD take such matrices.
type SingularError struct {
	Op    string // the solver
	Pivot int    // from 0, the first such
}

func (e *SingularError) Error() string {
	return fmt.Sprintf("linalg: %s: matrix is singular: pivot %d is zero; use PivotedQR or SVD", e.Op, e.Pivot)
}

// largestOf returns max|a_ij|, or an error if an element is not finite, from one pass over a.
func largestOf[T kernels.Float](p *kernels.Pool, op string, a Matrix[T]) (T, error) {
	big := maxAbs(p, a, false)
	if float64(big) <= maxFinite[T]() {
		return big, nil
	}
	return big, finite(p, op, a, false)
}

// finite returns an error if the elements of a, or with half only those of the lower triangle,
// are not all finite.
func finite[T kernels.Float](p *kernels.Pool, op string, a Matrix[T], half bool) error {
	if !half && Finite(p, a) {
		return nil
	}
	for i := 0; i < a.Rows; i++ {
		row := a.Row(i)
		if half {
			row = row[:i+1]
		}
		if kernels.Finite(p, row) {
			continue
		}
		for j, v := range row {
			if v-v != 0 {
				return &NotFiniteError{Op: op, Row: i, Col: j, Value: float64(v)}
			}
		}
	}
	return nil
}
