package linalg

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// CSR is a sparse Rows×Cols matrix in compressed rows: row i holds the elements Val[k] in the columns Col[k],
// Start[i] ≤ k < Start[i+1], columns strictly ascending. NewCSR makes one from elements in any order, Check verifies
// one that was filled by hand. A CSR may be shared; its methods read it only.
type CSR[T kernels.Float] struct {
	Rows, Cols int
	Start      []int // Rows+1
	Col        []int32
	Val        []T
}

// Entry is an element of a sparse matrix.
type Entry[T kernels.Float] struct {
	Row, Col int
	Val      T
}

// SparseError says which element of a sparse matrix is not as it must be.
type SparseError struct {
	Index  int // of the entry, the element or the row
	What   string
	Value  int
	Lo, Hi int // what Value must lie in: [Lo, Hi)
}

func (e *SparseError) Error() string {
	return fmt.Sprintf("linalg: CSR: %s %d is %d, not in [%d, %d)", e.What, e.Index, e.Value, e.Lo, e.Hi)
}

// NewCSR returns the rows×cols matrix with the given elements, which may come in any order and are not changed. Several
// at one place are summed, in the order of the slice. Elements that are zero are stored. An index outside the matrix is
// a *SparseError.
func NewCSR[T kernels.Float](rows, cols int, entries []Entry[T]) (*CSR[T], error) {
	if rows < 0 || cols < 0 || int64(cols) > math.MaxInt32 {
		panic(negDim)
	}
	a := &CSR[T]{Rows: rows, Cols: cols, Start: make([]int, rows+1)}
	for i, e := range entries {
		if e.Row < 0 || e.Row >= rows {
			return nil, &SparseError{i, "row of entry", e.Row, 0, rows}
		}
		if e.Col < 0 || e.Col >= cols {
			return nil, &SparseError{i, "column of entry", e.Col, 0, cols}
		}
	}
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(x, y Entry[T]) int {
		if x.Row != y.Row {
			return x.Row - y.Row
		}
		return x.Col - y.Col
	})
	for i, e := range sorted {
		if i > 0 && e.Row == sorted[i-1].Row && e.Col == sorted[i-1].Col {
			a.Val[len(a.Val)-1] += e.Val
			continue
		}
		a.Col, a.Val = append(a.Col, int32(e.Col)), append(a.Val, e.Val)
		a.Start[e.Row+1] = len(a.Val)
	}
	for i := range rows {
		a.Start[i+1] = max(a.Start[i+1], a.Start[i]) // rows without an element
	}
	return a, nil
}

// Check returns an error if a is not a valid matrix: a *SparseError that names the first index out of place.
func (a *CSR[T]) Check() error {
	if a.Rows < 0 || a.Cols < 0 || int64(a.Cols) > math.MaxInt32 {
		panic(negDim)
	}
	if len(a.Start) != a.Rows+1 {
		return &SparseError{0, "length of Start, matrix", len(a.Start), a.Rows + 1, a.Rows + 2}
	}
	if n := len(a.Val); len(a.Col) != n {
		return &SparseError{0, "length of Col, matrix", len(a.Col), n, n + 1}
	}
	last := 0
	for i, s := range a.Start {
		if s < last || s > len(a.Val) {
			return &SparseError{i, "Start", s, last, len(a.Val) + 1}
		}
		last = s
	}
	for i := range a.Rows {
		low := 0
		for k := a.Start[i]; k < a.Start[i+1]; k++ {
			if j := int(a.Col[k]); j < low || j >= a.Cols {
				return &SparseError{k, fmt.Sprintf("row %d: column of element", i), j, low, a.Cols}
			}
			low = int(a.Col[k]) + 1
		}
	}
	return nil
}

// At returns element (i, j), zero where none is stored.
func (a *CSR[T]) At(i, j int) T {
	if uint(i) >= uint(a.Rows) || uint(j) >= uint(a.Cols) {
		panic(badView)
	}
	k, ok := slices.BinarySearch(a.Col[a.Start[i]:a.Start[i+1]], int32(j))
	if !ok {
		return 0
	}
	return a.Val[a.Start[i]+k]
}

// IsSymmetric reports whether every element equals its mirror image exactly.
func (a *CSR[T]) IsSymmetric() bool {
	if a.Rows != a.Cols {
		return false
	}
	for i := range a.Rows {
		for k := a.Start[i]; k < a.Start[i+1]; k++ {
			if a.At(int(a.Col[k]), i) != a.Val[k] {
				return false
			}
		}
	}
	return true
}

// Dense writes all elements to dst.
func (a *CSR[T]) Dense(dst Matrix[T]) {
	if dst.Rows != a.Rows || dst.Cols != a.Cols {
		panic(badShape)
	}
	dst.Zero()
	for i := range a.Rows {
		for k := a.Start[i]; k < a.Start[i+1]; k++ {
			dst.Data[i*dst.Stride+int(a.Col[k])] = a.Val[k]
		}
	}
}

// MulVec computes y = A·x; the order of its sums is that of kernels.Spmv. y must not overlap x.
func (a *CSR[T]) MulVec(p *kernels.Pool, y, x []T) {
	if len(x) != a.Cols || len(y) != a.Rows {
		panic(badLen)
	}
	kernels.Spmv(p, a.Rows, a.Cols, a.Start, a.Col, a.Val, x, y)
}

// MulVecT computes y = Aᵀ·x: a chain of fused multiply-adds for every element of y, over the rows in ascending order. y must not
// overlap x.
func (a *CSR[T]) MulVecT(_ *kernels.Pool, y, x []T) {
	if len(x) != a.Rows || len(y) != a.Cols {
		panic(badLen)
	}
	if overlaps(x, y) {
		panic(overlap)
	}
	clear(y)
	for i, v := range x {
		for k := a.Start[i]; k < a.Start[i+1]; k++ {
			j := a.Col[k]
			y[j] = elem.FMA(a.Val[k], v, y[j])
		}
	}
}

// MulMat computes dst = A·x; the order of its sums is that of kernels.Spmm. dst must not overlap x.
func (a *CSR[T]) MulMat(p *kernels.Pool, dst, x Matrix[T]) {
	if x.Rows != a.Cols || dst.Rows != a.Rows || dst.Cols != x.Cols {
		panic(badShape)
	}
	kernels.Spmm(p, a.Rows, a.Cols, x.Cols, a.Start, a.Col, a.Val, x.Data, x.ld(), dst.Data, dst.ld())
}

// Dim returns the order of a square matrix: a symmetric CSR is an Operator.
func (a *CSR[T]) Dim() int {
	if a.Rows != a.Cols {
		panic(notSquare)
	}
	return a.Rows
}
