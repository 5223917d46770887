package linalg

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/internal/elem"
	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// RootMethod is a way to compute an inverse root.
type RootMethod uint8

const (
	// RootEigen decomposes A and takes the root of its eigenvalues. It costs about four matrix
	// products, works for any exponent and any semidefinite matrix, and is the default.
	RootEigen RootMethod = iota
	// RootNewton is the coupled inverse Newton iteration (Guo and Higham 2006), Q = 1.
	RootNewton
	// RootHigherOrder is the coupled iteration of higher order by the Taylor polynomial of
	// (1−x)^(−1/P), after one Newton step.
	RootHigherOrder
)

// Root says what an InvRoot computes: A^(−Q/P) of a symmetric positive semidefinite matrix,
// and how.
type Root struct {
	P, Q   int // exponent −Q/P in lowest terms; Q = 0 means 1
	Method RootMethod

	// Power, if it is not 0, is used in place of Q/P: A^(−Power) for any real number, negative ones included. RootEigen only, P and Q
	// are 0, without Verify, and positive with EpsOutside.
	Power float64

	// Eps is added to A (EpsBefore, and always for the iterations), to its eigenvalues
	// (EpsInside) or to their roots (EpsOutside). With Relative it is a multiple of the largest
	// eigenvalue, for the iterations of the largest absolute row sum, which bounds it.
	// RootHigherOrder takes the larger of that and EpsFloor.
	Eps      float64
	EpsAt    Place
	Relative bool
	EpsFloor float64

	// Pseudo drops eigenvalues up to max(RankRel·λmax, RankAbs): the pseudo-inverse. RankRel < 0
	// stands for n·eps. RootEigen only, without Eps.
	Pseudo           bool
	RankRel, RankAbs float64

	// For the iterations: stop when max|M − I| ≤ Tol, or after MaxIter steps. 0 stands for 1e-6
	// and 100 (Newton), 1e-8 and 100 (higher order). Order is 2 … 9 terms; 0 stands for 3.
	Tol     float64
	MaxIter int
	Order   int

	// Verify makes RootEigen compute its residual, which the iterations know anyway, by products:
	// about log₂P + log₂Q + 2 of them. Not with EpsOutside or Pseudo, which have none.
	Verify bool
}

// RootResult reports how a root was found.
type RootResult struct {
	// Residual is max|M − I| of the returned iterate, M = X^P·(A+εI)^Q in exact arithmetic;
	// for RootHigherOrder the larger of it and max|(A+εI)·X^P − I|, recomputed before X is raised to
	// the power Q. For RootEigen without Verify it is 0.
	Residual   float64
	Iterations int
	Converged  bool // false if MaxIter or the growth of the error ended the iteration
	Rank       int  // eigenvalues kept; n for the iterations
}

// RootError says that an iteration found no root. It is valid until the next call of Compute.
type RootError struct {
	Root     Root
	Residual float64
}

func (e *RootError) Error() string {
	if e.Root.Power != 0 {
		return fmt.Sprintf("linalg: power −%v: overflow; raise Eps", e.Root.Power)
	}
	return fmt.Sprintf("linalg: inverse root −%d/%d: residual %.3g after the best iterate; raise Eps or use RootEigen", e.Root.Q, e.Root.P, e.Residual)
}

// InvRoot computes inverse roots of symmetric positive semidefinite n×n matrices.
//
// Eigen route: X = Q·diag(φ(λ))·Qᵀ, formed as (Q·√φ)(Q·√φ)ᵀ, so exactly symmetric. With EpsBefore
// (the default of Distributed Shampoo) the eigenvalues are those of A + εI, lifted by
// ε − λmin if that leaves one below ε; with EpsInside those of A, lifted by −λmin if that is negative,
// plus ε.
//
// Newton: z = (P+1)/(2·‖A+εI‖_F), X = z^(1/P)·I, M = z·(A+εI); then N = (1+1/P)·I − M/P,
// X ← X·N, M ← N^P·M until M = I. Higher order: z = 1/tr(A+εI), one Newton step, then
// N = Σ b_i (I−M)^i, b_0 = 1, b_i = Π_{j≤i} (1+(j−1)P)/(jP). The iterate with the least error is
// returned, never a diverged one.
type InvRoot[T kernels.Float] struct {
	pool  *kernels.Pool
	n     int
	root  Root
	eig   *SymEig[T]
	phi   []T
	bufs  [6]Matrix[T]
	terms [10]T
	err   RootError // the last one returned
}

