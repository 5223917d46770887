package linalg

import (
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// PivotedQR is the Householder factorization with column pivoting A·P = Q·R of an m×n matrix, k = min(m, n): Q has
// orthonormal columns, R is upper trapezoidal, and r_jj ≥ 0 descend up to rounding. It reveals the rank: where
// A is within rounding of a matrix of rank r, all of R from row r on is of the order of rounding (but for
// contrived matrices, Kahan 1966).
//
// The next column is the one with the largest norm below the rows that are finished, the first of equals. Norms are updated by
// r_jc ← the element that leaves and computed anew where that has cancelled half the digits (Drmač and
// Bujanović 2008). Reflections are applied to the other columns a panel at a time: A ← A − V·Fᵀ with F = AᵀV·T
// (Quintana-Ortí, Sun and Bischof 1998), half of the operations in matrix products, half in products with a vector. The work is
// done on Aᵀ, where a column is contiguous.
//
// ‖A·P − QR‖_F ≤ m·eps·‖A‖_F and ‖QᵀQ − I‖_F ≤ √k·m·eps, as for QR. All memory is allocated by NewPivotedQR.
type PivotedQR[T kernels.Float] struct {
	reflections[T]
	n            int
	x            Matrix[T] // Aᵀ; row j becomes the reflection v_j from its diagonal on, and column j of R before it
	r            Matrix[T]
	f            Matrix[T] // Fᵀ: row p belongs to reflection p of the panel
	tau, beta    []T
	coef, row    []T
	norm, fresh  []float64 // of the columns: updated, and when last computed
	perm, places []int     // column j of A·P is column perm[j] of A; places is for scatter
}

// NewPivotedQR returns a solver for m×n matrices.
func NewPivotedQR[T kernels.Float](m, n int, opts ...Option) *PivotedQR[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	k := min(m, n)
	return &PivotedQR[T]{
		reflections: newReflections[T](gather(opts).pool, m, k, n, kernels.QRBlock(k)), n: n,
		x: paddedMatrix[T](n, m), r: paddedMatrix[T](k, n), f: paddedMatrix[T](kernels.PivotBlock, n),
		tau: make([]T, k), beta: make([]T, k), coef: make([]T, kernels.PivotBlock), row: make([]T, n),
		norm: make([]float64, n), fresh: make([]float64, n), perm: make([]int, n), places: make([]int, n),
	}
}

// PivotedQRBytes returns the memory of a solver for m×n matrices.
func PivotedQRBytes[T kernels.Float](m, n int) int64 {
	var z T
	k := min(m, n)
	elems := n*padded[T](m) + k*padded[T](n) + kernels.PivotBlock*(padded[T](n)+1) + 2*k + n + reflectionsLen[T](m, k, n)
	return int64(elems)*int64(unsafe.Sizeof(z)) + int64(n)*(16+2*int64(unsafe.Sizeof(0)))
}

// Factorize computes the factors of a, which is copied and not written. NaN or Inf in a is a
// *NotFiniteError; earlier factors then stay valid.
func (q *PivotedQR[T]) Factorize(a Matrix[T]) error {
	if a.Rows != q.m || a.Cols != q.n {
		panic(badShape)
	}
	a.check()
	big, err := largestOf(q.pool, "PivotedQR", a)
	if err != nil {
		return err
	}
	q.ok = true
	for j := range q.perm {
		q.perm[j] = j
	}
	if q.k == 0 {
		return nil
	}
	scale := scaleFor(big)
	kernels.Omatcopy(q.pool, kernels.Trans, q.n, q.m, scale, a.Data, a.ld(), q.x.Data, q.x.ld())
	for j := range q.norm {
		q.norm[j] = float64(kernels.Nrm2(q.pool, q.x.Row(j)))
		q.fresh[j] = q.norm[j]
	}
	for j := 0; j < q.k; {
		j += q.reduce(j, min(kernels.PivotBlock, q.k-j))
	}
	q.finish(1 / scale)
	return nil
}

// reduce makes at most w reflections from column j0 on and applies them to the columns behind; it returns their number. It
// stops early where the norm of a column has to be computed anew.
func (q *PivotedQR[T]) reduce(j0, w int) int {
	p, x, n := q.pool, q.x, q.n
	ld, lf := x.Stride, q.f.Stride
	done, stale := 0, false
	for done < w && !stale {
		j := j0 + done
		q.exchange(j, largest(q.norm[j:])+j, done)
		u := x.Row(j)[j:]
		vs := x.Data[j0*ld+j:] // the reflections of this panel, from row j of A on
		for l := range done {
			q.coef[l] = q.f.Data[l*lf+j]
		}
		kernels.Gemv(p, kernels.Trans, done, len(u), -1, vs, ld, q.coef[:done], 1, u)
		beta, tau := reflector(p, u)
		q.beta[j], q.tau[j] = beta, tau
		if c := n - j - 1; c > 0 {
			// F's next column: τ·(Aᵀv − F·(Vᵀv)), Aᵀ without the reflections of this panel.
			next := q.f.Row(done)[j+1:]
			kernels.Gemv(p, kernels.NoTrans, done, len(u), 1, vs, ld, u, 0, q.coef[:done])
			kernels.Gemv(p, kernels.NoTrans, c, len(u), tau, x.Data[(j+1)*ld+j:], ld, u, 0, next)
			kernels.Gemv(p, kernels.Trans, done, c, -tau, q.f.Data[j+1:], lf, q.coef[:done], 1, next)
			// Row j of R.
			for l := range done {
				q.coef[l] = vs[l*ld]
			}
			q.coef[done] = 1
			row := q.row[:c]
			kernels.Gemv(p, kernels.Trans, done+1, c, 1, q.f.Data[j+1:], lf, q.coef[:done+1], 0, row)
			for i, v := range row {
				e := &x.Data[(j+1+i)*ld+j]
				*e -= v
				stale = q.downdate(j+1+i, math.Abs(float64(*e))) || stale
			}
		}
		done++
	}
	j := j0 + done
	if c, m := n-j, q.m-j; c > 0 && m > 0 {
		kernels.Gemm(p, kernels.Trans, kernels.NoTrans, c, m, done, -1, q.f.Data[j:], lf, x.Data[j0*ld+j:], ld, 1, x.Data[j*ld+j:], ld)
	}
	if stale {
		for c := j; c < n; c++ {
			if q.fresh[c] < 0 {
				q.norm[c] = 0
				if j < q.m {
					q.norm[c] = float64(kernels.Nrm2(p, x.Row(c)[j:]))
				}
				q.fresh[c] = q.norm[c]
			}
		}
	}
	return done
}

// downdate takes an element off the norm of column c and reports, and marks in fresh, whether too little is left of it to be
// trusted.
func (q *PivotedQR[T]) downdate(c int, e float64) bool {
	if q.norm[c] == 0 || q.fresh[c] < 0 {
		return false
	}
	t := e / q.norm[c]
	t = max(0, float64((1+t)*(1-t)))
	r := q.norm[c] / q.fresh[c]
	if float64(t*float64(r*r)) <= math.Sqrt(epsilon[T]()) {
		q.fresh[c] = -1
		return true
	}
	q.norm[c] *= math.Sqrt(t)
	return false
}

// exchange swaps columns i and j of A, and what belongs to them; done rows of F are in use.
func (q *PivotedQR[T]) exchange(i, j, done int) {
	if i == j {
		return
	}
	swapRows(q.x.Row(i), q.x.Row(j))
	for l := range done {
		row := q.f.Row(l)
		row[i], row[j] = row[j], row[i]
	}
	q.perm[i], q.perm[j] = q.perm[j], q.perm[i]
	q.norm[j], q.fresh[j] = q.norm[i], q.fresh[i]
}

func swapRows[T kernels.Float](x, y []T) {
	for i, v := range x {
		x[i], y[i] = y[i], v
	}
}

// largest returns the index of the first largest element.
func largest(x []float64) int {
	at := 0
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// finish writes R, V and T from the reduced matrix. back undoes the scale of A.
func (q *PivotedQR[T]) finish(back T) {
	k, ld := q.k, q.x.Stride
	kernels.Omatcopy(q.pool, kernels.Trans, k, q.n, 1, q.x.Data, ld, q.r.Data, q.r.ld())
	for i := range k {
		row := q.r.Row(i)
		clear(row[:i])
		row[i] = q.beta[i]
		q.sign[i] = 1
		s := back
		if row[i] < 0 {
			q.sign[i], s = -1, -s
		}
		if s != 1 {
			kernels.Scal(q.pool, s, row[i:])
		}
	}
	for b := 0; b*q.nb < k; b++ {
		v, t := q.panel(b)
		j, w := b*q.nb, v.Cols
		for l := range w {
			clear(q.x.Row(j + l)[j : j+l])
		}
		kernels.Omatcopy(q.pool, kernels.Trans, v.Rows, w, 1, q.x.Data[j*ld+j:], ld, v.Data, v.ld())
		g := MatrixOf(w, w, q.w)
		MatMulTN(q.pool, g, v, v) // symmetric to the bit
		t.Zero()
		for i := range w {
			growT(t, i, q.tau[j+i], g.Row(i))
		}
	}
}

// R returns the k×n upper trapezoidal factor, zeros below the diagonal, r_jj ≥ 0. It is a
// view, valid until the next Factorize.
func (q *PivotedQR[T]) R() Matrix[T] {
	q.check()
	return q.r
}

// Perm returns the order of the columns: column j of A·P = Q·R is column Perm()[j] of A. It is a view, valid until the next
// Factorize.
func (q *PivotedQR[T]) Perm() []int {
	q.check()
	return q.perm
}

// Rank returns the number of r_jj > tol·r_00. tol < 0 stands for max(m, n)·eps. With tol the relative size of the errors in A,
// that is the numerical rank of A.
func (q *PivotedQR[T]) Rank(tol float64) int {
	q.check()
	if tol < 0 {
		tol = float64(max(q.m, q.n)) * epsilon[T]()
	}
	if q.k == 0 {
		return 0
	}
	limit := float64(tol * float64(q.r.Data[0]))
	for i := range q.k {
		if !(float64(q.r.Data[i*q.r.Stride+i]) > limit) {
			return i
		}
	}
	return q.k
}

// LeastSquares sets X, n×c, to a minimizer of ‖A·X − B‖_F for the m×c right-hand sides B, and returns the rank it used, that of
// Rank(tol). Where A has not full rank it is the basic solution: rows of X whose columns of A depend on those chosen
// before are zero. B is overwritten with QᵀB, of which the rows from the rank on hold the residual in another basis:
// their norm is that of A·X − B. X must not overlap B.
func (q *PivotedQR[T]) LeastSquares(x, b Matrix[T], tol float64) int {
	q.check()
	if b.Rows != q.m || x.Rows != q.n || x.Cols != b.Cols {
		panic(badShape)
	}
	x.check()
	b.check()
	if overlaps(x.span(), b.span()) {
		panic(overlap)
	}
	rank := q.Rank(tol)
	q.MulQT(b)
	y := b.Slice(0, 0, rank, b.Cols)
	x.Zero()
	if rank == 0 || b.Cols == 0 {
		return rank
	}
	// The rows of B stay: the solution grows in the first rows of X, which are then put in their places.
	z := x.Slice(0, 0, rank, x.Cols)
	Copy(z, y)
	solveU(q.pool, q.r.Slice(0, 0, rank, rank), z)
	q.scatter(x)
	return rank
}

// scatter moves row j of x to row perm[j], cycle by cycle.
func (q *PivotedQR[T]) scatter(x Matrix[T]) {
	to := q.places
	copy(to, q.perm)
	for j := range to {
		for to[j] != j {
			i := to[j]
			swapRows(x.Row(j), x.Row(i))
			to[j], to[i] = to[i], i
		}
	}
}
