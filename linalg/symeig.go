package linalg

import (
	"errors"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// SymEig is the eigen-decomposition A = Q·diag(λ)·Qᵀ of a symmetric n×n matrix, Q orthogonal.
//
// The eigenvalues are in descending order (LAPACK, gonum and numpy ascend), because the warm
// refinements need it: orthogonal iteration converges to descending order and diverges from any
// other. The result is canonical. The first component of each eigenvector whose magnitude is at least
// 7/8 of the largest is positive. Eigenvalues below ½·√n·eps·‖A‖_F are numerically zero: together with what no clear
// gap separates from them they form one cluster, whose basis is that of the echelon form: the
// projections of the coordinate axes, made orthonormal in ascending order, an axis being skipped when less than
// 1/√(2n) of it is new. So a rank-deficient matrix has a reproducible basis as well.
//
// Method: A is scaled by a power of two and reduced to tridiagonal form by Householder reflections
// in blocks (for values alone of large matrices in two stages, by way of a band); the tridiagonal problem is solved in float64, for float32 to 1/32 of its unit where the reduction has been in
// that type, and with its eigenvectors in float32 then; the eigenvectors are carried back by block reflections. ‖AQ − QΛ‖_F ≤ n·eps·‖A‖_F and ‖QᵀQ − I‖_F ≤ n·eps, usually by
// a wide margin. Should the tridiagonal iteration not converge, Jacobi's method solves the matrix.
// The bits do not depend on the tier or on the number of workers.
//
// All memory is allocated by NewSymEig. Results are committed on success: after an error the
// values, the vectors and the basis that Update starts from are those of before.
type SymEig[T kernels.Float] struct {
	pool    *kernels.Pool
	n       int
	red     reduction[T]
	red64   *reduction[float64] // for small matrices: red itself, or beside it for float32
	loading loading[T]          // beyond smallOrder
	band    *bandReduction[T]   // for values alone of large matrices
	d, e    []T
	tri     tridiagonal
	perm    []int
	work    []T // 2n, for canon

	values, nextValues []T
	rows, nextRows     Matrix[T] // eigenvectors as rows
	cols               Matrix[T] // as columns
	colsOK, ok         bool
	valuesOnly         bool
	largest, kept      int // the pairs that are wanted, and those that are computed for them
	nullLo, nullHi     int // the pairs of the numerical null space
	skip               int // how many vectors of it are not computed, since nullBasis makes them of the others: all or none

	warm *warm[T] // nil without WithRefresh
}

// NewSymEig returns a solver for n×n matrices.
func NewSymEig[T kernels.Float](n int, opts ...Option) *SymEig[T] {
	if n < 0 {
		panic(negDim)
	}
	o := gather(opts)
	s := &SymEig[T]{
		pool: o.pool, n: n, red: newReduction[T](o.pool, n), d: make([]T, n), e: make([]T, n),
		tri: newTridiagonal(o.pool, n), perm: make([]int, n), work: make([]T, 2*n),
		values: make([]T, n), nextValues: make([]T, n), valuesOnly: o.valuesOnly,
	}
	s.loading = loading[T]{pool: o.pool, w: s.red.a, most: make([]T, strips(n))}
	if s.largest = n; o.largest > 0 {
		s.largest = min(o.largest, n)
	}
	if o.refresh != nil && (o.valuesOnly || s.largest < n) {
		panic(partRefresh)
	}
	if is32[T]() {
		s.tri.least = 3
		if n > smallOrder {
			s.tri.accuracy = exact32
		}
	}
	if o.valuesOnly {
		s.tri.withoutVectors()
		if n >= bandOrder64 && !is32[T]() || n >= bandOrder32 {
			s.band = newBandReduction[T](o.pool, n)
		}
	} else {
		s.rows, s.nextRows, s.cols = paddedMatrix[T](n, n), paddedMatrix[T](n, n), paddedMatrix[T](n, n)
		s.warm = newWarm[T](n, o)
		if is32[T]() && n > smallOrder {
			s.tri.narrow()
		}
	}
	if r, ok := any(&s.red).(*reduction[float64]); ok {
		s.red64 = r
	} else if small[T](n) {
		r := newReduction[float64](o.pool, n)
		s.red64 = &r
	}
	return s
}

// SymEigBytes returns the memory of a solver for n×n matrices made without WithRefresh and WithValuesOnly. From n = 256 on several workers
// add some 78·n bytes, and 5 KiB for each part that one of them solves: at least as many parts as workers, a power of two.
func SymEigBytes[T kernels.Float](n int) int64 {
	var z T
	size := int64(unsafe.Sizeof(z))
	bytes := int64(0)
	switch {
	case is32[T]() && small[T](n):
		bytes = 8 * int64(reductionLen[float64](n))
	case is32[T]() && n > smallOrder:
		bytes = narrowBytes(n)
	}
	return bytes + size*int64(reductionLen[T](n)+strips(n)+6*n+3*n*padded[T](n)) + tridiagonalBytes(n) +
		int64(n)*int64(unsafe.Sizeof(0))
}

// tiny reports whether Jacobi's method solves the dense matrix.
func tiny[T kernels.Float](n int) bool {
	return n <= 2 || !is32[T]() && n <= tinyOrder
}

// small reports whether the matrix is reduced column by column, in float64 for either type.
func small[T kernels.Float](n int) bool {
	return !tiny[T](n) && (n <= smallOrder || !is32[T]() && n <= columnOrder)
}

// errNoConvergence cannot be provoked by any input known to us.
var errNoConvergence = errors.New("linalg: SymEig: no method converged; please report the matrix")

// errOverflow is for matrices whose largest eigenvalue exceeds the largest number.
var errOverflow = errors.New("linalg: SymEig: an eigenvalue overflows; scale the matrix down")

// Order returns n.
func (s *SymEig[T]) Order() int { return s.n }

// Factorize decomposes a, of which only the lower triangle, diagonal included, is read. NaN or Inf
// there is a *NotFiniteError.
func (s *SymEig[T]) Factorize(a Matrix[T]) error {
	exp, err := s.load(a)
	if err != nil {
		return err
	}
	return s.solve(exp)
}

// load checks a and copies its lower triangle, scaled by 2^-exp to a largest magnitude in [1, 2), to
// both triangles of s.red.a, or to the upper one where no more is read.
func (s *SymEig[T]) load(a Matrix[T]) (exp int, err error) {
	if a.Rows != s.n || a.Cols != s.n {
		panic(badShape)
	}
	a.check()
	w := s.red.a
	// Calls, not passes, cost at small orders: there the copy is searched and scaled as a whole, with the zeros beyond its rows.
	whole := s.n <= smallOrder
	var big float64 // NaN if there is one
	if whole {
		copyLower(w, a)
		Mirror(s.pool, kernels.Lower, w)
		big = float64(kernels.MaxAbs(s.pool, w.Data))
	} else {
		big = float64(s.loading.largest(a))
	}
	if big-big != 0 {
		return 0, finite(s.pool, "SymEig", a, true)
	}
	if big != 0 {
		_, exp = math.Frexp(big)
		exp--
	}
	f1, f2 := T(math.Ldexp(1, -exp)), T(1)
	if e := safeExp[T](); exp < -e || exp > e {
		// Two factors: the reciprocal of a subnormal number may overflow.
		f1, f2 = T(math.Ldexp(1, -(exp/2))), T(math.Ldexp(1, -(exp-exp/2)))
	}
	if whole {
		scale(s.pool, w.Data, f1, f2)
		return exp, nil
	}
	s.loading.both = s.warm != nil || s.band != nil
	s.loading.copy(a, f1, f2)
	return exp, nil
}

// scale multiplies x by f1 and by f2.
func scale[T kernels.Float](p *kernels.Pool, x []T, f1, f2 T) {
	if f1 != 1 {
		kernels.Scal(p, f1, x)
	}
	if f2 != 1 {
		kernels.Scal(p, f2, x)
	}
}

// solve decomposes s.red.a, commits the result and scales the eigenvalues by 2^exp.
func (s *SymEig[T]) solve(exp int) error {
	if err := s.decompose(exp); err != nil {
		return err
	}
	s.commit()
	if s.warm != nil {
		s.warm.turns = 0
	}
	return nil
}

// decompose is solve without the commit.
func (s *SymEig[T]) decompose(exp int) error {
	if s.valuesOnly {
		if !s.directValues() {
			return errNoConvergence
		}
		if !s.unscale(exp) {
			return errOverflow
		}
		return nil
	}
	if !s.direct() {
		return errNoConvergence
	}
	s.canon().nullBasis(s.next(), s.nullLo, s.nullHi)
	if !s.unscale(exp) {
		return errOverflow
	}
	return nil
}

// unscale multiplies the new values by 2^exp and reports whether they stay finite.
func (s *SymEig[T]) unscale(exp int) bool {
	f1, f2 := T(math.Ldexp(1, exp/2)), T(math.Ldexp(1, exp-exp/2))
	for i, v := range s.nextValues {
		v = T(T(v*f1) * f2)
		if v-v != 0 {
			return false
		}
		s.nextValues[i] = v
	}
	return true
}

func (s *SymEig[T]) commit() {
	s.values, s.nextValues = s.nextValues, s.values
	s.rows, s.nextRows = s.nextRows, s.rows
	s.colsOK, s.ok = false, true
}

const (
	// tinyOrder is the order up to which Jacobi's method works on the dense matrix of float64: n·eps is next to
	// nothing there, and it is the most accurate one.
	tinyOrder = 8
	// smallOrder is the order up to which all is computed in float64, columns are reduced one by one, and so are vectors carried
	// back: latency and calls, not flops, cost there.
	smallOrder = 64
	// columnOrder is the order up to which columns are reduced one by one: what one call of kernels.TridiagColumn's assembly takes in every tier
	// (NEON 240), and of larger matrices about the best number of last columns.
	columnOrder = 240
	// bandOrder32 and bandOrder64 are the orders from which a matrix is reduced in two stages for its values alone. One core of a Granite Rapids
	// class Xeon, in two stages and in one: float64 n = 704 14.8 and 14.4 ms, 768 18.5 and 19.6, 1024 39 and 54; float32 n = 1024 24.2 and 22.5,
	// 1280 43 and 50, 1536 69 and 94. (Measured before the last columns kept to one triangle, which made one stage faster by up to a tenth at 512.)
	bandOrder32 = 1280
	bandOrder64 = 768
	// polishOrder is the order up to which all eigenvectors get a last step towards orthogonality, unless they have been rounded
	// to float32 just before.
	polishOrder = 40
)

// direct writes the eigenvalues and eigenvectors of s.red.a to s.nextValues and s.nextRows. All is canonical then but the basis of the null space.
func (s *SymEig[T]) direct() bool {
	n := s.n
	switch {
	case tiny[T](n):
		for i := 0; i < n; i++ {
			kernels.Convert(s.pool, s.tri.w.Row(i), s.red.a.Row(i))
		}
		if !s.tri.dense() {
			return false
		}
		s.sorted(s.tri.z)
	default:
		s.tridiagonalise()
		if c, ok := any(&s.cols).(*Matrix[float32]); ok && s.tri.u32.Data != nil {
			s.tri.z32, s.colsOK = *c, false
		}
		if !s.tri.solve() {
			return false
		}
		if n <= smallOrder {
			reflectRows(s.red64, s.tri.z, s.tri.u)
			s.sorted(s.tri.z)
			break
		}
		s.order()
		s.colsOK = false
		mem := s.cols.Data
		if w, ok := any(&s.tri.w32).(*Matrix[T]); ok && w.Data != nil {
			mem = w.Data // the vectors are in s.cols
		}
		s.red.back.mulRows(s.nextRows.Slice(0, 0, s.kept-s.skip, n), s, mem)
		for i := s.kept - 1; s.skip > 0 && i >= s.nullHi; i-- {
			copy(s.nextRows.Row(i), s.nextRows.Row(i-s.skip))
		}
		return true
	}
	if n <= polishOrder && !(is32[T]() && small[T](n)) {
		s.canon().polish(s.next())
	}
	fixSigns(s.pool, s.nextRows, 0, s.kept, s.nullLo, s.nullHi)
	return true
}

// tridiagonalise reduces s.red.a to s.tri.d and s.tri.e.
func (s *SymEig[T]) tridiagonalise() {
	if !small[T](s.n) {
		s.red.reduce(s.d, s.e)
		kernels.Convert(s.pool, s.tri.d, s.d)
		kernels.Convert(s.pool, s.tri.e, s.e)
		return
	}
	if is32[T]() {
		for i := 0; i < s.n; i++ {
			kernels.Convert(s.pool, s.red64.a.Row(i), s.red.a.Row(i))
		}
	}
	reduceColumns(s.red64, s.tri.d, s.tri.e)
}

// directValues is direct for the eigenvalues alone.
func (s *SymEig[T]) directValues() bool {
	if tiny[T](s.n) {
		for i := 0; i < s.n; i++ {
			kernels.Convert(s.pool, s.tri.w.Row(i), s.red.a.Row(i))
		}
		if !s.tri.dense() {
			return false
		}
	} else {
		if s.band != nil {
			s.band.reduce(s.red.a, s.tri.d, s.tri.e)
		} else {
			s.tridiagonalise()
		}
		if !s.tri.solveValues() {
			return false
		}
	}
	s.tri.descending(s.perm)
	for i, from := range s.perm {
		s.nextValues[i] = T(s.tri.d[from])
	}
	return true
}

// canon borrows memory that is free between the reduction and the commit.
func (s *SymEig[T]) canon() canon[T] {
	s.colsOK = false
	return canon[T]{s.pool, s.work, s.red.a, s.cols}
}

// sorted converts the eigenvalues of s.tri and the rows of z, their vectors, to T, in descending order; the vectors that are kept alone.
func (s *SymEig[T]) sorted(z Matrix[float64]) {
	s.order()
	for i, from := range s.perm[:s.kept] {
		kernels.Convert(s.pool, s.nextRows.Row(i), z.Row(from))
	}
}

// begin does for some rows what sorted does, for mulRows; those behind the null space come s.skip rows early.
func (s *SymEig[T]) begin(lo, hi int) {
	for i := lo; i < hi; i++ {
		pair := i
		if i >= s.nullLo {
			pair += s.skip
		}
		if from := s.perm[pair]; s.tri.narrowed {
			copy(s.nextRows.Row(i), s.cols.Row(from))
		} else {
			kernels.Convert(s.pool, s.nextRows.Row(i), s.tri.z.Row(from))
		}
	}
}

// end fixes their signs.
func (s *SymEig[T]) end(lo, hi int) {
	fixSigns(s.pool, s.nextRows, lo, hi, s.nullLo, s.nullHi-s.skip)
}

// order writes the eigenvalues in descending order, decides how many vectors are kept, and finds the null cluster.
func (s *SymEig[T]) order() {
	s.tri.descending(s.perm)
	for i, from := range s.perm {
		s.nextValues[i] = T(s.tri.d[from])
	}
	s.kept = s.n // the last step towards orthogonality is made by all together
	if s.n > polishOrder {
		s.kept = s.largest
	}
	s.nullLo, s.nullHi = nullCluster(s.nextValues, s.work[:s.n])
	s.skip = 0
	switch k := s.nullHi - s.nullLo; {
	case k == 0 || s.nullLo >= s.kept:
	case fromOthers(s.n, k):
		s.kept, s.skip = s.n, k
	default:
		s.kept = max(s.kept, s.nullHi) // the basis of a null space is made of all of it
	}
}

// next is the part of s.nextRows that is computed.
func (s *SymEig[T]) next() Matrix[T] { return s.nextRows.Slice(0, 0, s.kept, s.n) }

// Values returns the eigenvalues in descending order: a view, valid until the next call.
func (s *SymEig[T]) Values() []T {
	s.check()
	return s.values[:s.largest]
}

// VectorsT returns the eigenvectors as rows, in the order of Values: a view, valid until the next
// call.
func (s *SymEig[T]) VectorsT() Matrix[T] {
	s.check()
	if s.valuesOnly {
		panic(noVectors)
	}
	return s.rows.Slice(0, 0, s.largest, s.n)
}

// Vectors returns the eigenvectors as columns, in the order of Values: a view, valid until the
// next Factorize or Update. The first call after one of those transposes VectorsT.
func (s *SymEig[T]) Vectors() Matrix[T] {
	s.check()
	if s.valuesOnly {
		panic(noVectors)
	}
	if !s.colsOK {
		if s.n > 0 {
			TransposeTo(s.pool, s.cols.Slice(0, 0, s.n, s.largest), s.VectorsT())
		}
		s.colsOK = true
	}
	return s.cols.Slice(0, 0, s.n, s.largest)
}

func (s *SymEig[T]) check() {
	if !s.ok {
		panic(unfactored)
	}
}
