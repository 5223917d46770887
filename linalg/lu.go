package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// LU is the factorization with partial pivoting P·A = L·U of a square matrix: L is unit lower triangular with |l_ij| ≤ 1, U
// upper triangular.
//
// The columns are halved recursively (Toledo 1997; Gustavson 1997): factorize the left half, solve for the
// block of U beside it, subtract the product below, factorize what is left; at kernels.LULeaf columns they are transposed into rows
// of unit stride and eliminated one by one. The pivot is the first element of the largest magnitude. A column of L is
// multiplied by the rounded reciprocal of the pivot.
//
// ‖PA − LU‖_F ≤ n·eps·‖L‖_F·‖U‖_F. U can grow beyond A by 2^(n−1), which has been seen only in matrices made for it; QR and
// LDL have no such case. All memory is allocated by NewLU; a Factorize that fails leaves the factors of the last success.
type LU[T kernels.Float] struct {
	pool   *kernels.Pool
	n      int
	f      Matrix[T] // U, and L below the diagonal
	w      Matrix[T] // the factors in the making
	perm   []int     // row i of P·A is row perm[i] of A
	permW  []int
	swap   []int // of the factors in the making: row i was exchanged with row swap[i] ≥ i
	swaps  []int
	x, u   []T  // of a leaf: its columns, and a row of U
	parity bool // an odd number of exchanges
	exp    int  // log₂ of the scale of f
	ok     bool
}

// NewLU returns a solver for n×n matrices.
func NewLU[T kernels.Float](n int, opts ...Option) *LU[T] {
	if n < 0 {
		panic(negDim)
	}
	return &LU[T]{
		pool: gather(opts).pool, n: n, f: paddedMatrix[T](n, n), w: paddedMatrix[T](n, n),
		perm: make([]int, n), permW: make([]int, n), swap: make([]int, n), swaps: make([]int, n),
		x: make([]T, kernels.LULeaf*padded[T](n)), u: make([]T, kernels.LULeaf),
	}
}

// LUBytes returns the memory of a solver for n×n matrices.
func LUBytes[T kernels.Float](n int) int64 {
	var z T
	return int64(2*n*padded[T](n)+kernels.LULeaf*(padded[T](n)+1))*int64(unsafe.Sizeof(z)) + 4*int64(n)*int64(unsafe.Sizeof(0))
}

// Factorize computes the factors of a, which is copied and not written. Errors: *NotFiniteError for NaN or Inf,
// *SingularError for a pivot that is exactly zero, or where the factors overflow.
func (s *LU[T]) Factorize(a Matrix[T]) error {
	if a.Rows != s.n || a.Cols != s.n {
		panic(badShape)
	}
	a.check()
	big, err := largestOf(s.pool, "LU", a)
	if err != nil {
		return err
	}
	exp := 0
	if s.n > 0 {
		scale := scaleFor(big)
		_, exp = math.Frexp(float64(scale))
		exp--
		kernels.Omatcopy(s.pool, kernels.NoTrans, s.n, s.n, scale, a.Data, a.ld(), s.w.Data, s.w.ld())
		s.factor(s.w, s.swap)
		for i := range s.n {
			if d := s.w.Data[i*s.w.Stride+i]; d == 0 || d-d != 0 {
				return &SingularError{Op: "LU", Pivot: i}
			}
		}
		if !Finite(s.pool, s.w) {
			return &SingularError{Op: "LU", Pivot: s.n - 1}
		}
	}
	s.parity, s.exp = false, exp
	for i := range s.perm {
		s.perm[i] = i
	}
	for i, j := range s.swap {
		if i != j {
			s.perm[i], s.perm[j] = s.perm[j], s.perm[i]
			s.parity = !s.parity
		}
	}
	s.f, s.w = s.w, s.f
	s.swap, s.swaps = s.swaps, s.swap
	s.ok = true
	return nil
}

// factor factorizes the columns of a, as many rows or more, and writes its exchanges, relative to its first row, to swap.
func (s *LU[T]) factor(a Matrix[T], swap []int) {
	m, n := a.Rows, a.Cols
	if n <= kernels.LULeaf {
		s.leaf(a, swap)
		return
	}
	h := (n/2 + kernels.LULeaf - 1) / kernels.LULeaf * kernels.LULeaf
	left, right := a.Slice(0, 0, m, h), a.Slice(0, h, m, n-h)
	s.factor(left, swap[:h])
	exchangeRows(right, swap[:h])
	a12, a22 := a.Slice(0, h, h, n-h), a.Slice(h, h, m-h, n-h)
	kernels.Trsm(s.pool, kernels.Left, kernels.Lower, kernels.NoTrans, kernels.Unit, h, n-h, 1, a.Data, a.ld(), a12.Data, a12.ld())
	MatMulAdd(s.pool, a22, kernels.NoTrans, kernels.NoTrans, -1, a.Slice(h, 0, m-h, h), a12, 1)
	s.factor(a22, swap[h:n])
	exchangeRows(a.Slice(h, 0, m-h, h), swap[h:n])
	for i := h; i < n; i++ {
		swap[i] += h
	}
}

