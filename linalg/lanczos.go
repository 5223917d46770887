package linalg

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/rnd"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Operator is a symmetric linear map of R^Dim, given by its products: *CSR, *Symmetric, or anything of the caller's.
type Operator[T kernels.Float] interface {
	Dim() int
	// MulVec computes y = A·x. It must not keep or change x.
	MulVec(p *kernels.Pool, y, x []T)
}

// Symmetric is a dense symmetric matrix as an Operator; only the lower triangle of A is read.
type Symmetric[T kernels.Float] struct{ A Matrix[T] }

// Dim returns the order of A.
func (s *Symmetric[T]) Dim() int {
	if s.A.Rows != s.A.Cols {
		panic(notSquare)
	}
	return s.A.Rows
}

// MulVec computes y = A·x as kernels.Symv does.
func (s *Symmetric[T]) MulVec(p *kernels.Pool, y, x []T) {
	kernels.Symv(p, kernels.Lower, s.Dim(), 1, s.A.Data, s.A.ld(), x, 0, y)
}

// Lanczos finds eigenpairs at one end of the spectrum of a symmetric operator A on R^n, or, with Constrain, of P·A·P
// on the subspace {x : Cᵀx = 0} with its orthogonal projector P: the stationary points of xᵀAx/xᵀx there (Golub,
// Zhang and Zha 2000). It needs products with A only.
//
// Method: an orthonormal basis v_1, v_2, … is built by v_{j+1} = P·A·v_j made orthogonal to all vectors before, by
// classical Gram–Schmidt in blocks, repeated until nothing more cancels, so at least twice; the constraints take part in
// every pass, so that neither orthogonality nor feasibility drifts. The projection T of A on the basis is solved densely
// in float64. Run stops there. Solve restarts with the best Ritz vectors (thick restart, Wu and Simon 2000) until
// they have converged. A Krylov space holds one vector of each eigenspace: so Solve then starts again from a random
// vector orthogonal to what it has found, until that brings nothing new, and finds multiple eigenvalues as often as they
// occur.
//
// All memory is allocated by NewLanczos. Results are committed on success. They are the same bits on every tier and for
// any number of workers if those of the operator are.
type Lanczos[T kernels.Float] struct {
	pool       *kernels.Pool
	n, k, m    int
	constraint *Constraint[T]

	v     Matrix[T] // the basis as rows, and the next vector
	strip Matrix[T] // columns of v while a restart changes them
	y     Matrix[T] // Ritz vectors in coordinates of v, as rows
	h     []T       // coefficients
	t     Matrix[float64]
	eig   *SymEig[float64]
	old   []float64 // values of the last search

	op     Operator[T]
	random rnd.Source
	j      int     // vectors of the basis
	beta   float64 // ‖P·A·v_j − …‖; 0: the basis spans an invariant subspace
	norm   float64 // estimate of ‖P·A·P‖
	steps  int     // products with A

	vectors   Matrix[T] // k×n
	values    []T
	residuals []float64
	count     int
	ok        bool
}

// lanczosStrip is the number of columns that a restart changes at a time.
const lanczosStrip = 256

// NewLanczos returns a solver for operators on R^n that keeps up to k eigenpairs and builds bases of up to m vectors,
// k ≤ m ≤ n. Solve for k pairs wants m ≥ k + 3, and converges well from 2k + 20 on.
func NewLanczos[T kernels.Float](n, k, m int, opts ...Option) *Lanczos[T] {
	if k < 0 || k > m || m > n {
		panic(badBasis)
	}
	o := gather(opts)
	return &Lanczos[T]{
		pool: o.pool, n: n, k: k, m: m,
		v: paddedMatrix[T](m+1, n), strip: NewMatrix[T](m, min(n, lanczosStrip)), y: paddedMatrix[T](m, m), h: make([]T, m+1),
		t: paddedMatrix[float64](m, m), eig: NewSymEig[float64](m, WithPool(o.pool)), old: make([]float64, k),
		vectors: paddedMatrix[T](k, n), values: make([]T, k), residuals: make([]float64, k),
	}
}

