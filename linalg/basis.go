package linalg

import "github.com/seed-4885aa59/eigenbasis/kernels"

// Basis is a change of coordinates by a matrix Q of Dim rows and Len columns, orthonormal
// where Len ≤ Dim. With Len < Dim the complement of the columns is dropped; with Len > Dim
// Q has orthonormal rows (a tight frame) and the complement is kept (LowRank).
//
// Methods allocate nothing. Their vectors have exactly the lengths Dim (x) and Len (y); work
// has at least Work() elements; no two of the three may overlap.
type Basis[T kernels.Float] interface {
	Dim() int  // length of x
	Len() int  // length of y
	Work() int // elements of work that Forward and Inverse need
	// Forward computes y = Qᵀ·x.
	Forward(p *kernels.Pool, y, x, work []T)
	// Inverse computes x = Q·y.
	Inverse(p *kernels.Pool, x, y, work []T)
}

// rows is the form of a Basis that transforms all rows of a matrix in one go. The bits are those
// of Forward and Inverse row by row.
type rows[T kernels.Float] interface {
	workRows(n int) int
	forwardRows(p *kernels.Pool, y, x Matrix[T], work []T)
	inverseRows(p *kernels.Pool, x, y Matrix[T], work []T)
}

// WorkRows returns the length of work that ForwardRows and InverseRows need for n rows.
func WorkRows[T kernels.Float](b Basis[T], n int) int {
	if r, ok := b.(rows[T]); ok {
		return r.workRows(n)
	}
	return b.Work()
}

// ForwardRows computes y = x·Q, row by row what Forward computes. The rows of x have Dim elements,
// those of y Len; y must not overlap x.
func ForwardRows[T kernels.Float](p *kernels.Pool, b Basis[T], y, x Matrix[T], work []T) {
	if x.Rows != y.Rows || x.Cols != b.Dim() || y.Cols != b.Len() {
		panic(badShape)
	}
	if r, ok := b.(rows[T]); ok {
		r.forwardRows(p, y, x, work)
		return
	}
	for i := 0; i < x.Rows; i++ {
		b.Forward(p, y.Row(i), x.Row(i), work)
	}
}

// InverseRows computes x = y·Qᵀ, row by row what Inverse computes. x must not overlap y.
func InverseRows[T kernels.Float](p *kernels.Pool, b Basis[T], x, y Matrix[T], work []T) {
	if x.Rows != y.Rows || x.Cols != b.Dim() || y.Cols != b.Len() {
		panic(badShape)
	}
	if r, ok := b.(rows[T]); ok {
		r.inverseRows(p, x, y, work)
		return
	}
	for i := 0; i < x.Rows; i++ {
		b.Inverse(p, x.Row(i), y.Row(i), work)
	}
}

// checkVectors takes the sizes of a basis, not the basis itself, which as an interface would escape to the heap.
func checkVectors[T kernels.Float](dim, length, need int, x, y, work []T) {
	if len(x) != dim || len(y) != length {
		panic(badLen)
	}
	if len(work) < need {
		panic(shortWork)
	}
}

// Identity is the basis of the coordinate axes of R^N.
type Identity[T kernels.Float] struct{ N int }

func (b Identity[T]) Dim() int  { return b.N }
func (b Identity[T]) Len() int  { return b.N }
func (b Identity[T]) Work() int { return 0 }

// Forward copies x to y.
func (b Identity[T]) Forward(_ *kernels.Pool, y, x, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	copy(y, x)
}

// Inverse copies y to x.
func (b Identity[T]) Inverse(_ *kernels.Pool, x, y, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	copy(x, y)
}

// Dense is the basis of the columns of Q. With fewer columns than rows what is orthogonal to
// them is dropped.
type Dense[T kernels.Float] struct{ Q Matrix[T] }

func (b Dense[T]) Dim() int  { return b.Q.Rows }
func (b Dense[T]) Len() int  { return b.Q.Cols }
func (b Dense[T]) Work() int { return 0 }

// Forward computes y = Qᵀ·x in the chain order of products.
func (b Dense[T]) Forward(p *kernels.Pool, y, x, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	b.forwardRows(p, MatrixOf(1, len(y), y), MatrixOf(1, len(x), x), work)
}

