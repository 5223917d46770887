package lanczos

import (
	"math"

	"github.com/seed-4885aa59/eigenbasis/kernels"
	"github.com/seed-4885aa59/eigenbasis/linalg"
)

// The method of the paper as it is written: Lanczos on P·L·P with an inner solver for the projection. linalg.Lanczos, which
// everything below uses, is compared with it.

// projection replaces x by P·x, the part of it with Cᵀx = 0.
type projection func(x []float64)

// outer makes k steps of Lanczos on the null space of the constraints with full reorthogonalisation and returns α and β.
func outer(l *linalg.CSR[float64], project projection, start []float64, k int) (alpha, beta []float64) {
	n := l.Rows
	q := linalg.NewMatrix[float64](k+1, n)
	copy(q.Row(0), start)
	project(q.Row(0))
	kernels.Scal(nil, 1/kernels.Nrm2(nil, q.Row(0)), q.Row(0))
	for j := range k {
		r := q.Row(j + 1)
		l.MulVec(nil, r, q.Row(j))
		project(r)
		a := kernels.Dot(nil, q.Row(j), r)
		alpha = append(alpha, a)
		for range 2 {
			for i := range j + 1 {
				kernels.Axpy(nil, -kernels.Dot(nil, q.Row(i), r), q.Row(i), r)
			}
			project(r)
		}
		b := kernels.Nrm2(nil, r)
		beta = append(beta, b)
		if b < 1e-10 {
			break
		}
		kernels.Scal(nil, 1/b, r)
	}
	return alpha, beta
}

// byQR projects by an orthonormal basis of the constraints.
func byQR(c *linalg.Constraint[float64]) projection { return c.Project }

// byLSQR projects by the residual of min‖C·y − x‖, found by LSQR (Paige and Saunders 1982) to a relative tolerance: the inner
// iteration of the paper, which asks for products with C and Cᵀ only.
func byLSQR(c linalg.Matrix[float64], tol float64) projection {
	n, l := c.Rows, c.Cols
	u, v, w, y := make([]float64, n), make([]float64, l), make([]float64, l), make([]float64, l)
	return func(x []float64) {
		copy(u, x)
		clear(y)
		beta := normalise(u)
		if beta == 0 || l == 0 {
			return
		}
		first := beta
		linalg.MatVec(nil, v, kernels.Trans, 1, c, u, 0)
		alpha := normalise(v)
		copy(w, v)
		phi, rho := beta, alpha
		norm := alpha * alpha
		for iteration := 0; iteration < 4*l+20 && alpha*phi > tol*first*math.Sqrt(norm)*1e-2; iteration++ {
			linalg.MatVec(nil, u, kernels.NoTrans, 1, c, v, -alpha)
			beta = normalise(u)
			linalg.MatVec(nil, v, kernels.Trans, 1, c, u, -beta)
			alpha = normalise(v)
			norm += alpha*alpha + beta*beta
			r := math.Hypot(rho, beta)
			cos, sin := rho/r, beta/r
			kernels.Axpy(nil, cos*phi/r, w, y)
			kernels.Axpby(nil, 1, v, -sin*alpha/r, w, w)
			rho, phi = -cos*alpha, sin*phi
			if beta == 0 {
				break
			}
		}
		linalg.MatVec(nil, x, kernels.NoTrans, -1, c, y, 1)
	}
}

func normalise(x []float64) float64 {
	r := kernels.Nrm2(nil, x)
	if r > 0 {
		kernels.Scal(nil, 1/r, x)
	}
	return r
}

// dense returns the eigenvalues, descending, of P·L·P on the null space of the constraints: those of P·L·P − s·(I − P) without
// the lowest, s beyond the spectrum.
func dense(l *linalg.CSR[float64], con *linalg.Constraint[float64]) ([]float64, error) {
	n := l.Rows
	a, x, p := linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n), linalg.NewMatrix[float64](n, n)
	l.Dense(a)
	s := 1.0
	for i := range n {
		s = max(s, 2*a.At(i, i)+1)
	}
	p.Identity()
	if q := con.Basis(); q.Rows > 0 {
		linalg.MatMulAdd(nil, p, kernels.Trans, kernels.NoTrans, -1, q, q, 1)
	}
	linalg.MatMul(nil, x, a, p)
	linalg.MatMul(nil, a, p, x)
	for i := range n {
		for j := range n {
			a.Set(i, j, a.At(i, j)+s*p.At(i, j))
		}
		a.Set(i, i, a.At(i, i)-s)
	}
	e := linalg.NewSymEig[float64](n)
	if err := e.Factorize(a); err != nil {
		return nil, err
	}
	return e.Values()[:n-con.Rank()], nil
}

func constraint(c linalg.Matrix[float64]) (*linalg.Constraint[float64], error) {
	s := linalg.NewConstraint[float64](c.Rows, c.Cols)
	return s, s.Factorize(c)
}