// LanczosBytes returns the memory of a solver as NewLanczos makes it.
func LanczosBytes[T kernels.Float](n, k, m int) int64 {
	var z T
	return int64((m+1+k)*padded[T](n)+m*min(n, lanczosStrip)+m*padded[T](m)+m+1+k)*int64(unsafe.Sizeof(z)) +
		8*int64(m*padded[float64](m)+2*k) + SymEigBytes[float64](m)
}

// Constrain restricts what follows to the subspace of c, which the solver refers to and does not copy; nil
// lifts the restriction.
func (l *Lanczos[T]) Constrain(c *Constraint[T]) {
	if c != nil {
		c.check()
		if c.n != l.n {
			panic(badShape)
		}
	}
	l.constraint = c
}

// End is an end of the spectrum.
type End uint8

// The ends of the spectrum.
const (
	Smallest End = iota
	Largest
)

// LanczosGoal is what Solve is to find.
type LanczosGoal[T kernels.Float] struct {
	K   int // pairs, 1 ≤ K ≤ k
	End End
	// Tol: a pair counts as converged when ‖P·A·x − θ·x‖ ≤ Tol·max|θ|. 0 means n·eps.
	Tol float64
	// Restarts bounds the restarts; 0 means 1000.
	Restarts int
	// Simple says that no eigenvalue is repeated, or that one vector of each eigenspace is enough: the search for
	// further copies is left out.
	Simple bool
	// Start is the first vector; nil means a random one, the same for the same Seed.
	Start []T
	Seed  uint64
}

// LanczosReport is the account of a Solve.
type LanczosReport struct {
	Steps    int     // products with A
	Restarts int     // of which
	Searches int     // were from a random vector, for further copies of eigenvalues
	Residual float64 // the largest of the residuals, relative to max|θ|
}

// LanczosError says that Solve ended before all pairs had converged. Raise the restarts, the basis, or the tolerance.
type LanczosError struct {
	Converged, Wanted, Restarts int
	Residual, Tol               float64 // the largest residual among the wanted, relative, and what it was to be
}

func (e *LanczosError) Error() string {
	return fmt.Sprintf("linalg: Lanczos: %d of %d pairs converged in %d restarts, the largest relative residual is %.3g and not %.3g: allow more restarts or a longer basis",
		e.Converged, e.Wanted, e.Restarts, e.Residual, e.Tol)
}

// LanczosDimensionError says that more was asked of a space than it has dimensions.
type LanczosDimensionError struct {
	Wanted, Order, Rank int // Rank independent constraints leave Order − Rank dimensions
}

func (e *LanczosDimensionError) Error() string {
	return fmt.Sprintf("linalg: Lanczos: %d wanted in a space of %d dimensions (order %d, %d independent constraints): ask for less or drop constraints",
		e.Wanted, e.Order-e.Rank, e.Order, e.Rank)
}

var errStart = errors.New("linalg: Lanczos: nothing of the start vector satisfies the constraints; give another one, or none")

// Run makes steps ≤ k steps from start (nil: random, from seed) without a restart and keeps all Ritz pairs, converged
// or not: the basis of spectral graph networks (Liao et al. 2019). Errors: *NotFiniteError if a product with A is not
// finite or start is not, *LanczosDimensionError if the constrained space has fewer dimensions than steps, and one that says so if it
// holds nothing of start.
func (l *Lanczos[T]) Run(a Operator[T], start []T, seed uint64, steps int) error {
	if steps < 0 || steps > l.k {
		panic(badBasis)
	}
	if err := l.begin(a, start, seed, steps); err != nil || steps == 0 {
		l.op = nil
		if err == nil {
			l.count, l.ok = 0, true
		}
		return err
	}
	err := l.expand(steps)
	if err == nil {
		err = l.project()
	}
	if err == nil {
		l.commit(0, steps)
	}
	l.op = nil
	return err
}

