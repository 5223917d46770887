package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Spectral is the operator Q·φ(D)·Qᵀ: rotate into a basis, scale by a function of a diagonal,
// rotate back. Adam, Shampoo, SOAP, K-FAC, EK-FAC, influence functions and spectral
// filters on graphs are this operator with different Q, D and φ.
type Spectral[T kernels.Float] struct {
	Basis Basis[T]
	D     []T // one element per coordinate of the basis
}

// Work returns the length of work that Apply needs for n rows; Scale needs s.Basis.Len() less.
func (s Spectral[T]) Work(n int) int {
	l := s.Basis.Len()
	return l + n*l + WorkRows(s.Basis, n)
}

// Apply computes dst = x·Q·φ(D)·Qᵀ: the operator on every row of x. φ is f on the elements of
// D. dst and x have Dim columns and as many rows; dst may be x itself. work holds at least
// Work(rows) elements and overlaps nothing.
func (s Spectral[T]) Apply(p *kernels.Pool, dst, x Matrix[T], f Filter, work []T) {
	l := s.Basis.Len()
	if len(s.D) != l {
		panic(badLen)
	}
	if len(work) < s.Work(x.Rows) {
		panic(shortWork)
	}
	phi := work[:l]
	Phi(f, phi, s.D)
	s.Scale(p, dst, x, phi, work[l:])
}

// Scale is Apply with φ(D) evaluated by the caller; D is not read.
func (s Spectral[T]) Scale(p *kernels.Pool, dst, x Matrix[T], phi []T, work []T) {
	d, l, n := s.Basis.Dim(), s.Basis.Len(), x.Rows
	if x.Cols != d || dst.Cols != d || dst.Rows != n {
		panic(badShape)
	}
	if len(phi) != l {
		panic(badLen)
	}
	if len(work) < n*l+WorkRows(s.Basis, n) {
		panic(shortWork)
	}
	y := MatrixOf(n, l, work[:n*l])
	work = work[n*l:]
	ForwardRows(p, s.Basis, y, x, work)
	kernels.ColScale(p, n, l, phi, y.Data, y.ld())
	InverseRows(p, s.Basis, dst, y, work)
}