// NewInvRoot returns a solver for n×n matrices. Its error says what is wrong with root.
func NewInvRoot[T kernels.Float](n int, root Root, opts ...Option) (*InvRoot[T], error) {
	if n < 0 {
		panic(negDim)
	}
	if root.Q == 0 && root.Power == 0 {
		root.Q = 1
	}
	if err := root.check(); err != nil {
		return nil, err
	}
	r := &InvRoot[T]{pool: gather(opts).pool, n: n, root: root}
	if root.Method == RootEigen {
		r.eig = NewSymEig[T](n, opts...)
		r.phi = make([]T, n)
		k := 1
		if root.Verify {
			k = 3
		}
		for i := range k {
			r.bufs[i] = paddedMatrix[T](n, n)
		}
		return r, nil
	}
	for i := range r.bufs {
		r.bufs[i] = paddedMatrix[T](n, n)
	}
	if r.root.MaxIter == 0 {
		r.root.MaxIter = 100
	}
	if r.root.Tol == 0 {
		r.root.Tol = 1e-6
		if root.Method == RootHigherOrder {
			r.root.Tol = 1e-8
		}
	}
	if r.root.Order == 0 {
		r.root.Order = 3
	}
	b := 1.0
	for i := 0; i < r.root.Order; i++ {
		r.terms[i] = T(b)
		b = b * float64(1+i*root.P) / float64((i+1)*root.P)
	}
	return r, nil
}

// InvRootBytes returns the memory of a solver for n×n matrices.
func InvRootBytes[T kernels.Float](n int, root Root) int64 {
	var z T
	m := int64(n) * int64(padded[T](n)) * int64(unsafe.Sizeof(z))
	if root.Method == RootEigen {
		if root.Verify {
			m *= 3
		}
		return m + int64(n)*int64(unsafe.Sizeof(z)) + SymEigBytes[T](n)
	}
	return 6 * m
}

func (o *Root) check() error {
	switch {
	case o.Power != 0 && (o.P != 0 || o.Q != 0 || o.Method != RootEigen || o.Verify || o.Power-o.Power != 0 || o.Power < 0 && o.EpsAt == EpsOutside):
		return errors.New("linalg: Root: Power must be finite, and needs RootEigen, P = Q = 0, no Verify, and a positive value with EpsOutside")
	case o.Power == 0 && (o.P < 1 || o.Q < 1 || o.P > 1024 || o.Q > 1024):
		return fmt.Errorf("linalg: Root: exponent −%d/%d: P and Q must lie in 1 … 1024", o.Q, o.P)
	case o.Method > RootHigherOrder:
		return fmt.Errorf("linalg: Root: unknown Method %d", o.Method)
	case o.EpsAt > EpsBefore:
		return fmt.Errorf("linalg: Root: unknown EpsAt %d", o.EpsAt)
	case !(o.Eps >= 0) || !(o.EpsFloor >= 0) || math.IsInf(o.Eps, 1) || math.IsInf(o.EpsFloor, 1):
		return errors.New("linalg: Root: Eps and EpsFloor must be finite and not negative")
	case o.Method == RootNewton && o.Q != 1:
		return errors.New("linalg: Root: RootNewton needs Q = 1; use RootHigherOrder or RootEigen")
	case o.EpsFloor != 0 && o.Method != RootHigherOrder:
		return errors.New("linalg: Root: EpsFloor is for RootHigherOrder")
	case o.Pseudo && (o.Method != RootEigen || o.Eps != 0):
		return errors.New("linalg: Root: Pseudo needs RootEigen and Eps = 0")
	case o.Verify && (o.Method != RootEigen || o.Pseudo || o.EpsAt == EpsOutside):
		return errors.New("linalg: Root: Verify needs RootEigen without Pseudo and EpsOutside")
	case o.Method != RootEigen && o.EpsAt == EpsOutside:
		return errors.New("linalg: Root: EpsOutside needs RootEigen")
	case !(o.Tol >= 0) || o.MaxIter < 0 || o.Order < 0 || o.Order == 1 || o.Order > 9:
		return errors.New("linalg: Root: Tol and MaxIter must not be negative, and Order must lie in 2 … 9")
	case o.RankRel != o.RankRel || !(o.RankAbs >= 0):
		return errors.New("linalg: Root: RankAbs must not be negative")
	}
	return nil
}