// Inverse computes x = Q·y in the chain order of products.
func (b Dense[T]) Inverse(p *kernels.Pool, x, y, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	b.inverseRows(p, MatrixOf(1, len(x), x), MatrixOf(1, len(y), y), work)
}

func (b Dense[T]) workRows(int) int { return 0 }

func (b Dense[T]) forwardRows(p *kernels.Pool, y, x Matrix[T], _ []T) { MatMul(p, y, x, b.Q) }

func (b Dense[T]) inverseRows(p *kernels.Pool, x, y Matrix[T], _ []T) { MatMulNT(p, x, y, b.Q) }

// Ritz is the basis of the orthonormal rows of V, as Lanczos makes them; what is orthogonal to them is dropped.
type Ritz[T kernels.Float] struct{ V Matrix[T] }

func (b Ritz[T]) Dim() int  { return b.V.Cols }
func (b Ritz[T]) Len() int  { return b.V.Rows }
func (b Ritz[T]) Work() int { return 0 }

// Forward computes y = V·x in the chain order of products.
func (b Ritz[T]) Forward(p *kernels.Pool, y, x, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	b.forwardRows(p, MatrixOf(1, len(y), y), MatrixOf(1, len(x), x), work)
}

// Inverse computes x = Vᵀ·y in the chain order of products.
func (b Ritz[T]) Inverse(p *kernels.Pool, x, y, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	b.inverseRows(p, MatrixOf(1, len(x), x), MatrixOf(1, len(y), y), work)
}

func (b Ritz[T]) workRows(int) int { return 0 }

func (b Ritz[T]) forwardRows(p *kernels.Pool, y, x Matrix[T], _ []T) { MatMulNT(p, y, x, b.V) }

func (b Ritz[T]) inverseRows(p *kernels.Pool, x, y Matrix[T], _ []T) { MatMul(p, x, y, b.V) }

// Kron is the basis Q₁ ⊗ Q₂ ⊗ … of a tensor, one factor per axis (row-major, the last axis
// contiguous); a Factor without elements leaves its axis alone. For a matrix G,
// Forward is Q₁ᵀ·G·Q₂ and Inverse Q₁·Y·Q₂ᵀ. The slice is not copied: setting an element of
// Factors changes the basis.
type Kron[T kernels.Float] struct{ Factors []Factor[T] }

// Dim is the product of the rows of the factors.
func (b Kron[T]) Dim() int { m, _ := kronShape(kernels.NoTrans, b.Factors); return m }

// Len is the product of the columns of the factors.
func (b Kron[T]) Len() int { _, n := kronShape(kernels.NoTrans, b.Factors); return n }

// Work is at most the size of two tensors, and of one where all factors are square, and of the blocks of large ones (KronMulWork).
func (b Kron[T]) Work() int { return b.workRows(1) }

// Forward computes y = (Q₁ ⊗ Q₂ ⊗ …)ᵀ·x.
func (b Kron[T]) Forward(p *kernels.Pool, y, x, work []T) {
	KronMul(p, kernels.Trans, b.Factors, y, x, work)
}

// Inverse computes x = (Q₁ ⊗ Q₂ ⊗ …)·y.
func (b Kron[T]) Inverse(p *kernels.Pool, x, y, work []T) {
	KronMul(p, kernels.NoTrans, b.Factors, x, y, work)
}

func (b Kron[T]) workRows(n int) int {
	return max(KronMulWork(kernels.Trans, b.Factors, n), KronMulWork(kernels.NoTrans, b.Factors, n))
}

func (b Kron[T]) forwardRows(p *kernels.Pool, y, x Matrix[T], work []T) {
	kronRows(p, kernels.Trans, b.Factors, y, x, work)
}

func (b Kron[T]) inverseRows(p *kernels.Pool, x, y Matrix[T], work []T) {
	kronRows(p, kernels.NoTrans, b.Factors, x, y, work)
}

// Block is the direct sum of bases: x is cut into consecutive parts, one per basis, and y
// likewise.
type Block[T kernels.Float] struct{ Parts []Basis[T] }

// Dim is the sum over the parts.
func (b Block[T]) Dim() int {
	n := 0
	for _, q := range b.Parts {
		n += q.Dim()
	}
	return n
}

// Len is the sum over the parts.
func (b Block[T]) Len() int {
	n := 0
	for _, q := range b.Parts {
		n += q.Len()
	}
	return n
}