// Solve finds the goal.K largest or smallest eigenvalues, each as often as it occurs, and their vectors. Errors: those of
// Run, and *LanczosError.
func (l *Lanczos[T]) Solve(a Operator[T], goal LanczosGoal[T]) (LanczosReport, error) {
	if goal.K < 1 || goal.K > l.k || l.m < min(goal.K+3, l.n) {
		panic(badBasis)
	}
	if goal.Restarts == 0 {
		goal.Restarts = 1000
	}
	if goal.Tol == 0 {
		goal.Tol = float64(l.n) * epsilon[T]()
	}
	r, err := l.solve(a, goal)
	l.op = nil
	r.Steps = l.steps
	return r, err
}

func (l *Lanczos[T]) solve(a Operator[T], goal LanczosGoal[T]) (LanczosReport, error) {
	r := LanczosReport{}
	if err := l.begin(a, goal.Start, goal.Seed, goal.K); err != nil {
		return r, err
	}
	searching := false
	for ; ; r.Restarts++ {
		if err := l.expand(l.m); err != nil {
			return r, err
		}
		if err := l.project(); err != nil {
			return r, err
		}
		scale := l.scale()
		want := min(goal.K, l.j)
		lo, hi := l.best(goal.End, want)
		converged := 0
		r.Residual = 0
		for i := lo; i < hi; i++ {
			e := l.residual(i)
			if e <= float64(goal.Tol*scale) {
				converged++
			}
			if scale > 0 {
				r.Residual = max(r.Residual, e/scale)
			}
		}
		all := l.j == l.space() // then T is all of A
		done := all || converged == want
		if done && searching && !all {
			done = l.exhausted(lo, hi, goal, scale)
		}
		switch {
		case done && (all || goal.Simple || searching && l.same(lo, hi, 10*goal.Tol*scale)):
			l.commit(lo, hi)
			return r, nil
		case r.Restarts == goal.Restarts:
			return r, &LanczosError{converged, goal.K, r.Restarts, r.Residual, goal.Tol}
		case done:
			searching = true
			r.Searches++
			for i := lo; i < hi; i++ {
				l.old[i-lo] = l.eig.Values()[i]
			}
			l.restart(lo, hi, true)
		default:
			// Beyond the wanted, a third of the others is kept: what they have learned of the rest of the spectrum.
			lo, hi = l.best(goal.End, want+max(1, (l.j-want)/3))
			l.restart(lo, hi, false)
		}
	}
}

// exhausted reports whether a search has seen what else there is: the pair next to the wanted ones lo to hi has converged,
// too. It need not be accurate, but what lies on their side of it, and grows faster, must have shown itself even
// if the random vector holds little of it: its residual is a thousandth of the distance between them.
func (l *Lanczos[T]) exhausted(lo, hi int, goal LanczosGoal[T], scale float64) bool {
	next, last := hi, hi-1
	if goal.End == Smallest {
		next, last = lo-1, lo
	}
	gap := math.Abs(l.eig.Values()[next] - l.eig.Values()[last])
	return l.residual(next) <= max(float64(goal.Tol*scale), gap/1024)
}

// space is the dimension of what the constraints leave.
func (l *Lanczos[T]) space() int {
	if l.constraint != nil {
		return l.n - l.constraint.rank
	}
	return l.n
}

// begin makes the first vector.
func (l *Lanczos[T]) begin(a Operator[T], start []T, seed uint64, wanted int) error {
	if a.Dim() != l.n {
		panic(badShape)
	}
	if start != nil && len(start) != l.n {
		panic(badLen)
	}
	l.op, l.j, l.norm, l.beta, l.steps, l.random = a, 0, 0, 0, 0, *rnd.New(seed)
	l.t.Zero()
	if wanted > l.space() {
		return &LanczosDimensionError{wanted, l.n, l.n - l.space()}
	}
	if wanted == 0 {
		return nil
	}
	if start == nil {
		l.fresh(0)
		return nil
	}
	if err := finite(l.pool, "Lanczos start", MatrixOf(1, l.n, start), false); err != nil {
		return err
	}
	v := l.v.Row(0)
	copy(v, start)
	unit(l.pool, v)
	if _, left := l.orthogonalise(v, 0); left <= float64(l.n)*epsilon[T]() {
		return errStart
	}
	unit(l.pool, v)
	return nil
}