// Compute sets dst = a^(−Q/P). a is symmetric, n×n; its lower triangle is read. dst is n×n,
// exactly symmetric, and may be a. If an error is returned dst is unchanged: a *NotFiniteError for bad
// input, a *RootError if an iteration did not come near a root.
func (r *InvRoot[T]) Compute(dst, a Matrix[T]) (RootResult, error) {
	if a.Rows != r.n || a.Cols != r.n || dst.Rows != r.n || dst.Cols != r.n {
		panic(badShape)
	}
	a.check()
	dst.check()
	if err := finite(r.pool, "InvRoot", a, true); err != nil {
		return RootResult{}, err
	}
	if r.n == 0 {
		return RootResult{Converged: true}, nil
	}
	if r.root.Method == RootEigen {
		return r.eigen(dst, a)
	}
	return r.iterate(dst, a)
}

// fails is the error of an iteration, in memory of the solver.
func (r *InvRoot[T]) fails(residual float64) error {
	r.err = RootError{Root: r.root, Residual: residual}
	return &r.err
}

// eigen is the route through the eigenvalues.
func (r *InvRoot[T]) eigen(dst, a Matrix[T]) (RootResult, error) {
	o := &r.root
	w := r.bufs[0]
	eps := o.Eps
	if o.EpsAt == EpsBefore && eps != 0 && !o.Relative {
		// ε counts before A is decomposed, so it enters with the rounding of A's diagonal.
		copyLower(w, a)
		for i := 0; i < r.n; i++ {
			w.Data[i*w.Stride+i] += T(eps)
		}
		if err := r.eig.Factorize(w); err != nil {
			return RootResult{}, err
		}
	} else if err := r.eig.Factorize(a); err != nil {
		return RootResult{}, err
	}
	d := r.eig.Values() // descending
	hi, lo := max(float64(d[0]), 0), float64(d[r.n-1])
	if o.Relative {
		eps = float64(eps * hi)
	}
	// Two terms, added one after the other: next to a large lift their sum would lose ε, and with it the
	// root of the lowest eigenvalue.
	lift, plus := 0.0, 0.0
	switch {
	case o.Pseudo:
	case o.EpsAt == EpsBefore && !o.Relative:
		if lo < eps {
			lift, plus = -lo, eps
		}
	case o.EpsAt == EpsOutside:
		lift = -min(lo, 0)
	default: // EpsInside, or of the largest eigenvalue, known only now
		lift, plus = -min(lo, 0), eps
	}
	cut := math.Inf(-1)
	if o.Pseudo {
		rel := o.RankRel
		if rel < 0 {
			rel = float64(r.n) * epsilon[T]()
		}
		cut = max(float64(rel*hi), o.RankAbs)
	}
	p := o.Power
	if p == 0 {
		p = float64(o.Q) / float64(o.P)
	}
	rank := 0
	for i, v := range d {
		x := float64(v)
		if x <= cut {
			r.phi[i] = 0
			continue
		}
		rank++
		x = x + lift + plus
		var y float64
		if o.EpsAt == EpsOutside {
			y = 1 / (pow(x, p) + eps)
		} else {
			y = pow(x, -p)
		}
		if !(y <= maxFinite[T]()) {
			return RootResult{}, r.fails(math.Inf(1))
		}
		r.phi[i] = T(math.Sqrt(y))
	}
	res := RootResult{Converged: true, Rank: rank}
	if o.Verify {
		copyLower(r.bufs[1], a) // dst may be a
	}
	Copy(w, r.eig.VectorsT())
	kernels.RowScale(r.pool, r.n, r.n, r.phi, w.Data, w.ld())
	Gram(r.pool, dst, kernels.Trans, 1, w, 0)
	if o.Verify {
		f, m, t := w, r.bufs[1], r.bufs[2]
		add := lift + plus
		if o.EpsAt == EpsBefore && !o.Relative {
			add += eps // what A was decomposed with
		}
		addDiagonal(m, T(add))
		// In units of λmax, so that no power overflows.
		_, e := math.Frexp(hi)
		u := math.Ldexp(1, min(-e, 126))
		scaleLower(m, m, T(u))
		Mirror(r.pool, kernels.Lower, m)
		if o.Q > 1 {
			Copy(f, m)
			r.powerTimes(&m, &f, &t, o.Q-1)
		}
		// The factor of X may overflow where X does not: half of it at a time.
		c := T(elem.Pow(u, -0.5*float64(o.Q)/float64(o.P)))
		scaleLower(f, dst, c)
		scaleLower(f, f, c)
		Mirror(r.pool, kernels.Lower, f)
		r.powerTimes(&m, &f, &t, o.P)
		res.Residual = distance(m)
	}
	return res, nil
}