// Work is the largest of the parts.
func (b Block[T]) Work() int {
	n := 0
	for _, q := range b.Parts {
		n = max(n, q.Work())
	}
	return n
}

// Forward computes y = Qᵀ·x part by part.
func (b Block[T]) Forward(p *kernels.Pool, y, x, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	for _, q := range b.Parts {
		d, l := q.Dim(), q.Len()
		q.Forward(p, y[:l], x[:d], work)
		x, y = x[d:], y[l:]
	}
}

// Inverse computes x = Q·y part by part.
func (b Block[T]) Inverse(p *kernels.Pool, x, y, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	for _, q := range b.Parts {
		d, l := q.Dim(), q.Len()
		q.Inverse(p, x[:d], y[:l], work)
		x, y = x[d:], y[l:]
	}
}

func (b Block[T]) workRows(n int) int {
	w := 0
	for _, q := range b.Parts {
		w = max(w, WorkRows(q, n))
	}
	return w
}

func (b Block[T]) forwardRows(p *kernels.Pool, y, x Matrix[T], work []T) {
	i, j := 0, 0
	for _, q := range b.Parts {
		d, l := q.Dim(), q.Len()
		ForwardRows(p, q, y.Slice(0, j, y.Rows, l), x.Slice(0, i, x.Rows, d), work)
		i, j = i+d, j+l
	}
}

func (b Block[T]) inverseRows(p *kernels.Pool, x, y Matrix[T], work []T) {
	i, j := 0, 0
	for _, q := range b.Parts {
		d, l := q.Dim(), q.Len()
		InverseRows(p, q, x.Slice(0, i, x.Rows, d), y.Slice(0, j, y.Rows, l), work)
		i, j = i+d, j+l
	}
}

// LowRank is the columns of V, n×r and orthonormal, together with what they leave over:
// Q = [V, I − V·Vᵀ], n rows and r+n columns. Q·Qᵀ = I, so Inverse undoes Forward; y holds
// the r coordinates Vᵀx and then the n elements of the remainder x − V·Vᵀx. It is the
// low-rank form of EGOP reparameterisation (DePavia et al. 2025), W = V·w_r + (I−VVᵀ)·w_d.
type LowRank[T kernels.Float] struct{ V Matrix[T] }

func (b LowRank[T]) Dim() int  { return b.V.Rows }
func (b LowRank[T]) Len() int  { return b.V.Cols + b.V.Rows }
func (b LowRank[T]) Work() int { return b.workRows(1) }

// Forward computes y = [Vᵀx; x − V·Vᵀx].
func (b LowRank[T]) Forward(p *kernels.Pool, y, x, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	b.forwardRows(p, MatrixOf(1, len(y), y), MatrixOf(1, len(x), x), work)
}

// Inverse computes x = y₂ + V·(y₁ − Vᵀy₂), y₁ the first r elements of y and y₂ the others.
func (b LowRank[T]) Inverse(p *kernels.Pool, x, y, work []T) {
	checkVectors(b.Dim(), b.Len(), b.Work(), x, y, work)
	b.inverseRows(p, MatrixOf(1, len(x), x), MatrixOf(1, len(y), y), work)
}

func (b LowRank[T]) workRows(n int) int { return n * b.V.Cols }

func (b LowRank[T]) forwardRows(p *kernels.Pool, y, x Matrix[T], _ []T) {
	r, n := b.V.Cols, b.V.Rows
	y1, y2 := y.Slice(0, 0, y.Rows, r), y.Slice(0, r, y.Rows, n)
	MatMul(p, y1, x, b.V)
	Copy(y2, x)
	MatMulAdd(p, y2, kernels.NoTrans, kernels.Trans, -1, y1, b.V, 1)
}

func (b LowRank[T]) inverseRows(p *kernels.Pool, x, y Matrix[T], work []T) {
	r, n := b.V.Cols, b.V.Rows
	y1, y2 := y.Slice(0, 0, y.Rows, r), y.Slice(0, r, y.Rows, n)
	if len(work) < y.Rows*r {
		panic(shortWork)
	}
	c := MatrixOf(y.Rows, r, work)
	Copy(c, y1)
	MatMulAdd(p, c, kernels.NoTrans, kernels.NoTrans, -1, y2, b.V, 1)
	Copy(x, y2)
	MatMulAdd(p, x, kernels.NoTrans, kernels.Trans, 1, c, b.V, 1)
}