// fresh makes row i of v a random unit vector orthogonal to the rows before and to the constraints. The space has a
// dimension left for it.
func (l *Lanczos[T]) fresh(i int) {
	v := l.v.Row(i)
	for {
		rnd.Uniform(&l.random, v)
		before := float64(kernels.Nrm2(l.pool, v))
		// What is left of a random vector is 1/√n of it at least on average; what cancelled further is noise.
		if _, left := l.orthogonalise(v, i); left > float64(before*math.Sqrt(epsilon[T]())) {
			unit(l.pool, v)
			return
		}
	}
}

// gramSchmidtPasses bounds the passes of orthogonalise.
const gramSchmidtPasses = 5

// orthogonalise makes x orthogonal to the constraints and to the first rows rows of v: passes of classical Gram–Schmidt,
// two of them or more, until one leaves at least half of the norm. It returns the coefficient of the last row and the norm of what is left.
func (l *Lanczos[T]) orthogonalise(x []T, rows int) (alpha, norm float64) {
	last := math.Inf(1)
	for pass := range gramSchmidtPasses {
		if l.constraint != nil {
			l.constraint.project(x)
		}
		if rows > 0 {
			subtractRows(l.pool, l.v.Slice(0, 0, rows, l.n), x, l.h)
			alpha += float64(l.h[rows-1])
		}
		norm = float64(kernels.Nrm2(l.pool, x))
		if pass > 0 && norm >= last/2 {
			break
		}
		last = norm
	}
	return alpha, norm
}

// expand brings the basis to end vectors, or to all that the space has, and makes the vector after them unless the basis
// spans an invariant subspace.
func (l *Lanczos[T]) expand(end int) error {
	end = min(end, l.space())
	for l.j < end {
		r := l.v.Row(l.j + 1)
		l.op.MulVec(l.pool, r, l.v.Row(l.j))
		l.steps++
		size := float64(kernels.Nrm2(l.pool, r))
		if size-size != 0 {
			return l.notFinite(r)
		}
		l.norm = max(l.norm, size)
		alpha, beta := l.orthogonalise(r, l.j+1)
		l.t.Set(l.j, l.j, alpha)
		l.j++
		if beta <= float64(8*math.Sqrt(float64(l.j))*epsilon[T]()*l.norm) || l.j == l.space() {
			l.beta = 0
			if l.j < end {
				l.fresh(l.j)
			}
			continue
		}
		l.beta = beta
		unit(l.pool, r)
		if l.j < l.m {
			l.t.Set(l.j, l.j-1, beta)
		}
	}
	return nil
}

// notFinite says where the product r is not finite; where all its elements are, its norm is not.
func (l *Lanczos[T]) notFinite(r []T) error {
	e := &NotFiniteError{Op: "Lanczos: product with the operator, a row for each", Row: l.steps - 1, Value: math.Inf(1)}
	for j, v := range r {
		if v-v != 0 {
			e.Col, e.Value = j, float64(v)
			break
		}
	}
	return e
}

// project solves T. The solver has order m: what is beyond the basis becomes eigenvalues below all others.
func (l *Lanczos[T]) project() error {
	if l.j < l.m {
		var bound float64
		for i := range l.j {
			for _, v := range l.t.Row(i)[:i+1] {
				bound += math.Abs(v)
			}
		}
		for i := l.j; i < l.m; i++ {
			row := l.t.Row(i)[:i]
			clear(row)
			l.t.Set(i, i, float64(-2*bound)-1)
		}
	}
	return l.eig.Factorize(l.t)
}

