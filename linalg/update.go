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
// ‖B − diag B‖_F ≤ Tol·‖B‖_F, B = QᵀAQ. How: of a stale one a part is solved; or it is refined, then iterated, then solved, each where allowed
// and as long as the criterion does not hold. How much: Budget bounds the work.
type RefreshPolicy struct {
	// Tol is τ. With 0 the basis is never kept, and all steps that Refine or Steps allow are made and their result is taken.
	Tol float64
	// Partial allows to solve a block of B = QᵀAQ in place of all: the smallest of n/8, n/4, n/2 and 3n/4 coordinates outside
	// of which the rest meets Tol. Coordinates that hold little of ‖B‖_F keep their vectors.
	Partial bool
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
	Partial                     // a block of B was solved
)

// String returns "solved", "kept", "iterated", "refined" or "partial".
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
	case Partial:
		return "partial"
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
	turns       int         // rotations since the basis was last orthonormal to working precision
	partial     *partial[T] // nil: not allowed
	cholesky    *CholeskyQR[T]
	householder *QR[T]
}

func newWarm[T kernels.Float](n int, o options) *warm[T] {
	if o.refresh == nil {
		return nil
	}
	return &warm[T]{
		policy: *o.refresh, q: paddedMatrix[T](n, n), w: paddedMatrix[T](n, n), b: paddedMatrix[T](n, n),
		d: make([]T, n), perm: make([]int, n), partial: newPartial[T](n, o),
		cholesky: NewCholeskyQR[T](n, n, WithPool(o.pool)), householder: NewQR[T](n, n, WithPool(o.pool)),
	}
}

// SymEigUpdateBytes returns the memory that WithRefresh adds to a solver for n×n matrices.
func SymEigUpdateBytes[T kernels.Float](n int, policy RefreshPolicy) int64 {
	var z T
	bytes := int64(0)
	if policy.Partial {
		bytes = partialBytes[T](n)
	}
	return bytes + int64(3*n*padded[T](n)+n)*int64(unsafe.Sizeof(z)) + int64(n)*int64(unsafe.Sizeof(0)) +
		CholeskyQRBytes[T](n, n) + QRBytes[T](n, n)
}

// The cost of the parts of Update, in units of n³ floating-point operations.
const (
	solveCost     = 9
	criterionCost = 3.25 // A·Q and the lower triangle of Qᵀ·(A·Q)
	iterateCost   = 3.67 // Gram matrix and Householder QR of A·Q, at most
	refineCost    = 4.33 // Q + Q·E and its CholeskyQR
	rotateCost    = 2    // Q·U
)

// account keeps the books of one call.
type account[T kernels.Float] struct {
	Refresh
	s     *SymEig[T]
	n3    float64
	saved float64
}

func (s *SymEig[T]) account(n3 float64) account[T] {
	nan := math.NaN()
	w := s.warm
	return account[T]{Refresh{Kind: Kept, Before: nan, After: nan}, s, n3, min(w.saved+w.policy.Budget, 2*solveCost*n3)}
}

// afford reports whether the budget covers cost·n³ operations, and spend takes them.
func (a *account[T]) afford(cost float64) bool {
	return a.s.warm.policy.Budget == 0 || float64(cost*a.n3) <= a.saved
}

func (a *account[T]) spend(cost float64) {
	a.Flops += float64(cost * a.n3)
	a.saved -= float64(cost * a.n3)
}

// look reports whether this call looks at its matrix.
func (a *account[T]) look() bool {
	every := a.s.warm.policy.Every
	return every != Never && (every <= 1 || (a.s.warm.calls+1)%every == 0)
}

// stale reports whether the policy asks for more.
func (a *account[T]) stale() bool {
	tol := a.s.warm.policy.Tol
	return tol == 0 || !(a.After <= tol)
}

// done closes the books. A call that fails is none.
func (a *account[T]) done(err error) (Refresh, error) {
	if err == nil {
		a.s.warm.calls++
		a.s.warm.saved = a.saved
	}
	return a.Refresh, err
}