// exchangeRows exchanges row i with row swap[i], one after the other.
func exchangeRows[T kernels.Float](a Matrix[T], swap []int) {
	for i, j := range swap {
		if i != j {
			swapRows(a.Row(i), a.Row(j))
		}
	}
}

// leaf eliminates a few columns, as rows of x.
func (s *LU[T]) leaf(a Matrix[T], swap []int) {
	p := s.pool
	m, w := a.Rows, a.Cols
	ld := padded[T](m)
	x := Matrix[T]{Rows: w, Cols: m, Stride: ld, Data: s.x[:w*ld]}
	kernels.Omatcopy(p, kernels.Trans, w, m, 1, a.Data, a.ld(), x.Data, ld)
	u := s.u
	for i := range w {
		col := x.Row(i)[i:]
		big := kernels.MaxAbs(p, col)
		at := 0
		for at < len(col)-1 && col[at] != big && col[at] != -big {
			at++
		}
		swap[i] = i + at
		if at != 0 {
			for r := range w {
				row := x.Row(r)
				row[i], row[i+at] = row[i+at], row[i]
			}
		}
		if big == 0 {
			continue // the column of L is zero
		}
		l := col[1:]
		if r := 1 / col[0]; r-r == 0 {
			kernels.Scal(p, r, l)
		} else {
			for j := range l {
				l[j] /= col[0]
			}
		}
		if c := w - i - 1; c > 0 && len(l) > 0 {
			for r := range c {
				u[r] = x.Data[(i+1+r)*ld+i]
			}
			kernels.Ger(p, c, len(l), -1, u[:c], l, x.Data[(i+1)*ld+i+1:], ld)
		}
	}
	kernels.Omatcopy(p, kernels.Trans, m, w, 1, x.Data, ld, a.Data, a.ld())
}

func (s *LU[T]) check() {
	if !s.ok {
		panic(unfactored)
	}
}

// Perm returns the order of the rows: row i of P·A = L·U is row Perm()[i] of A. It is a view, valid until the next Factorize.
func (s *LU[T]) Perm() []int {
	s.check()
	return s.perm
}

// UTo writes U, zeros below the diagonal, to the n×n matrix dst.
func (s *LU[T]) UTo(dst Matrix[T]) {
	s.check()
	Copy(dst, s.f)
	back := T(math.Ldexp(1, -s.exp))
	for i := range s.n {
		row := dst.Row(i)
		clear(row[:i])
		if s.exp != 0 {
			kernels.Scal(s.pool, back, row[i:])
		}
	}
}

// LTo writes L, ones on the diagonal and zeros above it, to the n×n matrix dst.
func (s *LU[T]) LTo(dst Matrix[T]) {
	s.check()
	Copy(dst, s.f)
	for i := range s.n {
		row := dst.Row(i)
		row[i] = 1
		clear(row[i+1:])
	}
}

// Solve computes B ← A⁻¹·B in place; B has n rows.
func (s *LU[T]) Solve(b Matrix[T]) {
	s.checkRight(b)
	exchangeRows(b, s.swaps)
	kernels.Trsm(s.pool, kernels.Left, kernels.Lower, kernels.NoTrans, kernels.Unit, s.n, b.Cols, T(math.Ldexp(1, s.exp)), s.f.Data, s.f.ld(), b.Data, b.ld())
	solveU(s.pool, s.f, b)
}

// SolveT computes B ← A⁻ᵀ·B in place; B has n rows.
func (s *LU[T]) SolveT(b Matrix[T]) {
	s.checkRight(b)
	kernels.Trsm(s.pool, kernels.Left, kernels.Upper, kernels.Trans, kernels.NonUnit, s.n, b.Cols, T(math.Ldexp(1, s.exp)), s.f.Data, s.f.ld(), b.Data, b.ld())
	kernels.Trsm(s.pool, kernels.Left, kernels.Lower, kernels.Trans, kernels.Unit, s.n, b.Cols, 1, s.f.Data, s.f.ld(), b.Data, b.ld())
	for i := s.n - 1; i >= 0; i-- {
		if j := s.swaps[i]; j != i {
			swapRows(b.Row(i), b.Row(j))
		}
	}
}

func (s *LU[T]) checkRight(b Matrix[T]) {
	s.check()
	if b.Rows != s.n {
		panic(badShape)
	}
	b.check()
}

// InverseTo writes A⁻¹ to dst, n×n: Solve of the identity. To apply the inverse, Solve is cheaper and more accurate.
func (s *LU[T]) InverseTo(dst Matrix[T]) {
	s.check()
	if dst.Rows != s.n || dst.Cols != s.n {
		panic(badShape)
	}
	dst.Identity()
	s.Solve(dst)
}

// LogDet returns log|det A| and the sign of det A, computed in float64 from the exponents and significands of the pivots.
func (s *LU[T]) LogDet() (log, sign float64) {
	s.check()
	log, sign = logDiagonal(s.f, -s.exp*s.n)
	if s.parity {
		sign = -sign
	}
	return log, sign
}