// best returns the range of the w best of the Ritz values, which descend.
func (l *Lanczos[T]) best(end End, w int) (lo, hi int) {
	w = min(w, l.j)
	if end == Largest {
		return 0, w
	}
	return l.j - w, l.j
}

// residual is ‖P·A·x − θ·x‖ of Ritz pair i.
func (l *Lanczos[T]) residual(i int) float64 {
	return math.Abs(l.beta * l.eig.VectorsT().At(i, l.j-1))
}

// scale is max|θ|.
func (l *Lanczos[T]) scale() float64 {
	v := l.eig.Values()
	return max(math.Abs(v[0]), math.Abs(v[l.j-1]))
}

// same reports whether Ritz values lo to hi are those of the last search.
func (l *Lanczos[T]) same(lo, hi int, tol float64) bool {
	for i, v := range l.eig.Values()[lo:hi] {
		if math.Abs(v-l.old[i]) > tol {
			return false
		}
	}
	return true
}

// coordinates writes Ritz vectors lo to hi, in coordinates of the basis, to y.
func (l *Lanczos[T]) coordinates(lo, hi int) Matrix[T] {
	y := l.y.Slice(0, 0, hi-lo, l.j)
	for i := range y.Rows {
		kernels.Convert(l.pool, y.Row(i), l.eig.VectorsT().Row(lo + i)[:l.j])
	}
	return y
}

// restart replaces the basis by Ritz vectors lo to hi and goes on with the next vector of the old basis or, to search,
// with a random one.
func (l *Lanczos[T]) restart(lo, hi int, search bool) {
	y, kept := l.coordinates(lo, hi), hi-lo
	for c := 0; c < l.n; c += l.strip.Cols {
		w := min(l.strip.Cols, l.n-c)
		s := l.strip.Slice(0, 0, l.j, w)
		Copy(s, l.v.Slice(0, c, l.j, w))
		MatMul(l.pool, l.v.Slice(0, c, kept, w), y, s)
	}
	search = search || l.beta == 0
	l.t.Zero()
	for i := range kept {
		l.t.Set(i, i, l.eig.Values()[lo+i])
		if !search {
			l.t.Set(kept, i, float64(l.beta*l.eig.VectorsT().At(lo+i, l.j-1)))
		}
	}
	if search {
		l.fresh(kept)
	} else {
		copy(l.v.Row(kept), l.v.Row(l.j))
	}
	l.j = kept
}

// commit makes Ritz pairs lo to hi the result.
func (l *Lanczos[T]) commit(lo, hi int) {
	w := hi - lo
	out := l.vectors.Slice(0, 0, w, l.n)
	MatMul(l.pool, out, l.coordinates(lo, hi), l.v.Slice(0, 0, l.j, l.n))
	for i := range w {
		fixSign(l.pool, out.Row(i))
		l.values[i] = T(l.eig.Values()[lo+i])
		l.residuals[i] = l.residual(lo + i)
	}
	l.count, l.ok = w, true
}

// Values returns the Ritz values that were kept, in descending order: a view, valid until the next call.
func (l *Lanczos[T]) Values() []T { l.check(); return l.values[:l.count] }

// VectorsT returns the Ritz vectors as rows, in the order of Values: a view, valid until the next call. The first
// component of each that is at least 7/8 of the largest is positive.
func (l *Lanczos[T]) VectorsT() Matrix[T] { l.check(); return l.vectors.Slice(0, 0, l.count, l.n) }

// Residuals returns ‖P·A·x − θ·x‖ for each pair, as the recurrence has it.
func (l *Lanczos[T]) Residuals() []float64 { l.check(); return l.residuals[:l.count] }

// Ritz returns the Ritz vectors as a Basis; Spectral{Basis: l.Ritz(), D: l.Values()} is the spectral filter
// V·f(R)·Vᵀ. It is a view as VectorsT.
func (l *Lanczos[T]) Ritz() Ritz[T] { return Ritz[T]{V: l.VectorsT()} }

func (l *Lanczos[T]) check() {
	if !l.ok {
		panic(unfactored)
	}
}