// Update decomposes a, of which only the lower triangle is read, starting from the present basis, and
// says what it did: see RefreshPolicy. Without WithRefresh, and before the first success, it is
// Factorize.
//
// A basis that is Kept stays bit for bit what it was, and Values become its Rayleigh quotients q_jᵀAq_j, which
// may then be slightly out of order. Partial solves a block of B and rotates its vectors among themselves, which clears the block;
// what that leaves is known before. Refinement is a step of Ogita and Aishima (2018) for an orthonormal basis:
// Q ← orthogonal factor of Q + Q·E with e_ij ≈ b_ij/(b_jj − b_ii). Orthogonal iteration sorts the columns by their quotients,
// descending, before each step; Q ← orthogonal factor of A·Q by one pass of CholeskyQR on columns scaled to
// norm 1 where they are nearly orthogonal, as for a nearly converged basis, else by Householder reflections, which take less time than two passes. Both sort the columns at the end, and their signs follow those of the old basis. Errors are those of Factorize;
// the old values and vectors then remain.
func (s *SymEig[T]) Update(a Matrix[T]) (Refresh, error) {
	n := float64(s.n)
	n3 := n * n * n
	w := s.warm
	if w == nil || !s.ok || w.policy == (RefreshPolicy{}) {
		return Refresh{Before: math.NaN(), Flops: float64(solveCost * n3)}, s.Factorize(a)
	}
	acc := s.account(n3)
	exp, err := s.load(a)
	if err != nil || !acc.look() {
		return acc.done(err)
	}
	if p := w.policy; p.Tol == 0 && p.Refine == 0 && p.Steps == 0 {
		return s.solveAll(acc, exp)
	}
	if !acc.afford(criterionCost) {
		return acc.done(nil)
	}
	Copy(w.q, s.Vectors())
	s.criterion(&acc)
	acc.Before = acc.After
	if !acc.stale() {
		copy(s.nextValues, w.d)
		return acc.done(s.keep(exp))
	}
	if e, left := s.part(w.b, acc); e != nil {
		acc.spend(partialCost(e.n, s.n))
		if err := s.solvePart(e, w.b, w.w, w.q); err != nil {
			return acc.done(err)
		}
		if !s.unscale(exp) {
			return acc.done(errOverflow)
		}
		s.commitTurned(1)
		acc.Kind, acc.After = Partial, left
		return acc.done(nil)
	}
	s.improve(&acc)
	moved := acc.Refinements+acc.Steps > 0
	switch {
	case moved && (w.policy.Tol == 0 || !acc.stale()), moved && !acc.afford(solveCost) && acc.After < acc.Before:
		s.sortQuotients(w.q)
		copy(s.nextValues, w.d)
		if !s.unscale(exp) {
			return acc.done(errOverflow)
		}
		TransposeTo(s.pool, s.nextRows, w.q)
		s.commit()
		w.turns = 0
		acc.Kind = Refined
		if acc.Steps > 0 {
			acc.Kind = Iterated
		}
	default:
		return s.solveAll(acc, exp)
	}
	return acc.done(nil)
}

// solveAll decomposes s.red.a if the budget allows it. If not, the basis stays as it was.
func (s *SymEig[T]) solveAll(acc account[T], exp int) (Refresh, error) {
	if !acc.afford(solveCost) {
		acc.After = acc.Before
		return acc.done(nil)
	}
	acc.spend(solveCost)
	err := s.solve(exp)
	if err == nil {
		acc.Kind, acc.After = Solved, 0
	}
	return acc.done(err)
}

// part returns the solver for the block of b that meets the tolerance, and what it leaves, or nil.
func (s *SymEig[T]) part(b Matrix[T], acc account[T]) (*SymEig[T], float64) {
	if s.warm.partial == nil || s.warm.policy.Tol == 0 {
		return nil, 0
	}
	e, left := s.warm.partial.choose(b, s.warm.policy.Tol)
	if e == nil || !acc.afford(partialCost(e.n, s.n)) {
		return nil, 0
	}
	return e, left
}

// partialCost is the cost of a block of order k, in units of n³ operations.
func partialCost(k, n int) float64 {
	f := float64(k) / float64(n)
	return float64((float64(solveCost*f) + 2) * float64(f*f))
}

// improve makes the steps of refinement and of orthogonal iteration that the policy allows on s.warm.q.
func (s *SymEig[T]) improve(acc *account[T]) {
	p := s.warm.policy
	last := acc.Before
	for acc.Refinements < p.Refine && acc.stale() && acc.afford(refineCost+criterionCost) && s.refine() {
		acc.Refinements++
		acc.spend(refineCost)
		s.criterion(acc)
		if p.Tol > 0 && !(acc.After < last) {
			break // quadratic convergence has not set in
		}
		last = acc.After
	}
	for acc.Steps < p.Steps && acc.stale() && acc.afford(iterateCost+criterionCost) && s.iterate() {
		acc.Steps++
		acc.spend(iterateCost)
		s.criterion(acc)
	}
}

// criterion measures s.warm.q and leaves A·Q in w and the quotients in d.
func (s *SymEig[T]) criterion(acc *account[T]) {
	w := s.warm
	MatMul(s.pool, w.w, s.red.a, w.q) // both triangles are there
	acc.After = rotated(s.pool, w.q, w.w, w.b)
	acc.spend(criterionCost)
	for i := range w.d {
		w.d[i] = w.b.Data[i*w.b.Stride+i]
	}
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
	refineDouble  = 2 * refineTangent / (1 - refineTangent*refineTangent)
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
		di := float64(w.d[i])
		for j := range i {
			b := float64(row[j])
			g := (float64(w.d[j]) - di) / 2
			// tan φ ≤ refineTangent is tan 2φ = b/g ≤ 2t/(1 − t²); b/2g is tan φ, about.
			if b2, g2 := float64(b*b), float64(g*g); b2 <= float64(refineDouble*refineDouble)*g2 {
				if b2 > 0 {
					turned += b2 / float64(2*g2)
				}
			} else {
				left += b2
			}
		}
		all += sumSquares(row, 0)
	}
	limit := refineLeft * w.policy.Tol
	if w.policy.Tol == 0 {
		limit = float64(n) * epsilon[T]()
	}
	if !(turned <= float64(refineNorm*refineNorm)*float64(n)) || !(2*left <= float64(limit*limit)*all) {
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
	g := (dj - di) / 2
	if b == 0 || float64(b*b) > float64(refineDouble*refineDouble)*float64(g*g) {
		return 0
	}
	return turn(b, g)
}

// iterate makes one step of orthogonal iteration on s.warm.q, for which w.w = A·Q and w.d are known. It
// returns false, with q unchanged, if neither factorization succeeds.
func (s *SymEig[T]) iterate() bool {
	w := s.warm
	s.sortQuotients(w.w)
	if w.cholesky.factorize(w.w, true) == nil {
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
