package linalg

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/seed-4885aa59/eigenbasis/kernels"
)

// Rectangular is a linear map from R^n to R^m, given by its products: *CSR, *General, or anything of the caller's.
type Rectangular[T kernels.Float] interface {
	// MulVec computes y = A·x. It must not keep or change x.
	MulVec(p *kernels.Pool, y, x []T)
	// MulVecT computes y = Aᵀ·x. It must not keep or change x.
	MulVecT(p *kernels.Pool, y, x []T)
}

// General is a dense matrix as a Rectangular map.
type General[T kernels.Float] struct{ A Matrix[T] }

// MulVec computes y = A·x.
func (g *General[T]) MulVec(p *kernels.Pool, y, x []T) { MatVec(p, y, kernels.NoTrans, 1, g.A, x, 0) }

// MulVecT computes y = Aᵀ·x.
func (g *General[T]) MulVecT(p *kernels.Pool, y, x []T) { MatVec(p, y, kernels.Trans, 1, g.A, x, 0) }

// LSQR finds the x of least norm that minimises ‖A·x − b‖, A m×n of any rank, from products with A and Aᵀ alone (Paige and
// Saunders 1982): bidiagonalization from b by Golub and Kahan's recurrence, and a QR factorization of the bidiagonal matrix that goes
// along. In exact arithmetic it ends after rank A steps; each step multiplies the error of an ill-conditioned problem
// by (κ−1)/(κ+1), κ = cond A, at the slowest.
//
// All memory is allocated by NewLSQR. The results are the same bits on every tier and for any number of workers if the
// products are.
type LSQR[T kernels.Float] struct {
	pool   *kernels.Pool
	m, n   int
	u, au  []T // left vector, and A·v
	v, atu []T
	w, x   []T
}

// LSQRReport is the account of a Solve.
type LSQRReport struct {
	Steps    int     // pairs of products with A and Aᵀ
	Residual float64 // ‖b − A·x‖, from the recurrence
	Gradient float64 // ‖Aᵀ(b − A·x)‖/(‖A‖·‖b‖) likewise, ‖A‖ the Frobenius norm of the bidiagonal matrix so far
}

// LSQRError says that the steps were not enough. Allow more, or ask for less.
type LSQRError struct {
	Steps         int
	Gradient, Tol float64 // what was reached, as in LSQRReport, and what was asked
}

func (e *LSQRError) Error() string {
	return fmt.Sprintf("linalg: LSQR: after %d steps ‖Aᵀr‖ is %.3g of ‖A‖‖b‖ and not %.3g: allow more steps or a larger tolerance", e.Steps, e.Gradient, e.Tol)
}

// NewLSQR returns a solver for maps from R^n to R^m.
func NewLSQR[T kernels.Float](m, n int, opts ...Option) *LSQR[T] {
	if m < 0 || n < 0 {
		panic(negDim)
	}
	return &LSQR[T]{
		pool: gather(opts).pool, m: m, n: n, u: make([]T, m), au: make([]T, m),
		v: make([]T, n), atu: make([]T, n), w: make([]T, n), x: make([]T, n),
	}
}

// LSQRBytes returns the memory of a solver as NewLSQR makes it.
func LSQRBytes[T kernels.Float](m, n int) int64 {
	var z T
	return int64(2*m+4*n) * int64(unsafe.Sizeof(z))
}

// Solve sets x, of n elements, to the solution for b, of m. It stops when ‖Aᵀ(b − A·x)‖ ≤ tol·‖A‖·‖b‖, tol = 0 meaning
// 10 units of the type, and after steps (0: 4·min(m, n) + 20). It allocates nothing. x may be b. Errors, on which x is as before:
// *NotFiniteError if b is not finite or a product is not, *LSQRError.
func (s *LSQR[T]) Solve(x []T, a Rectangular[T], b []T, tol float64, steps int) (LSQRReport, error) {
	if len(x) != s.n || len(b) != s.m {
		panic(badLen)
	}
	p := s.pool
	if err := finite(p, "LSQR", MatrixOf(s.m, 1, b), false); err != nil {
		return LSQRReport{}, err
	}
	if tol == 0 {
		tol = 10 * epsilon[T]()
	}
	if steps == 0 {
		steps = 4*min(s.m, s.n) + 20
	}
	copy(s.u, b)
	clear(s.x)
	r := LSQRReport{}
	beta := unit(p, s.u)
	first := beta
	r.Residual = beta
	if beta == 0 || s.n == 0 {
		copy(x, s.x)
		return r, nil
	}
	a.MulVecT(p, s.v, s.u)
	alpha := unit(p, s.v)
	copy(s.w, s.v)
	phi, rho := beta, alpha
	norm := float64(alpha * alpha) // ‖B‖², B the bidiagonal matrix
	gradient := func(cos float64) float64 {
		if alpha == 0 || norm == 0 {
			return 0
		}
		return float64(math.Abs(float64(phi*alpha)*cos)/math.Sqrt(norm)) / first
	}
	if norm-norm != 0 {
		return r, &NotFiniteError{Op: "LSQR, product with A", Value: norm}
	}
	r.Gradient = gradient(1)
	for r.Gradient > tol && r.Steps < steps {
		r.Steps++
		// β·u = A·v − α·u,  α·v = Aᵀ·u − β·v
		a.MulVec(p, s.au, s.v)
		kernels.Axpby(p, 1, s.au, T(-alpha), s.u, s.u)
		beta = unit(p, s.u)
		a.MulVecT(p, s.atu, s.u)
		kernels.Axpby(p, 1, s.atu, T(-beta), s.v, s.v)
		alpha = unit(p, s.v)
		norm += float64(alpha*alpha) + float64(beta*beta)
		// The rotation that makes the bidiagonal matrix triangular.
		d := math.Sqrt(float64(rho*rho) + float64(beta*beta))
		if norm-norm != 0 {
			return r, &NotFiniteError{Op: "LSQR, product with A", Value: norm}
		}
		if d == 0 { // A·v = 0 with v in the range of Aᵀ: only where A is 0 to rounding
			break
		}
		cos, sin := rho/d, beta/d
		theta := float64(sin * alpha)
		rho = -float64(cos * alpha)
		kernels.Axpy(p, T(float64(cos*phi)/d), s.w, s.x)
		kernels.Axpby(p, 1, s.v, T(-theta/d), s.w, s.w)
		phi = float64(sin * phi)
		r.Residual = math.Abs(phi)
		r.Gradient = gradient(cos)
	}
	if r.Gradient > tol {
		return r, &LSQRError{r.Steps, r.Gradient, tol}
	}
	copy(x, s.x)
	return r, nil
}
