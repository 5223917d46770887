package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Never, as Every of a RefreshPolicy, keeps the first basis for good.
const Never = -1

// RefreshPolicy says what SymEig.Update does with a matrix that differs a little from the last one.
// The zero value solves every time.
//
// When: every Every-th call looks at the matrix, or none does. Whether: the basis is kept while
// ‖B − diag B‖_F ≤ Tol·‖B‖_F, B = QᵀAQ. How: a stale one is refined, then iterated, then solved, each where allowed
// and as long as the criterion does not hold. How much: Budget bounds the work.
type RefreshPolicy struct {
	// Tol is τ. With 0 the basis is never kept, and all steps that Refine or Steps allow are made and their result is taken.
	Tol float64
	// Refine is the largest number of steps of refinement, which converges quadratically but is left out where the
	// quotients of the old basis lie too close together for what is off the diagonal.
	Refine int
	// Steps is the largest number of steps of orthogonal iteration. The matrix is solved if neither is allowed, or if the
	// criterion still fails after both.
	Steps int
	// Every is F: the F-th call after the first decomposition looks at the matrix, and each F-th from there on; the others keep
	// values and vectors unseen. 0 and 1 mean each call, Never none.
	Every int
	// Budget is the number of floating-point operations that a call may spend on average. What a call does not spend is
	// saved, up to the cost of two full decompositions. A step that the savings do not cover is not made: the
	// basis then stays stale, and Refresh says so. 0 is no limit. The first decomposition is free.
	Budget float64
}

// RefreshKind says what was done.
type RefreshKind uint8

// What Update can do.
const (
	Solved   RefreshKind = iota // a full decomposition
	Kept                        // the basis is unchanged; Values are its Rayleigh quotients if the matrix was looked at
	Iterated                    // orthogonal iteration, perhaps after refinement
	Refined                     // refinement
)

// String returns "solved", "kept", "iterated" or "refined".
func (k RefreshKind) String() string {
	switch k {
	case Solved:
		return "solved"
	case Kept:
		return "kept"
	case Iterated:
		return "iterated"
	case Refined:
		return "refined"
	}
	return "RefreshKind(?)"
}

// Refresh is the account of one Update.
type Refresh struct {
	Kind RefreshKind
	// Before and After are the criterion of the old basis and of the new one for the new matrix. They are NaN where it
	// was not measured: no basis yet, or a policy that does not ask. After is 0 after a full
	// decomposition, which leaves rounding errors only.
	Before, After float64
	Refinements   int     // steps of refinement
	Steps         int     // of orthogonal iteration; both also where a full decomposition followed
	Flops         float64 // floating-point operations, about
}

