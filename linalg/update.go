package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// RefreshPolicy says what SymEig.Update does with a matrix that differs a little from the last one.
// The zero value solves every time.
type RefreshPolicy struct {
	// Tol is τ: the basis is kept while ‖B − diag B‖_F ≤ τ·‖B‖_F, B = QᵀAQ. 0 never keeps it.
	Tol float64
	// Steps is the largest number of steps of orthogonal iteration for a stale basis: 0 solves
	// at once. With Tol > 0 the iteration stops as soon as the criterion holds, and the matrix is solved if it
	// still fails after Steps; with Tol = 0 all steps are made and their result is taken.
	Steps int
}

// RefreshKind says what was done.
type RefreshKind uint8

// What Update can do.
const (
	Solved   RefreshKind = iota // a full decomposition
	Kept                        // the basis is unchanged, Values are its Rayleigh quotients
	Iterated                    // orthogonal iteration
)

// String returns "solved", "kept" or "iterated".
func (k RefreshKind) String() string {
	switch k {
	case Solved:
		return "solved"
	case Kept:
		return "kept"
	case Iterated:
		return "iterated"
	}
	return "RefreshKind(?)"
}

// Refresh is the account of one Update.
type Refresh struct {
	Kind RefreshKind
	// Before and After are the criterion of the old basis and of the new one for the new matrix. Before is NaN where it
	// was not measured (no basis yet, or a policy that does not ask); After is 0 after a full
	// decomposition, which leaves rounding errors only.
	Before, After float64
	Steps         int     // of orthogonal iteration, also those that a full decomposition followed
	Flops         float64 // floating-point operations, about
}

// warm is the memory of Update.
type warm[T kernels.Float] struct {
	policy      RefreshPolicy
	q, w, b     Matrix[T]
	d           []T
	perm        []int
	cholesky    *CholeskyQR[T]
	householder *QR[T]
}

func newWarm[T kernels.Float](n int, o options) *warm[T] {
	if o.refresh == nil {
		return nil
	}
	return &warm[T]{
		policy: *o.refresh, q: paddedMatrix[T](n, n), w: paddedMatrix[T](n, n), b: paddedMatrix[T](n, n),
		d: make([]T, n), perm: make([]int, n),
		cholesky: NewCholeskyQR[T](n, n, WithPool(o.pool)), householder: NewQR[T](n, n, WithPool(o.pool)),
	}
}

// SymEigUpdateBytes returns the memory that WithRefresh adds to a solver for n×n matrices.
func SymEigUpdateBytes[T kernels.Float](n int) int64 {
	var z T
	return int64(3*n*padded[T](n)+n)*int64(unsafe.Sizeof(z)) + int64(n)*int64(unsafe.Sizeof(0)) +
		CholeskyQRBytes[T](n, n) + QRBytes[T](n, n)
}

// Update decomposes a, of which only the lower triangle is read, starting from the present basis, and
// says what it did: see RefreshPolicy. Without WithRefresh, and before the first success, it is
// Factorize.
//
// A basis that is Kept stays bit for bit what it was, and Values become its Rayleigh quotients q_jᵀAq_j, which
// may then be slightly out of order. Orthogonal iteration sorts the columns by their quotients,
// descending, before each step and at the end; Q ← orthogonal factor of A·Q by CholeskyQR on columns scaled to
// norm 1, which A·Q nearly orthogonalises by itself, or by Householder reflections where A is too close to
// singular. Column signs follow those of the old basis. Errors are those of Factorize; the old values
// and vectors then remain.
func (s *SymEig[T]) Update(a Matrix[T]) (Refresh, error) {
	n := float64(s.n)
	solve := Refresh{Before: math.NaN(), Flops: 9 * n * n * n}
	w := s.warm
	if w == nil || !s.ok || w.policy == (RefreshPolicy{}) {
		return solve, s.Factorize(a)
	}
	exp, err := s.load(a)
	if err != nil {
		return Refresh{Before: math.NaN(), After: math.NaN()}, err
	}
	Copy(w.q, s.Vectors())
	out := Refresh{Kind: Kept, Before: s.criterion(), Flops: 4 * n * n * n}
	out.After = out.Before
	if out.Before <= w.policy.Tol && w.policy.Tol > 0 {
		copy(s.nextValues, w.d)
		return out, s.keep(exp)
	}
	for out.Steps < w.policy.Steps {
		if !s.iterate() {
			break
		}
		out.Kind = Iterated
		out.Steps++
		out.After = s.criterion()
		out.Flops += float64(9 * n * n * n)
		if out.After <= w.policy.Tol {
			break
		}
	}
	if out.Kind == Iterated && (w.policy.Tol == 0 || out.After <= w.policy.Tol) {
		s.sortQuotients(w.q)
		copy(s.nextValues, w.d)
		if !s.unscale(exp) {
			return out, errOverflow
		}
		TransposeTo(s.pool, s.nextRows, w.q)
		s.commit()
		return out, nil
	}
	solve.Before, solve.Steps, solve.Flops = out.Before, out.Steps, out.Flops+solve.Flops
	return solve, s.solve(exp)
}

// criterion measures s.warm.q and leaves A·Q in w and the quotients in d.
func (s *SymEig[T]) criterion() float64 {
	w := s.warm
	c := Criterion(s.pool, w.q, s.red.a, w.w, w.b)
	for i := range w.d {
		w.d[i] = w.b.Data[i*w.b.Stride+i]
	}
	return c
}

// keep commits the values alone.
func (s *SymEig[T]) keep(exp int) error {
	if !s.unscale(exp) {
		return errOverflow
	}
	s.values, s.nextValues = s.nextValues, s.values
	return nil
}

// iterate makes one step of orthogonal iteration on s.warm.q, for which w.w = A·Q and w.d are known. It
// returns false, with q unchanged, if neither factorization succeeds.
func (s *SymEig[T]) iterate() bool {
	w := s.warm
	s.sortQuotients(w.w)
	if w.cholesky.Factorize(w.w) == nil {
		Copy(w.q, w.cholesky.Q())
		return true
	}
	if w.householder.Factorize(w.w) != nil {
		return false
	}
	w.householder.QTo(w.q)
	return true
}

// sortQuotients sorts w.d, descending, and the columns of m with it.
func (s *SymEig[T]) sortQuotients(m Matrix[T]) {
	descending(s.warm.perm, s.warm.d)
	permuteColumns(m, s.warm.d, s.warm.perm)
}