// iterate runs a coupled iteration.
func (r *InvRoot[T]) iterate(dst, a Matrix[T]) (RootResult, error) {
	o, n := &r.root, r.n
	s, x, m, f, t, best := r.bufs[0], r.bufs[1], r.bufs[2], r.bufs[3], r.bufs[4], r.bufs[5]
	// The iterates are scaled to order one, but the norm of A must not overflow.
	scale := scaleFor(maxAbs(r.pool, a, true))
	scaleLower(s, a, scale)
	Mirror(r.pool, kernels.Lower, s)
	eps := o.Eps
	if o.Relative {
		eps = float64(eps * rowSumNorm(s))
	} else {
		eps = float64(eps * float64(scale))
	}
	if o.Method == RootHigherOrder {
		eps = max(eps, float64(o.EpsFloor*float64(scale)))
	}
	addDiagonal(s, T(eps))
	p := float64(o.P)
	var z float64
	if o.Method == RootNewton {
		z = (p + 1) / (2 * FrobeniusNorm(r.pool, s))
	} else {
		z = 1 / trace(s)
	}
	if !(z > 0 && z <= maxFinite[T]()) {
		return RootResult{}, r.fails(math.Inf(1))
	}
	kernels.Omatcopy(r.pool, kernels.NoTrans, n, n, T(z), s.Data, s.ld(), m.Data, m.ld())
	x.Zero()
	addDiagonal(x, T(elem.Pow(z, 1/p)))

	res := RootResult{Rank: n}
	bestErr, last := math.Inf(1), distance(m)
	for {
		if last < bestErr {
			bestErr = last
			Copy(best, x)
		}
		if !(last > o.Tol) && last == last {
			res.Converged = true
			break
		}
		if res.Iterations >= o.MaxIter || last != last || last > 1.2*bestErr {
			break
		}
		// N in f.
		if o.Method == RootNewton || res.Iterations == 0 {
			kernels.Omatcopy(r.pool, kernels.NoTrans, n, n, T(-1/p), m.Data, m.ld(), f.Data, f.ld())
			addDiagonal(f, T(1+1/p))
		} else {
			r.polynomial(&f, &t, m)
		}
		MatMul(r.pool, t, x, f)
		x, t = t, x
		res.Iterations++
		// M ← N^P·M.
		r.powerTimes(&m, &f, &t, o.P)
		e := distance(m)
		if o.Method == RootHigherOrder && e == last && e < 1e-3 {
			last = e
			res.Converged = true
			break
		}
		last = e
	}
	res.Residual = bestErr
	x = best
	if o.Method == RootHigherOrder {
		// The coupled M can drift from (A+εI)·X^P: look again.
		Copy(f, x)
		Copy(m, s)
		r.powerTimes(&m, &f, &t, o.P)
		res.Residual = max(res.Residual, distance(m))
		if !(res.Residual <= 0.1) {
			return res, r.fails(res.Residual)
		}
		if o.Q > 1 {
			Copy(m, x)
			Copy(f, x)
			r.powerTimes(&m, &f, &t, o.Q-1)
			x = m
		}
	}
	// Undo the scale of A: (sA)^(−Q/P) = s^(−Q/P)·A^(−Q/P).
	back := T(1)
	if scale != 1 {
		back = T(elem.Pow(float64(scale), float64(o.Q)/p))
	}
	if !(bestErr < math.Inf(1)) || !Finite(r.pool, x) {
		return res, r.fails(bestErr)
	}
	scaleLower(dst, x, back)
	Mirror(r.pool, kernels.Lower, dst)
	return res, nil
}