// warm is the memory of Update.
type warm[T kernels.Float] struct {
	policy      RefreshPolicy
	calls       int     // since the basis was solved for the first time
	saved       float64 // of the budget
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

// The cost of the parts of Update, in units of n³ floating-point operations.
const (
	solveCost     = 9
	criterionCost = 3.25 // A·Q and the lower triangle of Qᵀ·(A·Q)
	iterateCost   = 2.33 // CholeskyQR of A·Q
	refineCost    = 4.33 // Q + Q·E and its CholeskyQR
)

// Update decomposes a, of which only the lower triangle is read, starting from the present basis, and
// says what it did: see RefreshPolicy. Without WithRefresh, and before the first success, it is
// Factorize.
//
// A basis that is Kept stays bit for bit what it was, and Values become its Rayleigh quotients q_jᵀAq_j, which
// may then be slightly out of order. Refinement is a step of Ogita and Aishima (2018) for an orthonormal basis:
// Q ← orthogonal factor of Q + Q·E with e_ij ≈ b_ij/(b_jj − b_ii). Orthogonal iteration sorts the columns by their quotients,
// descending, before each step; Q ← orthogonal factor of A·Q by CholeskyQR on columns scaled to
// norm 1, which A·Q nearly orthogonalises by itself, or by Householder reflections where A is too close to
// singular. Both sort the columns at the end, and their signs follow those of the old basis. Errors are those of Factorize;
// the old values and vectors then remain.
func (s *SymEig[T]) Update(a Matrix[T]) (Refresh, error) {
	n := float64(s.n)
	n3 := n * n * n
	solve := Refresh{Before: math.NaN(), Flops: solveCost * n3}
	w := s.warm
	if w == nil || !s.ok || w.policy == (RefreshPolicy{}) {
		return solve, s.Factorize(a)
	}
	// A call that fails is none.
	saved := min(w.saved+w.policy.Budget, 2*solveCost*n3)
	afford := func(cost float64) bool { return w.policy.Budget == 0 || cost*n3 <= saved }
	out := Refresh{Kind: Kept, Before: math.NaN(), After: math.NaN()}
	spend := func(cost float64) {
		out.Flops += cost * n3
		saved -= cost * n3
	}
	exp, err := s.load(a)
	if err != nil {
		return out, err
	}
	look := w.policy.Every != Never && (w.policy.Every <= 1 || (w.calls+1)%w.policy.Every == 0)
	if !look || !afford(criterionCost) {
		w.calls++
		w.saved = saved
		return out, nil
	}
	Copy(w.q, s.Vectors())
	measure := func() {
		out.After = s.criterion()
		spend(criterionCost)
	}
	measure()
	out.Before = out.After
	stale := func() bool { return w.policy.Tol == 0 || !(out.After <= w.policy.Tol) }
	if !stale() {
		copy(s.nextValues, w.d)
		if err := s.keep(exp); err != nil {
			return out, err
		}
		w.calls++
		w.saved = saved
		return out, nil
	}
	better := out.Before
	for out.Refinements < w.policy.Refine && stale() && afford(refineCost+criterionCost) && s.refine() {
		out.Refinements++
		spend(refineCost)
		measure()
		if w.policy.Tol > 0 && !(out.After < better) {
			break // quadratic convergence has not set in
		}
		better = out.After
	}
	for out.Steps < w.policy.Steps && stale() && afford(iterateCost+criterionCost) && s.iterate() {
		out.Steps++
		spend(iterateCost)
		measure()
	}
	moved := out.Refinements+out.Steps > 0
	switch {
	case moved && (w.policy.Tol == 0 || !stale()), moved && !afford(solveCost) && out.After < out.Before:
		s.sortQuotients(w.q)
		copy(s.nextValues, w.d)
		if !s.unscale(exp) {
			return out, errOverflow
		}
		TransposeTo(s.pool, s.nextRows, w.q)
		s.commit()
		out.Kind = Refined
		if out.Steps > 0 {
			out.Kind = Iterated
		}
	case !afford(solveCost):
		// Stale, and nothing to be done about it.
		out.After = out.Before
	default:
		spend(solveCost)
		if err := s.solve(exp); err != nil {
			return out, err
		}
		out.Kind, out.After = Solved, 0
	}
	w.calls++
	w.saved = saved
	return out, nil
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

// The limits of refinement.
const (
	// refineTangent is the largest rotation of a pair of vectors that is made: beyond, the pair is left to what it is.
	refineTangent = 0.25
	// refineNorm bounds ‖E‖_F/√n. Where vectors turn further, rotations of pairs do not add up to one of all.
	refineNorm = 0.25
	// refineLeft is the part of the tolerance that pairs left alone may use up.
	refineLeft = 0.5
)

// refine makes one step of refinement on s.warm.q, for which w.b = QᵀAQ and w.d are known. It returns false, with w.q, w.w,
// w.b and w.d as they were, if the step would not converge; that costs n² operations.
//
// For an orthonormal basis the correction of Ogita and Aishima is skew: b_ij + e_ij·(b_ii − b_jj) = 0 to first order. Here
// e_ij is the tangent of the angle that diagonalises the pair by itself, which is the same to that order and bounded.
func (s *SymEig[T]) refine() bool {
	w, n := s.warm, s.n
	var turned, left, all float64
	for i := range n {
		row := w.b.Row(i)
		for j := range i {
			b := float64(row[j])
			all += float64(2 * float64(b*b))
			if t := tangent(b, float64(w.d[i]), float64(w.d[j])); t != 0 {
				turned += float64(2 * float64(t*t))
			} else {
				left += float64(2 * float64(b*b))
			}
		}
		all += float64(float64(row[i]) * float64(row[i]))
	}
	limit := refineLeft * w.policy.Tol
	if w.policy.Tol == 0 {
		limit = float64(n) * epsilon[T]()
	}
	if !(turned <= float64(refineNorm*refineNorm)*float64(n)) || !(left <= float64(limit*limit)*all) {
		return false
	}
	// E takes the place of B; A·Q is not needed any more either.
	for i := range n {
		row := w.b.Row(i)
		for j := range i {
			t := T(tangent(float64(row[j]), float64(w.d[i]), float64(w.d[j])))
			row[j] = t
			w.b.Data[j*w.b.Stride+i] = -t
		}
		row[i] = 0
	}
	Copy(w.w, w.q)
	MatMulAdd(s.pool, w.w, kernels.NoTrans, kernels.NoTrans, 1, w.q, w.b, 1)
	// (I + E)ᵀ(I + E) = I − E² is at least I, so this cannot fail, and takes one pass where ‖E²‖ ≤ ½.
	ok := w.cholesky.Factorize(w.w) == nil
	if ok {
		Copy(w.q, w.cholesky.Q())
	}
	return ok
}

// tangent returns e_ij for b = b_ij, the tangent of the smaller angle that diagonalises a pair, or 0 where it is too large.
func tangent(b, di, dj float64) float64 {
	if b == 0 {
		return 0
	}
	g := (dj - di) / 2
	t := b / (g + math.Copysign(math.Sqrt(math.FMA(g, g, float64(b*b))), g))
	if math.Abs(t) > refineTangent {
		return 0
	}
	return t
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