// polynomial sets f = Σ b_i (I−M)^i by Horner's rule; f and t are swapped as needed.
func (r *InvRoot[T]) polynomial(f, t *Matrix[T], m Matrix[T]) {
	n, k := r.n, r.root.Order
	// The product with (I−M) is the product with −M plus the operand itself.
	kernels.Omatcopy(r.pool, kernels.NoTrans, n, n, -r.terms[k-1], m.Data, m.ld(), f.Data, f.ld())
	addDiagonal(*f, T(r.terms[k-1]+r.terms[k-2]))
	for i := k - 3; i >= 0; i-- {
		Copy(*t, *f)
		MatMulAdd(r.pool, *t, kernels.NoTrans, kernels.NoTrans, -1, *f, m, 1)
		addDiagonal(*t, r.terms[i])
		*f, *t = *t, *f
	}
}

// powerTimes sets m = f^k·m by repeated squaring, k ≥ 1; f and t are overwritten.
func (r *InvRoot[T]) powerTimes(m, f, t *Matrix[T], k int) {
	for {
		if k&1 != 0 {
			MatMul(r.pool, *t, *f, *m)
			*m, *t = *t, *m
		}
		if k >>= 1; k == 0 {
			return
		}
		MatMul(r.pool, *t, *f, *f)
		*f, *t = *t, *f
	}
}

// distance is max|M − I|.
func distance[T kernels.Float](m Matrix[T]) float64 {
	var e float64
	for i := 0; i < m.Rows; i++ {
		for j, v := range m.Row(i) {
			d := float64(v)
			if i == j {
				d--
			}
			if d = math.Abs(d); d > e || d != d {
				e = d
			}
			if e != e {
				return e
			}
		}
	}
	return e
}

func trace[T kernels.Float](a Matrix[T]) float64 {
	var s float64
	for i := 0; i < a.Rows; i++ {
		s += float64(a.Data[i*a.Stride+i])
	}
	return s
}

// rowSumNorm is the largest sum of magnitudes of a row.
func rowSumNorm[T kernels.Float](a Matrix[T]) float64 {
	var m float64
	for i := 0; i < a.Rows; i++ {
		var s float64
		for _, v := range a.Row(i) {
			s += math.Abs(float64(v))
		}
		m = max(m, s)
	}
	return m
}
